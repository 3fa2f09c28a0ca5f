// Route ids of routing.h: what was resolved, bound by a MAC, so that nothing needs to be
// remembered.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/directory/routing.h"

namespace rogatoria {
namespace {

struct SealedToRow {
  v1::SealingPurpose purpose;
  absl::string_view sha256;
  auto operator<=>(const SealedToRow& other) const {
    return std::pair(purpose, std::string(sha256)) <=>
           std::pair(other.purpose, std::string(other.sha256));
  }
  bool operator==(const SealedToRow& other) const {
    return purpose == other.purpose && sha256 == other.sha256;
  }
};
using SealedToRows = std::vector<SealedToRow>;

SealedToRows RowsOf(const Route& route) {
  SealedToRows rows;
  for (const StatedKey* key : route.sealing) {
    rows.push_back({SealingPurposeOf(key->purpose), key->certificate.fingerprint_bytes()});
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

SealedToRows RowsOf(const v1::Recipient& recipient) {
  SealedToRows rows;
  for (const v1::SealedTo& to : recipient.sealed_to()) {
    rows.push_back({to.purpose(), to.certificate_sha256()});
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

Bytes ResolutionText(const RouteQuery& query,
                     absl::string_view recipient,
                     const SealedToRows& rows,
                     int64_t expires_ms) {
  Bytes text = absl::StrCat("rogatoria-route v1\nsender ",
                            query.sender,
                            "\nrecipient ",
                            recipient,
                            "\nchannel-class ",
                            static_cast<int>(query.channel_class),
                            "\ninstrument ",
                            query.instrument,
                            "\n");
  for (const SealedToRow& row : rows) {
    absl::StrAppend(
        &text, "sealed-to ", static_cast<int>(row.purpose), " ", ToHex(row.sha256), "\n");
  }
  absl::StrAppend(&text, "expires ", expires_ms, "\n");
  return text;
}

std::string FormatId(absl::string_view key, absl::string_view text, int64_t expires_ms) {
  std::string mac;
  absl::WebSafeBase64Escape(HmacSha256(key, text), &mac);  // without padding
  return absl::StrCat(expires_ms, ".", mac);
}

absl::Status Changed(absl::string_view accepted) {
  return Error(Reason::ROUTE_CHANGED).Field("recipients").Accepted(accepted);
}

}  // namespace

v1::SealingPurpose SealingPurposeOf(v1::KeyPurpose purpose) {
  switch (purpose) {
    case v1::KEY_PURPOSE_SEALING:
      return v1::SEALING_PURPOSE_PRIMARY;
    case v1::KEY_PURPOSE_SEALING_DUTY:
      return v1::SEALING_PURPOSE_DUTY;
    case v1::KEY_PURPOSE_SEALING_SUBSTITUTE:
      return v1::SEALING_PURPOSE_SUBSTITUTE;
    case v1::KEY_PURPOSE_SEALING_ARCHIVE:
      return v1::SEALING_PURPOSE_ARCHIVE;
    case v1::KEY_PURPOSE_FIRST_CUSTODIAN:
      return v1::SEALING_PURPOSE_FIRST_CUSTODIAN;
    case v1::KEY_PURPOSE_SECOND_CUSTODIAN:
      return v1::SEALING_PURPOSE_SECOND_CUSTODIAN;
    default:
      return v1::SEALING_PURPOSE_UNSPECIFIED;
  }
}

std::string MakeRouteId(absl::string_view key,
                        const RouteQuery& query,
                        const Route& route,
                        Instant expires) {
  const Bytes text =
      ResolutionText(query, route.authority->record.id(), RowsOf(route), expires.unix_ms);
  return FormatId(key, text, expires.unix_ms);
}

absl::StatusOr<Route> CheckRoute(absl::string_view key,
                                 const Directory& directory,
                                 const Standings& standings,
                                 const RouteQuery& query,
                                 const v1::Recipient& recipient) {
  ROG_ASSIGN_OR_RETURN(Route route, Resolve(directory, standings, query));
  int64_t expires_ms = 0;
  const std::string& id = recipient.route_id();
  const SealedToRows named = RowsOf(recipient);
  if (!absl::SimpleAtoi(id.substr(0, id.find('.')), &expires_ms) ||
      !EqualInConstantTime(
          id,
          FormatId(
              key, ResolutionText(query, recipient.authority(), named, expires_ms), expires_ms))) {
    return Changed("the route id given for this recipient, channel, instrument and certificates");
  }
  if (expires_ms <= query.now.unix_ms) return Changed("a route id that has not expired");
  if (named != RowsOf(route)) return Changed("the certificates that the recipient has now");
  return route;
}

}  // namespace rogatoria
