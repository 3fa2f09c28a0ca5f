#include "services/cli/slip.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/bytes.h"
#include "common/base/status_macros.h"
#include "common/client/typed_content.h"
#include "common/model/header.h"
#include "services/cli/content_text.h"
#include "services/cli/messages.h"
#include "services/cli/output.h"
#include "services/cli/views.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

// Appends "label: value" unless the value is empty.
class Lines {
 public:
  explicit Lines(Language language) : language_(language) {}
  void Add(Message label, const std::string& value) {
    if (!value.empty())
      absl::StrAppend(&text_, Say(language_, label), ": ", Printable(value), "\n");
  }
  void AddWord(Message label, const std::string& code) {
    Add(label, code.empty() ? "" : WordFor(code, language_));
  }
  // A text of several lines, indented under its label.
  void AddBlock(Message label, absl::string_view value) {
    if (value.empty()) return;
    absl::StrAppend(&text_, Say(language_, label), ":\n");
    for (absl::string_view line : absl::StrSplit(value, '\n')) {
      absl::StrAppend(&text_, "  ", Printable(absl::StripTrailingAsciiWhitespace(line)), "\n");
    }
  }
  void Text(absl::string_view lines) { absl::StrAppend(&text_, lines); }
  void Raw(absl::string_view line) { absl::StrAppend(&text_, line, "\n"); }
  const std::string& text() const { return text_; }

 private:
  Language language_;
  std::string text_;
};

std::string MeasureLine(const v1::MeasureRef& measure, Language language) {
  std::string line = absl::StrCat(
      measure.ordinal(), ". ", WordFor(measure.code(), language), " (", measure.code(), ")");
  const std::string outcome = OutcomeCode(measure.outcome());
  if (!outcome.empty()) absl::StrAppend(&line, ": ", WordFor(outcome, language));
  return line;
}

std::string Recipients(const v1::ActHeader& header) {
  std::vector<std::string> names;
  for (const v1::Recipient& recipient : header.recipients()) names.push_back(recipient.authority());
  return absl::StrJoin(names, ", ");
}

// An act of a training domain says so first, wherever it is shown.
void AddMark(const v1::ActHeader& header, Language language, Lines& lines) {
  if (header.training()) lines.Text(absl::StrCat(Say(language, Message::TRAINING_MARK), "\n"));
}

void AddHeader(const v1::ActHeader& header,
               const std::string& effect,
               Language language,
               Lines& lines) {
  lines.AddWord(Message::COL_KIND, KindCode(header.kind()));
  lines.Add(Message::COL_ACT, header.act_id());
  lines.Add(Message::COL_CASE, header.case_id());
  lines.Add(Message::COL_FROM, header.sender());
  lines.Add(Message::COL_TO, Recipients(header));
  lines.AddWord(Message::COL_CHANNEL, ChannelCode(header.channel_class()));
  lines.Add(Message::COL_BASIS,
            absl::StrCat(header.legal_basis().instrument(),
                         header.legal_basis().article().empty() ? "" : " art. ",
                         header.legal_basis().article()));
  lines.Add(Message::COL_CHANNEL_BASIS, header.channel_basis());
  lines.Add(Message::COL_EFFECT, WordFor(absl::StrCat("EFFECT_", effect), language));
  for (const v1::MeasureRef& measure : header.measures()) {
    lines.Add(Message::COL_ONE_MEASURE, MeasureLine(measure, language));
  }
  lines.AddWord(Message::COL_URGENCY, UrgencyCode(header.urgency().level()));
  lines.Add(Message::COL_LANGUAGE, header.language());
  lines.Add(Message::COL_REPLY_TO, header.in_reply_to());
  for (const std::string& related : header.related_cases())
    lines.Add(Message::COL_RELATED, related);
  lines.Add(Message::COL_CREATED, InstantText(header.created_unix_ms()));
  lines.Add(Message::COL_CONTENT, ToHex(header.content().sealed_sha256()));
  for (int i = 0; i < header.documents_size(); ++i) {
    lines.Add(Message::COL_DOCUMENT,
              absl::StrCat(i + 1, ". ", ToHex(header.documents(i).sealed_sha256())));
  }
}

void AddDocument(Message label,
                 const content::v1::Document& document,
                 Language language,
                 Lines& lines) {
  if (!client::HasBytes(document)) return;
  const std::string where =
      document.has_attached()
          ? absl::StrCat(ContentWord("attached", "", language), " ", document.attached().number())
          : absl::StrCat(document.content().size(),
                         " ",
                         absl::AsciiStrToLower(Say(language, Message::COL_SIZE)));
  const std::string about =
      document.language().empty() ? where : absl::StrCat(document.language(), ", ", where);
  const std::string title = document.title().empty() ? "" : " - " + document.title();
  lines.Add(label, absl::StrCat(document.file_name(), title, " (", about, ")"));
}

std::string PrecautionWords(const content::v1::CoverSlip& slip, Language language) {
  const std::set<int> each(slip.precautions().begin(), slip.precautions().end());
  return absl::StrJoin(each, ", ", [&](std::string* out, int number) {
    const auto* value = content::v1::Precaution_descriptor()->FindValueByNumber(number);
    if (value != nullptr)
      absl::StrAppend(out, ContentWord(client::CodeOf(*value), value->name(), language));
  });
}

