#include "services/exchange/submit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/directory/calendar_for.h"
#include "common/directory/clock_dates.h"
#include "common/ledger/evidence_of.h"
#include "common/ledger/receipts.h"
#include "common/model/act_kind.h"
#include "common/model/header.h"
#include "services/exchange/attachments.h"
#include "services/exchange/clock_rules.h"
#include "services/exchange/legal_dates.h"
#include "services/exchange/placement.h"

namespace rogatoria::exchange {
namespace {

absl::Status CaseNotFound() {
  return Error(Reason::CASE_NOT_FOUND).Field("act.header.case_id");
}

absl::Status Invalid(absl::string_view field, absl::string_view accepted) {
  return Error(Reason::FIELD_INVALID).Field(absl::StrCat("act.header.", field)).Accepted(accepted);
}

Reason ReasonOf(Sequence sequence) {
  switch (sequence) {
    case Sequence::kWrongState:
    case Sequence::kCrossed:
      return Reason::WRONG_STATE;
    case Sequence::kNotAddressed:
      return Reason::FIELD_INVALID;
    case Sequence::kWrongSide:
      return Reason::WRONG_SIDE;
    case Sequence::kUnknownMeasure:
      return Reason::MEASURE_UNKNOWN;
    case Sequence::kInSequence:
      break;
  }
  return Reason::INTERNAL;
}

bool MaySuspend(const StandingRecord* standing) {
  return standing != nullptr && standing->standing != v1::STANDING_ACTIVE;
}

// A case refers to what its acts refer to, up to the bound.
void MergeRelatedCases(const v1::ActHeader& header, std::vector<std::string>& related) {
  for (const std::string& other : header.related_cases()) {
    const bool known = std::find(related.begin(), related.end(), other) != related.end();
    if (!known && related.size() < limits::kMaxRelatedCases) related.push_back(other);
  }
}

// A rule that an act breaks first may hide that it names measures which do not exist.
bool NamesOnlyMeasuresOf(const CaseRecord& current, const v1::ActHeader& header) {
  return std::all_of(header.measures().begin(), header.measures().end(), [&](const auto& named) {
    const MeasureRecord* measure = current.FindMeasure(named.ordinal());
    return measure != nullptr && measure->code == named.code();
  });
}

bool IsParty(const CaseRecord& current, absl::string_view authority) {
  return current.RoleOf(authority) != v1::CASE_ROLE_UNSPECIFIED;
}

// A stranger to the case who was alerted because the duty desk did not answer acknowledges the
// urgent act in its place, and does nothing else.
bool StandsIn(const CaseRecord& current, const v1::ActHeader& header) {
  return header.kind() == v1::ACT_KIND_ACKNOWLEDGEMENT && !IsParty(current, header.sender()) &&
         current.CallsSubstitute(header.sender(), header.in_reply_to());
}

bool AddressesOnlyPartiesOf(const CaseRecord& current, const v1::ActHeader& header) {
  return std::all_of(header.recipients().begin(),
                     header.recipients().end(),
                     [&](const v1::Recipient& to) { return IsParty(current, to.authority()); });
}

Party NewParty(const v1::ActHeader& header, const v1::Recipient& to, uint64_t position) {
  Party party{to.authority(), v1::CASE_ROLE_REQUESTED};
  if (header.kind() != v1::ACT_KIND_FORWARDING_NOTICE) return party;
  party.forwarded_by = header.sender();
  party.joined_at = position;
  return party;
}

// One who is not a party yet, or to whom the sender has handed on another measure before.
bool MayTakeOver(const CaseRecord& current, const v1::ActHeader& header) {
  const Party* party = current.FindParty(header.recipients(0).authority());
  return party == nullptr || party->forwarded_by == header.sender();
}

bool AreOfOneCountry(const Directory& directory, const std::string& one, const std::string& other) {
  const AuthorityEntry* first = directory.FindAuthority(one);
  const AuthorityEntry* second = directory.FindAuthority(other);
  return first != nullptr && second != nullptr &&
         first->record.country() == second->record.country();
}

// A notice of forwarding goes to one who takes over and tells the one who asked. What concerns
// another country is not handed on behind the back of its central authority: it is returned.
absl::Status CheckForwarding(const CaseRecord& current,
                             const v1::ActHeader& header,
                             const Directory& directory) {
  if (header.in_reply_to().empty()) {
    return Invalid("in_reply_to", "the act that is forwarded");
  }
  const std::string& competent = header.recipients(0).authority();
  if (!MayTakeOver(current, header)) {
    return Invalid("recipients[0].authority",
                   "the competent authority, which is not a party of the case yet or to which you "
                   "have handed on before");
  }
  if (!AreOfOneCountry(directory, header.sender(), competent)) {
    return Error(Reason::FORWARDING_ABROAD).Field("act.header.recipients[0].authority");
  }
  if (current.RoleOf(header.recipients(1).authority()) != v1::CASE_ROLE_REQUESTING) {
    return Invalid("recipients[1].authority", "the requesting authority of the case");
  }
  // Its ceiling is looked at by this class, and it may read what the case holds.
  if (header.data_class() < current.data_class) {
    return Invalid("data_class", "at least the highest class of the acts of the case");
  }
  return absl::OkStatus();
}

// A formal act has its effect by the instrument that the case was opened under.
absl::Status CheckChannelOf(const CaseRecord& current, const v1::ActHeader& header) {
  if (header.channel_class() != v1::CHANNEL_CLASS_FORMAL) {
    if (current.channel_class != v1::CHANNEL_CLASS_FORMAL || !Binds(header.kind())) {
      return absl::OkStatus();
    }
    return Invalid("channel_class", "FORMAL: in a formal case this kind commits its sender");
  }
  if (current.channel_class != v1::CHANNEL_CLASS_FORMAL) {
    return Invalid("channel_class",
                   "INTERINSTITUTIONAL or INFORMAL: what becomes formal opens a case of its own "
                   "that names this one in related_cases");
  }
  if (header.legal_basis().instrument() != current.instrument) {
    return Invalid("legal_basis.instrument", "that of the case");
  }
  return absl::OkStatus();
}

absl::Status CheckPartiesOf(const CaseRecord& current,
                            const v1::ActHeader& header,
                            const Directory& directory) {
  if (header.kind() == v1::ACT_KIND_FORWARDING_NOTICE) {
    ROG_RETURN_IF_ERROR(CheckForwarding(current, header, directory));
  }
  const bool adds = FindActKind(header.kind())->adds_parties;
  size_t parties = current.parties.size();
  for (int i = 0; i < header.recipients_size(); ++i) {
    if (IsParty(current, header.recipients(i).authority())) continue;
    const std::string field = absl::StrCat("recipients[", i, "].authority");
    if (!adds) return Invalid(field, "another party of the case");
    if (++parties > limits::kMaxMeasures) {
      return Error(Reason::LIMIT_EXCEEDED)
          .Field(absl::StrCat("act.header.", field))
          .Accepted(absl::StrCat("at most ", limits::kMaxMeasures, " parties in a case"));
    }
  }
  return absl::OkStatus();
}

// Those whom the act addresses are parties from now on. Whoever is handed a further measure reads
// what came until then.
void JoinParties(const v1::ActHeader& header, bool in_sequence, CaseRecord& next) {
  for (const v1::Recipient& to : header.recipients()) {
    if (!IsParty(next, to.authority())) {
      next.parties.push_back(NewParty(header, to, next.act_count));
    }
  }
  if (!in_sequence || header.kind() != v1::ACT_KIND_FORWARDING_NOTICE) return;
  for (Party& party : next.parties) {
    if (party.authority == header.recipients(0).authority()) party.joined_at = next.act_count;
  }
}

// Of a refused act only what the sender signed is kept: it goes to nobody.
v1::Act WithoutContent(v1::Act act) {
  act.clear_body();
  act.clear_key_envelopes();
  act.clear_identity_part();
  act.clear_identity_shares();
  return act;
}

// What is delivered and read has no shares of an identity part: they are handed out by
// GetIdentityShare only.
std::vector<v1::IdentityShare> TakeShares(v1::Act& act) {
  std::vector<v1::IdentityShare> shares(act.identity_shares().begin(), act.identity_shares().end());
  act.clear_identity_shares();
  return shares;
}

}  // namespace

absl::StatusOr<v1::SubmitActResponse> ReplayFromStore(Store& store, const std::string& act_id) {
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store.OpenSnapshot());
  ROG_ASSIGN_OR_RETURN(const ActRecord act, snapshot->GetAct(act_id));
  return ReplaySubmission(*snapshot, act);
}

