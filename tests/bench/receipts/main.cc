// Receipts verified offline, one core: how many a second when each stands under a checkpoint of its
// own, and when several share one. Two share one when an act has one recipient (A.1 and D.1), 128
// when 64 acts were committed together. Beside them a bare Ed25519 verification of a checkpoint,
// which is the bound for receipts that share none. Keys are texts, as an office has them.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/random.h"
#include "common/crypto/digest.h"
#include "common/crypto/secret.h"
#include "common/crypto/signer.h"
#include "common/merkle/batch_nodes.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/proof.h"
#include "common/model/leaf.h"
#include "common/receipt/receipt.h"
#include "tests/support/cpu_time.h"

namespace rogatoria {
namespace {

constexpr char kOrigin[] = "rogatoria.example/log/1";

// A D.1 as the product writes it; an A.1 has some lines fewer.
Evidence MakeEvidence(Random& random) {
  Evidence evidence;
  evidence.event = v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT;
  evidence.trust_domain = "rogatoria.example";
  evidence.governing_law = "ES";
  evidence.act_id = absl::StrCat("pt-pgr/", GenerateUuid(random, SystemClock().Now()));
  evidence.case_id = evidence.act_id;
  evidence.kind = v1::ACT_KIND_REQUEST;
  evidence.case_position = 1;
  evidence.disposition = v1::ACT_DISPOSITION_IN_SEQUENCE;
  evidence.sender = "pt-pgr";
  evidence.recipient = "co-fgn";
  evidence.channel_class = v1::CHANNEL_CLASS_FORMAL;
  evidence.legal_basis = "UN-TIP-2000";
  evidence.channel_basis = "COMJIB-MEDELLIN-2019";
  evidence.effect = StatedEffect::kFormalOriginal;
  evidence.header_sha256 = ToHex(random.Generate(32));
  evidence.content_sha256 = ToHex(random.Generate(32));
  evidence.signer_sha256 = ToHex(random.Generate(32));
  evidence.signed_by_user = true;
  evidence.instant = SystemClock().Now();
  evidence.legal_date = {"2026-11-25",
                         "NEXT_WORKING_DAY",
                         "America/Bogota",
                         "co-national",
                         3,
                         ToHex(Sha256("calendar")),
                         "2024a"};
  return evidence;
}

// A log, and the receipts of what is appended to it.
class Log {
 public:
  // Older entries give the proofs the length that they have at a hub.
  explicit Log(size_t older) {
    for (size_t i = 0; i < older; ++i) frontier_.Append(merkle::LeafHash(absl::StrCat(i)));
  }

  // Of a batch of as many entries, under one checkpoint.
  std::vector<Bytes> AppendBatch(size_t entries) {
    merkle::BatchNodes nodes(frontier_);
    std::vector<ReceiptParts> batch(entries);
    for (ReceiptParts& parts : batch) {
      parts.evidence = FormatEvidence(MakeEvidence(random_));
      parts.salt = random_.Generate(32);
      const CommitmentLeaf leaf{RecordClass::kEvidence, Commit(parts.salt, parts.evidence)};
      parts.index = nodes.Append(merkle::LeafHash(FormatLeaf(leaf)));
    }
    const Bytes note = *merkle::SignCheckpoint({kOrigin, nodes.size(), nodes.Root(), {}}, signer_);
    std::vector<Bytes> receipts;
    for (ReceiptParts& parts : batch) {
      parts.proof = *merkle::InclusionProof(parts.index, nodes.size(), nodes.Reader());
      parts.note = note;
      receipts.push_back(FormatReceipt(parts));
    }
    frontier_ = nodes.frontier();
    return receipts;
  }

  Signer& signer() { return signer_; }
  std::string VerifierKey() const {
    return merkle::VerifierKey::Make(kOrigin, merkle::SignatureType::kEd25519, signer_.PublicKey())
        ->ToText();
  }

 private:
  SystemRandom random_;
  merkle::Frontier frontier_;
  Ed25519FileSigner signer_ = *Ed25519FileSigner::FromSeed(SecretBytes(Bytes(32, 'k')));
};

// Operations a second of one core.
double PerCpuSecond(size_t operations, const std::function<void()>& work) {
  const double before = CpuSeconds();
  work();
  return static_cast<double>(operations) / (CpuSeconds() - before);
}

double VerifyAll(const std::vector<Bytes>& receipts, const std::vector<std::string>& keys) {
  ReceiptVerifier verifier;
  return PerCpuSecond(receipts.size(), [&] {
    for (const Bytes& receipt : receipts) {
      ROG_CHECK(verifier.Verify(receipt, keys).ok(), "a receipt does not verify");
    }
  });
}

double VerifyBare(Signer& signer, size_t times) {
  const Bytes text(120, 't');
  const Bytes signature = *signer.Sign(text);
  return PerCpuSecond(times, [&] {
    for (size_t i = 0; i < times; ++i) {
      ROG_CHECK(VerifyEd25519(signer.PublicKey(), text, signature), "a signature");
    }
  });
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int Main(size_t count, size_t rounds) {
  Log log(count * 100);
  constexpr size_t kShared[] = {1, 2, 16, 128};
  std::vector<std::vector<Bytes>> receipts(std::size(kShared));
  for (size_t i = 0; i < std::size(kShared); ++i) {
    while (receipts[i].size() < count) {
      for (Bytes& one : log.AppendBatch(kShared[i])) receipts[i].push_back(std::move(one));
    }
  }
  std::vector<double> bare;
  std::vector<std::vector<double>> paces(std::size(kShared));
  for (size_t round = 0; round < rounds; ++round) {
    bare.push_back(VerifyBare(log.signer(), count));
    for (size_t i = 0; i < std::size(kShared); ++i) {
      paces[i].push_back(VerifyAll(receipts[i], {log.VerifierKey()}));
    }
  }
  std::printf("a receipt of %zu bytes; medians of %zu rounds, a second of one core\n",
              receipts[0].front().size(),
              rounds);
  std::printf("bare Ed25519 verification:            %8.0f\n", Median(bare));
  for (size_t i = 0; i < std::size(kShared); ++i) {
    std::printf("receipts, %4zu under one checkpoint:   %8.0f  %5.2f of the bare verification\n",
                kShared[i],
                Median(paces[i]),
                Median(paces[i]) / Median(bare));
  }
  return 0;
}

}  // namespace
}  // namespace rogatoria

int main(int argc, char** argv) {
  const auto number = [&](int at, size_t otherwise) {
    return argc > at ? static_cast<size_t>(std::atoi(argv[at])) : otherwise;
  };
  return rogatoria::Main(number(1, 10'000), number(2, 7));
}
