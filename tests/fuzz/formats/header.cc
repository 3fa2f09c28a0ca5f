// Headers of acts: the signed bytes that everything else hangs on.
#include "common/model/header.h"

#include "common/model/canonical.h"
#include "tests/fuzz/support/fuzz.h"
#include "tests/fuzz/support/message_mutator.h"

namespace rogatoria::fuzz {

void Examine(absl::string_view input) {
  v1::ActHeader message;
  const absl::Status form = FromSignedBytes(kHeaderFirstLine, input, message);
  const auto header = ParseHeader(input);
  ROG_CHECK(form.ok() || !header.ok(), "a header has the canonical form");
  CheckToldInText(header.status());
  if (!form.ok()) return;
  ROG_CHECK(ToSignedBytes(kHeaderFirstLine, message) == input, "one value has one text");
  // protobuf itself reads and writes the same.
  ROG_CHECK(message.SerializeAsString() == input.substr(kHeaderFirstLine.size() + 1),
            "protobuf agrees");
  if (!header.ok()) return;
  ROG_CHECK(CheckHeader(*header).ok() && UrgencyOf(*header) == UrgencyOf(message), "it is checked");
}

}  // namespace rogatoria::fuzz

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max, unsigned seed);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max, unsigned seed) {
  rogatoria::v1::ActHeader header;
  return rogatoria::fuzz::MutateSignedBytes(
      rogatoria::kHeaderFirstLine, header, data, size, max, seed);
}
