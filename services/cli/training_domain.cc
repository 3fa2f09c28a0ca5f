#include "services/cli/training_domain.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <toml++/toml.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/directory/parse_toml.h"
#include "services/cli/development_pki.h"
#include "services/cli/language.h"
#include "services/cli/pki_texts.h"
#include "services/training/run.h"
#include "services/training/scenario.h"

namespace rogatoria::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxMarkBytes = 4096;
constexpr char kTraineeCountry[] = "XZ";
// What a profile lies below in a training's folder: pki/authorities/ID.
constexpr int kFoldersAboveProfile = 3;

std::string MarkFile(const std::string& folder) {
  return folder + "/training.toml";
}

// A port of the loopback address that nobody listens on: `wanted`, else any; 0 for none.
int FreePort(int wanted) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return 0;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(wanted));
  socklen_t size = sizeof(address);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(fd);
  if (bound) return ntohs(address.sin_port);
  return wanted == 0 ? 0 : FreePort(0);
}

std::string TraineeId(uint32_t number) {
  return absl::StrFormat("xz-trainee-%02d", number);
}

struct Entry {
  std::string id, country, name, calendar, further;
};

std::string AuthorityToml(const Entry& entry) {
  return absl::StrCat("\n[[authority]]\nid = ",
                      TomlText(entry.id),
                      "\ncountry = ",
                      TomlText(entry.country),
                      "\nname = ",
                      TomlText(entry.name),
                      "\ntime_zone = \"UTC\"\ncalendar = ",
                      TomlText(entry.calendar),
                      "\ndata_class_ceiling = \"SENSITIVE\"\n",
                      entry.further);
}

// Everybody but the trainees: for the exercises, where the trainee takes a role of its own, and for
// demonstrations.
std::vector<Entry> CastEntries() {
  std::vector<Entry> entries;
  for (const training::Scenario& scenario : training::Scenarios()) {
    for (const training::Role& role : scenario.roles) {
      if (role.name != scenario.trainee)
        entries.push_back(
            {role.authority, role.country, role.title, role.calendar, role.directory});
      entries.push_back({training::DemonstrationAuthority(role),
                         role.country,
                         role.title,
                         role.calendar,
                         role.directory});
    }
  }
  return entries;
}

Entry TraineeEntry(const std::string& id) {
  return {id,
          kTraineeCountry,
          absl::StrCat("Training office ", id),
          "training",
          "kinds = [\"PROSECUTION_SERVICE\"]\nlanguages = [\"es\", \"pt-PT\", \"en\"]\n"};
}

std::string PartiesToml(const std::vector<Entry>& entries) {
  std::set<std::string> countries = {kTraineeCountry};
  for (const Entry& entry : entries) countries.insert(entry.country);
  const auto row = [](std::string* out, const std::string& country) {
    absl::StrAppend(out, country, " = \"\"");
  };
  return absl::StrCat("{ ", absl::StrJoin(countries, ", ", row), " }");
}

}  // namespace

absl::StatusOr<TrainingDomain> TrainingDomain::Open(const std::string& folder) {
  TrainingDomain domain(AbsolutePath(folder));
  const std::string path = MarkFile(domain.folder_);
  if (!FileExists(path)) return Error(Reason::NOT_FOUND).Field(path).ToStatus();
  ROG_ASSIGN_OR_RETURN(const Bytes text, ReadFile(path, kMaxMarkBytes));
  try {
    const toml::table table = ParseToml(std::string_view(text), path);
    domain.trainees_ = table["trainees"].value_or(0U);
    domain.public_port_ = table["public_port"].value_or(0);
    domain.admin_port_ = table["admin_port"].value_or(0);
  } catch (const toml::parse_error&) {
    domain.trainees_ = 0;
  }
  if (domain.trainees_ == 0 || domain.trainees_ > kMaxTrainees)
    return Error(Reason::FIELD_INVALID).Field(path).ToStatus();
  return domain;
}

bool TrainingDomain::IsTaken(const std::string& folder) {
  std::error_code error;
  if (!fs::exists(folder, error) || FileExists(MarkFile(folder))) return false;
  if (!fs::is_directory(folder, error)) return true;
  const auto names = ListFolder(folder);
  if (!names.ok()) return true;
  // A start that was cut short leaves some of ours, the lock always.
  constexpr absl::string_view kOurs[] = {"lock", "pki", "directory", "progress", "hub.log"};
  const bool ours = std::all_of(names->begin(), names->end(), [&](const std::string& name) {
    return std::find(std::begin(kOurs), std::end(kOurs), name) != std::end(kOurs);
  });
  return !ours || (!names->empty() && !FileExists(folder + "/lock"));
}

