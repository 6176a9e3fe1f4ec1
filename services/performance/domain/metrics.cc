#include "services/performance/domain/metrics.h"

#include <cmath>

namespace kefu::performance::domain {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int kDecimals = 6;

using enum Measure;

MetricSpec Count(std::string_view id, std::string_view zh, std::string_view en,
                 std::string_view formula, std::vector<Term> terms) {
  return {id, zh, en, Unit::kCount, formula, std::move(terms), {}};
}
MetricSpec Money(std::string_view id, std::string_view zh, std::string_view en,
                 std::string_view formula, std::vector<Term> numerator,
                 std::vector<Term> denominator = {}) {
  return {id, zh, en, Unit::kMoney, formula, std::move(numerator), std::move(denominator)};
}
MetricSpec Ratio(std::string_view id, std::string_view zh, std::string_view en,
                 std::string_view formula, std::vector<Term> numerator,
                 std::vector<Term> denominator) {
  return {id, zh, en, Unit::kRatio, formula, std::move(numerator), std::move(denominator)};
}
MetricSpec Seconds(std::string_view id, std::string_view zh, std::string_view en,
                   std::string_view formula, std::vector<Term> numerator,
                   std::vector<Term> denominator) {
  return {id, zh, en, Unit::kSeconds, formula, std::move(numerator), std::move(denominator)};
}
MetricSpec Percentile(std::string_view id, std::string_view zh, std::string_view en, double p) {
  MetricSpec spec{id,
                  zh,
                  en,
                  Unit::kSeconds,
                  "nearest-rank percentile of the response times; relative error at most 1 %",
                  {},
                  {}};
  spec.percentile = p;
  return spec;
}
MetricSpec ShopOnly(MetricSpec spec) {
  spec.for_agents = false;
  return spec;
}
MetricSpec AgentsOnly(MetricSpec spec) {
  spec.for_shop = false;
  return spec;
}

// DOMAIN 3.2. Conversion of agents leaves out assisted customers, so that helping a colleague never
// lowers it; for shops nothing is assisted and the same formula holds.
std::vector<MetricSpec> Customers() {
  return {
      Count("consulted", "咨询人数", "consulted",
            "distinct customers a day with at least one message in a counted conversation, summed "
            "over days; of agents and teams: those that they answered in",
            {{kConsulted}}),
      Count("replied", "回复人数", "replied", "of the consulted, those who got an answer",
            {{kReplied}}),
      Ratio("reply_rate", "回复率", "reply rate", "replied ÷ consulted", {{kReplied}},
            {{kConsulted}}),
      Count("converted", "询单成交人数", "converted",
            "of the consulted, those who paid after the day's first message and within the "
            "attribution window; of agents: orders credited to them",
            {{kConverted}}),
      Ratio("conversion", "询单转化率", "conversion", "converted ÷ (consulted − assisted)",
            {{kConverted}}, {{kConsulted}, {kAssisted, -1}}),
      AgentsOnly(Count("assisted_followups", "协助跟进人数", "assisted follow-ups",
                       "customers helped whose order was credited to a colleague", {{kAssisted}})),
      ShopOnly(Count("lost", "流失人数", "lost", "consulted − converted",
                     {{kConsulted}, {kConverted, -1}})),
      ShopOnly(Ratio("loss_rate", "客户流失率", "loss rate", "(consulted − converted) ÷ consulted",
                     {{kConsulted}, {kConverted, -1}}, {{kConsulted}}))};
}

std::vector<MetricSpec> Service() {
  return {
      Count(
          "conversations", "会话数", "conversations",
          "counted conversations by their first day; of agents and teams: those that they wrote in",
          {{kConversations}}),
      ShopOnly(Count("customer_messages", "客户消息数", "customer messages", "customers' messages",
                     {{kCustomerMessages}})),
      Count("agent_messages", "客服消息数", "agent messages", "agents' messages",
            {{kAgentMessages}}),
      Seconds("response_seconds_mean", "平均响应时间", "response time, mean",
              "mean gap from the first of a run of customer messages to the agent's next answer",
              {{kResponseMicros}}, {{kResponseCount}}),
      Percentile("response_seconds_p50", "响应时间中位数", "response time, median", 0.50),
      Percentile("response_seconds_p90", "响应时间P90", "response time, 90th percentile", 0.90),
      Percentile("response_seconds_p99", "响应时间P99", "response time, 99th percentile", 0.99),
      Seconds("first_response_seconds_mean", "首次响应时间", "first response time, mean",
              "mean gap from a conversation's first customer message to its first answer",
              {{kFirstResponseMicros}}, {{kFirstResponseCount}}),
      Seconds("first_response_business_seconds_mean", "首次响应时间（工作时间）",
              "first response time in business hours, mean",
              "mean of the part of that gap that lies in the definition's service hours",
              {{kFirstBusinessMicros}}, {{kFirstResponseCount}}),
      Ratio("answered_in_time_rate", "时限内应答率", "share answered in time",
            "rounds answered within the definition's answer_seconds ÷ rounds; a round is a run of "
            "customer messages, unanswered ones are late",
            {{kAnswersInTime}}, {{kRounds}}),
      Ratio("first_answered_in_time_rate", "首次时限内应答率", "share first answered in time",
            "conversations first answered within the definition's answer_seconds of the first "
            "customer message ÷ conversations with a customer message",
            {{kFirstAnswersInTime}}, {{kAskedConversations}}),
      Count("rounds", "问答轮次", "rounds",
            "runs of customer messages since the last answer, by the day of their first message; "
            "of agents and teams: those they answered or left unanswered",
            {{kRounds}}),
      Count("rounds_answered", "时限内回复轮次", "rounds answered in time",
            "of the rounds, those answered within the definition's round_seconds of their first "
            "message",
            {{kRoundsWon}}),
      Ratio("round_rate", "三分钟回复率", "round reply rate", "rounds answered in time ÷ rounds",
            {{kRoundsWon}}, {{kRounds}}),
      Seconds("handle_seconds_mean", "平均处理时长", "handle time, mean",
              "mean length of handlings by the day they start", {{kHandleMicros}},
              {{kHandleCount}}),
      Ratio("satisfaction", "满意度", "satisfaction", "mean rating of rated conversations, 1 to 5",
            {{kRatingPoints}}, {{kRatings}})};
}

std::vector<MetricSpec> Sales() {
  return {
      ShopOnly(Count("orders", "订单数", "orders", "orders by the day placed", {{kOrders}})),
      Count("paid_orders", "成交订单数", "paid orders",
            "orders with an approved payment, by the day paid; of agents: credited to them",
            {{kPaidOrders}}),
      Count("paid_customers", "成交人数", "paying customers",
            "distinct customers a day who paid, summed over days", {{kPaidCustomers}}),
      Money("sales", "销售额", "sales", "sum paid on paid orders; of agents: credited to them",
            {{kSalesMinor}}),
      Money("net_sales", "净销售额", "net sales", "sales − refunds",
            {{kSalesMinor}, {kRefundMinor, -1}}),
      Money("average_order_value", "客单价", "average order value",
            "sales ÷ paying customers, rounded half up to the minor unit", {{kSalesMinor}},
            {{kPaidCustomers}}),
      Count("refund_orders", "退款笔数", "refunds", "refunds by the day paid back",
            {{kRefundOrders}}),
      Money("refunds", "退款额", "refunded", "sum of refunds by the day paid back",
            {{kRefundMinor}}),
      ShopOnly(Count("silent_orders", "静默订单数", "silent orders",
                     "paid orders credited to nobody", {{kSilentOrders}})),
      ShopOnly(Money("silent_sales", "静默销售额", "silent sales",
                     "sum paid on silent orders; credited + silent = all sales",
                     {{kSilentSalesMinor}})),
      ShopOnly(Count(
          "late_shipments", "延迟发货数", "late shipments",
          "orders by the day placed, handed to the carrier after the earliest limit of their items",
          {{kLateShipments}})),
      Count("reviews", "评价数", "reviews",
            "reviews by the day written; of agents: of orders credited to them", {{kReviews}}),
      Count("positive_reviews", "好评数", "positive reviews", "reviews with 4 or 5 stars",
            {{kPositiveReviews}}),
      Ratio("positive_review_rate", "好评率", "positive-review rate", "positive reviews ÷ reviews",
            {{kPositiveReviews}}, {{kReviews}}),
      Ratio("review_score_mean", "平均评分", "review score, mean", "sum of stars ÷ reviews",
            {{kReviewPoints}}, {{kReviews}})};
}

std::vector<MetricSpec> Visits() {
  return {
      ShopOnly(Count("visits", "访客数", "visits", "visits to the shop", {{kVisits}})),
      ShopOnly(Count("clicks", "点击数", "clicks", "clicks on paid advertisements", {{kClicks}})),
      ShopOnly(Money("ad_spend", "推广花费", "ad spend", "what paid advertisements cost",
                     {{kAdSpendMinor}})),
      ShopOnly(Money("cost_per_click", "平均点击单价", "cost per click",
                     "ad spend ÷ clicks, rounded half up to the minor unit", {{kAdSpendMinor}},
                     {{kClicks}})),
      ShopOnly(Ratio("click_conversion", "点击转化率", "click conversion",
                     "orders that came of clicks ÷ clicks", {{kAdOrders}}, {{kClicks}}))};
}

std::vector<MetricSpec> Build() {
  std::vector<MetricSpec> all = Customers();
  for (auto group : {Service(), Sales(), Visits()})
    all.insert(all.end(), group.begin(), group.end());
  return all;
}

int64_t Sum(const std::vector<Term>& terms, const Measures& measures) {
  int64_t sum = 0;
  for (const Term& term : terms) sum += term.sign * measures[term.measure];
  return sum;
}

}  // namespace

