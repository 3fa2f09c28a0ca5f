// The command line's sentences, for the agent that it runs (services/agent/words.h).
#pragma once

#include <string>

#include "services/agent/words.h"
#include "services/cli/language.h"

namespace rogatoria::cli {

class AgentWords final : public agent::Words {
 public:
  explicit AgentWords(Language language) : language_(language) {}

  std::string language() const override { return LanguageTag(language_); }
  std::string State(agent::v1::ActState state) const override;
  std::string Reason(const absl::Status& why) const override;
  std::string Prepared(const v1::ActHeader& header, const client::ActDraft& draft) const override;
  std::string Opened(const client::OpenedAct& opened, const std::string& effect) const override;
  std::string Notice(const v1::Notice& notice) const override;
  std::string Receipt(const Evidence& evidence) const override;
  std::string Contradiction(const content::v1::Discrepancy& discrepancy) const override;

 private:
  const Language language_;
};

}  // namespace rogatoria::cli
