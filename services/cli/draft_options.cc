#include "services/cli/draft_options.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/act_file.h"

namespace rogatoria::cli {
namespace {

// The codes of an enumeration without its prefix, as one types them.
std::string CodesOf(const google::protobuf::EnumDescriptor& type, const std::string& prefix) {
  std::vector<std::string> codes;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0) codes.push_back(type.value(i)->name().substr(prefix.size()));
  }
  return absl::StrJoin(codes, ", ");
}

template <typename Enum>
absl::Status SetEnum(const std::string& option,
                     const std::string& text,
                     const std::string& prefix,
                     bool (*parse)(google::protobuf::ConstStringParam, Enum*),
                     Enum& out) {
  if (text.empty()) return absl::OkStatus();
  Enum value;
  if (parse(absl::StrCat(prefix, text), &value) && static_cast<int>(value) != 0) {
    out = value;
    return absl::OkStatus();
  }
  return Explained(Error(Reason::FIELD_INVALID).Field(option),
                   Sentence::ONE_OF,
                   CodesOf(*google::protobuf::GetEnumDescriptor<Enum>(), prefix));
}

// "VIDEO_HEARING", "2", "2=ADMITTED".
absl::StatusOr<v1::MeasureRef> ParseMeasure(const std::string& text, uint32_t next) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
  v1::MeasureRef measure;
  uint32_t number = 0;
  if (absl::SimpleAtoi(parts[0], &number)) {
    measure.set_ordinal(number);
  } else {
    measure.set_ordinal(next);
    measure.set_code(parts[0]);
  }
  if (parts.size() < 2) return measure;
  v1::MeasureOutcome outcome = v1::MEASURE_OUTCOME_UNSPECIFIED;
  ROG_RETURN_IF_ERROR(
      SetEnum("--measure", parts[1], "MEASURE_OUTCOME_", &v1::MeasureOutcome_Parse, outcome));
  measure.set_outcome(outcome);
  return measure;
}

absl::Status SetUrgency(const DraftOptions& options, client::ActDraft& draft) {
  if (options.urgency.empty()) return absl::OkStatus();
  const std::vector<std::string> parts = absl::StrSplit(options.urgency, absl::MaxSplits(':', 1));
  v1::UrgencyLevel level = v1::URGENCY_LEVEL_UNSPECIFIED;
  v1::UrgencyReason reason = v1::URGENCY_REASON_UNSPECIFIED;
  ROG_RETURN_IF_ERROR(
      SetEnum("--urgency", parts[0], "URGENCY_LEVEL_", &v1::UrgencyLevel_Parse, level));
  if (parts.size() > 1) {
    ROG_RETURN_IF_ERROR(
        SetEnum("--urgency", parts[1], "URGENCY_REASON_", &v1::UrgencyReason_Parse, reason));
  }
  draft.urgency.set_level(level);
  draft.urgency.set_reason(reason);
  return absl::OkStatus();
}

absl::Status SetCodes(const DraftOptions& options, client::ActDraft& draft) {
  ROG_RETURN_IF_ERROR(SetEnum("--kind", options.kind, "ACT_KIND_", &v1::ActKind_Parse, draft.kind));
  ROG_RETURN_IF_ERROR(SetEnum("--channel",
                              options.channel,
                              "CHANNEL_CLASS_",
                              &v1::ChannelClass_Parse,
                              draft.channel_class));
  ROG_RETURN_IF_ERROR(
      SetEnum("--insist", options.insist, "INSIST_REASON_", &v1::InsistReason_Parse, draft.insist));
  for (const std::string& text : options.measures) {
    const auto next = static_cast<uint32_t>(draft.measures.size() + 1);
    ROG_ASSIGN_OR_RETURN(v1::MeasureRef measure, ParseMeasure(text, next));
    draft.measures.push_back(std::move(measure));
  }
  return SetUrgency(options, draft);
}

void SetTexts(const DraftOptions& options, client::ActDraft& draft) {
  const auto set = [](const std::string& from, auto setter) {
    if (!from.empty()) setter(from);
  };
  set(options.channel_basis, [&](const std::string& v) { draft.channel_basis = v; });
  set(options.case_id, [&](const std::string& v) { draft.case_id = v; });
  set(options.reply_to, [&](const std::string& v) { draft.in_reply_to = v; });
  set(options.request_id, [&](const std::string& v) { draft.request_id = v; });
  set(options.act_language, [&](const std::string& v) { draft.language = v; });
  set(options.subject, [&](const std::string& v) { draft.cover_slip.set_subject(v); });
  set(options.reference, [&](const std::string& v) { draft.cover_slip.set_sender_reference(v); });
  set(options.text, [&](const std::string& v) { draft.content.mutable_letter()->set_text(v); });
  for (const std::string& related : options.related) draft.related_cases.push_back(related);
  for (const std::string& authority : options.to) draft.to.emplace_back().set_authority(authority);
  if (options.basis.empty()) return;
  const std::vector<std::string> parts = absl::StrSplit(options.basis, absl::MaxSplits(':', 1));
  draft.legal_basis.set_instrument(parts[0]);
  if (parts.size() > 1) draft.legal_basis.set_article(parts[1]);
}

