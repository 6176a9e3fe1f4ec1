#include <filesystem>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "clients/kefuctl/data_sets.h"
#include "clients/kefuctl/i18n.h"
#include "common/money/money.h"

namespace kefu::kefuctl {
namespace {

namespace v1 = performance::v1;

constexpr int64_t kMaxNumber = 1'000'000;  // of an item or payment in its order

enum CustomerColumn { kCustomerKey, kCustomerUnique };
constexpr ColumnSpec kCustomerColumns[] = {{"customer_id", true},
                                           {"customer_unique_id", true},
                                           {"customer_zip_code_prefix"},
                                           {"customer_city"},
                                           {"customer_state"}};

enum ItemColumn { kItemOrder, kItemNumber, kProduct, kSeller, kShipLimit, kPrice, kFreight };
constexpr ColumnSpec kItemColumns[] = {
    {"order_id", true},     {"order_item_id", true},       {"product_id", true},
    {"seller_id"},          {"shipping_limit_date", true}, {"price", true},
    {"freight_value", true}};

enum PaymentColumn { kPaymentOrder, kPaymentNumber, kPaymentType, kInstallments, kPaymentValue };
constexpr ColumnSpec kPaymentColumns[] = {{"order_id", true},
                                          {"payment_sequential", true},
                                          {"payment_type"},
                                          {"payment_installments"},
                                          {"payment_value", true}};

enum OrderColumn {
  kOrderId,
  kOrderCustomer,
  kOrderStatus,
  kPurchased,
  kApproved,
  kToCarrier,
  kDelivered,
  kEstimated,
};
constexpr ColumnSpec kOrderColumns[] = {{"order_id", true},
                                        {"customer_id", true},
                                        {"order_status", true},
                                        {"order_purchase_timestamp", true},
                                        {"order_approved_at", true},
                                        {"order_delivered_carrier_date", true},
                                        {"order_delivered_customer_date", true},
                                        {"order_estimated_delivery_date", true}};
// Items and payments have no lines of their own in an order's answer.
constexpr std::pair<std::string_view, int> kOrderFields[] = {{"", kOrderId},
                                                             {"customer_id", kOrderCustomer},
                                                             {"create_time", kPurchased},
                                                             {"pay_time", kApproved},
                                                             {"ship_time", kToCarrier},
                                                             {"sign_time", kDelivered},
                                                             {"promise_time", kEstimated},
                                                             {"source_state", kOrderStatus}};

enum ReviewColumn { kReviewId, kReviewOrder, kScore, kTitle, kComment, kCreated, kAnswered };
constexpr ColumnSpec kReviewColumns[] = {{"review_id", true},
                                         {"order_id", true},
                                         {"review_score", true},
                                         {"review_comment_title"},
                                         {"review_comment_message"},
                                         {"review_creation_date", true},
                                         {"review_answer_timestamp", true}};
constexpr std::pair<std::string_view, int> kReviewFields[] = {
    {"", kReviewId},    {"order_id", kReviewOrder}, {"score", kScore},
    {"text", kComment}, {"create_time", kCreated},  {"answer_time", kAnswered}};

std::string PathIn(const std::string& folder, std::string_view name) {
  return (std::filesystem::path(folder) / fmt::format("olist_{}_dataset.csv", name)).string();
}

class Orders final : public RowSource<v1::OrderRow> {
 public:
  Orders(std::unique_ptr<CsvTable> orders, std::unique_ptr<CsvTable> customers,
         std::unique_ptr<CsvTable> items, std::unique_ptr<CsvTable> payments,
         const ShopLocale& locale)
      : RowSource(std::move(orders), locale, kOrderFields),
        customers_(std::move(customers)),
        items_(std::move(items)),
        payments_(std::move(payments)) {}

  absl::StatusOr<std::optional<v1::OrderRow>> Next(RowErrors& errors) override {
    if (!joined_) {
      RETURN_IF_ERROR(ReadCustomers(errors));
      RETURN_IF_ERROR(ReadItems(errors));
      RETURN_IF_ERROR(ReadPayments(errors));
      joined_ = true;
    }
    for (;;) {
      ASSIGN_OR_RETURN(auto fact, RowSource::Next(errors));
      if (!fact || !spoilt_.contains(fact->order().order_id())) return fact;
      errors.CountRejected();  // why was told with its item or payment
    }
  }

