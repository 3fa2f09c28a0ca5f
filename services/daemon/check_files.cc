#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/crypto/signer.h"
#include "common/rpc/tls.h"
#include "common/rpc/trust_source.h"
#include "services/daemon/config.h"

namespace rogatoria::daemon {
namespace {

class FileChecks {
 public:
  void Note(absl::string_view section, const absl::Status& status) {
    if (!status.ok()) problems_.push_back(absl::StrCat(section, ": ", status.message()));
  }

  void Trust(absl::string_view section, rpc::TrustFiles files) {
    Note(section, rpc::TrustSource::Open(std::move(files), clock_).status());
  }

  void Listener(absl::string_view section, const ListenerConfig& listener) {
    Trust(section, {listener.client_ca, listener.client_crl, absl::ZeroDuration()});
    Note(section, rpc::CheckServerFiles({listener.certificate, listener.key}));
  }

  void Program(absl::string_view section, const std::string& path) {
    if (access(path.c_str(), X_OK) == 0) return;
    problems_.push_back(absl::StrCat(section, ": ", path, " is not a program"));
  }

  absl::Status Result() const {
    if (problems_.empty()) return absl::OkStatus();
    return Error(Reason::CONFIGURATION_INVALID).Accepted(absl::StrJoin(problems_, "\n"));
  }

 private:
  SystemClock clock_;
  std::vector<std::string> problems_;
};

}  // namespace

absl::Status CheckFiles(const Config& config) {
  FileChecks checks;
  checks.Listener("public", config.public_listener);
  checks.Listener("admin", config.admin_listener);
  checks.Trust("signers", {config.signers.ca, config.signers.crl, absl::ZeroDuration()});
  for (const auto& [name, target] : config.alerts) {
    const std::string section = absl::StrCat("alert.", name);
    if (!target.program.empty()) checks.Program(section, target.program[0]);
    if (!target.mail_to.empty()) checks.Program(section, target.sendmail);
  }
  checks.Note("log.key", Ed25519FileSigner::FromPemFile(config.log.key).status());
  return checks.Result();
}

}  // namespace rogatoria::daemon
