#include "common/directory/directory.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace rogatoria {
namespace {

template <typename T>
const T* Find(const absl::flat_hash_map<std::string, const T*>& index, absl::string_view key) {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : found->second;
}

template <typename T, typename Key>
void SortBy(std::vector<T>& values, Key key) {
  std::sort(
      values.begin(), values.end(), [key](const T& a, const T& b) { return key(a) < key(b); });
}

// `keys` gives the texts that find a value.
template <typename T, typename Keys>
absl::flat_hash_map<std::string, const T*> MakeIndex(const std::vector<T>& values, Keys keys) {
  absl::flat_hash_map<std::string, const T*> index;
  for (const T& value : values) {
    for (const std::string& key : keys(value)) index.emplace(key, &value);
  }
  return index;
}

using Keys = std::vector<std::string>;

template <typename T>
Keys CertificatesOf(const T& value) {
  return value.certificate_sha256;
}

// By pair and first day: what RelationsBetween searches.
auto PlaceOf(const v1::InstrumentRelation& relation) {
  return std::tuple<absl::string_view, absl::string_view, absl::string_view>(
      relation.country(), relation.other_country(), relation.from());
}

void SortRelations(v1::Instrument& instrument) {
  auto& relations = *instrument.mutable_relations();
  std::stable_sort(relations.pointer_begin(),
                   relations.pointer_end(),
                   [](const auto* a, const auto* b) { return PlaceOf(*a) < PlaceOf(*b); });
}

std::string GroupKey(absl::string_view country, absl::string_view instrument) {
  return absl::StrCat(country, " ", instrument);
}

void SortContents(Directory::Contents& contents) {
  for (v1::Instrument& instrument : contents.instruments) SortRelations(instrument);
  SortBy(contents.authorities, [](const AuthorityEntry& a) { return a.record.id(); });
  SortBy(contents.systems, [](const System& s) { return s.identity; });
  SortBy(contents.operators, [](const Operator& o) { return o.identity; });
  SortBy(contents.users, [](const AccreditedUser& u) { return u.id; });
  SortBy(contents.instruments, [](const v1::Instrument& i) { return i.id(); });
  SortBy(contents.calendars, [](const Calendar& c) { return c.id; });
  SortBy(contents.requirements, [](const v1::Requirement& r) { return r.id(); });
}

std::vector<OrganisationSeal> SealsOf(const std::vector<AuthorityEntry>& authorities) {
  std::vector<OrganisationSeal> seals;
  for (const AuthorityEntry& authority : authorities) {
    for (const StatedKey& key : authority.keys) {
      if (key.purpose != v1::KEY_PURPOSE_ORGANISATION_SEAL) continue;
      seals.push_back({authority.record.id(), &key});
    }
  }
  return seals;
}

}  // namespace

bool Validity::Covers(absl::string_view day) const {
  return (from.empty() || absl::string_view(from) <= day) &&
         (to.empty() || day <= absl::string_view(to));
}

bool Validity::HasBegun(absl::string_view day) const {
  return from.empty() || absl::string_view(from) <= day;
}

bool Validity::Overlaps(const Validity& other) const {
  return (to.empty() || other.from <= to) && (other.to.empty() || from <= other.to);
}

std::string DayOf(Instant instant) {
  return instant.ToString().substr(0, 10);
}

bool AuthorityEntry::Is(v1::AuthorityKind kind) const {
  return std::find(record.kinds().begin(), record.kinds().end(), kind) != record.kinds().end();
}

