#include "services/gate/method_table.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"

namespace rogatoria::gate {
namespace {

struct StandardMethod {
  absl::string_view service;
  absl::string_view method;
  v1::Permission permission;
};

constexpr StandardMethod kStandardMethods[] = {
    {kHealthService, "Check", v1::PERMISSION_ANY_REGISTERED},
    {kHealthService, "Watch", v1::PERMISSION_ANY_REGISTERED},
    {kReflectionService, "ServerReflectionInfo", v1::PERMISSION_ANY_REGISTERED},
};

std::string PathOf(absl::string_view service, absl::string_view method) {
  return absl::StrCat("/", service, "/", method);
}

}  // namespace

MethodTable::MethodTable(const std::vector<absl::string_view>& services) {
  for (const absl::string_view service : services) {
    if (service == kHealthService || service == kReflectionService) {
      AddStandard(service);
    } else {
      AddDeclared(service);
    }
  }
}

void MethodTable::AddStandard(absl::string_view service) {
  for (const StandardMethod& row : kStandardMethods) {
    if (row.service == service) rows_[PathOf(row.service, row.method)] = row.permission;
  }
}

void MethodTable::AddDeclared(absl::string_view service) {
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(std::string(service));
  ROG_CHECK(descriptor != nullptr, "a service that is served has no descriptor");
  for (int i = 0; i < descriptor->method_count(); ++i) {
    const auto* method = descriptor->method(i);
    rows_[PathOf(service, method->name())] = method->options().GetExtension(v1::permission);
  }
}

v1::Permission MethodTable::PermissionOf(absl::string_view path) const {
  const auto found = rows_.find(path);
  return found == rows_.end() ? v1::PERMISSION_UNSPECIFIED : found->second;
}

}  // namespace rogatoria::gate
