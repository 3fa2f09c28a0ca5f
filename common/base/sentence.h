// What a program at the office's side says beside a reason, in each of its languages: what would be
// accepted, or why not. The sentences are in sentences.inc; a status carries what was said, so that
// whoever shows it picks the reader's language. A hub explains in English only (error.h).
//
//   return Explained(Error(Reason::FIELD_INVALID).Field("--out"), Sentence::NEW_FILE);
//   return Failure(absl::StatusCode::kDataLoss, Sentence::FILE_DAMAGED, path);
#pragma once

#include <array>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "common/base/error.h"

namespace rogatoria {

enum class Sentence {
#define ROGATORIA_SENTENCE(name, en, es, pt) name,
#include "common/base/sentences.inc"
#undef ROGATORIA_SENTENCE
};

// As it stands in the catalogue, with $0, $1 for the data.
absl::string_view SentenceText(Sentence sentence, Language language);

// One thing said in every language.
class Said {
 public:
  // Data is put in as it is, but for what was Said itself.
  template <typename... Data>
  explicit Said(Sentence sentence, const Data&... data) {
    for (size_t i = 0; i < texts_.size(); ++i) {
      const auto language = static_cast<Language>(i);
      texts_[i] = absl::Substitute(SentenceText(sentence, language), DataIn(data, language)...);
    }
  }
  const std::string& In(Language language) const { return texts_[static_cast<size_t>(language)]; }

  // What a status carries; nullopt when it was not made here.
  static std::optional<Said> Of(const absl::Status& status);
  // The status, carrying this.
  absl::Status On(absl::Status status) const;

 private:
  Said() = default;
  static const std::string& DataIn(const Said& said, Language language) {
    return said.In(language);
  }
  template <typename Value>
  static const Value& DataIn(const Value& value, Language) {
    return value;
  }

  std::array<std::string, 3> texts_;  // in the order of Language
};

// The error with what would be accepted, or the explanation.
absl::Status Explained(Error error, const Said& said);
template <typename... Data>
absl::Status Explained(Error error, Sentence sentence, const Data&... data) {
  return Explained(std::move(error), Said(sentence, data...));
}

// A failure for which the catalogue has no reason.
template <typename... Data>
absl::Status Failure(absl::StatusCode code, Sentence sentence, const Data&... data) {
  const Said said(sentence, data...);
  return said.On(absl::Status(code, said.In(Language::kEnglish)));
}

}  // namespace rogatoria