absl::StatusOr<TrainingDomain> TrainingDomain::Make(
    const std::string& folder, uint32_t trainees, Language language, Clock& clock, Random& random) {
  const auto before = Open(folder);
  TrainingDomain domain(AbsolutePath(folder));
  domain.trainees_ = std::max(trainees, before.ok() ? before->trainees_ : 0);
  domain.public_port_ = FreePort(before.ok() ? before->public_port_ : 0);
  domain.admin_port_ = FreePort(before.ok() ? before->admin_port_ : 0);
  const std::string pki = domain.folder_ + "/pki";
  PkiSettings settings;
  settings.trust_domain = kTrainingTrustDomain;
  settings.host = "127.0.0.1";
  settings.endpoint = absl::StrCat("127.0.0.1:", domain.public_port_);
  settings.admin_endpoint = absl::StrCat("127.0.0.1:", domain.admin_port_);
  settings.operator_id = "trainer";
  settings.training = true;
  settings.language = LanguageTag(language);
  ROG_RETURN_IF_ERROR(InitialisePki(pki, settings, clock, random));
  std::vector<std::string> all = domain.Trainees();
  for (const Entry& entry : CastEntries()) all.push_back(entry.id);
  ROG_RETURN_IF_ERROR(IssueAuthorities(pki, all, {"u1"}, clock, random));
  ROG_RETURN_IF_ERROR(domain.WriteDirectory(clock));
  ROG_RETURN_IF_ERROR(WriteFileDurably(MarkFile(domain.folder_),
                                       absl::StrCat("# Written by `rogatoria training start`.\n",
                                                    "trainees = ",
                                                    domain.trainees_,
                                                    "\npublic_port = ",
                                                    domain.public_port_,
                                                    "\nadmin_port = ",
                                                    domain.admin_port_,
                                                    "\n")));
  return domain;
}

// The keys are put beside, as `pki` wrote them.
absl::Status TrainingDomain::WriteDirectory(Clock& clock) const {
  const std::vector<Entry> cast = CastEntries();
  const absl::CivilDay today = absl::ToCivilDay(clock.Now().ToTime(), absl::UTCTimeZone());
  const auto year = today.year();
  const std::map<std::string, std::string> values = {
      {"parties", PartiesToml(cast)},
      {"years", absl::StrCat("[", year, ", ", year + 1, ", ", year + 2, "]")}};
  std::string authorities = "# Invented authorities, for training only.\n";
  for (const Entry& entry : cast) absl::StrAppend(&authorities, AuthorityToml(entry));
  for (const std::string& id : Trainees())
    absl::StrAppend(&authorities, AuthorityToml(TraineeEntry(id)));
  ROG_RETURN_IF_ERROR(CreateFolders(DirectoryFolder()));
  ROG_RETURN_IF_ERROR(WriteFileDurably(DirectoryFolder() + "/law.toml",
                                       training::Filled(training::LawText(), values, today)));
  ROG_RETURN_IF_ERROR(WriteFileDurably(DirectoryFolder() + "/authorities.toml", authorities));
  std::error_code error;
  fs::copy(folder_ + "/pki/directory/keys",
           DirectoryFolder() + "/keys",
           fs::copy_options::recursive | fs::copy_options::overwrite_existing,
           error);
  return error ? CannotWrite(DirectoryFolder()) : absl::OkStatus();
}

std::string TrainingDomain::FolderOf(const std::string& profile_folder) {
  fs::path path(profile_folder);
  for (int i = 0; i < kFoldersAboveProfile; ++i) path = path.parent_path();
  return FileExists(MarkFile(path.string())) ? path.string() : "";
}

std::vector<std::string> TrainingDomain::Trainees() const {
  std::vector<std::string> ids;
  for (uint32_t i = 1; i <= trainees_; ++i) ids.push_back(TraineeId(i));
  return ids;
}

std::string TrainingDomain::ProfileOf(const std::string& authority) const {
  return absl::StrCat(folder_, "/pki/authorities/", authority, "/office.toml");
}

std::string TrainingDomain::OperatorProfile() const {
  return folder_ + "/pki/operators/trainer/operator.toml";
}

}  // namespace rogatoria::cli
