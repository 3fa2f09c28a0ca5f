#include "common/client/key_trust.h"

#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
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
    default:
      return v1::KEY_PURPOSE_SEALING;
  }
}

absl::Status NotTrusted(const std::string& authority, absl::string_view why) {
  return Error(Reason::KEY_NOT_TRUSTED).Field(authority).Accepted(why);
}

// The statement by itself: whose word it is, and about what.
absl::Status CheckStatement(const OfficeProfile& profile,
                            const std::string& authority,
                            const v1::SealingCertificate& sealing,
                            Instant now) {
  const auto pinned = profile.identities.find(authority);
  if (pinned == profile.identities.end()) {
    return NotTrusted(authority,
                      absl::StrCat("add its identity fingerprint, obtained by another way, "
                                   "under [identities] in the profile"));
  }
  if (ToHex(Sha256(sealing.statement().identity_key())) != pinned->second) {
    return NotTrusted(authority, "the statement is by another identity key than the one you fixed");
  }
  auto body = VerifyKeyStatement(sealing.statement());
  if (!body.ok()) return NotTrusted(authority, "the statement's signature does not hold");
  if (body->trust_domain() != profile.trust_domain || body->authority() != authority ||
      body->certificate_sha256() != Sha256(sealing.certificate()) ||
      body->purpose() != KeyPurposeOf(sealing.purpose()) || body->revoked()) {
    return NotTrusted(authority, "the statement speaks of another certificate or purpose");
  }
  if (now.unix_ms < body->not_before_unix_ms() || now.unix_ms > body->not_after_unix_ms()) {
    return NotTrusted(authority, "the statement does not hold at this time");
  }
  return absl::OkStatus();
}

// The head of the log that proofs are checked against, signed under the key we trust.
struct TrustedHead {
  uint64_t log = 0;
  merkle::Checkpoint checkpoint;
};

// Of one log; 0 for the current one.
absl::StatusOr<TrustedHead> FetchHead(const merkle::VerifierKey& key,
                                      Connection& connection,
                                      uint64_t log) {
  v1::GetCheckpointRequest request;
  request.set_log(log);
  ROG_ASSIGN_OR_RETURN(
      v1::GetCheckpointResponse head,
      connection.Call(connection.audit(), &v1::AuditService::Stub::GetCheckpoint, request));
  ROG_ASSIGN_OR_RETURN(
      merkle::VerifiedCheckpoint verified,
      merkle::VerifyCheckpoint(head.checkpoint(), {merkle::KeyOfLogOf(head.checkpoint(), key)}));
  return TrustedHead{head.log(), std::move(verified.checkpoint)};
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
                        const TrustedHead& head,
                        const std::string& authority,
                        const v1::KeyStatement& statement) {
  std::vector<merkle::Hash> hashes;
  if (statement.log_origin() == head.checkpoint.origin) {
    v1::GetInclusionProofRequest request;
    request.set_log(head.log);
    request.set_index(statement.leaf_index());
    request.set_tree_size(head.checkpoint.size);
    ROG_ASSIGN_OR_RETURN(
        v1::GetInclusionProofResponse proof,
        connection.Call(connection.audit(), &v1::AuditService::Stub::GetInclusionProof, request));
    for (const Bytes& hash : proof.hashes()) {
      ROG_ASSIGN_OR_RETURN(hashes.emplace_back(), merkle::Hash::FromBytes(hash));
    }
  }
  return CheckStatementLeaf(authority, statement, head.checkpoint, hashes);
}

}  // namespace

absl::Status CheckStatements(const OfficeProfile& profile,
                             const v1::ResolveRecipientsResponse& routes,
                             Instant now) {
  for (const v1::Route& route : routes.routes()) {
    const std::string& authority = route.authority().id();
    if (route.sealing_certificates().empty()) return NotTrusted(authority, "it has no sealing key");
    for (const v1::SealingCertificate& sealing : route.sealing_certificates()) {
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
               : NotTrusted(authority, "the statement is in another log than the hub's");
  }
  const Bytes leaf = FormatLeaf(
      KeyStatementLeaf{statement.statement(), statement.signature(), statement.identity_key()});
  const absl::Status included = merkle::VerifyInclusion(
      merkle::LeafHash(leaf), statement.leaf_index(), head.size, proof, head.root);
  return included.ok() ? included : NotTrusted(authority, "the statement is not in the hub's log");
}

absl::Status CheckRoutes(const OfficeProfile& profile,
                         Connection& connection,
                         const v1::ResolveRecipientsResponse& routes,
                         Instant now) {
  ROG_RETURN_IF_ERROR(CheckStatements(profile, routes, now));
  ROG_ASSIGN_OR_RETURN(const auto key, merkle::VerifierKey::Parse(profile.log_key));
  std::map<uint64_t, TrustedHead> heads;
  for (const v1::Route& route : routes.routes()) {
    const std::string& authority = route.authority().id();
    for (const v1::SealingCertificate& sealing : route.sealing_certificates()) {
      const uint64_t log = LogToProveIn(sealing.statement(), key);
      if (!heads.contains(log)) {
        ROG_ASSIGN_OR_RETURN(heads[log], FetchHead(key, connection, log));
      }
      const TrustedHead& head = heads[log];
      if (log != 0 && head.checkpoint.origin != sealing.statement().log_origin()) {
        return NotTrusted(authority, "the hub answers with another log than the statement's");
      }
      ROG_RETURN_IF_ERROR(CheckInLog(connection, head, authority, sealing.statement()));
    }
  }
  return absl::OkStatus();
}

}  // namespace rogatoria::client
