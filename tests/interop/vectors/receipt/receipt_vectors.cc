#include "tests/interop/vectors/receipt/receipt_vectors.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/crypto/secret.h"
#include "common/crypto/signer.h"
#include "common/merkle/batch_nodes.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/cosignature.h"
#include "common/merkle/note.h"
#include "common/merkle/proof.h"
#include "common/model/leaf.h"
#include "common/receipt/receipt.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kTrustDomain = "rogatoria.example";
constexpr absl::string_view kOrigin = "rogatoria.example/log/1";
constexpr absl::string_view kForeignOrigin = "other.example/log/1";
constexpr absl::string_view kWitness = "witness.example.net/w1";
constexpr absl::string_view kActId = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";
constexpr int64_t kInstantMs = 1795521600123;  // 2026-11-24T12:00:00.123Z
constexpr uint64_t kLeaves = 13;               // 8 + 4 + 1

std::unique_ptr<Signer> SignerOf(char seed) {
  return std::make_unique<Ed25519FileSigner>(
      *Ed25519FileSigner::FromSeed(SecretBytes(Bytes(32, seed))));
}

// A.1 of a formal request, and what follows from it.
Evidence Acceptance() {
  Evidence evidence;
  evidence.event = v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE;
  evidence.trust_domain = std::string(kTrustDomain);
  evidence.governing_law = "ES";
  evidence.act_id = evidence.case_id = std::string(kActId);
  evidence.kind = v1::ACT_KIND_REQUEST;
  evidence.case_position = 1;
  evidence.disposition = v1::ACT_DISPOSITION_IN_SEQUENCE;
  evidence.sender = "pt-pgr";
  evidence.channel_class = v1::CHANNEL_CLASS_FORMAL;
  evidence.legal_basis = "UN-TIP-2000";
  evidence.channel_basis = "COMJIB-MEDELLIN-2019";
  evidence.effect = StatedEffect::kFormalOriginal;
  evidence.header_sha256 = ToHex(Sha256("header"));
  evidence.content_sha256 = ToHex(Sha256("content"));
  evidence.signer_sha256 = ToHex(Sha256("certificate"));
  evidence.signed_by_user = true;
  evidence.instant = {kInstantMs};
  return evidence;
}

Evidence Consignment() {
  Evidence evidence = Acceptance();
  evidence.event = v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT;
  evidence.recipient = "co-fgn";
  evidence.legal_date = {"2026-11-25",
                         "NEXT_WORKING_DAY",
                         "America/Bogota",
                         "co-national",
                         3,
                         ToHex(Sha256("calendar")),
                         "2024a"};
  return evidence;
}

Evidence Handover() {
  Evidence evidence = Acceptance();
  evidence.event = v1::TRANSPORT_EVENT_CONTENT_HANDOVER;
  evidence.recipient = "co-fgn";
  evidence.instant = {kInstantMs + 61 * 1000};
  evidence.acknowledgement_sha256 = ToHex(Sha256("statement"));
  return evidence;
}

Evidence Rejection() {
  Evidence evidence = Acceptance();
  evidence.event = v1::TRANSPORT_EVENT_SUBMISSION_REJECTION;
  evidence.case_position = 0;
  evidence.disposition = v1::ACT_DISPOSITION_REFUSED;
  evidence.reason = "NOT_DESIGNATED";
  return evidence;
}

// What was not there in time, and the deadline that was missed so.
Evidence NotRetrieved() {
  Evidence evidence = Handover();
  evidence.event = v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE;
  evidence.instant = {kInstantMs + 1000};
  evidence.acknowledgement_sha256.clear();
  evidence.reason = "NOT_RETRIEVED";
  return evidence;
}

Evidence DeadlineMissed() {
  Evidence evidence = Acceptance();
  evidence.event = v1::TRANSPORT_EVENT_DEADLINE_MISSED;
  evidence.instant = {kInstantMs + 2000};
  evidence.missed = {"EXECUTE", "medellin-execute", {kInstantMs + 1000}, {1, 3}, "co-fgn"};
  return evidence;
}

struct Case {
  std::string name;
  Bytes content;
  bool good = true;
  std::string why;
};

Bytes SaltOf(uint64_t index) {
  return Sha256(absl::StrCat("salt ", index));
}

Bytes Replaced(const Bytes& text, absl::string_view from, absl::string_view to) {
  return absl::StrReplaceAll(text, {{from, to}});
}

