// The log of a simulated hub, recomputed from its leaves by RFC 6962's own recursion.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/cast/hub.h"
#include "tests/simulation/notes.h"

namespace rogatoria::simulation {

class LogChecker {
 public:
  LogChecker(Hub& hub, Snapshot& snapshot, Notes& notes)
      : hub_(hub), snapshot_(snapshot), notes_(notes) {}

  // Reads every log whole: leaves follow one another, commit to their records, each log begins with
  // the head of the one before, instants never go back.
  void ReadLogs();
  // Every head that anybody saw is signed, and is the root of the first leaves of its log.
  void CheckHeads();
  // Every receipt that anybody was given proves its evidence.
  void CheckReceipts();

 private:
  void ReadLog(uint64_t log, uint64_t size);
  void CheckEntry(const EntryRecord& entry);
  void CheckOrigin(uint64_t log);
  void CheckBatches(uint64_t log);
  void CheckReceipt(const std::string& file);
  bool IsGoodHead(const std::string& note);
  merkle::Hash ReferenceRoot(const std::vector<merkle::Hash>& leaves,
                             size_t begin,
                             size_t end) const;
  void Violation(const std::string& what) { notes_.Violation(what); }

  Hub& hub_;
  Snapshot& snapshot_;
  Notes& notes_;
  std::map<uint64_t, std::vector<merkle::Hash>> leaves_;        // leaf hashes by log
  std::map<uint64_t, std::map<uint64_t, merkle::Hash>> roots_;  // by log and size
  std::map<std::string, bool> heads_;                           // note -> good
};

}  // namespace rogatoria::simulation
