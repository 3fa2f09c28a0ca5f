#include "services/cli/new_act.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/act_file.h"
#include "common/client/case_search.h"
#include "common/client/draft.h"
#include "common/model/act_kind.h"
#include "services/cli/act_file_text.h"
#include "services/cli/act_questions.h"
#include "services/cli/act_sending.h"
#include "services/cli/draft_options.h"
#include "services/cli/slip.h"
#include "services/cli/terminal_lines.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

constexpr double kPatienceSeconds = 5;  // a person waits for the choices

// By its name, or by its word in any of our languages: solicitud.
absl::StatusOr<const ActKindTraits*> KindOf(const std::string& name) {
  const ActKindTraits* traits = FindActKind(absl::AsciiStrToUpper(name));
  if (traits != nullptr) return traits;
  for (const Language language : {Language::kEnglish, Language::kSpanish, Language::kPortuguese}) {
    for (const ActKindTraits& kind : AllActKinds()) {
      if (client::FoldText(WordFor(kind.name, language)) == client::FoldText(name)) return &kind;
    }
  }
  return Explained(Error(Reason::FIELD_INVALID).Field("KIND"), Sentence::KIND_SUCH_AS);
}

std::string NewRequestId() {
  SystemRandom random;
  return GenerateUuid(random, SystemClock().Now());
}

absl::Status WriteTemplate(Session& session, const NewActOptions& options) {
  ROG_ASSIGN_OR_RETURN(const ActKindTraits* traits, KindOf(options.kind));
  const std::string text = ActTemplate(*traits, NewRequestId(), session.language);
  if (options.out_file.empty()) {
    session.out << text;
    return absl::OkStatus();
  }
  ROG_RETURN_IF_ERROR(WriteNewFileDurably(options.out_file, text));
  session.Note(Message::NOTE_TEMPLATE_WRITTEN, options.out_file);
  return absl::OkStatus();
}

// "request-20261127-1030.toml", in this folder; with a number where there is such a file.
std::string NewName(const ActKindTraits& kind) {
  const std::string stem =
      absl::StrCat(absl::AsciiStrToLower(kind.name),
                   "-",
                   absl::FormatTime("%Y%m%d-%H%M", absl::Now(), absl::LocalTimeZone()));
  std::string name = absl::StrCat(stem, ".toml");
  for (int n = 2; std::filesystem::exists(name); ++n) name = absl::StrCat(stem, "-", n, ".toml");
  return name;
}

// The act, its file and the person who is asked.
class Interview {
 public:
  Interview(Session& session, client::Office* office, Dialogue& dialogue)
      : session_(session), office_(office), dialogue_(dialogue), known_(office, session.language) {}

  // How it ended: sent is to be, kept, or left before its end. The lint's error where something is
  // missing that is not asked for.
  enum class Wish { kSend, kKeep, kLeft };
  absl::StatusOr<Wish> Run(const ActKindTraits& kind, Json act, const std::string& path);

  DirectoryChoices& known() { return known_; }
  const std::string& path() const { return path_; }
  bool wrote() const { return wrote_; }

 private:
  // Basic questions, what lint misses, what is to be done with it, and more if one likes.
  enum Phase : size_t { kBasic, kMissing, kLast, kMore, kPhases };

  Form WithSaving(Form form);
  absl::Status Save(const Json& act);
  absl::StatusOr<Form> FormOf(size_t phase);
  absl::StatusOr<std::vector<client::Finding>> Lint();
  // Lints the finished file; what is missing is said and the error.
  absl::Status Check();
  bool TellOfRoute();
  Form LastForm();
  // The phase with the question before; false when there is none.
  bool StepBack(size_t& phase);

  Session& session_;
  client::Office* const office_;
  Dialogue& dialogue_;
  DirectoryChoices known_;
  std::unique_ptr<ActInWriting> writing_;
  std::string path_;
  bool wrote_ = false;
  std::vector<std::string> chosen_;  // parts of the typed content
  std::string wish_;                 // the last answer: send, keep, more
  std::array<std::vector<std::string>, kPhases> asked_;
};

absl::Status Interview::Save(const Json& act) {
  wrote_ = true;
  return WriteFileDurably(path_, ActFileText(act, session_.Text(Message::FILE_COMMENT)), 0600);
}

