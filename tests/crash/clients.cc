#include "tests/crash/clients.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/digest.h"
#include "common/model/canonical.h"
#include "common/model/header.h"

namespace rogatoria::crash {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(20);

client::ActDraft RequestTo(const std::string& recipient) {
  client::ActDraft draft;
  draft.kind = v1::ACT_KIND_REQUEST;
  draft.to.emplace_back().set_authority(recipient);
  draft.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  draft.legal_basis.set_instrument("RECIPROCITY");
  draft.measures.emplace_back().set_ordinal(1);
  draft.measures.back().set_code("OTHER");
  draft.language = "pt-PT";
  draft.content.mutable_letter()->set_text("crash test");
  return draft;
}

}  // namespace

Writer::Writer(client::OfficeProfile profile,
               std::string recipient,
               std::string folder,
               ExternalLedger& ledger)
    : profile_(std::move(profile)), recipient_(std::move(recipient)), ledger_(ledger) {
  profile_.state = std::move(folder);
  thread_ = std::thread([this] { Run(); });
}

void Writer::Stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Writer::Run() {
  auto office = client::Office::Open(profile_);
  const auto seal = client::LoadKeyPair(*profile_.seal);
  if (!office.ok() || !seal.ok()) return ledger_.Fault("a writer cannot open its profile");
  client::ActDraft draft = RequestTo(recipient_);
  const auto resolution = (*office)->Resolve(draft);
  if (!resolution.ok())
    return ledger_.Fault(absl::StrCat("no route: ", resolution.status().ToString()));
  (*office)->connection().set_overall_deadline(absl::Seconds(2));
  ready_ = true;
  while (!stopping_) SendOne(**office, *resolution, *seal, draft);
}

// Sealed for the route found at the start: the directory does not change, so that the load is on
// submitting.
void Writer::SendOne(client::Office& office,
                     const client::Resolution& resolution,
                     const client::KeyPair& seal,
                     client::ActDraft& draft) {
  SystemClock clock;
  SystemRandom random;
  draft.request_id = GenerateUuid(random, clock.Now());
  auto prepared = client::Prepare(profile_, draft, resolution, {}, clock, random);
  if (!prepared.ok() || !client::Sign(*prepared, seal).ok())
    return ledger_.Fault("a writer cannot prepare");
  v1::SubmitActRequest request;
  request.set_request_id(prepared->request_id);
  *request.mutable_act() = prepared->act;
  ledger_.Intend(prepared->header.act_id(), recipient_, request);
  SubmitUntilAnswered(office, prepared->header.act_id(), request);
}

bool Writer::SubmitUntilAnswered(client::Office& office,
                                 const std::string& act_id,
                                 const v1::SubmitActRequest& request) {
  while (!stopping_) {
    auto answer = office.connection().Call(
        office.connection().exchange(), &v1::ExchangeService::Stub::SubmitAct, request);
    if (answer.ok()) {
      ledger_.Answered(act_id, *answer);
      return true;
    }
    if (answer.status().code() == absl::StatusCode::kInvalidArgument ||
        answer.status().code() == absl::StatusCode::kAlreadyExists) {
      ledger_.Fault(absl::StrCat(act_id, " refused: ", answer.status().ToString()));
      return false;
    }
    absl::SleepFor(kPause);
  }
  return false;
}

Consumer::Consumer(client::OfficeProfile profile, ExternalLedger& ledger)
    : profile_(std::move(profile)), ledger_(ledger) {
  thread_ = std::thread([this] { Run(); });
}

void Consumer::Stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Consumer::Run() {
  const auto seal = client::LoadKeyPair(*profile_.seal);
  auto connection = client::Connection::Open(profile_);
  if (!seal.ok() || !connection.ok()) return ledger_.Fault("a consumer cannot open");
  while (!stopping_) {
    if (!TakeUntilCut(**connection, *seal).ok()) absl::SleepFor(kPause);
  }
}

absl::StatusOr<v1::ReceiveRequest> Consumer::Acknowledge(
    const client::KeyPair& seal,
    const std::string& act_id,
    const client::Subscription::Delivery& delivery) const {
  v1::AcknowledgementStatement statement;
  statement.set_trust_domain(profile_.trust_domain);
  statement.set_act_id(act_id);
  statement.set_header_sha256(Sha256(delivery.act().header()));
  statement.set_recipient(profile_.authority);
  statement.set_acknowledged_unix_ms(SystemClock().Now().unix_ms);
  v1::ReceiveRequest request;
  auto& acknowledge = *request.mutable_acknowledge();
  acknowledge.set_position(delivery.position());
  acknowledge.set_statement(ToSignedBytes(kAcknowledgementFirstLine, statement));
  ROG_ASSIGN_OR_RETURN(*acknowledge.mutable_signature(),
                       SignDetached(seal.key, seal.certificate, acknowledge.statement()));
  return request;
}

absl::Status Consumer::TakeUntilCut(client::Connection& connection, const client::KeyPair& seal) {
  client::Subscription mailbox(connection, v1::SUBSCRIPTION_ROLE_PRIMARY, 0);
  while (!stopping_) {
    ROG_ASSIGN_OR_RETURN(auto delivery, mailbox.Next(absl::Milliseconds(200)));
    if (!delivery.has_value()) continue;
    ROG_ASSIGN_OR_RETURN(v1::ActHeader header, ParseHeader(delivery->act().header()));
    ledger_.Delivered(profile_.authority, header.act_id(), delivery->case_position());
    ROG_ASSIGN_OR_RETURN(v1::ReceiveRequest settlement,
                         Acknowledge(seal, header.act_id(), *delivery));
    ROG_ASSIGN_OR_RETURN(v1::Receipt receipt, mailbox.Settle(settlement));
    ledger_.HandedOver(profile_.authority, header.act_id(), receipt);
  }
  return absl::OkStatus();
}

}  // namespace rogatoria::crash
