#include "clients/kefuctl/client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/time/clock.h"
#include "clients/kefuctl/i18n.h"
#include "common/status/error.h"

namespace kefu::kefuctl {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr size_t kMaxAnswerBytes = 64 << 20;  // far above any page of 1000 rows
constexpr size_t kMaxHeaderBytes = 64 << 10;
constexpr size_t kEnvelopeHeader = 5;
constexpr size_t kPieceBytes = 64 << 10;  // held of a file
constexpr uint8_t kEndStream = 0x02;
// The gateway closes idle connections after 75 s; one that is nearly so old is not used again.
constexpr absl::Duration kMaxIdle = absl::Seconds(45);

beast::string_view View(std::string_view text) { return {text.data(), text.size()}; }

absl::StatusCode CodeOf(std::string_view name) {
  static constexpr std::pair<std::string_view, absl::StatusCode> kCodes[] = {
      {"canceled", absl::StatusCode::kCancelled},
      {"unknown", absl::StatusCode::kUnknown},
      {"invalid_argument", absl::StatusCode::kInvalidArgument},
      {"deadline_exceeded", absl::StatusCode::kDeadlineExceeded},
      {"not_found", absl::StatusCode::kNotFound},
      {"already_exists", absl::StatusCode::kAlreadyExists},
      {"permission_denied", absl::StatusCode::kPermissionDenied},
      {"resource_exhausted", absl::StatusCode::kResourceExhausted},
      {"failed_precondition", absl::StatusCode::kFailedPrecondition},
      {"aborted", absl::StatusCode::kAborted},
      {"out_of_range", absl::StatusCode::kOutOfRange},
      {"unimplemented", absl::StatusCode::kUnimplemented},
      {"internal", absl::StatusCode::kInternal},
      {"unavailable", absl::StatusCode::kUnavailable},
      {"data_loss", absl::StatusCode::kDataLoss},
      {"unauthenticated", absl::StatusCode::kUnauthenticated},
  };
  for (const auto& [known, code] : kCodes) {
    if (known == name) return code;
  }
  return absl::StatusCode::kUnknown;
}

// {"code", "message", "details": [{"type", "value" in base64 without padding}]}; nothing when it is
// something else.
std::optional<absl::Status> StatusOf(const nlohmann::json& error) {
  if (!error.is_object() || !error.contains("code") || !error["code"].is_string())
    return std::nullopt;
  google::rpc::Status proto;
  proto.set_code(static_cast<int>(CodeOf(error["code"].get<std::string>())));
  if (error.contains("message") && error["message"].is_string())
    proto.set_message(error["message"].get<std::string>());
  if (error.contains("details") && error["details"].is_array()) {
    for (const auto& detail : error["details"]) {
      std::string bytes;
      if (!detail.is_object() || !detail.contains("type") || !detail["type"].is_string() ||
          !detail.contains("value") || !detail["value"].is_string() ||
          !absl::Base64Unescape(detail["value"].get<std::string>(), &bytes)) {
        continue;
      }
      auto* any = proto.add_details();
      any->set_type_url("type.googleapis.com/" + detail["type"].get<std::string>());
      any->set_value(bytes);
    }
  }
  return FromProto(proto);
}

std::string EnvelopeHeader(uint8_t flags, size_t size) {
  std::string header(1, static_cast<char>(flags));
  for (int shift = 24; shift >= 0; shift -= 8) header.push_back(static_cast<char>(size >> shift));
  return header;
}

}  // namespace

