// Files of evidence: PUT or POST /evidence?shop=<id>, GET /evidence/<reference>.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/obs/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "kefu/aftersales/v1/resources.pb.h"
#include "services/gateway/evidence/desk.h"
#include "services/gateway/http/session.h"
#include "services/gateway/http/session_call.h"

namespace kefu::gateway::http {

namespace asio = boost::asio;
using asio::awaitable;

namespace {

constexpr size_t kPieceBytes = 64 << 10;  // held of a file, in each direction
constexpr int kPayloadTooLarge = 413, kUnsupportedMediaType = 415;

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

beast::string_view Beast(std::string_view text) { return {text.data(), text.size()}; }

template <class Work>
awaitable<std::invoke_result_t<Work&>> Do(Work& work) {
  co_return work();
}

// Runs blocking work on the desk's threads; `work` stays with the caller, who goes on afterwards on
// its own strand.
template <class Work>
awaitable<std::invoke_result_t<Work&>> Blocking(evidence::Desk& desk, Work& work) {
  co_return co_await asio::co_spawn(desk.threads(), Do(work), asio::use_awaitable);
}

absl::Status NotConfigured() {
  return FailedPrecondition("EVIDENCE_STORE_NOT_CONFIGURED", "evidence",
                            "this gateway has no store for files of evidence");
}

std::optional<std::string> Unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    int byte = 0;
    const std::string digits(text.substr(i + 1, 2));
    if (digits.size() < 2 || !absl::SimpleHexAtoi(digits, &byte)) return std::nullopt;
    out.push_back(static_cast<char>(byte));
    i += 2;
  }
  return out;
}

// The shop that the query names. INVALID_FIELDS when it is not exactly that.
absl::StatusOr<std::string> ShopOf(std::string_view target) {
  FieldViolations violations;
  std::optional<std::string> shop;
  const size_t mark = target.find('?');
  const std::string query(mark == target.npos ? "" : target.substr(mark + 1));
  for (const std::string& part :
       std::vector<std::string>(absl::StrSplit(query, '&', absl::SkipEmpty()))) {
    constexpr std::string_view kShop = "shop=";
    if (!part.starts_with(kShop) || shop) {
      violations.Add("query", "knows shop only, once");
    } else {
      shop = Unescaped(std::string_view(part).substr(kShop.size()));
      violations.Check(shop.has_value(), "shop", "is badly escaped");
    }
  }
  if (violations.empty() && !shop)
    violations.Add("shop", "must be the id of the shop whose case the file is for");
  RETURN_IF_ERROR(violations.ToStatus());
  return *std::move(shop);
}

// As OpenCase takes it.
std::string Json(const evidence::Receipt& receipt) {
  aftersales::v1::Evidence proto;
  proto.set_reference(receipt.reference.Text());
  proto.set_sha256(receipt.reference.sha256);
  proto.set_size_bytes(receipt.size);
  proto.set_content_type(std::string(receipt.reference.type->name));
  const auto text = connect::FromBinary(aftersales::v1::Evidence::descriptor(),
                                        connect::Encoding::kJson, proto.SerializeAsString());
  return text.ok() ? *text : "{}";
}

}  // namespace

awaitable<bool> Session::AnswerPutEvidence(const Asked& asked, Header& header) {
  auto receipt = co_await PutEvidence(asked, header);
  if (!receipt.ok()) {
    const std::string reason = ReasonOf(receipt.status());
    const int status = reason == "EVIDENCE_TOO_LARGE"          ? kPayloadTooLarge
                       : reason == "EVIDENCE_TYPE_NOT_ALLOWED" ? kUnsupportedMediaType
                                                               : 0;
    co_return co_await SendError(asked, receipt.status(), status);
  }
  co_return co_await Send(asked, 200, "application/json", Json(*receipt));
}

awaitable<absl::StatusOr<evidence::Receipt>> Session::PutEvidence(const Asked& asked,
                                                                  Header& header) {
  evidence::Desk* const desk = shared_.options.evidence;
  if (desk == nullptr) co_return NotConfigured();
  auto ticket = desk->Admit();
  if (!ticket.ok()) {
    desk->Count("put", ticket.status(), 0);
    co_return ticket.status();
  }
  absl::StatusOr<evidence::Receipt> receipt =
      co_await ReceiveEvidence(asked, header, *desk, *ticket);
  desk->Count("put", receipt.status(), receipt.ok() ? receipt->size : 0);
  co_return receipt;
}

