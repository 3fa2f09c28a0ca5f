#include "services/agent/spool_out.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/client/act_file.h"
#include "common/client/office.h"
#include "common/client/safe_name.h"
#include "services/agent/agent_limits.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxRequestBytes = 4 * 1024 * 1024;

std::vector<std::string> FoldersIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

const SpoolFile* Find(const SpoolFolderView& view, const std::string& name) {
  for (const SpoolFile& file : view.files)
    if (file.name == name) return &file;
  return nullptr;
}

// The letters that have the slip's name with another ending: one, or nobody knows which is meant.
std::vector<std::string> LettersOf(const SpoolFolderView& view, const std::string& slip) {
  std::vector<std::string> letters;
  for (const SpoolFile& file : view.files) {
    if (!client::IsActFileName(file.name) && StemOf(file.name) == StemOf(slip))
      letters.push_back(file.name);
  }
  return letters;
}

void NoteHeld(const SpoolItem& item,
              const absl::Status& why,
              const std::string& words,
              v1::HeldFile& shown) {
  const auto details = GetErrorDetails(why);
  shown.set_request_id(item.request_id);
  shown.set_file(absl::StrCat(
      item.contact, item.contact.empty() ? "" : "/", client::SafeFileName(item.name, 1)));
  shown.set_reason(details.has_value() ? std::string(ReasonName(details->reason)) : "");
  shown.set_reason_text(words);
  if (shown.since_unix_ms() == 0) shown.set_since_unix_ms(absl::ToUnixMillis(absl::Now()));
}

std::string NewRequestId() {
  SystemRandom random;
  return GenerateUuid(random, SystemClock().Now());
}

}  // namespace

bool MayBeOverLater(const absl::Status& status) {
  return client::StaysInOutbox(status) || client::KeyIsAway(status);
}

SpoolOut::SpoolOut(const SpoolFolders& folders,
                   SpoolAgent& agent,
                   const SpoolOptions& options,
                   std::function<void(const absl::Status&)> fault)
    : folders_(folders),
      agent_(agent),
      options_(options),
      fault_(std::move(fault)),
      language_(agent.language()),
      status_files_(folders),
      settled_(options.settle,
               [this](const std::string& path) { return status_files_.IsOurs(path); }) {}

std::string SpoolOut::ItemFolder(const SpoolItem& item) const {
  return absl::StrCat(folders_.taking(), "/", item.request_id);
}

void SpoolOut::Resume() {
  status_files_.Resume();
  // What waited when an earlier run ended is told again, or is gone.
  for (const std::string& path : status_files_.Ours()) {
    told_[path];
    waiting_since_[path] = absl::Now();
  }
  for (const std::string& folder : {folders_.items(), folders_.taking()}) {
    for (const std::string& id : FoldersIn(folder)) {
      const auto item = ReadItem(absl::StrCat(folder, "/", id));
      if (item.ok()) ForgetTold(item->StatusPath(folders_));
    }
  }
  for (const std::string& id : FoldersIn(folders_.taking())) {
    const std::string folder = absl::StrCat(folders_.taking(), "/", id);
    const auto item = ReadItem(folder);
    // Nothing was moved before the journal was whole.
    const bool nothing = item.ok() ? TookNothing(*item) : !FileExists(folder + "/item");
    std::error_code error;
    if (nothing) fs::remove_all(folder, error);
    if (nothing || !item.ok()) continue;
    if (WasAsked(*item) || MoveIn(*item)) Go(*item);
  }
}

void SpoolOut::Scan() {
  status_files_.Adopt();
  RetryDue();
  ScanPlace("");
  const std::set<std::string> contacts = agent_.contacts();
  for (const std::string& contact : settled_.Look(folders_.out).folders) {
    if (contacts.contains(contact)) {
      ScanPlace(contact);
    } else {
      TellWaiting(folders_.out, contact, Say(language_, SpoolText::UNKNOWN_CONTACT, contact));
    }
  }
  settled_.Sweep();
  SweepTold();
  ShowHeld();
}