SubmitCommand::SubmitCommand(const SubmitWorld& world,
                             AdmittedAct admitted,
                             std::function<bool()> abandoned,
                             SubmitDone done)
    : world_(world),
      admitted_(std::move(admitted)),
      abandoned_(std::move(abandoned)),
      done_(std::move(done)) {}

void SubmitCommand::Declare(BatchKeys& keys) const {
  const v1::ActHeader& header = admitted_.header;
  keys.acts.push_back(header.act_id());
  if (!header.in_reply_to().empty()) keys.acts.push_back(header.in_reply_to());
  // What is handed on depends on what opened the case.
  if (header.kind() == v1::ACT_KIND_FORWARDING_NOTICE) keys.acts.push_back(header.case_id());
  keys.cases.push_back(header.case_id());
  for (const v1::Recipient& to : header.recipients()) keys.mailboxes.push_back(to.authority());
  DeclareDocuments(header, keys);
}

void SubmitCommand::Decide(Draft& draft) {
  if (const ActRecord* known = draft.FindAct(act_id())) return MeetKnownAct(*known, draft);
  const CaseRecord* current = draft.FindCase(admitted_.header.case_id());
  absl::Status status = Recheck(draft);
  if (!status.ok() && !IsLegalRefusal(status)) {
    error_ = status;
    return;
  }
  // A stranger learns nothing more, not even that an instrument is not in force.
  if (const absl::Status case_status = CheckCase(current, draft); !case_status.ok()) {
    error_ = case_status;
    return;
  }
  if (status.ok()) status = JudgeSequence(current, draft);
  if (status.ok()) status = CheckDocuments(draft, admitted_.header);
  if (IsLegalRefusal(status)) return Refuse(current, status, draft);
  if (status.ok()) status = ComputeLegalDates(draft.now());
  if (status.ok()) return Accept(current, draft);
  error_ = status;
}

