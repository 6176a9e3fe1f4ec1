// Who may leave and why, who left and why, and the policy by which risk is counted.
#include <algorithm>
#include <map>

#include "common/db/page_token.h"
#include "services/staffing/domain/schedule.h"
#include "services/staffing/domain/tier.h"
#include "services/staffing/handlers/careers/support.h"
#include "services/staffing/handlers/personnel/personnel_handlers.h"
#include "services/staffing/handlers/personnel/support.h"

namespace kefu::staffing {
namespace {

namespace careers = domain::careers;

constexpr std::string_view kPolicy = "RETENTION";
constexpr int kAgentsAtOnce = 200;    // as LoadCandidates
constexpr int kAgentsCounted = 1000;  // a list in a statement
constexpr int kMostDays = 3'660;

absl::StatusOr<v1::RetentionPolicy> StoredPolicy(store::Reader reader, std::string_view org_id,
                                                 std::string_view currency) {
  ASSIGN_OR_RETURN(const auto body, store::LastPolicy(reader, org_id, kPolicy));
  if (!body) return convert::ToProto(personnel::RetentionPolicy{}, currency);
  v1::RetentionPolicy policy;
  if (!policy.ParseFromString(*body)) return Internal("a stored policy does not parse");
  return policy;
}

// What the records say of each agent beside career and figures.
struct Notes {
  std::optional<absl::CivilDay> last_talk;
  int32_t open_promises = 0, overdue_promises = 0;
  std::optional<int64_t> pay_minor;
  std::optional<absl::CivilDay> pay_since;
};
using NotesByAgent = std::map<std::string, Notes>;

void AddTalk(const v1::CareerTalk& talk, absl::CivilDay today, Notes& notes) {
  const absl::CivilDay day = kefu::convert::FromProto(talk.date());
  if (!notes.last_talk || day > *notes.last_talk) notes.last_talk = day;
  for (const v1::CareerPromise& promise : talk.promises()) {
    if (promise.state() != v1::PROMISE_STATE_OPEN) continue;
    ++notes.open_promises;
    if (kefu::convert::FromProto(promise.due_date()) < today) ++notes.overdue_promises;
  }
}

// Of the labour contracts that are valid the latest one.
void AddPay(const v1::PersonnelFile& file, absl::CivilDay today, Notes& notes) {
  if (file.removed() || !file.has_monthly_pay()) return;
  const absl::CivilDay since = kefu::convert::FromProto(file.valid_from());
  const bool ended = file.has_valid_until() && kefu::convert::FromProto(file.valid_until()) < today;
  if (since > today || ended || (notes.pay_since && since < *notes.pay_since)) return;
  notes.pay_since = since;
  notes.pay_minor = file.monthly_pay().minor_units();
}

absl::StatusOr<NotesByAgent> LoadNotes(db::Transaction& t, std::string_view org_id,
                                       const std::vector<std::string>& agent_ids,
                                       absl::CivilDay today) {
  NotesByAgent notes;
  ASSIGN_OR_RETURN(const auto talks, store::RecordsOf(t, store::kTalks, org_id, agent_ids));
  for (const store::RecordRow& row : talks) {
    ASSIGN_OR_RETURN(const auto talk, MessageOf<v1::CareerTalk>(row));
    AddTalk(talk, today, notes[row.owner_id]);
  }
  ASSIGN_OR_RETURN(const auto files, store::RecordsOf(t, store::kFiles, org_id, agent_ids));
  for (const store::RecordRow& row : files) {
    ASSIGN_OR_RETURN(const auto file, MessageOf<v1::PersonnelFile>(row));
    AddPay(file, today, notes[row.owner_id]);
  }
  return notes;
}

// Nothing of whom holds no tier today.
std::optional<personnel::AgentFacts> FactsOf(const domain::TierLadder& ladder,
                                             const careers::Candidate& candidate,
                                             const careers::PostBook& posts, const Notes& notes,
                                             absl::CivilDay today) {
  const auto evaluation = careers::Evaluate(ladder, candidate, posts, today);
  if (!evaluation) return std::nullopt;
  personnel::AgentFacts facts{.tier_id = evaluation->held.tier_id,
                              .may_step_up = evaluation->eligible(),
                              .months = &candidate.months,
                              .pay_minor = notes.pay_minor,
                              .overdue_promises = notes.overdue_promises};
  for (const careers::Option& option : evaluation->options) {
    if (!option.tenure_day || *option.tenure_day <= today) continue;
    if (!facts.step_day || *option.tenure_day < *facts.step_day) {
      facts.step_day = option.tenure_day;
    }
  }
  const auto service = careers::DepartmentTenure(candidate.service, ladder.tenure, today);
  const auto tier = careers::TierTenure(candidate.service, ladder.tenure, today);
  if (service) facts.service_months = careers::MonthsOn(*service, today);
  if (tier) facts.tier_months = careers::MonthsOn(*tier, today);
  return facts;
}

// The agents of a request's page; `next` is the last one where more follow.
struct Asked {
  std::vector<domain::Agent> agents;
  std::string next;
};
absl::StatusOr<Asked> AgentsOf(db::Transaction& t, const RequestContext& ctx,
                               const v1::EvaluateRetentionRequest& request, store::Page page,
                               absl::CivilDay today) {
  Asked asked;
  if (!request.agent_id().empty()) {
    ASSIGN_OR_RETURN(auto agent, store::Find<domain::Agent>(t, ctx.org_id(), request.agent_id()));
    if (!agent.employed.Contains(today)) return error::AgentNotEmployed(agent.id, today);
    asked.agents.push_back(std::move(agent));
    return asked;
  }
  if (!request.team_id().empty()) {
    RETURN_IF_ERROR(store::Find<domain::Team>(t, ctx.org_id(), request.team_id()).status());
  }
  ASSIGN_OR_RETURN(asked.agents, store::ListAgents(t, ctx.org_id(), {page.after, page.limit + 1},
                                                   {.team_id = request.team_id(), .today = today}));
  if (asked.agents.size() > static_cast<size_t>(page.limit)) {
    asked.agents.pop_back();
    asked.next = asked.agents.back().id;
  }
  return asked;
}

// The risks of agents who hold a tier today, in their order.
absl::Status AddRisks(db::Transaction& t, const RequestContext& ctx,
                      const personnel::RetentionPolicy& policy, std::vector<domain::Agent> agents,
                      bool single, absl::CivilDay today, v1::EvaluateRetentionResponse& response) {
  std::vector<std::string> ids;
  for (const domain::Agent& agent : agents) ids.push_back(agent.id);
  ASSIGN_OR_RETURN(NotesByAgent notes, LoadNotes(t, ctx.org_id(), ids, today));
  ASSIGN_OR_RETURN(const domain::TierLadder ladder, LadderFor(t, ctx.org_id(), today));
  ASSIGN_OR_RETURN(const careers::PostBook posts, LoadPosts(t, ctx.org_id(), ladder, today));
  ASSIGN_OR_RETURN(const auto candidates,
                   LoadCandidates(t, ctx.org_id(), std::move(agents), ladder, today));
  for (const careers::Candidate& candidate : candidates) {
    const Notes& of_agent = notes[candidate.agent.id];
    const auto facts = FactsOf(ladder, candidate, posts, of_agent, today);
    if (!facts && single) return error::NoTierYet(candidate.agent.id);
    if (!facts) continue;
    v1::RetentionRisk& risk = *response.add_risks();
    risk = convert::ToProto(personnel::Assess(policy, *facts, today));
    risk.set_agent_id(candidate.agent.id);
    risk.set_open_promises(of_agent.open_promises);
    if (of_agent.last_talk) {
      *risk.mutable_last_talk_date() = kefu::convert::ToProto(*of_agent.last_talk);
    }
  }
  return absl::OkStatus();
}

std::string ExitId(const std::string& agent_id, absl::CivilDay last) {
  return fmt::format("{}.{:04}{:02}{:02}", agent_id, last.year(), last.month(), last.day());
}

// Everybody who ever worked here, as employments with their groups.
class SpellLoader {
 public:
  SpellLoader(db::Transaction& t, std::string_view org_id, v1::TurnoverGroup group,
              const convert::Days& days, absl::CivilDay today)
      : t_(t), org_id_(org_id), group_(group), days_(days), today_(today) {}

