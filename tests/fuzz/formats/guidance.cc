// Practice notes.
#include "common/directory/guidance.h"

#include "common/model/canonical.h"
#include "tests/fuzz/support/fuzz.h"
#include "tests/fuzz/support/message_mutator.h"

namespace rogatoria::fuzz {

void Examine(absl::string_view input) {
  CheckSameText(input, ParseGuidance(input), [](const v1::GuidanceDocument& read) {
    return ToSignedBytes(kGuidanceFirstLine, read);
  });
}

}  // namespace rogatoria::fuzz

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max, unsigned seed);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max, unsigned seed) {
  rogatoria::v1::GuidanceDocument document;
  return rogatoria::fuzz::MutateSignedBytes(
      rogatoria::kGuidanceFirstLine, document, data, size, max, seed);
}
