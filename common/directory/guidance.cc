#include "common/directory/guidance.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/model/canonical.h"
#include "common/model/ids.h"

namespace rogatoria {
namespace {

constexpr size_t kMaxNameBytes = 64;
constexpr size_t kMaxTitleBytes = 200;
constexpr uint32_t kMaxVersion = 999999;
constexpr int64_t kLastInstant = 253402300799999;  // 9999-12-31T23:59:59.999Z

absl::Status Invalid(absl::string_view field, absl::string_view accepted) {
  return Error(Reason::GUIDANCE_INVALID).Field(field).Accepted(accepted);
}

// Without what a terminal would obey: C0 and C1 controls and DEL. A text may have line feeds.
bool IsPrintable(absl::string_view text, bool line_feeds) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\n' && line_feeds) continue;
    if (byte < 0x20 || byte == 0x7f) return false;
    const bool c1 =
        byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (c1) return false;
  }
  return true;
}

bool IsName(absl::string_view text) {
  if (text.empty() || text.size() > kMaxNameBytes) return false;
  for (char c : text) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
  }
  return true;
}

absl::Status CheckMeasures(const v1::GuidanceDocument& document) {
  if (static_cast<size_t>(document.measures_size()) > limits::kMaxMeasures) {
    return Invalid("measures", absl::StrCat("at most ", limits::kMaxMeasures));
  }
  for (int i = 0; i < document.measures_size(); ++i) {
    const std::string field = absl::StrCat("measures[", i, "]");
    if (!IsMeasureCode(document.measures(i))) {
      return Invalid(field, "a code, such as BANK_TRANSACTIONS");
    }
    if (i > 0 && document.measures(i) <= document.measures(i - 1)) {
      return Invalid(field, "codes in ascending order, each once");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckVersion(const v1::GuidanceDocument& document) {
  if (document.version() == 0 || document.version() > kMaxVersion) {
    return Invalid("version", absl::StrCat("1 to ", kMaxVersion));
  }
  const size_t digest = document.version() == 1 ? 0 : kSha256Bytes;
  if (document.supersedes_sha256().size() != digest) {
    return Invalid(
        "supersedes_sha256",
        digest == 0 ? "nothing for version 1" : "32 bytes: the digest of the version before it");
  }
  return absl::OkStatus();
}

absl::Status CheckScope(const v1::GuidanceDocument& document) {
  if (!IsCountryCode(document.country())) {
    return Invalid("country", "an ISO 3166-1 alpha-2 code, such as CO");
  }
  if (!document.instrument().empty() && !IsInstrumentId(document.instrument())) {
    return Invalid("instrument", "an instrument id, such as UN-TIP-2000, or nothing");
  }
  return CheckMeasures(document);
}

absl::Status CheckWords(const v1::GuidanceDocument& document) {
  if (!IsLanguageTag(document.language()))
    return Invalid("language", "a BCP 47 tag, such as es-CO");
  if (document.published_unix_ms() <= 0 || document.published_unix_ms() > kLastInstant) {
    return Invalid("published_unix_ms", "milliseconds since 1970 UTC");
  }
  if (document.title().empty() || document.title().size() > kMaxTitleBytes ||
      !IsPrintable(document.title(), false)) {
    return Invalid(
        "title", absl::StrCat("one line of 1 to ", kMaxTitleBytes, " bytes, no control character"));
  }
  if (document.text().empty() || document.text().size() > limits::kMaxGuidanceTextBytes ||
      !IsPrintable(document.text(), true)) {
    return Invalid("text",
                   absl::StrCat("1 to ",
                                limits::kMaxGuidanceTextBytes,
                                " bytes, no control character but the line feed"));
  }
  return absl::OkStatus();
}

}  // namespace

bool IsGuidanceId(absl::string_view text) {
  const size_t slash = text.find('/');
  return slash != absl::string_view::npos && IsAuthorityId(text.substr(0, slash)) &&
         IsName(text.substr(slash + 1));
}

std::string GuidanceAuthority(absl::string_view id) {
  return std::string(id.substr(0, id.find('/')));
}

absl::Status CheckGuidance(const v1::GuidanceDocument& document) {
  if (!IsTrustDomain(document.trust_domain())) {
    return Invalid("trust_domain", "the hub's trust domain, such as rogatoria.example");
  }
  if (!IsGuidanceId(document.id())) {
    return Invalid("id", "<issuing authority>/<name>, such as co-fgn/bank-records");
  }
  ROG_RETURN_IF_ERROR(CheckVersion(document));
  ROG_RETURN_IF_ERROR(CheckScope(document));
  return CheckWords(document);
}

absl::StatusOr<Bytes> GuidanceBytes(const v1::GuidanceDocument& document) {
  ROG_RETURN_IF_ERROR(CheckGuidance(document));
  return ToSignedBytes(kGuidanceFirstLine, document);
}

absl::StatusOr<v1::GuidanceDocument> ParseGuidance(absl::string_view bytes) {
  if (bytes.size() > limits::kMaxGuidanceBytes) {
    return Invalid("", absl::StrCat("at most ", limits::kMaxGuidanceBytes, " bytes"));
  }
  v1::GuidanceDocument document;
  const absl::Status form = FromSignedBytes(kGuidanceFirstLine, bytes, document);
  if (!form.ok()) {
    const auto details = GetErrorDetails(form);
    return Invalid(details->field, details->accepted);
  }
  ROG_RETURN_IF_ERROR(CheckGuidance(document));
  return document;
}

Bytes GuidanceDigest(absl::string_view bytes) {
  return Sha256(bytes);
}

v1::GuidanceSummary Summarize(const v1::GuidanceDocument& document) {
  v1::GuidanceSummary summary;
  summary.set_id(document.id());
  summary.set_version(document.version());
  summary.set_authority(GuidanceAuthority(document.id()));
  summary.set_country(document.country());
  summary.set_instrument(document.instrument());
  *summary.mutable_measures() = document.measures();
  summary.set_language(document.language());
  summary.set_title(document.title());
  summary.set_published_unix_ms(document.published_unix_ms());
  return summary;
}

}  // namespace rogatoria
