// What every service is given to meet its callers with. Copied into the service; `blocking` must
// outlive it.
#pragma once

#include "common/rpc/blocking_calls.h"
#include "common/rpc/identify.h"

namespace rogatoria {

struct Door {
  Identify identify;
  ReportRefusal report_refusal;
  BlockingCalls* blocking = nullptr;
};

}  // namespace rogatoria
