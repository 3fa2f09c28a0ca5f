#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/der.h"
#include "tests/interop/vectors/crypto/vector_writer.h"

namespace rogatoria {
namespace {

constexpr char kMessageBytes[] = "rogatoria-act-header v1\n\x0a\x11rogatoria.example\r\n\0\xff";
constexpr absl::string_view kMessage(kMessageBytes, sizeof kMessageBytes - 1);

// An element with one of BER's open lengths.
Bytes Open(uint8_t tag, absl::string_view content) {
  return absl::StrCat(Bytes{static_cast<char>(tag), '\x80'}, content, absl::string_view("\0\0", 2));
}

// The SignedData of a signature in ContentInfo with open lengths, as some national tools write it.
Bytes InOpenLengths(absl::string_view type, absl::string_view signed_data) {
  return Open(
      der::kSequence,
      absl::StrCat(type, Open(der::ContextConstructed(0), Open(der::kSequence, signed_data))));
}

struct Opened {
  absl::string_view type;
  absl::string_view signed_data;
};

Opened SignedDataOf(absl::string_view signature) {
  DerReader file(signature);
  DerReader info = file.Enter(der::kSequence);
  const DerElement type = info.Next(der::kOid);
  return {type.whole, info.Enter(der::ContextConstructed(0)).Next(der::kSequence).content};
}

// The same down to the signed attributes, of which only DER is read: they are what is signed.
Bytes WithOpenAttributes(absl::string_view signature) {
  const auto [type, content] = SignedDataOf(signature);
  DerReader fields(content);
  Bytes before;
  for (uint8_t tag : {der::kInteger, der::kSet, der::kSequence, der::ContextConstructed(0)}) {
    absl::StrAppend(&before, fields.Next(tag).whole);
  }
  DerReader signer = fields.Enter(der::kSet).Enter(der::kSequence);
  Bytes inner;
  for (uint8_t tag : {der::kInteger, der::kSequence, der::kSequence}) {
    absl::StrAppend(&inner, signer.Next(tag).whole);
  }
  const uint8_t attributes = der::ContextConstructed(0);
  absl::StrAppend(&inner, Open(attributes, signer.Next(attributes).content));
  absl::StrAppend(&inner, signer.Next(der::kSequence).whole, signer.Next(der::kOctetString).whole);
  const Bytes signers = Open(der::kSet, Open(der::kSequence, inner));
  return InOpenLengths(type, absl::StrCat(before, signers));
}

class SignatureVectors {
 public:
  explicit SignatureVectors(const std::filesystem::path& folder)
      : writer_(folder), ca_(writer_.NewAuthority("CA")) {
    writer_.Write("ca.pem", ca_.certificate().ToPem());
    writer_.Write("message.bin", kMessage);
    index_["anchors"] = "ca.pem";
    index_["lists"] = "crl.pem";
    index_["cases"] = nlohmann::ordered_json::array();
  }

  void Write() {
    WriteGood();
    WriteBadShapes();
    WriteBadBindings();
    WriteBadCertificates();
    writer_.WriteIndex(index_);
  }

 private:
  void Add(const std::string& name,
           const std::string& expect,
           const std::string& signer,
           absl::string_view message_file = "message.bin") {
    index_["cases"].push_back({{"name", name},
                               {"signature", name + ".der"},
                               {"message", std::string(message_file)},
                               {"at_unix_ms", kVectorInstant.unix_ms},
                               {"expect", expect},
                               {"signer", signer + ".pem"}});
  }

  void AddBytes(const std::string& name,
                const std::string& expect,
                const std::string& signer,
                absl::string_view signature) {
    writer_.Write(name + ".der", signature);
    Add(name, expect, signer);
  }

  void AddOurs(const std::string& name,
               const std::string& expect,
               const std::string& signer,
               const VectorIdentity& id) {
    AddBytes(name, expect, signer, SignDetached(id.key, id.certificate, kMessage).value());
  }

  void AddOpenSsl(const std::string& name,
                  const std::string& expect,
                  const std::string& signer,
                  const std::string& options) {
    writer_.OpenSsl("cms -sign -binary -in message.bin -outform DER -out " + name +
                    ".der -signer " + signer + ".pem -inkey " + signer + ".key " + options);
    Add(name, expect, signer);
  }

  VectorIdentity Signer(const std::string& name, PrivateKey key) {
    return writer_.Issue(ca_, name, CertificateProfile::kSigning, std::move(key));
  }

  void WriteGood() {
    AddOurs("cades-p256", "OK", "p256", p256_);
    AddOurs("cades-p384", "OK", "p384", Signer("p384", Generate(KeyAlgorithm::kP384)));
    AddOurs("cades-rsa2048", "OK", "rsa2048", Signer("rsa2048", *GenerateRsaKeyForTest(2048)));
    AddOpenSsl("plain-cms-p256", "OK", "p256", "");
    AddOpenSsl("cades-p256-sha512", "OK", "p256", "-cades -md sha512");
    AddOpenSsl("key-id", "OK", "p256", "-keyid -cades");
    AddOpenSsl(
        "rsa-pss", "OK", "rsa2048", "-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:digest");
    const Bytes good = writer_.Read("cades-p256.der");
    const auto [type, signed_data] = SignedDataOf(good);
    AddBytes("open-lengths", "OK", "p256", InOpenLengths(type, signed_data));
  }

