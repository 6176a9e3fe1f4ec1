#include "services/performance/domain/metrics.h"

#include <cmath>

namespace kefu::performance::domain {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kMicrosPerHour = 3'600 * kMicrosPerSecond;
constexpr int64_t kCentipointsPerPoint = 100;
constexpr int kDecimals = 6;

using enum Measure;

MetricSpec Count(std::string_view id, std::string_view zh, std::string_view en,
                 std::string_view formula, std::vector<Term> terms) {
  return {id, zh, en, Unit::kCount, formula, std::move(terms), {}, {}, {}};
}
MetricSpec Money(std::string_view id, std::string_view zh, std::string_view en,
                 std::string_view formula, std::vector<Term> numerator,
                 std::vector<Term> denominator = {}) {
  return {id, zh, en, Unit::kMoney, formula, std::move(numerator), std::move(denominator), {}, {}};
}
MetricSpec Ratio(std::string_view id, std::string_view zh, std::string_view en,
                 std::string_view formula, std::vector<Term> numerator,
                 std::vector<Term> denominator) {
  return {id, zh, en, Unit::kRatio, formula, std::move(numerator), std::move(denominator), {}, {}};
}
MetricSpec Seconds(std::string_view id, std::string_view zh, std::string_view en,
                   std::string_view formula, std::vector<Term> numerator,
                   std::vector<Term> denominator) {
  return {id, zh, en, Unit::kSeconds, formula, std::move(numerator), std::move(denominator),
          {}, {}};
}
MetricSpec PerHour(std::string_view id, std::string_view zh, std::string_view en,
                   std::string_view formula, std::vector<Term> numerator,
                   std::vector<Term> denominator) {
  return {id, zh, en, Unit::kPerHour, formula, std::move(numerator), std::move(denominator),
          {}, {}};
}
MetricSpec Percentile(std::string_view id, std::string_view zh, std::string_view en, double p) {
  MetricSpec spec{id,
                  zh,
                  en,
                  Unit::kSeconds,
                  "nearest-rank percentile of the response times; relative error at most 1 %",
                  {},
                  {},
                  {},
                  {}};
  spec.percentile = p;
  return spec;
}
MetricSpec Mean(std::string_view id, std::string_view zh, std::string_view en,
                std::string_view formula, std::vector<Term> numerator,
                std::vector<Term> denominator) {
  return {id, zh, en, Unit::kMean, formula, std::move(numerator), std::move(denominator), {}, {}};
}
// A ratio whose numerator is a part of its denominator.
MetricSpec Share(std::string_view id, std::string_view zh, std::string_view en,
                 std::string_view formula, std::vector<Term> numerator,
                 std::vector<Term> denominator) {
  MetricSpec spec = Ratio(id, zh, en, formula, std::move(numerator), std::move(denominator));
  spec.spread = Spread::kShare;
  return spec;
}
MetricSpec MeanOf(MetricSpec spec, Spread spread, Measure squares = kMeasureCount) {
  spec.spread = spread;
  spec.squares = squares;
  return spec;
}
MetricSpec Between(double least, double most, MetricSpec spec) {
  spec.least = least;
  spec.most = most;
  return spec;
}
MetricSpec Times(MetricSpec spec, std::vector<std::vector<Term>> factors,
                 std::vector<std::vector<Term>> divisors = {}) {
  spec.factors = std::move(factors);
  spec.divisors = std::move(divisors);
  return spec;
}
MetricSpec OfWholeUnits(MetricSpec spec) {
  spec.of_whole_units = true;
  return spec;
}
MetricSpec Graded(MetricSpec spec) {
  spec.graded = true;
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

// Who had paid before asking, as who asks "where is my parcel", is lost to nobody.
std::vector<Term> Lost() {
  return {{kConsulted}, {kConverted, -1}, {kAssisted, -1}, {kPaidBefore, -1}};
}

// DOMAIN 3.2. Conversion of agents leaves out assisted customers, so that helping a colleague never
// lowers it; for shops nothing is assisted and the same formula holds.
std::vector<MetricSpec> Customers() {
  return {
      Count("consulted", "咨询人数", "consulted",
            "distinct customers a day with at least one message in a counted conversation, summed "
            "over days; of agents, teams and bases: those whom they answered",
            {{kConsulted}}),
      Count("replied", "回复人数", "replied", "of the consulted, those who got an answer",
            {{kReplied}}),
      Share("reply_rate", "回复率", "reply rate",
            "replied ÷ consulted; of agents, teams and bases: ÷ (consulted + missed inquiries)",
            {{kReplied}}, {{kConsulted}, {kMissed}}),
      Count("converted", "询单成交人数", "converted",
            "of the consulted, those who paid after the day's first message and within the "
            "attribution window; of agents: orders credited to them",
            {{kConverted}}),
      Share("conversion", "询单转化率", "conversion", "converted ÷ (consulted − assisted)",
            {{kConverted}}, {{kConsulted}, {kAssisted, -1}}),
      AgentsOnly(Count("assisted_followups", "协助跟进人数", "assisted follow-ups",
                       "of the consulted, those with an answer that counts for an order credited "
                       "to a colleague (answered before payment, within the attribution window), "
                       "and no order of their own",
                       {{kAssisted}})),
      Count("lost", "流失人数", "lost",
            "consulted − converted − asked after paying; of agents, teams and bases: − assisted "
            "follow-ups",
            Lost()),
      Count("asked_after_paying", "付款后咨询人数", "asked after paying",
            "of the consulted, not converted, those who had paid when they first asked, on the day "
            "or at most the attribution window's days before; of agents, teams and bases: when "
            "they first answered, and no assisted follow-ups",
            {{kPaidBefore}}),
      Share("loss_rate", "客户流失率", "loss rate",
            "lost ÷ consulted; of agents, teams and bases: ÷ (consulted − assisted follow-ups)",
            Lost(), {{kConsulted}, {kAssisted, -1}}),
      Times(Money("lost_value", "流失金额", "lost value",
                  "lost × average order value: lost × sales ÷ paying customers, half up to the "
                  "minor unit",
                  Lost(), {{kPaidCustomers}}),
            {{{kSalesMinor}}}),
      Count("missed_inquiries", "漏接咨询人数", "missed inquiries",
            "consulted − replied; of agents, teams and bases: customers a day whom they left "
            "unanswered in a conversation in which one of theirs answered last or, where nobody "
            "did, one of theirs handled it last; of a team only those whom none of it answered",
            {{kConsulted}, {kReplied, -1}, {kMissed}})};
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
      Graded(MeanOf(
          Seconds(
              "response_seconds_mean", "平均响应时间", "response time, mean",
              "mean gap from the first of a run of customer messages to the agent's next answer",
              {{kResponseMicros}}, {{kResponseCount}}),
          Spread::kResponses)),
      Percentile("response_seconds_p50", "响应时间中位数", "response time, median", 0.50),
      Percentile("response_seconds_p90", "响应时间P90", "response time, 90th percentile", 0.90),
      Percentile("response_seconds_p99", "响应时间P99", "response time, 99th percentile", 0.99),
      MeanOf(Seconds("first_response_seconds_mean", "首次响应时间", "first response time, mean",
                     "mean gap from a conversation's first customer message to its first answer",
                     {{kFirstResponseMicros}}, {{kFirstResponseCount}}),
             Spread::kUnmeasured),
      MeanOf(Seconds("first_response_business_seconds_mean", "首次响应时间（工作时间）",
                     "first response time in business hours, mean",
                     "mean of the part of that gap that lies in the definition's service hours",
                     {{kFirstBusinessMicros}}, {{kFirstResponseCount}}),
             Spread::kUnmeasured),
      Share("answered_in_time_rate", "时限内应答率", "share answered in time",
            "rounds answered within the definition's answer_seconds ÷ rounds; a round is a run of "
            "customer messages, unanswered ones are late",
            {{kAnswersInTime}}, {{kRounds}}),
      Share("first_answered_in_time_rate", "首次时限内应答率", "share first answered in time",
            "conversations first answered within the definition's answer_seconds of the first "
            "customer message ÷ conversations with a customer message",
            {{kFirstAnswersInTime}}, {{kAskedConversations}}),
      Count("rounds", "问答轮次", "rounds",
            "runs of customer messages since the last answer, by the day of their first message; "
            "of agents, teams and bases: those they answered, and unanswered ones of a "
            "conversation that they answered in or, where nobody did, handled last",
            {{kRounds}}),
      Count("rounds_answered", "时限内回复轮次", "rounds answered in time",
            "of the rounds, those answered within the definition's round_seconds of their first "
            "message",
            {{kRoundsWon}}),
      Share("round_rate", "三分钟回复率", "round reply rate", "rounds answered in time ÷ rounds",
            {{kRoundsWon}}, {{kRounds}}),
      MeanOf(Seconds("handle_seconds_mean", "平均处理时长", "handle time, mean",
                     "mean length of handlings by the day they start, where an agent wrote",
                     {{kHandleMicros}}, {{kHandleCount}}),
             Spread::kUnmeasured),
      Count("handled_customers", "接待人数", "customers handled",
            "distinct customers a day of whom a handling begins, where an agent wrote, summed",
            {{kHandledCustomers}}),
      PerHour(
          "customers_per_hour", "每小时接待人数", "customers handled an hour",
          "customers handled ÷ hours that the handlings begun on a day cover, overlaps of one "
          "agent in one shop counted once; of teams, bases and shops: the hours of their agents "
          "together",
          {{kHandledCustomers}}, {{kBusyMicros}}),
      Mean("concurrent_chats", "平均同时接待数", "concurrent chats",
           "sum of the lengths of handlings ÷ time that they cover, overlaps of one agent in one "
           "shop counted once: how many an agent has at once while having any",
           {{kHandleMicros}}, {{kBusyMicros}}),
      Between(1, 5,
              MeanOf(Mean("satisfaction", "满意度", "satisfaction",
                          "mean rating of rated conversations, 1 to 5", {{kRatingPoints}},
                          {{kRatings}}),
                     Spread::kMean, kRatingSquares))};
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
      MeanOf(Money("average_order_value", "客单价", "average order value",
                   "sales ÷ paying customers, half up to the minor unit", {{kSalesMinor}},
                   {{kPaidCustomers}}),
             Spread::kSales),
      Count(
          "repurchasers", "复购人数", "buyers who came back",
          "of a day's paying customers, those who had paid another order of the shop before: "
          "earlier on the day, or at most the definition's repurchase days before; counted on the "
          "day of the later order, summed over days. An order that arrives late corrects the later "
          "days on which its buyer paid",
          {{kRepurchasers}}),
      Share("repurchase_rate", "复购率", "repurchase rate",
            "buyers who came back ÷ paying customers, by the day of the later order",
            {{kRepurchasers}}, {{kPaidCustomers}}),
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
      Count("positive_reviews", "好评数", "positive reviews",
            "reviews with at least the definition's positive_score of stars", {{kPositiveReviews}}),
      Share("positive_review_rate", "好评率", "positive-review rate", "positive reviews ÷ reviews",
            {{kPositiveReviews}}, {{kReviews}}),
      Between(1, 5,
              MeanOf(Mean("review_score_mean", "平均评分", "review score, mean",
                          "sum of stars ÷ reviews", {{kReviewPoints}}, {{kReviews}}),
                     Spread::kMean, kReviewSquares))};
}

