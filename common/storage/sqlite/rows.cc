#include "common/storage/sqlite/rows.h"

#include <iterator>
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
absl::Status ParseNumber(absl::string_view text, Enum& value) {
  int number = 0;
  if (!absl::SimpleAtoi(text, &number)) return absl::DataLossError("a number does not decode");
  value = static_cast<Enum>(number);
  return absl::OkStatus();
}

absl::Status Undecodable() {
  return absl::DataLossError("the record of a case does not decode");
}

template <typename Integer>
absl::Status ParseWide(absl::string_view text, Integer& value) {
  return absl::SimpleAtoi(text, &value) ? absl::OkStatus() : Undecodable();
}

void AppendMove(const MeasureMove& move, std::vector<std::string>& items) {
  items.push_back(Number(move.before));
  items.push_back(absl::StrCat(move.at));
  items.push_back(move.by);
}

absl::Status ParseMove(const std::vector<std::string>& items, size_t first, MeasureMove& move) {
  ROG_RETURN_IF_ERROR(ParseNumber(items[first], move.before));
  ROG_RETURN_IF_ERROR(ParseWide(items[first + 1], move.at));
  move.by = items[first + 2];
  return absl::OkStatus();
}

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

// The latest move of each measure: before, at, by, ... in the order of the measures.
Bytes EncodeLatestMoves(const std::vector<MeasureRecord>& measures) {
  std::vector<std::string> items;
  for (const MeasureRecord& measure : measures) {
    AppendMove(measure.moves.empty() ? MeasureMove() : measure.moves.back(), items);
  }
  return EncodeList(items);
}

absl::Status DecodeLatestMoves(absl::string_view bytes, std::vector<MeasureRecord>& measures) {
  ROG_ASSIGN_OR_RETURN(auto items, DecodeList(bytes));
  if (items.size() != 3 * measures.size()) return Undecodable();
  for (size_t i = 0; i < measures.size(); ++i) {
    MeasureMove move;
    ROG_RETURN_IF_ERROR(ParseMove(items, 3 * i, move));
    if (move.at != 0) measures[i].moves.push_back(std::move(move));
  }
  return absl::OkStatus();
}

// The moves before the latest, a list for each measure.
Bytes EncodeEarlierMoves(const std::vector<MeasureRecord>& measures) {
  std::vector<std::string> lists;
  for (const MeasureRecord& measure : measures) {
    std::vector<std::string> items;
    for (size_t i = 0; i + 1 < measure.moves.size(); ++i) AppendMove(measure.moves[i], items);
    lists.push_back(EncodeList(items));
  }
  return EncodeList(lists);
}

absl::Status DecodeEarlierMoves(absl::string_view bytes, std::vector<MeasureRecord>& measures) {
  ROG_ASSIGN_OR_RETURN(auto lists, DecodeList(bytes));
  if (lists.size() != measures.size()) return Undecodable();
  for (size_t i = 0; i < measures.size(); ++i) {
    ROG_ASSIGN_OR_RETURN(auto items, DecodeList(lists[i]));
    if (items.size() % 3 != 0) return Undecodable();
    std::vector<MeasureMove> earlier(items.size() / 3);
    for (size_t k = 0; k < earlier.size(); ++k) {
      ROG_RETURN_IF_ERROR(ParseMove(items, 3 * k, earlier[k]));
    }
    std::vector<MeasureMove>& moves = measures[i].moves;
    moves.insert(moves.begin(), earlier.begin(), earlier.end());
  }
  return absl::OkStatus();
}

// Responsible, added_at, repeated_at, ... in the order of the measures.
Bytes EncodeStandings(const std::vector<MeasureRecord>& measures) {
  std::vector<std::string> items;
  for (const MeasureRecord& measure : measures) {
    items.push_back(measure.responsible);
    items.push_back(absl::StrCat(measure.added_at));
    items.push_back(absl::StrCat(measure.repeated_at));
  }
  return EncodeList(items);
}

absl::Status DecodeStandings(absl::string_view bytes, std::vector<MeasureRecord>& measures) {
  ROG_ASSIGN_OR_RETURN(auto items, DecodeList(bytes));
  if (items.size() != 3 * measures.size()) return Undecodable();
  for (size_t i = 0; i < measures.size(); ++i) {
    measures[i].responsible = std::move(items[3 * i]);
    ROG_RETURN_IF_ERROR(ParseWide(items[3 * i + 1], measures[i].added_at));
    ROG_RETURN_IF_ERROR(ParseWide(items[3 * i + 2], measures[i].repeated_at));
  }
  return absl::OkStatus();
}

