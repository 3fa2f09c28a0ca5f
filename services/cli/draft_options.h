// The options from which a draft of an act is made: an act file, or a letter and a few words.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/client/draft.h"
#include "services/cli/command_line.h"

namespace rogatoria::cli {

struct DraftOptions {
  std::string source;  // letter (.pdf and others) or act file (.toml, .json); may be empty
  std::string kind;
  std::vector<std::string> to;
  std::string channel;
  std::string basis;  // INSTRUMENT or INSTRUMENT:ARTICLE
  std::string channel_basis;
  std::string case_id;
  std::string reply_to;
  std::vector<std::string> measures;  // CODE, or NUMBER, or NUMBER=OUTCOME
  std::vector<std::string> related;
  std::string urgency;  // LEVEL:REASON
  std::string insist;
  std::string subject;
  std::string text;
  std::string reference;
  std::string act_language;
  std::string request_id;
};

// Adds the options to a command.
std::shared_ptr<DraftOptions> AddDraftOptions(CLI::App& command, CommandTree& tree);

// The draft: the act file if there is one, then what the options say. What a bare letter leaves
// open is filled in safely (an informal request for "other measure") and said so.
absl::StatusOr<client::ActDraft> MakeDraft(const DraftOptions& options, const Session& session);

// The findings as data: standing (MISSING, ADVICE), field, message in the session's language,
// source and guidance.
Json LintView(const std::vector<client::Finding>& findings);
// Prints findings; FIELD_REQUIRED or FIELD_INVALID when one of them is an error.
absl::Status ReportLint(const std::vector<client::Finding>& findings, const Session& session);

}  // namespace rogatoria::cli
