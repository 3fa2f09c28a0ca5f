#include "common/model/evidence.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "common/base/status_macros.h"
#include "common/model/act_kind.h"
#include "common/model/ids.h"
#include "common/model/line_text.h"

namespace rogatoria {
namespace {

using line_text::IsSha256Hex;

constexpr absl::string_view kFirstLine = "rogatoria-evidence v1";

// In the order of StatedEffect.
constexpr absl::string_view kEffectNames[] = {
    "NO_FORMAL_EFFECT", "INTERINSTITUTIONAL", "FORMAL", "FORMAL_ORIGINAL", "FORMAL_UNSETTLED"};

template <typename E>
struct Named {
  E value;
  absl::string_view name;
};

constexpr Named<v1::TransportEvent> kEvents[] = {
    {v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE, "A.1"},
    {v1::TRANSPORT_EVENT_SUBMISSION_REJECTION, "A.2"},
    {v1::TRANSPORT_EVENT_RELAY_ACCEPTANCE, "B.1"},
    {v1::TRANSPORT_EVENT_RELAY_REJECTION, "B.2"},
    {v1::TRANSPORT_EVENT_RELAY_FAILURE, "B.3"},
    {v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT, "D.1"},
    {v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT_FAILURE, "D.2"},
    {v1::TRANSPORT_EVENT_CONTENT_HANDOVER, "E.1"},
    {v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE, "E.2"},
    {v1::TRANSPORT_EVENT_DEADLINE_MISSED, "X.1"},
};
constexpr Named<v1::ActDisposition> kDispositions[] = {
    {v1::ACT_DISPOSITION_IN_SEQUENCE, "IN_SEQUENCE"},
    {v1::ACT_DISPOSITION_OUT_OF_SEQUENCE, "OUT_OF_SEQUENCE"},
    {v1::ACT_DISPOSITION_CROSSED, "CROSSED"},
    {v1::ACT_DISPOSITION_REFUSED, "REFUSED"},
};
constexpr Named<v1::ChannelClass> kChannelClasses[] = {
    {v1::CHANNEL_CLASS_FORMAL, "FORMAL"},
    {v1::CHANNEL_CLASS_INTERINSTITUTIONAL, "INTERINSTITUTIONAL"},
    {v1::CHANNEL_CLASS_INFORMAL, "INFORMAL"},
};

template <typename E, size_t N>
absl::string_view NameOf(const Named<E> (&table)[N], E value) {
  for (const Named<E>& row : table) {
    if (row.value == value) return row.name;
  }
  return "";
}

template <typename E, size_t N>
bool ReadName(const Named<E> (&table)[N], absl::string_view text, E& value) {
  for (const Named<E>& row : table) {
    if (row.name != text) continue;
    value = row.value;
    return true;
  }
  return false;
}

bool ReadEffect(absl::string_view text, StatedEffect& effect) {
  for (size_t i = 0; i < std::size(kEffectNames); ++i) {
    if (kEffectNames[i] != text) continue;
    effect = static_cast<StatedEffect>(i);
    return true;
  }
  return false;
}

bool ReadInstant(absl::string_view text, Instant& instant) {
  const auto parsed = Instant::FromString(text);
  if (parsed.ok()) instant = *parsed;
  return parsed.ok();
}

bool ReadKind(absl::string_view text, v1::ActKind& kind) {
  const ActKindTraits* traits = FindActKind(text);
  if (traits != nullptr) kind = traits->kind;
  return traits != nullptr;
}

bool ReadText(absl::string_view text, std::string& value, bool (*accepted)(absl::string_view)) {
  value = std::string(text);
  return text.empty() || accepted(text);
}

bool ReadVersion(absl::string_view text, uint32_t& version) {
  uint64_t number = 0;
  if (!text.empty() && (!line_text::ParseNumber(text, number) || number == 0)) return false;
  version = static_cast<uint32_t>(number);
  return number == version;
}

// Values that name things outside: printable, no spaces.
bool IsWord(absl::string_view text) {
  for (char c : text) {
    if (c <= ' ' || c > '~') return false;
  }
  return text != "-" && text.size() <= 255;
}

bool IsSignerKind(absl::string_view text) {
  return text == "USER" || text == "ORGANISATION_SEAL";
}

// Numbers from 1 with commas between, ascending, each once.
bool ReadMeasures(absl::string_view text, std::vector<uint32_t>& measures) {
  if (text.empty()) return true;
  for (absl::string_view item : absl::StrSplit(text, ',')) {
    uint64_t number = 0;
    if (!line_text::ParseNumber(item, number) || number == 0 || number > UINT32_MAX) return false;
    if (!measures.empty() && number <= measures.back()) return false;
    measures.push_back(static_cast<uint32_t>(number));
  }
  return true;
}

// Of the lines that must say something.
bool ReadSomeText(absl::string_view text, std::string& value, bool (*accepted)(absl::string_view)) {
  return !text.empty() && ReadText(text, value, accepted);
}

std::string VersionText(uint32_t version) {
  return version == 0 ? "" : absl::StrCat(version);
}

// One line: its name, how its value is written, how it is read, and what is accepted.
struct Line {
  absl::string_view name;
  std::string (*get)(const Evidence&);
  bool (*set)(absl::string_view, Evidence&);
  absl::string_view accepted;
};

#define ROG_TEXT_LINE(name, member, check, accepted)                                            \
  {                                                                                             \
    name, [](const Evidence& e) { return e.member; },                                           \
        [](absl::string_view t, Evidence& e) { return ReadText(t, e.member, check); }, accepted \
  }
#define ROG_NAME_LINE(name, member, table, accepted)                                            \
  {                                                                                             \
    name, [](const Evidence& e) { return std::string(NameOf(table, e.member)); },               \
        [](absl::string_view t, Evidence& e) { return ReadName(table, t, e.member); }, accepted \
  }

constexpr absl::string_view kSha = "64 lower-case hexadecimal digits";
constexpr absl::string_view kWord = "printable ASCII without spaces";

// clang-format off
const Line kLines[] = {
  ROG_NAME_LINE("event", event, kEvents, "a code of EN 319 522, such as D.1, or X.1"),
  {"instant", [](const Evidence& e) { return e.instant.ToString(); },
   [](absl::string_view t, Evidence& e) { return ReadInstant(t, e.instant); },
   "such as 2026-11-24T21:11:50.123Z"},
  ROG_TEXT_LINE("trust-domain", trust_domain, IsWord, kWord),
  ROG_TEXT_LINE("governing-law", governing_law, IsWord, kWord),
  ROG_TEXT_LINE("act", act_id, IsActId, "an act id"),
  ROG_TEXT_LINE("case", case_id, IsActId, "a case id"),
  {"kind", [](const Evidence& e) {
     const ActKindTraits* traits = FindActKind(e.kind);
     return traits == nullptr ? std::string() : std::string(traits->name);
   },
   [](absl::string_view t, Evidence& e) { return ReadKind(t, e.kind); },
   "a kind of act"},
  {"case-position", [](const Evidence& e) { return absl::StrCat(e.case_position); },
   [](absl::string_view t, Evidence& e) { return line_text::ParseNumber(t, e.case_position); },
   "a number without leading zeros"},
  ROG_NAME_LINE("disposition", disposition, kDispositions, "IN_SEQUENCE, OUT_OF_SEQUENCE, CROSSED or REFUSED"),
  ROG_TEXT_LINE("sender", sender, IsAuthorityId, "an authority id"),
  ROG_TEXT_LINE("recipient", recipient, IsAuthorityId, "an authority id, or -"),
  ROG_NAME_LINE("channel-class", channel_class, kChannelClasses, "FORMAL, INTERINSTITUTIONAL or INFORMAL"),
  ROG_TEXT_LINE("legal-basis", legal_basis, IsInstrumentId, "an instrument id, or -"),
  ROG_TEXT_LINE("channel-basis", channel_basis, IsInstrumentId, "an instrument id, or -"),
  {"effect", [](const Evidence& e) { return std::string(StatedEffectName(e.effect)); },
   [](absl::string_view t, Evidence& e) { return ReadEffect(t, e.effect); },
   "NO_FORMAL_EFFECT, INTERINSTITUTIONAL, FORMAL or FORMAL_ORIGINAL"},
  ROG_TEXT_LINE("header-sha256", header_sha256, IsSha256Hex, kSha),
  ROG_TEXT_LINE("content-sha256", content_sha256, IsSha256Hex, kSha),
  ROG_TEXT_LINE("signer-sha256", signer_sha256, IsSha256Hex, kSha),
  {"signed-by", [](const Evidence& e) { return std::string(e.signed_by_user ? "USER" : "ORGANISATION_SEAL"); },
   [](absl::string_view t, Evidence& e) { e.signed_by_user = t == "USER"; return IsSignerKind(t); },
   "USER or ORGANISATION_SEAL"},
  ROG_TEXT_LINE("legal-date", legal_date.date, IsCivilDate, "a day, such as 2026-11-25, or -"),
  ROG_TEXT_LINE("legal-date-rule", legal_date.rule, IsMeasureCode, "NEXT_WORKING_DAY, EXACT_INSTANT or -"),
  ROG_TEXT_LINE("time-zone", legal_date.time_zone, IsWord, "an IANA time zone, or -"),
  ROG_TEXT_LINE("calendar", legal_date.calendar, IsWord, "a calendar id, or -"),
  {"calendar-version", [](const Evidence& e) { return VersionText(e.legal_date.calendar_version); },
   [](absl::string_view t, Evidence& e) { return ReadVersion(t, e.legal_date.calendar_version); },
   "a number from 1, or -"},
  ROG_TEXT_LINE("calendar-sha256", legal_date.calendar_sha256, IsSha256Hex, kSha),
  ROG_TEXT_LINE("tzdata", legal_date.tzdata_version, IsWord, "a version, such as 2024a, or -"),
  ROG_TEXT_LINE("reason", reason, IsMeasureCode, "a reason code, or -"),
  ROG_TEXT_LINE("acknowledgement-sha256", acknowledgement_sha256, IsSha256Hex, kSha),
};

// What follows them in an X.1 and in nothing else.
const Line kMissedLines[] = {
  {"clock", [](const Evidence& e) { return e.missed.clock; },
   [](absl::string_view t, Evidence& e) { return ReadSomeText(t, e.missed.clock, IsMeasureCode); },
   "a clock, such as EXECUTE"},
  {"deadline-profile", [](const Evidence& e) { return e.missed.profile; },
   [](absl::string_view t, Evidence& e) { return ReadSomeText(t, e.missed.profile, IsWord); },
   kWord},
  {"due", [](const Evidence& e) { return e.missed.due.ToString(); },
   [](absl::string_view t, Evidence& e) { return ReadInstant(t, e.missed.due); },
   "such as 2026-11-24T21:11:50.123Z"},
  {"measures", [](const Evidence& e) { return absl::StrJoin(e.missed.measures, ","); },
   [](absl::string_view t, Evidence& e) { return ReadMeasures(t, e.missed.measures); },
   "ordinals from 1, ascending, with commas between, or -"},
  {"concerned", [](const Evidence& e) { return e.missed.concerned; },
   [](absl::string_view t, Evidence& e) { return ReadSomeText(t, e.missed.concerned, IsAuthorityId); },
   "an authority id"},
};
// clang-format on
#undef ROG_TEXT_LINE
#undef ROG_NAME_LINE

// The lines that evidence of this event has after the common ones.
absl::Span<const Line> LinesOf(v1::TransportEvent event) {
  return event == v1::TRANSPORT_EVENT_DEADLINE_MISSED ? absl::MakeConstSpan(kMissedLines)
                                                      : absl::Span<const Line>();
}

absl::Status ReadLines(absl::Span<const Line> lines,
                       line_text::Reader& reader,
                       Evidence& evidence) {
  for (const Line& line : lines) {
    absl::string_view value;
    ROG_RETURN_IF_ERROR(reader.TakeValue(line.name, value));
    if (!line.set(value, evidence)) return line_text::LineError(line.name, line.accepted);
  }
  return absl::OkStatus();
}

void AppendLines(absl::Span<const Line> lines, const Evidence& evidence, Bytes& out) {
  for (const Line& line : lines) line_text::AppendLine(line.name, line.get(evidence), out);
}

}  // namespace

absl::string_view StatedEffectName(StatedEffect effect) {
  return kEffectNames[static_cast<size_t>(effect)];
}

absl::string_view EventCode(v1::TransportEvent event) {
  return NameOf(kEvents, event);
}

bool LeavesOpen(const Evidence& evidence) {
  return evidence.event == v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE &&
         (evidence.reason == kNotRetrieved || evidence.reason == kNotDelivered);
}

Bytes FormatEvidence(const Evidence& evidence) {
  constexpr size_t kUsualBytes = 1536;
  Bytes out;
  out.reserve(kUsualBytes);
  absl::StrAppend(&out, kFirstLine, "\n");
  AppendLines(kLines, evidence, out);
  AppendLines(LinesOf(evidence.event), evidence, out);
  return out;
}

absl::StatusOr<Evidence> ParseEvidence(absl::string_view text) {
  Evidence evidence;
  line_text::Reader reader(text);
  ROG_RETURN_IF_ERROR(reader.TakeFirstLine(kFirstLine));
  ROG_RETURN_IF_ERROR(ReadLines(kLines, reader, evidence));
  ROG_RETURN_IF_ERROR(ReadLines(LinesOf(evidence.event), reader, evidence));
  ROG_RETURN_IF_ERROR(reader.ExpectEnd());
  return evidence;
}

}  // namespace rogatoria
