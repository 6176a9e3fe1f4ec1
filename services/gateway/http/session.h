// One connection: reads requests one after another and answers each.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <string>

#include "absl/status/status.h"
#include "common/rpc/client.h"
#include "services/gateway/connect/codec.h"
#include "services/gateway/connect/generic_call.h"
#include "services/gateway/connect/routes.h"
#include "services/gateway/http/server.h"

namespace kefu::gateway::http {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

// What all sessions share.
struct Shared {
  ServerOptions options;
  const connect::Routes* routes = nullptr;
  std::atomic<bool> serving{false};
  std::atomic<bool> draining{false};
  std::atomic<size_t> connections{0};
};

class Session {
 public:
  Session(beast::tcp_stream stream, Shared& shared) : stream_(std::move(stream)), shared_(shared) {}

  // Until the client leaves, a limit is hit or the server drains. Never throws.
  boost::asio::awaitable<void> Run();

 private:
  using Header = bhttp::request_parser<bhttp::empty_body>;
  // What an answer needs to know of its request; the header itself moves into the parser of the
  // body.
  struct Asked {
    unsigned version = 11;
    bool keep_alive = true;
    bool head = false;
  };

  // Each answers the request whose header was read; false: the connection must close.
  boost::asio::awaitable<bool> Answer(Header& header);
  boost::asio::awaitable<bool> AnswerUnary(Header& header, const connect::Route& route,
                                           connect::ContentType type);
  boost::asio::awaitable<bool> AnswerStream(Header& header, const connect::Route& route,
                                            connect::ContentType type);
  boost::asio::awaitable<bool> AnswerEvents(Header& header);
  boost::asio::awaitable<bool> AnswerFile(Header& header);

  boost::asio::awaitable<bool> Send(const Asked& asked, int status, std::string_view content_type,
                                    std::string body);
  boost::asio::awaitable<bool> SendError(const Asked& asked, const absl::Status& status);
  boost::asio::awaitable<bool> SendStreamHeader(const Asked& asked, std::string_view content_type);
  boost::asio::awaitable<bool> SendChunk(std::string_view bytes);
  boost::asio::awaitable<bool> SendLastChunk();

  // The body, or RESOURCE_EXHAUSTED / MESSAGE_TOO_LARGE.
  boost::asio::awaitable<absl::StatusOr<std::string>> ReadBody(Header& header);
  // Feeds the request's messages to the call until the body ends.
  boost::asio::awaitable<absl::Status> PumpRequests(Header& header, const connect::Route& route,
                                                    connect::ContentType type,
                                                    connect::StreamCall& call);
  static Asked AskedBy(const Header& header);
  absl::StatusOr<rpc::CallOptions> OptionsOf(const Header& header, bool streaming) const;

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  Shared& shared_;
};

}  // namespace kefu::gateway::http
