#include "common/model/leaf.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/model/line_text.h"

namespace rogatoria {
namespace {

using line_text::AppendLine;
using line_text::LineError;
using line_text::Reader;

constexpr absl::string_view kFirstLine = "rogatoria-leaf v1";
constexpr size_t kHashBytes = 32;

// In the order of RecordClass and OriginReason.
constexpr absl::string_view kRecordClassNames[] = {"evidence", "audit"};
constexpr absl::string_view kOriginReasonNames[] = {"FIRST", "YEAR", "RESTORE", "KEY"};

template <typename E, size_t N>
absl::Status TakeName(Reader& reader,
                      absl::string_view line,
                      const absl::string_view (&names)[N],
                      E& value) {
  absl::string_view text;
  ROG_RETURN_IF_ERROR(reader.TakeValue(line, text));
  for (size_t i = 0; i < N; ++i) {
    if (names[i] != text) continue;
    value = static_cast<E>(i);
    return absl::OkStatus();
  }
  return LineError(line, "one of docs/formats/leaf.md");
}

absl::Status TakeBytes(Reader& reader, absl::string_view line, Bytes& value) {
  absl::string_view text;
  ROG_RETURN_IF_ERROR(reader.TakeValue(line, text));
  auto bytes = FromBase64(text);
  if (!bytes.ok()) return LineError(line, "base64 with padding");
  value = *std::move(bytes);
  return absl::OkStatus();
}

absl::Status RequireSize(absl::string_view line, const Bytes& value, size_t size) {
  return value.size() == size ? absl::OkStatus()
                              : LineError(line, absl::StrCat(size, " bytes in base64"));
}

absl::Status RequireSome(absl::string_view line, const Bytes& value) {
  return value.empty() ? LineError(line, "a value") : absl::OkStatus();
}

void Append(const CommitmentLeaf& leaf, Bytes& out) {
  AppendLine("type", "commitment", out);
  AppendLine("class", kRecordClassNames[static_cast<size_t>(leaf.record_class)], out);
  AppendLine("commitment", ToBase64(leaf.commitment), out);
}

void Append(const KeyStatementLeaf& leaf, Bytes& out) {
  AppendLine("type", "key-statement", out);
  AppendLine("statement", ToBase64(leaf.statement), out);
  AppendLine("signature", ToBase64(leaf.signature), out);
  AppendLine("identity-key", ToBase64(leaf.identity_key), out);
}

void Append(const OriginLeaf& leaf, Bytes& out) {
  AppendLine("type", "origin", out);
  AppendLine("reason", kOriginReasonNames[static_cast<size_t>(leaf.reason)], out);
  AppendLine("previous-origin", leaf.previous_origin, out);
  AppendLine("previous-size", absl::StrCat(leaf.previous_size), out);
  AppendLine("previous-root", ToBase64(leaf.previous_root), out);
}

absl::StatusOr<Leaf> ReadCommitment(Reader& reader) {
  CommitmentLeaf leaf;
  ROG_RETURN_IF_ERROR(TakeName(reader, "class", kRecordClassNames, leaf.record_class));
  ROG_RETURN_IF_ERROR(TakeBytes(reader, "commitment", leaf.commitment));
  ROG_RETURN_IF_ERROR(RequireSize("commitment", leaf.commitment, kHashBytes));
  return leaf;
}

absl::StatusOr<Leaf> ReadKeyStatement(Reader& reader) {
  KeyStatementLeaf leaf;
  ROG_RETURN_IF_ERROR(TakeBytes(reader, "statement", leaf.statement));
  ROG_RETURN_IF_ERROR(TakeBytes(reader, "signature", leaf.signature));
  ROG_RETURN_IF_ERROR(TakeBytes(reader, "identity-key", leaf.identity_key));
  ROG_RETURN_IF_ERROR(RequireSome("statement", leaf.statement));
  ROG_RETURN_IF_ERROR(RequireSome("signature", leaf.signature));
  ROG_RETURN_IF_ERROR(RequireSome("identity-key", leaf.identity_key));
  return leaf;
}

// The first log of a hub follows nothing; every other follows a log with at least its own origin.
absl::Status CheckOrigin(const OriginLeaf& leaf) {
  if (leaf.reason == OriginReason::kFirst) {
    if (leaf.previous_origin.empty() && leaf.previous_size == 0 && leaf.previous_root.empty()) {
      return absl::OkStatus();
    }
    return LineError("reason", "FIRST has no previous log");
  }
  if (leaf.previous_origin.empty()) return LineError("previous-origin", "the log before");
  if (leaf.previous_size == 0) return LineError("previous-size", "1 or more");
  return RequireSize("previous-root", leaf.previous_root, kHashBytes);
}

absl::StatusOr<Leaf> ReadOrigin(Reader& reader) {
  OriginLeaf leaf;
  absl::string_view origin, size;
  ROG_RETURN_IF_ERROR(TakeName(reader, "reason", kOriginReasonNames, leaf.reason));
  ROG_RETURN_IF_ERROR(reader.TakeValue("previous-origin", origin));
  ROG_RETURN_IF_ERROR(reader.TakeValue("previous-size", size));
  ROG_RETURN_IF_ERROR(TakeBytes(reader, "previous-root", leaf.previous_root));
  if (!line_text::ParseNumber(size, leaf.previous_size)) {
    return LineError("previous-size", "a number without leading zeros");
  }
  leaf.previous_origin = std::string(origin);
  ROG_RETURN_IF_ERROR(CheckOrigin(leaf));
  return leaf;
}

}  // namespace

Bytes FormatLeaf(const Leaf& leaf) {
  Bytes out = absl::StrCat(kFirstLine, "\n");
  std::visit([&out](const auto& kind) { Append(kind, out); }, leaf);
  return out;
}

absl::StatusOr<Leaf> ParseLeaf(absl::string_view text) {
  Reader reader(text);
  absl::string_view type;
  ROG_RETURN_IF_ERROR(reader.TakeFirstLine(kFirstLine));
  ROG_RETURN_IF_ERROR(reader.TakeValue("type", type));
  absl::StatusOr<Leaf> leaf = LineError("type", "commitment, key-statement or origin");
  if (type == "commitment") leaf = ReadCommitment(reader);
  if (type == "key-statement") leaf = ReadKeyStatement(reader);
  if (type == "origin") leaf = ReadOrigin(reader);
  if (leaf.ok()) ROG_RETURN_IF_ERROR(reader.ExpectEnd());
  return leaf;
}

Bytes Commit(absl::string_view salt, absl::string_view record) {
  return HmacSha256(salt, record);
}

}  // namespace rogatoria
