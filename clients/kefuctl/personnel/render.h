// Tables of personnel. Pure.
#pragma once

#include "absl/time/civil_time.h"
#include "clients/kefuctl/table.h"
#include "kefu/staffing/v1/personnel.pb.h"

namespace kefu::personnel {

// Each agent with what speaks for leaving; high risk in red.
kefuctl::Table RiskTable(const staffing::v1::EvaluateRetentionResponse& risks);
// The answers to the three questions, and one line for each promise; those overdue on the day in
// red.
kefuctl::Table TalkTable(const staffing::v1::ListCareerTalksResponse& talks, absl::CivilDay today);
// By group, with the sum.
kefuctl::Table TurnoverTable(const staffing::v1::GetTurnoverResponse& turnover);
kefuctl::Table PostTable(const staffing::v1::ListJobPostsResponse& posts);
kefuctl::Table CandidateTable(const staffing::v1::ListCandidatesResponse& candidates);
// What is no longer valid on the day in red.
kefuctl::Table FileTable(const staffing::v1::ListPersonnelFilesResponse& files,
                         absl::CivilDay today);

}  // namespace kefu::personnel
