// Texts that come with calls: page tokens, and the language asked for.
#include "common/rpc/paging.h"
#include "common/rpc/status_mapping.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {
namespace {

constexpr char kQuery[] = "ListCases pt-pgr";

void ExamineToken(absl::string_view token) {
  const auto cursor = rpc::ReadPageToken(kQuery, token);
  CheckToldInText(cursor.status());
  if (!cursor.ok() || token.empty()) return;
  ROG_CHECK(rpc::MakePageToken(kQuery, *cursor) == token, "a token is one that was given");
  ROG_CHECK(!rpc::ReadPageToken("ListCases co-fgn", token).ok(), "it is of its query");
}

}  // namespace

void Examine(absl::string_view input) {
  ExamineToken(input);
  if (!input.empty()) {
    const std::string token = rpc::MakePageToken(kQuery, input);
    ROG_CHECK(Need(rpc::ReadPageToken(kQuery, token), "a token is read") == input,
              "as it was made");
    ExamineToken(token);
  }
  ROG_CHECK(!rpc::LanguageTag(rpc::ParseLanguage(input)).empty(), "there is always a language");
}

}  // namespace rogatoria::fuzz
