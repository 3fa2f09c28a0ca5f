// Goal: what is inside the seal is read in the reader's language, its limits first; every field and
// every code has its words; the template of a kind is an act file, whatever is filled in.
#include "services/cli/content_text.h"

#include <set>

#include <gtest/gtest.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "common/client/draft.h"
#include "common/client/typed_content.h"
#include "services/cli/slip.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;

// All messages and enumerations of the content, from ActContent and CoverSlip down.
struct Schema {
  std::set<const Descriptor*> messages;
  std::set<const EnumDescriptor*> enums;

  void Add(const Descriptor& type) {
    if (!messages.insert(&type).second) return;
    for (int i = 0; i < type.field_count(); ++i) {
      if (type.field(i)->message_type() != nullptr) Add(*type.field(i)->message_type());
      if (type.field(i)->enum_type() != nullptr) enums.insert(type.field(i)->enum_type());
    }
  }
};
const Schema& Contents() {
  static const Schema& schema = *[] {
    auto* made = new Schema;
    made->Add(*content::v1::ActContent::descriptor());
    made->Add(*content::v1::CoverSlip::descriptor());
    made->Add(*content::v1::IdentityPart::descriptor());
    return made;
  }();
  return schema;
}

struct Entry {
  std::string name, en, es, pt;
};
const std::vector<Entry>& Catalogue() {
  static const auto& entries = *new std::vector<Entry>{
#define ROGATORIA_CONTENT_WORD(name, en, es, pt) {#name, en, es, pt},
#include "services/cli/content_words.inc"
#undef ROGATORIA_CONTENT_WORD
  };
  return entries;
}

bool IsTyped(const google::protobuf::FieldDescriptor& field) {
  return field.containing_type() == content::v1::ActContent::descriptor() &&
         field.containing_oneof() != nullptr;
}

TEST(ContentWordsTest, EveryFieldHasOne) {
  for (const Descriptor* type : Contents().messages) {
    for (int i = 0; i < type->field_count(); ++i) {
      if (IsTyped(*type->field(i))) continue;  // by the word of its kind
      EXPECT_TRUE(HasContentWord(type->field(i)->name())) << type->field(i)->full_name();
    }
  }
}

TEST(ContentWordsTest, EveryCodeHasOne) {
  for (const EnumDescriptor* type : Contents().enums) {
    if (type->file()->package() != "rogatoria.content.v1") continue;
    for (int i = 0; i < type->value_count(); ++i) {
      if (type->value(i)->number() == 0) continue;
      EXPECT_TRUE(HasContentWord(client::CodeOf(*type->value(i))) ||
                  HasContentWord(type->value(i)->name()))
          << type->value(i)->name();
    }
  }
}

TEST(ContentWordsTest, NoneIsThereTwiceOrForNothing) {
  std::set<std::string> used = {"file", "cover_slip"};  // of act files
  for (const Descriptor* type : Contents().messages) {
    for (int i = 0; i < type->field_count(); ++i) used.insert(type->field(i)->name());
  }
  for (const EnumDescriptor* type : Contents().enums) {
    for (int i = 0; i < type->value_count(); ++i) {
      used.insert(client::CodeOf(*type->value(i)));
      used.insert(type->value(i)->name());
    }
  }
  std::set<std::string> seen;
  for (const Entry& entry : Catalogue()) {
    EXPECT_TRUE(used.contains(entry.name)) << entry.name;
    EXPECT_TRUE(seen.insert(entry.name).second) << entry.name;
  }
}

TEST(ContentWordsTest, NoneIsEmptyOrLeftInEnglish) {
  for (const Entry& entry : Catalogue()) {
    EXPECT_FALSE(entry.en.empty() || entry.es.empty() || entry.pt.empty()) << entry.name;
    if (entry.en.find(' ') == std::string::npos) continue;
    EXPECT_NE(entry.en, entry.es) << entry.name;
    EXPECT_NE(entry.en, entry.pt) << entry.name;
  }
}

content::v1::ActContent Result() {
  content::v1::ActContent content;
  auto& result = *content.mutable_execution_result();
  auto& measure = *result.add_measures();
  measure.set_ordinal(1);
  measure.set_code("VIDEO_HEARING");
  measure.set_outcome(v1::MEASURE_OUTCOME_EXECUTED);
  measure.set_description("line one\nline two\x1b[2J");
  auto& document = *measure.add_documents();
  document.set_title("Acta");
  document.set_content("%PDF");
  document.set_authenticity(content::v1::AUTHENTICITY_CERTIFIED_COPY);
  document.mutable_use_limitation()->set_speciality(true);
  document.mutable_use_limitation()->add_handling(content::v1::HANDLING_CODE_H0);
  result.mutable_use_limitation()->set_purpose_limitation("proceso 1");
  return content;
}

