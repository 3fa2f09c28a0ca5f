// What is inside the seal, on a page: values as facts, groups under headings, groups of one shape
// as the rows of a table.
#pragma once

#include "services/cli/content_outline.h"
#include "services/cli/page.h"

namespace rogatoria::cli {

// Below a heading of level `level` - 1.
void AddOutline(const Outline& outline, size_t level, Language language, Page& page);

}  // namespace rogatoria::cli
