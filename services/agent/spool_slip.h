// Slips: act files (docs/act-files.md) that name files beside them, and what is sent by them.
#pragma once

#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/agent/spool_agent.h"
#include "services/agent/spool_item.h"

#include "rogatoria/agent/v1/agent_service.pb.h"

namespace rogatoria::agent {

struct Slip {
  nlohmann::json root;
  std::set<std::string> files;  // that it names
  std::string leads_out;        // one of them that is no plain name; empty: none
  std::string request_id;       // a uuid, where the slip has one
  bool names_letter = false;
  absl::Status fault;  // what it says and may not, at its own line and column
};

// Whether it can be acted on where it lies under `name`: else its item is taken to be refused.
inline bool CanBeFollowed(const Slip& slip, const std::string& name) {
  return slip.leads_out.empty() && !slip.files.contains(name);
}

// ACT_FILE_INVALID and the like, with line and column, of what is no TOML or JSON. A link is not
// followed: FILE_UNREADABLE.
absl::StatusOr<Slip> ReadSlip(const std::string& path);

// The slip for letters that come alone: defaults/CONTACT.toml or .json, else defaults/letter.toml
// or .json. Empty: there is none.
std::string DefaultSlipOf(const SpoolFolders& folders, const std::string& contact);
// What is wrong with it: letters wait until it is mended.
absl::Status CheckDefaultSlip(const std::string& path);

// Takes back from the agent what a request that it is not asked would have sent.
void ForgetFiles(const v1::SendRequest& request, SpoolAgent& agent);

// What the agent is asked. `slip` is the item's own or the default one; the files lie in
// `item_folder`, and are given to the agent, all or none.
absl::StatusOr<v1::SendRequest> RequestOf(const SpoolItem& item,
                                          const std::string& item_folder,
                                          Slip slip,
                                          SpoolAgent& agent);

}  // namespace rogatoria::agent
