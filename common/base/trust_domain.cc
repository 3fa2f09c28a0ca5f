#include "common/base/trust_domain.h"

#include <algorithm>

#include "common/base/limits.h"

namespace rogatoria {
namespace {

bool IsInName(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

}  // namespace

bool IsTrustDomain(absl::string_view text) {
  return !text.empty() && text.size() <= limits::kMaxIdBytes && text.front() != '.' &&
         text.back() != '.' && std::all_of(text.begin(), text.end(), IsInName);
}

}  // namespace rogatoria
