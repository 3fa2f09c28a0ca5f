// agent: the office's agent, run here and asked through its own API.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include <grpcpp/create_channel.h>
#include <unistd.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/outbox.h"
#include "common/client/signers.h"
#include "common/crypto/digest.h"
#include "common/rpc/status_mapping.h"
#include "services/agent/agent_process.h"
#include "services/cli/agent_words.h"
#include "services/cli/commands.h"
#include "services/cli/pin_prompt.h"
#include "services/cli/slip.h"
#include "services/cli/views.h"
#include "services/cli/words.h"

#include "rogatoria/agent/v1/agent_service.grpc.pb.h"

namespace rogatoria::cli {
namespace {

namespace api = agent::v1;

const std::vector<Column> kActColumns = {{Message::COL_SINCE, "since"},
                                         {Message::COL_TO, "to"},
                                         {Message::COL_KIND, "kind"},
                                         {Message::COL_STANDING, "state", false, "AGENT_"},
                                         {Message::COL_ACT, "act"},
                                         {Message::COL_REASON, "reason"},
                                         {Message::COL_NEXT, "next"},
                                         {Message::COL_CASE, "case", true}};

// What gRPC said to the agent is English, but the agent puts it in a sentence of its own language:
// "No funcionó; explicación (en inglés): ...". The sentence is left to whoever shows it.
absl::Status WithoutFrame(const absl::Status& status) {
  if (GetErrorDetails(status).has_value()) return status;
  for (const Language language : {Language::kEnglish, Language::kSpanish, Language::kPortuguese}) {
    absl::string_view text = status.message();
    if (absl::ConsumePrefix(&text, Say(language, Message::ERROR_ENGLISH, ""))) {
      return absl::Status(status.code(), text);
    }
  }
  return status;
}

constexpr int kMostKeptBackShown = 10;

// A channel to the agent of a profile, for calls of the command line.
class AgentApi {
 public:
  explicit AgentApi(const client::OfficeProfile& profile)
      : language_(profile.language),
        stub_(api::AgentService::NewStub(grpc::CreateChannel(
            absl::StrCat("unix:", profile.agent.socket), grpc::InsecureChannelCredentials()))) {}

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (api::AgentService::Stub::*method)(
                                    grpc::ClientContext*, const Request&, Response*),
                                const Request& request,
                                double timeout_seconds) {
    grpc::ClientContext context;
    context.AddMetadata(rpc::kLanguageKey, language_);
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(timeout_seconds)));
    Response response;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) return WithoutFrame(rpc::FromGrpcStatus(status));
    return response;
  }

 private:
  const std::string language_;
  std::unique_ptr<api::AgentService::Stub> stub_;
};

// AGENT_NOT_RUNNING where none holds the profile's state folder.
absl::StatusOr<AgentApi> OpenApi(const Session& session, client::OfficeProfile& profile) {
  ROG_ASSIGN_OR_RETURN(profile, session.Profile());
  if (profile.authority.empty()) return Error(Reason::OFFICE_PROFILE_NEEDED).ToStatus();
  if (!client::AgentRuns(profile.state)) {
    return Error(Reason::AGENT_NOT_RUNNING).Field(profile.state).ToStatus();
  }
  return AgentApi(profile);
}

// What the agent says in lines of its own, where there is one line.
std::string OneLine(const std::string& text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n', absl::SkipWhitespace());
  for (std::string& line : lines) absl::StripAsciiWhitespace(&line);
  return absl::StrJoin(lines, " ");
}

Json ActView(const api::ActStatus& act) {
  return {{"since", InstantText(act.since_unix_ms())},
          {"to", absl::StrJoin(act.to(), ", ")},
          {"kind", act.kind()},
          {"state", api::ActState_Name(act.state()).substr(sizeof("ACT_STATE_") - 1)},
          {"act", act.act_id()},
          {"case", act.case_id()},
          {"request_id", act.request_id()},
          {"reason", act.reason()},
          {"next", OneLine(act.reason_text())}};
}

// What came and where it came from, as far as it has either.
std::string NameOf(const api::KeptBack& kept, Language language) {
  std::string name = WordFor(kept.kind(), language);
  for (const std::string& part : {kept.act_id(), kept.from()}) {
    if (!part.empty()) absl::StrAppend(&name, name.empty() ? "" : ", ", part);
  }
  return name;
}

void TellKeptBack(const Session& session, const api::GetStatusResponse& status) {
  const int shown = std::min(status.kept_back_size(), kMostKeptBackShown);
  for (int i = 0; i < shown; ++i) {
    const api::KeptBack& kept = status.kept_back(i);
    session.Note(Message::NOTE_AGENT_KEPT_BACK,
                 InstantText(kept.since_unix_ms()),
                 NameOf(kept, session.language),
                 Printable(OneLine(kept.reason_text())));
  }
  const uint64_t more = status.all_kept_back() - static_cast<uint64_t>(shown);
  if (more > 0) session.Note(Message::NOTE_AGENT_KEPT_BACK_MORE, more);
}

