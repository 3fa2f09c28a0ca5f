#include "common/crypto/manifest.h"

#include "absl/strings/str_replace.h"
#include "common/base/limits.h"
#include "common/crypto/digest.h"
#include "tests/unit/crypto/crypto_test_support.h"

namespace rogatoria {
namespace {

class ManifestTest : public testing::Test {
 protected:
  ManifestTest() {
    ManifestInput input;
    input.act_id = "pt-pgr/0b0c6d2e-7a8a-4f6e-9a51-d3c1b1f0a001";
    input.media_type = "application/protobuf";
    input.recipients = {{"pt-pgr", "archive", Bytes(32, '\x02')},
                        {"co-fgn", "primary", Bytes(32, '\x01')}};
    input.clear = "clear text";
    input.segments = {"sealed one", "sealed two!"};
    input.clear_sizes = {6, 4};
    manifest_ = MakeManifest(input, random_).value();
    text_ = FormatManifest(manifest_).value();
  }

  SystemRandom random_;
  Manifest manifest_;
  std::string text_;
};

TEST_F(ManifestTest, HasTheDocumentedText) {
  const std::string expected =
      "rogatoria-manifest v1\n"
      "act pt-pgr/0b0c6d2e-7a8a-4f6e-9a51-d3c1b1f0a001\n"
      "media-type application/protobuf\n"
      "salt " +
      ToHex(manifest_.salt) +
      "\n"
      "clear-hmac-sha256 " +
      ToHex(HmacSha256(manifest_.salt, "clear text")) +
      "\n"
      "clear-size 10\n"
      "recipient co-fgn primary " +
      ToHex(Bytes(32, '\x01')) +
      "\n"
      "recipient pt-pgr archive " +
      ToHex(Bytes(32, '\x02')) +
      "\n"
      "segment " +
      ToHex(Sha256("sealed one")) +
      " 10 6\n"
      "segment " +
      ToHex(Sha256("sealed two!")) + " 11 4\n";
  EXPECT_EQ(text_, expected);
  EXPECT_EQ(ParseManifest(text_).value(), manifest_);
}

TEST_F(ManifestTest, SaltsDiffer) {
  ManifestInput input;
  input.act_id = "a/b";
  input.media_type = "text/plain";
  input.recipients = manifest_.recipients;
  input.segments = {""};
  input.clear_sizes = {0};
  EXPECT_NE(MakeManifest(input, random_)->salt, MakeManifest(input, random_)->salt);
}

struct Change {
  const char* what;
  std::string from, to;
};

TEST_F(ManifestTest, RefusesEveryOtherText) {
  const std::string salt = ToHex(manifest_.salt);
  const std::string hmac = "clear-hmac-sha256 " + ToHex(manifest_.clear_hmac_sha256) + "\n";
  const std::string digest = ToHex(Bytes(32, '\x01'));
  const Change changes[] = {
      {"another first line", "manifest v1\n", "manifest v2\n"},
      {"carriage return", "v1\n", "v1\r\n"},
      {"no last line feed", "11 4\n", "11 4"},
      {"a blank line at the end", "11 4\n", "11 4\n\n"},
      {"a blank line between", "clear-size", "\nclear-size"},
      {"two spaces", "act ", "act  "},
      {"a space at the end of a line", "clear-size 10", "clear-size 10 "},
      {"a tab", "act pt", "act\tpt"},
      {"a leading zero", "clear-size 10", "clear-size 010"},
      {"a plus sign", "clear-size 10", "clear-size +10"},
      {"a negative size", "11 4\n", "11 -4\n"},
      {"a size over 64 bits", "clear-size 10", "clear-size 18446744073709551617"},
      {"upper-case digits", salt, std::string(64, 'A')},
      {"a short salt", "salt " + salt, "salt " + salt.substr(2)},
      {"a missing line", hmac, ""},
      {"a line twice", hmac, hmac + hmac},
      {"lines in another order", "clear-size 10\n", ""},
      {"an unknown line", "clear-size", "note x\nclear-size"},
      {"an empty value", "media-type application/protobuf", "media-type "},
      {"a media type without a slash", "application/protobuf", "application"},
      {"media type parameters", "application/protobuf", "text/plain;charset=utf-8"},
      {"a name that is not ASCII", "co-fgn", "co-\xc3\xb1"},
      {"an unknown purpose", "primary", "secondary"},
      {"recipients out of order", "recipient co-fgn", "recipient zz-fgn"},
      {"a short certificate digest", digest, digest.substr(2)},
      {"sizes that do not add up", "11 4\n", "11 5\n"},
      {"no recipient", "recipient", "x-recipient"},
      {"no segment", "segment", "x-segment"},
      {"an oversize segment", "10 6\n", "99999999999 6\n"},
  };
  for (const Change& change : changes) {
    const std::string changed = absl::StrReplaceAll(text_, {{change.from, change.to}});
    ASSERT_NE(changed, text_) << change.what;
    EXPECT_THAT(ParseManifest(changed), FailsWith(Reason::MANIFEST_MALFORMED)) << change.what;
  }
}

TEST_F(ManifestTest, RefusesRepeatedRecipients) {
  manifest_.recipients.push_back(manifest_.recipients.back());
  EXPECT_THAT(FormatManifest(manifest_), FailsWith(Reason::MANIFEST_MALFORMED));
}

TEST_F(ManifestTest, AFlippedBitGivesAnotherManifestOrNone) {
  for (size_t bit = 0; bit < text_.size() * 8; ++bit) {
    const auto parsed = ParseManifest(FlipBit(text_, bit));
    EXPECT_FALSE(parsed.ok() && *parsed == manifest_) << "bit " << bit;
  }
}

TEST_F(ManifestTest, RefusesShorterEmptyAndOversizeTexts) {
  for (size_t size = 0; size < text_.size(); ++size) {
    const auto parsed = ParseManifest(text_.substr(0, size));
    EXPECT_THAT(parsed, FailsWith(Reason::MANIFEST_MALFORMED));
  }
  EXPECT_THAT(ParseManifest(std::string(limits::kMaxManifestBytes + 1, 'x')),
              FailsWith(Reason::MANIFEST_MALFORMED));
}

TEST_F(ManifestTest, ChecksSegmentsAndClearText) {
  EXPECT_THAT(CheckSegments(manifest_, {"sealed one", "sealed two!"}), IsOk());
  EXPECT_THAT(CheckSegments(manifest_, {"sealed two!", "sealed one"}),
              FailsWith(Reason::MANIFEST_MISMATCH));
  EXPECT_THAT(CheckSegments(manifest_, {"sealed one"}), FailsWith(Reason::MANIFEST_MISMATCH));
  EXPECT_THAT(CheckSegments(manifest_, {"sealed one", "sealed twO!"}),
              FailsWith(Reason::MANIFEST_MISMATCH));
  EXPECT_THAT(CheckClear(manifest_, "clear text"), IsOk());
  EXPECT_THAT(CheckClear(manifest_, "clear tex"), FailsWith(Reason::MANIFEST_MISMATCH));
  EXPECT_THAT(CheckClear(manifest_, "Clear text"), FailsWith(Reason::MANIFEST_MISMATCH));
}

TEST_F(ManifestTest, MakeRefusesSizesThatDoNotFit) {
  ManifestInput input;
  input.act_id = "a/b";
  input.media_type = "text/plain";
  input.recipients = manifest_.recipients;
  input.clear = "text";
  input.segments = {"sealed"};
  input.clear_sizes = {};
  EXPECT_THAT(MakeManifest(input, random_), FailsWith(Reason::MANIFEST_MISMATCH));
  input.clear_sizes = {5};
  EXPECT_THAT(MakeManifest(input, random_), FailsWith(Reason::MANIFEST_MALFORMED));
}

}  // namespace
}  // namespace rogatoria
