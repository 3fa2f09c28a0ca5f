#include "services/admin/admin_service.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/ledger/audit_and_wait.h"
#include "common/rpc/paging.h"
#include "common/rpc/unary.h"
#include "services/admin/directory_load.h"
#include "services/admin/mutation.h"
#include "services/admin/standing_change.h"

namespace rogatoria::admin {
namespace {

constexpr absl::string_view kGetStatus = "/rogatoria.v1.AdminService/GetStatus";
constexpr absl::string_view kLoadDirectory = "/rogatoria.v1.AdminService/LoadDirectory";
constexpr absl::string_view kGetDirectory = "/rogatoria.v1.AdminService/GetDirectory";
constexpr absl::string_view kSetStanding = "/rogatoria.v1.AdminService/SetStanding";
constexpr absl::string_view kListStandings = "/rogatoria.v1.AdminService/ListStandings";
constexpr absl::string_view kListDeadLetters = "/rogatoria.v1.AdminService/ListDeadLetters";
constexpr absl::string_view kRequeueDeadLetter = "/rogatoria.v1.AdminService/RequeueDeadLetter";
constexpr absl::string_view kPublishGuidance = "/rogatoria.v1.AdminService/PublishGuidance";
constexpr absl::string_view kCreateBackup = "/rogatoria.v1.AdminService/CreateBackup";

template <typename Request>
MutationRequest RequestOf(const Caller& caller, absl::string_view method, const Request& request) {
  return {.principal = caller.identity,
          .method = std::string(method),
          .request_id = request.request_id(),
          .content = request.SerializeAsString()};
}

template <typename Response>
absl::Status ReadResponse(const absl::StatusOr<Bytes>& bytes, Response& response) {
  ROG_RETURN_IF_ERROR(bytes.status());
  if (response.ParseFromString(*bytes)) return absl::OkStatus();
  return absl::DataLossError("a stored response cannot be read");
}

AuditRecord Consultation(const Caller& caller, absl::string_view method, std::string object) {
  AuditRecord record;
  record.operation = AuditOperation::kConsultation;
  record.principal = caller.identity;
  record.method = std::string(method);
  record.object = std::move(object);
  record.outcome = "OK";
  return record;
}

absl::StatusOr<Head> HeadOf(Store& store) {
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store.OpenSnapshot());
  return snapshot->GetHead();
}

DeliveryKey KeyAfter(const Bytes& cursor) {
  DeliveryKey key;
  const size_t slash = cursor.rfind('/');
  if (slash == Bytes::npos || !absl::SimpleAtoi(cursor.substr(slash + 1), &key.position)) return {};
  key.authority = cursor.substr(0, slash);
  return key;
}

absl::Status FillDeadLetters(Store& store,
                             const v1::ListDeadLettersRequest& request,
                             v1::ListDeadLettersResponse& response) {
  ROG_ASSIGN_OR_RETURN(const size_t page_size, rpc::PageSize(request.page_size()));
  const std::string query = absl::StrCat("dead letters ", request.authority());
  ROG_ASSIGN_OR_RETURN(const Bytes cursor, rpc::ReadPageToken(query, request.page_token()));
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store.OpenSnapshot());
  ROG_ASSIGN_OR_RETURN(
      auto rows, snapshot->ListDeadLetters(request.authority(), KeyAfter(cursor), page_size + 1));
  const bool more = rows.size() > page_size;
  if (more) rows.resize(page_size);
  for (const DeliveryRecord& row : rows) {
    v1::DeadLetter& letter = *response.add_dead_letters();
    letter.set_authority(row.authority);
    letter.set_position(row.position);
    letter.set_act_id(row.act_id);
    letter.set_reason(row.dead_reason);
    letter.set_attempts(row.attempts);
  }
  if (more) {
    response.set_next_page_token(
        rpc::MakePageToken(query, absl::StrCat(rows.back().authority, "/", rows.back().position)));
  }
  return absl::OkStatus();
}

}  // namespace

AdminService::AdminService(Door door,
                           Store& store,
                           CommitQueue& queue,
                           const Registry& registry,
                           AdminOptions options,
                           AdminSeams seams)
    : door_(std::move(door)),
      store_(store),
      queue_(queue),
      registry_(registry),
      options_(std::move(options)),
      seams_(std::move(seams)) {}