// A log with the four evidences at known places and other leaves around them.
class Maker {
 public:
  Maker();
  absl::StatusOr<std::map<std::string, Bytes>> Make();

 private:
  Bytes LeafAt(uint64_t index) const;
  Bytes EvidenceAt(uint64_t index) const;
  Bytes Sign(absl::string_view origin, Signer& signer) const;
  ReceiptParts PartsOf(uint64_t index) const;
  Bytes ReceiptOf(uint64_t index) const { return FormatReceipt(PartsOf(index)); }
  Bytes Witnessed(const Bytes& note) const;
  // A receipt whose leaf is as given, alone in a log of its own.
  Bytes Alone(const Bytes& evidence, const Bytes& leaf, absl::string_view origin) const;

  Bytes AloneAs(const Evidence& evidence) const;

  std::vector<Case> Good() const;
  std::vector<Case> Malformed() const;
  std::vector<Case> Untrue() const;
  std::vector<Case> Untrusted() const;

  std::unique_ptr<Signer> log_ = SignerOf('\x11');
  std::unique_ptr<Signer> witness_ = SignerOf('\x12');
  std::unique_ptr<Signer> stranger_ = SignerOf('\x13');
  merkle::BatchNodes nodes_{merkle::Frontier()};
};

constexpr uint64_t kAcceptanceAt = 5;
constexpr uint64_t kConsignmentAt = 6;
constexpr uint64_t kRejectionAt = 9;
constexpr uint64_t kHandoverAt = 12;  // the last one: the edge of the tree

Bytes Maker::EvidenceAt(uint64_t index) const {
  if (index == kAcceptanceAt) return FormatEvidence(Acceptance());
  if (index == kConsignmentAt) return FormatEvidence(Consignment());
  if (index == kRejectionAt) return FormatEvidence(Rejection());
  if (index == kHandoverAt) return FormatEvidence(Handover());
  return "";
}

Bytes Maker::LeafAt(uint64_t index) const {
  const Bytes evidence = EvidenceAt(index);
  if (evidence.empty()) return FormatLeaf(CommitmentLeaf{RecordClass::kAudit, SaltOf(100 + index)});
  return FormatLeaf(CommitmentLeaf{RecordClass::kEvidence, Commit(SaltOf(index), evidence)});
}

Maker::Maker() {
  for (uint64_t i = 0; i < kLeaves; ++i) nodes_.Append(merkle::LeafHash(LeafAt(i)));
}

Bytes Maker::Sign(absl::string_view origin, Signer& signer) const {
  return *merkle::SignCheckpoint({std::string(origin), kLeaves, nodes_.Root(), {}}, signer);
}

ReceiptParts Maker::PartsOf(uint64_t index) const {
  return {EvidenceAt(index),
          SaltOf(index),
          index,
          *merkle::InclusionProof(index, kLeaves, nodes_.Reader()),
          Sign(kOrigin, *log_)};
}

Bytes Maker::Witnessed(const Bytes& note) const {
  const std::string text = merkle::ParseNote(note)->text;
  return *merkle::AddSignature(note, *merkle::Cosign(text, kWitness, 1795521700, *witness_));
}

Bytes Maker::Alone(const Bytes& evidence, const Bytes& leaf, absl::string_view origin) const {
  merkle::BatchNodes nodes{merkle::Frontier()};
  nodes.Append(merkle::LeafHash(leaf));
  const Bytes note = *merkle::SignCheckpoint({std::string(origin), 1, nodes.Root(), {}}, *log_);
  return FormatReceipt({evidence, SaltOf(0), 0, {}, note});
}

Bytes Maker::AloneAs(const Evidence& evidence) const {
  const Bytes text = FormatEvidence(evidence);
  const Bytes leaf = FormatLeaf(CommitmentLeaf{RecordClass::kEvidence, Commit(SaltOf(0), text)});
  return Alone(text, leaf, kOrigin);
}

// The third column of a good receipt.
std::string Expected(absl::string_view event,
                     uint64_t index,
                     uint64_t size,
                     absl::string_view level) {
  return absl::StrCat("event=", event, " index=", index, " size=", size, " level=", level);
}

