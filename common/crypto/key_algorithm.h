// For this folder: what kind of key an OpenSSL object holds.
#pragma once

#include "common/crypto/private_key.h"

namespace rogatoria {

KeyAlgorithm AlgorithmOf(const evp_pkey_st* key);

}  // namespace rogatoria
