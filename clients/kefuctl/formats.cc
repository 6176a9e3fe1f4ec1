#include "clients/kefuctl/formats.h"

#include <array>
#include <map>
#include <vector>

#include "clients/kefuctl/format_examples.h"
#include "clients/kefuctl/people_formats.h"
#include "common/status/status_macros.h"

namespace kefu::kefuctl {
namespace {

namespace v1 = performance::v1;

constexpr int kMaxMessages = 2000, kMaxItems = 1000;   // the services' own limits
constexpr int64_t kMaxHandleSeconds = 31 * 24 * 3600;  // as a conversation may last
constexpr int64_t kMaxQuantity = 1'000'000'000;
constexpr size_t kScoreDecimals = 2;
constexpr int64_t kFullCentipoints = 10'000;           // 100 points
constexpr int64_t kMaxDailyCount = 1'000'000'000'000;  // the service's own limit

constexpr std::pair<std::string_view, int> kSides[] = {
    {"customer", v1::SIDE_CUSTOMER}, {"agent", v1::SIDE_AGENT}, {"robot", v1::SIDE_ROBOT},
    {"顾客", v1::SIDE_CUSTOMER},     {"客服", v1::SIDE_AGENT},  {"机器人", v1::SIDE_ROBOT}};
constexpr std::pair<std::string_view, int> kChannels[] = {
    {"chat", v1::CHANNEL_CHAT},   {"telephone", v1::CHANNEL_TELEPHONE},
    {"email", v1::CHANNEL_EMAIL}, {"work_order", v1::CHANNEL_WORK_ORDER},
    {"聊天", v1::CHANNEL_CHAT},   {"电话", v1::CHANNEL_TELEPHONE},
    {"邮件", v1::CHANNEL_EMAIL},  {"工单", v1::CHANNEL_WORK_ORDER}};
constexpr std::pair<std::string_view, int> kExclusions[] = {
    {"advertisement", v1::EXCLUSION_ADVERTISEMENT},
    {"fraud", v1::EXCLUSION_FRAUD},
    {"广告", v1::EXCLUSION_ADVERTISEMENT},
    {"刷单", v1::EXCLUSION_FRAUD}};

// --- columns ---

enum ConversationColumn {
  kConversationId,
  kCustomerId,
  kTime,
  kSide,
  kAgentId,
  kText,
  kHandleSeconds,
  kChannel,
  kExclusion,
  kRating,
  kTopic,
};
constexpr FormatColumn kConversationColumns[] = {
    {{"conversation_id", true}, true, Text::kColConversationId},
    {{"customer_id", true}, true, Text::kColCustomerId},
    {{"time", true}, true, Text::kColMessageTime},
    {{"side", true}, true, Text::kColSide},
    {{"agent_id"}, false, Text::kColAgentId},
    {{"text"}, false, Text::kColText},
    {{"handle_seconds"}, false, Text::kColHandleSeconds},
    {{"channel"}, false, Text::kColChannel},
    {{"exclusion"}, false, Text::kColExclusion},
    {{"rating"}, false, Text::kColRating},
    {{"topic"}, false, Text::kColTopic},
};
constexpr std::pair<std::string_view, int> kConversationFields[] = {
    {"", kConversationId},
    {"customer_id", kCustomerId},
    {"messages", kTime},
    {"messages.side", kSide},
    {"messages.agent_id", kAgentId},
    {"messages.text", kText},
    {"handlings", kHandleSeconds},
    {"handlings.agent_id", kAgentId},
    {"channel", kChannel},
    {"exclusion", kExclusion},
    {"rating", kRating},
    {"topic", kTopic}};

enum OrderColumn {
  kOrderId,
  kBuyerId,
  kCreateTime,
  kPayTime,
  kShipTime,
  kSignTime,
  kPromiseTime,
  kPaid,
  kNewBuyer,
  kOrderExclusion,
  kSourceState,
  kSku,
  kCategory,
  kQuantity,
  kPrice,
  kFreight,
  kShipLimitTime,
};
constexpr FormatColumn kOrderColumns[] = {
    {{"order_id", true}, true, Text::kColOrderIdOfLines},
    {{"customer_id", true}, true, Text::kColCustomerId},
    {{"create_time", true}, true, Text::kColCreateTime},
    {{"pay_time"}, false, Text::kColPayTime},
    {{"ship_time"}, false, Text::kColShipTime},
    {{"sign_time"}, false, Text::kColSignTime},
    {{"promise_time"}, false, Text::kColPromiseTime},
    {{"paid"}, false, Text::kColPaid},
    {{"new_buyer"}, false, Text::kColNewBuyer},
    {{"exclusion"}, false, Text::kColExclusion},
    {{"source_state"}, false, Text::kColSourceState},
    {{"sku"}, false, Text::kColSku},
    {{"category"}, false, Text::kColCategory},
    {{"quantity"}, false, Text::kColQuantity},
    {{"price"}, false, Text::kColPrice},
    {{"freight"}, false, Text::kColFreight},
    {{"ship_limit_time"}, false, Text::kColShipLimitTime},
};
constexpr std::pair<std::string_view, int> kOrderFields[] = {
    {"", kOrderId},
    {"customer_id", kBuyerId},
    {"create_time", kCreateTime},
    {"pay_time", kPayTime},
    {"ship_time", kShipTime},
    {"sign_time", kSignTime},
    {"promise_time", kPromiseTime},
    {"paid", kPaid},
    {"exclusion", kOrderExclusion},
    {"source_state", kSourceState},
    {"items", kSku},
    {"items.category", kCategory},
    {"items.quantity", kQuantity},
    {"items.price", kPrice},
    {"items.freight", kFreight},
    {"items.ship_limit_time", kShipLimitTime}};

enum RefundColumn { kRefundId, kRefundOrderId, kRefundTime, kAmount, kReason };
constexpr FormatColumn kRefundColumns[] = {
    {{"refund_id", true}, true, Text::kColRefundId},
    {{"order_id", true}, true, Text::kColOrderId},
    {{"refund_time", true}, true, Text::kColRefundTime},
    {{"amount", true}, true, Text::kColAmount},
    {{"reason"}, false, Text::kColReason},
};
constexpr std::pair<std::string_view, int> kRefundFields[] = {{"", kRefundId},
                                                              {"order_id", kRefundOrderId},
                                                              {"refund_time", kRefundTime},
                                                              {"amount", kAmount},
                                                              {"reason", kReason}};

enum PaymentColumn { kPaymentId, kPaymentOrderId, kPaymentTime, kPaymentAmount, kDeposit };
constexpr FormatColumn kPaymentColumns[] = {
    {{"payment_id", true}, true, Text::kColPaymentId},
    {{"order_id", true}, true, Text::kColOrderId},
    {{"pay_time", true}, true, Text::kColPayTime},
    {{"amount", true}, true, Text::kColPaymentAmount},
    {{"deposit"}, false, Text::kColDeposit},
};
constexpr std::pair<std::string_view, int> kPaymentFields[] = {{"", kPaymentId},
                                                               {"order_id", kPaymentOrderId},
                                                               {"pay_time", kPaymentTime},
                                                               {"amount", kPaymentAmount},
                                                               {"deposit", kDeposit}};

enum ReviewColumn { kReviewId, kReviewOrderId, kScore, kReviewText, kReviewTime, kAnswerTime };
constexpr FormatColumn kReviewColumns[] = {
    {{"review_id", true}, true, Text::kColReviewId},
    {{"order_id", true}, true, Text::kColOrderId},
    {{"score", true}, true, Text::kColScore},
    {{"text"}, false, Text::kColText},
    {{"create_time", true}, true, Text::kColReviewTime},
    {{"answer_time"}, false, Text::kColAnswerTime},
};
constexpr std::pair<std::string_view, int> kReviewFields[] = {
    {"", kReviewId},       {"order_id", kReviewOrderId}, {"score", kScore},
    {"text", kReviewText}, {"create_time", kReviewTime}, {"answer_time", kAnswerTime}};

enum VisitsColumn { kVisitsDay, kVisits, kClicks, kAdOrders, kAdSpend };
constexpr FormatColumn kVisitsColumns[] = {
    {{"day", true}, true, Text::kColVisitsDay}, {{"visits"}, false, Text::kColVisits},
    {{"clicks"}, false, Text::kColClicks},      {{"ad_orders"}, false, Text::kColAdOrders},
    {{"ad_spend"}, false, Text::kColAdSpend},
};
constexpr std::pair<std::string_view, int> kVisitsFields[] = {
    {"", kVisitsDay},    {"day", kVisitsDay},      {"visits", kVisits},
    {"clicks", kClicks}, {"ad_orders", kAdOrders}, {"ad_spend", kAdSpend}};

enum RatingColumn { kRatedConversation, kRatingScore, kRateTime };
constexpr FormatColumn kRatingColumns[] = {
    {{"conversation_id", true}, true, Text::kColRatedConversation},
    {{"score", true}, true, Text::kColRatingScore},
    {{"rate_time"}, false, Text::kColRateTime},
};
constexpr std::pair<std::string_view, int> kRatingFields[] = {
    {"", kRatedConversation}, {"score", kRatingScore}, {"rate_time", kRateTime}};

enum InspectionColumn {
  kSourceId,
  kInspectedConversation,
  kInspectedAgent,
  kInspector,
  kInspectTime,
  kInspectionScore,
  kInaccurate,
  kImpolite,
  kInspectionNote,
};
constexpr FormatColumn kInspectionColumns[] = {
    {{"inspection_id", true}, true, Text::kColInspectionId},
    {{"conversation_id", true}, true, Text::kColRatedConversation},
    {{"agent_id", true}, true, Text::kColInspectedAgent},
    {{"inspector", true}, true, Text::kColInspector},
    {{"inspect_time", true}, true, Text::kColInspectTime},
    {{"score", true}, true, Text::kColInspectionScore},
    {{"inaccurate"}, false, Text::kColInaccurate},
    {{"impolite"}, false, Text::kColImpolite},
    {{"note"}, false, Text::kColInspectionNote},
};
constexpr std::pair<std::string_view, int> kInspectionFields[] = {
    {"", kSourceId},
    {"source_id", kSourceId},
    {"conversation_id", kInspectedConversation},
    {"agent_id", kInspectedAgent},
    {"inspector", kInspector},
    {"inspect_time", kInspectTime},
    {"centipoints", kInspectionScore},
    {"note", kInspectionNote}};

// --- rows to facts ---

// Columns that tell about the whole fact: on each of its rows the same, or empty.
class SharedColumns {
 public:
  void Clear() { seen_.clear(); }
  // Whether the row holds the column, as the rows before do.
  bool Holds(Fields& fields, int column) {
    if (!fields.Has(column)) return false;
    const auto [at, fresh] = seen_.try_emplace(column, fields.Text(column), fields.line());
    if (fresh || at->second.first == fields.Get(column)) return true;
    fields.Refuse(column, Tr(Text::kDiffersFromLine, at->second.second));
    return false;
  }

