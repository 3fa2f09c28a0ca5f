#include "services/exchange/placement.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"

namespace rogatoria::exchange {
namespace {

constexpr v1::ActKind kPlacement = v1::ACT_KIND_SHELTER_PLACEMENT;

bool IsCoordinator(const Directory& directory, const std::string& authority) {
  const AuthorityEntry* const entry = directory.FindAuthority(authority);
  return entry != nullptr && entry->Is(v1::AUTHORITY_KIND_VICTIM_COORDINATOR);
}

absl::Status NotCoordinator(absl::string_view field) {
  return Error(Reason::ADDRESSEE_NOT_COORDINATOR).Field(absl::StrCat("act.header.", field));
}

absl::Status AddresseeNotCoordinator() {
  return NotCoordinator("recipients[0].authority");
}

bool GoesToCoordinator(const Directory& directory, const v1::ActHeader& header) {
  return IsCoordinator(directory, header.recipients(0).authority());
}

// Of the country of `authority`, to whom it could hand on.
bool HasOtherCoordinator(const Directory& directory, const std::string& authority) {
  const AuthorityEntry* const entry = directory.FindAuthority(authority);
  if (entry == nullptr) return false;
  const auto all = directory.AuthoritiesOf(entry->record.country());
  return std::any_of(all.begin(), all.end(), [&](const AuthorityEntry* other) {
    return other->record.id() != authority && other->Is(v1::AUTHORITY_KIND_VICTIM_COORDINATOR);
  });
}

// Leaves the measures that a coordinator is responsible for; false when there are none.
bool LeaveCoordinators(const Directory& directory, const v1::Case& found, v1::AllowedAct& act) {
  v1::AllowedAct left = act;
  left.clear_measures();
  for (const v1::Measure& measure : found.measures()) {
    const bool meant = std::find(act.measures().begin(), act.measures().end(), measure.ordinal()) !=
                       act.measures().end();
    if (meant && IsCoordinator(directory, measure.responsible_authority())) {
      left.add_measures(measure.ordinal());
    }
  }
  act = left;
  return !act.measures().empty();
}

bool MayBeSent(const Directory& directory,
               v1::ActKind opening,
               const v1::Case& found,
               v1::AllowedAct& act) {
  if (act.kind() == v1::ACT_KIND_FORWARDING_NOTICE) {
    return opening != kPlacement || HasOtherCoordinator(directory, act.authority());
  }
  return act.kind() != kPlacement || LeaveCoordinators(directory, found, act);
}

}  // namespace

absl::Status CheckPlacement(const Directory& directory, const v1::ActHeader& header) {
  if (header.kind() != kPlacement || GoesToCoordinator(directory, header)) return absl::OkStatus();
  const bool opens_case = header.case_id() == header.act_id();
  if (!opens_case && IsCoordinator(directory, header.sender())) return absl::OkStatus();
  return AddresseeNotCoordinator();
}

absl::Status CheckPlacementIn(const Directory& directory,
                              const CaseRecord& current,
                              const v1::ActHeader& header) {
  if (header.kind() != kPlacement) return absl::OkStatus();
  if (current.RoleOf(header.sender()) == v1::CASE_ROLE_REQUESTED) {
    return IsCoordinator(directory, header.sender()) ? absl::OkStatus() : NotCoordinator("sender");
  }
  return GoesToCoordinator(directory, header) ? absl::OkStatus() : AddresseeNotCoordinator();
}

absl::Status CheckPlacementHandedOn(const Directory& directory,
                                    const v1::ActHeader& header,
                                    v1::ActKind opening,
                                    v1::ActKind answered) {
  if (header.kind() != v1::ACT_KIND_FORWARDING_NOTICE) return absl::OkStatus();
  const bool about_a_place = opening == kPlacement || answered == kPlacement;
  return !about_a_place || GoesToCoordinator(directory, header) ? absl::OkStatus()
                                                                : AddresseeNotCoordinator();
}

void WithholdPlacements(const Directory& directory,
                        v1::ActKind opening,
                        v1::GetCaseResponse& response) {
  auto& acts = *response.mutable_allowed_acts();
  acts.erase(std::remove_if(acts.begin(),
                            acts.end(),
                            [&](v1::AllowedAct& act) {
                              return !MayBeSent(directory, opening, response.case_(), act);
                            }),
             acts.end());
}

}  // namespace rogatoria::exchange
