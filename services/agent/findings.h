// What is wrong with a request, told by its own words: the library names the fields of an act file,
// and a program that filled the fields of SendRequest knows only those.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/client/draft.h"
#include "services/agent/words.h"

namespace rogatoria::agent {

// What lint finds, as the API has it.
std::vector<v1::Finding> ToMessages(const std::vector<client::Finding>& findings);

// A refusal by lint carries all that was found; any other status none.
absl::Status WithFindings(absl::Status refusal, const std::vector<v1::Finding>& findings);
std::vector<v1::Finding> FindingsOf(const absl::Status& refusal);

// By the words of this request: the field of a refusal, and of what lint finds. What SendRequest
// has no field for, and all of a request that is an act file, keeps the act file's names.
void NameFields(const v1::SendRequest& request, std::vector<v1::Finding>& findings);
absl::Status NameFields(const v1::SendRequest& request, absl::Status refusal);

}  // namespace rogatoria::agent
