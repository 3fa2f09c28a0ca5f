// One look of a spool whose agent is a folder, for tests/crash/spool, which kills it anywhere.
//
//   spool_driver SPOOL AGENT           resumes, looks twice, takes the events
//   spool_driver SPOOL AGENT --add     an act has come for the spool
#include <cstring>
#include <iostream>

#include "absl/time/time.h"
#include "services/agent/spool.h"
#include "tests/unit/spool/agents/file_agent.h"

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  rogatoria::agent::FileAgent agent(argv[2]);
  if (argc > 3 && std::strcmp(argv[3], "--add") == 0) {
    agent.Add(2);
    return 0;
  }
  rogatoria::agent::SpoolOptions options;
  options.settle = absl::ZeroDuration();
  const auto spool = rogatoria::agent::Spool::Open(argv[1], agent, options);
  if (!spool.ok()) return 1;
  (*spool)->Resume();
  (*spool)->Scan();
  (*spool)->Scan();
  const absl::Status taken = (*spool)->TakeEvents(absl::ZeroDuration());
  if (!taken.ok()) std::cerr << taken << "\n";
  return taken.ok() ? 0 : 1;
}
