#include "services/exchange/replayer.h"

#include <utility>

#include "common/base/error.h"

namespace rogatoria::exchange {
namespace {

constexpr size_t kMaxWaiting = 1024;

}  // namespace

Replayer::Replayer(Store& store) : store_(store), thread_([this] { Run(); }) {}

Replayer::~Replayer() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

void Replayer::Replay(std::string act_id, SubmitDone done) {
  {
    absl::MutexLock lock(&mutex_);
    if (waiting_.size() < kMaxWaiting) {
      waiting_.push_back({std::move(act_id), std::move(done)});
      return;
    }
  }
  done(Error(Reason::OVERLOADED).RetryAfter(absl::Milliseconds(200)));
}

void Replayer::Run() {
  while (true) {
    Waiting next;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &Replayer::HasWork));
      if (waiting_.empty()) return;
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    next.done(ReplayFromStore(store_, next.act_id));
  }
}

}  // namespace rogatoria::exchange
