// What a person reads: the slip before signing, the template before writing, the content after
// opening.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/base/bytes.h"
#include "common/client/draft.h"
#include "common/client/opener.h"
#include "common/model/act_kind.h"
#include "services/cli/language.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria::cli {

// What the header says, one line a fact.
std::string DescribeHeader(const v1::ActHeader& header, Language language);

// A commented act file for a kind, ready to be filled in.
std::string ActTemplate(const ActKindTraits& kind,
                        const std::string& request_id,
                        Language language);

// What is about to be signed: limits of use, header, cover slip, letter, typed content; not the
// documents' bytes.
std::string DescribePrepared(const v1::ActHeader& header,
                             const client::ActDraft& draft,
                             Language language);

// An act that an agent shows for signing, `in_words` of its own: where these are in another
// language, what the header says is put before them in the reader's, from the very bytes that are
// signed. HEADER_MALFORMED when they are no header.
absl::StatusOr<std::string> DescribeToSign(const Bytes& header,
                                           const std::string& in_words,
                                           Language language);

// What was received, likewise, with its contradictions and its signer. `effect`: as its receipts
// state it (FORMAL_UNSETTLED); empty: as far as this version knows.
std::string DescribeOpened(const client::OpenedAct& opened,
                           Language language,
                           const std::string& effect = "");

}  // namespace rogatoria::cli
