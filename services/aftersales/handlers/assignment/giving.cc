#include "services/aftersales/handlers/assignment/giving.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "common/events/outbox.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "kefu/aftersales/v1/assignment.pb.h"
#include "services/aftersales/convert/assignment.h"
#include "services/aftersales/convert/cases.h"
#include "services/aftersales/errors_intake.h"
#include "services/aftersales/handlers/calendars.h"
#include "services/aftersales/store/assignment.h"
#include "services/aftersales/store/intake.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales {
namespace {

// The most seldom that an unassigned case is tried again.
constexpr absl::Duration kLongestWait = absl::Hours(1);
constexpr absl::Duration kNobodyServes = absl::Hours(24);

// "agent-1 → agent-2: …" for people who read the case's history.
std::string NoteOf(std::string_view from, std::string_view to, const Giving& giving,
                   int32_t policy_version) {
  return fmt::format("{} → {}: {} ({}, rules {})", from.empty() ? "-" : from, to.empty() ? "-" : to,
                     giving.reason, NameOf(giving.cause), policy_version);
}

// Rules by the text that they are stored as, so that it is not taken apart for every case.
// Thread-safe.
class ReadRules {
 public:
  static ReadRules& Get() {
    // Never destroyed, so that threads may still use it while the process ends.
    static auto* const rules = new ReadRules;
    return *rules;
  }
  std::optional<domain::AssignmentPolicy> Find(const store::StoredRules& stored) {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(std::pair(stored.version, stored.body));
    return found == kept_.end() ? std::nullopt : std::optional(found->second);
  }
  void Keep(const store::StoredRules& stored, const domain::AssignmentPolicy& rules) {
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= kMost) kept_.clear();
    kept_.emplace(std::pair(stored.version, stored.body), rules);
  }

 private:
  static constexpr size_t kMost = 256;  // some kilobytes each
  std::mutex mutex_;
  std::map<std::pair<int32_t, std::string>, domain::AssignmentPolicy> kept_;  // guarded by mutex_
};

}  // namespace

absl::StatusOr<domain::AssignmentPolicy> AssignmentRules(db::Transaction& t,
                                                         std::string_view org_id, absl::Time at) {
  ASSIGN_OR_RETURN(const store::StoredRules stored,
                   store::RulesAt(t, org_id, store::kAssignmentRules, at));
  return AssignmentRules(stored);
}

absl::StatusOr<domain::AssignmentPolicy> AssignmentRules(const store::StoredRules& stored) {
  if (auto known = ReadRules::Get().Find(stored)) return *std::move(known);
  v1::AssignmentPolicy proto;
  RETURN_IF_ERROR(convert::ParsePolicyBody(stored.body, proto));
  proto.set_version(stored.version);
  domain::AssignmentPolicy rules = convert::FromProto(proto);
  ReadRules::Get().Keep(stored, rules);
  return rules;
}

namespace {

absl::StatusOr<AssignmentQuestion> QuestionIn(const store::Shop& shop, const domain::Case& record,
                                              const domain::AssignmentPolicy& policy,
                                              absl::Time now) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(shop.zone.name));
  const absl::CivilSecond local = absl::ToCivilSecond(now, zone);
  AssignmentQuestion question{.policy = policy,
                              .subject = {.shop_id = record.shop_id,
                                          .platform = shop.platform,
                                          .kind = record.kind,
                                          .language = record.language},
                              .day = absl::CivilDay(local),
                              .minute = local.hour() * 60 + local.minute()};
  for (const domain::CaseLine& line : record.lines) {
    if (!line.category.empty()) question.subject.categories.push_back(line.category);
  }
  return question;
}

}  // namespace

absl::StatusOr<AssignmentQuestion> QuestionOf(db::Transaction& t, const domain::Case& record,
                                              const domain::AssignmentPolicy& policy,
                                              absl::Time now) {
  ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(t, record.org_id, record.shop_id));
  return QuestionIn(shop, record, policy, now);
}

absl::StatusOr<std::vector<domain::AssignmentCandidate>> CandidatesFor(
    db::Transaction& t, std::string_view org_id, const AssignmentQuestion& question, bool lock,
    const std::vector<std::string>& only) {
  const store::AssignmentPlace place{std::string(org_id), question.subject.shop_id, question.day,
                                     question.minute};
  std::vector<std::string> agents = only;
  if (agents.empty()) {
    ASSIGN_OR_RETURN(agents, store::ServingAgents(t, place));
  }
  if (agents.empty()) return std::vector<domain::AssignmentCandidate>();
  return store::LoadCandidates(t, place, std::move(agents), question.policy, lock);
}

absl::StatusOr<domain::AssignmentCandidate> RequireServing(db::Transaction& t,
                                                           std::string_view base_id,
                                                           std::string_view org_id,
                                                           const AssignmentQuestion& question,
                                                           const std::string& agent_id) {
  ASSIGN_OR_RETURN(auto found, CandidatesFor(t, org_id, question, /*lock=*/true, {agent_id}));
  domain::AssignmentCandidate& candidate = found.front();
  domain::Judged judged =
      domain::JudgeServing(question.policy, question.subject.shop_id, candidate);
  if (!base_id.empty()) {
    // Whom the merchant employs is not told, nor who else serves the shop.
    if (candidate.base_id != base_id) judged.verdict = domain::Verdict::kNotEmployed;
    judged.detail.clear();
  }
  if (judged.verdict != domain::Verdict::kUnspecified) {
    return error::AgentCannotTakeCase(agent_id, NameOf(judged.verdict), judged.detail);
  }
  return std::move(candidate);
}

