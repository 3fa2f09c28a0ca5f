#include "tests/unit/spool/agents/file_agent.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxBytes = 64 << 20;

std::string Text(const std::string& path) {
  const auto text = ReadFile(path, kMaxBytes);
  return text.ok() ? *text : "";
}

std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(folder, error)) {
    if (file.path().extension() != ".new") files.push_back(file.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

FileAgent::FileAgent(std::string folder) : folder_(std::move(folder)) {
  for (const char* name : {"/sent", "/documents", "/events"})
    CreateFolders(folder_ + name).IgnoreError();
}

v1::ActStatus FileAgent::StatusOf(const std::string& request_id) const {
  v1::ActStatus status;
  status.set_request_id(request_id);
  status.set_act_id("pt-pgr/" + request_id);
  status.set_case_id("pt-pgr/" + request_id);
  status.set_state(state_);
  status.set_state_text(v1::ActState_Name(state_));
  return status;
}

absl::StatusOr<v1::ActStatus> FileAgent::Send(const v1::SendRequest& request) {
  if (!refusal_.ok()) return refusal_;
  const std::string path = absl::StrCat(folder_, "/sent/", request.request_id());
  v1::SendRequest kept = request;
  kept.set_text(Text(absl::StrCat(folder_, "/documents/", request.letter().document_id())));
  ROG_RETURN_IF_ERROR(WriteFileDurably(path, kept.SerializeAsString()));
  return StatusOf(request.request_id());
}

absl::StatusOr<std::string> FileAgent::PutFile(const std::string&, const std::string& path) {
  ROG_ASSIGN_OR_RETURN(const Bytes bytes, ReadFile(path, kMaxBytes));
  if (given_) given_(path);
  ROG_RETURN_IF_ERROR(file_refusal_);
  SystemRandom random;
  const std::string id = GenerateUuid(random, SystemClock().Now());
  ROG_RETURN_IF_ERROR(WriteFileDurably(absl::StrCat(folder_, "/documents/", id), bytes));
  return id;
}

void FileAgent::ForgetFile(const std::string& id) {
  std::error_code error;
  if (!id.empty()) std::filesystem::remove(absl::StrCat(folder_, "/documents/", id), error);
}

size_t FileAgent::files() const {
  return FilesIn(folder_ + "/documents").size();
}

absl::StatusOr<v1::GetReceiptResponse> FileAgent::GetReceipt(const std::string& act_id) {
  ROG_RETURN_IF_ERROR(receipt_refusal_);
  v1::GetReceiptResponse response;
  v1::Receipt& receipt = *response.add_receipts();
  receipt.set_file_name("SUBMISSION_ACCEPTANCE.receipt");
  receipt.set_content("receipt of " + act_id);
  receipt.set_in_words("accepted");
  return response;
}

absl::Status FileAgent::SaveDocument(const std::string& act_id,
                                     uint32_t number,
                                     const std::string& target) {
  if (documents_) ROG_RETURN_IF_ERROR(documents_(number));
  return WriteFileDurably(target, absl::StrCat("document ", number, " of ", act_id));
}

absl::StatusOr<std::vector<v1::WatchResponse>> FileAgent::WaitForEvents(uint64_t after_position,
                                                                        size_t limit,
                                                                        absl::Duration patience) {
  std::vector<v1::WatchResponse> events;
  for (const std::string& file : FilesIn(folder_ + "/events")) {
    v1::WatchResponse event;
    if (events.size() < limit && event.ParseFromString(Text(file)) &&
        event.position() > after_position)
      events.push_back(std::move(event));
  }
  if (events.empty()) absl::SleepFor(patience);
  return events;
}

bool FileAgent::HasEvent(uint64_t position) const {
  return fs::exists(absl::StrFormat("%s/events/%020d", folder_, position));
}

uint64_t FileAgent::Acknowledged() const {
  uint64_t position = 0;
  return absl::SimpleAtoi(Text(folder_ + "/acknowledged"), &position) ? position : 0;
}

absl::Status FileAgent::Acknowledge(uint64_t position) {
  return WriteFileDurably(folder_ + "/acknowledged", absl::StrCat(position));
}

std::string FileAgent::Explain(const absl::Status& why) const {
  const auto details = GetErrorDetails(why);
  return details.has_value()
             ? absl::StrCat(
                   ReasonName(details->reason), " ", details->field, " ", details->accepted)
             : std::string(why.message());
}

std::vector<v1::SendRequest> FileAgent::sent() const {
  std::vector<v1::SendRequest> requests;
  for (const std::string& file : FilesIn(folder_ + "/sent"))
    requests.emplace_back().ParseFromString(Text(file));
  return requests;
}

uint64_t FileAgent::Add(int documents) {
  v1::WatchResponse event;
  SystemRandom random;
  v1::ReceivedAct& act = *event.mutable_received();
  act.set_act_id("co-fgn/" + GenerateUuid(random, SystemClock().Now()));
  act.set_case_id(act.act_id());
  act.set_kind("REQUEST");
  act.set_created_unix_ms(1'795'521'600'000);
  act.set_in_words("in words\n");
  act.set_content_json("{}");
  for (int number = 1; number <= documents; ++number) {
    v1::DocumentInfo& document = *act.add_documents();
    document.set_number(static_cast<uint32_t>(number));
    document.set_name("../ofício\n.pdf");
  }
  return Add(std::move(event));
}

void FileAgent::Remove(uint64_t position) {
  std::error_code error;
  fs::remove(absl::StrFormat("%s/events/%020d", folder_, position), error);
}

uint64_t FileAgent::Add(v1::WatchResponse event) {
  const uint64_t position = FilesIn(folder_ + "/events").size() + 1;
  event.set_position(position);
  event.set_instant_unix_ms(1'795'521'600'000);
  WriteFileDurably(absl::StrFormat("%s/events/%020d", folder_, position), event.SerializeAsString())
      .IgnoreError();
  return position;
}

}  // namespace rogatoria::agent
