// Columns of agents and tier records and how they are read, shared by the stores of people and of
// careers.
#pragma once

#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {

#define AGENT_COLUMNS                                                                           \
  "agent_id, display_name, employee_number, employment, base_id, hire_date, leave_date, state," \
  " prior_experience_months, education, languages, skills, chat_concurrency, version,"          \
  " create_us, update_us, leave_reason"
inline constexpr db::Sql kAgentsByIds{"SELECT " AGENT_COLUMNS
                                      " FROM agent WHERE org_id = ? AND agent_id IN (?*)"
                                      " ORDER BY agent_id"};

#define TIER_COLUMNS                                                                       \
  "agent_id, seq, tier_change_id, tier_id, grade_id, track, effective_date, kind, reason," \
  " evidence, ladder_version, corrects_id, actor, record_us, role_id, ladder_id"
inline constexpr db::Sql kTierRecordsOfMany{
    "SELECT " TIER_COLUMNS
    " FROM tier_change WHERE org_id = ? AND agent_id IN (?*)"
    " ORDER BY agent_id, seq"};

inline domain::Agent AgentFromRow(const db::Row& row) {
  return {.id = row.Str(0),
          .display_name = row.Str(1),
          .employee_number = row.Str(2),
          .employment = EnumAt<domain::Employment>(row, 3),
          .base_id = row.Str(4),
          .employed = {row.Day(5), row.OptDay(6)},
          .state = EnumAt<domain::AgentState>(row, 7),
          .prior_experience_months = static_cast<int32_t>(row.Int(8)),
          .education = row.Str(9),
          .languages = Split(row.Text(10), ','),
          .skills = Split(row.Text(11), ','),
          .chat_concurrency = static_cast<int32_t>(row.Int(12)),
          .info = InfoAt(row, 13),
          .leave_reason = row.Str(16)};
}

inline domain::TierRecord TierFromRow(const db::Row& row) {
  return {.id = row.Str(2),
          .agent_id = row.Str(0),
          .sequence = static_cast<int32_t>(row.Int(1)),
          .tier_id = row.Str(3),
          .grade_id = row.Str(4),
          .track = EnumAt<domain::Track>(row, 5),
          .effective_date = row.Day(6),
          .kind = EnumAt<domain::TierChangeKind>(row, 7),
          .reason = row.Str(8),
          .evidence = Split(row.Text(9), '\n'),
          .ladder_version = static_cast<int32_t>(row.Int(10)),
          .corrects_id = row.Str(11),
          .actor = row.Str(12),
          .record_time = row.Time(13),
          .role_id = row.Str(14),
          .ladder_id = row.Str(15)};
}

}  // namespace kefu::staffing::store
