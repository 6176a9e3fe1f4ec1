#include "services/staffing/handlers/rosters/roster_handlers.h"

#include <map>
#include <set>

#include "common/time/civil.h"
#include "services/staffing/convert/rosters.h"
#include "services/staffing/domain/roster/rules.h"
#include "services/staffing/handlers/resource.h"
#include "services/staffing/handlers/rosters/books.h"
#include "services/staffing/handlers/training/support.h"
#include "services/staffing/store/careers.h"
#include "services/staffing/store/rosters.h"
#include "services/staffing/store/shifts.h"

namespace kefu::staffing {
namespace {

// The roster with its outcome.
absl::StatusOr<v1::Roster> WithOutcome(const roster::Record& record) {
  v1::Roster proto = convert::ToProto(record);
  if (!record.outcome_body.empty() &&
      !proto.mutable_outcome()->ParseFromString(record.outcome_body)) {
    return Internal("a stored outcome does not parse");
  }
  return proto;
}

struct RosterRow {
  using Record = roster::Record;
  static constexpr bool kHasParts = false;
  static const std::string& IdOf(const Record& record) { return record.id; }
};

// Whoever the order names without skills has those on record: the agent's own, and those of
// training that are held on every day of the roster; of these the ones that the order needs.
absl::Status AddSkillsOnRecord(db::Transaction& t, std::string_view org_id,
                               v1::RosterOrder& order) {
  std::vector<std::string> ids;
  for (const v1::RosterAgent& agent : order.agents()) {
    if (agent.skill_ids().empty()) ids.push_back(agent.agent_id());
  }
  if (ids.empty()) return absl::OkStatus();
  std::map<std::string, std::set<std::string>> on_record;
  ASSIGN_OR_RETURN(const auto agents, store::AgentsByIds(t, org_id, ids));
  for (const domain::Agent& agent : agents) {
    on_record[agent.id].insert(agent.skills.begin(), agent.skills.end());
  }
  const absl::CivilDay first = kefu::convert::FromProto(order.first_date());
  const domain::Period days{first, first + order.weeks() * roster::kDaysPerWeek - 1};
  ASSIGN_OR_RETURN(const auto rows, store::RecordsOf(t, store::kSkills, org_id, ids));
  for (const store::RecordRow& row : rows) {
    ASSIGN_OR_RETURN(const auto skill, MessageOf<v1::AgentSkill>(row));
    if (PeriodOf(skill).Covers(days)) on_record[row.owner_id].insert(row.subject_id);
  }
  for (v1::RosterAgent& agent : *order.mutable_agents()) {
    if (!agent.skill_ids().empty()) continue;
    const std::set<std::string>& known = on_record[agent.agent_id()];
    for (const v1::RosterSkill& skill : order.skills()) {
      if (known.contains(skill.skill_id())) agent.add_skill_ids(skill.skill_id());
    }
  }
  return absl::OkStatus();
}

// The order with what the books add, which may be at odds with what it fixes.
absl::StatusOr<std::string> CompletedBody(store::Reader reader, std::string_view org_id,
                                          v1::RosterOrder order) {
  RETURN_IF_ERROR(CompleteOrder(reader, org_id, order));
  FieldViolations inner, violations;
  convert::ProblemFromProto(order, inner);
  violations.Merge("order", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return order.SerializeAsString();
}

// ROSTER_CHANGED when a swap was approved in a roster since it was replanned: publishing the replan
// would undo it.
absl::Status CheckSwapsKnown(store::Reader reader, std::string_view org_id,
                             std::string_view replan_id, std::string_view replanned_id) {
  ASSIGN_OR_RETURN(const int64_t known, store::KnownSwaps(reader, org_id, replan_id));
  ASSIGN_OR_RETURN(const int64_t swaps, store::CountSwaps(reader, org_id, replanned_id));
  return swaps == known ? absl::OkStatus() : error::RosterChanged(replanned_id);
}

absl::Status MoveTo(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                    roster::Record& record, roster::State state) {
  record.state = state;
  record.info = {record.info.version + 1, record.info.create_time, ctx.now};
  RETURN_IF_ERROR(store::UpdateRoster(t, ctx.org_id(), record));
  return PublishRosterChanged(deps, t, ctx.org_id(), record, ctx.now);
}

// Replans of replans take the place of the one that holds, however far up it stands.
absl::Status Supersede(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                       const roster::Record& replan) {
  std::string below = replan.id, above = replan.replans_id;
  while (!above.empty()) {
    ASSIGN_OR_RETURN(roster::Record replanned, store::LockRoster(t, ctx.org_id(), above));
    // Above the one that holds everything was superseded with its swaps.
    if (!below.empty()) {
      RETURN_IF_ERROR(CheckSwapsKnown(t, ctx.org_id(), below, above));
    }
    below = replanned.state == roster::State::kPublished ? "" : above;
    above = replanned.replans_id;
    if (replanned.state != roster::State::kPublished) continue;
    RETURN_IF_ERROR(MoveTo(deps, t, ctx, replanned, roster::State::kSuperseded));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RequireRosters(const RequestContext& ctx) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  return ctx.principal.shops.empty() ? absl::OkStatus() : error::RostersOfOrganization();
}

absl::Status PublishRosterChanged(const Dependencies& deps, db::Transaction& t,
                                  std::string_view org_id, const roster::Record& record,
                                  absl::Time now) {
  v1::RosterChanged event;
  *event.mutable_roster() = convert::ToProto(record);
  t.AfterCommit(deps.on_events);
  return events::Append(t, org_id, record.id, event, now);
}

absl::StatusOr<v1::Roster> RosterHandlers::PlanRoster(const RequestContext& ctx,
                                                      const v1::PlanRosterRequest& request) const {
  RETURN_IF_ERROR(RequireRosters(ctx));
  FieldViolations inner, violations;
  roster::Record asked = convert::RecordFromProto(request.order(), inner);
  convert::ProblemFromProto(request.order(), inner);
  violations.Merge("order", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  std::vector<std::string> agents;
  for (const v1::RosterAgent& agent : request.order().agents()) agents.push_back(agent.agent_id());
  return events::RunWrite<v1::Roster>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Roster> {
        ASSIGN_OR_RETURN(const auto organization, RegisteredOrganization(t, ctx));
        RETURN_IF_ERROR(store::CheckAgents(t, ctx.org_id(), agents));
        v1::RosterOrder order = request.order();
        RETURN_IF_ERROR(AddSkillsOnRecord(t, ctx.org_id(), order));
        roster::Record record = asked;
        ASSIGN_OR_RETURN(record.order_body, CompletedBody(t, ctx.org_id(), order));
        if (record.currency_code.empty()) record.currency_code = organization.currency_code;
        record.id = deps_.ids.Next();
        record.info = {1, ctx.now, ctx.now};
        RETURN_IF_ERROR(store::InsertRoster(t, ctx.org_id(), record));
        RETURN_IF_ERROR(PublishRosterChanged(deps_, t, ctx.org_id(), record, ctx.now));
        return convert::ToProto(record);
      });
}

absl::StatusOr<v1::Roster> RosterHandlers::GetRoster(const RequestContext& ctx,
                                                     const v1::GetRosterRequest& request) const {
  RETURN_IF_ERROR(RequireRosters(ctx));
  RETURN_IF_ERROR(CheckId(request.roster_id(), "roster_id"));
  ASSIGN_OR_RETURN(const roster::Record record,
                   store::FindRoster(store::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                                     request.roster_id()));
  return WithOutcome(record);
}

absl::StatusOr<v1::ListRostersResponse> RosterHandlers::ListRosters(
    const RequestContext& ctx, const v1::ListRostersRequest& request) const {
  RETURN_IF_ERROR(RequireRosters(ctx));
  FieldViolations violations;
  const auto state = convert::OptionalEnum<roster::State>(request.state(), "state", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const std::string_view name = state == roster::State::kUnspecified ? "" : NameOf(state);
  ASSIGN_OR_RETURN(
      auto page,
      FetchPage<RosterRow>(deps_, ctx, request, name, [&](store::Reader r, store::Page keys) {
        return store::ListRosters(r, ctx.org_id(), keys, name);
      }));
  v1::ListRostersResponse response;
  for (const roster::Record& record : page.records) {
    *response.add_rosters() = convert::ToProto(record);
  }
  response.set_next_page_token(std::move(page.next_page_token));
  return response;
}

absl::StatusOr<v1::ListRosterShiftsResponse> RosterHandlers::ListRosterShifts(
    const RequestContext& ctx, const v1::ListRosterShiftsRequest& request) const {
  RETURN_IF_ERROR(RequireRosters(ctx));
  FieldViolations violations;
  convert::Id(request.roster_id(), "roster_id", violations);
  convert::OptionalId(request.agent_id(), "agent_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash =
      db::FilterHash({ctx.method, ctx.org_id(), request.roster_id(), request.agent_id()});
  ASSIGN_OR_RETURN(const std::vector<std::string> keys,
                   db::DecodePageToken(request.page_token(), hash, 2));
  store::ShiftPage page{.agent_id = request.agent_id(), .limit = size + 1};
  if (!keys.empty()) {
    ASSIGN_OR_RETURN(page.after_day, ParseDay(keys[0]));
    page.after_agent = keys[1];
  }
  const store::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const roster::Record record,
                   store::FindRoster(reader, ctx.org_id(), request.roster_id()));
  if (!record.planned()) {
    return error::RosterNotPlanned(record.id, NameOf(record.state), "planned");
  }
  ASSIGN_OR_RETURN(const auto shifts, store::ListShifts(reader, ctx.org_id(), record.id, page));
  v1::ListRosterShiftsResponse response;
  for (const roster::ListedShift& shift : shifts) {
    if (response.shifts_size() == size) {
      const v1::RosterShift& last = response.shifts(size - 1);
      response.set_next_page_token(db::EncodePageToken(
          hash, {FormatDay(kefu::convert::FromProto(last.date())), last.agent_id()}));
      break;
    }
    *response.add_shifts() = convert::ToProto(shift);
  }
  return response;
}

absl::StatusOr<v1::Roster> RosterHandlers::PublishRoster(
    const RequestContext& ctx, const v1::PublishRosterRequest& request) const {
  RETURN_IF_ERROR(RequireRosters(ctx));
  RETURN_IF_ERROR(CheckId(request.roster_id(), "roster_id"));
  return events::RunWrite<v1::Roster>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Roster> {
        // One at a time in an organization, so that of two for the same days one is refused.
        RETURN_IF_ERROR(store::Lock<domain::Organization>(t, ctx.org_id(), ctx.org_id()).status());
        ASSIGN_OR_RETURN(roster::Record record,
                         store::LockRoster(t, ctx.org_id(), request.roster_id()));
        if (!request.etag().empty() && request.etag() != convert::Etag(record.info)) {
          return error::EtagMismatch("roster", record.id);
        }
        if (record.state != roster::State::kReady) {
          return error::RosterNotPlanned(record.id, NameOf(record.state),
                                         NameOf(roster::State::kReady));
        }
        RETURN_IF_ERROR(Supersede(deps_, t, ctx, record));
        ASSIGN_OR_RETURN(const auto other, store::FindRosterOfSameDays(t, ctx.org_id(), record));
        if (other) return error::RosterConflict(record.id, *other);
        RETURN_IF_ERROR(MoveTo(deps_, t, ctx, record, roster::State::kPublished));
        return WithOutcome(record);
      });
}

absl::StatusOr<v1::RosterRules> RosterHandlers::GetRosterRules(
    const RequestContext& ctx, const v1::GetRosterRulesRequest&) const {
  RETURN_IF_ERROR(RequireRosters(ctx));
  return convert::ToProto(roster::Rules{});
}

}  // namespace kefu::staffing
