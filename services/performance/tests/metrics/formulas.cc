#include "services/performance/tests/metrics/formulas.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace kefu::performance::slow {
namespace {

using Names = std::vector<std::string>;

Formula Of(v1::MetricUnit unit, Names numerator, Names denominator = {}) {
  return {.unit = unit, .numerator = std::move(numerator), .denominator = std::move(denominator)};
}
Formula Count(Names names) { return Of(v1::METRIC_UNIT_COUNT, std::move(names)); }
Formula Money(Names names, Names denominator = {}) {
  return Of(v1::METRIC_UNIT_MONEY, std::move(names), std::move(denominator));
}
Formula Thin(Formula formula) {
  formula.tells_thin = true;
  return formula;
}
Formula Share(Names numerator, Names denominator) {
  Formula formula = Thin(Of(v1::METRIC_UNIT_RATIO, std::move(numerator), std::move(denominator)));
  formula.is_share = true;
  return formula;
}
Formula Seconds(Names numerator, Names denominator) {
  return Thin(Of(v1::METRIC_UNIT_SECONDS, std::move(numerator), std::move(denominator)));
}
Formula Mean(Names numerator, Names denominator) {
  return Of(v1::METRIC_UNIT_MEAN, std::move(numerator), std::move(denominator));
}
Formula Spread(Formula formula, std::string squares, double least = 0,
               double most = std::numeric_limits<double>::infinity()) {
  formula.tells_thin = true;
  formula.squares = std::move(squares);
  formula.least = least;
  formula.most = most;
  return formula;
}
Formula OfShops(Formula formula) {
  formula.for_agents = false;
  return formula;
}
Formula OfAgents(Formula formula) {
  formula.for_shop = false;
  return formula;
}

const Names kLost{"consulted", "-converted", "-assisted", "-paid_before"};
constexpr std::string_view kPercentile = "response_seconds_p";

std::map<std::string, Formula> OfConversations() {
  return {
      {"consulted", Count({"consulted"})},
      {"replied", Count({"replied"})},
      {"reply_rate", Share({"replied"}, {"consulted", "missed"})},
      {"converted", Count({"converted"})},
      {"conversion", Share({"converted"}, {"consulted", "-assisted"})},
      {"assisted_followups", OfAgents(Count({"assisted"}))},
      {"lost", Count(kLost)},
      {"asked_after_paying", Count({"paid_before"})},
      {"loss_rate", Share(kLost, {"consulted", "-assisted"})},
      {"first_response_business_seconds_mean", Seconds({"first_business_us"}, {"first_responses"})},
      {"answered_in_time_rate", Share({"in_time"}, {"rounds"})},
      {"first_answered_in_time_rate", Share({"first_in_time"}, {"asked"})},
      {"rounds", Count({"rounds"})},
      {"rounds_answered", Count({"rounds_won"})},
      {"round_rate", Share({"rounds_won"}, {"rounds"})},
      {"missed_inquiries", Count({"consulted", "-replied", "missed"})},
      {"conversations", Count({"conversations"})},
      {"customer_messages", OfShops(Count({"customer_messages"}))},
      {"agent_messages", Count({"agent_messages"})},
      {"response_seconds_mean", Seconds({"response_us"}, {"responses"})},
      {"first_response_seconds_mean", Seconds({"first_response_us"}, {"first_responses"})},
      {"handle_seconds_mean", Seconds({"handle_us"}, {"handlings"})},
      {"handled_customers", Count({"handled_customers"})},
      {"customers_per_hour", Of(v1::METRIC_UNIT_PER_HOUR, {"handled_customers"}, {"busy_us"})},
      {"concurrent_chats", Mean({"handle_us"}, {"busy_us"})},
      {"satisfaction", Spread(Mean({"rating_points"}, {"ratings"}), "rating_squares", 1, 5)},
      {"inspections", Count({"inspections"})},
      {"accuracy", Share({"accurate"}, {"inspections"})},
      {"attitude", Share({"polite"}, {"inspections"})},
      {"quality", Spread(Of(v1::METRIC_UNIT_POINTS, {"centipoints"}, {"inspections"}),
                         "centipoint_squares", 0, 100)},
  };
}
std::map<std::string, Formula> OfSales() {
  return {
      {"lost_value",
       {.unit = v1::METRIC_UNIT_MONEY,
        .numerator = kLost,
        .denominator = {"paid_customers"},
        .factors = {{"sales"}}}},
      {"visits", OfShops(Count({"visits"}))},
      {"clicks", OfShops(Count({"clicks"}))},
      {"ad_spend", OfShops(Money({"ad_spend"}))},
      {"cost_per_click", OfShops(Money({"ad_spend"}, {"clicks"}))},
      {"click_conversion", OfShops(Share({"ad_orders"}, {"clicks"}))},
      {"cost_of_inquiry",
       {.unit = v1::METRIC_UNIT_MONEY,
        .numerator = {"ad_spend"},
        .denominator = {"consulted"},
        .factors = {{"converted"}},
        .divisors = {{"ad_orders"}},
        .for_agents = false}},
      {"missed_value",
       {.unit = v1::METRIC_UNIT_MONEY,
        .numerator = {"consulted", "-replied"},
        .denominator = {"consulted"},
        .factors = {{"ad_spend"}, {"converted"}},
        .divisors = {{"ad_orders"}},
        .of_whole_units = true,
        .for_agents = false}},
      {"orders", OfShops(Count({"orders"}))},
      {"paid_orders", Count({"paid_orders"})},
      {"paid_customers", Count({"paid_customers"})},
      {"sales", Money({"sales"})},
      {"net_sales", Money({"sales", "-refunds"})},
      {"average_order_value", Spread(Money({"sales"}, {"paid_customers"}), "sales_squares")},
      {"repurchasers", Count({"repurchasers"})},
      {"repurchase_rate", Share({"repurchasers"}, {"paid_customers"})},
      {"refund_orders", Count({"refund_orders"})},
      {"refunds", Money({"refunds"})},
      {"silent_orders", OfShops(Count({"silent_orders"}))},
      {"silent_sales", OfShops(Money({"silent_sales"}))},
      {"late_shipments", OfShops(Count({"late_shipments"}))},
      {"reviews", Count({"reviews"})},
      {"positive_reviews", Count({"positive_reviews"})},
      {"positive_review_rate", Share({"positive_reviews"}, {"reviews"})},
      {"review_score_mean", Spread(Mean({"review_points"}, {"reviews"}), "review_squares", 1, 5)},
  };
}

}  // namespace

