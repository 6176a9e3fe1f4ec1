// Arrivals by half hour from those imported.
#include <algorithm>

#include "services/staffing/handlers/workload/support.h"
#include "services/staffing/handlers/workload/workload_handlers.h"

namespace kefu::staffing {
namespace {

namespace workload = domain::workload;

constexpr int64_t kMaxForecastDays = 35;
constexpr size_t kLeastHistoryDays = 7;
// Of holidays and campaigns older days tell as well: twice a year ago.
constexpr int kEffectDays = 750;
constexpr int64_t kMaxHistoryRows = 50 * 800;  // half hours of a day when clocks are set back, days

void FillHistory(const ForecastRun& run, v1::DemandHistory& proto) {
  const workload::History& history = run.history;
  *proto.mutable_first_date() = convert::ToProto(history.days.begin()->first);
  *proto.mutable_last_date() = convert::ToProto(history.days.rbegin()->first);
  proto.set_days(static_cast<int32_t>(history.days.size()));
  proto.set_days_used(run.forecast.days_used);
  proto.set_outlying_days(run.forecast.outlying_days);
  proto.set_outlying_intervals(run.forecast.outlying_slots);
  proto.set_dispersion(run.forecast.dispersion);
  proto.set_day_deviation(run.forecast.day_deviation);
  proto.set_handle_seconds(history.mean_handle_seconds());
  proto.set_patience_seconds(
      workload::MeanPatience(history.wait_seconds, history.abandoned).value_or(0));
  proto.set_abandoned(history.abandoned);
}

v1::DayDemand DayOf(const ForecastRun& run, size_t index) {
  const workload::DayForecast& day = run.forecast.days[index];
  v1::DayDemand proto = convert::ToProto(day);
  const auto special = run.calendar.find(day.day);
  proto.set_calendar_kind(special == run.calendar.end()
                              ? v1::CALENDAR_DAY_KIND_REGULAR
                              : static_cast<v1::CalendarDayKind>(special->second.kind));
  if (run.plans[index].campaign) proto.set_campaign_code(run.plans[index].campaign->id);
  for (const auto& [start, slot] : workload::SlotsOf(day.day, run.scope.zone)) {
    const workload::SlotForecast& forecast = day.slots[slot];
    v1::IntervalDemand& interval = *proto.add_intervals();
    *interval.mutable_start_time() = convert::ToProto(start);
    interval.set_arrivals(forecast.arrivals);
    interval.set_lower(forecast.lower);
    interval.set_upper(forecast.upper);
    interval.set_share(forecast.share);
    interval.set_handle_seconds(run.handle_seconds[slot]);
  }
  return proto;
}

std::vector<workload::DayHistory> Planned(
    const workload::History& history,
    const std::map<absl::CivilDay, workload::CalendarDay>& calendar,
    std::span<const workload::Campaign> campaigns) {
  std::vector<workload::DayHistory> days;
  for (const auto& [day, arrivals] : history.days) {
    days.push_back({workload::PlanOf(day, calendar, campaigns), arrivals});
  }
  return days;
}

}  // namespace

absl::StatusOr<ChannelScope> RequireChannel(store::Reader reader, const RequestContext& ctx,
                                            std::string_view shop_id,
                                            domain::ContactChannel channel) {
  ASSIGN_OR_RETURN(const auto shop, store::Find<domain::Shop>(reader, ctx.org_id(), shop_id));
  RETURN_IF_ERROR(CheckShopAllowed(ctx, shop_id));
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(shop.time_zone));
  return ChannelScope{std::string(ctx.org_id()), shop.id, channel, zone};
}

absl::StatusOr<workload::StaffingPolicy> PolicyOn(store::Reader reader, const ChannelScope& scope,
                                                  absl::CivilDay day) {
  ASSIGN_OR_RETURN(const auto stored, store::StaffingPolicyOn(reader, scope.stored(), day));
  return stored ? *stored : workload::ShippedPolicy(scope.channel);
}

absl::StatusOr<std::map<absl::CivilDay, workload::CalendarDay>> CalendarOf(
    store::Reader reader, std::string_view org_id, std::string_view holiday_calendar,
    absl::CivilDay first, absl::CivilDay last) {
  ASSIGN_OR_RETURN(const auto own, store::ListCalendarDays(reader, org_id, first, last));
  return workload::CalendarInForce(own, holiday_calendar, first, last);
}

absl::StatusOr<std::vector<workload::Campaign>> CampaignsOf(
    store::Reader reader, std::string_view org_id, std::string_view shop_id,
    std::string_view holiday_calendar, absl::CivilDay first, absl::CivilDay last) {
  // Whole years: which shipped campaigns an organization's replaces is decided by year.
  ASSIGN_OR_RETURN(auto own,
                   store::ListCampaigns(reader, org_id, shop_id, absl::CivilDay(first.year() - 1),
                                        absl::CivilDay(last.year(), 12, 31)));
  return workload::CampaignsInForce(std::move(own), holiday_calendar, first, last);
}

