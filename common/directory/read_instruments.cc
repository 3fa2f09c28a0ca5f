// [[instrument]] of docs/directory-files.md: titles, and the matrix of who has it in force with
// whom.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/directory/data_fields.h"
#include "common/directory/drafts.h"
#include "common/directory/table_reader.h"
#include "common/model/ids.h"

namespace rogatoria {
namespace {

using Reader = TableReader;
using Pair = std::pair<std::string, std::string>;

v1::InstrumentStatus StatusOf(absl::string_view name) {
  v1::InstrumentStatus status = v1::INSTRUMENT_STATUS_UNSPECIFIED;
  if (!v1::InstrumentStatus_Parse(absl::StrCat("INSTRUMENT_STATUS_", name), &status)) {
    return v1::INSTRUMENT_STATUS_UNSPECIFIED;
  }
  return status;
}

Pair Sorted(std::string a, std::string b) {
  if (b < a) std::swap(a, b);
  return {std::move(a), std::move(b)};
}

void AddRelation(v1::Instrument& instrument,
                 const Pair& pair,
                 v1::InstrumentStatus status,
                 std::string from,
                 std::string to) {
  v1::InstrumentRelation& relation = *instrument.add_relations();
  relation.set_country(pair.first);
  relation.set_other_country(pair.second);
  relation.set_status(status);
  relation.set_from(std::move(from));
  relation.set_to(std::move(to));
}

void ReadRelation(const TomlValue& table, v1::Instrument& instrument, Problems& problems) {
  Reader reader(table, "relation", problems);
  const auto between =
      reader.Texts("between", Reader::kRequired, IsCountryCode, "two countries, such as PT");
  const std::string status = reader.Text(
      "status",
      Reader::kRequired,
      [](absl::string_view name) { return StatusOf(name) != v1::INSTRUMENT_STATUS_UNSPECIFIED; },
      "IN_FORCE, WINDING_DOWN, SUSPENDED or OBJECTED");
  std::string from = reader.Day("from", Reader::kOptional);
  std::string to = reader.Day("to", Reader::kOptional);
  reader.Finish();
  if (between.size() != 2 || between[0] == between[1]) {
    reader.Problem("between",
                   "`between` does not name two countries",
                   "exactly two different ones are accepted");
    return;
  }
  if (!to.empty() && to < from) {
    reader.Problem("to", "`to` is before `from`", "a later day is accepted");
  }
  AddRelation(
      instrument, Sorted(between[0], between[1]), StatusOf(status), std::move(from), std::move(to));
}

// [instrument.parties]: each pair has it in force from the later of the two days.
void ReadParties(const TomlValue& table, v1::Instrument& instrument, Problems& problems) {
  Reader reader(table, "parties", problems);
  std::set<Pair> told;
  for (const auto& relation : instrument.relations()) {
    told.insert({relation.country(), relation.other_country()});
  }
  std::map<std::string, std::string> since;
  for (const TomlValue& entry : table.entries) {
    if (!IsCountryCode(entry.key)) continue;  // reported as unknown
    since[entry.key] = reader.Day(entry.key, Reader::kRequired);
  }
  for (auto one = since.begin(); one != since.end(); ++one) {
    for (auto other = std::next(one); other != since.end(); ++other) {
      const Pair pair(one->first, other->first);
      if (told.count(pair) > 0) continue;  // said more exactly
      AddRelation(instrument,
                  pair,
                  v1::INSTRUMENT_STATUS_IN_FORCE,
                  std::max(one->second, other->second),
                  "");
    }
  }
  reader.Finish();
}

// One pair, one day, one status.
void CheckOverlaps(const v1::Instrument& instrument, Reader& reader) {
  std::map<Pair, std::vector<Validity>> told;
  for (const v1::InstrumentRelation& relation : instrument.relations()) {
    const Pair pair(relation.country(), relation.other_country());
    const Validity days{relation.from(), relation.to()};
    for (const Validity& other : told[pair]) {
      if (!days.Overlaps(other)) continue;
      reader.Problem(
          "relation",
          absl::StrCat("two relations between ", pair.first, " and ", pair.second, " overlap"),
          "one status a day is accepted");
    }
    told[pair].push_back(days);
  }
}

bool IsTitle(absl::string_view text) {
  return !text.empty() && text.size() <= 256;
}

v1::ChannelEffect EffectOf(absl::string_view name) {
  v1::ChannelEffect effect = v1::CHANNEL_EFFECT_UNSPECIFIED;
  if (!v1::ChannelEffect_Parse(absl::StrCat("CHANNEL_EFFECT_", name), &effect)) {
    return v1::CHANNEL_EFFECT_UNSPECIFIED;
  }
  return effect;
}

// Files from before `effect` mean what they meant.
v1::ChannelEffect EffectWhenLeftOut(const v1::Instrument& instrument) {
  if (!instrument.channel_basis()) return v1::CHANNEL_EFFECT_UNSPECIFIED;
  return instrument.id() == "COMJIB-MEDELLIN-2019" ? v1::CHANNEL_EFFECT_FORMAL_ORIGINAL
                                                   : v1::CHANNEL_EFFECT_INTERINSTITUTIONAL;
}

bool IsMode(absl::string_view name) {
  return name == "ENFORCE" || name == "WARN";
}

// Days only: a hub does not count the hours of paper.
bool IsSpanOfDays(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits(' ', 1));
  constexpr uint32_t kMost = 3660;
  uint32_t count = 0;
  return absl::SimpleAtoi(parts.first, &count) && count >= 1 && count <= kMost &&
         absl::StrCat(count) == parts.first &&
         (parts.second == "DAYS" || parts.second == "WORKING_DAYS");
}

void ReadWords(Reader& reader, Problems& problems, v1::Instrument& instrument) {
  const TomlValue* table = reader.Table("effect_words");
  if (table == nullptr) return;
  Reader words(*table, "effect_words", problems);
  const auto read = [&words](absl::string_view language) {
    return words.Text(language, Reader::kRequired, IsTitle, "a sentence of at most 256 bytes");
  };
  instrument.mutable_effect_words()->set_en(read("en"));
  instrument.mutable_effect_words()->set_es(read("es"));
  instrument.mutable_effect_words()->set_pt(read("pt"));
  words.Finish();
}

// What it lets one do: who, for what, with what mode of its rules.
void ReadScope(Reader& reader, v1::Instrument& instrument) {
  instrument.set_central_authorities_only(reader.Flag("central_authorities_only", true));
  instrument.set_legal_basis(reader.Flag("legal_basis", false));
  instrument.set_channel_basis(reader.Flag("channel_basis", false));
  for (std::string& measure : reader.Texts(
           "measures", Reader::kOptional, IsMeasureCode, "measure codes, such as VIDEO_HEARING")) {
    instrument.add_measures(std::move(measure));
  }
  for (std::string& matter : ReadMatters(reader)) instrument.add_matters(std::move(matter));
  const bool warns = reader.Text("mode", Reader::kOptional, IsMode, "ENFORCE or WARN") == "WARN";
  instrument.set_mode(warns ? v1::INSTRUMENT_MODE_WARN : v1::INSTRUMENT_MODE_ENFORCE);
  if (!instrument.legal_basis() && !instrument.channel_basis()) {
    reader.Problem("legal_basis",
                   "it is neither a legal basis nor a channel basis",
                   "`legal_basis = true`, `channel_basis = true` or both are accepted");
  }
}

// What follows from its use.
void ReadConsequences(Reader& reader, Problems& problems, v1::Instrument& instrument) {
  instrument.set_speciality(reader.Flag("speciality", false));
  instrument.set_consult_before_refusal(reader.Flag("consult_before_refusal", false));
  instrument.set_paper_follows(reader.Flag("paper_follows", false));
  instrument.set_confirm_within(reader.Text("confirm_within",
                                            Reader::kOptional,
                                            IsSpanOfDays,
                                            "a span of days, such as 10 DAYS or 5 WORKING_DAYS"));
  if (!instrument.confirm_within().empty() && !instrument.paper_follows()) {
    reader.Problem("confirm_within",
                   "`confirm_within` without paper that follows",
                   "`paper_follows = true` is required");
  }
  instrument.set_effect(EffectOf(reader.Text(
      "effect",
      Reader::kOptional,
      [](absl::string_view name) { return EffectOf(name) != v1::CHANNEL_EFFECT_UNSPECIFIED; },
      "FORMAL_ORIGINAL or INTERINSTITUTIONAL")));
  if (instrument.effect() != v1::CHANNEL_EFFECT_UNSPECIFIED && !instrument.channel_basis()) {
    reader.Problem("effect", "it has an effect and is no channel basis", "both are accepted");
  }
  if (instrument.effect() == v1::CHANNEL_EFFECT_UNSPECIFIED) {
    instrument.set_effect(EffectWhenLeftOut(instrument));
  }
  ReadWords(reader, problems, instrument);
}

}  // namespace