const std::map<std::string, Formula>& Formulas() {
  static const std::map<std::string, Formula> formulas = [] {
    auto all = OfConversations();
    all.merge(OfSales());
    return all;
  }();
  return formulas;
}

std::optional<double> PercentileOf(std::string_view metric_id) {
  if (!metric_id.starts_with(kPercentile)) return std::nullopt;
  return std::stod(std::string(metric_id.substr(kPercentile.size()))) / 100;
}

std::vector<std::string> FiguresOf(bool shop) {
  std::vector<std::string> ids;
  for (const auto& [id, formula] : Formulas()) {
    if (shop ? formula.for_shop : formula.for_agents) ids.push_back(id);
  }
  for (const char* percentile : {"50", "90", "99"})
    ids.push_back(std::string(kPercentile) + percentile);
  std::sort(ids.begin(), ids.end());
  return ids;
}

int64_t SumOf(const std::vector<std::string>& names, const OfDay& sums) {
  int64_t total = 0;
  for (const std::string& name : names) {
    const bool minus = name.front() == '-';
    const auto found = sums.find(minus ? name.substr(1) : name);
    if (found != sums.end()) total += minus ? -found->second : found->second;
  }
  return total;
}

std::optional<long double> ValueOf(const Formula& formula, const OfDay& sums) {
  const auto things = static_cast<long double>(SumOf(formula.numerator, sums));
  long double above = formula.of_whole_units ? 1 : things;
  for (const auto& factor : formula.factors) above *= static_cast<long double>(SumOf(factor, sums));
  if (formula.denominator.empty()) return above;
  long double below = 1;
  for (const auto& divisor : formula.divisors) {
    if (SumOf(divisor, sums) <= 0) return std::nullopt;
    below *= static_cast<long double>(SumOf(divisor, sums));
  }
  if (SumOf(formula.denominator, sums) <= 0) return std::nullopt;
  below *= static_cast<long double>(SumOf(formula.denominator, sums));
  below *= static_cast<long double>(UnitsOf(formula));
  if (formula.unit == v1::METRIC_UNIT_PER_HOUR) above *= 3.6e9L;
  if (formula.of_whole_units) return things * std::floor((above * 2 + below) / (below * 2));
  return above / below;
}

double StepOf(const Formula& formula) { return formula.unit == v1::METRIC_UNIT_MONEY ? 1 : 1e-6; }

double UnitsOf(const Formula& formula) {
  if (formula.unit == v1::METRIC_UNIT_SECONDS) return 1e6;
  return formula.unit == v1::METRIC_UNIT_POINTS ? 100 : 1;
}

std::optional<int64_t> ProductOf(const Formula& formula, const OfDay& sums) {
  const int64_t things = formula.of_whole_units ? SumOf(formula.numerator, sums) : 1;
  __int128 above = formula.of_whole_units ? 1 : SumOf(formula.numerator, sums);
  __int128 below = SumOf(formula.denominator, sums);
  for (const auto& factor : formula.factors) above *= SumOf(factor, sums);
  for (const auto& divisor : formula.divisors) below *= SumOf(divisor, sums);
  if (below <= 0) return std::nullopt;
  // Half away from zero: what is lost may be less than nothing.
  const __int128 size = ((above < 0 ? -above : above) * 2 + below) / (below * 2);
  return things * static_cast<int64_t>(above < 0 ? -size : size);
}

}  // namespace kefu::performance::slow