void SpoolOut::ScanPlace(const std::string& contact) {
  Place place;
  place.contact = contact;
  const std::string folder =
      contact.empty() ? folders_.out : absl::StrCat(folders_.out, "/", contact);
  place.view = settled_.Look(folder);
  TellOfOthers(place);
  for (const SpoolFile& file : place.view.files)
    if (client::IsActFileName(file.name)) ScanSlip(place, file);
  const std::string why_wait = WhyLettersWait(place);
  for (const SpoolFile& file : place.view.files) {
    if (client::IsActFileName(file.name) || place.spoken_for.contains(file.name)) continue;
    if (IsStatusName(file.name)) {
      TellWaiting(folder, file.name, Say(language_, SpoolText::STATUS_NAME));
    } else if (why_wait.empty()) {
      ScanLetter(place, file);
    } else {
      TellWaiting(folder, file.name, why_wait);
    }
  }
}

std::string SpoolOut::WhyLettersWait(const Place& place) const {
  for (const SpoolFile& file : place.view.files) {
    if (client::IsActFileName(file.name) && (!file.settled || file.mark.size == 0))
      return Say(language_, SpoolText::WAITS_SLIP_UNSETTLED, file.name);
  }
  if (!place.unread.empty()) return Say(language_, SpoolText::WAITS_SLIP_UNREAD, place.unread);
  for (const std::string& name : place.view.unreadable)
    if (client::IsActFileName(name)) return Say(language_, SpoolText::NEEDS_UNREADABLE, name);
  return "";
}

void SpoolOut::TellOfOthers(const Place& place) {
  SpoolItem here;
  here.contact = place.contact;
  const std::string folder = here.Source(folders_);
  const std::set<std::string> below(place.view.folders.begin(), place.view.folders.end());
  for (const std::string& name : place.view.others) {
    if (place.contact.empty() && below.contains(name)) continue;  // looked at by itself
    TellWaiting(folder, name, Say(language_, SpoolText::NOT_ORDINARY));
  }
  for (const std::string& name : place.view.unreadable)
    TellWaiting(folder, name, Say(language_, SpoolText::NOT_READABLE));
}

void SpoolOut::ScanSlip(Place& place, const SpoolFile& file) {
  SpoolItem item;
  item.contact = place.contact;
  const std::string folder = item.Source(folders_);
  const std::vector<std::string> letters = LettersOf(place.view, file.name);
  place.spoken_for.insert(letters.begin(), letters.end());
  // What a slip names goes with it or waits with it, never alone.
  const auto slip = ReadSlip(absl::StrCat(folder, "/", file.name));
  if (slip.ok()) place.spoken_for.insert(slip->files.begin(), slip->files.end());
  if (!slip.ok()) place.unread = file.name;
  if (const std::string why = WhyLetterKeeps(place, file.name); !why.empty()) {
    return TellWaiting(folder, file.name, why);
  }
  if (!file.settled || file.mark.size == 0) {
    const SpoolText why = file.settled ? SpoolText::WAITS_EMPTY : SpoolText::WAITS_UNSETTLED;
    return TellWaiting(folder, file.name, Say(language_, why, file.name + kReadySuffix));
  }
  if (!slip.ok()) {
    const std::string why =
        absl::StrReplaceAll(agent_.Explain(slip.status()), {{folder + "/", ""}});
    return TellWaiting(
        folder, file.name, absl::StrCat(Say(language_, SpoolText::WAITS_MENDED_SLIP), "\n", why));
  }
  item = CanBeFollowed(*slip, file.name) ? GroupOf(place, file, *slip)
                                         : RefusedGroupOf(place, file, *slip);
  if (item.files.empty()) return;
  item.name = file.name;
  item.slip = 0;
  item.request_id = slip->request_id.empty() ? NewRequestId() : slip->request_id;
  Take(place.view, std::move(item));
}

