// One open Receive stream as the mailboxes see it: a place to put messages. Implemented by the
// reactor (receive_reactor.h) and by tests.
#pragma once

#include <cstddef>

#include "absl/status/status.h"

#include "rogatoria/v1/mailbox_service.pb.h"

namespace rogatoria::delivery {

// Thread-safe; no call blocks.
class MailboxStream {
 public:
  virtual ~MailboxStream() = default;
  // Takes a message to be written in turn. Returns whether it can take a further one now; after
  // false the stream tells Mailboxes::Writable when it can.
  virtual bool Send(v1::ReceiveResponse message) = 0;
  // Ends the stream once what is being written is written. The first end counts.
  virtual void End(const absl::Status& status) = 0;
  // Whether its caller may still be here, by the registry as it is now.
  virtual absl::Status Recheck() = 0;
};

}  // namespace rogatoria::delivery
