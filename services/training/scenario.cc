#include "services/training/scenario.h"

#include <algorithm>
#include <set>

#include <toml++/toml.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "common/base/check.h"
#include "common/base/status_macros.h"
#include "common/directory/parse_toml.h"
#include "services/training/scenario_files.h"

namespace rogatoria::training {
namespace {

std::string Text(const toml::table& table, const char* key) {
  return table[key].value_or(std::string());
}

Texts TextsIn(const toml::table* table) {
  if (table == nullptr) return {};
  return {Text(*table, "en"), Text(*table, "es"), Text(*table, "pt")};
}

std::vector<const toml::table*> Tables(const toml::table& table, const char* key) {
  std::vector<const toml::table*> tables;
  const toml::array* const list = table[key].as_array();
  if (list == nullptr) return tables;
  for (const toml::node& node : *list) {
    if (node.is_table()) tables.push_back(node.as_table());
  }
  return tables;
}

Role ReadRole(const toml::table& table) {
  const std::string calendar = Text(table, "calendar");
  return {Text(table, "name"),
          Text(table, "authority"),
          Text(table, "country"),
          Text(table, "title"),
          calendar.empty() ? "training" : calendar,
          Text(table, "directory")};
}

// "{{asks}}" -> asks.
std::string RoleIn(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "{{") || !absl::ConsumeSuffix(&text, "}}")) return "";
  return std::string(text);
}

// What the act itself says of its kind and whom it goes to.
void ReadAct(const toml::table& act, Step& step) {
  v1::ActKind_Parse(absl::StrCat("ACT_KIND_", Text(act, "kind")), &step.kind);
  if (const auto one = act["to"].value<std::string>(); one.has_value())
    step.to.push_back(RoleIn(*one));
  const toml::array* const several = act["to"].as_array();
  if (several == nullptr) return;
  for (const toml::node& node : *several) step.to.push_back(RoleIn(node.value_or(std::string())));
}

Step ReadStep(const toml::table& table) {
  Step step;
  step.name = Text(table, "name");
  step.by = Text(table, "by");
  step.in = Text(table, "in");
  step.answers = Text(table, "answers");
  step.lint = Text(table, "lint");
  step.refused = Text(table, "refused");
  step.state = Text(table, "state");
  step.say = TextsIn(table["say"].as_table());
  for (const toml::table* hint : Tables(table, "hints")) step.hints.push_back(TextsIn(hint));
  step.act = Text(table, "act");
  // Days are put in later; any day will do to read it.
  const std::string readable = Filled(step.act, {}, absl::CivilDay(2026, 1, 1));
  ReadAct(ParseToml(std::string_view(readable), step.name), step);
  return step;
}

bool Whole(const Texts& texts) {
  return std::none_of(texts.begin(), texts.end(), [](const auto& text) { return text.empty(); });
}

bool Fits(const Scenario& scenario, const Step& step) {
  const bool roles = FindRole(scenario, step.by) != nullptr && !step.to.empty() &&
                     std::all_of(step.to.begin(), step.to.end(), [&](const std::string& to) {
                       return FindRole(scenario, to) != nullptr && to != step.by;
                     });
  const bool hints = std::all_of(step.hints.begin(), step.hints.end(), Whole);
  return roles && hints && Whole(step.say) && step.kind != v1::ACT_KIND_UNSPECIFIED &&
         ReasonFromName(step.refused.empty() ? "FIELD_INVALID" : step.refused).has_value();
}

// Steps refer to earlier ones only.
absl::Status Check(const Scenario& scenario) {
  const auto fault = [](const std::string& where) {
    return Error(Reason::FIELD_INVALID).Field(where).ToStatus();
  };
  if (!Whole(scenario.title) || !Whole(scenario.intro)) return fault("title");
  if (FindRole(scenario, scenario.trainee) == nullptr) return fault("trainee");
  std::set<std::string> before = {""};
  for (const Step& step : scenario.steps) {
    const std::string where = absl::StrCat(scenario.name, ".", step.name);
    if (!Fits(scenario, step)) return fault(where);
    if (!before.contains(step.in) || !before.contains(step.answers)) return fault(where);
    if (step.name.empty() || before.contains(step.name)) return fault(where);
    if (!step.is_stopped()) before.insert(step.name);
  }
  return before.size() > 1 ? absl::OkStatus() : fault("step");
}

