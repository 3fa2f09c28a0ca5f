// Users' signatures: CMS from strangers.
#include "common/crypto/cms_signature.h"
#include "common/crypto/signed_data.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {
namespace {

constexpr Instant kNow{1795521600000};

struct Vectors {
  TrustAnchors anchors = Need(
      TrustAnchors::Create(
          Need(Certificate::BundleFromPem(ReadVector("signature/ca.pem")), "the authority is one"),
          Need(RevocationList::BundleFromPem(ReadVector("signature/crl.pem")), "its list is one")),
      "it can be trusted");
  Bytes message = ReadVector("signature/message.bin");
  Bytes other_message = ReadVector("signature/other-message.bin");
  std::set<std::string> signers;  // of good signatures over the message, by fingerprint

  Vectors() {
    for (const char* name : {"p256", "p384", "rsa2048"}) {
      signers.insert(
          Need(Certificate::FromPem(ReadVector(std::string("signature/") + name + ".pem")),
               "a signer is one")
              .fingerprint_sha256());
    }
  }
};

bool Inside(absl::string_view part, absl::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void ExamineForm(absl::string_view input) {
  const auto view = ReadSignedData(input);
  if (!view.ok()) return;
  for (const absl::string_view part : {view->signer_issuer,
                                       view->signer_serial,
                                       view->signer_key_id,
                                       view->message_digest,
                                       view->certificate_hash,
                                       view->signature}) {
    ROG_CHECK(Inside(part, input), "views lie in the bytes given");
  }
  ROG_CHECK(view->signer_issuer.empty() != view->signer_key_id.empty(), "the signer has one name");
  for (const absl::string_view der : view->certificates) {
    const auto certificate = Certificate::FromDer(der);
    if (certificate.ok()) view->SignedBy(*certificate);
  }
}

}  // namespace

void Examine(absl::string_view input) {
  static const Vectors& vectors = *new Vectors();
  static SignatureVerifier& verifier = *new SignatureVerifier();

  ExamineForm(input);
  const auto signer = verifier.VerifyDetached(input, vectors.message, vectors.anchors, kNow);
  if (!signer.ok()) {
    // other-bytes.der is a good signature over the other message: by one of the same signers.
    const auto other = verifier.VerifyDetached(input, vectors.other_message, vectors.anchors, kNow);
    ROG_CHECK(!other.ok() || vectors.signers.count(other->fingerprint_sha256()) == 1,
              "nobody else signed");
    return;
  }
  ROG_CHECK(ReadSignedData(input).ok(), "what verifies has the form");
  ROG_CHECK(vectors.signers.count(signer->fingerprint_sha256()) == 1, "nobody else signed");
  ROG_CHECK(!verifier.VerifyDetached(input, vectors.other_message, vectors.anchors, kNow).ok(),
            "a signature is for one message");
}

}  // namespace rogatoria::fuzz
