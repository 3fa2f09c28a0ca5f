#include "tests/bench/compare_clients/nats_connection.h"

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/compare_clients/peer.h"

namespace rogatoria::compare {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr size_t kReadBytes = 256 * 1024;
constexpr int kPatienceMs = 30000;

int Connect(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    Die("nats: cannot connect");
  }
  const int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return fd;
}

std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const size_t end = std::min(line.find(' '), line.size());
    if (end > 0) words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

}  // namespace

NatsConnection::NatsConnection(int port) : socket_(Connect(port)) {
  out_ = R"(CONNECT {"verbose":false,"pedantic":false,"headers":false,"lang":"c++","protocol":0})";
  out_ += kLineEnd;
  Flush();
}

NatsConnection::~NatsConnection() {
  close(socket_);
}

void NatsConnection::Subscribe(std::string_view subject) {
  out_.append("SUB ").append(subject).append(" ").append(std::to_string(++subscriptions_));
  out_.append(kLineEnd);
}

void NatsConnection::Publish(std::string_view subject,
                             std::string_view reply,
                             std::string_view payload) {
  out_.append("PUB ").append(subject).append(" ").append(reply).append(" ");
  out_.append(std::to_string(payload.size())).append(kLineEnd);
  out_.append(payload).append(kLineEnd);
}

void NatsConnection::Flush() {
  std::string_view rest = out_;
  while (!rest.empty()) {
    const ssize_t sent = send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0) Die("nats: write");
    rest.remove_prefix(static_cast<size_t>(sent));
  }
  out_.clear();
}

bool NatsConnection::Read() {
  in_.erase(0, begin_);
  begin_ = 0;
  const size_t had = in_.size();
  in_.resize(had + kReadBytes);
  const ssize_t got = recv(socket_, in_.data() + had, kReadBytes, MSG_DONTWAIT);
  in_.resize(had + (got > 0 ? static_cast<size_t>(got) : 0));
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) Die("nats: read");
  return got > 0;
}

bool NatsConnection::NextLine(std::string_view& line) {
  const size_t end = in_.find(kLineEnd, begin_);
  if (end == std::string::npos) return false;
  line = std::string_view(in_).substr(begin_, end - begin_);
  return true;
}

bool NatsConnection::Next(NatsMessage& message) {
  std::string_view line;
  while (NextLine(line)) {
    if (line.starts_with("MSG ")) return TakeMessage(line, message);
    if (line.starts_with("-ERR")) Die("nats: " + std::string(line));
    if (line == "PING") out_.append("PONG").append(kLineEnd);
    begin_ += line.size() + kLineEnd.size();
  }
  return false;
}

// MSG <subject> <subscription> [reply] <bytes>
bool NatsConnection::TakeMessage(std::string_view line, NatsMessage& message) {
  const std::vector<std::string_view> words = Words(line);
  size_t bytes = 0;
  const std::string_view count = words.back();
  if (words.size() < 4 ||
      std::from_chars(count.data(), count.data() + count.size(), bytes).ec != std::errc()) {
    Die("nats: not understood: " + std::string(line));
  }
  const size_t payload = begin_ + line.size() + kLineEnd.size();
  if (in_.size() < payload + bytes + kLineEnd.size()) return false;
  message.subject = words[1];
  message.reply = words.size() > 4 ? words[3] : std::string_view();
  message.payload = std::string_view(in_).substr(payload, bytes);
  begin_ = payload + bytes + kLineEnd.size();
  return true;
}

void NatsConnection::WaitForInput() const {
  pollfd wait = {socket_, POLLIN, 0};
  if (poll(&wait, 1, kPatienceMs) <= 0) Die("nats: no answer");
}

void NatsConnection::Await(NatsMessage& message) {
  Flush();
  while (!Next(message)) {
    WaitForInput();
    Read();
  }
}

}  // namespace rogatoria::compare
