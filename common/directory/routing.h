// Routing: which authority an act goes to, whether it may go that way now, and which certificates
// to seal to (protocol.md 5). Pure: the same directory, standings and question give the same
// answer.
//
// Every rule looked at is kept with its result, so that a refusal can say what would work instead.
//   FORMAL             between central authorities designated for the instrument, which is in force
//                      between both countries, as is the channel basis when one is named
//   INTERINSTITUTIONAL between prosecution services
//   INFORMAL           between any two authorities
// Where a case goes on, an instrument that ends, winds down or is suspended no longer matters, nor
// a designation that ended (Treaty of Medellin articles 13.3 and 14).
//
// The rules of an instrument whose mode is WARN (in force, covers the measure, designated) let the
// act pass and are named in the route. In a case that goes on, a rule that is about neither
// identity nor entitlement lets pass whoever insists (RouteRuleRow::insisting_passes).
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/directory/directory.h"
#include "common/directory/standings.h"
#include "common/model/evidence.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria {

struct RouteQuery {
  std::string sender;
  // Either the authority, or a country and perhaps a measure that it must be competent for.
  std::string authority;
  std::string country;
  std::string measure;
  std::string territory;  // ISO 3166-2; empty for any
  std::string language;   // BCP 47; empty for any
  // Codes of the measures that the act opens; looked at where the act opens a case or adds to one.
  std::vector<std::string> measures;
  v1::ChannelClass channel_class = v1::CHANNEL_CLASS_UNSPECIFIED;
  std::string instrument;     // empty for none
  std::string channel_basis;  // empty for none
  v1::ActKind kind = v1::ACT_KIND_UNSPECIFIED;
  v1::DataClass data_class = v1::DATA_CLASS_UNSPECIFIED;  // unspecified: not looked at
  bool case_goes_on = false;  // the act belongs to a case that both are parties to
  bool insists = false;       // its sender does, in a case that goes on
  Instant now;
};

struct Route {
  const AuthorityEntry* authority = nullptr;  // of the directory asked
  std::vector<const StatedKey*> sealing;      // by purpose, then digest; at least one PRIMARY
  std::string rule;                           // that chose: ADDRESSED_BY_ID, DESIGNATED ...
  std::vector<std::string> warned;            // rules not met that only warn, by name
  // The refusal of the first rule not met that let the act pass because its sender insists.
  absl::Status insisted;
  // A rule of an instrument was not met and let the act pass: what a formal act counts as is open.
  bool effect_unsettled = false;
  std::vector<const StatedKey*> custodians = {};  // as `sealing`; perhaps none
};

// One rule and what it said.
struct RuleResult {
  std::string rule;  // stable name: INSTRUMENT_IN_FORCE
  bool met = false;
  bool warned = false;  // not met, but it only warns
  std::string explanation;
};

struct RouteExplanation {
  bool possible = false;
  Reason refusal = Reason::NO_ROUTE;  // of the first rule not met; only when not possible
  std::string authority;              // it would go to; may be empty
  std::vector<RuleResult> rules;      // in the order looked at
  std::vector<std::string> alternatives;
  StatedEffect effect = StatedEffect::kNone;  // of the way of sending
  std::vector<std::string> effects;  // in words, with what else follows from the instrument
};

// The route, or the reason of the first rule that is not met: RECIPIENT_UNKNOWN, NO_ROUTE,
// NOT_DESIGNATED, INSTRUMENT_UNKNOWN, INSTRUMENT_NOT_IN_FORCE, MEASURE_NOT_COVERED,
// AUTHORITY_SUSPENDED (the sender is), RECIPIENT_SUSPENDED, DATA_CLASS_EXCEEDED.
absl::StatusOr<Route> Resolve(const Directory& directory,
                              const Standings& standings,
                              const RouteQuery& query);

// Whether a rule of this name, where it only warned, would refuse once its instrument is enforced.
// RECIPIENT_ATTESTED never does: it speaks of the age of data, and of no effect.
bool RefusesOnceEnforced(absl::string_view rule);

RouteExplanation Explain(const Directory& directory,
                         const Standings& standings,
                         const RouteQuery& query,
                         Language language);

// The word for what a key of the directory is for, in an act's header.
v1::SealingPurpose SealingPurposeOf(v1::KeyPurpose purpose);

// The route id: `<expires, ms since 1970>.<base64url HMAC-SHA-256(key, text of the resolution)>`.
// The text names sender, recipient, channel class, instrument, certificates and expiry. The key is
// the hub's own; any 32 bytes that outlive a restart.
std::string MakeRouteId(absl::string_view key,
                        const RouteQuery& query,
                        const Route& route,
                        Instant expires);

// Whether what a header names for one recipient still is the route. `query` is made from the
// header, addressed by id. ROUTE_CHANGED when the id was not given for exactly this, has expired,
// or the certificates are others now; else the refusals of Resolve. The route, when it holds.
absl::StatusOr<Route> CheckRoute(absl::string_view key,
                                 const Directory& directory,
                                 const Standings& standings,
                                 const RouteQuery& query,
                                 const v1::Recipient& recipient);

}  // namespace rogatoria
