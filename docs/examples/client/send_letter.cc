// Sends a letter: the shortest useful program.
//
//   send_letter office.toml co-fgn letter.pdf "Accounts of a company"
#include <iostream>

#include "explain.h"
#include "rogatoria/client.h"

using namespace rogatoria;          // NOLINT(google-build-using-namespace): an example
using namespace rogatoria::client;  // NOLINT(google-build-using-namespace)

namespace {

absl::Status Send(const std::string& profile_path,
                  const std::string& to,
                  const std::string& letter,
                  const std::string& subject) {
  ROG_RETURN_IF_ERROR(RequireTls13());
  ROG_ASSIGN_OR_RETURN(OfficeProfile profile, LoadProfile(profile_path));
  ROG_ASSIGN_OR_RETURN(const std::unique_ptr<Office> office, Office::Open(std::move(profile)));

  // What an earlier run could not send goes first.
  ROG_RETURN_IF_ERROR(office->Flush().status());

  ActBuilder<v1::ACT_KIND_INFORMAL_CONSULTATION> consultation;
  consultation.To(to)
      .Channel(v1::CHANNEL_CLASS_INFORMAL)
      .Subject(subject)
      .Letter(letter)
      .Text("See the letter.");
  ROG_ASSIGN_OR_RETURN(ActDraft draft, consultation.Build());
  // Ours, so that the act is known by it whatever comes: a case system keeps it beside the letter.
  SystemRandom random;
  draft.request_id = GenerateUuid(random, SystemClock().Now());
  for (const Finding& finding : office->Lint(draft, "en")) {
    std::cerr << (finding.error ? "error: " : "advice: ") << finding.message << "\n";
  }
  // Returns when the hub has it on disk and its receipts hold and are kept. If the hub goes away
  // once the act is signed, it stays in the outbox, and Flush sends it later: the same bytes under
  // the same id. If the hub is not reached at all, nothing is kept: send the letter again, under
  // the same id.
  const absl::StatusOr<v1::SubmitActResponse> sent = office->Send(draft);
  if (!sent.ok()) {
    std::cerr << (office->IsInOutbox(draft.request_id) ? "It waits; the next run sends it: "
                                                       : "Nothing waits; send it again as: ")
              << draft.request_id << "\n";
    return sent.status();
  }
  for (const v1::Receipt& receipt : sent->receipts()) {
    std::cout << receipt.act_id() << " " << v1::TransportEvent_Name(receipt.event()) << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "send_letter PROFILE TO LETTER SUBJECT\n";
    return 64;
  }
  const absl::Status status = Send(argv[1], argv[2], argv[3], argv[4]);
  if (!status.ok()) std::cerr << Explain(status) << "\n";
  return status.ok() ? 0 : 1;
}
