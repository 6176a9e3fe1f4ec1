#include "clients/kefuctl/cases/olist_cases.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "clients/kefuctl/cases/sending.h"
#include "clients/kefuctl/data_sets.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/words.h"
#include "common/money/money.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "kefu/aftersales/v1/aftersales_service.pb.h"
#include "kefu/aftersales/v1/orders.pb.h"

namespace kefu::cases {
namespace {

namespace v1 = aftersales::v1;
namespace pf = performance::v1;
using kefuctl::Client;
using kefuctl::In;
using kefuctl::TimeOf;

constexpr kefuctl::Rpc<v1::PutOrdersRequest, v1::PutOrdersResponse> kPutOrders{
    "/kefu.aftersales.v1.OrderService/PutOrders"};
constexpr kefuctl::Rpc<v1::BatchQuoteCompensationRequest, v1::BatchQuoteCompensationResponse>
    kQuotes{"/kefu.aftersales.v1.AftersalesService/BatchQuoteCompensation"};
constexpr int kOrders = 500, kQuestions = 1000;  // of one call

struct LowReview {
  pf::Review review;
  int64_t line = 0;
};

// By when all of the order was to be shipped; nothing without items.
std::optional<absl::Time> ShipLimit(const pf::Order& order) {
  std::optional<absl::Time> limit;
  for (const pf::OrderItem& item : order.items()) {
    const absl::Time time = TimeOf(item.ship_limit_time());
    if (!limit || time < *limit) limit = time;
  }
  return limit;
}

bool IsLate(const pf::Order& order) {
  const auto limit = ShipLimit(order);
  return limit && order.has_ship_time() && TimeOf(order.ship_time()) > *limit;
}

void Raise(v1::Order& order, const google::protobuf::Timestamp& time) {
  if (TimeOf(order.update_time()) < TimeOf(time)) *order.mutable_update_time() = time;
}

// The order as after-sales takes it: items of one product are one line.
absl::StatusOr<v1::Order> OrderOf(const pf::Order& from, const std::string& shop_id,
                                  const std::string& currency) {
  v1::Order order;
  order.set_shop_id(shop_id);
  order.set_order_id(from.order_id());
  order.set_customer_id(from.customer_id());
  order.mutable_paid()->set_currency_code(currency);
  order.mutable_paid()->set_minor_units(from.paid().minor_units());
  *order.mutable_create_time() = from.create_time();
  *order.mutable_update_time() = from.create_time();
  if (from.has_pay_time()) *order.mutable_pay_time() = from.pay_time();
  if (from.has_ship_time()) *order.mutable_ship_time() = from.ship_time();
  if (from.has_sign_time()) *order.mutable_sign_time() = from.sign_time();
  if (const auto limit = ShipLimit(from)) {
    *order.mutable_promised_ship_time() = kefuctl::ToTimestamp(*limit);
  }
  for (const auto* time : {&order.pay_time(), &order.ship_time(), &order.sign_time()}) {
    Raise(order, *time);
  }
  Money freight{currency, 0};
  std::map<std::string, v1::OrderLine> lines;
  for (const pf::OrderItem& item : from.items()) {
    v1::OrderLine& line = lines[item.sku()];
    line.set_sku(item.sku());
    line.set_quantity(line.quantity() + item.quantity());
    ASSIGN_OR_RETURN(const Money price, Add({currency, line.price().minor_units()},
                                            {currency, item.price().minor_units()}));
    line.mutable_price()->set_currency_code(currency);
    line.mutable_price()->set_minor_units(price.minor);
    ASSIGN_OR_RETURN(freight, Add(freight, {currency, item.freight().minor_units()}));
  }
  for (auto& [sku, line] : lines) *order.add_lines() = std::move(line);
  // A voucher may have paid for more than the goods; freight is a part of what was paid.
  order.mutable_freight()->set_currency_code(currency);
  order.mutable_freight()->set_minor_units(std::min(freight.minor, from.paid().minor_units()));
  return order;
}

class OlistImport {
 public:
  OlistImport(kefuctl::Context& context, Client& client, kefuctl::ShopRef shop,
              const std::string& folder, bool validate_only)
      : client_(client),
        shop_(std::move(shop)),
        validate_only_(validate_only),
        context_(context),
        sending_(context, client, shop_.shop_id, folder, validate_only) {}