void SubmitCommand::MeetKnownAct(const ActRecord& known, const Draft& draft) {
  if (known.bytes_sha256 != admitted_.bytes_sha256) {
    error_ = Error(Reason::ACT_ID_REUSED).Field("request_id");
    return;
  }
  outcome_ = draft.IsNewAct(known.act_id) ? Outcome::kRecorded : Outcome::kReplay;
  if (outcome_ == Outcome::kReplay) return;
  answer_ = known;
  answer_.act.Clear();
}

// What admission found, unless the registry changed since: then what holds now.
absl::Status SubmitCommand::Recheck(const Draft& draft) {
  const v1::ActHeader& header = admitted_.header;
  if (draft.changes().directory.has_value()) return Error(Reason::ROUTE_CHANGED);
  if (MaySuspend(draft.FindNewStanding(v1::STANDING_SUBJECT_AUTHORITY, header.sender())) ||
      MaySuspend(draft.FindNewStanding(v1::STANDING_SUBJECT_CERTIFICATE,
                                       admitted_.caller.certificate_sha256))) {
    return Error(Reason::AUTHORITY_SUSPENDED).Field("act.header.sender");
  }
  if (MaySuspend(draft.FindNewStanding(v1::STANDING_SUBJECT_USER, admitted_.signer.user_id)) ||
      MaySuspend(draft.FindNewStanding(v1::STANDING_SUBJECT_CERTIFICATE,
                                       admitted_.signer.certificate_sha256))) {
    return Error(Reason::SIGNER_NOT_ACTIVE).Field("act.signature");
  }
  const RegistryState now = world_.registry.Get();
  const bool same = now.directory == admitted_.registry.directory &&
                    now.standings == admitted_.registry.standings;
  if (same || admitted_.signer.certificate_sha256.empty()) return admitted_.verdict;
  admitted_.registry = now;
  const absl::Status status = CheckRegistry(world_.rules, admitted_, draft.now());
  admitted_.described.effect = EffectOf(header, now, admitted_.passed);
  return status;
}

