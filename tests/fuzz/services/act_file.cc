// Act files: TOML, or JSON when they begin with a brace, behind byte order marks too.
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/client/draft.h"
#include "tests/fuzz/support/fuzz.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::fuzz {
namespace {

bool LooksLikeJson(absl::string_view input) {
  while (absl::ConsumePrefix(&input, "\xef\xbb\xbf")) {
  }
  return absl::StartsWith(input, "{");
}

void ExamineDraft(const client::ActDraft& draft) {
  for (const char* language : {"en", "es", "pt"}) {
    for (const client::Finding& finding : client::Lint(draft, language)) {
      ROG_CHECK(!finding.message.empty(), "a finding says what to do");
    }
  }
}

}  // namespace

void Examine(absl::string_view input) {
  static const TemporaryFolder folder;
  const std::string path = folder / (LooksLikeJson(input) ? "act.json" : "act.toml");
  std::ofstream(path, std::ios::binary)
      .write(input.data(), static_cast<std::streamsize>(input.size()));

  const auto draft = client::ReadActFile(path);
  CheckToldInText(draft.status());
  if (draft.ok()) return ExamineDraft(*draft);
  ROG_CHECK(GetErrorDetails(draft.status()).has_value(), "what is wrong is said");
}

}  // namespace rogatoria::fuzz