void TellHeld(const Session& session, const api::GetStatusResponse& status) {
  const int shown = std::min(status.held_size(), kMostKeptBackShown);
  for (int i = 0; i < shown; ++i) {
    const api::HeldFile& held = status.held(i);
    session.Note(Message::NOTE_AGENT_HELD,
                 InstantText(held.since_unix_ms()),
                 Printable(OneLine(held.file())),
                 Printable(OneLine(held.reason_text())));
  }
  const uint64_t more = status.all_held() - static_cast<uint64_t>(shown);
  if (more > 0) session.Note(Message::NOTE_AGENT_HELD_MORE, more);
}

absl::Status ShowStatus(Session& session, uint32_t ended_days) {
  client::OfficeProfile profile;
  ROG_ASSIGN_OR_RETURN(AgentApi agent, OpenApi(session, profile));
  api::GetStatusRequest request;
  request.set_ended_days(ended_days);
  ROG_ASSIGN_OR_RETURN(
      const api::GetStatusResponse status,
      agent.Call(&api::AgentService::Stub::GetStatus, request, session.timeout_seconds));
  Json rows = Json::array();
  for (const api::ActStatus& act : status.acts()) rows.push_back(ActView(act));
  session.Rows(rows, kActColumns, "act");
  session.Note(Message::NOTE_AGENT_RUNS,
               status.authority(),
               status.version(),
               InstantText(status.started_unix_ms()));
  if (status.hub_reached()) session.Note(Message::NOTE_AGENT_HUB);
  if (!status.hub_reason().empty()) {
    session.Note(Message::NOTE_AGENT_NO_HUB, Printable(OneLine(status.hub_reason())));
  }
  if (!status.not_taken_reason().empty()) {
    session.Note(Message::NOTE_AGENT_NOT_TAKEN,
                 InstantText(status.not_taken_unix_ms()),
                 Printable(OneLine(status.not_taken_reason())));
  }
  if (status.events_waiting() > 0) {
    session.Note(Message::NOTE_AGENT_EVENTS, status.events_waiting());
  }
  TellKeptBack(session, status);
  TellHeld(session, status);
  if (status.events_set_aside() > 0) {
    session.Note(
        Message::NOTE_AGENT_SET_ASIDE, status.events_set_aside(), profile.state + "/failed");
  }
  return absl::OkStatus();
}

// How an act is to be signed.
struct SignOptions {
  std::string id;         // of the act or the request; empty: list
  std::string signature;  // a file made elsewhere
  std::string header;     // writes the header there, to be signed elsewhere
  bool yes = false;       // does not ask
};

absl::Status ListUnsigned(Session& session, const api::ListUnsignedResponse& waiting) {
  Json rows = Json::array();
  for (const api::UnsignedAct& act : waiting.acts()) rows.push_back(ActView(act.status()));
  session.Rows(rows, kActColumns, "act");
  session.Note(waiting.acts().empty() ? Message::NOTE_NOTHING_TO_SIGN : Message::NOTE_SIGN_ONE);
  return absl::OkStatus();
}

absl::StatusOr<api::UnsignedAct> FindUnsigned(const api::ListUnsignedResponse& waiting,
                                              const std::string& id) {
  for (const api::UnsignedAct& act : waiting.acts()) {
    if (act.status().request_id() == id || act.status().act_id() == id) return act;
  }
  return Error(Reason::ACT_NOT_WAITING).Field(id).ToStatus();
}

// Only a clear yes is one.
bool Confirmed(const Session& session) {
  session.err << session.Text(Message::ASK_SIGN) << " " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  answer = absl::AsciiStrToLower(absl::StripAsciiWhitespace(answer));
  return answer == absl::AsciiStrToLower(session.Text(Message::ANSWER_YES));
}

absl::StatusOr<Bytes> SignatureOver(const Session& session,
                                    const client::OfficeProfile& profile,
                                    const SignOptions& options,
                                    const Bytes& header) {
  if (!options.signature.empty()) return ReadFile(options.signature, limits::kMaxSignatureBytes);
  if (!profile.user.has_value()) {
    return Explained(Error(Reason::SIGNING_KEY_MISSING).Field("user"), Sentence::USER_KEY_OR_FILE);
  }
  ROG_ASSIGN_OR_RETURN(const CmsSigner user,
                       client::OpenSigner(*profile.user, AskPinOnTerminal(session)));
  return user.SignDetached(header);
}

