#include "services/cli/bench/metrics_page.h"

#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"

namespace rogatoria::bench {
namespace {

constexpr int kTimeoutSeconds = 5;

absl::Status NoAnswer() {
  return Failure(absl::StatusCode::kUnavailable, Sentence::METRICS_SILENT);
}

absl::StatusOr<sockaddr_in> ParseAddress(const std::string& address) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(address, ':');
  sockaddr_in parsed{};
  parsed.sin_family = AF_INET;
  int port = 0;
  if (inet_pton(AF_INET, parts.first.c_str(), &parsed.sin_addr) != 1 ||
      !absl::SimpleAtoi(parts.second, &port)) {
    return Failure(absl::StatusCode::kInvalidArgument, Sentence::METRICS_ADDRESS);
  }
  parsed.sin_port = htons(static_cast<uint16_t>(port));
  return parsed;
}

absl::StatusOr<std::string> Fetch(const std::string& address) {
  ROG_ASSIGN_OR_RETURN(const sockaddr_in to, ParseAddress(address));
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto close_it = absl::MakeCleanup([fd] { close(fd); });
  const timeval timeout = {kTimeoutSeconds, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) return NoAnswer();
  // HTTP/1.0: the page ends where the connection does.
  const std::string request = absl::StrCat("GET /metrics HTTP/1.0\r\nHost: ", address, "\r\n\r\n");
  if (send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) return NoAnswer();
  std::string page;
  char part[4096];
  ssize_t got = 0;
  while ((got = recv(fd, part, sizeof part, 0)) > 0) page.append(part, static_cast<size_t>(got));
  return page;
}

}  // namespace

absl::StatusOr<absl::flat_hash_map<std::string, double>> ReadMetrics(const std::string& address) {
  ROG_ASSIGN_OR_RETURN(const std::string page, Fetch(address));
  absl::flat_hash_map<std::string, double> values;
  for (absl::string_view line : absl::StrSplit(page, '\n')) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(line, ' ');
    double value = 0;
    if (absl::SimpleAtod(parts.second, &value)) values[parts.first] = value;
  }
  if (values.empty()) return NoAnswer();
  return values;
}

}  // namespace rogatoria::bench
