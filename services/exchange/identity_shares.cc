#include "services/exchange/identity_shares.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/directory/signer.h"
#include "common/ledger/reading_rights.h"
#include "common/model/evidence.h"
#include "common/model/header.h"

namespace rogatoria::exchange {
namespace {

absl::Status NotOfAct() {
  return Error(Reason::OPENING_NOT_OF_ACT).Field("opening_act_id");
}

bool IsRecipient(const ActRecord& act, absl::string_view authority) {
  return std::find(act.recipients.begin(), act.recipients.end(), authority) != act.recipients.end();
}

// The act, if its identity part is the caller's to open.
absl::StatusOr<ActRecord> FindAct(Snapshot& snapshot,
                                  const Caller& caller,
                                  const std::string& act_id) {
  absl::StatusOr<ActRecord> act = snapshot.GetAct(act_id);
  const absl::Status not_found = Error(Reason::ACT_NOT_FOUND).Field("act_id");
  if (absl::IsNotFound(act.status())) return not_found;
  ROG_RETURN_IF_ERROR(act.status());
  ROG_ASSIGN_OR_RETURN(const bool may_read, MayRead(snapshot, *act, caller.authority));
  if (!may_read) return not_found;
  if (act->disposition == v1::ACT_DISPOSITION_REFUSED || !IsRecipient(*act, caller.authority)) {
    return Error(Reason::IDENTITY_PART_NOT_YOURS).Field("act_id");
  }
  return act;
}

// The shares of the act, unless it never had any or they are gone.
absl::StatusOr<std::vector<v1::IdentityShare>> FindShares(Snapshot& snapshot,
                                                          const ActRecord& act) {
  if (act.act.header().empty()) return Error(Reason::IDENTITY_PART_ERASED).Field("act_id");
  ROG_ASSIGN_OR_RETURN(auto shares, snapshot.GetIdentityShares(act.act_id));
  if (shares.empty()) return Error(Reason::IDENTITY_PART_ABSENT).Field("act_id");
  return shares;
}

// The caller's own word that it opens this act, told to the act's sender.
absl::StatusOr<ActRecord> FindOpening(Snapshot& snapshot,
                                      const Caller& caller,
                                      const std::string& opening_id,
                                      const ActRecord& act) {
  absl::StatusOr<ActRecord> opening = snapshot.GetAct(opening_id);
  if (absl::IsNotFound(opening.status())) return NotOfAct();
  ROG_RETURN_IF_ERROR(opening.status());
  if (opening->kind != v1::ACT_KIND_OPENING || opening->sender != caller.authority ||
      opening->case_id != act.case_id || opening->disposition == v1::ACT_DISPOSITION_REFUSED ||
      !IsRecipient(*opening, act.sender)) {
    return NotOfAct();
  }
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(opening->act.header()));
  if (header.in_reply_to() != act.act_id) return NotOfAct();
  return opening;
}

// By the A.1 of the opening, which has the certificate whose signature was verified then; who that
// is, and whether a custodian, by the directory of now.
absl::StatusOr<v1::CustodianGroup> GroupOfSigner(Snapshot& snapshot,
                                                 const RegistryState& registry,
                                                 Instant now,
                                                 const ActRecord& opening) {
  ROG_ASSIGN_OR_RETURN(const EntryRecord entry,
                       snapshot.GetEntry(opening.log, opening.first_entry));
  ROG_ASSIGN_OR_RETURN(const Evidence accepted, ParseEvidence(entry.record));
  const AccreditedUser* user = registry.directory->FindUserByCertificate(accepted.signer_sha256);
  if (user == nullptr || user->authority != opening.sender ||
      user->custodian == v1::CUSTODIAN_GROUP_UNSPECIFIED) {
    return Error(Reason::NOT_CUSTODIAN).Field("opening_act_id");
  }
  ROG_RETURN_IF_ERROR(ResolveSigner(*registry.directory,
                                    *registry.standings,
                                    opening.sender,
                                    v1::CHANNEL_CLASS_FORMAL,
                                    accepted.signer_sha256,
                                    now)
                          .status());
  return user->custodian;
}

}  // namespace

absl::StatusOr<Read<v1::GetIdentityShareResponse>> GetIdentityShare(
    Snapshot& snapshot,
    const RegistryState& registry,
    Instant now,
    const Caller& caller,
    const v1::GetIdentityShareRequest& request) {
  ROG_ASSIGN_OR_RETURN(const ActRecord act, FindAct(snapshot, caller, request.act_id()));
  ROG_ASSIGN_OR_RETURN(const auto shares, FindShares(snapshot, act));
  ROG_ASSIGN_OR_RETURN(const ActRecord opening,
                       FindOpening(snapshot, caller, request.opening_act_id(), act));
  ROG_ASSIGN_OR_RETURN(const v1::CustodianGroup group,
                       GroupOfSigner(snapshot, registry, now, opening));
  Read<v1::GetIdentityShareResponse> read;
  read.key_id = act.key_id;
  for (const v1::IdentityShare& share : shares) {
    if (share.group() == group) *read.response.mutable_share() = share;
  }
  return read;
}

}  // namespace rogatoria::exchange
