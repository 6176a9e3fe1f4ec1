#include "services/warehouse/domain/replenishment/distributions.h"

#include <algorithm>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <numeric>

namespace kefu::warehouse::domain::replenishment {
namespace {

// Underflow and overflow are numbers here and not exceptions.
namespace policies = boost::math::policies;
using Quiet = policies::policy<policies::domain_error<policies::ignore_error>,
                               policies::overflow_error<policies::ignore_error>,
                               policies::underflow_error<policies::ignore_error>,
                               policies::discrete_quantile<policies::integer_round_up>>;
using PoissonLaw = boost::math::poisson_distribution<double, Quiet>;
using GammaLaw = boost::math::gamma_distribution<double, Quiet>;
const boost::math::normal_distribution<double, Quiet> kNormal;

constexpr size_t kMaxSupport = 100'000;

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

double PoissonPmf(int64_t k, double mean) {
  if (mean == 0) return k == 0 ? 1 : 0;
  return k < 0 ? 0 : boost::math::pdf(PoissonLaw(mean), static_cast<double>(k));
}
double PoissonCdf(double x, double mean) {
  if (mean == 0) return x < 0 ? 0 : 1;
  return x < 0 ? 0 : boost::math::cdf(PoissonLaw(mean), std::floor(x));
}
double PoissonTail(double x, double mean) {
  if (mean == 0) return x < 0 ? 1 : 0;
  return x < 0 ? 1 : boost::math::cdf(complement(PoissonLaw(mean), std::floor(x)));
}

// n(x) of a whole x ≥ 0. Far above the mean the closed form cancels, so the tail is summed there.
double PoissonShortage(int64_t x, double mean) {
  if (static_cast<double>(x) < mean + 2 * std::sqrt(mean) + 4) {
    return (mean - static_cast<double>(x)) * PoissonTail(static_cast<double>(x), mean) +
           mean * PoissonPmf(x, mean);
  }
  double sum = 0, pmf = PoissonPmf(x + 1, mean);
  for (int64_t k = x + 1; pmf > 0; ++k) {
    const double term = static_cast<double>(k - x) * pmf;
    sum += term;
    if (term < sum * 1e-18) break;
    pmf *= mean / static_cast<double>(k + 1);
  }
  return sum;
}

double LogNormalMean(const LogNormal& d) { return std::exp(d.mu + d.sigma * d.sigma / 2); }

Loss LogNormalLoss(const LogNormal& d, double x) {
  const double mean = LogNormalMean(d);
  if (x <= 0) return {mean - x, 0};
  if (d.sigma == 0) return {std::max(mean - x, 0.0), std::max(x - mean, 0.0)};
  const double z = (std::log(x) - d.mu) / d.sigma;
  const double shortage = mean * NormalTail(z - d.sigma) - x * NormalTail(z);
  return {shortage, x - mean + shortage};
}

Loss GammaLoss(const Gamma& d, double x) {
  if (x <= 0) return {d.shape * d.scale - x, 0};
  const GammaLaw law(d.shape, d.scale);
  const double shortage =
      ((d.shape - x / d.scale) * cdf(complement(law, x)) + x * pdf(law, x)) * d.scale;
  return {shortage, x - d.shape * d.scale + shortage};
}

Loss UniformLoss(const Uniform& d, double x) {
  const double middle = (d.low + d.high) / 2;
  if (x <= d.low) return {middle - x, 0};
  if (x >= d.high) return {0, x - middle};
  const double width = 2 * (d.high - d.low);
  return {(d.high - x) * (d.high - x) / width, (x - d.low) * (x - d.low) / width};
}

Loss DiscreteLoss(const Discrete& d, double x) {
  Loss loss;
  for (const auto& [value, probability] : d.pmf) {
    const double more = static_cast<double>(value) - x;
    (more > 0 ? loss.shortage : loss.surplus) += std::abs(more) * probability;
  }
  return loss;
}

double PoissonQuantile(double mean, double p) {
  // Starts near the normal approximation and walks to the least k that reaches p.
  int64_t k = std::max<int64_t>(
      0, static_cast<int64_t>(mean + NormalQuantile(p) * std::sqrt(std::max(mean, 1e-9))));
  while (k > 0 && PoissonCdf(static_cast<double>(k - 1), mean) >= p) --k;
  while (PoissonCdf(static_cast<double>(k), mean) < p) ++k;
  return static_cast<double>(k);
}

std::vector<double> Dense(const Discrete& d) {
  std::vector<double> pmf(d.pmf.back().first + 1);
  for (const auto& [value, probability] : d.pmf) pmf[value] = probability;
  return pmf;
}

void CheckPmf(const Discrete& d, std::string_view field, FieldViolations& violations) {
  const std::string path = fmt::format("{}.discrete.pmf", field);
  if (!violations.Check(!d.pmf.empty() && d.pmf.size() <= kMaxSupport, path,
                        "must hold 1 to 100000 values")) {
    return;
  }
  double sum = 0;
  for (size_t i = 0; i < d.pmf.size(); ++i) {
    violations.Check(
        d.pmf[i].first >= (i == 0 ? 0 : d.pmf[i - 1].first + 1) && d.pmf[i].first <= 1'000'000'000,
        At(path, i) + ".value", "must ascend from 0 and be at most 1000000000");
    Fraction(d.pmf[i].second, At(path, i) + ".probability", violations);
    sum += d.pmf[i].second;
  }
  violations.Check(std::abs(sum - 1) <= 1e-6, path, "must add up to 1");
}

// z over the hazard rate φ/(1 - Φ), 1 where both underflow. It approaches 1 from below.
double OverHazard(double z) {
  const double tail = NormalTail(z);
  return tail > 0 ? z * tail / NormalPdf(z) : 1;
}

}  // namespace

double NormalPdf(double z) { return pdf(kNormal, z); }
double NormalCdf(double z) { return cdf(kNormal, z); }
double NormalTail(double z) { return cdf(complement(kNormal, z)); }
double NormalQuantile(double p) {
  return p > 0.5 ? quantile(complement(kNormal, 1 - p)) : quantile(kNormal, p);
}

double StandardLoss(double z) {
  if (z < 0) return StandardLoss(-z) - z;
  if (z == 0) return NormalPdf(0);
  // With the hazard rate the two terms are subtracted relative to φ, not to 1.
  return NormalPdf(z) * std::max(0.0, 1 - OverHazard(z));
}

double StandardSecondLoss(double z) {
  if (z < 0) return (z * z + 1) / 2 - StandardSecondLoss(-z);
  if (z == 0) return 0.25;
  return NormalPdf(z) * std::max(0.0, (z + 1 / z) * OverHazard(z) - z) / 2;
}

double InverseStandardLoss(double loss) {
  // L(-l) ≥ l, and L(38) is the least double.
  return Crossing([&](double z) { return StandardLoss(z) - loss; }, -loss - 1, 38.0);
}

Loss NormalLoss(double x, double mean, double sd) {
  if (sd == 0) return {std::max(mean - x, 0.0), std::max(x - mean, 0.0)};
  const double z = (x - mean) / sd;
  return {sd * StandardLoss(z), sd * StandardLoss(-z)};
}

Loss NormalSecondLoss(double x, double mean, double sd) {
  if (sd == 0) {
    const Loss first = NormalLoss(x, mean, 0);
    return {first.shortage * first.shortage / 2, first.surplus * first.surplus / 2};
  }
  const double z = (x - mean) / sd;
  return {sd * sd * StandardSecondLoss(z), sd * sd * StandardSecondLoss(-z)};
}

Loss PoissonLoss(double x, double mean) {
  if (x < 0) return {mean - x, 0};
  // Linear between whole numbers.
  const double floor = std::floor(x);
  const auto whole = static_cast<int64_t>(floor);
  double shortage = PoissonShortage(whole, mean);
  if (x > floor) shortage += (x - floor) * (PoissonShortage(whole + 1, mean) - shortage);
  return {shortage, std::max(0.0, x - mean + shortage)};
}

void CheckDemand(const Demand& demand, std::string_view field, FieldViolations& violations) {
  const auto path = [&](std::string_view kind, std::string_view name) {
    return fmt::format("{}.{}.{}", field, kind, name);
  };
  std::visit(Overloaded{[&](const Normal& d) {
                          NotNegative(d.mean, path("normal", "mean"), violations);
                          NotNegative(d.sd, path("normal", "standard_deviation"), violations);
                        },
                        [&](const Poisson& d) {
                          violations.Check(d.mean >= 0 && d.mean <= 1e9, path("poisson", "mean"),
                                           "must be 0 to 1e9");
                        },
                        [&](const LogNormal& d) {
                          violations.Check(std::abs(d.mu) <= 25, path("log_normal", "mu"),
                                           "must be -25 to 25");
                          violations.Check(d.sigma >= 0 && d.sigma <= 10,
                                           path("log_normal", "sigma"), "must be 0 to 10");
                        },
                        [&](const Gamma& d) {
                          Positive(d.shape, path("gamma", "shape"), violations);
                          Positive(d.scale, path("gamma", "scale"), violations);
                        },
                        [&](const Uniform& d) {
                          NotNegative(d.low, path("uniform", "low"), violations);
                          NotNegative(d.high, path("uniform", "high"), violations);
                          violations.Check(d.high > d.low, path("uniform", "high"),
                                           "must be above low");
                        },
                        [&](const Discrete& d) { CheckPmf(d, field, violations); }},
             demand);
}

bool IsDiscrete(const Demand& demand) {
  return std::holds_alternative<Poisson>(demand) || std::holds_alternative<Discrete>(demand);
}

double Mean(const Demand& demand) {
  return std::visit(
      Overloaded{[](const Normal& d) { return d.mean; }, [](const Poisson& d) { return d.mean; },
                 [](const LogNormal& d) { return LogNormalMean(d); },
                 [](const Gamma& d) { return d.shape * d.scale; },
                 [](const Uniform& d) { return (d.low + d.high) / 2; },
                 [](const Discrete& d) {
                   double mean = 0;
                   for (const auto& [v, p] : d.pmf) mean += static_cast<double>(v) * p;
                   return mean;
                 }},
      demand);
}

double Variance(const Demand& demand) {
  return std::visit(
      Overloaded{[](const Normal& d) { return d.sd * d.sd; },
                 [](const Poisson& d) { return d.mean; },
                 [](const LogNormal& d) {
                   const double mean = LogNormalMean(d);
                   return std::expm1(d.sigma * d.sigma) * mean * mean;
                 },
                 [](const Gamma& d) { return d.shape * d.scale * d.scale; },
                 [](const Uniform& d) { return (d.high - d.low) * (d.high - d.low) / 12; },
                 [](const Discrete& d) {
                   const double mean = Mean(d);
                   double sum = 0;
                   for (const auto& [v, p] : d.pmf) {
                     sum += p * (static_cast<double>(v) - mean) * (static_cast<double>(v) - mean);
                   }
                   return sum;
                 }},
      demand);
}

double Cdf(const Demand& demand, double x) {
  return std::visit(
      Overloaded{
          [&](const Normal& d) {
            return d.sd == 0 ? (x >= d.mean ? 1.0 : 0.0) : NormalCdf((x - d.mean) / d.sd);
          },
          [&](const Poisson& d) { return PoissonCdf(std::floor(x), d.mean); },
          [&](const LogNormal& d) {
            if (x <= 0) return 0.0;
            if (d.sigma == 0) return std::log(x) >= d.mu ? 1.0 : 0.0;
            return NormalCdf((std::log(x) - d.mu) / d.sigma);
          },
          [&](const Gamma& d) { return x <= 0 ? 0.0 : cdf(GammaLaw(d.shape, d.scale), x); },
          [&](const Uniform& d) { return std::clamp((x - d.low) / (d.high - d.low), 0.0, 1.0); },
          [&](const Discrete& d) {
            double sum = 0;
            for (const auto& [v, p] : d.pmf) sum += static_cast<double>(v) <= x ? p : 0;
            return sum;
          }},
      demand);
}

double Quantile(const Demand& demand, double p) {
  return std::visit(
      Overloaded{[&](const Normal& d) { return d.mean + d.sd * NormalQuantile(p); },
                 [&](const Poisson& d) { return d.mean == 0 ? 0.0 : PoissonQuantile(d.mean, p); },
                 [&](const LogNormal& d) { return std::exp(d.mu + d.sigma * NormalQuantile(p)); },
                 [&](const Gamma& d) { return quantile(GammaLaw(d.shape, d.scale), p); },
                 [&](const Uniform& d) { return d.low + p * (d.high - d.low); },
                 [&](const Discrete& d) {
                   double sum = 0;
                   for (const auto& [v, probability] : d.pmf) {
                     sum += probability;
                     // Sums of decimal probabilities end a few units of the last place short.
                     if (sum >= p - 1e-12) return static_cast<double>(v);
                   }
                   return static_cast<double>(d.pmf.back().first);
                 }},
      demand);
}

Loss LossOf(const Demand& demand, double x) {
  return std::visit(Overloaded{[&](const Normal& d) { return NormalLoss(x, d.mean, d.sd); },
                               [&](const Poisson& d) { return PoissonLoss(x, d.mean); },
                               [&](const LogNormal& d) { return LogNormalLoss(d, x); },
                               [&](const Gamma& d) { return GammaLoss(d, x); },
                               [&](const Uniform& d) { return UniformLoss(d, x); },
                               [&](const Discrete& d) { return DiscreteLoss(d, x); }},
                    demand);
}

absl::StatusOr<Demand> SumOver(const Demand& demand, double periods) {
  if (periods == 1) return demand;
  if (const auto* d = std::get_if<Normal>(&demand)) {
    return Normal{d->mean * periods, d->sd * std::sqrt(periods)};
  }
  if (const auto* d = std::get_if<Poisson>(&demand)) return Poisson{d->mean * periods};
  if (const auto* d = std::get_if<Gamma>(&demand)) return Gamma{d->shape * periods, d->scale};
  FieldViolations violations;
  const auto* d = std::get_if<Discrete>(&demand);
  if (violations.Check(d != nullptr, "periods",
                       "must be 1: the sum of such demands has no closed form") &&
      violations.Check(periods >= 1 && periods == std::floor(periods) &&
                           periods * static_cast<double>(d->pmf.back().first) <= 10'000,
                       "periods", "must be whole, with a total demand of at most 10000")) {
    const std::vector<double> one = Dense(*d);
    std::vector<double> sum = {1};
    for (int i = 0; i < static_cast<int>(periods); ++i) {
      std::vector<double> next(sum.size() + one.size() - 1);
      for (size_t a = 0; a < sum.size(); ++a) {
        for (size_t b = 0; b < one.size(); ++b) next[a + b] += sum[a] * one[b];
      }
      sum = std::move(next);
    }
    Discrete total;
    for (size_t v = 0; v < sum.size(); ++v) {
      if (sum[v] > 0) total.pmf.emplace_back(v, sum[v]);
    }
    return total;
  }
  return violations.ToStatus();
}

}  // namespace kefu::warehouse::domain::replenishment
