#include "services/staffing/domain/workload/policy.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "common/time/holiday_calendar.h"
#include "fmt/format.h"

namespace kefu::staffing::domain::workload {
namespace {

constexpr std::string_view kChina = "CN";

// A campaign of every year by month and day; none passes the end of a year.
struct Yearly {
  std::string_view code, name;
  int first_month, first_day, last_month, last_day;
  int32_t uplift_bps;
};
// Version 1. Data: a later version adds entries, it never changes these.
constexpr std::array kYearly = {
    Yearly{"618", "618 预热", 6, 1, 6, 15, 13'000},
    Yearly{"618_peak", "618 高潮", 6, 16, 6, 20, 22'000},
    Yearly{"double11", "双11 预售", 10, 24, 11, 9, 15'000},
    Yearly{"double11_peak", "双11 高潮", 11, 10, 11, 13, 30'000},
    Yearly{"double12", "双12", 12, 10, 12, 13, 17'000},
};

// 年货节 ends ten days before the days off of Spring Festival begin, which is after 20 January.
constexpr std::string_view kGoodsCode = "new_year_goods", kGoodsName = "年货节";
constexpr int kGoodsFirst = 20, kGoodsLast = 10, kGoodsUplift = 13'000;

struct Holiday {
  std::string_view code, name;
};
constexpr Holiday kSpringFestival{"spring_festival", "春节"};

using HolidayDays = std::map<absl::CivilDay, DayKind>;

// The days off in a row that a day off is one of.
std::pair<absl::CivilDay, absl::CivilDay> RunOf(const HolidayDays& days, absl::CivilDay day) {
  const auto is_off = [&](absl::CivilDay other) {
    const auto at = days.find(other);
    return at != days.end() && at->second == DayKind::kHoliday;
  };
  absl::CivilDay first = day, last = day;
  while (is_off(first - 1)) --first;
  while (is_off(last + 1)) ++last;
  return {first, last};
}

// Which holiday days off in a row stand for, by when they are: statutory holidays of mainland China
// (全国年节及纪念日放假办法). One that holds both Mid-Autumn and National Day is the latter.
Holiday HolidayOf(absl::CivilDay first, absl::CivilDay last) {
  const auto has = [&](int month, int day) {
    const absl::CivilDay that(last.year(), month, day);
    return first <= that && that <= last;
  };
  const auto begins_within = [&](int month, int day, int to_month, int to_day) {
    return first >= absl::CivilDay(first.year(), month, day) &&
           first <= absl::CivilDay(first.year(), to_month, to_day);
  };
  if (has(10, 1)) return {"national_day", "国庆节"};
  if (has(5, 1)) return {"labour_day", "劳动节"};
  if (has(1, 1)) return {"new_year", "元旦"};
  if (begins_within(1, 20, 2, 29)) return kSpringFestival;
  if (begins_within(4, 1, 4, 7)) return {"qingming", "清明节"};
  if (begins_within(5, 25, 6, 30)) return {"dragon_boat", "端午节"};
  if (begins_within(9, 7, 10, 9)) return {"mid_autumn", "中秋节"};
  return {"", "节假日"};
}

std::string EffectOf(const Holiday& holiday) {
  return holiday.code.empty() ? std::string(kHolidayEffect)
                              : fmt::format("{}/{}", kHolidayEffect, holiday.code);
}

// The first day off of Spring Festival; nothing where the calendar does not tell.
std::optional<absl::CivilDay> SpringFestivalOf(absl::civil_year_t year) {
  const HolidayDays& days = ChinaHolidays().days();
  for (auto at = days.lower_bound(absl::CivilDay(year, 1, 20)); at != days.end(); ++at) {
    if (at->first > absl::CivilDay(year, 2, 29)) break;
    if (at->second == DayKind::kHoliday) return at->first;
  }
  return std::nullopt;
}

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
    const auto festival = SpringFestivalOf(year);
    if (!festival) continue;
    Campaign goods{.id = fmt::format("shipped:{}:{}", kGoodsCode, year),
                   .code = std::string(kGoodsCode),
                   .name = std::string(kGoodsName),
                   .first = *festival - kGoodsFirst,
                   .last = *festival - kGoodsLast,
                   .uplift_bps = kGoodsUplift,
                   .shipped = true};
    if (Touches(goods, first, last)) campaigns.push_back(std::move(goods));
  }
  return campaigns;
}

std::vector<Campaign> CampaignsInForce(std::vector<Campaign> own, std::string_view holiday_calendar,
                                       absl::CivilDay first, absl::CivilDay last) {
  std::set<std::pair<std::string, absl::civil_year_t>> replaced;
  for (const Campaign& campaign : own) replaced.emplace(campaign.code, campaign.first.year());
  std::erase_if(own, [&](const Campaign& campaign) { return !Touches(campaign, first, last); });
  std::vector<Campaign> shipped;
  if (holiday_calendar == kChina) shipped = ShippedCampaigns(first, last);
  for (Campaign& campaign : shipped) {
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
  if (holiday_calendar == kChina) {
    const HolidayDays& shipped = ChinaHolidays().days();
    for (auto at = shipped.lower_bound(first); at != shipped.end() && at->first <= last; ++at) {
      if (at->second == DayKind::kRegular) continue;
      CalendarDay& day = days[at->first] = {.day = at->first,
                                            .kind = CalendarDayKind::kMakeupWorkday,
                                            .shipped = true,
                                            .statutory = ChinaHolidays().IsStatutory(at->first)};
      if (at->second != DayKind::kHoliday) continue;
      const auto [run_first, run_last] = RunOf(shipped, at->first);
      const Holiday holiday = HolidayOf(run_first, run_last);
      day.kind = CalendarDayKind::kHoliday;
      day.name = holiday.name;
      day.effect = EffectOf(holiday);
    }
  }
  for (const CalendarDay& day : own) {
    if (day.day >= first && day.day <= last) days[day.day] = day;
  }
  return days;
}

std::optional<absl::CivilDay> KnownUntil(std::string_view holiday_calendar) {
  if (holiday_calendar != kChina) return std::nullopt;
  return absl::CivilDay(ChinaHolidays().days().rbegin()->first.year(), 12, 31);
}

DayPlan PlanOf(absl::CivilDay day, const std::map<absl::CivilDay, CalendarDay>& calendar,
               std::span<const Campaign> campaigns) {
  DayPlan plan{.day = day, .profile = ProfileOf(day)};
  if (const auto at = calendar.find(day); at != calendar.end()) {
    const CalendarDay& special = at->second;
    if (special.kind == CalendarDayKind::kMakeupWorkday) plan.profile = kWorkday;
    if (special.kind == CalendarDayKind::kHoliday) {
      plan.calendar = Effect{special.effect.empty() ? std::string(kHolidayEffect) : special.effect,
                             Factor(special.uplift_bps)};
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
