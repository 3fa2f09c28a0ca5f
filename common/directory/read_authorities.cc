// [[authority]] of docs/directory-files.md.
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/directory/data_fields.h"
#include "common/directory/drafts.h"
#include "common/directory/table_reader.h"
#include "common/model/ids.h"

namespace rogatoria {
namespace {

using Reader = TableReader;

constexpr absl::string_view kKindPrefix = "AUTHORITY_KIND_";
constexpr absl::string_view kClassPrefix = "DATA_CLASS_";

v1::AuthorityKind KindOf(absl::string_view name) {
  v1::AuthorityKind kind = v1::AUTHORITY_KIND_UNSPECIFIED;
  if (!v1::AuthorityKind_Parse(absl::StrCat(kKindPrefix, name), &kind)) {
    return v1::AUTHORITY_KIND_UNSPECIFIED;
  }
  return kind;
}

v1::DataClass DataClassOf(absl::string_view name) {
  v1::DataClass data_class = v1::DATA_CLASS_UNSPECIFIED;
  if (!v1::DataClass_Parse(absl::StrCat(kClassPrefix, name), &data_class)) {
    return v1::DATA_CLASS_UNSPECIFIED;
  }
  return data_class;
}

bool IsTimeZone(absl::string_view name) {
  absl::TimeZone zone;
  return !name.empty() && absl::LoadTimeZone(name, &zone);
}

bool IsFreeText(absl::string_view text) {
  constexpr size_t kMaxBytes = 256;
  return !text.empty() && text.size() <= kMaxBytes &&
         std::none_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; });
}

bool IsPartyId(absl::string_view text) {
  return text.size() <= 255 && text.substr(0, 4) == "urn:" &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

void ReadDesignation(const TomlValue& table, v1::Authority& record, Drafts& drafts) {
  Reader reader(table, "designation", drafts.problems);
  v1::Designation& designation = *record.add_designations();
  designation.set_instrument(reader.Text(
      "instrument", Reader::kRequired, IsInstrumentId, "an instrument id, such as UN-TIP-2000"));
  for (std::string& measure : reader.Texts(
           "measures", Reader::kOptional, IsMeasureCode, "measure codes, such as VIDEO_HEARING")) {
    designation.add_measures(std::move(measure));
  }
  designation.set_from(reader.Day("from", Reader::kOptional));
  designation.set_to(reader.Day("to", Reader::kOptional));
  if (!designation.to().empty() && designation.to() < designation.from()) {
    reader.Problem("to", "`to` is before `from`", "a later day is accepted");
  }
  if (!designation.instrument().empty()) {
    drafts.references.push_back(
        {"instrument", designation.instrument(), reader.PlaceOf("instrument")});
    drafts.designations.push_back(
        {record.id(), record.country(), designation, reader.PlaceOf("instrument")});
  }
  reader.Finish();
}

void ReadKinds(Reader& reader, v1::Authority& record) {
  const auto kinds = reader.Texts(
      "kinds",
      Reader::kRequired,
      [](absl::string_view name) { return KindOf(name) != v1::AUTHORITY_KIND_UNSPECIFIED; },
      "PROSECUTION_SERVICE, CENTRAL_AUTHORITY, CONTACT_POINT, LIAISON_BODY, COURT, "
      "SERVICE_PROVIDER, GENERAL_SECRETARIAT, VICTIM_COORDINATOR, PUBLIC_BODY");
  for (const std::string& kind : kinds) record.add_kinds(KindOf(kind));
}

void ReadPlaceAndTime(Reader& reader, v1::Authority& record) {
  record.set_country(reader.Text(
      "country", Reader::kRequired, IsCountryCode, "two letters of ISO 3166-1, such as PT"));
  record.set_time_zone(reader.Text(
      "time_zone", Reader::kRequired, IsTimeZone, "an IANA time zone, such as Europe/Lisbon"));
  record.set_calendar(
      reader.Text("calendar", Reader::kRequired, IsShortName, "the id of a calendar"));
  for (std::string& language :
       reader.Texts("languages", Reader::kRequired, IsLanguageTag, "BCP 47 tags, such as pt-PT")) {
    record.add_languages(std::move(language));
  }
}

// Names that reach nobody (RFC 2606, RFC 6761).
bool IsReservedName(absl::string_view host) {
  const std::string lower = absl::AsciiStrToLower(host);
  for (absl::string_view top : {"example", "invalid", "test", "localhost"}) {
    if (lower == top || absl::EndsWith(lower, absl::StrCat(".", top))) return true;
  }
  return false;
}

absl::string_view HostOf(absl::string_view mailbox) {
  return mailbox.substr(mailbox.rfind('@') + 1);
}

// Where none is known none is said. An invented one is only for a hub whose own name is invented:
// one for development.
void ReadTechnicalContact(Reader& reader, v1::Authority& record, absl::string_view trust_domain) {
  record.set_technical_contact(reader.Text("technical_contact",
                                           Reader::kOptional,
                                           IsFreeText,
                                           "a functional mailbox, never a person's"));
  if (IsReservedName(HostOf(record.technical_contact())) && !IsReservedName(trust_domain)) {
    reader.Problem("technical_contact",
                   "`technical_contact` reaches nobody",
                   "a mailbox that exists, or no line while none is known, is accepted");
  }
}

// What it may be sent, and for whom it stands.
void ReadRestrictions(Reader& reader, v1::Authority& record) {
  for (std::string& field :
       reader.Texts("allowed_fields",
                    Reader::kOptional,
                    IsFieldPath,
                    "paths of fields, such as intersectoral_referral.services")) {
    record.add_allowed_fields(std::move(field));
  }
  for (std::string& body :
       reader.Texts("gateway_for", Reader::kOptional, IsFreeText, "the names of bodies")) {
    record.add_gateway_for(std::move(body));
  }
}

std::string DefaultPartyId(absl::string_view trust_domain, absl::string_view id) {
  return absl::StrCat(
      "urn:oasis:names:tc:ebcore:partyid-type:unregistered:", trust_domain, ":", id);
}

}  // namespace

