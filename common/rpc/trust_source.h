// Whom a listener lets in: the certification authorities and revocation lists of its files, read
// again when the files change. Fails closed: without a fresh list of its issuer no certificate
// holds (gRPC's own CRL check lets everybody in when a list is missing).
//
// Thread-safe. Verify() never reads a file: call Refresh() about once a second.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"
#include "common/crypto/trust_anchors.h"

namespace rogatoria::rpc {

struct TrustFiles {
  std::string authorities;                      // PEM bundle of CAs
  std::string revocation_lists;                 // PEM bundle of CRLs; empty: no list is asked for
  absl::Duration grace = absl::ZeroDuration();  // how long past its next update a list is fresh
};

class TrustSource {
 public:
  // The files must be there and well-formed now; `clock` must outlive the source.
  static absl::StatusOr<std::shared_ptr<TrustSource>> Open(TrustFiles files, Clock& clock);

  // Reads what changed. On an error what was read before stays: lists grow stale and then nobody is
  // let in, so the error must reach an operator.
  absl::Status Refresh();

  TrustAnchors current() const;

  // A certificate as TLS showed it: PEM of the leaf, and of what came with it (may hold the leaf
  // again, may be empty).
  absl::Status Verify(absl::string_view leaf_pem, absl::string_view chain_pem) const;

  const TrustFiles& files() const { return files_; }

 private:
  // What tells a changed file: device, inode, size and time of change.
  using FileState = std::string;

  TrustSource(TrustFiles files, Clock& clock, TrustAnchors anchors, FileState state);
  static absl::StatusOr<TrustAnchors> Read(const TrustFiles& files);
  static FileState Look(const TrustFiles& files);

  const TrustFiles files_;
  Clock& clock_;
  mutable absl::Mutex mutex_;
  TrustAnchors anchors_ ABSL_GUARDED_BY(mutex_);
  FileState state_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria::rpc
