#include "common/rpc/trust_source.h"

#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/crypto/certificate.h"
#include "common/crypto/revocation_list.h"

namespace rogatoria::rpc {
namespace {

std::string LookAt(const std::string& path) {
  struct stat found {};
  if (path.empty() || stat(path.c_str(), &found) != 0) return "none;";
  return absl::StrCat(found.st_dev,
                      ".",
                      found.st_ino,
                      ".",
                      found.st_size,
                      ".",
                      found.st_mtim.tv_sec,
                      ".",
                      found.st_mtim.tv_nsec,
                      ";");
}

}  // namespace

absl::StatusOr<std::shared_ptr<TrustSource>> TrustSource::Open(TrustFiles files, Clock& clock) {
  FileState state = Look(files);
  ROG_ASSIGN_OR_RETURN(TrustAnchors anchors, Read(files));
  return std::shared_ptr<TrustSource>(
      new TrustSource(std::move(files), clock, std::move(anchors), std::move(state)));
}

TrustSource::TrustSource(TrustFiles files, Clock& clock, TrustAnchors anchors, FileState state)
    : files_(std::move(files)),
      clock_(clock),
      anchors_(std::move(anchors)),
      state_(std::move(state)) {}

TrustSource::FileState TrustSource::Look(const TrustFiles& files) {
  return LookAt(files.authorities) + LookAt(files.revocation_lists);
}

absl::StatusOr<TrustAnchors> TrustSource::Read(const TrustFiles& files) {
  ROG_ASSIGN_OR_RETURN(const Bytes bundle,
                       ReadFile(files.authorities, limits::kMaxDirectoryFileBytes));
  ROG_ASSIGN_OR_RETURN(std::vector<Certificate> authorities, Certificate::BundleFromPem(bundle));
  if (files.revocation_lists.empty()) return TrustAnchors::Create(std::move(authorities));
  ROG_ASSIGN_OR_RETURN(const Bytes list_text,
                       ReadFile(files.revocation_lists, limits::kMaxDirectoryFileBytes));
  ROG_ASSIGN_OR_RETURN(std::vector<RevocationList> lists, RevocationList::BundleFromPem(list_text));
  return TrustAnchors::Create(
      std::move(authorities), std::move(lists), {.require_list = true, .grace = files.grace});
}

absl::Status TrustSource::Refresh() {
  FileState state = Look(files_);
  {
    absl::MutexLock lock(&mutex_);
    if (state == state_) return absl::OkStatus();
  }
  // Looked at before it is read: a file changed in between is read again the next time.
  ROG_ASSIGN_OR_RETURN(TrustAnchors anchors, Read(files_));
  absl::MutexLock lock(&mutex_);
  anchors_ = std::move(anchors);
  state_ = std::move(state);
  return absl::OkStatus();
}

TrustAnchors TrustSource::current() const {
  absl::MutexLock lock(&mutex_);
  return anchors_;
}

absl::Status TrustSource::Verify(absl::string_view leaf_pem, absl::string_view chain_pem) const {
  ROG_ASSIGN_OR_RETURN(const Certificate leaf, Certificate::FromPem(leaf_pem));
  std::vector<Certificate> intermediates;
  if (!chain_pem.empty()) {
    ROG_ASSIGN_OR_RETURN(intermediates, Certificate::BundleFromPem(chain_pem));
    std::erase(intermediates, leaf);
  }
  return current().Verify(leaf, intermediates, clock_.Now(), CertificateUse::kTlsClient);
}

}  // namespace rogatoria::rpc
