#include "common/directory/key_statement.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/crypto/raw_signature.h"
#include "common/model/canonical.h"
#include "common/model/ids.h"

namespace rogatoria {
namespace {

absl::Status Invalid(absl::string_view field, absl::string_view accepted) {
  return Error(Reason::KEY_STATEMENT_INVALID).Field(field).Accepted(accepted);
}

bool IsDigest(const std::string& text) {
  return text.size() == kSha256Bytes;
}

absl::Status CheckBody(const v1::KeyStatementBody& body) {
  if (!IsTrustDomain(body.trust_domain())) {
    return Invalid("trust_domain", "the hub's trust domain");
  }
  if (!IsAuthorityId(body.authority())) return Invalid("authority", "an authority id");
  if (!IsDigest(body.certificate_sha256())) return Invalid("certificate_sha256", "32 bytes");
  if (body.purpose() == 0 || !v1::KeyPurpose_IsValid(body.purpose())) {
    return Invalid("purpose", "a purpose that this version knows");
  }
  if (body.not_before_unix_ms() <= 0) {
    return Invalid("not_before_unix_ms", "milliseconds since 1970 UTC");
  }
  if (body.not_after_unix_ms() <= body.not_before_unix_ms()) {
    return Invalid("not_after_unix_ms", "later than not_before_unix_ms");
  }
  if (!body.previous_sha256().empty() && !IsDigest(body.previous_sha256())) {
    return Invalid("previous_sha256", "32 bytes, or nothing for the first statement");
  }
  return absl::OkStatus();
}

absl::Status CheckLink(const v1::KeyStatementBody& body,
                       absl::string_view trust_domain,
                       absl::string_view authority,
                       const Bytes& previous) {
  if (body.trust_domain() != trust_domain) return Invalid("trust_domain", trust_domain);
  if (body.authority() != authority) return Invalid("authority", authority);
  if (body.previous_sha256() != previous) {
    return Invalid("previous_sha256",
                   previous.empty() ? "nothing: it is the first statement of its chain"
                                    : "the digest of the statement before it");
  }
  return absl::OkStatus();
}

}  // namespace

v1::KeyStatementBody MakeKeyStatementBody(absl::string_view trust_domain,
                                          absl::string_view authority,
                                          const Certificate& certificate,
                                          v1::KeyPurpose purpose,
                                          Instant not_before,
                                          Instant not_after,
                                          absl::string_view previous_sha256) {
  v1::KeyStatementBody body;
  body.set_trust_domain(std::string(trust_domain));
  body.set_authority(std::string(authority));
  body.set_certificate_sha256(certificate.fingerprint_bytes());
  body.set_purpose(purpose);
  body.set_not_before_unix_ms(not_before.unix_ms);
  body.set_not_after_unix_ms(not_after.unix_ms);
  body.set_previous_sha256(std::string(previous_sha256));
  return body;
}

absl::StatusOr<v1::KeyStatement> SignKeyStatement(const v1::KeyStatementBody& body,
                                                  const PrivateKey& identity_key) {
  ROG_RETURN_IF_ERROR(CheckBody(body));
  v1::KeyStatement statement;
  statement.set_statement(ToSignedBytes(kKeyStatementFirstLine, body));
  ROG_ASSIGN_OR_RETURN(Bytes signature, SignRaw(identity_key, statement.statement()));
  statement.set_signature(std::move(signature));
  statement.set_identity_key(identity_key.PublicKeyDer());
  return statement;
}

Bytes KeyStatementDigest(const v1::KeyStatement& statement) {
  return Sha256(statement.statement());
}

std::string IdentityFingerprint(absl::string_view identity_key_der) {
  return ToHex(Sha256(identity_key_der));
}

absl::StatusOr<v1::KeyStatementBody> VerifyKeyStatement(const v1::KeyStatement& statement) {
  v1::KeyStatementBody body;
  const absl::Status form = FromSignedBytes(kKeyStatementFirstLine, statement.statement(), body);
  if (!form.ok()) {
    const auto details = GetErrorDetails(form);
    return Invalid(details->field, details->accepted);
  }
  ROG_RETURN_IF_ERROR(CheckBody(body));
  if (!VerifyRaw(statement.identity_key(), statement.statement(), statement.signature())) {
    return Invalid("signature", "one made by the identity key: Ed25519, or ECDSA P-256 in DER");
  }
  return body;
}

absl::StatusOr<std::vector<v1::KeyStatementBody>> VerifyKeyStatementChain(
    absl::Span<const v1::KeyStatement> statements,
    absl::string_view trust_domain,
    absl::string_view authority,
    absl::string_view identity_fingerprint) {
  std::vector<v1::KeyStatementBody> bodies;
  Bytes previous;
  for (const v1::KeyStatement& statement : statements) {
    const std::string place = absl::StrCat("statements[", bodies.size(), "]");
    if (IdentityFingerprint(statement.identity_key()) != identity_fingerprint) {
      return Invalid(absl::StrCat(place, ".identity_key"),
                     "the identity key whose fingerprint was fixed at enrolment");
    }
    auto body = VerifyKeyStatement(statement);
    if (!body.ok()) return WithFieldPrefix(body.status(), place);
    const absl::Status link = CheckLink(*body, trust_domain, authority, previous);
    if (!link.ok()) return WithFieldPrefix(link, place);
    bodies.push_back(*std::move(body));
    previous = KeyStatementDigest(statement);
  }
  return bodies;
}

std::vector<size_t> StandingStatements(absl::Span<const v1::KeyStatementBody> chain) {
  std::map<std::pair<int, std::string>, size_t> last;
  for (size_t i = 0; i < chain.size(); ++i) {
    last[{chain[i].purpose(), chain[i].certificate_sha256()}] = i;
  }
  std::vector<size_t> standing;
  for (size_t i = 0; i < chain.size(); ++i) {
    if (!chain[i].revoked() && last[{chain[i].purpose(), chain[i].certificate_sha256()}] == i) {
      standing.push_back(i);
    }
  }
  return standing;
}

}  // namespace rogatoria