 private:
  std::map<int, std::pair<std::string, int64_t>> seen_;
};

class Conversations final : public GroupSource<v1::ConversationRow> {
 public:
  using GroupSource::GroupSource;

 private:
  void Add(Fields& fields, v1::ConversationRow& fact) override {
    v1::Conversation& conversation = *fact.mutable_conversation();
    if (conversation.conversation_id().empty()) {
      shared_.Clear();
      conversation.set_conversation_id(fields.Id(kConversationId));
      if (!fields.Has(kCustomerId)) fields.Id(kCustomerId);  // refuses
    }
    AddShared(fields, conversation);
    if (conversation.messages_size() >= kMaxMessages)
      return fields.Refuse(kConversationId, Tr(Text::kTooManyMessages, kMaxMessages));
    const absl::Time time = fields.Time(kTime);
    const bool time_good = fields.ok();
    const int side = fields.Word(kSide, kSides, "customer, agent, robot");
    const bool customer = side == v1::SIDE_CUSTOMER;
    // On a customer's line: who had the conversation from then on, answering or not.
    if (customer && fields.Has(kAgentId) != fields.Has(kHandleSeconds))
      fields.Refuse(kHandleSeconds, Tr(Text::kAssignedTogether));
    if (side == v1::SIDE_ROBOT && fields.Has(kHandleSeconds))
      fields.Refuse(kHandleSeconds, Tr(Text::kNotForRobot));
    const std::string agent_id = fields.OptionalId(kAgentId);
    const int64_t seconds = fields.OptionalInteger(kHandleSeconds, 0, kMaxHandleSeconds, -1);
    if (time_good && conversation.messages_size() > 0 && time < last_time_)
      fields.Refuse(kTime, Tr(Text::kTimeOrder, last_line_));
    last_time_ = time;
    last_line_ = fields.line();
    v1::Message& message = *conversation.add_messages();
    *message.mutable_send_time() = ToTimestamp(time);
    message.set_side(static_cast<v1::Side>(side));
    if (!customer) message.set_agent_id(agent_id);
    message.set_text(fields.Text(kText));
    if (side != v1::SIDE_ROBOT && seconds >= 0) {
      v1::Handling& handling = *conversation.add_handlings();
      handling.set_agent_id(agent_id);
      *handling.mutable_start_time() = message.send_time();
      *handling.mutable_end_time() = ToTimestamp(time + absl::Seconds(seconds));
    }
  }