// All that is its own: what would come later, or alone, would go as a letter.
SpoolItem SpoolOut::RefusedGroupOf(const Place& place, const SpoolFile& file, const Slip& slip) {
  const std::vector<std::string> letters = LettersOf(place.view, file.name);
  std::set<std::string> own(letters.begin(), letters.end());
  for (const std::string& name : slip.files)
    if (IsPlainName(name) && !client::IsActFileName(name)) own.insert(name);
  SpoolItem item;
  item.contact = place.contact;
  item.files = {file.name};
  item.slip = 0;
  item.request_id = slip.request_id;
  for (const std::string& name : own) {
    if (!IsHere(place, name)) {
      const std::string folder = item.Source(folders_);
      const std::string why = absl::StrReplaceAll(WhyRefused(item, slip), {{folder + "/", ""}});
      TellWaiting(folder, file.name, absl::StrCat(WhyMissing(place, name), "\n", why));
      return SpoolItem();
    }
    item.files.push_back(name);
  }
  return item;
}

std::string SpoolOut::WhyLetterKeeps(const Place& place, const std::string& slip) const {
  const auto is_letter = [&](const std::string& name) {
    return !client::IsActFileName(name) && StemOf(name) == StemOf(slip);
  };
  for (const std::string& name : place.view.unreadable)
    if (is_letter(name)) return Say(language_, SpoolText::NEEDS_UNREADABLE, name);
  const auto& folders = place.view.folders;
  for (const std::string& name : place.view.others) {
    const bool is_folder = std::find(folders.begin(), folders.end(), name) != folders.end();
    if (is_letter(name) && !is_folder) return Say(language_, SpoolText::NEEDS_ORDINARY, name);
  }
  return "";
}

SpoolItem SpoolOut::GroupOf(Place& place, const SpoolFile& file, const Slip& slip) {
  SpoolItem item;
  item.contact = place.contact;
  item.files = {file.name};
  std::set<std::string> named = slip.files;
  std::vector<std::string> letters = LettersOf(place.view, file.name);
  std::erase_if(letters, [&](const std::string& name) { return named.contains(name); });
  if (letters.size() > (slip.names_letter ? 0 : 1)) {
    const std::string unnamed = absl::StrJoin(letters, ", ");
    TellWaiting(
        item.Source(folders_), file.name, Say(language_, SpoolText::WAITS_WHICH_LETTER, unnamed));
    return SpoolItem();
  }
  const std::string letter = letters.empty() ? "" : letters.front();
  if (!letter.empty()) named.insert(letter);
  for (const std::string& name : named) {
    if (!IsHere(place, name)) {
      TellWaiting(item.Source(folders_), file.name, WhyMissing(place, name));
      return SpoolItem();
    }
    if (name == letter) item.letter = item.files.size();
    item.files.push_back(name);
  }
  return item;
}

bool SpoolOut::IsHere(const Place& place, const std::string& name) {
  const SpoolFile* found = Find(place.view, name);
  return found != nullptr && found->settled && found->mark.size != 0;
}

std::string SpoolOut::WhyMissing(const Place& place, const std::string& name) const {
  if (IsUnfinishedName(name)) return Say(language_, SpoolText::WAITS_UNFINISHED_NAME, name);
  const auto& unreadable = place.view.unreadable;
  const bool here = std::find(unreadable.begin(), unreadable.end(), name) != unreadable.end();
  return Say(language_, here ? SpoolText::NEEDS_UNREADABLE : SpoolText::WAITS_FILE, name);
}

void SpoolOut::ScanLetter(const Place& place, const SpoolFile& file) {
  SpoolItem item;
  item.contact = place.contact;
  const std::string folder = item.Source(folders_);
  if (!file.settled) {
    return TellWaiting(
        folder, file.name, Say(language_, SpoolText::WAITS_UNSETTLED, file.name + kReadySuffix));
  }
  if (file.mark.size == 0) {
    return TellWaiting(folder, file.name, Say(language_, SpoolText::WAITS_EMPTY));
  }
  if (place.contact.empty()) {
    return TellWaiting(
        folder, file.name, Say(language_, SpoolText::WAITS_SLIP, StemOf(file.name) + ".toml"));
  }
  if (const std::string why = WhyDefaultKeeps(place.contact); !why.empty()) {
    return TellWaiting(folder, file.name, why);
  }
  item.name = file.name;
  item.files = {file.name};
  item.letter = 0;
  item.request_id = NewRequestId();
  Take(place.view, std::move(item));
}

