// The directory and the log, over the wire.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/crypto/secret.h"
#include "common/crypto/signer.h"
#include "common/directory/key_statement.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/cosignature.h"
#include "common/merkle/note.h"
#include "common/merkle/verify.h"
#include "common/model/leaf.h"
#include "common/receipt/receipt.h"
#include "tests/integration/broker.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kWitness[] = "witness.example/w1";

Ed25519FileSigner WitnessKey() {
  return Ed25519FileSigner::FromSeed(SecretBytes(Bytes(32, 'w'))).value();
}

std::string WitnessVerifierKey() {
  Ed25519FileSigner signer = WitnessKey();
  return merkle::VerifierKey::Make(
             kWitness, merkle::SignatureType::kCosignatureV1, signer.PublicKey())
      ->ToText();
}

class DirectoryAuditTest : public ::testing::Test {
 protected:
  DirectoryAuditTest()
      : broker_([](daemon::Config& config) { config.log.witnesses = {WitnessVerifierKey()}; }) {}
  Office& pt() { return broker_.office("pt-pgr"); }
  v1::GetCheckpointResponse Head() {
    return CallStub(*pt().audit, &v1::AuditService::Stub::GetCheckpoint, v1::GetCheckpointRequest())
        .value();
  }

  Broker broker_;
};

TEST_F(DirectoryAuditTest, EveryKeyStatementIsInTheLog) {
  v1::GetAuthorityRequest request;
  request.set_authority("co-fgn");
  const auto found =
      CallStub(*pt().directory, &v1::DirectoryService::Stub::GetAuthority, request).value();
  ASSERT_EQ(found.key_statements_size(), 2);
  EXPECT_EQ(found.certificates_size(), 2);
  const auto head = merkle::ParseCheckpoint(merkle::ParseNote(Head().checkpoint())->text).value();
  for (const v1::KeyStatement& statement : found.key_statements()) {
    EXPECT_EQ(statement.log_origin(), head.origin);
    v1::GetInclusionProofRequest asked;
    asked.set_index(statement.leaf_index());
    asked.set_tree_size(head.size);
    const auto proof =
        CallStub(*pt().audit, &v1::AuditService::Stub::GetInclusionProof, asked).value();
    std::vector<merkle::Hash> hashes;
    for (const auto& hash : proof.hashes()) hashes.push_back(*merkle::Hash::FromBytes(hash));
    const Bytes leaf = FormatLeaf(
        KeyStatementLeaf{statement.statement(), statement.signature(), statement.identity_key()});
    EXPECT_THAT(merkle::VerifyInclusion(
                    merkle::LeafHash(leaf), statement.leaf_index(), head.size, hashes, head.root),
                IsOk());
  }
}

// Larger than what any other call may send: some six thousand authorities.
TEST_F(DirectoryAuditTest, ALargeDirectoryIsLoadedAndGivenBackAndATooLargeOneIsRefused) {
  const auto with_comment_of = [&](size_t bytes) {
    v1::LoadDirectoryRequest request = broker_.DirectoryFiles();
    v1::DirectoryFile& file = *request.add_files();
    file.set_name("comment.toml");
    file.set_content("#" + std::string(bytes, ' ') + "\n");
    return request;
  };
  const auto load = [&](const v1::LoadDirectoryRequest& request) {
    return CallStub(broker_.admin(), &v1::AdminService::Stub::LoadDirectory, request);
  };
  ASSERT_THAT(load(with_comment_of(12 * 1024 * 1024)), IsOk());
  const auto given =
      CallStub(broker_.admin(), &v1::AdminService::Stub::GetDirectory, v1::GetDirectoryRequest());
  ASSERT_THAT(given, IsOk());
  EXPECT_GT(given->ByteSizeLong(), 12u * 1024 * 1024);
  EXPECT_THAT(load(with_comment_of(limits::kMaxDirectoryFileBytes)),
              HasReason(Reason::LIMIT_EXCEEDED));
}

