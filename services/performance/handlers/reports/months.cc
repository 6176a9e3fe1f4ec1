#include "services/performance/handlers/reports/months.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <vector>

#include "common/convert/fields.h"
#include "common/events/outbox.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "kefu/performance/v1/events.pb.h"
#include "services/performance/convert/reports.h"
#include "services/performance/domain/metrics.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {
namespace {

constexpr std::string_view kDefinition = "default";
// An agent's month takes about 5 KB, and an event holds a megabyte.
constexpr int kAgentsPerEvent = 100;
// What training is judged by: few enough for every day of every agent.
constexpr std::array<std::string_view, 7> kDayMetrics = {
    "consulted",    "reply_rate", "conversion",         "response_seconds_mean",
    "satisfaction", "sales",      "average_order_value"};

const v1::ReportSection* SectionOf(const v1::Report& report, std::string_view section_id) {
  const auto it = std::ranges::find_if(report.sections(), [&](const v1::ReportSection& section) {
    return section.section_id() == section_id;
  });
  return it == report.sections().end() ? nullptr : &*it;
}

// Without what other periods say.
v1::ReportRow OwnFigures(v1::ReportRow row) {
  row.clear_compared();
  return row;
}

v1::AgentDay DayOf(const store::RollupRow& row) {
  v1::AgentDay day;
  *day.mutable_day() = kefu::convert::ToProto(row.day);
  for (const std::string_view metric_id : kDayMetrics) {
    const domain::MetricSpec* spec = domain::FindMetric(metric_id);
    const domain::MetricValue value = domain::Evaluate(*spec, row.measures);
    day.add_numerators(value.numerator);
    day.add_denominators(value.denominator);
  }
  return day;
}

}  // namespace

absl::Status TellMonth(db::Transaction& t, const store::ReportKey& key, const v1::Report& head,
                       const v1::Report& content, absl::Time now) {
  if (key.scope.shop_id.empty() || key.definition_id != kDefinition ||
      key.kind != convert::KindName(domain::ReportKind::kMonthly) ||
      key.subject != convert::SubjectKey(domain::SubjectId{})) {
    return absl::OkStatus();
  }
  const v1::ReportSection* summary = SectionOf(content, "summary");
  const v1::ReportSection* agents = SectionOf(content, "agents");
  if (summary == nullptr || summary->rows().empty() || agents == nullptr) return absl::OkStatus();
  v1::MonthReported event;
  event.set_report_id(head.report_id());
  event.set_shop_id(key.scope.shop_id);
  *event.mutable_period() = head.period();
  event.set_version(head.version());
  event.set_definition(
      fmt::format("{}@{}", head.definition().definition_id(), head.definition().version()));
  event.set_currency_code(head.currency_code());
  *event.mutable_shop() = OwnFigures(summary->rows(0));
  for (const std::string_view id : kDayMetrics) event.add_day_metric_ids(std::string(id));
  ASSIGN_OR_RETURN(const auto rollups,
                   store::LoadRollups(t, key.scope, event.definition(),
                                      kefu::convert::FromProto(head.period().start_date()),
                                      kefu::convert::FromProto(head.period().end_date()),
                                      domain::SubjectKind::kAgent, ""));
  std::map<std::string_view, std::vector<const store::RollupRow*>> days;
  for (const store::RollupRow& row : rollups) days[row.subject.id].push_back(&row);
  for (int i = 0; i < agents->rows_size(); i += kAgentsPerEvent) {
    event.clear_agents();
    for (int j = i; j < std::min(i + kAgentsPerEvent, agents->rows_size()); ++j) {
      v1::AgentMonth* agent = event.add_agents();
      *agent->mutable_month() = OwnFigures(agents->rows(j));
      for (const store::RollupRow* row : days[agent->month().row_id()]) {
        *agent->add_days() = DayOf(*row);
      }
    }
    event.set_last(i + kAgentsPerEvent >= agents->rows_size());
    RETURN_IF_ERROR(events::Append(t, key.scope.org_id, key.scope.shop_id, event, now));
  }
  return absl::OkStatus();
}

}  // namespace kefu::performance
