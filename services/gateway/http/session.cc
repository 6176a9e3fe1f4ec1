#include "services/gateway/http/session.h"

#include <fmt/format.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "absl/strings/numbers.h"
#include "common/obs/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/http/events.h"
#include "services/gateway/http/files.h"

namespace kefu::gateway::http {

namespace asio = boost::asio;
using asio::awaitable;

namespace {

constexpr size_t kMaxHeaderBytes = 16 << 10;
constexpr int64_t kMaxTimeoutMillis = 24 * 3600 * 1000;

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

std::string_view PathOf(std::string_view target) { return target.substr(0, target.find('?')); }

absl::Status TooLarge(size_t limit) {
  return ResourceExhausted("MESSAGE_TOO_LARGE",
                           fmt::format("the body is larger than {} bytes", limit),
                           absl::ZeroDuration());
}

}  // namespace

awaitable<void> Session::Run() {
  try {
    bool open = true;
    while (open && !shared_.draining) {
      Header header;
      header.header_limit(kMaxHeaderBytes);
      header.body_limit(boost::none);
      boost::system::error_code error;
      stream_.expires_after(absl::ToChronoMilliseconds(shared_.options.idle_timeout));
      co_await bhttp::async_read_header(stream_, buffer_, header,
                                        asio::redirect_error(asio::use_awaitable, error));
      if (error) break;
      stream_.expires_never();
      const bool keep_alive = header.get().keep_alive();
      open = co_await Answer(header) && keep_alive;
    }
    boost::system::error_code error;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
  } catch (const std::exception& e) {
    obs::Log(obs::Level::kError, "connection ended by an exception", {{"what", e.what()}});
  }
}

Session::Asked Session::AskedBy(const Header& header) {
  const auto& request = header.get();
  return {request.version(), request.keep_alive(), request.method() == bhttp::verb::head};
}

awaitable<bool> Session::Answer(Header& header) {
  const Asked asked = AskedBy(header);
  const auto& request = header.get();
  const std::string_view path = PathOf(View(request.target()));
  if (request.method() == bhttp::verb::get || request.method() == bhttp::verb::head) {
    if (path == "/healthz") {
      const bool serving = shared_.serving;
      co_return co_await Send(asked, serving ? 200 : 503, "text/plain",
                              serving ? "SERVING\n" : "NOT_SERVING\n");
    }
    if (path.starts_with("/events/")) co_return co_await AnswerEvents(header);
    co_return co_await AnswerFile(header);
  }
  if (request.method() != bhttp::verb::post) {
    co_return co_await Send(asked, 405, "text/plain", "calls are POST, files and events are GET\n");
  }
  const auto route = shared_.routes->Find(path);
  if (!route.ok()) co_return co_await SendError(asked, route.status());
  const auto type = connect::ParseContentType(View(request[bhttp::field::content_type]));
  if (!type) {
    co_return co_await Send(
        asked, 415, "text/plain",
        "Content-Type must be application/json, application/proto, application/connect+json or "
        "application/connect+proto\n");
  }
  const bool streaming = route->method->client_streaming() || route->method->server_streaming();
  if (streaming != type->streaming) {
    co_return co_await SendError(
        asked,
        InvalidArgument(
            "WRONG_CONTENT_TYPE", "Content-Type",
            streaming
                ? "this method streams: use application/connect+json or application/connect+proto"
                : "this method does not stream: use application/json or application/proto"));
  }
  if (!View(request["Content-Encoding"]).empty() &&
      View(request["Content-Encoding"]) != "identity") {
    co_return co_await SendError(
        asked, InvalidArgument("BAD_BODY", "Content-Encoding", "only identity is understood"));
  }
  co_return streaming ? co_await AnswerStream(header, *route, *type)
                      : co_await AnswerUnary(header, *route, *type);
}

absl::StatusOr<rpc::CallOptions> Session::OptionsOf(const Header& header, bool streaming) const {
  const auto& request = header.get();
  rpc::CallOptions options;
  options.timeout = streaming ? absl::InfiniteDuration() : shared_.options.default_deadline;
  const std::string_view timeout = View(request["Connect-Timeout-Ms"]);
  if (!timeout.empty()) {
    int64_t millis = 0;
    if (!absl::SimpleAtoi(absl::string_view(timeout.data(), timeout.size()), &millis) ||
        millis < 0 || millis > kMaxTimeoutMillis) {
      return InvalidArgument("BAD_TIMEOUT", "Connect-Timeout-Ms",
                             "must be whole milliseconds, at most a day");
    }
    options.timeout = absl::Milliseconds(millis);
  }
  const std::string_view authorization = View(request[bhttp::field::authorization]);
  constexpr std::string_view kBearer = "Bearer ";
  if (authorization.starts_with(kBearer)) options.token = authorization.substr(kBearer.size());
  options.traceparent = View(request["traceparent"]);
  options.language = View(request[bhttp::field::accept_language]);
  return options;
}

awaitable<absl::StatusOr<std::string>> Session::ReadBody(Header& header) {
  bhttp::request_parser<bhttp::string_body> parser(std::move(header));
  parser.body_limit(shared_.options.max_message_bytes);
  boost::system::error_code error;
  stream_.expires_after(absl::ToChronoMilliseconds(shared_.options.idle_timeout));
  co_await bhttp::async_read(stream_, buffer_, parser,
                             asio::redirect_error(asio::use_awaitable, error));
  stream_.expires_never();
  if (error == bhttp::error::body_limit) co_return TooLarge(shared_.options.max_message_bytes);
  if (error) co_return Cancelled("the request ended early");
  co_return std::move(parser.get().body());
}

awaitable<bool> Session::AnswerUnary(Header& header, const connect::Route& route,
                                     connect::ContentType type) {
  const Asked asked = AskedBy(header);
  const auto options = OptionsOf(header, false);
  auto body = co_await ReadBody(header);
  if (!body.ok()) {  // the rest of the body is unread: the connection cannot go on
    co_await SendError(asked, body.status());
    co_return false;
  }
  if (!options.ok()) co_return co_await SendError(asked, options.status());
  auto binary = connect::ToBinary(route.method->input_type(), type.encoding, *body);
  if (!binary.ok()) co_return co_await SendError(asked, binary.status());
  auto answer =
      co_await connect::CallUnary(*route.stub, route.grpc_path, *std::move(binary), *options);
  if (!answer.ok()) co_return co_await SendError(asked, answer.status());
  auto text = connect::FromBinary(route.method->output_type(), type.encoding, *answer);
  if (!text.ok()) co_return co_await SendError(asked, text.status());
  co_return co_await Send(asked, 200, connect::ContentTypeName(type), *std::move(text));
}

awaitable<absl::Status> Session::PumpRequests(Header& header, const connect::Route& route,
                                              connect::ContentType type,
                                              connect::StreamCall& call) {
  bhttp::request_parser<bhttp::buffer_body> parser(std::move(header));
  parser.body_limit(boost::none);  // each message is limited, not their sum
  connect::EnvelopeReader envelopes(shared_.options.max_message_bytes);
  std::array<char, 64 << 10> chunk;
  absl::Status result;
  while (!parser.is_done() && result.ok()) {
    parser.get().body().data = chunk.data();
    parser.get().body().size = chunk.size();
    boost::system::error_code error;
    stream_.expires_after(absl::ToChronoMilliseconds(shared_.options.idle_timeout));
    co_await bhttp::async_read(stream_, buffer_, parser,
                               asio::redirect_error(asio::use_awaitable, error));
    if (error && error != bhttp::error::need_buffer) result = Cancelled("the request ended early");
    envelopes.Append({chunk.data(), chunk.size() - parser.get().body().size});
    while (result.ok()) {
      auto message = envelopes.Next();
      if (!message.ok()) {
        result = message.status();
        break;
      }
      if (!*message) break;
      auto binary = connect::ToBinary(route.method->input_type(), type.encoding, **message);
      if (!binary.ok()) {
        result = binary.status();
      } else if (!co_await call.Write(*std::move(binary))) {
        break;  // the call has ended; Finish tells why. The rest of the body is read and dropped.
      }
    }
  }
  stream_.expires_never();
  if (result.ok() && envelopes.Partial())
    result = InvalidArgument("BAD_ENVELOPE", "", "the body ends inside a message");
  co_return result;
}

awaitable<bool> Session::AnswerStream(Header& header, const connect::Route& route,
                                      connect::ContentType type) {
  const Asked asked = AskedBy(header);
  const auto options = OptionsOf(header, true);
  if (!options.ok()) {
    co_await SendError(asked, options.status());
    co_return false;
  }
  const auto call = connect::StreamCall::Start(*route.stub, route.grpc_path, *options);
  // HTTP/1.1 is half duplex: all requests, then all answers.
  absl::Status status = co_await PumpRequests(header, route, type, *call);
  if (!status.ok()) call->Cancel();
  const bool whole = status.code() != absl::StatusCode::kCancelled;
  if (status.ok()) co_await call->WritesDone();
  bool open = co_await SendStreamHeader(asked, connect::ContentTypeName(type));
  while (open && status.ok()) {
    const auto message = co_await call->Read();
    if (!message) break;
    auto text = connect::FromBinary(route.method->output_type(), type.encoding, *message);
    if (!text.ok()) {
      status = text.status();
      break;
    }
    open = co_await SendChunk(connect::Envelope(0, *text));
  }
  if (!open || !status.ok()) call->Cancel();
  const absl::Status end = co_await call->Finish();
  if (status.ok()) status = end;
  if (!open ||
      !co_await SendChunk(connect::Envelope(connect::kEndStream, connect::EndStreamJson(status))))
    co_return false;
  co_return co_await SendLastChunk() && whole;
}

awaitable<bool> Session::AnswerEvents(Header& header) {
  const Asked asked = AskedBy(header);
  const auto question =
      ParseEventsTarget(View(header.get().target()), View(header.get()["Last-Event-ID"]));
  if (!question.ok()) co_return co_await SendError(asked, question.status());
  const auto route = shared_.routes->FindFeed(question->service);
  if (!route.ok()) co_return co_await SendError(asked, route.status());
  const auto options = OptionsOf(header, true);
  if (!options.ok()) co_return co_await SendError(asked, options.status());
  const auto call = connect::StreamCall::Start(*route->stub, route->grpc_path, *options);
  if (co_await call->Write(question->request.SerializeAsString())) co_await call->WritesDone();
  // The status line waits for the first message, so that a refusal is an HTTP error and not an
  // empty stream.
  auto message = co_await call->Read();
  if (!message) {
    const absl::Status end = co_await call->Finish();
    if (!end.ok()) co_return co_await SendError(asked, end);
    co_return co_await Send(asked, 200, "text/event-stream", "");
  }
  bool open = co_await SendStreamHeader(asked, "text/event-stream");
  while (open && message && !shared_.draining) {
    open = co_await SendChunk(EventsText(*message));
    if (open) message = co_await call->Read();
  }
  call->Cancel();
  co_await call->Finish();
  if (open) co_await SendLastChunk();
  co_return false;
}

awaitable<bool> Session::AnswerFile(Header& header) {
  const Asked asked = AskedBy(header);
  const auto file = ReadStaticFile(shared_.options.static_dir, PathOf(View(header.get().target())));
  if (!file)
    co_return co_await Send(asked, 404, "text/plain",
                            "not found; calls are POST /package.Service/Method\n");
  co_return co_await Send(asked, 200, file->content_type, file->content);
}

awaitable<bool> Session::Send(const Asked& asked, int status, std::string_view content_type,
                              std::string body) {
  bhttp::response<bhttp::string_body> response(static_cast<bhttp::status>(status), asked.version);
  response.set(bhttp::field::content_type,
               beast::string_view(content_type.data(), content_type.size()));
  response.set("X-Content-Type-Options", "nosniff");
  response.keep_alive(asked.keep_alive && !shared_.draining);
  response.content_length(body.size());
  if (!asked.head) response.body() = std::move(body);
  boost::system::error_code error;
  stream_.expires_after(absl::ToChronoMilliseconds(shared_.options.idle_timeout));
  co_await bhttp::async_write(stream_, response, asio::redirect_error(asio::use_awaitable, error));
  stream_.expires_never();
  co_return !error && response.keep_alive();
}

awaitable<bool> Session::SendError(const Asked& asked, const absl::Status& status) {
  co_return co_await Send(asked, connect::HttpStatus(status.code()), "application/json",
                          connect::ErrorJson(status));
}

awaitable<bool> Session::SendStreamHeader(const Asked& asked, std::string_view content_type) {
  bhttp::response<bhttp::empty_body> response(bhttp::status::ok, asked.version);
  response.set(bhttp::field::content_type,
               beast::string_view(content_type.data(), content_type.size()));
  response.set(bhttp::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.keep_alive(asked.keep_alive);
  response.chunked(true);
  bhttp::response_serializer<bhttp::empty_body> serializer(response);
  boost::system::error_code error;
  co_await bhttp::async_write_header(stream_, serializer,
                                     asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

awaitable<bool> Session::SendChunk(std::string_view bytes) {
  boost::system::error_code error;
  stream_.expires_after(absl::ToChronoMilliseconds(shared_.options.idle_timeout));
  co_await asio::async_write(stream_, bhttp::make_chunk(asio::buffer(bytes.data(), bytes.size())),
                             asio::redirect_error(asio::use_awaitable, error));
  stream_.expires_never();
  co_return !error;
}

awaitable<bool> Session::SendLastChunk() {
  boost::system::error_code error;
  co_await asio::async_write(stream_, bhttp::make_chunk_last(),
                             asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

}  // namespace kefu::gateway::http
