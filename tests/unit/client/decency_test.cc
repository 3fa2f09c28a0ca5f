// Rules of decency that the messages themselves keep: what no field has room for, nobody can send,
// compute or store. The rest is lint's (victim_rules_test.cc) and the hub's (tests/decency/run).
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/model/canonical.h"
#include "common/model/header.h"
#include "tests/support/test_header.h"

#include "rogatoria/content/v1/content.pb.h"
#include "rogatoria/v1/admin_service.pb.h"
#include "rogatoria/v1/audit_service.pb.h"
#include "rogatoria/v1/directory_service.pb.h"
#include "rogatoria/v1/document_service.pb.h"
#include "rogatoria/v1/exchange_service.pb.h"
#include "rogatoria/v1/mailbox_service.pb.h"

namespace rogatoria::client {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::Message;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr char kFreeText[] = "Zenobia Quintanar, Calle Ceiba 4711, Casa Jacaranda";

// ---- the header ---------------------------------------------------------------------------------

using VisitText = std::function<void(Message&, const FieldDescriptor&)>;

bool IsText(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
}

// Every text of a message and of those that are there below it; the first of those that repeat.
void EachText(Message& message, const VisitText& visit) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    if (IsText(field)) visit(message, field);
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (field.is_repeated() && reflection.FieldSize(message, &field) > 0)
      EachText(*reflection.MutableRepeatedMessage(&message, &field, 0), visit);
    if (!field.is_repeated() && reflection.HasField(message, &field))
      EachText(*reflection.MutableMessage(&message, &field), visit);
  }
}

void Put(const std::string& text, Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    reflection.AddString(&message, &field, text);
  } else {
    reflection.SetString(&message, &field, text);
  }
}

// The header with its `number`th text replaced; the name of that field, empty for none.
std::string Spoil(size_t number, v1::ActHeader& header) {
  std::string name;
  size_t seen = 0;
  EachText(header, [&](Message& message, const FieldDescriptor& field) {
    if (seen++ != number) return;
    Put(kFreeText, message, field);
    name = field.name();
  });
  return name;
}

TEST(DecencyTest, AHeaderHasNoRoomForAName) {
  v1::ActHeader good = DecisionHeader();
  FillDigest(*good.add_documents(), '\x41');
  ASSERT_TRUE(ParseHeader(ToSignedBytes(kHeaderFirstLine, good)).ok());
  size_t texts = 0;
  for (;; ++texts) {
    v1::ActHeader header = good;
    const std::string name = Spoil(texts, header);
    if (name.empty()) break;
    const auto read = ParseHeader(ToSignedBytes(kHeaderFirstLine, header));
    ASSERT_FALSE(read.ok()) << name << " takes free text";
    EXPECT_THAT(GetErrorDetails(read.status())->field, testing::HasSubstr(name));
  }
  EXPECT_GT(texts, 15u) << "all texts were tried";
}

// ---- what the hub writes ------------------------------------------------------------------------

void Collect(const FileDescriptor& file, std::set<const FileDescriptor*>& files) {
  if (!files.insert(&file).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) Collect(*file.dependency(i), files);
}

// All that a hub can be told or can answer.
std::set<const FileDescriptor*> FilesOfTheHub() {
  std::set<const FileDescriptor*> files;
  for (const Descriptor* message : {v1::SubmitActRequest::descriptor(),
                                    v1::ReceiveRequest::descriptor(),
                                    v1::ResolveRecipientsRequest::descriptor(),
                                    v1::ListReceiptsRequest::descriptor(),
                                    v1::ReadDocumentRequest::descriptor(),
                                    v1::GetStatusRequest::descriptor()}) {
    Collect(*message->file(), files);
  }
  return files;
}

// Whether one of the words of a name is about who somebody is.
bool SaysWhoSomebodyIs(const std::string& name) {
  static const std::set<std::string> kWords = {
      "victim",     "victims",   "minor",      "minors",      "minority",   "vulnerability",
      "vulnerable", "indicator", "indicators", "trafficking", "smuggling",  "trafficked",
      "gender",     "sex",       "age",        "score",       "likelihood", "probability",
      "identified", "testimony", "consent",    "shelter",     "witness",    "pseudonym"};
  const std::vector<std::string> words = absl::StrSplit(absl::AsciiStrToLower(name), '_');
  return std::any_of(
      words.begin(), words.end(), [](const std::string& word) { return kWords.contains(word); });
}

void NamesOf(const EnumDescriptor& values, std::set<std::string>& names) {
  for (int i = 0; i < values.value_count(); ++i) names.insert(values.value(i)->name());
}

void NamesOf(const Descriptor& message, std::set<std::string>& names) {
  for (int i = 0; i < message.field_count(); ++i) names.insert(message.field(i)->name());
  for (int i = 0; i < message.enum_type_count(); ++i) NamesOf(*message.enum_type(i), names);
  for (int i = 0; i < message.nested_type_count(); ++i) NamesOf(*message.nested_type(i), names);
}

std::set<std::string> NamesOf(const std::set<const FileDescriptor*>& files) {
  std::set<std::string> names;
  for (const FileDescriptor* file : files) {
    for (int i = 0; i < file->enum_type_count(); ++i) NamesOf(*file->enum_type(i), names);
    for (int i = 0; i < file->message_type_count(); ++i) NamesOf(*file->message_type(i), names);
  }
  return names;
}

