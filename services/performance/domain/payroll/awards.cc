#include "services/performance/domain/payroll/awards.h"

#include <algorithm>
#include <numeric>

#include "services/performance/domain/payroll/arithmetic.h"

namespace kefu::performance::domain::payroll {
namespace {

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

Fraction ValueOf(RankMetric metric, const Figures& f) {
  switch (metric) {
    case RankMetric::kConversion:
      return ConversionOf(f);
    case RankMetric::kAverageOrderValue:
      return OrderValueOf(f);
    case RankMetric::kNetSales:
      return {f.sales_minor - f.refunds_minor, 1};
    default:
      return {f.sales_minor, 1};
  }
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

// Positions of the agents who compete, best first; ties in the order of their ids.
std::vector<size_t> Ranked(const PayPlan& plan, const Award& award, const MonthInput& input) {
  std::optional<int64_t> task = award.basic_task_minor;
  if (const auto minimum = MinimumSales(plan); !task && minimum) {
    task = *minimum * MonthsOf(award.period);
  }
  std::vector<size_t> ranked;
  for (size_t i = 0; i < input.agents.size(); ++i) {
    const Figures& f = FiguresIn(input.agents[i], award.period);
    const Fraction value = ValueOf(award.metric, f);
    if (value.denominator <= 0 || value.numerator <= 0) continue;
    if (task && f.sales_minor - f.refunds_minor < *task) continue;
    ranked.push_back(i);
  }
  std::ranges::stable_sort(ranked, [&](size_t a, size_t b) {
    return Compare(ValueOf(award.metric, FiguresIn(input.agents[a], award.period)),
                   ValueOf(award.metric, FiguresIn(input.agents[b], award.period))) > 0;
  });
  return ranked;
}

std::span<const Figures> AtShops(const AgentInput& agent) {
  return agent.by_shop.empty() ? std::span(&agent.month, 1) : std::span(agent.by_shop);
}

// What the agent would have by the means of the shops of its figure; see Compute.
Fraction ThresholdOf(std::span<const Means> means, const AgentInput& agent, Fraction Means::*mean,
                     Fraction (*figure)(const Figures&), bool round_up) {
  constexpr int64_t kPrecision = 1'000;
  const std::span<const Figures> at = AtShops(agent);
  Fraction sum, last = means.empty() ? Fraction{} : means.front().*mean;
  int shops = 0;
  for (size_t i = 0; i < at.size() && i < means.size(); ++i) {
    const Fraction own = figure(at[i]), of_shop = means[i].*mean;
    if (own.denominator <= 0 || of_shop.denominator <= 0) continue;
    ++shops;
    last = of_shop;
    const Wide exact = Wide{of_shop.numerator} * own.denominator * kPrecision +
                       (round_up ? of_shop.denominator - 1 : 0);
    sum.numerator +=
        static_cast<int64_t>(std::min(exact / of_shop.denominator, Wide{kMaxMinor} * kPrecision));
    sum.denominator += own.denominator * kPrecision;
  }
  return shops <= 1 ? last : sum;
}

}  // namespace

std::vector<Means> MeansOf(std::span<const AgentInput> agents) {
  std::vector<Means> means;
  const auto add = [](Fraction& sum, const Fraction& value) {
    if (value.denominator <= 0) return;
    sum.numerator += value.numerator;
    sum.denominator += value.denominator;
  };
  for (const AgentInput& agent : agents) {
    if (!agent.has_figures) continue;
    const std::span<const Figures> at = AtShops(agent);
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
    switch (gate.kind) {
      case GateKind::kConversion:
        result.value = ConversionOf(agent.month);
        result.mean = ThresholdOf(means, agent, &Means::conversion, ConversionOf, false);
        result.passed = Reaches(result.value, result.mean);
        break;
      case GateKind::kAverageOrderValue:
        result.value = OrderValueOf(agent.month);
        result.mean = ThresholdOf(means, agent, &Means::average_order_value, OrderValueOf, false);
        result.passed = Reaches(result.value, result.mean);
        break;
      case GateKind::kBadReviews:
        result.value = BadReviewsOf(agent.month);
        result.mean = ThresholdOf(means, agent, &Means::bad_reviews, BadReviewsOf, true);
        result.passed = result.value.numerator <= 0 || !Reaches(result.value, result.mean);
        break;
      default:
        result.value = {net_sales_minor, 1};
        result.mean = {gate.minimum_minor.value_or(0), 1};
        result.passed = net_sales_minor >= result.mean.numerator;
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
  const std::vector<size_t> ranked = Ranked(plan, award, input);
  const auto value = [&](size_t place) {
    return ValueOf(award.metric, FiguresIn(input.agents[ranked[place]], award.period));
  };
  const absl::CivilMonth last(input.month);
  for (size_t place = 0, next; place < ranked.size() && place < award.prizes_minor.size();
       place = next) {
    for (next = place + 1; next < ranked.size() && Compare(value(place), value(next)) == 0;) ++next;
    const auto begin = award.prizes_minor.begin();
    const int64_t pot = std::accumulate(
        begin + place, begin + std::min(next, award.prizes_minor.size()), int64_t{0});
    const std::vector<int64_t> shares = Divide(pot, std::vector<int64_t>(next - place, 1));
    for (size_t i = place; i < next; ++i) {
      const int64_t won = award.ties == Ties::kEach ? award.prizes_minor[place] : shares[i - place];
      if (won == 0) continue;
      lines[ranked[i]] = Line{.kind = LineKind::kAward,
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
