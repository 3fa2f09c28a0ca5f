#include "tests/integration/broker.h"

#include <sqlite3.h>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/random.h"
#include "common/crypto/signer.h"
#include "tests/support/fault_vfs.h"

namespace rogatoria {
namespace {

constexpr char kCommonToml[] = R"(
[[instrument]]
id = "UN-TIP-2000"
title = "Protocol to Prevent, Suppress and Punish Trafficking in Persons"
legal_basis = true
[instrument.parties]
PT = "2004-06-09"
CO = "2004-09-03"
BR = "2004-02-28"
ES = "2003-12-25"

[[calendar]]
id = "test"
version = 1
years = [2024, 2025, 2026, 2027, 2028, 2029, 2030]
weekly_rest = ["SATURDAY", "SUNDAY"]

[[calendar]]
id = "out-of-date"
version = 1
years = [2024]
)";

std::string OperatorToml(const std::string& id,
                         const std::string& role,
                         const TestIdentity& identity) {
  return absl::StrCat("[[operator]]\nid = \"",
                      id,
                      "\"\nrole = \"",
                      role,
                      "\"\ncertificates = [\"sha256:",
                      identity.fingerprint(),
                      "\"]\n");
}

// Every store of this process writes through the VFS that can fail, so that a test can fill the
// disk.
void FailThroughFaultVfs() {
  static const bool once = [] {
    FaultVfs::Get();
    return sqlite3_vfs_register(sqlite3_vfs_find(FaultVfs::kName), 1) == SQLITE_OK;
  }();
  ROG_CHECK(once, "the faulty VFS is SQLite's default");
}

std::string NewUuid() {
  SystemRandom random;
  return GenerateUuid(random, SystemClock().Now());
}

}  // namespace

Broker::Broker(const std::function<void(daemon::Config&)>& tune)
    : folder_(QuickFolder()),
      log_("error", clock_, true),
      pki_(folder_ / "pki"),
      server_(pki_.IssueServer(TestPki::Ca::kPublic)),
      admin_server_(pki_.IssueServer(TestPki::Ca::kAdmin)),
      operator_identity_(pki_.IssueOperator("op-1")),
      officer_identity_(pki_.IssueOperator("so-1")) {
  FailThroughFaultVfs();
  MakeConfig();
  if (tune) tune(config_);
  AddOffice("pt-pgr", "PT");
  AddOffice("co-fgn", "CO");
  AddOffice("br-mpf", "BR");
  Start();
  LoadDirectory();
}

Broker::~Broker() {
  FaultVfs::Get().Clear();
}

void Broker::MakeConfig() {
  config_.trust_domain = pki_.trust_domain();
  config_.governing_law = "ES";
  config_.store.directory = folder_ / "store";
  config_.store.case_keys = folder_ / "keys/case-keys";
  config_.store.tiles = folder_ / "tiles";
  config_.store.backups = folder_ / "backups";
  config_.log.key = folder_ / "log.key";
  const PrivateKey log_key = PrivateKey::Generate(KeyAlgorithm::kEd25519).value();
  ROG_CHECK(WriteKeyFile(config_.log.key, log_key.ToPem()).ok(), "the log's key is written");
  const auto listener = [&](TestPki::Ca ca, const TestIdentity& server) {
    return daemon::ListenerConfig{.listen = {"127.0.0.1:0"},
                                  .certificate = server.certificate_file,
                                  .key = server.key_file,
                                  .client_ca = pki_.ca_file(ca),
                                  .client_crl = pki_.crl_file(ca)};
  };
  config_.public_listener = listener(TestPki::Ca::kPublic, server_);
  config_.admin_listener = listener(TestPki::Ca::kAdmin, admin_server_);
  config_.signers.ca = pki_.ca_file(TestPki::Ca::kSigners);
  config_.bootstrap.identity = pki_.OperatorUri("op-1");
  config_.bootstrap.certificate_sha256 = operator_identity_.fingerprint();
  config_.metrics.listen = "";
  config_.shutdown.grace_seconds = 2;
}

void Broker::Start() {
  auto app = daemon::App::Start(config_, {.log = &log_, .clock = &clock_});
  ROG_CHECK(app.ok(), app.status().ToString().c_str());
  app_ = *std::move(app);
  const std::string public_ca = pki_.ca_file(TestPki::Ca::kPublic);
  const std::string admin_ca = pki_.ca_file(TestPki::Ca::kAdmin);
  for (auto& [id, office] : offices_) office->Connect(public_port(), public_ca);
  admin_channel_ = ConnectTo(admin_port(), operator_identity_, admin_ca);
  officer_channel_ = ConnectTo(admin_port(), officer_identity_, admin_ca);
  admin_ = v1::AdminService::NewStub(admin_channel_);
  officer_ = v1::AdminService::NewStub(officer_channel_);
}

void Broker::Restart() {
  app_.reset();
  Start();
}

void Broker::RestartAfter(const std::function<void(daemon::Core&)>& work) {
  app_.reset();
  {
    auto core = daemon::Core::Open(config_, log_, clock_, [](const absl::Status& status) {
      ROG_CHECK(false, status.ToString().c_str());
    });
    ROG_CHECK(core.ok(), core.status().ToString().c_str());
    work(**core);
    (*core)->Drain();
  }
  Start();
}

Office& Broker::AddOffice(const std::string& id, const std::string& country) {
  auto office = std::make_unique<Office>(id, country, pki_);
  if (app_ != nullptr) office->Connect(public_port(), pki_.ca_file(TestPki::Ca::kPublic));
  return *(offices_[id] = std::move(office));
}

v1::LoadDirectoryRequest Broker::DirectoryFiles() {
  v1::LoadDirectoryRequest request;
  request.set_request_id(NewUuid());
  const auto add = [&](const std::string& name, const std::string& content) {
    v1::DirectoryFile& file = *request.add_files();
    file.set_name(name);
    file.set_content(content);
  };
  add("hub.toml",
      absl::StrCat(kCommonToml,
                   OperatorToml("op-1", "OPERATOR", operator_identity_),
                   OperatorToml("so-1", "SECURITY_OFFICER", officer_identity_)));
  for (const auto& [id, office] : offices_) {
    add(absl::StrCat("authorities/", id, ".toml"), office->Toml());
  }
  return request;
}

void Broker::LoadDirectory() {
  const auto loaded = CallStub(*admin_, &v1::AdminService::Stub::LoadDirectory, DirectoryFiles());
  ROG_CHECK(loaded.ok(), loaded.status().ToString().c_str());
}

absl::StatusOr<v1::SetStandingResponse> Broker::SetStanding(v1::StandingSubject subject,
                                                            const std::string& id,
                                                            v1::Standing standing) {
  v1::SetStandingRequest request;
  request.set_request_id(NewUuid());
  request.set_subject(subject);
  request.set_id(id);
  request.set_standing(standing);
  return CallStub(*officer_, &v1::AdminService::Stub::SetStanding, request);
}

v1::GetStatusResponse Broker::Status() {
  const auto status = CallStub(*admin_, &v1::AdminService::Stub::GetStatus, v1::GetStatusRequest());
  ROG_CHECK(status.ok(), status.status().ToString().c_str());
  return *status;
}

}  // namespace rogatoria
