#include "services/gateway/http/session.h"

#include <fmt/format.h>

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "absl/strings/numbers.h"
#include "common/obs/log.h"
#include "common/status/error.h"
#include "services/gateway/http/files.h"
#include "services/gateway/http/session_call.h"

namespace kefu::gateway::http {

namespace asio = boost::asio;
using asio::awaitable;

namespace {

constexpr size_t kMaxHeaderBytes = 16 << 10;
constexpr int64_t kMaxTimeoutMillis = 24 * 3600 * 1000;
constexpr size_t kMaxLanguageBytes = 256;   // more languages than anybody reads
constexpr size_t kTraceparentBytes = 55;    // W3C Trace Context, version 00
constexpr size_t kMaxPipelined = 64 << 10;  // kept of later requests while a call runs
constexpr size_t kReadStep = 16 << 10;
constexpr size_t kLingerBytes = 16 << 20;  // dropped of a body that nobody wants, at most
constexpr auto kLinger = std::chrono::seconds(2);

constexpr std::string_view kText = "text/plain; charset=utf-8";

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

beast::string_view Beast(std::string_view text) { return {text.data(), text.size()}; }

std::string_view PathOf(std::string_view target) { return target.substr(0, target.find('?')); }

absl::Status TooLarge(size_t limit) {
  return MakeError(absl::StatusCode::kResourceExhausted, "MESSAGE_TOO_LARGE",
                   fmt::format("the body is larger than {} bytes", limit));
}

// gRPC stops the whole process over any other byte in a header value.
bool IsMetadataText(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool IsHttpError(const boost::system::error_code& error) {
  return error.category() == make_error_code(bhttp::error::bad_method).category() &&
         error != bhttp::error::end_of_stream && error != bhttp::error::partial_message;
}

bool HasBody(const bhttp::request_parser<bhttp::empty_body>& header) {
  return header.chunked() || header.content_length().value_or(0) > 0;
}

}  // namespace

Session::Session(beast::tcp_stream stream, Shared& shared)
    : stream_(std::move(stream)), shared_(shared), read_wake_(stream_.get_executor()) {}

awaitable<void> Session::Run() {
  try {
    boost::system::error_code error;
    stream_.socket().non_blocking(true, error);  // for LookAtClient
    while (co_await ServeOne()) {
    }
    if (unread_) co_await Linger();
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
  } catch (const std::exception& e) {
    obs::Log(obs::Level::kError, "connection ended by an exception", {{"what", e.what()}});
  }
}

void Session::Drain() {
  if (waiting_) stream_.close();
  if (in_feed_ && cancel_) {
    feed_drained_ = true;
    cancel_();
  }
}

void Session::Abort() {
  aborted_ = true;
  stream_.close();
  if (cancel_) cancel_();
}

void Session::StartTimeout() {
  stream_.expires_after(absl::ToChronoMilliseconds(shared_.options.idle_timeout));
}

awaitable<bool> Session::ServeOne() {
  if (shared_.draining || aborted_) co_return false;
  Header header;
  header.header_limit(kMaxHeaderBytes);
  header.body_limit(boost::none);
  boost::system::error_code error;
  StartTimeout();
  waiting_ = true;
  co_await bhttp::async_read_header(stream_, buffer_, header,
                                    asio::redirect_error(asio::use_awaitable, error));
  waiting_ = false;
  if (error) co_return co_await RefuseHeader(error);
  co_return co_await Answer(header);
}

awaitable<bool> Session::RefuseHeader(boost::system::error_code error) {
  if (!IsHttpError(error)) co_return false;  // the client has left or was too slow
  unread_ = true;
  const Asked asked;
  const bool long_header = error == bhttp::error::header_limit;
  std::string text = long_header
                         ? fmt::format("the header is larger than {} bytes\n", kMaxHeaderBytes)
                         : "this is not HTTP/1.1\n";
  co_return co_await Send(asked, long_header ? 431 : 400, kText, std::move(text));
}

awaitable<bool> Session::Answer(Header& header) {
  const auto& request = header.get();
  const Asked asked{
      .version = request.version(),
      .keep_alive = request.keep_alive(),
      .head = request.method() == bhttp::verb::head,
      .expects_continue = beast::iequals(request[bhttp::field::expect], "100-continue")};
  unread_ = HasBody(header);
  // A proxy in front may see other limits of the body than we do: refuse all but the plain forms.
  const auto encodings = request.count(bhttp::field::transfer_encoding);
  if (encodings > 0 && (encodings > 1 || request.version() < 11 ||
                        !beast::iequals(request[bhttp::field::transfer_encoding], "chunked"))) {
    unread_ = true;
    co_return co_await Send(asked, 400, kText,
                            "Transfer-Encoding must be chunked and nothing else\n");
  }
  switch (request.method()) {
    case bhttp::verb::get:
    case bhttp::verb::head:
      co_return co_await AnswerGet(asked, header);
    case bhttp::verb::post:
      co_return co_await AnswerPost(asked, header);
    case bhttp::verb::put:
      if (PathOf(View(request.target())) == kEvidence)
        co_return co_await AnswerPutEvidence(asked, header);
      [[fallthrough]];
    default:
      co_return co_await Send(asked, 405, kText,
                              "calls are POST, files and events are GET, evidence is PUT\n",
                              kAllowAll);
  }
}

awaitable<bool> Session::AnswerGet(const Asked& asked, Header& header) {
  const std::string_view path = PathOf(View(header.get().target()));
  if (path == "/healthz") {
    const bool serving = shared_.serving;
    co_return co_await Send(asked, serving ? 200 : 503, kText,
                            serving ? "SERVING\n" : "NOT_SERVING\n");
  }
  if (path.starts_with("/events/")) co_return co_await AnswerEvents(asked, header);
  if (path.starts_with(kEvidenceFiles)) co_return co_await AnswerGetEvidence(asked, header);
  if (path == kEvidence) {
    co_return co_await Send(asked, 405, kText, "files are brought by PUT or POST\n", kAllowPut);
  }
  if (shared_.routes.Find(path).ok()) {
    co_return co_await Send(asked, 405, kText, "calls are POST\n", kAllowPost);
  }
  auto file = ReadStaticFile(shared_.options.static_dir, path);
  if (!file) {
    co_return co_await Send(asked, 404, kText,
                            "not found; calls are POST /package.Service/Method\n");
  }
  co_return co_await Send(asked, 200, file->content_type, std::move(file->content), kOfFiles);
}

awaitable<bool> Session::AnswerPost(const Asked& asked, Header& header) {
  const auto& request = header.get();
  if (PathOf(View(request.target())) == kEvidence)
    co_return co_await AnswerPutEvidence(asked, header);
  const auto route = shared_.routes.Find(PathOf(View(request.target())));
  if (!route.ok()) co_return co_await SendError(asked, route.status());
  const auto type = connect::ParseContentType(View(request[bhttp::field::content_type]));
  if (!type) {
    co_return co_await Send(
        asked, 415, kText,
        "Content-Type must be application/json, application/proto, application/connect+json or "
        "application/connect+proto\n",
        kAcceptPost);
  }
  const auto* method = (*route)->method;
  const bool streaming = method->client_streaming() || method->server_streaming();
  if (streaming != type->streaming) {
    co_return co_await SendError(
        asked,
        InvalidArgument(
            "WRONG_CONTENT_TYPE", "Content-Type",
            streaming
                ? "this method streams: use application/connect+json or application/connect+proto"
                : "this method does not stream: use application/json or application/proto"));
  }
  const std::string_view encoding =
      View(request[streaming ? "Connect-Content-Encoding" : "Content-Encoding"]);
  if (!encoding.empty() && encoding != "identity") {
    co_return co_await SendError(
        asked, MakeError(absl::StatusCode::kUnimplemented, "COMPRESSION_UNKNOWN",
                         "bodies and messages must not be compressed: only identity is known"));
  }
  // Not by ?: – g++ 12 runs both branches when each awaits.
  if (streaming) co_return co_await AnswerStream(asked, header, **route, *type);
  co_return co_await AnswerUnary(asked, header, **route, *type);
}

absl::StatusOr<rpc::CallOptions> Session::OptionsOf(const Header& header, bool streaming) const {
  const auto& request = header.get();
  rpc::CallOptions options;
  options.timeout = streaming ? absl::InfiniteDuration() : shared_.options.default_deadline;
  const std::string_view timeout = View(request["Connect-Timeout-Ms"]);
  if (!timeout.empty()) {
    int64_t millis = 0;
    if (!absl::SimpleAtoi(absl::string_view(timeout.data(), timeout.size()), &millis) ||
        millis < 1 || millis > kMaxTimeoutMillis) {
      return InvalidArgument("BAD_TIMEOUT", "Connect-Timeout-Ms",
                             "must be whole milliseconds, from 1 to a day");
    }
    options.timeout = absl::Milliseconds(millis);
  }
  const std::string_view authorization = View(request[bhttp::field::authorization]);
  constexpr std::string_view kBearer = "Bearer ";
  if (beast::iequals(Beast(authorization.substr(0, kBearer.size())), Beast(kBearer)))
    options.token = authorization.substr(kBearer.size());
  if (!IsMetadataText(options.token))
    return Unauthenticated("TOKEN_INVALID", "the token holds characters that no token has");
  const std::string_view trace = View(request["traceparent"]);
  if (trace.size() == kTraceparentBytes && IsMetadataText(trace)) options.traceparent = trace;
  const std::string_view language = View(request[bhttp::field::accept_language]);
  if (language.size() <= kMaxLanguageBytes && IsMetadataText(language)) options.language = language;
  return options;
}

awaitable<absl::StatusOr<std::string>> Session::ReadBody(const Asked& asked, Header& header) {
  const size_t limit = shared_.options.max_message_bytes;
  // The parser checks a Content-Length against its limit only when it parses the header itself.
  if (header.content_length().value_or(0) > limit) co_return TooLarge(limit);
  co_await SendContinue(asked);
  bhttp::request_parser<bhttp::string_body> parser(std::move(header));
  parser.body_limit(limit);
  boost::system::error_code error;
  StartTimeout();
  co_await bhttp::async_read(stream_, buffer_, parser,
                             asio::redirect_error(asio::use_awaitable, error));
  if (error == bhttp::error::body_limit) co_return TooLarge(limit);
  if (error) co_return InvalidArgument("BAD_BODY", "", "the body ends early or is badly chunked");
  unread_ = false;
  co_return std::move(parser.get().body());
}

awaitable<bool> Session::AnswerUnary(const Asked& asked, Header& header,
                                     const connect::Route& route, connect::ContentType type) {
  const auto options = OptionsOf(header, false);
  auto body = co_await ReadBody(asked, header);
  if (!body.ok()) co_return co_await SendError(asked, body.status());
  if (!options.ok()) co_return co_await SendError(asked, options.status());
  const auto message = connect::ParseBody(route.method->input_type(), type.encoding, *body);
  if (!message.ok()) co_return co_await SendError(asked, message.status());
  rpc::EnsureRequestId(**message, shared_.ids);
  absl::StatusOr<std::string> answer;
  {
    const auto upstream = std::make_shared<connect::UnaryCall>();
    const Call call(*this, [upstream] { upstream->Cancel(); });
    WatchClient();
    const std::string binary = (*message)->SerializeAsString();
    answer = co_await upstream->Run(route, binary, *options, shared_.calls.Enter());
  }
  if (!answer.ok()) co_return co_await SendError(asked, answer.status());
  auto text = connect::FromBinary(route.method->output_type(), type.encoding, *answer);
  if (!text.ok()) co_return co_await SendError(asked, text.status());
  co_return co_await Send(asked, 200, connect::ContentTypeName(type), *std::move(text));
}

awaitable<bool> Session::Send(const Asked& asked, int status, std::string_view content_type,
                              std::string body, Fields fields) {
  bhttp::response<bhttp::string_body> response(static_cast<bhttp::status>(status), asked.version);
  response.set(bhttp::field::content_type, Beast(content_type));
  response.set("X-Content-Type-Options", "nosniff");
  for (const Field& field : fields) response.set(Beast(field.name), Beast(field.value));
  response.keep_alive(MayGoOn(asked));
  response.content_length(body.size());
  if (!asked.head) response.body() = std::move(body);
  boost::system::error_code error;
  StartTimeout();
  co_await bhttp::async_write(stream_, response, asio::redirect_error(asio::use_awaitable, error));
  co_return !error && response.keep_alive();
}

awaitable<bool> Session::SendError(const Asked& asked, const absl::Status& status,
                                   int http_status) {
  if (status.code() == absl::StatusCode::kInternal)
    obs::Log(obs::Level::kError, "call failed", {{"cause", CauseOf(status)}});
  const Fields fields =
      status.code() == absl::StatusCode::kUnauthenticated ? Fields(kAuthenticate) : Fields();
  if (http_status == 0) http_status = connect::HttpStatus(status.code());
  co_return co_await Send(asked, http_status, "application/json", connect::ErrorJson(status),
                          fields);
}

awaitable<void> Session::SendContinue(const Asked& asked) {
  if (!asked.expects_continue || asked.version < 11) co_return;
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  boost::system::error_code error;  // shows again when the body is read
  StartTimeout();
  co_await asio::async_write(stream_, asio::buffer(kContinue.data(), kContinue.size()),
                             asio::redirect_error(asio::use_awaitable, error));
}

awaitable<void> Session::Linger() {
  boost::system::error_code error;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
  waiting_ = true;  // Drain need not wait for this
  if (shared_.draining) co_return;
  stream_.expires_after(kLinger);
  std::array<char, kReadStep> dropped;
  for (size_t left = kLingerBytes; !error && left > 0;) {
    const size_t got = co_await stream_.async_read_some(
        asio::buffer(dropped), asio::redirect_error(asio::use_awaitable, error));
    left -= std::min(left, got);
  }
}

void Session::WatchClient() {
  if (buffer_.size() >= kMaxPipelined) return;  // the rest waits in the kernel
  stream_.socket().async_wait(
      asio::ip::tcp::socket::wait_read,
      asio::bind_cancellation_slot(watch_.slot(), [self = shared_from_this(), round = watch_round_](
                                                      boost::system::error_code error) {
        if (!error && round == self->watch_round_) self->LookAtClient();
      }));
}

void Session::LookAtClient() {
  boost::system::error_code error;
  const size_t got = stream_.socket().read_some(buffer_.prepare(kReadStep), error);
  if (error && error != asio::error::would_block) {
    if (cancel_) cancel_();
    return;
  }
  buffer_.commit(got);
  WatchClient();
}

void Session::StopWatching() {
  ++watch_round_;
  watch_.emit(asio::cancellation_type::terminal);
}

}  // namespace kefu::gateway::http
