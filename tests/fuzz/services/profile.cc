// The office's profile.
#include "common/client/profile.h"

#include <fstream>

#include "common/base/error.h"
#include "tests/fuzz/support/fuzz.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::fuzz {

void Examine(absl::string_view input) {
  static const TemporaryFolder folder;
  const std::string path = folder / "profile.toml";
  std::ofstream(path, std::ios::binary)
      .write(input.data(), static_cast<std::streamsize>(input.size()));

  const auto profile = client::LoadProfile(path);
  CheckToldInText(profile.status());
  if (profile.ok()) {
    ROG_CHECK(!profile->state.empty() && !profile->trust_domain.empty(),
              "what is required is there");
    return;
  }
  ROG_CHECK(GetErrorDetails(profile.status()).has_value(), "what is wrong is said");
}

}  // namespace rogatoria::fuzz
