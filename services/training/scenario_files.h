// The files of deploy/training, as the build put them into the program.
#pragma once

#include <cstddef>

namespace rogatoria::training {

struct ScenarioFile {
  const char* name;  // without its ending
  const char* text;
};

extern const char* const kLawFile;
extern const ScenarioFile kScenarioFiles[];
extern const size_t kScenarioFileCount;

}  // namespace rogatoria::training