void SpoolOut::Take(const SpoolFolderView& view, SpoolItem item) {
  const std::string source = item.Source(folders_);
  if (ForbidsMoves(source)) {  // not even a journal, at each look
    return TellWaiting(source, item.name, Say(language_, SpoolText::NOT_MOVABLE));
  }
  item.taken_unix_ms = SystemClock().Now().unix_ms;
  for (const std::string& name : item.files) item.marks.push_back(Find(view, name)->mark);
  std::error_code error;
  if (fs::exists(absl::StrCat(folders_.items(), "/", item.request_id), error) ||
      fs::exists(ItemFolder(item), error)) {
    // Under an id of its own, so that what was taken before stays as it is: PrepareRequest sees
    // that it is not the slip's.
    item.request_id = NewRequestId();
  }
  const absl::Status begun = BeginItem(folders_, item);
  LogFullDisk(begun);
  if (begun.ok()) {
    if (MoveIn(item)) Go(item);
    return;
  }
  // At the next look; what was begun would then be an act of the same id.
  fs::remove_all(ItemFolder(item), error);
  TellNotTaken(item, begun);
}

std::string SpoolOut::WhyDefaultKeeps(const std::string& contact) const {
  const std::string slip = DefaultSlipOf(folders_, contact);
  if (slip.empty()) {
    return Say(language_, SpoolText::WAITS_DEFAULT, folders_.defaults + "/letter.toml");
  }
  const absl::Status fault = CheckDefaultSlip(slip);
  if (fault.ok()) return "";
  return absl::StrCat(
      Say(language_, SpoolText::WAITS_DEFAULT_WRONG, slip), "\n", agent_.Explain(fault));
}

void SpoolOut::TellNotTaken(const SpoolItem& item, const absl::Status& why) {
  TellWaiting(item.Source(folders_),
              item.name,
              absl::StrCat(Say(language_, SpoolText::NOT_TAKEN_YET), "\n", agent_.Explain(why)));
}

bool SpoolOut::MoveIn(const SpoolItem& item) {
  const absl::Status moved = MoveFilesIn(folders_, item);
  // Of what was taken in part and is gone in part, Go tells.
  if (!moved.ok() && !HasReason(moved, Reason::NOT_FOUND)) MoveFilesBack(folders_, item);
  if (moved.ok() || !TookNothing(item)) {
    ForgetWaiting(item.StatusPath(folders_));
    return true;
  }
  std::error_code error;
  fs::remove_all(ItemFolder(item), error);
  if (IsFullDisk(moved)) {
    LogFullDisk(moved);
    TellNotTaken(item, moved);
  } else if (moved.code() == absl::StatusCode::kInternal) {  // not gone
    TellWaiting(item.Source(folders_), item.name, Say(language_, SpoolText::NOT_MOVABLE));
  } else if (HasChanged(moved)) {
    TellUnsettled(item);
  }
  return false;
}

void SpoolOut::TellUnsettled(const SpoolItem& item) {
  TellWaiting(item.Source(folders_),
              item.name,
              Say(language_, SpoolText::WAITS_UNSETTLED, item.name + kReadySuffix));
}

bool SpoolOut::PutBack(const SpoolItem& item) {
  MoveFilesBack(folders_, item);
  if (!TookNothing(item)) return false;
  std::error_code error;
  fs::remove_all(ItemFolder(item), error);
  retries_.erase(item.request_id);
  TellUnsettled(item);
  return true;
}

