// Writes the vectors of header, acknowledgement, key statement, guidance, evidence and leaf:
//   make_format_vectors docs/formats/vectors
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/interop/vectors/formats/vector_set.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_format_vectors <folder of the vectors>\n";
    return 2;
  }
  const rogatoria::VectorFiles files = rogatoria::MakeFormatVectors();
  for (const auto& [name, content] : files) {
    const std::filesystem::path path = std::filesystem::path(argv[1]) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file << content;
    if (!file.flush()) {
      std::cerr << "cannot write " << path << "\n";
      return 1;
    }
  }
  std::cout << files.size() << " files written\n";
  return 0;
}
