#include <algorithm>

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <sys/time.h>

#include "tests/bench/compare_clients/peer.h"

namespace rogatoria::compare {
namespace {

constexpr amqp_channel_t kChannel = 1;
constexpr int kFrameBytes = 131072;
constexpr uint16_t kPrefetch = 1024;  // more than are ever in flight
constexpr char kQueue[] = "compare";

void Check(amqp_connection_state_t connection, const char* what) {
  const amqp_rpc_reply_t reply = amqp_get_rpc_reply(connection);
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) Die(std::string("rabbitmq: ") + what);
}

void Check(int status, const char* what) {
  if (status != AMQP_STATUS_OK) {
    Die(std::string("rabbitmq: ") + what + ": " + amqp_error_string2(status));
  }
}

class Connection {
 public:
  explicit Connection(int port) : state_(amqp_new_connection()) {
    amqp_socket_t* socket = amqp_tcp_socket_new(state_);
    if (socket == nullptr) Die("rabbitmq: no socket");
    Check(amqp_socket_open(socket, "127.0.0.1", port), "connect");
    const amqp_rpc_reply_t reply =
        amqp_login(state_, "/", 0, kFrameBytes, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest");
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) Die("rabbitmq: login");
    amqp_channel_open(state_, kChannel);
    Check(state_, "channel.open");
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { amqp_destroy_connection(state_); }

  amqp_connection_state_t state() const { return state_; }
  // The next frame that has arrived; false when there is none.
  bool Next(amqp_frame_t& frame) {
    timeval at_once = {0, 0};
    amqp_maybe_release_buffers(state_);
    const int status = amqp_simple_wait_frame_noblock(state_, &frame, &at_once);
    if (status == AMQP_STATUS_TIMEOUT) return false;
    Check(status, "read");
    return true;
  }

 private:
  amqp_connection_state_t state_;
};

class Rabbitmq : public Peer {
 public:
  Rabbitmq(int port, size_t bytes);
  void Publish(uint64_t number) override;
  void Exchange(Loop& loop) override;
  std::vector<int> Sockets() const override {
    return {amqp_get_sockfd(publisher_.state()), amqp_get_sockfd(consumer_.state())};
  }

 private:
  void MakeQueue();
  void TakeConfirm(const amqp_frame_t& frame, Loop& loop);
  void TakeDelivery(const amqp_frame_t& frame, Loop& loop);

  const size_t bytes_;
  Connection publisher_;
  Connection consumer_;
  std::vector<uint64_t> published_;  // by delivery tag of the publisher's channel, from 1
  size_t confirmed_ = 0;             // all before this place of published_
  uint64_t delivery_tag_ = 0;
  std::string body_;
};

Rabbitmq::Rabbitmq(int port, size_t bytes) : bytes_(bytes), publisher_(port), consumer_(port) {
  MakeQueue();
  amqp_confirm_select(publisher_.state(), kChannel);
  Check(publisher_.state(), "confirm.select");
  amqp_basic_qos(consumer_.state(), kChannel, 0, kPrefetch, false);
  Check(consumer_.state(), "basic.qos");
  amqp_basic_consume(consumer_.state(),
                     kChannel,
                     amqp_cstring_bytes(kQueue),
                     amqp_empty_bytes,
                     /*no_local=*/false,
                     /*no_ack=*/false,
                     /*exclusive=*/false,
                     amqp_empty_table);
  Check(consumer_.state(), "basic.consume");
}

void Rabbitmq::MakeQueue() {
  amqp_table_entry_t quorum;
  quorum.key = amqp_cstring_bytes("x-queue-type");
  quorum.value.kind = AMQP_FIELD_KIND_UTF8;
  quorum.value.value.bytes = amqp_cstring_bytes("quorum");
  const amqp_table_t arguments = {1, &quorum};
  amqp_queue_declare(publisher_.state(),
                     kChannel,
                     amqp_cstring_bytes(kQueue),
                     /*passive=*/false,
                     /*durable=*/true,
                     /*exclusive=*/false,
                     /*auto_delete=*/false,
                     arguments);
  Check(publisher_.state(), "queue.declare");
}

void Rabbitmq::Publish(uint64_t number) {
  amqp_basic_properties_t properties = {};
  properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
  properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  const std::string message = Message(number, bytes_);
  const amqp_bytes_t body = {message.size(), const_cast<char*>(message.data())};
  published_.push_back(number);
  Check(amqp_basic_publish(publisher_.state(),
                           kChannel,
                           amqp_empty_bytes,
                           amqp_cstring_bytes(kQueue),
                           /*mandatory=*/false,
                           /*immediate=*/false,
                           &properties,
                           body),
        "basic.publish");
}

void Rabbitmq::Exchange(Loop& loop) {
  amqp_frame_t frame;
  while (publisher_.Next(frame)) TakeConfirm(frame, loop);
  while (consumer_.Next(frame)) TakeDelivery(frame, loop);
}

void Rabbitmq::TakeConfirm(const amqp_frame_t& frame, Loop& loop) {
  if (frame.frame_type != AMQP_FRAME_METHOD || frame.payload.method.id != AMQP_BASIC_ACK_METHOD) {
    Die("rabbitmq: a message was not confirmed");
  }
  const auto* ack = static_cast<const amqp_basic_ack_t*>(frame.payload.method.decoded);
  const auto tag = static_cast<size_t>(ack->delivery_tag);
  if (tag == 0 || tag > published_.size()) Die("rabbitmq: a confirmation of nothing");
  if (!ack->multiple) {
    loop.Confirmed(published_[tag - 1]);
    return;
  }
  for (size_t at = confirmed_; at < tag; ++at) loop.Confirmed(published_[at]);
  confirmed_ = std::max(confirmed_, tag);
}

// Three frames or more: the method, the header, the body in pieces.
void Rabbitmq::TakeDelivery(const amqp_frame_t& frame, Loop& loop) {
  if (frame.frame_type == AMQP_FRAME_METHOD) {
    if (frame.payload.method.id != AMQP_BASIC_DELIVER_METHOD) Die("rabbitmq: no delivery");
    const auto* deliver = static_cast<const amqp_basic_deliver_t*>(frame.payload.method.decoded);
    delivery_tag_ = deliver->delivery_tag;
    body_.clear();
  }
  if (frame.frame_type != AMQP_FRAME_BODY) return;
  const amqp_bytes_t& piece = frame.payload.body_fragment;
  body_.append(static_cast<const char*>(piece.bytes), piece.len);
  if (body_.size() < bytes_) return;
  Check(amqp_basic_ack(consumer_.state(), kChannel, delivery_tag_, /*multiple=*/false),
        "basic.ack");
  loop.Acknowledged(NumberOf(body_.data(), body_.size()));
}

}  // namespace

std::unique_ptr<Peer> OpenRabbitmq(int port, size_t bytes) {
  return std::make_unique<Rabbitmq>(port, bytes);
}

}  // namespace rogatoria::compare
