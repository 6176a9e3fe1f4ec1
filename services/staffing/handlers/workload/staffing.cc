// Seats and positions by interval.
#include <algorithm>
#include <cmath>

#include "services/staffing/domain/workload/simulation.h"
#include "services/staffing/handlers/workload/support.h"
#include "services/staffing/handlers/workload/workload_handlers.h"

namespace kefu::staffing {
namespace {

namespace workload = domain::workload;
using domain::StaffingModel;

constexpr int64_t kMaxForecastDays = 35;
constexpr double kMaxIntervalErlangs = 50'000;
// Work of one call: steps of the recursions, and contacts played; a few seconds each.
constexpr double kMaxSteps = 2'000'000, kMaxPlayed = 3'000'000;
constexpr int kMaxRounds = 40;
// Needs computed for a load whose recorded handle time is taken back to that of a contact alone.
constexpr double kNeedsOfRecorded = 7;
// Fewer contacts in a half hour, one in ten hours, are what a forecast spreads over closed hours.
constexpr double kNobody = 0.05;

// What is asked for, checked.
struct Question {
  ChannelScope scope;
  std::vector<convert::Load> loads;
  workload::StaffingPolicy policy;
  workload::Targets targets;
  StaffingModel model = StaffingModel::kUnspecified;
  convert::SimulationChoice simulation;
};

workload::Queue QueueOf(const Question& question, const convert::Load& load) {
  return {.arrivals_per_second = load.arrivals / load.duration_seconds,
          .handle_seconds = load.handle_seconds,
          .patience_seconds = load.patience_seconds,
          .chats = question.policy.concurrent_contacts,
          .slow_down = static_cast<double>(question.policy.slow_down_bps) / workload::kAll};
}

// The formula behind a load's figures.
StaffingModel FormulaOf(const Question& question, const convert::Load& load) {
  const StaffingModel model =
      question.model == StaffingModel::kSimulation ? StaffingModel::kErlangA : question.model;
  return model == StaffingModel::kErlangA && load.patience_seconds <= 0 ? StaffingModel::kErlangC
                                                                        : model;
}

// Its handle time was recorded of agents with several contacts at once.
bool IsSlowedDown(const Question& question, const convert::Load& load) {
  return load.recorded && question.policy.concurrent_contacts > 1 &&
         question.policy.slow_down_bps > 0;
}

absl::Status CheckSize(const Question& question) {
  double steps = 0, played = 0;
  for (const convert::Load& load : question.loads) {
    const double erlangs = workload::OfferedLoad(QueueOf(question, load));
    if (erlangs > kMaxIntervalErlangs) {
      return error::WorkloadTooLarge(
          fmt::format("an interval holds {:.0f} erlangs, at most {:.0f} are computed", erlangs,
                      kMaxIntervalErlangs));
    }
    const int32_t seats = std::max(load.seats.value_or(0), question.targets.min_seats);
    steps += std::max(erlangs, static_cast<double>(seats) * question.policy.concurrent_contacts) *
             (IsSlowedDown(question, load) ? kNeedsOfRecorded : 1);
    played += load.arrivals * question.simulation.replications;
  }
  if (steps > kMaxSteps) {
    return error::WorkloadTooLarge(
        fmt::format("all intervals hold {:.0f} erlangs or seats, at most {:.0f} are computed in "
                    "one call: ask for fewer days",
                    steps, kMaxSteps));
  }
  if (question.model == StaffingModel::kSimulation && played > kMaxPlayed) {
    return error::WorkloadTooLarge(
        fmt::format("{:.0f} contacts would be played, at most {:.0f} are: ask for fewer days or "
                    "replications",
                    played, kMaxPlayed));
  }
  return absl::OkStatus();
}

std::vector<convert::Load> LoadsOf(const ForecastRun& run, bool upper) {
  std::vector<convert::Load> loads;
  for (const workload::DayForecast& day : run.forecast.days) {
    for (const auto& [start, slot] : workload::SlotsOf(day.day, run.scope.zone)) {
      const workload::SlotForecast& forecast = day.slots[slot];
      const double arrivals = upper ? forecast.upper : forecast.arrivals;
      loads.push_back({.start = start,
                       .arrivals = forecast.arrivals < kNobody ? 0 : arrivals,
                       .handle_seconds = run.handle_seconds[slot],
                       .patience_seconds = run.patience_seconds(),
                       .recorded = run.handle_seconds[slot] > 0});
    }
  }
  return loads;
}

// The policy's values in place of zeros.
void FillLoads(Question& question) {
  for (convert::Load& load : question.loads) {
    if (load.handle_seconds <= 0) load.handle_seconds = question.policy.default_handle_seconds;
    if (load.patience_seconds <= 0) {
      load.patience_seconds = question.policy.default_patience_seconds;
    }
  }
}

void TakeBackToAlone(Question& question) {
  for (convert::Load& load : question.loads) {
    if (!IsSlowedDown(question, load)) continue;
    load.handle_seconds = workload::SecondsAlone(FormulaOf(question, load), QueueOf(question, load),
                                                 question.targets);
  }
}

workload::Need NeedOf(const Question& question, const convert::Load& load) {
  const workload::Queue queue = QueueOf(question, load);
  const StaffingModel formula = FormulaOf(question, load);
  if (!load.seats) return workload::ComputeNeed(formula, queue, question.targets);
  return {
      .seats = *load.seats,
      .positions = workload::Positions(*load.seats, question.targets.shrinkage_bps),
      .figures = workload::FiguresOf(formula, queue, *load.seats, question.targets.answer_seconds)};
}

// Plays the intervals with their needs and raises seats where the day misses its targets.
class Player {
 public:
  Player(const Question& question, std::vector<workload::Need>& needs)
      : question_(question), needs_(needs) {
    scenario_ = {.chats = question.policy.concurrent_contacts,
                 .slow_down = static_cast<double>(question.policy.slow_down_bps) / workload::kAll,
                 .answer_seconds = static_cast<double>(question.targets.answer_seconds),
                 .seed = question.simulation.seed,
                 .replications = question.simulation.replications};
    for (size_t i = 0; i < needs.size(); ++i) Add(question.loads[i], needs[i].seats);
  }

