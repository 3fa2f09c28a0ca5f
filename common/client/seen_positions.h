// How far an office has seen each of its cases, on its own disk: the highest position of an act
// that it received and kept, and of its own acts that followed with none between. Stated in each
// act that it sends into the case, so that acts that cross are told from those that are wrong.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace rogatoria::client {

// Below `<state>/seen`. Never goes back; a lower position changes nothing.
absl::Status NoteSeen(const std::string& state, const std::string& case_id, uint64_t position);
// An act of ours was recorded there. Counts only if it is the next one: what came before it may
// still lie in the mailbox.
absl::Status NoteSent(const std::string& state, const std::string& case_id, uint64_t position);
// 0 when nothing of the case was seen here.
uint64_t SeenPosition(const std::string& state, const std::string& case_id);

}  // namespace rogatoria::client
