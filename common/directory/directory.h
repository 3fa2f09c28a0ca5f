// Directory: who takes part in a hub, by which instruments and with which keys. Made whole from its
// files (load.h), never changed afterwards: a new version is a new Directory.
//
// It says what was registered, not who is suspended now (standings.h) nor which way an act may go
// (routing.h). Thread-safe. Pointers given out live as long as the Directory; hold it by
// std::shared_ptr<const Directory>.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/crypto/certificate.h"
#include "common/directory/calendar.h"
#include "common/directory/deadline_profile.h"
#include "common/model/caller.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria {

// Days, both inclusive, as 2019-07-25; empty for open. Compared with the day in UTC.
struct Validity {
  std::string from;
  std::string to;
  bool Covers(absl::string_view day) const;
  bool HasBegun(absl::string_view day) const;
  bool Overlaps(const Validity& other) const;
};
// The UTC day of an instant, as 2026-11-24.
std::string DayOf(Instant instant);

// The machine that connects for an authority, known by its TLS certificate.
struct System {
  std::string identity;  // spiffe://rogatoria.example/authority/pt-pgr/system/cms
  std::string authority;
  std::string name;
  std::vector<std::string> certificate_sha256;  // hexadecimal; only these are let in
};

// A person of the hub, known by a TLS certificate.
struct Operator {
  std::string identity;  // spiffe://rogatoria.example/operator/op-1
  std::string id;
  PrincipalKind role = PrincipalKind::kOperator;
  std::vector<std::string> certificate_sha256;
};

// A person who signs for an authority (Treaty of Medellin article 5.1). The id is a code, no name.
struct AccreditedUser {
  std::string id;  // pt-pgr/u-017
  std::string authority;
  std::vector<std::string> certificate_sha256;
  Validity accredited;
  // Which share of identity parts the person may have; unspecified: none.
  v1::CustodianGroup custodian = v1::CUSTODIAN_GROUP_UNSPECIFIED;
};

// A certificate that an authority states to be its own, with the statement that says so.
struct StatedKey {
  v1::KeyPurpose purpose = v1::KEY_PURPOSE_UNSPECIFIED;
  Certificate certificate;
  v1::KeyStatement statement;  // without its place in the log
  Instant not_before, not_after;

  bool HoldsAt(Instant now) const { return not_before <= now && now <= not_after; }
};

// Custodians' keys are for shares of identity parts and for nothing else.
constexpr bool IsCustodians(v1::KeyPurpose purpose) {
  return purpose == v1::KEY_PURPOSE_FIRST_CUSTODIAN || purpose == v1::KEY_PURPOSE_SECOND_CUSTODIAN;
}

struct AuthorityEntry {
  v1::Authority record;         // `suspended` is never set here: it is a standing
  std::string identity_sha256;  // of its identity key, hexadecimal; empty before enrolment
  std::vector<v1::KeyStatement> statements;  // the verified chain, oldest first
  std::vector<StatedKey> keys;               // those that stand, by the chain's order

  bool Is(v1::AuthorityKind kind) const;
};

// A certificate with which an authority signs as an organisation.
struct OrganisationSeal {
  std::string authority;
  const StatedKey* key = nullptr;
};

class Directory {
 public:
  // What the loader found; already checked.
  struct Contents {
    std::vector<AuthorityEntry> authorities;
    std::vector<System> systems;
    std::vector<Operator> operators;
    std::vector<AccreditedUser> users;
    std::vector<v1::Instrument> instruments;
    std::vector<Calendar> calendars;
    std::vector<DeadlineProfile> deadlines;
    std::vector<v1::Requirement> requirements;
  };

  // Of a hub that has loaded none yet.
  Directory() : Directory(Contents()) {}
  explicit Directory(Contents contents);
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  // nullptr when there is none.
  const AuthorityEntry* FindAuthority(absl::string_view id) const;
  const System* FindSystem(absl::string_view identity) const;
  const Operator* FindOperator(absl::string_view identity) const;
  const AccreditedUser* FindUser(absl::string_view id) const;
  const v1::Instrument* FindInstrument(absl::string_view id) const;
  const Calendar* FindCalendar(absl::string_view id) const;
  // By the certificate's SHA-256, lower-case hexadecimal.
  const System* FindSystemByCertificate(absl::string_view sha256) const;
  const Operator* FindOperatorByCertificate(absl::string_view sha256) const;
  const AccreditedUser* FindUserByCertificate(absl::string_view sha256) const;
  const OrganisationSeal* FindSealByCertificate(absl::string_view sha256) const;

  // Those of a country, and those of them with a designation for an instrument at any time; by id.
  absl::Span<const AuthorityEntry* const> AuthoritiesOf(absl::string_view country) const;
  absl::Span<const AuthorityEntry* const> DesignatedOf(absl::string_view country,
                                                       absl::string_view instrument) const;

  // All, by id (systems and operators by identity).
  absl::Span<const AuthorityEntry> authorities() const { return contents_.authorities; }
  absl::Span<const System> systems() const { return contents_.systems; }
  absl::Span<const Operator> operators() const { return contents_.operators; }
  absl::Span<const AccreditedUser> users() const { return contents_.users; }
  absl::Span<const v1::Instrument> instruments() const { return contents_.instruments; }
  absl::Span<const Calendar> calendars() const { return contents_.calendars; }
  const DeadlineProfiles& deadlines() const { return deadlines_; }
  absl::Span<const v1::Requirement> requirements() const { return contents_.requirements; }

 private:
  template <typename T>
  using Index = absl::flat_hash_map<std::string, const T*>;

  Contents contents_;
  using Groups = absl::flat_hash_map<std::string, std::vector<const AuthorityEntry*>>;

  DeadlineProfiles deadlines_;
  std::vector<OrganisationSeal> seals_;
  Groups authorities_by_country_, designated_by_country_and_instrument_;
  Index<AuthorityEntry> authority_by_id_;
  Index<System> system_by_identity_, system_by_certificate_;
  Index<Operator> operator_by_identity_, operator_by_certificate_;
  Index<AccreditedUser> user_by_id_, user_by_certificate_;
  Index<OrganisationSeal> seal_by_certificate_;
  Index<v1::Instrument> instrument_by_id_;
  Index<Calendar> calendar_by_id_;
};

// How an instrument of a Directory stands between two countries, in either order: its relations, by
// their first day. Without a search through all of them.
absl::Span<const v1::InstrumentRelation* const> RelationsBetween(const v1::Instrument& instrument,
                                                                 absl::string_view country,
                                                                 absl::string_view other);

// What differs, in words for an operator: "authority pt-pgr: changed", "user co-fgn/u-2: added".
std::vector<std::string> DescribeChanges(const Directory& before, const Directory& after);

}  // namespace rogatoria
