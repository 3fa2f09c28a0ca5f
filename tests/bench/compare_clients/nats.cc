#include <charconv>

#include "tests/bench/compare_clients/nats_connection.h"
#include "tests/bench/compare_clients/peer.h"

namespace rogatoria::compare {
namespace {

// Subjects of answers; the number of the exchange follows.
constexpr std::string_view kConfirmations = "_INBOX.confirm.";
constexpr std::string_view kSettlements = "_INBOX.settled.";
constexpr std::string_view kAdministration = "_INBOX.admin";
constexpr std::string_view kSubject = "compare.act";
constexpr std::string_view kDeliveries = "compare_deliveries";

// As near to a queue as a stream comes: kept in a file until it is acknowledged.
constexpr std::string_view kStream =
    R"({"name":"COMPARE","subjects":["compare.act"],"retention":"workqueue","storage":"file",)"
    R"("num_replicas":1,"discard":"old","max_consumers":-1,"max_msgs":-1,"max_bytes":-1,)"
    R"("max_age":0})";
constexpr std::string_view kConsumer =
    R"({"stream_name":"COMPARE","config":{"durable_name":"RECIPIENT","deliver_policy":"all",)"
    R"("deliver_subject":"compare_deliveries","ack_policy":"explicit","ack_wait":30000000000,)"
    R"("max_ack_pending":1024,"replay_policy":"instant"}})";

std::string Subject(std::string_view prefix, uint64_t number) {
  return std::string(prefix) + std::to_string(number);
}

uint64_t NumberAfter(std::string_view prefix, std::string_view subject) {
  uint64_t number = 0;
  subject.remove_prefix(std::min(prefix.size(), subject.size()));
  if (std::from_chars(subject.data(), subject.data() + subject.size(), number).ec != std::errc()) {
    Die("nats: an answer to nothing");
  }
  return number;
}

class Nats : public Peer {
 public:
  Nats(int port, size_t bytes);
  void Publish(uint64_t number) override;
  void Exchange(Loop& loop) override;
  std::vector<int> Sockets() const override { return {publisher_.socket(), consumer_.socket()}; }

 private:
  void Administer(std::string_view subject, std::string_view request);
  void TakeConfirmations(Loop& loop);
  void TakeDeliveries(Loop& loop);

  const size_t bytes_;
  NatsConnection publisher_;
  NatsConnection consumer_;
};

Nats::Nats(int port, size_t bytes) : bytes_(bytes), publisher_(port), consumer_(port) {
  publisher_.Subscribe(kAdministration);
  publisher_.Subscribe(std::string(kConfirmations) + "*");
  consumer_.Subscribe(kDeliveries);
  consumer_.Subscribe(std::string(kSettlements) + "*");
  consumer_.Flush();
  Administer("$JS.API.STREAM.CREATE.COMPARE", kStream);
  Administer("$JS.API.CONSUMER.DURABLE.CREATE.COMPARE.RECIPIENT", kConsumer);
}

void Nats::Administer(std::string_view subject, std::string_view request) {
  publisher_.Publish(subject, kAdministration, request);
  NatsMessage answer;
  publisher_.Await(answer);
  if (answer.payload.find("\"error\"") != std::string_view::npos) {
    Die("nats: " + std::string(answer.payload));
  }
}

void Nats::Publish(uint64_t number) {
  publisher_.Publish(kSubject, Subject(kConfirmations, number), Message(number, bytes_));
}

void Nats::Exchange(Loop& loop) {
  publisher_.Flush();
  while (publisher_.Read()) TakeConfirmations(loop);
  while (consumer_.Read()) TakeDeliveries(loop);
  consumer_.Flush();
}

void Nats::TakeConfirmations(Loop& loop) {
  NatsMessage message;
  while (publisher_.Next(message)) {
    if (message.payload.find("\"seq\"") == std::string_view::npos) {
      Die("nats: a message was not confirmed: " + std::string(message.payload));
    }
    loop.Confirmed(NumberAfter(kConfirmations, message.subject));
  }
}

void Nats::TakeDeliveries(Loop& loop) {
  NatsMessage message;
  while (consumer_.Next(message)) {
    if (message.subject.starts_with(kSettlements)) {
      loop.Acknowledged(NumberAfter(kSettlements, message.subject));
      continue;
    }
    const uint64_t number = NumberOf(message.payload.data(), message.payload.size());
    consumer_.Publish(message.reply, Subject(kSettlements, number), "+ACK");
  }
}

}  // namespace

std::unique_ptr<Peer> OpenNats(int port, size_t bytes) {
  return std::make_unique<Nats>(port, bytes);
}

}  // namespace rogatoria::compare
