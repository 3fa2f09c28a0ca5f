#include "services/cli/receipt_page.h"

#include "common/crypto/digest.h"
#include "services/cli/views.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

struct Meaning {
  Message proves, proves_not;
};

// What an event proves, and what one might take it for.
Meaning MeaningOf(const Evidence& evidence) {
  switch (evidence.event) {
    case v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE:
      return {Message::RECEIPT_A1_PROVES, Message::RECEIPT_A1_PROVES_NOT};
    case v1::TRANSPORT_EVENT_SUBMISSION_REJECTION:
      return {Message::RECEIPT_A2_PROVES, Message::RECEIPT_A2_PROVES_NOT};
    case v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT:
      return {Message::RECEIPT_D1_PROVES, Message::RECEIPT_D1_PROVES_NOT};
    case v1::TRANSPORT_EVENT_CONTENT_HANDOVER:
      return {Message::RECEIPT_E1_PROVES, Message::RECEIPT_E1_PROVES_NOT};
    case v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE:
      return {Message::RECEIPT_E2_PROVES,
              LeavesOpen(evidence) ? Message::NOTE_STILL_OPEN : Message::RECEIPT_E2_PROVES_NOT};
    case v1::TRANSPORT_EVENT_DEADLINE_MISSED:
      return {Message::RECEIPT_X1_PROVES, Message::NOTE_MISSED};
    default:
      return {Message::RECEIPT_OTHER_PROVES, Message::RECEIPT_OTHER_PROVES_NOT};
  }
}

}  // namespace

std::string ReceiptPage(const ReceiptPageFacts& facts, const Imprint& imprint, Language language) {
  const auto say = [&](Message message) { return Say(language, message); };
  Page page = BeginPage(imprint, language, say(Message::RECEIPT_PAGE_TITLE), facts.evidence.act_id);
  AddOrigin(imprint, language, page);
  page.Summary(say(Message::RECEIPT_PAGE_HOLDS));
  page.Heading(2, say(Message::RECEIPT_PAGE_SAYS));
  page.Facts(facts.lines);
  const Meaning meaning = MeaningOf(facts.evidence);
  AddClaims({say(Message::RECEIPT_PAGE_IS), say(meaning.proves), say(meaning.proves_not)},
            language,
            page);
  page.Heading(2, say(Message::RECEIPT_PAGE_FILE));
  page.Paragraph(
      {Say(language, Message::RECEIPT_PAGE_LETTERS, facts.file.size(), ToHex(Sha256(facts.file)))});
  page.Block(facts.file);
  AddVerifying(imprint, language, page);
  return std::move(page).Finish();
}

}  // namespace rogatoria::cli
