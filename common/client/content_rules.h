// What the content of an act says against its header, and what is missing in it. The broker cannot
// see either: the sender's library looks before it sends, the recipient's when it opens. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/client/draft.h"

#include "rogatoria/content/v1/content.pb.h"
#include "rogatoria/v1/act.pb.h"

namespace rogatoria::client {

// Contradictions between a header and what it was opened to be; none for an honest act. `stated`
// and `found` are codes and numbers, never anybody's data. What a header leaves open contradicts
// nothing, so that the header of a draft may be looked at too.
std::vector<content::v1::Discrepancy> Contradictions(const v1::ActHeader& header,
                                                     const content::v1::CoverSlip& cover_slip,
                                                     const content::v1::ActContent& content);

// The sentence for a contradiction.
absl::string_view DiscrepancyText(content::v1::DiscrepancyCode code, const std::string& language);

// Findings of lint about the content of a draft: its contradictions, texts that are no day or
// instant, and advice on limits of use.
std::vector<Finding> LintContent(const ActDraft& draft, const std::string& language);

// Handling codes where the sender states none: H0 for evidence, H1 and H2 for spontaneous and
// informal information.
void FillHandling(ActDraft& draft);

}  // namespace rogatoria::client