double ForecastRun::patience_seconds() const {
  return workload::MeanPatience(history.wait_seconds, history.abandoned)
      .value_or(policy.default_patience_seconds);
}

absl::StatusOr<ForecastRun> RunForecast(store::Reader reader, const RequestContext& ctx,
                                        ChannelScope scope, convert::DaySpan days,
                                        std::optional<absl::CivilDay> as_of) {
  ForecastRun run{.scope = std::move(scope)};
  ASSIGN_OR_RETURN(run.policy, PolicyOn(reader, run.scope, days.first));
  const absl::CivilDay yesterday = absl::ToCivilDay(ctx.now, run.scope.zone) - 1;
  const absl::CivilDay last = as_of.value_or(std::min(days.first - 1, yesterday));
  const absl::CivilDay first = last - run.policy.history_days + 1;
  const absl::CivilDay earliest = std::min(first, last - kEffectDays + 1);
  ASSIGN_OR_RETURN(const auto rows,
                   store::ListArrivals(reader, run.scope.stored(), absl::InfinitePast(),
                                       StartOfDay(earliest, run.scope.zone),
                                       StartOfDay(last + 1, run.scope.zone), kMaxHistoryRows));
  const auto recent = std::ranges::lower_bound(rows, StartOfDay(first, run.scope.zone), {},
                                               &workload::Arrivals::start);
  const workload::History earlier = workload::HistoryOf({rows.begin(), recent}, run.scope.zone);
  run.history = workload::HistoryOf({recent, rows.end()}, run.scope.zone);
  if (run.history.days.size() < kLeastHistoryDays) {
    return error::HistoryTooShort(run.scope.shop_id, static_cast<int>(run.history.days.size()));
  }
  ASSIGN_OR_RETURN(run.calendar, CalendarOf(reader, run.scope.org_id, run.policy.holiday_calendar,
                                            earliest, std::max(last, days.last)));
  ASSIGN_OR_RETURN(const auto campaigns,
                   CampaignsOf(reader, run.scope.org_id, run.scope.shop_id,
                               run.policy.holiday_calendar, earliest, std::max(last, days.last)));
  for (absl::CivilDay day = days.first; day <= days.last; ++day) {
    run.plans.push_back(workload::PlanOf(day, run.calendar, campaigns));
  }
  const auto history = Planned(run.history, run.calendar, campaigns);
  const workload::ForecastSettings settings = workload::SettingsOf(run.policy);
  const auto before = Planned(earlier, run.calendar, campaigns);
  run.forecast = workload::MakeForecast(history, run.plans, settings, before);
  run.backtest = workload::BacktestForecast(history, settings, before);
  run.handle_seconds = workload::HandleProfile(run.history.handled);
  return run;
}

v1::ForecastDemandResponse ToProto(const ForecastRun& run) {
  v1::ForecastDemandResponse response;
  for (size_t i = 0; i < run.forecast.days.size(); ++i) *response.add_days() = DayOf(run, i);
  FillHistory(run, *response.mutable_history());
  *response.mutable_accuracy() = convert::ToProto(run.backtest);
  for (const workload::LearnedEffect& effect : run.forecast.effects) {
    *response.add_effects() = convert::ToProto(effect);
  }
  response.set_policy_version(run.policy.version);
  response.set_band_bps(run.policy.band_bps);
  if (const auto until = workload::KnownUntil(run.policy.holiday_calendar))
    *response.mutable_calendar_known_until() = convert::ToProto(*until);
  return response;
}

absl::StatusOr<v1::ForecastDemandResponse> WorkloadHandlers::ForecastDemand(
    const RequestContext& ctx, const v1::ForecastDemandRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.shop_id(), "shop_id", violations);
  const auto channel =
      convert::RequiredEnum<domain::ContactChannel>(request.channel(), "channel", violations);
  const convert::DaySpan days = convert::RequiredDays(request.has_days(), request.days(),
                                                      kMaxForecastDays, "days", violations);
  const auto as_of = convert::OptionalDay(request.has_as_of_date(), request.as_of_date(),
                                          "as_of_date", violations);
  violations.Check(!as_of || !request.has_days() || *as_of < days.first, "as_of_date",
                   "must be before the days");
  RETURN_IF_ERROR(violations.ToStatus());
  const store::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(ChannelScope scope, RequireChannel(reader, ctx, request.shop_id(), channel));
  ASSIGN_OR_RETURN(const ForecastRun run, RunForecast(reader, ctx, std::move(scope), days, as_of));
  return ToProto(run);
}

}  // namespace kefu::staffing
