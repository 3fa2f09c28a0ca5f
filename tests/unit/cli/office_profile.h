// An office's profile as the file that a person gives to commands.
#pragma once

#include <string>

#include "absl/strings/str_cat.h"
#include "common/client/profile.h"
#include "services/cli/pki_texts.h"

namespace rogatoria::cli {

inline std::string KeysToml(const std::string& table, const client::KeyFiles& files) {
  return absl::StrCat("\n",
                      table,
                      "\ncertificate = ",
                      TomlText(files.certificate),
                      "\nkey = ",
                      TomlText(files.key),
                      "\n");
}

inline std::string IdentitiesToml(const client::OfficeProfile& profile) {
  std::string toml = "\n[identities]\n";
  for (const auto& [authority, fingerprint] : profile.identities) {
    absl::StrAppend(&toml, authority, " = ", TomlText(fingerprint), "\n");
  }
  return toml;
}

inline std::string ProfileToml(const client::OfficeProfile& profile) {
  return absl::StrCat("trust_domain = ",
                      TomlText(profile.trust_domain),
                      "\nauthority = ",
                      TomlText(profile.authority),
                      "\nendpoints = [",
                      TomlText(profile.endpoints.front()),
                      "]\nhub_ca = ",
                      TomlText(profile.hub_ca),
                      "\nsigner_ca = ",
                      TomlText(profile.signer_ca),
                      "\nlog_key = ",
                      TomlText(profile.log_key),
                      "\nstate = ",
                      TomlText(profile.state),
                      "\n",
                      KeysToml("[tls]", profile.tls),
                      KeysToml("[user]", profile.user->files),
                      KeysToml("[seal]", profile.seal->files),
                      KeysToml("[[sealing]]", profile.sealing.front()),
                      IdentitiesToml(profile));
}

}  // namespace rogatoria::cli
