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
#include "kefu/performance/v1/weeks.pb.h"
#include "services/performance/convert/reports.h"
#include "services/performance/convert/scorecards.h"
#include "services/performance/domain/metrics.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {
namespace {

constexpr std::string_view kDefinition = "default";
// An agent's month takes about 5 KB, and an event holds a megabyte.
constexpr int kAgentsPerEvent = 100;
constexpr int kScoresPerEvent = 1000;  // of some hundred bytes each
// What training is judged by, and contracts that begin or end within a month: few enough for every
// day of every agent.
constexpr std::array<std::string_view, 8> kDayMetrics = {
    "consulted",    "reply_rate", "conversion",          "response_seconds_mean",
    "satisfaction", "sales",      "average_order_value", "refunds"};

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

// What the rollups of a definition are stored under.
std::string SumsOf(const v1::MetricDefinition& definition) {
  const int version =
      definition.sums_version() == 0 ? definition.version() : definition.sums_version();
  return fmt::format("{}@{}", definition.definition_id(), version);
}

using DaysByAgent = std::map<std::string_view, std::vector<const store::RollupRow*>>;

void AddAgent(const v1::ReportRow& row, const DaysByAgent& days, v1::MonthReported& event) {
  v1::AgentMonth& agent = *event.add_agents();
  *agent.mutable_month() = OwnFigures(row);
  const auto found = days.find(row.row_id());
  if (found == days.end()) return;
  for (const store::RollupRow* day : found->second) *agent.add_days() = DayOf(*day);
}

// What is told of a shop's report.
struct Told {
  const store::ReportKey& key;
  const v1::Report& head;
  const v1::ReportSection& summary;
  const v1::ReportSection& agents;
};

// What months and weeks have in common.
template <class Event>
Event EventOf(const Told& told) {
  Event event;
  event.set_report_id(told.head.report_id());
  event.set_shop_id(told.key.scope.shop_id);
  *event.mutable_period() = told.head.period();
  event.set_version(told.head.version());
  event.set_definition(fmt::format("{}@{}", told.head.definition().definition_id(),
                                   told.head.definition().version()));
  event.set_currency_code(told.head.currency_code());
  *event.mutable_shop() = OwnFigures(told.summary.rows(0));
  return event;
}

// In as many events as the agents need, also of a shop without any; `add` adds one agent's row.
template <class Event, class F>
absl::Status Tell(db::Transaction& t, const Told& told, Event event, absl::Time now, F add) {
  int done = 0;
  while (!event.last()) {
    event.clear_agents();
    const int end = std::min(done + kAgentsPerEvent, told.agents.rows_size());
    for (; done < end; ++done) add(told.agents.rows(done), event);
    event.set_last(done == told.agents.rows_size());
    RETURN_IF_ERROR(events::Append(t, told.key.scope.org_id, told.key.scope.shop_id, event, now));
  }
  return absl::OkStatus();
}

absl::Status TellMonth(db::Transaction& t, const Told& told, absl::Time now) {
  auto event = EventOf<v1::MonthReported>(told);
  for (const std::string_view id : kDayMetrics) event.add_day_metric_ids(std::string(id));
  ASSIGN_OR_RETURN(const auto rollups,
                   store::LoadRollups(t, told.key.scope, SumsOf(told.head.definition()),
                                      kefu::convert::FromProto(told.head.period().start_date()),
                                      kefu::convert::FromProto(told.head.period().end_date()),
                                      domain::SubjectKind::kAgent, ""));
  DaysByAgent days;
  for (const store::RollupRow& row : rollups) days[row.subject.id].push_back(&row);
  return Tell(t, told, std::move(event), now,
              [&](const v1::ReportRow& row, v1::MonthReported& to) { AddAgent(row, days, to); });
}

absl::Status TellWeek(db::Transaction& t, const Told& told, absl::Time now) {
  return Tell(
      t, told, EventOf<v1::WeekReported>(told), now,
      [](const v1::ReportRow& row, v1::WeekReported& to) { *to.add_agents() = OwnFigures(row); });
}

// Of a whole shop, by the shipped definition.
bool IsWholeShops(const store::ReportKey& key) {
  return !key.scope.shop_id.empty() && key.definition_id == kDefinition &&
         key.subject == convert::SubjectKey(domain::SubjectId{});
}

}  // namespace

bool IsShopsMonth(const store::ReportKey& key) {
  return IsWholeShops(key) && key.kind == convert::KindName(domain::ReportKind::kMonthly);
}

absl::Status TellScores(db::Transaction& t, const store::ReportKey& key,
                        const std::map<std::string, domain::Score>& scores,
                        std::string_view currency, absl::Time now) {
  const absl::CivilMonth month(key.first_day);
  v1::MonthScored event;
  event.set_shop_id(key.scope.shop_id);
  *event.mutable_month() = kefu::convert::ToProto(absl::CivilDay(month));
  event.set_first(true);
  const auto tell = [&] {
    return events::Append(t, key.scope.org_id, key.scope.shop_id, event, now);
  };
  for (const auto& [agent_id, score] : scores) {
    if (event.scores_size() == kScoresPerEvent) {
      RETURN_IF_ERROR(tell());
      event.clear_scores();
      event.set_first(false);
    }
    v1::AgentScore& told = *event.add_scores();
    told = convert::ToProto(score, agent_id, month, currency);
    told.clear_items();
    told.clear_sanctions();
  }
  return tell();
}

absl::Status TellReport(db::Transaction& t, const store::ReportKey& key, const v1::Report& head,
                        const v1::Report& content, absl::Time now) {
  if (!IsWholeShops(key)) return absl::OkStatus();
  const v1::ReportSection* summary = SectionOf(content, "summary");
  const v1::ReportSection* agents = SectionOf(content, "agents");
  if (summary == nullptr || summary->rows().empty() || agents == nullptr) return absl::OkStatus();
  const Told told{key, head, *summary, *agents};
  if (key.kind == convert::KindName(domain::ReportKind::kMonthly)) return TellMonth(t, told, now);
  if (key.kind == convert::KindName(domain::ReportKind::kWeekly)) return TellWeek(t, told, now);
  return absl::OkStatus();
}

}  // namespace kefu::performance