  int64_t bytes_read() const override { return Bytes(&CsvReader::bytes_read); }
  int64_t bytes_total() const override { return Bytes(&CsvReader::bytes_total); }

 private:
  struct Parts {
    std::vector<v1::OrderItem> items;
    // number → line
    std::map<int64_t, int64_t> item_lines, payment_lines;
    std::optional<Money> paid;
  };

  int64_t Bytes(int64_t (CsvReader::*count)() const) const {
    return (customers_->reader().*count)() + (items_->reader().*count)() +
           (payments_->reader().*count)() + (table().reader().*count)();
  }

  // Reads a file to its end: `take` for each row that can be read, order_id first.
  template <class Take>
  absl::Status ReadAll(CsvTable& table, RowErrors& errors, int order_column, Take take) {
    Row row;
    for (;;) {
      ASSIGN_OR_RETURN(const bool more, table.Next(&row, errors));
      if (!more) return absl::OkStatus();
      bool good = !row.broken();
      if (good) {
        Fields fields(row, table, locale(), errors);
        take(fields);
        good = fields.ok();
      }
      if (!good && order_column >= 0 && !row.Get(order_column).empty())
        spoilt_.emplace(row.Get(order_column));
    }
  }

  static void RefuseTwice(Fields& fields, int column, int64_t number,
                          std::map<int64_t, int64_t>& lines) {
    const auto [at, fresh] = lines.try_emplace(number, fields.line());
    if (!fresh) fields.Refuse(column, Tr(Text::kTwiceInFile, at->second));
  }

  absl::Status ReadCustomers(RowErrors& errors) {
    return ReadAll(*customers_, errors, -1, [&](Fields& fields) {
      const std::string key = fields.Id(kCustomerKey), unique = fields.Id(kCustomerUnique);
      if (!fields.ok()) return;
      const auto [at, fresh] = customer_of_.try_emplace(key, unique, fields.line());
      if (!fresh && at->second.first != unique)
        fields.Refuse(kCustomerKey, Tr(Text::kTwiceInFile, at->second.second));
    });
  }

  absl::Status ReadItems(RowErrors& errors) {
    return ReadAll(*items_, errors, kItemOrder, [&](Fields& fields) {
      Parts& parts = parts_[fields.Id(kItemOrder)];
      const int64_t number = fields.Integer(kItemNumber, 1, kMaxNumber);
      v1::OrderItem item;
      item.set_sku(fields.Id(kProduct));
      item.set_quantity(1);
      *item.mutable_ship_limit_time() = ToTimestamp(fields.Time(kShipLimit));
      *item.mutable_price() = fields.Money(fields.Amount(kPrice));
      *item.mutable_freight() = fields.Money(fields.Amount(kFreight));
      RefuseTwice(fields, kItemNumber, number, parts.item_lines);
      if (fields.ok()) parts.items.push_back(std::move(item));
    });
  }

  absl::Status ReadPayments(RowErrors& errors) {
    return ReadAll(*payments_, errors, kPaymentOrder, [&](Fields& fields) {
      Parts& parts = parts_[fields.Id(kPaymentOrder)];
      const int64_t number = fields.Integer(kPaymentNumber, 1, kMaxNumber);
      const Money amount{locale().currency, fields.Amount(kPaymentValue)};
      RefuseTwice(fields, kPaymentNumber, number, parts.payment_lines);
      if (!fields.ok()) return;
      const auto sum = Add(parts.paid.value_or(Money{locale().currency, 0}), amount);
      if (!sum.ok()) {
        fields.Refuse(kPaymentValue, Tr(Text::kMoneyTooLarge, fields.Get(kPaymentValue)));
      } else {
        parts.paid = *sum;
      }
    });
  }

