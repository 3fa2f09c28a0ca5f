#include "tests/interop/vectors/formats/vector_set.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace rogatoria {

void VectorSet::Good(absl::string_view name, Bytes content, absl::string_view facts) {
  Add(absl::StrCat("good-", name, suffix_), std::move(content), "good", "-", facts);
}

void VectorSet::Bad(absl::string_view name,
                    Bytes content,
                    absl::string_view field,
                    absl::string_view why) {
  Add(absl::StrCat("bad-", name, suffix_),
      std::move(content),
      "bad",
      field.empty() ? "-" : field,
      why);
}

void VectorSet::Beside(absl::string_view name, Bytes content) {
  files_[absl::StrCat(folder_, "/", name)] = std::move(content);
}

void VectorSet::Add(const std::string& name,
                    Bytes content,
                    absl::string_view verdict,
                    absl::string_view field,
                    absl::string_view text) {
  files_[absl::StrCat(folder_, "/", name)] = std::move(content);
  absl::StrAppend(&cases_, name, "\t", verdict, "\t", field, "\t", text, "\n");
}

void VectorSet::AddTo(VectorFiles& files) const {
  files.insert(files_.begin(), files_.end());
  files[folder_ + "/cases.tsv"] = cases_;
}

VectorFiles MakeFormatVectors() {
  VectorFiles files;
  AddHeaderVectors(files);
  AddAcknowledgementVectors(files);
  AddKeyStatementVectors(files);
  AddGuidanceVectors(files);
  AddEvidenceVectors(files);
  AddLeafVectors(files);
  return files;
}

}  // namespace rogatoria
