#include "tests/unit/delivery/test_mailboxes.h"

#include <map>

#include "common/ledger/notices.h"

namespace rogatoria::delivery {
namespace {

constexpr char kRecipient[] = "co-fgn";

CertificateRequest RequestFor(const std::string& name, CertificateProfile profile, Clock& clock) {
  CertificateRequest request;
  request.profile = profile;
  request.common_name = name;
  request.not_before = clock.Now() + absl::Hours(-24);
  request.not_after = clock.Now() + absl::Hours(24 * 365);
  return request;
}

v1::ActHeader HeaderOf(int number, int case_number, v1::ChannelClass channel_class) {
  v1::ActHeader header = OpeningHeader();
  header.set_act_id(TestActId(number));
  header.set_case_id(TestActId(case_number));
  header.set_channel_class(channel_class);
  return header;
}

CaseRecord NewCase(const std::string& case_id, Draft& draft) {
  CaseRecord record;
  record.case_id = case_id;
  record.case_type = v1::CASE_TYPE_MLA;
  record.state = v1::CASE_STATE_OPEN;
  record.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  record.parties = {{"pt-pgr", v1::CASE_ROLE_REQUESTING}, {kRecipient, v1::CASE_ROLE_REQUESTED}};
  record.opened = draft.now();
  record.key_id = draft.TakeKey();
  return record;
}

Evidence AcceptanceFor(const v1::ActHeader& header, const Bytes& bytes, const CaseRecord& of_case) {
  ActFacts facts;
  facts.header_sha256 = ToHex(Sha256(bytes));
  facts.signer_sha256 = std::string(64, 'c');
  return AcceptanceOf(DescribeAct({"rogatoria.example", "ES"}, header, facts),
                      v1::ACT_DISPOSITION_IN_SEQUENCE,
                      of_case.act_count,
                      of_case.updated);
}

// What a submission leaves in the store.
void Record(const v1::ActHeader& header, v1::UrgencyLevel urgency, Draft& draft) {
  const CaseRecord* known = draft.FindCase(header.case_id());
  CaseRecord of_case = known != nullptr ? *known : NewCase(header.case_id(), draft);
  of_case.act_count += 1;
  of_case.updated = draft.now();
  ActRecord act;
  act.act_id = header.act_id();
  act.case_id = header.case_id();
  act.case_position = of_case.act_count;
  act.disposition = v1::ACT_DISPOSITION_IN_SEQUENCE;
  act.kind = header.kind();
  act.sender = header.sender();
  act.recipients = {kRecipient};
  act.bytes_sha256 = Bytes(32, 'd');
  act.recorded = draft.now();
  act.key_id = of_case.key_id;
  act.act.set_header(ToSignedBytes(kHeaderFirstLine, header));
  act.act.set_signature("signature");
  act.act.set_body("body");
  act.act.add_key_envelopes("envelope");
  const Evidence acceptance = AcceptanceFor(header, act.act.header(), of_case);
  const EntryAddress accepted = draft.AppendEvidence(acceptance, act.key_id, header.sender());
  LegalDate date;
  date.date = "2026-11-25";
  date.rule = "EXACT_INSTANT";
  date.time_zone = "America/Bogota";
  date.tzdata_version = "2024a";
  const EntryAddress consigned =
      draft.AppendEvidence(ConsignmentOf(acceptance, kRecipient, date), act.key_id, kRecipient);
  act.log = accepted.log;
  act.first_entry = accepted.index;
  DeliveryRecord row;
  row.authority = kRecipient;
  row.act_id = act.act_id;
  row.case_id = act.case_id;
  row.case_position = act.case_position;
  row.urgency = urgency;
  row.log = consigned.log;
  row.consigned_entry = consigned.index;
  row.key_id = act.key_id;
  draft.AddDelivery(std::move(row));
  draft.AddAct(std::move(act));
  draft.PutCase(std::move(of_case));
}

}  // namespace

CertificateAuthority TestMailboxes::MakeAuthority() {
  return CertificateAuthority::Create(
             RequestFor("test CA", CertificateProfile::kAuthority, hub.clock), random)
      .value();
}

TestSeal TestMailboxes::Issue(const std::string& name) const {
  PrivateKey key = PrivateKey::Generate(KeyAlgorithm::kP256).value();
  FakeClock now;
  Certificate certificate =
      authority.Issue(key.PublicKeyDer(), RequestFor(name, CertificateProfile::kSigning, now))
          .value();
  return {std::move(key), std::move(certificate)};
}

Directory::Contents TestMailboxes::MakeDirectory() const {
  AuthorityEntry entry;
  entry.record.set_id(kRecipient);
  entry.record.set_country("CO");
  FakeClock now;
  entry.keys.push_back({v1::KEY_PURPOSE_ORGANISATION_SEAL,
                        seal.certificate,
                        v1::KeyStatement(),
                        now.Now() + absl::Hours(-1),
                        now.Now() + absl::Hours(24 * 300)});
  Directory::Contents contents;
  contents.authorities.push_back(std::move(entry));
  return contents;
}

void TestMailboxes::AddNotice(int case_number, v1::NoticeKind kind) {
  absl::Notification told;
  v1::Notice notice;
  notice.set_kind(kind);
  notice.set_authority(kRecipient);
  if (case_number != 0) notice.set_case_id(TestActId(case_number));
  auto command = std::make_unique<LambdaCommand>();
  command->declare = [&](BatchKeys& keys) {
    keys.mailboxes.push_back(kRecipient);
    if (case_number != 0) keys.cases.push_back(notice.case_id());
  };
  command->decide = [&](Draft& draft) { PutNotice(draft, kRecipient, notice); };
  command->committed = [&](const BatchReceipts&) { told.Notify(); };
  command->failed = [&](const absl::Status& status) {
    ROG_CHECK(status.ok(), "a notice of a test is recorded");
  };
  queue->Submit(std::move(command));
  told.WaitForNotification();
}

AuditRecord TestMailboxes::LastNoticeRecord() const {
  const auto snapshot = *hub.store->OpenSnapshot();
  const Head head = *snapshot->GetHead();
  AuditRecord last;
  const auto entries = *snapshot->ListEntries("", head.log, 0, head.log_size);
  for (const EntryRecord& entry : entries) {
    const auto record = ParseAuditRecord(entry.record);
    if (record.ok() && record->operation == AuditOperation::kNotice) last = *record;
  }
  return last;
}

std::string TestMailboxes::AddAct(int number,
                                  int case_number,
                                  v1::ChannelClass channel_class,
                                  v1::UrgencyLevel urgency) {
  const v1::ActHeader header = HeaderOf(number, case_number, channel_class);
  absl::Notification told;
  auto command = std::make_unique<LambdaCommand>();
  command->declare = [&](BatchKeys& keys) {
    keys.acts.push_back(header.act_id());
    keys.cases.push_back(header.case_id());
    keys.mailboxes.push_back(kRecipient);
  };
  command->decide = [&](Draft& draft) { Record(header, urgency, draft); };
  command->committed = [&](const BatchReceipts&) { told.Notify(); };
  command->failed = [&](const absl::Status& status) {
    ROG_CHECK(status.ok(), "an act of a test is recorded");
  };
  queue->Submit(std::move(command));
  told.WaitForNotification();
  return header.act_id();
}

v1::AcknowledgementStatement TestMailboxes::StatementFor(
    const v1::ReceiveResponse::Delivery& delivery) const {
  v1::ActHeader header;
  ROG_CHECK(FromSignedBytes(kHeaderFirstLine, delivery.act().header(), header).ok(),
            "a delivered header can be read");
  v1::AcknowledgementStatement statement;
  statement.set_trust_domain("rogatoria.example");
  statement.set_act_id(header.act_id());
  statement.set_header_sha256(Sha256(delivery.act().header()));
  statement.set_recipient(kRecipient);
  statement.set_acknowledged_unix_ms(1795521600000);
  return statement;
}

v1::ReceiveRequest::Acknowledge TestMailboxes::MakeAcknowledgement(
    uint64_t position,
    const v1::AcknowledgementStatement& statement,
    const TestSeal* signer) const {
  v1::ReceiveRequest::Acknowledge acknowledgement;
  acknowledgement.set_position(position);
  acknowledgement.set_statement(ToSignedBytes(kAcknowledgementFirstLine, statement));
  if (signer != nullptr) {
    acknowledgement.set_signature(
        SignDetached(signer->key, signer->certificate, acknowledgement.statement()).value());
  }
  return acknowledgement;
}

void TestMailboxes::Acknowledge(const OpenStream& opened,
                                const v1::ReceiveResponse::Delivery& delivery) {
  Say(opened, MakeAcknowledgement(delivery.position(), StatementFor(delivery), &seal));
}

}  // namespace rogatoria::delivery