std::vector<Case> Maker::Good() const {
  const Bytes alone = FormatEvidence(Acceptance());
  const Bytes leaf = FormatLeaf(CommitmentLeaf{RecordClass::kEvidence, Commit(SaltOf(0), alone)});
  ReceiptParts witnessed = PartsOf(kAcceptanceAt);
  witnessed.note = Witnessed(witnessed.note);
  return {
      {"acceptance", ReceiptOf(kAcceptanceAt), true, Expected("A.1", 5, 13, "BROKER")},
      {"consignment", ReceiptOf(kConsignmentAt), true, Expected("D.1", 6, 13, "BROKER")},
      {"rejection", ReceiptOf(kRejectionAt), true, Expected("A.2", 9, 13, "BROKER")},
      {"handover-at-the-edge", ReceiptOf(kHandoverAt), true, Expected("E.1", 12, 13, "BROKER")},
      {"witnessed", FormatReceipt(witnessed), true, Expected("A.1", 5, 13, "WITNESSED")},
      {"not-retrieved", AloneAs(NotRetrieved()), true, Expected("E.2", 0, 1, "BROKER")},
      {"deadline-missed", AloneAs(DeadlineMissed()), true, Expected("X.1", 0, 1, "BROKER")},
      {"only-leaf", Alone(alone, leaf, kOrigin), true, Expected("A.1", 0, 1, "BROKER")},
  };
}

std::vector<Case> Maker::Malformed() const {
  const Bytes good = ReceiptOf(kConsignmentAt);
  const Bytes salt = absl::StrCat("salt ", ToBase64(SaltOf(kConsignmentAt)), "\n");
  const Bytes evidence = EvidenceAt(kConsignmentAt);
  const auto with_evidence = [&](const Bytes& other) { return Replaced(good, evidence, other); };
  return {
      {"empty", "", false, "nothing"},
      {"first-line",
       Replaced(good, "rogatoria-receipt v1", "rogatoria-receipt v2"),
       false,
       "another version"},
      {"no-salt", Replaced(good, salt, ""), false, "no salt"},
      {"salt-too-short",
       Replaced(good, salt, absl::StrCat("salt ", ToBase64(Bytes(31, 's')), "\n")),
       false,
       "a salt of 31 bytes"},
      {"salt-without-padding",
       Replaced(good, "=\nrogatoria-evidence", "\nrogatoria-evidence"),
       false,
       "base64 without padding"},
      {"no-empty-line",
       Replaced(good, "\n\nc2sp.org", "\nc2sp.org"),
       false,
       "no empty line before the proof"},
      {"two-empty-lines",
       Replaced(good, "\n\nc2sp.org", "\n\n\nc2sp.org"),
       false,
       "two empty lines before the proof"},
      {"carriage-return", Replaced(good, "\n", "\r\n"), false, "carriage returns"},
      {"no-last-line-feed", good.substr(0, good.size() - 1), false, "no line feed at the end"},
      {"trailing-text", good + "x\n", false, "text behind the checkpoint"},
      {"cut-off", good.substr(0, good.size() / 2), false, "the second half is missing"},
      {"no-proof", good.substr(0, good.find("c2sp.org")), false, "no proof"},
      {"extra",
       Replaced(good, "proof@v1\n", "proof@v1\nextra aGVsbG8=\n"),
       false,
       "extra data, which nothing protects"},
      {"evidence-line-missing",
       with_evidence(Replaced(evidence, "governing-law ES\n", "")),
       false,
       "a line of the evidence is missing"},
      {"evidence-line-added",
       with_evidence(evidence + "remark none\n"),
       false,
       "an unknown line in the evidence"},
      {"evidence-lines-swapped",
       with_evidence(Replaced(
           evidence, "sender pt-pgr\nrecipient co-fgn\n", "recipient co-fgn\nsender pt-pgr\n")),
       false,
       "two lines of the evidence swapped"},
  };
}