  void AddShared(Fields& fields, v1::Conversation& conversation) {
    if (shared_.Holds(fields, kCustomerId)) conversation.set_customer_id(fields.Id(kCustomerId));
    if (shared_.Holds(fields, kChannel))
      conversation.set_channel(static_cast<v1::Channel>(
          fields.OptionalWord(kChannel, kChannels, "chat, telephone, email, work_order")));
    if (shared_.Holds(fields, kExclusion))
      conversation.set_exclusion(static_cast<v1::Exclusion>(
          fields.OptionalWord(kExclusion, kExclusions, "advertisement, fraud")));
    if (shared_.Holds(fields, kRating))
      conversation.set_rating(static_cast<int32_t>(fields.OptionalInteger(kRating, 1, 5, 0)));
    if (shared_.Holds(fields, kTopic)) conversation.set_topic(fields.Text(kTopic));
  }

  SharedColumns shared_;
  absl::Time last_time_;
  int64_t last_line_ = 0;
};

class Orders final : public GroupSource<v1::OrderRow> {
 public:
  using GroupSource::GroupSource;

 private:
  void Add(Fields& fields, v1::OrderRow& fact) override {
    v1::Order& order = *fact.mutable_order();
    if (order.order_id().empty()) {
      shared_.Clear();
      order.set_order_id(fields.Id(kOrderId));
      if (!fields.Has(kBuyerId)) fields.Id(kBuyerId);  // refuses
      if (!fields.Has(kCreateTime)) fields.Time(kCreateTime);
    }
    AddShared(fields, order);
    constexpr int kItemColumns[] = {kSku, kCategory, kQuantity, kPrice, kFreight, kShipLimitTime};
    bool item = false;
    for (const int column : kItemColumns) item = item || fields.Has(column);
    if (!item) return;
    if (order.items_size() >= kMaxItems)
      return fields.Refuse(kOrderId, Tr(Text::kTooManyItems, kMaxItems));
    v1::OrderItem& line = *order.add_items();
    line.set_sku(fields.Id(kSku));
    line.set_category(fields.Text(kCategory));
    line.set_quantity(fields.OptionalInteger(kQuantity, 1, kMaxQuantity, 1));
    if (const auto price = fields.OptionalAmount(kPrice))
      *line.mutable_price() = fields.Money(*price);
    if (const auto freight = fields.OptionalAmount(kFreight))
      *line.mutable_freight() = fields.Money(*freight);
    if (const auto limit = fields.OptionalTime(kShipLimitTime))
      *line.mutable_ship_limit_time() = ToTimestamp(*limit);
  }

