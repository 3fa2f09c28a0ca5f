#include "common/base/sentence.h"

#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/bytes.h"

namespace rogatoria {
namespace {

using Texts = std::array<absl::string_view, 3>;

constexpr Texts kSentences[] = {
#define ROGATORIA_SENTENCE(name, en, es, pt) Texts{en, es, pt},
#include "common/base/sentences.inc"
#undef ROGATORIA_SENTENCE
};

constexpr absl::string_view kPayloadType = "rogatoria/said";
constexpr absl::string_view kSeparator = "\n";

}  // namespace

absl::string_view SentenceText(Sentence sentence, Language language) {
  return kSentences[static_cast<size_t>(sentence)][static_cast<size_t>(language)];
}

absl::Status Said::On(absl::Status status) const {
  std::vector<std::string> encoded;
  for (const std::string& text : texts_) encoded.push_back(ToBase64(text));
  status.SetPayload(kPayloadType, absl::Cord(absl::StrJoin(encoded, kSeparator)));
  return status;
}

std::optional<Said> Said::Of(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayloadType);
  if (!payload.has_value()) return std::nullopt;
  const std::string encoded(*payload);
  const std::vector<std::string> parts = absl::StrSplit(encoded, kSeparator);
  Said said;
  if (parts.size() != said.texts_.size()) return std::nullopt;
  for (size_t i = 0; i < parts.size(); ++i) {
    auto text = FromBase64(parts[i]);
    if (!text.ok()) return std::nullopt;
    said.texts_[i] = *std::move(text);
  }
  return said;
}

absl::Status Explained(Error error, const Said& said) {
  return said.On(error.Accepted(said.In(Language::kEnglish)));
}

}  // namespace rogatoria
