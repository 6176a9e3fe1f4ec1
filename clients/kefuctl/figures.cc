#include "clients/kefuctl/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/text.h"
#include "common/money/money.h"
#include "common/status/status_macros.h"

namespace kefu::kefuctl {
namespace {

namespace pf = performance::v1;
using Json = nlohmann::ordered_json;

// The shipped grades have names in both languages; others are shown as they were published.
std::string ShownGrade(const std::string& grade) {
  if (!Chinese()) return grade;
  if (grade == "excellent") return "优秀";
  if (grade == "normal") return "正常";
  return grade == "needs a talk" ? "需面谈" : grade;
}

// A report without one of these parts would be wrong, so it is refused.
absl::Status RequireParts(const gateway::v1::GetShopPeriodResponse& period,
                          std::initializer_list<std::string_view> names) {
  for (const auto& part : period.parts()) {
    if (part.complete() || std::ranges::find(names, part.part()) == names.end()) continue;
    return absl::UnavailableError(
        Tr(Text::kPartMissing, part.part(),
           fmt::format("{} {}", part.error_reason(), part.error_description())));
  }
  return absl::OkStatus();
}

absl::Status Copy(const Figures& figures, std::initializer_list<std::string_view> ids,
                  Json& object) {
  for (const std::string_view id : ids) {
    ASSIGN_OR_RETURN(const auto* figure, Find(figures, id));
    object[JsonName(*figure)] = JsonValue(*figure);
  }
  return absl::OkStatus();
}

}  // namespace

std::string JsonName(const pf::MetricValue& figure) {
  return figure.unit() == pf::METRIC_UNIT_MONEY ? figure.metric_id() + "_minor"
                                                : figure.metric_id();
}

Json JsonValue(const pf::MetricValue& figure) {
  if (!figure.has_value()) return nullptr;
  switch (figure.unit()) {
    case pf::METRIC_UNIT_COUNT:
      return figure.numerator();
    case pf::METRIC_UNIT_MONEY:
      // A mean is rounded to the minor unit by the service; a sum is exact in the numerator.
      return figure.denominator() == 0 ? figure.numerator() : std::llround(figure.value());
    default:
      return figure.value();
  }
}

void AddFigures(const Figures& figures, Json& object) {
  for (const auto& figure : figures) object[JsonName(figure)] = JsonValue(figure);
}

std::string ShownMoney(const kefu::common::v1::Money& money) {
  return fmt::format("{} {}", money.currency_code(),
                     Grouped(FormatDecimal({money.currency_code(), money.minor_units()})));
}

std::string ShownFigure(const pf::MetricValue& figure) {
  if (!figure.has_value()) return "–";
  switch (figure.unit()) {
    case pf::METRIC_UNIT_RATIO:
      return fmt::format("{:.2f}%", figure.value() * 100);
    case pf::METRIC_UNIT_PER_HOUR:
    case pf::METRIC_UNIT_POINTS:
    case pf::METRIC_UNIT_MEAN:
      return Grouped(fmt::format("{:.2f}", figure.value()));
    case pf::METRIC_UNIT_SECONDS:
      return Grouped(fmt::format("{:.2f}", figure.value())) + " s";
    case pf::METRIC_UNIT_MONEY: {
      kefu::common::v1::Money money;
      money.set_currency_code(figure.currency_code());
      money.set_minor_units(JsonValue(figure).get<int64_t>());
      return ShownMoney(money);
    }
    default:
      return Grouped(std::to_string(figure.numerator()));
  }
}

std::string MarkedFigure(const pf::MetricValue& figure) {
  std::string text = ShownFigure(figure);
  if (!figure.grade().empty()) text += " " + ShownGrade(figure.grade());
  return figure.thin() ? text + " *" : text;
}

std::string ShownInterval(const pf::MetricValue& figure) {
  if (!figure.has_interval()) return "–";
  pf::MetricValue low = figure, high = figure;
  low.set_value(figure.interval().low());
  high.set_value(figure.interval().high());
  return fmt::format("{} – {}", ShownFigure(low), ShownFigure(high));
}

std::string ShownChange(const pf::MetricValue& figure, const pf::MetricComparison& comparison) {
  switch (figure.unit()) {
    case pf::METRIC_UNIT_COUNT:
    case pf::METRIC_UNIT_MONEY:
      return comparison.has_relative_change()
                 ? fmt::format("{:+.1f}%", comparison.relative_change() * 100)
                 : "–";
    case pf::METRIC_UNIT_RATIO:
      return comparison.has_difference() ? fmt::format("{:+.2f} pp", comparison.difference() * 100)
                                         : "–";
    default:
      return comparison.has_difference() ? fmt::format("{:+.2f}", comparison.difference()) : "–";
  }
}

std::string ShownDifference(const pf::MetricValue& figure, double difference) {
  if (figure.unit() == pf::METRIC_UNIT_RATIO) return fmt::format("{:+.2f} pp", difference * 100);
  pf::MetricValue size = figure;  // without its sign
  size.set_value(std::abs(difference));
  size.set_numerator(std::llround(std::abs(difference)));
  size.set_denominator(0);
  return (difference < 0 ? "-" : "+") + ShownFigure(size);
}

Colour GradeColour(const pf::MetricValue& figure, const pf::MetricDefinition& definition) {
  const auto& grades = definition.response_grades();
  if (figure.grade().empty() || grades.size() < 2) return Colour::kNone;
  const auto [fastest, slowest] =
      std::ranges::minmax_element(grades, {}, &pf::ResponseGrade::from_seconds);
  if (figure.grade() == fastest->name()) return Colour::kGreen;
  return figure.grade() == slowest->name() ? Colour::kRed : Colour::kNone;
}

std::string ShownName(const std::string& name, const std::string& id) {
  if (name.empty() || name == id) return Printable(id);
  return fmt::format("{} ({})", Printable(name), Printable(id));
}

void ThinNotes::Add(const std::string& row, const std::string& metric,
                    const pf::MetricValue& figure) {
  if (!figure.thin()) return;
  if (rows_.empty() || rows_.back().first != row) rows_.emplace_back(row, "");
  std::string& note = rows_.back().second;
  note += fmt::format("{}{} {}", note.empty() ? "" : "; ", metric, ShownInterval(figure));
}

std::string ThinNotes::Text(const pf::MetricDefinition& definition) const {
  if (rows_.empty()) return "";
  std::string text = Tr(kefuctl::Text::kThinNote, definition.thin_below(),
                        fmt::format("{:g}", definition.confidence_bps() / 100.0)) +
                     "\n";
  for (const auto& [row, note] : rows_)
    text += fmt::format("  {}{}{}\n", row, row.empty() ? "" : ": ", note);
  return text;
}

absl::StatusOr<const pf::MetricValue*> Find(const Figures& figures, std::string_view metric_id) {
  for (const auto& figure : figures) {
    if (figure.metric_id() == metric_id) return &figure;
  }
  return absl::InternalError(Tr(Text::kFigureMissing, metric_id));
}

kefu::common::v1::Date ToProto(absl::CivilDay day) {
  kefu::common::v1::Date date;
  date.set_year(static_cast<int32_t>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

std::string FormatDate(const kefu::common::v1::Date& date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
}

absl::StatusOr<Json> CallCentreReport(const gateway::v1::GetShopPeriodResponse& period) {
  RETURN_IF_ERROR(RequireParts(period, {"figures", "agents"}));
  Json report;
  RETURN_IF_ERROR(Copy(period.figures(), {"consulted", "replied", "reply_rate"}, report));
  std::vector<const gateway::v1::AgentFigures*> agents;
  for (const auto& agent : period.agents()) agents.push_back(&agent);
  std::ranges::sort(agents, {}, [](const auto* agent) { return agent->agent_id(); });
  report["agents"] = Json::array();
  for (const auto* agent : agents) {
    Json row{{"agent", agent->agent_id()}};
    RETURN_IF_ERROR(Copy(agent->values(),
                         {"consulted", "replied", "response_seconds_mean", "response_seconds_p90",
                          "handle_seconds_mean"},
                         row));
    report["agents"].push_back(std::move(row));
  }
  return report;
}

absl::StatusOr<Json> OlistReport(const gateway::v1::GetShopPeriodResponse& period) {
  RETURN_IF_ERROR(RequireParts(period, {"figures", "late_shipments"}));
  Json report;
  RETURN_IF_ERROR(
      Copy(period.figures(), {"orders", "paid_orders", "sales", "late_shipments"}, report));
  report["late_compensation_minor"] = period.late_compensation().minor_units();
  RETURN_IF_ERROR(Copy(period.figures(), {"reviews", "positive_review_rate"}, report));
  return report;
}

}  // namespace kefu::kefuctl
