// Practice notes as DirectoryService gives them: public to whoever is registered, from the store.
#include "common/directory/guidance.h"

#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/paging.h"
#include "common/rpc/unary.h"
#include "services/directory/directory_service.h"

namespace rogatoria::directory {
namespace {

constexpr absl::string_view kListGuidance = "/rogatoria.v1.DirectoryService/ListGuidance";
constexpr absl::string_view kGetGuidance = "/rogatoria.v1.DirectoryService/GetGuidance";

absl::Status List(Store& store,
                  const v1::ListGuidanceRequest& request,
                  v1::ListGuidanceResponse& response) {
  ROG_ASSIGN_OR_RETURN(const size_t page_size, rpc::PageSize(request.page_size()));
  const GuidanceQuery wanted{
      request.country(), request.instrument(), request.measure(), request.language()};
  const std::string query = absl::StrJoin(
      {std::string("guidance"), wanted.country, wanted.instrument, wanted.measure, wanted.language},
      "\n");
  ROG_ASSIGN_OR_RETURN(const Bytes after, rpc::ReadPageToken(query, request.page_token()));
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store.OpenSnapshot());
  ROG_ASSIGN_OR_RETURN(std::vector<GuidanceRecord> rows,
                       snapshot->ListGuidance(wanted, after, page_size + 1));
  const bool more = rows.size() > page_size;
  if (more) rows.resize(page_size);
  for (GuidanceRecord& row : rows) *response.add_guidance() = std::move(row.about);
  if (more) {
    const std::string& last = response.guidance(response.guidance_size() - 1).id();
    response.set_next_page_token(rpc::MakePageToken(query, last));
  }
  return absl::OkStatus();
}

absl::Status Get(Store& store,
                 const v1::GetGuidanceRequest& request,
                 v1::GetGuidanceResponse& response) {
  if (!IsGuidanceId(request.id())) {
    return Error(Reason::FIELD_INVALID)
        .Field("id")
        .Accepted("<issuing authority>/<name>, such as co-fgn/bank-records");
  }
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store.OpenSnapshot());
  absl::StatusOr<GuidanceRecord> found = snapshot->GetGuidance(request.id(), request.version());
  if (absl::IsNotFound(found.status())) return Error(Reason::NOT_FOUND).Field("id");
  ROG_RETURN_IF_ERROR(found.status());
  v1::Guidance& guidance = *response.mutable_guidance();
  guidance.set_document(std::move(found->document));
  guidance.set_signature(std::move(found->signature));
  guidance.set_recorded_unix_ms(found->recorded.unix_ms);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* DirectoryService::ListGuidance(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in,
                                                         grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::ListGuidanceRequest, v1::ListGuidanceResponse>(
      door_,
      {context, in, out},
      kListGuidance,
      "",
      [this](const Caller&, const auto& request, auto& response) {
        return List(store_, request, response);
      });
}

grpc::ServerUnaryReactor* DirectoryService::GetGuidance(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* in,
                                                        grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::GetGuidanceRequest, v1::GetGuidanceResponse>(
      door_,
      {context, in, out},
      kGetGuidance,
      &v1::GetGuidanceRequest::id,
      [this](const Caller&, const auto& request, auto& response) {
        return Get(store_, request, response);
      });
}

}  // namespace rogatoria::directory
