#include "tests/structure/rules/rules_page.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/client/lint.h"
#include "common/client/placed_rules.h"
#include "common/client/requirements.h"
#include "common/client/rules.h"
#include "common/directory/route_rules.h"
#include "common/model/rules.h"
#include "services/exchange/rules.h"
#include "services/gate/rules.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kIntroduction = R"(# Who checks what

Made from the rules' own tables by `describe_rules > docs/rules.md`; a test compares, and fails when a reason for which an act is refused is in none of them.

A rule is checked where the thing is that it is about. The **broker** sees headers: identity, entitlement, sequence, designations, size, data class.
It never sees a content, and cannot check one: that is for the **sender's library** before anything is sealed, and for the **recipient's library** when it is
opened. Whoever uses no library of ours does both by the pages in [formats](formats/) or does without. A refusal by the broker in law (WRONG_STATE, WRONG_SIDE, NOT_DESIGNATED,
INSTRUMENT_NOT_IN_FORCE, MEASURE_NOT_COVERED, DATA_CLASS_EXCEEDED) is evidence (A.2) and final for the act id; all others leave no record of the act. The reasons are explained in [errors](errors.md).

Where the column *insisting* says **passes**, an act in a running case whose sender insists with a coded reason is recorded and delivered OUT_OF_SEQUENCE and changes no state. All else is
identity, entitlement, integrity, or what the hub cannot do without ([why](decisions/0016-what-insisting-passes.md)); an act that opens a case has nothing to insist against, and its header says so.
)";

std::string Cell(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"|", "\\|"}, {"\n", " "}});
}

void AddHeading(absl::string_view title,
                absl::string_view who,
                absl::string_view where,
                std::string& page) {
  absl::StrAppend(&page, "\n## ", title, "\n\nChecked by: ", who, ". In ", where, ".\n\n");
}

// Of the broker alone: whether insisting passes the rule.
enum class Insisting { kNotShown, kShown };
constexpr absl::string_view kPasses[] = {"-", "passes"};

void EndHeader(Insisting insisting, std::string& page) {
  absl::StrAppend(&page,
                  insisting == Insisting::kShown ? " insisting |\n|---|---|---|---|---|\n"
                                                 : "\n|---|---|---|---|\n");
}

void AddRows(absl::Span<const RuleRow> rows,
             std::string& page,
             Insisting insisting = Insisting::kNotShown) {
  absl::StrAppend(&page, "| rule | what must hold | source | refused as |");
  EndHeader(insisting, page);
  for (const RuleRow& row : rows) {
    absl::StrAppend(&page,
                    "| ",
                    row.name,
                    " | ",
                    Cell(row.what),
                    " | ",
                    Cell(row.source),
                    " | `",
                    ReasonName(row.reason),
                    "` |",
                    insisting == Insisting::kShown
                        ? absl::StrCat(" ", kPasses[row.insisting_passes ? 1 : 0], " |\n")
                        : "\n");
  }
}

// A rule about the directory's own data refuses no act.
std::string RefusedAs(const RouteRuleRow& row) {
  return row.refusal.has_value() ? absl::StrCat("`", ReasonName(*row.refusal), "`")
                                 : "never: it warns";
}

// The sentences of a route explanation have places for names.
std::string Unfilled(const ThreeTexts& texts) {
  RouteWords words;
  words.sender = "(sender)";
  words.recipient = "(recipient)";
  words.instrument = "(instrument)";
  words.channel_basis = "(channel basis)";
  words.sender_country = "(the sender's country)";
  words.recipient_country = "(the recipient's country)";
  words.measure = "(measure)";
  words.day = "(day)";
  return Say(texts, words, Language::kEnglish);
}

void AddRoutes(std::string& page) {
  absl::StrAppend(&page, "| rule | what must hold | field | refused as |");
  EndHeader(Insisting::kShown, page);
  for (const RouteRuleRow& row : AllRouteRules()) {
    absl::StrAppend(&page,
                    "| ",
                    row.name,
                    " | ",
                    Cell(Unfilled(row.met)),
                    " | `",
                    row.field,
                    "` | ",
                    RefusedAs(row),
                    " | ",
                    kPasses[row.insisting_passes ? 1 : 0],
                    " |\n");
  }
}

