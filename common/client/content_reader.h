// A table of an act file as a message of what is inside the seal, by the message's descriptor: its
// keys are the message's fields, a code is written without its prefix, a document is read from the
// file that it names.
#pragma once

#include <string>

#include <google/protobuf/message.h>
#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "common/client/act_file.h"
#include "common/client/draft.h"

#include "rogatoria/content/v1/document.pb.h"

namespace rogatoria::client {

// `path` is the table's in the file; `out` is in the content of `draft`, which takes the files.
// ACT_FILE_INVALID naming the place of the first fault; a key that is no field is one. What only a
// program can know, such as a key envelope, is no key.
absl::Status ReadMessage(const ActFile& file,
                         const nlohmann::json& table,
                         const std::string& path,
                         ActDraft& draft,
                         google::protobuf::Message& out);

// `path` taken from the folder of the act file.
std::string PathFrom(const ActFile& file, const std::string& path);

}  // namespace rogatoria::client
