// From a draft to a signed, sealed act: resolve -> check keys -> seal -> header -> sign.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/client/draft.h"
#include "common/client/key_trust.h"
#include "common/client/profile.h"
#include "common/crypto/cms_signer.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria::client {

// Where the draft goes, as the hub said, and on what state of the case it rests.
struct Resolution {
  v1::ResolveRecipientsResponse routes;
  uint64_t case_position = 0;                          // that we have seen; 0: it opens a case
  v1::CaseType case_type = v1::CASE_TYPE_UNSPECIFIED;  // of the case; unspecified when it opens one
};

// Sealed and with its header, not signed yet: the header file can be signed anywhere (decisions.md
// 28).
struct PreparedAct {
  std::string request_id;
  v1::Act act;  // signature empty
  v1::ActHeader header;
};

// What Prepare would refuse and is known before anything is sealed or uploaded: a recipient named
// twice or too many for the kind, text that is not UTF-8, a header that breaks its rules.
absl::Status CheckBeforeSealing(const OfficeProfile& profile,
                                const ActDraft& draft,
                                const Resolution& resolution,
                                Clock& clock);

// Seals for the resolved recipients and for ourselves, and writes the header. Pure but for
// randomness: no network. The keys of `resolution` must have been checked (key_trust.h).
absl::StatusOr<PreparedAct> Prepare(const OfficeProfile& profile,
                                    const ActDraft& draft,
                                    const Resolution& resolution,
                                    const std::vector<KeyPair>& own_sealing,
                                    Clock& clock,
                                    Random& random);

// Signs with a key at hand, or with what asks for one; or put in a signature made elsewhere, as
// `act.act.signature`.
absl::Status Sign(PreparedAct& prepared, const KeyPair& signer);
absl::Status Sign(PreparedAct& prepared, const CmsSigner& signer);

}  // namespace rogatoria::client
