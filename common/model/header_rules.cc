#include "common/model/header_rules.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/model/act_kind.h"
#include "common/model/ids.h"

namespace rogatoria::header_rules {
namespace {

using v1::ActHeader;

struct TextRule {
  absl::string_view field;
  const std::string& (ActHeader::*get)() const;
  bool required;
  bool (*accepts)(absl::string_view);
  absl::string_view accepted;
};

constexpr TextRule kTextRules[] = {
    {"trust_domain",
     &ActHeader::trust_domain,
     true,
     IsTrustDomain,
     "the hub's trust domain, such as rogatoria.example"},
    {"act_id", &ActHeader::act_id, true, IsActId, "<sender authority>/<uuid in lower case>"},
    {"case_id", &ActHeader::case_id, true, IsActId, "the id of the act that opened the case"},
    {"sender", &ActHeader::sender, true, IsAuthorityId, "an authority id, such as pt-pgr"},
    {"channel_basis",
     &ActHeader::channel_basis,
     false,
     IsInstrumentId,
     "an instrument id, such as COMJIB-MEDELLIN-2019, or nothing"},
    {"language", &ActHeader::language, true, IsLanguageTag, "a BCP 47 tag, such as pt-PT"},
    {"in_reply_to", &ActHeader::in_reply_to, false, IsActId, "an act id, or nothing"},
    {"confirmation_due",
     &ActHeader::confirmation_due,
     false,
     IsCivilDate,
     "a day, such as 2026-12-31, or nothing"},
};

// An enumeration: how to read it, which numbers are known, whether 0 is valid.
struct CodeRule {
  absl::string_view field;
  int (*get)(const ActHeader&);
  bool (*known)(int);
  bool required;
  absl::string_view accepted;
};

bool IsKnownKind(int value) {
  return FindActKind(static_cast<v1::ActKind>(value)) != nullptr;
}

constexpr CodeRule kCodeRules[] = {
    {"channel_class",
     [](const ActHeader& h) -> int { return h.channel_class(); },
     v1::ChannelClass_IsValid,
     true,
     "FORMAL, INTERINSTITUTIONAL or INFORMAL"},
    {"case_type",
     [](const ActHeader& h) -> int { return h.case_type(); },
     v1::CaseType_IsValid,
     true,
     "MLA, SPONTANEOUS, CONSULTATION, PRESERVATION, JIT or REFERRAL"},
    {"kind",
     [](const ActHeader& h) -> int { return h.kind(); },
     IsKnownKind,
     true,
     "a kind of act that this version knows"},
    {"deadline_effect",
     [](const ActHeader& h) -> int { return h.deadline_effect(); },
     v1::DeadlineEffect_IsValid,
     false,
     "nothing, INTERRUPTS or SUSPENDS"},
    {"data_class",
     [](const ActHeader& h) -> int { return h.data_class(); },
     v1::DataClass_IsValid,
     true,
     "NONE, ADMINISTRATIVE, OPERATIONAL or SENSITIVE"},
    {"insist",
     [](const ActHeader& h) -> int { return h.insist(); },
     v1::InsistReason_IsValid,
     false,
     "nothing, OTHER_CHANNEL, LEGAL_DUTY, CORRECTION, CROSSED or SAFETY"},
};

constexpr int64_t kLastInstant = 253402300799999;  // 9999-12-31T23:59:59.999Z
constexpr uint64_t kLastCounter = 1ULL << 53;      // exact in every language's numbers

struct NumberRule {
  absl::string_view field;
  uint64_t (*get)(const ActHeader&);
  uint64_t least, most;
  absl::string_view accepted;
};

// A negative instant reads as a number that is too large.
constexpr NumberRule kNumberRules[] = {
    {"case_position_seen",
     [](const ActHeader& h) -> uint64_t { return h.case_position_seen(); },
     0,
     kLastCounter,
     "at most 2^53"},
    {"directory_log_size",
     [](const ActHeader& h) -> uint64_t { return h.directory_log_size(); },
     0,
     kLastCounter,
     "at most 2^53"},
    {"created_unix_ms",
     [](const ActHeader& h) { return static_cast<uint64_t>(h.created_unix_ms()); },
     1,
     kLastInstant,
     "milliseconds since 1970 UTC"},
};

// An article, never prose: 18, 18(4)-(5), 6.2, 18bis. A word of more than seven letters is prose.
bool IsArticle(absl::string_view text) {
  constexpr size_t kMaxBytes = 32;
  constexpr int kMaxLetters = 7;
  constexpr absl::string_view kMarks = "0123456789()-.,";
  if (text.size() > kMaxBytes) return false;
  int letters = 0;
  for (char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && kMarks.find(c) == absl::string_view::npos) return false;
    letters = letter ? letters + 1 : 0;
    if (letters > kMaxLetters) return false;
  }
  return true;
}

bool Opens(const ActHeader& header) {
  return header.act_id() == header.case_id();
}

// "ADMITTED, REFUSED or POSTPONED".
std::string OneOfOutcomes(absl::Span<const v1::MeasureOutcome> outcomes) {
  constexpr absl::string_view kPrefix = "MEASURE_OUTCOME_";
  std::string text;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (i > 0) text += i + 1 == outcomes.size() ? " or " : ", ";
    text += v1::MeasureOutcome_Name(outcomes[i]).substr(kPrefix.size());
  }
  return text;
}

