#include "common/ledger/reading_rights.h"

#include <algorithm>

#include "common/base/status_macros.h"

namespace rogatoria {

bool IsNamedBy(const ActRecord& act, absl::string_view authority) {
  if (act.sender == authority) return true;
  if (act.disposition == v1::ACT_DISPOSITION_REFUSED) return false;
  return std::find(act.recipients.begin(), act.recipients.end(), authority) != act.recipients.end();
}

bool MayRead(const CaseRecord& of_case, const ActRecord& act, absl::string_view authority) {
  if (IsNamedBy(act, authority)) return true;
  if (act.disposition == v1::ACT_DISPOSITION_REFUSED) return false;
  if (of_case.CallsSubstitute(authority, act.act_id)) return true;
  return of_case.ReadsByForwarding(authority, act.case_position, [&act](absl::string_view other) {
    return IsNamedBy(act, other);
  });
}

absl::StatusOr<bool> MayRead(Snapshot& snapshot,
                             const ActRecord& act,
                             absl::string_view authority) {
  if (IsNamedBy(act, authority)) return true;
  const absl::StatusOr<CaseRecord> of_case = snapshot.GetCase(act.case_id);
  if (absl::IsNotFound(of_case.status())) return false;
  ROG_RETURN_IF_ERROR(of_case.status());
  return MayRead(*of_case, act, authority);
}

}  // namespace rogatoria
