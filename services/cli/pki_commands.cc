// pki: a certification authority for development, tests and the quickstart.
#include <array>
#include <iterator>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "services/cli/commands.h"
#include "services/cli/development_pki.h"

namespace rogatoria::cli {
namespace {

// An option of `pki init`: left out, what the folder was made with stays.
struct InitOption {
  const char* flag;
  std::string PkiSettings::*setting;
  const char* standard;  // in a new folder
  Message help;
};
constexpr InitOption kInitOptions[] = {
    {"--trust-domain", &PkiSettings::trust_domain, "rogatoria.example", Message::OPT_TRUST_DOMAIN},
    {"--host", &PkiSettings::host, "127.0.0.1", Message::OPT_HOST},
    {"--endpoint", &PkiSettings::endpoint, "127.0.0.1:7443", Message::OPT_ENDPOINT},
    {"--admin-endpoint",
     &PkiSettings::admin_endpoint,
     "127.0.0.1:7444",
     Message::OPT_ADMIN_ENDPOINT},
    {"--operator", &PkiSettings::operator_id, "op-1", Message::OPT_OPERATOR},
};
using Given = std::array<std::optional<std::string>, std::size(kInitOptions)>;

// What stayed as it was in a folder that was there before.
std::string Kept(const Given& given, const PkiSettings& before, const PkiSettings& settings) {
  std::vector<std::string> kept;
  for (size_t i = 0; i < given.size(); ++i) {
    const InitOption& option = kInitOptions[i];
    if (!given[i].has_value())
      kept.push_back(absl::StrCat(option.flag, " ", before.*option.setting));
  }
  if (before == settings) kept.push_back("rogatoriad.toml, office.toml, operator.toml");
  return absl::StrJoin(kept, ", ");
}

absl::Status Init(Session& session, const std::string& folder, const Given& given) {
  SystemClock clock;
  SystemRandom random;
  ROG_ASSIGN_OR_RETURN(const std::optional<PkiSettings> before, SettingsOfPki(folder));
  PkiSettings settings = before.value_or(PkiSettings());
  for (size_t i = 0; i < given.size(); ++i) {
    const InitOption& option = kInitOptions[i];
    if (given[i].has_value()) settings.*option.setting = *given[i];
    if (!given[i].has_value() && !before.has_value()) settings.*option.setting = option.standard;
  }
  ROG_RETURN_IF_ERROR(InitialisePki(folder, settings, clock, random));
  if (before.has_value()) {
    const std::string kept = Kept(given, *before, settings);
    if (!kept.empty()) session.Note(Message::NOTE_PKI_KEPT, kept);
  }
  session.Note(Message::NOTE_PKI_READY, folder);
  return absl::OkStatus();
}

struct IssueOrder {
  std::vector<std::string> authorities, users;
  Custodians custodians;
};

absl::Status Issue(Session& session, const std::string& folder, const IssueOrder& order) {
  SystemClock clock;
  SystemRandom random;
  for (const std::string& authority : order.authorities) {
    ROG_ASSIGN_OR_RETURN(
        std::string profile,
        IssueAuthority(folder, authority, order.users, clock, random, order.custodians));
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
  auto given = std::make_shared<Given>();
  auto folder = std::make_shared<std::shared_ptr<std::string>>();
  CLI::App& init = tree.Verb(noun, "init", Message::CMD_PKI_INIT, [=](Session& session) {
    return Init(session, **folder, *given);
  });
  *folder = AddFolder(init, tree);
  for (size_t i = 0; i < given->size(); ++i) {
    const InitOption& option = kInitOptions[i];
    init.add_option(option.flag, (*given)[i], tree.Text(option.help))->default_str(option.standard);
  }
}

void AddIssue(CommandTree& tree, CLI::App& noun) {
  auto order = std::make_shared<IssueOrder>();
  auto folder = std::make_shared<std::shared_ptr<std::string>>();
  CLI::App& issue = tree.Verb(noun, "issue", Message::CMD_PKI_ISSUE, [=](Session& session) {
    return Issue(session, **folder, *order);
  });
  *folder = AddFolder(issue, tree);
  AddRepeated(issue, "--authority", order->authorities, tree.Text(Message::OPT_AUTHORITY))
      ->required();
  AddRepeated(issue, "--user", order->users, tree.Text(Message::OPT_USER));
  AddRepeated(
      issue, "--first-custodian", order->custodians.first, tree.Text(Message::OPT_FIRST_CUSTODIAN));
  AddRepeated(issue,
              "--second-custodian",
              order->custodians.second,
              tree.Text(Message::OPT_SECOND_CUSTODIAN));
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
