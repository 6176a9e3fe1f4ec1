// One connection: reads requests one after another and answers each.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "common/ids/id_generator.h"
#include "common/rpc/client.h"
#include "services/gateway/connect/calls_in_flight.h"
#include "services/gateway/connect/codec.h"
#include "services/gateway/connect/generic_call.h"
#include "services/gateway/connect/routes.h"
#include "services/gateway/http/registry.h"
#include "services/gateway/http/server.h"

namespace kefu::gateway::evidence {
struct Download;
struct Receipt;
class Ticket;
class Upload;
}  // namespace kefu::gateway::evidence

namespace kefu::gateway::http {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

// What all sessions share.
struct Shared {
  Shared(ServerOptions options, const connect::Routes& routes, IdGenerator& ids)
      : options(std::move(options)),
        routes(routes),
        ids(ids),
        sessions(this->options.max_connections) {}
  const ServerOptions options;
  const connect::Routes& routes;
  IdGenerator& ids;
  std::atomic<bool> serving{false};
  std::atomic<bool> draining{false};
  Registry sessions;
  connect::CallsInFlight calls;
};

// Lives on the strand of its stream; everything but executor() happens there.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(beast::tcp_stream stream, Shared& shared);

  // Until the client leaves, a limit is hit or the server drains. Never throws. No call is left
  // behind.
  boost::asio::awaitable<void> Run();

  // Closes the connection if it waits for a request and ends a feed; a call in flight goes on.
  void Drain();
  // Closes the connection and cancels its call.
  void Abort();
  boost::asio::any_io_executor executor() { return stream_.get_executor(); }

 private:
  using Header = bhttp::request_parser<bhttp::empty_body>;
  struct Field {
    std::string_view name, value;
  };
  // Of constants: GCC 12 has no initializer lists in co_await expressions.
  using Fields = std::span<const Field>;
  static constexpr Field kAllowPost[] = {{"Allow", "POST"}};
  static constexpr Field kAllowGet[] = {{"Allow", "GET"}};
  static constexpr Field kAllowPut[] = {{"Allow", "PUT, POST"}};
  static constexpr Field kAllowAll[] = {{"Allow", "GET, HEAD, POST"}};
  static constexpr Field kAcceptPost[] = {
      {"Accept-Post",
       "application/json, application/proto, application/connect+json, application/connect+proto"}};
  static constexpr Field kOfFiles[] = {{"Cache-Control", "no-cache"}, {"X-Frame-Options", "DENY"}};
  static constexpr Field kAuthenticate[] = {{"WWW-Authenticate", "Bearer"}};
  static constexpr std::string_view kEvidence = "/evidence", kEvidenceFiles = "/evidence/";
  // What an answer needs to know of its request; the header itself moves into the parser of the
  // body.
  struct Asked {
    unsigned version = 11;
    bool keep_alive = true;
    bool head = false;
    bool expects_continue = false;
  };
  // While it lives, the session has a call that Abort, Drain (a feed's) and a client that goes away
  // cancel.
  class Call;

  // Each answers one request; false: the connection must close.
  boost::asio::awaitable<bool> ServeOne();
  boost::asio::awaitable<bool> Answer(Header& header);
  boost::asio::awaitable<bool> AnswerGet(const Asked& asked, Header& header);
  boost::asio::awaitable<bool> AnswerPost(const Asked& asked, Header& header);
  boost::asio::awaitable<bool> AnswerUnary(const Asked& asked, Header& header,
                                           const connect::Route& route, connect::ContentType type);
  boost::asio::awaitable<bool> AnswerStream(const Asked& asked, Header& header,
                                            const connect::Route& route, connect::ContentType type);
  boost::asio::awaitable<bool> AnswerEvents(const Asked& asked, Header& header);
  boost::asio::awaitable<bool> AnswerPutEvidence(const Asked& asked, Header& header);
  boost::asio::awaitable<bool> AnswerGetEvidence(const Asked& asked, Header& header);
  boost::asio::awaitable<bool> RefuseHeader(boost::system::error_code error);

