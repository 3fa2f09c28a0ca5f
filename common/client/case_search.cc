#include "common/client/case_search.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace rogatoria::client {
namespace {

// The letters U+00C0 to U+017F (Latin-1 and Latin Extended-A) without their accents; a dot: as it
// is.
constexpr absl::string_view kPlain =
    "aaaaaaaceeeeiiiidnooooo.ouuuuy..aaaaaaaceeeeiiiidnooooo.ouuuuy.y"   // C0 to FF
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkk.lllllll"   // 100 to 13F
    "lllnnnnnn...oooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";  // 140 to 17F
constexpr unsigned kFirstLetter = 0xc0;

// The code point of a sequence of two octets; 0 for anything else.
unsigned TwoOctets(absl::string_view text) {
  if (text.size() < 2) return 0;
  const auto first = static_cast<uint8_t>(text[0]);
  const auto second = static_cast<uint8_t>(text[1]);
  if ((first & 0xe0) != 0xc0 || (second & 0xc0) != 0x80) return 0;
  return (static_cast<unsigned>(first & 0x1f) << 6) | (second & 0x3fU);
}

// What is looked through.
std::string Haystack(const KeptAct& act) {
  return FoldText(
      absl::StrCat(act.subject, "\n", act.reference, "\n", act.act_id, "\n", act.case_id));
}

bool Earlier(const KeptAct* a, const KeptAct* b) {
  return std::pair(a->created_unix_ms, a->act_id) < std::pair(b->created_unix_ms, b->act_id);
}

// `acts` of one case, by time.
KeptCase Summary(const std::vector<const KeptAct*>& acts, const std::string& authority) {
  KeptCase summary;
  std::set<std::string> counterparts;
  for (const KeptAct* act : acts) {
    for (std::string& other : CounterpartsOf(*act, authority)) counterparts.insert(other);
    if (summary.subject.empty()) summary.subject = act->subject;
    if (summary.reference.empty()) summary.reference = act->reference;
  }
  for (const KeptAct* act : acts) {
    if (act->sender != authority || act->reference.empty()) continue;
    summary.reference = act->reference;
    break;
  }
  summary.case_id = acts.front()->case_id;
  summary.counterparts.assign(counterparts.begin(), counterparts.end());
  summary.act_count = acts.size();
  summary.opened_unix_ms = acts.front()->created_unix_ms;
  summary.updated_unix_ms = acts.back()->created_unix_ms;
  return summary;
}

}  // namespace

static_assert(kPlain.size() == 0x180 - kFirstLetter);

std::string FoldText(absl::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  while (!text.empty()) {
    const unsigned letter = TwoOctets(text);
    if (letter >= kFirstLetter && letter < 0x180 && kPlain[letter - kFirstLetter] != '.') {
      folded.push_back(kPlain[letter - kFirstLetter]);
      text.remove_prefix(2);
      continue;
    }
    folded.push_back(absl::ascii_tolower(static_cast<unsigned char>(text.front())));
    text.remove_prefix(1);
  }
  return folded;
}

std::vector<std::string> CounterpartsOf(const KeptAct& act, absl::string_view authority) {
  std::vector<std::string> others;
  if (act.sender != authority) others.push_back(act.sender);
  for (const std::string& recipient : act.recipients)
    if (recipient != authority) others.push_back(recipient);
  return others;
}

ActMatcher::ActMatcher(const CaseQuery& query, std::string authority)
    : query_(query), authority_(std::move(authority)) {
  words_ = absl::StrSplit(FoldText(query_.text), absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
}

bool ActMatcher::Matches(const KeptAct& act) const {
  if (!query_.case_id.empty() && act.case_id != query_.case_id) return false;
  if (act.created_unix_ms < query_.from_unix_ms || act.created_unix_ms >= query_.until_unix_ms)
    return false;
  if (!query_.counterpart.empty()) {
    const std::vector<std::string> others = CounterpartsOf(act, authority_);
    if (std::find(others.begin(), others.end(), query_.counterpart) == others.end()) return false;
  }
  if (words_.empty()) return true;
  const std::string haystack = Haystack(act);
  return std::all_of(words_.begin(), words_.end(), [&](const std::string& word) {
    return absl::StrContains(haystack, word);
  });
}

std::vector<KeptCase> CasesOf(const std::vector<const KeptAct*>& acts,
                              const ActMatcher& matcher,
                              const std::string& authority) {
  std::set<absl::string_view> wanted;
  for (const KeptAct* act : acts)
    if (matcher.Matches(*act)) wanted.insert(act->case_id);
  std::map<absl::string_view, std::vector<const KeptAct*>> by_case;
  for (const KeptAct* act : acts)
    if (wanted.contains(act->case_id)) by_case[act->case_id].push_back(act);
  std::vector<KeptCase> cases;
  for (auto& [case_id, of_case] : by_case) {
    std::sort(of_case.begin(), of_case.end(), Earlier);
    cases.push_back(Summary(of_case, authority));
  }
  std::sort(cases.begin(), cases.end(), [](const KeptCase& a, const KeptCase& b) {
    return std::pair(b.updated_unix_ms, a.case_id) < std::pair(a.updated_unix_ms, b.case_id);
  });
  return cases;
}

}  // namespace rogatoria::client