absl::Status ParseAddress(std::string_view text, ClientOptions& options) {
  std::string_view rest = text;
  if (rest.starts_with("https://")) return absl::InvalidArgumentError(Tr(Text::kNoTls));
  if (rest.starts_with("http://")) rest.remove_prefix(7);
  while (rest.ends_with('/')) rest.remove_suffix(1);
  const size_t colon = rest.rfind(':');
  const auto bad = [&] { return absl::InvalidArgumentError(Tr(Text::kBadAddress, text)); };
  if (colon == std::string_view::npos || colon == 0) return bad();
  std::string_view host = rest.substr(0, colon), port = rest.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (port.empty() || port.size() > 5 || host.empty() ||
      port.find_first_not_of("0123456789") != std::string_view::npos) {
    return bad();
  }
  options.host = host;
  options.port = port;
  return absl::OkStatus();
}

// Every operation runs to its end, or its time-out, in this thread.
class Client::Connection {
 public:
  explicit Connection(ClientOptions options) : options_(std::move(options)) {}

  absl::StatusOr<std::string> Call(std::string_view path, std::string body) {
    RETURN_IF_ERROR(Open());
    auto request = NewRequest<bhttp::string_body>(path, "application/proto");
    request.set("Connect-Timeout-Ms",
                std::to_string(absl::ToInt64Milliseconds(options_.call_timeout)));
    request.body() = std::move(body);
    request.prepare_payload();
    const error_code error = Run(options_.write_timeout, [&](auto done) {
      bhttp::async_write(*stream_, request, std::move(done));
    });
    if (error) return Broke(error);
    ASSIGN_OR_RETURN(auto response, ReadResponse(options_.call_timeout + options_.call_grace));
    if (response.result() != bhttp::status::ok) return ErrorOf(response);
    return std::move(response.body());
  }

  absl::Status Receive(std::string_view path, const std::string& body,
                       const std::function<absl::Status(std::string_view)>& take) {
    RETURN_IF_ERROR(Open());
    auto request = NewRequest<bhttp::string_body>(path, "application/connect+proto");
    request.body() = EnvelopeHeader(0, body.size()) + body;
    request.prepare_payload();
    error_code error = Run(options_.write_timeout, [&](auto done) {
      bhttp::async_write(*stream_, request, std::move(done));
    });
    if (error) return Broke(error);
    bhttp::response_parser<bhttp::string_body> parser;
    parser.body_limit(boost::none);
    parser.header_limit(kMaxHeaderBytes);
    const absl::Status status = ReadPieces(parser, take);
    if (!status.ok() || !parser.is_done() || !parser.get().keep_alive()) Close();
    return status;
  }

  absl::StatusOr<std::string> Put(std::string_view target, std::string_view content_type,
                                  int64_t size, const ReadPiece& read) {
    RETURN_IF_ERROR(Open());
    auto request = NewRequest<bhttp::empty_body>(target, content_type);
    request.method(bhttp::verb::put);
    request.content_length(static_cast<uint64_t>(size));
    request.set(bhttp::field::expect, "100-continue");  // a refusal costs no transfer
    bhttp::request_serializer<bhttp::empty_body> serializer(request);
    const error_code error = Run(options_.write_timeout, [&](auto done) {
      bhttp::async_write_header(*stream_, serializer, std::move(done));
    });
    if (error) return WhyRefused(error);
    ASSIGN_OR_RETURN(auto response, ReadResponse(options_.call_timeout));
    if (response.result() == bhttp::status::continue_) {
      const absl::Status sent = SendFile(size, read);
      if (!sent.ok()) {
        Close();  // half a request leaves nothing to go on with
        return sent;
      }
      ASSIGN_OR_RETURN(response, ReadResponse(options_.import_timeout));
    }
    if (response.result() != bhttp::status::ok) {
      Close();  // the body may not have been sent whole
      return ErrorOf(response);
    }
    return std::move(response.body());
  }

  absl::Status Get(std::string_view target, const TakePiece& take) {
    RETURN_IF_ERROR(Open());
    auto request = NewRequest<bhttp::empty_body>(target, "");
    request.method(bhttp::verb::get);
    request.erase(bhttp::field::content_type);
    const error_code error = Run(options_.write_timeout, [&](auto done) {
      bhttp::async_write(*stream_, request, std::move(done));
    });
    if (error) return Broke(error);
    const absl::Status status = ReadFile(take);
    if (!status.ok()) Close();
    return status;
  }