  boost::asio::awaitable<bool> Send(const Asked& asked, int status, std::string_view content_type,
                                    std::string body, Fields fields = {});
  // By the HTTP status that goes with the code, unless another is named.
  boost::asio::awaitable<bool> SendError(const Asked& asked, const absl::Status& status,
                                         int http_status = 0);
  boost::asio::awaitable<bool> SendStreamHeader(const Asked& asked, std::string_view content_type);
  boost::asio::awaitable<bool> SendChunk(std::string_view bytes);
  // The last message of a Connect stream and the end of the body.
  boost::asio::awaitable<bool> SendStreamEnd(const Asked& asked, const absl::Status& status);
  boost::asio::awaitable<bool> SendLastChunk();
  boost::asio::awaitable<void> SendContinue(const Asked& asked);
  // Lets the client read the last answer although it still sends: a reset would destroy it.
  boost::asio::awaitable<void> Linger();

  // The body; RESOURCE_EXHAUSTED / MESSAGE_TOO_LARGE, INVALID_ARGUMENT / BAD_BODY when it is cut.
  boost::asio::awaitable<absl::StatusOr<std::string>> ReadBody(const Asked& asked, Header& header);
  // The file in the body, held against the desk's rules, stored.
  boost::asio::awaitable<absl::StatusOr<evidence::Receipt>> PutEvidence(const Asked& asked,
                                                                        Header& header);
  boost::asio::awaitable<absl::StatusOr<evidence::Receipt>> ReceiveEvidence(
      const Asked& asked, Header& header, evidence::Desk& desk, evidence::Ticket& ticket);
  // The body piece by piece; INVALID_ARGUMENT / BAD_BODY when it is cut, DEADLINE_EXCEEDED.
  boost::asio::awaitable<absl::Status> ReadEvidence(const Asked& asked, Header& header,
                                                    evidence::Desk& desk, evidence::Upload& upload);
  boost::asio::awaitable<bool> SendEvidence(const Asked& asked, evidence::Desk& desk,
                                            const evidence::Download& download);
  // Feeds the request's messages to the call until the body or the call ends.
  boost::asio::awaitable<absl::Status> PumpRequests(const Asked& asked, Header& header,
                                                    const connect::Route& route,
                                                    connect::ContentType type,
                                                    connect::StreamCall& call);
  // Feeds what is whole of the messages; counts them.
  boost::asio::awaitable<absl::Status> WriteMessages(connect::EnvelopeReader& envelopes,
                                                     const connect::Route& route,
                                                     connect::ContentType type,
                                                     connect::StreamCall& call, int& count);
  boost::asio::awaitable<absl::Status> SendAnswers(const connect::Route& route,
                                                   connect::ContentType type,
                                                   connect::StreamCall& call);
  void StartRead(connect::StreamCall& call);
  // Waits until the read that was started is done, or the time is over.
  boost::asio::awaitable<void> AwaitRead(absl::Duration timeout);
  bool read_done() const { return read_.has_value(); }
  bool stream_ended() const { return read_.has_value() && !read_->has_value(); }

  absl::StatusOr<rpc::CallOptions> OptionsOf(const Header& header, bool streaming) const;
  void StartTimeout();
  // Whether another request may follow on this connection.
  bool MayGoOn(const Asked& asked) const {
    return asked.keep_alive && !unread_ && !shared_.draining;
  }
  // Notices that the client goes away while nothing is read; keeps what it sends early.
  void WatchClient();
  void LookAtClient();
  void StopWatching();

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  Shared& shared_;
  bool waiting_ = false;          // between requests
  bool unread_ = false;           // part of the request's body was not read
  bool aborted_ = false;          // Abort was called
  std::function<void()> cancel_;  // ends the call in flight; empty without one
  bool in_feed_ = false;          // the call is a feed
  bool feed_drained_ = false;     // Drain has ended the feed
  bool pumping_ = false;          // a stream's requests are being read
  // The message that the last read of a stream brought; nothing inside: the stream has ended.
  std::optional<std::optional<std::string>> read_;
  boost::asio::steady_timer read_wake_;
  boost::asio::cancellation_signal watch_;
  int watch_round_ = 0;  // tells a finished wait from the present one
};

}  // namespace kefu::gateway::http
