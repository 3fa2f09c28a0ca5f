#include "common/base/status_macros.h"
#include "services/cli/commands.h"
#include "services/cli/contexts.h"

namespace rogatoria::cli {
namespace {

const std::vector<Column> kColumns = {{Message::COL_CURRENT, "current"},
                                      {Message::COL_NAME, "name"},
                                      {Message::COL_PROFILE, "profile"}};

absl::Status PrintContexts(Session& session) {
  ROG_ASSIGN_OR_RETURN(std::vector<ContextEntry> entries, ListContexts());
  Json rows = Json::array();
  for (const ContextEntry& entry : entries) {
    rows.push_back(
        {{"current", entry.current ? "*" : ""}, {"name", entry.name}, {"profile", entry.profile}});
  }
  session.Rows(rows, kColumns, "name");
  return absl::OkStatus();
}

}  // namespace

void AddContextCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("context", Message::CMD_CONTEXT);
  auto name = std::make_shared<std::string>();
  auto profile = std::make_shared<std::string>();
  CLI::App& add = tree.Verb(
      noun, "add", Message::CMD_CONTEXT_ADD, [=](Session&) { return AddContext(*name, *profile); });
  add.add_option("name", *name, tree.Text(Message::OPT_CONTEXT_NAME))->required();
  add.add_option("file", *profile, tree.Text(Message::OPT_PROFILE))->required();
  CLI::App& use =
      tree.Verb(noun, "use", Message::CMD_CONTEXT_USE, [=](Session&) { return UseContext(*name); });
  use.add_option("name", *name, tree.Text(Message::OPT_CONTEXT_NAME))->required();
  CLI::App& remove = tree.Verb(
      noun, "remove", Message::CMD_CONTEXT_REMOVE, [=](Session&) { return RemoveContext(*name); });
  remove.add_option("name", *name, tree.Text(Message::OPT_CONTEXT_NAME))->required();
  tree.Verb(noun, "list", Message::CMD_CONTEXT_LIST, PrintContexts);
}

}  // namespace rogatoria::cli
