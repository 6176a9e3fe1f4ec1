// A client that says exactly what a test wants said. Test code only.
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kefu::gateway::testing {

struct Answer {
  int status = 0;                              // 0: the connection ended before a whole answer
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // without chunk framing
};

// One connection. Reads give up after 30 s, which only a hang needs. Not thread-safe.
class HttpClient {
 public:
  explicit HttpClient(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{30, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~HttpClient() { Close(); }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  bool connected() const { return connected_; }
  void Close() {
    if (socket_ >= 0) close(std::exchange(socket_, -1));
  }
  void EndSending() { shutdown(socket_, SHUT_WR); }

  // False when the server does not take it any more.
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // Status line and headers.
  Answer ReadHead() {
    Answer answer;
    const auto status = Line();
    if (!status || status->size() < 12) return answer;
    while (true) {
      const auto line = Line();
      if (!line) return answer;
      if (line->empty()) break;
      const size_t colon = line->find(':');
      std::string name = line->substr(0, colon);
      std::transform(name.begin(), name.end(), name.begin(), ::tolower);
      const size_t value = line->find_first_not_of(' ', colon + 1);
      answer.headers[name] = value == line->npos ? "" : line->substr(value);
    }
    answer.status = std::atoi(status->c_str() + 9);
    return answer;
  }
  // One chunk of the body; "" for the last one, nothing when the connection ended.
  std::optional<std::string> ReadChunk() {
    const auto size = Line();
    if (!size) return std::nullopt;
    auto chunk = Bytes(std::strtoul(size->c_str(), nullptr, 16));
    if (!chunk || !Line()) return std::nullopt;
    return chunk;
  }
  Answer Read(bool head = false) {
    Answer answer = ReadHead();
    if (answer.status == 0 || head) return answer;
    if (answer.headers.count("transfer-encoding") != 0) {
      while (true) {
        const auto chunk = ReadChunk();
        if (!chunk) return {};
        if (chunk->empty()) return answer;
        answer.body += *chunk;
      }
    }
    auto body = Bytes(std::strtoul(answer.headers["content-length"].c_str(), nullptr, 10));
    if (!body) return {};
    answer.body = *std::move(body);
    return answer;
  }
  // Whether the server has closed the connection and sent nothing before.
  bool AtEnd() {
    if (!buffer_.empty()) return false;
    char byte;
    const ssize_t got = recv(socket_, &byte, 1, 0);
    return got == 0 || (got < 0 && errno == ECONNRESET);
  }

  Answer Ask(std::string_view request) {
    Send(request);
    return Read();
  }

 private:
  bool More() {
    char part[16384];
    const ssize_t got = recv(socket_, part, sizeof part, 0);
    if (got <= 0) return false;
    buffer_.append(part, static_cast<size_t>(got));
    return true;
  }
  std::optional<std::string> Line() {
    size_t end;
    while ((end = buffer_.find("\r\n")) == buffer_.npos) {
      if (!More()) return std::nullopt;
    }
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return line;
  }
  std::optional<std::string> Bytes(size_t count) {
    while (buffer_.size() < count) {
      if (!More()) return std::nullopt;
    }
    std::string bytes = buffer_.substr(0, count);
    buffer_.erase(0, count);
    return bytes;
  }

  int socket_;
  bool connected_ = false;
  std::string buffer_;
};

// The reason of a Connect error.
inline std::string ReasonIn(const Answer& answer) {
  const auto json = nlohmann::json::parse(answer.body, nullptr, false);
  if (!json.is_object()) return "no JSON: " + answer.body;
  for (const auto& detail : json.value("details", nlohmann::json::array())) {
    if (detail["type"] == "google.rpc.ErrorInfo") return detail["debug"]["reason"];
  }
  return json.dump();
}

// "POST path" with a body and further header lines, each ending in "\r\n".
inline std::string Post(std::string_view path, std::string_view body, std::string_view headers = "",
                        std::string_view type = "application/json") {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: x\r\nContent-Type: " + std::string(type) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(headers) +
         "\r\n" + std::string(body);
}
inline std::string Get(std::string_view path, std::string_view headers = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n";
}
inline std::string Chunk(std::string_view bytes) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + std::string(bytes) + "\r\n";
}

}  // namespace kefu::gateway::testing
