// A token without hardware: SoftHSM2, in a folder of this process's own. The module reads where its
// tokens lie when it is initialised, so all tests of a process share one folder.
#pragma once

#include <string>

#include "common/crypto/private_key.h"

namespace rogatoria {

inline constexpr char kSoftTokenModule[] = "/usr/lib/softhsm/libsofthsm2.so";

class SoftToken {
 public:
  // Makes the token. Stops the test where SoftHSM2 (deploy/packages/test.txt) is not installed.
  SoftToken(std::string label, std::string pin);
  // Puts a key into it; `id` in hexadecimal.
  void Import(const PrivateKey& key, const std::string& label, const std::string& id) const;

  // All of this process's tokens, away and there again. `whole`: with the folder that they lie in.
  static void TakeOut(bool whole = false);
  static void PutIn();

  const std::string& label() const { return label_; }

 private:
  const std::string label_;
  const std::string pin_;
};

}  // namespace rogatoria
