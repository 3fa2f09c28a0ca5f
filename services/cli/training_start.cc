#include "services/cli/training_start.h"

#include <csignal>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/file_lock.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "services/cli/directory_files.h"
#include "services/cli/training_domain.h"
#include "services/cli/training_hub.h"
#include "services/training/counterpart.h"

namespace rogatoria::cli {
namespace {

constexpr absl::Duration kHubStarts = absl::Seconds(30);
constexpr int kHubTries = 4;
constexpr absl::Duration kBetweenTries = absl::Milliseconds(500);
// Looked at between two looks whether the hub still runs.
constexpr timespec kBetweenChecks{1, 0};

const std::vector<Column> kTraineeColumns = {{Message::COL_TRAINEE, "trainee"},
                                             {Message::COL_BEGIN_WITH, "begin_with"}};

sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

absl::Status FolderRefused(const Session& session, Message why, const std::string& folder) {
  session.Note(why, folder);
  return Error(Reason::FIELD_INVALID).Field("--folder");
}

absl::Status LoadDirectory(const TrainingDomain& domain) {
  ROG_ASSIGN_OR_RETURN(const client::OfficeProfile profile,
                       client::LoadProfile(domain.OperatorProfile()));
  ROG_ASSIGN_OR_RETURN(const auto connection, client::Connection::OpenAdmin(profile));
  ROG_ASSIGN_OR_RETURN(std::vector<DirectoryFile> files,
                       ReadDirectoryFiles(domain.DirectoryFolder()));
  v1::LoadDirectoryRequest request;
  SystemRandom random;
  request.set_request_id(GenerateUuid(random, SystemClock().Now()));
  for (DirectoryFile& read : files) {
    v1::DirectoryFile& file = *request.add_files();
    file.set_name(std::move(read.name));
    file.set_content(std::move(read.content));
  }
  return connection->Call(connection->admin(), &v1::AdminService::Stub::LoadDirectory, request)
      .status();
}

absl::StatusOr<std::unique_ptr<training::Cast>> OpenCast(const TrainingDomain& domain) {
  std::vector<client::OfficeProfile> profiles;
  for (const training::Scenario& scenario : training::Scenarios()) {
    for (const training::Role& role : scenario.roles) {
      if (role.name == scenario.trainee) continue;
      ROG_ASSIGN_OR_RETURN(profiles.emplace_back(),
                           client::LoadProfile(domain.ProfileOf(role.authority)));
    }
  }
  return training::Cast::Open(std::move(profiles));
}

void TellTrainees(Session& session, const TrainingDomain& domain) {
  Json rows = Json::array();
  for (const std::string& trainee : domain.Trainees()) {
    const std::string profile = domain.ProfileOf(trainee);
    rows.push_back(
        {{"trainee", trainee},
         {"profile", profile},
         {"begin_with", absl::StrCat("rogatoria --profile ", profile, " training exercises")}});
  }
  session.Rows(rows, kTraineeColumns, "profile");
  session.out.flush();
}

std::string HubLog(const TrainingDomain& domain) {
  return domain.folder() + "/hub.log";
}

// When the training before was killed, its hub may still have the store for a moment.
absl::StatusOr<std::unique_ptr<TrainingHub>> StartHub(const Session& session,
                                                      const TrainingDomain& domain,
                                                      const std::string& program) {
  const std::string log = HubLog(domain);
  absl::Status up;
  for (int i = 0; i < kHubTries; ++i) {
    if (i > 0) absl::SleepFor(kBetweenTries);
    ROG_ASSIGN_OR_RETURN(auto hub, TrainingHub::Start(program, domain.DaemonConfig(), log));
    up = hub->WaitFor(domain.public_port(), kHubStarts);
    if (up.ok()) up = hub->WaitFor(domain.admin_port(), kHubStarts);
    if (up.ok()) return hub;
  }
  session.Note(Message::NOTE_HUB_NOT_STARTED, program, log);
  return up;
}

// False when the hub ended by itself.
bool WaitForSignal(const sigset_t& signals, TrainingHub& hub) {
  while (sigtimedwait(&signals, nullptr, &kBetweenChecks) < 0) {
    if (hub.HasEnded()) return false;
  }
  return true;
}

// Nobody's text is in what is told: a trainee's id and a reason.
training::Counterpart::Fault TellFaults(const Session& session) {
  return [&session](const std::string& trainee, const absl::Status& why) {
    const auto details = GetErrorDetails(why);
    session.Note(Message::NOTE_TRAINING_FAULT,
                 trainee,
                 details.has_value() ? std::string(ReasonName(details->reason))
                                     : absl::StatusCodeToString(why.code()));
  };
}

absl::Status Serve(Session& session,
                   const TrainingDomain& domain,
                   const sigset_t& signals,
                   TrainingHub& hub) {
  ROG_ASSIGN_OR_RETURN(const auto cast, OpenCast(domain));
  SystemClock clock;
  SystemRandom random;
  training::Counterpart counterpart(
      *cast, clock, random, domain.folder(), domain.Trainees(), TellFaults(session));
  cast->Start();
  std::thread serving([&counterpart] { counterpart.Serve(); });
  TellTrainees(session, domain);
  session.Note(Message::NOTE_TRAINING_RUNS, domain.Trainees().size(), domain.folder());
  const bool asked = WaitForSignal(signals, hub);
  counterpart.Stop();
  cast->Stop();
  serving.join();
  if (asked) {
    session.Note(Message::NOTE_TRAINING_STOPPED, domain.folder());
    return absl::OkStatus();
  }
  session.Note(Message::NOTE_HUB_ENDED, HubLog(domain), domain.folder());
  return Failure(absl::StatusCode::kUnavailable,
                 Sentence::HUB_NOT_REACHED,
                 absl::StrCat("127.0.0.1:", domain.public_port()));
}

}  // namespace

absl::Status StartTraining(Session& session, const TrainingOptions& options) {
  if (options.trainees == 0 || options.trainees > kMaxTrainees) {
    session.Note(Message::NOTE_TRAINEES_BOUND, kMaxTrainees);
    return Error(Reason::FIELD_INVALID).Field("--trainees");
  }
  if (TrainingDomain::IsTaken(options.folder))
    return FolderRefused(session, Message::NOTE_FOLDER_TAKEN, options.folder);
  ROG_RETURN_IF_ERROR(CreateFolders(options.folder));
  // Held while a training runs on the folder.
  const auto lock = LockFile(options.folder + "/lock", LockUse::kAlone, Reason::FIELD_INVALID);
  if (!lock.ok()) return FolderRefused(session, Message::NOTE_FOLDER_RUNS, options.folder);
  const sigset_t signals = BlockSignals();
  SystemClock clock;
  SystemRandom random;
  ROG_ASSIGN_OR_RETURN(
      const TrainingDomain domain,
      TrainingDomain::Make(options.folder, options.trainees, session.language, clock, random));
  const std::string program =
      options.hub_program.empty() ? TrainingHub::ProgramBeside() : options.hub_program;
  ROG_ASSIGN_OR_RETURN(const auto hub, StartHub(session, domain, program));
  ROG_RETURN_IF_ERROR(LoadDirectory(domain));
  return Serve(session, domain, signals, *hub);
}

}  // namespace rogatoria::cli
