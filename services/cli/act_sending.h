// Sending an act and telling what became of it, for the commands that do so.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/client/office.h"
#include "services/cli/command_line.h"

namespace rogatoria::cli {

// By what the hub's directory says; without an office, by what holds for every act.
std::vector<client::Finding> Findings(const Session& session,
                                      const client::ActDraft& draft,
                                      client::Office* office);
// What is missing stops an act, before anything else is tried, unless `force`.
absl::StatusOr<std::unique_ptr<client::Office>> OpenLinted(Session& session,
                                                           const client::ActDraft& draft,
                                                           bool force);

// Sends and shows what was sent, or says where the act is that could not be.
absl::Status SendDraft(Session& session, client::Office& office, client::ActDraft draft);
// The same for an act that was sealed and signed.
absl::Status SendPrepared(Session& session,
                          client::Office& office,
                          const client::PreparedAct& prepared);
// Uploads and seals, with a bar on a terminal; says how an upload that was cut goes on.
absl::StatusOr<client::PreparedAct> PrepareWithBar(const Session& session,
                                                   client::Office& office,
                                                   client::ActDraft& draft);

// Whether one of these rules, which only warned, would refuse once enforced.
bool WouldRefuse(const std::vector<std::string>& warned_rules);

}  // namespace rogatoria::cli
