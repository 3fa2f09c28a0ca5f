// authority, user and cert: looking at them, and suspending or revoking at once (decisions.md 27).
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/crypto/certificate.h"
#include "services/cli/commands.h"
#include "services/cli/views.h"

namespace rogatoria::cli {
namespace {

constexpr size_t kMaxPemBytes = 1024 * 1024;

const std::vector<Column> kAuthorityColumns = {{Message::COL_AUTHORITY, "authority"},
                                               {Message::COL_COUNTRY, "country"},
                                               {Message::COL_NAME, "name"},
                                               {Message::COL_KIND, "kinds"},
                                               {Message::COL_LANGUAGE, "languages"},
                                               {Message::COL_ATTESTED, "attested"},
                                               {Message::COL_TIME_ZONE, "time_zone", true}};

const std::vector<Column> kAuthorityMembers = {{Message::COL_AUTHORITY, "authority"},
                                               {Message::COL_NAME, "name"},
                                               {Message::COL_COUNTRY, "country"},
                                               {Message::COL_KIND, "kinds"},
                                               {Message::COL_LANGUAGE, "languages"},
                                               {Message::COL_TIME_ZONE, "time_zone"},
                                               {Message::COL_CALENDAR, "calendar"},
                                               {Message::COL_CALENDARS_FOR, "calendars_for"},
                                               {Message::COL_DESIGNATIONS, "designations"},
                                               {Message::COL_ALLOWED_FIELDS, "allowed_fields"},
                                               {Message::COL_GATEWAY_FOR, "gateway_for"},
                                               {Message::COL_DUTY_TELEPHONE, "duty_telephone"},
                                               {Message::COL_ATTESTED, "attested"},
                                               {Message::COL_SOURCE, "source"},
                                               {Message::COL_MARK, "mark"},
                                               {Message::COL_CONTACT, "technical_contact"}};

const std::vector<Column> kStandingColumns = {{Message::COL_TYPE, "subject"},
                                              {Message::COL_NAME, "id"},
                                              {Message::COL_STANDING, "standing"},
                                              {Message::COL_WHEN, "since"}};

const std::vector<Column> kCertificateMembers = {{Message::COL_FINGERPRINT, "sha256"},
                                                 {Message::COL_NAME, "name"},
                                                 {Message::COL_IDENTITY, "uris"},
                                                 {Message::COL_FROM, "not_before"},
                                                 {Message::COL_UNTIL, "not_after"},
                                                 {Message::COL_KEY, "key"}};

void NoteWithoutContact(const Session& session, const Json& authorities) {
  std::vector<std::string> without;
  for (const Json& authority : authorities) {
    if (authority["technical_contact"] == "") without.push_back(authority["id"]);
  }
  if (without.empty()) return;
  session.Note(Message::NOTE_NO_TECHNICAL_CONTACT, absl::StrJoin(without, ", "));
}

absl::Status ListAuthorities(Session& session, const std::string& country) {
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAny());
  v1::ListAuthoritiesRequest request;
  request.set_page_size(kPageSize);
  request.set_country(country);
  Json rows = Json::array();
  do {
    ROG_ASSIGN_OR_RETURN(
        v1::ListAuthoritiesResponse page,
        connection->Call(
            connection->directory(), &v1::DirectoryService::Stub::ListAuthorities, request));
    for (const v1::Authority& authority : page.authorities())
      rows.push_back(AuthorityView(authority));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  session.Rows(rows, kAuthorityColumns, "authority");
  NoteWithoutContact(session, rows);
  return absl::OkStatus();
}

absl::Status ShowAuthority(Session& session, const std::string& id) {
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAny());
  v1::GetAuthorityRequest request;
  request.set_authority(id);
  ROG_ASSIGN_OR_RETURN(
      v1::GetAuthorityResponse found,
      connection->Call(
          connection->directory(), &v1::DirectoryService::Stub::GetAuthority, request));
  const Json view = AuthorityView(found.authority());
  session.Object(view, kAuthorityMembers, "authority");
  NoteWithoutContact(session, Json::array({view}));
  return absl::OkStatus();
}

absl::Status SetStanding(Session& session,
                         v1::StandingSubject subject,
                         const std::string& id,
                         v1::Standing standing) {
  SystemRandom random;
  v1::SetStandingRequest request;
  request.set_request_id(GenerateUuid(random, SystemClock().Now()));
  request.set_subject(subject);
  request.set_id(id);
  request.set_standing(standing);
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAdmin());
  ROG_RETURN_IF_ERROR(
      connection->Call(connection->admin(), &v1::AdminService::Stub::SetStanding, request)
          .status());
  session.Note(Message::NOTE_STANDING_SET, id);
  return absl::OkStatus();
}

