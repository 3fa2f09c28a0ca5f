// status, backup, doctor, dead-letter: for those who run a hub.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/signers.h"
#include "common/crypto/certificate.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/verifier_key.h"
#include "services/cli/commands.h"
#include "services/cli/views.h"

namespace rogatoria::cli {
namespace {

constexpr absl::Duration kExpiryWarning = absl::Hours(24 * 30);

const std::vector<Column> kStatusMembers = {{Message::COL_VERSION, "version"},
                                            {Message::COL_TRUST_DOMAIN, "trust_domain"},
                                            {Message::COL_STARTED, "started"},
                                            {Message::COL_ACTS, "acts"},
                                            {Message::COL_CASES, "cases"},
                                            {Message::COL_WAITING_CASES, "waiting_cases"},
                                            {Message::COL_OPEN_DELIVERIES, "open_deliveries"},
                                            {Message::COL_DEAD_LETTERS, "dead_letters"},
                                            {Message::COL_LOG, "log"},
                                            {Message::COL_LOG_SIZE, "log_size"},
                                            {Message::COL_DIRECTORY_VERSION, "directory_version"},
                                            {Message::COL_STREAMS, "open_streams"},
                                            {Message::COL_LOG_KEY, "verifier_key"},
                                            {Message::COL_WARNINGS, "warnings"}};

const std::vector<Column> kDeadColumns = {{Message::COL_AUTHORITY, "authority"},
                                          {Message::COL_POSITION, "position"},
                                          {Message::COL_ACT, "act"},
                                          {Message::COL_REASON, "reason"},
                                          {Message::COL_ATTEMPTS, "attempts"}};

const std::vector<Column> kCheckColumns = {{Message::COL_CHECK, "check"},
                                           {Message::COL_STATE, "state"},
                                           {Message::COL_EXPLANATION, "explanation"}};

absl::Status Status(Session& session) {
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAdmin());
  ROG_ASSIGN_OR_RETURN(
      v1::GetStatusResponse status,
      connection->Call(
          connection->admin(), &v1::AdminService::Stub::GetStatus, v1::GetStatusRequest()));
  Json warnings = Json::array();
  for (const std::string& warning : status.warnings()) warnings.push_back(warning);
  session.Object({{"version", status.version()},
                  {"trust_domain", status.trust_domain()},
                  {"started", InstantText(status.started_unix_ms())},
                  {"acts", status.acts()},
                  {"cases", status.cases()},
                  {"waiting_cases", status.waiting_cases()},
                  {"open_deliveries", status.open_deliveries()},
                  {"dead_letters", status.dead_letters()},
                  {"log", status.log()},
                  {"log_size", status.log_size()},
                  {"directory_version", status.directory_version()},
                  {"open_streams", status.open_streams()},
                  {"verifier_key", status.verifier_key()},
                  {"warnings", warnings}},
                 kStatusMembers,
                 "trust_domain");
  return absl::OkStatus();
}

absl::Status Backup(Session& session) {
  SystemRandom random;
  v1::CreateBackupRequest request;
  request.set_request_id(GenerateUuid(random, SystemClock().Now()));
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAdmin());
  ROG_ASSIGN_OR_RETURN(
      v1::CreateBackupResponse made,
      connection->Call(connection->admin(), &v1::AdminService::Stub::CreateBackup, request));
  session.Object(
      {{"name", made.name()}, {"bytes", made.size_bytes()}, {"log_size", made.log_size()}},
      {{Message::COL_NAME, "name"},
       {Message::COL_SIZE, "bytes"},
       {Message::COL_LOG_SIZE, "log_size"}},
      "name");
  return absl::OkStatus();
}

absl::Status ListDeadLetters(Session& session, const std::string& authority) {
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAdmin());
  v1::ListDeadLettersRequest request;
  request.set_page_size(kPageSize);
  request.set_authority(authority);
  Json rows = Json::array();
  do {
    ROG_ASSIGN_OR_RETURN(
        v1::ListDeadLettersResponse page,
        connection->Call(connection->admin(), &v1::AdminService::Stub::ListDeadLetters, request));
    for (const v1::DeadLetter& letter : page.dead_letters()) {
      rows.push_back({{"authority", letter.authority()},
                      {"position", letter.position()},
                      {"act", letter.act_id()},
                      {"reason", letter.reason()},
                      {"attempts", letter.attempts()}});
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  session.Rows(rows, kDeadColumns, "act");
  return absl::OkStatus();
}

absl::Status Requeue(Session& session, const std::string& authority, uint64_t position) {
  SystemRandom random;
  v1::RequeueDeadLetterRequest request;
  request.set_request_id(GenerateUuid(random, SystemClock().Now()));
  request.set_authority(authority);
  request.set_position(position);
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAdmin());
  ROG_RETURN_IF_ERROR(
      connection->Call(connection->admin(), &v1::AdminService::Stub::RequeueDeadLetter, request)
          .status());
  session.Note(Message::NOTE_REQUEUED, authority, position);
  return absl::OkStatus();
}

// What went wrong, in the reader's language where the catalogue has it.
std::string StatusSentence(const Session& session, const absl::Status& status) {
  const auto details = GetErrorDetails(status);
  if (!details.has_value()) {
    const auto said = Said::Of(status);
    return said.has_value() ? said->In(session.language) : std::string(status.message());
  }
  std::string text(ReasonText(details->reason, session.language));
  if (!details->field.empty()) absl::StrAppend(&text, " (", details->field, ")");
  return text;
}

// One line of the doctor's report.
Json Check(const Session& session,
           const std::string& what,
           bool good,
           const std::string& explanation) {
  return {{"check", what},
          {"good", good},
          {"state", session.Text(good ? Message::WORD_GOOD : Message::WORD_LOOK)},
          {"explanation", explanation}};
}

