// Who is told of a place in a shelter: a national coordinator for victims, and nobody who would
// then know of the house (protocol.md 1). A place is asked of a coordinator and taken from one, and
// offered by one; a case that such a request opened is handed on to another coordinator only. By
// headers and the directory as it is now; insisting does not help. Pure.
#pragma once

#include "absl/status/status.h"
#include "common/directory/directory.h"
#include "common/model/case_record.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria::exchange {

// ADDRESSEE_NOT_COORDINATOR, all of them; OkStatus for acts that are about something else.
//
// What is known without the case. Whoever sends it: what opens a case goes to a coordinator.
absl::Status CheckPlacement(const Directory& directory, const v1::ActHeader& header);
// Inside a case, of which the sender is a party.
absl::Status CheckPlacementIn(const Directory& directory,
                              const CaseRecord& current,
                              const v1::ActHeader& header);
// A FORWARDING_NOTICE. `opening`, `answered`: the kinds of the act that opened the case and of the
// one that the notice answers. What else it hands on is inside its seal: for the sender's library.
absl::Status CheckPlacementHandedOn(const Directory& directory,
                                    const v1::ActHeader& header,
                                    v1::ActKind opening,
                                    v1::ActKind answered);

// Takes out of what fits a case what the checks above would refuse whomever it went to.
// `opening`: as above.
void WithholdPlacements(const Directory& directory,
                        v1::ActKind opening,
                        v1::GetCaseResponse& response);

}  // namespace rogatoria::exchange