  void WriteBadShapes() {
    const Bytes good = writer_.Read("cades-p256.der");
    AddBytes("empty", "SIGNATURE_MISSING", "p256", "");
    AddBytes("oversize", "LIMIT_EXCEEDED", "p256", good + Bytes(16 * 1024, '\0'));
    AddBytes("cut-off", "SIGNATURE_MALFORMED", "p256", good.substr(0, good.size() - 1));
    AddBytes("open-attributes", "SIGNATURE_MALFORMED", "p256", WithOpenAttributes(good));
    AddBytes("byte-after", "SIGNATURE_MALFORMED", "p256", good + Bytes(1, '\0'));
    AddBytes("not-cms", "SIGNATURE_MALFORMED", "p256", p256_.certificate.ToDer());
    AddOpenSsl("content-inside", "SIGNATURE_MALFORMED", "p256", "-nodetach");
    AddOpenSsl("no-signed-attributes", "SIGNATURE_MALFORMED", "p256", "-noattr");
    writer_.Issue(ca_, "second", CertificateProfile::kSigning, Generate(KeyAlgorithm::kP256));
    AddOpenSsl(
        "two-signers", "SIGNATURE_MALFORMED", "p256", "-signer second.pem -inkey second.key");
    AddOpenSsl("no-certificate", "SIGNER_CERTIFICATE_MISSING", "p256", "-nocerts");
    AddOpenSsl("sha1", "SIGNER_KEY_TOO_WEAK", "p256", "-md sha1");
    AddOpenSsl("rsa-pss-other-salt",
               "SIGNATURE_MALFORMED",
               "rsa2048",
               "-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:20");
  }

  void WriteBadBindings() {
    const Bytes good = writer_.Read("cades-p256.der");
    writer_.Write("other-message.bin", FlipInside(kMessage, "rogatoria.example"));
    writer_.Write("other-bytes.der", good);
    Add("other-bytes", "SIGNATURE_INVALID", "p256", "other-message.bin");
    AddBytes("flipped-signature",
             "SIGNATURE_INVALID",
             "p256",
             FlipInside(good, absl::string_view(good).substr(good.size() - 16)));
    const Bytes certificate = p256_.certificate.ToDer();
    // In the certificate's own signature: the chain does not hold, nor does signing-certificate-v2.
    AddBytes("flipped-certificate",
             "SIGNATURE_INVALID",
             "p256",
             FlipInside(good, absl::string_view(certificate).substr(certificate.size() - 16)));
  }

  void WriteBadCertificates() {
    AddOurs("rsa1024",
            "SIGNER_KEY_TOO_WEAK",
            "rsa1024",
            Signer("rsa1024", *GenerateRsaKeyForTest(1024)));
    AddOurs("key-usage",
            "SIGNATURE_INVALID",
            "sealing-only",
            writer_.Issue(
                ca_, "sealing-only", CertificateProfile::kSealing, Generate(KeyAlgorithm::kP256)));
    AddOurs("unknown-authority",
            "CERTIFICATE_UNTRUSTED",
            "stranger",
            writer_.Issue(writer_.NewAuthority("CA"),
                          "stranger",
                          CertificateProfile::kSigning,
                          Generate(KeyAlgorithm::kP256)));
    AddDated("expired", "CERTIFICATE_EXPIRED", -48, 0);
    AddDated("not-yet-valid", "CERTIFICATE_NOT_YET_VALID", 1, 48);
    const VectorIdentity revoked = Signer("revoked", Generate(KeyAlgorithm::kP256));
    AddOurs("revoked", "CERTIFICATE_REVOKED", "revoked", revoked);
    writer_.Write("crl.pem",
                  ca_.MakeRevocationList({revoked.certificate},
                                         kVectorInstant + absl::Hours(-1),
                                         kVectorInstant + absl::Hours(24 * 30))
                      ->ToPem());
  }

  void AddDated(const std::string& name, const std::string& expect, int from_hours, int to_hours) {
    CertificateRequest request = VectorWriter::Request(name, CertificateProfile::kSigning);
    request.not_before = kVectorInstant + absl::Hours(from_hours);
    request.not_after = kVectorInstant + absl::Hours(to_hours);
    const PrivateKey key = Generate(KeyAlgorithm::kP256);
    const Certificate certificate = ca_.Issue(key.PublicKeyDer(), request).value();
    writer_.Write(name + ".pem", certificate.ToPem());
    AddOurs(name, expect, name, {key, certificate});
  }

  static PrivateKey Generate(KeyAlgorithm algorithm) {
    return PrivateKey::Generate(algorithm).value();
  }

  VectorWriter writer_;
  CertificateAuthority ca_;
  VectorIdentity p256_ = Signer("p256", Generate(KeyAlgorithm::kP256));
  nlohmann::ordered_json index_;
};

}  // namespace

void WriteSignatureVectors(const std::filesystem::path& folder) {
  SignatureVectors(folder).Write();
}

}  // namespace rogatoria