absl::Status SubmitCommand::CheckCase(const CaseRecord* current, const Draft& draft) const {
  const v1::ActHeader& header = admitted_.header;
  if (admitted_.opens_case()) return absl::OkStatus();
  if (current == nullptr) return CaseNotFound();
  const bool stands_in = StandsIn(*current, header);
  if (!stands_in && !IsParty(*current, header.sender())) return CaseNotFound();
  if (stands_in && !header.measures().empty()) {
    return Invalid("measures", "none: a substitute acknowledges the act and moves no measure");
  }
  if (header.case_type() != current->case_type) return Invalid("case_type", "that of the case");
  if (header.case_position_seen() > current->act_count) {
    return Invalid("case_position_seen", absl::StrCat("at most ", current->act_count));
  }
  ROG_RETURN_IF_ERROR(CheckChannelOf(*current, header));
  const Directory& directory = *admitted_.registry.directory;
  ROG_RETURN_IF_ERROR(CheckPartiesOf(*current, header, directory));
  ROG_RETURN_IF_ERROR(CheckPlacementIn(directory, *current, header));
  if (header.in_reply_to().empty()) return absl::OkStatus();
  const ActRecord* answered = draft.FindAct(header.in_reply_to());
  if (answered == nullptr || answered->case_id != header.case_id() ||
      answered->disposition == v1::ACT_DISPOSITION_REFUSED) {
    return Invalid("in_reply_to", "an act of the case");
  }
  if (header.kind() != v1::ACT_KIND_FORWARDING_NOTICE) return absl::OkStatus();
  const ActRecord* opening = draft.FindAct(header.case_id());
  return CheckPlacementHandedOn(directory,
                                header,
                                opening == nullptr ? v1::ACT_KIND_UNSPECIFIED : opening->kind,
                                answered->kind);
}

absl::Status SubmitCommand::JudgeSequence(const CaseRecord* current, const Draft& draft) {
  const v1::ActHeader& header = admitted_.header;
  if (current != nullptr && StandsIn(*current, header)) {
    verdict_ = {.measures = current->measures, .case_state = current->state};
    disposition_ = v1::ACT_DISPOSITION_IN_SEQUENCE;
    return absl::OkStatus();
  }
  const v1::CaseRole role =
      current == nullptr ? v1::CASE_ROLE_REQUESTING : current->RoleOf(header.sender());
  const ActRecord* answered =
      header.in_reply_to().empty() ? nullptr : draft.FindAct(header.in_reply_to());
  verdict_ =
      rogatoria::Judge(current, header, role, answered == nullptr ? 0 : answered->case_position);
  disposition_ = v1::ACT_DISPOSITION_IN_SEQUENCE;
  if (!admitted_.passed.insisted.ok()) return JudgeInsisted(current);
  if (verdict_.sequence == Sequence::kInSequence) return absl::OkStatus();
  if (verdict_.sequence == Sequence::kCrossed && AddressesOnlyPartiesOf(*current, header)) {
    disposition_ = v1::ACT_DISPOSITION_CROSSED;
    return absl::OkStatus();
  }
  const bool insists = header.insist() != v1::INSIST_REASON_UNSPECIFIED;
  if (insists && verdict_.sequence != Sequence::kUnknownMeasure &&
      NamesOnlyMeasuresOf(*current, header) && AddressesOnlyPartiesOf(*current, header)) {
    disposition_ = v1::ACT_DISPOSITION_OUT_OF_SEQUENCE;
    return absl::OkStatus();
  }
  const absl::Status refusal =
      Error(ReasonOf(verdict_.sequence)).Field(verdict_.field).Accepted(verdict_.explanation);
  return WithFieldPrefix(refusal, "act.header");
}