  absl::Status Run(const std::string& folder, const std::string& errors_file, int low_score) {
    ASSIGN_OR_RETURN(const auto orders, kefuctl::OpenOlistOrders(folder, shop_.locale));
    ASSIGN_OR_RETURN(const auto reviews, kefuctl::OpenOlistReviews(folder, shop_.locale));
    RETURN_IF_ERROR(sending_.Begin(errors_file));
    RETURN_IF_ERROR(ReadReviews(*reviews, low_score));
    RETURN_IF_ERROR(ReadOrders(*orders));
    RETURN_IF_ERROR(TellOrders());
    RETURN_IF_ERROR(SendClaims());
    RETURN_IF_ERROR(SendComplaints());
    return End();
  }

 private:
  absl::Status ReadReviews(kefuctl::FactSource<pf::ReviewRow>& source, int low_score) {
    for (;;) {
      ASSIGN_OR_RETURN(auto row, source.Next(sending_.errors()));
      if (!row) return absl::OkStatus();
      if (row->review().score() > low_score) continue;
      wanted_.insert(row->review().order_id());
      reviews_.push_back({std::move(*row->mutable_review()), row->line()});
    }
  }

  absl::Status ReadOrders(kefuctl::FactSource<pf::OrderRow>& source) {
    int64_t rows = 0;
    for (;;) {
      ASSIGN_OR_RETURN(auto row, source.Next(sending_.errors()));
      if (!row) return absl::OkStatus();
      sending_.progress().Update(++rows, source.bytes_read(), source.bytes_total());
      const pf::Order& order = row->order();
      const bool late = IsLate(order);
      // An order without items is no order that after-sales takes; its complaint names none.
      if ((!late && !wanted_.contains(order.order_id())) || order.items().empty()) continue;
      ASSIGN_OR_RETURN(v1::Order told, OrderOf(order, shop_.shop_id, shop_.locale.currency));
      if (late) late_.push_back({told, row->line()});
      orders_.emplace(told.order_id(), std::move(told));
    }
  }

  absl::Status TellOrders() {
    sending_.progress().Say(In("登记订单…", "Telling the orders…"));
    v1::PutOrdersRequest request;
    const auto send = [&]() -> absl::Status {
      if (validate_only_ || request.orders().empty()) return absl::OkStatus();
      ASSIGN_OR_RETURN(const auto response, client_.Call(kPutOrders, request));
      for (const v1::PutOrderResult& result : response.results()) {
        if (result.outcome() == v1::PUT_ORDER_OUTCOME_CONFLICT) {
          sending_.errors().Note(
              fmt::format(fmt::runtime(In("订单 {} 与已登记的不同（{}），未更改",
                                          "order {} is kept otherwise ({}), and was not changed")),
                          result.order_id(), fmt::join(result.different_fields(), ", ")));
        }
        if (result.outcome() != v1::PUT_ORDER_OUTCOME_REFUSED) continue;
        sending_.errors().Note(
            fmt::format("{}: {}", result.order_id(),
                        kefuctl::Explained(result.error_reason(), result.error_description())));
        sending_.errors().CountRejected();
      }
      request.clear_orders();
      return absl::OkStatus();
    };
    for (auto& [id, order] : orders_) {
      *request.add_orders() = order;
      if (request.orders_size() < kOrders) continue;
      RETURN_IF_ERROR(send());
    }
    return send();
  }

  // A case of that kind; it is received when it is taken in, since nobody claimed anything then.
  // What it says is the same in every language: it is known by that when it comes again.
  v1::Case NewCase(v1::CaseKind kind, std::string external_id) const {
    v1::Case record;
    record.set_kind(kind);
    record.set_channel(v1::CASE_CHANNEL_CHAT);
    record.set_external_id(std::move(external_id));
    *record.mutable_receive_time() = kefuctl::ToTimestamp(start_);
    return record;
  }

  std::string Shown(const google::protobuf::Timestamp& time) const {
    return kefuctl::ShownTime(time, shop_.locale.zone);
  }

