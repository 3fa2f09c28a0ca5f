// Writes the vectors of receipts:  make_receipt_vectors docs/formats/vectors
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/interop/vectors/receipt/receipt_vectors.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_receipt_vectors <folder of the vectors>\n";
    return 2;
  }
  const auto vectors = rogatoria::MakeReceiptVectors();
  if (!vectors.ok()) {
    std::cerr << vectors.status() << "\n";
    return 1;
  }
  for (const auto& [name, content] : *vectors) {
    const std::filesystem::path path = std::filesystem::path(argv[1]) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file << content;
    if (!file.flush()) {
      std::cerr << "cannot write " << path << "\n";
      return 1;
    }
  }
  std::cout << vectors->size() << " files written\n";
  return 0;
}