  absl::StatusOr<std::vector<personnel::Spell>> Run() {
    ASSIGN_OR_RETURN(const auto exits, store::AllRecords(t_, store::kExits, org_id_, {}));
    for (const store::RecordRow& row : exits) {
      reasons_[row.id] =
          ParseName<personnel::ExitReason>(row.state).value_or(personnel::ExitReason::kUnspecified);
    }
    std::string after;
    do {
      ASSIGN_OR_RETURN(const auto agents, store::ListAgents(t_, org_id_, {after, kAgentsCounted},
                                                            {.left = true, .today = today_}));
      RETURN_IF_ERROR(Add(agents));
      after = agents.size() == static_cast<size_t>(kAgentsCounted) ? agents.back().id : "";
    } while (!after.empty());
    return std::move(spells_);
  }

 private:
  absl::Status Add(const std::vector<domain::Agent>& agents) {
    if (agents.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(auto services, store::Services(t_, org_id_, agents));
    std::map<std::string, std::vector<domain::TeamMembership>, std::less<>> teams_of;
    if (group_ == v1::TURNOVER_GROUP_TEAM) {
      ASSIGN_OR_RETURN(teams_of, store::MembershipsOf(t_, org_id_, agents));
    }
    for (const domain::Agent& agent : agents) {
      const std::vector<domain::TeamMembership>& teams = teams_of[agent.id];
      const careers::ServiceRecord& service = services[agent.id];
      const auto group_on = [&](absl::CivilDay day) -> std::string {
        if (group_ == v1::TURNOVER_GROUP_BASE) return agent.base_id;
        if (group_ == v1::TURNOVER_GROUP_TEAM) {
          const domain::TeamMembership* team = domain::MembershipOn(teams, day);
          return team == nullptr ? "" : team->team_id;
        }
        const domain::TierRecord* tier = domain::TierOn(service.employments, service.history, day);
        return tier == nullptr ? "" : tier->tier_id;
      };
      for (const domain::Period& period : service.employments.all) {
        personnel::Spell spell{.period = period,
                               .group_before = group_on(days_.first - 1),
                               .group_after = group_on(days_.last),
                               .group_joined = group_on(period.start)};
        if (period.end) {
          spell.group_left = group_on(*period.end);
          const auto reason = reasons_.find(ExitId(agent.id, *period.end));
          if (reason != reasons_.end()) spell.reason = reason->second;
        }
        spells_.push_back(std::move(spell));
      }
    }
    return absl::OkStatus();
  }

  db::Transaction& t_;
  const std::string_view org_id_;
  const v1::TurnoverGroup group_;
  const convert::Days days_;
  const absl::CivilDay today_;
  std::map<std::string, personnel::ExitReason> reasons_;  // by the exit's id
  std::vector<personnel::Spell> spells_;
};

}  // namespace

absl::StatusOr<v1::RetentionPolicy> PersonnelHandlers::GetRetentionPolicy(
    const RequestContext& ctx, const v1::GetRetentionPolicyRequest&) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  // Without a row of the organization there is no policy but the shipped one, which has no amounts.
  return StoredPolicy(store::Reader(deps_.database, ctx.deadline), ctx.org_id(), "");
}

absl::StatusOr<v1::RetentionPolicy> PersonnelHandlers::SetRetentionPolicy(
    const RequestContext& ctx, const v1::SetRetentionPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  return events::RunWrite<v1::RetentionPolicy>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::RetentionPolicy> {
        ASSIGN_OR_RETURN(const auto organization, RegisteredOrganization(t, ctx));
        const std::string& currency = organization.currency_code;
        FieldViolations inner, violations;
        personnel::RetentionPolicy policy = convert::FromProto(request.policy(), currency, inner);
        violations.Merge("policy", inner);
        RETURN_IF_ERROR(violations.ToStatus());
        // The organization's row makes versions follow each other.
        RETURN_IF_ERROR(store::Lock<domain::Organization>(t, ctx.org_id(), ctx.org_id()).status());
        ASSIGN_OR_RETURN(const v1::RetentionPolicy before, StoredPolicy(t, ctx.org_id(), currency));
        policy.version = before.version() + 1;
        v1::RetentionPolicyChanged event;
        *event.mutable_policy() = convert::ToProto(policy, currency);
        event.mutable_policy()->set_actor(ctx.principal.subject);
        *event.mutable_policy()->mutable_create_time() = kefu::convert::ToProto(ctx.now);
        RETURN_IF_ERROR(store::InsertPolicy(t, ctx.org_id(), kPolicy, policy.version,
                                            event.policy().SerializeAsString()));
        RETURN_IF_ERROR(Publish(deps_, t, ctx, ctx.org_id(), event));
        return event.policy();
      });
}

