#include "services/staffing/handlers/performance_events.h"

#include <map>

#include "common/convert/fields.h"
#include "common/events/outbox.h"
#include "common/status/status_macros.h"
#include "kefu/performance/v1/events.pb.h"
#include "kefu/performance/v1/weeks.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/staffing/handlers/contracts/support.h"
#include "services/staffing/handlers/training/from_figures.h"
#include "services/staffing/store/careers.h"
#include "services/staffing/store/scores.h"
#include "services/staffing/store/weeks.h"
#include "services/staffing/store/workload.h"

namespace kefu::staffing {
namespace {

using performance::v1::AgentMonth;
using performance::v1::ArrivalsCounted;
using performance::v1::MonthReported;
using performance::v1::MonthScored;
using performance::v1::WeekReported;

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

// A report comes in one event or several: the shop's row is kept with the last one and says that
// all are there. Until then what an earlier report said of others stays.
absl::Status SaveMonth(const Dependencies& deps, db::Transaction& t, const common::v1::Event& event,
                       const MonthReported& reported) {
  const absl::CivilMonth month(kefu::convert::FromProto(reported.period().start_date()));
  std::vector<store::MonthRow> rows;
  const auto add = [&](const std::string& agent_id, const performance::v1::ReportRow& row) {
    rows.push_back({reported.shop_id(), month, agent_id, reported.report_id(), reported.version(),
                    row.SerializeAsString()});
  };
  if (reported.last()) add("", reported.shop());
  for (const AgentMonth& agent : reported.agents()) add(agent.month().row_id(), agent.month());
  RETURN_IF_ERROR(store::SaveMonths(t, event.org_id(), rows));
  RETURN_IF_ERROR(KeepDays(t, event.org_id(), reported));
  RETURN_IF_ERROR(AssignFromMonth(deps, t, event.org_id(), reported, TimeOf(event.create_time())));
  if (!reported.last()) return absl::OkStatus();
  RETURN_IF_ERROR(
      store::DeleteMonthsBefore(t, event.org_id(), reported.shop_id(), month, reported.version()));
  return CheckContractsOfShop(deps, t, event.org_id(), reported.shop_id(), absl::CivilDay(month),
                              TimeOf(event.create_time()));
}

// As SaveMonth.
absl::Status SaveWeek(const Dependencies& deps, db::Transaction& t, const common::v1::Event& event,
                      const WeekReported& reported) {
  const absl::CivilDay monday = kefu::convert::FromProto(reported.period().start_date());
  std::vector<store::WeekRow> rows;
  const auto add = [&](const std::string& agent_id, const performance::v1::ReportRow& row) {
    rows.push_back({reported.shop_id(), monday, agent_id, reported.report_id(), reported.version(),
                    row.SerializeAsString()});
  };
  if (reported.last()) add("", reported.shop());
  for (const performance::v1::ReportRow& agent : reported.agents()) add(agent.row_id(), agent);
  RETURN_IF_ERROR(store::SaveWeeks(t, event.org_id(), rows));
  RETURN_IF_ERROR(AssignFromWeek(deps, t, event.org_id(), reported, TimeOf(event.create_time())));
  if (!reported.last()) return absl::OkStatus();
  RETURN_IF_ERROR(
      store::DeleteWeeksBefore(t, event.org_id(), reported.shop_id(), monday, reported.version()));
  // A week belongs to the month of its Sunday.
  return CheckContractsOfShop(deps, t, event.org_id(), reported.shop_id(),
                              absl::CivilDay(absl::CivilMonth(monday + 6)),
                              TimeOf(event.create_time()));
}

absl::Status SaveScores(db::Transaction& t, const common::v1::Event& event,
                        const MonthScored& scored) {
  const absl::CivilMonth month(kefu::convert::FromProto(scored.month()));
  if (scored.first()) {
    RETURN_IF_ERROR(store::DeleteScores(t, event.org_id(), scored.shop_id(), month));
  }
  std::vector<store::ScoreRow> rows;
  for (const performance::v1::AgentScore& score : scored.scores()) {
    rows.push_back({score.agent_id(), score.scorecard_id(), score.version(), score.centipoints(),
                    score.max_centipoints(), score.complete()});
  }
  return store::SaveScores(t, event.org_id(), scored.shop_id(), month, rows);
}

std::optional<domain::ContactChannel> ChannelOf(performance::v1::Channel channel) {
  switch (channel) {
    case performance::v1::CHANNEL_CHAT:
      return domain::ContactChannel::kChat;
    case performance::v1::CHANNEL_TELEPHONE:
      return domain::ContactChannel::kTelephone;
    case performance::v1::CHANNEL_EMAIL:
      return domain::ContactChannel::kEmail;
    case performance::v1::CHANNEL_WORK_ORDER:
      return domain::ContactChannel::kWorkOrder;
    default:
      return std::nullopt;
  }
}

// How long those waited who left is in no conversation: wait_seconds stays unknown.
absl::Status SaveArrivals(const Dependencies& deps, db::Transaction& t,
                          const common::v1::Event& event, const ArrivalsCounted& counted) {
  const absl::Status known =
      store::Lock<domain::Shop>(t, event.org_id(), counted.shop_id()).status();
  if (absl::IsNotFound(known)) return absl::OkStatus();  // a shop of performance's only
  RETURN_IF_ERROR(known);
  // Each channel's day is replaced, also by nothing.
  std::map<domain::ContactChannel, std::vector<domain::workload::Arrivals>> by_channel{
      {domain::ContactChannel::kChat, {}},
      {domain::ContactChannel::kTelephone, {}},
      {domain::ContactChannel::kEmail, {}},
      {domain::ContactChannel::kWorkOrder, {}}};
  for (const auto& row : counted.half_hours()) {
    const auto channel = ChannelOf(row.channel());
    if (!channel) continue;
    by_channel[*channel].push_back({.start = TimeOf(row.start_time()),
                                    .arrivals = row.arrivals(),
                                    .answered = row.answered(),
                                    .abandoned = row.arrivals() - row.answered(),
                                    .handle_seconds = row.handle_seconds()});
  }
  for (const auto& [channel, rows] : by_channel) {
    ASSIGN_OR_RETURN(const int64_t changed,
                     store::ReplaceCountedArrivals(t, {event.org_id(), counted.shop_id(), channel},
                                                   TimeOf(counted.start_time()),
                                                   TimeOf(counted.end_time()), rows));
    if (changed == 0) continue;
    v1::ArrivalsImported imported;
    imported.set_shop_id(counted.shop_id());
    imported.set_channel(static_cast<v1::ContactChannel>(channel));
    imported.set_changed_count(changed);
    t.AfterCommit(deps.on_events);
    RETURN_IF_ERROR(events::Append(t, event.org_id(), counted.shop_id(), imported,
                                   TimeOf(event.create_time())));
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> PerformanceEventTypes() {
  return {MonthReported::descriptor()->full_name(), MonthScored::descriptor()->full_name(),
          WeekReported::descriptor()->full_name(), ArrivalsCounted::descriptor()->full_name()};
}

absl::Status ApplyPerformanceEvent(const Dependencies& deps, db::Transaction& t,
                                   const common::v1::Event& event) {
  if (MonthReported reported; event.payload().UnpackTo(&reported))
    return SaveMonth(deps, t, event, reported);
  if (MonthScored scored; event.payload().UnpackTo(&scored)) return SaveScores(t, event, scored);
  if (WeekReported reported; event.payload().UnpackTo(&reported))
    return SaveWeek(deps, t, event, reported);
  if (ArrivalsCounted counted; event.payload().UnpackTo(&counted))
    return SaveArrivals(deps, t, event, counted);
  return absl::OkStatus();
}

}  // namespace kefu::staffing
