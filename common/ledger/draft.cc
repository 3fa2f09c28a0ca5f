#include "common/ledger/draft.h"

#include "absl/strings/string_view.h"
#include "common/base/check.h"

namespace rogatoria {
namespace {

constexpr size_t kSaltBytes = 32;

// A row of this batch if there is one, else the row that was loaded.
template <typename Record, typename Key>
const Record* FindIn(const absl::flat_hash_map<Key, size_t>& written,
                     const std::vector<Record>& rows,
                     const absl::flat_hash_map<Key, Record>& loaded,
                     const Key& key) {
  if (const auto at = written.find(key); at != written.end()) return &rows[at->second];
  const auto found = loaded.find(key);
  return found == loaded.end() ? nullptr : &found->second;
}

template <typename Record, typename Key>
void PutIn(absl::flat_hash_map<Key, size_t>& written,
           std::vector<Record>& rows,
           const Key& key,
           Record record) {
  const auto [at, inserted] = written.try_emplace(key, rows.size());
  if (inserted) {
    rows.push_back(std::move(record));
  } else {
    rows[at->second] = std::move(record);
  }
}

}  // namespace

Draft::Draft(BatchState state, const BatchKeys& keys, Instant now, Random& random)
    : state_(std::move(state)),
      now_(now),
      random_(random),
      acts_(keys.acts.begin(), keys.acts.end()),
      cases_(keys.cases.begin(), keys.cases.end()),
      mailboxes_(keys.mailboxes.begin(), keys.mailboxes.end()),
      deliveries_(keys.deliveries.begin(), keys.deliveries.end()),
      requests_(keys.requests.begin(), keys.requests.end()),
      guidance_(keys.guidance.begin(), keys.guidance.end()),
      documents_(keys.documents.begin(), keys.documents.end()),
      documents_of_(keys.documents_of.begin(), keys.documents_of.end()),
      document_digests_(keys.document_digests.begin(), keys.document_digests.end()) {
  changes_.head = state_.head;
  changes_.head.last_instant = now_;
}

const ActRecord* Draft::FindAct(const std::string& act_id) const {
  ROG_CHECK(acts_.contains(act_id), "an act that was not declared");
  return FindIn(new_acts_, changes_.new_acts, state_.acts, act_id);
}

const CaseRecord* Draft::FindCase(const std::string& case_id) const {
  ROG_CHECK(cases_.contains(case_id), "a case that was not declared");
  return FindIn(put_cases_, changes_.cases, state_.cases, case_id);
}

const DeliveryRecord* Draft::FindDelivery(const DeliveryKey& key) const {
  ROG_CHECK(deliveries_.contains(key), "a delivery that was not declared");
  return FindIn(put_deliveries_, changes_.deliveries, state_.deliveries, key);
}

const RequestRecord* Draft::FindRequest(const RequestKey& key) const {
  ROG_CHECK(requests_.contains(key), "a request that was not declared");
  return FindIn(new_requests_, changes_.requests, state_.requests, key);
}

const GuidanceRecord* Draft::FindGuidance(const std::string& id) const {
  ROG_CHECK(guidance_.contains(id), "a practice note that was not declared");
  return FindIn(new_guidance_, changes_.guidance, state_.guidance, id);
}

const DocumentRecord* Draft::FindDocument(const std::string& document_id) const {
  ROG_CHECK(documents_.contains(document_id) || state_.documents.contains(document_id),
            "a document that was not declared");
  return FindIn(put_documents_, changes_.documents, state_.documents, document_id);
}

std::string Draft::FindDocumentId(const DocumentDigest& digest) const {
  ROG_CHECK(document_digests_.contains(digest), "a digest that was not declared");
  // One that this batch finished: it can be attached by the next act.
  for (const DocumentRecord& row : changes_.documents) {
    if (row.owner == digest.owner && row.sealed_sha256 == digest.sealed_sha256 &&
        row.state == v1::DOCUMENT_STATE_COMPLETE) {
      return row.document_id;
    }
  }
  const auto found = state_.document_digests.find(digest);
  return found == state_.document_digests.end() ? std::string() : found->second;
}

const std::vector<std::string>& Draft::DocumentsOf(const std::string& case_id) const {
  ROG_CHECK(documents_of_.contains(case_id), "the documents of a case that was not declared");
  static const auto& none = *new std::vector<std::string>();
  const auto found = state_.documents_of.find(case_id);
  return found == state_.documents_of.end() ? none : found->second;
}

DocumentUsage Draft::UsageOf(const std::string& owner) const {
  const auto found = state_.document_usage.find(owner);
  ROG_CHECK(found != state_.document_usage.end(), "a usage that was not declared");
  DocumentUsage usage = found->second;
  for (const DocumentRecord& row : changes_.documents) {
    if (row.owner != owner || state_.documents.contains(row.document_id)) continue;
    ++usage.open;
    usage.stored_bytes += row.sealed_size;
    usage.begun_bytes += row.sealed_size;
  }
  return usage;
}

const StandingRecord* Draft::FindNewStanding(v1::StandingSubject subject,
                                             absl::string_view id) const {
  const auto& rows = changes_.standings;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    if (row->subject == subject && row->id == id) return &*row;
  }
  return nullptr;
}

