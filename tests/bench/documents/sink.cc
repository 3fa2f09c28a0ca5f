#include "tests/bench/documents/sink.h"

#include <iostream>
#include <memory>
#include <vector>

#include <fcntl.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <unistd.h>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"
#include "common/base/status_macros.h"
#include "common/rpc/tls.h"
#include "common/rpc/trust_source.h"

namespace rogatoria::bench {
namespace {

constexpr char kMethod[] = "/rogatoria.bench.Sink/Write";

// One stream: each message to the end of a file; the disk can begin early, as the hub's does.
class SinkReactor final : public grpc::ServerGenericBidiReactor {
 public:
  explicit SinkReactor(const std::string& path)
      : path_(path), file_(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
    StartRead(&message_);
  }
  ~SinkReactor() override {
    close(file_);
    unlink(path_.c_str());
  }
  void OnReadDone(bool ok) override {
    if (!ok) return End();
    std::vector<grpc::Slice> slices;
    if (!message_.Dump(&slices).ok()) return Finish({grpc::StatusCode::INTERNAL, "no message"});
    const off64_t from = size_;
    for (const grpc::Slice& slice : slices) {
      const ssize_t wrote = pwrite(file_, slice.begin(), slice.size(), size_);
      if (wrote != static_cast<ssize_t>(slice.size())) {
        return Finish({grpc::StatusCode::INTERNAL, "not written"});
      }
      size_ += wrote;
    }
    sync_file_range(file_, from, size_ - from, SYNC_FILE_RANGE_WRITE);
    StartRead(&message_);
  }
  void OnDone() override { delete this; }

 private:
  void End() {
    const bool synced = fdatasync(file_) == 0;
    Finish(synced ? grpc::Status::OK : grpc::Status(grpc::StatusCode::INTERNAL, "not synced"));
  }

  const std::string path_;
  const int file_;
  off64_t size_ = 0;
  grpc::ByteBuffer message_;
};

class SinkService final : public grpc::CallbackGenericService {
 public:
  explicit SinkService(std::string folder) : folder_(std::move(folder)) {}
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override {
    return new SinkReactor(absl::StrCat(folder_, "/", ++streams_));
  }

 private:
  const std::string folder_;
  int streams_ = 0;  // one after the other
};

class SinkCall final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  using Stub = grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer>;

  explicit SinkCall(Stub& stub) {
    stub.PrepareBidiStreamingCall(&context_, kMethod, grpc::StubOptions(), this);
    AddHold();
    StartCall();
  }

  absl::Status Send(absl::string_view bytes) {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &SinkCall::IsReady));
    if (broken_) return absl::UnavailableError("the sink ended the stream");
    const grpc::Slice slice(bytes.data(), bytes.size());
    message_ = grpc::ByteBuffer(&slice, 1);
    writing_ = true;
    StartWrite(&message_);
    return absl::OkStatus();
  }
  absl::Status End() {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &SinkCall::IsReady));
    StartWritesDone();
    RemoveHold();
    mutex_.Await(absl::Condition(&done_));
    return status_.ok() ? absl::OkStatus() : absl::UnavailableError(status_.error_message());
  }

  void OnWriteDone(bool ok) override {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    broken_ = broken_ || !ok;
  }
  void OnDone(const grpc::Status& status) override {
    absl::MutexLock lock(&mutex_);
    status_ = status;
    done_ = true;
  }

 private:
  bool IsReady() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !writing_; }

  grpc::ClientContext context_;
  absl::Mutex mutex_;
  grpc::ByteBuffer message_ ABSL_GUARDED_BY(mutex_);
  grpc::Status status_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

absl::Status ServeSink(const std::string& pki, const std::string& folder) {
  SystemClock clock;
  rpc::TrustFiles trust_files;
  trust_files.authorities = pki + "/ca/transport/ca.pem";
  trust_files.revocation_lists = pki + "/ca/transport/crl.pem";
  ROG_ASSIGN_OR_RETURN(auto trust, rpc::TrustSource::Open(trust_files, clock));
  ROG_ASSIGN_OR_RETURN(
      auto credentials,
      rpc::MakeServerCredentials(
          {pki + "/hub/public.pem", pki + "/hub/public-key.pem"}, trust, [](Reason) {}));
  SinkService service(folder);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", credentials, &port);
  builder.RegisterCallbackGenericService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return absl::UnavailableError("the sink cannot listen");
  std::cout << port << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) continue;
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  return absl::OkStatus();
}

absl::Status SendToSink(
    const client::OfficeProfile& profile,
    int port,
    const std::function<absl::Status(const std::function<absl::Status(absl::string_view)>& send)>&
        make) {
  rpc::ChannelTls tls{profile.tls.certificate, profile.tls.key, profile.hub_ca};
  ROG_ASSIGN_OR_RETURN(auto credentials, rpc::MakeChannelCredentials(tls));
  grpc::ChannelArguments arguments;
  rpc::SetChannelDefaults(arguments);
  SinkCall::Stub stub(
      grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port), credentials, arguments));
  SinkCall call(stub);
  const absl::Status made = make([&](absl::string_view bytes) { return call.Send(bytes); });
  const absl::Status ended = call.End();
  return made.ok() ? ended : made;
}

}  // namespace rogatoria::bench
