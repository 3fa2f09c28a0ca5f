#include "services/daemon/registry_loader.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/directory/load.h"

#include "rogatoria/v1/admin_service.pb.h"

namespace rogatoria::daemon {
namespace {

absl::StatusOr<std::shared_ptr<const Directory>> ParseStored(const Bytes& serialised,
                                                             const std::string& trust_domain) {
  v1::GetDirectoryResponse stored;
  if (!stored.ParseFromString(serialised)) {
    return absl::DataLossError("the stored directory cannot be read");
  }
  std::vector<DirectoryFile> files;
  for (const v1::DirectoryFile& file : stored.files()) {
    files.push_back({file.name(), file.content()});
  }
  auto directory = ParseDirectory(files, trust_domain);
  if (directory.ok()) return directory;
  return absl::DataLossError(
      absl::StrCat("the stored directory has errors: ", directory.status().message()));
}

absl::Status LoadDirectory(Snapshot& snapshot,
                           const std::string& trust_domain,
                           Registry& registry) {
  const absl::StatusOr<DirectoryRecord> record = snapshot.GetDirectory();
  if (absl::IsNotFound(record.status())) return absl::OkStatus();  // none was loaded yet
  ROG_RETURN_IF_ERROR(record.status());
  ROG_ASSIGN_OR_RETURN(auto directory, ParseStored(record->files, trust_domain));
  registry.SetDirectory(std::move(directory), record->version);
  return absl::OkStatus();
}

absl::Status LoadStandings(Snapshot& snapshot, Registry& registry) {
  ROG_ASSIGN_OR_RETURN(const std::vector<StandingRecord> rows, snapshot.ListStandings());
  Standings standings;
  for (const StandingRecord& row : rows) standings.Set(row.subject, row.id, row.standing);
  registry.SetStandings(std::move(standings));
  return absl::OkStatus();
}

}  // namespace

absl::Status LoadRegistry(Store& store,
                          const std::string& trust_domain,
                          RegistryParts parts,
                          Registry& registry) {
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store.OpenSnapshot());
  // Standings first: there is no moment at which a new directory stands without them.
  if (parts.standings) ROG_RETURN_IF_ERROR(LoadStandings(*snapshot, registry));
  if (parts.directory) ROG_RETURN_IF_ERROR(LoadDirectory(*snapshot, trust_domain, registry));
  return absl::OkStatus();
}

}  // namespace rogatoria::daemon