awaitable<absl::StatusOr<evidence::Receipt>> Session::ReceiveEvidence(const Asked& asked,
                                                                      Header& header,
                                                                      evidence::Desk& desk,
                                                                      evidence::Ticket& ticket) {
  const auto& request = header.get();
  const std::string_view encoding = View(request[bhttp::field::content_encoding]);
  if (!encoding.empty() && encoding != "identity") {
    co_return MakeError(absl::StatusCode::kUnimplemented, "COMPRESSION_UNKNOWN",
                        "a file must come as it is, not compressed for the way");
  }
  const auto options = OptionsOf(header, false);
  if (!options.ok()) co_return options.status();
  const auto shop = ShopOf(View(request.target()));
  if (!shop.ok()) co_return shop.status();
  evidence::Offer offer{.token = options->token,
                        .shop_id = *shop,
                        .content_type = std::string(View(request[bhttp::field::content_type])),
                        .length = std::nullopt};
  if (const auto length = header.content_length()) offer.length = *length;
  auto begin = [&] { return desk.Begin(ticket, offer); };
  auto upload = co_await Blocking(desk, begin);
  if (!upload.ok()) co_return upload.status();
  absl::Status read = co_await ReadEvidence(asked, header, desk, **upload);
  if (!read.ok()) co_return read;
  const auto cancelled = std::make_shared<evidence::CancelFlag>(false);
  const Call call(*this, [cancelled] { *cancelled = true; });
  WatchClient();
  auto finish = [&] { return (*upload)->Finish(*cancelled); };
  co_return co_await Blocking(desk, finish);
}

awaitable<absl::Status> Session::ReadEvidence(const Asked& asked, Header& header,
                                              evidence::Desk& desk, evidence::Upload& upload) {
  const absl::Time deadline = absl::Now() + desk.limits().max_time;
  co_await SendContinue(asked);
  bhttp::request_parser<bhttp::buffer_body> parser(std::move(header));
  parser.body_limit(boost::none);  // the upload knows its own
  std::vector<char> piece(kPieceBytes);
  while (!parser.is_done()) {
    parser.get().body().data = piece.data();
    parser.get().body().size = piece.size();
    boost::system::error_code error;
    StartTimeout();
    co_await bhttp::async_read(stream_, buffer_, parser,
                               asio::redirect_error(asio::use_awaitable, error));
    if (error && error != bhttp::error::need_buffer)
      co_return InvalidArgument("BAD_BODY", "", "the body ends early or is badly chunked");
    unread_ = !parser.is_done();
    if (absl::Now() > deadline) co_return DeadlineExceeded("the file came too slowly");
    const std::string_view bytes(piece.data(), piece.size() - parser.get().body().size);
    auto append = [&] { return upload.Append(bytes); };
    absl::Status written = co_await Blocking(desk, append);
    if (!written.ok()) co_return written;
  }
  unread_ = false;
  co_return absl::OkStatus();
}

awaitable<bool> Session::AnswerGetEvidence(const Asked& asked, Header& header) {
  evidence::Desk* const desk = shared_.options.evidence;
  if (desk == nullptr) co_return co_await SendError(asked, NotConfigured());
  auto ticket = desk->Admit();
  if (!ticket.ok()) {
    desk->Count("get", ticket.status(), 0);
    co_return co_await SendError(asked, ticket.status());
  }
  const auto options = OptionsOf(header, false);
  if (!options.ok()) co_return co_await SendError(asked, options.status());
  const std::string reference(
      View(header.get().target()).substr(std::string_view(kEvidenceFiles).size()));
  absl::StatusOr<evidence::Download> download;
  {
    const auto cancelled = std::make_shared<evidence::CancelFlag>(false);
    const Call call(*this, [cancelled] { *cancelled = true; });
    WatchClient();
    auto fetch = [&] { return desk->Fetch(*ticket, options->token, reference, *cancelled); };
    download = co_await Blocking(*desk, fetch);
  }
  desk->Count("get", download.status(), download.ok() ? download->file.size() : 0);
  if (!download.ok()) co_return co_await SendError(asked, download.status());
  co_return co_await SendEvidence(asked, *desk, *download);
}

awaitable<bool> Session::SendEvidence(const Asked& asked, evidence::Desk& desk,
                                      const evidence::Download& download) {
  const evidence::Reference& reference = download.reference;
  bhttp::response<bhttp::buffer_body> response(bhttp::status::ok, asked.version);
  response.set(bhttp::field::content_type, Beast(reference.type->name));
  response.set(bhttp::field::content_disposition, "attachment; filename=\"" + reference.sha256 +
                                                      "." + std::string(reference.type->extension) +
                                                      "\"");
  response.set("X-Content-Type-Options", "nosniff");
  response.set(bhttp::field::cache_control, "private, no-store");
  response.keep_alive(MayGoOn(asked));
  response.content_length(static_cast<uint64_t>(download.file.size()));
  response.body().data = nullptr;
  response.body().more = true;
  bhttp::response_serializer<bhttp::buffer_body> serializer(response);
  boost::system::error_code error;
  StartTimeout();
  co_await bhttp::async_write_header(stream_, serializer,
                                     asio::redirect_error(asio::use_awaitable, error));
  const absl::Time deadline = absl::Now() + desk.limits().max_time;
  std::vector<char> piece(kPieceBytes);
  for (int64_t sent = 0; !asked.head && !error && sent < download.file.size();) {
    auto read = [&] { return download.file.ReadAt(sent, piece.data(), piece.size()); };
    const auto got = co_await Blocking(desk, read);
    // Only the end of the connection can say it now.
    if (!got.ok() || *got == 0 || absl::Now() > deadline) co_return false;
    StartTimeout();
    co_await asio::async_write(stream_, asio::buffer(piece.data(), *got),
                               asio::redirect_error(asio::use_awaitable, error));
    sent += static_cast<int64_t>(*got);
  }
  co_return !error && response.keep_alive();
}

}  // namespace kefu::gateway::http
