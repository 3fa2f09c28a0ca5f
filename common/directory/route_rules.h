// The rules of routing as one table: stable name, reason of a refusal, field, and what each says in
// three languages when met and when not. Internal to common/directory.
//
// In the texts: $0 sender, $1 recipient, $2 instrument, $3 channel basis, $4 the sender's country,
// $5 the recipient's, $6 measure, $7 a day.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/error.h"

namespace rogatoria {

enum class RouteRule {
  kSenderKnown,
  kSenderActive,
  kRecipientKnown,
  kCompetentFound,
  kCompetentUnique,
  kRecipientIsAnother,
  kRecipientActive,
  kChannelKnown,
  kInstrumentNamed,
  kInstrumentKnown,
  kInstrumentIsLegalBasis,
  kInstrumentInForce,
  kInstrumentCoversMeasure,
  kSenderDesignated,
  kRecipientDesignated,
  kSenderProsecutionService,
  kRecipientProsecutionService,
  kChannelBasisKnown,
  kChannelBasisInForce,
  kDataClassWithinCeiling,
  kRecipientAttested,
  kSealingKey,
};

enum class RouteAlternative {
  kOtherInstrument,  // $2
  kOtherRecipient,   // $1
  kNoChannelBasis,
  kInterinstitutional,
  kInformal,
  kFromDay,   // $2 from $7
  kOldCases,  // $2, cases from before $7
  kTerritory,
};

// What chose the authority.
enum class RouteChoice {
  kAddressedById,
  kDesignatedForMeasure,
  kDesignated,
  kDirectTransmission,
  kProsecutionService,
  kContact,
  kCompetentForTerritory,
  kCompetentForMeasure,
  kCompetentForLanguage,
};

using ThreeTexts = std::array<absl::string_view, 3>;  // in the order of Language

struct RouteRuleRow {
  absl::string_view name;
  // nullopt: about the data, not about the act. It warns, refuses nothing and moves no effect.
  std::optional<Reason> refusal;
  absl::string_view field;
  ThreeTexts met;
  ThreeTexts unmet;
  // Whether an act in a case that goes on passes when its sender insists: about neither identity
  // nor entitlement (docs/decisions/0016).
  bool insisting_passes = false;
};

struct RouteChoiceRow {
  absl::string_view name;  // DESIGNATED_FOR_INSTRUMENT
  ThreeTexts text;
};

const RouteRuleRow& RowOf(RouteRule rule);
const RouteChoiceRow& RowOf(RouteChoice choice);
// All rows, in the order of RouteRule.
absl::Span<const RouteRuleRow> AllRouteRules();
const ThreeTexts& TextsOf(RouteAlternative alternative);

// What the texts speak of.
struct RouteWords {
  absl::string_view sender, recipient, instrument, channel_basis;
  absl::string_view sender_country, recipient_country, measure, day;
};
std::string Say(const ThreeTexts& texts, const RouteWords& words, Language language);

}  // namespace rogatoria
