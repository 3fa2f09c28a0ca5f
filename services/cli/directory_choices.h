// What a person may choose from when writing an act: what the hub's directory and the office's own
// cases have. Asked of the hub once; of the directory what was kept from before is given when the
// hub is away, and nothing where nothing is known. Not thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/client/kept_answers.h"
#include "common/client/office.h"
#include "services/cli/dialogue.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/directory_service.pb.h"
#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria::cli {

class DirectoryChoices {
 public:
  // `office` may be nullptr: then nothing is known.
  DirectoryChoices(client::Office* office, Language language);

  // Authorities other than our own, by country and id.
  std::vector<Choice> Recipients();
  // Instruments that carry a request between our country and the recipient's. `channel` FORMAL:
  // those under which the hub would refuse it for these measures stand last and say why.
  std::vector<Choice> LegalBases(const std::string& recipient,
                                 absl::string_view channel,
                                 const std::vector<std::string>& measures);
  // Those that give a way of sending its effect between both: `channel` is FORMAL or
  // INTERINSTITUTIONAL.
  std::vector<Choice> ChannelBases(const std::string& recipient, absl::string_view channel);
  std::vector<Choice> OpenCases();
  // Acts of the others in a case, the latest first.
  std::vector<Choice> ActsToAnswer(const std::string& case_id);
  // Measures of a case: by number.
  std::vector<Choice> MeasuresOf(const std::string& case_id);
  // Codes of measures that this version has words for.
  std::vector<Choice> MeasureCodes() const;
  // The code of a measure of a case; empty when it is not known.
  std::string CodeOf(const std::string& case_id, uint32_t number);

  // The languages that an authority works in, the first preferred.
  std::vector<std::string> LanguagesOf(const std::string& authority);
  // The language that an act of ours is written in: the first of our own in the directory that is
  // the reader's, es-CO for es; else the reader's.
  std::string ContentLanguage(Language language);

  // Whether the hub answered what was asked so far.
  bool reached() const { return directory_.reached(); }

 private:
  const std::vector<v1::Authority>& Authorities();
  const std::vector<v1::Instrument>& Instruments();
  const std::vector<v1::Case>& Cases();
  const v1::Case* FindCase(const std::string& case_id);
  // nullptr: not known.
  const v1::Authority* FindAuthority(const std::string& authority);
  std::string CountryOf(const std::string& authority);
  bool IsBetween(const v1::Instrument& instrument, const std::string& recipient);

  client::Office* const office_;
  const Language language_;
  client::KeptAnswers directory_;
  std::optional<std::vector<v1::Authority>> authorities_;
  std::optional<std::vector<v1::Instrument>> instruments_;
  std::optional<std::vector<v1::Case>> cases_;
};

}  // namespace rogatoria::cli
