// The automatic counterpart of the exercises: plays every role but the trainee's, as soon as the
// trainee's act has come, and writes down for each trainee what came when. Begins those exercises
// in which somebody else speaks first. Goes on after a restart where it was.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "services/training/player.h"

namespace rogatoria::training {

class Counterpart {
 public:
  // Told what could not be played, and of whom: it is tried again.
  using Fault = std::function<void(const std::string& trainee, const absl::Status& why)>;

  // All must outlive it. `folder`: of the training, below which it writes.
  Counterpart(Cast& cast,
              Clock& clock,
              Random& random,
              std::string folder,
              const std::vector<std::string>& trainees,
              Fault fault);

  // Serves until Stop, which may be called from another thread.
  void Serve();
  void Stop();

 private:
  using Key = std::pair<std::string, std::string>;  // trainee, scenario

  void TakeKept();
  void Take(const Arrived& arrived);
  Run* FindRun(const Arrived& arrived, Key& key);
  void TakeFromTrainee(const Key& key, Run& run, const Arrived& arrived);
  // Plays all that is due; false when it has to be tried again.
  bool Advance(const Key& key, Run& run);
  absl::Status PlayStep(const Key& key, Run& run, const Step& step);
  absl::Status Write(const Key& key, Run& run, Entry entry);
  void TryDue();
  bool stopping();

  Cast& cast_;
  Clock& clock_;
  Player player_;
  const std::string folder_;
  const Fault fault_;
  std::map<Key, Run> runs_;
  std::map<std::string, std::string> scenario_of_;  // authority that we play -> scenario
  std::map<Key, int> due_;  // runs to be tried, with how often they were in vain
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace rogatoria::training
