// A notice of the hub's as commands show it.
#pragma once

#include <string>

#include "common/base/error.h"
#include "common/client/kept_notices.h"
#include "services/cli/output.h"

namespace rogatoria::cli {

// What it says, as a sentence or two in the reader's language.
std::string NoticeSentence(const v1::Notice& notice, Language language);

// What stands in its place where acts have their id: "notice-17".
std::string NoticeId(uint64_t position);

// With the members of a row of the inbox, and its own. The sentence is in `subject`.
Json NoticeView(const client::KeptNotice& kept, Language language);

}  // namespace rogatoria::cli
