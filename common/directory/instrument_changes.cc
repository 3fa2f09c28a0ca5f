#include "common/directory/instrument_changes.h"

#include <map>
#include <set>

#include <google/protobuf/text_format.h>

#include "absl/strings/str_cat.h"

namespace rogatoria {
namespace {

// What each field says, by its name.
using Fields = std::map<std::string, std::string>;

std::string RelationText(const v1::InstrumentRelation& relation) {
  constexpr size_t kPrefix = sizeof("INSTRUMENT_STATUS_") - 1;
  return absl::StrCat(v1::InstrumentStatus_Name(relation.status()).substr(kPrefix),
                      " ",
                      relation.from(),
                      "..",
                      relation.to());
}

std::string FieldText(const v1::Instrument& instrument,
                      const google::protobuf::FieldDescriptor& field) {
  if (!field.is_repeated()) {
    std::string text;
    google::protobuf::TextFormat::PrintFieldValueToString(instrument, &field, -1, &text);
    return text;
  }
  std::string all;
  const int size = instrument.GetReflection()->FieldSize(instrument, &field);
  for (int i = 0; i < size; ++i) {
    std::string text;
    google::protobuf::TextFormat::PrintFieldValueToString(instrument, &field, i, &text);
    absl::StrAppend(&all, i == 0 ? "" : ", ", text);
  }
  return all;
}

Fields Describe(const v1::Instrument& instrument) {
  Fields fields;
  std::vector<const google::protobuf::FieldDescriptor*> set;
  instrument.GetReflection()->ListFields(instrument, &set);
  for (const auto* field : set) {
    if (field->name() != "relations") fields[field->name()] = FieldText(instrument, *field);
  }
  for (const v1::InstrumentRelation& relation : instrument.relations()) {
    std::string& text =
        fields[absl::StrCat("relation ", relation.country(), "-", relation.other_country())];
    absl::StrAppend(&text, text.empty() ? "" : ", ", RelationText(relation));
  }
  return fields;
}

void Compare(const std::string& id,
             const Fields& before,
             const Fields& after,
             std::vector<InstrumentChange>& changes) {
  std::set<std::string> names;
  for (const auto& [name, text] : before) names.insert(name);
  for (const auto& [name, text] : after) names.insert(name);
  const auto text_of = [](const Fields& fields, const std::string& name) {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
  };
  for (const std::string& name : names) {
    const std::string old_text = text_of(before, name);
    const std::string new_text = text_of(after, name);
    if (old_text != new_text) changes.push_back({id, name, old_text, new_text});
  }
}

std::map<std::string, const v1::Instrument*> ById(absl::Span<const v1::Instrument> instruments) {
  std::map<std::string, const v1::Instrument*> by_id;
  for (const v1::Instrument& instrument : instruments) by_id[instrument.id()] = &instrument;
  return by_id;
}

}  // namespace

std::vector<InstrumentChange> ChangesOfInstruments(absl::Span<const v1::Instrument> before,
                                                   absl::Span<const v1::Instrument> after) {
  const auto old_ones = ById(before);
  const auto new_ones = ById(after);
  std::set<std::string> ids;
  for (const auto& [id, instrument] : old_ones) ids.insert(id);
  for (const auto& [id, instrument] : new_ones) ids.insert(id);
  std::vector<InstrumentChange> changes;
  for (const std::string& id : ids) {
    const auto old_one = old_ones.find(id);
    const auto new_one = new_ones.find(id);
    if (old_one == old_ones.end()) {
      changes.push_back({id, "", "", new_one->second->title()});
    } else if (new_one == new_ones.end()) {
      changes.push_back({id, "", old_one->second->title(), ""});
    } else {
      Compare(id, Describe(*old_one->second), Describe(*new_one->second), changes);
    }
  }
  return changes;
}

}  // namespace rogatoria
