// The codes of measures that this version knows (docs/act-files.md#codes-of-measures): what the
// offices of a hub agree on. A hub takes any code, since the vocabulary grows; who reads one that
// is not here sees the bare code. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/client/draft.h"

namespace rogatoria::client {

// The groups of measures, as the fields of MeasureDetail.detail and the codes that go with them.
struct MeasureGroup {
  absl::string_view detail;
  std::vector<absl::string_view> codes;
};
const std::vector<MeasureGroup>& MeasureGroups();

// Those of the groups, and OTHER.
const std::vector<std::string>& KnownMeasureCodes();

// What a draft names by itself that is none of them, each once: its measures, the one that its
// addressee is to be competent for, those that a consultation speaks of. Not those of a case that
// goes on, which are named there already.
std::vector<std::string> UnknownMeasureCodes(const ActDraft& draft);

}  // namespace rogatoria::client
