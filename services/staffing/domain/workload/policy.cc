#include "services/staffing/domain/workload/policy.h"

#include <algorithm>
#include <array>
#include <set>

#include "common/time/holiday_calendar.h"
#include "fmt/format.h"

namespace kefu::staffing::domain::workload {
namespace {

// A campaign of every year by month and day; none passes the end of a year.
struct Yearly {
  std::string_view code, name;
  int first_month, first_day, last_month, last_day;
  int32_t uplift_bps;
};
// Version 1. Data: a later version adds entries, it never changes these.
constexpr std::array kYearly = {
    Yearly{"new_year_goods", "年货节", 1, 8, 1, 18, 13'000},
    Yearly{"618", "618 预热", 6, 1, 6, 15, 13'000},
    Yearly{"618_peak", "618 高潮", 6, 16, 6, 20, 22'000},
    Yearly{"double11", "双11 预售", 10, 24, 11, 9, 15'000},
    Yearly{"double11_peak", "双11 高潮", 11, 10, 11, 13, 30'000},
    Yearly{"double12", "双12", 12, 10, 12, 13, 17'000},
};

bool Touches(const Campaign& campaign, absl::CivilDay first, absl::CivilDay last) {
  return campaign.first <= last && campaign.last >= first;
}

double Factor(int32_t bps) { return static_cast<double>(bps) / kAll; }

}  // namespace

StaffingPolicy ShippedPolicy(ContactChannel channel) {
  StaffingPolicy policy{.channel = channel, .effective_from = absl::CivilDay(1, 1, 1)};
  policy.targets = {.service_level_bps = 8'000,
                    .answer_seconds = 20,
                    .max_occupancy_bps = 8'500,
                    .shrinkage_bps = 3'000};
  switch (channel) {
    case ContactChannel::kChat:
      policy.targets.service_level_bps = 9'000;
      policy.targets.answer_seconds = 30;
      policy.concurrent_contacts = 3;
      policy.slow_down_bps = 2'000;
      break;
    case ContactChannel::kEmail:
    case ContactChannel::kWorkOrder:
      policy.targets.service_level_bps = 9'500;
      policy.targets.answer_seconds = 3 * 3'600;
      policy.model = StaffingModel::kErlangC;  // a letter does not hang up
      break;
    default:
      break;
  }
  return policy;
}

ForecastSettings SettingsOf(const StaffingPolicy& policy) {
  return {.half_life_days = static_cast<double>(policy.half_life_days),
          .trend_share = Factor(policy.trend_bps),
          .band = Factor(policy.band_bps)};
}

std::vector<Campaign> ShippedCampaigns(absl::CivilDay first, absl::CivilDay last) {
  std::vector<Campaign> campaigns;
  for (absl::civil_year_t year = first.year(); year <= last.year(); ++year) {
    for (const Yearly& yearly : kYearly) {
      Campaign campaign{.id = fmt::format("shipped:{}:{}", yearly.code, year),
                        .code = std::string(yearly.code),
                        .name = std::string(yearly.name),
                        .first = absl::CivilDay(year, yearly.first_month, yearly.first_day),
                        .last = absl::CivilDay(year, yearly.last_month, yearly.last_day),
                        .uplift_bps = yearly.uplift_bps,
                        .shipped = true};
      if (Touches(campaign, first, last)) campaigns.push_back(std::move(campaign));
    }
  }
  return campaigns;
}

std::vector<Campaign> CampaignsInForce(std::vector<Campaign> own, absl::CivilDay first,
                                       absl::CivilDay last) {
  std::set<std::pair<std::string, absl::civil_year_t>> replaced;
  for (const Campaign& campaign : own) replaced.emplace(campaign.code, campaign.first.year());
  std::erase_if(own, [&](const Campaign& campaign) { return !Touches(campaign, first, last); });
  for (Campaign& campaign : ShippedCampaigns(first, last)) {
    if (!replaced.contains({campaign.code, campaign.first.year()})) {
      own.push_back(std::move(campaign));
    }
  }
  std::ranges::sort(own, [](const Campaign& a, const Campaign& b) {
    return a.first != b.first ? a.first < b.first : a.id < b.id;
  });
  return own;
}

std::map<absl::CivilDay, CalendarDay> CalendarInForce(std::span<const CalendarDay> own,
                                                      std::string_view holiday_calendar,
                                                      absl::CivilDay first, absl::CivilDay last) {
  std::map<absl::CivilDay, CalendarDay> days;
  if (holiday_calendar == "CN") {
    const auto& shipped = ChinaHolidays().days();
    for (auto at = shipped.lower_bound(first); at != shipped.end() && at->first <= last; ++at) {
      if (at->second == DayKind::kRegular) continue;
      days[at->first] = {.day = at->first,
                         .kind = at->second == DayKind::kHoliday ? CalendarDayKind::kHoliday
                                                                 : CalendarDayKind::kMakeupWorkday,
                         .shipped = true,
                         .statutory = ChinaHolidays().IsStatutory(at->first)};
    }
  }
  for (const CalendarDay& day : own) {
    if (day.day >= first && day.day <= last) days[day.day] = day;
  }
  return days;
}

DayPlan PlanOf(absl::CivilDay day, const std::map<absl::CivilDay, CalendarDay>& calendar,
               std::span<const Campaign> campaigns) {
  DayPlan plan{.day = day, .profile = ProfileOf(day)};
  if (const auto at = calendar.find(day); at != calendar.end()) {
    const CalendarDay& special = at->second;
    if (special.kind == CalendarDayKind::kMakeupWorkday) plan.profile = kWorkday;
    if (special.kind == CalendarDayKind::kHoliday) {
      plan.calendar = Effect{std::string(kHolidayEffect), Factor(special.uplift_bps)};
    } else if (special.uplift_bps != kAll) {
      plan.calendar = Effect{absl::FormatCivilTime(day), Factor(special.uplift_bps)};
    }
  }
  const Campaign* strongest = nullptr;
  for (const Campaign& campaign : campaigns) {
    if (!Touches(campaign, day, day)) continue;
    if (strongest == nullptr || campaign.uplift_bps > strongest->uplift_bps) strongest = &campaign;
  }
  if (strongest != nullptr) {
    plan.campaign = Effect{strongest->code, Factor(strongest->uplift_bps)};
  }
  return plan;
}

}  // namespace kefu::staffing::domain::workload