// A bare letter: inside a case a message; else an informal request for what the letter says.
void FillGaps(const Session& session, client::ActDraft& draft) {
  if (draft.kind == v1::ACT_KIND_UNSPECIFIED) {
    draft.kind = draft.case_id.empty() ? v1::ACT_KIND_REQUEST : v1::ACT_KIND_FREE_FORM;
  }
  if (!draft.case_id.empty()) return;
  if (draft.channel_class == v1::CHANNEL_CLASS_UNSPECIFIED) {
    draft.channel_class = v1::CHANNEL_CLASS_INFORMAL;
    session.Note(Message::NOTE_ASSUMED_INFORMAL);
  }
  if (draft.kind == v1::ACT_KIND_REQUEST && draft.legal_basis.instrument().empty()) {
    draft.legal_basis.set_instrument("RECIPROCITY");
    session.Note(Message::NOTE_ASSUMED_RECIPROCITY);
  }
  if (draft.kind == v1::ACT_KIND_REQUEST && draft.measures.empty()) {
    v1::MeasureRef& measure = draft.measures.emplace_back();
    measure.set_ordinal(1);
    measure.set_code("OTHER");
    session.Note(Message::NOTE_ASSUMED_OTHER);
  }
}

}  // namespace

std::shared_ptr<DraftOptions> AddDraftOptions(CLI::App& command, CommandTree& tree) {
  auto options = std::make_shared<DraftOptions>();
  command.add_option("source", options->source, tree.Text(Message::OPT_SOURCE));
  command.add_option("--kind", options->kind, tree.Text(Message::OPT_KIND));
  AddRepeated(command, "--to", options->to, tree.Text(Message::OPT_TO));
  command.add_option("--channel", options->channel, tree.Text(Message::OPT_CHANNEL));
  command.add_option("--basis", options->basis, tree.Text(Message::OPT_BASIS));
  command.add_option(
      "--channel-basis", options->channel_basis, tree.Text(Message::OPT_CHANNEL_BASIS));
  command.add_option("--case", options->case_id, tree.Text(Message::OPT_CASE));
  command.add_option("--reply-to", options->reply_to, tree.Text(Message::OPT_REPLY_TO));
  AddRepeated(command, "--measure", options->measures, tree.Text(Message::OPT_MEASURE));
  AddRepeated(command, "--related", options->related, tree.Text(Message::OPT_RELATED));
  command.add_option("--urgency", options->urgency, tree.Text(Message::OPT_URGENCY));
  command.add_option(
      "--insist",
      options->insist,
      tree.session().Text(Message::OPT_INSIST,
                          CodesOf(*v1::InsistReason_descriptor(), "INSIST_REASON_")));
  command.add_option("--subject", options->subject, tree.Text(Message::OPT_SUBJECT));
  command.add_option("--text", options->text, tree.Text(Message::OPT_TEXT));
  command.add_option("--reference", options->reference, tree.Text(Message::OPT_REFERENCE));
  command.add_option("--request-id", options->request_id, tree.Text(Message::OPT_REQUEST_ID));
  command.add_option("--act-language", options->act_language, tree.Text(Message::OPT_ACT_LANGUAGE));
  return options;
}

absl::StatusOr<client::ActDraft> MakeDraft(const DraftOptions& options, const Session& session) {
  client::ActDraft draft;
  if (client::IsActFileName(options.source)) {
    ROG_ASSIGN_OR_RETURN(draft, client::ReadActFile(options.source));
  }
  ROG_RETURN_IF_ERROR(SetCodes(options, draft));
  SetTexts(options, draft);
  if (draft.language.empty()) draft.language = LanguageTag(session.language);
  if (!options.source.empty() && !client::IsActFileName(options.source)) {
    ROG_RETURN_IF_ERROR(client::AddFile(
        options.source, false, draft, *draft.content.mutable_letter()->mutable_document()));
  }
  FillGaps(session, draft);
  return draft;
}

Message LabelOf(const client::Finding& finding) {
  if (finding.wrong) return Message::LINT_WRONG;
  return finding.error ? Message::LINT_ERROR : Message::LINT_ADVICE;
}

Json LintView(const std::vector<client::Finding>& findings) {
  Json rows = Json::array();
  for (const client::Finding& finding : findings) {
    rows.push_back({{"standing",
                     finding.wrong   ? "WRONG"
                     : finding.error ? "MISSING"
                                     : "ADVICE"},
                    {"field", finding.field},
                    {"message", finding.message},
                    {"source", finding.source},
                    {"guidance", finding.guidance}});
  }
  return rows;
}

absl::Status ReportLint(const std::vector<client::Finding>& findings, const Session& session) {
  for (const client::Finding& finding : findings) {
    if (session.quiet && !finding.wrong && !finding.error) continue;
    session.err << session.Text(LabelOf(finding), finding.field, finding.message) << "\n";
    const bool both = !finding.source.empty() && !finding.guidance.empty();
    const std::string origin =
        absl::StrCat(finding.source, both ? "; " : "", Printable(finding.guidance));
    if (!origin.empty()) session.err << session.Text(Message::LINT_SOURCE, origin) << "\n";
  }
  return client::RefusalBy(findings);
}

}  // namespace rogatoria::cli
