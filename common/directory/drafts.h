// What the readers of the single tables put together before it is linked to a directory. Internal
// to common/directory.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/crypto/certificate.h"
#include "common/directory/directory.h"
#include "common/directory/problems.h"
#include "common/directory/table_reader.h"
#include "common/directory/toml_tree.h"

namespace rogatoria {

// A name that may be given once, and a mention of a name that must have been given. Categories:
// authority, instrument, calendar, deadline, system, operator, user, "TLS certificate", "signing
// certificate".
struct Mention {
  std::string category;
  std::string name;
  Place place;
};

struct IdentityKeyDraft {
  std::string authority;
  std::string sha256;  // hexadecimal, as fixed out of band
  Bytes public_key;    // DER
  Place place;
};

struct KeyStatementDraft {
  std::string authority;
  v1::KeyStatement statement;
  std::optional<Certificate> certificate;
  Place place;
};

struct DesignationDraft {
  std::string authority;
  std::string country;
  v1::Designation designation;
  Place place;
};

struct Drafts {
  std::string trust_domain;
  std::map<std::string, absl::string_view> pem_files;  // by name
  Directory::Contents contents;
  std::vector<IdentityKeyDraft> identity_keys;
  std::vector<KeyStatementDraft> statements;
  std::vector<DesignationDraft> designations;
  std::vector<Mention> definitions;
  std::vector<Mention> references;
  std::vector<Mention> substitutes;  // of duty desks; mentioned in `references` too
  Problems problems;
  // A file is no TOML: what it would have defined is not known, so nobody is told that it is
  // missing.
  bool unread = false;
};

// Readers, one a top-level table; each adds to the drafts.
void ReadAuthority(const TomlValue& table, Drafts& drafts);
void ReadSystem(const TomlValue& table, Drafts& drafts);
void ReadOperator(const TomlValue& table, Drafts& drafts);
void ReadUser(const TomlValue& table, Drafts& drafts);
void ReadIdentityKey(const TomlValue& table, Drafts& drafts);
void ReadKeyStatement(const TomlValue& table, Drafts& drafts);
void ReadInstrument(const TomlValue& table, Drafts& drafts);
void ReadCalendar(const TomlValue& table, Drafts& drafts);
void ReadDeadline(const TomlValue& table, Drafts& drafts);
void ReadRequirement(const TomlValue& table, Drafts& drafts);
// The [[authority.calendar_for]] of an authority's table.
void ReadCalendarsFor(const std::vector<const TomlValue*>& tables,
                      v1::Authority& record,
                      Drafts& drafts);

// Parts of [[authority]]: [authority.duty] and [[authority.competence]].
void ReadDuty(TableReader& authority, v1::Authority& record, Drafts& drafts);
void ReadCompetence(const TomlValue& table, v1::Authority& record, Problems& problems);

// A calendar that is not as it is in `current` has a higher version than there.
void CheckCalendarVersions(const Directory& current, Drafts& drafts);
// The same of instruments that had a version.
void CheckInstrumentVersions(const Directory& current, Drafts& drafts);
// Duplicates and names that nothing has.
void CheckMentions(Drafts& drafts);
// Designations that overlap: of one authority, or of two of a country that no competence tells
// apart.
void CheckDesignations(Drafts& drafts);
// Substitutes that nothing could alert.
void CheckSubstitutes(Drafts& drafts);
// Verifies every chain of key statements and gives the authorities their keys.
void LinkKeys(Drafts& drafts);

// A certificate named in a table: PEM text, or the name of a .pem file of the set, relative to the
// file that names it. nullopt with the problem added.
std::optional<Certificate> FindCertificate(const std::string& reference,
                                           const Place& place,
                                           Drafts& drafts);
// A code for a person or a machine: 1 to 32 of [a-z0-9-].
bool IsShortName(absl::string_view text);

}  // namespace rogatoria
