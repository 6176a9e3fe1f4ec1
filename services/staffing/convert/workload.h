// Contract <-> domain for arrivals, special days, campaigns, policies, forecasts and staffing. As
// resources.h: FromProto checks the shape only and reports every fault. Pure, thread-safe.
#pragma once

#include <optional>
#include <vector>

#include "common/status/error.h"
#include "kefu/staffing/v1/workload.pb.h"
#include "services/staffing/domain/workload/arrivals.h"
#include "services/staffing/domain/workload/policy.h"
#include "services/staffing/domain/workload/simulation.h"

namespace kefu::staffing::convert {

domain::workload::Arrivals FromProto(const v1::Arrivals& proto, FieldViolations& violations);
domain::workload::CalendarDay FromProto(const v1::CalendarDay& proto, FieldViolations& violations);
domain::workload::Campaign FromProto(const v1::Campaign& proto, FieldViolations& violations);
domain::workload::StaffingPolicy FromProto(const v1::StaffingPolicy& proto,
                                           FieldViolations& violations);
domain::workload::Targets FromProto(const v1::StaffingTargets& proto, FieldViolations& violations);

v1::Arrivals ToProto(const domain::workload::Arrivals& arrivals);
v1::CalendarDay ToProto(const domain::workload::CalendarDay& day);
v1::Campaign ToProto(const domain::workload::Campaign& campaign);
v1::StaffingPolicy ToProto(const domain::workload::StaffingPolicy& policy);
v1::StaffingTargets ToProto(const domain::workload::Targets& targets);

// Days of a request: at most `most`; absent is a fault.
struct DaySpan {
  absl::CivilDay first, last;
};
DaySpan RequiredDays(bool present, const ::kefu::common::v1::DateRange& range, int64_t most,
                     std::string_view field, FieldViolations& violations);

// A load as it is asked for; 0 stands for what the policy says.
struct Load {
  absl::Time start;
  int32_t duration_seconds = 1'800;
  double arrivals = 0, handle_seconds = 0, patience_seconds = 0;
  std::optional<int32_t> seats;
  bool recorded = false;  // handle_seconds is what agents with several contacts at once took
};
// The loads of the request, each beginning after the one before has ended.
std::vector<Load> LoadsOf(const v1::ComputeStaffingRequest& request, FieldViolations& violations);

// How handle times and patience vary, seed and replications; means stay 0.
struct SimulationChoice {
  domain::workload::Duration handle, patience;
  uint64_t seed = 1;
  int32_t replications = 30;
};
SimulationChoice FromProto(const v1::SimulationOptions& proto, FieldViolations& violations);

v1::DayDemand ToProto(const domain::workload::DayForecast& day);
v1::ForecastAccuracy ToProto(const domain::workload::Backtest& backtest);
v1::DemandEffect ToProto(const domain::workload::LearnedEffect& effect);
v1::SimulatedFigure ToProto(const domain::workload::Estimate& estimate);
// Everything of the need but time and load.
void SetNeed(const domain::workload::Need& need, v1::StaffingInterval& interval);

}  // namespace kefu::staffing::convert
