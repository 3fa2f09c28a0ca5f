// All that an office's program needs, in one include. Installed as "rogatoria/client.h"; the pages
// are docs/client-library.md and the examples beside it.
#pragma once

#include "common/base/error.h"            // reasons, and the details of a status
#include "common/base/sentence.h"         // what is said beside them, in three languages
#include "common/base/status_macros.h"    // ROG_RETURN_IF_ERROR, ROG_ASSIGN_OR_RETURN
#include "common/client/act_builder.h"    // composing, kind by kind
#include "common/client/arrivals.h"       // receiving, one by one
#include "common/client/attached.h"       // documents of an act
#include "common/client/draft.h"          // what is sent, before it is sealed
#include "common/client/log_head.h"       // checkpoints of the hub's log
#include "common/client/office.h"         // everything that talks to the hub
#include "common/client/profile.h"        // who we are, and whom we trust
#include "common/client/receipt_check.h"  // receipts, held against an act
#include "common/client/scanner.h"        // a program that looks at what came
#include "common/client/signers.h"        // key files, tokens, cards
#include "common/crypto/tls_policy.h"     // RequireTls13, once at the start
#include "common/model/header.h"          // what an act says outside its seal
#include "common/receipt/receipt.h"       // receipts, offline
