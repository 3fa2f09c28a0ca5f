// docs/rules.md, from the rules' own tables: who checks what.
#pragma once

#include <string>

namespace rogatoria {

// The whole page.
std::string DescribeRules();

}  // namespace rogatoria
