// [authority.duty] and [[authority.competence]] of docs/directory-files.md: who answers when, and
// what an authority is competent for.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/directory/data_fields.h"
#include "common/directory/drafts.h"
#include "common/directory/table_reader.h"
#include "common/model/ids.h"

namespace rogatoria {
namespace {

using Reader = TableReader;

constexpr absl::string_view kWeekdays[] = {
    "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"};
constexpr uint32_t kMinutesOfADay = 1440;
constexpr int64_t kMostMinutes = 7 * kMinutesOfADay;

// 1 Monday to 7 Sunday; 0 for another word.
uint32_t WeekdayOf(absl::string_view name) {
  const auto* found = std::find(std::begin(kWeekdays), std::end(kWeekdays), name);
  return found == std::end(kWeekdays) ? 0
                                      : static_cast<uint32_t>(found - std::begin(kWeekdays)) + 1;
}

// 09:00 as minutes after midnight; 24:00 is the end of the day.
std::optional<uint32_t> MinuteOf(absl::string_view text) {
  uint32_t hour = 0;
  uint32_t minute = 0;
  if (text.size() != 5 || text[2] != ':' || !absl::SimpleAtoi(text.substr(0, 2), &hour) ||
      !absl::SimpleAtoi(text.substr(3), &minute) || minute > 59 ||
      hour * 60 + minute > kMinutesOfADay) {
    return std::nullopt;
  }
  return hour * 60 + minute;
}

// MONDAY 09:00-18:00
std::optional<v1::OfficeHours> HoursOf(absl::string_view text) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, ' ');
  if (words.size() != 2) return std::nullopt;
  const std::vector<absl::string_view> ends = absl::StrSplit(words[1], '-');
  if (ends.size() != 2) return std::nullopt;
  const auto opens = MinuteOf(ends[0]);
  const auto closes = MinuteOf(ends[1]);
  v1::OfficeHours hours;
  hours.set_weekday(WeekdayOf(words[0]));
  if (hours.weekday() == 0 || !opens.has_value() || !closes.has_value() || *closes <= *opens) {
    return std::nullopt;
  }
  hours.set_opens_minute(*opens);
  hours.set_closes_minute(*closes);
  return hours;
}

bool AreHours(absl::string_view text) {
  return HoursOf(text).has_value();
}

// +351213921900: as it is dialled from abroad.
bool IsTelephone(absl::string_view text) {
  constexpr size_t kLeast = 6;
  constexpr size_t kMost = 16;
  return text.size() >= kLeast && text.size() <= kMost && text[0] == '+' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

constexpr absl::string_view kTelephone = "+ and 5 to 15 digits, such as +351213921900";

void ReadRosterEntry(const TomlValue& table, v1::DutyDesk& duty, Problems& problems) {
  Reader reader(table, "roster", problems);
  v1::DutyRosterEntry& entry = *duty.add_roster();
  entry.set_from(reader.Day("from", Reader::kRequired));
  entry.set_to(reader.Day("to", Reader::kRequired));
  entry.set_telephone(reader.Text("telephone", Reader::kRequired, IsTelephone, kTelephone));
  if (entry.to() < entry.from()) {
    reader.Problem("to", "`to` is before `from`", "a later day is accepted");
  }
  for (int i = 0; i + 1 < duty.roster_size(); ++i) {
    const Validity before{duty.roster(i).from(), duty.roster(i).to()};
    if (before.Overlaps({entry.from(), entry.to()})) {
      reader.Problem("from", "two entries of the roster overlap", "one a day is accepted");
    }
  }
  reader.Finish();
}

void ReadSubstitute(Reader& reader, const v1::Authority& record, Drafts& drafts) {
  const std::string& substitute = record.duty().substitute();
  if (substitute.empty()) return;
  drafts.references.push_back({"authority", substitute, reader.PlaceOf("substitute")});
  drafts.substitutes.push_back(drafts.references.back());
  if (substitute == record.id()) {
    reader.Problem("substitute", "it is its own substitute", "another authority is accepted");
  }
}

// ISO 3166-2: BR-SP, PT-11.
bool IsTerritory(absl::string_view text) {
  return text.size() >= 4 && text.size() <= 6 && IsCountryCode(text.substr(0, 2)) &&
         text[2] == '-' && std::all_of(text.begin() + 3, text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

}  // namespace

void ReadDuty(TableReader& authority, v1::Authority& record, Drafts& drafts) {
  const TomlValue* table = authority.Table("duty");
  if (table == nullptr) return;
  Reader reader(*table, "duty", drafts.problems);
  v1::DutyDesk& duty = *record.mutable_duty();
  for (const std::string& text :
       reader.Texts("hours", Reader::kOptional, AreHours, "spans such as MONDAY 09:00-18:00")) {
    *duty.add_hours() = *HoursOf(text);
  }
  duty.set_telephone(reader.Text("telephone", Reader::kRequired, IsTelephone, kTelephone));
  duty.set_minutes(
      static_cast<uint32_t>(reader.Number("minutes", Reader::kRequired, 1, kMostMinutes)));
  duty.set_substitute(
      reader.Text("substitute", Reader::kOptional, IsAuthorityId, "an authority id"));
  duty.set_alert(reader.Text(
      "alert", Reader::kOptional, IsShortName, "the name of an [alert.NAME] of the hub"));
  ReadSubstitute(reader, record, drafts);
  for (const TomlValue* entry : reader.Tables("roster")) {
    ReadRosterEntry(*entry, duty, drafts.problems);
  }
  reader.Finish();
}

// A name in a table wakes nobody at night. One that does not exist, or is its own, is said already.
void CheckSubstitutes(Drafts& drafts) {
  for (const Mention& substitute : drafts.substitutes) {
    for (const AuthorityEntry& entry : drafts.contents.authorities) {
      if (entry.record.id() != substitute.name || !entry.record.duty().alert().empty()) continue;
      drafts.problems.Add(substitute.place,
                          absl::StrCat("duty: nothing alerts the substitute ", substitute.name),
                          "accepted: an authority whose [authority.duty] names an `alert`");
    }
  }
}

void ReadCompetence(const TomlValue& table, v1::Authority& record, Problems& problems) {
  Reader reader(table, "competence", problems);
  v1::AuthorityCompetence& competence = *record.add_competences();
  for (std::string& measure : reader.Texts(
           "measures", Reader::kOptional, IsMeasureCode, "measure codes, such as VIDEO_HEARING")) {
    competence.add_measures(std::move(measure));
  }
  for (std::string& territory :
       reader.Texts("territories", Reader::kOptional, IsTerritory, "ISO 3166-2, such as BR-SP")) {
    if (territory.substr(0, 2) != record.country()) {
      reader.Problem("territories",
                     absl::StrCat(territory, " is not in ", record.country()),
                     "territories of the authority's own country are accepted");
    }
    competence.add_territories(std::move(territory));
  }
  for (std::string& language :
       reader.Texts("languages", Reader::kOptional, IsLanguageTag, "BCP 47 tags, such as pt-PT")) {
    competence.add_languages(std::move(language));
  }
  for (std::string& matter : ReadMatters(reader)) competence.add_matters(std::move(matter));
  reader.Finish();
}

}  // namespace rogatoria
