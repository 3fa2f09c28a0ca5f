#include "common/base/random.h"

#include <set>

#include <gmock/gmock.h>

#include "tests/support/seeded_random.h"

namespace rogatoria {
namespace {

// Gives the same byte for ever: shows which bits of a UUID are not random.
class ConstantRandom final : public Random {
 public:
  explicit ConstantRandom(char byte) : byte_(byte) {}
  Bytes Generate(size_t size) override { return Bytes(size, byte_); }

 private:
  char byte_;
};

TEST(SystemRandomTest, GivesAsManyBytesAsAsked) {
  SystemRandom random;
  for (size_t size : {size_t{0}, size_t{1}, size_t{16}, size_t{256}, size_t{257}, size_t{100000}}) {
    EXPECT_EQ(random.Generate(size).size(), size);
  }
}

TEST(SystemRandomTest, DoesNotRepeatItself) {
  SystemRandom random;
  std::set<Bytes> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.Generate(16));
  EXPECT_EQ(seen.size(), 1000U);
}

TEST(SystemRandomTest, FillsLongRequestsToTheEnd) {
  // A value of which a quarter is zero would come by chance once in 2^(8 * 250,000).
  const Bytes bytes = SystemRandom().Generate(1000000);
  EXPECT_NE(bytes.substr(750000), Bytes(250000, '\0'));
}

TEST(UuidTest, CarriesVersionAndVariantOfRfc9562) {
  constexpr Instant kNow{0x017f22e279b0};  // of the example of RFC 9562 A.6
  ConstantRandom zeros('\0');
  EXPECT_EQ(GenerateUuid(zeros, kNow), "017f22e2-79b0-7000-8000-000000000000");
  ConstantRandom ones('\xff');
  EXPECT_EQ(GenerateUuid(ones, kNow), "017f22e2-79b0-7fff-bfff-ffffffffffff");
}

TEST(UuidTest, IsWhatIsUuidAccepts) {
  SeededRandom random(7);
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string uuid = GenerateUuid(random, {1'795'521'600'000});
    EXPECT_TRUE(IsUuid(uuid)) << uuid;
    seen.insert(uuid);
  }
  EXPECT_EQ(seen.size(), 1000U);
}

TEST(UuidTest, AcceptsTheOtherVersions) {
  EXPECT_TRUE(IsUuid("00000000-0000-0000-0000-000000000000"));
  EXPECT_TRUE(IsUuid("c232ab00-9414-11ec-b3c8-9f6bdeced846"));  // version 1, RFC 9562 A.1
  EXPECT_TRUE(IsUuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));  // version 7, RFC 9562 A.6
}

TEST(UuidTest, RefusesEveryOtherForm) {
  const char* const texts[] = {
      "",
      "00000000",
      "00000000-0000-4000-8000-00000000000",    // short
      "00000000-0000-4000-8000-0000000000000",  // long
      "C232AB00-9414-11EC-B3C8-9F6BDECED846",   // upper case
      "{0000000-0000-4000-8000-000000000000}",
      "00000000000000000000000000000000----",
      "00000000-0000-4000-8000_000000000000",
      "0000000g-0000-4000-8000-000000000000",
      " 0000000-0000-4000-8000-000000000000",
      "-0000000-0000-4000-8000-000000000000",
  };
  for (const char* text : texts) EXPECT_FALSE(IsUuid(text)) << text;
}

}  // namespace
}  // namespace rogatoria
