#include "services/staffing/convert/workload.h"

#include <cmath>

#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/staffing/convert/enums.h"

namespace kefu::staffing::convert {
namespace {

namespace workload = domain::workload;

constexpr int64_t kMaxContacts = 1'000'000'000, kMaxSeconds = 1'000'000'000'000;
constexpr int32_t kMaxUplift = 1'000'000;  // a hundredfold
constexpr int kMaxCampaignDays = 92;
constexpr int kMaxCode = 64;
constexpr int32_t kDaySeconds = 86'400, kMaxPatience = 1'000'000, kMaxSeats = 100'000;
constexpr double kMaxLoadContacts = 10'000'000;
constexpr int kMaxLoads = 2'000;
constexpr int32_t kMaxVariation = 50'000, kMaxReplications = 200;

int64_t Count(int64_t value, int64_t most, std::string_view field, FieldViolations& violations) {
  violations.Check(value >= 0 && value <= most, field, fmt::format("must be 0 to {}", most));
  return value;
}

// A finite number within bounds.
double Real(double value, double least, double most, const std::string& field,
            FieldViolations& violations) {
  if (!violations.Check(value >= least && value <= most, field,
                        fmt::format("must be {} to {}", least, most))) {
    return least;
  }
  return value;
}

}  // namespace

workload::Arrivals FromProto(const v1::Arrivals& proto, FieldViolations& violations) {
  workload::Arrivals arrivals{
      .arrivals = Count(proto.arrivals(), kMaxContacts, "arrivals", violations),
      .answered = Count(proto.answered(), kMaxContacts, "answered", violations),
      .abandoned = Count(proto.abandoned(), kMaxContacts, "abandoned", violations),
      .handle_seconds = Count(proto.handle_seconds(), kMaxSeconds, "handle_seconds", violations),
      .wait_seconds = Count(proto.wait_seconds(), kMaxSeconds, "wait_seconds", violations)};
  if (violations.Check(proto.has_start_time(), "start_time", "must be set")) {
    arrivals.start = Instant(proto.start_time(), "start_time", violations);
    violations.Check(
        (arrivals.start - absl::UnixEpoch()) % workload::kHalfHour == absl::ZeroDuration(),
        "start_time", "must be a full or half hour of UTC");
  }
  violations.Check(proto.answered() <= proto.arrivals() &&
                       proto.abandoned() <= proto.arrivals() - proto.answered(),
                   "arrivals", "must be at least answered and abandoned together");
  violations.Check(proto.handle_seconds() <= 0 || proto.answered() > 0, "handle_seconds",
                   "must be 0 where nothing was answered");
  return arrivals;
}

workload::CalendarDay FromProto(const v1::CalendarDay& proto, FieldViolations& violations) {
  workload::CalendarDay day{
      .day = RequiredDay(proto.has_day(), proto.day(), "day", violations),
      .kind = RequiredEnum<domain::CalendarDayKind>(proto.kind(), "kind", violations),
      .name = OptionalText(proto.name(), kMaxName, "name", violations),
      .uplift_bps = Number(proto.uplift_bps(), 0, kMaxUplift, "uplift_bps", violations)};
  if (day.uplift_bps == 0) day.uplift_bps = workload::kAll;
  day.statutory = proto.statutory();
  violations.Check(!day.statutory || day.kind == domain::CalendarDayKind::kHoliday, "statutory",
                   "is for holidays only");
  return day;
}

workload::Campaign FromProto(const v1::Campaign& proto, FieldViolations& violations) {
  workload::Campaign campaign{
      .id = OptionalId(proto.campaign_id(), "campaign_id", violations),
      .code = Id(proto.code(), "code", violations),
      .name = OptionalText(proto.name(), kMaxName, "name", violations),
      .first = RequiredDay(proto.has_first_date(), proto.first_date(), "first_date", violations),
      .last = RequiredDay(proto.has_last_date(), proto.last_date(), "last_date", violations),
      .uplift_bps = Number(proto.uplift_bps(), 1, kMaxUplift, "uplift_bps", violations),
      .shop_id = OptionalId(proto.shop_id(), "shop_id", violations)};
  violations.Check(campaign.code != workload::kHolidayEffect, "code", "is the name of holidays");
  violations.Check(campaign.code.size() <= kMaxCode, "code", "is too long");
  if (proto.has_first_date() && proto.has_last_date()) {
    const int64_t days = campaign.last - campaign.first + 1;
    violations.Check(days >= 1 && days <= kMaxCampaignDays, "last_date",
                     fmt::format("must be 1 to {} days from first_date", kMaxCampaignDays));
  }
  return campaign;
}

workload::Targets FromProto(const v1::StaffingTargets& proto, FieldViolations& violations) {
  constexpr int32_t kAll = workload::kAll;
  workload::Targets targets{
      .service_level_bps =
          Number(proto.service_level_bps(), 1, kAll - 1, "service_level_bps", violations),
      .answer_seconds =
          Number(proto.answer_seconds(), 0, kDaySeconds, "answer_seconds", violations),
      .shrinkage_bps = Number(proto.shrinkage_bps(), 0, 9'000, "shrinkage_bps", violations),
      .min_seats = Number(proto.min_seats(), 0, kMaxSeats, "min_seats", violations)};
  if (proto.max_occupancy_bps() != 0) {
    targets.max_occupancy_bps =
        Number(proto.max_occupancy_bps(), 5'000, kAll, "max_occupancy_bps", violations);
  }
  if (proto.max_abandoned_bps() != 0) {
    targets.max_abandoned_bps =
        Number(proto.max_abandoned_bps(), 1, kAll, "max_abandoned_bps", violations);
  }
  return targets;
}

workload::StaffingPolicy FromProto(const v1::StaffingPolicy& proto, FieldViolations& violations) {
  FieldViolations targets;
  workload::StaffingPolicy policy{
      .shop_id = OptionalId(proto.shop_id(), "shop_id", violations),
      .channel = RequiredEnum<domain::ContactChannel>(proto.channel(), "channel", violations),
      .effective_from = RequiredDay(proto.has_effective_from(), proto.effective_from(),
                                    "effective_from", violations),
      .targets = FromProto(proto.targets(), targets),
      .model = OptionalEnum<domain::StaffingModel>(proto.model(), "model", violations),
      .concurrent_contacts =
          Number(proto.concurrent_contacts(), 0, 20, "concurrent_contacts", violations),
      .slow_down_bps = Number(proto.slow_down_bps(), 0, 10'000, "slow_down_bps", violations),
      .default_handle_seconds = Number(proto.default_handle_seconds(), 1, kDaySeconds,
                                       "default_handle_seconds", violations),
      .default_patience_seconds = Number(proto.default_patience_seconds(), 0, kMaxPatience,
                                         "default_patience_seconds", violations),
      .history_days = Number(proto.history_days(), 14, 800, "history_days", violations),
      .half_life_days = Number(proto.half_life_days(), 1, 365, "half_life_days", violations),
      .trend_bps = Number(proto.trend_bps(), 0, 10'000, "trend_bps", violations),
      .band_bps = Number(proto.band_bps(), 5'000, 9'990, "band_bps", violations),
      .holiday_calendar = proto.holiday_calendar()};
  violations.Merge("targets", targets);
  violations.Check(policy.holiday_calendar.empty() || policy.holiday_calendar == "CN",
                   "holiday_calendar", "must be CN or empty");
  if (policy.model == domain::StaffingModel::kUnspecified) {
    policy.model = domain::StaffingModel::kErlangA;
  }
  if (policy.concurrent_contacts == 0) policy.concurrent_contacts = 1;
  return policy;
}

v1::Arrivals ToProto(const workload::Arrivals& arrivals) {
  v1::Arrivals proto;
  *proto.mutable_start_time() = ToProto(arrivals.start);
  proto.set_arrivals(arrivals.arrivals);
  proto.set_answered(arrivals.answered);
  proto.set_abandoned(arrivals.abandoned);
  proto.set_handle_seconds(arrivals.handle_seconds);
  proto.set_wait_seconds(arrivals.wait_seconds);
  return proto;
}

v1::CalendarDay ToProto(const workload::CalendarDay& day) {
  v1::CalendarDay proto;
  *proto.mutable_day() = ToProto(day.day);
  proto.set_kind(static_cast<v1::CalendarDayKind>(day.kind));
  proto.set_name(day.name);
  proto.set_uplift_bps(day.uplift_bps);
  proto.set_shipped(day.shipped);
  proto.set_statutory(day.statutory);
  return proto;
}

v1::Campaign ToProto(const workload::Campaign& campaign) {
  v1::Campaign proto;
  proto.set_campaign_id(campaign.id);
  proto.set_code(campaign.code);
  proto.set_name(campaign.name);
  *proto.mutable_first_date() = ToProto(campaign.first);
  *proto.mutable_last_date() = ToProto(campaign.last);
  proto.set_uplift_bps(campaign.uplift_bps);
  proto.set_shop_id(campaign.shop_id);
  proto.set_shipped(campaign.shipped);
  return proto;
}

v1::StaffingTargets ToProto(const workload::Targets& targets) {
  v1::StaffingTargets proto;
  proto.set_service_level_bps(targets.service_level_bps);
  proto.set_answer_seconds(targets.answer_seconds);
  proto.set_max_occupancy_bps(targets.max_occupancy_bps);
  proto.set_max_abandoned_bps(targets.max_abandoned_bps);
  proto.set_shrinkage_bps(targets.shrinkage_bps);
  proto.set_min_seats(targets.min_seats);
  return proto;
}

v1::StaffingPolicy ToProto(const workload::StaffingPolicy& policy) {
  v1::StaffingPolicy proto;
  proto.set_shop_id(policy.shop_id);
  proto.set_channel(static_cast<v1::ContactChannel>(policy.channel));
  proto.set_version(policy.version);
  *proto.mutable_effective_from() = ToProto(policy.effective_from);
  *proto.mutable_targets() = ToProto(policy.targets);
  proto.set_model(static_cast<v1::StaffingModel>(policy.model));
  proto.set_concurrent_contacts(policy.concurrent_contacts);
  proto.set_slow_down_bps(policy.slow_down_bps);
  proto.set_default_handle_seconds(policy.default_handle_seconds);
  proto.set_default_patience_seconds(policy.default_patience_seconds);
  proto.set_history_days(policy.history_days);
  proto.set_half_life_days(policy.half_life_days);
  proto.set_trend_bps(policy.trend_bps);
  proto.set_band_bps(policy.band_bps);
  proto.set_holiday_calendar(policy.holiday_calendar);
  if (policy.version > 0) *proto.mutable_create_time() = ToProto(policy.create_time);
  return proto;
}

DaySpan RequiredDays(bool present, const ::kefu::common::v1::DateRange& range, int64_t most,
                     std::string_view field, FieldViolations& violations) {
  violations.Check(present, field, "must be set");
  const std::optional<Days> days = OptionalDays(present, range, field, violations);
  if (!days) return {};
  violations.Check(days->last - days->first < most, field, fmt::format("is at most {} days", most));
  return {days->first, days->last};
}

std::vector<Load> LoadsOf(const v1::ComputeStaffingRequest& request, FieldViolations& violations) {
  violations.Check(request.loads_size() <= kMaxLoads, "loads",
                   fmt::format("must have at most {} items", kMaxLoads));
  std::vector<Load> loads;
  absl::Time free = absl::InfinitePast();
  for (int i = 0; i < std::min(request.loads_size(), kMaxLoads); ++i) {
    const v1::StaffingLoad& proto = request.loads(i);
    FieldViolations inner;
    Load load;
    if (proto.duration_seconds() != 0) {
      load.duration_seconds =
          Number(proto.duration_seconds(), 60, kDaySeconds, "duration_seconds", inner);
    }
    load.arrivals = Real(proto.arrivals(), 0, kMaxLoadContacts, "arrivals", inner);
    if (proto.handle_seconds() != 0) {
      load.handle_seconds = Real(proto.handle_seconds(), 1, kDaySeconds, "handle_seconds", inner);
    }
    if (proto.patience_seconds() != 0) {
      load.patience_seconds =
          Real(proto.patience_seconds(), 1, kMaxPatience, "patience_seconds", inner);
    }
    if (proto.has_seats()) load.seats = Number(proto.seats(), 0, kMaxSeats, "seats", inner);
    if (inner.Check(proto.has_start_time(), "start_time", "must be set")) {
      load.start = Instant(proto.start_time(), "start_time", inner);
      inner.Check(load.start >= free, "start_time", "must not be before the load before has ended");
      free = load.start + absl::Seconds(load.duration_seconds);
    }
    violations.Merge(fmt::format("loads[{}]", i), inner);
    loads.push_back(load);
  }
  return loads;
}

SimulationChoice FromProto(const v1::SimulationOptions& proto, FieldViolations& violations) {
  const auto shape = [&](int value, const char* field) {
    const auto known = OptionalEnum<domain::DurationShape>(value, field, violations);
    return known == domain::DurationShape::kUnspecified ? domain::DurationShape::kExponential
                                                        : known;
  };
  const auto variation = [&](int32_t bps, const char* field) {
    return bps == 0 ? 1.0 : Number(bps, 1, kMaxVariation, field, violations) / 10'000.0;
  };
  SimulationChoice choice;
  choice.patience = {
      .shape = shape(proto.patience_shape(), "patience_shape"),
      .variation = variation(proto.patience_variation_bps(), "patience_variation_bps")};
  choice.handle = {.shape = shape(proto.handle_shape(), "handle_shape"),
                   .variation = variation(proto.handle_variation_bps(), "handle_variation_bps")};
  violations.Check(proto.seed() >= 0, "seed", "must not be negative");
  if (proto.seed() > 0) choice.seed = static_cast<uint64_t>(proto.seed());
  if (proto.replications() != 0) {
    choice.replications =
        Number(proto.replications(), 2, kMaxReplications, "replications", violations);
  }
  return choice;
}

v1::DayDemand ToProto(const workload::DayForecast& day) {
  v1::DayDemand proto;
  *proto.mutable_day() = ToProto(day.day);
  proto.set_arrivals(day.total);
  proto.set_level(day.level);
  proto.set_weekday_factor(day.weekday_factor);
  proto.set_trend_factor(day.trend_factor);
  proto.set_calendar_factor(day.calendar_factor);
  proto.set_campaign_factor(day.campaign_factor);
  proto.set_closed(day.closed);
  return proto;
}

v1::ForecastAccuracy ToProto(const workload::Backtest& backtest) {
  v1::ForecastAccuracy proto;
  proto.set_days(backtest.days);
  proto.set_wape(backtest.wape);
  proto.set_last_week_wape(backtest.last_week_wape);
  proto.set_day_wape(backtest.day_wape);
  proto.set_last_week_day_wape(backtest.last_week_day_wape);
  proto.set_coverage(backtest.covered);
  return proto;
}

v1::DemandEffect ToProto(const workload::LearnedEffect& effect) {
  v1::DemandEffect proto;
  proto.set_code(effect.id);
  proto.set_prior_factor(effect.prior);
  proto.set_factor(effect.factor);
  proto.set_days(effect.days);
  return proto;
}

v1::SimulatedFigure ToProto(const workload::Estimate& estimate) {
  v1::SimulatedFigure proto;
  proto.set_mean(estimate.mean);
  proto.set_half_width(estimate.half_width);
  return proto;
}

void SetNeed(const workload::Need& need, v1::StaffingInterval& interval) {
  const workload::Figures& figures = need.figures;
  interval.set_seats(need.seats);
  interval.set_positions(need.positions);
  interval.set_bound_by(static_cast<v1::BoundRule>(need.bound_by));
  interval.set_stable(figures.stable);
  interval.set_service_level(figures.answered_within);
  interval.set_wait_probability(figures.wait_probability);
  interval.set_abandoned(figures.abandoned());
  interval.set_mean_wait_seconds(
      std::isfinite(figures.mean_wait_seconds) ? figures.mean_wait_seconds : 0);
  interval.set_occupancy(figures.occupancy);
}

}  // namespace kefu::staffing::convert
