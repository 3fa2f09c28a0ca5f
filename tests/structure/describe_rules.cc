// Writes docs/rules.md to the standard output: `describe_rules > docs/rules.md`.
#include <iostream>

#include "tests/structure/rules/rules_page.h"

int main() {
  std::cout << rogatoria::DescribeRules();
  return std::cout.good() ? 0 : 1;
}
