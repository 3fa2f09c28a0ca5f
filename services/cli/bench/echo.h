// The reference for throughput: a bare gRPC echo over the same mutual TLS, callback API, doing
// nothing else.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <grpcpp/generic/generic_stub.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/client/profile.h"
#include "services/cli/bench/closed_loop.h"

namespace rogatoria::bench {

struct EchoServerFiles {
  std::string certificate, key, client_ca, client_crl;
};

// Serves until standard input ends; prints the port it chose, alone on a line.
absl::Status ServeEcho(const EchoServerFiles& files);

// A client of an echo server, with an office's certificate.
class EchoClient {
 public:
  static absl::StatusOr<std::unique_ptr<EchoClient>> Open(const client::OfficeProfile& profile,
                                                          int port,
                                                          size_t channels);
  LoadResult Run(size_t count, size_t in_flight, size_t bytes);

 private:
  using Stub = grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer>;
  std::vector<std::unique_ptr<Stub>> stubs_;
};

}  // namespace rogatoria::bench
