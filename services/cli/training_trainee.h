// What a trainee asks: which exercises there are, what one is about, a hint for the step that comes
// next. With the trainee's profile; the list and an exercise also without.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/cli/command_line.h"
#include "services/training/scenario.h"

namespace rogatoria::cli {

// NOT_FOUND, after saying which there are.
absl::StatusOr<const training::Scenario*> ScenarioNamed(const Session& session,
                                                        const std::string& name);

absl::Status ListExercises(Session& session);
// `drafts`: a folder for the drafts that belong to it, whose faults are to be found; empty: none.
absl::Status ShowExercise(Session& session, const std::string& name, const std::string& drafts);
// The next hint for the step that comes next; after the last one its whole act file, in `file`.
absl::Status GiveHint(Session& session, const std::string& name, const std::string& file);

}  // namespace rogatoria::cli