grpc::ServerUnaryReactor* AdminService::GetStatus(grpc::CallbackServerContext* context,
                                                  const grpc::ByteBuffer* in,
                                                  grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::GetStatusRequest, v1::GetStatusResponse>(
      door_,
      {context, in, out},
      kGetStatus,
      "",
      [this](const Caller&, const auto&, auto& response) -> absl::Status {
        ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
        ROG_ASSIGN_OR_RETURN(const Head head, snapshot->GetHead());
        ROG_ASSIGN_OR_RETURN(const StoreCounts counts, snapshot->Count());
        response.set_version(options_.version);
        response.set_trust_domain(options_.trust_domain);
        response.set_started_unix_ms(options_.started.unix_ms);
        response.set_acts(counts.acts);
        response.set_cases(counts.cases);
        response.set_open_deliveries(counts.open_deliveries);
        response.set_waiting_cases(counts.waiting_cases);
        response.set_dead_letters(counts.dead_letters);
        response.set_log(head.log);
        response.set_log_size(head.log_size);
        response.set_directory_version(head.directory_version);
        response.set_epoch(head.epoch);
        response.set_open_streams(seams_.open_streams());
        for (std::string& warning : seams_.warnings()) response.add_warnings(std::move(warning));
        response.set_verifier_key(options_.verifier_key);
        return absl::OkStatus();
      });
}

absl::Status AdminService::Load(const Caller& caller,
                                const v1::LoadDirectoryRequest& request,
                                v1::LoadDirectoryResponse& response) {
  ROG_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  // One load at a time, from the look at what is recorded to the commit.
  absl::MutexLock lock(&loading_);
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
  ROG_ASSIGN_OR_RETURN(const auto recorded, snapshot->ListKeyStatements());
  const RegistryState registry = registry_.Get();
  ROG_ASSIGN_OR_RETURN(
      CheckedDirectory checked,
      CheckDirectory(request, options_.trust_domain, *registry.directory, recorded));
  if (request.validate_only()) {
    response.set_directory_version(registry.directory_version);
    for (std::string& change : checked.changes) response.add_changes(std::move(change));
    return AuditAndWait(queue_, Consultation(caller, kLoadDirectory, "directory"), 0, "");
  }
  ROG_ASSIGN_OR_RETURN(checked.notices,
                       FindRouteNotices(*snapshot, *registry.directory, *checked.directory));
  MutationRequest mutation = RequestOf(caller, kLoadDirectory, request);
  for (const RouteNotice& notice : checked.notices) mutation.mailboxes.push_back(notice.to);
  return ReadResponse(
      CommitMutation(queue_,
                     mutation,
                     MakeDirectoryChange(std::make_shared<CheckedDirectory>(std::move(checked)),
                                         std::make_shared<v1::LoadDirectoryRequest>(request))),
      response);
}

grpc::ServerUnaryReactor* AdminService::LoadDirectory(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* in,
                                                      grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::LoadDirectoryRequest, v1::LoadDirectoryResponse>(
      door_,
      {context, in, out},
      kLoadDirectory,
      "directory",
      [this](const Caller& caller, const auto& request, auto& response) {
        return Load(caller, request, response);
      });
}

grpc::ServerUnaryReactor* AdminService::GetDirectory(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* in,
                                                     grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::GetDirectoryRequest, v1::GetDirectoryResponse>(
      door_,
      {context, in, out},
      kGetDirectory,
      "",
      [this](const Caller&, const auto&, auto& response) -> absl::Status {
        ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
        const absl::StatusOr<DirectoryRecord> record = snapshot->GetDirectory();
        if (absl::IsNotFound(record.status())) return absl::OkStatus();  // version 0, no files
        ROG_RETURN_IF_ERROR(record.status());
        return ReadResponse(record->files, response);
      });
}

grpc::ServerUnaryReactor* AdminService::SetStanding(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* in,
                                                    grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::SetStandingRequest, v1::SetStandingResponse>(
      door_,
      {context, in, out},
      kSetStanding,
      &v1::SetStandingRequest::id,
      [this](const Caller& caller, const auto& request, auto& response) -> absl::Status {
        ROG_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
        ROG_RETURN_IF_ERROR(CheckStanding(request, *registry_.Get().directory));
        return ReadResponse(CommitMutation(queue_,
                                           RequestOf(caller, kSetStanding, request),
                                           MakeStandingChange(request, registry_)),
                            response);
      });
}

