// LinkKeys of drafts.h: from statements in any order to chains that hold.
#include <algorithm>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/crypto/digest.h"
#include "common/directory/drafts.h"
#include "common/directory/key_statement.h"
#include "common/model/canonical.h"

namespace rogatoria {
namespace {

using Chain = std::vector<const KeyStatementDraft*>;

constexpr size_t kMostCores = 4;

// By which digest a statement names the one before it; the form is checked later, with the rest.
Bytes PreviousOf(const v1::KeyStatement& statement) {
  v1::KeyStatementBody body;
  if (!FromSignedBytes(kKeyStatementFirstLine, statement.statement(), body).ok()) return "";
  return body.previous_sha256();
}

// Puts the statements of one authority in order. Those that do not follow come last, so that the
// check of the chain names them.
Chain Order(const Chain& given) {
  std::multimap<Bytes, const KeyStatementDraft*> by_previous;
  for (const auto* draft : given) by_previous.emplace(PreviousOf(draft->statement), draft);
  Chain chain;
  Bytes last;
  for (auto next = by_previous.find(last); next != by_previous.end();
       next = by_previous.find(last)) {
    chain.push_back(next->second);
    last = KeyStatementDigest(next->second->statement);
    by_previous.erase(next);
  }
  for (const auto& [previous, draft] : by_previous) chain.push_back(draft);
  return chain;
}

bool FitsPurpose(const Certificate& certificate, v1::KeyPurpose purpose) {
  if (purpose == v1::KEY_PURPOSE_ORGANISATION_SEAL) return certificate.allows_signing();
  return certificate.key_algorithm() == KeyAlgorithm::kRsa ? certificate.allows_key_encipherment()
                                                           : certificate.allows_key_agreement();
}

// The certificate of a statement that stands, or a problem.
bool CheckCertificate(const KeyStatementDraft& draft,
                      const v1::KeyStatementBody& body,
                      Problems& problems) {
  if (!draft.certificate.has_value()) {
    problems.Add(draft.place,
                 "key_statement: `certificate` is missing or not readable",
                 "a statement that stands needs its certificate");
    return false;
  }
  if (draft.certificate->fingerprint_bytes() != body.certificate_sha256()) {
    problems.Add(draft.place,
                 "key_statement: `certificate` is not the one stated",
                 absl::StrCat("accepted: that with SHA-256 ", ToHex(body.certificate_sha256())));
    return false;
  }
  if (!FitsPurpose(*draft.certificate, body.purpose())) {
    problems.Add(draft.place,
                 "key_statement: the certificate's key usage does not allow its purpose",
                 "digitalSignature for a seal, keyAgreement or keyEncipherment for sealing");
    return false;
  }
  return true;
}

// Whoever holds a custodian's key must not get at the other share or at the body by it.
void CheckApart(const AuthorityEntry& entry,
                const KeyStatementDraft& draft,
                v1::KeyPurpose purpose,
                Problems& problems) {
  for (const StatedKey& key : entry.keys) {
    if (key.certificate.fingerprint_bytes() != draft.certificate->fingerprint_bytes()) continue;
    if (key.purpose == purpose || (!IsCustodians(key.purpose) && !IsCustodians(purpose))) continue;
    problems.Add(draft.place,
                 "key_statement: a certificate of custodians has another purpose, too",
                 "a certificate of its own for each of the two groups of custodians");
  }
}

void GiveKeys(const Chain& chain,
              const std::vector<v1::KeyStatementBody>& bodies,
              AuthorityEntry& entry,
              Drafts& drafts) {
  for (const auto* draft : chain) entry.statements.push_back(draft->statement);
  for (size_t i : StandingStatements(bodies)) {
    if (!CheckCertificate(*chain[i], bodies[i], drafts.problems)) continue;
    const Certificate& certificate = *chain[i]->certificate;
    CheckApart(entry, *chain[i], bodies[i].purpose(), drafts.problems);
    if (bodies[i].purpose() == v1::KEY_PURPOSE_ORGANISATION_SEAL) {
      drafts.definitions.push_back(
          {"signing certificate", certificate.fingerprint_sha256(), chain[i]->place});
    }
    entry.keys.push_back({bodies[i].purpose(),
                          certificate,
                          chain[i]->statement,
                          Instant{bodies[i].not_before_unix_ms()},
                          Instant{bodies[i].not_after_unix_ms()}});
  }
}

// What an authority states, in order, and what became of its signatures.
struct VerifiedChain {
  Chain chain;  // empty: it states nothing
  absl::StatusOr<std::vector<v1::KeyStatementBody>> bodies = std::vector<v1::KeyStatementBody>();
};

void Verify(const AuthorityEntry& entry, const std::string& trust_domain, VerifiedChain& verified) {
  if (verified.chain.empty() || entry.identity_sha256.empty()) return;
  verified.chain = Order(verified.chain);
  std::vector<v1::KeyStatement> statements;
  for (const auto* draft : verified.chain) statements.push_back(draft->statement);
  verified.bodies =
      VerifyKeyStatementChain(statements, trust_domain, entry.record.id(), entry.identity_sha256);
}

// The signatures are much of what reading a large directory costs: the cores share them.
void VerifyAll(const Drafts& drafts, std::vector<VerifiedChain>& verified) {
  const std::vector<AuthorityEntry>& entries = drafts.contents.authorities;
  const auto verify_every = [&](size_t from, size_t step) {
    for (size_t i = from; i < entries.size(); i += step) {
      Verify(entries[i], drafts.trust_domain, verified[i]);
    }
  };
  const size_t cores = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kMostCores);
  const size_t shares = std::min(cores, entries.size());
  std::vector<std::thread> others;
  for (size_t i = 1; i < shares; ++i) others.emplace_back(verify_every, i, shares);
  verify_every(0, shares);
  for (std::thread& other : others) other.join();
}

void LinkAuthority(AuthorityEntry& entry, const VerifiedChain& verified, Drafts& drafts) {
  const auto& [chain, bodies] = verified;
  if (chain.empty()) return;
  if (entry.identity_sha256.empty()) {
    drafts.problems.Add(
        chain.front()->place,
        absl::StrCat("key_statement: ", entry.record.id(), " has no [[identity_key]]"),
        "one is required, with the fingerprint fixed at enrolment");
    return;
  }
  if (bodies.ok()) return GiveKeys(chain, *bodies, entry, drafts);

  // "statements[2].signature": the index says whose place to name.
  const auto details = GetErrorDetails(bodies.status());
  size_t index = 0;
  while (index + 1 < chain.size() &&
         details->field.find(absl::StrCat("statements[", index, "]")) != 0) {
    ++index;
  }
  drafts.problems.Add(chain[index]->place,
                      absl::StrCat("key_statement: it does not hold (", details->field, ")"),
                      absl::StrCat("accepted: ", details->accepted));
}

}  // namespace

void LinkKeys(Drafts& drafts) {
  std::map<std::string, Chain> chains;
  std::map<std::string, const IdentityKeyDraft*> identities;
  for (const IdentityKeyDraft& identity : drafts.identity_keys) {
    identities[identity.authority] = &identity;
  }
  for (KeyStatementDraft& draft : drafts.statements) {
    const auto identity = identities.find(draft.authority);
    if (identity != identities.end()) {
      draft.statement.set_identity_key(identity->second->public_key);
    }
    chains[draft.authority].push_back(&draft);
  }
  std::vector<AuthorityEntry>& entries = drafts.contents.authorities;
  std::vector<VerifiedChain> verified(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    const auto identity = identities.find(entries[i].record.id());
    if (identity != identities.end()) entries[i].identity_sha256 = identity->second->sha256;
    verified[i].chain = chains[entries[i].record.id()];
  }
  VerifyAll(drafts, verified);
  for (size_t i = 0; i < entries.size(); ++i) LinkAuthority(entries[i], verified[i], drafts);
}

}  // namespace rogatoria
