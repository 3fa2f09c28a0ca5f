#include "common/client/forwarding.h"

#include "common/base/status_macros.h"
#include "common/client/opener.h"
#include "common/crypto/seal.h"
#include "common/model/header.h"

namespace rogatoria::client {

absl::StatusOr<content::v1::ForwardedAct> SealKeyAnew(const v1::Act& act,
                                                      const std::vector<KeyPair>& keys,
                                                      const v1::Route& route) {
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(act.header()));
  ROG_ASSIGN_OR_RETURN(const SecretBytes kek, OpenKeyOf(act, keys));
  std::vector<Certificate> readers;
  for (const v1::SealingCertificate& sealing : route.sealing_certificates()) {
    ROG_ASSIGN_OR_RETURN(Certificate certificate, Certificate::FromDer(sealing.certificate()));
    readers.push_back(std::move(certificate));
  }
  content::v1::ForwardedAct forwarded;
  forwarded.set_act_id(header.act_id());
  ROG_ASSIGN_OR_RETURN(*forwarded.mutable_key_envelope(), SealKek(kek, readers));
  return forwarded;
}

v1::Act WithEnvelope(v1::Act act, const content::v1::ForwardedAct& forwarded) {
  act.add_key_envelopes(forwarded.key_envelope());
  return act;
}

}  // namespace rogatoria::client
