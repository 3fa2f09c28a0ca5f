#include "common/crypto/manifest.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kFirstLine = "rogatoria-manifest v1";
constexpr absl::string_view kPurposes[] = {"primary", "duty", "substitute", "archive"};
constexpr size_t kSaltBytes = 32;
constexpr size_t kMaxMediaTypeBytes = 127;
// Each authority with all its certificates, and the sender with its own.
constexpr size_t kMaxManifestRecipients = (limits::kMaxRecipients + 1) * limits::kMaxSealedTo;

absl::Status Malformed(absl::string_view line, absl::string_view expected) {
  return Error(Reason::MANIFEST_MALFORMED).Field(line).Accepted(expected);
}

absl::Status Mismatch(absl::string_view line, absl::string_view what) {
  return Error(Reason::MANIFEST_MISMATCH).Field(line).Accepted(what);
}

bool IsWord(absl::string_view text, size_t max_size, absl::string_view extra) {
  if (text.empty() || text.size() > max_size) return false;
  return std::all_of(text.begin(), text.end(), [extra](char c) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return plain || extra.find(c) != absl::string_view::npos;
  });
}

bool IsPurpose(absl::string_view text) {
  return std::find(std::begin(kPurposes), std::end(kPurposes), text) != std::end(kPurposes);
}

auto OrderOf(const ManifestRecipient& recipient) {
  return std::tie(recipient.authority, recipient.purpose, recipient.certificate_sha256);
}

bool IsMediaTypeWord(absl::string_view word) {
  return IsWord(word, kMaxMediaTypeBytes, "-.+_");
}

absl::Status CheckHead(const Manifest& manifest) {
  if (!IsWord(manifest.act_id, limits::kMaxIdBytes, "-._:/")) {
    return Malformed("act", "an act id");
  }
  if (!IsMediaType(manifest.media_type)) {
    return Malformed("media-type", "type/subtype, without parameters");
  }
  if (manifest.salt.size() != kSaltBytes) return Malformed("salt", "32 bytes");
  if (manifest.clear_hmac_sha256.size() != kSha256Bytes) {
    return Malformed("clear-hmac-sha256", "32 bytes");
  }
  return absl::OkStatus();
}

