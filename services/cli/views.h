// API messages as the JSON values that commands show. Codes without their type's prefix, instants
// in RFC 3339, ids as they are.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "services/cli/output.h"

#include "rogatoria/content/v1/content.pb.h"
#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/directory_service.pb.h"
#include "rogatoria/v1/exchange_service.pb.h"
#include "rogatoria/v1/notice.pb.h"
#include "rogatoria/v1/receipt.pb.h"

namespace rogatoria::cli {

// Entries of what the hub lists, asked for at a time.
inline constexpr int kPageSize = 500;

// A protobuf enumeration value without its type's prefix: ACT_KIND_REQUEST -> REQUEST; empty when
// unspecified.
std::string KindCode(v1::ActKind kind);
std::string ChannelCode(v1::ChannelClass channel_class);
std::string MeasureStateCode(v1::MeasureState state);
std::string CaseStateCode(v1::CaseState state);
std::string CaseTypeCode(v1::CaseType type);
std::string RoleCode(v1::CaseRole role);
std::string DispositionCode(v1::ActDisposition disposition);
std::string EventCodeName(v1::TransportEvent event);
std::string OutcomeCode(v1::MeasureOutcome outcome);
std::string UrgencyCode(v1::UrgencyLevel level);
std::string AuthorityKindCode(v1::AuthorityKind kind);
std::string NoticeKindCode(v1::NoticeKind kind);
std::string ClockCode(v1::DeadlineClock clock);

std::string InstantText(int64_t unix_ms);

// What the way of sending counts as, as far as this version knows the channel basis:
// FORMAL_ORIGINAL. A receipt says what the hub's directory said of it.
std::string EffectCode(const v1::ActHeader& header);
Json HeaderView(const v1::ActHeader& header);
Json CaseView(const v1::Case& value);
// The deadlines of a case, the earliest due first; those without an instant last.
Json ClocksView(const v1::GetCaseResponse& found);
Json AuthorityView(const v1::Authority& authority);

}  // namespace rogatoria::cli
