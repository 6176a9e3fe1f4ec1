#include "services/warehouse/domain/replenishment/reorder_policy.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "common/status/status_macros.h"

namespace kefu::warehouse::domain::replenishment {
namespace {

constexpr Formula kFormulas[] = {
    {"(r, Q) exact", "g(r,Q) = [K λ + ∫ g(y) dy] / Q, g(r) = g(r + Q) = g(r,Q)",
     "Zheng (1992); Snyder & Shen (2019), eq. 5.7-5.9"},
    {"(r, Q) expected-inventory-level approximation",
     "r = F^-1(1 - Q h / (p λ)); Q = sqrt(2 λ [K + p n(r)] / h)",
     "Hadley & Whitin (1963); Snyder & Shen (2019), eq. 5.16-5.18"},
    {"(r, Q) EOQB approximation", "Q = sqrt(2 K λ (h + p) / (h p)); g(r) = g(r + Q)",
     "Zheng (1992); Snyder & Shen (2019), section 5.3.2"},
    {"(r, Q) EOQ+SS approximation", "Q = sqrt(2 K λ / h); r = μ + z σ, z = Φ^-1(p / (p + h))",
     "Snyder & Shen (2019), eq. 5.21"},
    {"(r, Q) loss-function approximation",
     "n(r) = h Q / (h + p); Q = sqrt(2 [K λ + (h + p) n2(r)] / h)",
     "Hadley & Whitin (1963); Snyder & Shen (2019), eq. 5.28-5.29"},
    {"(r, Q) exact, Poisson demand", "g(r,Q) = [K λ + Σ g(y), y = r+1 .. r+Q] / Q",
     "Federgruen & Zheng (1992); Snyder & Shen (2019), eq. 5.48"}};
constexpr int kMaxRounds = 100'000;       // of a fixed point
constexpr double kMaxPoissonSteps = 1e5;  // of the exact search, well below a second

const Formula& FormulaOf(RqMethod method) { return kFormulas[static_cast<int>(method)]; }

absl::Status Check(const RqInput& input) {
  FieldViolations violations;
  Positive(input.holding_cost, "holding_cost", violations);
  Positive(input.stockout_cost, "stockout_cost", violations);
  Positive(input.fixed_cost, "fixed_cost", violations);
  Positive(input.demand_mean, "demand_mean", violations);
  NotNegative(input.demand_sd, "demand_standard_deviation", violations);
  NotNegative(input.lead_time, "lead_time", violations);
  return violations.ToStatus();
}

absl::Status Fault(std::string_view field, std::string_view what) {
  FieldViolations violations;
  violations.Add(field, what);
  return violations.ToStatus();
}

// The normal model with its lead-time demand.
struct Model {
  explicit Model(const RqInput& in)
      : input(in),
        mean(in.demand_mean * in.lead_time),
        sd(in.demand_sd * std::sqrt(in.lead_time)) {}

  double Rate(double y) const {
    const Loss loss = NormalLoss(y, mean, sd);
    return input.holding_cost * loss.surplus + input.stockout_cost * loss.shortage;
  }
  // ∫_r^{r+Q} g(y) dy, by the second-order loss functions.
  double Integral(double r, double q) const {
    const Loss low = NormalSecondLoss(r, mean, sd), high = NormalSecondLoss(r + q, mean, sd);
    return input.holding_cost * (high.surplus - low.surplus) +
           input.stockout_cost * (low.shortage - high.shortage);
  }
  double BaseStock() const {
    return mean +
           sd * NormalQuantile(input.stockout_cost / (input.stockout_cost + input.holding_cost));
  }
  double BestR(double q) const {
    const double s = BaseStock();
    return Crossing([&](double r) { return Rate(r) - Rate(r + q); }, s - q, s);
  }