bool SpoolOut::WasAsked(const SpoolItem& item) const {
  return FileExists(ItemFolder(item) + "/send");
}

bool SpoolOut::TookNothing(const SpoolItem& item) const {
  const std::string folder = ItemFolder(item);
  std::error_code error;
  if (WasAsked(item)) return false;
  for (size_t i = 0; i < item.files.size(); ++i) {
    if (fs::exists(fs::symlink_status(absl::StrCat(folder, "/", item.PartName(i)), error)))
      return false;
  }
  return true;
}

// The office knows its files by the names that it gave them.
std::string SpoolOut::WithOwnNames(const SpoolItem& item, const std::string& text) const {
  std::string named = text;
  for (size_t i = item.files.size(); i > 0; --i) {
    named = absl::StrReplaceAll(
        named, {{absl::StrCat(ItemFolder(item), "/", item.PartName(i - 1)), item.files[i - 1]}});
  }
  return named;
}

bool SpoolOut::Go(const SpoolItem& item) {
  std::string refusal;
  const auto request = PrepareRequest(item, refusal);
  absl::Status done = request.status();
  if (HasChanged(done)) {
    if (PutBack(item)) return true;
    refusal = Say(language_, SpoolText::FILE_CHANGED, GetErrorDetails(done)->field);
  }
  if (refusal.empty() && item.slip == kNoFile && !WasAsked(item) &&
      !WhyDefaultKeeps(item.contact).empty() && PutBack(item)) {
    return true;  // the default became wrong since it was taken
  }
  if (refusal.empty() && request.ok()) {
    Tell(item.StatusPath(folders_), Say(language_, SpoolText::TAKEN)).IgnoreError();
    const auto sent = agent_.Send(*request);
    done = sent.ok() ? Finish(item, *sent) : sent.status();
    if (sent.ok() && !done.ok()) retries_[item.request_id].sent = true;
  }
  const bool before = HasReason(done, Reason::ACT_ID_REUSED);
  if (refusal.empty() && !done.ok() && !MayBeOverLater(done)) {
    refusal =
        before ? Say(language_, SpoolText::TAKEN_BEFORE) : WithOwnNames(item, agent_.Explain(done));
  }
  if (!refusal.empty()) done = Refuse(item, WhyFile(refusal, before));
  if (!done.ok()) {
    RetryLater(item, done);
    return false;
  }
  if (request.ok()) ForgetFiles(*request, agent_);
  retries_.erase(item.request_id);
  return true;
}

absl::StatusOr<v1::SendRequest> SpoolOut::PrepareRequest(const SpoolItem& item,
                                                         std::string& refusal) {
  const std::string folder = ItemFolder(item);
  const std::string kept = folder + "/send";
  v1::SendRequest request;
  if (const auto bytes = ReadFile(kept, kMaxRequestBytes);
      bytes.ok() && request.ParseFromString(*bytes)) {
    return request;
  }
  const absl::Status moved = MoveFilesIn(folders_, item);
  if (HasReason(moved, Reason::NOT_FOUND)) {
    const auto details = GetErrorDetails(moved);
    refusal = Say(language_, SpoolText::FILE_GONE, details.has_value() ? details->field : "");
  }
  ROG_RETURN_IF_ERROR(moved);
  ROG_ASSIGN_OR_RETURN(
      Slip slip,
      ReadSlip(item.slip == kNoFile ? DefaultSlipOf(folders_, item.contact)
                                    : absl::StrCat(folder, "/", item.PartName(item.slip))));
  // Not under an id of its own: it may be what was taken then.
  const bool another = !slip.request_id.empty() && slip.request_id != item.request_id;
  if (item.slip != kNoFile && another) {
    return Error(Reason::ACT_ID_REUSED).Field("request_id").ToStatus();
  }
  refusal = WhyRefused(item, slip);
  if (!refusal.empty()) return Error(Reason::FIELD_INVALID).Field("file").ToStatus();
  ROG_RETURN_IF_ERROR(slip.fault);
  ROG_ASSIGN_OR_RETURN(request, RequestOf(item, folder, std::move(slip), agent_));
  // Who had it open may have gone on writing while it was read.
  absl::Status whole = CheckFilesIn(folders_, item);
  if (whole.ok()) whole = WriteFileDurably(kept, request.SerializeAsString(), 0600);
  if (!whole.ok()) ForgetFiles(request, agent_);
  ROG_RETURN_IF_ERROR(whole);
  return request;
}

