// [[requirement]] of docs/directory-files.md: what an act has to contain. Whether a path exists in
// the content is for the sender's library to say: nothing here knows the messages inside the seal.
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/directory/data_fields.h"
#include "common/directory/drafts.h"
#include "common/directory/table_reader.h"
#include "common/model/act_kind.h"
#include "common/model/ids.h"

namespace rogatoria {
namespace {

using Reader = TableReader;

constexpr absl::string_view kMark = "CHECK_BEFORE_PRODUCTION";

bool IsLevel(absl::string_view text) {
  return text == "ERROR" || text == "ADVICE";
}

bool IsKind(absl::string_view text) {
  return FindActKind(text) != nullptr;
}

bool IsMark(absl::string_view text) {
  return text == kMark;
}

bool IsSentence(absl::string_view text) {
  constexpr size_t kMaxBytes = 400;
  return !text.empty() && text.size() <= kMaxBytes;
}

void ReadWords(Reader& reader, v1::Requirement& requirement, Problems& problems) {
  const TomlValue* text = reader.Table("text");
  if (text == nullptr) {
    reader.Problem("text", "`text` is missing", "a table with en, es and pt is accepted");
    return;
  }
  Reader words(*text, "text", problems);
  constexpr absl::string_view kAccepted = "a sentence of at most 400 bytes";
  requirement.set_text_en(words.Text("en", Reader::kRequired, IsSentence, kAccepted));
  requirement.set_text_es(words.Text("es", Reader::kRequired, IsSentence, kAccepted));
  requirement.set_text_pt(words.Text("pt", Reader::kRequired, IsSentence, kAccepted));
  words.Finish();
}

void ReadScope(Reader& reader, v1::Requirement& requirement) {
  requirement.set_instrument(
      reader.Text("instrument", Reader::kOptional, IsInstrumentId, "an instrument id"));
  for (std::string& code :
       reader.Texts("measures", Reader::kOptional, IsMeasureCode, "codes of measures")) {
    requirement.add_measures(std::move(code));
  }
  for (std::string& code :
       reader.Texts("except_measures", Reader::kOptional, IsMeasureCode, "codes of measures")) {
    requirement.add_except_measures(std::move(code));
  }
  requirement.set_country(
      reader.Text("country", Reader::kOptional, IsCountryCode, "a country, such as CO"));
  for (const std::string& kind :
       reader.Texts("kinds", Reader::kOptional, IsKind, "kinds of act, such as REQUEST")) {
    requirement.add_kinds(FindActKind(kind)->kind);
  }
  if (requirement.kinds().empty()) requirement.add_kinds(v1::ACT_KIND_REQUEST);
}

}  // namespace

void ReadRequirement(const TomlValue& table, Drafts& drafts) {
  Reader reader(table, "requirement", drafts.problems);
  v1::Requirement requirement;
  requirement.set_id(
      reader.Text("id", Reader::kRequired, IsInstrumentId, "A-Z, 0-9 and -, such as UNTOC-FACTS"));
  requirement.set_field(reader.Text(
      "field", Reader::kRequired, IsFieldPath, "a path of names, such as request.facts.summary"));
  ReadScope(reader, requirement);
  const std::string level = reader.Text("level", Reader::kRequired, IsLevel, "ERROR or ADVICE");
  requirement.set_level(level == "ERROR" ? v1::REQUIREMENT_LEVEL_ERROR
                                         : v1::REQUIREMENT_LEVEL_ADVICE);
  requirement.set_source(
      reader.Text("source", Reader::kRequired, IsSentence, "the instrument and the article"));
  requirement.set_mark(
      reader.Text("mark", Reader::kOptional, IsMark, "CHECK_BEFORE_PRODUCTION, or nothing"));
  ReadWords(reader, requirement, drafts.problems);
  reader.Finish();
  if (requirement.id().empty()) return;
  drafts.definitions.push_back({"requirement", requirement.id(), reader.place()});
  if (!requirement.instrument().empty()) {
    drafts.references.push_back(
        {"instrument", requirement.instrument(), reader.PlaceOf("instrument")});
  }
  drafts.contents.requirements.push_back(std::move(requirement));
}

}  // namespace rogatoria
