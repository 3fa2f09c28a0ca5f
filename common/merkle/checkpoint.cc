#include "common/merkle/checkpoint.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/base/trust_domain.h"
#include "common/merkle/node.h"
#include "common/merkle/note.h"
#include "common/merkle/text.h"

namespace rogatoria::merkle {
namespace {

constexpr absl::string_view kLogPart = "/log/";

absl::Status CheckCheckpoint(const Checkpoint& checkpoint) {
  if (!IsNoteLine(checkpoint.origin)) {
    return absl::InvalidArgumentError("the first line of a checkpoint is its origin");
  }
  if (checkpoint.size > kMaxTreeSize) {
    return absl::InvalidArgumentError("the size of a log is below 2^63");
  }
  if (checkpoint.size == 0 && checkpoint.root != EmptyRoot()) {
    return absl::InvalidArgumentError("the root of the empty log is SHA-256 of nothing");
  }
  const auto& extensions = checkpoint.extensions;
  if (!std::all_of(extensions.begin(), extensions.end(), IsNoteLine)) {
    return absl::InvalidArgumentError("an extension line of a checkpoint is one line, not empty");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LogOrigin> LogOrigin::Parse(absl::string_view text) {
  const size_t part = text.find(kLogPart);
  if (part != absl::string_view::npos && IsTrustDomain(text.substr(0, part))) {
    const std::optional<uint64_t> number = ParseDecimal(text.substr(part + kLogPart.size()));
    if (number.has_value()) return LogOrigin{std::string(text.substr(0, part)), *number};
  }
  return absl::InvalidArgumentError("the origin of a log is <trust-domain>/log/<number>");
}

std::string LogOrigin::ToText() const {
  return absl::StrCat(trust_domain, kLogPart, number);
}

absl::StatusOr<std::string> FormatCheckpoint(const Checkpoint& checkpoint) {
  ROG_RETURN_IF_ERROR(CheckCheckpoint(checkpoint));
  std::string text = absl::StrCat(
      checkpoint.origin, "\n", checkpoint.size, "\n", checkpoint.root.ToBase64(), "\n");
  for (const std::string& line : checkpoint.extensions) absl::StrAppend(&text, line, "\n");
  return text;
}

absl::StatusOr<Checkpoint> ParseCheckpoint(absl::string_view text) {
  const std::optional<absl::string_view> origin = TakeLine(text);
  const std::optional<absl::string_view> size = TakeLine(text);
  const std::optional<absl::string_view> root = TakeLine(text);
  if (!root.has_value()) {
    return absl::InvalidArgumentError("a checkpoint has three lines: origin, size, root");
  }
  Checkpoint checkpoint;
  checkpoint.origin = std::string(*origin);
  const std::optional<uint64_t> number = ParseDecimal(*size);
  if (!number.has_value()) {
    return absl::InvalidArgumentError("the second line of a checkpoint is a size, in decimal");
  }
  checkpoint.size = *number;
  ROG_ASSIGN_OR_RETURN(checkpoint.root, Hash::FromBase64(*root));
  while (const std::optional<absl::string_view> line = TakeLine(text)) {
    checkpoint.extensions.emplace_back(*line);
  }
  if (!text.empty()) return absl::InvalidArgumentError("a checkpoint ends with a line feed");
  ROG_RETURN_IF_ERROR(CheckCheckpoint(checkpoint));
  return checkpoint;
}

absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, Signer& signer) {
  ROG_ASSIGN_OR_RETURN(const std::string text, FormatCheckpoint(checkpoint));
  return SignNote(text, checkpoint.origin, signer);
}

absl::StatusOr<VerifiedCheckpoint> VerifyCheckpoint(absl::string_view note,
                                                    absl::Span<const VerifierKey> keys) {
  ROG_ASSIGN_OR_RETURN(VerifiedNote verified, VerifyNote(note, keys));
  ROG_ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseCheckpoint(verified.text));
  for (VerifierKey& key : verified.signers) {
    if (key.name != checkpoint.origin) continue;
    return VerifiedCheckpoint{std::move(checkpoint), std::move(key), std::move(verified.witnesses)};
  }
  return absl::UnauthenticatedError("the log that the checkpoint names did not sign it");
}

VerifierKey KeyOfLogOf(absl::string_view note, const VerifierKey& key) {
  const auto parsed = ParseNote(note);
  const auto checkpoint = parsed.ok() ? ParseCheckpoint(parsed->text) : parsed.status();
  if (!checkpoint.ok()) return key;
  const auto of_note = LogOrigin::Parse(checkpoint->origin);
  const auto of_key = LogOrigin::Parse(key.name);
  if (!of_note.ok() || !of_key.ok() || of_note->trust_domain != of_key->trust_domain) return key;
  return VerifierKey::Make(checkpoint->origin, key.type, key.public_key).value_or(key);
}

}  // namespace rogatoria::merkle
