// One open Receive stream as the mailboxes see it: a place to put messages. Implemented by the
// reactor (receive_reactor.h) and by tests.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/clock.h"

#include "rogatoria/v1/mailbox_service.pb.h"

namespace rogatoria::delivery {

// Thread-safe; no call blocks. After the end all calls do nothing.
class MailboxStream {
 public:
  virtual ~MailboxStream() = default;
  // Takes a message to be written in turn. False: it cannot take a further delivery now; it tells
  // Mailboxes::Writable when it can again.
  virtual bool Send(v1::ReceiveResponse message) = 0;
  // Answers an acknowledgement or a rejection: with its receipt (without content: none, it was a
  // notice), or why it was refused.
  virtual void Answer(uint64_t position, const absl::StatusOr<v1::Receipt>& outcome) = 0;
  // A message of the client that has no answer was worked off. (Acknowledgements and rejections are
  // worked off when their answer is written.) So a client can have only so many under way.
  virtual void Handled() = 0;
  // Ends the stream once what is being written is written. The first end counts.
  virtual void End(const absl::Status& status) = 0;
  // Looks at the stream: not OK when its caller may no longer be here, by the registry as it is
  // now. Cuts a stream whose client has not read for too long.
  virtual absl::Status Look(Instant now) = 0;
  // Something on this stream was refused: leaves the trace. `object`: act id or empty.
  virtual void Refused(absl::string_view object, const absl::Status& refusal) = 0;
};

}  // namespace rogatoria::delivery
