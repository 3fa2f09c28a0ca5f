// Acknowledgement statements.
#include "common/model/acknowledgement.h"

#include "common/model/canonical.h"
#include "tests/fuzz/support/fuzz.h"
#include "tests/fuzz/support/message_mutator.h"

namespace rogatoria::fuzz {

void Examine(absl::string_view input) {
  CheckSameText(input, ParseAcknowledgement(input), [](const v1::AcknowledgementStatement& read) {
    return ToSignedBytes(kAcknowledgementFirstLine, read);
  });
}

}  // namespace rogatoria::fuzz

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max, unsigned seed);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max, unsigned seed) {
  rogatoria::v1::AcknowledgementStatement statement;
  return rogatoria::fuzz::MutateSignedBytes(
      rogatoria::kAcknowledgementFirstLine, statement, data, size, max, seed);
}
