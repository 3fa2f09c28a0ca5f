#include "common/storage/sqlite/clock_encoding.h"

#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "common/storage/sqlite/encoding.h"

namespace rogatoria::sqlite {
namespace {

absl::Status Undecodable() {
  return absl::DataLossError("a clock of a case does not decode");
}

// The numbers of a clock, in this order, with spaces between.
std::vector<int64_t> NumbersOf(const ClockRecord& clock) {
  constexpr int64_t kNone = -1;
  const auto optional = [](const std::optional<Instant>& instant) {
    return instant.has_value() ? instant->unix_ms : kNone;
  };
  return {clock.clock,
          clock.measure,
          clock.side,
          static_cast<int64_t>(clock.state),
          clock.started.unix_ms,
          clock.span,
          clock.span_unit,
          clock.stays_on_rest_day,
          clock.from_exact_instant,
          clock.stated,
          optional(clock.due),
          optional(clock.next_event),
          clock.attempts,
          clock.ended};
}

// The numbers, and after them the substitute where there is one: an id has no spaces.
std::string TailOf(const ClockRecord& clock) {
  std::string text = absl::StrJoin(NumbersOf(clock), " ");
  if (!clock.substitute.empty()) absl::StrAppend(&text, " ", clock.substitute);
  return text;
}

absl::Status SetTail(absl::string_view text, ClockRecord& clock) {
  std::vector<absl::string_view> items = absl::StrSplit(text, ' ');
  const size_t count = NumbersOf(clock).size();
  if (items.size() == count + 1) {
    clock.substitute = std::string(items.back());
    items.pop_back();
  }
  if (items.size() != count) return Undecodable();
  std::vector<int64_t> n;
  for (const absl::string_view item : items) {
    if (!absl::SimpleAtoi(item, &n.emplace_back())) return Undecodable();
  }
  const auto optional = [](int64_t ms) {
    return ms < 0 ? std::nullopt : std::optional<Instant>(Instant{ms});
  };
  clock.clock = static_cast<v1::DeadlineClock>(n[0]);
  clock.measure = static_cast<uint32_t>(n[1]);
  clock.side = static_cast<v1::CaseRole>(n[2]);
  clock.state = static_cast<ClockState>(n[3]);
  clock.started = {n[4]};
  clock.span = n[5];
  clock.span_unit = static_cast<int>(n[6]);
  clock.stays_on_rest_day = n[7] != 0;
  clock.from_exact_instant = n[8] != 0;
  clock.stated = n[9] != 0;
  clock.due = optional(n[10]);
  clock.next_event = optional(n[11]);
  clock.attempts = static_cast<uint32_t>(n[12]);
  clock.ended = n[13] != 0;
  return absl::OkStatus();
}

}  // namespace

Bytes EncodeClocks(const std::vector<ClockRecord>& clocks) {
  std::vector<std::string> items;
  for (const ClockRecord& clock : clocks) {
    items.insert(items.end(),
                 {clock.act_id, clock.authority, clock.counterpart, clock.profile, TailOf(clock)});
  }
  return EncodeList(items);
}

absl::Status DecodeClocks(absl::string_view bytes, std::vector<ClockRecord>& clocks) {
  ROG_ASSIGN_OR_RETURN(auto items, DecodeList(bytes));
  if (items.size() % 5 != 0) return Undecodable();
  for (size_t i = 0; i < items.size(); i += 5) {
    ClockRecord& clock = clocks.emplace_back();
    clock.act_id = std::move(items[i]);
    clock.authority = std::move(items[i + 1]);
    clock.counterpart = std::move(items[i + 2]);
    clock.profile = std::move(items[i + 3]);
    ROG_RETURN_IF_ERROR(SetTail(items[i + 4], clock));
  }
  return absl::OkStatus();
}

}  // namespace rogatoria::sqlite
