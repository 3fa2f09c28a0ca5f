// guidance: practice notes, written by an authority, published by an operator, read by all.
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/guidance.h"
#include "common/client/signers.h"
#include "common/directory/guidance.h"
#include "services/cli/commands.h"
#include "services/cli/pin_prompt.h"
#include "services/cli/views.h"

namespace rogatoria::cli {
namespace {

const std::vector<Column> kListColumns = {{Message::COL_GUIDANCE, "id"},
                                          {Message::COL_VERSION, "version"},
                                          {Message::COL_COUNTRY, "country"},
                                          {Message::COL_INSTRUMENT, "instrument"},
                                          {Message::COL_MEASURES, "measures"},
                                          {Message::COL_LANGUAGE, "language"},
                                          {Message::COL_TITLE, "title"}};

const std::vector<Column> kMembers = {{Message::COL_GUIDANCE, "id"},
                                      {Message::COL_VERSION, "version"},
                                      {Message::COL_AUTHORITY, "authority"},
                                      {Message::COL_COUNTRY, "country"},
                                      {Message::COL_INSTRUMENT, "instrument"},
                                      {Message::COL_MEASURES, "measures"},
                                      {Message::COL_LANGUAGE, "language"},
                                      {Message::COL_WHEN, "published"},
                                      {Message::COL_TITLE, "title"},
                                      {Message::COL_SEALED_BY, "seal_sha256"}};

Json View(const v1::GuidanceSummary& guidance) {
  Json measures = Json::array();
  for (const std::string& measure : guidance.measures()) measures.push_back(measure);
  return {{"id", guidance.id()},
          {"version", guidance.version()},
          {"authority", guidance.authority()},
          {"country", guidance.country()},
          {"instrument", guidance.instrument()},
          {"measures", measures},
          {"language", guidance.language()},
          {"title", guidance.title()},
          {"published", InstantText(guidance.published_unix_ms())}};
}

std::string SignatureFile(const std::string& document) {
  return document + ".p7s";
}

// `version`: 0 for the latest. nullopt: the hub has none such.
absl::StatusOr<std::optional<v1::Guidance>> Find(client::Connection& connection,
                                                 const std::string& id,
                                                 uint32_t version) {
  v1::GetGuidanceRequest request;
  request.set_id(id);
  request.set_version(version);
  const auto found =
      connection.Call(connection.directory(), &v1::DirectoryService::Stub::GetGuidance, request);
  if (absl::IsNotFound(found.status())) return std::nullopt;
  ROG_RETURN_IF_ERROR(found.status());
  return found->guidance();
}

// The hub has not the version that would come before: says which one can be signed now.
absl::Status SayWhichIsNext(client::Connection& connection, const std::string& id) {
  ROG_ASSIGN_OR_RETURN(const auto latest, Find(connection, id, 0));
  uint32_t next = 1;
  if (latest.has_value()) {
    ROG_ASSIGN_OR_RETURN(const auto document, ParseGuidance(latest->document()));
    next = document.version() + 1;
  }
  return Explained(
      Error(Reason::GUIDANCE_OUTDATED).Field("version"), Sentence::GUIDANCE_NEXT_VERSION, next);
}

// The digest of the version that this one takes the place of, as the hub has it.
absl::Status NameTheOneBefore(Session& session, v1::GuidanceDocument& document) {
  if (document.version() <= 1) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAny());
  ROG_ASSIGN_OR_RETURN(const auto before, Find(*connection, document.id(), document.version() - 1));
  if (!before.has_value()) return SayWhichIsNext(*connection, document.id());
  document.set_supersedes_sha256(GuidanceDigest(before->document()));
  return absl::OkStatus();
}

absl::Status Sign(Session& session, const std::string& source, const std::string& out) {
  ROG_ASSIGN_OR_RETURN(const client::OfficeProfile profile, session.Profile());
  ROG_ASSIGN_OR_RETURN(v1::GuidanceDocument document,
                       client::ReadGuidanceFile(source, profile, SystemClock().Now()));
  ROG_RETURN_IF_ERROR(NameTheOneBefore(session, document));
  ROG_ASSIGN_OR_RETURN(const Bytes bytes, GuidanceBytes(document));
  ROG_RETURN_IF_ERROR(CheckNewFile(out));
  ROG_RETURN_IF_ERROR(CheckNewFile(SignatureFile(out)));
  if (!profile.seal.has_value()) {
    ROG_RETURN_IF_ERROR(WriteNewFileDurably(out, bytes));
    session.Note(Message::NOTE_GUIDANCE_TO_SIGN, out, SignatureFile(out));
    return absl::OkStatus();
  }
  ROG_ASSIGN_OR_RETURN(const CmsSigner seal,
                       client::OpenSigner(*profile.seal, AskPinOnTerminal(session)));
  ROG_ASSIGN_OR_RETURN(const Bytes signature, seal.SignDetached(bytes));
  ROG_RETURN_IF_ERROR(WriteNewFileDurably(out, bytes));
  ROG_RETURN_IF_ERROR(WriteNewFileDurably(SignatureFile(out), signature));
  session.Note(Message::NOTE_GUIDANCE_SIGNED, out, SignatureFile(out));
  return absl::OkStatus();
}

absl::Status Publish(Session& session, const std::string& file, const std::string& signature) {
  SystemRandom random;
  v1::PublishGuidanceRequest request;
  request.set_request_id(GenerateUuid(random, SystemClock().Now()));
  ROG_ASSIGN_OR_RETURN(*request.mutable_document(), ReadFile(file, limits::kMaxGuidanceBytes));
  ROG_ASSIGN_OR_RETURN(
      *request.mutable_signature(),
      ReadFile(signature.empty() ? SignatureFile(file) : signature, limits::kMaxSignatureBytes));
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAdmin());
  ROG_ASSIGN_OR_RETURN(
      const v1::PublishGuidanceResponse published,
      connection->Call(connection->admin(), &v1::AdminService::Stub::PublishGuidance, request));
  session.Note(Message::NOTE_GUIDANCE_PUBLISHED, published.id(), published.version());
  return absl::OkStatus();
}

