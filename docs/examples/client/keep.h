// Keeps an act that arrived: every document of it, whole and on disk, in a folder of its own.
#pragma once

#include <cctype>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "explain.h"
#include "rogatoria/client.h"

namespace keep {

using rogatoria::client::Office;
using rogatoria::client::OpenedAct;
using rogatoria::content::v1::Document;

// The sender chose it: no path, nothing hidden, nothing that a shell or a screen would obey.
inline std::string SafeName(std::string name) {
  if (name.size() > 100) name.erase(0, name.size() - 100);  // the ending stays
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-') c = '_';
  }
  return name.empty() || name[0] == '.' ? "_" + name : name;
}

// fsync of a file or a folder.
inline absl::Status Sync(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  return synced ? absl::OkStatus() : absl::InternalError("cannot write to disk: " + path);
}

// All of it under this name, or nothing. Its folder is for the caller to sync.
inline absl::Status Write(const std::string& path, const std::string& bytes) {
  const std::string part = path + ".part";
  std::FILE* file = std::fopen(part.c_str(), "wb");
  if (file == nullptr) return absl::InternalError("cannot write: " + part);
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  if (std::fclose(file) != 0 || !written) return absl::InternalError("cannot write: " + part);
  ROG_RETURN_IF_ERROR(Sync(part));
  const bool renamed = std::rename(part.c_str(), path.c_str()) == 0;
  return renamed ? absl::OkStatus() : absl::InternalError("cannot write: " + path);
}

// The letter, its translations and enclosures, and those of the typed content, wherever they are.
inline void Find(const google::protobuf::Message& message, std::vector<const Document*>& found) {
  if (message.GetDescriptor() == Document::descriptor()) {
    found.push_back(static_cast<const Document*>(&message));
    return;
  }
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) Find(reflection.GetMessage(message, field), found);
    for (int i = 0; field->is_repeated() && i < reflection.FieldSize(message, field); ++i) {
      Find(reflection.GetRepeatedMessage(message, field, i), found);
    }
  }
}

// What fits into 1 MiB came inside the act; a larger document is at the hub, and the act has its
// key. Download leaves the file on disk, whole and checked, or not there at all.
inline absl::Status KeepDocument(Office& office,
                                 const OpenedAct& opened,
                                 const Document& document,
                                 const std::string& path) {
  if (!document.has_attached()) return Write(path, document.content());
  std::error_code error;
  if (std::filesystem::exists(path, error)) return absl::OkStatus();  // by a run before this one
  return office.Download(opened, document.attached().number(), path);
}

// What fails now and may work later, a scanner that could not look among it. A document that cannot
// be had otherwise keeps no act from being taken: the hub has erased it, its sender sealed it
// wrongly, the scanner found something in it.
inline bool MayWorkLater(const absl::Status& status) {
  return rogatoria::client::CouldNotLook(status) || absl::IsUnavailable(status) ||
         absl::IsDeadlineExceeded(status) || absl::IsResourceExhausted(status) ||
         absl::IsInternal(status) || absl::IsCancelled(status) || absl::IsUnknown(status);
}

// OK: nothing of the act is only in memory, or only at the hub, but what can never be had. Below
// `folder`, in pt-pgr_<uuid>:
//
//   act.bin           as it came, signed and sealed: a rogatoria.v1.Act
//   slip.bin          its cover slip: a rogatoria.content.v1.CoverSlip
//   content.bin       its content, without attached files: a rogatoria.content.v1.ActContent
//   letter.txt        its text
//   1-pedido.pdf ...  its documents, in the order of the content; or, in 1-pedido.pdf.missing.txt,
//                     why one cannot be had
//
// Done again, for an act that comes again, it goes on where it was cut.
inline absl::Status KeepAct(Office& office,
                            const rogatoria::v1::Act& act,
                            const OpenedAct& opened,
                            const std::string& folder) {
  const std::string own = folder + "/" + SafeName(opened.header.act_id());
  std::error_code error;
  std::filesystem::create_directory(own, error);
  if (!error) {
    std::filesystem::permissions(own, std::filesystem::perms::owner_all, error);
  }
  if (error) return absl::InternalError("cannot make the folder: " + own);
  ROG_RETURN_IF_ERROR(Write(own + "/act.bin", act.SerializeAsString()));
  ROG_RETURN_IF_ERROR(Write(own + "/slip.bin", opened.cover_slip.SerializeAsString()));
  ROG_RETURN_IF_ERROR(Write(own + "/content.bin", opened.content.SerializeAsString()));
  const std::string& text = opened.content.letter().text();
  if (!text.empty()) ROG_RETURN_IF_ERROR(Write(own + "/letter.txt", text));
  std::vector<const Document*> documents;
  Find(opened.content, documents);
  for (size_t i = 0; i < documents.size(); ++i) {
    const std::string name = std::to_string(i + 1) + "-" + SafeName(documents[i]->file_name());
    const absl::Status kept = KeepDocument(office, opened, *documents[i], own + "/" + name);
    if (kept.ok()) continue;
    if (MayWorkLater(kept)) return kept;
    ROG_RETURN_IF_ERROR(Write(own + "/" + name + ".missing.txt", Explain(kept)));
  }
  ROG_RETURN_IF_ERROR(Sync(own));
  return Sync(folder);
}

}  // namespace keep