  void AddShared(Fields& fields, v1::Order& order) {
    const auto time = [&](int column, google::protobuf::Timestamp* (v1::Order::*field)()) {
      if (!shared_.Holds(fields, column)) return;
      if (const auto value = fields.OptionalTime(column)) *(order.*field)() = ToTimestamp(*value);
    };
    if (shared_.Holds(fields, kBuyerId)) order.set_customer_id(fields.Id(kBuyerId));
    time(kCreateTime, &v1::Order::mutable_create_time);
    time(kPayTime, &v1::Order::mutable_pay_time);
    time(kShipTime, &v1::Order::mutable_ship_time);
    time(kSignTime, &v1::Order::mutable_sign_time);
    time(kPromiseTime, &v1::Order::mutable_promise_time);
    if (fields.ok() && fields.Has(kPayTime) &&
        TimeOf(order.pay_time()) < TimeOf(order.create_time())) {
      fields.Refuse(kPayTime, Tr(Text::kTimeBefore, "create_time"));
    }
    if (shared_.Holds(fields, kPaid)) {
      if (const auto paid = fields.OptionalAmount(kPaid))
        *order.mutable_paid() = fields.Money(*paid);
    }
    if (shared_.Holds(fields, kNewBuyer)) order.set_new_buyer(fields.OptionalBool(kNewBuyer));
    if (shared_.Holds(fields, kOrderExclusion))
      order.set_exclusion(static_cast<v1::Exclusion>(
          fields.OptionalWord(kOrderExclusion, kExclusions, "advertisement, fraud")));
    if (shared_.Holds(fields, kSourceState)) order.set_source_state(fields.Text(kSourceState));
  }

