#include "common/rpc/tls.h"

#include <utility>
#include <vector>

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/crypto/certificate.h"
#include "common/crypto/private_key.h"
#include "common/crypto/tls_policy.h"

namespace rogatoria::rpc {
namespace {

namespace tls_api = grpc::experimental;

constexpr unsigned kReloadSeconds = 1;

absl::string_view View(grpc::string_ref text) {
  return {text.data(), text.size()};
}

// The second look at a client, after OpenSSL's own: chain, validity, and a fresh revocation list.
class ClientVerifier final : public tls_api::ExternalCertificateVerifier {
 public:
  ClientVerifier(std::shared_ptr<TrustSource> trust, OnRefusedCertificate on_refused)
      : trust_(std::move(trust)), on_refused_(std::move(on_refused)) {}

  bool Verify(tls_api::TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)>,
              grpc::Status* answer) override {
    const absl::Status verified =
        trust_->Verify(View(request->peer_cert()), View(request->peer_cert_full_chain()));
    if (!verified.ok()) Refuse(verified, *answer);
    return true;  // answered at once
  }
  void Cancel(tls_api::TlsCustomVerificationCheckRequest*) override {}

 private:
  void Refuse(const absl::Status& why, grpc::Status& answer) const {
    const auto details = GetErrorDetails(why);
    const Reason reason = details.has_value() ? details->reason : Reason::CERTIFICATE_UNTRUSTED;
    if (on_refused_) on_refused_(reason);
    answer = grpc::Status(grpc::StatusCode::UNAUTHENTICATED, std::string(ReasonName(reason)));
  }

  const std::shared_ptr<TrustSource> trust_;
  const OnRefusedCertificate on_refused_;
};

absl::Status CheckKeyPair(const std::string& certificate_file, const std::string& key_file) {
  ROG_ASSIGN_OR_RETURN(const Bytes pem, ReadFile(certificate_file, limits::kMaxDirectoryFileBytes));
  ROG_ASSIGN_OR_RETURN(const std::vector<Certificate> chain, Certificate::BundleFromPem(pem));
  ROG_ASSIGN_OR_RETURN(const PrivateKey key, PrivateKey::FromPemFile(key_file));
  if (Matches(key, chain.front())) return absl::OkStatus();
  return Error(Reason::KEY_MALFORMED).Accepted("the key of the certificate beside it");
}

}  // namespace

absl::Status CheckServerFiles(const ServerTls& tls) {
  return CheckKeyPair(tls.certificate_file, tls.key_file);
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(
    const ServerTls& tls, std::shared_ptr<TrustSource> trust, OnRefusedCertificate on_refused) {
  ROG_RETURN_IF_ERROR(RequireTls13());
  ROG_RETURN_IF_ERROR(CheckKeyPair(tls.certificate_file, tls.key_file));
  const std::string authorities = trust->files().authorities;
  tls_api::TlsServerCredentialsOptions options(
      std::make_shared<tls_api::FileWatcherCertificateProvider>(
          tls.key_file, tls.certificate_file, authorities, kReloadSeconds));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.set_certificate_verifier(tls_api::ExternalCertificateVerifier::Create<ClientVerifier>(
      std::move(trust), std::move(on_refused)));
  options.set_check_call_host(false);  // a client has no host name
  return tls_api::TlsServerCredentials(options);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeChannelCredentials(
    const ChannelTls& tls) {
  ROG_RETURN_IF_ERROR(RequireTls13());
  ROG_RETURN_IF_ERROR(CheckKeyPair(tls.certificate_file, tls.key_file));
  grpc::SslCredentialsOptions options;
  ROG_ASSIGN_OR_RETURN(options.pem_root_certs,
                       ReadFile(tls.ca_file, limits::kMaxDirectoryFileBytes));
  ROG_ASSIGN_OR_RETURN(options.pem_cert_chain,
                       ReadFile(tls.certificate_file, limits::kMaxDirectoryFileBytes));
  ROG_ASSIGN_OR_RETURN(const PrivateKey key, PrivateKey::FromPemFile(tls.key_file));
  options.pem_private_key = std::string(key.ToPem().RevealForUse());
  auto credentials = grpc::SslCredentials(options);
  EraseBytes(options.pem_private_key);
  return credentials;
}

void SetChannelDefaults(grpc::ChannelArguments& arguments) {
  // An operator is given a whole directory; all other answers are smaller.
  arguments.SetMaxReceiveMessageSize(static_cast<int>(limits::kMaxAdminMessageBytes));
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, 2 * static_cast<int>(limits::kMaxReceiptBytes));
}

}  // namespace rogatoria::rpc
