#include "clients/kefuctl/staffing/render.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "absl/time/civil_time.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/words.h"

namespace kefu::workforce {
namespace {

namespace st = staffing::v1;
using kefuctl::Cell;
using kefuctl::Colour;
using kefuctl::Grouped;
using kefuctl::In;
using kefuctl::Table;

constexpr double kShown = 0.05;  // contacts; less is shown as 0.0

template <class... Args>
std::string Words(std::string_view zh, std::string_view en, const Args&... args) {
  return fmt::format(fmt::runtime(In(zh, en)), args...);
}

absl::CivilDay DayOf(const common::v1::Date& date) {
  return absl::CivilDay(date.year(), date.month(), date.day());
}
std::string DayText(absl::CivilDay day) {
  static constexpr std::array kZh = {"一", "二", "三", "四", "五", "六", "日"};
  static constexpr std::array kEn = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  const auto weekday = static_cast<size_t>(absl::GetWeekday(day));
  return fmt::format("{} {}", absl::FormatCivilTime(day), In(kZh[weekday], kEn[weekday]));
}

std::string Clock(const google::protobuf::Timestamp& time, absl::TimeZone zone, bool day) {
  const absl::Time instant = absl::FromUnixSeconds(time.seconds());
  return absl::FormatTime(day ? "%m-%d %H:%M" : "%H:%M", instant, zone);
}

std::string Count(double contacts) { return Grouped(fmt::format("{:.0f}", contacts)); }
std::string OneDecimal(double value) { return Grouped(fmt::format("{:.1f}", value)); }
std::string Percent(double share) { return fmt::format("{:.1f}%", share * 100); }
// A factor of 1 is no news.
std::string Factor(double factor) {
  return std::abs(factor - 1) < 0.0005 ? "" : fmt::format("×{:.3f}", factor);
}

std::string KindOf(const st::DayDemand& day) {
  std::string words;
  if (day.calendar_kind() == st::CALENDAR_DAY_KIND_HOLIDAY) words = In("节假日", "holiday");
  if (day.calendar_kind() == st::CALENDAR_DAY_KIND_MAKEUP_WORKDAY) {
    words = In("调休上班", "make-up workday");
  }
  if (day.closed())
    words = In("历史上没有这一天的记录，视为不营业", "no such weekday in history: closed");
  if (!day.campaign_code().empty()) words += (words.empty() ? "" : " ") + day.campaign_code();
  return kefuctl::Printable(words);
}

std::string RuleOf(st::BoundRule rule) {
  switch (rule) {
    case st::BOUND_RULE_SERVICE_LEVEL:
      return In("服务水平", "service level");
    case st::BOUND_RULE_OCCUPANCY:
      return In("占用率", "occupancy");
    case st::BOUND_RULE_ABANDONMENT:
      return In("放弃率", "abandonment");
    case st::BOUND_RULE_MINIMUM_SEATS:
      return In("最少席位", "minimum");
    case st::BOUND_RULE_SIMULATION:
      return In("仿真", "simulation");
    default:
      return "";
  }
}

}  // namespace

Table DaysTable(const st::ForecastDemandResponse& forecast) {
  Table table({{In("日期", "Day")},
               {In("接待量", "Contacts"), true},
               {In("基准", "Level"), true},
               {In("星期", "Weekday"), true},
               {In("趋势", "Trend"), true},
               {In("节假日", "Holiday"), true},
               {In("大促", "Campaign"), true},
               {In("说明", "What it is")}});
  for (const st::DayDemand& day : forecast.days()) {
    table.Add({DayText(DayOf(day.day())), Count(day.arrivals()), Count(day.level()),
               Factor(day.weekday_factor()), Factor(day.trend_factor()),
               Factor(day.calendar_factor()), Factor(day.campaign_factor()), KindOf(day)});
  }
  return table;
}

Table HalfHoursTable(const st::DayDemand& day, absl::TimeZone zone) {
  Table table({{DayText(DayOf(day.day()))},
               {In("接待量", "Contacts"), true},
               {In("下限", "Lower"), true},
               {In("上限", "Upper"), true},
               {In("占全天", "Of the day"), true},
               {In("处理时长(秒)", "Handle time (s)"), true}});
  for (const st::IntervalDemand& interval : day.intervals()) {
    if (interval.upper() < kShown) continue;
    table.Add({Clock(interval.start_time(), zone, false), OneDecimal(interval.arrivals()),
               OneDecimal(interval.lower()), OneDecimal(interval.upper()),
               Percent(interval.share()), Count(interval.handle_seconds())});
  }
  return table;
}

std::string ForecastNotes(const st::ForecastDemandResponse& forecast) {
  const st::DemandHistory& history = forecast.history();
  std::string notes = Words(
      "历史 {} 至 {}，{} 天（用 {} 天；{} 天、{} 个半小时偏离过大，已收拢）；区间概率 {}\n",
      "Learned from {} to {}: {} days, of which {} used; {} days and {} half hours out of line "
      "were "
      "drawn in. Bands hold {}\n",
      absl::FormatCivilTime(DayOf(history.first_date())),
      absl::FormatCivilTime(DayOf(history.last_date())), history.days(), history.days_used(),
      history.outlying_days(), history.outlying_intervals(), Percent(forecast.band_bps() / 1e4));
  for (const st::DemandEffect& effect : forecast.effects()) {
    notes += Words("{}：预设 ×{:.2f}，历史 {} 天，取 ×{:.2f}\n",
                   "{}: ×{:.2f} beforehand, {} days in history, used ×{:.2f}\n",
                   kefuctl::Printable(effect.code()), effect.prior_factor(), effect.days(),
                   effect.factor());
  }
  if (history.patience_seconds() > 0) {
    notes += Words("平均处理 {:.0f} 秒，平均耐心 {:.0f} 秒（总等待 ÷ {} 次放弃）\n",
                   "Mean handle time {:.0f} s, mean patience {:.0f} s (waiting ÷ {} abandoned)\n",
                   history.handle_seconds(), history.patience_seconds(), history.abandoned());
  }
  if (forecast.has_calendar_known_until() && forecast.days_size() > 0) {
    const absl::CivilDay until = DayOf(forecast.calendar_known_until());
    if (DayOf(forecast.days(forecast.days_size() - 1).day()) > until) {
      notes += Words("节假日只知道到 {}，之后按平日预测；请用 SetCalendarDay 补充\n",
                     "Holidays are known until {} only, later days are forecast as ordinary ones: "
                     "SetCalendarDay adds them\n",
                     absl::FormatCivilTime(until));
    }
  }
  const st::ForecastAccuracy& accuracy = forecast.accuracy();
  if (accuracy.days() == 0) {
    return notes + In("历史太短，无法回测\n", "The history is too short for a backtest\n");
  }
  return notes + Words("回测 {} 天：WAPE {}（照搬上周 {}），按天 {}（照搬上周 {}），区间覆盖 {}\n",
                       "Backtest over {} days: WAPE {} (same as last week: {}), by day {} (same as "
                       "last week: {}), {} inside the band\n",
                       accuracy.days(), Percent(accuracy.wape()),
                       Percent(accuracy.last_week_wape()), Percent(accuracy.day_wape()),
                       Percent(accuracy.last_week_day_wape()), Percent(accuracy.coverage()));
}

Table NeedTable(const st::ComputeStaffingResponse& need, absl::TimeZone zone) {
  const bool simulated =
      need.intervals_size() > 0 && need.intervals(0).has_simulated_service_level();
  std::vector<kefuctl::Column> columns = {{In("时间", "Time")},
                                          {In("接待量", "Contacts"), true},
                                          {In("处理(秒)", "Handle (s)"), true},
                                          {In("席位", "Seats"), true},
                                          {In("编制", "Positions"), true},
                                          {In("取决于", "Because of")},
                                          {In("服务水平", "In time"), true},
                                          {In("平均等待(秒)", "Wait (s)"), true},
                                          {In("放弃", "Abandon"), true},
                                          {In("占用率", "Occupancy"), true}};
  if (simulated) columns.push_back({In("仿真服务水平", "In time, simulated"), true});
  Table table(std::move(columns));
  const double level = need.targets().service_level_bps() / 1e4;
  for (const st::StaffingInterval& interval : need.intervals()) {
    if (interval.seats() == 0 && interval.arrivals() < kShown) continue;
    const bool misses = interval.service_level() < level;
    std::vector<Cell> cells = {
        Clock(interval.start_time(), zone, true),
        OneDecimal(interval.arrivals()),
        Count(interval.handle_seconds()),
        Grouped(std::to_string(interval.seats())),
        Grouped(std::to_string(interval.positions())),
        RuleOf(interval.bound_by()),
        {Percent(interval.service_level()), misses ? Colour::kRed : Colour::kNone},
        interval.stable() ? OneDecimal(interval.mean_wait_seconds()) : "∞",
        Percent(interval.abandoned()),
        Percent(interval.occupancy())};
    if (simulated) {
      const st::SimulatedFigure& figure = interval.simulated_service_level();
      cells.emplace_back(
          fmt::format("{}±{:.1f}", Percent(figure.mean()), figure.half_width() * 100));
    }
    table.Add(std::move(cells));
  }
  return table;
}

std::string NeedNotes(const st::ComputeStaffingResponse& need) {
  const st::StaffingTargets& targets = need.targets();
  std::string notes = Words(
      "目标：{} 秒内接起 {}，损耗 {}，每人同时 {} 个会话；策略版本 {}\n",
      "Targets: in {} s {}, shrinkage {}, {} contacts at once; policy version {}\n",
      targets.answer_seconds(), Percent(targets.service_level_bps() / 1e4),
      Percent(targets.shrinkage_bps() / 1e4), need.concurrent_contacts(), need.policy_version());
  notes +=
      Words("席位 {} 小时，编制 {} 小时，最多 {} 个席位\n",
            "{} seat hours, {} position hours, {} seats at most\n", OneDecimal(need.seat_hours()),
            OneDecimal(need.position_hours()), need.peak_seats());
  if (!need.unmet().empty()) {
    notes += Words("未达标：{}\n", "Not reached: {}\n", kefuctl::Printable(need.unmet()));
  }
  return notes;
}

}  // namespace kefu::workforce