TEST_F(DirectoryAuditTest, AuthoritiesComeInPagesAndByCountry) {
  v1::ListAuthoritiesRequest request;
  request.set_page_size(2);
  const auto list = [&] {
    return CallStub(*pt().directory, &v1::DirectoryService::Stub::ListAuthorities, request);
  };
  const auto first = list().value();
  ASSERT_THAT(first.authorities(), SizeIs(2));
  request.set_page_token(first.next_page_token());
  const auto second = list().value();
  ASSERT_THAT(second.authorities(), SizeIs(1));
  EXPECT_EQ(second.authorities(0).id(), "pt-pgr");
  EXPECT_EQ(second.next_page_token(), "");
  request.set_country("PT");
  EXPECT_THAT(list(), HasReason(Reason::PAGE_TOKEN_INVALID));
  request.clear_page_token();
  ASSERT_THAT(list()->authorities(), SizeIs(1));
  request.set_page_size(-1);
  EXPECT_THAT(list(), HasReason(Reason::FIELD_INVALID));
}

TEST_F(DirectoryAuditTest, InstrumentsAreListedWithTheirRelations) {
  const auto list = CallStub(
      *pt().directory, &v1::DirectoryService::Stub::ListInstruments, v1::ListInstrumentsRequest());
  ASSERT_THAT(list, IsOk());
  ASSERT_THAT(list->instruments(), SizeIs(1));
  const v1::Instrument& instrument = list->instruments(0);
  EXPECT_EQ(instrument.id(), "UN-TIP-2000");
  EXPECT_TRUE(instrument.legal_basis());
  const auto of_pt_and_co = [](const v1::InstrumentRelation& relation) {
    return relation.country() == "CO" && relation.other_country() == "PT";
  };
  const auto& relations = instrument.relations();
  const auto found = std::find_if(relations.begin(), relations.end(), of_pt_and_co);
  ASSERT_NE(found, relations.end());
  EXPECT_EQ(found->from(), "2004-09-03") << "since the later of both";
}

