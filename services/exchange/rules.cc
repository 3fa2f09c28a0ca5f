#include "services/exchange/rules.h"

namespace rogatoria::exchange {
namespace {

constexpr RuleRow kAdmission[] = {
    {"ACT_SIZE",
     "Header, signature, body and key envelopes are within the limits.",
     "docs/operations.md",
     Reason::LIMIT_EXCEEDED},
    {"SENDER_IS_CALLER",
     "The sender of the header is the authority that is connected.",
     "Treaty of Medellin art. 6.2",
     Reason::SENDER_NOT_CALLER},
    {"ACT_ID_OF_CALL",
     "Act id, request id and trust domain are this call's.",
     "decisions 2",
     Reason::FIELD_INVALID},
    {"TRAINING_APART",
     "A training act goes to a training hub only, and the reverse.",
     "protocol 13",
     Reason::TRAINING_MISMATCH},
    {"IDENTITY_PART_OF_HEADER",
     "The identity part that the header names comes with the act, and one share of its key for "
     "each group of custodians.",
     "decisions 18",
     Reason::IDENTITY_PART_INCOMPLETE},
    {"SHARE_ENVELOPE",
     "Each share of its key is in a key envelope.",
     "docs/formats/identity.md",
     Reason::SEAL_MALFORMED},
    {"BODY_OF_HEADER",
     "The sealed body has the size and digest that the header names.",
     "decisions 3",
     Reason::DIGEST_MISMATCH},
    {"KEY_ENVELOPE",
     "The body's key is enveloped for the readers.",
     "decisions 3",
     Reason::FIELD_REQUIRED},
    {"SIGNED", "The header is signed.", "decisions 15", Reason::SIGNATURE_MISSING},
    {"SIGNATURE_FORM",
     "The signature is a detached CMS or CAdES one by one signer.",
     "docs/formats/signature.md",
     Reason::SIGNATURE_MALFORMED},
    {"SIGNATURE_CERTIFICATE",
     "It carries the certificate that signed.",
     "docs/formats/signature.md",
     Reason::SIGNER_CERTIFICATE_MISSING},
    {"SIGNATURE_HOLDS",
     "It is over exactly these header bytes, by that certificate.",
     "Treaty of Medellin art. 6.2",
     Reason::SIGNATURE_INVALID},
    {"SIGNER_KEY",
     "The signer's key is P-256, P-384 or RSA of 2048 bits or more.",
     "decisions 19",
     Reason::SIGNER_KEY_TOO_WEAK},
    {"SIGNER_CHAIN",
     "An approved authority vouches for the signer's certificate.",
     "docs/formats/signature.md",
     Reason::CERTIFICATE_UNTRUSTED},
    {"SIGNER_CHAIN_BEGUN",
     "The chain is valid already.",
     "RFC 5280",
     Reason::CERTIFICATE_NOT_YET_VALID},
    {"SIGNER_CHAIN_LASTS", "The chain is still valid.", "RFC 5280", Reason::CERTIFICATE_EXPIRED},
    {"SIGNER_CHAIN_NOT_REVOKED",
     "No certificate of the chain is on a revocation list.",
     "RFC 5280",
     Reason::CERTIFICATE_REVOKED},
    {"SIGNER_LIST_FRESH",
     "The revocation lists that are asked for are there and fresh.",
     "RFC 5280",
     Reason::REVOCATION_UNKNOWN},
    {"CREATED_TODAY",
     "The header was created within a day of the hub's clock.",
     "-",
     Reason::FIELD_INVALID},
    {"TIME_LIMIT_AHEAD",
     "The time limit that is wished for is still to come.",
     "-",
     Reason::DEADLINE_IN_PAST,
     true},
    {"SIGNER_REGISTERED",
     "The signer's certificate is registered for the sender.",
     "Treaty of Medellin art. 5.1",
     Reason::SIGNER_NOT_REGISTERED},
    {"SIGNER_ACTIVE",
     "The signer is accredited on the day and not suspended.",
     "Treaty of Medellin art. 5.1",
     Reason::SIGNER_NOT_ACTIVE},
    {"FORMAL_BY_USER",
     "A formal act is signed by an accredited user, not by a seal.",
     "Treaty of Medellin art. 6.2; decisions 15",
     Reason::SIGNER_NOT_ACCREDITED},
    {"PLACEMENT_BY_COORDINATOR",
     "A place in a shelter is asked of, or offered by, a national coordinator for victims; what "
     "opens a case about one goes to a coordinator, whoever sends it.",
     "protocol 1",
     Reason::ADDRESSEE_NOT_COORDINATOR},
    {"SHARES_FOR_CUSTODIANS",
     "Each share's envelope names custodians of the recipient, of the share's group, and nobody "
     "else.",
     "decisions 18",
     Reason::SHARE_NOT_FOR_CUSTODIANS},
    {"ROUTE_HOLDS",
     "The routes that the header quotes still hold.",
     "protocol 5",
     Reason::ROUTE_CHANGED},
};

constexpr RuleRow kSequence[] = {
    {"DOCUMENTS_UPLOADED",
     "The documents that the act attaches were uploaded by its sender, whole.",
     "docs/formats/seal.md",
     Reason::DOCUMENT_NOT_UPLOADED},
    {"DOCUMENT_OF_ONE_ACT",
     "A document is attached to one act, once.",
     "docs/formats/seal.md",
     Reason::DOCUMENT_ATTACHED},
    {"ACT_ONCE",
     "An act id stands for one act: the same bytes again are a retry, others are "
     "refused.",
     "decisions 2",
     Reason::ACT_ID_REUSED},
    {"PARTY_OF_CASE",
     "The sender is a party of the case, and the recipients are or may become "
     "one; a stranger's case is not found.",
     "decisions 2",
     Reason::CASE_NOT_FOUND},
    {"FORWARDED_INSIDE_COUNTRY",
     "A FORWARDING_NOTICE goes to an authority of the sender's own country; what concerns another "
     "is returned.",
     "protocol 5",
     Reason::FORWARDING_ABROAD},
    {"PLACEMENT_STAYS_WITH_COORDINATORS",
     "Inside a case a place is asked of and taken from a coordinator, and offered by one; a case "
     "that a SHELTER_PLACEMENT opened is handed on to another coordinator only.",
     "protocol 1",
     Reason::ADDRESSEE_NOT_COORDINATOR},
    {"FORMAL_WHERE_IT_BINDS",
     "In a formal case the acts by which a side commits itself are formal: by other ways one "
     "informs and consults.",
     "Treaty of Medellin art. 3.1, 3.4",
     Reason::FIELD_INVALID},
    {"REACHES_THE_OTHER_SIDE",
     "What moves a measure goes to who is responsible for it, or to who asked.",
     "decisions 16",
     Reason::FIELD_INVALID,
     true},
    {"MEASURE_OF_CASE",
     "The measures named are the case's, by number and code.",
     "protocol 4",
     Reason::MEASURE_UNKNOWN},
    {"FITS_STATE",
     "The act fits the state of each measure that it names (docs/lifecycle.md).",
     "protocol 4",
     Reason::WRONG_STATE,
     true},
    {"FITS_SIDE",
     "The act is of the side that sends it, and on the requested side of the authority that is "
     "responsible for the measure (docs/lifecycle.md).",
     "protocol 4",
     Reason::WRONG_SIDE,
     true},
    {"CALENDAR_KNOWN",
     "The recipient's calendar has the year of the reception date.",
     "Treaty of Medellin art. 6.3",
     Reason::CALENDAR_YEAR_MISSING},
    {"ROOM_IN_PIPELINE", "There is room in the queue.", "-", Reason::OVERLOADED},
    {"CALL_IN_TIME",
     "The caller still waits when its act is looked at.",
     "-",
     Reason::DEADLINE_PASSED},
};

constexpr EffectRow kDeadlines[] = {
    {"EFFECT_ON_THE_OTHER_SIDE",
     "An act that interrupts or suspends moves the deadlines of the side that did not send it, and "
     "never the sender's own: who needs more time asks, proposes conditions, consults or "
     "postpones, "
     "and says why.",
     "Treaty of Medellin art. 6.4"},
    {"REMINDERS_STAND",
     "What the hub only reminds of (PRESERVE_UNTIL, CONFIRM_ON_PAPER) no header moves.",
     "docs/deadlines.md"},
    {"FROZEN_WHEN_STARTED",
     "Span, calendar and due instant are those of the day on which the clock started or went on; a "
     "later edit of the data moves nothing.",
     "docs/deadlines.md"},
};

}  // namespace

absl::Span<const EffectRow> DeadlineRuleRows() {
  return kDeadlines;
}

absl::Span<const RuleRow> AdmissionRuleRows() {
  return kAdmission;
}

absl::Span<const RuleRow> SequenceRuleRows() {
  return kSequence;
}

}  // namespace rogatoria::exchange