  // Fills in what was seen; the words of what could not be reached.
  std::string Run(v1::ComputeStaffingResponse& response) {
    workload::Simulation last;
    const bool holds = workload::RaiseSeats(scenario_, question_.targets, kMaxRounds, last);
    for (size_t i = 0; i < needs_.size(); ++i) {
      Raise(i);
      const workload::SimulatedInterval& seen = last.intervals[places_[i]];
      v1::StaffingInterval& interval = *response.mutable_intervals(static_cast<int>(i));
      convert::SetNeed(needs_[i], interval);
      *interval.mutable_simulated_service_level() = convert::ToProto(seen.answered_within);
      *interval.mutable_simulated_abandoned() = convert::ToProto(seen.abandoned);
      *interval.mutable_simulated_wait_seconds() = convert::ToProto(seen.mean_wait_seconds);
    }
    if (holds) return "";
    return fmt::format("some intervals still miss a target after {} rounds", kMaxRounds);
  }

 private:
  void Add(const convert::Load& load, int32_t seats) {
    auto& intervals = scenario_.intervals;
    if (!intervals.empty() && load.start > end_) {
      // Between the intervals nobody comes, and those at work finish what waits.
      workload::Interval pause = intervals.back();
      pause.seconds = absl::ToDoubleSeconds(load.start - end_);
      pause.arrivals = 0;
      pause.fixed = true;
      intervals.push_back(pause);
    }
    places_.push_back(intervals.size());
    workload::Interval interval{.seconds = static_cast<double>(load.duration_seconds),
                                .arrivals = load.arrivals,
                                .seats = seats,
                                .handle = question_.simulation.handle,
                                .fixed = load.seats.has_value()};
    interval.handle.mean_seconds = load.handle_seconds;
    if (load.patience_seconds > 0) {
      interval.patience = question_.simulation.patience;
      interval.patience->mean_seconds = load.patience_seconds;
    }
    intervals.push_back(interval);
    end_ = load.start + absl::Seconds(load.duration_seconds);
  }

  void Raise(size_t i) {
    const int32_t seats = scenario_.intervals[places_[i]].seats;
    if (seats == needs_[i].seats) return;
    convert::Load load = question_.loads[i];
    load.seats = seats;
    needs_[i] = NeedOf(question_, load);
    needs_[i].bound_by = domain::BoundRule::kSimulation;
  }