  absl::Status Start(std::string_view path) {
    RETURN_IF_ERROR(Open());
    auto request = NewRequest<bhttp::empty_body>(path, "application/connect+proto");
    request.chunked(true);
    bhttp::request_serializer<bhttp::empty_body> serializer(request);
    const error_code error = Run(options_.write_timeout, [&](auto done) {
      bhttp::async_write_header(*stream_, serializer, std::move(done));
    });
    return error ? Broke(error) : absl::OkStatus();
  }

  absl::Status Send(std::string_view message) {
    if (!stream_) return absl::InternalError("no stream is open");
    const std::string header = EnvelopeHeader(0, message.size());
    const std::array<asio::const_buffer, 2> parts{asio::buffer(header),
                                                  asio::buffer(message.data(), message.size())};
    const error_code error = Run(options_.write_timeout, [&](auto done) {
      asio::async_write(*stream_, bhttp::make_chunk(parts), std::move(done));
    });
    return error ? WhyRefused(error) : absl::OkStatus();
  }

  absl::StatusOr<std::string> Finish() {
    if (!stream_) return absl::InternalError("no stream is open");
    const error_code error = Run(options_.write_timeout, [&](auto done) {
      asio::async_write(*stream_, bhttp::make_chunk_last(), std::move(done));
    });
    if (error) return WhyRefused(error);
    ASSIGN_OR_RETURN(const auto response, ReadResponse(options_.import_timeout));
    if (response.result() != bhttp::status::ok) return ErrorOf(response);
    return StreamAnswer(response.body());
  }

 private:
  using Response = bhttp::response<bhttp::string_body>;

  std::string Address() const { return fmt::format("{}:{}", options_.host, options_.port); }

  // Runs one asynchronous operation; `start` hands it the handler.
  template <class Start>
  error_code Run(absl::Duration timeout, Start start) {
    error_code result = asio::error::operation_aborted;
    stream_->expires_after(absl::ToChronoMilliseconds(timeout));
    start([&result](error_code error, auto&&...) { result = error; });
    io_.restart();
    io_.run();
    used_ = absl::Now();
    return result;
  }

  absl::Status Open() {
    if (stream_ && absl::Now() - used_ < kMaxIdle) return absl::OkStatus();
    Close();
    error_code error;
    tcp::resolver resolver(io_);
    const auto endpoints = resolver.resolve(options_.host, options_.port, error);
    if (!error) {
      stream_.emplace(io_);
      error = Run(options_.connect_timeout,
                  [&](auto done) { stream_->async_connect(endpoints, std::move(done)); });
    }
    if (error) {
      Close();
      return absl::UnavailableError(Tr(Text::kCannotReach, Address(), error.message()));
    }
    stream_->socket().set_option(tcp::no_delay(true), error);
    stream_->socket().set_option(asio::socket_base::keep_alive(true), error);
    return absl::OkStatus();
  }

  void Close() {
    stream_.reset();
    buffer_.clear();
  }

  template <class Body>
  bhttp::request<Body> NewRequest(std::string_view path, std::string_view content_type) {
    bhttp::request<Body> request(bhttp::verb::post, View(path), 11);
    request.set(bhttp::field::host, Address());
    request.set(bhttp::field::user_agent, "kefuctl");
    request.set(bhttp::field::content_type, View(content_type));
    request.set("Connect-Protocol-Version", "1");
    if (!options_.language.empty()) request.set(bhttp::field::accept_language, options_.language);
    if (!options_.token.empty())
      request.set(bhttp::field::authorization, "Bearer " + options_.token);
    return request;
  }

