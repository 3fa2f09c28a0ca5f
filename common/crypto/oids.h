// For this folder: the object identifiers and algorithm identifiers that CMS may name here, as the
// DER they stand in. What is not in this file is refused.
#pragma once

#include "absl/strings/string_view.h"

namespace rogatoria::oid {

// A literal with zero bytes inside keeps them.
template <size_t kSize>
constexpr absl::string_view Der(const char (&literal)[kSize]) {
  return absl::string_view(literal, kSize - 1);
}

// Contents of OBJECT IDENTIFIER elements.
// RFC 5652
inline constexpr auto kData = Der("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01");
inline constexpr auto kSignedData = Der("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02");
inline constexpr auto kContentType = Der("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03");
inline constexpr auto kMessageDigest = Der("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04");
inline constexpr auto kSigningTime = Der("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05");
// RFC 5083
inline constexpr auto kAuthEnvelopedData = Der("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17");
// RFC 5035
inline constexpr auto kSigningCertificateV2 = Der("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f");
// RFC 5754
inline constexpr auto kSha256 = Der("\x60\x86\x48\x01\x65\x03\x04\x02\x01");
inline constexpr auto kSha384 = Der("\x60\x86\x48\x01\x65\x03\x04\x02\x02");
inline constexpr auto kSha512 = Der("\x60\x86\x48\x01\x65\x03\x04\x02\x03");
inline constexpr auto kEcdsaSha256 = Der("\x2a\x86\x48\xce\x3d\x04\x03\x02");
inline constexpr auto kEcdsaSha384 = Der("\x2a\x86\x48\xce\x3d\x04\x03\x03");
inline constexpr auto kEcdsaSha512 = Der("\x2a\x86\x48\xce\x3d\x04\x03\x04");
// RFC 8017
inline constexpr auto kRsa = Der("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01");
inline constexpr auto kRsaPss = Der("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a");
inline constexpr auto kMgf1 = Der("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08");
inline constexpr auto kRsaSha256 = Der("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b");
inline constexpr auto kRsaSha384 = Der("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c");
inline constexpr auto kRsaSha512 = Der("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d");

// Whole AlgorithmIdentifier elements, of which there is one form.
// id-aes256-wrap, without parameters (RFC 3565)
inline constexpr auto kAes256WrapAlgorithm =
    Der("\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x2d");
// id-ecPublicKey; the curve is the recipient's (RFC 5753 section 3.1.1)
inline constexpr auto kEcPublicKeyAlgorithm = Der("\x30\x09\x06\x07\x2a\x86\x48\xce\x3d\x02\x01");
// dhSinglePass-stdDH-sha256kdf-scheme and -sha384kdf-scheme with id-aes256-wrap (RFC 5753)
inline constexpr auto kEcdhSha256Algorithm =
    Der("\x30\x15\x06\x06\x2b\x81\x04\x01\x0b\x01\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01"
        "\x2d");
inline constexpr auto kEcdhSha384Algorithm =
    Der("\x30\x15\x06\x06\x2b\x81\x04\x01\x0b\x02\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01"
        "\x2d");
// id-RSAES-OAEP with SHA-256 and MGF1 over SHA-256, hash parameters absent (RFC 5754 section 2)
inline constexpr auto kRsaOaepSha256Algorithm =
    Der("\x30\x38\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x07\x30\x2b\xa0\x0d\x30\x0b\x06\x09\x60"
        "\x86\x48\x01\x65\x03\x04\x02\x01\xa1\x1a\x30\x18\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
        "\x08\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01");

// Contents of the OBJECT IDENTIFIER aes256-GCM (RFC 5084).
inline constexpr auto kAes256Gcm = Der("\x60\x86\x48\x01\x65\x03\x04\x01\x2e");

}  // namespace rogatoria::oid
