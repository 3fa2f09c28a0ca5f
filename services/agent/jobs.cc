#include "services/agent/jobs.h"

#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "services/agent/code_of.h"
#include "services/agent/composition.h"

namespace rogatoria::agent {
namespace {

// What a job's record begins with.
constexpr absl::string_view kRequest = "request\n";  // without facts
constexpr absl::string_view kRequestWithFacts = "request and facts\n";
constexpr absl::string_view kSealed = "sealed\n";

std::string Name(absl::string_view below, const std::string& id) {
  return absl::StrCat("agent/", below, "/", id);
}

std::vector<std::string> IdsBelow(const client::EncryptedFolder& folder, absl::string_view below) {
  std::vector<std::string> ids;
  for (const std::string& name : folder.List(absl::StrCat("agent/", below))) {
    const std::string id = name.substr(name.rfind('/') + 1);
    if (IsUuid(id)) ids.push_back(id);
  }
  return ids;
}

// A fact that may be missing, or unreadable after a power cut: then it is as if it was not there.
std::string ReadLoosely(const client::EncryptedFolder& folder, const std::string& name) {
  const auto content = folder.Read(name);
  return content.ok() ? *content : "";
}

// The length of the facts, the facts, the request.
std::string RequestRecord(const v1::SendRequest& request, const v1::ActStatus& facts) {
  const std::string said = facts.SerializeAsString();
  return absl::StrCat(kRequestWithFacts, said.size(), "\n", said, request.SerializeAsString());
}

bool ReadRequestRecord(absl::string_view rest, Job& job) {
  size_t size = 0;
  const size_t line = rest.find('\n');
  if (line == absl::string_view::npos || !absl::SimpleAtoi(rest.substr(0, line), &size)) {
    return false;
  }
  rest.remove_prefix(line + 1);
  return size <= rest.size() && job.facts.ParseFromString(std::string(rest.substr(0, size))) &&
         job.request.emplace().ParseFromString(std::string(rest.substr(size)));
}

// What a request says of itself: all that is known of one that was kept without facts.
v1::ActStatus FactsOf(const v1::SendRequest& request) {
  v1::ActStatus facts;
  facts.set_kind(request.kind());
  *facts.mutable_to() = request.to();
  facts.set_case_id(request.case_id());
  return facts;
}

}  // namespace

v1::ActStatus FactsOf(const client::ActDraft& draft) {
  v1::ActStatus facts;
  facts.set_kind(CodeOf(draft.kind));
  for (const hub::Addressee& addressee : draft.to) {
    if (!addressee.authority().empty()) facts.add_to(addressee.authority());
  }
  facts.set_case_id(draft.case_id);
  return facts;
}

int64_t ChangedUnixMs(const std::string& path) {
  struct stat found;
  if (stat(path.c_str(), &found) != 0) return 0;
  return int64_t{found.st_mtim.tv_sec} * 1000 + found.st_mtim.tv_nsec / 1'000'000;
}

absl::Status Jobs::Put(const v1::SendRequest& request, const v1::ActStatus& facts) const {
  v1::SendRequest job = request;
  for (const NamedFile& named : FilesOf(job)) {
    if (named.file->has_document_id()) continue;
    ROG_ASSIGN_OR_RETURN(const std::string document,
                         documents_.Put(named.file->name(), named.file->content()));
    named.file->set_document_id(document);
  }
  absl::MutexLock lock(&naming_);
  for (const NamedFile& named : FilesOf(job)) {
    const std::string& document = named.file->document_id();
    if (!documents_.IsHere(document)) {
      return Error(Reason::DOCUMENT_NOT_FOUND).Field(named.field).ToStatus();
    }
  }
  return folder_.Write(Name("jobs", job.request_id()), RequestRecord(job, facts));
}

absl::Status Jobs::PutAgain(const std::string& id, const hub::Act& sealed) const {
  return folder_.Write(Name("jobs", id), absl::StrCat(kSealed, sealed.SerializeAsString()));
}

bool Jobs::Holds(const std::string& id) const {
  return folder_.Holds(Name("jobs", id));
}

absl::StatusOr<Job> Jobs::Find(const std::string& id) const {
  ROG_ASSIGN_OR_RETURN(const Bytes record, folder_.Read(Name("jobs", id)));
  absl::string_view rest = record;
  Job job;
  bool whole = false;
  if (absl::ConsumePrefix(&rest, kRequestWithFacts)) {
    whole = ReadRequestRecord(rest, job);
  } else if (absl::ConsumePrefix(&rest, kRequest)) {
    whole = job.request.emplace().ParseFromString(std::string(rest));
    job.facts = FactsOf(*job.request);
  } else if (absl::ConsumePrefix(&rest, kSealed)) {
    whole = job.sealed.emplace().ParseFromString(std::string(rest));
  }
  if (!whole) return client::KeptFileDamaged(folder_.PathOf(Name("jobs", id)));
  return job;
}

// The job last: while it is there, what it names may be read.
absl::Status Jobs::Remove(const std::string& id) const {
  auto job = Find(id);
  ROG_RETURN_IF_ERROR(RemoveUnsigned(id));
  absl::MutexLock lock(&naming_);
  ROG_RETURN_IF_ERROR(folder_.Remove(Name("jobs", id)));
  if (!job.ok() || !job->request.has_value()) return absl::OkStatus();
  std::set<std::string> documents;
  for (const NamedFile& named : FilesOf(*job->request)) {
    documents.insert(named.file->document_id());
  }
  ForgetUnnamed(documents);
  return absl::OkStatus();
}

void Jobs::Forget(const std::set<std::string>& documents) const {
  absl::MutexLock lock(&naming_);
  ForgetUnnamed(documents);
}

void Jobs::CollectDocuments() const {
  absl::MutexLock lock(&naming_);
  documents_.Collect(NamedDocuments());
}

void Jobs::ForgetUnnamed(const std::set<std::string>& documents) const {
  if (documents.empty()) return;
  const std::set<std::string> named = NamedDocuments();
  for (const std::string& document : documents) {
    if (named.count(document) == 0) documents_.Forget(document);
  }
}

std::vector<std::string> Jobs::List() const {
  return IdsBelow(folder_, "jobs");
}

std::set<std::string> Jobs::NamedDocuments() const {
  std::set<std::string> named;
  for (const std::string& id : List()) {
    auto job = Find(id);
    if (!job.ok() || !job->request.has_value()) continue;
    for (const NamedFile& file : FilesOf(*job->request)) named.insert(file.file->document_id());
  }
  return named;
}

absl::Status Jobs::PutUnsigned(const hub::SubmitActRequest& request,
                               const std::string& in_words) const {
  ROG_RETURN_IF_ERROR(folder_.Write(Name("unsigned-words", request.request_id()), in_words));
  return folder_.Write(Name("unsigned", request.request_id()), request.SerializeAsString());
}

absl::StatusOr<std::optional<hub::SubmitActRequest>> Jobs::FindUnsigned(
    const std::string& id) const {
  const auto record = folder_.Read(Name("unsigned", id));
  if (HasReason(record.status(), Reason::NOT_FOUND)) return std::nullopt;
  ROG_RETURN_IF_ERROR(record.status());
  hub::SubmitActRequest request;
  if (request.ParseFromString(*record)) return request;
  return client::KeptFileDamaged(folder_.PathOf(Name("unsigned", id)));
}

std::string Jobs::UnsignedInWords(const std::string& id) const {
  return ReadLoosely(folder_, Name("unsigned-words", id));
}

bool Jobs::IsUnsigned(const std::string& id) const {
  return folder_.Holds(Name("unsigned", id));
}

absl::Status Jobs::RemoveUnsigned(const std::string& id) const {
  ROG_RETURN_IF_ERROR(folder_.Remove(Name("unsigned", id)));
  return folder_.Remove(Name("unsigned-words", id));
}

absl::Status Jobs::GiveUp(const v1::ActStatus& end) const {
  return folder_.Write(Name("given-up", end.request_id()), end.SerializeAsString());
}

std::optional<v1::ActStatus> Jobs::FindGivenUp(const std::string& id) const {
  const auto record = folder_.Read(Name("given-up", id));
  v1::ActStatus end;
  if (!record.ok() || !end.ParseFromString(*record)) return std::nullopt;
  return end;
}

std::vector<std::string> Jobs::ListGivenUp() const {
  return IdsBelow(folder_, "given-up");
}

// Whole or not there after a kill: written beside it, then renamed.
void Jobs::NoteLoosely(const std::string& name, absl::string_view content) const {
  const std::string path = folder_.PathOf(name);
  if (!CreateFolders(path.substr(0, path.rfind('/'))).ok()) return;
  const std::string beside = path + ".new";
  const Bytes box = folder_.Encrypt(name, content);
  std::ofstream(beside, std::ios::binary | std::ios::trunc) << box;
  std::error_code error;
  std::filesystem::rename(beside, path, error);
}

void Jobs::NoteAsked(const std::string& id, absl::string_view fingerprint) const {
  NoteLoosely(Name("asked", id), fingerprint);
}

std::string Jobs::Asked(const std::string& id) const {
  return ReadLoosely(folder_, Name("asked", id));
}

void Jobs::ForgetAsked(const std::string& id) const {
  unlink(folder_.PathOf(Name("asked", id)).c_str());
}

absl::Status Jobs::NoteWarned(const std::string& id, const std::vector<std::string>& rules) const {
  return folder_.Write(Name("warned", id), absl::StrJoin(rules, "\n"));
}

std::vector<std::string> Jobs::Warned(const std::string& id) const {
  return absl::StrSplit(ReadLoosely(folder_, Name("warned", id)), '\n', absl::SkipEmpty());
}

absl::Status Jobs::NoteAnswered(const std::string& id, const std::string& answer) const {
  return folder_.Write(Name("answered", id), answer);
}

bool Jobs::IsAnswered(const std::string& id) const {
  return folder_.Holds(Name("answered", id));
}

void Jobs::NoteTold(const std::string& id, const std::string& told) const {
  NoteLoosely(Name("told", id), told);
}

std::string Jobs::Told(const std::string& id) const {
  return ReadLoosely(folder_, Name("told", id));
}

void Jobs::ForgetNotes(const std::string& id) const {
  for (const char* below : {"asked", "told", "warned"}) {
    unlink(folder_.PathOf(Name(below, id)).c_str());
  }
}

int64_t Jobs::JobSince(const std::string& id) const {
  return ChangedUnixMs(folder_.PathOf(Name("jobs", id)));
}

int64_t Jobs::UnsignedSince(const std::string& id) const {
  return ChangedUnixMs(folder_.PathOf(Name("unsigned", id)));
}

int64_t Jobs::AnsweredSince(const std::string& id) const {
  return ChangedUnixMs(folder_.PathOf(Name("answered", id)));
}

}  // namespace rogatoria::agent
