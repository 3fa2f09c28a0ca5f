// An act of the case folder as the office's programs see it: opened, in plain fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/client/opener.h"
#include "services/agent/words.h"

#include "rogatoria/agent/v1/act.pb.h"
#include "rogatoria/content/v1/document.pb.h"

namespace rogatoria::agent {

// `state`: the office's folder, for the receipts that say what the act counts as. Which attached
// documents are here is for the caller to fill in.
v1::ReceivedAct ShownAct(const client::OpenedAct& opened,
                         const std::string& state,
                         const Words& words);

// Leaves out what can be had by GetAct until the act is at most `most` bytes long, and says so.
void LeaveOut(v1::ReceivedAct& act, size_t most);

// The documents of an act are counted from 1, in the order of its content. nullptr when there is
// none of this number.
const content::v1::Document* DocumentOf(const client::OpenedAct& opened, uint32_t number);
v1::DocumentInfo ShownDocument(const client::OpenedAct& opened, uint32_t number);

}  // namespace rogatoria::agent
