// Asking a person for the PIN of a token, on the terminal and without showing it.
#pragma once

#include "common/token/token_signer.h"
#include "services/cli/command_line.h"

namespace rogatoria::cli {

// Asks on the process's terminal, whatever standard input and output are. TOKEN_PIN_MISSING where
// there is none. The session must outlive it.
PinSource AskPinOnTerminal(const Session& session);

}  // namespace rogatoria::cli