Directory::Directory(Contents contents) : contents_(std::move(contents)) {
  SortContents(contents_);
  seals_ = SealsOf(contents_.authorities);
  deadlines_ = DeadlineProfiles(std::move(contents_.deadlines));
  authority_by_id_ =
      MakeIndex(contents_.authorities, [](const AuthorityEntry& a) { return Keys{a.record.id()}; });
  system_by_identity_ =
      MakeIndex(contents_.systems, [](const System& s) { return Keys{s.identity}; });
  system_by_certificate_ = MakeIndex(contents_.systems, CertificatesOf<System>);
  operator_by_identity_ =
      MakeIndex(contents_.operators, [](const Operator& o) { return Keys{o.identity}; });
  operator_by_certificate_ = MakeIndex(contents_.operators, CertificatesOf<Operator>);
  user_by_id_ = MakeIndex(contents_.users, [](const AccreditedUser& u) { return Keys{u.id}; });
  user_by_certificate_ = MakeIndex(contents_.users, CertificatesOf<AccreditedUser>);
  seal_by_certificate_ = MakeIndex(seals_, [](const OrganisationSeal& s) {
    return Keys{s.key->certificate.fingerprint_sha256()};
  });
  instrument_by_id_ =
      MakeIndex(contents_.instruments, [](const v1::Instrument& i) { return Keys{i.id()}; });
  for (const AuthorityEntry& entry : contents_.authorities) {
    authorities_by_country_[entry.record.country()].push_back(&entry);
    for (const v1::Designation& designation : entry.record.designations()) {
      auto& group = designated_by_country_and_instrument_[GroupKey(entry.record.country(),
                                                                   designation.instrument())];
      if (group.empty() || group.back() != &entry) group.push_back(&entry);
    }
  }
  calendar_by_id_ = MakeIndex(contents_.calendars, [](const Calendar& c) { return Keys{c.id}; });
}

absl::Span<const AuthorityEntry* const> Directory::AuthoritiesOf(absl::string_view country) const {
  const auto found = authorities_by_country_.find(country);
  if (found == authorities_by_country_.end()) return {};
  return found->second;
}

absl::Span<const AuthorityEntry* const> Directory::DesignatedOf(
    absl::string_view country, absl::string_view instrument) const {
  const auto found = designated_by_country_and_instrument_.find(GroupKey(country, instrument));
  if (found == designated_by_country_and_instrument_.end()) return {};
  return found->second;
}

absl::Span<const v1::InstrumentRelation* const> RelationsBetween(const v1::Instrument& instrument,
                                                                 absl::string_view country,
                                                                 absl::string_view other) {
  if (other < country) std::swap(country, other);
  const auto& relations = instrument.relations();
  const auto pair_of = [](const v1::InstrumentRelation* relation) {
    return std::pair<absl::string_view, absl::string_view>(relation->country(),
                                                           relation->other_country());
  };
  const std::pair pair(country, other);
  const v1::InstrumentRelation* const* all = relations.data();
  const auto* end = all + relations.size();
  const auto* first = std::lower_bound(
      all, end, pair, [&](const auto* relation, const auto& p) { return pair_of(relation) < p; });
  const auto* last = std::upper_bound(
      first, end, pair, [&](const auto& p, const auto* relation) { return p < pair_of(relation); });
  return absl::MakeConstSpan(first, static_cast<size_t>(last - first));
}

const AuthorityEntry* Directory::FindAuthority(absl::string_view id) const {
  return Find(authority_by_id_, id);
}
const System* Directory::FindSystem(absl::string_view identity) const {
  return Find(system_by_identity_, identity);
}
const Operator* Directory::FindOperator(absl::string_view identity) const {
  return Find(operator_by_identity_, identity);
}
const AccreditedUser* Directory::FindUser(absl::string_view id) const {
  return Find(user_by_id_, id);
}
const v1::Instrument* Directory::FindInstrument(absl::string_view id) const {
  return Find(instrument_by_id_, id);
}
const Calendar* Directory::FindCalendar(absl::string_view id) const {
  return Find(calendar_by_id_, id);
}
const System* Directory::FindSystemByCertificate(absl::string_view sha256) const {
  return Find(system_by_certificate_, sha256);
}
const Operator* Directory::FindOperatorByCertificate(absl::string_view sha256) const {
  return Find(operator_by_certificate_, sha256);
}
const AccreditedUser* Directory::FindUserByCertificate(absl::string_view sha256) const {
  return Find(user_by_certificate_, sha256);
}
const OrganisationSeal* Directory::FindSealByCertificate(absl::string_view sha256) const {
  return Find(seal_by_certificate_, sha256);
}

}  // namespace rogatoria
