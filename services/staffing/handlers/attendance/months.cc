// Attendance by day, months closed, and the policy.
#include "common/hash/sha256.h"
#include "common/time/civil.h"
#include "services/staffing/convert/attendance.h"
#include "services/staffing/handlers/attendance/attendance_handlers.h"
#include "services/staffing/handlers/attendance/support.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/store/attendance.h"

namespace kefu::staffing {
namespace {

constexpr int64_t kMostDays = 62;  // two months at once

absl::CivilDay LastDay(absl::CivilMonth month) { return absl::CivilDay(month + 1) - 1; }

attendance::Figures Sum(const std::vector<attendance::DayFigures>& days) {
  attendance::Figures total;
  for (const attendance::DayFigures& day : days) total.Add(day.figures);
  return total;
}

// Every summary of the month. CLOCK_UNPAIRED names agents whose clock events do not add up.
absl::StatusOr<v1::ListAttendanceSummariesResponse> Summarize(
    const TimeSheet& sheet, const std::vector<std::string>& agents, absl::Time now) {
  v1::ListAttendanceSummariesResponse all;
  std::vector<std::string> unpaired;
  for (const std::string& agent_id : agents) {
    const attendance::Figures figures = Sum(sheet.FiguresOf(agent_id, now));
    if (figures.unpaired_clock_count > 0) unpaired.push_back(agent_id);
    v1::AttendanceSummary* summary = all.add_summaries();
    summary->set_agent_id(agent_id);
    *summary->mutable_month() = convert::ToProto(sheet.first);
    *summary->mutable_figures() = convert::ToProto(figures);
  }
  if (!unpaired.empty()) return error::ClockUnpaired(unpaired);
  return all;
}

absl::Status StoreAndTell(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                          const attendance::Month& month,
                          const v1::ListAttendanceSummariesResponse& all) {
  RETURN_IF_ERROR(store::InsertMonth(t, ctx.org_id(), month));
  std::vector<store::Summary> rows;
  std::vector<events::OutboxRow> told;
  for (const v1::AttendanceSummary& summary : all.summaries()) {
    rows.push_back({summary.agent_id(), summary.SerializeAsString()});
    v1::AttendanceSummarized event;
    *event.mutable_summary() = summary;
    told.push_back(events::MakeOutboxRow(ctx.org_id(), summary.agent_id(), event, ctx.now));
  }
  RETURN_IF_ERROR(store::InsertSummaries(t, ctx.org_id(), month.month, rows));
  RETURN_IF_ERROR(events::AppendMany(t, told));
  v1::AttendanceMonthClosed event;
  *event.mutable_month() = convert::ToProto(month);
  return Publish(deps, t, ctx, FormatDay(absl::CivilDay(month.month)), event);
}

}  // namespace

absl::StatusOr<v1::GetAttendanceResponse> AttendanceHandlers::GetAttendance(
    const RequestContext& ctx, const v1::GetAttendanceRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string agent_id = AgentOf(ctx, request.agent_id(), violations);
  const convert::Days days =
      convert::DaysOf(request.has_dates(), request.dates(), kMostDays, "dates", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireReading(ctx, agent_id));
  const store::Reader reader(deps_.database, ctx.deadline);
  RETURN_IF_ERROR(store::Find<domain::Agent>(reader, ctx.org_id(), agent_id));
  RETURN_IF_ERROR(RequireReach(reader, ctx, agent_id));
  ASSIGN_OR_RETURN(const TimeSheet sheet,
                   LoadTime(reader, ctx.org_id(), agent_id, days.first, days.last));
  const auto rows = sheet.FiguresOf(agent_id, ctx.now);
  v1::GetAttendanceResponse response;
  for (const attendance::DayFigures& row : rows) *response.add_days() = convert::ToProto(row);
  *response.mutable_total() = convert::ToProto(Sum(rows));
  response.set_policy_version(sheet.policy.version);
  return response;
}

absl::StatusOr<v1::AttendanceMonth> AttendanceHandlers::CloseAttendanceMonth(
    const RequestContext& ctx, const v1::CloseAttendanceMonthRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const absl::CivilMonth asked =
      convert::MonthFromProto(request.has_month(), request.month(), "month", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::AttendanceMonth>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::AttendanceMonth> {
        if (!ctx.principal.shops.empty()) return error::ShopNotAllowed("");
        RETURN_IF_ERROR(LockMonths(t, ctx));
        const absl::CivilDay first(asked), last = LastDay(asked);
        RETURN_IF_ERROR(CheckMonthsOpen(t, ctx, first, last));
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        if (today < last + 2) return error::MonthNotOver(asked);
        ASSIGN_OR_RETURN(const TimeSheet sheet, LoadTime(t, ctx.org_id(), "", first, last));
        ASSIGN_OR_RETURN(const auto all, Summarize(sheet, sheet.EmployedAgents(), ctx.now));
        const attendance::Month month{.month = asked,
                                      .agents = all.summaries_size(),
                                      .sha256 = Hex(Sha256({SerializeDeterministically(all)})),
                                      .policy_version = sheet.policy.version,
                                      .close_time = ctx.now,
                                      .actor = ctx.principal.subject};
        RETURN_IF_ERROR(StoreAndTell(deps_, t, ctx, month, all));
        return convert::ToProto(month);
      });
}

absl::StatusOr<v1::AttendanceMonth> AttendanceHandlers::GetAttendanceMonth(
    const RequestContext& ctx, const v1::GetAttendanceMonthRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const absl::CivilMonth month =
      convert::MonthFromProto(request.has_month(), request.month(), "month", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(
      const attendance::Month found,
      store::FindMonth(store::Reader(deps_.database, ctx.deadline), ctx.org_id(), month));
  return convert::ToProto(found);
}

absl::StatusOr<v1::ListAttendanceSummariesResponse> AttendanceHandlers::ListAttendanceSummaries(
    const RequestContext& ctx, const v1::ListAttendanceSummariesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const absl::CivilMonth month =
      convert::MonthFromProto(request.has_month(), request.month(), "month", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  std::string own;
  if (!RequireReading(ctx, "").ok()) {
    own = ctx.principal.agent_id;
    if (own.empty()) return error::TimeOfOthers();
  }
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash =
      db::FilterHash({ctx.method, ctx.org_id(), FormatDay(absl::CivilDay(month)), own});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 1));
  const store::Reader reader(deps_.database, ctx.deadline);
  RETURN_IF_ERROR(store::FindMonth(reader, ctx.org_id(), month));
  ASSIGN_OR_RETURN(
      auto rows, store::ListSummaries(reader, ctx.org_id(), {keys.empty() ? "" : keys[0], size + 1},
                                      month, own));
  v1::ListAttendanceSummariesResponse response;
  if (rows.size() > static_cast<size_t>(size)) {
    rows.resize(size);
    response.set_next_page_token(db::EncodePageToken(hash, {rows.back().agent_id}));
  }
  for (const store::Summary& row : rows) {
    if (!response.add_summaries()->ParseFromString(row.body)) {
      return Internal("a stored summary does not parse");
    }
  }
  return response;
}

absl::StatusOr<v1::AttendancePolicy> AttendanceHandlers::SetAttendancePolicy(
    const RequestContext& ctx, const v1::SetAttendancePolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const attendance::Policy asked = convert::FromProto(request.policy(), inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::AttendancePolicy>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::AttendancePolicy> {
        if (!ctx.principal.shops.empty()) return error::ShopNotAllowed("");
        // The organization's row makes versions follow each other.
        RETURN_IF_ERROR(LockMonths(t, ctx));
        attendance::Policy policy = asked;
        policy.create_time = FromMicros(ToMicros(ctx.now));
        ASSIGN_OR_RETURN(policy.version, store::AddAttendancePolicy(t, ctx.org_id(), policy,
                                                                    ctx.principal.subject));
        v1::AttendancePolicyChanged event;
        *event.mutable_policy() = convert::ToProto(policy);
        RETURN_IF_ERROR(Publish(deps_, t, ctx, ctx.org_id(), event));
        return event.policy();
      });
}

absl::StatusOr<v1::AttendancePolicy> AttendanceHandlers::GetAttendancePolicy(
    const RequestContext& ctx, const v1::GetAttendancePolicyRequest&) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(
      const attendance::Policy policy,
      store::AttendancePolicy(store::Reader(deps_.database, ctx.deadline), ctx.org_id()));
  return convert::ToProto(policy);
}

}  // namespace kefu::staffing