std::vector<Scenario> ReadAll() {
  std::vector<Scenario> all;
  for (size_t i = 0; i < kScenarioFileCount; ++i) {
    auto scenario = ParseScenario(kScenarioFiles[i].name, kScenarioFiles[i].text);
    ROG_CHECK(scenario.ok(), scenario.status().ToString().c_str());
    all.push_back(*std::move(scenario));
  }
  return all;
}

std::string DayText(absl::CivilDay day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

}  // namespace

absl::StatusOr<Scenario> ParseScenario(const std::string& name, absl::string_view text) {
  Scenario scenario;
  scenario.name = name;
  try {
    const toml::table table = ParseToml(std::string_view(text.data(), text.size()), name);
    scenario.title = TextsIn(table["title"].as_table());
    scenario.intro = TextsIn(table["intro"].as_table());
    scenario.trainee = Text(table, "trainee");
    for (const toml::table* role : Tables(table, "role")) scenario.roles.push_back(ReadRole(*role));
    for (const toml::table* step : Tables(table, "step")) scenario.steps.push_back(ReadStep(*step));
  } catch (const toml::parse_error& error) {
    return Error(Reason::FIELD_INVALID)
        .Field(absl::StrCat(name, ":", error.source().begin.line))
        .ToStatus();
  }
  ROG_RETURN_IF_ERROR(Check(scenario));
  return scenario;
}

const std::vector<Scenario>& Scenarios() {
  static const auto* const all = new std::vector<Scenario>(ReadAll());
  return *all;
}

const Scenario* FindScenario(absl::string_view name) {
  for (const Scenario& scenario : Scenarios()) {
    if (scenario.name == name) return &scenario;
  }
  return nullptr;
}

const Role* FindRole(const Scenario& scenario, absl::string_view name) {
  for (const Role& role : scenario.roles) {
    if (role.name == name) return &role;
  }
  return nullptr;
}

const Step* FindStep(const Scenario& scenario, absl::string_view name) {
  for (const Step& step : scenario.steps) {
    if (step.name == name) return &step;
  }
  return nullptr;
}

absl::string_view LawText() {
  return kLawFile;
}

std::string Filled(absl::string_view text,
                   const std::map<std::string, std::string>& values,
                   absl::CivilDay today) {
  std::string out;
  while (!text.empty()) {
    const size_t open = text.find("{{");
    const size_t close = text.find("}}", open == absl::string_view::npos ? open : open + 2);
    if (close == absl::string_view::npos) break;
    absl::StrAppend(&out, text.substr(0, open));
    absl::string_view key = text.substr(open + 2, close - open - 2);
    int days = 0;
    if (const auto found = values.find(std::string(key)); found != values.end()) {
      absl::StrAppend(&out, found->second);
    } else if (absl::ConsumePrefix(&key, "day ") && absl::SimpleAtoi(key, &days)) {
      absl::StrAppend(&out, DayText(today + days));
    } else {
      absl::StrAppend(&out, text.substr(open, close + 2 - open));
    }
    text.remove_prefix(close + 2);
  }
  return absl::StrCat(out, text);
}

std::string ActText(const Step& step,
                    const std::map<std::string, std::string>& cast,
                    const std::string& case_id,
                    const std::string& in_reply_to,
                    absl::CivilDay today) {
  std::string head;
  if (!case_id.empty()) absl::StrAppend(&head, "case = \"", case_id, "\"\n");
  if (!in_reply_to.empty()) absl::StrAppend(&head, "in_reply_to = \"", in_reply_to, "\"\n");
  return absl::StrCat(head, Filled(step.act, cast, today));
}

}  // namespace rogatoria::training
