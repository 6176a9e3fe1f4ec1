// By what arrivals are forecast and seats computed, as data: policies, special days, campaigns, and
// what ships of them. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/staffing/domain/workload/forecast.h"
#include "services/staffing/domain/workload/need.h"

namespace kefu::staffing::domain::workload {

struct StaffingPolicy {
  std::string shop_id;  // empty: of the organization
  ContactChannel channel = ContactChannel::kUnspecified;
  int64_t version = 0;  // 0: shipped
  absl::CivilDay effective_from;
  Targets targets;
  StaffingModel model = StaffingModel::kErlangA;
  int32_t concurrent_contacts = 1;
  int32_t slow_down_bps = 0;
  int32_t default_handle_seconds = 300;
  int32_t default_patience_seconds = 0;  // 0: not known
  int32_t history_days = 182;
  int32_t half_life_days = 7;
  int32_t trend_bps = 5'000;
  int32_t band_bps = 8'000;
  std::string holiday_calendar = "CN";  // or empty
  absl::Time create_time = absl::UnixEpoch();
};

// What counts where nothing was set. Service levels are those usual in the trade: telephone 80 % in
// 20 s; chat 90 % in 30 s, the handbook's "excellent" response time; e-mail and work orders within
// their 3 hours.
StaffingPolicy ShippedPolicy(ContactChannel channel);

ForecastSettings SettingsOf(const StaffingPolicy& policy);

struct CalendarDay {
  absl::CivilDay day;
  CalendarDayKind kind = CalendarDayKind::kUnspecified;
  std::string name;
  int32_t uplift_bps = kAll;
  bool shipped = false;
  bool statutory = false;   // of a holiday: work is paid three times
  std::string effect = {};  // of holidays: what its days have in common; empty: kHolidayEffect
};

struct Campaign {
  std::string id;
  std::string code;
  std::string name;
  absl::CivilDay first, last;
  int32_t uplift_bps = kAll;
  std::string shop_id;  // empty: all
  bool shipped = false;
};

// The shipped campaigns that touch the days, each year's; an id names code and year. Uplifts are
// this product's defaults: what the history shows of a code moves them. 年货节 goes by the days off
// of Spring Festival, and so is known only as far as these are.
std::vector<Campaign> ShippedCampaigns(absl::CivilDay first, absl::CivilDay last);

// The campaigns that count: the organization's, and with the calendar "CN" those shipped ones whose
// code no campaign of the organization has that begins in the same year. By first day, then id.
std::vector<Campaign> CampaignsInForce(std::vector<Campaign> own, std::string_view holiday_calendar,
                                       absl::CivilDay first, absl::CivilDay last);

// Special days of the range by day: the organization's, and the shipped ones of the calendar.
std::map<absl::CivilDay, CalendarDay> CalendarInForce(std::span<const CalendarDay> own,
                                                      std::string_view holiday_calendar,
                                                      absl::CivilDay first, absl::CivilDay last);

// The last day of which the calendar tells; nothing where there is none. Days after it are taken
// for ordinary.
std::optional<absl::CivilDay> KnownUntil(std::string_view holiday_calendar);

// A day as the forecast sees it. A make-up workday follows the mean workday; a holiday its own
// weekday, times what is known of holidays; of several campaigns the one with the highest uplift.
DayPlan PlanOf(absl::CivilDay day, const std::map<absl::CivilDay, CalendarDay>& calendar,
               std::span<const Campaign> campaigns);

// The id of the effect of the organization's own holidays; of shipped ones it begins so.
inline constexpr std::string_view kHolidayEffect = "HOLIDAY";

}  // namespace kefu::staffing::domain::workload
