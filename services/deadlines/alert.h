// An alert: somebody has to look at the hub, now. It says that an urgent act waits, for which
// authority and at which hub, and nothing else: no case, no name, no content.
#pragma once

#include <string>

namespace rogatoria::deadlines {

// One duty desk to be told of one act. What identifies it is ours and is sent to nobody.
struct Alert {
  std::string name;       // [alert.NAME] of the hub's configuration
  std::string authority;  // whose desk
  std::string case_id;
  std::string act_id;
  std::string concerned;  // whom the act was sent to: `authority`, or whose substitute that is
};

// Where alerts go from a commit. Must not block.
class AlertSink {
 public:
  virtual ~AlertSink() = default;
  // Whether there is an alert of this name.
  virtual bool Knows(const std::string& name) const = 0;
  // Takes it, or drops it when it is full: it comes again, since it was not reported as sent.
  virtual void Send(Alert alert) = 0;
};

}  // namespace rogatoria::deadlines
