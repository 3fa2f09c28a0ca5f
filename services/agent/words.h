// What an agent says to people. The sentences are the command line's (services/cli): it runs the
// agent and gives it its words, in the language of the profile.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "common/client/draft.h"
#include "common/client/opener.h"
#include "common/model/evidence.h"

#include "rogatoria/agent/v1/act.pb.h"
#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/notice.pb.h"

namespace rogatoria::agent {

// The broker's API, where v1 is the agent's own.
namespace hub = ::rogatoria::v1;

// Thread-safe.
class Words {
 public:
  virtual ~Words() = default;

  virtual std::string language() const = 0;  // en, es or pt
  virtual std::string State(v1::ActState state) const = 0;
  // A refusal, and what to do next.
  virtual std::string Reason(const absl::Status& why) const = 0;
  // What is about to be signed; an act that came, `effect` as its receipts state it, empty where
  // none is here; what the hub says; what a receipt proves.
  virtual std::string Prepared(const hub::ActHeader& header,
                               const client::ActDraft& draft) const = 0;
  virtual std::string Opened(const client::OpenedAct& opened, const std::string& effect) const = 0;
  virtual std::string Notice(const hub::Notice& notice) const = 0;
  virtual std::string Receipt(const Evidence& evidence) const = 0;
  virtual std::string Contradiction(const content::v1::Discrepancy& discrepancy) const = 0;
};

}  // namespace rogatoria::agent
