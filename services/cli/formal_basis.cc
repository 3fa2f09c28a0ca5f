#include "services/cli/formal_basis.h"

#include <algorithm>

#include "common/base/clock.h"
#include "common/directory/competence.h"
#include "services/cli/messages.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

bool MayUseIt(const v1::Instrument& instrument,
              const v1::Authority* authority,
              const std::vector<std::string>& measures) {
  if (authority == nullptr) return true;
  AuthorityEntry entry;
  entry.record = *authority;
  RouteQuery query;
  query.measures = measures;
  return MayUse(entry, instrument, query, DayOf(SystemClock().Now()));
}

// The first that the instrument does not cover; empty for none.
std::string NotCovered(const v1::Instrument& instrument, const std::vector<std::string>& measures) {
  const auto& covered = instrument.measures();
  for (const std::string& measure : measures) {
    if (std::find(covered.begin(), covered.end(), measure) == covered.end()) return measure;
  }
  return "";
}

}  // namespace

std::string WhyNotFormally(const v1::Instrument& instrument,
                           const v1::Authority* ours,
                           const v1::Authority* theirs,
                           const std::vector<std::string>& measures,
                           Language language) {
  if (instrument.mode() == v1::INSTRUMENT_MODE_WARN) return "";
  const std::string missing = instrument.measures().empty() ? "" : NotCovered(instrument, measures);
  if (!missing.empty()) {
    return Say(language, Message::CHOICE_NOT_COVERED, WordFor(missing, language));
  }
  if (!MayUseIt(instrument, ours, measures)) {
    return Say(language, Message::CHOICE_NOT_DESIGNATED, ours->id());
  }
  if (!MayUseIt(instrument, theirs, measures)) {
    return Say(language, Message::CHOICE_NOT_DESIGNATED, theirs->id());
  }
  return "";
}

}  // namespace rogatoria::cli
