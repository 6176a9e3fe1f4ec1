#include "services/staffing/optimise/planner.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <random>
#include <thread>

#include "absl/time/clock.h"
#include "services/staffing/optimise/bound.h"
#include "services/staffing/optimise/cover_state.h"
#include "services/staffing/optimise/day_program.h"

namespace kefu::staffing::optimise {
namespace {

constexpr int kMostSweeps = 12;
constexpr double kSweepGain = 0.0005;  // of the cost: a round that helps less is the last for now
constexpr double kCycleGain = 0.0001;  // the same of a programme of every day
constexpr int kDaysBetweenSweeps = 7;
constexpr int kShakesAfterDay = 8;
constexpr int kMostShaken = 6;              // agents at once
constexpr int64_t kNoiseParts = 1'000'000;  // of the cost: less than any shift is worth
constexpr int kBoundStepsAtOnce = 5;
constexpr double kDayGap = 0.0005;  // a day's programme need not be better than this
constexpr absl::Duration kDayTime = absl::Seconds(6);
constexpr int kDayNodes = 500;  // where time does not count

class Planner {
 public:
  Planner(const roster::Problem& problem, const PlanOptions& options)
      : options_(options),
        instance_(problem),
        cover_(instance_),
        lines_(instance_),
        random_(options.seed),
        bound_(instance_),
        start_(absl::Now()) {
    for (int a = 0; a < instance_.agents(); ++a) {
      plan_.push_back(instance_.FixedLine(a));
      cost_.push_back(instance_.LineCost(a, plan_[a]));
      cover_.AddLine(a, plan_[a]);
    }
    bound_minor_ = bound_.best();
  }

  Plan Run() {
    Sweep();
    Sweep();
    std::thread bounding([this, target = total()] { ImproveBound(target); });
    SweepWhileItHelps();
    if (!MayStop()) PlanDays();
    if (!options_.days) WaitForBound();
    if (!options_.days) done_ = true;
    bounding.join();
    Plan plan;
    plan.shifts = instance_.Shifts(plan_);
    plan.outcome = roster::Evaluate(instance_.problem(), plan.shifts);
    plan.bound_minor = std::min<int64_t>(bound_minor_, plan.outcome.cost.total());
    plan.gap_bps = roster::GapBps(plan.outcome.cost.total(), plan.bound_minor);
    plan.elapsed = absl::Now() - start_;
    plan.programmes = programmes_;
    plan.stopped = stopped_;
    return plan;
  }

 private:
  int64_t total() const { return std::accumulate(cost_.begin(), cost_.end(), cover_.cost()); }
  absl::Duration left() const { return options_.time - (absl::Now() - start_); }

  // Tells how far it is. The gap may end it only where time may, so that what depends on the
  // threads' speed never decides a run that must be repeatable.
  bool MayStop() {
    if (options_.on_progress &&
        !options_.on_progress(
            {total(), std::min(total(), bound_minor_.load()), absl::Now() - start_})) {
      stopped_ = true;
    }
    if (stopped_) return true;
    if (options_.days) return programmes_ >= *options_.days;
    return left() <= absl::ZeroDuration() || Good();
  }
  bool Good() const {
    const auto cost = static_cast<double>(total());
    return cost - static_cast<double>(bound_minor_) <= options_.good_gap * cost;
  }

  void Put(int agent, Line line) {
    if (line == plan_[agent]) return;
    cover_.RemoveLine(agent, plan_[agent]);
    plan_[agent] = std::move(line);
    cost_[agent] = instance_.LineCost(agent, plan_[agent]);
    cover_.AddLine(agent, plan_[agent]);
  }

  // Every agent's line once, in an order of its own; returns the gain.
  int64_t Sweep() {
    std::vector<int> order(instance_.agents());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::shuffle(order, random_);
    const int64_t before = total();
    ShiftValues values;
    for (const int agent : order) {
      if (!options_.days && left() <= absl::ZeroDuration()) break;
      const int64_t now = total();
      const Line line = plan_[agent];
      cover_.RemoveLine(agent, line);
      cover_.Values(agent, values);
      Line better = lines_.Best(agent, values).line;
      cover_.AddLine(agent, line);
      Put(agent, std::move(better));
      if (total() > now) Put(agent, line);  // cannot be, but for a line that history forbids
    }
    return before - total();
  }