// DOMAIN 3.6: what inspectors found in sampled conversations.
std::vector<MetricSpec> Quality() {
  MetricSpec score{"quality",
                   "质检得分",
                   "quality score",
                   Unit::kPoints,
                   "mean score of the inspections that count, 0 to 100",
                   {{kCentipoints}},
                   {{kInspections}},
                   {},
                   {}};
  return {Count("inspections", "质检数", "inspections",
                "inspections by their conversation's first day; second scorings, which measure "
                "agreement, and overturned ones do not count",
                {{kInspections}}),
          Share("accuracy", "准确率", "accuracy",
                "inspections without a failed accuracy item ÷ inspections", {{kAccurate}},
                {{kInspections}}),
          Share("attitude", "态度合格率", "attitude",
                "inspections without a failed attitude item ÷ inspections", {{kPolite}},
                {{kInspections}}),
          Between(0, 100, MeanOf(std::move(score), Spread::kMean, kCentipointSquares))};
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
      ShopOnly(Share("click_conversion", "点击转化率", "click conversion",
                     "orders that came of clicks ÷ clicks", {{kAdOrders}}, {{kClicks}}))};
}

// DOMAIN 3.2: PPC × inquiry conversion ÷ click conversion. With PPC = ad spend ÷ clicks, inquiry
// conversion = converted ÷ consulted and click conversion = ad orders ÷ clicks, the clicks cancel.
std::vector<MetricSpec> CostOfInquiries() {
  return {ShopOnly(Times(Money("cost_of_inquiry", "单个咨询成本", "cost of an inquiry",
                               "cost per click × conversion ÷ click conversion: ad spend × "
                               "converted ÷ (consulted × orders that came of clicks), half up to "
                               "the minor unit",
                               {{kAdSpendMinor}}, {{kConsulted}}),
                         {{{kConverted}}}, {{{kAdOrders}}})),
          ShopOnly(OfWholeUnits(
              Times(Money("missed_value", "漏接损失", "money lost by missed inquiries",
                          "missed inquiries × cost of an inquiry, which is rounded half up to the "
                          "minor unit before",
                          {{kConsulted}, {kReplied, -1}}, {{kConsulted}}),
                    {{{kAdSpendMinor}}, {{kConverted}}}, {{{kAdOrders}}})))};
}

