// SecretBytes: key material that is overwritten when it goes, and that nobody copies, prints or
// compares by accident.
//
// It does not guard against a debugger, a core dump or swap; the service unit forbids those.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "common/base/random.h"

namespace rogatoria {

// Movable, not copyable. A moved-from secret is empty. Thread-compatible.
class SecretBytes {
 public:
  SecretBytes() = default;
  // Copies; the caller's own copy is the caller's to erase.
  explicit SecretBytes(absl::string_view bytes);
  static SecretBytes Generate(Random& random, size_t size);

  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  // The bytes, for a cryptographic call; valid while this object lives. The name is long so that
  // every use can be found and asked why.
  absl::string_view RevealForUse() const { return {bytes_.get(), size_}; }
  // A copy made on purpose.
  SecretBytes Clone() const { return SecretBytes(RevealForUse()); }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // Takes a time that depends on the lengths only.
  bool EqualsInConstantTime(const SecretBytes& other) const;

 private:
  void Erase();

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
};

// Overwrites the bytes of `text` in a way the compiler does not drop, and empties it. For buffers
// that a library insists on having as a string.
void EraseBytes(std::string& text);

}  // namespace rogatoria
