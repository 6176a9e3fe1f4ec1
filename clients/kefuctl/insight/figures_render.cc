#include "clients/kefuctl/insight/figures_render.h"

#include <fmt/format.h>

#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "common/status/status_macros.h"
#include "google/protobuf/util/time_util.h"
#include "kefu/aftersales/v1/returns.pb.h"

namespace kefu::insight {
namespace {

namespace as = aftersales::v1;
using google::protobuf::EnumDescriptor;
using kefuctl::Cell;
using kefuctl::Colour;
using kefuctl::Count;
using kefuctl::DayText;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Printable;
using kefuctl::Table;

// Below it a share of kept deadlines stands out.
constexpr double kGoodShare = 0.95;

std::string Shown(const google::protobuf::Timestamp& time, absl::TimeZone zone) {
  const int64_t micros = google::protobuf::util::TimeUtil::TimestampToMicroseconds(time);
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixMicros(micros), zone);
}

std::string Share(double share) { return fmt::format("{:.2f}%", share * 100); }

// "1.79% (0.90% – 3.20%)"; "–" where none is known.
std::string ShareText(bool known, double share, double low, double high) {
  if (!known) return "–";
  return fmt::format("{} ({} – {})", Share(share), Share(low), Share(high));
}

std::string LabelOf(const EnumDescriptor* type, const std::string& name) {
  const auto* value = type->FindValueByName(name);
  const std::string label = value == nullptr ? "" : EnumLabel(type, value->number());
  return label.empty() ? "–" : label;
}

// A group's value for people.
std::string ValueText(as::ReasonDimension by, const std::string& value) {
  switch (by) {
    case as::REASON_DIMENSION_REASON:
      return LabelOf(as::ReturnReason_descriptor(), "RETURN_REASON_" + value);
    case as::REASON_DIMENSION_KIND:
      return LabelOf(as::CaseKind_descriptor(), "CASE_KIND_" + value);
    case as::REASON_DIMENSION_RESULT:
      return LabelOf(as::ReviewResult_descriptor(), "REVIEW_RESULT_" + value);
    default:
      return value.empty() ? "–" : Printable(value);
  }
}

std::string UnitText(as::SoldUnit unit) {
  switch (unit) {
    case as::SOLD_UNIT_PIECES_SOLD:
      return In(" 件售出", " sold");
    case as::SOLD_UNIT_PIECES_SHIPPED:
      return In(" 件发出", " shipped");
    case as::SOLD_UNIT_ORDERS:
      return In(" 单", " orders");
    default:
      return "";
  }
}

// "4–24 h".
std::string AgeText(const as::BacklogRow& row) {
  if (row.age_below_hours() == 0) return fmt::format("≥ {} h", row.age_hours());
  return fmt::format("{}–{} h", row.age_hours(), row.age_below_hours());
}

Colour ColourOf(as::BacklogDue due) {
  if (due == as::BACKLOG_DUE_OVERDUE) return Colour::kRed;
  return due == as::BACKLOG_DUE_ONE_HOUR ? Colour::kYellow : Colour::kNone;
}

}  // namespace

Table ReasonTable(const as::GetReasonsResponse& reasons, as::ReasonDimension by) {
  Table table({{In("分组", "Group")},
               {In("售后单", "Cases"), true},
               {In("前期", "Before"), true},
               {In("成本", "Cost"), true},
               {In("售出或发出", "Sold or shipped"), true},
               {In("比率（95% 区间）", "Rate (95 %)")}});
  for (const as::ReasonRow& row : reasons.rows()) {
    const bool known = row.sold() > 0;
    table.Add({ValueText(by, row.value()), Count(row.cases()), Count(row.previous_cases()),
               row.has_cost() ? kefuctl::ShownMoney(row.cost()) : "–",
               known ? Count(row.sold()) + UnitText(row.sold_unit()) : "–",
               ShareText(row.has_rate(), row.rate(), row.rate_low(), row.rate_high())});
  }
  return table;
}

Table TrendTable(const as::GetReasonTrendResponse& trend) {
  Table table({{In("从", "From")}, {In("到", "To")}, {In("售后单", "Cases"), true}});
  for (const as::TrendPoint& point : trend.points()) {
    table.Add({DayText(point.start_date()), DayText(point.end_date()), Count(point.cases())});
  }
  return table;
}

