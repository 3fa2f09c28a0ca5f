// What every service is given to meet its callers with. Copied into the service; `blocking` and
// `unsent` must outlive it.
#pragma once

#include "common/rpc/blocking_calls.h"
#include "common/rpc/identify.h"
#include "common/rpc/unsent.h"

namespace rogatoria {

struct Door {
  Identify identify;
  ReportRefusal report_refusal;
  BlockingCalls* blocking = nullptr;
  UnsentResponses* unsent = nullptr;  // none: not bounded
  uint64_t response_bytes = 0;        // how large a response may become, where that is much
};

}  // namespace rogatoria
