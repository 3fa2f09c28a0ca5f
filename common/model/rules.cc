#include "common/model/rules.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kPage = "docs/formats/header.md";

// One for each group of header_rules.h, in its order; the first two are header.cc's.
constexpr RuleRow kRows[] = {
    {"HEADER_SIZE", "The header has at most 16 KiB.", kPage, Reason::LIMIT_EXCEEDED},
    {"HEADER_FORM",
     "The header is in the one form that is signed: known fields, in order, once, no defaults.",
     "decisions 1",
     Reason::HEADER_MALFORMED},
    {"HEADER_TEXTS", "Ids, language and dates have their grammar.", kPage, Reason::FIELD_INVALID},
    {"HEADER_CODES",
     "Channel, case type, kind, deadline effect, data class and insist are known codes, and those "
     "that are required are there.",
     kPage,
     Reason::FIELD_REQUIRED},
    {"HEADER_NUMBERS", "Counters and instants are in range.", kPage, Reason::FIELD_INVALID},
    {"HEADER_RECIPIENTS",
     "As many recipients as the kind takes, each once, none the sender, each with a route and the "
     "certificates sealed to.",
     "decisions 16",
     Reason::RECIPIENT_COUNT},
    {"HEADER_LEGAL_BASIS",
     "A formal act, and every kind that needs one, names its instrument; the article is no prose.",
     "Treaty of Medellin art. 1; UNTOC art. 18(15)",
     Reason::FIELD_REQUIRED},
    {"HEADER_MEASURES",
     "Measures are there where the kind needs them, numbered upwards, coded, with the outcomes "
     "that "
     "the kind allows.",
     kPage,
     Reason::FIELD_INVALID},
    {"HEADER_URGENCY",
     "An urgent act has a coded reason.",
     "UNTOC art. 18(24)",
     Reason::FIELD_REQUIRED},
    {"HEADER_SEALED",
     "Digests and sizes of content, documents and identity part are there and within the limits.",
     "decisions 3",
     Reason::FIELD_INVALID},
    {"HEADER_RELATED_CASES",
     "Related cases are ids of other cases, each once.",
     kPage,
     Reason::FIELD_INVALID},
    {"HEADER_TOGETHER",
     "What belongs together fits: act id and sender, opening kinds and case types, position seen, "
     "paper and its confirmation.",
     kPage,
     Reason::FIELD_INVALID},
};

}  // namespace

absl::Span<const RuleRow> HeaderRules() {
  return kRows;
}

}  // namespace rogatoria
