// Lint with a basis (lint.h): the requirements of the directory, those built in where it has none,
// and the guidance that goes with them.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/client/lint.h"
#include "common/client/lint_texts.h"
#include "common/client/placed_rules.h"
#include "common/client/requirements.h"

namespace rogatoria::client {
namespace {

constexpr LintTexts kLetterSays = {"Check that the letter says it: $0",
                                   "Compruebe que la carta lo dice: $0",
                                   "Verifique que a carta o diz: $0"};
constexpr LintTexts kUnknownField = {
    "This version does not know the field that the directory asks for. $0",
    "Esta versión no conoce el campo que el directorio pide. $0",
    "Esta versão não conhece o campo que o diretório pede. $0"};
constexpr LintTexts kReadGuidance = {
    "The requested country has said what it needs: $0. Read it before sending.",
    "El país requerido ha dicho lo que necesita: $0. Léalo antes de enviar.",
    "O país requerido disse do que precisa: $0. Leia-o antes de enviar."};

bool IsOfContent(const v1::Requirement& requirement) {
  return !absl::StartsWith(requirement.field(), "header.") &&
         !absl::StartsWith(requirement.field(), "cover_slip.");
}

bool HasOnlyALetter(const ActDraft& draft) {
  return draft.content.content_case() == content::v1::ActContent::CONTENT_NOT_SET;
}

std::string TextOf(const v1::Requirement& requirement, const std::string& language) {
  const LintTexts texts{requirement.text_en(), requirement.text_es(), requirement.text_pt()};
  return std::string(texts.In(language));
}

// Those of the directory that concern the act; for typed contents, of those built in, what they do
// not speak of.
std::vector<v1::Requirement> Applicable(const ActDraft& draft, const LintBasis& basis) {
  std::vector<v1::Requirement> found;
  for (const v1::Requirement& requirement : basis.requirements) {
    if (Concerns(requirement, draft, basis.country)) found.push_back(requirement);
  }
  // Nobody asked for a letter to be looked through for what this program knows by itself.
  if (HasOnlyALetter(draft)) return found;
  const size_t own = found.size();
  for (const v1::Requirement& requirement : BuiltInRequirements()) {
    const bool said = std::any_of(
        found.begin(), found.begin() + static_cast<std::ptrdiff_t>(own), [&](const auto& other) {
          return other.field() == requirement.field();
        });
    if (!said && Concerns(requirement, draft, basis.country)) found.push_back(requirement);
  }
  return found;
}

int HowWellItFits(const v1::GuidanceSummary& guidance,
                  const ActDraft& draft,
                  const LintBasis& basis,
                  const std::string& language) {
  if (guidance.country() != basis.country) return 0;
  const std::string& instrument = draft.legal_basis.instrument();
  if (!guidance.instrument().empty() && guidance.instrument() != instrument) return 0;
  const auto& codes = guidance.measures();
  const bool about_measure =
      std::any_of(draft.measures.begin(), draft.measures.end(), [&](const v1::MeasureRef& m) {
        return std::find(codes.begin(), codes.end(), m.code()) != codes.end();
      });
  if (!codes.empty() && !about_measure) return 0;
  const bool readable = guidance.language().substr(0, 2) == language.substr(0, 2);
  return 1 + (readable ? 4 : 0) + (about_measure ? 2 : 0) + (guidance.instrument().empty() ? 0 : 1);
}

// What the requested country says of this instrument and these measures, first in the reader's
// language, then the most particular.
const v1::GuidanceSummary* FindGuidance(const ActDraft& draft,
                                        const LintBasis& basis,
                                        const std::string& language) {
  const v1::GuidanceSummary* best = nullptr;
  int best_fit = 0;
  for (const v1::GuidanceSummary& guidance : basis.guidance) {
    const int fit = HowWellItFits(guidance, draft, basis, language);
    if (fit > best_fit) best = &guidance;
    best_fit = std::max(best_fit, fit);
  }
  return best;
}

std::string NameOf(const v1::GuidanceSummary& guidance) {
  return absl::StrCat(guidance.id(), " v", guidance.version());
}

void AddMissing(const v1::Requirement& requirement,
                const ActDraft& draft,
                const std::string& language,
                const std::string& guidance,
                std::vector<Finding>& findings) {
  const std::string text = TextOf(requirement, language);
  if (!CheckRequirementPath(requirement.field()).ok()) {
    findings.push_back({false,
                        requirement.field(),
                        absl::Substitute(kUnknownField.In(language), text),
                        requirement.source(),
                        guidance});
    return;
  }
  const bool in_letter = IsOfContent(requirement) && HasOnlyALetter(draft);
  const std::string said = in_letter ? absl::Substitute(kLetterSays.In(language), text) : text;
  const bool error = !in_letter && requirement.level() == v1::REQUIREMENT_LEVEL_ERROR;
  for (std::string& field : MissingFields(requirement, draft)) {
    findings.push_back({error, std::move(field), said, requirement.source(), guidance});
  }
}

// The guidance that the checklist says it follows.
const std::string& FollowedBy(const ActDraft& draft) {
  return draft.content.request().checklist().guidance_version();
}

}  // namespace

std::vector<Finding> Lint(const ActDraft& draft,
                          const LintBasis& basis,
                          const std::string& language) {
  std::vector<Finding> findings = Lint(draft, language);
  const v1::GuidanceSummary* guidance = FindGuidance(draft, basis, language);
  const std::string name = guidance == nullptr ? "" : NameOf(*guidance);
  for (const v1::Requirement& requirement : Applicable(draft, basis)) {
    AddMissing(requirement, draft, language, name, findings);
  }
  for (const auto rules : {ProcedureRules(), VictimRules(), IdentityRules()}) {
    for (Finding& finding : FindingsOf(rules, draft, basis, language)) {
      if (absl::StartsWith(finding.field, "request.checklist"))
        finding.guidance = name.empty() ? FollowedBy(draft) : name;
      findings.push_back(std::move(finding));
    }
  }
  if (guidance != nullptr && draft.kind == v1::ACT_KIND_REQUEST) {
    const std::string title = absl::StrCat(name, ", \"", guidance->title(), "\"");
    findings.push_back({false,
                        "guidance",
                        absl::Substitute(kReadGuidance.In(language), title),
                        guidance->authority(),
                        name});
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return a.error && !b.error;
  });
  return findings;
}

}  // namespace rogatoria::client
