// [[instrument]] of docs/directory-files.md: titles, and the matrix of who has it in force with
// whom.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
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
      "IN_FORCE, WINDING_DOWN or SUSPENDED");
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
  const auto& relations = instrument.relations();
  for (int i = 0; i < relations.size(); ++i) {
    for (int j = 0; j < i; ++j) {
      const Validity a{relations[i].from(), relations[i].to()};
      const Validity b{relations[j].from(), relations[j].to()};
      const bool same_pair = relations[i].country() == relations[j].country() &&
                             relations[i].other_country() == relations[j].other_country();
      if (same_pair &&
          (a.Covers(b.from) || b.Covers(a.from) || (a.from.empty() && b.from.empty()))) {
        reader.Problem("relation",
                       absl::StrCat("two relations between ",
                                    relations[i].country(),
                                    " and ",
                                    relations[i].other_country(),
                                    " overlap"),
                       "one status a day is accepted");
      }
    }
  }
}

bool IsTitle(absl::string_view text) {
  return !text.empty() && text.size() <= 256;
}

}  // namespace

void ReadInstrument(const TomlValue& table, Drafts& drafts) {
  Reader reader(table, "instrument", drafts.problems);
  v1::Instrument instrument;
  instrument.set_id(
      reader.Text("id", Reader::kRequired, IsInstrumentId, "A-Z, 0-9 and -, such as UN-TIP-2000"));
  instrument.set_title(reader.Text("title", Reader::kRequired, IsTitle, "a title"));
  instrument.set_central_authorities_only(reader.Flag("central_authorities_only", true));
  instrument.set_legal_basis(reader.Flag("legal_basis", false));
  instrument.set_channel_basis(reader.Flag("channel_basis", false));
  for (const TomlValue* relation : reader.Tables("relation")) {
    ReadRelation(*relation, instrument, drafts.problems);
  }
  CheckOverlaps(instrument, reader);
  if (const TomlValue* parties = reader.Table("parties"); parties != nullptr) {
    ReadParties(*parties, instrument, drafts.problems);
  }
  if (!instrument.legal_basis() && !instrument.channel_basis()) {
    reader.Problem("legal_basis",
                   "it is neither a legal basis nor a channel basis",
                   "`legal_basis = true`, `channel_basis = true` or both are accepted");
  }
  reader.Finish();
  if (instrument.id().empty()) return;
  drafts.definitions.push_back({"instrument", instrument.id(), reader.place()});
  drafts.contents.instruments.push_back(std::move(instrument));
}

}  // namespace rogatoria
