// Writes docs/indicators.md to the standard output: `describe_indicators > docs/indicators.md`.
#include <iostream>

#include "tests/structure/indicators/indicators_page.h"

int main() {
  std::cout << rogatoria::DescribeIndicators();
  return std::cout.good() ? 0 : 1;
}
