// [[identity_key]] and [[key_statement]] of docs/directory-files.md.
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/directory/drafts.h"
#include "common/directory/key_statement.h"
#include "common/directory/table_reader.h"
#include "common/model/ids.h"

namespace rogatoria {
namespace {

using Reader = TableReader;

bool IsBase64(absl::string_view text) {
  return !text.empty() && FromBase64(text).ok();
}

bool IsSha256(absl::string_view text) {
  const auto bytes = FromHex(text);
  return bytes.ok() && bytes->size() == 32;
}

Bytes ReadBase64(Reader& reader, absl::string_view key) {
  const std::string text = reader.Text(key, Reader::kRequired, IsBase64, "base64 on one line");
  return text.empty() ? Bytes() : *FromBase64(text);
}

std::string ReadAuthorityReference(Reader& reader, Drafts& drafts) {
  std::string authority =
      reader.Text("authority", Reader::kRequired, IsAuthorityId, "an authority id");
  if (!authority.empty()) {
    drafts.references.push_back({"authority", authority, reader.PlaceOf("authority")});
  }
  return authority;
}

// keys/pt-pgr.toml names pt-pgr-seal.pem: keys/pt-pgr-seal.pem first, then the name as it stands.
const absl::string_view* FindPem(const std::string& reference,
                                 const std::string& from,
                                 const Drafts& drafts) {
  const size_t slash = from.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : from.substr(0, slash + 1);
  for (const std::string& name : {folder + reference, reference}) {
    const auto found = drafts.pem_files.find(name);
    if (found != drafts.pem_files.end()) return &found->second;
  }
  return nullptr;
}

}  // namespace

std::optional<Certificate> FindCertificate(const std::string& reference,
                                           const Place& place,
                                           Drafts& drafts) {
  absl::string_view pem = reference;
  if (!absl::StrContains(reference, "-----BEGIN")) {
    const absl::string_view* file = FindPem(reference, place.file, drafts);
    if (file == nullptr) {
      drafts.problems.Add(place,
                          absl::StrCat("there is no file \"", reference, "\" in the set"),
                          "accepted: a .pem file, relative to this one, or PEM text");
      return std::nullopt;
    }
    pem = *file;
  }
  auto certificate = Certificate::FromPem(pem);
  if (!certificate.ok()) {
    drafts.problems.Add(place, "this is not one certificate in PEM", "exactly one is accepted");
    return std::nullopt;
  }
  if (!certificate->has_strong_key()) {
    drafts.problems.Add(place,
                        "the certificate's key is too weak",
                        "P-256, P-384 and RSA from 2048 bits are accepted");
  }
  return *std::move(certificate);
}

void ReadIdentityKey(const TomlValue& table, Drafts& drafts) {
  Reader reader(table, "identity_key", drafts.problems);
  IdentityKeyDraft draft;
  draft.place = reader.place();
  draft.authority = ReadAuthorityReference(reader, drafts);
  draft.sha256 = reader.Text(
      "sha256", Reader::kRequired, IsSha256, "64 hexadecimal digits, as fixed at enrolment");
  draft.public_key = ReadBase64(reader, "public_key");
  reader.Finish();
  if (draft.authority.empty() || draft.sha256.empty() || draft.public_key.empty()) return;
  if (IdentityFingerprint(draft.public_key) != draft.sha256) {
    reader.Problem("public_key",
                   "the key does not have the fingerprint in `sha256`",
                   "the key whose fingerprint the authority gave by another way is accepted");
    return;
  }
  drafts.definitions.push_back({"identity key of", draft.authority, reader.place()});
  drafts.identity_keys.push_back(std::move(draft));
}

void ReadKeyStatement(const TomlValue& table, Drafts& drafts) {
  Reader reader(table, "key_statement", drafts.problems);
  KeyStatementDraft draft;
  draft.place = reader.place();
  draft.authority = ReadAuthorityReference(reader, drafts);
  draft.statement.set_statement(ReadBase64(reader, "statement"));
  draft.statement.set_signature(ReadBase64(reader, "signature"));
  const std::string reference = reader.Text(
      "certificate",
      Reader::kOptional,
      [](absl::string_view t) { return !t.empty(); },
      "PEM text, or the name of a .pem file");
  if (!reference.empty()) {
    draft.certificate = FindCertificate(reference, reader.PlaceOf("certificate"), drafts);
  }
  reader.Finish();
  if (!draft.authority.empty()) drafts.statements.push_back(std::move(draft));
}

}  // namespace rogatoria
