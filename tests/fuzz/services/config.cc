// The daemon's configuration.
#include "services/daemon/config.h"

#include "common/base/error.h"
#include "common/model/ids.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {

void Examine(absl::string_view input) {
  const auto config = daemon::ParseConfig(input, "input.toml");
  if (!config.ok()) {
    const auto details = GetErrorDetails(config.status());
    ROG_CHECK(details.has_value() && details->reason == Reason::CONFIGURATION_INVALID,
              "what is wrong is said");
    CheckToldInText(config.status());
    return;
  }
  ROG_CHECK(IsTrustDomain(config->trust_domain), "what is required is there");
  ROG_CHECK(IsCountryCode(config->governing_law), "what is required is there");
  for (const std::string* path : {&config->store.directory, &config->store.case_keys}) {
    ROG_CHECK(path->rfind('/', 0) == 0, "relative paths are not accepted");
  }
}

}  // namespace rogatoria::fuzz
