// A stage for scenarios: a whole hub in the test's process and, for each authority, an office that
// works with the client library as a real one does: it resolves, lints, seals, signs, receives,
// opens, verifies. What the acts say comes from deploy/example-acts.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/client/draft.h"
#include "common/client/office.h"
#include "common/model/evidence.h"
#include "tests/integration/broker.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria {

// An act as it came: the delivery, and what was inside.
struct ReceivedAct {
  v1::ReceiveResponse::Delivery delivery;
  client::OpenedAct opened;
};

class Stage {
 public:
  // Portugal, Colombia and Brazil are there; `law` is a directory file with the instruments,
  // calendars and deadlines of the scenario beside those of the hub. `tune` changes the hub's
  // configuration.
  explicit Stage(const std::string& law = "",
                 const std::function<void(daemon::Config&)>& tune = {});

  // A further authority, which is no central one. Joins with the next Load. `keys`: lines of its
  // own table.
  void Join(const std::string& id,
            const std::string& country,
            const std::string& kind = "PROSECUTION_SERVICE",
            const std::string& keys = "");
  // Designations, duty desks and other tables inside an authority's own. With the next Load.
  void Describe(const std::string& id, const std::string& tables);
  // Replaces the law and loads the directory anew.
  void Load(const std::string& law);
  absl::Status TryToLoad(const std::string& law);

  client::Office& office(const std::string& id);
  // A further machine of an authority, with a folder of its own; `tune` changes its profile.
  std::unique_ptr<client::Office> OpenMachine(
      const std::string& id,
      const std::string& name,
      const std::function<void(client::OfficeProfile&)>& tune);
  Broker& hub() { return broker_; }

  // The example of this name, addressed to `to`; the rest is the test's to change.
  client::ActDraft Example(const std::string& name, const std::vector<std::string>& to = {});
  // The same inside a case.
  client::ActDraft Example(const std::string& name,
                           const std::string& case_id,
                           const std::vector<std::string>& to);

  // Any kind, as a letter: what an office sends that has no typed contents.
  client::ActDraft Letter(v1::ActKind kind,
                          const std::string& case_id,
                          const std::vector<std::string>& to,
                          std::vector<v1::MeasureRef> measures = {});

  // Sends it and expects that it is taken. Returns the act's id.
  std::string Send(const std::string& from, const client::ActDraft& draft);
  absl::StatusOr<v1::SubmitActResponse> TryToSend(const std::string& from,
                                                  const client::ActDraft& draft);
  // What was prepared earlier goes now.
  absl::StatusOr<v1::SubmitActResponse> SignAndSubmit(const std::string& from,
                                                      client::PreparedAct prepared);
  // As a program would that does not look at what the content says.
  void SubmitUnchecked(const std::string& from, client::ActDraft draft);
  absl::StatusOr<v1::SubmitActResponse> TryUnchecked(const std::string& from,
                                                     client::ActDraft draft);
  // As a run that ended before it reached the hub leaves it.
  absl::Status LeaveInOutbox(const std::string& from, client::PreparedAct prepared);
  // The next act in the mailbox, opened, verified and acknowledged. Notices that come first are
  // kept.
  ReceivedAct Take(const std::string& at);
  // The notices taken so far, and those that come within `idle`; without those about the keys of
  // the test, which live a day.
  std::vector<v1::Notice> Notices(const std::string& at, absl::Duration idle = absl::Seconds(1));

  v1::Case Read(const std::string& at, const std::string& case_id);
  std::vector<v1::MeasureState> States(const std::string& at, const std::string& case_id);
  // All evidence of an act that an authority is entitled to, each receipt verified offline.
  std::vector<Evidence> EvidenceOf(const std::string& at, const std::string& act_id);

 private:
  client::OfficeProfile ProfileOf(const Office& office);
  void OpenOffices();

  TemporaryFolder folder_;
  Broker broker_;
  std::vector<std::string> ids_ = {"pt-pgr", "co-fgn", "br-mpf"};
  std::map<std::string, std::unique_ptr<client::Office>> offices_;
  std::map<std::string, std::vector<v1::Notice>> notices_;
};

}  // namespace rogatoria