// It fits the case or not: a rule before that lets it pass only as what moves nothing.
absl::Status SubmitCommand::JudgeInsisted(const CaseRecord* current) {
  const v1::ActHeader& header = admitted_.header;
  const bool names_what_is_there =
      verdict_.sequence == Sequence::kInSequence ||
      (verdict_.sequence != Sequence::kUnknownMeasure && NamesOnlyMeasuresOf(*current, header));
  if (!names_what_is_there || !AddressesOnlyPartiesOf(*current, header)) {
    return admitted_.passed.insisted;
  }
  disposition_ = v1::ACT_DISPOSITION_OUT_OF_SEQUENCE;
  return absl::OkStatus();
}

absl::Status SubmitCommand::ComputeLegalDates(Instant now) {
  const Directory& directory = *admitted_.registry.directory;
  const Matter matter = MatterOf(admitted_.header, v1::CALENDAR_PHASE_RECEPTION);
  for (const v1::Recipient& to : admitted_.header.recipients()) {
    const AuthorityEntry* entry = directory.FindAuthority(to.authority());
    const Calendar* calendar =
        entry == nullptr ? nullptr : CalendarFor(directory, entry->record, matter);
    if (calendar == nullptr) return Error(Reason::ROUTE_CHANGED);
    ROG_ASSIGN_OR_RETURN(legal_dates_.emplace_back(),
                         ComputeLegalDate(now,
                                          admitted_.header.deadline_effect(),
                                          entry->record.time_zone(),
                                          *calendar,
                                          world_.tzdata_version));
  }
  return absl::OkStatus();
}

ActRecord SubmitCommand::DescribeRecord(const Draft& draft, uint64_t key_id) const {
  const v1::ActHeader& header = admitted_.header;
  ActRecord act;
  act.act_id = header.act_id();
  act.case_id = header.case_id();
  act.case_seen = header.case_position_seen();
  act.disposition = disposition_;
  act.kind = header.kind();
  act.sender = header.sender();
  for (const v1::Recipient& to : header.recipients()) act.recipients.push_back(to.authority());
  act.bytes_sha256 = admitted_.bytes_sha256;
  act.recorded = draft.now();
  act.key_id = key_id;
  return act;
}

// The case after this act: a new one, or the current one moved on.
CaseRecord SubmitCommand::NextCase(const CaseRecord* current, Draft& draft) const {
  const v1::ActHeader& header = admitted_.header;
  CaseRecord next;
  if (current != nullptr) {
    next = *current;
  } else {
    next.case_id = header.case_id();
    next.case_type = header.case_type();
    next.channel_class = header.channel_class();
    next.instrument = header.legal_basis().instrument();
    next.article = header.legal_basis().article();
    next.channel_basis = header.channel_basis();
    next.parties.push_back({header.sender(), v1::CASE_ROLE_REQUESTING});
    next.opened = draft.now();
    next.key_id = draft.TakeKey();
  }
  ++next.act_count;
  next.data_class = std::max(next.data_class, header.data_class());
  const bool in_sequence = disposition_ == v1::ACT_DISPOSITION_IN_SEQUENCE;
  JoinParties(header, in_sequence, next);
  if (in_sequence) {
    next.measures = verdict_.measures;
    next.state = verdict_.case_state;
  }
  next.updated = draft.now();
  MergeRelatedCases(header, next.related_cases);
  return next;
}

