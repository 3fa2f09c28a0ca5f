#include "services/daemon/config.h"

#include <filesystem>
#include <set>
#include <utility>

#include <toml++/toml.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/directory/parse_toml.h"
#include "services/daemon/config_alerts.h"
#include "services/daemon/config_keys.h"

namespace rogatoria::daemon {
namespace {

constexpr size_t kMaxConfigBytes = 1024 * 1024;

// Reads a parsed file by the table of keys and collects what is wrong.
class Reader {
 public:
  Reader(const toml::table& root, absl::string_view name) : root_(root), name_(name) {}

  absl::StatusOr<Config> Read() {
    for (const ConfigKey& key : AllConfigKeys()) ReadKey(key);
    FindUnknown();
    ReadAlerts(
        root_,
        [this](const toml::node* at, const std::string& key, const std::string& expected) {
          Complain(at, key, expected);
        },
        config_.alerts);
    CheckTogether();
    if (problems_.empty()) return std::move(config_);
    return Error(Reason::CONFIGURATION_INVALID).Accepted(absl::StrJoin(problems_, "\n"));
  }

 private:
  static std::string FullName(const ConfigKey& key) {
    return *key.section == '\0' ? key.name : absl::StrCat(key.section, ".", key.name);
  }

  void Complain(const toml::node* at, absl::string_view key, absl::string_view expected) {
    const toml::source_position place = (at == nullptr ? root_.source() : at->source()).begin;
    problems_.push_back(absl::StrCat(
        name_, ":", place.line, ":", place.column, ": ", key, ": expected ", expected));
  }

  // The key's node; nullptr when the file does not have it.
  const toml::node* Find(const ConfigKey& key) {
    if (*key.section == '\0') return root_.get(key.name);
    const toml::node* section = root_.get(key.section);
    const toml::table* table = section == nullptr ? nullptr : section->as_table();
    return table == nullptr ? nullptr : table->get(key.name);
  }

  void ReadKey(const ConfigKey& key) {
    known_.insert(FullName(key));
    sections_.insert(key.section);
    const toml::node* node = Find(key);
    if (node == nullptr) {
      if (key.required) Complain(nullptr, FullName(key), key.accepted);
      return;
    }
    const bool taken = std::visit([&](const auto& kind) { return Take(*node, kind); }, key.kind);
    if (!taken) Complain(node, FullName(key), key.accepted);
  }

  bool Take(const toml::node& node, const TextKey& key) {
    const auto text = node.value_exact<std::string>();
    if (!text.has_value() || !key.rule(*text)) return false;
    key.place(config_) = *text;
    return true;
  }

  bool Take(const toml::node& node, const ListKey& key) {
    const toml::array* array = node.as_array();
    if (array == nullptr) return false;
    std::vector<std::string> items;
    for (const toml::node& item : *array) {
      const auto text = item.value_exact<std::string>();
      if (!text.has_value() || !key.rule(*text)) return false;
      items.push_back(*text);
    }
    key.place(config_) = std::move(items);
    return true;
  }

  bool Take(const toml::node& node, const NumberKey& key) {
    const auto number = node.value_exact<int64_t>();
    if (!number.has_value() || *number < key.least || *number > key.most) return false;
    key.place(config_) = static_cast<int>(*number);
    return true;
  }

  bool Take(const toml::node& node, const SwitchKey& key) {
    const auto value = node.value_exact<bool>();
    if (value.has_value()) key.place(config_) = *value;
    return value.has_value();
  }

  void FindUnknown() {
    for (const auto& [name, node] : root_) {
      const std::string section(name.str());
      if (known_.contains(section) || section == kAlertSection) continue;
      const toml::table* table = node.as_table();
      if (table == nullptr || !sections_.contains(section)) {
        Complain(&node, section, "a key of deploy/rogatoriad.toml; this one is not known");
        continue;
      }
      FindUnknownIn(section, *table);
    }
  }

  void FindUnknownIn(const std::string& section, const toml::table& table) {
    for (const auto& [name, node] : table) {
      const std::string full = absl::StrCat(section, ".", std::string(name.str()));
      if (known_.contains(full)) continue;
      Complain(&node, full, "a key of deploy/rogatoriad.toml; this one is not known");
    }
  }

  const toml::node* NodeOf(const char* section, const char* name) {
    const toml::table* table = root_[section].as_table();
    return table == nullptr ? nullptr : table->get(name);
  }

  // What concerns two keys at once.
  void CheckTogether() {
    const auto& bootstrap = config_.bootstrap;
    if (bootstrap.identity.empty() != bootstrap.certificate_sha256.empty()) {
      Complain(NodeOf("bootstrap", "identity"), "bootstrap", "both keys or none");
    }
    const std::string prefix = absl::StrCat("spiffe://", config_.trust_domain, "/operator/");
    if (!bootstrap.identity.empty() && !absl::StartsWith(bootstrap.identity, prefix)) {
      Complain(NodeOf("bootstrap", "identity"), "bootstrap.identity", prefix + "<id>");
    }
    for (const std::string* folder : {&config_.store.directory, &config_.store.backups}) {
      if (!absl::StartsWith(config_.store.case_keys, *folder + "/")) continue;
      Complain(NodeOf("store", "case_keys"),
               "store.case_keys",
               "a place outside the database and its backups: who has both can read erased rows");
    }
  }

  const toml::table& root_;
  const std::string name_;
  Config config_;
  std::set<std::string> known_, sections_;
  std::vector<std::string> problems_;
};

}  // namespace

std::string Config::DocumentsFolder() const {
  if (!store.documents.empty()) return store.documents;
  return (std::filesystem::path(store.directory).parent_path() / "documents").string();
}

absl::StatusOr<Config> ParseConfig(absl::string_view toml, absl::string_view name) {
  try {
    const toml::table root = ParseToml(std::string_view(toml.data(), toml.size()),
                                       std::string_view(name.data(), name.size()));
    return Reader(root, name).Read();
  } catch (const toml::parse_error& error) {
    const toml::source_position place = error.source().begin;
    return Error(Reason::CONFIGURATION_INVALID)
        .Accepted(absl::StrCat(
            name, ":", place.line, ":", place.column, ": ", std::string(error.description())));
  }
}

absl::StatusOr<Config> LoadConfig(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(const Bytes text, ReadFile(path, kMaxConfigBytes));
  return ParseConfig(text, path);
}

std::vector<std::string> ConfigKeys() {
  std::vector<std::string> keys;
  for (const ConfigKey& key : AllConfigKeys()) {
    keys.push_back(*key.section == '\0' ? key.name : absl::StrCat(key.section, ".", key.name));
  }
  return keys;
}

}  // namespace rogatoria::daemon