  const RqInput& input;
  double mean, sd;
};

RqPolicy Evaluate(const Model& model, RqMethod method, double r, double q) {
  const RqInput& in = model.input;
  const Loss low = NormalLoss(r, model.mean, model.sd);
  const Loss high = NormalLoss(r + q, model.mean, model.sd);
  const double backorders = (NormalSecondLoss(r, model.mean, model.sd).shortage -
                             NormalSecondLoss(r + q, model.mean, model.sd).shortage) /
                            q;
  const double cost = (in.fixed_cost * in.demand_mean + model.Integral(r, q)) / q;
  return {.formula = FormulaOf(method),
          .reorder_point = r,
          .quantity = q,
          .cost = cost,
          .approximate_cost = cost,
          .safety_stock = r - model.mean,
          .in_stock_probability = Cdf(Normal{model.mean, model.sd}, r),
          .fill_rate = 1 - (low.shortage - high.shortage) / q,
          .expected_on_hand = r + q / 2 - model.mean + backorders,
          .expected_backorders = backorders};
}

double EoqbQuantity(const RqInput& in) {
  const double h = in.holding_cost, p = in.stockout_cost;
  return std::sqrt(2 * in.fixed_cost * in.demand_mean * (h + p) / (h * p));
}

RqPolicy Exact(const Model& model) {
  const double setup = model.input.fixed_cost * model.input.demand_mean;
  // H(Q) = Q g(r(Q)) - ∫ g grows with Q and is Kλ at the optimum, which EOQB's Q never exceeds.
  const auto rest = [&](double q) {
    const double r = model.BestR(q);
    return setup - (q * model.Rate(r) - model.Integral(r, q));
  };
  const double low = EoqbQuantity(model.input) / 2;
  double high = 4 * low + model.sd;
  while (rest(high) > 0) high *= 2;
  const double q = Crossing(rest, low, high);
  return Evaluate(model, RqMethod::kExact, model.BestR(q), q);
}

absl::StatusOr<RqPolicy> ExpectedLevel(const Model& model) {
  const RqInput& in = model.input;
  double q = std::sqrt(2 * in.fixed_cost * in.demand_mean / in.holding_cost), r = 0;
  for (int round = 0;; ++round) {
    const double short_part = q * in.holding_cost / (in.stockout_cost * in.demand_mean);
    if (short_part >= 1 || round == kMaxRounds) {
      return Fault("stockout_cost",
                   "is too small for this approximation: Q h / (p λ) must stay below 1");
    }
    const double before = q;
    r = model.mean + model.sd * NormalQuantile(1 - short_part);
    const double n = NormalLoss(r, model.mean, model.sd).shortage;
    q = std::sqrt(2 * in.demand_mean * (in.fixed_cost + in.stockout_cost * n) / in.holding_cost);
    if (std::abs(q - before) <= 1e-13 * q) break;
  }
  RqPolicy policy = Evaluate(model, RqMethod::kExpectedLevel, r, q);
  policy.approximate_cost =
      in.holding_cost * (r - model.mean + q / 2) +
      (in.fixed_cost + in.stockout_cost * NormalLoss(r, model.mean, model.sd).shortage) *
          in.demand_mean / q;
  return policy;
}

absl::StatusOr<RqPolicy> ByLossFunction(const Model& model) {
  const RqInput& in = model.input;
  if (model.sd == 0) {
    RqPolicy policy =
        Evaluate(model, RqMethod::kLossFunction, model.BestR(EoqbQuantity(in)), EoqbQuantity(in));
    return policy;
  }
  const double h = in.holding_cost, p = in.stockout_cost;
  double q = std::sqrt(2 * in.fixed_cost * in.demand_mean / h), r = 0;
  for (int round = 0;; ++round) {
    if (round == kMaxRounds) {
      return Fault("stockout_cost", "gives no fixed point of this approximation");
    }
    const double before = q;
    r = model.mean + model.sd * InverseStandardLoss(h * q / ((h + p) * model.sd));
    const double n2 = NormalSecondLoss(r, model.mean, model.sd).shortage;
    q = std::sqrt(2 * (in.fixed_cost * in.demand_mean + (h + p) * n2) / h);
    if (std::abs(q - before) <= 1e-13 * q) break;
  }
  return Evaluate(model, RqMethod::kLossFunction, r, q);
}

// --- Poisson ---

double PoissonRate(const RqInput& in, double mean, int64_t y) {
  const Loss loss = PoissonLoss(static_cast<double>(y), mean);
  return in.holding_cost * loss.surplus + in.stockout_cost * loss.shortage;
}

RqPolicy EvaluatePoisson(const RqInput& in, int64_t r, int64_t q, double total) {
  const double mean = in.demand_mean * in.lead_time;
  double on_hand = 0, backorders = 0, in_stock = 0;
  for (int64_t y = r + 1; y <= r + q; ++y) {
    const Loss loss = PoissonLoss(static_cast<double>(y), mean);
    on_hand += loss.surplus;
    backorders += loss.shortage;
    in_stock += Cdf(Poisson{mean}, static_cast<double>(y - 1));
  }
  const double count = static_cast<double>(q);
  return {.formula = FormulaOf(RqMethod::kPoissonExact),
          .reorder_point = static_cast<double>(r),
          .quantity = count,
          .cost = total / count,
          .approximate_cost = total / count,
          .safety_stock = static_cast<double>(r) - mean,
          .in_stock_probability = Cdf(Poisson{mean}, static_cast<double>(r)),
          // By PASTA a demand finds the stock that Y - D leaves, Y uniform on r+1..r+Q.
          .fill_rate = in_stock / count,
          .expected_on_hand = on_hand / count,
          .expected_backorders = backorders / count};
}

absl::StatusOr<RqPolicy> PoissonExact(const RqInput& in) {
  const double mean = in.demand_mean * in.lead_time;
  if (mean > 1e6 || EoqbQuantity(in) > kMaxPoissonSteps / 10) {
    return Fault("demand_mean", "is too large for the exact Poisson search; take normal demand");
  }
  const double ratio = in.stockout_cost / (in.stockout_cost + in.holding_cost);
  const auto best = static_cast<int64_t>(mean == 0 ? 0 : Quantile(Poisson{mean}, ratio));
  const double setup = in.fixed_cost * in.demand_mean;
  int64_t r = best - 1, q = 1;
  double total = setup + PoissonRate(in, mean, best);
  double below = PoissonRate(in, mean, r), above = PoissonRate(in, mean, r + q + 1);
  // Adds the cheaper neighbour while it costs less than the average.
  while (std::min(below, above) < total / static_cast<double>(q)) {
    ++q;
    if (below < above) {
      total += below;
      below = PoissonRate(in, mean, --r);
    } else {
      total += above;
      above = PoissonRate(in, mean, r + q + 1);
    }
  }
  return EvaluatePoisson(in, r, q, total);
}

// --- (s, S) ---

constexpr Formula kSs{"(s, S) exact", "g(s,S) = [K + Σ m(d) g(S - d)] / M(S - s)",
                      "Zheng & Federgruen (1991); Snyder & Shen (2019), Algorithm 4.2"};
constexpr Formula kPower{
    "(s, S) power approximation",
    "Q = 1.30 μ^0.494 (K/h)^0.506 (1 + σ_L²/μ²)^0.116; s = 0.973 μ_L + σ_L (0.183/z + 1.063 - "
    "2.192 z); z = sqrt(Q h / (σ_L p)); S = s + Q",
    "Ehrhardt & Mosier (1984); Snyder & Shen (2019), eq. 4.77-4.80"};
constexpr int64_t kMaxSpan = 20'000;  // S - s: the renewal density takes its square in steps

// The renewal quantities m and M of the demand of one period, and g, each computed once.
class SsModel {
 public:
  SsModel(const SsInput& input, Demand over_lead_time)
      : input_(input), total_(std::move(over_lead_time)) {
    const double top = Quantile(input.demand, 1 - 1e-15);
    for (int64_t d = 0; d <= static_cast<int64_t>(top); ++d) {
      const double below = d == 0 ? 0 : Cdf(input.demand, static_cast<double>(d - 1));
      pmf_.push_back(Cdf(input.demand, static_cast<double>(d)) - below);
    }
    if (const auto* poisson = std::get_if<Poisson>(&input.demand)) {
      // Directly, since differences of the distribution function lose digits.
      double log_pmf = -poisson->mean;
      for (size_t d = 0; d < pmf_.size(); ++d) {
        if (d > 0) log_pmf += std::log(poisson->mean / static_cast<double>(d));
        pmf_[d] = std::exp(log_pmf);
      }
    }
    renewal_ = {1 / (1 - pmf_[0])};
    sums_ = {0, renewal_[0]};
  }

