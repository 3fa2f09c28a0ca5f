// What a hub answers when it refuses, as a client reads it: google.rpc.Status from a stranger.
#include <cstring>

#include "common/base/error.h"
#include "common/rpc/status_mapping.h"
#include "tests/fuzz/support/fuzz.h"
#include "tests/fuzz/support/message_mutator.h"

namespace rogatoria::fuzz {
namespace {

google::rpc::Status Example(unsigned seed) {
  const auto reasons = AllReasons();
  return rpc::ToStatusProto(Error(reasons[seed % reasons.size()])
                                .Field("act.header.measures[2].code")
                                .Accepted("a code of the catalogue")
                                .RetryAfter(absl::Milliseconds(20)),
                            Language::kPortuguese);
}

// Heard, said again and heard again, it is the same refusal.
void ExamineHeard(const absl::Status& heard) {
  const auto details = GetErrorDetails(heard);
  if (!details.has_value() || details->reason == Reason::INTERNAL) return;
  ROG_CHECK(heard.code() == ReasonCode(details->reason), "a reason has one code");
  const auto again =
      GetErrorDetails(rpc::FromStatusProto(rpc::ToStatusProto(heard, Language::kEnglish)));
  ROG_CHECK(again.has_value() && again->reason == details->reason, "the reason stays");
  ROG_CHECK(again->field == details->field && again->accepted == details->accepted,
            "what it says of the field stays");
}

}  // namespace

void Examine(absl::string_view input) {
  google::rpc::Status status;
  if (status.ParseFromArray(input.data(), static_cast<int>(input.size()))) {
    const absl::Status heard = rpc::FromStatusProto(status);
    ROG_CHECK(heard.ok() == (status.code() == 0), "a refusal is never taken for success");
    ExamineHeard(heard);
  }
  ExamineHeard(rpc::FromGrpcStatus(
      grpc::Status(grpc::StatusCode::UNAUTHENTICATED, Bytes(input), Bytes(input))));
}

}  // namespace rogatoria::fuzz

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max, unsigned seed);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max, unsigned seed) {
  google::rpc::Status status;
  if (seed % 2 == 0) return LLVMFuzzerMutate(data, size, max);
  if (size < 3 || seed % 64 == 1) {
    status = rogatoria::fuzz::Example(seed / 64);
  } else if (status.ParseFromArray(data, static_cast<int>(size))) {
    rogatoria::fuzz::MutateMessage(status, seed);
  }
  const std::string mutated = status.SerializeAsString();
  if (mutated.size() > max) return LLVMFuzzerMutate(data, size, max);
  std::memcpy(data, mutated.data(), mutated.size());
  return mutated.size();
}
