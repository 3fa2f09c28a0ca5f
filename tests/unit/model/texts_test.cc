// The line texts that the log commits to: evidence, audit records, leaves. One value has one text.
#include <string>

#include <gtest/gtest.h>

#include "common/model/audit_record.h"
#include "common/model/evidence.h"
#include "common/model/leaf.h"
#include "common/model/line_text.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_header.h"

namespace rogatoria {
namespace {

Evidence FullEvidence() {
  Evidence evidence;
  evidence.event = v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT;
  evidence.trust_domain = "rogatoria.example";
  evidence.governing_law = "ES";
  evidence.act_id = kActId;
  evidence.case_id = kActId;
  evidence.kind = v1::ACT_KIND_REQUEST;
  evidence.case_position = 1;
  evidence.disposition = v1::ACT_DISPOSITION_IN_SEQUENCE;
  evidence.sender = "pt-pgr";
  evidence.recipient = "co-fgn";
  evidence.channel_class = v1::CHANNEL_CLASS_FORMAL;
  evidence.legal_basis = "UN-TIP-2000";
  evidence.channel_basis = "COMJIB-MEDELLIN-2019";
  evidence.effect = StatedEffect::kFormalOriginal;
  evidence.header_sha256 = std::string(64, 'a');
  evidence.content_sha256 = std::string(64, 'b');
  evidence.signer_sha256 = std::string(64, 'c');
  evidence.signed_by_user = true;
  evidence.instant = {1795521600123};
  evidence.legal_date = {"2026-11-25",
                         "NEXT_WORKING_DAY",
                         "America/Bogota",
                         "co-national",
                         3,
                         std::string(64, 'd'),
                         "2025b"};
  return evidence;
}

Evidence MissedEvidence() {
  Evidence evidence = FullEvidence();
  evidence.event = v1::TRANSPORT_EVENT_DEADLINE_MISSED;
  evidence.recipient.clear();
  evidence.legal_date = {};
  evidence.missed = {"EXECUTE", "medellin-execute", {1795521600000}, {1, 3, 4294967295}, "co-fgn"};
  return evidence;
}

// Every line of a text spoilt in turn, by a value that no line takes.
template <typename Parse>
void ExpectEveryLineIsLookedAt(const std::string& text, Parse parse) {
  for (size_t start = 0; start < text.size();) {
    const size_t end = text.find('\n', start);
    const std::string line = text.substr(start, end - start);
    EXPECT_FALSE(parse(text.substr(0, start) + text.substr(end + 1)).ok()) << "without " << line;
    EXPECT_FALSE(parse(text.substr(0, end) + " x" + text.substr(end)).ok()) << "after " << line;
    EXPECT_FALSE(parse(text.substr(0, end) + "\r" + text.substr(end)).ok()) << "CR in " << line;
    start = end + 1;
  }
  EXPECT_FALSE(parse(text + "more 1\n").ok());
  EXPECT_FALSE(parse(text.substr(0, text.size() - 1)).ok());
}

TEST(EvidenceTest, ReadsBackWhatItWrote) {
  const std::string text = FormatEvidence(FullEvidence());
  const auto parsed = ParseEvidence(text);
  ASSERT_THAT(parsed, IsOk());
  EXPECT_EQ(FormatEvidence(*parsed), text);
  EXPECT_EQ(text.substr(0, text.find("\ninstant")), "rogatoria-evidence v1\nevent D.1");
}

TEST(EvidenceTest, AbsentValuesAreDashes) {
  Evidence evidence = FullEvidence();
  evidence.event = v1::TRANSPORT_EVENT_SUBMISSION_REJECTION;
  evidence.recipient.clear();
  evidence.legal_date = {};
  evidence.channel_basis.clear();
  evidence.reason = "WRONG_STATE";
  evidence.case_position = 0;
  const std::string text = FormatEvidence(evidence);
  EXPECT_NE(text.find("\nrecipient -\n"), std::string::npos);
  EXPECT_NE(text.find("\ncalendar-version -\n"), std::string::npos);
  const auto parsed = ParseEvidence(text);
  ASSERT_THAT(parsed, IsOk());
  EXPECT_EQ(parsed->recipient, "");
  EXPECT_EQ(parsed->legal_date.calendar_version, 0U);
  EXPECT_EQ(parsed->reason, "WRONG_STATE");
}

TEST(EvidenceTest, EveryLineIsLookedAt) {
  ExpectEveryLineIsLookedAt(FormatEvidence(FullEvidence()),
                            [](const std::string& text) { return ParseEvidence(text); });
}

TEST(EvidenceTest, OnlyAMissedDeadlineHasTheLinesOfOne) {
  const std::string text = FormatEvidence(MissedEvidence());
  const auto parsed = ParseEvidence(text);
  ASSERT_THAT(parsed, IsOk());
  EXPECT_EQ(FormatEvidence(*parsed), text);
  EXPECT_EQ(parsed->missed.measures, (std::vector<uint32_t>{1, 3, 4294967295}));
  EXPECT_EQ(parsed->missed.due.unix_ms, 1795521600000);
  ExpectEveryLineIsLookedAt(text, [](const std::string& any) { return ParseEvidence(any); });

  Evidence other = FullEvidence();
  other.missed = MissedEvidence().missed;
  EXPECT_EQ(FormatEvidence(other), FormatEvidence(FullEvidence()));
}

TEST(EvidenceTest, AnE2OfWhatStillLiesThereIsNotFinal) {
  Evidence evidence = FullEvidence();
  evidence.event = v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE;
  for (const absl::string_view reason : {kNotRetrieved, kNotDelivered}) {
    evidence.reason = std::string(reason);
    EXPECT_TRUE(LeavesOpen(evidence)) << reason;
  }
  evidence.reason = "TOO_MANY_ATTEMPTS";
  EXPECT_FALSE(LeavesOpen(evidence));
  evidence = FullEvidence();
  evidence.reason = "NOT_RETRIEVED";
  EXPECT_FALSE(LeavesOpen(evidence)) << "a D.1";
}

TEST(EvidenceTest, ErrorsNameTheLine) {
  std::string text = FormatEvidence(FullEvidence());
  text.replace(text.find("case-position 1"), 15, "case-position 01");
  const auto parsed = ParseEvidence(text);
  ASSERT_THAT(parsed, HasReason(Reason::MALFORMED_MESSAGE));
  EXPECT_EQ(GetErrorDetails(parsed.status())->field, "case-position");
  EXPECT_THAT(parsed, StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(EvidenceTest, EveryEventHasACode) {
  for (int number = 1; number < v1::TransportEvent_ARRAYSIZE; ++number) {
    Evidence evidence = FullEvidence();
    evidence.event = static_cast<v1::TransportEvent>(number);
    evidence.missed = MissedEvidence().missed;
    EXPECT_EQ(EventCode(evidence.event).size(), 3U);
    EXPECT_EQ(ParseEvidence(FormatEvidence(evidence))->event, evidence.event);
  }
  EXPECT_EQ(EventCode(v1::TRANSPORT_EVENT_UNSPECIFIED), "");
}

TEST(AuditRecordTest, ReadsBackWhatItWroteWhateverTheCallerSaid) {
  SeededRandom random(7);
  for (int round = 0; round < 500; ++round) {
    AuditRecord record{AuditOperation::kRefusal,
                       {1795521600000 + round},
                       "spiffe://x/" + random.Generate(random.Below(8)),
                       "/rogatoria.v1.ExchangeService/GetCase",
                       random.Generate(random.Below(20)),
                       "CASE_NOT_FOUND",
                       random.Below(1000)};
    const std::string text = FormatAuditRecord(record);
    const auto parsed = ParseAuditRecord(text);
    ASSERT_THAT(parsed, IsOk()) << text;
    EXPECT_EQ(parsed->object, record.object);
    EXPECT_EQ(parsed->principal, record.principal);
    EXPECT_EQ(parsed->count, record.count);
    EXPECT_EQ(FormatAuditRecord(*parsed), text);
  }
}

TEST(AuditRecordTest, ALoneDashIsNotNothing) {
  AuditRecord record;
  record.object = "-";
  EXPECT_NE(FormatAuditRecord(record).find("object %2D\n"), std::string::npos);
  EXPECT_EQ(ParseAuditRecord(FormatAuditRecord(record))->object, "-");
}

TEST(AuditRecordTest, EveryLineIsLookedAt) {
  AuditRecord record{AuditOperation::kConsultation,
                     {1795521600000},
                     "spiffe://d/authority/pt-pgr",
                     "/rogatoria.v1.ExchangeService/GetCase",
                     kActId,
                     "OK",
                     1};
  ExpectEveryLineIsLookedAt(FormatAuditRecord(record),
                            [](const std::string& text) { return ParseAuditRecord(text); });
}

TEST(AuditRecordTest, AStepOfCustodyHasTwoLinesMore) {
  AuditRecord record{AuditOperation::kDisclosure,
                     {1795521600000},
                     "spiffe://d/authority/co-fgn/system/office",
                     "/rogatoria.v1.ExchangeService/SubmitAct",
                     kActId,
                     "OK",
                     1,
                     "FORWARDED",
                     "co-fgn-norte"};
  const std::string text = FormatAuditRecord(record);
  const auto parsed = ParseAuditRecord(text);
  ASSERT_THAT(parsed, IsOk()) << text;
  EXPECT_EQ(parsed->custody, "FORWARDED");
  EXPECT_EQ(parsed->concerned, "co-fgn-norte");
  EXPECT_EQ(FormatAuditRecord(*parsed), text);
  ExpectEveryLineIsLookedAt(text,
                            [](const std::string& spoilt) { return ParseAuditRecord(spoilt); });
  record.custody = "";
  EXPECT_EQ(ParseAuditRecord(FormatAuditRecord(record))->concerned, "") << "of all others, none";
}

TEST(AuditRecordTest, EscapesHaveOneForm) {
  std::string value;
  EXPECT_TRUE(line_text::Unescape("a%20b", value));
  EXPECT_EQ(value, "a b");
  for (const char* bad : {"a%2", "a%", "%zz", "%2a", "%41", "a b", "-"}) {
    EXPECT_FALSE(line_text::Unescape(bad, value)) << bad;
  }
}

TEST(LeafTest, ReadsBackEachSort) {
  const Leaf leaves[] = {
      CommitmentLeaf{RecordClass::kAudit, Bytes(32, '\x01')},
      KeyStatementLeaf{"statement\n\x01", "signature", "key"},
      OriginLeaf{OriginReason::kFirst, "", 0, ""},
      OriginLeaf{OriginReason::kRestore, "hub.example/log/1", 42, Bytes(32, 'r')}};
  for (const Leaf& leaf : leaves) {
    const std::string text = FormatLeaf(leaf);
    const auto parsed = ParseLeaf(text);
    ASSERT_THAT(parsed, IsOk()) << text;
    EXPECT_EQ(parsed->index(), leaf.index());
    EXPECT_EQ(FormatLeaf(*parsed), text);
    ExpectEveryLineIsLookedAt(text, [](const std::string& spoilt) { return ParseLeaf(spoilt); });
  }
}

TEST(LeafTest, WrongLeavesAreRefused) {
  const Leaf leaves[] = {CommitmentLeaf{RecordClass::kEvidence, Bytes(31, 'c')},
                         CommitmentLeaf{RecordClass::kEvidence, ""},
                         KeyStatementLeaf{"", "signature", "key"},
                         OriginLeaf{OriginReason::kFirst, "hub.example/log/1", 0, ""},
                         OriginLeaf{OriginReason::kYear, "", 3, Bytes(32, 'r')},
                         OriginLeaf{OriginReason::kYear, "hub.example/log/1", 0, Bytes(32, 'r')},
                         OriginLeaf{OriginReason::kKey, "hub.example/log/1", 3, "short"}};
  for (const Leaf& leaf : leaves)
    EXPECT_FALSE(ParseLeaf(FormatLeaf(leaf)).ok()) << FormatLeaf(leaf);
}

// RFC 4231 test case 2: the commitment is plain HMAC-SHA-256, salt as key.
TEST(LeafTest, CommitmentIsHmac) {
  EXPECT_EQ(ToHex(Commit("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

}  // namespace
}  // namespace rogatoria