absl::StatusOr<v1::EvaluateRetentionResponse> PersonnelHandlers::EvaluateRetention(
    const RequestContext& ctx, const v1::EvaluateRetentionRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::OptionalId(request.agent_id(), "agent_id", violations);
  convert::OptionalId(request.team_id(), "team_id", violations);
  violations.Check(request.agent_id().empty() || request.team_id().empty(), "team_id",
                   "must be empty when agent_id is set");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash =
      db::FilterHash({ctx.method, ctx.org_id(), request.agent_id(), request.team_id()});
  ASSIGN_OR_RETURN(const std::vector<std::string> keys,
                   db::DecodePageToken(request.page_token(), hash, 1));
  const store::Page page{keys.empty() ? std::string_view() : std::string_view(keys[0]),
                         std::min(size, kAgentsAtOnce)};
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::EvaluateRetentionResponse> {
        v1::EvaluateRetentionResponse response;
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        ASSIGN_OR_RETURN(const v1::RetentionPolicy stored, StoredPolicy(t, ctx.org_id(), ""));
        const std::string currency =
            stored.bands().empty() ? "" : stored.bands(0).low().currency_code();
        FieldViolations none;  // it was checked when it was set
        const auto policy = convert::FromProto(stored, currency, none);
        response.set_policy_version(policy.version);
        ASSIGN_OR_RETURN(Asked asked, AgentsOf(t, ctx, request, page, today));
        if (asked.agents.empty()) return response;
        RETURN_IF_ERROR(AddRisks(t, ctx, policy, std::move(asked.agents),
                                 !request.agent_id().empty(), today, response));
        if (!asked.next.empty()) {
          response.set_next_page_token(db::EncodePageToken(hash, {asked.next}));
        }
        return response;
      });
}

