// Changes protobuf messages field by field, so that most of what is tried has a form that can be
// read: a change of one byte of a signed message nearly always ends at its first rule.
//
// For LLVMFuzzerCustomMutator. One thread; depends on the seed only, and on libFuzzer's state.
#pragma once

#include <cstddef>
#include <cstdint>

#include <google/protobuf/message.h>

#include "absl/strings/string_view.h"
#include "common/base/bytes.h"

namespace rogatoria::fuzz {

// Changes, adds or removes one to three fields, at any depth.
void MutateMessage(google::protobuf::Message& message, unsigned seed);

// One mutation of signed bytes (model/canonical.h) in place, as libFuzzer wants it: every second
// time of the message, else of the bytes. `message` is of the type that is signed; its value is
// lost.
size_t MutateSignedBytes(absl::string_view first_line,
                         google::protobuf::Message& message,
                         uint8_t* data,
                         size_t size,
                         size_t max_size,
                         unsigned seed);

// libFuzzer's own mutation.
Bytes MutateBytes(Bytes bytes, size_t max_size);

}  // namespace rogatoria::fuzz
