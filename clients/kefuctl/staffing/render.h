// Forecasts and needs as tables. Pure, but for the language; thread-safe.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "clients/kefuctl/table.h"
#include "kefu/staffing/v1/workload.pb.h"

namespace kefu::workforce {

// A row a day, with what its number is made of.
kefuctl::Table DaysTable(const staffing::v1::ForecastDemandResponse& forecast);
// A row for each half hour of a day in which somebody may come.
kefuctl::Table HalfHoursTable(const staffing::v1::DayDemand& day, absl::TimeZone zone);
// What it was learned from, and how good it is: lines of words.
std::string ForecastNotes(const staffing::v1::ForecastDemandResponse& forecast);

// A row for each interval with seats or contacts.
kefuctl::Table NeedTable(const staffing::v1::ComputeStaffingResponse& need, absl::TimeZone zone);
// Targets and sums: lines of words.
std::string NeedNotes(const staffing::v1::ComputeStaffingResponse& need);

}  // namespace kefu::workforce
