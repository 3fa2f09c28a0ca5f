// Receipts as a hub makes them, and as a hub that lies could: one log key, any evidence.
#pragma once

#include <string>

#include "common/crypto/certificate.h"
#include "common/crypto/signer.h"
#include "common/model/evidence.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/receipt.pb.h"

namespace rogatoria::client {

// What a hub that tells the truth says of an act; `recipient` only for what happened behind the
// submission.
Evidence HonestEvidence(const v1::Act& act,
                        const Certificate& signer,
                        v1::TransportEvent event,
                        const std::string& recipient = "");

class TestReceipts {
 public:
  explicit TestReceipts(const std::string& trust_domain);

  const std::string& verifier_key() const { return verifier_key_; }
  // Logged by itself, under a head of its own.
  v1::Receipt Make(const Evidence& evidence);
  // A signed head of the log; its tree is not that of any receipt.
  std::string Head(uint64_t size = 1);

 private:
  std::string origin_;
  Ed25519FileSigner signer_;
  std::string verifier_key_;
};

}  // namespace rogatoria::client
