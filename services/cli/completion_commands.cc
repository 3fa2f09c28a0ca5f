// Completion scripts for bash, zsh and fish, made from the command tree itself: they cannot get out
// of date.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/commands.h"

namespace rogatoria::cli {
namespace {

struct Entry {
  std::string path;  // "act send"; empty for the root
  std::vector<std::string> words;
};

void Collect(const CLI::App& app, const std::string& path, std::vector<Entry>& entries) {
  Entry entry{path, {}};
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
    entry.words.push_back(child->get_name());
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) entry.words.push_back("--" + name);
  }
  entries.push_back(entry);
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
    Collect(*child,
            path.empty() ? child->get_name() : absl::StrCat(path, " ", child->get_name()),
            entries);
  }
}

// A shell function that prints the words after the nouns and verbs typed so far.
std::string WordsFunction(const std::vector<Entry>& entries) {
  std::string text = "_rogatoria_words() {\n  case \"$1\" in\n";
  for (const Entry& entry : entries) {
    absl::StrAppend(
        &text, "    \"", entry.path, "\") echo \"", absl::StrJoin(entry.words, " "), "\";;\n");
  }
  return text + "  esac\n}\n";
}

// What was typed so far is followed as long as it names a command; files and options do not count.
std::string Bash(const std::vector<Entry>& entries) {
  return WordsFunction(entries) + R"BASH(_rogatoria() {
  local path="" longer word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    longer="${path:+$path }${COMP_WORDS[i]}"
    [[ -n "$(_rogatoria_words "$longer")" ]] && path="$longer"
  done
  word="${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=($(compgen -W "$(_rogatoria_words "$path")" -- "$word"))
  [[ ${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$word"))
  return 0
}
complete -F _rogatoria rogatoria
)BASH";
}

std::string Zsh(const std::vector<Entry>& entries) {
  return absl::StrCat("#compdef rogatoria\nautoload -U +X bashcompinit && bashcompinit\n",
                      Bash(entries));
}

std::string Fish(const std::vector<Entry>& entries) {
  std::string text = "complete -c rogatoria -f\n";
  for (const Entry& entry : entries) {
    const std::string condition =
        entry.path.empty()
            ? "__fish_use_subcommand"
            : absl::StrCat("string match -q '*rogatoria ", entry.path, "*' (commandline -cp)");
    absl::StrAppend(&text,
                    "complete -c rogatoria -n \"",
                    condition,
                    "\" -a '",
                    absl::StrJoin(entry.words, " "),
                    "'\n");
  }
  return text;
}

}  // namespace

void AddCompletionCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("completion", Message::CMD_COMPLETION);
  struct Row {
    const char* shell;
    std::string (*script)(const std::vector<Entry>&);
  };
  constexpr Row kShells[] = {{"bash", Bash}, {"zsh", Zsh}, {"fish", Fish}};
  for (const Row& row : kShells) {
    const auto script = row.script;
    tree.Verb(noun, row.shell, Message::CMD_COMPLETION_SHELL, [&tree, script](Session& session) {
      std::vector<Entry> entries;
      Collect(tree.root(), "", entries);
      session.out << script(entries);
      return absl::OkStatus();
    });
  }
}

void AddAllCommands(CommandTree& tree) {
  AddActCommands(tree);
  AddInboxCommands(tree);
  AddOutboxCommands(tree);
  AddDocumentCommands(tree);
  AddCaseCommands(tree);
  AddReceiptCommands(tree);
  AddContextCommands(tree);
  AddDirectoryCommands(tree);
  AddCalendarCommands(tree);
  AddDeadlineCommands(tree);
  AddInstrumentCommands(tree);
  AddAuthorityCommands(tree);
  AddGuidanceCommands(tree);
  AddIdentityCommands(tree);
  AddUserCommands(tree);
  AddCertificateCommands(tree);
  AddAuditCommands(tree);
  AddDeadLetterCommands(tree);
  AddHubCommands(tree);
  AddPkiCommands(tree);
  AddAgentCommands(tree);
  AddTrainingCommands(tree);
  AddScenarioCommands(tree);
  AddBenchCommands(tree);
  AddCompletionCommands(tree);
}

}  // namespace rogatoria::cli
