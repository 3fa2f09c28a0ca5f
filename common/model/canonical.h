// The canonical form of a signed protobuf message: an ASCII first line and a line feed, then the
// message's bytes with every field known, in ascending order, once, without default values, with
// shortest varints and packed where proto3 packs (decisions.md 1). One value has one encoding, so
// nobody can add to or rearrange what was signed.
//
// Works on descriptors, not on one library's serialiser: what is accepted does not depend on the
// protobuf version in use.
#pragma once

#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"

namespace rogatoria {

// First lines in use, without the line feed.
inline constexpr absl::string_view kHeaderFirstLine = "rogatoria-act-header v1";
inline constexpr absl::string_view kAcknowledgementFirstLine = "rogatoria-acknowledgement v1";
inline constexpr absl::string_view kKeyStatementFirstLine = "rogatoria-key-statement v1";
inline constexpr absl::string_view kGuidanceFirstLine = "rogatoria-guidance v1";

// The canonical form itself, without a first line. REQUIRES: a message without maps, floats,
// groups, oneofs or extensions; stops the process otherwise.
Bytes SerializeCanonical(const google::protobuf::Message& message);

// Reads canonical bytes into `message`; as FromSignedBytes, without the first line.
absl::Status ParseCanonical(absl::string_view bytes, google::protobuf::Message& message);

// The signed bytes of a message. REQUIRES as above.
Bytes ToSignedBytes(absl::string_view first_line, const google::protobuf::Message& message);

// Reads signed bytes into `message`. HEADER_MALFORMED naming the field and the fault (unknown,
// duplicate, out of order, default value written, wrong type, longer varint than needed, bad UTF-8,
// wrong first line) otherwise; `message` is then unspecified.
absl::Status FromSignedBytes(absl::string_view first_line,
                             absl::string_view bytes,
                             google::protobuf::Message& message);

}  // namespace rogatoria
