#include "common/crypto/private_key.h"

#include <cerrno>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/crypto/key_algorithm.h"
#include "common/crypto/openssl.h"
#include "common/crypto/secret_file.h"

namespace rogatoria {
namespace {

using openssl::MustBe;

constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;  // beyond, a verification costs milliseconds
constexpr unsigned kNewRsaBits = 3072;

// Without it OpenSSL would ask the terminal for a pass phrase.
int RefusePassphrase(char*, int, int, void*) {
  return -1;
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

absl::Status FileError(absl::string_view what, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(what, " ", path));
}

absl::Status WriteAll(int fd, absl::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t put = write(fd, text.data(), text.size());
    if (put < 0) return FileError("cannot write", path);
    text.remove_prefix(static_cast<size_t>(put));
  }
  if (fsync(fd) != 0) return FileError("cannot sync", path);
  return absl::OkStatus();
}

absl::Status SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const FileDescriptor fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || fsync(fd.get()) != 0) return FileError("cannot sync", folder);
  return absl::OkStatus();
}

absl::Status WriteNewFile(const std::string& path, absl::string_view text) {
  const FileDescriptor fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (fd.get() < 0) return FileError("cannot create", path);
  return WriteAll(fd.get(), text, path);
}

}  // namespace

absl::string_view KeyAlgorithmName(KeyAlgorithm algorithm) {
  static constexpr absl::string_view kNames[] = {"P-256", "P-384", "RSA", "Ed25519", "other"};
  return kNames[static_cast<size_t>(algorithm)];
}

bool IsStrongKey(KeyAlgorithm algorithm, int bits) {
  if (algorithm == KeyAlgorithm::kRsa) return bits >= kMinRsaBits && bits <= kMaxRsaBits;
  return algorithm != KeyAlgorithm::kOther;
}

KeyAlgorithm AlgorithmOf(const EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) return KeyAlgorithm::kRsa;
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) return KeyAlgorithm::kEd25519;
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return KeyAlgorithm::kOther;
  // Curves spelled out by their parameters, even well-known ones, are a way to smuggle in others.
  const openssl::ErrorScope errors;
  int spelled_out = 1;
  if (EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &spelled_out) !=
          1 ||
      spelled_out != 0) {
    return KeyAlgorithm::kOther;
  }
  char group[64] = "";
  if (EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) != 1) return KeyAlgorithm::kOther;
  const int curve = OBJ_txt2nid(group);
  if (curve == NID_X9_62_prime256v1) return KeyAlgorithm::kP256;
  return curve == NID_secp384r1 ? KeyAlgorithm::kP384 : KeyAlgorithm::kOther;
}

PrivateKey::PrivateKey(std::shared_ptr<evp_pkey_st> key)
    : key_(std::move(key)),
      algorithm_(AlgorithmOf(key_.get())),
      bits_(EVP_PKEY_get_bits(key_.get())) {}

PrivateKey PrivateKey::FromHandle(evp_pkey_st* owned) {
  return PrivateKey(std::shared_ptr<evp_pkey_st>(owned, EVP_PKEY_free));
}

absl::StatusOr<PrivateKey> PrivateKey::Generate(KeyAlgorithm algorithm) {
  const openssl::ErrorScope errors;
  EVP_PKEY* key = nullptr;
  switch (algorithm) {
    case KeyAlgorithm::kP256:
      key = EVP_EC_gen("P-256");
      break;
    case KeyAlgorithm::kP384:
      key = EVP_EC_gen("P-384");
      break;
    case KeyAlgorithm::kRsa:
      key = EVP_RSA_gen(kNewRsaBits);
      break;
    case KeyAlgorithm::kEd25519:
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
      break;
    case KeyAlgorithm::kOther:
      return Error(Reason::KEY_MALFORMED).Accepted("P-256, P-384, RSA or Ed25519");
  }
  if (key == nullptr) return absl::InternalError("cannot generate a key");
  return FromHandle(key);
}

absl::StatusOr<PrivateKey> PrivateKey::FromPem(absl::string_view pem) {
  const openssl::ErrorScope errors;
  const openssl::BioOwner bio = openssl::ReadBio(pem);
  EVP_PKEY* read = PEM_read_bio_PrivateKey(bio.get(), nullptr, RefusePassphrase, nullptr);
  if (read == nullptr) return Error(Reason::KEY_MALFORMED).Accepted("unencrypted PEM");
  PrivateKey key = FromHandle(read);
  if (!IsStrongKey(key.algorithm(), key.bits())) {
    return Error(Reason::KEY_MALFORMED).Accepted("P-256, P-384, RSA of 2048 to 8192 bits, Ed25519");
  }
  return key;
}

absl::StatusOr<PrivateKey> PrivateKey::FromPemFile(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(const SecretBytes text, ReadSecretFile(path));
  absl::StatusOr<PrivateKey> key = FromPem(text.RevealForUse());
  if (!key.ok()) return WithFieldPrefix(key.status(), path);
  return key;
}

SecretBytes PrivateKey::ToPem() const {
  const openssl::BioOwner bio(BIO_new(BIO_s_secmem()));
  MustBe(bio != nullptr && PEM_write_bio_PKCS8PrivateKey(
                               bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
         "write a private key");
  Bytes pem = openssl::BioBytes(bio.get());
  SecretBytes secret(pem);
  EraseBytes(pem);
  return secret;
}

Bytes PrivateKey::PublicKeyDer() const {
  return openssl::ToDerBytes(key_.get(), i2d_PUBKEY);
}

absl::Status WriteKeyFile(const std::string& path, const SecretBytes& pem) {
  const std::string temporary = absl::StrCat(path, ".new-", getpid());
  absl::Status status = WriteNewFile(temporary, pem.RevealForUse());
  // link(2), unlike rename(2), refuses to replace.
  if (status.ok() && link(temporary.c_str(), path.c_str()) != 0) {
    status = FileError("cannot create", path);
  }
  unlink(temporary.c_str());
  ROG_RETURN_IF_ERROR(status);
  return SyncFolderOf(path);
}

}  // namespace rogatoria
