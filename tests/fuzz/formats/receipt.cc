// Receipts: none verifies that the hub did not give.
#include "common/receipt/receipt.h"

#include "common/merkle/note.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {
namespace {

struct Trust {
  std::vector<std::string> log_keys = ReadVectorLines("receipt/log-keys.txt");
  std::vector<std::string> witness_keys = ReadVectorLines("receipt/witness-keys.txt");
  std::set<Bytes> given;  // WithoutSignatures of those that the hub gave

  Trust();
};

// Who else signed the head may be added or left out; the rest may not change by a bit.
Bytes WithoutSignatures(ReceiptParts parts) {
  parts.note = Need(merkle::ParseNote(parts.note), "the head of a receipt is a note").text;
  return FormatReceipt(parts);
}

Trust::Trust() {
  for (const Bytes& file : ReadVectors("receipt")) {
    given.insert(WithoutSignatures(Need(ParseReceipt(file), "a good receipt is one")));
  }
}

}  // namespace

void Examine(absl::string_view input) {
  static const Trust& trust = *new Trust();

  const auto parts = ParseReceipt(input);
  CheckSameText(input, parts, FormatReceipt);
  const auto verified = VerifyReceipt(input, trust.log_keys, trust.witness_keys);
  if (!verified.ok()) return;
  ROG_CHECK(parts.ok(), "what verifies has the form");
  ROG_CHECK(trust.given.count(WithoutSignatures(*parts)) == 1, "nobody gave this receipt");
}

}  // namespace rogatoria::fuzz
