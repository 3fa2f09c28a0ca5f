// Reads one TOML table by its keys: says what is missing, of the wrong kind, not accepted or
// unknown. Internal to common/directory.
//
//   TableReader reader(table, "authority", problems);
//   std::string id = reader.Text("id", TableReader::kRequired, IsAuthorityId, "2 to 32 of
//   [a-z0-9-]"); reader.Finish();
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/directory/problems.h"
#include "common/directory/toml_tree.h"

namespace rogatoria {

class TableReader {
 public:
  enum Need { kOptional, kRequired };

  // `what` names the table in problems. All must outlive the reader.
  TableReader(const TomlValue& table, absl::string_view what, Problems& problems);

  // Values. An empty one where the key is missing or wrong.
  std::string Text(absl::string_view key,
                   Need need,
                   bool (*accepts)(absl::string_view),
                   absl::string_view accepted);
  std::vector<std::string> Texts(absl::string_view key,
                                 Need need,
                                 bool (*accepts)(absl::string_view),
                                 absl::string_view accepted);
  // A TOML day, or a text that is one.
  std::string Day(absl::string_view key, Need need);
  int64_t Number(absl::string_view key, Need need, int64_t least, int64_t most);
  std::vector<int64_t> Numbers(absl::string_view key, Need need, int64_t least, int64_t most);
  bool Flag(absl::string_view key, bool otherwise);
  // The tables of a [[list]]; and one [table], nullptr if missing.
  std::vector<const TomlValue*> Tables(absl::string_view key);
  const TomlValue* Table(absl::string_view key);

  // Reports keys that nobody asked for.
  void Finish();

  const Place& place() const { return table_.place; }
  // Of a key, or of the table where the key is missing.
  const Place& PlaceOf(absl::string_view key) const;
  void Problem(absl::string_view key, absl::string_view what, absl::string_view accepted);

 private:
  // The value if it has this kind; a problem otherwise.
  const TomlValue* Take(absl::string_view key,
                        Need need,
                        TomlValue::Kind kind,
                        absl::string_view kind_name);

  const TomlValue& table_;
  const std::string what_;
  Problems& problems_;
  std::set<std::string> known_;
};

}  // namespace rogatoria
