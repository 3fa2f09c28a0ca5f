#include "common/merkle/note.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/merkle/text.h"

namespace rogatoria::merkle {
namespace {

constexpr absl::string_view kDash = "\xE2\x80\x94 ";  // em dash U+2014 and a space
constexpr size_t kKeyIdBytes = 4;

absl::Status CheckText(absl::string_view text) {
  if (absl::EndsWith(text, "\n") && IsNoteText(text)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "the text of a note is UTF-8 without control characters, and ends with a line feed");
}

absl::Status CheckCount(size_t signatures) {
  if (signatures >= 1 && signatures <= limits::kMaxNoteSignatures) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("a note has 1 to ", limits::kMaxNoteSignatures, " signatures"));
}

absl::Status CheckSize(absl::string_view note) {
  if (note.size() <= limits::kMaxNoteBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("a note is at most ", limits::kMaxNoteBytes, " bytes long"));
}

Bytes BigEndian(uint32_t id) {
  Bytes bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(id >> shift));
  return bytes;
}

uint32_t FromBigEndian(absl::string_view bytes) {
  uint32_t id = 0;
  for (const char byte : bytes) id = (id << 8) | static_cast<uint8_t>(byte);
  return id;
}

std::string SignatureLine(const NoteSignature& signature) {
  return absl::StrCat(kDash,
                      signature.name,
                      " ",
                      ToBase64(absl::StrCat(BigEndian(signature.key_id), signature.signature)),
                      "\n");
}

absl::StatusOr<NoteSignature> ParseSignatureLine(absl::string_view line) {
  const absl::Status malformed = absl::InvalidArgumentError(
      "a signature line is an em dash, a key name and base64, with single spaces between");
  if (!absl::ConsumePrefix(&line, kDash)) return malformed;
  const size_t name_end = line.find(' ');
  if (name_end == absl::string_view::npos) return malformed;
  const absl::string_view name = line.substr(0, name_end);
  const absl::StatusOr<Bytes> raw = FromBase64(line.substr(name_end + 1));
  if (!IsKeyName(name) || !raw.ok() || raw->size() <= kKeyIdBytes) return malformed;
  const absl::string_view bytes(*raw);
  return NoteSignature{std::string(name),
                       FromBigEndian(bytes.substr(0, kKeyIdBytes)),
                       Bytes(bytes.substr(kKeyIdBytes))};
}

}  // namespace

absl::StatusOr<Note> ParseNote(absl::string_view note) {
  ROG_RETURN_IF_ERROR(CheckSize(note));
  // Signature lines are never empty, so the last empty line is the one that parts the note.
  const size_t parting = note.rfind("\n\n");
  if (parting == absl::string_view::npos) {
    return absl::InvalidArgumentError("a note has an empty line between text and signatures");
  }
  Note parsed;
  parsed.text = std::string(note.substr(0, parting + 1));
  ROG_RETURN_IF_ERROR(CheckText(parsed.text));
  absl::string_view rest = note.substr(parting + 2);
  while (const std::optional<absl::string_view> line = TakeLine(rest)) {
    ROG_ASSIGN_OR_RETURN(parsed.signatures.emplace_back(), ParseSignatureLine(*line));
  }
  if (!rest.empty()) return absl::InvalidArgumentError("a note ends with a line feed");
  ROG_RETURN_IF_ERROR(CheckCount(parsed.signatures.size()));
  return parsed;
}

absl::StatusOr<std::string> FormatNote(const Note& note) {
  ROG_RETURN_IF_ERROR(CheckText(note.text));
  ROG_RETURN_IF_ERROR(CheckCount(note.signatures.size()));
  std::string formatted = absl::StrCat(note.text, "\n");
  for (const NoteSignature& signature : note.signatures) {
    if (!IsKeyName(signature.name) || signature.signature.empty()) {
      return absl::InvalidArgumentError("a signature has a key name and is not empty");
    }
    absl::StrAppend(&formatted, SignatureLine(signature));
  }
  ROG_RETURN_IF_ERROR(CheckSize(formatted));
  return formatted;
}

absl::StatusOr<std::string> SignNote(absl::string_view text,
                                     absl::string_view name,
                                     Signer& signer) {
  ROG_RETURN_IF_ERROR(CheckText(text));
  ROG_ASSIGN_OR_RETURN(const VerifierKey key,
                       VerifierKey::Make(name, SignatureType::kEd25519, signer.PublicKey()));
  ROG_ASSIGN_OR_RETURN(Bytes signature, signer.Sign(text));
  return FormatNote({std::string(text), {{key.name, key.id, std::move(signature)}}});
}

absl::StatusOr<std::string> AddSignature(absl::string_view note, const NoteSignature& signature) {
  ROG_ASSIGN_OR_RETURN(Note parsed, ParseNote(note));
  const auto& lines = parsed.signatures;
  if (std::find(lines.begin(), lines.end(), signature) != lines.end()) {
    return absl::AlreadyExistsError("the note has this signature line");
  }
  parsed.signatures.push_back(signature);
  return FormatNote(parsed);
}

}  // namespace rogatoria::merkle
