// docs/formats/acknowledgement.md and docs/formats/key-statement.md
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/crypto/digest.h"
#include "common/crypto/private_key.h"
#include "common/directory/key_statement.h"
#include "common/model/canonical.h"
#include "common/model/leaf.h"
#include "tests/interop/vectors/formats/vector_set.h"

#include "rogatoria/v1/mailbox_service.pb.h"

namespace rogatoria {
namespace {

constexpr char kTrustDomain[] = "rogatoria.example";

v1::AcknowledgementStatement Acknowledgement() {
  v1::AcknowledgementStatement statement;
  statement.set_trust_domain(kTrustDomain);
  statement.set_act_id("pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49");
  statement.set_header_sha256(Sha256("the header"));
  statement.set_recipient("co-fgn");
  statement.set_acknowledged_unix_ms(1795521723456);
  return statement;
}

Bytes Signed(const v1::AcknowledgementStatement& statement) {
  return ToSignedBytes(kAcknowledgementFirstLine, statement);
}

// An Ed25519 key from its seed; RFC 8410 section 7 for the bytes around it.
PrivateKey KeyFromSeed(absl::string_view seed_text) {
  const Bytes der = *FromHex("302e020100300506032b657004220420") + Sha256(seed_text);
  auto key = PrivateKey::FromPem(absl::StrCat(
      "-----BEGIN PRIVATE KEY-----\n", ToBase64(der), "\n-----END PRIVATE KEY-----\n"));
  if (!key.ok()) std::abort();
  return *std::move(key);
}

v1::KeyStatementBody Body(absl::string_view certificate,
                          v1::KeyPurpose purpose,
                          const v1::KeyStatement* previous) {
  v1::KeyStatementBody body;
  body.set_trust_domain(kTrustDomain);
  body.set_authority("pt-pgr");
  body.set_certificate_sha256(Sha256(certificate));
  body.set_purpose(purpose);
  body.set_not_before_unix_ms(1795521600000);
  body.set_not_after_unix_ms(1858593600000);
  if (previous != nullptr) body.set_previous_sha256(KeyStatementDigest(*previous));
  return body;
}

// Signs whatever the body says; SignKeyStatement would refuse the bad ones.
v1::KeyStatement SignAnything(const v1::KeyStatementBody& body, const PrivateKey& key) {
  v1::KeyStatementBody acceptable = Body("x", v1::KEY_PURPOSE_SEALING, nullptr);
  v1::KeyStatement statement = *SignKeyStatement(acceptable, key);
  statement.set_statement(ToSignedBytes(kKeyStatementFirstLine, body));
  return statement;
}

Bytes LeafText(const v1::KeyStatement& statement) {
  return FormatLeaf(
      KeyStatementLeaf{statement.statement(), statement.signature(), statement.identity_key()});
}

Bytes LeafTexts(const std::vector<v1::KeyStatement>& chain) {
  Bytes text;
  for (const v1::KeyStatement& statement : chain) text += LeafText(statement);
  return text;
}

std::string Facts(const v1::KeyStatementBody& body) {
  return absl::StrCat("authority=",
                      body.authority(),
                      " purpose=",
                      static_cast<int>(body.purpose()),
                      " revoked=",
                      body.revoked() ? 1 : 0,
                      " certificate=",
                      ToHex(body.certificate_sha256()));
}

// Signed once with a P-256 key that was thrown away: ECDSA signatures differ every time.
constexpr char kP256Key[] =
    "3059301306072a8648ce3d020106082a8648ce3d030107034200044404e3aff57b134b34932b79a9799dbd6f"
    "5c16ca8eeee36ab96ec3f62b7f301855182737accfec773a6c26619695886901d5799fd9d8011a755e2ffc3e"
    "cfcd8c";
constexpr char kP256Signature[] =
    "3046022100fd59ab216d14a5b609cc3410f874bad7d9fec942f9a0273060266baaf7787c2e022100d5151965"
    "be3b5708967299230a9ccfac16ca99c18720b7ac6b6355a99b33e7b7";

struct Spoilt {
  absl::string_view name;
  void (*spoil)(v1::KeyStatementBody&);
  absl::string_view field;
  absl::string_view why;
};
using B = v1::KeyStatementBody;
constexpr Spoilt kSpoilt[] = {
    {"no-trust-domain", [](B& b) { b.clear_trust_domain(); }, "trust_domain", "missing"},
    {"authority-grammar", [](B& b) { b.set_authority("PT"); }, "authority", "not an authority id"},
    {"short-digest",
     [](B& b) { b.set_certificate_sha256("short"); },
     "certificate_sha256",
     "not 32 bytes"},
    {"no-purpose", [](B& b) { b.clear_purpose(); }, "purpose", "missing"},
    {"unknown-purpose",
     [](B& b) { b.set_purpose(static_cast<v1::KeyPurpose>(17)); },
     "purpose",
     "17 is no purpose"},
    {"no-beginning", [](B& b) { b.clear_not_before_unix_ms(); }, "not_before_unix_ms", "missing"},
    {"ends-before-it-begins",
     [](B& b) { b.set_not_after_unix_ms(1795521600000); },
     "not_after_unix_ms",
     "not later than not_before"},
    {"short-previous",
     [](B& b) { b.set_previous_sha256("short"); },
     "previous_sha256",
     "not 32 bytes"},
};

void AddBadStatements(const v1::KeyStatement& good, const PrivateKey& other, VectorSet& set) {
  v1::KeyStatement bad = good;
  (*bad.mutable_statement())[40] = static_cast<char>(bad.statement()[40] ^ 1);
  set.Bad("altered-statement", LeafText(bad), "signature", "a bit of the statement was changed");
  bad = good;
  (*bad.mutable_signature())[3] = static_cast<char>(bad.signature()[3] ^ 1);
  set.Bad("altered-signature", LeafText(bad), "signature", "a bit of the signature was changed");
  bad = good;
  bad.set_identity_key(other.PublicKeyDer());
  set.Bad("other-key", LeafText(bad), "signature", "signed by another key");
  bad = good;
  bad.set_identity_key(bad.identity_key() + "x");
  set.Bad("key-not-der", LeafText(bad), "signature", "a byte after the key");
  bad = good;
  bad.set_statement("rogatoria-key-statement v2" + bad.statement().substr(26));
  set.Bad("first-line-v2", LeafText(bad), "", "another version");
  bad = good;
  bad.set_statement(bad.statement() + "\xa0\x06\x01");
  set.Bad("unknown-field", LeafText(bad), "", "field 100 is unknown");
}

}  // namespace

void AddAcknowledgementVectors(VectorFiles& files) {
  VectorSet set("acknowledgement", ".bin");
  const v1::AcknowledgementStatement good = Acknowledgement();
  set.Good("statement",
           Signed(good),
           absl::StrCat("act=",
                        good.act_id(),
                        " recipient=co-fgn instant=1795521723456 sha256=",
                        ToHex(Sha256(Signed(good)))));
  const auto bad =
      [&](absl::string_view name, auto spoil, absl::string_view field, absl::string_view why) {
        v1::AcknowledgementStatement statement = good;
        spoil(statement);
        set.Bad(name, Signed(statement), field, why);
      };
  bad(
      "no-trust-domain", [](auto& s) { s.clear_trust_domain(); }, "trust_domain", "missing");
  bad(
      "act-id-grammar", [](auto& s) { s.set_act_id("pt-pgr"); }, "act_id", "not an act id");
  bad(
      "short-digest",
      [](auto& s) { s.set_header_sha256("short"); },
      "header_sha256",
      "not 32 bytes");
  bad(
      "recipient-grammar",
      [](auto& s) { s.set_recipient("CO"); },
      "recipient",
      "not an authority id");
  bad(
      "no-instant",
      [](auto& s) { s.clear_acknowledged_unix_ms(); },
      "acknowledged_unix_ms",
      "missing");
  bad(
      "negative-instant",
      [](auto& s) { s.set_acknowledged_unix_ms(-1); },
      "acknowledged_unix_ms",
      "before 1970");
  set.Bad("header-line", ToSignedBytes(kHeaderFirstLine, good), "", "the first line of a header");
  set.Bad("unknown-field", Signed(good) + "\x30\x01", "", "field 6 is unknown");
  set.Bad("cut-off",
          Signed(good).substr(0, Signed(good).size() - 1),
          "acknowledged_unix_ms",
          "the bytes end inside a number");
  set.Bad("empty", "", "", "no bytes");
  set.AddTo(files);
}

void AddKeyStatementVectors(VectorFiles& files) {
  VectorSet set("key-statement", ".txt");
  const PrivateKey key = KeyFromSeed("identity of pt-pgr");
  const PrivateKey other = KeyFromSeed("identity of somebody else");

  const v1::KeyStatementBody seal = Body("seal", v1::KEY_PURPOSE_ORGANISATION_SEAL, nullptr);
  const v1::KeyStatement first = *SignKeyStatement(seal, key);
  const v1::KeyStatementBody sealing = Body("sealing", v1::KEY_PURPOSE_SEALING, &first);
  const v1::KeyStatement second = *SignKeyStatement(sealing, key);
  v1::KeyStatementBody taken_back = Body("seal", v1::KEY_PURPOSE_ORGANISATION_SEAL, &second);
  taken_back.set_revoked(true);
  const v1::KeyStatement third = *SignKeyStatement(taken_back, key);

  set.Good("first", LeafText(first), Facts(seal));
  set.Good("second", LeafText(second), Facts(sealing));
  set.Good("revocation", LeafText(third), Facts(taken_back));
  v1::KeyStatement p256 = first;
  p256.set_identity_key(*FromHex(kP256Key));
  p256.set_signature(*FromHex(kP256Signature));
  set.Good("p256", LeafText(p256), Facts(seal));
  set.Good("chain", LeafTexts({first, second, third}), "statements=3 standing=1");

  AddBadStatements(first, other, set);
  p256.mutable_signature()->pop_back();
  set.Bad("p256-signature-cut", LeafText(p256), "signature", "not DER");
  for (const Spoilt& spoilt : kSpoilt) {
    v1::KeyStatementBody body = seal;
    spoilt.spoil(body);
    set.Bad(spoilt.name, LeafText(SignAnything(body, key)), spoilt.field, spoilt.why);
  }
  set.Bad("chain-swapped",
          LeafTexts({first, third, second}),
          "statements[1].previous_sha256",
          "does not follow the one before");
  set.Bad("chain-headless",
          LeafTexts({second, third}),
          "statements[0].previous_sha256",
          "the first follows nothing");
  set.Bad("chain-planted",
          LeafTexts({first, *SignKeyStatement(sealing, other)}),
          "statements[1].identity_key",
          "not the key that was fixed");
  v1::KeyStatementBody elsewhere = seal;
  elsewhere.set_authority("co-fgn");
  set.Bad("chain-other-authority",
          LeafTexts({*SignKeyStatement(elsewhere, key)}),
          "statements[0].authority",
          "speaks for another authority");
  elsewhere = seal;
  elsewhere.set_trust_domain("other.example");
  set.Bad("chain-other-domain",
          LeafTexts({*SignKeyStatement(elsewhere, key)}),
          "statements[0].trust_domain",
          "speaks to another hub");
  set.Beside("trusted-identity.txt",
             absl::StrCat(kTrustDomain, " pt-pgr ", IdentityFingerprint(key.PublicKeyDer()), "\n"));
  set.AddTo(files);
}

}  // namespace rogatoria
