#include "services/aftersales/handlers/others.h"

#include <string>
#include <utility>

#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/aftersales/convert/cases.h"
#include "services/aftersales/handlers/assignment/giving.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/store/base_people.h"

namespace kefu::aftersales {
namespace {

// Who is named, to be asked about.
struct Names {
  store::NameSet people, agents;

  bool Person(const std::string* subject) {
    if (!subject->empty()) people.insert(*subject);
    return true;
  }
  bool Agent(const std::string* agent_id) {
    if (!agent_id->empty()) agents.insert(*agent_id);
    return true;
  }
};

// Takes away whoever is not among the own; answers whether it is one of them.
struct Hiding {
  const Names& own;

  bool Person(std::string* subject) const {
    if (subject->empty() || own.people.contains(*subject)) return true;
    *subject = kOthers;
    return false;
  }
  bool Agent(std::string* agent_id) const {
    if (agent_id->empty() || own.agents.contains(*agent_id)) return true;
    agent_id->clear();
    return false;
  }
};

// --- Everybody whom a message names.

void Visit(auto& names, v1::Clock& clock) { names.Agent(clock.mutable_breach_owner()); }

void Visit(auto& names, v1::Evidence& item) { names.Person(item.mutable_attached_by()); }

void Visit(auto& names, v1::ReviewProposal& proposal) {
  const bool own = names.Person(proposal.mutable_proposer());
  names.Agent(proposal.mutable_proposer_agent_id());
  names.Person(proposal.mutable_decider());
  // Whoever is to approve it has to know.
  if (!own && proposal.state() != v1::PROPOSAL_STATE_PENDING) proposal.clear_cost();
}

void Visit(auto& names, v1::Case& record) {
  for (v1::Clock& clock : *record.mutable_clocks()) Visit(names, clock);
  for (v1::Evidence& item : *record.mutable_evidence()) Visit(names, item);
  for (v1::Appeal& appeal : *record.mutable_appeals()) {
    names.Person(appeal.mutable_appellant());
    names.Person(appeal.mutable_decider());
  }
  if (record.has_proposal()) Visit(names, *record.mutable_proposal());
}

// "agent-1 → agent-2: …", see Give.
void VisitGiving(auto& names, std::string& note) {
  static constexpr std::string_view kTo = " → ", kWhy = ": ";
  const size_t to = note.find(kTo), why = note.find(kWhy);
  if (to == std::string::npos || why == std::string::npos || to > why) return;
  std::string from = note.substr(0, to);
  std::string agent = note.substr(to + kTo.size(), why - to - kTo.size());
  const auto visit = [&](std::string& one) {
    if (one == "-") return;
    names.Agent(&one);
    if (one.empty()) one = kOthers;
  };
  visit(from);
  visit(agent);
  note = fmt::format("{}{}{}{}", from, kTo, agent, note.substr(why));
}

void Visit(auto& names, v1::CaseActivity& activity) {
  if (!names.Person(activity.mutable_actor())) activity.clear_authority();
  if (activity.verb() == "AssignCase") VisitGiving(names, *activity.mutable_note());
}

void Visit(auto& names, v1::CaseComment& comment) { names.Person(comment.mutable_author()); }

void Visit(auto& names, v1::CaseEvidence& item) { Visit(names, *item.mutable_evidence()); }

void Visit(auto& names, v1::CaseLink& link) { names.Person(link.mutable_author()); }

void Visit(auto& names, v1::ClockExplanation& explanation) {
  Visit(names, *explanation.mutable_clock());
  for (v1::PastClock& past : *explanation.mutable_past_clocks()) {
    Visit(names, *past.mutable_clock());
  }
}

// Agents are hidden by whose candidates they were: see ExplainAssignment.
void Visit(auto& names, v1::AssignmentDecision& decision) {
  names.Person(decision.mutable_actor());
}

void Visit(auto& names, v1::Process& process) {
  if (process.has_facts()) names.Agent(process.mutable_facts()->mutable_agent_id());
  for (v1::ProcessEntry& entry : *process.mutable_entries()) names.Person(entry.mutable_actor());
}

void VisitAll(auto& names, const std::vector<Naming>& told) {
  for (const Naming& one : told) std::visit([&](auto* message) { Visit(names, *message); }, one);
}

}  // namespace

absl::Status HideOthers(db::Transaction& t, const RequestContext& ctx,
                        const std::vector<Naming>& told) {
  if (!ctx.principal.IsBase()) return absl::OkStatus();
  Names named, own;
  VisitAll(named, told);
  ASSIGN_OR_RETURN(own.people, store::OwnPeople(t, BaseOf(ctx), named.people));
  ASSIGN_OR_RETURN(own.agents, store::OwnAgents(t, BaseOf(ctx), OrgsInReach(ctx), named.agents));
  own.people.insert(ctx.principal.subject);
  own.people.insert(std::string(kAssignmentActor));  // nobody: the product itself
  const Hiding hiding{own};
  VisitAll(hiding, told);
  return absl::OkStatus();
}

absl::Status HideOthers(db::Database& database, const RequestContext& ctx,
                        const std::vector<Naming>& told) {
  if (!ctx.principal.IsBase() || told.empty()) return absl::OkStatus();
  return database.RunInTransaction(ctx.deadline,
                                   [&](db::Transaction& t) { return HideOthers(t, ctx, told); });
}

absl::StatusOr<v1::Case> Shown(db::Transaction& t, const RequestContext& ctx,
                               const domain::Case& record) {
  v1::Case told = convert::ToProto(record, ViewOf(ctx));
  RETURN_IF_ERROR(HideOthers(t, ctx, {&told}));
  return told;
}

absl::Status KeepPerson(db::Transaction& t, const RequestContext& ctx) {
  if (!ctx.principal.IsBase()) return absl::OkStatus();
  return store::KeepBasePerson(t, BaseOf(ctx), ctx.principal.subject);
}

}  // namespace kefu::aftersales
