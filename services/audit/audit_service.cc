#include "services/audit/audit_service.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/ledger/receipts.h"
#include "common/merkle/checkpoint.h"
#include "common/receipt/receipt.h"
#include "common/rpc/paging.h"
#include "common/rpc/unary.h"
#include "services/audit/log_reader.h"

namespace rogatoria::audit {
namespace {

constexpr absl::string_view kGetCheckpoint = "/rogatoria.v1.AuditService/GetCheckpoint";
constexpr absl::string_view kGetInclusionProof = "/rogatoria.v1.AuditService/GetInclusionProof";
constexpr absl::string_view kGetConsistencyProof = "/rogatoria.v1.AuditService/GetConsistencyProof";
constexpr absl::string_view kListReceipts = "/rogatoria.v1.AuditService/ListReceipts";
constexpr absl::string_view kListEntries = "/rogatoria.v1.AuditService/ListEntries";
constexpr absl::string_view kAddCosignature = "/rogatoria.v1.AuditService/AddCosignature";

constexpr char kNoteMediaType[] = "text/x-c2sp-note";

// Whether the note was signed by this key under the origin of its own checkpoint.
bool IsSignedBy(const std::string& note, const merkle::VerifierKey& key) {
  return merkle::VerifyCheckpoint(note, {&key, 1}).ok();
}

// The verifier key of the log that the note is of, when its key is the current one: the name of a
// log's key is its origin. Empty for a log under another key.
std::string VerifierKeyOf(const std::string& note, const std::string& current) {
  const auto current_key = merkle::VerifierKey::Parse(current);
  const auto parsed = merkle::ParseNote(note);
  if (!current_key.ok() || !parsed.ok()) return "";
  const auto checkpoint = merkle::ParseCheckpoint(parsed->text);
  if (!checkpoint.ok()) return "";
  const auto key = merkle::VerifierKey::Make(
      checkpoint->origin, merkle::SignatureType::kEd25519, current_key->public_key);
  return key.ok() && IsSignedBy(note, *key) ? key->ToText() : "";
}

// The number of the log and the size of the head in a receipt.
struct HeadAddress {
  uint64_t log = 0;
  uint64_t size = 0;
  std::string note;
};

absl::StatusOr<HeadAddress> HeadOf(const v1::Receipt& receipt) {
  ROG_ASSIGN_OR_RETURN(ReceiptParts parts, ParseReceipt(receipt.content()));
  ROG_ASSIGN_OR_RETURN(const merkle::Note note, merkle::ParseNote(parts.note));
  ROG_ASSIGN_OR_RETURN(const auto checkpoint, merkle::ParseCheckpoint(note.text));
  ROG_ASSIGN_OR_RETURN(const auto origin, merkle::LogOrigin::Parse(checkpoint.origin));
  return HeadAddress{origin.number, checkpoint.size, std::move(parts.note)};
}

// Adds what witnesses said of the receipt's head since.
absl::Status AttachCosignatures(const Cosignatures& cosignatures, v1::Receipt& receipt) {
  ROG_ASSIGN_OR_RETURN(const HeadAddress head, HeadOf(receipt));
  ROG_ASSIGN_OR_RETURN(std::string note, cosignatures.Attach(head.log, head.size, head.note));
  if (note == head.note) return absl::OkStatus();
  v1::ReceiptAttachment& attachment = *receipt.add_attachments();
  attachment.set_media_type(kNoteMediaType);
  attachment.set_content(std::move(note));
  receipt.set_level(v1::RECEIPT_LEVEL_WITNESSED);
  return absl::OkStatus();
}

absl::StatusOr<ActRecord> FindOwnAct(Snapshot& snapshot,
                                     const std::string& act_id,
                                     const std::string& authority) {
  absl::StatusOr<ActRecord> act = snapshot.GetAct(act_id);
  if (!act.ok() && !absl::IsNotFound(act.status())) return act.status();
  const bool is_party =
      act.ok() && (act->sender == authority ||
                   (act->disposition != v1::ACT_DISPOSITION_REFUSED &&
                    std::count(act->recipients.begin(), act->recipients.end(), authority) != 0));
  if (!is_party) return Error(Reason::ACT_NOT_FOUND).Field("act_id");
  return act;
}

absl::Status FillEntries(Snapshot& snapshot,
                         const std::string& authority,
                         const v1::ListEntriesRequest& request,
                         v1::ListEntriesResponse& response) {
  ROG_ASSIGN_OR_RETURN(const size_t page_size, rpc::PageSize(request.page_size()));
  ROG_ASSIGN_OR_RETURN(const LogReader log, LogReader::Open(snapshot, request.log()));
  // The number of the log as found, so that a token outlives the turn of the year.
  const std::string query = absl::StrCat("entries ", authority, " ", request.log());
  ROG_ASSIGN_OR_RETURN(const Bytes cursor, rpc::ReadPageToken(query, request.page_token()));
  uint64_t number = log.log();
  uint64_t from = 0;
  if (!cursor.empty()) {
    const size_t colon = cursor.find(':');
    if (colon == Bytes::npos || !absl::SimpleAtoi(cursor.substr(0, colon), &number) ||
        !absl::SimpleAtoi(cursor.substr(colon + 1), &from)) {
      return Error(Reason::PAGE_TOKEN_INVALID).Field("page_token");
    }
  }
  ROG_ASSIGN_OR_RETURN(auto entries, snapshot.ListEntries(authority, number, from, page_size + 1));
  if (entries.size() > page_size) {
    response.set_next_page_token(
        rpc::MakePageToken(query, absl::StrCat(number, ":", entries[page_size].index)));
    entries.resize(page_size);
  }
  for (EntryRecord& entry : entries) {
    v1::LogEntry& out = *response.add_entries();
    out.set_index(entry.index);
    out.set_leaf(std::move(entry.leaf));
    out.set_record(std::move(entry.record));
    out.set_salt(std::move(entry.salt));
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* AuditService::GetCheckpoint(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* in,
                                                      grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::GetCheckpointRequest, v1::GetCheckpointResponse>(
      door_,
      {context, in, out},
      kGetCheckpoint,
      "",
      [this](const Caller&, const auto& request, auto& response) -> absl::Status {
        ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
        ROG_ASSIGN_OR_RETURN(const LogReader log, LogReader::Open(*snapshot, request.log()));
        const BatchRecord& head = log.head();
        ROG_ASSIGN_OR_RETURN(*response.mutable_checkpoint(),
                             cosignatures_.Attach(head.log, head.size, head.note));
        response.set_log(head.log);
        response.set_verifier_key(VerifierKeyOf(head.note, verifier_key_));
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* AuditService::GetInclusionProof(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* in,
                                                          grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::GetInclusionProofRequest, v1::GetInclusionProofResponse>(
      door_,
      {context, in, out},
      kGetInclusionProof,
      "",
      [this](const Caller&, const auto& request, auto& response) -> absl::Status {
        ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
        ROG_ASSIGN_OR_RETURN(const LogReader log, LogReader::Open(*snapshot, request.log()));
        ROG_ASSIGN_OR_RETURN(const uint64_t size, log.SizeOrHead(request.tree_size(), "tree_size"));
        if (request.index() >= size) {
          return Error(Reason::LOG_RANGE_INVALID)
              .Field("index")
              .Accepted(absl::StrCat("below the tree's size, ", size));
        }
        ROG_ASSIGN_OR_RETURN(const auto proof,
                             merkle::InclusionProof(request.index(), size, log.Nodes()));
        ROG_ASSIGN_OR_RETURN(const merkle::Hash leaf, log.LeafHashOf(request.index()));
        response.set_leaf_hash(Bytes(leaf.view()));
        for (const merkle::Hash& hash : proof) response.add_hashes(Bytes(hash.view()));
        response.set_tree_size(size);
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* AuditService::GetConsistencyProof(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* in,
                                                            grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::GetConsistencyProofRequest, v1::GetConsistencyProofResponse>(
      door_,
      {context, in, out},
      kGetConsistencyProof,
      "",
      [this](const Caller&, const auto& request, auto& response) -> absl::Status {
        ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
        ROG_ASSIGN_OR_RETURN(const LogReader log, LogReader::Open(*snapshot, request.log()));
        ROG_ASSIGN_OR_RETURN(const uint64_t size, log.SizeOrHead(request.new_size(), "new_size"));
        if (request.old_size() == 0 || request.old_size() > size) {
          return Error(Reason::LOG_RANGE_INVALID)
              .Field("old_size")
              .Accepted(absl::StrCat("1 to the newer size, ", size));
        }
        ROG_ASSIGN_OR_RETURN(const auto proof,
                             merkle::ConsistencyProof(request.old_size(), size, log.Nodes()));
        for (const merkle::Hash& hash : proof) response.add_hashes(Bytes(hash.view()));
        response.set_new_size(size);
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* AuditService::ListReceipts(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* in,
                                                     grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::ListReceiptsRequest, v1::ListReceiptsResponse>(
      door_,
      {context, in, out},
      kListReceipts,
      &v1::ListReceiptsRequest::act_id,
      [this](const Caller& caller, const auto& request, auto& response) -> absl::Status {
        ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
        ROG_ASSIGN_OR_RETURN(const ActRecord act,
                             FindOwnAct(*snapshot, request.act_id(), caller.authority));
        ROG_ASSIGN_OR_RETURN(auto receipts, LoadReceipts(*snapshot, act, caller.authority));
        for (v1::Receipt& receipt : receipts) {
          ROG_RETURN_IF_ERROR(AttachCosignatures(cosignatures_, receipt));
          *response.add_receipts() = std::move(receipt);
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* AuditService::ListEntries(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* in,
                                                    grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::ListEntriesRequest, v1::ListEntriesResponse>(
      door_,
      {context, in, out},
      kListEntries,
      "",
      [this](const Caller& caller, const auto& request, auto& response) -> absl::Status {
        // An empty name would mean everybody's entries.
        if (caller.authority.empty()) return Error(Reason::PERMISSION_DENIED);
        ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
        return FillEntries(*snapshot, caller.authority, request, response);
      });
}

grpc::ServerUnaryReactor* AuditService::AddCosignature(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* in,
                                                       grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::AddCosignatureRequest, v1::AddCosignatureResponse>(
      door_,
      {context, in, out},
      kAddCosignature,
      "",
      [this](const Caller&, const auto& request, auto& response) -> absl::Status {
        const auto note = merkle::ParseNote(request.note());
        const auto checkpoint = note.ok() ? merkle::ParseCheckpoint(note->text) : note.status();
        if (!checkpoint.ok()) {
          return Error(Reason::FIELD_INVALID).Field("note").Accepted("a signed head of this log");
        }
        ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
        ROG_ASSIGN_OR_RETURN(const LogReader log, LogReader::Open(*snapshot, request.log()));
        ROG_ASSIGN_OR_RETURN(const BatchRecord head, log.HeadAt(checkpoint->size));
        ROG_ASSIGN_OR_RETURN(const uint32_t added,
                             cosignatures_.Add(head.log, head.size, head.note, request.note()));
        response.set_added(added);
        return absl::OkStatus();
      });
}

}  // namespace rogatoria::audit
