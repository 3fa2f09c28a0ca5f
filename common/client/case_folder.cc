#include "common/client/case_folder.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/model/header.h"
#include "common/model/ids.h"

namespace rogatoria::client {
namespace {

namespace fs = std::filesystem;

constexpr char kActs[] = "cases/acts";
constexpr char kIndex[] = "cases/index";
constexpr absl::string_view kActSuffix = ".act";
// Acts read one by one before the index is written again: reading so many takes no time.
constexpr size_t kIndexAfter = 256;
// Between the entries of the index; their text has no such octet.
constexpr char kBetween = '\0';

// The id of an act is somebody else's text: none but a well-formed one becomes a file's name.
std::string StemOf(const std::string& act_id) {
  return IsActId(act_id) ? absl::StrReplaceAll(act_id, {{"/", "_"}}) : "";
}

std::string ActName(const std::string& act_id) {
  return absl::StrCat(kActs, "/", StemOf(act_id), kActSuffix);
}

std::string DocumentName(const std::string& act_id, uint32_t number) {
  return absl::StrCat("cases/documents/", StemOf(act_id), "-", number);
}

absl::Status NoSuchAct() {
  return Error(Reason::ACT_NOT_FOUND).Field("act_id");
}

std::vector<std::string> ActFiles(const std::string& folder) {
  std::vector<std::string> paths;
  for (const std::string& name : ListFolder(folder).value_or(std::vector<std::string>())) {
    if (absl::EndsWith(name, kActSuffix)) paths.push_back(absl::StrCat(folder, "/", name));
  }
  return paths;
}

std::vector<const KeptAct*> Pointers(const std::map<std::string, KeptAct>& acts) {
  std::vector<const KeptAct*> pointers;
  pointers.reserve(acts.size());
  for (const auto& [name, act] : acts) pointers.push_back(&act);
  return pointers;
}

}  // namespace

absl::StatusOr<std::unique_ptr<CaseFolder>> CaseFolder::Open(const std::string& state,
                                                             std::string authority,
                                                             std::vector<KeyPair> sealing) {
  ROG_ASSIGN_OR_RETURN(auto records, EncryptedFolder::Open(state, sealing));
  ROG_RETURN_IF_ERROR(CreateFolders(records->PathOf(kActs)));
  std::unique_ptr<CaseFolder> folder(
      new CaseFolder(std::move(records), std::move(authority), std::move(sealing)));
  folder->TakeOverInbox();
  return folder;
}

CaseFolder::CaseFolder(std::unique_ptr<EncryptedFolder> records,
                       std::string authority,
                       std::vector<KeyPair> sealing)
    : records_(std::move(records)),
      authority_(std::move(authority)),
      sealing_(std::move(sealing)) {}

void CaseFolder::TakeOverInbox() {
  for (const std::string& path : ActFiles(records_->PathOf("inbox"))) {
    const absl::Status taken = TakeOver(path);
    if (!taken.ok()) left_in_inbox_.push_back({path, taken});
  }
}

absl::Status CaseFolder::TakeOver(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(const Bytes bytes, ReadFile(path, limits::kMaxMessageBytes));
  v1::Act act;
  if (!act.ParseFromString(bytes)) return KeptFileDamaged(path);
  // A file of this folder that was laid there: its trailer is made anew.
  act.DiscardUnknownFields();
  ROG_RETURN_IF_ERROR(Keep(act));
  unlink(path.c_str());
  return SyncFolder(records_->PathOf("inbox"));
}

absl::Status CaseFolder::Keep(const v1::Act& act) {
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(act.header()));
  if (!IsActId(header.act_id())) return Error(Reason::HEADER_MALFORMED).Field("act_id");
  const std::string name = ActName(header.act_id());
  if (records_->Holds(name) && ReadKeptAct(*records_, name).ok()) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(KeptActEntry entry, EntryOf(act, sealing_));
  ROG_RETURN_IF_ERROR(
      WriteFileDurably(records_->PathOf(name), KeptActFile(act, entry, *records_, name), 0600));
  absl::MutexLock lock(&mutex_);
  acts_[name] = std::move(entry.act);
  return absl::OkStatus();
}

bool CaseFolder::Holds(const std::string& act_id) const {
  return IsActId(act_id) && records_->Holds(ActName(act_id));
}

absl::StatusOr<v1::Act> CaseFolder::Load(const std::string& act_id) const {
  if (!Holds(act_id)) return NoSuchAct();
  auto read = ReadKeptAct(*records_, ActName(act_id));
  if (read.ok()) return std::move(read->act);
  return Salvaged(ActName(act_id));
}

// Without its trailer nothing but the header says which act it is.
absl::StatusOr<v1::Act> CaseFolder::Salvaged(const std::string& name) const {
  ROG_ASSIGN_OR_RETURN(v1::Act act, SalvageAct(*records_, name));
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(act.header()));
  if (ActName(header.act_id()) != name) return KeptFileDamaged(records_->PathOf(name));
  return act;
}

