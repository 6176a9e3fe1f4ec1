// Distributions of demand and their loss functions. Pure and thread-safe.
//
// n(x) = E[(X - x)+] is the loss function, the units short when x are stocked; its complement
// E[(x - X)+] the units left; n2(x) = ½ E[((X - x)+)²] the second-order loss function.
// Source: Snyder & Shen, Fundamentals of Supply Chain Theory, 2nd ed. (2019), appendix C.3;
// Zipkin, Foundations of Inventory Management (2000), appendix C.2.3.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "services/warehouse/domain/replenishment/checks.h"

namespace kefu::warehouse::domain::replenishment {

double NormalPdf(double z);
double NormalCdf(double z);
double NormalTail(double z);      // 1 - cdf, exact far out
double NormalQuantile(double p);  // 0 < p < 1

// L(z) = φ(z) - z (1 - Φ(z)) of the standard normal; exact to the last digits at any z.
double StandardLoss(double z);
// L2(z) = ½ [(z² + 1)(1 - Φ(z)) - z φ(z)].
double StandardSecondLoss(double z);
// The z with StandardLoss(z) == loss, for loss > 0.
double InverseStandardLoss(double loss);

struct Loss {
  double shortage = 0;  // E[(X - x)+]
  double surplus = 0;   // E[(x - X)+]
};
// sd 0 is a constant.
Loss NormalLoss(double x, double mean, double sd);
Loss NormalSecondLoss(double x, double mean, double sd);
Loss PoissonLoss(double x, double mean);

// Demand of one period or of a lead time.
struct Normal {
  double mean = 0;
  double sd = 0;
};
struct Poisson {
  double mean = 0;
};
// ln X is normal(mu, sigma).
struct LogNormal {
  double mu = 0;
  double sigma = 0;
};
struct Gamma {
  double shape = 0;
  double scale = 0;
};
struct Uniform {
  double low = 0;
  double high = 0;
};
// P(X = value) = probability; values are whole, ascending and not negative.
struct Discrete {
  std::vector<std::pair<int64_t, double>> pmf;
};
using Demand = std::variant<Normal, Poisson, LogNormal, Gamma, Uniform, Discrete>;

// Faults of the parameters under `field`: probabilities must add up to 1 within 1e-6, at most
// 100,000 values.
void CheckDemand(const Demand& demand, std::string_view field, FieldViolations& violations);

// Of demands that passed CheckDemand.
bool IsDiscrete(const Demand& demand);
double Mean(const Demand& demand);
double Variance(const Demand& demand);
double Cdf(const Demand& demand, double x);  // P(X ≤ x)
// The least x with Cdf(x) ≥ p; whole for discrete demand. 0 < p < 1.
double Quantile(const Demand& demand, double p);
Loss LossOf(const Demand& demand, double x);

// The demand of `periods` independent periods. INVALID_FIELDS (field "periods") when the sum has no
// closed form: log-normal and uniform over other than 1, discrete over a fraction or over so many
// that the support would pass 100,000 values.
absl::StatusOr<Demand> SumOver(const Demand& demand, double periods);

// The point in [low, high] where f, which does not increase, passes from positive to not positive;
// an end when it does not. To the last digit of the arithmetic.
template <class F>
double Crossing(F f, double low, double high) {
  for (int i = 0; i < 2000; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (f(middle) > 0 ? low : high) = middle;
  }
  return high;
}

}  // namespace kefu::warehouse::domain::replenishment
