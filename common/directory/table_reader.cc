#include "common/directory/table_reader.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/model/ids.h"

namespace rogatoria {
namespace {

// Cut between characters: half of one makes the whole refusal unreadable on the wire.
std::string Quoted(absl::string_view text) {
  constexpr size_t kMaxShown = 60;
  if (text.size() <= kMaxShown) return absl::StrCat("\"", text, "\"");
  size_t shown = kMaxShown;
  while (shown > 0 && (static_cast<unsigned char>(text[shown]) & 0xc0) == 0x80) --shown;
  return absl::StrCat("\"", text.substr(0, shown), "...\"");
}

}  // namespace

TableReader::TableReader(const TomlValue& table, absl::string_view what, Problems& problems)
    : table_(table), what_(what), problems_(problems) {}

const Place& TableReader::PlaceOf(absl::string_view key) const {
  const TomlValue* value = table_.Find(key);
  return value == nullptr ? table_.place : value->place;
}

void TableReader::Problem(absl::string_view key,
                          absl::string_view what,
                          absl::string_view accepted) {
  problems_.Add(PlaceOf(key), absl::StrCat(what_, ": ", what), accepted);
}

const TomlValue* TableReader::Take(absl::string_view key,
                                   Need need,
                                   TomlValue::Kind kind,
                                   absl::string_view kind_name) {
  known_.insert(std::string(key));
  const TomlValue* value = table_.Find(key);
  if (value == nullptr) {
    if (need == kRequired) {
      Problem(key, absl::StrCat("`", key, "` is missing"), absl::StrCat(kind_name, " is required"));
    }
    return nullptr;
  }
  if (value->kind == kind) return value;
  Problem(key,
          absl::StrCat("`", key, "` is of the wrong kind"),
          absl::StrCat(kind_name, " is accepted"));
  return nullptr;
}

std::string TableReader::Text(absl::string_view key,
                              Need need,
                              bool (*accepts)(absl::string_view),
                              absl::string_view accepted) {
  const TomlValue* value = Take(key, need, TomlValue::Kind::kText, "a text");
  if (value == nullptr) return "";
  if (accepts(value->text)) return value->text;
  Problem(key,
          absl::StrCat("`", key, "` is ", Quoted(value->text)),
          absl::StrCat("accepted: ", accepted));
  return "";
}

std::vector<std::string> TableReader::Texts(absl::string_view key,
                                            Need need,
                                            bool (*accepts)(absl::string_view),
                                            absl::string_view accepted) {
  const TomlValue* list = Take(key, need, TomlValue::Kind::kList, "a list of texts");
  std::vector<std::string> texts;
  if (list == nullptr) return texts;
  for (const TomlValue& item : list->items) {
    if (item.kind == TomlValue::Kind::kText && accepts(item.text)) {
      texts.push_back(item.text);
    } else {
      problems_.Add(item.place,
                    absl::StrCat(what_,
                                 ": `",
                                 key,
                                 "` holds ",
                                 item.kind == TomlValue::Kind::kText ? Quoted(item.text)
                                                                     : "something else than text"),
                    absl::StrCat("accepted: ", accepted));
    }
  }
  if (list->items.empty() && need == kRequired) {
    Problem(key, absl::StrCat("`", key, "` is empty"), "at least one is required");
  }
  return texts;
}

std::string TableReader::Day(absl::string_view key, Need need) {
  const TomlValue* value = table_.Find(key);
  if (value != nullptr && value->kind == TomlValue::Kind::kText) {
    return Text(
        key,
        need,
        [](absl::string_view t) { return t.empty() || IsCivilDate(t); },
        "a day, such as 2026-12-31");
  }
  value = Take(key, need, TomlValue::Kind::kDay, "a day, such as 2026-12-31,");
  return value == nullptr ? "" : value->text;
}

int64_t TableReader::Number(absl::string_view key, Need need, int64_t least, int64_t most) {
  const TomlValue* value = Take(key, need, TomlValue::Kind::kNumber, "a whole number");
  if (value == nullptr) return 0;
  if (value->number >= least && value->number <= most) return value->number;
  Problem(key,
          absl::StrCat("`", key, "` is ", value->number),
          absl::StrCat("accepted: ", least, " to ", most));
  return 0;
}

std::vector<int64_t> TableReader::Numbers(absl::string_view key,
                                          Need need,
                                          int64_t least,
                                          int64_t most) {
  const TomlValue* list = Take(key, need, TomlValue::Kind::kList, "a list of whole numbers");
  std::vector<int64_t> numbers;
  if (list == nullptr) return numbers;
  for (const TomlValue& item : list->items) {
    if (item.kind == TomlValue::Kind::kNumber && item.number >= least && item.number <= most) {
      numbers.push_back(item.number);
    } else {
      problems_.Add(item.place,
                    absl::StrCat(what_, ": `", key, "` holds something else"),
                    absl::StrCat("accepted: whole numbers from ", least, " to ", most));
    }
  }
  return numbers;
}

bool TableReader::Flag(absl::string_view key, bool otherwise) {
  const TomlValue* value = Take(key, kOptional, TomlValue::Kind::kFlag, "true or false");
  return value == nullptr ? otherwise : value->flag;
}

std::vector<const TomlValue*> TableReader::Tables(absl::string_view key) {
  const TomlValue* list = Take(key, kOptional, TomlValue::Kind::kList, "[[a list of tables]]");
  std::vector<const TomlValue*> tables;
  if (list == nullptr) return tables;
  for (const TomlValue& item : list->items) {
    if (item.kind == TomlValue::Kind::kTable) {
      tables.push_back(&item);
    } else {
      problems_.Add(item.place,
                    absl::StrCat(what_, ": `", key, "` holds something else"),
                    "tables are accepted");
    }
  }
  return tables;
}

const TomlValue* TableReader::Table(absl::string_view key) {
  return Take(key, kOptional, TomlValue::Kind::kTable, "a [table]");
}

void TableReader::Finish() {
  for (const TomlValue& entry : table_.entries) {
    if (known_.count(entry.key) > 0) continue;
    problems_.Add(entry.place,
                  absl::StrCat(what_, ": unknown key `", entry.key, "`"),
                  absl::StrCat("known are ", absl::StrJoin(known_, ", ")));
  }
}

}  // namespace rogatoria