  SharedColumns shared_;
};

class Refunds final : public RowSource<v1::RefundRow> {
 public:
  using RowSource::RowSource;

 private:
  std::optional<v1::RefundRow> Convert(Fields& fields) override {
    v1::RefundRow fact;
    v1::Refund& refund = *fact.mutable_refund();
    refund.set_refund_id(fields.Id(kRefundId));
    refund.set_order_id(fields.Id(kRefundOrderId));
    *refund.mutable_refund_time() = ToTimestamp(fields.Time(kRefundTime));
    const bool good = fields.ok();
    const int64_t amount = fields.Amount(kAmount);
    if (good && fields.ok() && amount == 0) fields.Refuse(kAmount, Tr(Text::kZeroMoney));
    *refund.mutable_amount() = fields.Money(amount);
    refund.set_reason(fields.Text(kReason));
    return fact;
  }
};

class Payments final : public RowSource<v1::PaymentRow> {
 public:
  using RowSource::RowSource;

 private:
  std::optional<v1::PaymentRow> Convert(Fields& fields) override {
    v1::PaymentRow fact;
    v1::Payment& payment = *fact.mutable_payment();
    payment.set_payment_id(fields.Id(kPaymentId));
    payment.set_order_id(fields.Id(kPaymentOrderId));
    *payment.mutable_pay_time() = ToTimestamp(fields.Time(kPaymentTime));
    *payment.mutable_amount() = fields.Money(fields.Amount(kPaymentAmount));
    payment.set_deposit(fields.OptionalBool(kDeposit));
    return fact;
  }
};

class Reviews final : public RowSource<v1::ReviewRow> {
 public:
  using RowSource::RowSource;

 private:
  std::optional<v1::ReviewRow> Convert(Fields& fields) override {
    v1::ReviewRow fact;
    v1::Review& review = *fact.mutable_review();
    review.set_review_id(fields.Id(kReviewId));
    review.set_order_id(fields.Id(kReviewOrderId));
    review.set_score(static_cast<int32_t>(fields.Integer(kScore, 1, 5)));
    review.set_text(fields.Text(kReviewText));
    const absl::Time created = fields.Time(kReviewTime);
    *review.mutable_create_time() = ToTimestamp(created);
    if (const auto answered = fields.OptionalTime(kAnswerTime)) {
      if (fields.ok() && *answered < created)
        fields.Refuse(kAnswerTime, Tr(Text::kTimeBefore, "create_time"));
      *review.mutable_answer_time() = ToTimestamp(*answered);
    }
    return fact;
  }
};

class Visits final : public RowSource<v1::DailyVisitsRow> {
 public:
  using RowSource::RowSource;

