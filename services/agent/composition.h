// From what a program asks (SendRequest) to the draft that is linted, sealed and sent. The request
// is an act file's in plain fields, or has an act file in JSON; its files are named, never paths.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/descriptor.h"
#include "common/client/draft.h"
#include "services/agent/documents.h"

#include "rogatoria/agent/v1/agent_service.pb.h"

namespace rogatoria::agent {

// A draft, and its files, which can be read as long as this lives: links in a folder of its own to
// files without a name. Not thread-safe.
class Composition {
 public:
  // `folder`: a new one, made and removed by this; lies on the state's disk. Errors name the field
  // of the request: FIELD_INVALID, ACT_FILE_INVALID, DOCUMENT_NOT_FOUND, LIMIT_EXCEEDED.
  static absl::StatusOr<std::unique_ptr<Composition>> Make(const v1::SendRequest& request,
                                                           const std::string& language,
                                                           const Documents& documents,
                                                           std::string folder);
  ~Composition();
  Composition(const Composition&) = delete;
  Composition& operator=(const Composition&) = delete;

  client::ActDraft& draft() { return draft_; }
  // Of all files together.
  uint64_t bytes() const { return bytes_; }

 private:
  explicit Composition(std::string folder) : folder_(std::move(folder)) {}
  absl::Status Open(const v1::File& file,
                    const std::string& field,
                    const std::string& below,
                    const Documents& documents);
  absl::Status Link(Descriptor file, const std::string& below, const std::string& name);
  absl::Status ReadFields(const v1::SendRequest& request, const Documents& documents);
  absl::Status ReadActJson(const v1::SendRequest& request, const Documents& documents);
  absl::Status AddLetter(const v1::SendRequest& request, const Documents& documents);
  absl::Status AddFile(const v1::File& file,
                       const std::string& field,
                       const Documents& documents,
                       content::v1::Document& document);

  const std::string folder_;
  std::vector<Descriptor> files_;
  uint64_t bytes_ = 0;
  client::ActDraft draft_;
};

// The files of a request, the letter first; each with the path of its field: "enclosures[1]".
struct NamedFile {
  v1::File* file;
  std::string field;
};
std::vector<NamedFile> FilesOf(v1::SendRequest& request);

// What a request says, as one digest: equal for a retry, whatever way its files came.
// DOCUMENT_NOT_FOUND.
absl::StatusOr<Bytes> Fingerprint(const v1::SendRequest& request, const Documents& documents);

}  // namespace rogatoria::agent
