#include "common/client/age_rules.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "common/client/typed_content.h"

namespace rogatoria::client {
namespace {

using content::v1::Minority;
using content::v1::VulnerabilityProfile;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The day begins first where the clock is fourteen hours ahead of UTC, and ends last where it is
// twelve behind. Where the person is nobody here knows.
constexpr int kFirstOffsetHours = 14, kLastOffsetHours = -12;

// What one act says of one person.
struct Said {
  std::string path;  // of the message that the person is
  Minority minority = content::v1::MINORITY_UNSPECIFIED;
  VulnerabilityProfile profile = {};
  std::vector<std::string> births = {};

  std::string OwnField() const { return JoinPath(path, "minority"); }
  std::string ProfileField() const { return JoinPath(path, "vulnerability.minority"); }
};

std::string TextIn(const Message& message, const char* name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

Minority MinorityIn(const Message& message) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName("minority");
  return field == nullptr
             ? content::v1::MINORITY_UNSPECIFIED
             : static_cast<Minority>(message.GetReflection()->GetEnumValue(message, field));
}

VulnerabilityProfile ProfileIn(const Message& message) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName("vulnerability");
  if (field == nullptr) return {};
  return static_cast<const VulnerabilityProfile&>(
      message.GetReflection()->GetMessage(message, field));
}

// A pseudonym that nobody wrote is nobody's.
std::vector<std::string> BirthsOf(const Message& person,
                                  const content::v1::IdentityPart& identity) {
  std::vector<std::string> births = {TextIn(person, "birth_day")};
  const std::string pseudonym = TextIn(person, "pseudonym");
  for (const content::v1::IdentityRecord& record : identity.records()) {
    if (!pseudonym.empty() && record.pseudonym() == pseudonym) births.push_back(record.birth_day());
  }
  return births;
}

// A person is whatever may have a profile: the persons of a request, those detected, those
// referred.
std::vector<Said> Persons(const ActDraft& draft) {
  std::vector<Said> persons;
  EachField(
      draft.content,
      "",
      [&](const Message& message, const FieldDescriptor&, const std::string& path) {
        if (message.GetDescriptor()->FindFieldByName("vulnerability") == nullptr) return;
        if (!persons.empty() && persons.back().path == path) return;  // by an earlier field
        const auto known = std::find_if(
            persons.begin(), persons.end(), [&](const Said& one) { return one.path == path; });
        if (known != persons.end()) return;
        persons.push_back(
            {path, MinorityIn(message), ProfileIn(message), BirthsOf(message, draft.identity)});
      });
  return persons;
}

// Nobody under eighteen is of age, and nobody of age is a minor.
bool AgeContradicts(Minority minority, const VulnerabilityProfile& profile) {
  if (minority == content::v1::MINORITY_NO) {
    return (profile.age_from() != 0 && profile.age_from() < kOfAge) ||
           (profile.age_to() != 0 && profile.age_to() < kOfAge);
  }
  return minority == content::v1::MINORITY_YES && profile.age_from() >= kOfAge;
}

// One place says that somebody is of age, the other that it is a minor or has to count as one.
bool Disagree(Minority one, Minority other) {
  const auto stated = [](Minority value) { return value != content::v1::MINORITY_UNSPECIFIED; };
  return stated(one) && stated(other) &&
         (one == content::v1::MINORITY_NO) != (other == content::v1::MINORITY_NO);
}

absl::CivilDay EighteenOn(const absl::CivilDay& born) {
  return absl::CivilDay(born.year() + kOfAge, born.month(), born.day());
}

absl::CivilDay DayAt(absl::Time now, int offset_hours) {
  return absl::ToCivilDay(now, absl::FixedTimeZone(offset_hours * 60 * 60));
}

bool IsOfAgeEverywhere(const absl::CivilDay& born, absl::Time now) {
  return EighteenOn(born) <= DayAt(now, kLastOffsetHours);
}

bool IsMinorEverywhere(const absl::CivilDay& born, absl::Time now) {
  return EighteenOn(born) > DayAt(now, kFirstOffsetHours);
}

// Nothing for what is no day: another rule tells of that.
bool BirthContradicts(const std::string& text, Minority minority, absl::Time now) {
  absl::CivilDay born;
  if (!absl::ParseCivilTime(text, &born)) return false;
  return (minority == content::v1::MINORITY_YES && IsOfAgeEverywhere(born, now)) ||
         (minority == content::v1::MINORITY_NO && IsMinorEverywhere(born, now));
}

// The estimate is wholly on the other side of eighteen.
bool BirthContradictsAges(const std::string& text,
                          const VulnerabilityProfile& profile,
                          absl::Time now) {
  absl::CivilDay born;
  if (!absl::ParseCivilTime(text, &born)) return false;
  const bool estimated_minor = profile.age_to() != 0 && profile.age_to() < kOfAge;
  return (estimated_minor && IsOfAgeEverywhere(born, now)) ||
         (profile.age_from() >= kOfAge && IsMinorEverywhere(born, now));
}

template <typename Contradicts>
bool AnyBirth(const Said& said, Contradicts contradicts) {
  return std::any_of(said.births.begin(), said.births.end(), contradicts);
}

}  // namespace

Places AgeContradictions(const ActDraft& draft) {
  Places places;
  for (const Said& said : Persons(draft)) {
    if (AgeContradicts(said.profile.minority(), said.profile))
      places.push_back(said.ProfileField());
    if (Disagree(said.minority, said.profile.minority()) ||
        AgeContradicts(said.minority, said.profile))
      places.push_back(said.OwnField());
  }
  return places;
}

Places BirthContradictions(const ActDraft& draft, absl::Time now) {
  Places places;
  for (const Said& said : Persons(draft)) {
    const auto against = [&](Minority minority) {
      return AnyBirth(said, [&](const auto& day) { return BirthContradicts(day, minority, now); });
    };
    if (against(said.minority)) places.push_back(said.OwnField());
    if (against(said.profile.minority())) places.push_back(said.ProfileField());
    if (AnyBirth(said,
                 [&](const auto& day) { return BirthContradictsAges(day, said.profile, now); }))
      places.push_back(JoinPath(said.path, "vulnerability.age_from"));
  }
  return places;
}

Places TurnedAges(const ActDraft& draft) {
  Places places;
  for (const auto& found : All<VulnerabilityProfile>(draft.content, "")) {
    if (found.message->age_to() != 0 && found.message->age_from() > found.message->age_to())
      places.push_back(JoinPath(found.path, "age_from"));
  }
  return places;
}

}  // namespace rogatoria::client