absl::StatusOr<domain::AssignmentDecision> DecideCase(db::Transaction& t,
                                                      const domain::Case& record,
                                                      const AssignmentQuestion& question, bool lock,
                                                      std::string_view hands_over) {
  ASSIGN_OR_RETURN(auto candidates, CandidatesFor(t, record.org_id, question, lock));
  for (domain::AssignmentCandidate& candidate : candidates) {
    candidate.hands_over = candidate.agent_id == hands_over;
  }
  domain::ShareTally tally;
  if (!question.policy.shares.empty()) {
    ASSIGN_OR_RETURN(tally, store::Tally(t, record.org_id, record.shop_id));
  }
  return domain::Decide(question.policy, question.subject, std::move(candidates), tally);
}

absl::Status Give(db::Transaction& t, IdGenerator& ids, absl::Time now, domain::Case& record,
                  const AssignmentQuestion& question, const domain::AssignmentDecision& decision,
                  const Giving& giving) {
  const std::string previous = record.assignee_agent_id;
  const int32_t version = question.policy.version;
  record.assignee_agent_id = decision.agent_id;
  ++record.version;
  record.update_time = now;
  v1::AssignmentDecision told = convert::ToProto(decision, giving.cause, version, now);
  told.set_previous_agent_id(previous);
  told.set_reason(giving.reason);
  told.set_actor(std::string(giving.actor));
  record.replaced.clear();  // what was before is stored
  ASSIGN_OR_RETURN(const bool clocks_changed,
                   SetClocksAnew(t, now, domain::Replacement::kAssigneeChanged, record));
  if (clocks_changed) RETURN_IF_ERROR(store::UpdateCase(t, record));
  RETURN_IF_ERROR(store::SaveAssignee(t, record));
  RETURN_IF_ERROR(store::InsertDecision(t, record, told.SerializeAsString()));
  RETURN_IF_ERROR(store::InsertActivity(
      t, record.org_id,
      {ids.Next(), record.case_id, record.version, "AssignCase", record.state, record.state,
       NoteOf(previous, decision.agent_id, giving, version), std::string(giving.actor), now}));
  if (decision.agent_id.empty()) {
    RETURN_IF_ERROR(store::SaveUnassigned(t, record, domain::Summary(decision), now,
                                          NextTry(question.policy, decision, now, now)));
  } else {
    RETURN_IF_ERROR(
        store::AddTurn(t, record.org_id, record.shop_id, decision.agent_id, decision.base_id));
    RETURN_IF_ERROR(store::DeleteUnassigned(t, record.org_id, record.case_id));
  }
  v1::CaseAssigned event;
  *event.mutable_case_() = convert::ToProto(record, convert::View::kFull);
  told.clear_candidates();
  *event.mutable_decision() = std::move(told);
  return events::Append(t, record.org_id, record.case_id, event, now);
}

absl::Time NextTry(const domain::AssignmentPolicy& policy,
                   const domain::AssignmentDecision& decision, absl::Time since, absl::Time now) {
  if (!policy.automatic) return absl::InfiniteFuture();
  if (decision.candidates.empty()) return now + kNobodyServes;
  const absl::Duration least = absl::Seconds(policy.retry_seconds);
  return now + std::clamp((now - since) / 4, least, std::max(least, kLongestWait));
}

absl::Status CheckAssignee(CaseBatch& batch, const store::Shop& shop, absl::Time now,
                           std::string_view base_id, const domain::Case& record) {
  if (record.assignee_agent_id.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto policy, batch.Assignment(record.org_id, now));
  ASSIGN_OR_RETURN(const AssignmentQuestion question, QuestionIn(shop, record, policy, now));
  return RequireServing(batch.t(), base_id, record.org_id, question, record.assignee_agent_id)
      .status();
}

absl::Status AssignAtOpening(CaseBatch& batch, IdGenerator& ids, absl::Time now,
                             domain::Case& record) {
  if (!record.assignee_agent_id.empty()) return absl::OkStatus();
  db::Transaction& t = batch.t();
  ASSIGN_OR_RETURN(const auto policy, batch.Assignment(record.org_id, now));
  if (!policy.automatic) {
    batch.AddUnassigned(record, "", now, absl::InfiniteFuture());
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const store::Shop shop, batch.Shop(record.org_id, record.shop_id));
  ASSIGN_OR_RETURN(const AssignmentQuestion question, QuestionIn(shop, record, policy, now));
  ASSIGN_OR_RETURN(const bool served,
                   batch.IsServed({record.org_id, record.shop_id, question.day, question.minute}));
  domain::AssignmentDecision decision;
  if (served) {
    // Loads and turns count the cases that came before in the same transaction.
    RETURN_IF_ERROR(batch.Flush());
    ASSIGN_OR_RETURN(decision, DecideCase(t, record, question, /*lock=*/true));
  } else {
    decision = domain::Decide(policy, question.subject, {}, {});
  }
  if (decision.agent_id.empty()) {
    batch.AddUnassigned(record, domain::Summary(decision), now,
                        NextTry(policy, decision, now, now));
    return absl::OkStatus();
  }
  return Give(t, ids, now, record, question, decision,
              {.cause = domain::AssignmentCause::kOpened, .reason = domain::Summary(decision)});
}

absl::Status LookForAgent(db::Transaction& t, absl::Time now, const domain::Case& record) {
  if (record.assignee_agent_id.empty()) return store::SaveUnassigned(t, record, "", now, now);
  return store::AddCheckOfKnown(t, record.org_id, record.assignee_agent_id, now);
}

}  // namespace kefu::aftersales
