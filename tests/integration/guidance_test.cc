// Practice notes over the wire: signed by an authority, published by an operator, read by another
// authority.
#include "common/directory/guidance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/crypto/cms_signature.h"
#include "common/model/canonical.h"
#include "tests/integration/broker.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using ::testing::SizeIs;

// A request id that is a UUID and says which it is.
std::string RequestId(int number) {
  return absl::StrCat("6f1c0a52-8e0b-4b7e-9a55-", absl::Dec(number, absl::kZeroPad12));
}

class GuidanceTest : public ::testing::Test {
 protected:
  Office& co() { return broker_.office("co-fgn"); }
  Office& pt() { return broker_.office("pt-pgr"); }

  v1::GuidanceDocument Document() {
    v1::GuidanceDocument document;
    document.set_trust_domain(broker_.config().trust_domain);
    document.set_id("co-fgn/bank-records");
    document.set_version(1);
    document.set_country("CO");
    document.set_instrument("UN-TIP-2000");
    document.add_measures("BANK_TRANSACTIONS");
    document.set_language("es-CO");
    document.set_published_unix_ms(broker_.clock().Now().unix_ms);
    document.set_title("Registros bancarios");
    document.set_text("# Registros bancarios\n\nIndique el banco y el periodo.\n");
    return document;
  }
  static v1::PublishGuidanceRequest Signed(const v1::GuidanceDocument& document,
                                           const TestIdentity& signer,
                                           int request) {
    v1::PublishGuidanceRequest publication;
    publication.set_request_id(RequestId(request));
    publication.set_document(ToSignedBytes(kGuidanceFirstLine, document));
    publication.set_signature(
        SignDetached(signer.key, signer.certificate, publication.document()).value());
    return publication;
  }
  absl::StatusOr<v1::PublishGuidanceResponse> Publish(const v1::PublishGuidanceRequest& request) {
    return CallStub(broker_.admin(), &v1::AdminService::Stub::PublishGuidance, request);
  }
  // Spoilt, signed by Colombia and sent.
  template <typename Spoil>
  absl::Status PublishSpoilt(Spoil spoil) {
    v1::GuidanceDocument document = Document();
    spoil(document);
    return Publish(Signed(document, co().seal, 99)).status();
  }
  absl::StatusOr<v1::Guidance> Get(const std::string& id, uint32_t version = 0) {
    v1::GetGuidanceRequest request;
    request.set_id(id);
    request.set_version(version);
    const auto found = CallStub(*pt().directory, &v1::DirectoryService::Stub::GetGuidance, request);
    if (!found.ok()) return found.status();
    return found->guidance();
  }
  absl::StatusOr<v1::ListGuidanceResponse> List(const v1::ListGuidanceRequest& request) {
    return CallStub(*pt().directory, &v1::DirectoryService::Stub::ListGuidance, request);
  }
  uint64_t LogSize() { return broker_.Status().log_size(); }

  Broker broker_;
};

TEST_F(GuidanceTest, IsPublishedOnceListedAndGivenAsItWasSigned) {
  const v1::PublishGuidanceRequest request = Signed(Document(), co().seal, 1);
  const uint64_t before = LogSize();
  const auto published = Publish(request);
  ASSERT_THAT(published, IsOk());
  EXPECT_EQ(published->version(), 1u);
  EXPECT_EQ(LogSize(), before + 1) << "its leaf";
  ASSERT_THAT(Publish(request), IsOk());
  EXPECT_EQ(LogSize(), before + 1) << "again is the same";

  v1::ListGuidanceRequest wanted;
  wanted.set_country("CO");
  wanted.set_measure("BANK_TRANSACTIONS");
  wanted.set_language("es");
  const auto listed = List(wanted);
  ASSERT_THAT(listed, IsOk());
  ASSERT_THAT(listed->guidance(), SizeIs(1));
  EXPECT_EQ(listed->guidance(0).title(), "Registros bancarios");
  const auto found = Get("co-fgn/bank-records");
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->document(), request.document());
  EXPECT_EQ(found->signature(), request.signature());
  EXPECT_GT(found->recorded_unix_ms(), 0);
  EXPECT_EQ(LogSize(), before + 1) << "reading it leaves no record";
  EXPECT_THAT(Get("co-fgn/bank-records", 2), HasReason(Reason::NOT_FOUND));
  EXPECT_THAT(Get("no id"), HasReason(Reason::FIELD_INVALID));
}

TEST_F(GuidanceTest, ANextVersionFollowsTheLatestAndNoOther) {
  v1::PublishGuidanceRequest first = Signed(Document(), co().seal, 1);
  ASSERT_THAT(Publish(first), IsOk());
  EXPECT_THAT(Publish(Signed(Document(), co().seal, 2)), HasReason(Reason::GUIDANCE_OUTDATED))
      << "the same version again";
  v1::GuidanceDocument next = Document();
  next.set_version(2);
  next.set_supersedes_sha256(std::string(32, 'x'));
  EXPECT_THAT(Publish(Signed(next, co().seal, 3)), HasReason(Reason::GUIDANCE_OUTDATED))
      << "over another one before it";
  next.set_supersedes_sha256(GuidanceDigest(first.document()));
  const v1::PublishGuidanceRequest second = Signed(next, co().seal, 4);
  ASSERT_THAT(Publish(second), IsOk());
  EXPECT_EQ(Get("co-fgn/bank-records")->document(), second.document());
  EXPECT_EQ(Get("co-fgn/bank-records", 1)->document(), first.document());
  next.set_version(4);
  EXPECT_THAT(Publish(Signed(next, co().seal, 5)), HasReason(Reason::GUIDANCE_OUTDATED)) << "a gap";
  first.set_request_id(RequestId(4));
  EXPECT_THAT(Publish(first), HasReason(Reason::REQUEST_ID_REUSED));
  broker_.Restart();
  EXPECT_EQ(Get("co-fgn/bank-records")->document(), second.document());
}

