// What happened in a training, line by line as JSON: what the counterpart saw of a trainee, and,
// apart, what the trainee's own command line noted. Codes, kinds and ids only; no text of an act.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace rogatoria::training {

// Of the counterpart.
inline constexpr char kBegun[] = "begun";            // an attempt at an exercise
inline constexpr char kSending[] = "sending";        // a step is about to be played; act: its id
inline constexpr char kStep[] = "step";              // a step was done, by whomever
inline constexpr char kUnexpected[] = "unexpected";  // an act of the trainee that fits no step
// Of the trainee's command line.
inline constexpr char kRead[] = "read";        // an exercise was shown
inline constexpr char kLint[] = "lint";        // codes: the fields that lint named as errors
inline constexpr char kAdvice[] = "advice";    // codes: the fields that lint advised on
inline constexpr char kRefused[] = "refused";  // codes: why an act did not go out
inline constexpr char kHint[] = "hint";

struct Entry {
  int64_t at_unix_ms = 0;
  std::string what;  // as above
  std::string exercise = {}, step = {}, kind = {}, act = {}, case_id = {};
  uint32_t attempt = 0;
  std::vector<std::string> codes = {};

  bool operator==(const Entry&) const = default;
};

// Appends one line. FILE_UNREADABLE and others of the disk.
absl::Status Append(const std::string& path, const Entry& entry);
// All that can be read, in order: a line that a crash cut is left out; none when there is no file.
std::vector<Entry> ReadJournal(const std::string& path);

// Where they are: of the counterpart below the folder of the training, of a trainee's command line
// below its state folder.
std::string ProgressPath(const std::string& training_folder, const std::string& trainee);
std::string NotesPath(const std::string& state_folder);

}  // namespace rogatoria::training