  void SweepWhileItHelps() {
    for (int sweep = 0; sweep < kMostSweeps && !MayStop(); ++sweep) {
      if (static_cast<double>(Sweep()) < kSweepGain * static_cast<double>(total())) return;
    }
  }

  void PlanDays() {
    std::vector<int> order(instance_.days());
    std::iota(order.begin(), order.end(), 0);
    for (;;) {
      std::ranges::shuffle(order, random_);
      const int64_t before = total();
      for (size_t i = 0; i < order.size(); ++i) {
        if (MayStop()) return;
        PlanOneDay(order[i]);
        for (int shake = 0; shake < kShakesAfterDay; ++shake) Shake();
        if ((i + 1) % kDaysBetweenSweeps == 0) Sweep();
      }
      const auto gain = static_cast<double>(before - total());
      if (gain <= kCycleGain * static_cast<double>(total())) return;
    }
  }

  // Takes a few agents out and plans them anew, one after the other and once more: what no single
  // line and no single day can mend.
  void Shake() {
    if (instance_.agents() < 2 || (!options_.days && left() <= absl::ZeroDuration())) return;
    std::vector<int> group(instance_.agents());
    std::iota(group.begin(), group.end(), 0);
    std::ranges::shuffle(group, random_);
    const size_t most = std::min<size_t>(group.size(), kMostShaken);
    group.resize(2 + random_() % (most - 1));
    const int64_t before = total();
    std::vector<Line> kept;
    for (const int agent : group) kept.push_back(plan_[agent]);
    for (const int agent : group) Put(agent, instance_.FixedLine(agent));
    ShiftValues values;
    for (size_t i = 0; i < 2 * group.size(); ++i) {
      const int agent = group[i % group.size()];
      Put(agent, instance_.FixedLine(agent));
      cover_.Values(agent, values);
      for (int64_t& value : values) value += Noise(before);
      Put(agent, lines_.Best(agent, values).line);
    }
    if (total() <= before) return;
    for (size_t i = 0; i < group.size(); ++i) Put(group[i], std::move(kept[i]));
  }
  // Breaks ties between shifts of the same worth.
  int64_t Noise(int64_t cost) {
    return static_cast<int64_t>(random_() % (1 + static_cast<uint64_t>(cost) / kNoiseParts));
  }

  void PlanOneDay(int day) {
    solver::Limits limits{
        .time = std::min(kDayTime, left()), .nodes = kMostNodes, .relative_gap = kDayGap};
    if (options_.days)
      limits = {.time = absl::Minutes(10), .nodes = kDayNodes, .relative_gap = kDayGap};
    const auto better = PlanDay(instance_, plan_, day, {}, limits);
    ++programmes_;
    if (!better) return;
    const int64_t before = total();
    std::vector<std::pair<int, Line>> undo;
    for (int a = 0; a < instance_.agents(); ++a) {
      if (plan_[a][day] == better->shifts[a]) continue;
      undo.emplace_back(a, plan_[a]);
      Line line = plan_[a];
      line[day] = better->shifts[a];
      Put(a, std::move(line));
    }
    if (total() <= before) return;
    for (auto& [agent, line] : undo) Put(agent, std::move(line));
  }

  void ImproveBound(int64_t target) {
    const int most = options_.days ? *options_.days * 10 : 1'000'000;
    const auto more = [this] {
      return !done_ && !stopped_ && (options_.days || left() > absl::ZeroDuration());
    };
    for (int step = 0; step < most && more() && !bound_.settled(); step += kBoundStepsAtOnce) {
      bound_.Improve(kBoundStepsAtOnce, target, more);
      bound_minor_ = bound_.best();
    }
    bound_ready_ = true;
  }

  void WaitForBound() {
    while (!bound_ready_ && !MayStop()) absl::SleepFor(absl::Milliseconds(50));
  }

  const PlanOptions& options_;
  const Instance instance_;
  CoverState cover_;
  LinePlanner lines_;
  std::mt19937_64 random_;
  Bound bound_;  // of the second thread, once it runs
  const absl::Time start_;
  std::vector<Line> plan_;
  std::vector<int64_t> cost_;
  int programmes_ = 0;
  std::atomic<int64_t> bound_minor_ = 0;
  std::atomic<bool> done_ = false, stopped_ = false, bound_ready_ = false;
};

}  // namespace

Plan PlanRoster(const roster::Problem& problem, const PlanOptions& options) {
  return Planner(problem, options).Run();
}

}  // namespace kefu::staffing::optimise
