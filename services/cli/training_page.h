// The result sheet of a trainee: rows for a table and for programs, and a page of its own to print,
// HTML without scripts and without anything fetched from elsewhere.
#pragma once

#include <string>

#include "common/base/clock.h"
#include "services/cli/language.h"
#include "services/cli/output.h"
#include "services/training/results.h"

namespace rogatoria::cli {

// One row for each exercise, with its steps for programs.
Json ResultRows(const training::Sheet& sheet);

std::string ResultPage(const training::Sheet& sheet, Instant made, Language language);

}  // namespace rogatoria::cli
