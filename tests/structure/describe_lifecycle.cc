// Writes docs/lifecycle.md to the standard output: `describe_lifecycle > docs/lifecycle.md`.
#include <iostream>

#include "services/exchange/lifecycle.h"

int main() {
  std::cout << rogatoria::DescribeLifecycle();
  return std::cout.good() ? 0 : 1;
}
