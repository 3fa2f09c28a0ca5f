// pki: a certification authority for development, tests and the quickstart.
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "services/cli/commands.h"
#include "services/cli/development_pki.h"

namespace rogatoria::cli {
namespace {

absl::Status Init(Session& session, const std::string& folder, const PkiSettings& settings) {
  SystemClock clock;
  SystemRandom random;
  ROG_RETURN_IF_ERROR(InitialisePki(folder, settings, clock, random));
  session.Note(Message::NOTE_PKI_READY, folder);
  return absl::OkStatus();
}

absl::Status Issue(Session& session,
                   const std::string& folder,
                   const std::vector<std::string>& authorities,
                   const std::vector<std::string>& users) {
  SystemClock clock;
  SystemRandom random;
  for (const std::string& authority : authorities) {
    ROG_ASSIGN_OR_RETURN(std::string profile,
                         IssueAuthority(folder, authority, users, clock, random));
    session.Note(Message::NOTE_PKI_ISSUED, authority, profile);
  }
  return absl::OkStatus();
}

absl::Status Revoke(Session& session, const std::string& folder, const std::string& file) {
  SystemClock clock;
  SystemRandom random;
  ROG_ASSIGN_OR_RETURN(std::string list, RevokeInPki(folder, file, clock, random));
  session.Note(Message::NOTE_PKI_REVOKED, list);
  return absl::OkStatus();
}

std::shared_ptr<std::string> AddFolder(CLI::App& verb, CommandTree& tree) {
  auto folder = std::make_shared<std::string>();
  verb.add_option("folder", *folder, tree.Text(Message::OPT_PKI_FOLDER))->required();
  return folder;
}

void AddInit(CommandTree& tree, CLI::App& noun) {
  auto settings = std::make_shared<PkiSettings>(
      PkiSettings{"rogatoria.example", "127.0.0.1", "127.0.0.1:7443", "127.0.0.1:7444", "op-1"});
  auto folder = std::make_shared<std::shared_ptr<std::string>>();
  CLI::App& init = tree.Verb(noun, "init", Message::CMD_PKI_INIT, [=](Session& session) {
    return Init(session, **folder, *settings);
  });
  *folder = AddFolder(init, tree);
  init.add_option("--trust-domain", settings->trust_domain, tree.Text(Message::OPT_TRUST_DOMAIN))
      ->capture_default_str();
  init.add_option("--host", settings->host, tree.Text(Message::OPT_HOST))->capture_default_str();
  init.add_option("--endpoint", settings->endpoint, tree.Text(Message::OPT_ENDPOINT))
      ->capture_default_str();
  init.add_option(
          "--admin-endpoint", settings->admin_endpoint, tree.Text(Message::OPT_ADMIN_ENDPOINT))
      ->capture_default_str();
  init.add_option("--operator", settings->operator_id, tree.Text(Message::OPT_OPERATOR))
      ->capture_default_str();
}

void AddIssue(CommandTree& tree, CLI::App& noun) {
  auto authorities = std::make_shared<std::vector<std::string>>();
  auto users = std::make_shared<std::vector<std::string>>();
  auto folder = std::make_shared<std::shared_ptr<std::string>>();
  CLI::App& issue = tree.Verb(noun, "issue", Message::CMD_PKI_ISSUE, [=](Session& session) {
    return Issue(session, **folder, *authorities, *users);
  });
  *folder = AddFolder(issue, tree);
  AddRepeated(issue, "--authority", *authorities, tree.Text(Message::OPT_AUTHORITY))->required();
  AddRepeated(issue, "--user", *users, tree.Text(Message::OPT_USER));
}

}  // namespace

void AddPkiCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("pki", Message::CMD_PKI);
  AddInit(tree, noun);
  AddIssue(tree, noun);
  auto file = std::make_shared<std::string>();
  auto folder = std::make_shared<std::shared_ptr<std::string>>();
  CLI::App& revoke = tree.Verb(noun, "revoke", Message::CMD_PKI_REVOKE, [=](Session& session) {
    return Revoke(session, **folder, *file);
  });
  *folder = AddFolder(revoke, tree);
  revoke.add_option("certificate", *file, tree.Text(Message::OPT_CERTIFICATE))->required();
}

}  // namespace rogatoria::cli