Form Interview::WithSaving(Form form) {
  auto take = std::move(form.take);
  form.take = [this, take = std::move(take)](const Question& question, const Answers& answers) {
    const absl::Status taken = take(question, answers);
    return taken.ok() ? Save(writing_->act) : taken;
  };
  return form;
}

absl::StatusOr<std::vector<client::Finding>> Interview::Lint() {
  ROG_ASSIGN_OR_RETURN(const client::ActDraft draft, client::ReadActFile(path_));
  return Findings(session_, draft, office_);
}

absl::StatusOr<Form> Interview::FormOf(size_t phase) {
  if (phase == kBasic) return WithSaving(BasicForm(*writing_));
  if (phase == kMore) return WithSaving(MoreForm(*writing_, chosen_));
  if (phase == kLast) {
    ROG_RETURN_IF_ERROR(Check());
    return LastForm();
  }
  ROG_ASSIGN_OR_RETURN(const std::vector<client::Finding> findings, Lint());
  std::vector<client::Finding> errors;
  for (const client::Finding& finding : findings) {
    if (finding.error) errors.push_back(finding);
  }
  return WithSaving(MissingForm(*writing_, errors));
}

absl::Status Interview::Check() {
  ROG_ASSIGN_OR_RETURN(const std::vector<client::Finding> findings, Lint());
  session_.out << "\n" << std::flush;
  if (const absl::Status lint = ReportLint(findings, session_); !lint.ok()) {
    session_.Note(Message::NOTE_ACT_FILE_LACKS, path_);
    return lint;
  }
  if (TellOfRoute()) {
    session_.Note(Message::NOTE_LINT_CLEAN);
    session_.Note(Message::NOTE_ACT_FILE_READY, path_);
  }
  return absl::OkStatus();
}

// Whether the hub would find a way for it, as far as that can be asked now: better known before it
// is signed than after.
bool Interview::TellOfRoute() {
  auto draft = client::ReadActFile(path_);
  if (office_ == nullptr || !draft.ok()) return true;
  const absl::Status route = office_->Resolve(*draft).status();
  if (route.ok() || client::StaysInOutbox(route)) return true;
  PrintError(session_, route);
  session_.Note(Message::NOTE_NO_ROUTE, path_);
  return false;
}

// Only a yes sends.
Form Interview::LastForm() {
  Question question{"send",
                    session_.Text(Message::ASK_SEND_NOW),
                    session_.Text(Message::HELP_SEND_NOW),
                    AnswerForm::kOne};
  question.choices = {{"send", session_.Text(Message::CHOICE_SEND)},
                      {"keep", session_.Text(Message::CHOICE_KEEP)},
                      {"more", session_.Text(Message::CHOICE_MORE)}};
  question.usual = {"keep"};
  question.required = true;
  return {[question] { return std::vector<Question>{question}; },
          [this](const Question&, const Answers& answers) {
            wish_ = answers[0];
            return absl::OkStatus();
          }};
}

bool Interview::StepBack(size_t& phase) {
  while (phase > 0) {
    --phase;
    if (phase == kLast) asked_[kLast].clear();
    if (phase == kLast) return true;
    if (asked_[phase].empty()) continue;
    asked_[phase].pop_back();
    return true;
  }
  return false;
}

absl::StatusOr<Interview::Wish> Interview::Run(const ActKindTraits& kind,
                                               Json act,
                                               const std::string& path) {
  writing_.reset(new ActInWriting{kind, std::move(act), known_, session_.language});
  path_ = path;
  size_t phase = kBasic;
  while (phase < kPhases) {
    ROG_ASSIGN_OR_RETURN(const Form form, FormOf(phase));
    ROG_ASSIGN_OR_RETURN(const Ending ending, dialogue_.Run(form, asked_[phase]));
    if (ending == Ending::kLeft) return Wish::kLeft;
    if (ending == Ending::kBack) {
      if (!StepBack(phase)) session_.out << session_.Text(Message::ASK_FIRST) << "\n";
      continue;
    }
    if (phase == kLast && wish_ != "more") break;
    ++phase;
    if (phase < kPhases) continue;
    // What was stated may lack something now.
    asked_[kMissing].clear();
    asked_[kLast].clear();
    asked_[kMore].clear();
    phase = kMissing;
  }
  return wish_ == "send" ? Wish::kSend : Wish::kKeep;
}