// Before everything else: what may be done with it.
void AddSlip(const content::v1::CoverSlip& slip,
             const content::v1::ActContent& content,
             Language language,
             Lines& lines) {
  lines.Text(DescribeLimits(slip, content, language));
  lines.Add(Message::COL_SUBJECT, slip.subject());
  lines.Add(Message::COL_REFERENCE, slip.sender_reference());
  if (slip.minors()) lines.Raw(Say(language, Message::SLIP_MINORS));
  if (slip.victims()) lines.Raw(Say(language, Message::SLIP_VICTIMS));
  lines.Add(Message::COL_PRECAUTIONS, PrecautionWords(slip, language));
}

void AddContent(const content::v1::ActContent& content, Language language, Lines& lines) {
  const content::v1::Letter& letter = content.letter();
  AddDocument(Message::COL_DOCUMENT, letter.document(), language, lines);
  for (const auto& document : letter.translations())
    AddDocument(Message::COL_TRANSLATION, document, language, lines);
  for (const auto& document : letter.enclosures())
    AddDocument(Message::COL_ENCLOSURE, document, language, lines);
  lines.AddBlock(Message::COL_TEXT, letter.text());
  lines.Text(DescribeTyped(content, language));
}

}  // namespace

std::string DescribeHeader(const v1::ActHeader& header, Language language) {
  Lines lines(language);
  AddMark(header, language, lines);
  AddHeader(header, EffectCode(header), language, lines);
  return lines.text();
}

std::string DescribePrepared(const v1::ActHeader& header,
                             const client::ActDraft& draft,
                             Language language) {
  Lines lines(language);
  AddMark(header, language, lines);
  AddSlip(draft.cover_slip, draft.content, language, lines);
  AddHeader(header, EffectCode(header), language, lines);
  AddContent(draft.content, language, lines);
  return lines.text();
}

absl::StatusOr<std::string> DescribeToSign(const Bytes& header,
                                           const std::string& in_words,
                                           Language language) {
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader parsed, ParseHeader(header));
  const std::string ours = DescribeHeader(parsed, language);
  if (absl::StrContains(in_words, ours)) return in_words;
  return absl::StrCat(ours, "\n", Say(language, Message::AGENT_SHOWS), "\n", in_words);
}

std::string DescribeOpened(const client::OpenedAct& opened,
                           Language language,
                           const std::string& effect) {
  Lines lines(language);
  AddMark(opened.header, language, lines);
  lines.Text(DescribeContradictions(opened.contradictions, language));
  AddSlip(opened.cover_slip, opened.content, language, lines);
  AddHeader(opened.header, effect.empty() ? EffectCode(opened.header) : effect, language, lines);
  lines.Add(Message::COL_SIGNED_BY, opened.signer.subject_common_name());
  AddContent(opened.content, language, lines);
  return lines.text();
}

std::string ActTemplate(const ActKindTraits& kind,
                        const std::string& request_id,
                        Language language) {
  const auto comment = [language](Message message) {
    return absl::StrCat("# ", Say(language, message), "\n");
  };
  std::string text = absl::StrCat(comment(Message::TEMPLATE_INTRO),
                                  "kind = \"",
                                  kind.name,
                                  "\"\n",
                                  comment(Message::TEMPLATE_REQUEST_ID),
                                  "request_id = \"",
                                  request_id,
                                  "\"\n\n");
  if (kind.opens_case) {
    absl::StrAppend(
        &text,
        comment(Message::TEMPLATE_TO),
        "to = \"\"\n",
        comment(Message::TEMPLATE_CHANNEL),
        "channel = \"INFORMAL\"\n",
        comment(Message::TEMPLATE_BASIS),
        "legal_basis = { instrument = \"RECIPROCITY\", article = \"\" }\nchannel_basis = \"\"\n",
        comment(Message::TEMPLATE_RELATED),
        "related_cases = []\n");
  } else {
    absl::StrAppend(&text,
                    comment(Message::TEMPLATE_CASE),
                    "case = \"\"\n",
                    comment(Message::TEMPLATE_REPLY),
                    "in_reply_to = \"\"\n");
  }
  absl::StrAppend(&text,
                  comment(Message::TEMPLATE_LANGUAGE),
                  "language = \"",
                  LanguageTag(language),
                  "\"\n",
                  comment(Message::TEMPLATE_DATA_CLASS),
                  "data_class = \"OPERATIONAL\"\n\n");
  if (kind.needs_measures || kind.allows_outcomes) {
    absl::StrAppend(&text,
                    comment(Message::TEMPLATE_MEASURE),
                    "[[measure]]\n",
                    kind.opens_case ? "code = \"VIDEO_HEARING\"\n" : "number = 1\n",
                    kind.allows_outcomes ? "outcome = \"\"\n" : "",
                    "\n");
  }
  absl::StrAppend(&text,
                  comment(Message::TEMPLATE_COVER),
                  "[cover_slip]\nsubject = \"\"\nreference = \"\"\n",
                  "victims = false\nminors = false\nhandling = [\"H0\"]\nprecautions = []\n\n",
                  comment(Message::TEMPLATE_LETTER),
                  "[letter]\nfile = \"\"\ntext = \"\"\n\n",
                  comment(Message::TEMPLATE_TYPED),
                  TypedTemplate(kind.kind, language));
  return text;
}

}  // namespace rogatoria::cli
