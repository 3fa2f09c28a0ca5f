// Identifiers and their grammar (decisions.md 2). All are plain lower-case ASCII, so that one value
// has one text and can stand in a signed line, a key of the store or a file name.
//
//   authority   pt-pgr                                     2 to 32 of [a-z0-9-], starts with a
//   letter act         pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49  sender authority / uuid; for
//   ever case        the id of the act that opened it measure     case id and ordinal; only the
//   ordinal travels instrument  UN-TIP-2000                                upper case, digits,
//   hyphens, up to 40 measure code VIDEO_HEARING                             upper case, digits,
//   underscores, up to 40
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/trust_domain.h"  // IsTrustDomain

namespace rogatoria {

bool IsAuthorityId(absl::string_view text);
bool IsActId(absl::string_view text);
bool IsInstrumentId(absl::string_view text);
bool IsMeasureCode(absl::string_view text);
// Two upper-case letters. Whether the country exists is the directory's business.
bool IsCountryCode(absl::string_view text);
// A well-formed BCP 47 tag of the shapes in use here: es, es-CO, pt-PT, quz, zh-Hant-TW.
bool IsLanguageTag(absl::string_view text);
// 2026-12-31, an existing day.
bool IsCivilDate(absl::string_view text);

struct ActIdParts {
  std::string authority;
  std::string uuid;
};
// FIELD_INVALID unless IsActId(text).
absl::StatusOr<ActIdParts> ParseActId(absl::string_view text);
std::string MakeActId(absl::string_view authority, absl::string_view uuid);

}  // namespace rogatoria
