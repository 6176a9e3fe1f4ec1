#include "services/performance/domain/payroll/awards.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <numeric>

#include "services/performance/domain/payroll/arithmetic.h"

namespace kefu::performance::domain::payroll {
namespace {

// Sums of fractions of several shops have denominators that 128 bits need not hold.
using Rational = boost::multiprecision::cpp_rational;

Fraction ConversionOf(const Figures& f) { return {f.converted, f.consulted - f.assisted}; }
Fraction OrderValueOf(const Figures& f) { return {f.sales_minor, f.paid_customers}; }
Fraction BadReviewsOf(const Figures& f) { return {f.reviews - f.positive_reviews, f.reviews}; }

int Compare(const Fraction& a, const Fraction& b) {
  return CompareFractions(a.numerator, a.denominator, b.numerator, b.denominator);
}

bool Reaches(const Fraction& value, const Fraction& mean) {
  return value.denominator > 0 && mean.denominator > 0 && Compare(value, mean) >= 0;
}

const Figures& FiguresIn(const AgentInput& agent, AwardPeriod period) {
  return period == AwardPeriod::kYear      ? agent.year
         : period == AwardPeriod::kQuarter ? agent.quarter
                                           : agent.month;
}

std::span<const Figures> AtShops(const AgentInput& agent, AwardPeriod period) {
  const std::vector<Figures>& at = period == AwardPeriod::kYear      ? agent.year_by_shop
                                   : period == AwardPeriod::kQuarter ? agent.quarter_by_shop
                                                                     : agent.month_by_shop;
  return at.empty() ? std::span(&FiguresIn(agent, period), 1) : std::span(at);
}

// A figure, and its mean over a shop's agents.
struct Rated {
  Fraction (*figure)(const Figures&);
  Fraction Means::*mean;
};
constexpr Rated kByConversion{ConversionOf, &Means::conversion};
constexpr Rated kByOrderValue{OrderValueOf, &Means::average_order_value};
constexpr Rated kByBadReviews{BadReviewsOf, &Means::bad_reviews};

// What the agent would have by the means of the shops of its figure: Σ mean × own ÷ Σ own.
struct ByMeans {
  int shops = 0;
  Fraction last = {};  // the mean of one
  Rational sum = 0;
  int64_t own = 0;
};
ByMeans Expected(std::span<const Means> means, std::span<const Figures> at, const Rated& rated) {
  ByMeans expected{.last = means.empty() ? Fraction{} : means.front().*rated.mean};
  for (size_t i = 0; i < at.size() && i < means.size(); ++i) {
    const Fraction own = rated.figure(at[i]), mean = means[i].*rated.mean;
    if (own.denominator <= 0 || mean.denominator <= 0) continue;
    ++expected.shops;
    expected.last = mean;
    expected.sum += Rational(mean.numerator, mean.denominator) * own.denominator;
    expected.own += own.denominator;
  }
  return expected;
}

// In thousandths of the numerator, half up.
Fraction Shown(const ByMeans& expected) {
  constexpr int64_t kPrecision = 1'000;
  if (expected.shops <= 1) return expected.last;
  const Rational thousandths = expected.sum * kPrecision;
  const boost::multiprecision::cpp_int twice_below = 2 * denominator(thousandths);
  const boost::multiprecision::cpp_int rounded =
      (2 * numerator(thousandths) + denominator(thousandths)) / twice_below;
  constexpr int64_t kMost = kMaxMinor * kPrecision;
  return {rounded > kMost ? kMost : static_cast<int64_t>(rounded), expected.own * kPrecision};
}

bool Reaches(const Fraction& value, const ByMeans& expected) {
  if (expected.shops <= 1) return Reaches(value, expected.last);
  return value.denominator > 0 &&
         Rational(value.numerator) * expected.own >= expected.sum * value.denominator;
}

const Rated* RatedBy(RankMetric metric) {
  return metric == RankMetric::kConversion          ? &kByConversion
         : metric == RankMetric::kAverageOrderValue ? &kByOrderValue
                                                    : nullptr;
}

// By what an agent is ranked; nothing without the figure, or with 0 of it.
std::optional<Rational> ValueOf(const Award& award, std::span<const Means> means,
                                const AgentInput& agent) {
  const Figures& f = FiguresIn(agent, award.period);
  const Rated* const rated = RatedBy(award.metric);
  if (rated == nullptr) {
    const int64_t refunds = award.metric == RankMetric::kNetSales ? f.refunds_minor : 0;
    if (f.sales_minor <= refunds) return std::nullopt;
    return Rational(f.sales_minor - refunds);
  }
  const Fraction value = rated->figure(f);
  if (value.denominator <= 0 || value.numerator <= 0) return std::nullopt;
  const Rational own(value.numerator, value.denominator);
  if (means.size() <= 1) return own;
  const ByMeans expected = Expected(means, AtShops(agent, award.period), *rated);
  if (expected.sum <= 0) return std::nullopt;
  return Rational(own * expected.own / expected.sum);
}

// The value of a bonus in its unit, as a fraction, so that a threshold is met exactly.
std::optional<Fraction> ValueOf(BonusMetric metric, const AgentInput& agent, int64_t net_sales) {
  const Figures& f = agent.month;
  Fraction value;
  switch (metric) {
    case BonusMetric::kConversion:
      value = {f.converted * kWholeBps, f.consulted - f.assisted};
      break;
    case BonusMetric::kPositiveReviews:
      value = {f.positive_reviews * kWholeBps, f.reviews};
      break;
    case BonusMetric::kSatisfaction:
      value = {f.rating_points * 100, f.ratings};
      break;
    case BonusMetric::kScore:
      if (!agent.score) return std::nullopt;
      value = {*agent.score, 1};
      break;
    default:
      value = {net_sales, 1};
  }
  if (value.denominator <= 0) return std::nullopt;
  return value;
}

struct Ranked {
  size_t agent = 0;  // its position
  Rational value;
};
// The agents who compete, best first; ties in the order of their ids.
std::vector<Ranked> Rank(const PayPlan& plan, const Award& award, const MonthInput& input) {
  std::optional<int64_t> task = award.basic_task_minor;
  if (const auto minimum = MinimumSales(plan); !task && minimum) {
    task = *minimum * MonthsOf(award.period);
  }
  const std::vector<Means> means = MeansOf(input.agents, award.period);
  std::vector<Ranked> ranked;
  for (size_t i = 0; i < input.agents.size(); ++i) {
    const Figures& f = FiguresIn(input.agents[i], award.period);
    if (task && f.sales_minor - f.refunds_minor < *task) continue;
    if (auto value = ValueOf(award, means, input.agents[i])) {
      ranked.push_back({i, *std::move(value)});
    }
  }
  std::ranges::stable_sort(ranked,
                           [](const Ranked& a, const Ranked& b) { return a.value > b.value; });
  return ranked;
}

}  // namespace

std::vector<Means> MeansOf(std::span<const AgentInput> agents, AwardPeriod period) {
  std::vector<Means> means;
  const auto add = [](Fraction& sum, const Fraction& value) {
    if (value.denominator <= 0) return;
    sum.numerator += value.numerator;
    sum.denominator += value.denominator;
  };
  for (const AgentInput& agent : agents) {
    if (period == AwardPeriod::kMonth && !agent.has_figures) continue;
    const std::span<const Figures> at = AtShops(agent, period);
    if (means.size() < at.size()) means.resize(at.size());
    for (size_t i = 0; i < at.size(); ++i) {
      add(means[i].conversion, ConversionOf(at[i]));
      add(means[i].average_order_value, OrderValueOf(at[i]));
      add(means[i].bad_reviews, BadReviewsOf(at[i]));
    }
  }
  return means;
}

std::vector<GateResult> JudgeGates(const PayPlan& plan, std::span<const Means> means,
                                   const AgentInput& agent, int64_t net_sales_minor) {
  std::vector<GateResult> results;
  for (const Gate& gate : plan.gates) {
    GateResult result{.kind = gate.kind};
    if (gate.kind == GateKind::kMinimumSales) {
      result.value = {net_sales_minor, 1};
      result.mean = {gate.minimum_minor.value_or(0), 1};
      result.passed = net_sales_minor >= result.mean.numerator;
    } else {
      const bool below = gate.kind == GateKind::kBadReviews;
      const Rated& rated = below                                ? kByBadReviews
                           : gate.kind == GateKind::kConversion ? kByConversion
                                                                : kByOrderValue;
      const ByMeans expected = Expected(means, AtShops(agent, AwardPeriod::kMonth), rated);
      result.value = rated.figure(agent.month);
      result.mean = Shown(expected);
      const bool reaches = Reaches(result.value, expected);
      result.passed = below ? result.value.numerator <= 0 || !reaches : reaches;
    }
    results.push_back(result);
  }
  return results;
}

std::optional<Line> BonusLine(const FixedBonus& bonus, const AgentInput& agent,
                              int64_t net_sales_minor) {
  const auto value = ValueOf(bonus.metric, agent, net_sales_minor);
  if (!value) return std::nullopt;
  for (const BonusBand& band : bonus.bands) {
    if (Compare(*value, {band.from, 1}) < 0) continue;
    if (band.to && Compare(*value, {*band.to, 1}) >= 0) continue;
    if (band.amount_minor == 0) return std::nullopt;
    return Line{.kind = LineKind::kBonus,
                .amount_minor = band.amount_minor,
                .quantity = value->numerator / value->denominator,
                .reference = std::string(NameOf(bonus.metric))};
  }
  return std::nullopt;
}

std::vector<std::optional<Line>> AwardLines(const PayPlan& plan, const Award& award,
                                            const MonthInput& input) {
  std::vector<std::optional<Line>> lines(input.agents.size());
  const std::vector<Ranked> ranked = Rank(plan, award, input);
  const absl::CivilMonth last(input.month);
  for (size_t place = 0, next; place < ranked.size() && place < award.prizes_minor.size();
       place = next) {
    const auto ties = [&](size_t i) { return ranked[i].value == ranked[place].value; };
    for (next = place + 1; next < ranked.size() && ties(next);) ++next;
    const auto begin = award.prizes_minor.begin();
    const int64_t pot = std::accumulate(
        begin + place, begin + std::min(next, award.prizes_minor.size()), int64_t{0});
    const std::vector<int64_t> shares = Divide(pot, std::vector<int64_t>(next - place, 1));
    for (size_t i = place; i < next; ++i) {
      const int64_t won = award.ties == Ties::kEach ? award.prizes_minor[place] : shares[i - place];
      if (won == 0) continue;
      lines[ranked[i].agent] = Line{.kind = LineKind::kAward,
                                    .amount_minor = won,
                                    .quantity = static_cast<int64_t>(place) + 1,
                                    .reference = std::string(NameOf(award.metric)),
                                    .first = absl::CivilDay(last - (MonthsOf(award.period) - 1)),
                                    .last = absl::CivilDay(last + 1) - 1};
    }
  }
  return lines;
}

bool PaidIn(AwardPeriod period, absl::CivilDay month) {
  return month.month() % MonthsOf(period) == 0;
}

int MonthsOf(AwardPeriod period) {
  return period == AwardPeriod::kYear ? 12 : period == AwardPeriod::kQuarter ? 3 : 1;
}

}  // namespace kefu::performance::domain::payroll
