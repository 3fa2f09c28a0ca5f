// Receives one act after the other, keeps its documents, acknowledges it, and answers a
// consultation.
//
//   receive office.toml folder [how many acts]
#include <iostream>

#include "explain.h"
#include "keep.h"
#include "rogatoria/client.h"

using namespace rogatoria;          // NOLINT(google-build-using-namespace): an example
using namespace rogatoria::client;  // NOLINT(google-build-using-namespace)

namespace {

absl::Status Answer(Office& office, const OpenedAct& opened) {
  if (opened.header.kind() != v1::ACT_KIND_INFORMAL_CONSULTATION) return absl::OkStatus();
  ActBuilder<v1::ACT_KIND_CONSULTATION_REPLY> reply(InReplyTo(opened));
  reply.To(opened.header.sender());  // whose signature was verified; else the hub says who
  reply.Subject("Re: " + opened.cover_slip.subject()).Text("Received; an answer follows.");
  ROG_ASSIGN_OR_RETURN(const ActDraft draft, reply.Build());
  return office.Send(draft).status();
}

absl::Status TakeOne(Office& office,
                     Arrivals& arrivals,
                     const Arrival& arrival,
                     const std::string& folder) {
  const auto opened = office.OpenAct(arrival.act());
  if (!opened.ok()) {
    // What is wrong with the act is told to its sender; what is wrong here is not its fault.
    const auto reason = RejectReasonFor(opened.status());
    return reason.has_value() ? arrivals.Reject(arrival, *reason) : opened.status();
  }
  // Where it could not be kept, this program ends: the act is not acknowledged, and comes again.
  ROG_RETURN_IF_ERROR(keep::KeepAct(office, arrival.act(), *opened, folder));
  std::cout << opened->header.act_id() << " from " << opened->header.sender() << ": "
            << opened->cover_slip.subject() << "\n";
  for (const content::v1::Discrepancy& contradiction : opened->contradictions) {
    std::cout << "  says two things: " << contradiction.ShortDebugString() << "\n";
  }
  ROG_RETURN_IF_ERROR(arrivals.Acknowledge(arrival));
  return Answer(office, *opened);
}

absl::Status Receive(const std::string& profile_path, const std::string& folder, int limit) {
  ROG_RETURN_IF_ERROR(RequireTls13());
  ROG_ASSIGN_OR_RETURN(OfficeProfile profile, LoadProfile(profile_path));
  ROG_ASSIGN_OR_RETURN(const std::unique_ptr<Office> office, Office::Open(std::move(profile)));
  Arrivals arrivals(*office);
  while (limit > 0) {
    ROG_ASSIGN_OR_RETURN(const std::optional<Arrival> next, arrivals.Next(absl::Seconds(10)));
    if (!next.has_value()) return absl::OkStatus();  // nothing came
    if (next->is_notice()) {
      std::cout << "notice: " << next->notice().notice.ShortDebugString() << "\n";
      ROG_RETURN_IF_ERROR(arrivals.Acknowledge(*next));
      continue;
    }
    ROG_RETURN_IF_ERROR(TakeOne(*office, arrivals, *next, folder));
    --limit;
  }
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::cerr << "receive PROFILE FOLDER [ACTS]\n";
    return 64;
  }
  const int limit = argc == 4 ? std::atoi(argv[3]) : 1000000;
  const absl::Status status = Receive(argv[1], argv[2], limit);
  if (!status.ok()) std::cerr << Explain(status) << "\n";
  return status.ok() ? 0 : 1;
}
