#include "services/staffing/domain/workload/erlang.h"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <limits>

namespace kefu::staffing::domain::workload {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// What a load as large as the agents can differ from them by: products of rates and means.
constexpr double kRounding = 1e-12;

// The rate at which `chats` contacts at once leave one agent.
double RateOf(const Queue& queue, int64_t chats) {
  return static_cast<double>(chats) /
         (queue.handle_seconds * (1 + queue.slow_down * static_cast<double>(chats - 1)));
}

// The house up to all places taken: share of time that all are, were nobody let in beyond, and the
// mean number of contacts while not all are.
struct House {
  double full = 1;             // B of the truncated process
  double mean_below_full = 0;  // of contacts in hand
  double rate = 0;             // at which a full house answers, D
};

House Fill(const Queue& queue, int64_t agents) {
  House house;
  const int64_t places = agents * queue.chats;
  double inverse = 1;  // 1/B of the process truncated at m
  double mean = 0;     // of the process truncated at m
  for (int64_t m = 1; m <= places; ++m) {
    const int64_t least = m / agents, more = m % agents;  // chats of an agent; agents with one more
    const double rate =
        (least > 0 ? static_cast<double>(agents - more) * RateOf(queue, least) : 0) +
        (more > 0 ? static_cast<double>(more) * RateOf(queue, least + 1) : 0);
    house.mean_below_full = mean;
    house.rate = rate;
    inverse = 1 + rate / queue.arrivals_per_second * inverse;
    const double full = 1 / inverse;
    mean = (1 - full) * mean + full * static_cast<double>(m);
    house.full = full;
  }
  return house;
}

// The wait offered to customers who find a full house with rate D, while they leave at rate θ.
class OfferedWait {
 public:
  OfferedWait(double arrivals, double rate, double theta)
      : rate_(rate),
        theta_(theta),
        mode_(arrivals > rate ? std::log(arrivals / rate) / theta : 0),
        slope_(std::min(arrivals, rate)),
        log_peak_(arrivals > rate ? (arrivals - rate) / theta - rate * mode_ : 0),
        left_(-std::min(mode_, Reach(-1))),
        right_(Reach(+1)) {
    area_ = Integrate(left_, right_, [](double) { return 1.0; });
  }

  // 1/(D·∫g): the chance that a full house has nobody waiting.
  double nobody_waits() const { return std::exp(-log_peak_) / (rate_ * area_); }
  // Answered within the time, of those who found a full house.
  double AnsweredWithin(double seconds) const {
    const double end = std::min(right_, seconds - mode_);
    if (end <= left_) return 0;
    return Integrate(left_, end, [&](double u) { return std::exp(-theta_ * (mode_ + u)); }) / area_;
  }
  // The shorter of wait and patience, of the same: (1 - e^(-θv))/θ on average.
  double MeanWait() const {
    return Integrate(left_, right_,
                     [&](double u) { return -std::expm1(-theta_ * (mode_ + u)) / theta_; }) /
           area_;
  }

 private:
  static constexpr double kNothing = 42;  // e^-42 is below what a double adds to 1
  static constexpr int kPanels = 24;

  // log g(mode + u) - log g(mode), without differences of large numbers: the slope at the mode is
  // that of λe^(-θ·mode), which is D where the mode is not at 0.
  double LogDensity(double u) const {
    return -slope_ * std::expm1(-theta_ * u) / theta_ - rate_ * u;
  }
  // How far from the mode in a direction the density is worth adding up.
  double Reach(int direction) const {
    double reach = 1 / rate_;
    while (LogDensity(direction * reach) > -kNothing) reach *= 1.5;
    return reach;
  }
  template <class F>
  double Integrate(double from, double to, F weight) const {
    double sum = 0;
    // Panels away from the mode; the first ones are short against the patience, which bends the
    // density there, when that is much shorter than a wait.
    const auto add = [&](double direction, double begin, double end, double widest) {
      double width = std::min(widest, 0.5 / theta_);
      for (double at = begin; at < end; at += width, width = std::min(widest, 1.5 * width)) {
        const double next = std::min(end, at + width);
        sum += boost::math::quadrature::gauss<double, 10>::integrate(
            [&](double u) { return std::exp(LogDensity(direction * u)) * weight(direction * u); },
            at, next);
      }
    };
    if (from < 0) add(-1, std::max(0.0, -to), -from, -left_ / kPanels);
    if (to > 0) add(+1, std::max(0.0, from), to, right_ / kPanels);
    return sum;
  }

