// Certificates, in DER and in PEM.
#include "common/crypto/certificate.h"

#include "common/crypto/pki.h"
#include "common/crypto/trust_anchors.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {
namespace {

constexpr Instant kNow{1795521600000};

const TrustAnchors& Anchors() {
  static const auto& anchors = *new TrustAnchors(
      Need(TrustAnchors::Create(Need(Certificate::BundleFromPem(ReadVector("signature/ca.pem")),
                                     "the authority of the vectors is one")),
           "it can be trusted"));
  return anchors;
}

std::set<std::string> Issued() {
  std::set<std::string> issued;
  for (const Bytes& pem : ReadVectors("signature", "")) {
    const auto bundle = Certificate::BundleFromPem(pem);
    if (!bundle.ok()) continue;
    for (const Certificate& certificate : *bundle) issued.insert(certificate.public_key_der());
  }
  return issued;
}

void ExamineRead(const Certificate& certificate) {
  const auto again = Certificate::FromDer(certificate.ToDer());
  ROG_CHECK(again.ok() && *again == certificate, "its DER is read again");
  const auto from_pem = Certificate::FromPem(certificate.ToPem());
  ROG_CHECK(from_pem.ok() && *from_pem == certificate, "its PEM is read again");
  for (const auto* names : {&certificate.uri_sans(), &certificate.dns_sans()}) {
    for (const std::string& name : *names) {
      for (const char c : name) ROG_CHECK(c > 0, "names are ASCII without NUL");
    }
  }
}

}  // namespace

void Examine(absl::string_view input) {
  static const auto& issued = *new std::set<std::string>(Issued());

  const auto der = Certificate::FromDer(input);
  CheckSameText(input, der, [](const Certificate& read) { return read.ToDer(); });
  const auto bundle = Certificate::BundleFromPem(input);
  const auto pem = Certificate::FromPem(input);
  ROG_CHECK(pem.ok() == (bundle.ok() && bundle->size() == 1), "one block is a certificate");

  std::vector<Certificate> read;
  if (bundle.ok()) read = *bundle;
  if (der.ok()) read.push_back(*der);
  for (const Certificate& certificate : read) {
    ExamineRead(certificate);
    if (!Anchors().Verify(certificate, {}, kNow).ok()) continue;
    ROG_CHECK(issued.count(certificate.public_key_der()) == 1, "the authority issued none for it");
  }
}

}  // namespace rogatoria::fuzz
