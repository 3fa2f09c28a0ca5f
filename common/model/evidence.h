// Evidence: what happened to one act, for one recipient, at one instant (decisions.md 6). Its
// canonical text is what the log commits to and what a receipt carries; docs/formats/evidence.md
// has the grammar.
//
// A value type. Everything that a reader needs in ten years is in the text itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/exchange_service.pb.h"
#include "rogatoria/v1/receipt.pb.h"

namespace rogatoria {

// What the reception means in law, in a stable word (domain.md 2).
enum class StatedEffect {
  kNone,                // NO_FORMAL_EFFECT: information only (Treaty of Medellin article 3.4)
  kInterinstitutional,  // INTERINSTITUTIONAL: between prosecution services, by their agreement
  kFormal,              // FORMAL: by the instrument, paper may still have to follow
  kFormalOriginal,  // FORMAL_ORIGINAL: counts as original, no paper follows (Medellin article 3.3)
  // FORMAL_UNSETTLED: sent as formal, while a rule of its instrument was not met and only warned,
  // or the sender insisted. What it counts as is for the parties to say.
  kFormalUnsettled,
};
absl::string_view StatedEffectName(StatedEffect effect);

// The legal reception date of a D.1, with all that it was computed from.
struct LegalDate {
  std::string date;       // 2026-11-25; empty when there is none (not a D.1)
  std::string rule;       // NEXT_WORKING_DAY (article 6.3) or EXACT_INSTANT (article 6.4)
  std::string time_zone;  // America/Bogota
  std::string calendar;   // id; empty with EXACT_INSTANT
  uint32_t calendar_version = 0;
  std::string calendar_sha256;  // hexadecimal, of the calendar's canonical text
  std::string tzdata_version;   // 2024a
};

// A deadline that passed: until `due` the hub recorded no act that stops the clock.
struct MissedDeadline {
  std::string clock;               // EXECUTE, of v1::DeadlineClock; empty when it is no X.1
  std::string profile;             // id of the deadline profile that set it
  Instant due;                     // the last instant in time
  std::vector<uint32_t> measures;  // by ordinal, ascending; empty: the case as a whole
  std::string concerned;           // the authority whose deadline it was
};

// Why an E.2 says that an act still lies in the mailbox.
inline constexpr absl::string_view kNotRetrieved = "NOT_RETRIEVED";
inline constexpr absl::string_view kNotDelivered = "NOT_DELIVERED";

struct Evidence {
  v1::TransportEvent event = v1::TRANSPORT_EVENT_UNSPECIFIED;
  std::string trust_domain;
  std::string governing_law;  // of the hub: ES (Treaty of Medellin article 6.8)
  std::string act_id;
  std::string case_id;
  v1::ActKind kind = v1::ACT_KIND_UNSPECIFIED;
  uint64_t case_position = 0;  // 0 for A.2
  v1::ActDisposition disposition = v1::ACT_DISPOSITION_UNSPECIFIED;
  std::string sender;
  std::string recipient;  // empty for A.1, A.2 and X.1
  v1::ChannelClass channel_class = v1::CHANNEL_CLASS_UNSPECIFIED;
  std::string legal_basis;  // instrument id; empty for none
  std::string channel_basis;
  StatedEffect effect = StatedEffect::kNone;
  std::string header_sha256;    // hexadecimal
  std::string content_sha256;   // hexadecimal, of the sealed body
  std::string signer_sha256;    // hexadecimal, certificate that signed the header
  bool signed_by_user = false;  // else by the organisation's seal
  Instant instant;
  LegalDate legal_date;                // D.1 only
  std::string reason;                  // A.2, E.2: reason code; empty otherwise
  std::string acknowledgement_sha256;  // E.1: hexadecimal, of the recipient's signed statement;
                                       // empty when it was not signed
  MissedDeadline missed;               // X.1 only: the act is the one that started the clock
};

// The code of EN 319 522: "A.1", "D.1"; ours: "X.1", a deadline missed; empty for an unknown event.
absl::string_view EventCode(v1::TransportEvent event);

// An E.2 on an act that still lies in the mailbox: a later E.1 overrules it.
bool LeavesOpen(const Evidence& evidence);

Bytes FormatEvidence(const Evidence& evidence);
// Strict: one value has one text. INVALID_ARGUMENT naming the line otherwise.
absl::StatusOr<Evidence> ParseEvidence(absl::string_view text);

}  // namespace rogatoria
