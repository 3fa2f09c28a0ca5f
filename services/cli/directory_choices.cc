#include "services/cli/directory_choices.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/model/header.h"
#include "services/cli/content_text.h"
#include "services/cli/formal_basis.h"
#include "services/cli/language.h"
#include "services/cli/views.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

constexpr int kMaxPages = 20;  // a person chooses; larger directories are written by hand

// In the order of the domain's vocabulary (words.inc).
constexpr std::array kMeasureCodes = {"TESTIMONY",
                                      "VIDEO_HEARING",
                                      "PHONE_HEARING",
                                      "SUSPECT_STATEMENT",
                                      "EXPERT_OPINION",
                                      "SERVICE_OF_DOCUMENTS",
                                      "LOCATE_IDENTIFY_PERSON",
                                      "IDENTIFY_VICTIM",
                                      "DOCUMENTS_RECORDS",
                                      "CRIMINAL_RECORD",
                                      "BANK_ACCOUNT_IDENTIFICATION",
                                      "BANK_TRANSACTIONS",
                                      "SEARCH",
                                      "SEIZURE",
                                      "ASSET_TRACING",
                                      "ASSET_FREEZING",
                                      "CONFISCATION",
                                      "PROTECTION_MEASURE",
                                      "DATA_PRESERVATION",
                                      "OTHER"};

bool IsInForce(const v1::InstrumentRelation& relation, const std::string& a, const std::string& b) {
  return relation.status() == v1::INSTRUMENT_STATUS_IN_FORCE &&
         ((relation.country() == a && relation.other_country() == b) ||
          (relation.country() == b && relation.other_country() == a));
}

bool HasEffect(const v1::Instrument& instrument, absl::string_view channel) {
  const bool interinstitutional = instrument.effect() == v1::CHANNEL_EFFECT_INTERINSTITUTIONAL;
  return channel == "INTERINSTITUTIONAL" ? interinstitutional : !interinstitutional;
}

std::string PartiesOf(const v1::Case& value, const std::string& ours) {
  std::vector<std::string> others;
  for (const v1::CaseParty& party : value.parties()) {
    if (party.authority() != ours) others.push_back(party.authority());
  }
  return absl::StrJoin(others, ", ");
}

// The measures with their states, which is by what a person knows a case.
std::string CaseLabel(const v1::Case& value, const std::string& ours, Language language) {
  std::vector<std::string> measures;
  for (const v1::Measure& measure : value.measures()) {
    measures.push_back(absl::StrCat(WordFor(measure.code(), language),
                                    " (",
                                    WordFor(MeasureStateCode(measure.state()), language),
                                    ")"));
  }
  if (measures.empty()) measures.push_back(WordFor(CaseTypeCode(value.case_type()), language));
  return absl::StrCat(PartiesOf(value, ours),
                      ": ",
                      absl::StrJoin(measures, ", "),
                      "; ",
                      InstantText(value.updated_unix_ms()).substr(0, 10));
}

}  // namespace

DirectoryChoices::DirectoryChoices(client::Office* office, Language language)
    : office_(office),
      language_(language),
      directory_(office == nullptr ? "" : office->profile().state,
                 office == nullptr ? nullptr : &office->connection()) {}

const std::vector<v1::Authority>& DirectoryChoices::Authorities() {
  if (authorities_.has_value()) return *authorities_;
  authorities_.emplace();
  v1::ListAuthoritiesRequest request;
  request.set_page_size(kPageSize);
  for (int number = 0; office_ != nullptr && number < kMaxPages; ++number) {
    const auto page = directory_.Ask(&v1::DirectoryService::Stub::ListAuthorities,
                                     request,
                                     absl::StrCat("authorities/", number));
    if (!page.ok()) break;
    authorities_->insert(
        authorities_->end(), page->authorities().begin(), page->authorities().end());
    request.set_page_token(page->next_page_token());
    if (request.page_token().empty()) break;
  }
  std::sort(authorities_->begin(), authorities_->end(), [](const auto& a, const auto& b) {
    return std::tie(a.country(), a.id()) < std::tie(b.country(), b.id());
  });
  return *authorities_;
}

