#include "common/crypto/der.h"

#include "tests/unit/crypto/crypto_test_support.h"

namespace rogatoria {
namespace {

using Lengths = DerReader::Lengths;

TEST(DerReaderTest, ReadsNestedElementsToTheEnd) {
  const Bytes bytes = Hex("30070201050402abcd");
  DerReader reader(bytes);
  DerReader inner = reader.Enter(der::kSequence);
  EXPECT_TRUE(inner.NextIs(der::kInteger));
  EXPECT_EQ(inner.Next(der::kInteger).content, Hex("05"));
  EXPECT_FALSE(inner.AtEnd());
  EXPECT_EQ(inner.Next(der::kOctetString).whole, Hex("0402abcd"));
  EXPECT_TRUE(inner.AtEnd());
  EXPECT_TRUE(reader.AtEnd());
}

TEST(DerReaderTest, AFailureStays) {
  const Bytes bytes = Hex("020105020106");
  DerReader reader(bytes);
  EXPECT_TRUE(reader.Next(der::kOctetString).whole.empty());
  EXPECT_TRUE(reader.failed());
  EXPECT_TRUE(reader.Next(der::kInteger).whole.empty());
  EXPECT_FALSE(reader.NextIs(der::kInteger));
  EXPECT_FALSE(reader.AtEnd());
  EXPECT_TRUE(reader.Enter(der::kInteger).failed());
}

TEST(DerReaderTest, RefusesLengthsThatAreWrongOrNotShortest) {
  const absl::string_view bad[] = {
      "02",                // no length
      "020205",            // past the end
      "02810105",          // long form for a short length
      "0282000105",        // leading zero
      "0285000000000105",  // five length bytes
      "0284ffffffff05",    // past the end
      "1f810105",          // high tag number
      "3080020105",        // open length without its end
      "0280050000",        // open length of a primitive
  };
  for (absl::string_view hex : bad) {
    const Bytes bytes = Hex(hex);
    for (Lengths lengths : {Lengths::kDefinite, Lengths::kAllowIndefinite}) {
      DerReader reader(bytes, lengths);
      reader.Next(static_cast<uint8_t>(bytes[0]));
      EXPECT_TRUE(reader.failed()) << hex;
    }
  }
}

TEST(DerReaderTest, ReadsOpenLengthsOnlyWhereAllowed) {
  const Bytes bytes = Hex("3080308002010500000402abcd0000");
  DerReader strict(bytes);
  strict.Next(der::kSequence);
  EXPECT_TRUE(strict.failed());
  DerReader reader(bytes, Lengths::kAllowIndefinite);
  DerReader inner = reader.Enter(der::kSequence);
  EXPECT_TRUE(reader.AtEnd());
  EXPECT_EQ(inner.Enter(der::kSequence).Next(der::kInteger).content, Hex("05"));
  EXPECT_EQ(inner.Next(der::kOctetString).content, Hex("abcd"));
  EXPECT_TRUE(inner.AtEnd());
}

TEST(DerReaderTest, RefusesDeepNestingOfOpenLengths) {
  std::string hex;
  for (int i = 0; i < 8000; ++i) hex += "3080";
  const Bytes bytes = Hex(hex);
  DerReader reader(bytes, Lengths::kAllowIndefinite);
  reader.Next(der::kSequence);
  EXPECT_TRUE(reader.failed());
}

TEST(DerReaderTest, LongLengths) {
  const Bytes bytes = Hex("0482012c") + Bytes(300, 'x');
  DerReader reader(bytes);
  EXPECT_EQ(reader.Next(der::kOctetString).content.size(), 300U);
  EXPECT_TRUE(reader.AtEnd());
}

}  // namespace
}  // namespace rogatoria