absl::StatusOr<SecretBytes> CaseFolder::KeyOf(const std::string& act_id) const {
  if (!Holds(act_id)) return NoSuchAct();
  ROG_ASSIGN_OR_RETURN(KeptActEntry entry, ReadKeptEntry(*records_, ActName(act_id)));
  return std::move(entry.kek);
}

absl::StatusOr<KeptAct> CaseFolder::Describe(const std::string& act_id) const {
  if (!Holds(act_id)) return NoSuchAct();
  ROG_ASSIGN_OR_RETURN(KeptActEntry entry, ReadKeptEntry(*records_, ActName(act_id)));
  return std::move(entry.act);
}

FoundCases CaseFolder::Find(const CaseQuery& query) {
  absl::MutexLock lock(&mutex_);
  FoundCases found;
  found.bad = Refresh();
  found.cases = CasesOf(Pointers(acts_), ActMatcher(query, authority_), authority_);
  return found;
}

FoundActs CaseFolder::FindActs(const CaseQuery& query) {
  absl::MutexLock lock(&mutex_);
  FoundActs found;
  found.bad = Refresh();
  const ActMatcher matcher(query, authority_);
  for (const auto& [name, act] : acts_)
    if (matcher.Matches(act)) found.acts.push_back(act);
  std::sort(found.acts.begin(), found.acts.end(), [](const KeptAct& a, const KeptAct& b) {
    return std::pair(a.created_unix_ms, a.act_id) < std::pair(b.created_unix_ms, b.act_id);
  });
  return found;
}

// The folder is listed each time: another program may have put an act into it.
std::vector<BadKeptFile> CaseFolder::Refresh() {
  if (!index_loaded_) LoadIndex();
  std::vector<BadKeptFile> bad = left_in_inbox_;
  std::set<std::string> there;
  size_t read = 0;
  for (const std::string& path : ActFiles(records_->PathOf(kActs))) {
    const std::string name = absl::StrCat(kActs, "/", fs::path(path).filename().string());
    if (!IsRecordName(name)) continue;
    there.insert(name);
    if (acts_.contains(name)) continue;
    auto entry = ReadEntry(name);
    if (entry.ok()) {
      acts_[name] = *std::move(entry);
      ++read;
    } else {
      bad.push_back({path, entry.status()});
    }
  }
  const size_t gone =
      std::erase_if(acts_, [&](const auto& act) { return !there.contains(act.first); });
  if (read + gone >= kIndexAfter) SaveIndex();
  return bad;
}

// An act whose trailer does not open is opened like one that came just now, and written whole
// again.
absl::StatusOr<KeptAct> CaseFolder::ReadEntry(const std::string& name) {
  auto entry = ReadKeptEntry(*records_, name);
  if (entry.ok()) return std::move(entry->act);
  ROG_ASSIGN_OR_RETURN(const v1::Act act, Salvaged(name));
  ROG_ASSIGN_OR_RETURN(KeptActEntry again, EntryOf(act, sealing_));
  ROG_RETURN_IF_ERROR(
      WriteFileDurably(records_->PathOf(name), KeptActFile(act, again, *records_, name), 0600));
  return std::move(again.act);
}

void CaseFolder::LoadIndex() {
  index_loaded_ = true;
  const auto text = records_->Read(kIndex);
  if (!text.ok()) return;
  for (absl::string_view line : absl::StrSplit(*text, kBetween, absl::SkipEmpty())) {
    auto act = ParseEntryText(line);
    if (act.ok()) acts_.try_emplace(ActName(act->act_id), *std::move(act));
  }
}

// What it lacks is read from the acts: that it could not be written costs time only.
void CaseFolder::SaveIndex() {
  Bytes text;
  for (const auto& [name, act] : acts_)
    absl::StrAppend(&text, EntryText(act), std::string(1, kBetween));
  records_->Write(kIndex, text).IgnoreError();
}

absl::Status CaseFolder::KeepDocument(const std::string& act_id,
                                      uint32_t number,
                                      const std::string& path) {
  if (!IsActId(act_id)) return NoSuchAct();
  return EncryptFile(*records_, path, DocumentName(act_id, number));
}

bool CaseFolder::HoldsDocument(const std::string& act_id, uint32_t number) const {
  return IsActId(act_id) && records_->Holds(DocumentName(act_id, number));
}

absl::StatusOr<std::unique_ptr<EncryptedFileReader>> CaseFolder::OpenDocument(
    const std::string& act_id, uint32_t number) const {
  if (!IsActId(act_id)) return NoSuchAct();
  return EncryptedFileReader::Open(*records_, DocumentName(act_id, number));
}

absl::Status CaseFolder::SaveDocument(const std::string& act_id,
                                      uint32_t number,
                                      const std::string& target) const {
  if (!IsActId(act_id)) return NoSuchAct();
  return DecryptFile(*records_, DocumentName(act_id, number), target);
}

}  // namespace rogatoria::client
