// The few words of the NATS client protocol that the comparison needs, over a TCP connection:
// CONNECT, PING, SUB, PUB out; INFO, MSG, PONG in (docs.nats.io, "Client Protocol"). One thread.
// Faults end the program.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rogatoria::compare {

struct NatsMessage {
  std::string subject;
  std::string reply;         // empty: nobody waits for an answer
  std::string_view payload;  // until the next call of Next
};

class NatsConnection {
 public:
  explicit NatsConnection(int port);
  NatsConnection(const NatsConnection&) = delete;
  NatsConnection& operator=(const NatsConnection&) = delete;
  ~NatsConnection();

  void Subscribe(std::string_view subject);
  // Both are sent with the next Flush.
  void Publish(std::string_view subject, std::string_view reply, std::string_view payload);
  void Flush();
  // Takes what the socket has, without waiting; false when there was nothing.
  bool Read();
  // The next whole message of what was read.
  bool Next(NatsMessage& message);
  // Waits for one.
  void Await(NatsMessage& message);
  int socket() const { return socket_; }

 private:
  void WaitForInput() const;
  bool NextLine(std::string_view& line);
  bool TakeMessage(std::string_view line, NatsMessage& message);

  int socket_;
  int subscriptions_ = 0;
  std::string out_;
  std::string in_;
  size_t begin_ = 0;  // of what is unread in in_
};

}  // namespace rogatoria::compare
