#include "common/client/outbox.h"

#include <algorithm>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/model/header.h"

namespace rogatoria::client {
namespace {

constexpr size_t kMaxRequestFileBytes = 2 * limits::kMaxMessageBytes;
constexpr absl::string_view kReceiptSuffix = ".receipt";

std::string RequestPath(const std::string& state,
                        absl::string_view folder,
                        const std::string& request_id) {
  return absl::StrCat(state, "/", folder, "/", request_id, ".act");
}

std::string ReceiptFileName(const v1::Receipt& receipt) {
  std::string name =
      v1::TransportEvent_Name(receipt.event()).substr(sizeof("TRANSPORT_EVENT_") - 1);
  if (!receipt.recipient().empty()) absl::StrAppend(&name, "-", receipt.recipient());
  return absl::StrCat(name, kReceiptSuffix);
}

// Waits for whoever has the lock, without a sound, up to `patience`.
bool Lock(int file, absl::Duration patience) {
  constexpr absl::Duration kPause = absl::Milliseconds(20);
  for (absl::Duration waited; flock(file, LOCK_EX | LOCK_NB) != 0; waited += kPause) {
    if (waited >= patience) return false;
    absl::SleepFor(kPause);
  }
  return true;
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

}  // namespace

absl::StatusOr<std::unique_ptr<Outbox>> Outbox::Open(const std::string& state,
                                                     absl::Duration patience) {
  for (const char* folder : {"outbox", "failed", "receipts"}) {
    ROG_RETURN_IF_ERROR(CreateFolders(absl::StrCat(state, "/", folder)));
  }
  const std::string lock_path = absl::StrCat(state, "/outbox/lock");
  const int lock = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return Error(Reason::FILE_UNREADABLE).Field(lock_path);
  if (!Lock(lock, patience)) {
    close(lock);
    return Error(Reason::OUTBOX_BUSY).Field(lock_path);
  }
  return std::unique_ptr<Outbox>(new Outbox(state, lock));
}

Outbox::Outbox(std::string state, int lock) : state_(std::move(state)), lock_(lock) {}

Outbox::~Outbox() {
  close(lock_);
}

absl::Status Outbox::Put(const v1::SubmitActRequest& request) {
  if (!IsUuid(request.request_id())) {
    return Error(Reason::FIELD_INVALID).Field("request_id").Accepted("a uuid in lower case");
  }
  return WriteFileDurably(
      RequestPath(state_, "outbox", request.request_id()), request.SerializeAsString(), 0600);
}

bool Outbox::Holds(const std::string& request_id) const {
  return std::filesystem::exists(RequestPath(state_, "outbox", request_id));
}

absl::StatusOr<std::vector<v1::SubmitActRequest>> Outbox::Pending() const {
  std::vector<std::filesystem::directory_entry> files;
  for (const auto& file : std::filesystem::directory_iterator(absl::StrCat(state_, "/outbox"))) {
    if (file.path().extension() == ".act") files.push_back(file);
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
    return a.last_write_time() < b.last_write_time();
  });
  std::vector<v1::SubmitActRequest> pending;
  for (const auto& file : files) {
    ROG_ASSIGN_OR_RETURN(Bytes bytes, ReadFile(file.path().string(), kMaxRequestFileBytes));
    if (!pending.emplace_back().ParseFromString(bytes)) {
      return absl::DataLossError(absl::StrCat("outbox file damaged: ", file.path().string()));
    }
  }
  return pending;
}

absl::Status Outbox::Settle(const v1::SubmitActRequest& request,
                            const v1::SubmitActResponse& response) {
  ROG_ASSIGN_OR_RETURN(v1::ActHeader header, ParseHeader(request.act().header()));
  const std::string folder = ReceiptFolder(state_, header.act_id());
  ROG_RETURN_IF_ERROR(SaveReceipts(folder, response.receipts()).status());
  return Drop(request);
}

absl::Status Outbox::Drop(const v1::SubmitActRequest& request) {
  unlink(RequestPath(state_, "outbox", request.request_id()).c_str());
  return SyncFolder(absl::StrCat(state_, "/outbox"));
}

absl::Status Outbox::Fail(const v1::SubmitActRequest& request, const absl::Status& why) {
  ROG_RETURN_IF_ERROR(SaveRefusal(state_, request, why));
  const std::string target = RequestPath(state_, "failed", request.request_id());
  ROG_RETURN_IF_ERROR(WriteFileDurably(absl::StrCat(target, ".why"), why.ToString(), 0600));
  std::error_code error;
  std::filesystem::rename(RequestPath(state_, "outbox", request.request_id()), target, error);
  if (error) return absl::InternalError(absl::StrCat("cannot move to ", target));
  return SyncFolder(absl::StrCat(state_, "/failed"));
}

std::string ReceiptFolder(const std::string& state, const std::string& act_id) {
  return absl::StrCat(state, "/receipts/", absl::StrReplaceAll(act_id, {{"/", "_"}}));
}

namespace {

// Moves what is there out of the way, unless it is the same.
absl::Status KeepEarlier(const std::string& path, const Bytes& content) {
  const auto there = ReadFile(path, limits::kMaxReceiptBytes);
  if (!there.ok() || *there == content) return absl::OkStatus();
  const std::string stem(absl::StripSuffix(path, kReceiptSuffix));
  std::string target;
  for (int n = 1; target.empty() || std::filesystem::exists(target); ++n) {
    target = absl::StrCat(stem, "-earlier-", n, kReceiptSuffix);
  }
  std::error_code error;
  std::filesystem::rename(path, target, error);
  return error ? absl::InternalError(absl::StrCat("cannot move to ", target)) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> SaveReceipts(
    const std::string& folder, const google::protobuf::RepeatedPtrField<v1::Receipt>& receipts) {
  ROG_RETURN_IF_ERROR(CreateFolders(folder));
  std::vector<std::string> paths;
  for (const v1::Receipt& receipt : receipts) {
    paths.push_back(absl::StrCat(folder, "/", ReceiptFileName(receipt)));
    ROG_RETURN_IF_ERROR(KeepEarlier(paths.back(), receipt.content()));
    ROG_RETURN_IF_ERROR(WriteFileDurably(paths.back(), receipt.content()));
  }
  return paths;
}

}  // namespace rogatoria::client
