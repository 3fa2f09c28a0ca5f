// Requirements as data (v1.Requirement): does an act have what it has to contain? Their fields are
// paths from one of three roots, looked up in the descriptors, so that a new field of a content
// needs no code here:
//
//   header.urgency.reason                   what goes into the header
//   cover_slip.subject                      the cover slip
//   request.measures[].bank.from_day        the typed content; [] looks at each of a list, and
//                                           where the requirement names measures, at those only
//
// Pure; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/client/draft.h"

#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria::client {

// FIELD_INVALID naming the first step that this version's messages do not have.
absl::Status CheckRequirementPath(absl::string_view path);

// Whether it concerns this act: kind, instrument, measures, and the requested country ("" for one
// that is not known: then only what holds for every country).
bool Concerns(const v1::Requirement& requirement,
              const ActDraft& draft,
              const std::string& country);

// The fields that are missing, each with the places in its lists: request.measures[1].bank. Empty
// when the requirement is met. REQUIRES: CheckRequirementPath is OK.
std::vector<std::string> MissingFields(const v1::Requirement& requirement, const ActDraft& draft);

// What every instrument asks of a request (UNTOC article 18.15 and its like): for typed contents,
// and what the hub's directory does not speak of.
absl::Span<const v1::Requirement> BuiltInRequirements();

}  // namespace rogatoria::client
