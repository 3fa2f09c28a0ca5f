// What authorities of a simulation read, and what they must not be able to read.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/ledger/audit_command.h"
#include "services/exchange/reads.h"
#include "tests/simulation/simulation.h"

namespace rogatoria::simulation {
namespace {

constexpr char kNobodys[] = "aa-none/00000000-0000-4000-8000-000000000000";

bool IsParty(const v1::ActHeader& header, const std::string& authority) {
  if (header.sender() == authority) return true;
  return std::any_of(header.recipients().begin(),
                     header.recipients().end(),
                     [&](const v1::Recipient& to) { return to.authority() == authority; });
}

v1::GetActRequest ActRequest(const std::string& id) {
  v1::GetActRequest request;
  request.set_act_id(id);
  return request;
}

v1::GetCaseRequest CaseRequest(const std::string& id) {
  v1::GetCaseRequest request;
  request.set_case_id(id);
  return request;
}

std::string AnyKey(const std::map<std::string, SentAct>& acts, SeededRandom& chance) {
  if (acts.empty()) return "";
  auto it = acts.begin();
  std::advance(it, static_cast<ptrdiff_t>(chance.Below(acts.size())));
  return it->first;
}

}  // namespace

void Simulation::ReadAct() {
  const CastMember& reader = AnyMember();
  const std::string act_id = AnyKey(notes_.acts, chance_);
  const auto snapshot = Look();
  if (act_id.empty() || snapshot == nullptr) return;
  ++tally_.reads;
  const SentAct& sent = notes_.acts.at(act_id);
  const auto read = exchange::GetAct(*snapshot, reader.caller(), ActRequest(act_id));
  const bool entitled = sent.refused.has_value() ? sent.header.sender() == reader.id
                                                 : IsParty(sent.header, reader.id);
  if (!entitled) {
    ++tally_.strangers_turned_away;
    const auto nothing = exchange::GetAct(*snapshot, reader.caller(), ActRequest(kNobodys));
    if (read.status() != nothing.status()) {
      notes_.Violation(absl::StrCat(reader.id, " learns of an act that is not its own"));
    }
    return;
  }
  if (!read.ok()) {
    if (sent.answered()) notes_.Violation("an answered act is not there for its party: " + act_id);
    return;
  }
  hub_.Enqueue(std::make_unique<AuditCommand>(
      AuditRecord{}, read->key_id, reader.id, [](const absl::Status&) {}));
  for (const v1::Receipt& receipt : read->response.receipts()) {
    notes_.receipts.insert(receipt.content());
    if (!receipt.recipient().empty() && receipt.recipient() != reader.id &&
        sent.header.sender() != reader.id) {
      notes_.Violation(absl::StrCat(reader.id, " got a receipt of ", receipt.recipient()));
    }
  }
}

void Simulation::ReadCase() {
  const CastMember& reader = AnyMember();
  const std::string case_id = AnyCase();
  const auto snapshot = case_id.empty() ? nullptr : Look();
  if (snapshot == nullptr) return;
  ++tally_.reads;
  const bool party = IsParty(notes_.acts.at(case_id).header, reader.id);
  const auto read = exchange::GetCase(*snapshot, reader.caller(), CaseRequest(case_id));
  v1::ListActsRequest list;
  list.set_case_id(case_id);
  const auto acts = exchange::ListActs(*snapshot, reader.caller(), list);
  if (party) {
    if (!read.ok() || !acts.ok()) notes_.Violation("a case is not there for its party: " + case_id);
    return;
  }
  ++tally_.strangers_turned_away;
  const auto nothing = exchange::GetCase(*snapshot, reader.caller(), CaseRequest(kNobodys));
  if (read.status() != nothing.status() || acts.status() != nothing.status()) {
    notes_.Violation(absl::StrCat(reader.id, " learns of a case that is not its own"));
  }
}

void Simulation::ListCases() {
  const CastMember& reader = AnyMember();
  const auto snapshot = Look();
  if (snapshot == nullptr) return;
  ++tally_.reads;
  std::set<std::string> listed;
  v1::ListCasesRequest request;
  request.set_page_size(3);
  do {
    const auto page = exchange::ListCases(*snapshot, reader.caller(), request);
    if (!page.ok()) return notes_.Violation("cases cannot be listed");
    for (const v1::Case& one : page->response.cases()) {
      if (!listed.insert(one.case_id()).second) notes_.Violation("a case is listed twice");
      const auto opening = notes_.acts.find(one.case_id());
      if (opening == notes_.acts.end() || !IsParty(opening->second.header, reader.id)) {
        notes_.Violation(absl::StrCat(reader.id, " is shown a case that is not its own"));
      }
    }
    request.set_page_token(page->response.next_page_token());
  } while (!request.page_token().empty());
  for (const auto& [act_id, sent] : notes_.acts) {
    const bool opened = sent.accepted.has_value() && sent.header.case_id() == act_id;
    if (opened && IsParty(sent.header, reader.id) && listed.count(act_id) == 0) {
      notes_.Violation("a case is not listed for its party: " + act_id);
    }
  }
}

}  // namespace rogatoria::simulation
