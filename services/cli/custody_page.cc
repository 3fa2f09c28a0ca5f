#include "services/cli/custody_page.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/base/bytes.h"
#include "common/model/leaf.h"
#include "services/cli/language.h"
#include "services/cli/views.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

// Prints well on A4 in black and white, and reads well on a screen, also a narrow one.
constexpr absl::string_view kStyle = R"CSS(
@page { size: A4; margin: 20mm 18mm; }
body { font-family: serif; font-size: 11pt; line-height: 1.4; color: #000; background: #fff;
       max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 17pt; } h2 { font-size: 13pt; margin-top: 1.6em; } h3 { font-size: 11pt; }
h1, h2, h3 { break-after: avoid; }
table { border-collapse: collapse; width: 100%; font-size: 9.5pt; }
caption { text-align: left; font-style: italic; padding-bottom: 0.4em; }
th, td { border: 1px solid #444; padding: 0.25em 0.4em; text-align: left; vertical-align: top; }
td, dd { overflow-wrap: anywhere; }
thead { display: table-header-group; } tr { break-inside: avoid; }
dt { font-weight: bold; } dd { margin: 0 0 0.4em 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 8pt; border-left: 2px solid #444;
      padding-left: 0.6em; margin: 0.2em 0 0.8em 0; }
.summary { border: 2px solid #000; padding: 0.5em 0.8em; font-weight: bold; }
.fails { text-decoration: underline; font-weight: bold; }
@media print { body { margin: 0; padding: 0; max-width: none; } }
)CSS";

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

// What came from elsewhere, its lines kept.
std::string Text(absl::string_view text) {
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(text, '\n')) lines.push_back(Printable(line));
  return Escaped(absl::StrJoin(lines, "\n"));
}

std::string StateCode(v1::DocumentState state) {
  return v1::DocumentState_Name(state).substr(sizeof("DOCUMENT_STATE_") - 1);
}

class Page {
 public:
  Page(const CustodyPageFacts& facts, Language language) : facts_(facts), language_(language) {}

  std::string Write() {
    Head();
    Summary();
    Document();
    Steps();
    Proofs();
    Verify();
    absl::StrAppend(&out_, "</main>\n</body>\n</html>\n");
    return std::move(out_);
  }

 private:
  template <typename... Args>
  std::string Said(Message message, const Args&... args) const {
    return Escaped(Say(language_, message, args...));
  }
  std::string Word(const std::string& prefix, const std::string& code) const {
    const std::string whole = prefix + code;
    return Escaped(WordFor(HasWord(whole) ? whole : code, language_));
  }
  void Tag(const char* tag, const std::string& text) {
    absl::StrAppend(&out_, "<", tag, ">", text, "</", tag, ">\n");
  }
  void Fact(Message label, const std::string& value) {
    if (value.empty()) return;
    Tag("dt", Said(label));
    Tag("dd", Text(value));
  }
  void Block(Message label, absl::string_view text) {
    Tag("p", Said(label));
    Tag("pre", Text(text));
  }

  void Head() {
    absl::StrAppend(&out_,
                    "<!DOCTYPE html>\n<html lang=\"",
                    LanguageTag(language_),
                    "\">\n<head>\n<meta charset=\"utf-8\"/>\n",
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src 'unsafe-inline'\"/>\n",
                    "<meta name=\"viewport\" content=\"width=device-width\"/>\n");
    Tag("title", absl::StrCat(Said(Message::PAGE_TITLE), " ", Text(facts_.document.document_id())));
    absl::StrAppend(&out_, "<style>", kStyle, "</style>\n</head>\n<body>\n<main>\n");
    if (facts_.training) Tag("p", Said(Message::TRAINING_MARK));
    Tag("h1", Said(Message::PAGE_TITLE));
    Tag("p",
        Said(Message::PAGE_INTRO, facts_.trust_domain, facts_.authority, facts_.made.ToString()));
  }

  void Summary() {
    const auto count = [&](auto is) {
      return std::count_if(facts_.steps.begin(), facts_.steps.end(), is);
    };
    const auto erased = count([](const auto& step) { return step.entry.record().empty(); });
    const auto failed = count([](const auto& step) { return !step.status.ok(); });
    const std::string text = failed > 0 ? Said(Message::PAGE_SOME_FAIL, facts_.steps.size(), failed)
                             : erased > 0
                                 ? Said(Message::PAGE_SOME_ERASED, facts_.steps.size(), erased)
                                 : Said(Message::PAGE_ALL_HOLD, facts_.steps.size());
    absl::StrAppend(&out_, "<p class=\"summary\">", text, "</p>\n");
  }