  absl::StatusOr<Response> ReadResponse(absl::Duration timeout) {
    bhttp::response_parser<bhttp::string_body> parser;
    parser.body_limit(kMaxAnswerBytes);
    parser.header_limit(kMaxHeaderBytes);
    const error_code error = Run(
        timeout, [&](auto done) { bhttp::async_read(*stream_, buffer_, parser, std::move(done)); });
    if (error) return Broke(error);
    if (!parser.get().keep_alive()) Close();
    return parser.release();
  }

  // Until everything is sent or the gateway has answered, which it does early to refuse.
  absl::Status SendFile(int64_t size, const ReadPiece& read) {
    std::vector<char> piece(kPieceBytes);
    for (int64_t sent = 0; sent < size;) {
      error_code error;
      if (stream_->socket().available(error) > 0) return absl::OkStatus();
      ASSIGN_OR_RETURN(const size_t got, read(piece.data(), piece.size()));
      if (got == 0 || static_cast<int64_t>(got) > size - sent)
        return absl::InternalError("the file has not the size that was said");
      error = Run(options_.write_timeout, [&](auto done) {
        asio::async_write(*stream_, asio::buffer(piece.data(), got), std::move(done));
      });
      if (error) return WhyRefused(error);
      sent += static_cast<int64_t>(got);
    }
    return absl::OkStatus();
  }

  absl::Status ReadFile(const TakePiece& take) {
    bhttp::response_parser<bhttp::string_body> parser;
    parser.body_limit(boost::none);
    parser.header_limit(kMaxHeaderBytes);
    while (!parser.is_done()) {
      const error_code error = Run(options_.call_timeout + options_.call_grace, [&](auto done) {
        bhttp::async_read_some(*stream_, buffer_, parser, std::move(done));
      });
      if (error) return Broke(error);
      std::string& body = parser.get().body();
      if (!parser.is_header_done() || parser.get().result() != bhttp::status::ok || body.empty()) {
        if (body.size() > kMaxAnswerBytes) return Unreadable("too long");
        continue;
      }
      RETURN_IF_ERROR(take(body, static_cast<int64_t>(parser.content_length().value_or(0))));
      body.clear();
    }
    if (parser.get().result() != bhttp::status::ok) return ErrorOf(parser.get());
    if (!parser.get().keep_alive()) Close();
    return absl::OkStatus();
  }

  // Hands on whole messages as they arrive, so that a long answer is never held whole.
  absl::Status ReadPieces(bhttp::response_parser<bhttp::string_body>& parser,
                          const std::function<absl::Status(std::string_view)>& take) {
    bool ended = false;
    while (!parser.is_done()) {
      const error_code error = Run(options_.call_timeout + options_.call_grace, [&](auto done) {
        bhttp::async_read_some(*stream_, buffer_, parser, std::move(done));
      });
      if (error) return Broke(error);
      if (!parser.is_header_done() || parser.get().result() != bhttp::status::ok) continue;
      std::string& body = parser.get().body();
      std::string_view rest = body;
      while (const auto envelope = TakeEnvelope(rest)) {
        if (ended || (envelope->flags != 0 && envelope->flags != kEndStream))
          return Unreadable("application/connect+proto");
        ended = envelope->flags == kEndStream;
        RETURN_IF_ERROR(ended ? EndOf(envelope->message) : take(envelope->message));
      }
      if (body.size() - rest.size() + kMaxAnswerBytes < body.size()) return Unreadable("too long");
      body.erase(0, body.size() - rest.size());
    }
    if (parser.get().result() != bhttp::status::ok) return ErrorOf(parser.get());
    return ended ? absl::OkStatus() : Unreadable("application/connect+proto");
  }

