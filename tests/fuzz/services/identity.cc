// The identity in a client's certificate: the input is its URIs, a line each.
#include "services/gate/identity.h"

#include <memory>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "common/base/random.h"
#include "common/crypto/pki.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {
namespace {

constexpr char kTrustDomain[] = "rogatoria.example";
constexpr char kSystem[] = "spiffe://rogatoria.example/authority/pt-pgr/system/cms";
constexpr Instant kNow{1795521600000};

struct Issuer {
  SystemRandom random;
  CertificateRequest request;
  std::optional<CertificateAuthority> authority;
  Bytes public_key;

  Issuer() {
    request.common_name = "fuzz";
    request.not_before = {kNow.unix_ms - 1000};
    request.not_after = {kNow.unix_ms + 1000000};
    authority.emplace(Need(CertificateAuthority::Create(request, random), "an authority is made"));
    public_key = Need(PrivateKey::Generate(KeyAlgorithm::kP256), "a key is made").PublicKeyDer();
  }
};

RegistryState Registered(const Certificate& certificate) {
  Directory::Contents contents;
  contents.systems.push_back({kSystem, "pt-pgr", "cms", {certificate.fingerprint_sha256()}});
  RegistryState state;
  state.directory = std::make_shared<const Directory>(std::move(contents));
  return state;
}

void ExamineCertificate(const Certificate& certificate, const std::vector<std::string>& uris) {
  const auto identity = gate::SpiffeIdentity(certificate, kTrustDomain);
  const auto caller =
      gate::ResolveCaller(certificate, kTrustDomain, Registered(certificate), {}, kNow);
  if (identity.ok()) {
    ROG_CHECK(uris.size() == 1 && *identity == uris[0], "the only URI is the identity");
    ROG_CHECK(absl::StartsWith(*identity, "spiffe://rogatoria.example/"), "of this trust domain");
  }
  if (!caller.ok()) return;
  ROG_CHECK(identity.ok() && *identity == kSystem, "only who is registered calls");
  ROG_CHECK(caller->authority == "pt-pgr", "for its own authority");
}

}  // namespace

void Examine(absl::string_view input) {
  static const Issuer& issuer = *new Issuer();
  CertificateRequest request = issuer.request;
  if (!input.empty()) request.uris = absl::StrSplit(input, '\n');
  const auto certificate = issuer.authority->Issue(issuer.public_key, request);
  if (certificate.ok()) ExamineCertificate(*certificate, request.uris);
}

}  // namespace rogatoria::fuzz
