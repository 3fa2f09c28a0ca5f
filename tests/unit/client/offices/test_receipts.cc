#include "tests/unit/client/offices/test_receipts.h"

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/random.h"
#include "common/crypto/digest.h"
#include "common/crypto/secret.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/verifier_key.h"
#include "common/model/header.h"
#include "common/model/leaf.h"
#include "common/receipt/receipt.h"

namespace rogatoria::client {
namespace {

template <typename T>
T Must(absl::StatusOr<T> value) {
  ROG_CHECK(value.ok(), "test setup");
  return *std::move(value);
}

LegalDate SomeDate() {
  return {"2026-11-25",
          "NEXT_WORKING_DAY",
          "America/Bogota",
          "co-national",
          1,
          ToHex(Sha256("calendar")),
          "2024a"};
}

}  // namespace

Evidence HonestEvidence(const v1::Act& act,
                        const Certificate& signer,
                        v1::TransportEvent event,
                        const std::string& recipient) {
  const v1::ActHeader header = Must(ParseHeader(act.header()));
  Evidence evidence;
  evidence.event = event;
  evidence.trust_domain = header.trust_domain();
  evidence.governing_law = "ES";
  evidence.act_id = header.act_id();
  evidence.case_id = header.case_id();
  evidence.kind = header.kind();
  evidence.case_position = 1;
  evidence.disposition = v1::ACT_DISPOSITION_IN_SEQUENCE;
  evidence.sender = header.sender();
  evidence.recipient = recipient;
  evidence.channel_class = header.channel_class();
  evidence.legal_basis = header.legal_basis().instrument();
  evidence.channel_basis = header.channel_basis();
  evidence.effect = StatedEffect::kFormal;
  evidence.header_sha256 = ToHex(Sha256(act.header()));
  evidence.content_sha256 = ToHex(header.content().sealed_sha256());
  evidence.signer_sha256 = signer.fingerprint_sha256();
  evidence.signed_by_user = true;
  evidence.instant = SystemClock().Now();
  if (event == v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT) evidence.legal_date = SomeDate();
  if (event == v1::TRANSPORT_EVENT_SUBMISSION_REJECTION) {
    evidence.case_position = 0;
    evidence.disposition = v1::ACT_DISPOSITION_REFUSED;
  }
  return evidence;
}

TestReceipts::TestReceipts(const std::string& trust_domain)
    : origin_(absl::StrCat(trust_domain, "/log/2")),
      signer_(Must(Ed25519FileSigner::FromKey(Must(PrivateKey::Generate(KeyAlgorithm::kEd25519))))),
      verifier_key_(Must(merkle::VerifierKey::Make(
                             origin_, merkle::SignatureType::kEd25519, signer_.PublicKey()))
                        .ToText()) {}

v1::Receipt TestReceipts::Make(const Evidence& evidence) {
  ReceiptParts parts;
  parts.evidence = FormatEvidence(evidence);
  parts.salt = SystemRandom().Generate(32);
  const Bytes leaf =
      FormatLeaf(CommitmentLeaf{RecordClass::kEvidence, Commit(parts.salt, parts.evidence)});
  parts.note = Must(merkle::SignCheckpoint({origin_, 1, merkle::LeafHash(leaf), {}}, signer_));
  v1::Receipt receipt;
  receipt.set_event(evidence.event);
  receipt.set_act_id(evidence.act_id);
  receipt.set_recipient(evidence.recipient);
  receipt.set_level(v1::RECEIPT_LEVEL_BROKER);
  receipt.set_content(FormatReceipt(parts));
  return receipt;
}

std::string TestReceipts::Head(uint64_t size) {
  return Must(merkle::SignCheckpoint({origin_, size, merkle::LeafHash("leaf"), {}}, signer_));
}

}  // namespace rogatoria::client
