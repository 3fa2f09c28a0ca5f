#include "services/cli/received.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/model/evidence.h"
#include "common/receipt/receipt.h"
#include "services/cli/views.h"

namespace rogatoria::cli {
namespace {

std::string InboxFile(const client::OfficeProfile& profile, const std::string& act_id) {
  return absl::StrCat(InboxFolder(profile), "/", absl::StrReplaceAll(act_id, {{"/", "_"}}), ".act");
}

// Kept only if it opens: the key in the notice is the other side's word.
absl::Status TakeOne(client::Office& office, const content::v1::ForwardedAct& forwarded) {
  ROG_ASSIGN_OR_RETURN(const v1::Act act, office.FetchForwarded(forwarded));
  ROG_ASSIGN_OR_RETURN(const client::OpenedAct opened, office.OpenAct(act));
  return KeepReceived(office.profile(), opened.header.act_id(), act);
}

}  // namespace

std::string InboxFolder(const client::OfficeProfile& profile) {
  return profile.state + "/inbox";
}

bool IsReceived(const client::OfficeProfile& profile, const std::string& act_id) {
  std::error_code error;
  return std::filesystem::exists(InboxFile(profile, act_id), error);
}

absl::Status KeepReceived(const client::OfficeProfile& profile,
                          const std::string& act_id,
                          const v1::Act& act) {
  ROG_RETURN_IF_ERROR(CreateFolders(InboxFolder(profile)));
  return WriteFileDurably(InboxFile(profile, act_id), act.SerializeAsString(), 0600);
}

absl::StatusOr<client::OpenedAct> LoadActFrom(client::Office& office, const std::string& path) {
  ROG_ASSIGN_OR_RETURN(Bytes bytes, ReadFile(path, limits::kMaxMessageBytes));
  v1::Act act;
  if (!act.ParseFromString(bytes))
    return Failure(absl::StatusCode::kDataLoss, Sentence::FILE_DAMAGED, path);
  return office.OpenAct(act);
}

absl::StatusOr<client::OpenedAct> LoadReceived(client::Office& office, const std::string& act_id) {
  return LoadActFrom(office, InboxFile(office.profile(), act_id));
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
  if (IsReceived(office.profile(), notice.act_id())) return;
  const auto act = office.FetchAsSubstitute(notice);
  const absl::Status taken =
      act.ok() ? KeepReceived(office.profile(), notice.act_id(), *act) : act.status();
  if (!taken.ok()) PrintError(session, taken);
  session.Note(taken.ok() ? Message::NOTE_SUBSTITUTE_TAKEN : Message::NOTE_SUBSTITUTE_LATER,
               notice.act_id());
}

void TakeForwarded(Session& session, client::Office& office, const client::OpenedAct& notice) {
  const content::v1::ForwardingNotice& content = notice.content.forwarding_notice();
  if (content.competent_authority() != office.profile().authority) return;
  for (const content::v1::ForwardedAct& forwarded : content.forwarded_acts()) {
    if (IsReceived(office.profile(), forwarded.act_id())) continue;
    const absl::Status taken = TakeOne(office, forwarded);
    if (!taken.ok()) PrintError(session, taken);
    session.Note(taken.ok() ? Message::NOTE_FORWARDED_TAKEN : Message::NOTE_FORWARDED_LATER,
                 forwarded.act_id());
  }
}

}  // namespace rogatoria::cli
