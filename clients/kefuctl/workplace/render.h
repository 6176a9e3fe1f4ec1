// Tables of checklists, working rules and supplies. Pure.
#pragma once

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "clients/kefuctl/table.h"
#include "kefu/staffing/v1/checklists.pb.h"
#include "kefu/staffing/v1/supplies.pb.h"
#include "kefu/staffing/v1/working_rules.pb.h"

namespace kefu::workplace {

// What is overdue on the day in red.
kefuctl::Table ChecklistTable(const staffing::v1::ListChecklistsResponse& lists,
                              absl::CivilDay today);
kefuctl::Table ItemTable(const staffing::v1::Checklist& list, absl::CivilDay today);
kefuctl::Table TemplateTable(const staffing::v1::ListChecklistTemplatesResponse& templates);
kefuctl::Table ScheduleTable(const staffing::v1::ListChecklistSchedulesResponse& schedules);
kefuctl::Table RotaTable(const staffing::v1::GetDutyRotaResponse& rota);

kefuctl::Table RuleTable(const staffing::v1::WorkingRules& rules);

// What is used up or gone in yellow.
kefuctl::Table SupplyTable(const staffing::v1::ListSuppliesResponse& supplies);
kefuctl::Table IssueTable(const staffing::v1::ListSupplyIssuesResponse& issues,
                          absl::TimeZone zone);

}  // namespace kefu::workplace