 private:
  std::optional<v1::DailyVisitsRow> Convert(Fields& fields) override {
    v1::DailyVisitsRow fact;
    v1::DailyVisits& visits = *fact.mutable_visits();
    *visits.mutable_day() = fields.Day(kVisitsDay);
    visits.set_visits(fields.OptionalInteger(kVisits, 0, kMaxDailyCount, 0));
    visits.set_clicks(fields.OptionalInteger(kClicks, 0, kMaxDailyCount, 0));
    visits.set_ad_orders(fields.OptionalInteger(kAdOrders, 0, kMaxDailyCount, 0));
    if (fields.ok() && visits.ad_orders() > visits.clicks())
      fields.Refuse(kAdOrders, Tr(Text::kMoreThanClicks));
    if (const auto spend = fields.OptionalAmount(kAdSpend))
      *visits.mutable_ad_spend() = fields.Money(*spend);
    return fact;
  }
};

class Ratings final : public RowSource<v1::RatingRow> {
 public:
  using RowSource::RowSource;

 private:
  std::optional<v1::RatingRow> Convert(Fields& fields) override {
    v1::RatingRow fact;
    v1::Rating& rating = *fact.mutable_rating();
    rating.set_conversation_id(fields.Id(kRatedConversation));
    rating.set_score(static_cast<int32_t>(fields.Integer(kRatingScore, 1, 5)));
    if (const auto time = fields.OptionalTime(kRateTime))
      *rating.mutable_rate_time() = ToTimestamp(*time);
    return fact;
  }
};

class Inspections final : public RowSource<v1::ImportedInspectionRow> {
 public:
  using RowSource::RowSource;

 private:
  std::optional<v1::ImportedInspectionRow> Convert(Fields& fields) override {
    v1::ImportedInspectionRow fact;
    v1::ImportedInspection& inspection = *fact.mutable_inspection();
    inspection.set_source_id(fields.Id(kSourceId));
    inspection.set_conversation_id(fields.Id(kInspectedConversation));
    inspection.set_agent_id(fields.Id(kInspectedAgent));
    inspection.set_inspector(fields.Text(kInspector));
    *inspection.mutable_inspect_time() = ToTimestamp(fields.Time(kInspectTime));
    inspection.set_centipoints(Centipoints(fields));
    inspection.set_inaccurate(fields.OptionalBool(kInaccurate));
    inspection.set_impolite(fields.OptionalBool(kImpolite));
    inspection.set_note(fields.Text(kInspectionNote));
    return fact;
  }