absl::StatusOr<v1::AgentExit> PersonnelHandlers::RecordExit(
    const RequestContext& ctx, const v1::RecordExitRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const v1::AgentExit asked = convert::Normalised(request.exit(), inner);
  violations.Merge("exit", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::AgentExit>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::AgentExit> {
        ASSIGN_OR_RETURN(const auto agent,
                         store::Lock<domain::Agent>(t, ctx.org_id(), asked.agent_id()));
        if (!agent.employed.end) return error::StillEmployed(agent.id);
        v1::AgentExit record = asked;
        *record.mutable_leave_date() = kefu::convert::ToProto(*agent.employed.end);
        record.set_actor(ctx.principal.subject);
        *record.mutable_create_time() = kefu::convert::ToProto(ctx.now);
        store::RecordRow row{.id = ExitId(agent.id, *agent.employed.end)};
        auto before = store::LockRecord(t, store::kExits, ctx.org_id(), row.id);
        if (before.ok()) {
          row = *std::move(before);
        } else if (!absl::IsNotFound(before.status())) {
          return before.status();
        }
        row.owner_id = agent.id;
        row.state = kefu::convert::StoredName(static_cast<v1::ExitReason>(record.reasons(0)),
                                              "EXIT_REASON_");
        row.due_day = *agent.employed.end;
        row.body = record.SerializeAsString();
        RETURN_IF_ERROR(store::SaveRecord(t, store::kExits, ctx.org_id(), row, ctx.now));
        v1::AgentExitRecorded event;
        event.set_agent_id(agent.id);
        *event.mutable_leave_date() = record.leave_date();
        RETURN_IF_ERROR(Publish(deps_, t, ctx, agent.id, event));
        return record;
      });
}

absl::StatusOr<v1::GetTurnoverResponse> PersonnelHandlers::GetTurnover(
    const RequestContext& ctx, const v1::GetTurnoverRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  violations.Check(request.has_period(), "period", "must be set");
  const auto days =
      convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  violations.Check(!days || days->last - days->first < kMostDays, "period",
                   fmt::format("must be at most {} days", kMostDays));
  violations.Check(request.group() != v1::TURNOVER_GROUP_UNSPECIFIED, "group", "must be set");
  kefu::convert::OptionalEnum<v1::TurnoverGroup>(request.group(), "group", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::GetTurnoverResponse> {
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        ASSIGN_OR_RETURN(const auto spells,
                         SpellLoader(t, ctx.org_id(), request.group(), *days, today).Run());
        const personnel::Turnover turnover = personnel::Count(spells, days->first, days->last);
        v1::GetTurnoverResponse response;
        for (const auto& [group_id, row] : turnover.rows) {
          *response.add_rows() = convert::ToProto(group_id, row);
        }
        *response.mutable_total() = convert::ToProto("", turnover.total);
        return response;
      });
}

}  // namespace kefu::staffing
