#include "common/base/bytes.h"

#include <string>

#include <gmock/gmock.h>

#include "common/base/random.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

// RFC 4648, section 10.
struct Vector {
  const char* bytes;
  const char* base64;
  const char* hex;
};
constexpr Vector kRfc4648[] = {
    {"", "", ""},
    {"f", "Zg==", "66"},
    {"fo", "Zm8=", "666f"},
    {"foo", "Zm9v", "666f6f"},
    {"foob", "Zm9vYg==", "666f6f62"},
    {"fooba", "Zm9vYmE=", "666f6f6261"},
    {"foobar", "Zm9vYmFy", "666f6f626172"},
};

TEST(BytesTest, WritesAndReadsThePublishedVectors) {
  for (const Vector& vector : kRfc4648) {
    EXPECT_EQ(ToBase64(vector.bytes), vector.base64);
    EXPECT_EQ(ToHex(vector.bytes), vector.hex);
    EXPECT_EQ(FromBase64(vector.base64).value(), vector.bytes);
    EXPECT_EQ(FromHex(vector.hex).value(), vector.bytes);
  }
}

TEST(BytesTest, EveryByteComesBack) {
  Bytes all;
  for (int value = 0; value < 256; ++value) all.push_back(static_cast<char>(value));
  EXPECT_EQ(FromHex(ToHex(all)).value(), all);
  EXPECT_EQ(FromBase64(ToBase64(all)).value(), all);
}

TEST(BytesTest, EveryLengthComesBack) {
  SeededRandom random(1);
  for (size_t size = 0; size < 100; ++size) {
    const Bytes bytes = random.Generate(size);
    EXPECT_EQ(FromHex(ToHex(bytes)).value(), bytes);
    EXPECT_EQ(FromBase64(ToBase64(bytes)).value(), bytes);
  }
}

TEST(BytesTest, RefusesHexThatToHexWouldNotWrite) {
  for (const char* text : {"a", "abc", "AB", "0g", "0x12", "12 ", " 12", "1-", "12\n"}) {
    EXPECT_THAT(FromHex(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(BytesTest, RefusesBase64WithoutItsPadding) {
  for (const char* text : {"Zg", "Zg=", "Zm8", "Z", "Zg===", "=", "===="}) {
    EXPECT_THAT(FromBase64(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(BytesTest, RefusesBase64WithBitsLeftOver) {
  for (const char* text : {"Zh==", "Zm9=", "Zn=="}) {
    EXPECT_THAT(FromBase64(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(BytesTest, RefusesBase64OfOtherAlphabetsAndWithSpaces) {
  for (const char* text : {"-_-_", "Zm9v\n", "Zm 9v", " Zm9v", "Zm9v Zm9v", "Zm.v"}) {
    EXPECT_THAT(FromBase64(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(BytesTest, RefusesTextWithANulByte) {
  EXPECT_THAT(FromHex(std::string("66\0\0", 4)), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(FromBase64(std::string("Zm9v\0\0\0\0", 8)),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(BytesTest, ComparesWholeValues) {
  EXPECT_TRUE(EqualInConstantTime("", ""));
  EXPECT_TRUE(EqualInConstantTime("secret", "secret"));
  EXPECT_FALSE(EqualInConstantTime("secret", "secreT"));
  EXPECT_FALSE(EqualInConstantTime("Secret", "secret"));
  EXPECT_FALSE(EqualInConstantTime("secret", "secret "));
  EXPECT_FALSE(EqualInConstantTime("", "s"));
}

TEST(BytesTest, ComparesTheHighestBitToo) {
  for (int bit = 0; bit < 8; ++bit) {
    const Bytes changed(1, static_cast<char>(0x55 ^ (1 << bit)));
    EXPECT_FALSE(EqualInConstantTime("\x55", changed)) << "bit " << bit;
  }
}

}  // namespace
}  // namespace rogatoria
