// The mailboxes of a snapshot.
#include <algorithm>

#include "common/base/status_macros.h"
#include "common/storage/sqlite/rows.h"
#include "common/storage/sqlite/snapshot.h"

namespace rogatoria::sqlite {
namespace {

constexpr char kDelivery[] = ROGATORIA_SELECT_DELIVERY "WHERE d.authority = ? AND d.position = ?";
constexpr char kAcknowledgement[] =
    "SELECT box FROM acknowledgements WHERE authority = ? AND position = ?";
constexpr char kNotice[] = "SELECT box FROM notices WHERE authority = ? AND position = ?";
constexpr char kDeliveriesOfAct[] = ROGATORIA_SELECT_DELIVERY
    "WHERE d.act_row = (SELECT act_row FROM acts WHERE act_id = ?) ORDER BY d.authority";
// The index deliveries_open gives the candidates in order; deliveries_waiting tells for each
// whether an earlier one of its case is open; a notice (act_row 0) waits for nothing. The states
// are spelled as in the indexes' own conditions.
constexpr char kDeliverable[] = ROGATORIA_SELECT_DELIVERY
    "WHERE d.authority = ? AND d.urgency = ? AND d.state = 0 AND d.position > ? "
    "AND (d.act_row = 0 OR NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.authority = d.authority "
    "AND e.case_row = d.case_row AND e.state = 0 AND e.state <> 1 AND e.position < d.position)) "
    "ORDER BY d.position LIMIT ?";
// Named, since SQLite would rather walk the whole mailbox in its order.
constexpr char kOpenOfCase[] = ROGATORIA_SELECT_DELIVERY_BY("INDEXED BY deliveries_waiting ")
    "WHERE d.authority = ? AND d.case_row = (SELECT act_row FROM acts WHERE act_id = ?) "
    "AND d.state = 0 AND d.state <> 1 ORDER BY d.position LIMIT ?";
constexpr char kDeliveries[] = ROGATORIA_SELECT_DELIVERY
    "WHERE d.authority = ? AND d.position > ? ORDER BY d.position LIMIT ?";
constexpr char kGapBefore[] =
    "SELECT EXISTS (SELECT 1 FROM deliveries d WHERE d.authority = ? AND "
    "d.case_row = (SELECT act_row FROM acts WHERE act_id = ?) "
    "AND d.state = 2 AND d.state <> 1 AND d.position < ?)";
constexpr char kDeadOfAll[] = ROGATORIA_SELECT_DELIVERY
    "WHERE d.state = 2 AND (d.authority, d.position) > (?, ?) "
    "ORDER BY d.authority, d.position LIMIT ?";
// From a key that is not before the authority's first: so its own come first, and nothing else.
constexpr char kDeadOfOne[] = ROGATORIA_SELECT_DELIVERY
    "WHERE d.state = 2 AND (d.authority, d.position) > (?, ?) AND d.authority <= ? "
    "ORDER BY d.authority, d.position LIMIT ?";
constexpr char kDueDeliveries[] = ROGATORIA_SELECT_DELIVERY_BY("INDEXED BY deliveries_due ")
    "WHERE d.retrieve_by IS NOT NULL AND d.state = 0 AND d.retrieve_by < ? "
    "ORDER BY d.retrieve_by LIMIT ?";
constexpr char kLastPosition[] =
    "SELECT coalesce(max(position), 0) FROM deliveries WHERE authority = ?";

absl::StatusOr<std::vector<DeliveryRecord>> ReadDeliveries(Query& query) {
  std::vector<DeliveryRecord> deliveries;
  for (;;) {
    ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) return deliveries;
    deliveries.push_back(ReadDelivery(query));
  }
}

}  // namespace

absl::Status SqliteSnapshot::OpenAcknowledgement(DeliveryRecord& delivery) {
  const DeliveryKey key{delivery.authority, delivery.position};
  Query query = connection_->Prepare(kAcknowledgement);
  ROG_ASSIGN_OR_RETURN(const bool found, query.Text(key.authority).Uint(key.position).Step());
  if (!found) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(const Bytes clear,
                       boxes_.Open(delivery.key_id, AcknowledgementPlace(key), query.NextBytes()));
  ROG_ASSIGN_OR_RETURN(auto pair, SplitPair(clear));
  delivery.statement = std::move(pair.first);
  delivery.statement_signature = std::move(pair.second);
  return absl::OkStatus();
}

