#include "services/performance/domain/report.h"

#include <span>
#include <utility>

#include "services/performance/domain/attribution.h"

namespace kefu::performance::domain {
namespace {

// What a week is judged by at a glance.
constexpr std::string_view kKeyFigures[] = {"consulted",
                                            "replied",
                                            "reply_rate",
                                            "converted",
                                            "conversion",
                                            "lost",
                                            "assisted_followups",
                                            "response_seconds_mean",
                                            "response_seconds_p90",
                                            "first_response_seconds_mean",
                                            "satisfaction",
                                            "paid_orders",
                                            "sales",
                                            "net_sales",
                                            "average_order_value",
                                            "refunds",
                                            "late_shipments",
                                            "positive_review_rate"};
constexpr std::string_view kRowFigures[] = {
    "consulted",    "reply_rate",  "conversion", "response_seconds_mean",
    "satisfaction", "paid_orders", "sales",      "average_order_value"};

std::vector<const MetricSpec*> Chosen(std::span<const std::string_view> ids, SubjectKind kind) {
  std::vector<const MetricSpec*> chosen;
  for (const std::string_view id : ids) {
    const MetricSpec* spec = FindMetric(id);
    if (spec != nullptr && AppliesTo(*spec, kind)) chosen.push_back(spec);
  }
  return chosen;
}

std::vector<const MetricSpec*> All(SubjectKind kind) {
  std::vector<const MetricSpec*> all;
  for (const MetricSpec& spec : Catalogue()) {
    if (AppliesTo(spec, kind)) all.push_back(&spec);
  }
  return all;
}

}  // namespace

ReportPeriod ReportPeriodOf(ReportKind kind, absl::CivilDay day) {
  if (kind == ReportKind::kMonthly) {
    const absl::CivilMonth month(day);
    return {absl::CivilDay(month), absl::CivilDay(month + 1) - 1};
  }
  const absl::CivilDay monday = absl::PrevWeekday(day + 1, absl::Weekday::monday);
  return {monday, monday + 6};
}

ReportPeriod PeriodBefore(ReportKind kind, const ReportPeriod& period) {
  return ReportPeriodOf(kind, period.first - 1);
}

bool IsOver(const ReportPeriod& period, absl::Time now, const absl::TimeZone& zone) {
  return absl::ToUnixMicros(now) >= DayStart(period.last + 1, zone);
}

std::vector<ReportSectionSpec> ReportSections(ReportKind kind, SubjectKind subject,
                                              bool organization) {
  const bool monthly = kind == ReportKind::kMonthly;
  const auto figures = [&](SubjectKind of) { return monthly ? All(of) : Chosen(kRowFigures, of); };
  std::vector<ReportSectionSpec> sections;
  const auto add = [&](SubjectKind of, ReportSectionSpec section) {
    section.metrics_in_all = All(of).size();
    sections.push_back(std::move(section));
  };
  add(subject, {"summary", "概要", "Summary", ReportRows::kTotal,
                monthly ? All(subject) : Chosen(kKeyFigures, subject), true, ""});
  add(subject,
      {"days", "每日", "Days", ReportRows::kDays, Chosen(kRowFigures, subject), false, "sales"});
  if (organization) {
    add(SubjectKind::kShop, {"shops", "店铺", "Shops", ReportRows::kShops,
                             Chosen(kRowFigures, SubjectKind::kShop), true, "sales"});
  } else if (subject == SubjectKind::kShop && monthly) {
    add(SubjectKind::kTeam, {"teams", "小组", "Teams", ReportRows::kTeams,
                             Chosen(kRowFigures, SubjectKind::kTeam), true, "sales"});
  }
  if (subject != SubjectKind::kAgent) {
    add(SubjectKind::kAgent, {"agents", "客服", "Agents", ReportRows::kAgents,
                              figures(SubjectKind::kAgent), true, "sales"});
  }
  return sections;
}

}  // namespace kefu::performance::domain
