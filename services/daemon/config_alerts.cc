#include "services/daemon/config_alerts.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace rogatoria::daemon {
namespace {

using deadlines::AlertTarget;

bool IsName(absl::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool IsPath(const std::string& text) {
  return absl::StartsWith(text, "/") && text.find('\0') == std::string::npos;
}

bool IsUrl(const std::string& text) {
  return absl::StartsWith(text, "https://");
}

// It becomes a header of the mail and an argument: nothing that could be more than an address.
bool IsMailAddress(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c > ' ' && c < 127 && c != ',' && c != ';' && c != '<' && c != '>';
  });
  return plain && text.size() <= 254 && text.find('@') != std::string::npos && text[0] != '-';
}

struct TextKey {
  const char* name;
  std::string AlertTarget::*place;
  bool (*rule)(const std::string&);
  const char* accepted;
};
constexpr TextKey kTextKeys[] = {
    {"mail_to", &AlertTarget::mail_to, IsMailAddress, "one e-mail address"},
    {"mail_from", &AlertTarget::mail_from, IsMailAddress, "one e-mail address"},
    {"sendmail", &AlertTarget::sendmail, IsPath, "an absolute path"},
    {"webhook", &AlertTarget::webhook, IsUrl, "a URL that begins with https://"},
    {"webhook_ca", &AlertTarget::webhook_ca, IsPath, "an absolute path"},
};
constexpr char kProgramAccepted[] = "a list of texts, the first an absolute path";

class AlertReader {
 public:
  AlertReader(const std::string& name, const toml::table& table, const Complaint& complain)
      : name_(absl::StrCat(kAlertSection, ".", name)), table_(table), complain_(complain) {}

  AlertTarget Read() {
    for (const auto& [key, node] : table_) ReadKey(std::string(key.str()), node);
    const int ways = !target_.program.empty() + !target_.mail_to.empty() + !target_.webhook.empty();
    if (ways != 1) complain_(&table_, name_, "one of program, mail_to and webhook");
    if (target_.mail_to.empty() != target_.mail_from.empty()) {
      complain_(&table_, name_, "mail_to and mail_from, both or none");
    }
    return target_;
  }

 private:
  void ReadKey(const std::string& key, const toml::node& node) {
    if (key == "program") return ReadProgram(node);
    const auto* row = std::find_if(std::begin(kTextKeys),
                                   std::end(kTextKeys),
                                   [&](const auto& one) { return key == one.name; });
    const std::string full = absl::StrCat(name_, ".", key);
    if (row == std::end(kTextKeys)) {
      return complain_(&node, full, "a key of deploy/rogatoriad.toml; this one is not known");
    }
    const auto text = node.value_exact<std::string>();
    if (!text.has_value() || !row->rule(*text)) return complain_(&node, full, row->accepted);
    target_.*row->place = *text;
  }

  void ReadProgram(const toml::node& node) {
    const toml::array* items = node.as_array();
    std::vector<std::string> program;
    for (size_t i = 0; items != nullptr && i < items->size(); ++i) {
      const auto text = items->get(i)->value_exact<std::string>();
      if (!text.has_value()) return complain_(&node, name_ + ".program", kProgramAccepted);
      program.push_back(*text);
    }
    if (program.empty() || !IsPath(program[0])) {
      return complain_(&node, name_ + ".program", kProgramAccepted);
    }
    target_.program = std::move(program);
  }

  const std::string name_;
  const toml::table& table_;
  const Complaint& complain_;
  AlertTarget target_;
};

}  // namespace

void ReadAlerts(const toml::table& root,
                const Complaint& complain,
                deadlines::AlertTargets& targets) {
  const toml::node* section = root.get(kAlertSection);
  if (section == nullptr) return;
  const toml::table* alerts = section->as_table();
  if (alerts == nullptr) return complain(section, kAlertSection, "sections [alert.NAME]");
  for (const auto& [key, node] : *alerts) {
    const std::string name(key.str());
    const toml::table* table = node.as_table();
    if (table == nullptr || !IsName(name)) {
      complain(&node, absl::StrCat(kAlertSection, ".", name), "a section, named by [a-z0-9-]");
      continue;
    }
    targets[name] = AlertReader(name, *table, complain).Read();
  }
}

}  // namespace rogatoria::daemon
