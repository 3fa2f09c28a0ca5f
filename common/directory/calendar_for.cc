#include "common/directory/calendar_for.h"

#include <algorithm>

namespace rogatoria {
namespace {

bool Names(const v1::CalendarFor& row, const std::string& measure) {
  return std::find(row.measures().begin(), row.measures().end(), measure) != row.measures().end();
}

bool Matches(const v1::CalendarFor& row, const Matter& matter) {
  if (!row.instrument().empty() && row.instrument() != matter.instrument) return false;
  if (row.phase() != v1::CALENDAR_PHASE_UNSPECIFIED && row.phase() != matter.phase) return false;
  return row.measures().empty() ||
         (!matter.measures.empty() &&
          std::all_of(matter.measures.begin(),
                      matter.measures.end(),
                      [&row](const std::string& measure) { return Names(row, measure); }));
}

// Rows with the same number name the same things.
int Specificity(const v1::CalendarFor& row) {
  return (row.instrument().empty() ? 0 : 4) + (row.measures().empty() ? 0 : 2) +
         (row.phase() == v1::CALENDAR_PHASE_UNSPECIFIED ? 0 : 1);
}

}  // namespace

Matter MatterOf(const v1::ActHeader& header, v1::CalendarPhase phase) {
  Matter matter;
  matter.instrument = header.legal_basis().instrument();
  for (const v1::MeasureRef& measure : header.measures()) matter.measures.push_back(measure.code());
  matter.phase = phase;
  return matter;
}

const Calendar* CalendarFor(const Directory& directory,
                            const v1::Authority& authority,
                            const Matter& matter) {
  const v1::CalendarFor* best = nullptr;
  for (const v1::CalendarFor& row : authority.calendars_for()) {
    const bool better = best == nullptr || Specificity(row) > Specificity(*best);
    if (better && Matches(row, matter)) best = &row;
  }
  return directory.FindCalendar(best == nullptr ? authority.calendar() : best->calendar());
}

bool AreAmbiguous(const v1::CalendarFor& a, const v1::CalendarFor& b) {
  if (Specificity(a) != Specificity(b)) return false;
  const bool share_a_measure =
      a.measures().empty() ||
      std::any_of(a.measures().begin(), a.measures().end(), [&b](const std::string& measure) {
        return Names(b, measure);
      });
  return a.instrument() == b.instrument() && a.phase() == b.phase() && share_a_measure;
}

}  // namespace rogatoria
