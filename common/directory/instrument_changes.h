// What differs between two sets of instruments, field by field and pair by pair, for an operator to
// look at before one becomes the hub's.
#pragma once

#include <string>
#include <vector>

#include "absl/types/span.h"

#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria {

struct InstrumentChange {
  std::string instrument;
  std::string field;          // title, measures, relation CO-PT; empty for the whole instrument
  std::string before, after;  // codes and days; empty where there was or is none
};

// By instrument, then field.
std::vector<InstrumentChange> ChangesOfInstruments(absl::Span<const v1::Instrument> before,
                                                   absl::Span<const v1::Instrument> after);

}  // namespace rogatoria
