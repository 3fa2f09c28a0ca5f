// Uploading a file as a document: sealed segment by segment on this machine, sent in chunks, a few
// at a time, and never whole in memory.
//
// An upload that was cut goes on when it is asked for again: the file is sealed once more to the
// same bytes (common/crypto/segment_sealer.h) and what the hub has already is not sent again. So
// the file must stay as it is until then. What it takes to go on lies in the office's state folder
// (upload_state.h) until ForgetUpload.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/random.h"
#include "common/client/connection.h"
#include "common/client/transfer.h"
#include "common/crypto/manifest.h"
#include "common/crypto/secret.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria::client {

struct UploadSource {
  std::string path;
  std::string media_type;
  std::string authority;   // ours
  std::string state;       // our state folder
  std::string request_id;  // of the act that will attach it
  uint32_t number = 1;     // its place there
};

struct UploadedDocument {
  std::string document_id;
  SecretBytes kek;
  Manifest manifest;  // of no act and no readers yet
  v1::SealedDigest sealed;
  uint64_t sent_bytes = 0;  // by this call
};

// The id of a document at the hub, by the act that is to attach it: so that sending the same act
// again goes on with the same upload. `attempt` counts the uploads that were given up.
std::string DocumentIdOf(const UploadSource& source, uint32_t attempt);

// A media type without its parameters, as a manifest has it.
std::string BareMediaType(const std::string& media_type);

// Clear bytes of each segment of a file but the last: few segments, so that the manifests of many
// large files fit into one act, and small ones, so that memory stays flat.
uint64_t SegmentBytesOf(uint64_t file_size);
// What a file comes to when it is sealed.
uint64_t SealedBytesOf(uint64_t file_size);

// Uploads, or goes on. The document is then at the hub, whole and on disk. UPLOAD_SOURCE_CHANGED
// when the file is not the one of the beginning; UPLOAD_KEY_MISSING when this upload was begun
// elsewhere; UPLOAD_BUSY when another program is at it. May block long. Thread-safe.
absl::StatusOr<UploadedDocument> UploadDocument(Connection& connection,
                                                const UploadSource& source,
                                                const TransferOptions& options,
                                                Random& random);

}  // namespace rogatoria::client