// Well formed, and not so.
std::vector<Case> Maker::Untrue() const {
  const Bytes good = ReceiptOf(kConsignmentAt);
  ReceiptParts other_salt = PartsOf(kConsignmentAt);
  other_salt.salt = SaltOf(kAcceptanceAt);
  ReceiptParts other_evidence = PartsOf(kConsignmentAt);
  other_evidence.evidence = EvidenceAt(kAcceptanceAt);
  ReceiptParts other_index = PartsOf(kConsignmentAt);
  other_index.index = kAcceptanceAt;
  ReceiptParts hash_missing = PartsOf(kConsignmentAt);
  hash_missing.proof.pop_back();
  ReceiptParts hash_added = PartsOf(kConsignmentAt);
  hash_added.proof.push_back(merkle::LeafHash("x"));
  const Bytes evidence = FormatEvidence(Acceptance());
  const Bytes audit = FormatLeaf(CommitmentLeaf{RecordClass::kAudit, Commit(SaltOf(0), evidence)});
  return {
      {"altered-instant", Replaced(good, "00.123Z", "00.124Z"), false, "a millisecond later"},
      {"altered-legal-date", Replaced(good, "2026-11-25", "2026-11-26"), false, "a day later"},
      {"altered-recipient", Replaced(good, "co-fgn", "br-mpf"), false, "another recipient"},
      {"altered-due",
       Replaced(AloneAs(DeadlineMissed()), "due 2026-11-24T12:00:01", "due 2026-11-24T12:00:00"),
       false,
       "a deadline a second earlier"},
      {"altered-concerned",
       Replaced(AloneAs(DeadlineMissed()), "concerned co-fgn", "concerned br-mpf"),
       false,
       "the deadline of another authority"},
      {"altered-effect",
       Replaced(good, "effect FORMAL_ORIGINAL", "effect FORMAL"),
       false,
       "another effect"},
      {"other-salt", FormatReceipt(other_salt), false, "the salt of another entry"},
      {"other-evidence", FormatReceipt(other_evidence), false, "the evidence of another entry"},
      {"other-index", FormatReceipt(other_index), false, "the index of another entry"},
      {"hash-missing", FormatReceipt(hash_missing), false, "a hash too few"},
      {"hash-added", FormatReceipt(hash_added), false, "a hash too many"},
      {"audit-leaf",
       Alone(evidence, audit, kOrigin),
       false,
       "the leaf commits to it as an audit record"},
  };
}

std::vector<Case> Maker::Untrusted() const {
  ReceiptParts stranger = PartsOf(kAcceptanceAt);
  stranger.note = Sign(kOrigin, *stranger_);
  ReceiptParts altered_root = PartsOf(kAcceptanceAt);
  altered_root.note = Replaced(
      altered_root.note, nodes_.Root().ToBase64(), merkle::LeafHash("another root").ToBase64());
  ReceiptParts witness_only = PartsOf(kAcceptanceAt);
  const merkle::Note note = *merkle::ParseNote(Witnessed(witness_only.note));
  witness_only.note = *merkle::FormatNote({note.text, {note.signatures.back()}});
  const Bytes evidence = FormatEvidence(Acceptance());
  const Bytes leaf =
      FormatLeaf(CommitmentLeaf{RecordClass::kEvidence, Commit(SaltOf(0), evidence)});
  return {
      {"stranger", FormatReceipt(stranger), false, "signed by a key that nobody trusts"},
      {"altered-root", FormatReceipt(altered_root), false, "the signature is over another root"},
      {"witness-only", FormatReceipt(witness_only), false, "the log itself did not sign"},
      {"foreign-log",
       Alone(evidence, leaf, kForeignOrigin),
       false,
       "a trusted log of another trust domain than the evidence names"},
  };
}

absl::StatusOr<std::map<std::string, Bytes>> Maker::Make() {
  std::map<std::string, Bytes> files;
  using merkle::SignatureType;
  for (const absl::string_view origin : {kOrigin, kForeignOrigin}) {
    ROG_ASSIGN_OR_RETURN(
        const merkle::VerifierKey key,
        merkle::VerifierKey::Make(origin, SignatureType::kEd25519, log_->PublicKey()));
    absl::StrAppend(&files["receipt/log-keys.txt"], key.ToText(), "\n");
  }
  ROG_ASSIGN_OR_RETURN(
      const merkle::VerifierKey witness,
      merkle::VerifierKey::Make(kWitness, SignatureType::kCosignatureV1, witness_->PublicKey()));
  files["receipt/witness-keys.txt"] = witness.ToText() + "\n";
  Bytes& table = files["receipt/cases.tsv"];
  for (const auto& cases : {Good(), Malformed(), Untrue(), Untrusted()}) {
    for (const Case& item : cases) {
      const std::string file = absl::StrCat(item.good ? "good-" : "bad-", item.name, ".receipt");
      files["receipt/" + file] = item.content;
      absl::StrAppend(&table, file, "\t", item.good ? "good" : "bad", "\t", item.why, "\n");
    }
  }
  return files;
}

}  // namespace

absl::StatusOr<std::map<std::string, Bytes>> MakeReceiptVectors() {
  return Maker().Make();
}

}  // namespace rogatoria