absl::Status CheckOutcome(const ActHeader& header, int index) {
  const auto accepted = OutcomesOf(header.kind());
  const v1::MeasureOutcome outcome = header.measures(index).outcome();
  const std::string field = Indexed("measures", index, "outcome");
  if (accepted.empty()) {
    return outcome == 0 ? absl::OkStatus() : Invalid(field, "nothing for this kind of act");
  }
  if (std::find(accepted.begin(), accepted.end(), outcome) != accepted.end()) {
    return absl::OkStatus();
  }
  return Invalid(field, OneOfOutcomes(accepted));
}

absl::Status CheckMeasure(const ActHeader& header, int index) {
  const v1::MeasureRef& measure = header.measures(index);
  const uint32_t before = index == 0 ? 0 : header.measures(index - 1).ordinal();
  if (measure.ordinal() == 0 || measure.ordinal() > limits::kMaxMeasures) {
    return Invalid(Indexed("measures", index, "ordinal"),
                   absl::StrCat("1 to ", limits::kMaxMeasures));
  }
  if (measure.ordinal() <= before) {
    return Invalid(Indexed("measures", index, "ordinal"), "ascending, each once");
  }
  if (Opens(header) && measure.ordinal() != before + 1) {
    return Invalid(Indexed("measures", index, "ordinal"), "1, 2, 3 ... without gaps");
  }
  if (!IsMeasureCode(measure.code())) {
    return Invalid(Indexed("measures", index, "code"), "a code, such as VIDEO_HEARING");
  }
  return CheckOutcome(header, index);
}

