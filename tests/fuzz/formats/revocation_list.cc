// Revocation lists, in DER and in PEM.
#include "common/crypto/revocation_list.h"

#include "common/crypto/certificate.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {
namespace {

struct Vectors {
  Certificate authority = Need(Certificate::FromPem(ReadVector("signature/ca.pem")), "it is one");
  Certificate revoked =
      Need(Certificate::FromPem(ReadVector("signature/revoked.pem")), "it is one");
  Certificate good = Need(Certificate::FromPem(ReadVector("signature/p256.pem")), "it is one");
};

// The authority made one list: whatever else it is said to have made revokes the same.
void ExamineRead(const RevocationList& list) {
  static const Vectors& vectors = *new Vectors();
  const auto again = RevocationList::FromDer(list.ToDer());
  ROG_CHECK(again.ok() && again->ToDer() == list.ToDer(), "its DER is read again");
  if (!list.IsSignedBy(vectors.authority)) return;
  ROG_CHECK(list.Revokes(vectors.revoked), "what the authority revoked is revoked");
  ROG_CHECK(!list.Revokes(vectors.good), "what it did not revoke is not");
}

}  // namespace

void Examine(absl::string_view input) {
  const auto der = RevocationList::FromDer(input);
  if (der.ok()) ExamineRead(*der);
  const auto bundle = RevocationList::BundleFromPem(input);
  if (!bundle.ok()) return;
  for (const RevocationList& list : *bundle) ExamineRead(list);
}

}  // namespace rogatoria::fuzz