void ReadAuthority(const TomlValue& table, Drafts& drafts) {
  Reader reader(table, "authority", drafts.problems);
  AuthorityEntry entry;
  v1::Authority& record = entry.record;
  record.set_id(reader.Text(
      "id", Reader::kRequired, IsAuthorityId, "2 to 32 of a-z, 0-9 and -, a letter first"));
  record.set_party_id(
      reader.Text("party_id", Reader::kOptional, IsPartyId, "an ebCore party id, urn:..."));
  if (record.party_id().empty()) {
    record.set_party_id(DefaultPartyId(drafts.trust_domain, record.id()));
  }
  ReadKinds(reader, record);
  record.set_name(reader.Text("name", Reader::kRequired, IsFreeText, "the official name"));
  ReadPlaceAndTime(reader, record);
  record.set_data_class_ceiling(DataClassOf(reader.Text(
      "data_class_ceiling",
      Reader::kRequired,
      [](absl::string_view name) { return DataClassOf(name) != v1::DATA_CLASS_UNSPECIFIED; },
      "NONE, ADMINISTRATIVE, OPERATIONAL or SENSITIVE")));
  ReadTechnicalContact(reader, record, drafts.trust_domain);
  ReadRestrictions(reader, record);
  ReadProvenance(reader, record);
  record.set_attested(reader.Day("attested", Reader::kOptional));
  ReadDuty(reader, record, drafts);
  for (const TomlValue* competence : reader.Tables("competence")) {
    ReadCompetence(*competence, record, drafts.problems);
  }
  for (const TomlValue* designation : reader.Tables("designation")) {
    ReadDesignation(*designation, record, drafts);
  }
  ReadCalendarsFor(reader.Tables("calendar_for"), record, drafts);
  if (record.designations_size() > 0 && !entry.Is(v1::AUTHORITY_KIND_CENTRAL_AUTHORITY)) {
    reader.Problem(
        "kinds", "it has designations and is no CENTRAL_AUTHORITY", "both or neither are accepted");
  }
  reader.Finish();
  if (record.id().empty()) return;
  drafts.definitions.push_back({"authority", record.id(), reader.place()});
  if (!record.calendar().empty()) {
    drafts.references.push_back({"calendar", record.calendar(), reader.PlaceOf("calendar")});
  }
  drafts.contents.authorities.push_back(std::move(entry));
}

}  // namespace rogatoria