absl::StatusOr<Json> LoadHalfMade(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(const client::ActFile file, client::LoadActFile(path));
  ROG_RETURN_IF_ERROR(client::ReadActFile(path).status());
  return Json(file.root);
}

Json Beginning(const ActKindTraits& kind, DirectoryChoices& known, Language language) {
  return {{"kind", std::string(kind.name)},
          {"request_id", NewRequestId()},
          {"language", known.ContentLanguage(language)}};
}

// The kind that was named, or stands in the file, or is asked for; nullptr when that was left.
absl::StatusOr<const ActKindTraits*> ChooseKind(const Session& session,
                                                const NewActOptions& options,
                                                const Json& act,
                                                Dialogue& dialogue) {
  if (act.contains("kind") && act["kind"].is_string()) return KindOf(act["kind"]);
  if (!options.kind.empty()) return KindOf(options.kind);
  std::string kind;
  const Form form = {[&] { return std::vector<Question>{AskKind(session.language)}; },
                     [&](const Question&, const Answers& answers) {
                       kind = answers[0];
                       return absl::OkStatus();
                     }};
  std::vector<std::string> asked;
  Ending ending = Ending::kBack;
  while (ending == Ending::kBack) {
    ROG_ASSIGN_OR_RETURN(ending, dialogue.Run(form, asked));
  }
  if (ending == Ending::kLeft) return nullptr;
  return KindOf(kind);
}

absl::Status Left(Session& session, const Interview& interview) {
  session.out << "\n" << std::flush;
  if (interview.wrote()) {
    session.Note(Message::NOTE_ACT_FILE_HALF, interview.path());
  } else {
    session.Note(Message::NOTE_NOTHING_ASKED);
  }
  session.exit_code = kAttentionExit;
  return absl::OkStatus();
}

// Asks everything; whether the file is to be sent now.
absl::StatusOr<bool> AskAll(Session& session,
                            const NewActOptions& options,
                            client::Office* office,
                            std::string& path) {
  TerminalLines lines;
  Dialogue dialogue([&lines] { return lines.Read(); }, session.out, session.language);
  Json act = Json::object();
  if (!options.half_made.empty()) {
    ROG_ASSIGN_OR_RETURN(act, LoadHalfMade(options.half_made));
  }
  Interview interview(session, office, dialogue);
  ROG_ASSIGN_OR_RETURN(const ActKindTraits* kind, ChooseKind(session, options, act, dialogue));
  if (kind == nullptr) {
    ROG_RETURN_IF_ERROR(Left(session, interview));
    return false;
  }
  if (act.empty()) act = Beginning(*kind, interview.known(), session.language);
  if (!interview.known().reached()) session.Note(Message::NOTE_ASKED_NO_HUB);
  path = options.half_made.empty() ? NewName(*kind) : options.half_made;
  ROG_ASSIGN_OR_RETURN(const Interview::Wish wish, interview.Run(*kind, std::move(act), path));
  if (wish == Interview::Wish::kLeft) ROG_RETURN_IF_ERROR(Left(session, interview));
  return wish == Interview::Wish::kSend;
}

}  // namespace

absl::Status NewAct(Session& session, const NewActOptions& options) {
  const bool only_file = options.only_template || !options.out_file.empty();
  const bool person = &session.out == &std::cout && IsOnTerminal();
  if (options.half_made.empty() && (only_file || !person)) return WriteTemplate(session, options);
  auto office = session.Office();
  client::Office* const known = office.ok() ? office->get() : nullptr;
  if (known == nullptr) PrintError(session, office.status());
  if (known != nullptr) {
    known->connection().set_overall_deadline(
        absl::Seconds(std::min(kPatienceSeconds, session.timeout_seconds)));
  }
  std::string path;
  ROG_ASSIGN_OR_RETURN(const bool send, AskAll(session, options, known, path));
  if (!send || known == nullptr) return absl::OkStatus();
  known->connection().set_overall_deadline(absl::Seconds(session.timeout_seconds));
  ROG_ASSIGN_OR_RETURN(client::ActDraft draft, client::ReadActFile(path));
  return SendDraft(session, *known, std::move(draft));
}

}  // namespace rogatoria::cli
