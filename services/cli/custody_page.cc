#include "services/cli/custody_page.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/bytes.h"
#include "common/model/leaf.h"
#include "services/cli/views.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

using Kind = PageText::Kind;

std::string StateCode(v1::DocumentState state) {
  return v1::DocumentState_Name(state).substr(sizeof("DOCUMENT_STATE_") - 1);
}

std::string TextOf(const Json& view, const char* member) {
  return view[member].get<std::string>();
}

class CustodyWriter {
 public:
  CustodyWriter(const CustodyPageFacts& facts, const Imprint& imprint, Language language)
      : facts_(facts),
        imprint_(imprint),
        language_(language),
        page_(BeginPage(
            imprint, language, Said(Message::PAGE_TITLE), facts.document.document_id())) {}

  std::string Write() {
    page_.Paragraph({Said(Message::PAGE_INTRO,
                          imprint_.trust_domain,
                          imprint_.authority,
                          ReadableInstant(imprint_.made.ToString()))});
    page_.Summary(Summary());
    Document();
    Steps();
    Proofs();
    AddClaims({Said(Message::CUSTODY_PAGE_IS),
               Said(Message::CUSTODY_PAGE_PROVES),
               Said(Message::CUSTODY_PAGE_PROVES_NOT)},
              language_,
              page_);
    AddVerifying(imprint_, language_, page_);
    page_.Paragraph({Said(Message::PAGE_VERIFY_STEPS)});
    return std::move(page_).Finish();
  }

 private:
  template <typename... Args>
  std::string Said(Message message, const Args&... args) const {
    return Say(language_, message, args...);
  }
  std::string Word(const std::string& prefix, const std::string& code) const {
    const std::string whole = prefix + code;
    return WordFor(HasWord(whole) ? whole : code, language_);
  }

  std::string Summary() const {
    const auto count = [&](auto is) {
      return std::count_if(facts_.steps.begin(), facts_.steps.end(), is);
    };
    const auto erased = count([](const auto& step) { return step.entry.record().empty(); });
    const auto failed = count([](const auto& step) { return !step.status.ok(); });
    const size_t all = facts_.steps.size();
    if (failed > 0) return Said(Message::PAGE_SOME_FAIL, all, failed);
    return erased > 0 ? Said(Message::PAGE_SOME_ERASED, all, erased)
                      : Said(Message::PAGE_ALL_HOLD, all);
  }

  void Document() {
    const v1::DocumentInfo& document = facts_.document;
    page_.Heading(2, Said(Message::PAGE_DOCUMENT));
    page_.Facts({{Said(Message::PAGE_DOCUMENT_ID), {document.document_id(), Kind::kCode}},
                 {Said(Message::PAGE_ACT), {document.act_id(), Kind::kCode}},
                 {Said(Message::PAGE_NUMBER),
                  {document.number() == 0 ? "" : absl::StrCat(document.number())}},
                 {Said(Message::PAGE_STATE), {Word("DOCUMENT_", StateCode(document.state()))}},
                 {Said(Message::PAGE_SEALED_DIGEST),
                  {ToHex(document.sealed().sealed_sha256()), Kind::kCode}},
                 {Said(Message::PAGE_SEALED_SIZE), {absl::StrCat(document.sealed().sealed_size())}},
                 {Said(Message::PAGE_LOG_KEY), {imprint_.log_key, Kind::kCode}}});
  }

  void Steps() {
    page_.Heading(2, Said(Message::PAGE_STEPS));
    PageTable table{Said(Message::PAGE_STEPS_CAPTION), {}};
    for (const Message title : {Message::COL_NUMBER,
                                Message::COL_WHEN,
                                Message::COL_EVENT,
                                Message::COL_AUTHORITY,
                                Message::PAGE_WHO,
                                Message::PAGE_ENTRY,
                                Message::COL_PROOF})
      table.columns.push_back(Said(title));
    for (size_t i = 0; i < facts_.steps.size(); ++i) table.rows.push_back(StepRow(i));
    page_.Table(table);
  }

  std::vector<PageText> StepRow(size_t i) const {
    const client::CustodyStep& step = facts_.steps[i];
    const Json view = StepView(step);
    return {
        {absl::StrCat(i + 1)},
        {ReadableInstant(TextOf(view, "at"))},
        {Word("CUSTODY_", TextOf(view, "event"))},
        {TextOf(view, "authority")},
        {TextOf(view, "by"), Kind::kCode},
        {absl::StrCat(step.entry.log(), " / ", step.entry.index()), Kind::kCode},
        {Word("PROOF_", TextOf(view, "proof")), step.status.ok() ? Kind::kWords : Kind::kAlarm}};
  }

  void Proofs() {
    page_.Heading(2, Said(Message::PAGE_PROOFS));
    for (size_t i = 0; i < facts_.steps.size(); ++i) {
      const Json view = StepView(facts_.steps[i]);
      page_.Heading(3,
                    Said(Message::PAGE_STEP,
                         i + 1,
                         Word("CUSTODY_", TextOf(view, "event")),
                         ReadableInstant(TextOf(view, "at"))));
      Proof(facts_.steps[i].entry);
    }
  }

  void Proof(const v1::CustodyEntry& entry) {
    if (entry.record().empty()) return page_.Paragraph({Said(Message::PAGE_ERASED)});
    const CommitmentLeaf leaf{RecordClass::kAudit, Commit(entry.salt(), entry.record())};
    Block(Message::PAGE_RECORD, entry.record());
    Block(Message::PAGE_SALT, ToHex(entry.salt()));
    Block(Message::PAGE_LEAF, FormatLeaf(leaf));
    Block(Message::PAGE_PROOF, entry.proof());
  }

  void Block(Message label, absl::string_view text) {
    page_.Paragraph({Said(label)});
    page_.Block(text);
  }

  const CustodyPageFacts& facts_;
  const Imprint& imprint_;
  const Language language_;
  Page page_;
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

std::string CustodyPage(const CustodyPageFacts& facts, const Imprint& imprint, Language language) {
  return CustodyWriter(facts, imprint, language).Write();
}

}  // namespace rogatoria::cli