Table FigureCaseTable(const as::ListReasonCasesResponse& cases, absl::TimeZone zone) {
  Table table({{In("售后单", "Case")},
               {In("店铺", "Shop")},
               {In("订单", "Order")},
               {In("类型", "Kind")},
               {In("受理时间", "Received")},
               {In("成本", "Cost"), true}});
  for (const as::FigureCase& one : cases.cases()) {
    table.Add({Printable(one.case_id()), Printable(one.shop_id()), Printable(one.order_id()),
               EnumLabel(as::CaseKind_descriptor(), one.kind()), Shown(one.receive_time(), zone),
               one.has_cost() ? kefuctl::ShownMoney(one.cost()) : "–"});
  }
  return table;
}

Table SlaTable(const as::GetSlaComplianceResponse& shares) {
  Table table({{In("分组", "Group")},
               {In("时限", "Clock")},
               {In("达成", "Met"), true},
               {In("超时", "Broken"), true},
               {In("未到", "Open"), true},
               {In("未办结束", "Cancelled"), true},
               {In("达成率（95% 区间）", "Kept (95 %)")}});
  for (const as::SlaComplianceRow& row : shares.rows()) {
    const bool bad = row.has_share() && row.share() < kGoodShare;
    table.Add({row.value().empty() ? "–" : Printable(row.value()),
               EnumLabel(as::ClockKind_descriptor(), row.clock_kind()),
               Count(row.met()),
               Count(row.breached()),
               Count(row.open()),
               Count(row.cancelled()),
               {ShareText(row.has_share(), row.share(), row.share_low(), row.share_high()),
                bad ? Colour::kRed : Colour::kNone}});
  }
  return table;
}

Table DeadlineTable(const as::ListSlaDeadlinesResponse& deadlines, absl::TimeZone zone) {
  Table table({{In("售后单", "Case")},
               {In("店铺", "Shop")},
               {In("责任人", "Owner")},
               {In("受理时间", "Received")},
               {In("开始", "Began")},
               {In("截止", "Due")}});
  for (const as::SlaDeadline& one : deadlines.deadlines()) {
    table.Add({Printable(one.case_id()), Printable(one.shop_id()), Printable(one.owner()),
               Shown(one.receive_time(), zone), Shown(one.start_time(), zone),
               one.has_due_time() ? Shown(one.due_time(), zone) : "–"});
  }
  return table;
}

Table BacklogTable(const as::GetBacklogResponse& backlog) {
  Table table({{In("状态", "State")},
               {In("已受理", "Age")},
               {In("到期", "Due")},
               {In("售后单", "Cases"), true}});
  for (const as::BacklogRow& row : backlog.rows()) {
    table.Add({EnumLabel(as::CaseState_descriptor(), row.state()),
               AgeText(row),
               {EnumLabel(as::BacklogDue_descriptor(), row.due()), ColourOf(row.due())},
               Count(row.cases())});
  }
  return table;
}

Table ForecastTable(const as::ForecastBreachesResponse& forecast, absl::TimeZone zone) {
  Table table({{In("时限", "Clock")},
               {In("从", "From")},
               {In("到", "To")},
               {In("正在计时", "Running"), true},
               {In("预计超时（95% 区间）", "Expected to break (95 %)")},
               {In("其中新售后单", "Of new cases"), true}});
  for (const as::BreachForecastRow& row : forecast.rows()) {
    if (row.running() == 0 && row.expected() == 0) continue;
    table.Add({EnumLabel(as::ClockKind_descriptor(), row.clock_kind()),
               Shown(row.start_time(), zone), Shown(row.end_time(), zone), Count(row.running()),
               fmt::format("{:.1f} ({:.1f} – {:.1f})", row.expected(), row.expected_low(),
                           row.expected_high()),
               fmt::format("{:.1f}", row.expected_of_new())});
  }
  return table;
}

std::string HistoryText(const as::ForecastBreachesResponse& forecast) {
  std::string text = fmt::format(
      fmt::runtime(In("合计 {:.1f}（{:.1f} – {:.1f}）；新售后单依据前 {} 周",
                      "{:.1f} in all ({:.1f} – {:.1f}); new cases by {} weeks before")),
      forecast.expected(), forecast.expected_low(), forecast.expected_high(), forecast.weeks());
  for (const as::BreachHistory& one : forecast.history()) {
    text +=
        fmt::format(fmt::runtime(In("；{}：{} 个中 {} 个超时", "; {}: {} in the past, {} broken")),
                    EnumLabel(as::ClockKind_descriptor(), one.clock_kind()), Count(one.clocks()),
                    Count(one.breached()));
  }
  return text;
}

}  // namespace kefu::insight
