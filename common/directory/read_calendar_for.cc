// [[authority.calendar_for]] of docs/directory-files.md.
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/directory/calendar_for.h"
#include "common/directory/drafts.h"
#include "common/directory/table_reader.h"
#include "common/model/ids.h"

namespace rogatoria {
namespace {

using Reader = TableReader;

v1::CalendarPhase PhaseOf(absl::string_view name) {
  if (name == "RECEPTION") return v1::CALENDAR_PHASE_RECEPTION;
  if (name == "DEADLINES") return v1::CALENDAR_PHASE_DEADLINES;
  return v1::CALENDAR_PHASE_UNSPECIFIED;
}

void Mention(absl::string_view key, absl::string_view name, Reader& reader, Drafts& drafts) {
  if (name.empty()) return;
  drafts.references.push_back({std::string(key), std::string(name), reader.PlaceOf(key)});
}

bool IsForEverything(const TomlValue& table) {
  return table.Find("instrument") == nullptr && table.Find("measures") == nullptr &&
         table.Find("phase") == nullptr;
}

void CheckRow(const TomlValue& table,
              const v1::CalendarFor& row,
              const v1::Authority& record,
              Reader& reader) {
  if (IsForEverything(table)) {
    reader.Problem("calendar",
                   "this row is for everything",
                   "an `instrument`, `measures` or a `phase` are accepted; the calendar for all "
                   "else is the authority's `calendar`");
  }
  for (const v1::CalendarFor& other : record.calendars_for()) {
    if (!AreAmbiguous(row, other)) continue;
    reader.Problem("calendar",
                   absl::StrCat("it is as specific as the row with the calendar ",
                                other.calendar(),
                                " and both would match"),
                   "rows of which at most one matches are accepted");
  }
}

void ReadCalendarFor(const TomlValue& table, v1::Authority& record, Drafts& drafts) {
  Reader reader(table, "calendar_for", drafts.problems);
  v1::CalendarFor row;
  row.set_instrument(reader.Text(
      "instrument", Reader::kOptional, IsInstrumentId, "an instrument id, such as UN-TIP-2000"));
  for (std::string& measure : reader.Texts(
           "measures", Reader::kOptional, IsMeasureCode, "measure codes, such as VIDEO_HEARING")) {
    row.add_measures(std::move(measure));
  }
  row.set_phase(PhaseOf(reader.Text(
      "phase",
      Reader::kOptional,
      [](absl::string_view name) { return PhaseOf(name) != v1::CALENDAR_PHASE_UNSPECIFIED; },
      "RECEPTION or DEADLINES")));
  row.set_calendar(reader.Text("calendar", Reader::kRequired, IsShortName, "the id of a calendar"));
  reader.Finish();
  Mention("instrument", row.instrument(), reader, drafts);
  Mention("calendar", row.calendar(), reader, drafts);
  CheckRow(table, row, record, reader);
  *record.add_calendars_for() = std::move(row);
}

}  // namespace

void ReadCalendarsFor(const std::vector<const TomlValue*>& tables,
                      v1::Authority& record,
                      Drafts& drafts) {
  for (const TomlValue* table : tables) ReadCalendarFor(*table, record, drafts);
}

}  // namespace rogatoria
