// docs/indicators.md, from the catalogue of indicators of trafficking.
#pragma once

#include <string>

namespace rogatoria {

// The whole page.
std::string DescribeIndicators();

}  // namespace rogatoria
