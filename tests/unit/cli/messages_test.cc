// Goal: every sentence and every word exists in English, Spanish and Portuguese, with the same
// things filled in; none was left untranslated.
#include "services/cli/messages.h"

#include <cctype>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/model/evidence.h"
#include "services/cli/views.h"
#include "services/cli/words.h"

#include "rogatoria/agent/v1/act.pb.h"
#include "rogatoria/v1/admin_service.pb.h"

namespace rogatoria::cli {
namespace {

struct Entry {
  std::string name, en, es, pt;
};

const std::vector<Entry>& Messages() {
  static const auto& entries = *new std::vector<Entry>{
#define ROGATORIA_MESSAGE(name, en, es, pt) {#name, en, es, pt},
#include "services/cli/messages.inc"
#undef ROGATORIA_MESSAGE
  };
  return entries;
}

const std::vector<Entry>& Words() {
  static const auto& entries = *new std::vector<Entry>{
#define ROGATORIA_WORD(code, en, es, pt) {#code, en, es, pt},
#include "services/cli/words.inc"
#undef ROGATORIA_WORD
  };
  return entries;
}

// What is said beside a reason, by the library of offices too.
const std::vector<Entry>& Sentences() {
  static const auto& entries = *new std::vector<Entry>{
#define ROGATORIA_SENTENCE(name, en, es, pt) {#name, en, es, pt},
#include "common/base/sentences.inc"
#undef ROGATORIA_SENTENCE
  };
  return entries;
}

// The $0, $1 of a text, each as often as it stands there.
std::multiset<std::string> Filled(const std::string& text) {
  std::multiset<std::string> filled;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '$') filled.insert(text.substr(i, 2));
  }
  return filled;
}

bool IsLabel(const std::string& text) {
  return text.find(' ') == std::string::npos;
}

TEST(MessagesTest, NoTextIsEmpty) {
  for (const auto* catalogue : {&Messages(), &Words(), &Sentences()}) {
    for (const Entry& entry : *catalogue) {
      EXPECT_FALSE(entry.en.empty() || entry.es.empty() || entry.pt.empty()) << entry.name;
    }
  }
}

TEST(MessagesTest, TheSameThingsAreFilledInEverywhere) {
  for (const auto* catalogue : {&Messages(), &Sentences()}) {
    for (const Entry& entry : *catalogue) {
      EXPECT_EQ(Filled(entry.en), Filled(entry.es)) << entry.name;
      EXPECT_EQ(Filled(entry.en), Filled(entry.pt)) << entry.name;
    }
  }
}

// Labels of one word may be the same in two languages; sentences may not. A sentence made of data
// only, such as "$0 [$1]", has nothing to translate.
TEST(MessagesTest, NoSentenceIsLeftInEnglish) {
  for (const auto* catalogue : {&Messages(), &Sentences()}) {
    for (const Entry& entry : *catalogue) {
      const bool has_words =
          entry.en.find_first_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos;
      if (IsLabel(entry.en) || !has_words) continue;
      EXPECT_NE(entry.en, entry.es) << entry.name;
      EXPECT_NE(entry.en, entry.pt) << entry.name;
    }
  }
}

TEST(MessagesTest, SpanishAndPortugueseAreNotMixedUp) {
  for (const auto* catalogue : {&Messages(), &Words(), &Sentences()}) {
    for (const Entry& entry : *catalogue) {
      EXPECT_EQ(entry.es.find("ção"), std::string::npos) << entry.name;
      EXPECT_EQ(entry.es.find("õe"), std::string::npos) << entry.name;
      EXPECT_EQ(entry.pt.find("ción"), std::string::npos) << entry.name;
      EXPECT_EQ(entry.pt.find("ñ"), std::string::npos) << entry.name;
    }
  }
}

TEST(MessagesTest, NoNameIsThereTwice) {
  std::set<std::string> names;
  for (const Entry& entry : Words()) EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
}

TEST(MessagesTest, SayFillsIn) {
  EXPECT_EQ(Say(Language::kSpanish, Message::NOTE_FLUSHED, 3),
            "Actos enviados desde la bandeja de salida: 3");
}

