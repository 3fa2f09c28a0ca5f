// [[deadline]] of docs/directory-files.md: how long a clock gives.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/directory/drafts.h"
#include "common/directory/table_reader.h"
#include "common/model/ids.h"

namespace rogatoria {
namespace {

using Reader = TableReader;

constexpr char kSpanAccepted[] = "a number and MINUTES, HOURS, DAYS, WORKING_DAYS or MONTHS";
constexpr char kClocksAccepted[] =
    "ACKNOWLEDGE, DECIDE, EXECUTE, ANSWER, REPLY_TO_CONDITIONS, PRESERVE_UNTIL, TRANSFER, "
    "CONFIRM_ON_PAPER, RETRIEVE, DUTY or WISHED_DATE";

v1::DeadlineClock ClockOf(absl::string_view name) {
  v1::DeadlineClock clock = v1::DEADLINE_CLOCK_UNSPECIFIED;
  if (!v1::DeadlineClock_Parse(absl::StrCat("DEADLINE_CLOCK_", name), &clock)) {
    return v1::DEADLINE_CLOCK_UNSPECIFIED;
  }
  return clock;
}

bool IsClock(absl::string_view name) {
  return ClockOf(name) != v1::DEADLINE_CLOCK_UNSPECIFIED;
}

bool IsUrgency(absl::string_view name) {
  return name.empty() || name == "ROUTINE" || name == "URGENT" || name == "EMERGENCY";
}

std::optional<v1::UrgencyLevel> UrgencyNamed(absl::string_view name) {
  if (name == "ROUTINE") return v1::URGENCY_LEVEL_UNSPECIFIED;
  if (name == "URGENT") return v1::URGENCY_LEVEL_URGENT;
  if (name == "EMERGENCY") return v1::URGENCY_LEVEL_EMERGENCY;
  return std::nullopt;
}

bool IsSpan(absl::string_view text) {
  return ParseTimeSpan(text).ok();
}

bool IsSpanOrStated(absl::string_view text) {
  return text == kStatedByHeader || IsSpan(text);
}

bool IsRestDayEnd(absl::string_view text) {
  return ParseRestDayEnd(text).has_value();
}

bool IsProfileId(absl::string_view text) {
  return IsShortName(text) && text != kDutyDeskProfile;
}

bool IsSource(absl::string_view text) {
  return !text.empty() && text.size() <= 256;
}

bool IsMark(absl::string_view text) {
  return text.empty() || text == "CHECK_BEFORE_PRODUCTION";
}

std::optional<TimeSpan> SpanOf(const std::string& text) {
  const auto span = ParseTimeSpan(text);
  return span.ok() ? std::optional<TimeSpan>(*span) : std::nullopt;
}

// The two clocks whose instant only the header can know.
bool MayBeStated(v1::DeadlineClock clock) {
  return clock == v1::DEADLINE_CLOCK_WISHED_DATE || clock == v1::DEADLINE_CLOCK_CONFIRM_ON_PAPER;
}

void ReadSpans(Reader& reader, DeadlineProfile& profile) {
  const std::string within =
      reader.Text("within",
                  Reader::kRequired,
                  IsSpanOrStated,
                  absl::StrCat(kSpanAccepted, ", or STATED for what the header says"));
  profile.within = SpanOf(within);
  profile.warn_before =
      SpanOf(reader.Text("warn_before", Reader::kOptional, IsSpan, kSpanAccepted));
  const std::string end =
      reader.Text("rest_day_end", Reader::kOptional, IsRestDayEnd, "NEXT_WORKING_DAY or SAME_DAY");
  if (profile.within.has_value() && !end.empty()) {
    profile.within->rest_day_end = *ParseRestDayEnd(end);
  }
  if (within == kStatedByHeader && !MayBeStated(profile.clock)) {
    reader.Problem("within",
                   "no header states when this clock is due",
                   "a span is accepted; STATED is for WISHED_DATE and CONFIRM_ON_PAPER");
  }
  if (profile.clock == v1::DEADLINE_CLOCK_WISHED_DATE && profile.within.has_value()) {
    reader.Problem("within", "the wished date is the sender's", "STATED is accepted");
  }
}

bool CountsMinutes(const TimeSpan& span) {
  return span.unit == TimeSpan::kMinutes || span.unit == TimeSpan::kHours;
}

// Nobody works out working days at night.
void CheckDuty(const DeadlineProfile& profile, Reader& reader) {
  if (profile.clock != v1::DEADLINE_CLOCK_DUTY || !profile.within.has_value()) return;
  if (CountsMinutes(*profile.within)) return;
  reader.Problem("within", "a duty desk counts no days", "MINUTES and HOURS are accepted");
}

void CheckCollisions(const DeadlineProfile& profile, Drafts& drafts, Reader& reader) {
  for (const DeadlineProfile& other : drafts.contents.deadlines) {
    if (!Collide(profile, other)) continue;
    reader.Problem("id",
                   absl::StrCat("it says the same clock as ", other.id, " for the same acts"),
                   "one profile a clock, instrument, measure and urgency is accepted");
  }
}

}  // namespace

void ReadDeadline(const TomlValue& table, Drafts& drafts) {
  Reader reader(table, "deadline", drafts.problems);
  DeadlineProfile profile;
  profile.id =
      reader.Text("id", Reader::kRequired, IsProfileId, "1 to 32 of [a-z0-9-], not duty-desk");
  profile.clock = ClockOf(reader.Text("clock", Reader::kRequired, IsClock, kClocksAccepted));
  profile.instrument =
      reader.Text("instrument", Reader::kOptional, IsInstrumentId, "the id of an instrument");
  profile.measures =
      reader.Texts("measures", Reader::kOptional, IsMeasureCode, "codes, such as VIDEO_HEARING");
  std::sort(profile.measures.begin(), profile.measures.end());
  profile.urgency = UrgencyNamed(
      reader.Text("urgency", Reader::kOptional, IsUrgency, "ROUTINE, URGENT or EMERGENCY"));
  ReadSpans(reader, profile);
  profile.source = reader.Text("source", Reader::kRequired, IsSource, "where the rule stands");
  profile.mark = reader.Text("mark", Reader::kOptional, IsMark, "CHECK_BEFORE_PRODUCTION");
  CheckDuty(profile, reader);
  reader.Finish();
  if (profile.id.empty() || profile.clock == v1::DEADLINE_CLOCK_UNSPECIFIED) return;
  CheckCollisions(profile, drafts, reader);
  drafts.definitions.push_back({"deadline", profile.id, reader.place()});
  if (!profile.instrument.empty()) {
    drafts.references.push_back({"instrument", profile.instrument, reader.PlaceOf("instrument")});
  }
  drafts.contents.deadlines.push_back(std::move(profile));
}

}  // namespace rogatoria
