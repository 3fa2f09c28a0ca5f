// The hub's notices on an office's disk: `<state>/notices/<position>.notice`, each the notice as it
// came. They are the hub's word and no evidence: that comes as receipts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "rogatoria/v1/notice.pb.h"

namespace rogatoria::client {

struct KeptNotice {
  uint64_t position = 0;  // in our mailbox
  v1::Notice notice;
};

// Durable when it returns; once more changes nothing.
absl::Status KeepNotice(const std::string& state, const KeptNotice& kept);
// All of them, by position. A file that is none is left out.
std::vector<KeptNotice> ListNotices(const std::string& state);

}  // namespace rogatoria::client