std::string SubjectCode(v1::StandingSubject subject) {
  return v1::StandingSubject_Name(subject).substr(sizeof("STANDING_SUBJECT_") - 1);
}

absl::Status ListStandings(Session& session) {
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAdmin());
  ROG_ASSIGN_OR_RETURN(
      v1::ListStandingsResponse found,
      connection->Call(
          connection->admin(), &v1::AdminService::Stub::ListStandings, v1::ListStandingsRequest()));
  Json rows = Json::array();
  for (const v1::StandingRow& row : found.standings()) {
    rows.push_back({{"subject", SubjectCode(row.subject())},
                    {"id", row.id()},
                    {"standing", v1::Standing_Name(row.standing()).substr(sizeof("STANDING_") - 1)},
                    {"since", InstantText(row.since_unix_ms())}});
  }
  session.Rows(rows, kStandingColumns, "id");
  return absl::OkStatus();
}

absl::StatusOr<Certificate> ReadCertificate(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(Bytes pem, ReadFile(path, kMaxPemBytes));
  return Certificate::FromPem(pem);
}

absl::Status ShowCertificate(Session& session, const std::string& path) {
  ROG_ASSIGN_OR_RETURN(Certificate certificate, ReadCertificate(path));
  session.Object({{"sha256", certificate.fingerprint_sha256()},
                  {"name", certificate.subject_common_name()},
                  {"uris", certificate.uri_sans()},
                  {"not_before", certificate.not_before().ToString()},
                  {"not_after", certificate.not_after().ToString()},
                  {"key", std::string(KeyAlgorithmName(certificate.key_algorithm()))}},
                 kCertificateMembers,
                 "sha256");
  return absl::OkStatus();
}

// A certificate by its file, or by its fingerprint.
absl::Status RevokeCertificate(Session& session, const std::string& what) {
  std::string fingerprint = what;
  if (!FromHex(what).ok()) {
    ROG_ASSIGN_OR_RETURN(Certificate certificate, ReadCertificate(what));
    fingerprint = certificate.fingerprint_sha256();
  }
  return SetStanding(session, v1::STANDING_SUBJECT_CERTIFICATE, fingerprint, v1::STANDING_REVOKED);
}

// suspend and resume under a noun.
void AddStandingVerbs(CommandTree& tree, CLI::App& noun, v1::StandingSubject subject) {
  struct Row {
    const char* verb;
    Message help;
    v1::Standing standing;
  };
  constexpr Row kRows[] = {{"suspend", Message::CMD_SUSPEND, v1::STANDING_SUSPENDED},
                           {"resume", Message::CMD_RESUME, v1::STANDING_ACTIVE}};
  for (const Row& row : kRows) {
    auto id = std::make_shared<std::string>();
    const v1::Standing standing = row.standing;
    CLI::App& verb = tree.Verb(noun, row.verb, row.help, [=](Session& session) {
      return SetStanding(session, subject, *id, standing);
    });
    verb.add_option("id", *id, tree.Text(Message::OPT_SUBJECT_ID))->required();
  }
}

}  // namespace

void AddAuthorityCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("authority", Message::CMD_AUTHORITY);
  auto country = std::make_shared<std::string>();
  CLI::App& list = tree.Verb(noun, "list", Message::CMD_AUTHORITY_LIST, [=](Session& session) {
    return ListAuthorities(session, *country);
  });
  list.add_option("--country", *country, tree.Text(Message::OPT_COUNTRY));
  auto id = std::make_shared<std::string>();
  CLI::App& show = tree.Verb(noun, "show", Message::CMD_AUTHORITY_SHOW, [=](Session& session) {
    return ShowAuthority(session, *id);
  });
  show.add_option("id", *id, tree.Text(Message::OPT_AUTHORITY))->required();
  AddStandingVerbs(tree, noun, v1::STANDING_SUBJECT_AUTHORITY);
}

void AddUserCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("user", Message::CMD_USER);
  tree.Verb(noun, "standings", Message::CMD_STANDINGS, ListStandings);
  AddStandingVerbs(tree, noun, v1::STANDING_SUBJECT_USER);
}

void AddCertificateCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("cert", Message::CMD_CERT);
  auto path = std::make_shared<std::string>();
  CLI::App& show = tree.Verb(noun, "show", Message::CMD_CERT_SHOW, [=](Session& session) {
    return ShowCertificate(session, *path);
  });
  show.add_option("file", *path, tree.Text(Message::OPT_CERTIFICATE))->required();
  auto what = std::make_shared<std::string>();
  CLI::App& revoke = tree.Verb(noun, "revoke", Message::CMD_CERT_REVOKE, [=](Session& session) {
    return RevokeCertificate(session, *what);
  });
  revoke.add_option("certificate", *what, tree.Text(Message::OPT_CERTIFICATE_OR_FINGERPRINT))
      ->required();
}

}  // namespace rogatoria::cli
