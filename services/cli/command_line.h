// The frame of the command line: what every command gets, and how its result becomes an exit code.
//
// A command is a function (Session&) -> absl::Status, registered in a tree of nouns and verbs. Each
// file <noun>_commands.cc adds one noun. Nothing here knows what a command does.
#pragma once

#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/client/connection.h"
#include "common/client/office.h"
#include "common/client/profile.h"
#include "services/cli/language.h"
#include "services/cli/messages.h"
#include "services/cli/output.h"

namespace rogatoria::cli {

struct Session {
  Language language = Language::kEnglish;
  OutputFormat format = OutputFormat::kTable;
  std::string format_name = "table";
  std::string profile_path;  // --profile; else the current context
  bool quiet = false;
  // Of a command that did its work and found something: doctor; inbox watch that gave an act back.
  int exit_code = 0;
  double timeout_seconds = 60;  // of each call to the hub, tries again included
  std::ostream& out = std::cout;
  std::ostream& err = std::cerr;
  // With a profile of a training domain, or a command for training: all that is shown says so.
  bool training = false;

  template <typename... Args>
  std::string Text(Message message, const Args&... args) const {
    return Say(language, message, args...);
  }
  // A line for the person, on standard error; nothing with --quiet.
  template <typename... Args>
  void Note(Message message, const Args&... args) const {
    if (!quiet) err << Text(message, args...) << "\n";
  }
  void Rows(const Json& rows, const std::vector<Column>& columns, const std::string& name) const;
  // One of a stream of rows; shown at once.
  void Row(const Json& row, const std::vector<Column>& columns, const std::string& name) const;
  void Object(const Json& object,
              const std::vector<Column>& members,
              const std::string& name) const;
  // Before words on standard output that are no rows and no object: in training the first line says
  // so, once.
  void MarkOutput() const;
  // Of a command that is for training whatever the profile.
  void BeginTraining();

  // The profile in use; its language is the session's.
  absl::StatusOr<client::OfficeProfile> Profile() const;
  // For offices: OFFICE_PROFILE_NEEDED with an operator's profile.
  absl::StatusOr<std::unique_ptr<client::Office>> Office() const;
  absl::StatusOr<std::unique_ptr<client::Connection>> Connect() const;
  // For operators: OPERATOR_PROFILE_NEEDED with an office's profile.
  absl::StatusOr<std::unique_ptr<client::Connection>> ConnectAdmin() const;
  // An office's listener, or the admin listener for a profile without an authority.
  absl::StatusOr<std::unique_ptr<client::Connection>> ConnectAny() const;

  mutable bool output_marked = false;
  bool timeout_given = false;  // --timeout: then it bounds what has a patience of its own, too
};

using Action = std::function<absl::Status(Session&)>;

// Adds a command under `parent`; its help is `message` in the session's language.
class CommandTree {
 public:
  CommandTree(CLI::App& root, Session& session) : root_(root), session_(session) {}

  CLI::App& Noun(const std::string& name, Message help);
  CLI::App& Verb(CLI::App& noun, const std::string& name, Message help, Action action);
  // A command without a noun: status.
  CLI::App& Command(const std::string& name, Message help, Action action) {
    return Verb(root_, name, help, std::move(action));
  }
  Session& session() { return session_; }
  const CLI::App& root() const { return root_; }
  std::string Text(Message message) const { return session_.Text(message); }
  // The action of the command that was parsed; nullptr when none was.
  const Action& chosen() const { return chosen_; }

 private:
  CLI::App& root_;
  Session& session_;
  Action chosen_;
};

// An option that may be given several times, one value each: what follows it is not swallowed.
CLI::Option* AddRepeated(CLI::App& command,
                         const std::string& name,
                         std::vector<std::string>& values,
                         const std::string& help);

// Of doctor, when something needs attention.
inline constexpr int kAttentionExit = 3;

// Exit code for a status (docs/command-line.md): 0 for OK, 2 for a command line that cannot be
// read, and a fixed number for each gRPC code.
int ExitCode(const absl::Status& status);

// Says what is wrong and what to do next, in the session's language, on standard error.
void PrintError(const Session& session, const absl::Status& status);
void PrintError(std::ostream& err, Language language, const absl::Status& status);

// The whole program.
int Run(int argc, const char* const* argv);

}  // namespace rogatoria::cli
