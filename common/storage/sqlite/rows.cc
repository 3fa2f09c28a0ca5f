#include "common/storage/sqlite/rows.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/storage/sqlite/clock_encoding.h"
#include "common/storage/sqlite/encoding.h"

namespace rogatoria::sqlite {
namespace {

template <typename Enum>
std::string Number(Enum value) {
  return absl::StrCat(static_cast<int>(value));
}

template <typename Enum>
absl::Status ParseNumber(const std::string& text, Enum& value) {
  int number = 0;
  if (!absl::SimpleAtoi(text, &number)) return absl::DataLossError("a number does not decode");
  value = static_cast<Enum>(number);
  return absl::OkStatus();
}

absl::Status Undecodable() {
  return absl::DataLossError("the record of a case does not decode");
}

// The fields of a case's record, in this order.
enum CaseField {
  kCaseType,
  kChannelClass,
  kInstrument,
  kArticle,
  kParties,   // authority, role, ...
  kMeasures,  // ordinal, code, state, ...
  kRelatedCases,
  kActCount,
  kOpened,
  kMoves,  // before, moved_at, moved_by, ... in the order of the measures
  kClocks,
  kForwardings,  // forwarded_by, joined_at, ... in the order of the parties
  kDataClass,
  kCaseFields
};
// Records of programs that did not note the moves or forwardings yet, or kept no clocks.
constexpr size_t kLeastCaseFields = kMoves;

Bytes EncodeParties(const std::vector<Party>& parties) {
  std::vector<std::string> items;
  for (const Party& party : parties) {
    items.push_back(party.authority);
    items.push_back(Number(party.role));
  }
  return EncodeList(items);
}

absl::Status DecodeParties(absl::string_view bytes, std::vector<Party>& parties) {
  ROG_ASSIGN_OR_RETURN(auto items, DecodeList(bytes));
  if (items.size() % 2 != 0) return Undecodable();
  for (size_t i = 0; i < items.size(); i += 2) {
    Party& party = parties.emplace_back();
    party.authority = std::move(items[i]);
    ROG_RETURN_IF_ERROR(ParseNumber(items[i + 1], party.role));
  }
  return absl::OkStatus();
}

Bytes EncodeForwardings(const std::vector<Party>& parties) {
  std::vector<std::string> items;
  for (const Party& party : parties) {
    items.push_back(party.forwarded_by);
    items.push_back(absl::StrCat(party.joined_at));
  }
  return EncodeList(items);
}

absl::Status DecodeForwardings(absl::string_view bytes, std::vector<Party>& parties) {
  ROG_ASSIGN_OR_RETURN(auto items, DecodeList(bytes));
  if (items.size() != 2 * parties.size()) return Undecodable();
  for (size_t i = 0; i < parties.size(); ++i) {
    parties[i].forwarded_by = std::move(items[2 * i]);
    if (!absl::SimpleAtoi(items[2 * i + 1], &parties[i].joined_at)) return Undecodable();
  }
  return absl::OkStatus();
}

Bytes EncodeMeasures(const std::vector<MeasureRecord>& measures) {
  std::vector<std::string> items;
  for (const MeasureRecord& measure : measures) {
    items.push_back(Number(measure.ordinal));
    items.push_back(measure.code);
    items.push_back(Number(measure.state));
  }
  return EncodeList(items);
}

absl::Status DecodeMeasures(absl::string_view bytes, std::vector<MeasureRecord>& measures) {
  ROG_ASSIGN_OR_RETURN(auto items, DecodeList(bytes));
  if (items.size() % 3 != 0) return Undecodable();
  for (size_t i = 0; i < items.size(); i += 3) {
    MeasureRecord& measure = measures.emplace_back();
    ROG_RETURN_IF_ERROR(ParseNumber(items[i], measure.ordinal));
    measure.code = std::move(items[i + 1]);
    ROG_RETURN_IF_ERROR(ParseNumber(items[i + 2], measure.state));
  }
  return absl::OkStatus();
}

Bytes EncodeMoves(const std::vector<MeasureRecord>& measures) {
  std::vector<std::string> items;
  for (const MeasureRecord& measure : measures) {
    items.push_back(Number(measure.before));
    items.push_back(absl::StrCat(measure.moved_at));
    items.push_back(measure.moved_by);
  }
  return EncodeList(items);
}

absl::Status DecodeMoves(absl::string_view bytes, std::vector<MeasureRecord>& measures) {
  ROG_ASSIGN_OR_RETURN(auto items, DecodeList(bytes));
  if (items.size() != 3 * measures.size()) return Undecodable();
  for (size_t i = 0; i < measures.size(); ++i) {
    ROG_RETURN_IF_ERROR(ParseNumber(items[3 * i], measures[i].before));
    if (!absl::SimpleAtoi(items[3 * i + 1], &measures[i].moved_at)) return Undecodable();
    measures[i].moved_by = std::move(items[3 * i + 2]);
  }
  return absl::OkStatus();
}

absl::Status DecodeCase(absl::string_view bytes, CaseRecord& record) {
  ROG_ASSIGN_OR_RETURN(auto fields, DecodeList(bytes));
  if (fields.size() < kLeastCaseFields || fields.size() > kCaseFields) return Undecodable();
  ROG_RETURN_IF_ERROR(ParseNumber(fields[kCaseType], record.case_type));
  ROG_RETURN_IF_ERROR(ParseNumber(fields[kChannelClass], record.channel_class));
  record.instrument = std::move(fields[kInstrument]);
  record.article = std::move(fields[kArticle]);
  ROG_RETURN_IF_ERROR(DecodeParties(fields[kParties], record.parties));
  ROG_RETURN_IF_ERROR(DecodeMeasures(fields[kMeasures], record.measures));
  ROG_ASSIGN_OR_RETURN(record.related_cases, DecodeList(fields[kRelatedCases]));
  if (!absl::SimpleAtoi(fields[kActCount], &record.act_count) ||
      !absl::SimpleAtoi(fields[kOpened], &record.opened.unix_ms)) {
    return Undecodable();
  }
  if (fields.size() > kMoves) ROG_RETURN_IF_ERROR(DecodeMoves(fields[kMoves], record.measures));
  if (fields.size() > kClocks) ROG_RETURN_IF_ERROR(DecodeClocks(fields[kClocks], record.clocks));
  if (fields.size() > kForwardings) {
    ROG_RETURN_IF_ERROR(DecodeForwardings(fields[kForwardings], record.parties));
  }
  return fields.size() > kDataClass ? ParseNumber(fields[kDataClass], record.data_class)
                                    : absl::OkStatus();
}

}  // namespace

StoredHead ReadHead(Query& query) {
  StoredHead stored;
  stored.revision = query.NextUint();
  stored.head.epoch = query.NextUint();
  stored.head.log = query.NextUint();
  stored.head.log_size = query.NextUint();
  stored.head.last_instant = {query.NextInt()};
  stored.head.directory_version = query.NextUint();
  stored.head.next_key_id = query.NextUint();
  return stored;
}

absl::StatusOr<StoredAct> ReadAct(Query& query) {
  StoredAct stored;
  stored.row = query.NextUint();
  ActRecord& act = stored.record;
  act.act_id = query.NextBytes();
  act.case_id = query.NextBytes();
  act.case_position = query.NextUint();
  act.case_seen = query.NextUint();
  act.disposition = static_cast<v1::ActDisposition>(query.NextInt());
  act.kind = static_cast<v1::ActKind>(query.NextInt());
  act.sender = query.NextBytes();
  ROG_ASSIGN_OR_RETURN(act.recipients, DecodeList(query.NextBytes()));
  act.refusal = query.NextBytes();
  act.refusal_detail = query.NextBytes();
  act.bytes_sha256 = query.NextBytes();
  act.recorded = {query.NextInt()};
  act.log = query.NextUint();
  act.first_entry = query.NextUint();
  act.key_id = query.NextUint();
  return stored;
}

Bytes EncodeCase(const CaseRecord& record) {
  std::vector<std::string> fields(kCaseFields);
  fields[kCaseType] = Number(record.case_type);
  fields[kChannelClass] = Number(record.channel_class);
  fields[kInstrument] = record.instrument;
  fields[kArticle] = record.article;
  fields[kParties] = EncodeParties(record.parties);
  fields[kMeasures] = EncodeMeasures(record.measures);
  fields[kRelatedCases] = EncodeList(record.related_cases);
  fields[kActCount] = absl::StrCat(record.act_count);
  fields[kOpened] = absl::StrCat(record.opened.unix_ms);
  fields[kMoves] = EncodeMoves(record.measures);
  fields[kClocks] = EncodeClocks(record.clocks);
  fields[kForwardings] = EncodeForwardings(record.parties);
  fields[kDataClass] = Number(record.data_class);
  return EncodeList(fields);
}

absl::StatusOr<CaseRecord> ReadCase(Query& query) {
  CaseRecord record;
  record.case_id = query.NextBytes();
  record.state = static_cast<v1::CaseState>(query.NextInt());
  record.updated = {query.NextInt()};
  record.key_id = query.NextUint();
  ROG_RETURN_IF_ERROR(DecodeCase(query.NextBytes(), record));
  return record;
}

DeliveryRecord ReadDelivery(Query& query) {
  DeliveryRecord delivery;
  delivery.authority = query.NextBytes();
  delivery.position = query.NextUint();
  delivery.act_id = query.NextBytes();
  delivery.case_id = query.NextBytes();
  delivery.case_position = query.NextUint();
  delivery.urgency = static_cast<v1::UrgencyLevel>(query.NextInt());
  delivery.state = static_cast<DeliveryState>(query.NextInt());
  delivery.attempts = static_cast<uint32_t>(query.NextInt());
  delivery.log = query.NextUint();
  delivery.consigned_entry = query.NextUint();
  delivery.settled_log = query.NextOptionalUint();
  delivery.settled_entry = query.NextOptionalUint();
  delivery.dead_reason = query.NextBytes();
  delivery.key_id = query.NextUint();
  if (const auto by = query.NextOptionalUint()) {
    delivery.retrieve_by = Instant{static_cast<int64_t>(*by)};
  }
  return delivery;
}

absl::StatusOr<EntryRecord> ReadEntry(Query& query, const BoxMaker& boxes) {
  EntryRecord entry;
  entry.log = query.NextUint();
  entry.index = query.NextUint();
  entry.leaf = query.NextBytes();
  ROG_ASSIGN_OR_RETURN(entry.hashes, DecodeHashes(query.NextBytes()));
  entry.key_id = query.NextUint();
  entry.act_id = query.NextBytes();
  entry.recipient = query.NextBytes();
  entry.owner = query.NextBytes();
  ROG_ASSIGN_OR_RETURN(
      const Bytes clear,
      boxes.Open(entry.key_id, EntryPlace(entry.log, entry.index), query.NextBytes()));
  ROG_ASSIGN_OR_RETURN(auto pair, SplitPair(clear));
  entry.record = std::move(pair.first);
  entry.salt = std::move(pair.second);
  return entry;
}

absl::StatusOr<BatchRecord> ReadBatch(Query& query) {
  BatchRecord batch;
  batch.log = query.NextUint();
  batch.size = query.NextUint();
  auto root = merkle::Hash::FromBytes(query.NextBytes());
  if (!root.ok()) return absl::DataLossError("the root of a batch does not decode");
  batch.root = *root;
  batch.instant = {query.NextInt()};
  batch.note = query.NextBytes();
  return batch;
}

RequestRecord ReadRequest(Query& query) {
  RequestRecord request;
  request.key.principal = query.NextBytes();
  request.key.request_id = query.NextBytes();
  request.request_sha256 = query.NextBytes();
  request.response = query.NextBytes();
  return request;
}

BoxPlace FrontPlace(absl::string_view act_id) {
  return {"act_contents", "front", Bytes(act_id)};
}

BoxPlace RestPlace(absl::string_view act_id) {
  return {"act_contents", "rest", Bytes(act_id)};
}

BoxPlace AcknowledgementPlace(const DeliveryKey& key) {
  return {"acknowledgements", "box", absl::StrCat(key.position, "|", key.authority)};
}

BoxPlace NoticePlace(const DeliveryKey& key) {
  return {"notices", "box", absl::StrCat(key.position, "|", key.authority)};
}

BoxPlace EntryPlace(uint64_t log, uint64_t index) {
  return {"entries", "box", absl::StrCat(log, "|", index)};
}

}  // namespace rogatoria::sqlite
