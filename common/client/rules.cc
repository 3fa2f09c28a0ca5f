#include "common/client/rules.h"

namespace rogatoria::client {
namespace {

constexpr RuleRow kSealing[] = {
    {"IDENTITY_FIXED",
     "The identity key of each recipient was fixed out of band.",
     "decisions 8",
     Reason::KEY_NOT_TRUSTED},
    {"KEY_STATED",
     "Its key statement names this certificate and purpose, is signed by that key and "
     "holds now.",
     "decisions 8",
     Reason::KEY_NOT_TRUSTED},
    {"KEY_STATEMENT_LOGGED",
     "The statement is a leaf of the hub's log under a signed head.",
     "decisions 8",
     Reason::KEY_NOT_TRUSTED},
    {"SEAL_TO_CERTIFICATE",
     "The certificate's key can be sealed to.",
     "docs/formats/seal.md",
     Reason::SEAL_RECIPIENT_UNUSABLE},
    {"CUSTODIANS_THERE",
     "The recipient of an identity part has two groups of custodians, with certificates of their "
     "own.",
     "decisions 18",
     Reason::CUSTODIANS_MISSING},
    {"CONTENT_SIZE",
     "The clear content has at most 1 MiB.",
     "docs/operations.md",
     Reason::LIMIT_EXCEEDED},
    {"SIGNING_KEY_HERE",
     "The profile has a key that may sign this act.",
     "decisions 28",
     Reason::SIGNING_KEY_MISSING},
    {"PLACEMENT_TO_COORDINATOR",
     "A place in a shelter is asked of a national coordinator for victims; acts of a case that "
     "such a request opened, and the request itself, are handed on to a coordinator only.",
     "protocol 1",
     Reason::ADDRESSEE_NOT_COORDINATOR},
    {"FIELDS_OF_PROFILE",
     "Each field of the act, and of the acts that it hands on, is one that the addressee may be "
     "sent.",
     "docs/victims.md",
     Reason::FIELD_OUTSIDE_PROFILE},
    {"NOTHING_MISSING",
     "Lint finds no error (below), unless --force.",
     "protocol 9",
     Reason::FIELD_REQUIRED},
};

constexpr RuleRow kOpening[] = {
    {"OPEN_SIGNATURE",
     "The signature over the header holds under the authorities that the profile "
     "trusts, at the instant of the act's A.1.",
     "decisions 1",
     Reason::SIGNATURE_INVALID},
    {"OPEN_BODY",
     "The body is the one that the signed header names.",
     "decisions 3",
     Reason::CONTENT_NOT_READABLE},
    {"OPEN_KEY",
     "One of the office's keys opens the envelope.",
     "docs/formats/seal.md",
     Reason::NOT_SEALED_TO_US},
    {"OPEN_SEAL",
     "No byte of what was sealed was changed.",
     "docs/formats/seal.md",
     Reason::SEAL_BROKEN},
    {"OPEN_MANIFEST",
     "The manifest speaks of this act, its readers are those of the header and the "
     "sender, and the clear content has its digests.",
     "docs/formats/seal.md",
     Reason::MANIFEST_MISMATCH},
    {"OPEN_IDENTITY_BY_TWO",
     "Two custodians of different groups open an identity part.",
     "decisions 18",
     Reason::CUSTODIAN_TWICE},
    {"OPEN_IDENTITY_PART",
     "It is the one that the signed header names, made for this act.",
     "docs/formats/identity.md",
     Reason::IDENTITY_PART_MISMATCH},
};

constexpr RuleRow kReceipts[] = {
    {"RECEIPT_HOLDS",
     "Evidence, inclusion proof and signed checkpoint fit, under the log key of the "
     "profile.",
     "docs/formats/receipt.md",
     Reason::RECEIPT_NOT_VALID},
    {"RECEIPT_OF_ACT",
     "It says of the act what its header says, and names the certificate whose "
     "signature was verified.",
     "protocol 3",
     Reason::RECEIPT_NOT_VALID},
    {"RECEIPTS_WHOLE",
     "A sender gets A.1 and a D.1 for each recipient, a recipient A.1 and its own "
     "D.1, a refusal in law its A.2.",
     "decisions 6",
     Reason::RECEIPT_NOT_VALID},
};

}  // namespace

absl::Span<const RuleRow> SealingRules() {
  return kSealing;
}

absl::Span<const RuleRow> OpeningRules() {
  return kOpening;
}

absl::Span<const RuleRow> ReceiptRules() {
  return kReceipts;
}

}  // namespace rogatoria::client
