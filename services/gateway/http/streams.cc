// Streams of a session: Connect's envelopes and server-sent events.
#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <vector>

#include "common/obs/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/http/events.h"
#include "services/gateway/http/session.h"
#include "services/gateway/http/session_call.h"

namespace kefu::gateway::http {

namespace asio = boost::asio;
using asio::awaitable;

namespace {

constexpr size_t kChunkBytes = 64 << 10;
// How long the status line of a feed waits for a refusal, which is an HTTP error and no empty
// stream.
constexpr absl::Duration kRefusalTime = absl::Seconds(1);

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

absl::Status BadEnvelope(std::string_view what) {
  return InvalidArgument("BAD_ENVELOPE", "", what);
}

absl::Status Draining() {
  return Unavailable("SERVER_DRAINING", "the gateway is stopping", absl::Seconds(1));
}

}  // namespace

void Session::StartRead(connect::StreamCall& call) {
  read_.reset();
  call.StartRead([self = shared_from_this()](std::optional<std::string> message) {
    self->read_.emplace(std::move(message));
    if (self->pumping_ && self->stream_ended()) self->stream_.cancel();
    self->read_wake_.cancel();
  });
}

awaitable<void> Session::AwaitRead(absl::Duration timeout) {
  if (timeout == absl::InfiniteDuration()) {
    read_wake_.expires_at(asio::steady_timer::time_point::max());
  } else {
    read_wake_.expires_after(absl::ToChronoMilliseconds(timeout));
  }
  boost::system::error_code error;
  while (!read_done() && (!error || error == asio::error::operation_aborted)) {
    co_await read_wake_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (!error) co_return;  // the time is over
  }
}

awaitable<absl::Status> Session::WriteMessages(connect::EnvelopeReader& envelopes,
                                               const connect::Route& route,
                                               connect::ContentType type, connect::StreamCall& call,
                                               int& count) {
  while (!stream_ended()) {
    const auto message = envelopes.Next();
    if (!message.ok()) co_return message.status();
    if (!*message) co_return absl::OkStatus();
    if (++count > 1 && !route.method->client_streaming())
      co_return BadEnvelope("this method takes one message");
    const auto parsed = connect::ParseBody(route.method->input_type(), type.encoding, **message);
    if (!parsed.ok()) co_return parsed.status();
    const std::string binary = (*parsed)->SerializeAsString();
    if (!co_await call.Write(binary)) break;  // Finish tells why
  }
  co_return absl::OkStatus();
}

awaitable<absl::Status> Session::PumpRequests(const Asked& asked, Header& header,
                                              const connect::Route& route,
                                              connect::ContentType type,
                                              connect::StreamCall& call) {
  co_await SendContinue(asked);
  bhttp::request_parser<bhttp::buffer_body> parser(std::move(header));
  parser.body_limit(boost::none);  // each message is limited, not their sum
  connect::EnvelopeReader envelopes(shared_.options.max_message_bytes);
  std::vector<char> chunk(kChunkBytes);
  int count = 0;
  while (!parser.is_done()) {
    if (stream_ended()) co_return absl::OkStatus();
    parser.get().body().data = chunk.data();
    parser.get().body().size = chunk.size();
    boost::system::error_code error;
    StartTimeout();
    co_await bhttp::async_read_some(stream_, buffer_, parser,
                                    asio::redirect_error(asio::use_awaitable, error));
    if (stream_ended()) co_return absl::OkStatus();
    if (error && error != bhttp::error::need_buffer)
      co_return InvalidArgument("BAD_BODY", "", "the body ends early or is badly chunked");
    envelopes.Append({chunk.data(), chunk.size() - parser.get().body().size});
    absl::Status written = co_await WriteMessages(envelopes, route, type, call, count);
    unread_ = !parser.is_done();
    if (!written.ok()) co_return written;
  }
  unread_ = false;
  if (envelopes.Partial()) co_return BadEnvelope("the body ends inside a message");
  if (count == 0 && !route.method->client_streaming())
    co_return BadEnvelope("this method takes one message");
  co_return absl::OkStatus();
}

awaitable<absl::Status> Session::SendAnswers(const connect::Route& route, connect::ContentType type,
                                             connect::StreamCall& call) {
  while (true) {
    co_await AwaitRead(absl::InfiniteDuration());
    if (stream_ended()) co_return absl::OkStatus();
    const auto text = connect::FromBinary(route.method->output_type(), type.encoding, **read_);
    if (!text.ok()) co_return text.status();
    StartRead(call);
    const std::string envelope = connect::Envelope(0, *text);
    if (!co_await SendChunk(envelope)) co_return Cancelled("the client left");
  }
}

awaitable<bool> Session::AnswerStream(const Asked& asked, Header& header,
                                      const connect::Route& route, connect::ContentType type) {
  if (asked.version < 11)
    co_return co_await Send(asked, 505, "text/plain", "streams need HTTP/1.1\n");
  const std::string_view content_type = connect::ContentTypeName(type);
  const auto options = OptionsOf(header, true);
  if (!options.ok()) {
    co_return co_await SendStreamHeader(asked, content_type) &&
        co_await SendStreamEnd(asked, options.status());
  }
  const auto upstream =
      connect::StreamCall::Start(route, *options, executor(), shared_.calls.Enter());
  absl::Status status;
  bool open = false;
  {
    const Call call(
        *this, [upstream] { upstream->Cancel(); }, route.feed);
    StartRead(*upstream);
    // HTTP/1.1 is half duplex: all requests, then all answers.
    pumping_ = true;
    status = co_await PumpRequests(asked, header, route, type, *upstream);
    pumping_ = false;
    if (status.ok() && !unread_) {
      co_await upstream->WritesDone();
      WatchClient();
    }
    open = co_await SendStreamHeader(asked, content_type);
    if (!open) status = Cancelled("the client left");
    if (status.ok()) status = co_await SendAnswers(route, type, *upstream);
    if (!status.ok()) upstream->Cancel();
    const absl::Status end = co_await upstream->Finish();
    if (status.ok()) status = feed_drained_ ? Draining() : end;
  }
  co_return open&& co_await SendStreamEnd(asked, status);
}

awaitable<bool> Session::AnswerEvents(const Asked& asked, Header& header) {
  if (asked.head) co_return co_await Send(asked, 405, "text/plain", "", kAllowGet);
  if (asked.version < 11)
    co_return co_await Send(asked, 505, "text/plain", "events need HTTP/1.1\n");
  const auto question =
      ParseEventsTarget(View(header.get().target()), View(header.get()["Last-Event-ID"]));
  if (!question.ok()) co_return co_await SendError(asked, question.status());
  const auto route = shared_.routes.FindFeed(question->service);
  if (!route.ok()) co_return co_await SendError(asked, route.status());
  const auto options = OptionsOf(header, true);
  if (!options.ok()) co_return co_await SendError(asked, options.status());
  const auto upstream =
      connect::StreamCall::Start(**route, *options, executor(), shared_.calls.Enter());
  bool begun = false, open = false;
  absl::Status end;
  {
    const Call call(
        *this, [upstream] { upstream->Cancel(); }, true);
    WatchClient();
    StartRead(*upstream);
    const std::string binary = question->request.SerializeAsString();
    if (co_await upstream->Write(binary)) co_await upstream->WritesDone();
    co_await AwaitRead(kRefusalTime);
    begun = !stream_ended();
    if (begun) open = co_await SendStreamHeader(asked, "text/event-stream");
    while (open) {
      co_await AwaitRead(absl::InfiniteDuration());
      if (stream_ended()) break;
      const std::string text = EventsText(**read_);
      StartRead(*upstream);
      open = co_await SendChunk(text);
    }
    if (!stream_ended()) upstream->Cancel();
    end = co_await upstream->Finish();
    if (feed_drained_) end = Draining();
  }
  if (begun) co_return open&& co_await SendLastChunk() && MayGoOn(asked);
  if (!end.ok()) co_return co_await SendError(asked, end);
  co_return co_await Send(asked, 200, "text/event-stream", "");
}

awaitable<bool> Session::SendStreamHeader(const Asked& asked, std::string_view content_type) {
  bhttp::response<bhttp::empty_body> response(bhttp::status::ok, asked.version);
  response.set(bhttp::field::content_type,
               beast::string_view(content_type.data(), content_type.size()));
  response.set(bhttp::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.keep_alive(MayGoOn(asked));
  response.chunked(true);
  bhttp::response_serializer<bhttp::empty_body> serializer(response);
  boost::system::error_code error;
  StartTimeout();
  co_await bhttp::async_write_header(stream_, serializer,
                                     asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

awaitable<bool> Session::SendChunk(std::string_view bytes) {
  if (bytes.empty()) co_return true;  // an empty chunk would end the body
  boost::system::error_code error;
  StartTimeout();
  co_await asio::async_write(stream_, bhttp::make_chunk(asio::buffer(bytes.data(), bytes.size())),
                             asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

awaitable<bool> Session::SendStreamEnd(const Asked& asked, const absl::Status& status) {
  if (status.code() == absl::StatusCode::kInternal)
    obs::Log(obs::Level::kError, "stream failed", {{"cause", CauseOf(status)}});
  const std::string envelope =
      connect::Envelope(connect::kEndStream, connect::EndStreamJson(status));
  co_return co_await SendChunk(envelope) && co_await SendLastChunk() && MayGoOn(asked);
}

awaitable<bool> Session::SendLastChunk() {
  boost::system::error_code error;
  StartTimeout();
  co_await asio::async_write(stream_, bhttp::make_chunk_last(),
                             asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

}  // namespace kefu::gateway::http