// The same answers, under the same names, as lint keeps (office_lint.cc).
const std::vector<v1::Instrument>& DirectoryChoices::Instruments() {
  if (instruments_.has_value()) return *instruments_;
  instruments_.emplace();
  v1::ListInstrumentsRequest request;
  request.set_page_size(kPageSize);
  for (int number = 0; office_ != nullptr && number < kMaxPages; ++number) {
    const auto page = directory_.Ask(&v1::DirectoryService::Stub::ListInstruments,
                                     request,
                                     absl::StrCat("instruments/", number));
    if (!page.ok()) break;
    instruments_->insert(
        instruments_->end(), page->instruments().begin(), page->instruments().end());
    request.set_page_token(page->next_page_token());
    if (request.page_token().empty()) break;
  }
  return *instruments_;
}

const std::vector<v1::Case>& DirectoryChoices::Cases() {
  if (cases_.has_value()) return *cases_;
  cases_.emplace();
  v1::ListCasesRequest request;
  request.set_page_size(kPageSize);
  request.set_state(v1::CASE_STATE_OPEN);
  for (int number = 0; office_ != nullptr && number < kMaxPages; ++number) {
    client::Connection& hub = office_->connection();
    const auto page = hub.Call(hub.exchange(), &v1::ExchangeService::Stub::ListCases, request);
    if (!page.ok()) break;
    cases_->insert(cases_->end(), page->cases().begin(), page->cases().end());
    request.set_page_token(page->next_page_token());
    if (request.page_token().empty()) break;
  }
  std::stable_sort(cases_->begin(), cases_->end(), [](const v1::Case& a, const v1::Case& b) {
    return a.updated_unix_ms() > b.updated_unix_ms();
  });
  return *cases_;
}

const v1::Case* DirectoryChoices::FindCase(const std::string& case_id) {
  for (const v1::Case& value : Cases()) {
    if (value.case_id() == case_id) return &value;
  }
  return nullptr;
}

const v1::Authority* DirectoryChoices::FindAuthority(const std::string& authority) {
  for (const v1::Authority& one : Authorities()) {
    if (one.id() == authority) return &one;
  }
  return nullptr;
}

std::string DirectoryChoices::CountryOf(const std::string& authority) {
  const v1::Authority* found = FindAuthority(authority);
  return found == nullptr ? "" : found->country();
}

// What is not known rules nothing out.
bool DirectoryChoices::IsBetween(const v1::Instrument& instrument, const std::string& recipient) {
  const std::string ours = office_ == nullptr ? "" : CountryOf(office_->profile().authority);
  const std::string theirs = CountryOf(recipient);
  if (ours.empty() || theirs.empty() || ours == theirs) return true;
  return std::any_of(instrument.relations().begin(),
                     instrument.relations().end(),
                     [&](const auto& relation) { return IsInForce(relation, ours, theirs); });
}

std::vector<Choice> DirectoryChoices::Recipients() {
  std::vector<Choice> choices;
  for (const v1::Authority& authority : Authorities()) {
    if (office_ != nullptr && authority.id() == office_->profile().authority) continue;
    choices.push_back(
        {authority.id(), absl::StrCat(authority.name(), " (", authority.country(), ")")});
  }
  return choices;
}

std::vector<Choice> DirectoryChoices::LegalBases(const std::string& recipient,
                                                 absl::string_view channel,
                                                 const std::vector<std::string>& measures) {
  const v1::Authority* ours =
      office_ == nullptr ? nullptr : FindAuthority(office_->profile().authority);
  std::vector<Choice> choices, refused;
  for (const v1::Instrument& instrument : Instruments()) {
    if (!instrument.legal_basis() || !IsBetween(instrument, recipient)) continue;
    const bool word = HasContentWord(instrument.id());  // RECIPROCITY is no treaty with a title
    const std::string title =
        word ? ContentWord(instrument.id(), "", language_) : instrument.title();
    const std::string why =
        channel == "FORMAL"
            ? WhyNotFormally(instrument, ours, FindAuthority(recipient), measures, language_)
            : "";
    if (why.empty()) {
      choices.push_back({instrument.id(), title});
    } else {
      refused.push_back({instrument.id(), absl::StrCat(title, " - ", why)});
    }
  }
  choices.insert(choices.end(), refused.begin(), refused.end());
  return choices;
}

