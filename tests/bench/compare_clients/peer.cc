#include "tests/bench/compare_clients/peer.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace rogatoria::compare {

std::string Message(uint64_t number, size_t bytes) {
  std::string message(bytes, 'x');
  std::memcpy(message.data(), &number, sizeof number);
  return message;
}

uint64_t NumberOf(const char* message, size_t bytes) {
  uint64_t number = 0;
  if (bytes < sizeof number) Die("a message without its number");
  std::memcpy(&number, message, sizeof number);
  return number;
}

void Die(const std::string& why) {
  std::fprintf(stderr, "compare_client: %s\n", why.c_str());
  std::exit(1);
}

}  // namespace rogatoria::compare