  struct EnvelopePart {
    uint8_t flags;
    std::string_view message;
  };
  // Takes the first envelope off; nothing when it is not whole.
  static std::optional<EnvelopePart> TakeEnvelope(std::string_view& bytes) {
    if (bytes.size() < kEnvelopeHeader) return std::nullopt;
    const auto byte = [&](int i) { return static_cast<size_t>(static_cast<uint8_t>(bytes[i])); };
    const size_t size = byte(1) << 24 | byte(2) << 16 | byte(3) << 8 | byte(4);
    if (bytes.size() - kEnvelopeHeader < size) return std::nullopt;
    const EnvelopePart part{static_cast<uint8_t>(byte(0)), bytes.substr(kEnvelopeHeader, size)};
    bytes.remove_prefix(kEnvelopeHeader + size);
    return part;
  }

  // What the end of a stream says.
  static absl::Status EndOf(std::string_view message) {
    const auto json = nlohmann::json::parse(message, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) return Unreadable("application/connect+proto");
    if (!json.contains("error")) return absl::OkStatus();
    auto status = StatusOf(json["error"]);
    return status && !status->ok() ? *std::move(status) : Unreadable("error");
  }

  // The gateway may have answered before it stopped reading; its reason is better than "broken
  // pipe".
  absl::Status WhyRefused(error_code error) {
    if (error != beast::error::timeout) {
      auto response = ReadResponse(options_.connect_timeout);
      Close();  // the request was not sent whole
      if (response.ok() && response->result() != bhttp::status::ok) return ErrorOf(*response);
      if (response.ok()) {
        const auto answer = StreamAnswer(response->body());
        if (!answer.ok()) return answer.status();
      }
    }
    return Broke(error);
  }

  absl::Status Broke(error_code error) {
    Close();
    const std::string text = Tr(Text::kConnectionBroke, Address(), error.message());
    return error == beast::error::timeout ? absl::DeadlineExceededError(text)
                                          : absl::UnavailableError(text);
  }

  absl::Status ErrorOf(const Response& response) const {
    const auto json = nlohmann::json::parse(response.body(), nullptr, /*allow_exceptions=*/false);
    if (auto status = StatusOf(json); status && !status->ok()) return *std::move(status);
    return absl::InternalError(Tr(Text::kNotAGateway, Address(), response.result_int()));
  }

  // The one message of a client stream's answer, or the error of its end.
  static absl::StatusOr<std::string> StreamAnswer(std::string_view body) {
    std::optional<std::string> answer;
    while (const auto envelope = TakeEnvelope(body)) {
      if (envelope->flags == kEndStream) {
        RETURN_IF_ERROR(EndOf(envelope->message));
        if (!answer) break;
        return *std::move(answer);
      }
      if (envelope->flags != 0 || answer) break;
      answer.emplace(envelope->message);
    }
    return Unreadable("application/connect+proto");
  }

  const ClientOptions options_;
  asio::io_context io_;
  std::optional<beast::tcp_stream> stream_;
  beast::flat_buffer buffer_;
  absl::Time used_ = absl::InfinitePast();
};

Client::Client(ClientOptions options)
    : connection_(std::make_unique<Connection>(std::move(options))) {}
Client::~Client() = default;

absl::StatusOr<std::string> Client::CallBytes(std::string_view path, std::string body) {
  return connection_->Call(path, std::move(body));
}
absl::Status Client::ReceiveBytes(std::string_view path, std::string body,
                                  const std::function<absl::Status(std::string_view)>& take) {
  return connection_->Receive(path, body, take);
}
absl::StatusOr<std::string> Client::PutFile(std::string_view target, std::string_view content_type,
                                            int64_t size, const ReadPiece& read) {
  return connection_->Put(target, content_type, size, read);
}
absl::Status Client::GetFile(std::string_view target, const TakePiece& take) {
  return connection_->Get(target, take);
}
absl::Status Client::StartBytes(std::string_view path) { return connection_->Start(path); }
absl::Status Client::SendBytes(std::string_view message) { return connection_->Send(message); }
absl::StatusOr<std::string> Client::FinishBytes() { return connection_->Finish(); }

absl::Status Client::Unreadable(std::string_view what) {
  return absl::InternalError(Tr(Text::kBadAnswer, what));
}

}  // namespace kefu::kefuctl
