// A chain of custody against the log: records that name the step and whom it concerns, and those of
// before they did.
#include "common/client/custody.h"

#include <gtest/gtest.h>

#include "common/crypto/secret.h"
#include "common/crypto/signer.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/hash.h"
#include "common/merkle/tlog_proof.h"
#include "common/model/audit_record.h"
#include "common/model/leaf.h"
#include "tests/support/status_matchers.h"

namespace rogatoria::client {
namespace {

constexpr char kOrigin[] = "rogatoria.example/log/1";
constexpr char kDocument[] = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";

AuditRecord Forwarding() {
  return {AuditOperation::kDisclosure,
          {1795521600789},
          "spiffe://rogatoria.example/authority/co-fgn/system/office",
          "/rogatoria.v1.ExchangeService/SubmitAct",
          kDocument,
          "OK",
          1,
          "FORWARDED",
          "co-fgn-norte"};
}

class CustodyTest : public testing::Test {
 protected:
  // The step in a log of one leaf, as the hub gives it: proven, whatever the record says.
  absl::Status Check(const AuditRecord& record, const std::string& authority) {
    v1::ListCustodyResponse custody;
    custody.mutable_document()->set_document_id(kDocument);
    v1::CustodyEntry& entry = *custody.add_entries();
    entry.set_event(v1::CUSTODY_EVENT_FORWARDED);
    entry.set_instant_unix_ms(record.instant.unix_ms);
    entry.set_authority(authority);
    entry.set_log(1);
    entry.set_record(FormatAuditRecord(record));
    entry.set_salt(Bytes(32, 's'));
    const Leaf leaf = CommitmentLeaf{RecordClass::kAudit, Commit(entry.salt(), entry.record())};
    merkle::TlogProof proof;
    proof.checkpoint =
        merkle::SignCheckpoint({kOrigin, 1, merkle::LeafHash(FormatLeaf(leaf)), {}}, signer_)
            .value();
    entry.set_proof(merkle::FormatTlogProof(proof).value());
    return CheckCustody(custody, Key())[0].status;
  }
  std::string Key() const {
    return merkle::VerifierKey::Make(kOrigin, merkle::SignatureType::kEd25519, signer_.PublicKey())
        ->ToText();
  }

  Ed25519FileSigner signer_ = *Ed25519FileSigner::FromSeed(SecretBytes(Bytes(32, 'k')));
};

TEST_F(CustodyTest, ToWhomADocumentWasHandedOnIsProven) {
  EXPECT_THAT(Check(Forwarding(), "co-fgn-norte"), IsOk());
  EXPECT_THAT(Check(Forwarding(), "co-fgn-sur"), HasReason(Reason::RECEIPT_NOT_VALID));
  EXPECT_THAT(Check(Forwarding(), ""), HasReason(Reason::RECEIPT_NOT_VALID));
}

TEST_F(CustodyTest, AnotherStepOfTheSameOperationIsNotTheSame) {
  AuditRecord record = Forwarding();
  record.custody = "DOWNLOADED";
  EXPECT_THAT(Check(record, "co-fgn-norte"), HasReason(Reason::RECEIPT_NOT_VALID));
}

TEST_F(CustodyTest, ARecordOfBeforeTheyWereNamedStillHolds) {
  AuditRecord record = Forwarding();
  record.custody.clear();
  EXPECT_THAT(Check(record, "co-fgn-norte"), IsOk());
  record.object = "pt-pgr/other";
  EXPECT_THAT(Check(record, "co-fgn-norte"), HasReason(Reason::RECEIPT_NOT_VALID));
}

}  // namespace
}  // namespace rogatoria::client
