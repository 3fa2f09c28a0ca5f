// Downloading an attached document: segment by segment, each held against the manifest before it is
// opened, into a hidden file beside the target; the whole against its HMAC before anybody sees it.
//
// A download that was cut goes on when it is asked for again: what is there already is read once
// more for the HMAC. What is not as the sender sealed it leaves no clear file.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "common/client/connection.h"
#include "common/client/transfer.h"
#include "common/crypto/manifest.h"

#include "rogatoria/content/v1/document.pb.h"

namespace rogatoria::client {

// A look at the opened file before it takes its place, at a path of its own: for a scanner. An
// error removes the file and is the download's. After one that says CouldNotLook (scanner.h) the
// file stays hidden, as after a cut: asked for again, the download only opens it and looks.
using AfterOpen = std::function<absl::Status(const std::string& path)>;

// What the command line keeps of each document that it fetches: letters and scans, not videos.
inline constexpr uint64_t kKeptDocumentBytes = 256 * 1024 * 1024;

struct DownloadOptions {
  TransferOptions transfer = {};
  AfterOpen after_open = {};
  // Of Office::Download: documents up to so many bytes of clear text are kept in the case folder,
  // encrypted; 0: none.
  uint64_t keep_up_to = 0;
};

// Whether what could not be fetched for this reason does not come by trying again: it was erased,
// or is not what its manifest says.
bool IsLost(const absl::Status& fetched);

// `manifest`: that of `file`, checked (ManifestOf). `target`: a file that does not exist yet. It is
// there whole, on disk and mode 0600, when this returns OK; the hub was told that we opened it.
// MANIFEST_MISMATCH, SEAL_BROKEN or SEAL_MALFORMED name what is damaged; DOCUMENT_ERASED when the
// hub has it no longer; DOWNLOAD_BUSY while another program fetches it into this folder. May block
// long. Thread-safe, for different targets.
absl::Status DownloadDocument(Connection& connection,
                              const content::v1::AttachedFile& file,
                              const Manifest& manifest,
                              const std::string& target,
                              const DownloadOptions& options);

}  // namespace rogatoria::client
