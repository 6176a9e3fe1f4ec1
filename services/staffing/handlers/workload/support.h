// What the handlers of the workload share: a shop's channel, its policy, and forecasts from what is
// stored.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/time/civil.h"
#include "services/staffing/convert/workload.h"
#include "services/staffing/handlers/resource.h"
#include "services/staffing/store/workload.h"

namespace kefu::staffing {

// A shop's channel.
struct ChannelScope {
  std::string org_id, shop_id;
  domain::ContactChannel channel = domain::ContactChannel::kUnspecified;
  absl::TimeZone zone;

  store::ArrivalScope stored() const { return {org_id, shop_id, channel}; }
};
// The shop must exist and be one that the token may use. NOT_FOUND, SHOP_NOT_ALLOWED.
absl::StatusOr<ChannelScope> RequireChannel(store::Reader reader, const RequestContext& ctx,
                                            std::string_view shop_id,
                                            domain::ContactChannel channel);

// The policy in force, or the shipped one.
absl::StatusOr<domain::workload::StaffingPolicy> PolicyOn(store::Reader reader,
                                                          const ChannelScope& scope,
                                                          absl::CivilDay day);

// What counts of calendar and campaigns on these days for the shop; empty: for any.
absl::StatusOr<std::map<absl::CivilDay, domain::workload::CalendarDay>> CalendarOf(
    store::Reader reader, std::string_view org_id, std::string_view holiday_calendar,
    absl::CivilDay first, absl::CivilDay last);
absl::StatusOr<std::vector<domain::workload::Campaign>> CampaignsOf(
    store::Reader reader, std::string_view org_id, std::string_view shop_id,
    std::string_view holiday_calendar, absl::CivilDay first, absl::CivilDay last);

// A forecast with what it was made of.
struct ForecastRun {
  ChannelScope scope;
  domain::workload::StaffingPolicy policy;
  domain::workload::History history;
  std::map<absl::CivilDay, domain::workload::CalendarDay> calendar;
  std::vector<domain::workload::DayPlan> plans;  // of the days forecast
  domain::workload::Forecast forecast;
  domain::workload::Backtest backtest;
  std::array<double, domain::workload::kSlots> handle_seconds;

  // Of a waiting customer, by history, else by policy; 0: not known.
  double patience_seconds() const;
};
// FAILED_PRECONDITION HISTORY_TOO_SHORT with fewer than 7 days of records up to `as_of`, which is
// by default the day before `days`, or yesterday when that is earlier.
absl::StatusOr<ForecastRun> RunForecast(store::Reader reader, const RequestContext& ctx,
                                        ChannelScope scope, convert::DaySpan days,
                                        std::optional<absl::CivilDay> as_of);

// The columns of an answer that tells of a forecast.
v1::ForecastDemandResponse ToProto(const ForecastRun& run);

}  // namespace kefu::staffing