void ReadInstrument(const TomlValue& table, Drafts& drafts) {
  Reader reader(table, "instrument", drafts.problems);
  v1::Instrument instrument;
  instrument.set_id(
      reader.Text("id", Reader::kRequired, IsInstrumentId, "A-Z, 0-9 and -, such as UN-TIP-2000"));
  instrument.set_title(reader.Text("title", Reader::kRequired, IsTitle, "a title"));
  instrument.set_version(
      static_cast<uint32_t>(reader.Number("version", Reader::kOptional, 1, 1 << 30)));
  ReadProvenance(reader, instrument);
  ReadScope(reader, instrument);
  ReadConsequences(reader, drafts.problems, instrument);
  for (const TomlValue* relation : reader.Tables("relation")) {
    ReadRelation(*relation, instrument, drafts.problems);
  }
  CheckOverlaps(instrument, reader);
  if (const TomlValue* parties = reader.Table("parties"); parties != nullptr) {
    ReadParties(*parties, instrument, drafts.problems);
  }
  reader.Finish();
  if (instrument.id().empty()) return;
  drafts.definitions.push_back({"instrument", instrument.id(), reader.place()});
  drafts.contents.instruments.push_back(std::move(instrument));
}

void CheckInstrumentVersions(const Directory& current, Drafts& drafts) {
  Directory::Contents contents;
  contents.instruments = drafts.contents.instruments;
  const Directory next(std::move(contents));  // relations in one order
  for (const Mention& mention : drafts.definitions) {
    if (mention.category != "instrument") continue;
    const v1::Instrument* before = current.FindInstrument(mention.name);
    const v1::Instrument* after = next.FindInstrument(mention.name);
    if (before == nullptr || after == nullptr || before->version() == 0) continue;
    if (after->version() > before->version() ||
        after->SerializeAsString() == before->SerializeAsString()) {
      continue;
    }
    drafts.problems.Add(
        mention.place,
        absl::StrCat(
            "instrument ", mention.name, " is not what version ", before->version(), " says"),
        "a higher `version` is accepted");
  }
}

}  // namespace rogatoria
