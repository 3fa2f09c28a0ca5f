// The acts of this machine's case folder (common/client/case_folder.h), for commands.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/client/office.h"
#include "services/cli/command_line.h"

namespace rogatoria::cli {

// Whether the act is in the case folder: received or sent.
bool IsKept(client::Office& office, const std::string& act_id);
absl::Status KeepReceived(client::Office& office, const v1::Act& act);

// What the act counts as, by the A.1 that this office verified and keeps; where it keeps none, as
// far as this version knows (EffectCode).
std::string KeptEffectCode(const client::OfficeProfile& profile, const v1::ActHeader& header);

// Fetches and keeps what a FORWARDING_NOTICE hands on to us and is not here yet; says what became
// of each. What cannot be fetched now is no fault of the notice.
void TakeForwarded(Session& session, client::Office& office, const client::OpenedAct& notice);

// Fetches and keeps the urgent act that a notice DUTY_SUBSTITUTE calls us to; says what became of
// it. The notice is taken all the same: the telephone is left.
void TakeAsSubstitute(Session& session, client::Office& office, const v1::Notice& notice);

}  // namespace rogatoria::cli
