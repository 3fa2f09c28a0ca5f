#include "common/model/canonical.h"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_header.h"

#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria {
namespace {

std::string Hex(const std::string& hex) {
  return *FromHex(hex);
}

struct BadBytes {
  std::string name;
  std::string hex;  // of the protobuf bytes, without the first line
  std::string field;
  std::string fault;  // a part of it
};

class BadBytesTest : public testing::TestWithParam<BadBytes> {};

TEST_P(BadBytesTest, AreRefusedNamingFieldAndFault) {
  v1::ActHeader header;
  const absl::Status status = ParseCanonical(Hex(GetParam().hex), header);
  ASSERT_THAT(status, HasReason(Reason::HEADER_MALFORMED));
  EXPECT_EQ(GetErrorDetails(status)->field, GetParam().field);
  EXPECT_NE(GetErrorDetails(status)->accepted.find(GetParam().fault), std::string::npos)
      << GetErrorDetails(status)->accepted;
}

const std::vector<BadBytes> kBadBytes = {
    {"UnknownField", "a00601", "", "unknown field number 100"},
    {"FieldNumberZero", "0001", "", "unknown field number 0"},
    {"FieldNumberHuge", "f8ffffffff0f01", "", "unknown field number"},
    {"Duplicate", "0a01610a0162", "trust_domain", "written twice"},
    {"OutOfOrder",
     "120161"
     "0a0162",
     "trust_domain",
     "out of order: it comes after act_id"},
    {"OutOfOrderInside",
     "2a07"
     "1a0161"
     "0a02"
     "6262",
     "recipients[0].authority",
     "out of order"},
    {"SecondInList",
     "2a00"
     "2a03"
     "0a0161"
     "2a03"
     "a00601",
     "recipients[2]",
     "unknown field"},
    {"DefaultNumber", "3000", "channel_class", "default value"},
    {"DefaultText", "0a00", "trust_domain", "default value"},
    {"WrongWireType", "0801", "trust_domain", "wrong wire type"},
    {"VarintForLength", "320161", "channel_class", "wrong wire type"},
    {"FixedWireType", "3501000000", "channel_class", "wrong wire type"},
    {"GroupWireType", "0b", "trust_domain", "wrong wire type"},
    {"LongVarint", "308100", "channel_class", "more bytes than needed"},
    {"LongTag", "b00001", "", "more bytes than needed"},
    {"LongLength", "0a810061", "trust_domain", "more bytes than needed"},
    {"OverlongVarint", "30ffffffffffffffffff7f", "channel_class", "more than 64 bits"},
    {"EnumOutOfRange", "30ffffffff7f", "channel_class", "out of range"},
    {"BoolTwo", "900102", "training", "out of range"},
    {"OrdinalOutOfRange",
     "5a06"
     "088080808010",
     "measures[0].ordinal",
     "out of range"},
    {"CutInTag", "b0", "", "end inside a number"},
    {"CutInNumber", "3080", "channel_class", "end inside a number"},
    {"CutInText", "0a0561", "trust_domain", "longer than what is left"},
    {"NotUtf8", "0a01ff", "trust_domain", "UTF-8"},
    {"SurrogateUtf8", "0a03eda080", "trust_domain", "UTF-8"},
    {"OverlongUtf8", "0a02c0af", "trust_domain", "UTF-8"},
};
INSTANTIATE_TEST_SUITE_P(Each, BadBytesTest, testing::ValuesIn(kBadBytes), [](const auto& test) {
  return test.param.name;
});

TEST(CanonicalTest, WritesWhatProtobufWrites) {
  const v1::ActHeader header = OpeningHeader();
  EXPECT_EQ(SerializeCanonical(header), header.SerializeAsString());
  EXPECT_EQ(ToSignedBytes(kHeaderFirstLine, header),
            "rogatoria-act-header v1\n" + header.SerializeAsString());
}

TEST(CanonicalTest, NegativeNumbersTakeTenBytesAndComeBack) {
  v1::ActHeader header;
  header.set_created_unix_ms(-1);
  header.set_kind(static_cast<v1::ActKind>(-2));
  v1::ActHeader read;
  ASSERT_THAT(ParseCanonical(SerializeCanonical(header), read), IsOk());
  EXPECT_EQ(read.created_unix_ms(), -1);
  EXPECT_EQ(static_cast<int>(read.kind()), -2);
}

TEST(CanonicalTest, AnEmptyMessageIsNoBytes) {
  v1::ActHeader header;
  EXPECT_THAT(ParseCanonical("", header), IsOk());
  EXPECT_EQ(SerializeCanonical(header), "");
}

TEST(CanonicalTest, AnEmptySubmessageIsAValue) {
  v1::ActHeader header, read;
  header.mutable_legal_basis();
  ASSERT_THAT(ParseCanonical(SerializeCanonical(header), read), IsOk());
  EXPECT_TRUE(read.has_legal_basis());
}

TEST(CanonicalTest, TheFirstLineIsExact) {
  v1::ActHeader header;
  for (const char* start : {"",
                            "rogatoria-act-header v1",
                            "rogatoria-act-header v2\n",
                            "rogatoria-act-header v1\r\n",
                            " rogatoria-act-header v1\n",
                            "rogatoria-key-statement v1\n"}) {
    EXPECT_THAT(FromSignedBytes(kHeaderFirstLine, start, header),
                HasReason(Reason::HEADER_MALFORMED))
        << start;
  }
  EXPECT_THAT(FromSignedBytes(kHeaderFirstLine, "rogatoria-act-header v1\n", header), IsOk());
}

TEST(CanonicalTest, OtherMessagesGoTheSameWay) {
  v1::KeyStatementBody body, read;
  body.set_authority("pt-pgr");
  body.set_revoked(true);
  body.set_certificate_sha256(std::string(32, '\0'));
  ASSERT_THAT(
      FromSignedBytes(kKeyStatementFirstLine, ToSignedBytes(kKeyStatementFirstLine, body), read),
      IsOk());
  EXPECT_EQ(read.SerializeAsString(), body.SerializeAsString());
}

// One value, one encoding: whatever else is accepted would be a second one.
TEST(CanonicalTest, WhatIsAcceptedIsWhatWouldBeWritten) {
  const std::string good = SerializeCanonical(OpeningHeader());
  SeededRandom random(20261124);
  int accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = good;
    const size_t at = random.Below(bytes.size());
    switch (random.Below(4)) {
      case 0:
        bytes[at] = static_cast<char>(random.Below(256));
        break;
      case 1:
        bytes.erase(at, 1 + random.Below(4));
        break;
      case 2:
        bytes.insert(at, random.Generate(1 + random.Below(4)));
        break;
      default:
        bytes += bytes.substr(at, random.Below(40));
        break;
    }
    v1::ActHeader header;
    if (!ParseCanonical(bytes, header).ok()) continue;
    ++accepted;
    ASSERT_EQ(SerializeCanonical(header), bytes) << ToHex(bytes);
  }
  EXPECT_GT(accepted, 100);  // changed digests and ids are still well formed
}

}  // namespace
}  // namespace rogatoria