grpc::ServerUnaryReactor* AdminService::ListStandings(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* in,
                                                      grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::ListStandingsRequest, v1::ListStandingsResponse>(
      door_,
      {context, in, out},
      kListStandings,
      "",
      [this](const Caller&, const auto&, auto& response) -> absl::Status {
        ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
        ROG_ASSIGN_OR_RETURN(const auto standings, snapshot->ListStandings());
        for (const StandingRecord& standing : standings) {
          v1::StandingRow& row = *response.add_standings();
          row.set_subject(standing.subject);
          row.set_id(standing.id);
          row.set_standing(standing.standing);
          row.set_since_unix_ms(standing.since.unix_ms);
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* AdminService::ListDeadLetters(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* in,
                                                        grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::ListDeadLettersRequest, v1::ListDeadLettersResponse>(
      door_,
      {context, in, out},
      kListDeadLetters,
      &v1::ListDeadLettersRequest::authority,
      [this](const Caller& caller, const auto& request, auto& response) {
        const absl::Status found = FillDeadLetters(store_, request, response);
        if (!found.ok()) return found;
        return AuditAndWait(
            queue_, Consultation(caller, kListDeadLetters, request.authority()), 0, "");
      });
}

grpc::ServerUnaryReactor* AdminService::RequeueDeadLetter(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* in,
                                                          grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::RequeueDeadLetterRequest, v1::RequeueDeadLetterResponse>(
      door_,
      {context, in, out},
      kRequeueDeadLetter,
      &v1::RequeueDeadLetterRequest::authority,
      [this](const Caller& caller, const auto& request, auto&) -> absl::Status {
        ROG_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
        absl::Notification told;
        absl::Status outcome;
        queue_.Submit(seams_.requeue(caller, request, [&](const absl::Status& status) {
          outcome = status;
          told.Notify();
        }));
        told.WaitForNotification();
        if (outcome.ok()) seams_.requeued(request.authority());
        return outcome;
      });
}

absl::Status AdminService::Publish(const Caller& caller,
                                   const v1::PublishGuidanceRequest& request,
                                   v1::PublishGuidanceResponse& response) {
  ROG_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  ROG_ASSIGN_OR_RETURN(const v1::GuidanceDocument document,
                       ReadPublication(request, options_.trust_domain));
  MutationRequest mutation = RequestOf(caller, kPublishGuidance, request);
  mutation.guidance = {document.id()};
  absl::Status verdict =
      CheckPublication(request, document, registry_.Get(), seams_.verify_signature, seams_.now());
  return ReadResponse(
      CommitMutation(queue_, mutation, MakePublication(request, document, std::move(verdict))),
      response);
}

grpc::ServerUnaryReactor* AdminService::PublishGuidance(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* in,
                                                        grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::PublishGuidanceRequest, v1::PublishGuidanceResponse>(
      door_,
      {context, in, out},
      kPublishGuidance,
      "guidance",
      [this](const Caller& caller, const auto& request, auto& response) {
        return Publish(caller, request, response);
      });
}

absl::Status AdminService::Backup(const Caller& caller,
                                  const v1::CreateBackupRequest& request,
                                  v1::CreateBackupResponse& response) {
  ROG_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  const std::string folder = absl::StrCat(options_.backup_folder, "/", request.request_id());
  std::error_code failure;
  if (std::filesystem::exists(folder, failure)) {
    return Error(Reason::REQUEST_ID_REUSED)
        .Field("request_id")
        .Accepted("a new UUID: a backup of this name is there");
  }
  ROG_RETURN_IF_ERROR(ToldByHub(CreateFolders(options_.backup_folder)));
  // What is on disk now is in the copy, and perhaps more.
  ROG_ASSIGN_OR_RETURN(const Head head, HeadOf(store_));
  const absl::StatusOr<uint64_t> bytes = store_.Backup(folder);
  if (!bytes.ok()) return ToldByHub(bytes.status());
  response.set_name(request.request_id());
  response.set_size_bytes(*bytes);
  response.set_log_size(head.log_size);
  AuditRecord record =
      Consultation(caller, kCreateBackup, absl::StrCat("backup/", response.name()));
  record.operation = AuditOperation::kAdministration;
  return AuditAndWait(queue_, std::move(record), 0, "");
}

grpc::ServerUnaryReactor* AdminService::CreateBackup(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* in,
                                                     grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::CreateBackupRequest, v1::CreateBackupResponse>(
      door_,
      {context, in, out},
      kCreateBackup,
      "backup",
      [this](const Caller& caller, const auto& request, auto& response) {
        return Backup(caller, request, response);
      });
}

}  // namespace rogatoria::admin