std::vector<MetricSpec> Build() {
  std::vector<MetricSpec> all = Customers();
  for (auto group : {Service(), Quality(), Sales(), Visits(), CostOfInquiries()})
    all.insert(all.end(), group.begin(), group.end());
  return all;
}

int64_t Sum(const std::vector<Term>& terms, const Measures& measures) {
  int64_t sum = 0;
  for (const Term& term : terms) sum += term.sign * measures[term.measure];
  return sum;
}

// Half up, away from zero for negative results; denominator > 0. 128-bit integers keep the decimal
// digits exact before the one conversion to double.
double RoundedDecimals(__int128 numerator, __int128 denominator, int decimals) {
  __int128 scale = 1;
  for (int i = 0; i < decimals; ++i) scale *= 10;
  const bool negative = numerator < 0;
  const __int128 magnitude = negative ? -numerator : numerator;
  const __int128 scaled = (magnitude * scale * 2 + denominator) / (denominator * 2);
  const double value = static_cast<double>(scaled) / static_cast<double>(scale);
  return negative ? -value : value;
}

// The same as a whole number; nothing when it does not fit.
std::optional<int64_t> RoundedQuotient(__int128 numerator, __int128 denominator) {
  const bool negative = numerator < 0;
  const __int128 magnitude = negative ? -numerator : numerator;
  __int128 rounded = magnitude / denominator;
  if (magnitude % denominator >= denominator - magnitude % denominator) ++rounded;
  if (rounded > INT64_MAX) return std::nullopt;
  return static_cast<int64_t>(negative ? -rounded : rounded);
}

