#include "services/cli/command_line.h"

int main(int argc, char** argv) {
  return rogatoria::cli::Run(argc, argv);
}
