// Receives one act after the other, keeps each letter, acknowledges it, and answers a consultation.
//
//   receive office.toml folder [how many acts]
#include <fstream>
#include <iostream>

#include "rogatoria/client.h"

using namespace rogatoria;          // NOLINT(google-build-using-namespace): an example
using namespace rogatoria::client;  // NOLINT(google-build-using-namespace)

namespace {

// An office's own: what is acknowledged must be safe, on disk, first.
absl::Status Keep(const OpenedAct& opened, const std::string& folder) {
  const content::v1::Letter& letter = opened.content.letter();
  // The name is the sender's: never a path (nor one that begins with a dot).
  const std::string uuid = opened.header.act_id().substr(opened.header.act_id().find('/') + 1);
  std::ofstream file(folder + "/" + uuid + ".letter", std::ios::binary);
  file << (letter.has_document() ? letter.document().content() : letter.text()) << std::flush;
  return file.good() ? absl::OkStatus() : absl::InternalError("cannot write the letter");
}

absl::Status Answer(Office& office, const OpenedAct& opened) {
  if (opened.header.kind() != v1::ACT_KIND_INFORMAL_CONSULTATION) return absl::OkStatus();
  ActBuilder<v1::ACT_KIND_CONSULTATION_REPLY> reply(InReplyTo(opened));
  reply.Subject("Re: " + opened.cover_slip.subject()).Text("Received; an answer follows.");
  ROG_ASSIGN_OR_RETURN(const ActDraft draft, reply.Build());
  return office.Send(draft).status();
}

absl::Status TakeOne(Office& office,
                     Arrivals& arrivals,
                     const Arrival& arrival,
                     const std::string& folder) {
  const auto opened = office.OpenAct(arrival.act());
  const absl::Status kept = opened.ok() ? Keep(*opened, folder) : opened.status();
  if (!kept.ok()) {
    // What is wrong with the act is told to its sender; what is wrong here is not its fault.
    const auto reason = RejectReasonFor(kept);
    return reason.has_value() ? arrivals.Reject(arrival, *reason) : kept;
  }
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
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}
