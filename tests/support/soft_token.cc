#include "tests/support/soft_token.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria {
namespace {

// The folder of this process's tokens, gone when it ends.
const std::string& Folder() {
  static const TemporaryFolder folder;
  static const bool configured = [] {
    const std::string config = folder / "softhsm2.conf";
    ROG_CHECK(
        CreateFolders(folder / "tokens").ok() &&
            WriteFileDurably(config,
                             absl::StrCat("directories.tokendir = ",
                                          folder / "tokens",
                                          "\nobjectstore.backend = file\nlog.level = ERROR\n"))
                .ok() &&
            setenv("SOFTHSM2_CONF", config.c_str(), 1) == 0,
        "a folder for tokens");
    return true;
  }();
  ROG_CHECK(configured, "a folder for tokens");
  return folder.path();
}

void Run(const std::string& arguments) {
  const std::string command =
      absl::StrCat("softhsm2-util ", arguments, " >", Folder(), "/util.log 2>&1");
  ROG_CHECK(std::system(command.c_str()) == 0, "softhsm2-util, of the package softhsm2");
}

}  // namespace

SoftToken::SoftToken(std::string label, std::string pin)
    : label_(std::move(label)), pin_(std::move(pin)) {
  Run(absl::StrCat("--init-token --free --label '", label_, "' --so-pin 12345678 --pin ", pin_));
}

void SoftToken::TakeOut(bool whole) {
  std::filesystem::rename(Folder() + "/tokens", Folder() + "/away");
  if (!whole) std::filesystem::create_directory(Folder() + "/tokens");
}

void SoftToken::PutIn() {
  std::filesystem::remove(Folder() + "/tokens");
  std::filesystem::rename(Folder() + "/away", Folder() + "/tokens");
}

void SoftToken::Import(const PrivateKey& key,
                       const std::string& label,
                       const std::string& id) const {
  const std::string file = absl::StrCat(Folder(), "/import.pem");
  ROG_CHECK(WriteFileDurably(file, key.ToPem().RevealForUse(), 0600).ok(), "a key file");
  Run(absl::StrCat("--import ",
                   file,
                   " --token '",
                   label_,
                   "' --label '",
                   label,
                   "' --id ",
                   id,
                   " --force --pin ",
                   pin_));
}

}  // namespace rogatoria
