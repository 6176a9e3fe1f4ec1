// Cases as tables. Pure, thread-safe.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "clients/kefuctl/table.h"
#include "kefu/aftersales/v1/aftersales_service.pb.h"
#include "kefu/aftersales/v1/assignment.pb.h"
#include "kefu/aftersales/v1/case_work.pb.h"

namespace kefu::cases {

// What a case says, one line a field.
kefuctl::Table CaseTable(const aftersales::v1::Case& record, absl::TimeZone zone);
// Its clocks: those that have run out in red, those that warn soon in yellow.
kefuctl::Table ClockTable(const aftersales::v1::Case& record, absl::TimeZone zone, absl::Time now);
// What happened, oldest first.
kefuctl::Table TimelineTable(const aftersales::v1::ListCaseActivitiesResponse& list,
                             absl::TimeZone zone);
kefuctl::Table CommentTable(const aftersales::v1::ListCaseCommentsResponse& list,
                            absl::TimeZone zone);
// What was counted towards each deadline.
kefuctl::Table SegmentTable(const aftersales::v1::ExplainDeadlineResponse& response,
                            absl::TimeZone zone);
kefuctl::Table UnassignedTable(const aftersales::v1::ListUnassignedCasesResponse& list,
                               absl::TimeZone zone, absl::Time now);
// Candidates of a decision with why each lost.
kefuctl::Table CandidateTable(const aftersales::v1::AssignmentDecision& decision);
// What became of the candidates, in words: "chosen 1, more load 2".
std::string SummaryOf(const aftersales::v1::AssignmentDecision& decision);
// Who had a case when, and why; newest first.
kefuctl::Table DecisionTable(const aftersales::v1::ExplainAssignmentResponse& response,
                             absl::TimeZone zone);

}  // namespace kefu::cases
