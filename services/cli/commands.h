// The nouns of the command line, one file each.
#pragma once

#include "services/cli/command_line.h"

namespace rogatoria::cli {

// For offices.
void AddContextCommands(CommandTree& tree);   // context add, use, list, remove
void AddActCommands(CommandTree& tree);       // act new, lint, prepare, submit, send
void AddInboxCommands(CommandTree& tree);     // inbox list, watch, open
void AddOutboxCommands(CommandTree& tree);    // outbox list, show, send
void AddDocumentCommands(CommandTree& tree);  // document list, get, put, uploads, abandon ...
void AddCaseCommands(CommandTree& tree);      // case list, show, print
void AddCaseFolderVerbs(CommandTree& tree, CLI::App& noun);  // case find, export
void AddPrintActVerb(CommandTree& tree, CLI::App& noun);     // act print
void AddReceiptCommands(CommandTree& tree);                  // receipt show, verify, list, print
void AddDirectoryCommands(CommandTree& tree);                // directory load, show; route explain
void AddCalendarCommands(CommandTree& tree);                 // calendar import, check
void AddDeadlineCommands(CommandTree& tree);                 // deadline list, show
// instrument validate, diff, import, list, show
void AddInstrumentCommands(CommandTree& tree);
void AddAuthorityCommands(CommandTree& tree);  // authority list, show, suspend, resume
void AddGuidanceCommands(CommandTree& tree);   // guidance sign, publish, list, show
void AddIdentityCommands(CommandTree& tree);   // identity open, share
void AddAuditCommands(CommandTree& tree);      // audit verify, checkpoint, proof, entries
// For operators.
void AddUserCommands(CommandTree& tree);         // user list, suspend, resume
void AddCertificateCommands(CommandTree& tree);  // cert show, revoke
void AddDeadLetterCommands(CommandTree& tree);   // dead-letter list, requeue
void AddHubCommands(CommandTree& tree);          // status, backup, doctor
void AddPkiCommands(CommandTree& tree);          // pki init, issue, revoke
void AddAgentCommands(CommandTree& tree);        // agent run, status, sign, withhold
void AddTrainingCommands(CommandTree& tree);     // training start, exercises, hint, results
void AddScenarioCommands(CommandTree& tree);     // scenario list, run
void AddCompletionCommands(CommandTree& tree);   // completion bash, zsh, fish
void AddBenchCommands(CommandTree& tree);        // bench run

void AddAllCommands(CommandTree& tree);

}  // namespace rogatoria::cli