// What an act that opens a case must look like.
absl::Status CheckOpening(const ActHeader& header, const ActKindTraits& kind) {
  if (!kind.opens_case) {
    return Invalid("case_id",
                   absl::StrCat("the id of an existing case: ", kind.name, " does not open one"));
  }
  if (header.case_type() != kind.opens_type) {
    return Invalid("case_type", absl::StrCat(kind.name, " opens a case of another type"));
  }
  if (header.case_position_seen() != 0) {
    return Invalid("case_position_seen", "0 when the act opens its case");
  }
  if (!header.in_reply_to().empty()) {
    return Invalid("in_reply_to",
                   "nothing when the act opens its case; name the case it comes "
                   "from in related_cases");
  }
  if (header.insist() != v1::INSIST_REASON_UNSPECIFIED) {
    return Invalid("insist", "nothing when the act opens its case");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckTexts(const ActHeader& header) {
  for (const TextRule& rule : kTextRules) {
    const std::string& value = (header.*rule.get)();
    if (value.empty()) {
      if (rule.required) return Missing(rule.field, rule.accepted);
    } else if (!rule.accepts(value)) {
      return Invalid(rule.field, rule.accepted);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckCodes(const ActHeader& header) {
  for (const CodeRule& rule : kCodeRules) {
    const int value = rule.get(header);
    if (value == 0 && rule.required) return Missing(rule.field, rule.accepted);
    if (value != 0 && !rule.known(value)) return Invalid(rule.field, rule.accepted);
  }
  return absl::OkStatus();
}

absl::Status CheckNumbers(const ActHeader& header) {
  for (const NumberRule& rule : kNumberRules) {
    const uint64_t value = rule.get(header);
    if (value < rule.least || value > rule.most) return Invalid(rule.field, rule.accepted);
  }
  return absl::OkStatus();
}

absl::Status CheckLegalBasis(const ActHeader& header) {
  if (!header.has_legal_basis()) {
    if (FindActKind(header.kind())->needs_legal_basis) {
      return Missing("legal_basis", "the instrument that carries the request; RECIPROCITY if none");
    }
    return header.channel_class() == v1::CHANNEL_CLASS_FORMAL
               ? Missing("legal_basis", "every formal act names its instrument")
               : absl::OkStatus();
  }
  if (!IsInstrumentId(header.legal_basis().instrument())) {
    return Invalid("legal_basis.instrument", "an instrument id, such as UN-TIP-2000");
  }
  if (!IsArticle(header.legal_basis().article())) {
    return Invalid("legal_basis.article", "an article, such as 18 or 18(4)-(5); no prose");
  }
  return absl::OkStatus();
}

absl::Status CheckMeasures(const ActHeader& header) {
  const ActKindTraits& kind = *FindActKind(header.kind());
  const auto size = static_cast<size_t>(header.measures_size());
  if (size == 0 && kind.needs_measures) return Missing("measures", "at least one measure");
  if (size > 0 && !kind.allows_measures) {
    return Invalid("measures", absl::StrCat("none: ", kind.name, " is about a case as a whole"));
  }
  if (size > limits::kMaxMeasures) {
    return Error(Reason::LIMIT_EXCEEDED)
        .Field("measures")
        .Accepted(absl::StrCat("at most ", limits::kMaxMeasures));
  }
  for (int i = 0; i < header.measures_size(); ++i) ROG_RETURN_IF_ERROR(CheckMeasure(header, i));
  return absl::OkStatus();
}

absl::Status CheckUrgency(const ActHeader& header) {
  if (!header.has_urgency()) return absl::OkStatus();
  const v1::Urgency& urgency = header.urgency();
  const bool routine = urgency.level() == v1::URGENCY_LEVEL_UNSPECIFIED;
  if (!v1::UrgencyLevel_IsValid(urgency.level())) {
    return Invalid("urgency.level", "nothing, URGENT or EMERGENCY");
  }
  if (!v1::UrgencyReason_IsValid(urgency.reason())) {
    return Invalid("urgency.reason", "a coded reason");
  }
  if (!routine && urgency.reason() == v1::URGENCY_REASON_UNSPECIFIED) {
    return Missing("urgency.reason", "a coded reason");
  }
  if (urgency.wished_by_unix_ms() < 0 || urgency.wished_by_unix_ms() > kLastInstant) {
    return Invalid("urgency.wished_by_unix_ms", "milliseconds since 1970 UTC, or nothing");
  }
  if (routine && urgency.wished_by_unix_ms() == 0) {
    return Invalid("urgency", "left out when the act is routine and no date is wished");
  }
  return absl::OkStatus();
}

absl::Status CheckTogether(const ActHeader& header) {
  const std::string& act_id = header.act_id();
  if (act_id.compare(0, act_id.find('/'), header.sender()) != 0) {
    return Invalid("act_id", "an id that starts with the sender's authority id");
  }
  if (header.in_reply_to() == act_id) return Invalid("in_reply_to", "an act other than this one");
  if (!header.confirmation_due().empty() && !header.originals_follow()) {
    return Invalid("confirmation_due", "nothing, unless originals follow on paper");
  }
  if (Opens(header)) return CheckOpening(header, *FindActKind(header.kind()));
  if (header.case_position_seen() == 0) {
    return Invalid("case_position_seen", "the number of acts of the case that were seen, from 1");
  }
  return absl::OkStatus();
}

}  // namespace rogatoria::header_rules
