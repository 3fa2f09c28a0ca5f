// What parties read: acts, cases, lists of them. Each function answers from one snapshot, for one
// caller, and says which data key the audit record of the read belongs under.
//
// A case of others does not exist for the caller: CASE_NOT_FOUND and ACT_NOT_FOUND are the same,
// byte for byte, as for what nobody ever opened. Within a case an act is for its sender and its
// recipients only (Treaty of Medellin article 6.5). An act refused in law is its sender's only.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "common/model/caller.h"
#include "common/storage/store.h"

#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria::exchange {

// An answer, and where its audit record belongs (decisions.md 12).
template <typename Response>
struct Read {
  Response response;
  uint64_t key_id = 0;  // the case's data key; 0 for lists of cases
};

absl::StatusOr<Read<v1::GetActResponse>> GetAct(Snapshot& snapshot,
                                                const Caller& caller,
                                                const v1::GetActRequest& request);

absl::StatusOr<Read<v1::GetCaseResponse>> GetCase(Snapshot& snapshot,
                                                  const Caller& caller,
                                                  const v1::GetCaseRequest& request);

// The latest moved first. A case that moves while pages are read may come again, and is never lost
// from the pages after the first: a page begins behind the last case of the one before.
absl::StatusOr<Read<v1::ListCasesResponse>> ListCases(Snapshot& snapshot,
                                                      const Caller& caller,
                                                      const v1::ListCasesRequest& request);

absl::StatusOr<Read<v1::ListActsResponse>> ListActs(Snapshot& snapshot,
                                                    const Caller& caller,
                                                    const v1::ListActsRequest& request);

}  // namespace rogatoria::exchange
