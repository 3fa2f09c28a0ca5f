// A broker beside which ours is measured: publisher and consumer, a connection each, in one thread.
// What goes wrong ends the program with a line on standard error: half a comparison is none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/compare_clients/loop.h"

namespace rogatoria::compare {

class Peer {
 public:
  virtual ~Peer() = default;
  // Sends message `number`, of as many bytes as the peer was opened with.
  virtual void Publish(uint64_t number) = 0;
  // Hands over what has arrived, acknowledges deliveries, and tells the loop; sends what waits.
  virtual void Exchange(Loop& loop) = 0;
  // Sockets to wait on when Exchange found nothing more.
  virtual std::vector<int> Sockets() const = 0;
};

// Both expect an empty broker on 127.0.0.1 and make the queue or stream there.
// RabbitMQ: quorum queue, publisher confirms, manual acknowledgements. AMQP confirms no
// acknowledgement of a consumer, so that part of an exchange ends when it is sent.
std::unique_ptr<Peer> OpenRabbitmq(int port, size_t bytes);
// NATS JetStream: stream in a file, work queue, push consumer with explicit acknowledgements that
// the server answers.
std::unique_ptr<Peer> OpenNats(int port, size_t bytes);

// A message: its number, then filling.
std::string Message(uint64_t number, size_t bytes);
uint64_t NumberOf(const char* message, size_t bytes);

[[noreturn]] void Die(const std::string& why);

}  // namespace rogatoria::compare