std::span<const MetricSpec> Catalogue() {
  static const std::vector<MetricSpec> catalogue = Build();
  return catalogue;
}

const MetricSpec* FindMetric(std::string_view id) {
  for (const MetricSpec& spec : Catalogue()) {
    if (spec.id == id) return &spec;
  }
  return nullptr;
}

bool AppliesTo(const MetricSpec& spec, SubjectKind kind) {
  return kind == SubjectKind::kShop ? spec.for_shop : spec.for_agents;
}

double RoundedRatio(int64_t numerator, int64_t denominator, int decimals) {
  // 128-bit integers keep the decimal digits exact before the one conversion to double.
  __int128 scale = 1;
  for (int i = 0; i < decimals; ++i) scale *= 10;
  const bool negative = numerator < 0;
  const __int128 magnitude = negative ? -static_cast<__int128>(numerator) : numerator;
  const __int128 scaled =
      (magnitude * scale * 2 + denominator) / (static_cast<__int128>(denominator) * 2);
  const double value = static_cast<double>(scaled) / static_cast<double>(scale);
  return negative ? -value : value;
}

MetricValue Evaluate(const MetricSpec& spec, const Measures& measures) {
  MetricValue result{&spec, std::nullopt, 0, 0};
  if (spec.percentile > 0) {
    const auto micros = measures.response.Percentile(spec.percentile);
    result.denominator = measures.response.count();
    if (micros) {
      result.numerator = *micros;
      result.value = RoundedRatio(*micros, kMicrosPerSecond, kDecimals);
    }
    return result;
  }
  result.numerator = Sum(spec.numerator, measures);
  if (spec.denominator.empty()) {
    result.value = static_cast<double>(result.numerator);
    return result;
  }
  result.denominator = Sum(spec.denominator, measures);
  if (result.denominator <= 0) return result;
  const bool micros = spec.unit == Unit::kSeconds;
  const int64_t divisor = micros ? result.denominator * kMicrosPerSecond : result.denominator;
  result.value = RoundedRatio(result.numerator, divisor, spec.unit == Unit::kMoney ? 0 : kDecimals);
  return result;
}

}  // namespace kefu::performance::domain