void SubmitCommand::Accept(const CaseRecord* current, Draft& draft) {
  CaseRecord next = NextCase(current, draft);
  next.clocks = UpdateClocks({.header = admitted_.header,
                              .before = current,
                              .after = next,
                              .in_sequence = disposition_ == v1::ACT_DISPOSITION_IN_SEQUENCE,
                              .directory = *admitted_.registry.directory,
                              .now = draft.now()});
  const std::string instrument = next.instrument;
  ActRecord act = DescribeRecord(draft, next.key_id);
  act.case_position = next.act_count;
  const Evidence acceptance =
      AcceptanceOf(admitted_.described, disposition_, act.case_position, draft.now());
  const EntryAddress address = draft.AppendEvidence(acceptance, act.key_id, act.sender);
  act.log = address.log;
  act.first_entry = address.index;
  outcome_ = Outcome::kRecorded;
  answer_ = act;
  act.act = std::move(admitted_.act);
  act.identity_shares = TakeShares(act.act);
  draft.PutCase(std::move(next));
  draft.AddAct(std::move(act));
  Deliver(answer_, acceptance, instrument, draft);
  // Behind the act's own entries, which follow one another from first_entry on.
  AttachDocuments(draft, admitted_.header, admitted_.caller.identity, answer_.key_id);
}

void SubmitCommand::Deliver(const ActRecord& act,
                            const Evidence& acceptance,
                            const std::string& instrument,
                            Draft& draft) {
  const auto& measures = admitted_.header.measures();
  const ClockTerms terms{*admitted_.registry.directory,
                         instrument,
                         measures.size() == 1 ? measures[0].code() : std::string()};
  for (size_t i = 0; i < act.recipients.size(); ++i) {
    const std::string& recipient = act.recipients[i];
    const EntryAddress address = draft.AppendEvidence(
        ConsignmentOf(acceptance, recipient, legal_dates_[i]), act.key_id, recipient);
    DeliveryRecord delivery;
    delivery.authority = recipient;
    delivery.act_id = act.act_id;
    delivery.case_id = act.case_id;
    delivery.case_position = act.case_position;
    delivery.urgency = UrgencyOf(admitted_.header);
    delivery.log = address.log;
    delivery.consigned_entry = address.index;
    delivery.key_id = act.key_id;
    delivery.retrieve_by = RetrievalDue(terms, recipient, delivery.urgency, draft.now());
    draft.AddDelivery(std::move(delivery));
  }
}

void SubmitCommand::Refuse(const CaseRecord* current, const absl::Status& refusal, Draft& draft) {
  disposition_ = v1::ACT_DISPOSITION_REFUSED;
  const ErrorDetails details = *GetErrorDetails(refusal);
  ActRecord act = DescribeRecord(draft, current == nullptr ? draft.TakeKey() : current->key_id);
  act.refusal = std::string(ReasonName(details.reason));
  act.refusal_detail = absl::StrCat(details.field, "\n", details.accepted);
  const EntryAddress address = draft.AppendEvidence(
      RejectionOf(admitted_.described, details.reason, draft.now()), act.key_id, act.sender);
  act.log = address.log;
  act.first_entry = address.index;
  outcome_ = Outcome::kRecorded;
  answer_ = act;
  act.act = WithoutContent(std::move(admitted_.act));
  draft.AddAct(std::move(act));
}

void SubmitCommand::Committed(const BatchReceipts& receipts) {
  if (outcome_ == Outcome::kError) return done_(error_);
  if (outcome_ == Outcome::kReplay) return world_.replay(act_id(), done_);
  if (answer_.disposition == v1::ACT_DISPOSITION_REFUSED) {
    return done_(RefusalStatus(answer_, receipts.Make({answer_.log, answer_.first_entry})));
  }
  v1::SubmitActResponse response;
  response.set_disposition(answer_.disposition);
  response.set_case_position(answer_.case_position);
  for (const std::string& rule : admitted_.passed.warned) response.add_warned_rules(rule);
  for (size_t i = 0; i <= answer_.recipients.size(); ++i) {
    *response.add_receipts() = receipts.Make({answer_.log, answer_.first_entry + i});
  }
  done_(std::move(response));
}

}  // namespace rogatoria::exchange
