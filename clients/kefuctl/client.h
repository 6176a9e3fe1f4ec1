// The gateway over HTTP: the Connect protocol (https://connectrpc.com/docs/protocol) with binary
// bodies. One connection, kept alive between calls; synchronous; not thread-safe. Nothing is sent
// twice: a failed call is the caller's to repeat.
//
// Statuses: what the service answered, with its details (common/status/error.h), or of this class
//   UNAVAILABLE        the gateway cannot be reached or the connection broke,
//   DEADLINE_EXCEEDED  it did not answer in time,
//   INTERNAL           it answered something that is not the Connect protocol.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/status/status_macros.h"

namespace kefu::kefuctl {

struct ClientOptions {
  std::string host = "127.0.0.1", port = "8080";
  std::string token;     // empty: none is sent
  std::string language;  // Accept-Language
  absl::Duration connect_timeout = absl::Seconds(5);
  absl::Duration write_timeout = absl::Seconds(60);  // of each piece, while the gateway takes none
  absl::Duration call_timeout = absl::Seconds(60);   // of a unary call, told to the server
  absl::Duration call_grace = absl::Seconds(5);      // more, so that its words arrive and not ours
  // From the last row of an import to its answer: the figures are computed meanwhile.
  absl::Duration import_timeout = absl::Minutes(35);
};

// "HOST:PORT", "[::1]:PORT" or "http://HOST:PORT" into options. INVALID_ARGUMENT in words.
absl::Status ParseAddress(std::string_view text, ClientOptions& options);

// A method: its path, and the types that go with it.
template <class Request, class Response>
struct Rpc {
  const char* path;
};

class Client {
 public:
  explicit Client(ClientOptions options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // One unary call.
  template <class Request, class Response>
  absl::StatusOr<Response> Call(const Rpc<Request, Response>& rpc, const Request& request) {
    ASSIGN_OR_RETURN(const std::string answer, CallBytes(rpc.path, request.SerializeAsString()));
    return Parse<Response>(answer);
  }

  // One server stream: `take` (const Response&) -> absl::Status gets each message in order; what it
  // refuses ends the call with its status and closes the connection.
  template <class Request, class Response, class Take>
  absl::Status Receive(const Rpc<Request, Response>& rpc, const Request& request, Take take) {
    return ReceiveBytes(rpc.path, request.SerializeAsString(),
                        [&take](std::string_view bytes) -> absl::Status {
                          ASSIGN_OR_RETURN(const auto message, Parse<Response>(std::string(bytes)));
                          return take(message);
                        });
  }

  // A file to the gateway: `size` bytes by PUT, which `read` gives piece by piece. It fills the
  // buffer and answers how many bytes; what it refuses ends the call with its status. Answers the
  // body. A file that is refused is not sent, or not to its end.
  using ReadPiece = std::function<absl::StatusOr<size_t>(char* buffer, size_t size)>;
  absl::StatusOr<std::string> PutFile(std::string_view target, std::string_view content_type,
                                      int64_t size, const ReadPiece& read);
  // A file from the gateway, never held whole: `take` gets each piece in order, and how many bytes
  // there are in all. What it refuses ends the call with its status. OK: all have come.
  using TakePiece = std::function<absl::Status(std::string_view piece, int64_t size)>;
  absl::Status GetFile(std::string_view target, const TakePiece& take);

  // One client stream at a time: Start, Send any number of messages, Finish. After an error the
  // stream is over and the connection is closed.
  template <class Request, class Response>
  absl::Status StartStream(const Rpc<Request, Response>& rpc) {
    return StartBytes(rpc.path);
  }
  template <class Request>
  absl::Status Send(const Request& message) {
    return SendBytes(message.SerializeAsString());
  }
  template <class Response>
  absl::StatusOr<Response> FinishStream() {
    ASSIGN_OR_RETURN(const std::string answer, FinishBytes());
    return Parse<Response>(answer);
  }

 private:
  absl::StatusOr<std::string> CallBytes(std::string_view path, std::string body);
  absl::Status ReceiveBytes(std::string_view path, std::string body,
                            const std::function<absl::Status(std::string_view)>& take);
  absl::Status StartBytes(std::string_view path);
  absl::Status SendBytes(std::string_view message);
  absl::StatusOr<std::string> FinishBytes();

  template <class Response>
  static absl::StatusOr<Response> Parse(const std::string& bytes) {
    Response response;
    if (!response.ParseFromString(bytes)) return Unreadable(Response::descriptor()->full_name());
    return response;
  }
  static absl::Status Unreadable(std::string_view what);

  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace kefu::kefuctl
