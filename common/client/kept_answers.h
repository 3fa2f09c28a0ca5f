// Answers of the hub that an office keeps on disk, below the profile's state folder, for when the
// hub is not reached: public data of the directory only. Not thread-safe across processes beyond
// what whole files give: the last writer wins, and readers see whole answers.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/client/connection.h"

namespace rogatoria::client {

class KeptAnswers {
 public:
  // `state` of the profile. `connection` may be nullptr: then only what is kept is given.
  KeptAnswers(std::string state, Connection* connection)
      : folder_(state + "/directory"), connection_(connection) {}

  // Asks, and keeps the answer under `name`; gives what is kept when the hub is not reached or does
  // not know the call. The hub's error when nothing is kept, or when it refused.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Ask(grpc::Status (v1::DirectoryService::Stub::*method)(
                                   grpc::ClientContext*, const Request&, Response*),
                               const Request& request,
                               const std::string& name) {
    absl::Status failure = Failure(absl::StatusCode::kUnavailable, Sentence::HUB_LATE);
    if (connection_ != nullptr && reached_) {
      absl::StatusOr<Response> answer =
          connection_->Call(connection_->directory(), method, request);
      if (answer.ok()) {
        Keep(name, answer->SerializeAsString());
        return answer;
      }
      failure = Note(answer.status());
      if (!IsAway(failure)) return failure;
    }
    Response kept;
    if (Load(name, kept)) return kept;
    return failure;
  }

  // Whether the hub answered so far.
  bool reached() const { return connection_ != nullptr && reached_; }

 private:
  static bool IsAway(const absl::Status& status) {
    return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
           absl::IsUnimplemented(status);
  }
  // One failure to reach it is enough: the next question is not asked.
  absl::Status Note(const absl::Status& status) {
    if (IsAway(status) && !absl::IsUnimplemented(status)) reached_ = false;
    return status;
  }
  void Keep(const std::string& name, const std::string& answer) const;
  bool Load(const std::string& name, google::protobuf::Message& answer) const;

  const std::string folder_;
  Connection* const connection_;
  bool reached_ = true;
};

}  // namespace rogatoria::client
