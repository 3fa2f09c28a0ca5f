// A trust domain for training in one folder: its own certification authorities, log and directory
// of invented authorities, one authority for each trainee, those that the counterpart plays and
// those of demonstrations. Nothing of it is known to any other hub.
//
//   training.toml      how it was made; its being there says that the folder is ours
//   pki/               development_pki.h
//   directory/         what the hub is loaded with
//   progress/          what the counterpart saw of each trainee
//   hub.log, lock
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/random.h"

namespace rogatoria::cli {

inline constexpr uint32_t kMaxTrainees = 200;
inline constexpr char kTrainingTrustDomain[] = "training.rogatoria.example";

class TrainingDomain {
 public:
  explicit TrainingDomain(std::string folder) : folder_(std::move(folder)) {}

  // One that is in this folder. NOT_FOUND when there is none.
  static absl::StatusOr<TrainingDomain> Open(const std::string& folder);
  // Whether there is something else than a training domain in the folder.
  static bool IsTaken(const std::string& folder);
  // Makes one for so many trainees, or adds to one that is there: nobody is taken away. The ports
  // are kept while they are free.
  static absl::StatusOr<TrainingDomain> Make(const std::string& folder,
                                             uint32_t trainees,
                                             Language language,
                                             Clock& clock,
                                             Random& random);
  // The folder of the training that a profile of it lies in; empty for any other profile.
  static std::string FolderOf(const std::string& profile_folder);

  const std::string& folder() const { return folder_; }
  std::vector<std::string> Trainees() const;  // xz-trainee-01
  std::string ProfileOf(const std::string& authority) const;
  std::string OperatorProfile() const;
  std::string DaemonConfig() const { return folder_ + "/pki/rogatoriad.toml"; }
  std::string DirectoryFolder() const { return folder_ + "/directory"; }
  int public_port() const { return public_port_; }
  int admin_port() const { return admin_port_; }

 private:
  absl::Status WriteDirectory(Clock& clock) const;

  std::string folder_;
  uint32_t trainees_ = 0;
  int public_port_ = 0, admin_port_ = 0;
};

}  // namespace rogatoria::cli