  const Question& question_;
  std::vector<workload::Need>& needs_;
  workload::Scenario scenario_;
  std::vector<size_t> places_;  // of each load among the scenario's intervals
  absl::Time end_;
};

void FillInterval(const Question& question, const convert::Load& load, const workload::Need& need,
                  v1::StaffingInterval& interval) {
  *interval.mutable_start_time() = convert::ToProto(load.start);
  interval.set_duration_seconds(load.duration_seconds);
  interval.set_arrivals(load.arrivals);
  interval.set_handle_seconds(load.handle_seconds);
  interval.set_model(static_cast<v1::StaffingModel>(FormulaOf(question, load)));
  const bool leave = interval.model() == v1::STAFFING_MODEL_ERLANG_A;
  interval.set_patience_seconds(leave ? load.patience_seconds : 0);
  interval.set_load_erlangs(workload::OfferedLoad(QueueOf(question, load)));
  convert::SetNeed(need, interval);
}

void FillTotals(const Question& question, v1::ComputeStaffingResponse& response) {
  double seats = 0, positions = 0;
  int32_t peak = 0;
  for (const v1::StaffingInterval& interval : response.intervals()) {
    const double hours = interval.duration_seconds() / 3'600.0;
    seats += interval.seats() * hours;
    positions += interval.positions() * hours;
    peak = std::max(peak, interval.seats());
  }
  response.set_seat_hours(seats);
  response.set_position_hours(positions);
  response.set_peak_seats(peak);
  *response.mutable_targets() = convert::ToProto(question.targets);
  response.set_policy_version(question.policy.version);
  response.set_concurrent_contacts(question.policy.concurrent_contacts);
}

absl::StatusOr<v1::ComputeStaffingResponse> Answer(const Question& question) {
  v1::ComputeStaffingResponse response;
  std::vector<workload::Need> needs;
  for (const convert::Load& load : question.loads) {
    needs.push_back(NeedOf(question, load));
    FillInterval(question, load, needs.back(), *response.add_intervals());
  }
  if (question.model == StaffingModel::kSimulation) {
    response.set_unmet(Player(question, needs).Run(response));
  }
  FillTotals(question, response);
  return response;
}

// The parts of the request that need no database.
struct Asked {
  domain::ContactChannel channel = domain::ContactChannel::kUnspecified;
  convert::DaySpan days;
  std::optional<absl::CivilDay> as_of;
  std::vector<convert::Load> loads;
  std::optional<workload::Targets> targets;
  StaffingModel model = StaffingModel::kUnspecified;
  convert::SimulationChoice simulation;
};

Asked Check(const v1::ComputeStaffingRequest& request, FieldViolations& violations) {
  Asked asked;
  FieldViolations targets, simulation;
  convert::Id(request.shop_id(), "shop_id", violations);
  asked.channel =
      convert::RequiredEnum<domain::ContactChannel>(request.channel(), "channel", violations);
  violations.Check(request.has_days() == request.loads().empty(), "days",
                   "must be set, or loads: one of both");
  if (request.has_days()) {
    asked.days = convert::RequiredDays(true, request.days(), kMaxForecastDays, "days", violations);
  }
  asked.as_of = convert::OptionalDay(request.has_as_of_date(), request.as_of_date(), "as_of_date",
                                     violations);
  violations.Check(!asked.as_of || !request.has_days() || *asked.as_of < asked.days.first,
                   "as_of_date", "must be before the days");
  asked.loads = convert::LoadsOf(request, violations);
  if (request.has_targets()) asked.targets = convert::FromProto(request.targets(), targets);
  violations.Merge("targets", targets);
  asked.model = convert::OptionalEnum<StaffingModel>(request.model(), "model", violations);
  asked.simulation = convert::FromProto(request.simulation(), simulation);
  violations.Merge("simulation", simulation);
  return asked;
}

}  // namespace

absl::StatusOr<v1::ComputeStaffingResponse> WorkloadHandlers::ComputeStaffing(
    const RequestContext& ctx, const v1::ComputeStaffingRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const Asked asked = Check(request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const store::Reader reader(deps_.database, ctx.deadline);
  Question question{.loads = asked.loads, .simulation = asked.simulation};
  ASSIGN_OR_RETURN(question.scope, RequireChannel(reader, ctx, request.shop_id(), asked.channel));
  if (request.has_days()) {
    ASSIGN_OR_RETURN(const ForecastRun run,
                     RunForecast(reader, ctx, question.scope, asked.days, asked.as_of));
    question.policy = run.policy;
    question.loads = LoadsOf(run, request.plan_for_upper());
  } else {
    const absl::CivilDay day = absl::ToCivilDay(asked.loads.front().start, question.scope.zone);
    ASSIGN_OR_RETURN(question.policy, PolicyOn(reader, question.scope, day));
  }
  question.targets = asked.targets.value_or(question.policy.targets);
  question.model = asked.model == StaffingModel::kUnspecified ? question.policy.model : asked.model;
  FillLoads(question);
  RETURN_IF_ERROR(CheckSize(question));
  TakeBackToAlone(question);
  return Answer(question);
}

}  // namespace kefu::staffing
