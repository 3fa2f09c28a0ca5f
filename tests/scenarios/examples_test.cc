// Every example of deploy/example-acts, sent to a hub: each kind finds its way, from one side or
// the other.
#include <filesystem>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/model/act_kind.h"
#include "tests/scenarios/law.h"
#include "tests/scenarios/stage.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

std::string AllInstruments() {
  return absl::StrCat(kChannels, kConventions);
}

// The examples, by name, those that open a case first.
std::vector<std::string> Examples(bool that_open, Stage& stage) {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(
           absl::StrCat(ROGATORIA_SOURCE_DIR, "/deploy/example-acts"))) {
    if (file.path().extension() != ".toml") continue;
    const std::string name = file.path().stem();
    if (stage.Example(name).case_id.empty() == that_open) names.push_back(name);
  }
  return names;
}

class ExamplesScenario : public testing::Test {
 protected:
  ExamplesScenario() : stage_(AllInstruments()) {
    for (const char* id : {"pt-pgr", "co-fgn", "br-mpf"}) stage_.Describe(id, kDesignatedForBoth);
    stage_.Join("co-coordinacion", "CO", "VICTIM_COORDINATOR");
    stage_.Load(AllInstruments());
    // One case of each type, for the acts that need one; two are open to what comes next.
    cases_[v1::CASE_TYPE_MLA] = stage_.Send("pt-pgr", stage_.Example("request", {"co-fgn"}));
    cases_[v1::CASE_TYPE_PRESERVATION] =
        stage_.Send("pt-pgr", stage_.Example("data-preservation", {"co-fgn"}));
    cases_[v1::CASE_TYPE_JIT] = stage_.Send("pt-pgr", stage_.Example("jit-proposal", {"co-fgn"}));
    cases_[v1::CASE_TYPE_CONSULTATION] =
        stage_.Send("pt-pgr", stage_.Example("informal-consultation", {"co-fgn"}));
    cases_[v1::CASE_TYPE_SPONTANEOUS] =
        stage_.Send("pt-pgr", stage_.Example("spontaneous-information", {"co-fgn"}));
    cases_[v1::CASE_TYPE_REFERRAL] =
        stage_.Send("pt-pgr", stage_.Example("victim-referral", {"co-fgn"}));
  }

  // The case that the example's placeholder stands for, by the last figure of its id.
  std::string CaseOf(const client::ActDraft& draft) {
    const std::map<char, v1::CaseType> types = {{'1', v1::CASE_TYPE_MLA},
                                                {'2', v1::CASE_TYPE_PRESERVATION},
                                                {'3', v1::CASE_TYPE_JIT},
                                                {'4', v1::CASE_TYPE_CONSULTATION},
                                                {'5', v1::CASE_TYPE_SPONTANEOUS},
                                                {'8', v1::CASE_TYPE_REFERRAL}};
    return cases_.at(types.at(draft.case_id.back()));
  }
  // In sequence from Portugal, else from Colombia, else insisting: there is a place for the kind.
  absl::Status SendInside(const std::string& name) {
    client::ActDraft draft = stage_.Example(name);
    draft.case_id = CaseOf(draft);
    absl::Status last;
    for (const v1::InsistReason insist :
         {v1::INSIST_REASON_UNSPECIFIED, v1::INSIST_REASON_LEGAL_DUTY}) {
      for (const auto& [from, to] :
           {std::pair("pt-pgr", "co-fgn"), std::pair("co-fgn", "pt-pgr")}) {
        draft.insist = insist;
        draft.to.clear();
        draft.to.emplace_back().set_authority(to);
        last = stage_.TryToSend(from, draft).status();
        if (last.ok()) return last;
      }
    }
    return last;
  }

  Stage stage_;
  std::map<v1::CaseType, std::string> cases_;
};

TEST_F(ExamplesScenario, EveryKindIsSentAndTaken) {
  std::map<v1::ActKind, std::string> sent;
  for (const std::string& name : Examples(true, stage_)) {
    const bool placement = name == "shelter-placement";
    const client::ActDraft draft = stage_.Example(name, {placement ? "co-coordinacion" : "co-fgn"});
    EXPECT_THAT(stage_.TryToSend("pt-pgr", draft), IsOk()) << name;
    sent[draft.kind] = name;
  }
  for (const std::string& name : Examples(false, stage_)) {
    const v1::ActKind kind = stage_.Example(name).kind;
    sent[kind] = name;
    // Brings in a third authority with keys made anew: ForwardingScenario.
    if (kind == v1::ACT_KIND_FORWARDING_NOTICE) continue;
    EXPECT_THAT(SendInside(name), IsOk()) << name;
  }
  for (const ActKindTraits& kind : AllActKinds()) EXPECT_EQ(sent.count(kind.kind), 1u) << kind.name;
}

}  // namespace
}  // namespace rogatoria
