// An investigator's case file with a gap: docs/scenarios/case-file.md. Persons and places are
// invented.
#include <algorithm>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/crypto/cms_signature.h"
#include "common/directory/guidance.h"
#include "common/model/canonical.h"
#include "tests/scenarios/law.h"
#include "tests/scenarios/stage.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using content::v1::CaseFileChecklist;
using content::v1::ChecklistElement;
using testing::HasSubstr;

constexpr char kMeans[] = "request.checklist.elements[].trafficking_means";

class CaseFileScenario : public testing::Test {
 protected:
  CaseFileScenario() : stage_(kChannels) {
    stage_.Join("tl-mp", "TL");
    stage_.Load(kChannels);
  }

  // The authority's practice note in so many versions, each signed by its seal.
  void PublishNote(const std::string& authority, const std::string& country, uint32_t versions) {
    Broker& hub = stage_.hub();
    std::string before;
    for (uint32_t version = 1; version <= versions; ++version) {
      v1::GuidanceDocument note;
      note.set_trust_domain(hub.config().trust_domain);
      note.set_id(absl::StrCat(authority, "/case-file"));
      note.set_version(version);
      note.set_supersedes_sha256(before);
      note.set_country(country);
      note.set_language("pt");
      note.set_published_unix_ms(hub.clock().Now().unix_ms);
      note.set_title("Preparação do processo");
      note.set_text("# Elementos\n\nAto, meio, fim; a criança dispensa o meio.\n");
      v1::PublishGuidanceRequest publication;
      SystemRandom random;
      publication.set_request_id(GenerateUuid(random, hub.clock().Now()));
      publication.set_document(ToSignedBytes(kGuidanceFirstLine, note));
      before = GuidanceDigest(publication.document());
      const TestIdentity& seal = hub.office(authority).seal;
      publication.set_signature(
          SignDetached(seal.key, seal.certificate, publication.document()).value());
      ASSERT_THAT(CallStub(hub.admin(), &v1::AdminService::Stub::PublishGuidance, publication),
                  IsOk());
    }
  }

  // A request whose case file proves the act and in part the purpose, and says nothing of the
  // means.
  client::ActDraft RequestWithAGap() {
    client::ActDraft draft = stage_.Example("request", {"pt-pgr"});
    draft.channel_class = v1::CHANNEL_CLASS_INTERINSTITUTIONAL;
    draft.channel_basis.clear();
    CaseFileChecklist& list = *draft.content.mutable_request()->mutable_checklist();
    list.set_minority(content::v1::MINORITY_NO);
    list.set_guidance_version("tl-mp/case-file v3");
    ChecklistElement& act = *list.add_elements();
    act.set_trafficking_act(content::v1::TRAFFICKING_ACT_RECRUITMENT);
    act.set_element_status(content::v1::ELEMENT_STATUS_PROVED);
    act.set_exhibit("Doc. 4, anúncio");
    ChecklistElement& purpose = *list.add_elements();
    purpose.set_trafficking_purpose(content::v1::TRAFFICKING_PURPOSE_FORCED_LABOUR);
    purpose.set_element_status(content::v1::ELEMENT_STATUS_PARTLY_PROVED);
    purpose.set_exhibit("Doc. 7, folha de horas");
    purpose.set_gap("Os movimentos da conta do empregador.");
    purpose.set_measure_ordinal(2);
    return draft;
  }
  static ChecklistElement Deception() {
    ChecklistElement means;
    means.set_trafficking_means(content::v1::TRAFFICKING_MEANS_DECEPTION);
    means.set_element_status(content::v1::ELEMENT_STATUS_PROVED);
    means.set_exhibit("Doc. 5, contrato prometido");
    return means;
  }
  // What lint says of the means, at Timor-Leste's own office.
  std::optional<client::Finding> OfTheMeans(const client::ActDraft& draft) {
    for (const client::Finding& finding : stage_.office("tl-mp").Lint(draft, "pt", true)) {
      if (finding.field == kMeans) return finding;
    }
    return std::nullopt;
  }

  Stage stage_;
};

TEST_F(CaseFileScenario, LintNamesTheMissingElementAndTheVersionOfTheManual) {
  PublishNote("tl-mp", "TL", 3);
  const auto finding = OfTheMeans(RequestWithAGap());
  ASSERT_TRUE(finding.has_value());
  EXPECT_THAT(finding->message, HasSubstr("meios"));
  EXPECT_EQ(finding->source, "UN-TIP-2000 art. 3(a), (c)");
  EXPECT_EQ(finding->guidance, "tl-mp/case-file v3");
  // What is cited can be read, signed by whoever wrote it.
  v1::GetGuidanceRequest question;
  question.set_id("tl-mp/case-file");
  question.set_version(3);
  EXPECT_THAT(CallStub(*stage_.hub().office("tl-mp").directory,
                       &v1::DirectoryService::Stub::GetGuidance,
                       question),
              IsOk());
}

// Where the requested country says itself what it asks for, that is cited, in its latest version.
TEST_F(CaseFileScenario, TheRequestedCountrysOwnNoteGoesBefore) {
  PublishNote("tl-mp", "TL", 3);
  PublishNote("pt-pgr", "PT", 2);
  EXPECT_EQ(OfTheMeans(RequestWithAGap())->guidance, "pt-pgr/case-file v2");
}

TEST_F(CaseFileScenario, TheCorrectedRequestGoesThroughWithItsChecklist) {
  client::ActDraft draft = RequestWithAGap();
  *draft.content.mutable_request()->mutable_checklist()->add_elements() = Deception();
  EXPECT_FALSE(OfTheMeans(draft).has_value());
  for (const client::Finding& finding : stage_.office("tl-mp").Lint(draft, "pt", true))
    EXPECT_FALSE(absl::StrContains(finding.field, "checklist")) << finding.message;
  stage_.Send("tl-mp", draft);
  const ReceivedAct received = stage_.Take("pt-pgr");
  EXPECT_THAT(received.opened.contradictions, testing::IsEmpty());
  const CaseFileChecklist& list = received.opened.content.request().checklist();
  ASSERT_EQ(list.elements_size(), 3);
  EXPECT_EQ(list.elements(1).gap(), "Os movimentos da conta do empregador.");
  EXPECT_EQ(list.elements(1).measure_ordinal(), 2u) << "what is to close it";
  EXPECT_EQ(list.guidance_version(), "tl-mp/case-file v3");
}

TEST_F(CaseFileScenario, OfAChildNoMeansIsAskedFor) {
  client::ActDraft draft = RequestWithAGap();
  for (const auto minority : {content::v1::MINORITY_YES, content::v1::MINORITY_PRESUMED}) {
    draft.content.mutable_request()->mutable_checklist()->set_minority(minority);
    EXPECT_FALSE(OfTheMeans(draft).has_value());
  }
}

}  // namespace
}  // namespace rogatoria
