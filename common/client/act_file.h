// An act file, TOML or JSON, as one tree with the place of each value for error texts.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/sentence.h"

namespace rogatoria::client {

// Lines and columns from 1.
struct ActFilePlace {
  uint32_t line = 0, column = 0;
};

struct ActFile {
  nlohmann::json root;
  std::map<std::string, ActFilePlace> places;  // of each value, by its path
  std::string folder;                          // files named in it are relative to it
};

// By the name's ending, in any case of letters: .toml or .json; .json.
bool IsActFileName(absl::string_view name);
bool IsJsonName(absl::string_view name);

// JSON when it is named so, TOML else.
absl::StatusOr<ActFile> LoadActFile(const std::string& path);
// The same of the file itself: FILE_UNREADABLE for a link, wherever it leads.
absl::StatusOr<ActFile> LoadActFileItself(const std::string& path);

// Reads one table of an act file key by key. The first fault is kept and given by Finish, which
// also refuses keys that nobody asked for.
class ActFileReader {
 public:
  ActFileReader(const ActFile& file, const nlohmann::json& table, std::string path)
      : file_(file), table_(table), path_(std::move(path)) {}

  std::string String(const std::string& key);
  bool Bool(const std::string& key);
  uint32_t Number(const std::string& key);
  std::vector<std::string> Strings(const std::string& key);
  std::vector<uint32_t> Numbers(const std::string& key);
  // nullptr when the key is absent.
  const nlohmann::json* Find(const std::string& key);
  // The table under a key, or each table of a list; what is something else is a fault.
  const nlohmann::json* Table(const std::string& key);
  std::vector<const nlohmann::json*> Tables(const std::string& key);
  // A text or null: the number of the enumeration value whose name is prefix + text.
  int Enum(const std::string& key,
           const google::protobuf::EnumDescriptor& descriptor,
           const std::string& prefix);
  // The same for a list of texts.
  std::vector<int> Enums(const std::string& key,
                         const google::protobuf::EnumDescriptor& descriptor,
                         const std::string& prefix);
  std::string PathOf(const std::string& key) const;

  void Complain(const std::string& key, const Said& accepted);
  absl::Status Finish();
  // The first fault so far, for a reader of a sub-table that cannot go on.
  const absl::Status& status() const { return status_; }

 private:
  int Code(const std::string& key,
           const std::string& name,
           const google::protobuf::EnumDescriptor& descriptor,
           const std::string& prefix);

  const ActFile& file_;
  const nlohmann::json& table_;
  std::string path_;
  std::vector<std::string> asked_;
  absl::Status status_;
};

}  // namespace rogatoria::client
