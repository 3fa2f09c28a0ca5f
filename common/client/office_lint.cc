// Office::Lint: what the hub's directory knows of an act that is being written.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/client/case_defaults.h"
#include "common/client/kept_answers.h"
#include "common/client/lint.h"
#include "common/client/office.h"
#include "common/model/header.h"
#include "common/model/ids.h"

namespace rogatoria::client {
namespace {

// A person waits for lint: what does not answer by then is away.
constexpr absl::Duration kPatience = absl::Seconds(3);

// What the case says that the draft leaves open.
void FillFrom(Connection& connection, const std::string& us, ActDraft& draft) {
  v1::GetCaseRequest request;
  request.set_case_id(draft.case_id);
  const auto found =
      connection.Call(connection.exchange(), &v1::ExchangeService::Stub::GetCase, request);
  if (found.ok()) FillFromCase(found->case_(), us, draft).IgnoreError();
}

// Whether the case has seen a consultation; only the first acts are looked at, which is where it
// has to be.
std::optional<bool> WasConsulted(Connection& connection, const std::string& case_id) {
  v1::ListActsRequest request;
  request.set_case_id(case_id);
  request.set_page_size(500);
  const auto found =
      connection.Call(connection.exchange(), &v1::ExchangeService::Stub::ListActs, request);
  if (!found.ok()) return std::nullopt;
  return std::any_of(found->acts().begin(), found->acts().end(), [](const v1::ActSummary& act) {
    const auto header = ParseHeader(act.header());
    return header.ok() && header->kind() == v1::ACT_KIND_CONSULTATION;
  });
}

// Empty when it is not known.
std::string CountryIn(KeptAnswers& directory, const std::string& authority) {
  if (!IsAuthorityId(authority)) return "";  // it becomes a file's name
  v1::GetAuthorityRequest request;
  request.set_authority(authority);
  const auto found = directory.Ask(&v1::DirectoryService::Stub::GetAuthority,
                                   request,
                                   absl::StrCat("authority/", request.authority()));
  return found.ok() ? found->authority().country() : "";
}

// Of the first addressee.
std::string RequestedCountry(KeptAnswers& directory, const ActDraft& draft) {
  if (draft.to.empty()) return "";
  if (draft.to[0].has_competence()) return draft.to[0].competence().country();
  return CountryIn(directory, draft.to[0].authority());
}

// Whether a requirement asks something of this kind of act.
bool IsAsked(const std::vector<v1::Requirement>& requirements, v1::ActKind kind) {
  return std::any_of(requirements.begin(), requirements.end(), [&](const v1::Requirement& one) {
    return std::find(one.kinds().begin(), one.kinds().end(), kind) != one.kinds().end();
  });
}

std::vector<v1::Requirement> Requirements(KeptAnswers& directory) {
  const auto found = directory.Ask(
      &v1::DirectoryService::Stub::ListRequirements, v1::ListRequirementsRequest(), "requirements");
  if (!found.ok()) return {};
  return {found->requirements().begin(), found->requirements().end()};
}

// More pages than any directory has.
constexpr int kMaxPages = 100;

// Only of a formal act the instruments say anything that lint looks at. What the directory does not
// know, or what cannot be asked, stays open.
void LookUpInstruments(KeptAnswers& directory, const ActDraft& draft, LintBasis& basis) {
  if (draft.channel_class != v1::CHANNEL_CLASS_FORMAL) return;
  v1::ListInstrumentsRequest request;
  request.set_page_size(500);
  for (int number = 0; number < kMaxPages; ++number) {
    const auto page = directory.Ask(&v1::DirectoryService::Stub::ListInstruments,
                                    request,
                                    absl::StrCat("instruments/", number));
    if (!page.ok()) return;
    for (const v1::Instrument& one : page->instruments()) {
      if (one.id() == draft.legal_basis.instrument()) basis.legal_basis = one;
      if (one.id() == draft.channel_basis) basis.channel_basis = one;
    }
    if (page->next_page_token().empty()) return;
    request.set_page_token(page->next_page_token());
  }
}

std::vector<v1::GuidanceSummary> Guidance(KeptAnswers& directory, const std::string& country) {
  if (!IsCountryCode(country)) return {};
  v1::ListGuidanceRequest request;
  request.set_country(country);
  request.set_page_size(500);
  const auto found = directory.Ask(
      &v1::DirectoryService::Stub::ListGuidance, request, absl::StrCat("guidance-of/", country));
  if (!found.ok()) return {};
  return {found->guidance().begin(), found->guidance().end()};
}

}  // namespace

std::vector<Finding> Office::Lint(const ActDraft& draft,
                                  const std::string& language,
                                  bool ask_hub) {
  absl::StatusOr<std::unique_ptr<Connection>> connection =
      Failure(absl::StatusCode::kUnavailable, Sentence::HUB_LATE);
  if (ask_hub) connection = Connection::Open(profile_);
  if (connection.ok()) (*connection)->set_overall_deadline(kPatience);
  KeptAnswers directory(profile_.state, connection.ok() ? connection->get() : nullptr);
  LintBasis basis;
  basis.requirements = Requirements(directory);
  ActDraft filled = draft;
  // Reading a case leaves a record in the hub's log: only where something depends on it.
  const bool in_case = directory.reached() && !draft.case_id.empty();
  if (in_case && IsAsked(basis.requirements, draft.kind)) {
    FillFrom(**connection, profile_.authority, filled);
  }
  if (in_case && draft.kind == v1::ACT_KIND_DECISION) {
    basis.consulted = WasConsulted(**connection, draft.case_id);
  }
  basis.country = RequestedCountry(directory, filled);
  if (draft.kind == v1::ACT_KIND_FORWARDING_NOTICE) {
    basis.own_country = CountryIn(directory, profile_.authority);
  }
  if (draft.kind == v1::ACT_KIND_CLOSURE) {
    for (const AskedPrecaution& one : OpenInReferral(draft.case_id))
      basis.unanswered.push_back(NameOf(one));
  }
  basis.guidance = Guidance(directory, basis.country);
  LookUpInstruments(directory, draft, basis);
  // The rules that look at what is open are asked about the draft itself.
  ActDraft looked_at = draft;
  looked_at.legal_basis = filled.legal_basis;
  return client::Lint(looked_at, basis, language);
}

}  // namespace rogatoria::client
