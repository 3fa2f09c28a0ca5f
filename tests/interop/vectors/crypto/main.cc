// Writes the vectors of docs/formats/seal.md and signature.md anew, with new keys:
//   make_crypto_vectors docs/formats/vectors
// Sealing and signing draw randomness, so each run gives other files; the committed ones stay until
// the format changes.
#include <filesystem>
#include <iostream>

#include "tests/interop/vectors/crypto/vector_writer.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_crypto_vectors <folder of the vectors>\n";
    return 2;
  }
  const std::filesystem::path folder = std::filesystem::absolute(argv[1]);
  rogatoria::WriteSignatureVectors(folder / "signature");
  rogatoria::WriteSealVectors(folder / "seal");
  std::cout << "written\n";
  return 0;
}