absl::Status DecodeStrings(absl::string_view bytes, std::vector<std::string>& strings) {
  ROG_ASSIGN_OR_RETURN(strings, DecodeList(bytes));
  return absl::OkStatus();
}

absl::Status Take(absl::string_view bytes, std::string& text) {
  text = std::string(bytes);
  return absl::OkStatus();
}

struct CaseField {
  Bytes (*encode)(const CaseRecord&);
  absl::Status (*decode)(absl::string_view, CaseRecord&);
};

// The fields of a case's record, in the order in which they are stored. A new one is appended: a
// record of an earlier program ends before it, and the field then keeps what CaseRecord gives it.
constexpr CaseField kCaseFields[] = {
    {[](const CaseRecord& r) { return Number(r.case_type); },
     [](absl::string_view bytes, CaseRecord& r) { return ParseNumber(bytes, r.case_type); }},
    {[](const CaseRecord& r) { return Number(r.channel_class); },
     [](absl::string_view bytes, CaseRecord& r) { return ParseNumber(bytes, r.channel_class); }},
    {[](const CaseRecord& r) { return Bytes(r.instrument); },
     [](absl::string_view bytes, CaseRecord& r) { return Take(bytes, r.instrument); }},
    {[](const CaseRecord& r) { return Bytes(r.article); },
     [](absl::string_view bytes, CaseRecord& r) { return Take(bytes, r.article); }},
    {[](const CaseRecord& r) { return EncodeParties(r.parties); },
     [](absl::string_view bytes, CaseRecord& r) { return DecodeParties(bytes, r.parties); }},
    {[](const CaseRecord& r) { return EncodeMeasures(r.measures); },
     [](absl::string_view bytes, CaseRecord& r) { return DecodeMeasures(bytes, r.measures); }},
    {[](const CaseRecord& r) { return EncodeList(r.related_cases); },
     [](absl::string_view bytes, CaseRecord& r) { return DecodeStrings(bytes, r.related_cases); }},
    {[](const CaseRecord& r) { return Bytes(absl::StrCat(r.act_count)); },
     [](absl::string_view bytes, CaseRecord& r) { return ParseWide(bytes, r.act_count); }},
    {[](const CaseRecord& r) { return Bytes(absl::StrCat(r.opened.unix_ms)); },
     [](absl::string_view bytes, CaseRecord& r) { return ParseWide(bytes, r.opened.unix_ms); }},
    {[](const CaseRecord& r) { return EncodeLatestMoves(r.measures); },
     [](absl::string_view bytes, CaseRecord& r) { return DecodeLatestMoves(bytes, r.measures); }},
    {[](const CaseRecord& r) { return EncodeClocks(r.clocks); },
     [](absl::string_view bytes, CaseRecord& r) { return DecodeClocks(bytes, r.clocks); }},
    {[](const CaseRecord& r) { return EncodeForwardings(r.parties); },
     [](absl::string_view bytes, CaseRecord& r) { return DecodeForwardings(bytes, r.parties); }},
    {[](const CaseRecord& r) { return Number(r.data_class); },
     [](absl::string_view bytes, CaseRecord& r) { return ParseNumber(bytes, r.data_class); }},
    {[](const CaseRecord& r) { return EncodeEarlierMoves(r.measures); },
     [](absl::string_view bytes, CaseRecord& r) { return DecodeEarlierMoves(bytes, r.measures); }},
    {[](const CaseRecord& r) { return EncodeStandings(r.measures); },
     [](absl::string_view bytes, CaseRecord& r) { return DecodeStandings(bytes, r.measures); }},
    {[](const CaseRecord& r) { return Bytes(r.channel_basis); },
     [](absl::string_view bytes, CaseRecord& r) { return Take(bytes, r.channel_basis); }},
};
// Those that the first program wrote: a record without one of them is damaged.
constexpr size_t kFirstCaseFields = 9;

absl::Status DecodeCase(absl::string_view bytes, CaseRecord& record) {
  ROG_ASSIGN_OR_RETURN(const auto fields, DecodeList(bytes));
  if (fields.size() < kFirstCaseFields || fields.size() > std::size(kCaseFields)) {
    return Undecodable();
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    ROG_RETURN_IF_ERROR(kCaseFields[i].decode(fields[i], record));
  }
  return absl::OkStatus();
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
  std::vector<std::string> fields;
  for (const CaseField& field : kCaseFields) fields.push_back(field.encode(record));
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

BoxPlace SharesPlace(absl::string_view act_id) {
  return {"act_contents", "shares", Bytes(act_id)};
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