// How many steps the unit of a figure's value has.
int64_t ScaleOf(const MetricSpec& spec) {
  return spec.unit == Unit::kCount || spec.unit == Unit::kMoney ? 1 : 1'000'000;
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

std::vector<Input> InputsOf(const MetricSpec& spec, const Measures& measures) {
  static const std::vector<Term> kTimes{{kResponseMicros}}, kResponses{{kResponseCount}};
  std::vector<Input> inputs;
  const auto add = [&](std::string_view role, const std::vector<Term>& terms) {
    if (!terms.empty()) inputs.push_back({role, &terms, Sum(terms, measures)});
  };
  add("numerator", spec.percentile > 0 ? kTimes : spec.numerator);
  for (const auto& factor : spec.factors) add("factor", factor);
  add("denominator", spec.percentile > 0 ? kResponses : spec.denominator);
  for (const auto& divisor : spec.divisors) add("divisor", divisor);
  return inputs;
}

bool AppliesTo(const MetricSpec& spec, SubjectKind kind) {
  return kind == SubjectKind::kShop ? spec.for_shop : spec.for_agents;
}

double RoundedRatio(int64_t numerator, int64_t denominator, int decimals) {
  return RoundedDecimals(numerator, denominator, decimals);
}

namespace {

MetricValue EvaluatePercentile(const MetricSpec& spec, const Measures& measures) {
  MetricValue result{.spec = &spec};
  const auto micros = measures.response.Percentile(spec.percentile);
  result.denominator = measures.response.count();
  if (micros) {
    result.numerator = *micros;
    result.value = RoundedRatio(*micros, kMicrosPerSecond, kDecimals);
  }
  return result;
}

MetricValue EvaluateProduct(const MetricSpec& spec, const Measures& measures) {
  MetricValue result{.spec = &spec};
  __int128 above = 1, below = 1;
  int64_t things = 1;
  for (const Input& input : InputsOf(spec, measures)) {
    if (spec.of_whole_units && input.role == "numerator") {
      things = input.sum;
      continue;
    }
    const bool is_above = input.role == "numerator" || input.role == "factor";
    __int128& side = is_above ? above : below;
    if (!is_above && input.sum <= 0) return result;
    if (__builtin_mul_overflow(side, static_cast<__int128>(input.sum), &side)) return result;
  }
  const auto value = RoundedQuotient(above, below);
  if (!value || __builtin_mul_overflow(*value, things, &result.numerator)) return result;
  result.value = static_cast<double>(result.numerator);
  return result;
}

std::optional<Interval> UnboundedIntervalOf(const MetricSpec& spec, const Measures& measures,
                                            const MetricValue& value, double level) {
  const auto student = [&](long double squares, long double unit) -> std::optional<Interval> {
    auto interval =
        StudentT(value.denominator, static_cast<long double>(value.numerator), squares, level);
    if (interval) {
      interval->low = static_cast<double>(interval->low / unit);
      interval->high = static_cast<double>(interval->high / unit);
    }
    return interval;
  };
  switch (spec.spread) {
    case Spread::kNone:
    case Spread::kUnmeasured:
      return std::nullopt;
    case Spread::kShare:
      return Wilson(value.numerator, value.denominator, level);
    case Spread::kMean:
      return student(static_cast<long double>(measures[spec.squares]),
                     spec.unit == Unit::kPoints ? kCentipointsPerPoint : 1);
    case Spread::kSales:
      return student(
          std::ldexp(static_cast<long double>(measures[kSalesSquaresHigh]), kSquareLimbBits) +
              static_cast<long double>(measures[kSalesSquaresLow]),
          1);
    case Spread::kResponses:
      return student(measures.response.SquareSum(), kMicrosPerSecond);
  }
  return std::nullopt;
}

// The word for a mean, compared exactly.
std::string GradeOf(const MetricValue& mean, const MetricDefinition& definition) {
  if (mean.denominator <= 0) return "";
  const auto beside = [&](int seconds) -> __int128 {  // > 0: the mean is above
    return static_cast<__int128>(mean.numerator) -
           static_cast<__int128>(mean.denominator) * kMicrosPerSecond * seconds;
  };
  for (const ResponseGrade& grade : definition.response_grades) {
    const bool from =
        grade.above ? beside(grade.from_seconds) > 0 : beside(grade.from_seconds) >= 0;
    if (from && (!grade.to_seconds || beside(*grade.to_seconds) <= 0)) return grade.name;
  }
  return "";
}

double SixDecimals(double value) { return std::round(value * 1e6) / 1e6; }

// A value as an integer of its unit's decimals.
int64_t Scaled(const MetricValue& value) {
  return std::llround(*value.value * static_cast<double>(ScaleOf(*value.spec)));
}

}  // namespace

std::optional<Interval> IntervalOf(const MetricSpec& spec, const Measures& measures,
                                   const MetricValue& value, double level) {
  auto interval = UnboundedIntervalOf(spec, measures, value, level);
  if (interval) {
    interval->low = std::max(spec.least, interval->low);
    interval->high = std::min(spec.most, interval->high);
  }
  return interval;
}

bool IsSampled(const MetricSpec& spec) {
  return !spec.denominator.empty() && spec.denominator.front().measure == kInspections;
}

MetricValue Evaluate(const MetricSpec& spec, const Measures& measures) {
  if (spec.percentile > 0) return EvaluatePercentile(spec, measures);
  if (!spec.factors.empty()) return EvaluateProduct(spec, measures);
  MetricValue result{.spec = &spec};
  result.numerator = Sum(spec.numerator, measures);
  if (spec.denominator.empty()) {
    result.value = static_cast<double>(result.numerator);
    return result;
  }
  result.denominator = Sum(spec.denominator, measures);
  if (result.denominator <= 0) return result;
  __int128 above = result.numerator, below = result.denominator;
  if (spec.unit == Unit::kSeconds) below *= kMicrosPerSecond;
  if (spec.unit == Unit::kPerHour) above *= kMicrosPerHour;
  if (spec.unit == Unit::kPoints) below *= kCentipointsPerPoint;
  result.value = RoundedDecimals(above, below, spec.unit == Unit::kMoney ? 0 : kDecimals);
  return result;
}

MetricValue Evaluate(const MetricSpec& spec, const Measures& measures,
                     const MetricDefinition& definition) {
  MetricValue result = Evaluate(spec, measures);
  if (!result.value) return result;
  if (spec.graded) result.grade = GradeOf(result, definition);
  result.thin = spec.spread != Spread::kNone && result.denominator < definition.thin_below;
  if (!result.thin) return result;
  result.interval = IntervalOf(spec, measures, result, definition.confidence_bps / 10'000.0);
  if (result.interval) {
    result.interval =
        Interval{SixDecimals(result.interval->low), SixDecimals(result.interval->high)};
  }
  return result;
}

Comparison Compare(const MetricValue& now, const MetricValue& then) {
  Comparison result{then.value, std::nullopt, std::nullopt};
  if (!now.value || !then.value) return result;
  const int64_t before = Scaled(then), difference = Scaled(now) - before;
  result.difference = static_cast<double>(difference) / static_cast<double>(ScaleOf(*now.spec));
  if (before != 0) result.relative_change = RoundedRatio(difference, std::abs(before), kDecimals);
  return result;
}

}  // namespace kefu::performance::domain
