// Writing again what was already sealed: an act that nobody recorded and whose header is no longer
// good, because the route changed or it is too old, becomes a draft again. Its content, addressees
// and ids stay; seal, header and signature are made anew.
#pragma once

#include "common/client/draft.h"
#include "common/client/opener.h"

namespace rogatoria::client {

// The draft from which an act of ours was made, `opened` with our own sealing key. Pure.
ActDraft DraftOf(const OpenedAct& opened);

// The DISCREPANCY_NOTICE that answers an act whose content contradicts its header. Pure.
ActDraft DraftObjection(const OpenedAct& opened);

// Whether `draft` says what an act says that was made before, `sealed` being its DraftOf: then
// sending it once more is a retry. What a draft leaves to the case, the directory or the profile
// fits whatever they filled in; but addressees are named as authorities. Pure.
bool SaysTheSame(const ActDraft& draft, const ActDraft& sealed);

}  // namespace rogatoria::client