TEST(DescribeTest, HeadingsAndCodesAreInTheReadersLanguage) {
  const std::string text = DescribeTyped(Result(), Language::kSpanish);
  EXPECT_EQ(text,
            "resultado de la ejecución:\n"
            "  diligencias 1:\n"
            "    número de diligencia: 1\n"
            "    código: audiencia por videoconferencia (VIDEO_HEARING)\n"
            "    resultado: cumplida\n"
            "    descripción:\n"
            "      line one\n"
            "      line two?[2J\n"
            "    documentos 1:\n"
            "      título: Acta\n"
            "      contenido: 4 bytes\n"
            "      autenticidad: copia certificada\n");
}

TEST(DescribeTest, LimitsAreSaidByThemselves) {
  content::v1::CoverSlip slip;
  slip.add_handling(content::v1::HANDLING_CODE_H3);
  slip.set_handling_restriction("solo A");
  const std::string text = DescribeLimits(slip, Result(), Language::kSpanish);
  EXPECT_EQ(text.find("códigos de tratamiento: H3: otras restricciones\n"), 0u) << text;
  EXPECT_NE(text.find("restricciones (H3): solo A\n"), std::string::npos) << text;
  EXPECT_NE(text.find("resultado de la ejecución, límites de uso:\n  solo para: proceso 1\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("resultado de la ejecución, diligencias 1, documentos 1, límites de uso:\n"),
            std::string::npos)
      << text;
}

TEST(DescribeTest, ContradictionsNameFieldAndBothSides) {
  content::v1::Discrepancy one;
  one.set_discrepancy_code(content::v1::DISCREPANCY_CODE_DATA_CLASS);
  one.set_field("request.persons[0]");
  one.set_stated("OPERATIONAL");
  one.set_found("SENSITIVE");
  EXPECT_EQ(DescribeContradictions({one}, Language::kPortuguese),
            "! O conteúdo tem dados pessoais de classe mais alta do que o cabeçalho indica.\n"
            "  pedido, pessoas 1; no cabeçalho: OPERATIONAL; no conteúdo: SENSITIVE\n");
}

TEST(DescribeTest, ProgramsGetCodesAndNoBytes) {
  const Json view = MessageView(Result());
  const Json& measure = view["execution_result"]["measures"][0];
  EXPECT_EQ(measure["outcome"], "EXECUTED");
  EXPECT_EQ(measure["documents"][0]["content"], 4);
  EXPECT_EQ(measure["documents"][0]["use_limitation"]["handling"][0], "H0");
}

// A line that a clerk would take the # away from is a key or a table; a comment has a blank after
// it.
std::string WithEverything(const std::string& text) {
  std::string whole;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const bool hidden = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    absl::StrAppend(&whole, hidden ? line.substr(1) : line, "\n");
  }
  return absl::StrReplaceAll(whole, {{"file = \"\"", "file = \"a.pdf\""}});
}

TEST(TypedTemplateTest, EveryKindsIsAnActFileAsItIsAndWithEverythingInIt) {
  TemporaryFolder folder;
  ASSERT_THAT(WriteFileDurably(folder / "a.pdf", "%PDF"), IsOk());
  for (int number = v1::ActKind_MIN + 1; number <= v1::ActKind_MAX; ++number) {
    const auto kind = static_cast<v1::ActKind>(number);
    const std::string text = TypedTemplate(kind, Language::kSpanish);
    for (const std::string& filled : {text, WithEverything(text)}) {
      ASSERT_THAT(WriteFileDurably(folder / "act.toml", filled), IsOk());
      const auto draft = client::ReadActFile(folder / "act.toml");
      ASSERT_THAT(draft, IsOk()) << filled;
      EXPECT_EQ(draft->kind, kind);
    }
  }
}

TEST(DescribeTest, WhomNotToContactComesFirst) {
  content::v1::CoverSlip slip;
  slip.add_do_not_contact(content::v1::CONTACT_MANNER_FAMILY);
  content::v1::ActContent content;
  auto& person = *content.mutable_victim_referral()->mutable_person();
  person.set_pseudonym("VIC-0001");
  auto& rule = *person.mutable_vulnerability()->add_contact_rules();
  rule.set_do_not(true);
  rule.set_contact_manner(content::v1::CONTACT_MANNER_WORK_OR_SCHOOL);
  rule.set_text("nunca");
  const std::string limits = DescribeLimits(slip, content, Language::kSpanish);
  EXPECT_THAT(limits, testing::HasSubstr("no contactar por: familia"));
  EXPECT_THAT(limits, testing::HasSubstr("en el trabajo o la escuela"));
  EXPECT_THAT(limits, testing::HasSubstr("nunca"));
  const std::string rest = DescribeTyped(content, Language::kSpanish);
  EXPECT_THAT(rest, testing::HasSubstr("VIC-0001"));
  EXPECT_THAT(rest, testing::Not(testing::HasSubstr("nunca"))) << "said once, and first";
}

}  // namespace
}  // namespace rogatoria::cli
