#include "common/client/custody.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/tlog_proof.h"
#include "common/merkle/verifier_key.h"
#include "common/model/audit_record.h"
#include "common/model/custody.h"
#include "common/model/leaf.h"

namespace rogatoria::client {
namespace {

absl::Status NotValid(const v1::CustodyEntry& entry, Sentence wanted) {
  return Explained(
      Error(Reason::RECEIPT_NOT_VALID).Field(absl::StrCat(entry.log(), "/", entry.index())),
      wanted);
}

// The record names the step and whom it concerns; one of before 2026-11-27 only the caller: to whom
// an act was handed on, and whose erased document it was, is then the hub's word.
bool NamesAuthority(const AuditRecord& record, const v1::CustodyEntry& entry) {
  if (!record.custody.empty()) {
    return record.custody == CustodyName(entry.event()) && record.concerned == entry.authority();
  }
  const bool by_another = entry.event() == v1::CUSTODY_EVENT_FORWARDED ||
                          entry.event() == v1::CUSTODY_EVENT_ERASED || entry.authority().empty();
  return by_another ||
         absl::StrContains(record.principal, absl::StrCat("/authority/", entry.authority(), "/"));
}

bool Says(const AuditRecord& record,
          const v1::CustodyEntry& entry,
          const std::string& document_id) {
  return record.object == document_id && record.instant.unix_ms == entry.instant_unix_ms() &&
         record.outcome == "OK" && v1::CustodyEvent_IsValid(entry.event()) &&
         entry.event() != v1::CUSTODY_EVENT_UNSPECIFIED &&
         record.operation == OperationOf(entry.event()) && NamesAuthority(record, entry);
}

// The leaf is where the entry says it is, in that log.
absl::Status CheckProof(const v1::CustodyEntry& entry, const merkle::VerifierKey& key) {
  const auto proof = merkle::ParseTlogProof(entry.proof());
  if (!proof.ok()) return NotValid(entry, Sentence::RECEIPT_UNDER_LOG_KEY);
  const merkle::VerifierKey of_log = merkle::KeyOfLogOf(proof->checkpoint, key);
  const Leaf leaf = CommitmentLeaf{RecordClass::kAudit, Commit(entry.salt(), entry.record())};
  const auto verified =
      merkle::VerifyTlogProof(entry.proof(), merkle::LeafHash(FormatLeaf(leaf)), {of_log});
  if (!verified.ok() || proof->index != entry.index() ||
      !absl::EndsWith(verified->checkpoint.origin, absl::StrCat("/log/", entry.log()))) {
    return NotValid(entry, Sentence::RECEIPT_UNDER_LOG_KEY);
  }
  return absl::OkStatus();
}

CustodyStep Check(const v1::CustodyEntry& entry,
                  const std::string& document_id,
                  const absl::StatusOr<merkle::VerifierKey>& key) {
  CustodyStep step{entry, "", absl::OkStatus()};
  if (entry.record().empty()) return step;
  const auto record = ParseAuditRecord(entry.record());
  if (!key.ok() || !record.ok()) {
    step.status = NotValid(entry, Sentence::RECEIPT_UNDER_LOG_KEY);
    return step;
  }
  step.principal = record->principal;
  step.status = Says(*record, entry, document_id) ? CheckProof(entry, *key)
                                                  : NotValid(entry, Sentence::CUSTODY_OF_RECORD);
  return step;
}

}  // namespace

std::vector<CustodyStep> CheckCustody(const v1::ListCustodyResponse& custody,
                                      const std::string& log_key) {
  const auto key = merkle::VerifierKey::Parse(log_key);
  std::vector<CustodyStep> steps;
  for (const v1::CustodyEntry& entry : custody.entries()) {
    steps.push_back(Check(entry, custody.document().document_id(), key));
  }
  return steps;
}

}  // namespace rogatoria::client