TEST(DecencyTest, NothingThatAHubWritesCanSayWhoIsAVictim) {
  std::vector<std::string> about_persons;
  for (const std::string& name : NamesOf(FilesOfTheHub())) {
    if (SaysWhoSomebodyIs(name)) about_persons.push_back(name);
  }
  // Kinds of act, which their senders state; and of what the directory's authorities are.
  EXPECT_THAT(about_persons,
              UnorderedElementsAre("ACT_KIND_VICTIM_IDENTIFICATION_NOTICE",
                                   "ACT_KIND_VICTIM_REFERRAL",
                                   "ACT_KIND_SHELTER_PLACEMENT",
                                   "ACT_KIND_SMUGGLING_REPORT",
                                   "ACT_KIND_USE_CONSENT_REQUEST",
                                   "ACT_KIND_USE_CONSENT_REPLY",
                                   "AUTHORITY_KIND_VICTIM_COORDINATOR"));
}

TEST(DecencyTest, NoMessageOfAHubHoldsContent) {
  for (const FileDescriptor* file : FilesOfTheHub()) {
    EXPECT_FALSE(absl::StartsWith(file->package(), "rogatoria.content")) << file->name();
  }
}

// ---- what is inside the seal --------------------------------------------------------------------

// The types that can be reached from a message, by name; itself among them.
void Reach(const Descriptor& message, std::set<std::string>& types) {
  if (!types.insert(message.name()).second) return;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (field.message_type() != nullptr) Reach(*field.message_type(), types);
    if (field.enum_type() != nullptr) types.insert(field.enum_type()->name());
  }
}

std::set<std::string> Reach(const Descriptor& message) {
  std::set<std::string> types;
  Reach(message, types);
  return types;
}

// The messages of the content's package.
std::vector<const Descriptor*> ContentMessages() {
  std::set<const FileDescriptor*> files;
  Collect(*content::v1::ActContent::descriptor()->file(), files);
  std::vector<const Descriptor*> messages;
  for (const FileDescriptor* file : files) {
    for (int i = 0; i < file->message_type_count(); ++i) messages.push_back(file->message_type(i));
  }
  return messages;
}

// Nothing but an authority's own notice says what somebody is, and no request can say it first.
TEST(DecencyTest, AStatusIsAnAuthoritysOwnWord) {
  std::vector<std::string> fields;
  for (const Descriptor* message : ContentMessages()) {
    for (int i = 0; i < message->field_count(); ++i) {
      const EnumDescriptor* type = message->field(i)->enum_type();
      if (type != nullptr && type->name() == "IdentificationStatus")
        fields.push_back(message->field(i)->full_name());
    }
  }
  EXPECT_THAT(fields,
              UnorderedElementsAre("rogatoria.content.v1.VictimIdentificationNotice."
                                   "identification_status"));
}

TEST(DecencyTest, NoFieldOfHelpAsksForTestimony) {
  std::set<std::string> names;
  for (const Descriptor* message : ContentMessages()) {
    if (message->file()->name() == "rogatoria/content/v1/referral.proto") NamesOf(*message, names);
  }
  ASSERT_THAT(names, Not(IsEmpty()));
  NamesOf(*content::v1::DeclineReason_descriptor(), names);
  for (const std::string& name : names) {
    const std::string small = absl::AsciiStrToLower(name);
    for (const char* word : {"testi", "cooperat", "statement", "condition", "denounc", "complain"})
      EXPECT_FALSE(absl::StrContains(small, word)) << name;
  }
}

// Where any of the means was used consent does not matter (Palermo Protocol article 3(b)): what
// says what happened has no place for it. To be helped, people are asked.
TEST(DecencyTest, ConsentHasNoPlaceInWhatHappened) {
  for (const Descriptor* message : {content::v1::CaseFileChecklist::descriptor(),
                                    content::v1::DetectionReport::descriptor(),
                                    content::v1::VictimIdentificationNotice::descriptor()}) {
    for (const std::string& type : Reach(*message)) {
      EXPECT_FALSE(absl::StrContains(type, "Consent")) << message->name();
    }
  }
  EXPECT_TRUE(Reach(*content::v1::VictimReferral::descriptor()).contains("ConsentRecord"));
}

// Smuggling of migrants and trafficking in persons share what an officer saw of a document.
TEST(DecencyTest, SmugglingIsNeverDerivedFromTraffickingNorTheReverse) {
  std::set<std::string> of_trafficking;
  for (const Descriptor* message : ContentMessages()) {
    if (message->file()->name() == "rogatoria/content/v1/trafficking.proto")
      of_trafficking.merge(Reach(*message));
  }
  EXPECT_FALSE(of_trafficking.contains("SmugglingReport"));
  std::vector<std::string> shared;
  for (const std::string& type : Reach(*content::v1::SmugglingReport::descriptor())) {
    if (of_trafficking.contains(type)) shared.push_back(type);
  }
  EXPECT_THAT(shared, UnorderedElementsAre("InspectedDocument", "InspectionFinding"));
}

}  // namespace
}  // namespace rogatoria::client