  double Rate(int64_t y) {
    const auto [entry, added] = rates_.try_emplace(y);
    if (added) {
      const Loss loss = LossOf(total_, static_cast<double>(y));
      entry->second = input_.holding_cost * loss.surplus + input_.stockout_cost * loss.shortage;
    }
    return entry->second;
  }
  double Cost(int64_t s, int64_t up) {
    const int64_t span = up - s;
    Extend(span);
    double cost = input_.fixed_cost;
    for (int64_t d = 0; d < span; ++d) cost += renewal_[d] * Rate(up - d);
    return cost / sums_[span];
  }
  int64_t BaseStock() const {
    const double ratio = input_.stockout_cost / (input_.stockout_cost + input_.holding_cost);
    return static_cast<int64_t>(Quantile(total_, ratio));
  }

 private:
  // m(j) = Σ_{l=1..j} p_l m(j - l) / (1 - p_0).
  void Extend(int64_t span) {
    while (static_cast<int64_t>(renewal_.size()) < span) {
      const size_t j = renewal_.size();
      double sum = 0;
      for (size_t l = 1; l <= j && l < pmf_.size(); ++l) sum += pmf_[l] * renewal_[j - l];
      renewal_.push_back(sum * renewal_[0]);
      sums_.push_back(sums_.back() + renewal_.back());
    }
  }

