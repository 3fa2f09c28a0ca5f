// Follows a case: its standing, what may be sent next, its acts; then, for a while, what is new.
//
//   follow_case office.toml pt-pgr/<uuid> [rounds]
#include <iostream>

#include "explain.h"
#include "rogatoria/client.h"

using namespace rogatoria;          // NOLINT(google-build-using-namespace): an example
using namespace rogatoria::client;  // NOLINT(google-build-using-namespace)

namespace {

void Show(const v1::GetCaseResponse& found) {
  std::cout << found.case_().case_id() << " " << v1::CaseState_Name(found.case_().state()) << "\n";
  for (const v1::Measure& measure : found.case_().measures()) {
    std::cout << "  measure " << measure.ordinal() << " " << measure.code() << " "
              << v1::MeasureState_Name(measure.state()) << "\n";
  }
  for (const v1::AllowedAct& allowed : found.allowed_acts()) {
    std::cout << "  may be sent: " << v1::ActKind_Name(allowed.kind()) << "\n";
  }
}

// Each act once, in the order of the case; the position of the last.
absl::StatusOr<uint64_t> ShowNew(Office& office, const std::string& case_id, uint64_t after) {
  ROG_ASSIGN_OR_RETURN(const std::vector<v1::ActSummary> acts, office.FetchActsOf(case_id, after));
  for (const v1::ActSummary& act : acts) {
    ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(act.header()));
    std::cout << act.case_position() << " " << v1::ActKind_Name(header.kind()) << " from "
              << header.sender() << (act.handed_over_to_size() > 0 ? ", taken over" : "") << "\n";
    after = act.case_position();
  }
  return after;
}

absl::Status Follow(const std::string& profile_path, const std::string& case_id, int rounds) {
  ROG_RETURN_IF_ERROR(RequireTls13());
  ROG_ASSIGN_OR_RETURN(OfficeProfile profile, LoadProfile(profile_path));
  ROG_ASSIGN_OR_RETURN(const std::unique_ptr<Office> office, Office::Open(std::move(profile)));
  uint64_t seen = 0;
  for (int round = 0; round < rounds; ++round) {
    // Each of these reads is an entry of the hub's log: ask when something arrived (arrivals.h), or
    // now and then, not every second.
    if (round > 0) absl::SleepFor(absl::Minutes(1));
    ROG_ASSIGN_OR_RETURN(const v1::GetCaseResponse found, office->FetchCase(case_id));
    if (round == 0 || found.case_().act_count() > seen) Show(found);
    ROG_ASSIGN_OR_RETURN(seen, ShowNew(*office, case_id, seen));
  }
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::cerr << "follow_case PROFILE CASE [ROUNDS]\n";
    return 64;
  }
  const absl::Status status = Follow(argv[1], argv[2], argc == 4 ? std::atoi(argv[3]) : 1);
  if (!status.ok()) std::cerr << Explain(status) << "\n";
  return status.ok() ? 0 : 1;
}
