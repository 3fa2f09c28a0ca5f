#include "services/agent/documents.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/source_file.h"
#include "services/agent/agent_limits.h"

namespace rogatoria::agent {
namespace {

constexpr char kBelow[] = "agent/documents";
constexpr absl::string_view kInfo = ".info";
constexpr size_t kMaxNameBytes = 255;
constexpr char kMemory[] = "memory";

std::string DataName(const std::string& id) {
  return absl::StrCat(kBelow, "/", id);
}
std::string InfoName(const std::string& id) {
  return absl::StrCat(kBelow, "/", id, kInfo);
}

absl::Status WriteAll(const Descriptor& file, absl::string_view bytes, const std::string& where) {
  while (!bytes.empty()) {
    const ssize_t done = write(file.get(), bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return CannotWrite(where);
    bytes.remove_prefix(static_cast<size_t>(done));
  }
  return absl::OkStatus();
}

// Empty, without a name: in memory, or in `folder` when it will be large.
absl::StatusOr<Descriptor> NamelessFile(uint64_t size, const std::string& folder) {
  Descriptor file(size <= limits::kMaxInMemory
                      ? memfd_create("document", MFD_CLOEXEC)
                      : open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file.valid()) return CannotWrite(folder);
  return file;
}

bool IsOld(const std::string& path) {
  struct stat found;
  if (stat(path.c_str(), &found) != 0) return false;
  return absl::FromTimeT(found.st_mtime) + limits::kDocumentLife < SystemClock().Now().ToTime();
}

}  // namespace

absl::Status CheckFileName(absl::string_view name, absl::string_view field) {
  const bool path = absl::StrContains(name, '/') || absl::StrContains(name, '\0');
  if (!name.empty() && name.size() <= kMaxNameBytes && !path && name != "." && name != "..") {
    return absl::OkStatus();
  }
  return Explained(Error(Reason::FIELD_INVALID).Field(field), Sentence::FILE_NAME_ONLY);
}

absl::StatusOr<Documents::Writer> Documents::Begin(const std::string& name) const {
  ROG_RETURN_IF_ERROR(CheckFileName(name, "name"));
  SystemRandom random;
  Writer writer;
  writer.folder_ = &folder_;
  writer.id_ = GenerateUuid(random, SystemClock().Now());
  writer.info_.set_name(name);
  ROG_ASSIGN_OR_RETURN(writer.file_,
                       client::EncryptedFileWriter::Create(folder_, DataName(writer.id_)));
  return writer;
}

absl::Status Documents::Writer::Append(absl::string_view bytes) {
  sha256_.Update(bytes);
  return file_->Append(bytes);
}

absl::StatusOr<v1::DocumentInfo> Documents::Writer::Finish() {
  ROG_RETURN_IF_ERROR(file_->Finish());
  info_.set_size(file_->size());
  info_.set_sha256(ToHex(sha256_.Finish()));
  ROG_RETURN_IF_ERROR(folder_->Write(InfoName(id_), info_.SerializeAsString()));
  return info_;
}

absl::StatusOr<std::string> Documents::Put(const std::string& name,
                                           absl::string_view content) const {
  ROG_ASSIGN_OR_RETURN(Writer writer, Begin(name));
  ROG_RETURN_IF_ERROR(writer.Append(content));
  ROG_RETURN_IF_ERROR(writer.Finish().status());
  return writer.id();
}

absl::StatusOr<std::string> Documents::PutFile(const std::string& name,
                                               const std::string& path) const {
  ROG_ASSIGN_OR_RETURN(auto source, client::SourceFile::OpenItself(path));
  ROG_ASSIGN_OR_RETURN(Writer writer, Begin(name));
  Bytes piece;
  for (uint64_t offset = 0; offset < source->size(); offset += piece.size()) {
    ROG_RETURN_IF_ERROR(source->Read(offset, limits::kMaxPartBytes, piece));
    ROG_RETURN_IF_ERROR(writer.Append(piece));
  }
  ROG_RETURN_IF_ERROR(writer.Finish().status());
  return writer.id();
}

absl::StatusOr<v1::DocumentInfo> Documents::Find(const std::string& id) const {
  const absl::Status unknown = Error(Reason::DOCUMENT_NOT_FOUND).Field("document_id");
  if (!IsUuid(id)) return unknown;
  const auto record = folder_.Read(InfoName(id));
  if (HasReason(record.status(), Reason::NOT_FOUND)) return unknown;
  ROG_RETURN_IF_ERROR(record.status());
  v1::DocumentInfo info;
  if (!info.ParseFromString(*record)) return client::KeptFileDamaged(InfoName(id));
  return info;
}

absl::StatusOr<Descriptor> Documents::OpenClear(const std::string& id) const {
  ROG_ASSIGN_OR_RETURN(const v1::DocumentInfo info, Find(id));
  auto reader = client::EncryptedFileReader::Open(folder_, DataName(id));
  if (HasReason(reader.status(), Reason::NOT_FOUND)) {
    return Error(Reason::DOCUMENT_NOT_FOUND).Field("document_id").ToStatus();
  }
  ROG_RETURN_IF_ERROR(reader.status());
  const std::string where = folder_.PathOf(kBelow);
  ROG_ASSIGN_OR_RETURN(Descriptor clear, NamelessFile(info.size(), where));
  for (uint64_t offset = 0; offset < (*reader)->size();) {
    ROG_ASSIGN_OR_RETURN(const Bytes piece, (*reader)->Read(offset, limits::kMaxPartBytes));
    ROG_RETURN_IF_ERROR(WriteAll(clear, piece, where));
    offset += piece.size();
  }
  return clear;
}

bool Documents::IsHere(const std::string& id) const {
  return IsUuid(id) && folder_.Holds(DataName(id));
}

void Documents::Forget(const std::string& id) const {
  if (IsUuid(id)) folder_.Remove(DataName(id)).IgnoreError();
}

void Documents::Collect(const std::set<std::string>& named) const {
  for (const std::string& name : folder_.List(kBelow)) {
    const std::string id(absl::StripSuffix(name.substr(name.rfind('/') + 1), kInfo));
    if (named.count(id) > 0 || !IsOld(folder_.PathOf(name))) continue;
    folder_.Remove(name).IgnoreError();
  }
}

absl::StatusOr<Descriptor> ClearInMemory(absl::string_view content) {
  ROG_ASSIGN_OR_RETURN(Descriptor file, NamelessFile(0, kMemory));
  ROG_RETURN_IF_ERROR(WriteAll(file, content, kMemory));
  return file;
}

std::string PathOfOpen(const Descriptor& file) {
  return absl::StrCat("/proc/self/fd/", file.get());
}

}  // namespace rogatoria::agent