Json CheckCertificate(const Session& session,
                      const std::string& what,
                      const absl::StatusOr<Certificate>& certificate) {
  if (!certificate.ok()) {
    return Check(session, what, false, StatusSentence(session, certificate.status()));
  }
  const Instant until = certificate->not_after();
  return Check(session,
               what,
               until > SystemClock().Now() + kExpiryWarning,
               session.Text(Message::DOCTOR_VALID_UNTIL, until.ToString()));
}

Json CheckKeyFiles(const Session& session, const std::string& what, const client::KeyFiles& files) {
  auto pair = client::LoadKeyPair(files);
  if (!pair.ok()) return CheckCertificate(session, what, pair.status());
  return CheckCertificate(session, what, pair->certificate);
}

// Nothing is signed for it: of a token only what it shows without its PIN.
Json CheckSigningKey(const Session& session,
                     const std::string& what,
                     const client::SigningKey& key) {
  auto signer = client::OpenSigner(key, {});
  if (!signer.ok()) return CheckCertificate(session, what, signer.status());
  return CheckCertificate(session, what, signer->certificate());
}

// Whether the profile and its certificate mean the same office.
Json CheckWhoWeAre(const Session& session, const client::OfficeProfile& profile) {
  const std::string what = session.Text(Message::DOCTOR_IDENTITY);
  const auto said = client::IdentitiesIn(profile.tls);
  if (!said.ok()) return Check(session, what, false, StatusSentence(session, said.status()));
  const std::string certificate = absl::StrJoin(*said, ", ");
  const bool same = client::CheckIdentity(profile).ok();
  return Check(session,
               what,
               same,
               same ? session.Text(Message::DOCTOR_IDENTITY_SAME, certificate)
                    : session.Text(Message::DOCTOR_IDENTITY_OTHER,
                                   client::ExpectedIdentity(profile),
                                   certificate.empty() ? "-" : certificate));
}

// Any of the hub's logs, under the key that the profile has of one.
bool IsSignedUnder(const std::string& log_key, const std::string& note) {
  const auto key = merkle::VerifierKey::Parse(log_key);
  return key.ok() && merkle::VerifyCheckpoint(note, {merkle::KeyOfLogOf(note, *key)}).ok();
}

Json CheckHub(const Session& session, const client::OfficeProfile& profile) {
  auto connection = profile.authority.empty() ? client::Connection::OpenAdmin(profile)
                                              : client::Connection::Open(profile);
  const std::string what = session.Text(Message::DOCTOR_HUB);
  if (!connection.ok())
    return Check(session, what, false, StatusSentence(session, connection.status()));
  (*connection)->set_overall_deadline(absl::Seconds(std::min(5.0, session.timeout_seconds)));
  auto head = (*connection)
                  ->Call((*connection)->audit(),
                         &v1::AuditService::Stub::GetCheckpoint,
                         v1::GetCheckpointRequest());
  if (!head.ok()) return Check(session, what, false, StatusSentence(session, head.status()));
  const bool same_key =
      profile.log_key.empty() || IsSignedUnder(profile.log_key, head->checkpoint());
  return Check(session,
               what,
               same_key,
               session.Text(same_key ? Message::DOCTOR_HUB_ANSWERS : Message::DOCTOR_OTHER_KEY));
}

absl::Status Doctor(Session& session) {
  ROG_ASSIGN_OR_RETURN(client::OfficeProfile profile, session.Profile());
  Json rows = Json::array();
  rows.push_back(CheckKeyFiles(session, "tls", profile.tls));
  rows.push_back(CheckWhoWeAre(session, profile));
  if (profile.user.has_value()) rows.push_back(CheckSigningKey(session, "user", *profile.user));
  if (profile.seal.has_value()) rows.push_back(CheckSigningKey(session, "seal", *profile.seal));
  for (const client::KeyFiles& files : profile.sealing)
    rows.push_back(CheckKeyFiles(session, "sealing", files));
  rows.push_back(CheckHub(session, profile));
  session.Rows(rows, kCheckColumns, "check");
  const auto bad = std::count_if(
      rows.begin(), rows.end(), [](const Json& row) { return !row["good"].get<bool>(); });
  if (bad > 0) {
    session.exit_code = kAttentionExit;
    session.Note(Message::DOCTOR_ATTENTION, bad);
  }
  return absl::OkStatus();
}

}  // namespace

void AddDeadLetterCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("dead-letter", Message::CMD_DEAD_LETTER);
  auto of = std::make_shared<std::string>();
  CLI::App& list = tree.Verb(noun, "list", Message::CMD_DEAD_LETTER_LIST, [=](Session& session) {
    return ListDeadLetters(session, *of);
  });
  list.add_option("--authority", *of, tree.Text(Message::OPT_AUTHORITY));
  auto authority = std::make_shared<std::string>();
  auto position = std::make_shared<uint64_t>(0);
  CLI::App& requeue =
      tree.Verb(noun, "requeue", Message::CMD_DEAD_LETTER_REQUEUE, [=](Session& session) {
        return Requeue(session, *authority, *position);
      });
  requeue.add_option("authority", *authority, tree.Text(Message::OPT_AUTHORITY))->required();
  requeue.add_option("position", *position, tree.Text(Message::OPT_POSITION))->required();
}

void AddHubCommands(CommandTree& tree) {
  tree.Command("status", Message::CMD_STATUS, Status);
  tree.Command("doctor", Message::CMD_DOCTOR, Doctor);
  CLI::App& backup = tree.Noun("backup", Message::CMD_BACKUP);
  tree.Verb(backup, "create", Message::CMD_BACKUP_CREATE, Backup);
}

}  // namespace rogatoria::cli