  const SsInput& input_;
  Demand total_;
  std::vector<double> pmf_, renewal_, sums_;
  std::unordered_map<int64_t, double> rates_;
};

absl::StatusOr<SsModel> MakeSs(const SsInput& input) {
  FieldViolations violations;
  Positive(input.holding_cost, "holding_cost", violations);
  Positive(input.stockout_cost, "stockout_cost", violations);
  Positive(input.fixed_cost, "fixed_cost", violations);
  CheckDemand(input.demand, "demand", violations);
  violations.Check(input.lead_time >= 0 && input.lead_time <= 1000, "lead_time",
                   "must be 0 to 1000 periods");
  RETURN_IF_ERROR(violations.ToStatus());
  violations.Check(IsDiscrete(input.demand), "demand", "must be Poisson or discrete");
  const double mean = Mean(input.demand);
  violations.Check(mean > 0 && mean <= 5000, "demand",
                   "must have a mean above 0 and at most 5000 pieces a period");
  violations.Check(!(input.fixed_cost * mean / input.holding_cost > 1e7), "fixed_cost",
                   "is too large for the exact search: K μ / h must be at most 1e7");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(Demand total, SumOver(input.demand, static_cast<double>(input.lead_time + 1)));
  return SsModel(input, std::move(total));
}

}  // namespace

absl::StatusOr<RqPolicy> SolveRq(const RqInput& input, RqMethod method) {
  RETURN_IF_ERROR(Check(input));
  const Model model(input);
  switch (method) {
    case RqMethod::kExact:
      return Exact(model);
    case RqMethod::kExpectedLevel:
      return ExpectedLevel(model);
    case RqMethod::kEoqBackorders: {
      const double q = EoqbQuantity(input);
      return Evaluate(model, method, model.BestR(q), q);
    }
    case RqMethod::kEoqSafetyStock:
      return Evaluate(model, method, model.BaseStock(),
                      std::sqrt(2 * input.fixed_cost * input.demand_mean / input.holding_cost));
    case RqMethod::kLossFunction:
      return ByLossFunction(model);
    case RqMethod::kPoissonExact:
      return PoissonExact(input);
  }
  return Internal("unknown method");
}

absl::StatusOr<RqPolicy> EvaluateRq(const RqInput& input, bool poisson, double reorder_point,
                                    double quantity) {
  RETURN_IF_ERROR(Check(input));
  FieldViolations violations;
  Number(reorder_point, "given.reorder_point", violations);
  Positive(quantity, "given.order_quantity", violations);
  if (poisson) {
    violations.Check(reorder_point == std::floor(reorder_point), "given.reorder_point",
                     "must be whole");
    violations.Check(quantity == std::floor(quantity) && quantity <= kMaxPoissonSteps,
                     "given.order_quantity", "must be whole and at most 100000");
  }
  RETURN_IF_ERROR(violations.ToStatus());
  if (!poisson) return Evaluate(Model(input), RqMethod::kExact, reorder_point, quantity);
  const auto r = static_cast<int64_t>(reorder_point), q = static_cast<int64_t>(quantity);
  double total = input.fixed_cost * input.demand_mean;
  for (int64_t y = r + 1; y <= r + q; ++y) {
    total += PoissonRate(input, input.demand_mean * input.lead_time, y);
  }
  return EvaluatePoisson(input, r, q, total);
}

absl::StatusOr<double> BestReorderPoint(const RqInput& input, double quantity) {
  RETURN_IF_ERROR(Check(input));
  FieldViolations violations;
  Positive(quantity, "order_quantity", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return Model(input).BestR(quantity);
}

absl::StatusOr<SsPolicy> EvaluateSs(const SsInput& input, int64_t reorder_point,
                                    int64_t order_up_to) {
  ASSIGN_OR_RETURN(SsModel model, MakeSs(input));
  FieldViolations violations;
  violations.Check(order_up_to > reorder_point && order_up_to - reorder_point <= kMaxSpan,
                   "given.order_up_to", "must be 1 to 20000 above reorder_point");
  violations.Check(std::abs(reorder_point) <= 1'000'000'000, "given.reorder_point",
                   "must be at most 1e9 in size");
  RETURN_IF_ERROR(violations.ToStatus());
  return SsPolicy{kSs, static_cast<double>(reorder_point), static_cast<double>(order_up_to),
                  model.Cost(reorder_point, order_up_to)};
}

absl::StatusOr<SsPolicy> SolveSs(const SsInput& input) {
  ASSIGN_OR_RETURN(SsModel model, MakeSs(input));
  const int64_t base = model.BaseStock();
  int64_t best_s = base - 1, best_up = base;
  while (model.Cost(best_s, best_up) > model.Rate(best_s)) --best_s;
  double best = model.Cost(best_s, best_up);
  for (int64_t up = base + 1; model.Rate(up) <= best; ++up) {
    if (up - best_s > kMaxSpan) return Fault("fixed_cost", "is too large for the exact search");
    if (model.Cost(best_s, up) >= best) continue;
    best_up = up;
    while (model.Cost(best_s, best_up) <= model.Rate(best_s + 1)) ++best_s;
    best = model.Cost(best_s, best_up);
  }
  return SsPolicy{kSs, static_cast<double>(best_s), static_cast<double>(best_up), best};
}

absl::StatusOr<SsPolicy> PowerApproximation(const PowerInput& input) {
  FieldViolations violations;
  Positive(input.holding_cost, "holding_cost", violations);
  Positive(input.stockout_cost, "stockout_cost", violations);
  Positive(input.fixed_cost, "fixed_cost", violations);
  Positive(input.demand_mean, "demand_mean", violations);
  Positive(input.demand_sd, "demand_standard_deviation", violations);
  NotNegative(input.lead_time, "lead_time", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const double h = input.holding_cost, p = input.stockout_cost;
  const double mean = input.demand_mean * (input.lead_time + 1);
  const double sd = input.demand_sd * std::sqrt(input.lead_time + 1);
  const double q = 1.30 * std::pow(input.demand_mean, 0.494) *
                   std::pow(input.fixed_cost / h, 0.506) *
                   std::pow(1 + sd * sd / (input.demand_mean * input.demand_mean), 0.116);
  const double z = std::sqrt(q / sd * h / p);
  double s = 0.973 * mean + sd * (0.183 / z + 1.063 - 2.192 * z);
  double up = s + q;
  if (input.cap_small_quantity && q <= 1.5 * input.demand_mean) {
    const double base = mean + sd * NormalQuantile(p / (p + h));
    s = std::min(s, base);
    up = std::min(up, base);
  }
  return SsPolicy{kPower, s, up, 0};
}

}  // namespace kefu::warehouse::domain::replenishment
