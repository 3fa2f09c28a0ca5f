#include "services/cli/received.h"

#include "common/base/status_macros.h"
#include "common/model/evidence.h"
#include "common/receipt/receipt.h"
#include "services/cli/views.h"

namespace rogatoria::cli {
namespace {

// Kept only if it opens: the key in the notice is the other side's word.
absl::Status TakeOne(client::Office& office, const content::v1::ForwardedAct& forwarded) {
  ROG_ASSIGN_OR_RETURN(const v1::Act act, office.FetchForwarded(forwarded));
  ROG_RETURN_IF_ERROR(office.OpenAct(act).status());
  return KeepReceived(office, act);
}

}  // namespace

bool IsKept(client::Office& office, const std::string& act_id) {
  const auto folder = office.Folder();
  return folder.ok() && (*folder)->Holds(act_id);
}

absl::Status KeepReceived(client::Office& office, const v1::Act& act) {
  ROG_ASSIGN_OR_RETURN(client::CaseFolder * folder, office.Folder());
  return folder->Keep(act);
}

std::string KeptEffectCode(const client::OfficeProfile& profile, const v1::ActHeader& header) {
  const auto kept = client::KeptAcceptance(client::ReceiptFolder(profile.state, header.act_id()));
  if (kept.empty()) return EffectCode(header);
  const auto parts = ParseReceipt(kept[0].content());
  const auto said = parts.ok() ? ParseEvidence(parts->evidence) : parts.status();
  if (!said.ok() || said->act_id != header.act_id()) return EffectCode(header);
  return std::string(StatedEffectName(said->effect));
}

void TakeAsSubstitute(Session& session, client::Office& office, const v1::Notice& notice) {
  if (IsKept(office, notice.act_id())) return;
  const auto act = office.FetchAsSubstitute(notice);
  const absl::Status taken = act.ok() ? KeepReceived(office, *act) : act.status();
  if (!taken.ok()) PrintError(session, taken);
  session.Note(taken.ok() ? Message::NOTE_SUBSTITUTE_TAKEN : Message::NOTE_SUBSTITUTE_LATER,
               notice.act_id());
}

void TakeForwarded(Session& session, client::Office& office, const client::OpenedAct& notice) {
  const content::v1::ForwardingNotice& content = notice.content.forwarding_notice();
  if (content.competent_authority() != office.profile().authority) return;
  for (const content::v1::ForwardedAct& forwarded : content.forwarded_acts()) {
    if (IsKept(office, forwarded.act_id())) continue;
    const absl::Status taken = TakeOne(office, forwarded);
    if (!taken.ok()) PrintError(session, taken);
    session.Note(taken.ok() ? Message::NOTE_FORWARDED_TAKEN : Message::NOTE_FORWARDED_LATER,
                 forwarded.act_id());
  }
}

}  // namespace rogatoria::cli
