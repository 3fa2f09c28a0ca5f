// What each method asks of its caller, read from the descriptors' option (rogatoria.v1.permission)
// once, at start. A method without one, and a path that is not here, is for nobody.
#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

#include "rogatoria/v1/options.pb.h"

namespace rogatoria::gate {

// Standard services carry no option of ours; these may be added by name.
inline constexpr absl::string_view kHealthService = "grpc.health.v1.Health";
inline constexpr absl::string_view kReflectionService = "grpc.reflection.v1alpha.ServerReflection";

class MethodTable {
 public:
  // `services`: full names, such as rogatoria.v1.ExchangeService. Stops the process for a name that
  // is neither in this program's descriptors nor one of the standard ones above.
  explicit MethodTable(const std::vector<absl::string_view>& services);

  // By the call's path, /rogatoria.v1.ExchangeService/SubmitAct. PERMISSION_UNSPECIFIED when
  // unknown.
  v1::Permission PermissionOf(absl::string_view path) const;

  // Every path with what it asks.
  const absl::flat_hash_map<std::string, v1::Permission>& rows() const { return rows_; }

 private:
  void AddStandard(absl::string_view service);
  void AddDeclared(absl::string_view service);

  absl::flat_hash_map<std::string, v1::Permission> rows_;
};

}  // namespace rogatoria::gate
