#include "services/exchange/attachments.h"

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/ledger/custody.h"

namespace rogatoria::exchange {
namespace {

constexpr char kSubmitAct[] = "/rogatoria.v1.ExchangeService/SubmitAct";
// When somebody looks first whether it was taken over.
constexpr absl::Duration kFirstLook = absl::Hours(24);

DocumentDigest DigestOf(const v1::ActHeader& header, int index) {
  return {header.sender(), header.documents(index).sealed_sha256()};
}

absl::Status Refuse(Reason reason, int index) {
  return Error(reason).Field(absl::StrCat("act.header.documents[", index, "]"));
}

absl::Status CheckDocument(const DocumentRecord& document, const v1::ActHeader& header, int index) {
  switch (document.state) {
    case v1::DOCUMENT_STATE_COMPLETE:
      break;
    case v1::DOCUMENT_STATE_ATTACHED:
      return Refuse(Reason::DOCUMENT_ATTACHED, index);
    default:
      return Refuse(Reason::DOCUMENT_NOT_UPLOADED, index);
  }
  if (document.sealed_size == header.documents(index).sealed_size()) return absl::OkStatus();
  return Error(Reason::DIGEST_MISMATCH)
      .Field(absl::StrCat("act.header.documents[", index, "].sealed_size"))
      .Accepted("the size that was uploaded");
}

}  // namespace

void DeclareDocuments(const v1::ActHeader& header, BatchKeys& keys) {
  for (int i = 0; i < header.documents_size(); ++i) {
    keys.document_digests.push_back(DigestOf(header, i));
  }
  if (header.kind() == v1::ACT_KIND_FORWARDING_NOTICE) {
    keys.documents_of.push_back(header.case_id());
  }
}

absl::Status CheckDocuments(const Draft& draft, const v1::ActHeader& header) {
  absl::flat_hash_set<std::string> seen;
  for (int i = 0; i < header.documents_size(); ++i) {
    const std::string id = draft.FindDocumentId(DigestOf(header, i));
    if (id.empty()) return Refuse(Reason::DOCUMENT_NOT_UPLOADED, i);
    if (!seen.insert(id).second) return Refuse(Reason::DOCUMENT_ATTACHED, i);
    const absl::Status checked = CheckDocument(*draft.FindDocument(id), header, i);
    if (!checked.ok()) return checked;
  }
  return absl::OkStatus();
}

void AttachDocuments(Draft& draft,
                     const v1::ActHeader& header,
                     const std::string& identity,
                     uint64_t key_id) {
  for (int i = 0; i < header.documents_size(); ++i) {
    DocumentRecord document = *draft.FindDocument(draft.FindDocumentId(DigestOf(header, i)));
    document.state = v1::DOCUMENT_STATE_ATTACHED;
    document.act_id = header.act_id();
    document.case_id = header.case_id();
    document.number = static_cast<uint32_t>(i) + 1;
    document.key_id = key_id;
    document.look_at = draft.now() + kFirstLook;
    draft.PutDocument(document);
    RecordCustody(
        draft, document, {v1::CUSTODY_EVENT_ATTACHED, identity, kSubmitAct, header.sender()});
  }
  if (header.kind() != v1::ACT_KIND_FORWARDING_NOTICE) return;
  for (const std::string& id : draft.DocumentsOf(header.case_id())) {
    const DocumentRecord document = *draft.FindDocument(id);
    if (document.state != v1::DOCUMENT_STATE_ATTACHED) continue;
    RecordCustody(
        draft,
        document,
        {v1::CUSTODY_EVENT_FORWARDED, identity, kSubmitAct, header.recipients(0).authority()});
  }
}

}  // namespace rogatoria::exchange