absl::Status SqliteSnapshot::OpenNotice(DeliveryRecord& delivery) {
  if (!delivery.IsNotice()) return absl::OkStatus();
  const DeliveryKey key{delivery.authority, delivery.position};
  Query query = connection_->Prepare(kNotice);
  ROG_RETURN_IF_ERROR(StepToRow(query.Text(key.authority).Uint(key.position)));
  ROG_ASSIGN_OR_RETURN(delivery.notice,
                       boxes_.Open(delivery.key_id, NoticePlace(key), query.NextBytes()));
  return absl::OkStatus();
}

absl::StatusOr<DeliveryRecord> SqliteSnapshot::GetDelivery(const DeliveryKey& key) {
  Query query = connection_->Prepare(kDelivery);
  ROG_RETURN_IF_ERROR(StepToRow(query.Text(key.authority).Uint(key.position)));
  DeliveryRecord delivery = ReadDelivery(query);
  ROG_RETURN_IF_ERROR(OpenNotice(delivery));
  ROG_RETURN_IF_ERROR(OpenAcknowledgement(delivery));
  return delivery;
}

absl::StatusOr<std::vector<DeliveryRecord>> SqliteSnapshot::ListDeliveriesOfAct(
    absl::string_view act_id) {
  Query query = connection_->Prepare(kDeliveriesOfAct);
  ROG_ASSIGN_OR_RETURN(auto deliveries, ReadDeliveries(query.Text(act_id)));
  for (DeliveryRecord& delivery : deliveries) {
    ROG_RETURN_IF_ERROR(OpenAcknowledgement(delivery));
  }
  return deliveries;
}

absl::StatusOr<std::vector<DeliveryRecord>> SqliteSnapshot::ListDeliverable(
    absl::string_view authority, v1::UrgencyLevel urgency, uint64_t after_position, size_t limit) {
  Query query = connection_->Prepare(kDeliverable);
  return ReadDeliveries(query.Text(authority).Int(urgency).Uint(after_position).Uint(limit));
}

absl::StatusOr<std::vector<DeliveryRecord>> SqliteSnapshot::ListOpenOfCase(
    absl::string_view authority, absl::string_view case_id, size_t limit) {
  Query query = connection_->Prepare(kOpenOfCase);
  return ReadDeliveries(query.Text(authority).Text(case_id).Uint(limit));
}

absl::StatusOr<std::vector<DeliveryRecord>> SqliteSnapshot::ListDeliveries(
    absl::string_view authority, uint64_t after_position, size_t limit) {
  Query query = connection_->Prepare(kDeliveries);
  return ReadDeliveries(query.Text(authority).Uint(after_position).Uint(limit));
}

absl::StatusOr<bool> SqliteSnapshot::HasGapBefore(const DeliveryRecord& delivery) {
  Query query = connection_->Prepare(kGapBefore);
  query.Text(delivery.authority).Text(delivery.case_id).Uint(delivery.position);
  ROG_RETURN_IF_ERROR(StepToRow(query));
  return query.NextInt() != 0;
}

absl::StatusOr<std::vector<DeliveryRecord>> SqliteSnapshot::ListDeadLetters(
    absl::string_view authority, const DeliveryKey& after, size_t limit) {
  if (authority.empty()) {
    Query query = connection_->Prepare(kDeadOfAll);
    return ReadDeliveries(query.Text(after.authority).Uint(after.position).Uint(limit));
  }
  const DeliveryKey first = std::max(after, DeliveryKey{std::string(authority), 0});
  Query query = connection_->Prepare(kDeadOfOne);
  query.Text(first.authority).Uint(first.position).Text(authority).Uint(limit);
  return ReadDeliveries(query);
}

absl::StatusOr<uint64_t> SqliteSnapshot::GetLastPosition(absl::string_view authority) {
  Query query = connection_->Prepare(kLastPosition);
  ROG_RETURN_IF_ERROR(StepToRow(query.Text(authority)));
  return query.NextUint();
}

absl::StatusOr<std::vector<DeliveryRecord>> SqliteSnapshot::ListDueDeliveries(Instant until,
                                                                              size_t limit) {
  Query query = connection_->Prepare(kDueDeliveries);
  return ReadDeliveries(query.Int(until.unix_ms).Uint(limit));
}

}  // namespace rogatoria::sqlite
