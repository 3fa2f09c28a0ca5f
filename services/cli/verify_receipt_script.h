// deploy/verify-receipt-with-openssl, for exports.
#pragma once

namespace rogatoria::cli {

extern const char kVerifyReceiptScript[];

}  // namespace rogatoria::cli
