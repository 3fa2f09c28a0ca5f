// For this folder: ASN.1 times and PEM blocks as plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/crypto/openssl.h"

namespace rogatoria {

std::optional<Instant> InstantOf(const ASN1_TIME* time);

// Sets whole seconds; what is below is dropped. False if out of range.
bool SetTime(ASN1_TIME* time, Instant instant);

// The DER of each PEM block named `name`; nullopt if a block cannot be read. Other blocks, and text
// between blocks, are passed over.
std::optional<std::vector<Bytes>> PemBlocks(absl::string_view pem, absl::string_view name);

std::string ToPemBlock(absl::string_view der, const char* name);

}  // namespace rogatoria
