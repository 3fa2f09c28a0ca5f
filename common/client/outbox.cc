#include "common/client/outbox.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/file_lock.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/model/header.h"

namespace rogatoria::client {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxRequestFileBytes = 2 * limits::kMaxMessageBytes;
constexpr absl::string_view kReceiptSuffix = ".receipt";
constexpr absl::string_view kActSuffix = ".act";
constexpr absl::string_view kWhySuffix = ".why";  // behind the name of the act's file
// What follows a request in its file: its digest, as a field that no SubmitActRequest has. A reader
// that knows nothing of it reads the request.
constexpr absl::string_view kDigestField = "\x7a\x20";  // field 15, 32 bytes

std::string RequestPath(const std::string& state,
                        absl::string_view folder,
                        const std::string& request_id) {
  return absl::StrCat(state, "/", folder, "/", request_id, kActSuffix);
}

std::string ReceiptFileName(const v1::Receipt& receipt) {
  std::string name =
      v1::TransportEvent_Name(receipt.event()).substr(sizeof("TRANSPORT_EVENT_") - 1);
  if (!receipt.recipient().empty()) absl::StrAppend(&name, "-", receipt.recipient());
  return absl::StrCat(name, kReceiptSuffix);
}

absl::Status Damaged(const std::string& path) {
  return Error(Reason::OUTBOX_FILE_DAMAGED).Field(path);
}

bool IsDamaged(const absl::Status& status) {
  return HasReason(status, Reason::OUTBOX_FILE_DAMAGED);
}

// The request's own bytes; nullopt when they are not those that the digest behind them was made of.
// A file without a digest is an earlier version's.
std::optional<absl::string_view> WithoutDigest(absl::string_view file) {
  const size_t trailer = kDigestField.size() + kSha256Bytes;
  if (file.size() < trailer) return file;
  const absl::string_view request = file.substr(0, file.size() - trailer);
  absl::string_view digest = file.substr(request.size());
  if (!absl::ConsumePrefix(&digest, kDigestField)) return file;
  if (digest != Sha256(request)) return std::nullopt;
  return request;
}

// The name of its file, and a body that its header names: what can be seen without a digest, too.
bool FitsTogether(const v1::SubmitActRequest& request, const std::string& stem) {
  const auto header = ParseHeader(request.act().header());
  return request.request_id() == stem && header.ok() &&
         header->content().sealed_size() == request.act().body().size() &&
         header->content().sealed_sha256() == Sha256(request.act().body()) &&
         request.GetReflection()->GetUnknownFields(request).empty();
}

// OUTBOX_FILE_DAMAGED unless it is byte for byte what was put.
absl::StatusOr<v1::SubmitActRequest> ReadRequest(const std::string& path) {
  const auto file = ReadFile(path, kMaxRequestFileBytes);
  if (HasReason(file.status(), Reason::LIMIT_EXCEEDED)) return Damaged(path);
  if (!file.ok()) return file.status();
  const auto bytes = WithoutDigest(*file);
  v1::SubmitActRequest request;
  if (!bytes.has_value() || !request.ParseFromString(std::string(*bytes)) ||
      !FitsTogether(request, fs::path(path).stem().string())) {
    return Damaged(path);
  }
  return request;
}

// Oldest first. What has no time, such as a link to nowhere, is the oldest.
absl::StatusOr<std::vector<fs::path>> ActsIn(const std::string& folder) {
  ROG_ASSIGN_OR_RETURN(const std::vector<std::string> names, ListFolder(folder));
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  for (const std::string& name : names) {
    const fs::path file = fs::path(folder) / name;
    if (file.extension().string() != kActSuffix) continue;
    std::error_code no_time;
    files.emplace_back(fs::last_write_time(file, no_time), file);
  }
  std::sort(files.begin(), files.end());
  std::vector<fs::path> paths;
  for (auto& [time, path] : files) paths.push_back(std::move(path));
  return paths;
}

// This name, or with a number before the suffix when there is such a file: nothing is overwritten.
std::string FreeName(const std::string& path, absl::string_view suffix) {
  std::string name = path;
  for (int n = 1; FileExists(name); ++n) {
    name = absl::StrCat(absl::StripSuffix(path, suffix), "-", n, suffix);
  }
  return name;
}

// Keeps the A.2 receipt that came with a refusal in law, if one did.
absl::Status SaveRefusal(const std::string& state,
                         const v1::SubmitActRequest& request,
                         const absl::Status& why) {
  const auto details = GetErrorDetails(why);
  if (!details.has_value() || details->evidence.empty()) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(v1::ActHeader header, ParseHeader(request.act().header()));
  google::protobuf::RepeatedPtrField<v1::Receipt> receipts;
  receipts.Add()->set_event(v1::TRANSPORT_EVENT_SUBMISSION_REJECTION);
  receipts[0].set_content(details->evidence);
  return SaveReceipts(ReceiptFolder(state, header.act_id()), receipts).status();
}

absl::Status CannotMoveTo(const std::string& path, const std::error_code& error) {
  return Failure(absl::StatusCode::kInternal, Sentence::CANNOT_MOVE_TO, path, error.message());
}

}  // namespace