  static int64_t Centipoints(Fields& fields) {
    const std::string_view text = fields.Get(kInspectionScore);
    const size_t point = text.find('.');
    std::string digits(text.substr(0, point));
    std::string decimals(point == std::string_view::npos ? "" : text.substr(point + 1));
    const bool sized = !digits.empty() && decimals.size() <= kScoreDecimals &&
                       (point == std::string_view::npos || !decimals.empty());
    decimals.resize(kScoreDecimals, '0');
    const auto score = ParseInteger(digits + decimals, 0, kFullCentipoints);
    if (sized && score.ok()) return *score;
    fields.Refuse(kInspectionScore, Tr(Text::kBadScore, fields.Get(kInspectionScore)));
    return 0;
  }
};

}  // namespace

std::vector<ColumnSpec> SpecsOf(std::span<const FormatColumn> columns) {
  std::vector<ColumnSpec> specs;
  for (const FormatColumn& column : columns) specs.push_back(column.spec);
  return specs;
}

std::span<const Format> Formats() {
  static const std::array<Format, 10> formats{{
      {"conversations", kConversationColumns, kConversationExample},
      {"orders", kOrderColumns, kOrderExample},
      {"payments", kPaymentColumns, kPaymentExample},
      {"refunds", kRefundColumns, kRefundExample},
      {"reviews", kReviewColumns, kReviewExample},
      {"visits", kVisitsColumns, kVisitsExample},
      {"ratings", kRatingColumns, kRatingExample},
      {"inspections", kInspectionColumns, kInspectionExample},
      ConductFormat(),
      AttendanceFormat(),
  }};
  return formats;
}

absl::StatusOr<std::unique_ptr<FactSource<v1::ConversationRow>>> OpenConversations(
    const std::string& path, const ShopLocale& locale) {
  static const std::vector<ColumnSpec> specs = SpecsOf(kConversationColumns);
  ASSIGN_OR_RETURN(auto table, CsvTable::Open(path, ',', specs));
  return std::make_unique<Conversations>(std::move(table), locale, kConversationFields,
                                         kConversationId);
}

absl::StatusOr<std::unique_ptr<FactSource<v1::OrderRow>>> OpenOrders(const std::string& path,
                                                                     const ShopLocale& locale) {
  static const std::vector<ColumnSpec> specs = SpecsOf(kOrderColumns);
  ASSIGN_OR_RETURN(auto table, CsvTable::Open(path, ',', specs));
  return std::make_unique<Orders>(std::move(table), locale, kOrderFields, kOrderId);
}

absl::StatusOr<std::unique_ptr<FactSource<v1::PaymentRow>>> OpenPayments(const std::string& path,
                                                                         const ShopLocale& locale) {
  static const std::vector<ColumnSpec> specs = SpecsOf(kPaymentColumns);
  ASSIGN_OR_RETURN(auto table, CsvTable::Open(path, ',', specs));
  return std::make_unique<Payments>(std::move(table), locale, kPaymentFields);
}

absl::StatusOr<std::unique_ptr<FactSource<v1::RefundRow>>> OpenRefunds(const std::string& path,
                                                                       const ShopLocale& locale) {
  static const std::vector<ColumnSpec> specs = SpecsOf(kRefundColumns);
  ASSIGN_OR_RETURN(auto table, CsvTable::Open(path, ',', specs));
  return std::make_unique<Refunds>(std::move(table), locale, kRefundFields);
}

absl::StatusOr<std::unique_ptr<FactSource<v1::ReviewRow>>> OpenReviews(const std::string& path,
                                                                       const ShopLocale& locale) {
  static const std::vector<ColumnSpec> specs = SpecsOf(kReviewColumns);
  ASSIGN_OR_RETURN(auto table, CsvTable::Open(path, ',', specs));
  return std::make_unique<Reviews>(std::move(table), locale, kReviewFields);
}

absl::StatusOr<std::unique_ptr<FactSource<v1::DailyVisitsRow>>> OpenVisits(
    const std::string& path, const ShopLocale& locale) {
  static const std::vector<ColumnSpec> specs = SpecsOf(kVisitsColumns);
  ASSIGN_OR_RETURN(auto table, CsvTable::Open(path, ',', specs));
  return std::make_unique<Visits>(std::move(table), locale, kVisitsFields);
}

absl::StatusOr<std::unique_ptr<FactSource<v1::RatingRow>>> OpenRatings(const std::string& path,
                                                                       const ShopLocale& locale) {
  static const std::vector<ColumnSpec> specs = SpecsOf(kRatingColumns);
  ASSIGN_OR_RETURN(auto table, CsvTable::Open(path, ',', specs));
  return std::make_unique<Ratings>(std::move(table), locale, kRatingFields);
}

absl::StatusOr<std::unique_ptr<FactSource<v1::ImportedInspectionRow>>> OpenInspections(
    const std::string& path, const ShopLocale& locale) {
  static const std::vector<ColumnSpec> specs = SpecsOf(kInspectionColumns);
  ASSIGN_OR_RETURN(auto table, CsvTable::Open(path, ',', specs));
  return std::make_unique<Inspections>(std::move(table), locale, kInspectionFields);
}

}  // namespace kefu::kefuctl