absl::Status CheckRecipients(const Manifest& manifest) {
  const auto& recipients = manifest.recipients;
  if (recipients.empty() || recipients.size() > kMaxManifestRecipients) {
    return Malformed("recipient", absl::StrCat("1 to ", kMaxManifestRecipients, " lines"));
  }
  for (size_t i = 0; i < recipients.size(); ++i) {
    if (!IsWord(recipients[i].authority, limits::kMaxIdBytes, "-._:") ||
        !IsPurpose(recipients[i].purpose) ||
        recipients[i].certificate_sha256.size() != kSha256Bytes) {
      return Malformed("recipient", "authority, purpose, 32 bytes");
    }
    if (i > 0 && OrderOf(recipients[i - 1]) >= OrderOf(recipients[i])) {
      return Malformed("recipient", "ascending order without repetition");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckSegmentLines(const Manifest& manifest) {
  if (manifest.segments.empty() || manifest.segments.size() > limits::kMaxSegments) {
    return Malformed("segment", absl::StrCat("1 to ", limits::kMaxSegments, " lines"));
  }
  uint64_t clear_size = 0;
  for (const ManifestSegment& segment : manifest.segments) {
    if (segment.sealed_sha256.size() != kSha256Bytes ||
        segment.clear_size > limits::kMaxSegmentBytes ||
        segment.sealed_size > limits::kMaxSegmentBytes + limits::kMaxSealOverheadBytes) {
      return Malformed("segment", "32 bytes and two sizes within the limits");
    }
    clear_size += segment.clear_size;  // at most kMaxSegments * kMaxSegmentBytes: no overflow
  }
  if (clear_size != manifest.clear_size) return Malformed("clear-size", "the segments' sum");
  return absl::OkStatus();
}

absl::Status Check(const Manifest& manifest) {
  ROG_RETURN_IF_ERROR(CheckHead(manifest));
  ROG_RETURN_IF_ERROR(CheckRecipients(manifest));
  return CheckSegmentLines(manifest);
}

// Reads loosely; ParseManifest then compares with the one text that the values have.
class LooseParser {
 public:
  explicit LooseParser(absl::string_view text) : lines_(absl::StrSplit(text, '\n')) {}

  absl::StatusOr<Manifest> Parse() {
    if (lines_.front() != kFirstLine) return Malformed("first line", kFirstLine);
    Manifest manifest;
    for (size_t i = 1; i < lines_.size(); ++i) {
      if (!ReadLine(lines_[i], i + 1 == lines_.size(), manifest)) {
        return Malformed(absl::StrCat("line ", i + 1), "see the grammar");
      }
    }
    return manifest;
  }

 private:
  using Words = std::vector<absl::string_view>;

  static bool ReadLine(absl::string_view line, bool last, Manifest& manifest) {
    if (last) return line.empty();
    const Words words = absl::StrSplit(line, ' ');
    if (words[0] == "recipient") return ReadRecipient(words, manifest);
    if (words[0] == "segment") return ReadSegment(words, manifest);
    return words.size() == 2 && ReadSingle(words[0], words[1], manifest);
  }

  static bool ReadSingle(absl::string_view name, absl::string_view value, Manifest& manifest) {
    if (name == "act") return ReadText(value, manifest.act_id);
    if (name == "media-type") return ReadText(value, manifest.media_type);
    if (name == "salt") return ReadHex(value, manifest.salt);
    if (name == "clear-hmac-sha256") return ReadHex(value, manifest.clear_hmac_sha256);
    return name == "clear-size" && absl::SimpleAtoi(value, &manifest.clear_size);
  }

  static bool ReadRecipient(const Words& words, Manifest& manifest) {
    ManifestRecipient& recipient = manifest.recipients.emplace_back();
    return words.size() == 4 && ReadText(words[1], recipient.authority) &&
           ReadText(words[2], recipient.purpose) && ReadHex(words[3], recipient.certificate_sha256);
  }

  static bool ReadSegment(const Words& words, Manifest& manifest) {
    ManifestSegment& segment = manifest.segments.emplace_back();
    return words.size() == 4 && ReadHex(words[1], segment.sealed_sha256) &&
           absl::SimpleAtoi(words[2], &segment.sealed_size) &&
           absl::SimpleAtoi(words[3], &segment.clear_size);
  }

  static bool ReadText(absl::string_view word, std::string& out) {
    out = std::string(word);
    return true;
  }

  static bool ReadHex(absl::string_view word, Bytes& out) {
    absl::StatusOr<Bytes> bytes = FromHex(word);
    if (!bytes.ok()) return false;
    out = *std::move(bytes);
    return true;
  }

  Words lines_;
};

}  // namespace

bool IsMediaType(absl::string_view text) {
  const std::vector<absl::string_view> types = absl::StrSplit(text, '/');
  return types.size() == 2 && text.size() <= kMaxMediaTypeBytes && IsMediaTypeWord(types[0]) &&
         IsMediaTypeWord(types[1]);
}

void SetRecipients(std::vector<ManifestRecipient> recipients, Manifest& manifest) {
  std::sort(recipients.begin(), recipients.end(), [](const auto& a, const auto& b) {
    return OrderOf(a) < OrderOf(b);
  });
  manifest.recipients = std::move(recipients);
}

absl::StatusOr<Manifest> MakeManifest(const ManifestInput& input, Random& random) {
  Manifest manifest;
  manifest.act_id = input.act_id;
  manifest.media_type = input.media_type;
  manifest.salt = random.Generate(kSaltBytes);
  manifest.clear_hmac_sha256 = HmacSha256(manifest.salt, input.clear);
  manifest.clear_size = input.clear.size();
  SetRecipients(input.recipients, manifest);
  if (input.segments.size() != input.clear_sizes.size()) {
    return Mismatch("segment", "as many clear sizes as segments");
  }
  for (size_t i = 0; i < input.segments.size(); ++i) {
    manifest.segments.push_back(
        {Sha256(input.segments[i]), input.segments[i].size(), input.clear_sizes[i]});
  }
  ROG_RETURN_IF_ERROR(Check(manifest));
  return manifest;
}

absl::StatusOr<std::string> FormatManifest(const Manifest& manifest) {
  ROG_RETURN_IF_ERROR(Check(manifest));
  std::string text = absl::StrCat(kFirstLine,
                                  "\nact ",
                                  manifest.act_id,
                                  "\nmedia-type ",
                                  manifest.media_type,
                                  "\nsalt ",
                                  ToHex(manifest.salt),
                                  "\nclear-hmac-sha256 ",
                                  ToHex(manifest.clear_hmac_sha256),
                                  "\nclear-size ",
                                  manifest.clear_size,
                                  "\n");
  for (const ManifestRecipient& recipient : manifest.recipients) {
    absl::StrAppend(&text,
                    "recipient ",
                    recipient.authority,
                    " ",
                    recipient.purpose,
                    " ",
                    ToHex(recipient.certificate_sha256),
                    "\n");
  }
  for (const ManifestSegment& segment : manifest.segments) {
    absl::StrAppend(&text,
                    "segment ",
                    ToHex(segment.sealed_sha256),
                    " ",
                    segment.sealed_size,
                    " ",
                    segment.clear_size,
                    "\n");
  }
  return text;
}

absl::StatusOr<Manifest> ParseManifest(absl::string_view text) {
  if (text.size() > limits::kMaxManifestBytes) return Malformed("", "at most 256 KiB");
  ROG_ASSIGN_OR_RETURN(Manifest manifest, LooseParser(text).Parse());
  ROG_ASSIGN_OR_RETURN(const std::string only_text, FormatManifest(manifest));
  if (only_text != text) return Malformed("", "the lines in their order, each in its one form");
  return manifest;
}

absl::Status CheckSegments(const Manifest& manifest,
                           const std::vector<absl::string_view>& segments) {
  if (segments.size() != manifest.segments.size()) {
    return Mismatch("segment", absl::StrCat(manifest.segments.size(), " segments"));
  }
  for (size_t i = 0; i < segments.size(); ++i) {
    const ManifestSegment& expected = manifest.segments[i];
    if (segments[i].size() != expected.sealed_size ||
        !EqualInConstantTime(Sha256(segments[i]), expected.sealed_sha256)) {
      return Mismatch(absl::StrCat("segment ", i + 1), "the bytes that were sealed");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckClear(const Manifest& manifest, absl::string_view clear) {
  if (clear.size() != manifest.clear_size ||
      !EqualInConstantTime(HmacSha256(manifest.salt, clear), manifest.clear_hmac_sha256)) {
    return Mismatch("clear-hmac-sha256", "the clear text that was sealed");
  }
  return absl::OkStatus();
}

}  // namespace rogatoria
