// Loading a whole directory: checked before, then all of it in one transaction, with a clear leaf
// for each key statement that the log does not hold yet (decisions.md 8).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/directory/directory.h"
#include "common/storage/store.h"
#include "services/admin/mutation.h"
#include "services/admin/route_notices.h"

#include "rogatoria/v1/admin_service.pb.h"

namespace rogatoria::admin {

// A directory that is well-formed and may follow the current one.
struct CheckedDirectory {
  std::shared_ptr<const Directory> directory;
  std::vector<std::string> changes;  // in words
  // Statements that have no leaf yet, in the order of their chains.
  struct NewStatement {
    std::string authority;
    v1::KeyStatement statement;
  };
  std::vector<NewStatement> new_statements;
  std::vector<RouteNotice> notices = {};  // FindRouteNotices; of CheckDirectory: none
};

// DIRECTORY_INVALID lists all that is wrong. `recorded`: the statements that have their leaf. An
// authority that keeps its identity key keeps its statements: what was stated before cannot be made
// unsaid by leaving it out.
absl::StatusOr<CheckedDirectory> CheckDirectory(const v1::LoadDirectoryRequest& request,
                                                const std::string& trust_domain,
                                                const Directory& current,
                                                const std::vector<KeyStatementRecord>& recorded);

// Makes it the directory. Answers with a LoadDirectoryResponse.
Change MakeDirectoryChange(std::shared_ptr<const CheckedDirectory> checked,
                           std::shared_ptr<const v1::LoadDirectoryRequest> request);

}  // namespace rogatoria::admin
