#include "tests/scenarios/stage.h"

#include <optional>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/status_macros.h"
#include "common/directory/key_statement.h"
#include "common/model/act_kind.h"
#include "common/receipt/receipt.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

constexpr char kLawFile[] = "instruments/scenario.toml";

template <typename T>
T Must(absl::StatusOr<T> value) {
  ROG_CHECK(value.ok(), value.status().ToString().c_str());
  return *std::move(value);
}

// Soon enough to matter, late enough to be no deadline in the past on any day.
int64_t InAMonth() {
  return (SystemClock().Now() + absl::Hours(24 * 30)).unix_ms;
}

}  // namespace

Stage::Stage(const std::string& law, const std::function<void(daemon::Config&)>& tune)
    : broker_(tune) {
  Load(law);
}

void Stage::Join(const std::string& id,
                 const std::string& country,
                 const std::string& kind,
                 const std::string& keys) {
  Office& office = broker_.AddOffice(id, country);
  office.central = false;
  office.kind = kind;
  office.further_keys = keys;
  ids_.push_back(id);
}

void Stage::Describe(const std::string& id, const std::string& tables) {
  broker_.office(id).further_tables = tables;
}

void Stage::Load(const std::string& law) {
  const absl::Status loaded = TryToLoad(law);
  ROG_CHECK(loaded.ok(), loaded.ToString().c_str());
  OpenOffices();
}

absl::Status Stage::TryToLoad(const std::string& law) {
  v1::LoadDirectoryRequest request = broker_.DirectoryFiles();
  v1::DirectoryFile& file = *request.add_files();
  file.set_name(kLawFile);
  file.set_content(law);
  return CallStub(broker_.admin(), &v1::AdminService::Stub::LoadDirectory, request).status();
}

// Anew: each pins the identity keys of all, of those too who have just joined.
void Stage::OpenOffices() {
  offices_.clear();
  for (const std::string& id : ids_) {
    offices_[id] = Must(client::Office::Open(ProfileOf(broker_.office(id))));
  }
}

client::OfficeProfile Stage::ProfileOf(const Office& office) {
  client::OfficeProfile profile;
  profile.trust_domain = broker_.pki().trust_domain();
  profile.authority = office.id();
  profile.endpoints = {absl::StrCat("127.0.0.1:", broker_.public_port())};
  profile.server_name = "localhost";
  profile.tls = {office.system.certificate_file, office.system.key_file};
  profile.hub_ca = broker_.pki().ca_file(TestPki::Ca::kPublic);
  profile.user = client::SigningKey{{office.user.certificate_file, office.user.key_file}};
  profile.seal = client::SigningKey{{office.seal.certificate_file, office.seal.key_file}};
  profile.sealing = {{office.sealing.certificate_file, office.sealing.key_file}};
  for (const auto& [key, purpose] : office.more_keys) {
    if (purpose == v1::KEY_PURPOSE_SEALING)
      profile.sealing.push_back({key.certificate_file, key.key_file});
  }
  for (const Custodian& custodian : office.custodians) {
    auto& place = custodian.group == v1::CUSTODIAN_GROUP_FIRST ? profile.first_custodian
                                                               : profile.second_custodian;
    place = client::CustodianKeys{
        client::SigningKey{{custodian.user.certificate_file, custodian.user.key_file}},
        {custodian.sealing.certificate_file, custodian.sealing.key_file}};
  }
  profile.signer_ca = broker_.pki().ca_file(TestPki::Ca::kSigners);
  profile.log_key = broker_.verifier_key();
  profile.state = folder_ / office.id();
  for (const std::string& id : ids_) {
    profile.identities[id] = IdentityFingerprint(broker_.office(id).identity_key.PublicKeyDer());
  }
  return profile;
}

client::Office& Stage::office(const std::string& id) {
  return *offices_.at(id);
}

std::unique_ptr<client::Office> Stage::OpenMachine(
    const std::string& id,
    const std::string& name,
    const std::function<void(client::OfficeProfile&)>& tune) {
  client::OfficeProfile profile = ProfileOf(broker_.office(id));
  profile.state = folder_ / absl::StrCat(id, "-", name);
  tune(profile);
  return Must(client::Office::Open(std::move(profile)));
}

client::ActDraft Stage::Example(const std::string& name, const std::vector<std::string>& to) {
  client::ActDraft draft = Must(client::ReadActFile(
      absl::StrCat(ROGATORIA_SOURCE_DIR, "/deploy/example-acts/", name, ".toml")));
  draft.in_reply_to.clear();
  draft.related_cases.clear();
  if (draft.urgency.wished_by_unix_ms() != 0) draft.urgency.set_wished_by_unix_ms(InAMonth());
  if (!to.empty()) {
    draft.to.clear();
    for (const std::string& id : to) draft.to.emplace_back().set_authority(id);
  }
  return draft;
}

client::ActDraft Stage::Example(const std::string& name,
                                const std::string& case_id,
                                const std::vector<std::string>& to) {
  client::ActDraft draft = Example(name, to);
  draft.case_id = case_id;
  return draft;
}

client::ActDraft Stage::Letter(v1::ActKind kind,
                               const std::string& case_id,
                               const std::vector<std::string>& to,
                               std::vector<v1::MeasureRef> measures) {
  client::ActDraft draft;
  draft.kind = kind;
  draft.case_id = case_id;
  for (const std::string& id : to) draft.to.emplace_back().set_authority(id);
  draft.measures = std::move(measures);
  draft.language = "es-CO";
  draft.cover_slip.set_subject(std::string(FindActKind(kind)->name));
  draft.content.mutable_letter()->set_text("Según la carta.");
  return draft;
}