TEST_F(GuidanceTest, IsTheAuthoritysOwnWordOrIsRefused) {
  const uint64_t before = Get("co-fgn/bank-records").ok() ? 1 : 0;
  v1::PublishGuidanceRequest altered = Signed(Document(), co().seal, 1);
  char& stop = altered.mutable_document()->at(altered.document().rfind("."));
  stop = ',';
  const absl::Status wrong = Publish(altered).status();
  EXPECT_THAT(wrong, HasReason(Reason::SIGNATURE_INVALID));
  EXPECT_EQ(GetErrorDetails(wrong)->field, "signature");
  EXPECT_FALSE(GetErrorDetails(wrong)->accepted.empty());
  const absl::Status of_another = Publish(Signed(Document(), pt().seal, 2)).status();
  EXPECT_THAT(of_another, HasReason(Reason::SIGNER_NOT_REGISTERED)) << "another authority's seal";
  EXPECT_EQ(GetErrorDetails(of_another)->field, "signature");
  EXPECT_EQ(GetErrorDetails(of_another)->accepted, "an organisation seal of co-fgn");
  EXPECT_THAT(Publish(Signed(Document(), co().user, 3)), HasReason(Reason::SIGNER_NOT_REGISTERED))
      << "a person's key is no seal";
  v1::PublishGuidanceRequest unsigned_one = Signed(Document(), co().seal, 4);
  unsigned_one.clear_signature();
  EXPECT_THAT(Publish(unsigned_one), HasReason(Reason::SIGNATURE_MISSING));
  ASSERT_THAT(broker_.SetStanding(v1::STANDING_SUBJECT_AUTHORITY, "co-fgn", v1::STANDING_SUSPENDED),
              IsOk());
  EXPECT_THAT(Publish(Signed(Document(), co().seal, 5)), HasReason(Reason::SIGNER_NOT_ACTIVE));
  EXPECT_EQ(before, 0u);
  EXPECT_THAT(Get("co-fgn/bank-records"), HasReason(Reason::NOT_FOUND)) << "nothing was published";
}

TEST_F(GuidanceTest, SaysOnlyWhatItsAuthorityMaySay) {
  EXPECT_THAT(PublishSpoilt([](auto& d) { d.set_country("PT"); }),
              HasReason(Reason::GUIDANCE_INVALID));
  EXPECT_THAT(PublishSpoilt([](auto& d) { d.set_instrument("NO-SUCH-1999"); }),
              HasReason(Reason::INSTRUMENT_UNKNOWN));
  EXPECT_THAT(PublishSpoilt([](auto& d) { d.set_id("xx-none/bank"); }),
              HasReason(Reason::AUTHORITY_NOT_FOUND));
  EXPECT_THAT(PublishSpoilt([](auto& d) { d.set_trust_domain("other.example"); }),
              HasReason(Reason::GUIDANCE_INVALID));
  EXPECT_THAT(PublishSpoilt([](auto& d) { d.set_published_unix_ms(4102444800000); }),
              HasReason(Reason::GUIDANCE_INVALID))
      << "of the future";
  EXPECT_THAT(PublishSpoilt([](auto& d) { d.set_text("\x1b[2Jgone"); }),
              HasReason(Reason::GUIDANCE_INVALID))
      << "what a terminal would obey";
  v1::PublishGuidanceRequest nothing;
  nothing.set_request_id("x");
  EXPECT_THAT(Publish(nothing), HasReason(Reason::FIELD_INVALID));
}

TEST_F(GuidanceTest, ComesInPages) {
  for (int i = 1; i <= 3; ++i) {
    v1::GuidanceDocument document = Document();
    document.set_id(absl::StrCat("co-fgn/note-", i));
    ASSERT_THAT(Publish(Signed(document, co().seal, i)), IsOk());
  }
  v1::ListGuidanceRequest request;
  request.set_page_size(2);
  const auto first = List(request);
  ASSERT_THAT(first->guidance(), SizeIs(2));
  request.set_page_token(first->next_page_token());
  const auto rest = List(request);
  ASSERT_THAT(rest->guidance(), SizeIs(1));
  EXPECT_EQ(rest->guidance(0).id(), "co-fgn/note-3");
  EXPECT_EQ(rest->next_page_token(), "");
  request.set_country("BR");
  EXPECT_THAT(List(request), HasReason(Reason::PAGE_TOKEN_INVALID));
}

}  // namespace
}  // namespace rogatoria