  void Document() {
    const v1::DocumentInfo& document = facts_.document;
    Tag("h2", Said(Message::PAGE_DOCUMENT));
    absl::StrAppend(&out_, "<dl>\n");
    Fact(Message::PAGE_DOCUMENT_ID, document.document_id());
    Fact(Message::PAGE_ACT, document.act_id());
    Fact(Message::PAGE_NUMBER, document.number() == 0 ? "" : absl::StrCat(document.number()));
    Tag("dt", Said(Message::PAGE_STATE));
    Tag("dd", Word("DOCUMENT_", StateCode(document.state())));
    Fact(Message::PAGE_SEALED_DIGEST, ToHex(document.sealed().sealed_sha256()));
    Fact(Message::PAGE_SEALED_SIZE, absl::StrCat(document.sealed().sealed_size()));
    Fact(Message::PAGE_LOG_KEY, facts_.log_key);
    absl::StrAppend(&out_, "</dl>\n");
  }

  void Steps() {
    Tag("h2", Said(Message::PAGE_STEPS));
    absl::StrAppend(
        &out_, "<table>\n<caption>", Said(Message::PAGE_STEPS_CAPTION), "</caption>\n<thead><tr>");
    for (const Message title : {Message::COL_NUMBER,
                                Message::COL_WHEN,
                                Message::COL_EVENT,
                                Message::COL_AUTHORITY,
                                Message::PAGE_WHO,
                                Message::PAGE_ENTRY,
                                Message::COL_PROOF}) {
      absl::StrAppend(&out_, "<th scope=\"col\">", Said(title), "</th>");
    }
    absl::StrAppend(&out_, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < facts_.steps.size(); ++i) StepRow(i);
    absl::StrAppend(&out_, "</tbody>\n</table>\n");
  }

  void StepRow(size_t i) {
    const Json step = StepView(facts_.steps[i]);
    const auto cell = [&](const std::string& text) {
      absl::StrAppend(&out_, "<td>", text, "</td>");
    };
    absl::StrAppend(&out_, "<tr><th scope=\"row\">", i + 1, "</th>");
    cell(Text(step["at"].get<std::string>()));
    cell(Word("CUSTODY_", step["event"]));
    cell(Text(step["authority"].get<std::string>()));
    cell(Text(step["by"].get<std::string>()));
    cell(absl::StrCat(facts_.steps[i].entry.log(), " / ", facts_.steps[i].entry.index()));
    const bool fails = !facts_.steps[i].status.ok();
    cell(absl::StrCat(fails ? "<span class=\"fails\">" : "",
                      Word("PROOF_", step["proof"]),
                      fails ? "</span>" : ""));
    absl::StrAppend(&out_, "</tr>\n");
  }

  void Proofs() {
    Tag("h2", Said(Message::PAGE_PROOFS));
    for (size_t i = 0; i < facts_.steps.size(); ++i) {
      const v1::CustodyEntry& entry = facts_.steps[i].entry;
      const Json step = StepView(facts_.steps[i]);
      const std::string code = absl::StrCat("CUSTODY_", step["event"].get<std::string>());
      Tag("h3",
          Said(Message::PAGE_STEP,
               i + 1,
               WordFor(code, language_),
               Printable(step["at"].get<std::string>())));
      if (entry.record().empty()) {
        Tag("p", Said(Message::PAGE_ERASED));
        continue;
      }
      const CommitmentLeaf leaf{RecordClass::kAudit, Commit(entry.salt(), entry.record())};
      Block(Message::PAGE_RECORD, entry.record());
      Block(Message::PAGE_SALT, ToHex(entry.salt()));
      Block(Message::PAGE_LEAF, FormatLeaf(leaf));
      Block(Message::PAGE_PROOF, entry.proof());
    }
  }

  void Verify() {
    const std::string signature = facts_.file_name + ".p7s";
    Tag("h2", Said(Message::PAGE_VERIFY));
    Tag("p", Said(Message::PAGE_VERIFY_SIGNATURE, Printable(signature)));
    Tag("pre",
        Text(absl::StrCat("openssl cms -verify -cades -binary -inform DER -in ",
                          signature,
                          " -content ",
                          facts_.file_name,
                          " -CAfile signers-ca.pem -purpose any -out /dev/null")));
    Tag("p", Said(Message::PAGE_VERIFY_STEPS));
  }

  const CustodyPageFacts& facts_;
  const Language language_;
  std::string out_;
};

}  // namespace

Json StepView(const client::CustodyStep& step) {
  const std::string event =
      v1::CustodyEvent_Name(step.entry.event()).substr(sizeof("CUSTODY_EVENT_") - 1);
  return {{"at", InstantText(step.entry.instant_unix_ms())},
          {"event", event},
          {"authority", step.entry.authority()},
          {"proof",
           step.entry.record().empty() ? "ERASED"
           : step.status.ok()          ? "HOLDS"
                                       : "FAILS"},
          {"by", step.principal},
          {"log", step.entry.log()},
          {"index", step.entry.index()}};
}

std::string CustodyPage(const CustodyPageFacts& facts, Language language) {
  return Page(facts, language).Write();
}

}  // namespace rogatoria::cli
