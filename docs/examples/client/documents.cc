// Sends a large file with an act, and fetches one of an act that was received; with progress.
//
//   documents put office.toml co-fgn video.mp4     again after a cut or a kill: goes on from there
//   documents get office.toml pt-pgr/<uuid> folder
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "explain.h"
#include "rogatoria/client.h"

using namespace rogatoria;          // NOLINT(google-build-using-namespace): an example
using namespace rogatoria::client;  // NOLINT(google-build-using-namespace)

namespace {

absl::Status ShowProgress(const TransferProgress& progress) {
  std::cerr << "\r" << progress.done_bytes << " of " << progress.all_bytes << " bytes"
            << std::flush;
  return absl::OkStatus();  // an error would stop it here
}

// The id of the act to be, in a file beside the document from before the first byte is sent: the
// same id goes on with the same upload, and is never a second act. After a refusal, or when the
// document was changed meanwhile, remove that file: then it is a new act.
absl::StatusOr<std::string> RequestId(const std::string& file) {
  std::string id;
  if (std::ifstream(file) >> id && IsUuid(id)) return id;
  SystemRandom random;
  id = GenerateUuid(random, SystemClock().Now());
  if (std::ofstream(file) << id << std::endl) return id;
  return absl::InternalError("cannot write: " + file);
}

absl::Status Put(Office& office, const std::string& to, const std::string& path) {
  ActBuilder<v1::ACT_KIND_SPONTANEOUS_INFORMATION> information;
  information.To(to)
      .Channel(v1::CHANNEL_CLASS_INFORMAL)
      .Subject(std::filesystem::path(path).filename().string())
      .Text("The recording is attached.");
  ROG_ASSIGN_OR_RETURN(ActDraft draft, information.Build());
  const std::string id_file = path + ".to-" + to + ".id";
  ROG_ASSIGN_OR_RETURN(draft.request_id, RequestId(id_file));
  ROG_RETURN_IF_ERROR(
      AddFile(path, true, draft, *draft.content.mutable_letter()->add_enclosures()));
  ROG_ASSIGN_OR_RETURN(const v1::SubmitActResponse sent,
                       office.Send(draft, {.on_progress = ShowProgress}));
  std::error_code ignored;
  std::filesystem::remove(id_file, ignored);  // sent: the next one is another act
  std::cout << sent.receipts(0).act_id() << "\n";
  return absl::OkStatus();
}

absl::Status Get(Office& office, const std::string& act_id, const std::string& folder) {
  ROG_ASSIGN_OR_RETURN(const v1::Act act, office.FetchAct(act_id));
  ROG_ASSIGN_OR_RETURN(const OpenedAct opened, office.OpenAct(act));
  for (const content::v1::Document* document : AttachedIn(opened.content)) {
    const uint32_t number = document->attached().number();
    // Names of ours: the sender's might be a path.
    const std::string target = folder + "/document-" + std::to_string(number);
    DownloadOptions options;
    options.transfer.on_progress = ShowProgress;
    options.after_open = [](const std::string& path) {
      // A scanner's place (ClamAV): nobody saw the file in clear before this machine.
      return std::filesystem::exists(path) ? absl::OkStatus() : absl::InternalError("gone");
    };
    ROG_RETURN_IF_ERROR(office.Download(opened, number, target, options));
    std::cout << target << " " << document->file_name() << "\n";
    ROG_ASSIGN_OR_RETURN(const std::vector<CustodyStep> custody,
                         office.FetchCustody(document->attached().document_id()));
    for (const CustodyStep& step : custody) {
      if (!step.status.ok()) return step.status;  // not proven under the log's key
    }
    std::cout << custody.size() << " steps of custody hold\n";
  }
  return absl::OkStatus();
}

absl::Status Run(const std::string& verb,
                 const std::string& profile_path,
                 const std::string& what,
                 const std::string& where) {
  ROG_RETURN_IF_ERROR(RequireTls13());
  ROG_ASSIGN_OR_RETURN(OfficeProfile profile, LoadProfile(profile_path));
  ROG_ASSIGN_OR_RETURN(const std::unique_ptr<Office> office, Office::Open(std::move(profile)));
  return verb == "put" ? Put(*office, what, where) : Get(*office, what, where);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "documents put PROFILE TO FILE | documents get PROFILE ACT FOLDER\n";
    return 64;
  }
  const absl::Status status = Run(argv[1], argv[2], argv[3], argv[4]);
  if (!status.ok()) std::cerr << "\n" << Explain(status) << "\n";
  return status.ok() ? 0 : 1;
}