absl::Status ListGuidance(Session& session, const v1::ListGuidanceRequest& wanted) {
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAny());
  v1::ListGuidanceRequest request = wanted;
  request.set_page_size(kPageSize);
  Json rows = Json::array();
  do {
    ROG_ASSIGN_OR_RETURN(
        const v1::ListGuidanceResponse page,
        connection->Call(
            connection->directory(), &v1::DirectoryService::Stub::ListGuidance, request));
    for (const v1::GuidanceSummary& guidance : page.guidance()) rows.push_back(View(guidance));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  session.Rows(rows, kListColumns, "id");
  return absl::OkStatus();
}

absl::Status ShowGuidance(Session& session, const std::string& id, uint32_t version) {
  ROG_ASSIGN_OR_RETURN(const client::OfficeProfile profile, session.Profile());
  const auto connection = session.ConnectAny();
  client::KeptAnswers directory(profile.state, connection.ok() ? connection->get() : nullptr);
  ROG_ASSIGN_OR_RETURN(const client::TrustedGuidance found,
                       client::FetchGuidance(profile, directory, id, version));
  Json view = View(Summarize(found.document));
  view["seal_sha256"] = found.seal_sha256;
  if (IsForPrograms(session.format)) view["text"] = found.document.text();
  session.Object(view, kMembers, "id");
  if (!IsForPrograms(session.format)) session.out << "\n" << found.document.text() << "\n";
  if (!directory.reached()) session.Note(Message::NOTE_GUIDANCE_KEPT);
  session.Note(Message::NOTE_GUIDANCE_VERIFIED, GuidanceAuthority(id));
  return absl::OkStatus();
}

void AddReading(CommandTree& tree, CLI::App& noun) {
  auto wanted = std::make_shared<v1::ListGuidanceRequest>();
  CLI::App& list = tree.Verb(noun, "list", Message::CMD_GUIDANCE_LIST, [=](Session& s) {
    return ListGuidance(s, *wanted);
  });
  list.add_option("--country", *wanted->mutable_country(), tree.Text(Message::OPT_COUNTRY));
  list.add_option(
      "--instrument", *wanted->mutable_instrument(), tree.Text(Message::OPT_INSTRUMENT));
  list.add_option("--measure", *wanted->mutable_measure(), tree.Text(Message::OPT_MEASURE_CODE));
  list.add_option("--in", *wanted->mutable_language(), tree.Text(Message::OPT_GUIDANCE_LANGUAGE));

  auto id = std::make_shared<std::string>();
  auto version = std::make_shared<uint32_t>(0);
  CLI::App& show = tree.Verb(noun, "show", Message::CMD_GUIDANCE_SHOW, [=](Session& session) {
    return ShowGuidance(session, *id, *version);
  });
  show.add_option("ID", *id, tree.Text(Message::OPT_GUIDANCE_ID))->required();
  show.add_option("--number", *version, tree.Text(Message::OPT_GUIDANCE_VERSION));
}

}  // namespace

void AddGuidanceCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("guidance", Message::CMD_GUIDANCE);
  auto source = std::make_shared<std::string>();
  auto out = std::make_shared<std::string>();
  CLI::App& sign = tree.Verb(noun, "sign", Message::CMD_GUIDANCE_SIGN, [=](Session& session) {
    return Sign(session, *source, *out);
  });
  sign.add_option("file", *source, tree.Text(Message::OPT_GUIDANCE_SOURCE))->required();
  sign.add_option("--out", *out, tree.Text(Message::OPT_GUIDANCE_OUT))->required();

  auto document = std::make_shared<std::string>();
  auto signature = std::make_shared<std::string>();
  CLI::App& publish =
      tree.Verb(noun, "publish", Message::CMD_GUIDANCE_PUBLISH, [=](Session& session) {
        return Publish(session, *document, *signature);
      });
  publish.add_option("file", *document, tree.Text(Message::OPT_GUIDANCE_DOCUMENT))->required();
  publish.add_option("--signature", *signature, tree.Text(Message::OPT_GUIDANCE_SIGNATURE));
  AddReading(tree, noun);
}

}  // namespace rogatoria::cli
