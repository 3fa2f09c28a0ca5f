// Mutual TLS 1.3 for both ends. The policy (crypto/tls_policy.h) holds for the whole process; only
// P-256 is negotiated for the key exchange, which is gRPC's choice and cannot be changed from here.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/error.h"
#include "common/rpc/trust_source.h"

namespace rogatoria::rpc {

struct ServerTls {
  std::string certificate_file;  // PEM: the server's certificate and its chain
  std::string key_file;          // PEM, mode 0600
};

// That both files can be read, the key is safe and is the certificate's. Errors in files would else
// show at the first handshake only.
absl::Status CheckServerFiles(const ServerTls& tls);

// Called on gRPC's threads when a client's certificate did not hold after the handshake: no call of
// it can carry an answer, the connection is closed. What OpenSSL itself refuses during the
// handshake (no certificate, another CA, expired, TLS 1.2) is not reported here.
using OnRefusedCertificate = std::function<void(Reason reason)>;

// Credentials that ask every client for a certificate which `trust` verifies. Certificate, key and
// CA files are watched: a swap by rename takes effect for new connections within two seconds. The
// caller may set an AuthMetadataProcessor on the result.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(
    const ServerTls& tls, std::shared_ptr<TrustSource> trust, OnRefusedCertificate on_refused);

struct ChannelTls {
  std::string certificate_file;  // PEM
  std::string key_file;          // PEM, mode 0600
  std::string ca_file;           // PEM bundle: who may have issued the hub's certificate
};

// Read once: a client that changes its certificate opens a new channel. The hub's name is checked
// by gRPC against the target or its override.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeChannelCredentials(
    const ChannelTls& tls);

// What every channel to a hub needs: room for the details of an error that carries a receipt.
void SetChannelDefaults(grpc::ChannelArguments& arguments);

}  // namespace rogatoria::rpc
