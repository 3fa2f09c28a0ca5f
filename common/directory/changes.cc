// DescribeChanges of directory.h.
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/directory/directory.h"

namespace rogatoria {
namespace {

// Everything that can change about each thing, as text, by its name.
using Described = std::map<std::string, std::string>;

std::string KeysText(const AuthorityEntry& authority) {
  std::string text = authority.identity_sha256;
  for (const v1::KeyStatement& statement : authority.statements) {
    absl::StrAppend(&text, "|", statement.statement());
  }
  return text;
}

std::string ValidityText(const Validity& validity) {
  return absl::StrCat(validity.from, "..", validity.to);
}

Described Describe(const Directory& directory) {
  Described all;
  for (const AuthorityEntry& authority : directory.authorities()) {
    const std::string& id = authority.record.id();
    all[absl::StrCat("authority ", id)] = authority.record.SerializeAsString();
    if (!authority.identity_sha256.empty()) all[absl::StrCat("keys of ", id)] = KeysText(authority);
  }
  for (const System& system : directory.systems()) {
    all[absl::StrCat("system ", system.identity)] = absl::StrJoin(system.certificate_sha256, ",");
  }
  for (const Operator& person : directory.operators()) {
    all[absl::StrCat("operator ", person.id)] =
        absl::StrCat(static_cast<int>(person.role), absl::StrJoin(person.certificate_sha256, ","));
  }
  for (const AccreditedUser& user : directory.users()) {
    all[absl::StrCat("user ", user.id)] =
        absl::StrCat(ValidityText(user.accredited), absl::StrJoin(user.certificate_sha256, ","));
  }
  for (const v1::Instrument& instrument : directory.instruments()) {
    all[absl::StrCat("instrument ", instrument.id())] = instrument.SerializeAsString();
  }
  for (const DeadlineProfile& profile : directory.deadlines().all()) {
    all[absl::StrCat("deadline ", profile.id)] = ToWire(profile).SerializeAsString();
  }
  for (const v1::Requirement& requirement : directory.requirements()) {
    all[absl::StrCat("requirement ", requirement.id())] = requirement.SerializeAsString();
  }
  for (const Calendar& calendar : directory.calendars()) {
    all[absl::StrCat("calendar ", calendar.id)] = calendar.sha256;
  }
  return all;
}

}  // namespace

std::vector<std::string> DescribeChanges(const Directory& before, const Directory& after) {
  const Described old_things = Describe(before);
  const Described new_things = Describe(after);
  std::vector<std::string> changes;
  for (const auto& [name, text] : new_things) {
    const auto old = old_things.find(name);
    if (old == old_things.end()) {
      changes.push_back(absl::StrCat(name, ": added"));
    } else if (old->second != text) {
      changes.push_back(absl::StrCat(name, ": changed"));
    }
  }
  for (const auto& [name, text] : old_things) {
    if (new_things.count(name) == 0) changes.push_back(absl::StrCat(name, ": removed"));
  }
  return changes;
}

}  // namespace rogatoria
