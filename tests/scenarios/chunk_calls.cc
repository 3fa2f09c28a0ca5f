#include "tests/scenarios/chunk_calls.h"

#include <grpcpp/support/client_interceptor.h>

#include "absl/strings/match.h"
#include "absl/time/clock.h"

namespace rogatoria {

std::atomic<int> chunks_sent{0};
std::atomic<int> chunks_read{0};
std::atomic<int> chunk_takes_ms{0};
std::atomic<int> answers_to_lose{0};

namespace {

class ChunkCounter final : public grpc::experimental::Interceptor {
 public:
  ChunkCounter(bool is_chunk, bool is_read) : is_chunk_(is_chunk), is_read_(is_read) {}
  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    using grpc::experimental::InterceptionHookPoints;
    if ((is_chunk_ || is_read_) &&
        methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      absl::SleepFor(absl::Milliseconds(chunk_takes_ms.load()));
    }
    if (is_chunk_ &&
        methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_STATUS) &&
        answers_to_lose > 0) {
      --answers_to_lose;
      *methods->GetRecvStatus() = grpc::Status(grpc::StatusCode::UNAVAILABLE, "cut");
    }
    methods->Proceed();
  }

 private:
  const bool is_chunk_, is_read_;
};
class ChunkCounterFactory final : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo* info) override {
    const bool is_chunk = absl::EndsWith(info->method(), "/PutChunk");
    const bool is_read = absl::EndsWith(info->method(), "/ReadDocument");
    if (is_chunk) ++chunks_sent;
    if (is_read) ++chunks_read;
    return new ChunkCounter(is_chunk, is_read);
  }
};

}  // namespace

const bool kCounting = [] {
  static ChunkCounterFactory factory;
  grpc::experimental::RegisterGlobalClientInterceptorFactory(&factory);
  return true;
}();

}  // namespace rogatoria
