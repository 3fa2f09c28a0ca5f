#include "common/rpc/acceptor.h"

#include <cerrno>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "absl/synchronization/mutex.h"
#include "common/rpc/listen.h"
#include "tests/support/status_matchers.h"

namespace rogatoria::rpc {
namespace {

// How long a test waits for what must come; never waited for when it does.
constexpr absl::Duration kPatience = absl::Seconds(20);

// Keeps what the acceptor gives it, as gRPC would.
class Keeper {
 public:
  Acceptor::Sink sink() {
    return [this](int descriptor) {
      absl::MutexLock lock(&mutex_);
      kept_.emplace_back(descriptor);
    };
  }
  bool WaitFor(size_t count) {
    absl::MutexLock lock(&mutex_);
    const auto enough = [&] {
      mutex_.AssertHeld();
      return kept_.size() >= count;
    };
    return mutex_.AwaitWithTimeout(absl::Condition(&enough), kPatience);
  }
  // Shuts down and closes all, as gRPC does.
  void CloseAll() {
    absl::MutexLock lock(&mutex_);
    for (const Descriptor& socket : kept_) shutdown(socket.get(), SHUT_RDWR);
    kept_.clear();
  }
  size_t size() {
    absl::MutexLock lock(&mutex_);
    return kept_.size();
  }

 private:
  absl::Mutex mutex_;
  std::vector<Descriptor> kept_;
};

Descriptor Connect(int port, const char* from = "127.0.0.1") {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in source{};
  source.sin_family = AF_INET;
  inet_pton(AF_INET, from, &source.sin_addr);
  EXPECT_EQ(bind(socket.get(), reinterpret_cast<sockaddr*>(&source), sizeof(source)), 0);
  sockaddr_in target = source;
  target.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, "127.0.0.1", &target.sin_addr);
  EXPECT_EQ(connect(socket.get(), reinterpret_cast<sockaddr*>(&target), sizeof(target)), 0);
  return socket;
}

// Whether the other side closed: the read ends.
bool IsClosedByPeer(const Descriptor& socket) {
  pollfd wait{socket.get(), POLLIN, 0};
  if (poll(&wait, 1, static_cast<int>(absl::ToInt64Milliseconds(kPatience))) != 1) return false;
  char byte = 0;
  return read(socket.get(), &byte, 1) <= 0;
}

template <typename Condition>
bool Eventually(Condition condition) {
  const absl::Time end = absl::Now() + kPatience;
  while (!condition()) {
    if (absl::Now() > end) return false;
    sched_yield();
  }
  return true;
}

class AcceptorTest : public testing::Test {
 protected:
  void Start(AcceptorLimits limits) {
    auto acceptor = Acceptor::Listen({"127.0.0.1:0"}, limits);
    ASSERT_THAT(acceptor, IsOk());
    acceptor_ = *std::move(acceptor);
    acceptor_->Start(keeper_.sink());
  }
  int port() const { return acceptor_->ports().front(); }