absl::StatusOr<v1::SubmitActResponse> Stage::TryToSend(const std::string& from,
                                                       const client::ActDraft& draft) {
  return office(from).Send(draft);
}

void Stage::SubmitUnchecked(const std::string& from, client::ActDraft draft) {
  EXPECT_THAT(TryUnchecked(from, std::move(draft)), IsOk());
}

absl::StatusOr<v1::SubmitActResponse> Stage::TryUnchecked(const std::string& from,
                                                          client::ActDraft draft) {
  const Office& office_of = broker_.office(from);
  SystemClock clock;
  SystemRandom random;
  draft.request_id = GenerateUuid(random, clock.Now());
  if (draft.language.empty()) draft.language = office(from).profile().language;
  const client::Resolution resolution = Must(office(from).Resolve(draft));
  client::PreparedAct prepared =
      Must(client::Prepare(office(from).profile(),
                           draft,
                           resolution,
                           {{office_of.sealing.certificate, office_of.sealing.key}},
                           clock,
                           random));
  return SignAndSubmit(from, std::move(prepared));
}

absl::StatusOr<v1::SubmitActResponse> Stage::SignAndSubmit(const std::string& from,
                                                           client::PreparedAct prepared) {
  const TestIdentity& user = broker_.office(from).user;
  ROG_RETURN_IF_ERROR(client::Sign(prepared, {user.certificate, user.key}));
  return office(from).Submit(prepared);
}

absl::Status Stage::LeaveInOutbox(const std::string& from, client::PreparedAct prepared) {
  const TestIdentity& user = broker_.office(from).user;
  ROG_RETURN_IF_ERROR(client::Sign(prepared, {user.certificate, user.key}));
  v1::SubmitActRequest request;
  request.set_request_id(prepared.header.act_id().substr(from.size() + 1));
  *request.mutable_act() = prepared.act;
  ROG_ASSIGN_OR_RETURN(const auto outbox, client::Outbox::Open(folder_ / from));
  return outbox->Put(request);
}

std::string Stage::Send(const std::string& from, const client::ActDraft& draft) {
  client::ActDraft named = draft;
  SystemRandom random;
  if (named.request_id.empty()) {
    named.request_id = GenerateUuid(random, SystemClock().Now());
  }
  const auto answer = TryToSend(from, named);
  EXPECT_THAT(answer, IsOk()) << FindActKind(draft.kind)->name << " from " << from;
  return absl::StrCat(from, "/", named.request_id);
}

ReceivedAct Stage::Take(const std::string& at) {
  std::optional<v1::ReceiveResponse::Delivery> came;
  const absl::Status status = office(at).Receive(
      1,
      absl::Seconds(20),
      [&](const client::Subscription::Delivery& delivery) {
        came = delivery;
        return Must(office(at).Folder())->Keep(delivery.act());
      },
      [&](const client::KeptNotice& kept) {
        notices_[at].push_back(kept.notice);
        return absl::OkStatus();
      });
  EXPECT_THAT(status, IsOk());
  ROG_CHECK(came.has_value(), absl::StrCat("nothing came to ", at).c_str());
  return {*came, Must(office(at).OpenAct(came->act()))};
}

std::vector<v1::Notice> Stage::Notices(const std::string& at, absl::Duration idle) {
  const absl::Status status = office(at).Receive(
      1,
      idle,
      [](const client::Subscription::Delivery&) {
        return absl::FailedPreconditionError("an act where only notices were expected");
      },
      [&](const client::KeptNotice& kept) {
        notices_[at].push_back(kept.notice);
        return absl::OkStatus();
      });
  EXPECT_THAT(status, IsOk());
  return notices_[at];
}

v1::Case Stage::Read(const std::string& at, const std::string& case_id) {
  v1::GetCaseRequest request;
  request.set_case_id(case_id);
  const auto found =
      CallStub(*broker_.office(at).exchange, &v1::ExchangeService::Stub::GetCase, request);
  EXPECT_THAT(found, IsOk());
  return found.ok() ? found->case_() : v1::Case();
}

std::vector<v1::MeasureState> Stage::States(const std::string& at, const std::string& case_id) {
  const v1::Case found = Read(at, case_id);
  std::vector<v1::MeasureState> states;
  for (const v1::Measure& measure : found.measures()) {
    states.push_back(measure.state());
  }
  return states;
}

std::vector<Evidence> Stage::EvidenceOf(const std::string& at, const std::string& act_id) {
  v1::ListReceiptsRequest request;
  request.set_act_id(act_id);
  const auto receipts =
      CallStub(*broker_.office(at).audit, &v1::AuditService::Stub::ListReceipts, request);
  EXPECT_THAT(receipts, IsOk());
  std::vector<Evidence> evidence;
  if (!receipts.ok()) return evidence;
  for (const v1::Receipt& receipt : receipts->receipts()) {
    const auto verified = VerifyReceipt(receipt.content(), {broker_.verifier_key()});
    EXPECT_THAT(verified, IsOk());
    if (verified.ok()) evidence.push_back(verified->evidence);
  }
  return evidence;
}

}  // namespace rogatoria
