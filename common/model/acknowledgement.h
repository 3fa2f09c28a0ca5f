// What a recipient's system states when it has an act safely (decisions.md 14), read from its
// signed bytes and checked by itself. Whether it is about the act that was delivered, and who
// signed it, is decided elsewhere. Format page: docs/formats/acknowledgement.md.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "rogatoria/v1/mailbox_service.pb.h"

namespace rogatoria {

// ACKNOWLEDGEMENT_INVALID naming the field and what is accepted.
absl::StatusOr<v1::AcknowledgementStatement> ParseAcknowledgement(absl::string_view bytes);

}  // namespace rogatoria