  const double rate_, theta_, mode_, slope_, log_peak_, left_, right_;
  double area_ = 0;
};

// The figures of customers who find a full house.
struct Waiting {
  double nobody_waits;  // the chance that a full house has nobody waiting
  double answered_within, mean_wait;
};

Waiting WaitOf(const Queue& queue, double rate, double answer_seconds) {
  if (queue.patience_seconds <= 0) {  // Erlang C
    const double spare = rate - queue.arrivals_per_second;
    return {spare / rate, -std::expm1(-spare * answer_seconds), 1 / spare};
  }
  const OfferedWait wait(queue.arrivals_per_second, rate, 1 / queue.patience_seconds);
  return {wait.nobody_waits(), wait.AnsweredWithin(answer_seconds), wait.MeanWait()};
}

Figures NobodyAnswers(const Queue& queue) {
  const bool leave = queue.patience_seconds > 0;
  return {.stable = leave,
          .wait_probability = 1,
          .answered_within = 0,
          .answered = leave ? 0.0 : 1.0,
          .mean_wait_seconds = leave ? queue.patience_seconds : kInfinity,
          .occupancy = 1};
}

}  // namespace

double OfferedLoad(const Queue& queue) { return queue.arrivals_per_second * queue.handle_seconds; }

double ErlangB(double load, int64_t servers) {
  double inverse = 1;
  for (int64_t n = 1; n <= servers; ++n) inverse = 1 + static_cast<double>(n) / load * inverse;
  return 1 / inverse;
}

double ErlangC(double load, int64_t servers) {
  if (load <= 0) return servers > 0 ? 0 : 1;
  const double n = static_cast<double>(servers);
  if (load >= n) return 1;
  const double lost = ErlangB(load, servers), use = load / n;
  return lost / (1 - use * (1 - lost));
}

Figures Evaluate(const Queue& queue, int64_t agents, double answer_seconds) {
  const double arrivals = queue.arrivals_per_second;
  if (arrivals <= 0) return {};
  if (agents <= 0) return NobodyAnswers(queue);
  const House house = Fill(queue, agents);
  if (queue.patience_seconds <= 0 && arrivals >= house.rate * (1 - kRounding)) {
    return NobodyAnswers(queue);
  }
  const Waiting waiting = WaitOf(queue, house.rate, answer_seconds);
  Figures figures;
  figures.wait_probability = house.full / (house.full + waiting.nobody_waits * (1 - house.full));
  const double wait = figures.wait_probability;
  figures.answered_within = 1 - wait + wait * waiting.answered_within;
  figures.mean_wait_seconds = wait * waiting.mean_wait;
  // In the steady state customers leave at θ · (mean number waiting), and that is θ · λ · W.
  if (queue.patience_seconds > 0) {
    figures.answered = 1 - figures.mean_wait_seconds / queue.patience_seconds;
  }
  const double places = static_cast<double>(agents) * queue.chats;
  figures.occupancy = (1 - wait) * house.mean_below_full / places + wait;
  return figures;
}

Figures EvaluateLoss(const Queue& queue, int64_t agents) {
  if (queue.arrivals_per_second <= 0) return {};
  const House house = Fill(queue, std::max<int64_t>(agents, 0));
  const double places = static_cast<double>(agents) * queue.chats;
  return {.wait_probability = house.full,
          .answered_within = 1 - house.full,
          .answered = 1 - house.full,
          .occupancy =
              agents <= 0 ? 1 : (1 - house.full) * house.mean_below_full / places + house.full};
}

std::optional<double> MeanPatience(double waited_seconds, int64_t abandoned) {
  if (abandoned <= 0 || waited_seconds <= 0) return std::nullopt;
  return waited_seconds / static_cast<double>(abandoned);
}

}  // namespace kefu::staffing::domain::workload
