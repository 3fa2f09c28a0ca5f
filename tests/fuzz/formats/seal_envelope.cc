// Key envelopes: they open to the key that was put in, or not at all.
#include "common/crypto/seal.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {
namespace {

struct Recipient {
  PrivateKey key;
  Certificate certificate;
};

struct Vectors {
  SecretBytes kek{ReadVector("seal/kek.bin")};
  std::vector<Recipient> recipients;
  std::set<Bytes> sealed;  // every envelope that opens

  Vectors();
};

// RSA is left out: it would take most of the time and read nothing more.
Vectors::Vectors() {
  for (const std::string name : {"p256", "p384"}) {
    recipients.push_back(
        {Need(PrivateKey::FromPem(ReadVector("seal/" + name + ".key")), "a key is one"),
         Need(Certificate::FromPem(ReadVector("seal/" + name + ".pem")), "it has a certificate")});
  }
  for (const Bytes& file : ReadVectors("seal", "")) {
    for (const Recipient& recipient : recipients) {
      if (OpenKek(file, recipient.key, recipient.certificate).ok()) sealed.insert(file);
    }
  }
  ROG_CHECK(sealed.size() >= 3, "good envelopes open");
}

}  // namespace

void Examine(absl::string_view input) {
  static const Vectors& vectors = *new Vectors();

  const auto named = RecipientsOf(input);
  for (const Recipient& recipient : vectors.recipients) {
    const auto kek = OpenKek(input, recipient.key, recipient.certificate);
    if (!kek.ok()) continue;
    ROG_CHECK(kek->EqualsInConstantTime(vectors.kek), "an envelope opens to the key inside");
    // The parts of the others in an envelope for several are bound for the others only.
    ROG_CHECK(named.ok(), "what opens names its recipients");
    if (named->size() > 1) continue;
    ROG_CHECK(vectors.sealed.count(Bytes(input)) == 1, "a changed envelope does not open");
  }
}

}  // namespace rogatoria::fuzz