absl::Status SignOne(Session& session, const SignOptions& options) {
  client::OfficeProfile profile;
  ROG_ASSIGN_OR_RETURN(AgentApi agent, OpenApi(session, profile));
  api::ListUnsignedRequest asked;
  asked.set_id(options.id);
  ROG_ASSIGN_OR_RETURN(
      const api::ListUnsignedResponse waiting,
      agent.Call(&api::AgentService::Stub::ListUnsigned, asked, session.timeout_seconds));
  if (options.id.empty()) return ListUnsigned(session, waiting);
  ROG_ASSIGN_OR_RETURN(const api::UnsignedAct act, FindUnsigned(waiting, options.id));
  ROG_ASSIGN_OR_RETURN(const std::string shown,
                       DescribeToSign(act.header(), act.in_words(), session.language));
  session.MarkOutput();
  session.out << shown;
  if (!options.header.empty()) {
    ROG_RETURN_IF_ERROR(WriteNewFileDurably(options.header, act.header()));
    session.Note(Message::NOTE_HEADER_WRITTEN, options.header);
    return absl::OkStatus();
  }
  if (!options.signature.empty()) {
    ROG_RETURN_IF_ERROR(ReadFile(options.signature, limits::kMaxSignatureBytes).status());
  }
  if (!options.yes && !Confirmed(session)) {
    session.Note(Message::NOTE_NOT_SIGNED);
    session.exit_code = kAttentionExit;
    return absl::OkStatus();
  }
  api::SubmitSignatureRequest request;
  request.set_request_id(act.status().request_id());
  request.set_header_sha256(Sha256(act.header()));
  ROG_ASSIGN_OR_RETURN(*request.mutable_signature(),
                       SignatureOver(session, profile, options, act.header()));
  ROG_ASSIGN_OR_RETURN(
      const api::SubmitSignatureResponse sent,
      agent.Call(&api::AgentService::Stub::SubmitSignature, request, session.timeout_seconds));
  session.Row(ActView(sent.status()), kActColumns, "act");
  return absl::OkStatus();
}

absl::Status WithholdOne(Session& session, const std::string& id) {
  client::OfficeProfile profile;
  ROG_ASSIGN_OR_RETURN(AgentApi agent, OpenApi(session, profile));
  api::WithholdRequest request;
  request.set_request_id(id.substr(id.find('/') + 1));
  ROG_ASSIGN_OR_RETURN(
      const api::WithholdResponse withheld,
      agent.Call(&api::AgentService::Stub::Withhold, request, session.timeout_seconds));
  session.Row(ActView(withheld.status()), kActColumns, "act");
  return absl::OkStatus();
}

// One line an event on standard error: words, or JSON for a collector.
void WriteLogLine(std::ostream& out,
                  bool json,
                  absl::string_view event,
                  const agent::LogFields& fields) {
  const std::string now = SystemClock().Now().ToString();
  if (json) {
    Json line = {{"time", now}, {"event", std::string(event)}};
    for (const auto& [name, value] : fields) line[name] = value;
    out << line.dump() << std::endl;
    return;
  }
  out << now << " " << event;
  for (const auto& [name, value] : fields) out << " " << name << "=" << Printable(value);
  out << std::endl;
}

absl::Status RunHere(Session& session, bool json) {
  ROG_ASSIGN_OR_RETURN(client::OfficeProfile profile, session.Profile());
  if (profile.authority.empty()) return Error(Reason::OFFICE_PROFILE_NEEDED);
  const AgentWords words(session.language);
  absl::Mutex mutex;
  return agent::RunAgent(
      std::move(profile), words, [&](absl::string_view event, const agent::LogFields& fields) {
        absl::MutexLock lock(&mutex);
        WriteLogLine(session.err, json, event, fields);
      });
}

}  // namespace

void AddAgentCommands(CommandTree& tree) {
  CLI::App& agent = tree.Noun("agent", Message::CMD_AGENT);

  auto json = std::make_shared<bool>(false);
  CLI::App& run = tree.Verb(agent, "run", Message::CMD_AGENT_RUN, [=](Session& session) {
    return RunHere(session, *json);
  });
  run.add_flag("--json-log", *json, tree.Text(Message::OPT_JSON_LOG));

  auto days = std::make_shared<uint32_t>(0);
  CLI::App& status = tree.Verb(agent, "status", Message::CMD_AGENT_STATUS, [=](Session& session) {
    return ShowStatus(session, *days);
  });
  status.add_option("--ended", *days, tree.Text(Message::OPT_ENDED_DAYS));

  auto options = std::make_shared<SignOptions>();
  CLI::App& sign = tree.Verb(agent, "sign", Message::CMD_AGENT_SIGN, [=](Session& session) {
    return SignOne(session, *options);
  });
  sign.add_option("act", options->id, tree.Text(Message::OPT_ACT));
  CLI::Option* const signature =
      sign.add_option("--signature", options->signature, tree.Text(Message::OPT_SIGNATURE));
  sign.add_option("--header", options->header, tree.Text(Message::OPT_HEADER_FILE))
      ->excludes(signature);
  sign.add_flag("--yes", options->yes, tree.Text(Message::OPT_SIGN_YES));

  auto id = std::make_shared<std::string>();
  CLI::App& withhold =
      tree.Verb(agent, "withhold", Message::CMD_AGENT_WITHHOLD, [=](Session& session) {
        return WithholdOne(session, *id);
      });
  withhold.add_option("act", *id, tree.Text(Message::OPT_ACT))->required();
}

}  // namespace rogatoria::cli