void AddLint(absl::Span<const client::LintRuleRow> rows,
             absl::string_view first,
             std::string& page) {
  absl::StrAppend(&page, "| ", first, " | what is said | source | weight |\n|---|---|---|---|\n");
  for (const client::LintRuleRow& row : rows) {
    const std::string what = absl::StrReplaceAll(row.what, {{"$0", "(recipient)"}});
    absl::StrAppend(&page,
                    "| ",
                    row.name,
                    " | ",
                    Cell(what),
                    " | ",
                    row.source.empty() ? "-" : Cell(row.source),
                    " | ",
                    row.error ? "error" : "advice",
                    " |\n");
  }
}

void AddEffects(std::string& page) {
  absl::StrAppend(&page, "| rule | what counts | source |\n|---|---|---|\n");
  for (const exchange::EffectRow& row : exchange::DeadlineRuleRows()) {
    absl::StrAppend(&page, "| ", row.name, " | ", Cell(row.what), " | ", Cell(row.source), " |\n");
  }
}

void AddRequirements(std::string& page) {
  absl::StrAppend(&page, "| requirement | field | what is said | source |\n|---|---|---|---|\n");
  for (const v1::Requirement& row : client::BuiltInRequirements()) {
    absl::StrAppend(&page,
                    "| ",
                    row.id(),
                    " | `",
                    row.field(),
                    "` | ",
                    Cell(row.text_en()),
                    " | ",
                    Cell(row.source()),
                    " |\n");
  }
}

void AddSenders(std::string& page) {
  constexpr absl::string_view kSender = "the sender's library";
  AddHeading("Before sealing", kSender, "`common/client` (key_trust, composer, office)", page);
  AddRows(client::SealingRules(), page);
  AddHeading("Lint: every act", kSender, "`common/client/lint.cc`", page);
  AddLint(client::GeneralLintRules(), "field", page);
  AddHeading("Lint: procedure", kSender, "`common/client/procedure_rules.cc`", page);
  AddLint(client::RowsOf(client::ProcedureRules()), "rule", page);
  AddHeading("Lint: victims and minors", kSender, "`common/client/victim_rules.cc`", page);
  AddLint(client::RowsOf(client::VictimRules()), "rule", page);
  AddHeading("Lint: identity part", kSender, "`common/client/identity_rules.cc`", page);
  AddLint(client::RowsOf(client::IdentityRules()), "rule", page);
  AddHeading("Lint: requirements",
             kSender,
             "`common/client/requirements.cc`, by the hub's data ([[requirement]], "
             "[directory files](directory-files.md#requirements)); where it has none, by these, as "
             "advice",
             page);
  AddRequirements(page);
}

void AddBrokers(std::string& page) {
  AddHeading("The door", "the broker, at every call", "`services/gate`", page);
  AddRows(gate::GateRules(), page, Insisting::kShown);
  AddHeading("The header",
             "the broker; the sender's library before, the recipient's after",
             "`common/model` (header, header_rules)",
             page);
  AddRows(HeaderRules(), page, Insisting::kShown);
  AddHeading("Admission",
             "the broker",
             "`services/exchange/admission.cc`, `common/directory/signer.cc`",
             page);
  AddRows(exchange::AdmissionRuleRows(), page, Insisting::kShown);
  AddHeading("Routes",
             "the broker, when a route is resolved or explained and when the act comes",
             "`common/directory` (route_rules, routing)",
             page);
  AddRoutes(page);
  AddHeading("The case",
             "the broker, in the transaction",
             "`services/exchange` (submit, lifecycle, legal_dates)",
             page);
  AddRows(exchange::SequenceRuleRows(), page, Insisting::kShown);
  AddHeading("Deadlines",
             "the broker, in the transaction; nothing is refused by it",
             "`services/exchange` (clock_rules)",
             page);
  AddEffects(page);
}

void AddRecipients(std::string& page) {
  AddHeading("Opening", "the recipient's library", "`common/client/opener.cc`", page);
  AddRows(client::OpeningRules(), page);
  AddHeading("Receipts",
             "the sender's library and the recipient's",
             "`common/client/receipt_check.cc`",
             page);
  AddRows(client::ReceiptRules(), page);
}

}  // namespace

std::string DescribeRules() {
  std::string page(kIntroduction);
  AddSenders(page);
  AddBrokers(page);
  AddRecipients(page);
  return page;
}

}  // namespace rogatoria
