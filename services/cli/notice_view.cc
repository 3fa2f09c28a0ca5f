#include "services/cli/notice_view.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/bytes.h"
#include "common/model/deadline_clock.h"
#include "services/cli/messages.h"
#include "services/cli/views.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

struct Row {
  v1::NoticeKind kind;
  Message
      sentence;  // $0: authority concerned, $1: what the deadline is for, $2: due, $3: substitute
};
constexpr Row kSentences[] = {
    {v1::NOTICE_KIND_DEADLINE_WARNING, Message::NOTICE_DEADLINE_WARNING},
    {v1::NOTICE_KIND_DEADLINE_OVERDUE, Message::NOTICE_DEADLINE_OVERDUE},
    {v1::NOTICE_KIND_NOT_RETRIEVED, Message::NOTICE_NOT_RETRIEVED},
    {v1::NOTICE_KIND_NOT_DELIVERED, Message::NOTICE_NOT_DELIVERED},
    {v1::NOTICE_KIND_DUTY_NOT_ACKNOWLEDGED, Message::NOTICE_DUTY_NOT_ACKNOWLEDGED},
    {v1::NOTICE_KIND_ATTESTATION_DUE, Message::NOTICE_ATTESTATION_DUE},
    {v1::NOTICE_KIND_ROUTE_CHANGED, Message::NOTICE_ROUTE_CHANGED},
    {v1::NOTICE_KIND_CERTIFICATE_EXPIRING, Message::NOTICE_CERTIFICATE_EXPIRING},
    {v1::NOTICE_KIND_DUTY_SUBSTITUTE, Message::NOTICE_DUTY_SUBSTITUTE},
    {v1::NOTICE_KIND_DUTY_TAKEN_OVER, Message::NOTICE_DUTY_TAKEN_OVER},
};

std::string ClockWord(v1::DeadlineClock clock, Language language) {
  return WordFor(absl::StrCat("CLOCK_", ClockCode(clock)), language);
}

bool RemindsOnly(const v1::Notice& notice) {
  return notice.kind() == v1::NOTICE_KIND_DEADLINE_OVERDUE && IsReminder(notice.clock());
}

}  // namespace

std::string NoticeSentence(const v1::Notice& notice, Language language) {
  std::string text = NoticeKindCode(notice.kind());
  for (const Row& row : kSentences) {
    if (row.kind != notice.kind()) continue;
    text = Say(language,
               RemindsOnly(notice) ? Message::NOTICE_REMINDER : row.sentence,
               notice.authority(),
               ClockWord(notice.clock(), language),
               InstantText(notice.due_unix_ms()),
               notice.substitute());
  }
  if (!notice.duty_telephone().empty()) {
    absl::StrAppend(&text, " ", Say(language, Message::NOTICE_TELEPHONE, notice.duty_telephone()));
  }
  if (notice.kind() == v1::NOTICE_KIND_DUTY_NOT_ACKNOWLEDGED && !notice.substitute().empty()) {
    const Message sentence = notice.substitute_reads() ? Message::NOTICE_SUBSTITUTE
                                                       : Message::NOTICE_SUBSTITUTE_TELEPHONES;
    absl::StrAppend(&text, " ", Say(language, sentence, notice.substitute()));
  }
  if (notice.measures_size() > 0) {
    absl::StrAppend(
        &text,
        " ",
        Say(language, Message::NOTICE_MEASURES, absl::StrJoin(notice.measures(), ", ")));
  }
  return text;
}

std::string NoticeId(uint64_t position) {
  return absl::StrCat("notice-", position);
}

Json NoticeView(const client::KeptNotice& kept, Language language) {
  const v1::Notice& notice = kept.notice;
  Json measures = Json::array();
  for (const uint32_t measure : notice.measures()) measures.push_back(measure);
  return {{"created", InstantText(notice.issued_unix_ms())},
          {"from", ""},
          {"kind", NoticeKindCode(notice.kind())},
          {"urgency", ""},
          {"subject", NoticeSentence(notice, language)},
          {"act", NoticeId(kept.position)},
          {"case", notice.case_id()},
          {"channel", ""},
          {"concerned_act", notice.act_id()},
          {"concerned", notice.authority()},
          {"measures", measures},
          {"clock", ClockCode(notice.clock())},
          {"profile", notice.profile()},
          {"due", InstantText(notice.due_unix_ms())},
          {"substitute", notice.substitute()},
          {"substitute_reads", notice.substitute_reads()},
          {"duty_telephone", notice.duty_telephone()},
          {"certificate_sha256", ToHex(notice.certificate_sha256())}};
}

}  // namespace rogatoria::cli
