#include "common/client/key_trust.h"

#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/log_head.h"
#include "common/crypto/digest.h"
#include "common/directory/key_statement.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/hash.h"
#include "common/merkle/verifier_key.h"
#include "common/merkle/verify.h"
#include "common/model/leaf.h"

namespace rogatoria::client {
namespace {

v1::KeyPurpose KeyPurposeOf(v1::SealingPurpose purpose) {
  switch (purpose) {
    case v1::SEALING_PURPOSE_DUTY:
      return v1::KEY_PURPOSE_SEALING_DUTY;
    case v1::SEALING_PURPOSE_SUBSTITUTE:
      return v1::KEY_PURPOSE_SEALING_SUBSTITUTE;
    case v1::SEALING_PURPOSE_ARCHIVE:
      return v1::KEY_PURPOSE_SEALING_ARCHIVE;
    case v1::SEALING_PURPOSE_FIRST_CUSTODIAN:
      return v1::KEY_PURPOSE_FIRST_CUSTODIAN;
    case v1::SEALING_PURPOSE_SECOND_CUSTODIAN:
      return v1::KEY_PURPOSE_SECOND_CUSTODIAN;
    default:
      return v1::KEY_PURPOSE_SEALING;
  }
}

// Those of the route that something may be sealed to.
std::vector<v1::SealingCertificate> CertificatesOf(const v1::Route& route) {
  std::vector<v1::SealingCertificate> all(route.sealing_certificates().begin(),
                                          route.sealing_certificates().end());
  all.insert(
      all.end(), route.custodian_certificates().begin(), route.custodian_certificates().end());
  return all;
}

absl::Status NotTrusted(const std::string& authority, Sentence why) {
  return Explained(Error(Reason::KEY_NOT_TRUSTED).Field(authority), why);
}

// The statement by itself: whose word it is, and about what.
absl::Status CheckStatement(const OfficeProfile& profile,
                            const std::string& authority,
                            const v1::SealingCertificate& sealing,
                            Instant now) {
  const auto pinned = profile.identities.find(authority);
  if (pinned == profile.identities.end()) {
    return NotTrusted(authority, Sentence::IDENTITY_NOT_FIXED);
  }
  if (ToHex(Sha256(sealing.statement().identity_key())) != pinned->second) {
    return NotTrusted(authority, Sentence::OTHER_IDENTITY);
  }
  auto body = VerifyKeyStatement(sealing.statement());
  if (!body.ok()) return NotTrusted(authority, Sentence::STATEMENT_SIGNATURE);
  if (body->trust_domain() != profile.trust_domain || body->authority() != authority ||
      body->certificate_sha256() != Sha256(sealing.certificate()) ||
      body->purpose() != KeyPurposeOf(sealing.purpose()) || body->revoked()) {
    return NotTrusted(authority, Sentence::STATEMENT_OF_OTHER);
  }
  if (now.unix_ms < body->not_before_unix_ms() || now.unix_ms > body->not_after_unix_ms()) {
    return NotTrusted(authority, Sentence::STATEMENT_NOT_NOW);
  }
  return absl::OkStatus();
}

// "<trust domain>/log/<n>" with a smaller n: a log that was ended by a restore, a new year or a new
// key, and to whose head the one now commits.
bool IsEarlierLog(absl::string_view origin, absl::string_view current) {
  const size_t slash = current.rfind('/');
  uint64_t number = 0;
  uint64_t current_number = 0;
  return slash != current.npos && origin.substr(0, slash + 1) == current.substr(0, slash + 1) &&
         absl::SimpleAtoi(origin.substr(slash + 1), &number) &&
         absl::SimpleAtoi(current.substr(slash + 1), &current_number) && number >= 1 &&
         number < current_number;
}

// Where a statement has to be proven: in its own log, which a later one of the hub does not excuse.
// Only for a log before the one whose key we have, under a key that we may not know, the current
// one has to do (0).
uint64_t LogToProveIn(const v1::KeyStatement& statement, const merkle::VerifierKey& key) {
  const auto origin = merkle::LogOrigin::Parse(statement.log_origin());
  return origin.ok() && !IsEarlierLog(statement.log_origin(), key.name) ? origin->number : 0;
}

absl::Status CheckInLog(Connection& connection,
                        const SignedHead& head,
                        const std::string& authority,
                        const v1::KeyStatement& statement) {
  std::vector<merkle::Hash> hashes;
  if (statement.log_origin() == head.checkpoint.origin) {
    ROG_ASSIGN_OR_RETURN(hashes, FetchInclusion(connection, head, statement.leaf_index()));
  }
  return CheckStatementLeaf(authority, statement, head.checkpoint, hashes);
}

}  // namespace

absl::Status CheckStatements(const OfficeProfile& profile,
                             const v1::ResolveRecipientsResponse& routes,
                             Instant now) {
  for (const v1::Route& route : routes.routes()) {
    const std::string& authority = route.authority().id();
    if (route.sealing_certificates().empty())
      return NotTrusted(authority, Sentence::NO_SEALING_KEY);
    for (const v1::SealingCertificate& sealing : CertificatesOf(route)) {
      ROG_RETURN_IF_ERROR(CheckStatement(profile, authority, sealing, now));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckStatementLeaf(const std::string& authority,
                                const v1::KeyStatement& statement,
                                const merkle::Checkpoint& head,
                                const std::vector<merkle::Hash>& proof) {
  if (statement.log_origin() != head.origin) {
    return IsEarlierLog(statement.log_origin(), head.origin)
               ? absl::OkStatus()
               : NotTrusted(authority, Sentence::STATEMENT_IN_OTHER_LOG);
  }
  const Bytes leaf = FormatLeaf(
      KeyStatementLeaf{statement.statement(), statement.signature(), statement.identity_key()});
  const absl::Status included = merkle::VerifyInclusion(
      merkle::LeafHash(leaf), statement.leaf_index(), head.size, proof, head.root);
  return included.ok() ? included : NotTrusted(authority, Sentence::STATEMENT_NOT_IN_LOG);
}

absl::Status CheckRoutes(const OfficeProfile& profile,
                         Connection& connection,
                         const v1::ResolveRecipientsResponse& routes,
                         Instant now) {
  ROG_RETURN_IF_ERROR(CheckStatements(profile, routes, now));
  ROG_ASSIGN_OR_RETURN(const auto key, merkle::VerifierKey::Parse(profile.log_key));
  std::map<uint64_t, SignedHead> heads;
  for (const v1::Route& route : routes.routes()) {
    const std::string& authority = route.authority().id();
    for (const v1::SealingCertificate& sealing : CertificatesOf(route)) {
      const uint64_t log = LogToProveIn(sealing.statement(), key);
      if (!heads.contains(log)) {
        ROG_ASSIGN_OR_RETURN(heads[log], FetchHead(connection, key, log));
      }
      const SignedHead& head = heads[log];
      if (log != 0 && head.checkpoint.origin != sealing.statement().log_origin()) {
        return NotTrusted(authority, Sentence::HUB_ANSWERS_OTHER_LOG);
      }
      ROG_RETURN_IF_ERROR(CheckInLog(connection, head, authority, sealing.statement()));
    }
  }
  return absl::OkStatus();
}

}  // namespace rogatoria::client
