// The sending half of a spool: takes what is complete, hands it to the agent, and tells of each
// item how it stands. Every step makes the next thing durable before it removes the one before:
//
//   out/letter.pdf            the office's
//   taking/<id>/item          its request id is fixed; then its files are moved here
//   taking/<id>/send          what the agent is asked, as it is asked again after a kill
//   receipts/<folder>/sent    the agent has it; items/<id> leads from the id to the folder
//   failed/<folder>           it was refused; why.txt
//
// Not thread-safe.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/agent/spool_agent.h"
#include "services/agent/spool_files.h"
#include "services/agent/spool_item.h"
#include "services/agent/spool_slip.h"
#include "services/agent/spool_texts.h"
#include "services/agent/status_files.h"

namespace rogatoria::agent {

struct SpoolOptions {
  absl::Duration settle = absl::Seconds(3);       // unchanged for so long: complete
  absl::Duration tell_after = absl::Seconds(15);  // that something waits
  absl::Duration poll = absl::Seconds(2);         // where nothing tells of new files
  // How long an act waits for a scanner that cannot look, before it comes without the document.
  absl::Duration scanner = absl::Minutes(15);
};

class SpoolOut {
 public:
  // Both must outlive it. `fault`: told once of a file of which the office cannot be told beside
  // it.
  SpoolOut(const SpoolFolders& folders,
           SpoolAgent& agent,
           const SpoolOptions& options,
           std::function<void(const absl::Status&)> fault);

  // Goes on with what an earlier run had begun to take.
  void Resume();
  // Looks once. What cannot be done now is done at a later look.
  void Scan();
  // How an act of ours stands now; nothing for one that did not come through this spool. An error:
  // to be told again.
  absl::Status Moved(const v1::ActStatus& status);

 private:
  struct Retry {
    v1::HeldFile shown;
    bool sent = false;  // what is left is to note it
    absl::Time next;
    absl::Duration pause;
  };
  // A folder below `out` while it is looked at.
  struct Place {
    std::string contact;
    SpoolFolderView view;
    std::set<std::string> spoken_for;  // by a slip
    std::string unread;                // a slip that cannot be read: nobody knows what it names
  };

  void ScanPlace(const std::string& contact);
  void ScanSlip(Place& place, const SpoolFile& file);
  void ScanLetter(const Place& place, const SpoolFile& file);
  // The item of a slip and its files; no files where one is not here yet, which is told.
  SpoolItem GroupOf(Place& place, const SpoolFile& file, const Slip& slip);
  // The same of a slip that is taken to be refused.
  SpoolItem RefusedGroupOf(const Place& place, const SpoolFile& file, const Slip& slip);
  // Whole, and not empty.
  static bool IsHere(const Place& place, const std::string& name);
  // Why a slip waits for what lies there as its letter and cannot be taken: a link, or what we may
  // not read. Empty: it does not.
  std::string WhyLetterKeeps(const Place& place, const std::string& slip) const;
  // Why it is not here; an unreadable one is.
  std::string WhyMissing(const Place& place, const std::string& name) const;
  void TellOfOthers(const Place& place);
  // Why letters alone wait here: a slip that may name them cannot be read yet. Empty: they do not.
  std::string WhyLettersWait(const Place& place) const;

  // Why a letter alone waits here: there is no default, or a wrong one. Empty: it does not.
  std::string WhyDefaultKeeps(const std::string& contact) const;

  void Take(const SpoolFolderView& view, SpoolItem item);
  // Moves its files to where the journal says. False: none was moved, and the item is gone again.
  bool MoveIn(const SpoolItem& item);
  // What changed while it was taken goes back, to be looked at anew. False: its place is taken.
  bool PutBack(const SpoolItem& item);
  // An item that took no file was never asked of the agent: its files are still the office's.
  bool TookNothing(const SpoolItem& item) const;
  bool WasAsked(const SpoolItem& item) const;
  // From wherever it stands in `taking` to the agent. False: it is to be tried again.
  bool Go(const SpoolItem& item);
  absl::StatusOr<v1::SendRequest> PrepareRequest(const SpoolItem& item, std::string& refusal);
  std::string WhyRefused(const SpoolItem& item, const Slip& slip) const;
  std::string WithOwnNames(const SpoolItem& item, const std::string& text) const;
  absl::Status Finish(const SpoolItem& item, const v1::ActStatus& status);
  // What why.txt says: also what to do, but for what was taken before.
  std::string WhyFile(const std::string& why, bool taken_before) const;
  absl::Status Refuse(const SpoolItem& item, const std::string& why_file);
  absl::Status FailLater(const SpoolItem& item, const v1::ActStatus& status);
  void RetryLater(const SpoolItem& item, const absl::Status& why);
  void RetryDue();
  void ShowHeld();

  std::string ItemFolder(const SpoolItem& item) const;
  absl::Status WriteStatus(const SpoolItem& item, const v1::ActStatus& status);
  absl::Status SaveReceipts(const SpoolItem& item, const v1::ActStatus& status);
  // Beside a file of `out` that waits; written when its text changes.
  absl::Status Tell(const std::string& path, const std::string& text);
  // In `failed`, of a file in a folder in which we may not write.
  void TellElsewhere(const std::string& path, const std::string& file, const std::string& text);
  std::string Elsewhere(const std::string& path) const;
  void ForgetWaiting(const std::string& path);
  // It is not of a file that waits.
  void ForgetTold(const std::string& path);
  void TellWaiting(const std::string& folder, const std::string& name, const std::string& text);
  void TellUnsettled(const SpoolItem& item);
  void TellNotTaken(const SpoolItem& item, const absl::Status& why);
  // Where a full disk keeps us from telling beside a file, the agent's log has it: once until
  // there is room again.
  void LogFullDisk(const absl::Status& status);
  void SweepTold();

  const SpoolFolders& folders_;
  SpoolAgent& agent_;
  const SpoolOptions options_;
  const std::function<void(const absl::Status&)> fault_;
  const std::string language_;
  StatusFiles status_files_;
  SettledFiles settled_;
  std::map<std::string, std::string> told_;          // status files of what waits, and their texts
  std::set<std::string> told_now_;                   // since the last sweep
  std::map<std::string, absl::Time> waiting_since_;  // by their status files
  std::set<std::string> untold_;                     // of these, what cannot be written there
  std::map<std::string, Retry> retries_;             // by request id
  bool disk_was_full_ = false;                       // when it was last written to
};

// Whether a failure is this machine's, the line's or a token's that is away, and may be over later.
bool MayBeOverLater(const absl::Status& status);

}  // namespace rogatoria::agent
