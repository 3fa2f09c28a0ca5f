#include "services/agent/spool_slip.h"

#include <filesystem>
#include <map>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/client/act_file.h"
#include "common/client/check_act_file.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr char kFile[] = "file";
constexpr char kLetter[] = "letter";
constexpr char kRequestId[] = "request_id";

// Calls `visit` for each text under a key `file`, however deep.
template <typename Visit>
void EachFile(Json& value, const Visit& visit) {
  if (value.is_object()) {
    for (auto& [key, member] : value.items()) {
      if (key == kFile && member.is_string()) {
        visit(member);
      } else {
        EachFile(member, visit);
      }
    }
  } else if (value.is_array()) {
    for (Json& element : value) EachFile(element, visit);
  }
}

std::string FirstThatExists(const std::string& stem) {
  for (const char* ending : {".toml", ".json"}) {
    std::error_code error;
    if (fs::is_regular_file(fs::symlink_status(stem + ending, error))) return stem + ending;
  }
  return "";
}

std::string TextOfMember(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// Where the slip does not say it, the place or the name does.
void Complete(const SpoolItem& item, Json& root) {
  if (!item.contact.empty() && !root.contains("to") && !root.contains("case")) {
    root["to"] = item.contact;
  }
  if (item.letter == kNoFile) return;
  Json& letter = root[kLetter];
  if (!letter.is_object()) letter = Json::object();
  if (!letter.contains(kFile)) letter[kFile] = item.files[item.letter];
}

}  // namespace

absl::StatusOr<Slip> ReadSlip(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(client::ActFile file, client::LoadActFileItself(path));
  Slip slip;
  slip.fault = client::CheckActFile(file, path);
  slip.root = std::move(file.root);
  EachFile(slip.root, [&](const Json& name) {
    slip.files.insert(name.get<std::string>());
    if (!IsPlainName(name.get<std::string>())) slip.leads_out = name.get<std::string>();
  });
  slip.request_id = TextOfMember(slip.root, kRequestId);
  if (!IsUuid(slip.request_id)) slip.request_id.clear();  // a fault, where there is one
  const auto letter = slip.root.find(kLetter);
  slip.names_letter = letter != slip.root.end() && letter->is_object() && letter->contains(kFile);
  return slip;
}

std::string DefaultSlipOf(const SpoolFolders& folders, const std::string& contact) {
  const std::string own = FirstThatExists(absl::StrCat(folders.defaults, "/", contact));
  return own.empty() ? FirstThatExists(folders.defaults + "/letter") : own;
}

absl::Status CheckDefaultSlip(const std::string& path) {
  const auto slip = ReadSlip(path);
  return slip.ok() ? slip->fault : slip.status();
}

void ForgetFiles(const v1::SendRequest& request, SpoolAgent& agent) {
  agent.ForgetFile(request.letter().document_id());
  for (const v1::File& file : request.enclosures()) agent.ForgetFile(file.document_id());
}

absl::StatusOr<v1::SendRequest> RequestOf(const SpoolItem& item,
                                          const std::string& item_folder,
                                          Slip slip,
                                          SpoolAgent& agent) {
  Complete(item, slip.root);
  slip.root.erase(kRequestId);
  std::map<std::string, std::string> safe_names;
  v1::SendRequest request;
  request.set_request_id(item.request_id);
  const std::string letter =
      slip.root.contains(kLetter) ? TextOfMember(slip.root[kLetter], kFile) : "";
  for (size_t i = 0; i < item.files.size(); ++i) {
    if (i == item.slip) continue;
    const std::string name = SafeNameOf(item, i);
    safe_names[item.files[i]] = name;
    v1::File& file =
        item.files[i] == letter ? *request.mutable_letter() : *request.add_enclosures();
    file.set_name(name);
    auto id = agent.PutFile(name, absl::StrCat(item_folder, "/", item.PartName(i)));
    if (!id.ok()) ForgetFiles(request, agent);
    ROG_RETURN_IF_ERROR(id.status());
    file.set_document_id(*std::move(id));
  }
  EachFile(slip.root, [&](Json& name) {
    const auto safe = safe_names.find(name.get<std::string>());
    if (safe != safe_names.end()) name = safe->second;
  });
  request.set_act_json(slip.root.dump(-1, ' ', false, Json::error_handler_t::replace));
  return request;
}

}  // namespace rogatoria::agent