void Draft::AddAct(ActRecord act) {
  ROG_CHECK(FindAct(act.act_id) == nullptr, "an act is recorded once");
  written_ = true;
  new_acts_.emplace(act.act_id, changes_.new_acts.size());
  changes_.new_acts.push_back(std::move(act));
}

void Draft::PutCase(CaseRecord record) {
  ROG_CHECK(cases_.contains(record.case_id), "a case that was not declared");
  written_ = true;
  const std::string key = record.case_id;
  PutIn(put_cases_, changes_.cases, key, std::move(record));
}

uint64_t Draft::AddDelivery(DeliveryRecord delivery) {
  ROG_CHECK(mailboxes_.contains(delivery.authority), "a mailbox that was not declared");
  written_ = true;
  const uint64_t position = ++state_.last_positions[delivery.authority];
  delivery.position = position;
  changes_.new_deliveries.push_back(std::move(delivery));
  return position;
}

void Draft::PutDelivery(DeliveryRecord delivery) {
  const DeliveryKey key{delivery.authority, delivery.position};
  ROG_CHECK(FindDelivery(key) != nullptr, "a delivery that is not there");
  written_ = true;
  PutIn(put_deliveries_, changes_.deliveries, key, std::move(delivery));
}

void Draft::PutDocument(DocumentRecord document) {
  FindDocument(document.document_id);  // declared
  written_ = true;
  const std::string key = document.document_id;
  PutIn(put_documents_, changes_.documents, key, std::move(document));
}

void Draft::AddCustody(CustodyRecord custody) {
  written_ = true;
  changes_.custody.push_back(std::move(custody));
}

void Draft::AddRequest(RequestRecord request) {
  ROG_CHECK(FindRequest(request.key) == nullptr, "a request is recorded once");
  written_ = true;
  new_requests_.emplace(request.key, changes_.requests.size());
  changes_.requests.push_back(std::move(request));
}

void Draft::PutStanding(StandingRecord standing) {
  written_ = true;
  changes_.standings.push_back(std::move(standing));
}

void Draft::SetDirectory(DirectoryRecord directory) {
  written_ = true;
  changes_.head.directory_version = directory.version;
  changes_.directory = std::move(directory);
}

void Draft::AddKeyStatement(KeyStatementRecord statement) {
  written_ = true;
  changes_.key_statements.push_back(std::move(statement));
}

void Draft::AddGuidance(GuidanceRecord guidance) {
  const std::string id = guidance.about.id();
  const GuidanceRecord* latest = FindGuidance(id);
  ROG_CHECK(latest == nullptr || latest->about.version() < guidance.about.version(),
            "versions of a practice note go upwards");
  written_ = true;
  new_guidance_[id] = changes_.guidance.size();
  changes_.guidance.push_back(std::move(guidance));
}

EntryAddress Draft::AppendEvidence(const Evidence& evidence,
                                   uint64_t key_id,
                                   const std::string& owner) {
  EntryRecord entry;
  entry.key_id = key_id;
  entry.record = FormatEvidence(evidence);
  entry.act_id = evidence.act_id;
  entry.recipient = evidence.recipient;
  entry.owner = owner;
  return AppendCommitted(RecordClass::kEvidence, std::move(entry), evidence.event);
}

EntryAddress Draft::AppendAudit(const AuditRecord& record,
                                uint64_t key_id,
                                const std::string& owner) {
  EntryRecord entry;
  entry.key_id = key_id;
  entry.record = FormatAuditRecord(record);
  entry.owner = owner;
  return AppendCommitted(RecordClass::kAudit, std::move(entry), v1::TRANSPORT_EVENT_UNSPECIFIED);
}

EntryAddress Draft::AppendClear(const Leaf& leaf, const std::string& owner) {
  EntryRecord entry;
  entry.leaf = FormatLeaf(leaf);
  entry.owner = owner;
  return Append(std::move(entry), v1::TRANSPORT_EVENT_UNSPECIFIED);
}

EntryAddress Draft::AppendCommitted(RecordClass record_class,
                                    EntryRecord entry,
                                    v1::TransportEvent event) {
  entry.salt = random_.Generate(kSaltBytes);
  entry.leaf = FormatLeaf(CommitmentLeaf{record_class, Commit(entry.salt, entry.record)});
  return Append(std::move(entry), event);
}

EntryAddress Draft::Append(EntryRecord entry, v1::TransportEvent event) {
  written_ = true;
  entry.log = changes_.head.log;
  entry.index = changes_.head.log_size++;
  const EntryAddress address{entry.log, entry.index};
  changes_.entries.push_back(std::move(entry));
  events_.push_back(event);
  return address;
}

}  // namespace rogatoria
