// docs/formats/evidence.md and docs/formats/leaf.md
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/crypto/digest.h"
#include "common/model/audit_record.h"
#include "common/model/evidence.h"
#include "common/model/leaf.h"
#include "tests/interop/vectors/formats/vector_set.h"

namespace rogatoria {
namespace {

Evidence Acceptance() {
  Evidence evidence;
  evidence.event = v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE;
  evidence.trust_domain = "rogatoria.example";
  evidence.governing_law = "ES";
  evidence.act_id = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";
  evidence.case_id = evidence.act_id;
  evidence.kind = v1::ACT_KIND_REQUEST;
  evidence.case_position = 1;
  evidence.disposition = v1::ACT_DISPOSITION_IN_SEQUENCE;
  evidence.sender = "pt-pgr";
  evidence.channel_class = v1::CHANNEL_CLASS_FORMAL;
  evidence.legal_basis = "UN-TIP-2000";
  evidence.channel_basis = "COMJIB-MEDELLIN-2019";
  evidence.effect = StatedEffect::kFormalOriginal;
  evidence.header_sha256 = ToHex(Sha256("header"));
  evidence.content_sha256 = ToHex(Sha256("content"));
  evidence.signer_sha256 = ToHex(Sha256("signer"));
  evidence.signed_by_user = true;
  evidence.instant = {1795521600123};
  return evidence;
}

Evidence Consignment() {
  Evidence evidence = Acceptance();
  evidence.event = v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT;
  evidence.recipient = "co-fgn";
  evidence.legal_date = {"2026-11-25",
                         "NEXT_WORKING_DAY",
                         "America/Bogota",
                         "co-national",
                         1,
                         ToHex(Sha256("calendar")),
                         "2025b"};
  return evidence;
}

Evidence ExactConsignment() {
  Evidence evidence = Consignment();
  evidence.legal_date = {"2026-11-24", "EXACT_INSTANT", "America/Bogota", "", 0, "", "2025b"};
  return evidence;
}

Evidence Rejection() {
  Evidence evidence = Acceptance();
  evidence.event = v1::TRANSPORT_EVENT_SUBMISSION_REJECTION;
  evidence.disposition = v1::ACT_DISPOSITION_REFUSED;
  evidence.case_position = 0;
  evidence.reason = "WRONG_STATE";
  return evidence;
}

Evidence Handover() {
  Evidence evidence = Acceptance();
  evidence.event = v1::TRANSPORT_EVENT_CONTENT_HANDOVER;
  evidence.recipient = "co-fgn";
  evidence.acknowledgement_sha256 = ToHex(Sha256("acknowledgement"));
  return evidence;
}

Evidence NotRetrieved() {
  Evidence evidence = Acceptance();
  evidence.event = v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE;
  evidence.recipient = "co-fgn";
  evidence.reason = "NOT_RETRIEVED";
  return evidence;
}

Evidence DeadlineMissed() {
  Evidence evidence = Acceptance();
  evidence.event = v1::TRANSPORT_EVENT_DEADLINE_MISSED;
  evidence.instant = {1798113600456};
  evidence.missed = {"EXECUTE", "medellin-execute", {1798113600000}, {1, 3}, "co-fgn"};
  return evidence;
}

Evidence DeadlineMissedOfTheCase() {
  Evidence evidence = DeadlineMissed();
  evidence.missed.clock = "ACKNOWLEDGE";
  evidence.missed.measures.clear();
  return evidence;
}

Evidence Interinstitutional() {
  Evidence evidence = Acceptance();
  evidence.channel_class = v1::CHANNEL_CLASS_INTERINSTITUTIONAL;
  evidence.effect = StatedEffect::kInterinstitutional;
  evidence.channel_basis = "AIAMP-TIP-2011";
  evidence.legal_basis.clear();
  evidence.signed_by_user = false;
  return evidence;
}

Evidence Unsettled() {
  Evidence evidence = Acceptance();
  evidence.effect = StatedEffect::kFormalUnsettled;
  return evidence;
}

AuditRecord Consultation() {
  return {AuditOperation::kConsultation,
          {1795521600123},
          "spiffe://rogatoria.example/authority/co-fgn/system/office",
          "/rogatoria.v1.ExchangeService/GetCase",
          "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49",
          "OK",
          1};
}

AuditRecord Refusal() {
  return {AuditOperation::kRefusal,
          {1795521600456},
          "unauthenticated",
          "/rogatoria.v1.ExchangeService/GetCase",
          "a b\n%\xc3\xb1",
          "CASE_NOT_FOUND",
          1};
}

AuditRecord Notice() {
  return {AuditOperation::kNotice,
          {1795521600789},
          "hub",
          "notice/DEADLINE_WARNING",
          "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49",
          "ISSUED",
          1};
}

AuditRecord Forwarding() {
  return {AuditOperation::kDisclosure,
          {1795521600789},
          "spiffe://rogatoria.example/authority/co-fgn/system/office",
          "/rogatoria.v1.ExchangeService/SubmitAct",
          "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49",
          "OK",
          1,
          "FORWARDED",
          "co-fgn-norte"};
}

AuditRecord ErasureByTheHub() {
  return {AuditOperation::kErasure,
          {1795521600790},
          "hub",
          "documents/keeper",
          "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49",
          "OK",
          1,
          "ERASED",
          ""};
}

struct Change {
  absl::string_view name, field, from, to, why;
};
// In the X.1.
constexpr Change kMissedChanges[] = {
    {"x1-no-clock", "clock", "clock EXECUTE", "clock -", "a clock is required"},
    {"x1-lower-case-clock", "clock", "clock EXECUTE", "clock execute", "lower case"},
    {"x1-no-profile",
     "deadline-profile",
     "deadline-profile medellin-execute",
     "deadline-profile -",
     "a profile is required"},
    {"x1-due-no-day", "due", "due 2026-12-24", "due 2026-12-32", "there is no such day"},
    {"x1-due-without-milliseconds", "due", "12:00:00.000Z", "12:00:00Z", "three decimals"},
    {"x1-measures-descending", "measures", "measures 1,3", "measures 3,1", "they ascend"},
    {"x1-measure-twice", "measures", "measures 1,3", "measures 1,1", "once each"},
    {"x1-measure-zero", "measures", "measures 1,3", "measures 0,3", "ordinals begin at 1"},
    {"x1-measure-leading-zero", "measures", "measures 1,3", "measures 01,3", "leading zero"},
    {"x1-measures-space", "measures", "measures 1,3", "measures 1,,3", "nothing between commas"},
    {"x1-nobody-concerned", "concerned", "concerned co-fgn", "concerned -", "one is required"},
    {"x1-line-missing", "due", "due 2026-12-24T12:00:00.000Z\n", "", "every line is there"},
    {"x1-as-e2", "", "event X.1", "event E.2", "only an X.1 has these lines"},
};
// In the D.1.
constexpr Change kChanges[] = {
    {"unknown-event", "event", "event D.1", "event D.9", "no code of EN 319 522"},
    {"instant-without-milliseconds", "instant", ".123Z", "Z", "three decimals are written"},
    {"instant-offset", "instant", ".123Z", ".123+00:00", "only Z is written"},
    {"instant-no-day", "instant", "2026-11-24T", "2026-11-31T", "there is no such day"},
    {"act-grammar", "act", "act pt-pgr/6f1c0a52", "act pt-pgr/6F1C0A52", "upper case"},
    {"unknown-kind", "kind", "kind REQUEST", "kind REQUESTS", "no kind of act"},
    {"position-leading-zero",
     "case-position",
     "case-position 1",
     "case-position 01",
     "leading zero"},
    {"position-none",
     "case-position",
     "case-position 1",
     "case-position -",
     "a number is required"},
    {"unknown-disposition", "disposition", "IN_SEQUENCE", "in_sequence", "lower case"},
    {"recipient-grammar", "recipient", "recipient co-fgn", "recipient CO", "not an authority id"},
    {"unknown-effect", "effect", "effect FORMAL_ORIGINAL", "effect ORIGINAL", "no effect"},
    {"long-digest", "header-sha256", "header-sha256 ", "header-sha256 00", "66 digits"},
    {"upper-case-digest", "content-sha256", "content-sha256 ed", "content-sha256 ED", "upper case"},
    {"unknown-signer", "signed-by", "signed-by USER", "signed-by ROBOT", "neither user nor seal"},
    {"date-no-day",
     "legal-date",
     "legal-date 2026-11-25",
     "legal-date 2026-11-31",
     "there is no such day"},
    {"version-zero",
     "calendar-version",
     "calendar-version 1",
     "calendar-version 0",
     "versions begin at 1"},
    {"two-spaces", "sender", "sender pt-pgr", "sender  pt-pgr", "one space parts name and value"},
    {"space-at-end", "sender", "sender pt-pgr\n", "sender pt-pgr \n", "a space after the value"},
    {"carriage-return", "sender", "sender pt-pgr\n", "sender pt-pgr\r\n", "CR LF"},
    {"line-missing", "sender", "sender pt-pgr\n", "", "every line is there"},
    {"line-twice", "recipient", "sender pt-pgr\n", "sender pt-pgr\nsender pt-pgr\n", "once each"},
    {"lines-swapped",
     "sender",
     "sender pt-pgr\nrecipient co-fgn\n",
     "recipient co-fgn\nsender pt-pgr\n",
     "the order is fixed"},
    {"empty-value", "reason", "reason -\n", "reason \n", "no value is written as -"},
    {"first-line-v2", "", "rogatoria-evidence v1", "rogatoria-evidence v2", "another version"},
};

Bytes Replaced(const Bytes& text, absl::string_view from, absl::string_view to) {
  const size_t at = text.find(std::string(from));
  if (at == Bytes::npos) std::abort();  // the vector would say nothing
  Bytes changed = text;
  return changed.replace(at, from.size(), std::string(to));
}

Bytes Salt() {
  return Sha256("salt of the vectors");
}

void AddAuditVectors(VectorSet& set) {
  set.Good("audit-consultation",
           FormatAuditRecord(Consultation()),
           "operation=CONSULTATION outcome=OK count=1");
  set.Good("audit-refusal",
           FormatAuditRecord(Refusal()),
           "operation=REFUSAL object=a%20b%0A%25%C3%B1 outcome=CASE_NOT_FOUND");
  set.Good("audit-notice",
           FormatAuditRecord(Notice()),
           "operation=NOTICE principal=hub method=notice/DEADLINE_WARNING outcome=ISSUED");
  const Bytes forwarding = FormatAuditRecord(Forwarding());
  set.Good(
      "audit-custody", forwarding, "operation=DISCLOSURE custody=FORWARDED concerned=co-fgn-norte");
  set.Good("audit-custody-of-the-hub",
           FormatAuditRecord(ErasureByTheHub()),
           "operation=ERASURE custody=ERASED concerned=-");
  const Bytes audit = FormatAuditRecord(Refusal());
  set.Bad("audit-unknown-operation",
          Replaced(audit, "REFUSAL", "LOOKING"),
          "operation",
          "no operation");
  set.Bad(
      "audit-lower-case-escape", Replaced(audit, "%0A", "%0a"), "object", "escapes are upper case");
  set.Bad(
      "audit-needless-escape", Replaced(audit, "%20b", "%20%62"), "object", "b needs no escape");
  set.Bad("audit-count-leading-zero",
          Replaced(audit, "count 1", "count 001"),
          "count",
          "leading zeros");
  set.Bad("audit-custody-unknown",
          Replaced(forwarding, "custody FORWARDED", "custody LOST"),
          "custody",
          "no step of custody");
  set.Bad("audit-custody-none",
          Replaced(forwarding, "custody FORWARDED", "custody -"),
          "custody",
          "a step is required");
  set.Bad("audit-custody-concerned-grammar",
          Replaced(forwarding, "concerned co-fgn-norte", "concerned CO"),
          "concerned",
          "not an authority id");
  set.Bad("audit-custody-half",
          Replaced(forwarding, "concerned co-fgn-norte\n", ""),
          "concerned",
          "both lines or none");
}

}  // namespace

void AddEvidenceVectors(VectorFiles& files) {
  VectorSet set("evidence", ".txt");
  const Bytes consignment = FormatEvidence(Consignment());
  set.Good("a1", FormatEvidence(Acceptance()), "event=A.1 recipient=- case-position=1");
  set.Good("a1-interinstitutional",
           FormatEvidence(Interinstitutional()),
           "event=A.1 effect=INTERINSTITUTIONAL signed-by=ORGANISATION_SEAL legal-basis=-");
  set.Good("a1-unsettled", FormatEvidence(Unsettled()), "event=A.1 effect=FORMAL_UNSETTLED");
  set.Good("a2", FormatEvidence(Rejection()), "event=A.2 disposition=REFUSED reason=WRONG_STATE");
  set.Good("d1",
           consignment,
           "event=D.1 recipient=co-fgn legal-date=2026-11-25 legal-date-rule=NEXT_WORKING_DAY");
  set.Good("d1-exact",
           FormatEvidence(ExactConsignment()),
           "event=D.1 legal-date=2026-11-24 legal-date-rule=EXACT_INSTANT calendar=-");
  set.Good("e1", FormatEvidence(Handover()), "event=E.1 recipient=co-fgn legal-date=-");
  set.Good("e2-not-retrieved",
           FormatEvidence(NotRetrieved()),
           "event=E.2 recipient=co-fgn reason=NOT_RETRIEVED");
  const Bytes missed = FormatEvidence(DeadlineMissed());
  set.Good("x1",
           missed,
           "event=X.1 recipient=- clock=EXECUTE deadline-profile=medellin-execute "
           "due=2026-12-24T12:00:00.000Z measures=1,3 concerned=co-fgn");
  set.Good("x1-of-the-case",
           FormatEvidence(DeadlineMissedOfTheCase()),
           "event=X.1 clock=ACKNOWLEDGE measures=-");
  for (const Change& change : kMissedChanges) {
    set.Bad(change.name, Replaced(missed, change.from, change.to), change.field, change.why);
  }
  set.Bad("d1-as-x1",
          Replaced(consignment, "event D.1", "event X.1"),
          "clock",
          "an X.1 has five lines more");
  for (const Change& change : kChanges) {
    set.Bad(change.name, Replaced(consignment, change.from, change.to), change.field, change.why);
  }
  set.Bad("empty", "", "", "no bytes");
  set.Bad("no-last-line-feed",
          consignment.substr(0, consignment.size() - 1),
          "acknowledgement-sha256",
          "each line ends with LF");
  set.Bad("line-after", consignment + "more -\n", "", "nothing follows");
  AddAuditVectors(set);
  set.AddTo(files);
}

void AddLeafVectors(VectorFiles& files) {
  VectorSet set("leaf", ".txt");
  const Bytes evidence = FormatEvidence(Consignment());
  const Bytes audit = FormatAuditRecord(Consultation());
  const Bytes of_evidence =
      FormatLeaf(CommitmentLeaf{RecordClass::kEvidence, Commit(Salt(), evidence)});
  const Bytes of_audit = FormatLeaf(CommitmentLeaf{RecordClass::kAudit, Commit(Salt(), audit)});
  const std::string salt = ToHex(Salt());
  set.Good("commitment-evidence",
           of_evidence,
           absl::StrCat("type=commitment class=evidence salt=", salt, " record=good-d1.txt"));
  set.Good("commitment-audit",
           of_audit,
           absl::StrCat(
               "type=commitment class=audit salt=", salt, " record=good-audit-consultation.txt"));
  const Bytes statement = FormatLeaf(KeyStatementLeaf{"statement", "signature", "identity key"});
  set.Good("key-statement", statement, "type=key-statement");
  const Bytes first = FormatLeaf(OriginLeaf{OriginReason::kFirst, "", 0, ""});
  const Bytes next =
      FormatLeaf(OriginLeaf{OriginReason::kRestore, "rogatoria.example/log/1", 42, Sha256("root")});
  set.Good("origin-first", first, "type=origin reason=FIRST previous-size=0");
  set.Good("origin-restore",
           next,
           "type=origin reason=RESTORE previous-origin=rogatoria.example/log/1 previous-size=42");

  set.Bad("empty", "", "", "no bytes");
  set.Bad("first-line-v2", Replaced(of_audit, "leaf v1", "leaf v2"), "", "another version");
  set.Bad("unknown-type",
          Replaced(of_audit, "type commitment", "type promise"),
          "type",
          "no such type");
  set.Bad(
      "unknown-class", Replaced(of_audit, "class audit", "class secret"), "class", "no such class");
  set.Bad("short-commitment",
          FormatLeaf(CommitmentLeaf{RecordClass::kAudit, Sha256("c").substr(0, 31)}),
          "commitment",
          "31 bytes");
  set.Bad("base64-without-padding", Replaced(of_audit, "=\n", "\n"), "commitment", "no padding");
  set.Bad("no-signature", Replaced(statement, ToBase64("signature"), "-"), "signature", "none");
  set.Bad(
      "first-with-previous", Replaced(next, "RESTORE", "FIRST"), "reason", "FIRST follows nothing");
  set.Bad(
      "restore-without-previous", Replaced(first, "FIRST", "RESTORE"), "previous-origin", "none");
  set.Bad("short-root",
          FormatLeaf(OriginLeaf{OriginReason::kYear, "rogatoria.example/log/1", 1, "root"}),
          "previous-root",
          "4 bytes");
  set.Bad("size-leading-zero",
          Replaced(next, "previous-size 42", "previous-size 042"),
          "previous-size",
          "leading zero");
  set.Bad("size-too-large",
          Replaced(next, "previous-size 42", "previous-size 18446744073709551616"),
          "previous-size",
          "2^64");
  set.Bad("line-after", of_audit + "more -\n", "", "nothing follows");
  set.Bad("no-last-line-feed",
          of_audit.substr(0, of_audit.size() - 1),
          "commitment",
          "each line ends with LF");
  set.AddTo(files);
}

}  // namespace rogatoria