// What makes a slip one to refuse, read from what lies in `taking` alone: after a kill it is found
// again.
std::string SpoolOut::WhyRefused(const SpoolItem& item, const Slip& slip) const {
  if (!slip.leads_out.empty()) return Say(language_, SpoolText::SLIP_LEADS_OUT, slip.leads_out);
  if (item.slip == kNoFile) return "";
  const std::string& own = item.files[item.slip];
  if (slip.files.contains(own)) return Say(language_, SpoolText::SLIP_NAMES_ITSELF, own);
  return slip.fault.ok() ? "" : absl::StrCat(own, ": ", agent_.Explain(slip.fault));
}

// The agent has it: nothing of it can be lost any more, whatever comes after.
absl::Status SpoolOut::Finish(const SpoolItem& item, const v1::ActStatus& status) {
  const std::string folder = ItemFolder(item);
  const std::string kept = absl::StrCat(folders_.receipts, "/", item.FolderName());
  ROG_RETURN_IF_ERROR(MoveFilesTo(folder, item, kept + "/sent"));
  // What is asked again after a kill stays until nothing is asked any more.
  const std::string taken = absl::StrCat(folders_.items(), "/", item.request_id);
  ROG_RETURN_IF_ERROR(MoveDurably(folder, taken));
  std::error_code error;
  fs::remove(taken + "/send", error);
  return Moved(status);
}

absl::Status SpoolOut::Refuse(const SpoolItem& item, const std::string& why_file) {
  const std::string target = absl::StrCat(folders_.failed, "/", item.RefusedName());
  const std::string reason = absl::StrCat(target, "/", kWhyFile);
  std::error_code error;
  ROG_RETURN_IF_ERROR(MakeSharedFolder(target));
  // What was said before a kill was the reason; what is found after it may be its trace.
  if (!fs::exists(reason, error)) {
    ROG_RETURN_IF_ERROR(WriteSharedFile(reason, why_file));
  }
  ROG_RETURN_IF_ERROR(MoveFilesTo(ItemFolder(item), item, target));
  status_files_.Remove(item.StatusPath(folders_));
  told_.erase(item.StatusPath(folders_));
  fs::remove_all(ItemFolder(item), error);
  return SyncFolder(folders_.taking());
}

void SpoolOut::RetryLater(const SpoolItem& item, const absl::Status& why) {
  Retry& retry = retries_[item.request_id];
  retry.pause = std::clamp(2 * retry.pause, limits::kFirstPause, limits::kLongestPause);
  retry.next = absl::Now() + retry.pause;
  if (IsFullDisk(why)) LogFullDisk(why);
  const std::string words = agent_.Explain(why);
  NoteHeld(item, why, words, retry.shown);
  const std::string text = absl::StrCat(Say(language_, SpoolText::TRIED_AGAIN), "\n", words);
  const absl::Status told = Tell(item.StatusPath(folders_), text);
  if (HasReason(told, Reason::FIELD_INVALID)) {
    TellElsewhere(item.StatusPath(folders_), item.name, text);
  }
}

void SpoolOut::RetryDue() {
  std::vector<std::string> due;
  for (const auto& [id, retry] : retries_)
    if (retry.next <= absl::Now()) due.push_back(id);
  for (const std::string& id : due) {
    const auto item = ReadItem(absl::StrCat(folders_.taking(), "/", id));
    if (item.ok()) {
      Go(*item);
    } else {
      retries_.erase(id);
    }
  }
}

}  // namespace rogatoria::agent
