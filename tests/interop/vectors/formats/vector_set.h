// One folder of vectors in the making: its files, and cases.tsv that says of each whether it is
// good and, if not, which field is wrong and why.
#pragma once

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "common/base/bytes.h"

namespace rogatoria {

// File name, relative to docs/formats/vectors -> its content.
using VectorFiles = std::map<std::string, Bytes>;

class VectorSet {
 public:
  // `suffix` of the files: .bin, .txt.
  VectorSet(absl::string_view folder, absl::string_view suffix)
      : folder_(folder), suffix_(suffix) {}

  // `facts`: space-separated name=value that a reader must find.
  void Good(absl::string_view name, Bytes content, absl::string_view facts);
  // `field`: the one at fault; empty for the whole.
  void Bad(absl::string_view name, Bytes content, absl::string_view field, absl::string_view why);
  // A file that is no case.
  void Beside(absl::string_view name, Bytes content);

  void AddTo(VectorFiles& files) const;

 private:
  void Add(const std::string& name,
           Bytes content,
           absl::string_view verdict,
           absl::string_view field,
           absl::string_view text);

  const std::string folder_, suffix_;
  VectorFiles files_;
  std::string cases_;
};

// Each folder; deterministic.
void AddHeaderVectors(VectorFiles& files);
void AddAcknowledgementVectors(VectorFiles& files);
void AddKeyStatementVectors(VectorFiles& files);
void AddGuidanceVectors(VectorFiles& files);
void AddEvidenceVectors(VectorFiles& files);
void AddLeafVectors(VectorFiles& files);

// All of them.
VectorFiles MakeFormatVectors();

}  // namespace rogatoria
