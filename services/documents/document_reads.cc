#include "services/documents/document_reads.h"

#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/ledger/reading_rights.h"
#include "common/merkle/node.h"
#include "common/merkle/proof.h"
#include "common/merkle/tlog_proof.h"
#include "common/model/audit_record.h"

namespace rogatoria::documents {
namespace {

absl::StatusOr<merkle::Proof> ProveEntry(Snapshot& snapshot,
                                         const CustodyRecord& step,
                                         uint64_t size) {
  return merkle::InclusionProof(
      step.index, size, [&](merkle::NodeId id) -> absl::StatusOr<merkle::Hash> {
        ROG_ASSIGN_OR_RETURN(const auto hashes, snapshot.GetHashes(step.log, merkle::RowOf(id)));
        const auto level = static_cast<size_t>(id.level);
        if (level >= hashes.size()) return absl::DataLossError("a row of the log is too short");
        return hashes[level];
      });
}

absl::StatusOr<v1::CustodyEntry> DescribeStep(Snapshot& snapshot, const CustodyRecord& step) {
  v1::CustodyEntry entry;
  entry.set_event(step.event);
  entry.set_instant_unix_ms(step.instant.unix_ms);
  entry.set_authority(step.authority);
  entry.set_log(step.log);
  entry.set_index(step.index);
  ROG_ASSIGN_OR_RETURN(EntryRecord record, snapshot.GetEntry(step.log, step.index));
  ROG_ASSIGN_OR_RETURN(const BatchRecord batch, snapshot.GetBatchOfEntry(step.log, step.index));
  entry.set_record(std::move(record.record));
  entry.set_salt(std::move(record.salt));
  merkle::TlogProof proof;
  proof.index = step.index;
  proof.checkpoint = batch.note;
  ROG_ASSIGN_OR_RETURN(proof.hashes, ProveEntry(snapshot, step, batch.size));
  ROG_ASSIGN_OR_RETURN(*entry.mutable_proof(), merkle::FormatTlogProof(proof));
  return entry;
}

absl::StatusOr<bool> MayReadActOf(Snapshot& snapshot,
                                  const DocumentRecord& document,
                                  const std::string& authority) {
  if (document.act_id.empty()) return false;
  ROG_ASSIGN_OR_RETURN(const ActRecord act, snapshot.GetAct(document.act_id));
  return MayRead(snapshot, act, authority);
}

}  // namespace

absl::Status DocumentNotFound() {
  return Error(Reason::DOCUMENT_NOT_FOUND).Field("document_id");
}

absl::StatusOr<DocumentRecord> FindReadable(Snapshot& snapshot,
                                            const Caller& caller,
                                            const std::string& document_id) {
  absl::StatusOr<DocumentRecord> found = snapshot.GetDocument(document_id);
  if (absl::IsNotFound(found.status())) return DocumentNotFound();
  if (!found.ok() || found->owner == caller.authority) return found;
  ROG_ASSIGN_OR_RETURN(const bool may_read, MayReadActOf(snapshot, *found, caller.authority));
  if (!may_read) return DocumentNotFound();
  return found;
}

v1::DocumentInfo Describe(const DocumentRecord& document) {
  v1::DocumentInfo info;
  info.set_document_id(document.document_id);
  info.set_state(document.state);
  info.mutable_sealed()->set_sealed_sha256(document.sealed_sha256);
  info.mutable_sealed()->set_sealed_size(document.sealed_size);
  info.set_act_id(document.act_id);
  info.set_number(document.number);
  info.set_begun_unix_ms(document.begun.unix_ms);
  return info;
}

absl::StatusOr<v1::ListDocumentsResponse> ListDocuments(Snapshot& snapshot,
                                                        const Caller& caller,
                                                        const std::string& act_id) {
  const absl::StatusOr<ActRecord> act = snapshot.GetAct(act_id);
  if (!act.ok() && !absl::IsNotFound(act.status())) return act.status();
  bool may_read = false;
  if (act.ok()) {
    ROG_ASSIGN_OR_RETURN(may_read, MayRead(snapshot, *act, caller.authority));
  }
  if (!may_read) return Error(Reason::ACT_NOT_FOUND).Field("act_id");
  ROG_ASSIGN_OR_RETURN(const auto documents, snapshot.ListDocumentsOfAct(act_id));
  v1::ListDocumentsResponse response;
  for (const DocumentRecord& document : documents) *response.add_documents() = Describe(document);
  return response;
}

absl::StatusOr<bool> SaidOpened(Snapshot& snapshot,
                                const Caller& caller,
                                const std::string& document_id,
                                Instant since) {
  ROG_ASSIGN_OR_RETURN(const auto steps, snapshot.ListCustody(document_id));
  for (const CustodyRecord& step : steps) {
    if (step.event != v1::CUSTODY_EVENT_OPENED || step.authority != caller.authority ||
        step.instant <= since) {
      continue;
    }
    ROG_ASSIGN_OR_RETURN(const EntryRecord entry, snapshot.GetEntry(step.log, step.index));
    const auto record = ParseAuditRecord(entry.record);  // none once it is erased
    if (record.ok() && record->principal == caller.identity) return true;
  }
  return false;
}

absl::StatusOr<v1::ListCustodyResponse> ListCustody(Snapshot& snapshot,
                                                    const DocumentRecord& document) {
  v1::ListCustodyResponse response;
  *response.mutable_document() = Describe(document);
  ROG_ASSIGN_OR_RETURN(const auto steps, snapshot.ListCustody(document.document_id));
  for (const CustodyRecord& step : steps) {
    ROG_ASSIGN_OR_RETURN(*response.add_entries(), DescribeStep(snapshot, step));
  }
  return response;
}

}  // namespace rogatoria::documents