std::vector<Choice> DirectoryChoices::ChannelBases(const std::string& recipient,
                                                   absl::string_view channel) {
  std::vector<Choice> choices;
  for (const v1::Instrument& instrument : Instruments()) {
    if (!instrument.channel_basis() || !HasEffect(instrument, channel) ||
        !IsBetween(instrument, recipient)) {
      continue;
    }
    choices.push_back({instrument.id(), instrument.title()});
  }
  return choices;
}

std::vector<Choice> DirectoryChoices::OpenCases() {
  std::vector<Choice> choices;
  const std::string ours = office_ == nullptr ? "" : office_->profile().authority;
  for (const v1::Case& value : Cases()) {
    choices.push_back({value.case_id(), CaseLabel(value, ours, language_)});
  }
  return choices;
}

std::vector<Choice> DirectoryChoices::ActsToAnswer(const std::string& case_id) {
  std::vector<Choice> choices;
  if (office_ == nullptr || case_id.empty()) return choices;
  v1::ListActsRequest request;
  request.set_case_id(case_id);
  request.set_page_size(kPageSize);
  client::Connection& hub = office_->connection();
  const auto found = hub.Call(hub.exchange(), &v1::ExchangeService::Stub::ListActs, request);
  if (!found.ok()) return choices;
  for (const v1::ActSummary& act : found->acts()) {
    const auto header = ParseHeader(act.header());
    if (!header.ok() || header->sender() == office_->profile().authority) continue;
    choices.push_back({header->act_id(),
                       absl::StrCat(header->sender(),
                                    ": ",
                                    WordFor(KindCode(header->kind()), language_),
                                    ", ",
                                    InstantText(act.recorded_unix_ms()).substr(0, 10))});
  }
  std::reverse(choices.begin(), choices.end());
  return choices;
}

std::vector<Choice> DirectoryChoices::MeasuresOf(const std::string& case_id) {
  std::vector<Choice> choices;
  const v1::Case* found = FindCase(case_id);
  if (found == nullptr) return choices;
  for (const v1::Measure& measure : found->measures()) {
    choices.push_back({absl::StrCat(measure.ordinal()),
                       absl::StrCat(WordFor(measure.code(), language_),
                                    " (",
                                    WordFor(MeasureStateCode(measure.state()), language_),
                                    ")")});
  }
  return choices;
}

std::vector<Choice> DirectoryChoices::MeasureCodes() const {
  std::vector<Choice> choices;
  for (const char* code : kMeasureCodes) choices.push_back({code, WordFor(code, language_)});
  return choices;
}

std::string DirectoryChoices::CodeOf(const std::string& case_id, uint32_t number) {
  const v1::Case* found = FindCase(case_id);
  if (found == nullptr) return "";
  for (const v1::Measure& measure : found->measures()) {
    if (measure.ordinal() == number) return measure.code();
  }
  return "";
}

std::vector<std::string> DirectoryChoices::LanguagesOf(const std::string& authority) {
  for (const v1::Authority& one : Authorities()) {
    if (one.id() == authority) return {one.languages().begin(), one.languages().end()};
  }
  return {};
}

std::string DirectoryChoices::ContentLanguage(Language language) {
  const std::string tag = LanguageTag(language);
  if (office_ == nullptr) return tag;
  for (const std::string& own : LanguagesOf(office_->profile().authority)) {
    if (own.substr(0, 2) == tag) return own;
  }
  return tag;
}

}  // namespace rogatoria::cli