TEST(MessagesTest, OneIsSaidAsOne) {
  const auto counted = [](Language language, uint64_t count) {
    return Counted(language, count, Message::ONE_RECESS, Message::RECESSES);
  };
  EXPECT_EQ(counted(Language::kEnglish, 1), "1 recess");
  EXPECT_EQ(counted(Language::kEnglish, 0), "0 recesses");
  EXPECT_EQ(counted(Language::kSpanish, 1), "1 receso");
  EXPECT_EQ(counted(Language::kSpanish, 2), "2 recesos");
  EXPECT_EQ(counted(Language::kPortuguese, 1), "1 recesso");
  EXPECT_EQ(counted(Language::kPortuguese, 11), "11 recessos");
}

// Every value of an enumeration that a command shows has a word.
void ExpectWords(const google::protobuf::EnumDescriptor& type, const std::string& prefix) {
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() == 0) continue;
    const std::string code = type.value(i)->name().substr(prefix.size());
    EXPECT_TRUE(HasWord(code)) << type.full_name() << " " << code;
  }
}

TEST(WordsTest, EveryCodeThatIsShownHasAWord) {
  ExpectWords(*v1::ActKind_descriptor(), "ACT_KIND_");
  ExpectWords(*v1::ChannelClass_descriptor(), "CHANNEL_CLASS_");
  ExpectWords(*v1::CaseType_descriptor(), "CASE_TYPE_");
  ExpectWords(*v1::CaseState_descriptor(), "CASE_STATE_");
  ExpectWords(*v1::CaseRole_descriptor(), "CASE_ROLE_");
  ExpectWords(*v1::MeasureState_descriptor(), "MEASURE_STATE_");
  ExpectWords(*v1::MeasureOutcome_descriptor(), "MEASURE_OUTCOME_");
  ExpectWords(*v1::UrgencyLevel_descriptor(), "URGENCY_LEVEL_");
  ExpectWords(*v1::ActDisposition_descriptor(), "ACT_DISPOSITION_");
  ExpectWords(*v1::TransportEvent_descriptor(), "TRANSPORT_EVENT_");
  ExpectWords(*v1::NoticeKind_descriptor(), "NOTICE_KIND_");
  ExpectWords(*v1::DeadlineClock_descriptor(), "DEADLINE_");
  ExpectWords(*v1::ReceiptLevel_descriptor(), "RECEIPT_LEVEL_");
  ExpectWords(*v1::AuthorityKind_descriptor(), "AUTHORITY_KIND_");
  ExpectWords(*v1::CalendarPhase_descriptor(), "CALENDAR_PHASE_");
  ExpectWords(*v1::Standing_descriptor(), "STANDING_");
  ExpectWords(*v1::StandingSubject_descriptor(), "STANDING_SUBJECT_");
}

TEST(WordsTest, EveryStandingOfAClockHasAWord) {
  const auto& type = *v1::ClockStanding_descriptor();
  for (int i = 1; i < type.value_count(); ++i) {
    const std::string code = type.value(i)->name().substr(sizeof("CLOCK_STANDING_") - 1);
    EXPECT_TRUE(HasWord("CLOCK_IS_" + code)) << code;
  }
}

TEST(WordsTest, EveryStateOfAnActWithTheAgentHasAWord) {
  for (int state = agent::v1::ACT_STATE_QUEUED; state <= agent::v1::ActState_MAX; ++state) {
    const std::string name = agent::v1::ActState_Name(static_cast<agent::v1::ActState>(state));
    EXPECT_TRUE(HasWord(absl::StrCat("AGENT_", name.substr(sizeof("ACT_STATE_") - 1)))) << name;
  }
}

TEST(WordsTest, EveryStatedEffectHasASentence) {
  for (const auto effect : {StatedEffect::kNone,
                            StatedEffect::kInterinstitutional,
                            StatedEffect::kFormal,
                            StatedEffect::kFormalOriginal,
                            StatedEffect::kFormalUnsettled}) {
    EXPECT_TRUE(HasWord(absl::StrCat("EFFECT_", StatedEffectName(effect))))
        << StatedEffectName(effect);
  }
}

TEST(WordsTest, AnUnknownCodeIsShownAsItIs) {
  EXPECT_EQ(WordFor("SOMETHING_NEW", Language::kSpanish), "SOMETHING_NEW");
}

}  // namespace
}  // namespace rogatoria::cli
