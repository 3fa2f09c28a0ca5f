// What a trainee's command line notes for the result sheet, beside the trainee's own state: which
// fields lint named and for which reasons an act did not go out. Codes only. Nothing is noted with
// the profile of a real hub; what cannot be noted keeps nobody from working.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/client/draft.h"
#include "common/client/profile.h"

namespace rogatoria::cli {

void NoteLint(const client::OfficeProfile& profile,
              v1::ActKind kind,
              const std::vector<client::Finding>& findings);
// Nothing for OK.
void NoteRefusal(const client::OfficeProfile& profile,
                 v1::ActKind kind,
                 const absl::Status& status);
// An exercise was shown; a hint was given for a step of it.
void NoteRead(const client::OfficeProfile& profile, const std::string& exercise);
void NoteHint(const client::OfficeProfile& profile,
              const std::string& exercise,
              const std::string& step,
              uint32_t attempt);

}  // namespace rogatoria::cli