  absl::Status SendClaims() {
    for (const auto& [order, line] : late_) {
      IntakeRow row{.line = line, .own_time = true};
      v1::Case& record = *row.row.mutable_case_() =
          NewCase(v1::CASE_KIND_LATE_SHIPMENT, "olist-late-" + order.order_id());
      record.set_order_id(order.order_id());
      record.set_problem(fmt::format("承诺发货 Promised {}\n交给承运商 Shipped {}",
                                     Shown(order.promised_ship_time()), Shown(order.ship_time())));
      RETURN_IF_ERROR(sending_.Add(std::move(row), 0));
    }
    RETURN_IF_ERROR(sending_.Flush());
    RETURN_IF_ERROR(QuoteClaims());
    sending_.Tell("claims");
    return absl::OkStatus();
  }

  absl::Status QuoteClaims() {
    v1::BatchQuoteCompensationRequest request;
    const auto ask = [&]() -> absl::Status {
      if (request.requests().empty()) return absl::OkStatus();
      ASSIGN_OR_RETURN(const auto response, client_.Call(kQuotes, request));
      for (const v1::CompensationQuote& quote : response.quotes()) {
        if (!quote.error_reason().empty()) {
          return absl::FailedPreconditionError(
              fmt::format("{}: {}", quote.order_id(),
                          kefuctl::Explained(quote.error_reason(), quote.error_description())));
        }
        ASSIGN_OR_RETURN(owed_, Add(owed_, {quote.compensation().amount().currency_code(),
                                            quote.compensation().amount().minor_units()}));
      }
      request.clear_requests();
      return absl::OkStatus();
    };
    for (const auto& [order, line] : late_) {
      v1::QuoteCompensationRequest& question = *request.add_requests();
      question.set_kind(v1::COMPENSATION_KIND_LATE_SHIPMENT);
      question.set_shop_id(shop_.shop_id);
      question.set_order_id(order.order_id());
      *question.mutable_paid() = order.paid();
      if (request.requests_size() < kQuestions) continue;
      RETURN_IF_ERROR(ask());
    }
    return ask();
  }

  absl::Status SendComplaints() {
    for (LowReview& low : reviews_) {
      pf::Review& review = low.review;
      IntakeRow row{.line = low.line, .own_time = true};
      v1::Case& record = *row.row.mutable_case_() =
          NewCase(v1::CASE_KIND_SERVICE_COMPLAINT,
                  fmt::format("olist-review-{}-{}", review.review_id(), review.order_id()));
      if (orders_.contains(review.order_id())) record.set_order_id(review.order_id());
      record.set_problem(fmt::format("评价 Review {}/5", review.score()) +
                         (review.text().empty() ? "" : "\n" + review.text()));
      RETURN_IF_ERROR(sending_.Add(std::move(row), 0));
    }
    return sending_.Flush();
  }

  absl::Status End() {
    sending_.json()["late_shipments"] = late_.size();
    sending_.json()["late_compensation_minor"] = owed_.minor;
    sending_.json()["low_reviews"] = reviews_.size();
    if (!context_.json()) {
      context_.Print(
          fmt::format(fmt::runtime(In("晚发货 {} 单，应赔 {}；差评 {} 条\n",
                                      "{} late shipments, {} owed for them; {} low reviews\n")),
                      late_.size(), Format(owed_), reviews_.size()));
    }
    return sending_.End("complaints");
  }

  Client& client_;
  const kefuctl::ShopRef shop_;
  const bool validate_only_;
  kefuctl::Context& context_;
  Sending sending_;
  const absl::Time start_ = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()) - 1);
  std::unordered_set<std::string> wanted_;
  std::vector<LowReview> reviews_;
  std::vector<std::pair<v1::Order, int64_t>> late_;  // with its line
  std::map<std::string, v1::Order> orders_;
  Money owed_{shop_.locale.currency, 0};
};

}  // namespace

absl::Status ImportOlistCases(kefuctl::Context& context, const std::string& folder,
                              const std::string& shop, const std::string& errors_file,
                              int low_score, bool validate_only) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto found, kefuctl::FindShop(*client, shop.empty() ? "olist" : shop));
  ASSIGN_OR_RETURN(auto ready, kefuctl::ReadyShop(*client, found));
  return OlistImport(context, *client, std::move(ready), folder, validate_only)
      .Run(folder, errors_file, low_score);
}

}  // namespace kefu::cases
