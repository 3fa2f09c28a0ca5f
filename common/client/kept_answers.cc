#include "common/client/kept_answers.h"

#include <filesystem>

#include "absl/strings/str_cat.h"

namespace rogatoria::client {

// What cannot be kept is asked again next time: no fault of the question.
void KeptAnswers::Keep(const std::string& name, const std::string& answer) const {
  const std::filesystem::path file(absl::StrCat(folder_, "/", name, ".pb"));
  if (!CreateFolders(file.parent_path().string()).ok()) return;
  WriteFileDurably(file.string(), answer).IgnoreError();
}

bool KeptAnswers::Load(const std::string& name, google::protobuf::Message& answer) const {
  const auto bytes = ReadFile(absl::StrCat(folder_, "/", name, ".pb"), limits::kMaxMessageBytes);
  return bytes.ok() && answer.ParseFromString(*bytes);
}

}  // namespace rogatoria::client
