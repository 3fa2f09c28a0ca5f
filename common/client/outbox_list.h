// What lies in an office's outbox and what was set aside, as it is on disk: for showing it. Takes
// no lock and moves nothing, so it may be asked while another program sends; what is being written
// at that instant may be missing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/base/error.h"

#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria::client {

struct OutboxItem {
  std::string id;      // of the act; the name of a file that is no act's
  std::string path;    // of its file
  bool waits = false;  // in `outbox/`: to be sent; else it was set aside, in `failed/`
  Instant since = {};  // when the act was put into the outbox
  // Why it was not sent, as far as it was noted: nothing when it was not tried yet.
  std::optional<Reason> reason = {};
  std::string field = {};                            // that the reason is about
  std::optional<v1::SubmitActRequest> request = {};  // none when the file is damaged or unreadable
};

// What waits first, each oldest first. `authority` is ours: acts are named after it.
std::vector<OutboxItem> ListOutbox(const std::string& state, const std::string& authority);

// What was noted of why the act of this file was not sent; OK when nothing was.
absl::Status WhyNotSent(const std::string& path);

// Whether what was set aside has to be sealed and signed anew, and is right otherwise.
bool NeedsNewSignature(const OutboxItem& item);

}  // namespace rogatoria::client
