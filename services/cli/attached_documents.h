// The documents that an act attaches, as the commands list and fetch them.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/client/office.h"
#include "services/cli/command_line.h"

namespace rogatoria::cli {

// An act as this machine has it, or else the hub, opened.
absl::StatusOr<client::OpenedAct> OpenKnown(client::Office& office, const std::string& act_id);

// Number, file name, media type, clear size and document id of each.
Json AttachedView(const client::OpenedAct& opened);

// Fetches one into `target`, with a bar on a terminal and the office's scanner; says where it is.
absl::Status FetchDocument(Session& session,
                           client::Office& office,
                           const client::OpenedAct& opened,
                           uint32_t number,
                           const std::string& target);

// Writes what the act holds and fetches what it attaches, into `folder`, numbered in the order of
// the content. What is there already stays. What keeps one document from coming keeps the others
// only if it is not of that one alone; each is told, but for the last, which is returned.
absl::Status SaveDocuments(Session& session,
                           client::Office& office,
                           const client::OpenedAct& opened,
                           const std::string& folder);

}  // namespace rogatoria::cli