absl::StatusOr<std::unique_ptr<Outbox>> Outbox::Open(const std::string& state,
                                                     absl::Duration patience) {
  for (const char* folder : {"outbox", "failed", "receipts"}) {
    ROG_RETURN_IF_ERROR(CreateFolders(absl::StrCat(state, "/", folder)));
  }
  const std::string path = absl::StrCat(state, "/outbox/lock");
  auto lock = LockFile(path, LockUse::kAlone, Reason::OUTBOX_BUSY, patience);
  if (HasReason(lock.status(), Reason::OUTBOX_BUSY) && AgentRuns(state)) {
    return Explained(Error(Reason::OUTBOX_BUSY).Field(path), Sentence::AGENT_HAS_OUTBOX);
  }
  ROG_RETURN_IF_ERROR(lock.status());
  return std::unique_ptr<Outbox>(new Outbox(state, *std::move(lock)));
}

Outbox::Outbox(std::string state, Descriptor lock)
    : state_(std::move(state)), lock_(std::move(lock)) {}

absl::Status Outbox::Put(const v1::SubmitActRequest& request) {
  if (!IsUuid(request.request_id())) {
    return Explained(Error(Reason::FIELD_INVALID).Field("request_id"), Sentence::UUID_LOWER_CASE);
  }
  const Bytes bytes = request.SerializeAsString();
  return WriteFileDurably(RequestPath(state_, "outbox", request.request_id()),
                          absl::StrCat(bytes, kDigestField, Sha256(bytes)),
                          0600);
}

void Outbox::ForgetSetAside(const std::string& request_id) const {
  const std::string path = RequestPath(state_, "failed", request_id);
  unlink(path.c_str());
  unlink(absl::StrCat(path, kWhySuffix).c_str());
}

bool Outbox::Holds(const std::string& request_id) const {
  return FileExists(RequestPath(state_, "outbox", request_id));
}

absl::StatusOr<std::optional<v1::SubmitActRequest>> Outbox::Find(
    const std::string& request_id) const {
  if (!Holds(request_id)) return std::nullopt;
  return ReadRequest(RequestPath(state_, "outbox", request_id));
}

absl::StatusOr<std::optional<v1::SubmitActRequest>> Outbox::FindRefused(
    const std::string& act_id) const {
  v1::Receipt rejection;
  rejection.set_event(v1::TRANSPORT_EVENT_SUBMISSION_REJECTION);
  const std::string receipt =
      absl::StrCat(ReceiptFolder(state_, act_id), "/", ReceiptFileName(rejection));
  const std::string request = RequestPath(state_, "failed", act_id.substr(act_id.rfind('/') + 1));
  if (!FileExists(receipt) || !FileExists(request)) return std::nullopt;
  return ReadRequest(request);
}

absl::StatusOr<PendingActs> Outbox::Pending() {
  ROG_ASSIGN_OR_RETURN(const std::vector<fs::path> files, ActsIn(absl::StrCat(state_, "/outbox")));
  PendingActs pending;
  for (const fs::path& file : files) {
    auto request = ReadRequest(file.string());
    if (request.ok()) {
      pending.requests.push_back(*std::move(request));
    } else if (IsDamaged(request.status())) {
      pending.bad.push_back(SetAside(file.filename().string(), request.status()));
    } else {
      pending.bad.push_back({file.filename().string(), file.string(), request.status()});
    }
  }
  return pending;
}

// Where it cannot be moved it stays, and is not sent from there either.
BadOutboxFile Outbox::SetAside(const std::string& name, const absl::Status& why) {
  const std::string source = absl::StrCat(state_, "/outbox/", name);
  const std::string target = FreeName(absl::StrCat(state_, "/failed/", name), kActSuffix);
  std::error_code error;
  fs::rename(source, target, error);
  if (error) return {name, source, Damaged(source)};
  WriteFileDurably(absl::StrCat(target, kWhySuffix), why.ToString(), 0600).IgnoreError();
  for (const char* folder : {"/failed", "/outbox"}) SyncFolder(state_ + folder).IgnoreError();
  return {name, target, Damaged(target)};
}

void Outbox::NoteWhy(const v1::SubmitActRequest& request, const absl::Status& why) {
  const std::string path = RequestPath(state_, "outbox", request.request_id());
  if (FileExists(path)) {
    WriteFileDurably(absl::StrCat(path, kWhySuffix), why.ToString(), 0600).IgnoreError();
  }
}

absl::Status Outbox::Settle(const v1::SubmitActRequest& request,
                            const v1::SubmitActResponse& response) {
  ROG_ASSIGN_OR_RETURN(v1::ActHeader header, ParseHeader(request.act().header()));
  const std::string folder = ReceiptFolder(state_, header.act_id());
  ROG_RETURN_IF_ERROR(SaveReceipts(folder, response.receipts()).status());
  // With another signature it was sent all the same.
  ForgetSetAside(request.request_id());
  if (sent_folder_.empty()) return Drop(request);
  ROG_RETURN_IF_ERROR(MoveToSent(request.request_id()));
  unlink(absl::StrCat(RequestPath(state_, "outbox", request.request_id()), kWhySuffix).c_str());
  return absl::OkStatus();
}