// Each between 231 pairs of countries: more than one message could hold.
TEST_F(DirectoryAuditTest, FiveHundredInstrumentsComeInPagesThatCanBeSent) {
  v1::LoadDirectoryRequest files = broker_.DirectoryFiles();
  std::string& law = *files.mutable_files(0)->mutable_content();
  std::string parties = "[instrument.parties]\n";
  for (const char* country : {"AR", "BO", "BR", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GT",
                              "HN", "MX", "NI", "PA", "PE", "PR", "PT", "PY", "SV", "UY", "VE"}) {
    absl::StrAppend(&parties, country, " = \"2004-09-03\"\n");
  }
  for (int i = 0; i < 500; ++i) {
    absl::StrAppend(&law,
                    "\n[[instrument]]\nid = \"X-",
                    1000 + i,
                    "\"\ntitle = \"t\"\nlegal_basis = true\n",
                    parties);
  }
  ASSERT_THAT(CallStub(broker_.admin(), &v1::AdminService::Stub::LoadDirectory, files), IsOk());
  v1::ListInstrumentsRequest request;
  request.set_page_size(500);
  std::vector<std::string> ids;
  int pages = 0;
  do {
    const auto page =
        CallStub(*pt().directory, &v1::DirectoryService::Stub::ListInstruments, request);
    ASSERT_THAT(page, IsOk());
    for (const v1::Instrument& instrument : page->instruments()) ids.push_back(instrument.id());
    request.set_page_token(page->next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_THAT(ids, SizeIs(501));
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 501U);
  EXPECT_GT(pages, 1);
}

TEST_F(DirectoryAuditTest, PagesOfInstrumentsHaveTheSizeAskedFor) {
  v1::ListInstrumentsRequest request;
  request.set_page_size(-1);
  const auto list = [&] {
    return CallStub(*pt().directory, &v1::DirectoryService::Stub::ListInstruments, request);
  };
  EXPECT_THAT(list(), HasReason(Reason::FIELD_INVALID));
  v1::LoadDirectoryRequest files = broker_.DirectoryFiles();
  files.mutable_files(0)->mutable_content()->append(
      "\n[[instrument]]\nid = \"A-1\"\ntitle = \"t\"\nlegal_basis = true\n");
  ASSERT_THAT(CallStub(broker_.admin(), &v1::AdminService::Stub::LoadDirectory, files), IsOk());
  request.set_page_size(1);
  const auto first = list().value();
  ASSERT_THAT(first.instruments(), SizeIs(1));
  EXPECT_EQ(first.instruments(0).id(), "A-1");
  request.set_page_token(first.next_page_token());
  const auto second = list().value();
  ASSERT_THAT(second.instruments(), SizeIs(1));
  EXPECT_EQ(second.next_page_token(), "");
  request.set_page_token("no token");
  EXPECT_THAT(list(), HasReason(Reason::PAGE_TOKEN_INVALID));
}

TEST_F(DirectoryAuditTest, ASuspendedAuthorityIsShownAsSuspended) {
  ASSERT_THAT(broker_.SetStanding(v1::STANDING_SUBJECT_AUTHORITY, "co-fgn", v1::STANDING_SUSPENDED),
              IsOk());
  v1::GetAuthorityRequest request;
  request.set_authority("co-fgn");
  const auto found =
      CallStub(*pt().directory, &v1::DirectoryService::Stub::GetAuthority, request).value();
  EXPECT_TRUE(found.authority().suspended());
  EXPECT_THAT(pt().Compose({}), HasReason(Reason::RECIPIENT_SUSPENDED));
}

TEST_F(DirectoryAuditTest, AnUnknownAuthorityIsNotFound) {
  v1::GetAuthorityRequest request;
  request.set_authority("xx-no");
  EXPECT_THAT(CallStub(*pt().directory, &v1::DirectoryService::Stub::GetAuthority, request),
              HasReason(Reason::AUTHORITY_NOT_FOUND));
}

TEST_F(DirectoryAuditTest, ARouteIsExplainedInTheLanguageAskedFor) {
  v1::ExplainRouteRequest request;
  request.mutable_addressee()->set_authority("co-fgn");
  request.set_channel_class(v1::CHANNEL_CLASS_FORMAL);
  request.set_instrument("UN-TIP-2000");
  request.set_kind(v1::ACT_KIND_REQUEST);
  const auto explain = [&](const std::string& language) {
    request.set_language(language);
    return CallStub(*pt().directory, &v1::DirectoryService::Stub::ExplainRoute, request).value();
  };
  const auto english = explain("en");
  EXPECT_TRUE(english.possible());
  EXPECT_EQ(english.authority(), "co-fgn");
  EXPECT_GT(english.steps_size(), 0);
  EXPECT_NE(english.steps(0).explanation(), explain("es").steps(0).explanation());
  EXPECT_NE(english.steps(0).explanation(), explain("pt").steps(0).explanation());
  request.set_instrument("NO-SUCH-1999");
  EXPECT_FALSE(explain("en").possible());
}

TEST_F(DirectoryAuditTest, ARouteNeedsItsQuestionsAnswered) {
  v1::ResolveRecipientsRequest request;
  const auto resolve = [&] {
    return CallStub(*pt().directory, &v1::DirectoryService::Stub::ResolveRecipients, request);
  };
  EXPECT_THAT(resolve(), HasReason(Reason::RECIPIENT_COUNT));
  request.add_addressees();
  EXPECT_THAT(resolve(), HasReason(Reason::FIELD_REQUIRED));
  request.set_channel_class(v1::CHANNEL_CLASS_INFORMAL);
  request.set_kind(v1::ACT_KIND_REQUEST);
  EXPECT_THAT(resolve(), HasReason(Reason::FIELD_REQUIRED));
  request.mutable_addressees(0)->set_authority("xx-no");
  EXPECT_THAT(resolve(), HasReason(Reason::RECIPIENT_UNKNOWN));
  request.set_case_id("pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49");
  EXPECT_THAT(resolve(), HasReason(Reason::CASE_NOT_FOUND));
}

TEST_F(DirectoryAuditTest, ProofsBeyondTheLogAreRefused) {
  v1::GetInclusionProofRequest inclusion;
  inclusion.set_index(1'000'000);
  EXPECT_THAT(CallStub(*pt().audit, &v1::AuditService::Stub::GetInclusionProof, inclusion),
              HasReason(Reason::LOG_RANGE_INVALID));
  inclusion.set_index(0);
  inclusion.set_tree_size(1'000'000);
  EXPECT_THAT(CallStub(*pt().audit, &v1::AuditService::Stub::GetInclusionProof, inclusion),
              HasReason(Reason::LOG_RANGE_INVALID));
  v1::GetConsistencyProofRequest consistency;
  EXPECT_THAT(CallStub(*pt().audit, &v1::AuditService::Stub::GetConsistencyProof, consistency),
              HasReason(Reason::LOG_RANGE_INVALID));
  v1::GetCheckpointRequest other_log;
  other_log.set_log(9);
  EXPECT_THAT(CallStub(*pt().audit, &v1::AuditService::Stub::GetCheckpoint, other_log),
              HasReason(Reason::LOG_RANGE_INVALID));
}

TEST_F(DirectoryAuditTest, AWitnesssCosignatureStrengthensReceipts) {
  const auto request = pt().Compose({});
  const auto sent = pt().Submit(*request);
  ASSERT_THAT(sent, IsOk());
  const std::string note = ParseReceipt(sent->receipts(0).content())->note;
  Ed25519FileSigner witness = WitnessKey();
  const auto signature =
      merkle::Cosign(merkle::ParseNote(note)->text, kWitness, 1'795'000'000, witness).value();
  v1::AddCosignatureRequest add;
  add.set_note(merkle::AddSignature(note, signature).value());
  EXPECT_EQ(CallStub(*pt().audit, &v1::AuditService::Stub::AddCosignature, add)->added(), 1u);
  EXPECT_EQ(CallStub(*pt().audit, &v1::AuditService::Stub::AddCosignature, add)->added(), 0u);

  v1::ListReceiptsRequest list;
  list.set_act_id(pt().ActIdOf(*request));
  const auto receipts = CallStub(*pt().audit, &v1::AuditService::Stub::ListReceipts, list).value();
  ASSERT_GT(receipts.receipts_size(), 0);
  EXPECT_EQ(receipts.receipts(0).level(), v1::RECEIPT_LEVEL_WITNESSED);
  ASSERT_EQ(receipts.receipts(0).attachments_size(), 1);
  // The receipt's own bytes are as they were.
  EXPECT_EQ(receipts.receipts(0).content(), sent->receipts(0).content());

  add.set_note("rubbish");
  EXPECT_THAT(CallStub(*pt().audit, &v1::AuditService::Stub::AddCosignature, add),
              HasReason(Reason::FIELD_INVALID));
}

TEST_F(DirectoryAuditTest, ABackupHoldsTheHub) {
  ASSERT_THAT(pt().Send({}), IsOk());
  v1::CreateBackupRequest request;
  request.set_request_id("6f1c0a52-8e0b-4b7e-9a55-000000000001");
  const auto made =
      CallStub(broker_.admin(), &v1::AdminService::Stub::CreateBackup, request).value();
  EXPECT_GT(made.size_bytes(), 0u);
  EXPECT_GT(made.log_size(), 0u);
  EXPECT_THAT(CallStub(broker_.admin(), &v1::AdminService::Stub::CreateBackup, request),
              HasReason(Reason::REQUEST_ID_REUSED));
}

}  // namespace
}  // namespace rogatoria
