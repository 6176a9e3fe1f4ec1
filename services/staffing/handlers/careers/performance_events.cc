#include "services/staffing/handlers/careers/performance_events.h"

#include "common/convert/fields.h"
#include "common/status/status_macros.h"
#include "kefu/performance/v1/events.pb.h"
#include "services/staffing/store/careers.h"

namespace kefu::staffing {

using performance::v1::AgentMonth;
using performance::v1::MonthReported;

std::vector<std::string> PerformanceEventTypes() {
  return {MonthReported::descriptor()->full_name()};
}

absl::Status ApplyPerformanceEvent(db::Transaction& t, const common::v1::Event& event) {
  MonthReported reported;
  if (!event.payload().UnpackTo(&reported)) return absl::OkStatus();
  const absl::CivilMonth month(kefu::convert::FromProto(reported.period().start_date()));
  std::vector<store::MonthRow> rows;
  const auto add = [&](const std::string& agent_id, const performance::v1::ReportRow& row) {
    rows.push_back({reported.shop_id(), month, agent_id, reported.report_id(), reported.version(),
                    row.SerializeAsString()});
  };
  add("", reported.shop());
  for (const AgentMonth& agent : reported.agents()) add(agent.month().row_id(), agent.month());
  RETURN_IF_ERROR(store::SaveMonths(t, event.org_id(), rows));
  return store::DeleteMonthsBefore(t, event.org_id(), reported.shop_id(), month,
                                   reported.version());
}

}  // namespace kefu::staffing