absl::Status Outbox::MoveToSent(const std::string& request_id) {
  const std::string source = RequestPath(state_, "outbox", request_id);
  const std::string target = absl::StrCat(sent_folder_, "/", request_id, kActSuffix);
  std::error_code error;
  fs::rename(source, target, error);
  if (error && FileExists(source)) return CannotMoveTo(target, error);
  return SyncFolder(sent_folder_);
}

// First what an earlier try of it left in failed/: whoever drops it has the newer one elsewhere.
absl::Status Outbox::Drop(const v1::SubmitActRequest& request) {
  ForgetSetAside(request.request_id());
  const std::string path = RequestPath(state_, "outbox", request.request_id());
  unlink(path.c_str());
  unlink(absl::StrCat(path, kWhySuffix).c_str());
  return SyncFolder(absl::StrCat(state_, "/outbox"));
}

absl::Status Outbox::Fail(const v1::SubmitActRequest& request, const absl::Status& why) {
  ROG_RETURN_IF_ERROR(SaveRefusal(state_, request, why));
  const std::string source = RequestPath(state_, "outbox", request.request_id());
  const std::string target = RequestPath(state_, "failed", request.request_id());
  ROG_RETURN_IF_ERROR(WriteFileDurably(absl::StrCat(target, kWhySuffix), why.ToString(), 0600));
  std::error_code error;
  fs::rename(source, target, error);
  if (error) return CannotMoveTo(target, error);
  unlink(absl::StrCat(source, kWhySuffix).c_str());
  return SyncFolder(absl::StrCat(state_, "/failed"));
}

absl::StatusOr<v1::SubmitActRequest> ReadRequestFile(const std::string& path) {
  return ReadRequest(path);
}

std::string AgentLockPath(const std::string& state) {
  return absl::StrCat(state, "/agent/lock");
}

bool AgentRuns(const std::string& state) {
  return IsLockedAlone(AgentLockPath(state));
}

std::string ReceiptFolder(const std::string& state, const std::string& act_id) {
  return absl::StrCat(state, "/receipts/", absl::StrReplaceAll(act_id, {{"/", "_"}}));
}

namespace {

// The nth file of receipts of one name that were kept before another came.
std::string EarlierPath(const std::string& path, int n) {
  return absl::StrCat(absl::StripSuffix(path, kReceiptSuffix), "-earlier-", n, kReceiptSuffix);
}

bool HoldsReceipt(const std::string& path, const Bytes& content) {
  const auto there = ReadFile(path, limits::kMaxReceiptBytes);
  return there.ok() && *there == content;
}

// Where this receipt is kept already, under its name or as an earlier one; empty when it is not.
std::string FindKept(const std::string& path, const Bytes& content) {
  if (HoldsReceipt(path, content)) return path;
  for (int n = 1; FileExists(EarlierPath(path, n)); ++n) {
    if (HoldsReceipt(EarlierPath(path, n), content)) return EarlierPath(path, n);
  }
  return "";
}

// Moves what is there out of the way.
absl::Status KeepEarlier(const std::string& path) {
  if (!FileExists(path)) return absl::OkStatus();
  int n = 1;
  while (FileExists(EarlierPath(path, n))) ++n;
  const std::string target = EarlierPath(path, n);
  std::error_code error;
  fs::rename(path, target, error);
  return error ? CannotMoveTo(target, error) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> SaveReceipts(
    const std::string& folder, const google::protobuf::RepeatedPtrField<v1::Receipt>& receipts) {
  ROG_RETURN_IF_ERROR(CreateFolders(folder));
  std::vector<std::string> paths;
  for (const v1::Receipt& receipt : receipts) {
    const std::string path = absl::StrCat(folder, "/", ReceiptFileName(receipt));
    paths.push_back(FindKept(path, receipt.content()));
    if (!paths.back().empty()) continue;
    paths.back() = path;
    ROG_RETURN_IF_ERROR(KeepEarlier(path));
    ROG_RETURN_IF_ERROR(WriteFileDurably(path, receipt.content()));
  }
  return paths;
}

google::protobuf::RepeatedPtrField<v1::Receipt> KeptAcceptance(const std::string& folder) {
  google::protobuf::RepeatedPtrField<v1::Receipt> kept;
  v1::Receipt receipt;
  receipt.set_event(v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE);
  const auto content =
      ReadFile(absl::StrCat(folder, "/", ReceiptFileName(receipt)), limits::kMaxReceiptBytes);
  if (!content.ok()) return kept;
  receipt.set_content(*content);
  *kept.Add() = receipt;
  return kept;
}

bool WasSent(const std::string& state, const std::string& act_id) {
  return !KeptAcceptance(ReceiptFolder(state, act_id)).empty();
}

}  // namespace rogatoria::client
