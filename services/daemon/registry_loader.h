// The registry from the store: at start, and after each commit that changed it.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "common/directory/registry.h"
#include "common/storage/store.h"

namespace rogatoria::daemon {

// Which parts to read anew.
struct RegistryParts {
  bool directory = true;
  bool standings = true;
};

// Leaves the registry as it was on an error. DATA_LOSS when what is stored is no directory: it was
// checked before it was stored.
absl::Status LoadRegistry(Store& store,
                          const std::string& trust_domain,
                          RegistryParts parts,
                          Registry& registry);

}  // namespace rogatoria::daemon