  Keeper keeper_;
  std::unique_ptr<Acceptor> acceptor_;
};

TEST_F(AcceptorTest, HandsOverConnectionsAndCountsThemUntilTheyClose) {
  Start({});
  const Descriptor first = Connect(port());
  const Descriptor second = Connect(port());
  ASSERT_TRUE(keeper_.WaitFor(2));
  EXPECT_EQ(acceptor_->stats().open, 2);
  keeper_.CloseAll();
  EXPECT_TRUE(Eventually([&] { return acceptor_->stats().open == 0; }));
  EXPECT_TRUE(IsClosedByPeer(first));
  EXPECT_TRUE(IsClosedByPeer(second));
  EXPECT_EQ(acceptor_->stats().accepted, 2u);
}

TEST_F(AcceptorTest, AResetByThePeerEndsAConnection) {
  Start({});
  Descriptor peer = Connect(port());
  ASSERT_TRUE(keeper_.WaitFor(1));
  const linger reset{1, 0};
  setsockopt(peer.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
  peer.Close();
  EXPECT_TRUE(Eventually([&] { return acceptor_->stats().open == 0; }));
}

TEST_F(AcceptorTest, OverTheCapOfAnAddressOnlyThatAddressIsShed) {
  Start({.connections = 10, .connections_per_address = 2, .new_per_second = 1000});
  const Descriptor first = Connect(port()), second = Connect(port()), third = Connect(port());
  EXPECT_TRUE(IsClosedByPeer(third));
  EXPECT_EQ(acceptor_->stats().shed_address, 1u);
  const Descriptor other = Connect(port(), "127.0.0.2");
  EXPECT_TRUE(keeper_.WaitFor(3));
  keeper_.CloseAll();
  ASSERT_TRUE(Eventually([&] { return acceptor_->stats().open == 0; }));
  const Descriptor again = Connect(port());
  EXPECT_TRUE(keeper_.WaitFor(1));
}

TEST_F(AcceptorTest, OverTheCapInAllEverybodyIsShed) {
  Start({.connections = 2, .connections_per_address = 2, .new_per_second = 1000});
  const Descriptor first = Connect(port()), second = Connect(port(), "127.0.0.2");
  ASSERT_TRUE(keeper_.WaitFor(2));
  EXPECT_TRUE(IsClosedByPeer(Connect(port(), "127.0.0.3")));
  EXPECT_EQ(acceptor_->stats().shed_total, 1u);
  EXPECT_EQ(acceptor_->stats().open, 2);
}

TEST_F(AcceptorTest, OverTheRateConnectionsWaitAndAreTakenLater) {
  Start({.connections = 100, .connections_per_address = 100, .new_per_second = 20});
  std::vector<Descriptor> peers;
  for (int i = 0; i < 25; ++i) peers.push_back(Connect(port()));
  EXPECT_TRUE(keeper_.WaitFor(25));
  EXPECT_GT(acceptor_->stats().throttled, 0u);
}

// CVE-2023-4785 in small: nothing left to accept with, then something again.
TEST_F(AcceptorTest, WithoutDescriptorsItShedsAndGoesOn) {
  Start({.connections = 100000, .connections_per_address = 100000, .new_per_second = 100000});
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  Descriptor peer(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in target{};
  target.sin_family = AF_INET;
  target.sin_port = htons(static_cast<uint16_t>(port()));
  inet_pton(AF_INET, "127.0.0.1", &target.sin_addr);
  std::vector<Descriptor> hoard;
  const rlim_t low = static_cast<rlim_t>(peer.get()) + 8;
  const rlimit tight{low, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
  for (;;) {
    Descriptor one(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!one.valid()) break;
    hoard.push_back(std::move(one));
  }
  ASSERT_EQ(connect(peer.get(), reinterpret_cast<sockaddr*>(&target), sizeof(target)), 0);
  EXPECT_TRUE(IsClosedByPeer(peer));
  EXPECT_GE(acceptor_->stats().shed_descriptors, 1u);
  hoard.clear();
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  const Descriptor honest = Connect(port());
  EXPECT_TRUE(keeper_.WaitFor(1));
}

TEST_F(AcceptorTest, StopClosesTheListenerAndLeavesConnections) {
  Start({});
  const Descriptor peer = Connect(port());
  ASSERT_TRUE(keeper_.WaitFor(1));
  acceptor_->Stop();
  acceptor_->Stop();
  Descriptor late(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in target{};
  target.sin_family = AF_INET;
  target.sin_port = htons(static_cast<uint16_t>(port()));
  inet_pton(AF_INET, "127.0.0.1", &target.sin_addr);
  EXPECT_NE(connect(late.get(), reinterpret_cast<sockaddr*>(&target), sizeof(target)), 0);
  EXPECT_EQ(keeper_.size(), 1u);
}

TEST(ListenAddress, OnlyNumericAddressesWithAPort) {
  for (const char* good : {"127.0.0.1:7443", "0.0.0.0:0", "[::1]:7443", "[::]:1"}) {
    EXPECT_THAT(CheckListenAddress(good), IsOk()) << good;
  }
  for (const char* bad :
       {"", ":", "7443", "127.0.0.1", "localhost:7443", "::1:7443", "127.0.0.1:x", "[::1]", ":1"}) {
    EXPECT_THAT(CheckListenAddress(bad), HasReason(Reason::FIELD_INVALID)) << bad;
  }
}

TEST(ListenAddress, AnAddressInUseIsNamed) {
  auto first = ListenOn("127.0.0.1:0");
  ASSERT_THAT(first, IsOk());
  const auto second = ListenOn("127.0.0.1:" + std::to_string(first->port));
  EXPECT_THAT(second, StatusIs(absl::StatusCode::kUnavailable));
}

TEST(TokenBucketTest, GivesBurstThenRate) {
  const absl::Time start = absl::FromUnixSeconds(100);
  TokenBucket bucket(2, 3, start);
  EXPECT_TRUE(bucket.Take(start) && bucket.Take(start) && bucket.Take(start));
  EXPECT_FALSE(bucket.Take(start));
  EXPECT_EQ(bucket.WaitForOne(start), absl::Milliseconds(500));
  EXPECT_FALSE(bucket.Take(start - absl::Seconds(100)));
  EXPECT_TRUE(bucket.Take(start + absl::Milliseconds(500)));
  EXPECT_FALSE(bucket.IsFull(start + absl::Seconds(1)));
  EXPECT_TRUE(bucket.IsFull(start + absl::Seconds(3)));
}

}  // namespace
}  // namespace rogatoria::rpc