  std::optional<v1::OrderRow> Convert(Fields& fields) override {
    v1::OrderRow fact;
    v1::Order& order = *fact.mutable_order();
    order.set_order_id(fields.Id(kOrderId));
    const std::string customer = fields.Id(kOrderCustomer);
    const auto known = customer_of_.find(customer);
    if (known != customer_of_.end()) {
      order.set_customer_id(known->second.first);
    } else if (!customer.empty()) {
      fields.Refuse(kOrderCustomer, Tr(Text::kNotInFile, customers_->file()));
    }
    order.set_source_state(fields.Text(kOrderStatus));
    const absl::Time purchased = fields.Time(kPurchased);
    *order.mutable_create_time() = ToTimestamp(purchased);
    const auto approved = fields.OptionalTime(kApproved);
    if (fields.ok() && approved && *approved < purchased)
      fields.Refuse(kApproved, Tr(Text::kTimeBefore, "order_purchase_timestamp"));
    if (const auto time = fields.OptionalTime(kToCarrier))
      *order.mutable_ship_time() = ToTimestamp(*time);
    if (const auto time = fields.OptionalTime(kDelivered))
      *order.mutable_sign_time() = ToTimestamp(*time);
    if (const auto time = fields.OptionalTime(kEstimated))
      *order.mutable_promise_time() = ToTimestamp(*time);
    const auto parts = parts_.find(order.order_id());
    if (parts == parts_.end()) return fact;
    for (const v1::OrderItem& item : parts->second.items) *order.add_items() = item;
    if (parts->second.paid) {
      *order.mutable_paid() = fields.Money(parts->second.paid->minor);
      if (approved) *order.mutable_pay_time() = ToTimestamp(*approved);
    }
    return fact;
  }

  const std::unique_ptr<CsvTable> customers_, items_, payments_;
  bool joined_ = false;
  std::unordered_map<std::string, std::pair<std::string, int64_t>> customer_of_;
  std::unordered_map<std::string, Parts> parts_;  // by order
  std::unordered_set<std::string> spoilt_;        // orders with a refused item or payment
};

class Reviews final : public RowSource<v1::ReviewRow> {
 public:
  using RowSource::RowSource;

 private:
  std::optional<v1::ReviewRow> Convert(Fields& fields) override {
    v1::ReviewRow fact;
    v1::Review& review = *fact.mutable_review();
    review.set_review_id(fields.Id(kReviewId));
    review.set_order_id(fields.Id(kReviewOrder));
    review.set_score(static_cast<int32_t>(fields.Integer(kScore, 1, 5)));
    review.set_text(fields.Text(kTitle));
    if (fields.Has(kTitle) && fields.Has(kComment)) review.mutable_text()->append("\n");
    review.mutable_text()->append(fields.Get(kComment));
    const absl::Time created = fields.Time(kCreated);
    *review.mutable_create_time() = ToTimestamp(created);
    if (const auto answered = fields.OptionalTime(kAnswered)) {
      if (fields.ok() && *answered < created)
        fields.Refuse(kAnswered, Tr(Text::kTimeBefore, "review_creation_date"));
      *review.mutable_answer_time() = ToTimestamp(*answered);
    }
    return fact;
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<FactSource<v1::OrderRow>>> OpenOlistOrders(
    const std::string& folder, const ShopLocale& locale) {
  ASSIGN_OR_RETURN(auto orders, CsvTable::Open(PathIn(folder, "orders"), ',', kOrderColumns));
  ASSIGN_OR_RETURN(auto customers,
                   CsvTable::Open(PathIn(folder, "customers"), ',', kCustomerColumns));
  ASSIGN_OR_RETURN(auto items, CsvTable::Open(PathIn(folder, "order_items"), ',', kItemColumns));
  ASSIGN_OR_RETURN(auto payments,
                   CsvTable::Open(PathIn(folder, "order_payments"), ',', kPaymentColumns));
  return std::make_unique<Orders>(std::move(orders), std::move(customers), std::move(items),
                                  std::move(payments), locale);
}

absl::StatusOr<std::unique_ptr<FactSource<v1::ReviewRow>>> OpenOlistReviews(
    const std::string& folder, const ShopLocale& locale) {
  ASSIGN_OR_RETURN(auto reviews,
                   CsvTable::Open(PathIn(folder, "order_reviews"), ',', kReviewColumns));
  return std::make_unique<Reviews>(std::move(reviews), locale, kReviewFields);
}

}  // namespace kefu::kefuctl
