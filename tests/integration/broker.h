// A whole hub in the test's process: the daemon's App over SQLite, with real certificates, on ports
// of the loopback, and three offices connected to it: pt-pgr, co-fgn, br-mpf.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/synchronization/mutex.h"
#include "services/daemon/app.h"
#include "services/daemon/core.h"
#include "tests/integration/office.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_pki.h"

#include "rogatoria/v1/admin_service.grpc.pb.h"

namespace rogatoria {

// The machine's clock, and as much later as the test says.
class OffsetClock final : public Clock {
 public:
  Instant Now() override {
    absl::MutexLock lock(&mutex_);
    return SystemClock().Now() + offset_;
  }
  void Advance(absl::Duration by) {
    absl::MutexLock lock(&mutex_);
    offset_ += by;
  }

 private:
  absl::Mutex mutex_;
  absl::Duration offset_ ABSL_GUARDED_BY(mutex_) = absl::ZeroDuration();
};

class Broker {
 public:
  // `tune`: changes the configuration before the start.
  explicit Broker(const std::function<void(daemon::Config&)>& tune = {});
  ~Broker();

  Office& office(const std::string& id) { return *offices_.at(id); }
  // Another one, in the directory with the next LoadDirectory.
  Office& AddOffice(const std::string& id, const std::string& country);
  // The files of the directory as the offices are now.
  v1::LoadDirectoryRequest DirectoryFiles();
  void LoadDirectory();
  // Ends the App and starts it again on the same folder; the offices connect anew.
  void Restart();
  void Stop() { app_.reset(); }
  // Ends the App, lets `work` at the hub's core while nobody is served, and starts it again.
  void RestartAfter(const std::function<void(daemon::Core&)>& work);

  v1::AdminService::Stub& admin() { return *admin_; }  // as operator
  const std::shared_ptr<grpc::Channel>& admin_channel() { return admin_channel_; }
  v1::AdminService::Stub& security_officer() { return *officer_; }  // suspends
  absl::StatusOr<v1::SetStandingResponse> SetStanding(v1::StandingSubject subject,
                                                      const std::string& id,
                                                      v1::Standing standing);
  v1::GetStatusResponse Status();

  int public_port() const { return app_->public_port(); }
  int admin_port() const { return app_->admin_port(); }
  std::string verifier_key() const { return app_->verifier_key(); }
  daemon::App& app() { return *app_; }
  TestPki& pki() { return pki_; }
  OffsetClock& clock() { return clock_; }
  const daemon::Config& config() const { return config_; }

 private:
  void MakeConfig();
  void Start();

  TemporaryFolder folder_;
  OffsetClock clock_;
  daemon::EventLog log_;
  TestPki pki_;
  TestIdentity server_, admin_server_, operator_identity_, officer_identity_;
  daemon::Config config_;
  std::map<std::string, std::unique_ptr<Office>> offices_;
  std::unique_ptr<daemon::App> app_;
  std::shared_ptr<grpc::Channel> admin_channel_, officer_channel_;
  std::unique_ptr<v1::AdminService::Stub> admin_, officer_;
};

}  // namespace rogatoria
