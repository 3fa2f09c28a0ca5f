#include "services/daemon/app.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/daemon/parts.h"

namespace rogatoria::daemon {

absl::StatusOr<std::unique_ptr<App>> App::Start(const Config& config, AppOptions options) {
  EventLog& log = *options.log;
  auto parts = std::make_unique<Parts>(config, std::move(options));
  ROG_RETURN_IF_ERROR(parts->Open());
  parts->Serve();
  log.Write(Level::kInfo,
            "serving",
            {{"trust_domain", config.trust_domain},
             {"public_port", absl::StrCat(parts->public_server().ports().front())},
             {"admin_port", absl::StrCat(parts->admin_server().ports().front())},
             {"log_key", parts->core().ledger().verifier_key()}});
  return std::unique_ptr<App>(new App(std::move(parts)));
}

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
App::~App() = default;

void App::Drain() {
  parts_->Drain();
}

int App::public_port() const {
  return parts_->public_server().ports().front();
}

int App::admin_port() const {
  return parts_->admin_server().ports().front();
}

int App::metrics_port() const {
  return parts_->metrics() == nullptr ? 0 : parts_->metrics()->port();
}

std::string App::verifier_key() const {
  return parts_->core().ledger().verifier_key();
}

AppStats App::stats() const {
  return parts_->Stats();
}

std::vector<std::string> App::Warnings() const {
  return parts_->Warnings();
}

bool App::IsAlive() {
  return parts_->core().LookWhetherItMoves();
}

}  // namespace rogatoria::daemon
