#include "services/aftersales/convert/casework.h"

#include <algorithm>

#include "common/convert/fields.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/convert/cases.h"
#include "services/aftersales/domain/casework/casework.h"

namespace kefu::aftersales::convert {
namespace {

namespace fields = ::kefu::convert;

v1::ReviewProposal ToProto(const domain::Proposal& proposal) {
  v1::ReviewProposal proto;
  proto.set_proposal_id(proposal.proposal_id);
  proto.set_state(static_cast<v1::ProposalState>(proposal.state));
  proto.set_result(static_cast<v1::ReviewResult>(proposal.result));
  if (proposal.cost) *proto.mutable_cost() = convert::ToProto(*proposal.cost);
  proto.set_note(proposal.note);
  proto.set_proposer(proposal.proposer.subject);
  proto.set_proposer_agent_id(proposal.proposer.agent_id);
  *proto.mutable_propose_time() = fields::ToProto(proposal.propose_time);
  proto.set_decider(proposal.decider);
  if (proposal.decide_time) *proto.mutable_decide_time() = fields::ToProto(*proposal.decide_time);
  return proto;
}

v1::Appeal ToProto(const domain::Appeal& appeal) {
  v1::Appeal proto;
  proto.set_appeal_id(appeal.appeal_id);
  proto.set_party(static_cast<v1::AppealParty>(appeal.party));
  proto.set_reason(appeal.reason);
  proto.set_appellant(appeal.appellant);
  *proto.mutable_appeal_time() = fields::ToProto(appeal.appeal_time);
  proto.set_appealed_result(static_cast<v1::ReviewResult>(appeal.appealed_result));
  proto.set_policy_id(appeal.policy.policy_id);
  proto.set_policy_version(appeal.policy.version);
  proto.set_outcome(static_cast<v1::AppealOutcome>(appeal.outcome));
  proto.set_new_result(static_cast<v1::ReviewResult>(appeal.new_result));
  proto.set_decider(appeal.decider);
  if (appeal.decide_time) *proto.mutable_decide_time() = fields::ToProto(*appeal.decide_time);
  return proto;
}

constexpr std::string_view kUpdatable[] = {"priority", "purchase_date", "waybill", "problem",
                                           "demand",   "order_id",      "language"};

std::string DayText(const std::optional<absl::CivilDay>& day) {
  return day ? absl::FormatCivilTime(*day) : "";
}

}  // namespace

CaseUpdate UpdateFromProto(const v1::UpdateCaseRequest& request, FieldViolations& violations) {
  fields::CheckMask(request.update_mask(), kUpdatable, violations);
  FieldViolations inner;
  const CaseCorrection asked = CorrectionFromProto(request.case_(), request.update_mask(), inner);
  violations.Merge("case", inner);
  return [asked](domain::Case& record) {
    std::vector<domain::FieldChange> changes;
    const auto set = [&](auto& value, const auto& wanted, std::string_view field, auto text) {
      if (!wanted || value == *wanted) return;
      changes.push_back({std::string(field), std::string(text(value)), std::string(text(*wanted))});
      value = *wanted;
    };
    const auto as_is = [](const std::string& value) { return value; };
    set(record.priority, asked.priority, "priority",
        [](domain::CasePriority value) { return NameOf(value); });
    set(record.purchase_date, asked.purchase_date, "purchase_date", DayText);
    set(record.waybill, asked.waybill, "waybill", as_is);
    set(record.problem, asked.problem, "problem", as_is);
    set(record.demand, asked.demand, "demand", as_is);
    set(record.order_id, asked.order_id, "order_id", as_is);
    set(record.language, asked.language, "language", as_is);
    return changes;
  };
}

std::vector<v1::CaseEvidence> EvidenceAfter(std::span<const domain::Case> cases,
                                            std::span<const std::string> after) {
  std::vector<v1::CaseEvidence> rows;
  for (const domain::Case& record : cases) {
    int32_t number = 0;
    for (const domain::Evidence& item : record.evidence) {
      v1::CaseEvidence& added = rows.emplace_back();
      added.set_case_id(record.case_id);
      *added.mutable_evidence() = convert::ToProto(item, ++number);
    }
  }
  if (after.empty()) return rows;
  // Evidence is only ever added: the item is there, or the token was forged and nothing follows.
  const auto last = std::ranges::find_if(rows, [&](const v1::CaseEvidence& row) {
    return row.case_id() == after[0] && fmt::format("{}", row.evidence().number()) == after[1];
  });
  rows.erase(rows.begin(), last == rows.end() ? last : last + 1);
  return rows;
}

v1::CaseComment ToProto(const domain::Comment& comment) {
  v1::CaseComment proto;
  proto.set_comment_id(comment.comment_id);
  proto.set_case_id(comment.case_id);
  proto.set_visibility(static_cast<v1::CommentVisibility>(comment.visibility));
  proto.set_text(comment.text);
  proto.set_author(comment.author);
  *proto.mutable_create_time() = fields::ToProto(comment.create_time);
  return proto;
}

v1::CaseLink ToProto(const domain::CaseLink& link) {
  v1::CaseLink proto;
  proto.set_case_id(link.case_id);
  proto.set_other_case_id(link.other_case_id);
  proto.set_kind(static_cast<v1::CaseLinkKind>(link.kind));
  proto.set_author(link.author);
  *proto.mutable_create_time() = fields::ToProto(link.create_time);
  return proto;
}

domain::ReviewResult DecidingResult(int value, std::string_view field,
                                    FieldViolations& violations) {
  const auto result = static_cast<domain::ReviewResult>(
      fields::RequiredEnum<v1::ReviewResult>(value, field, violations));
  violations.Check(result != domain::ReviewResult::kWaitingForCustomer, field,
                   "must decide the case; waiting for the customer is for ReviewCase");
  return result;
}

std::string RequiredNote(std::string_view note, std::string_view field,
                         FieldViolations& violations) {
  return fields::Text(note, kMaxWords, field, violations, /*lines=*/true);
}

void AddWork(const domain::CaseWork& work, v1::Case& proto) {
  proto.set_escalation_level(static_cast<v1::EscalationLevel>(work.level));
  proto.set_decision_number(work.decision_number);
  if (work.decide_time) *proto.mutable_decide_time() = fields::ToProto(*work.decide_time);
  if (!work.proposals.empty()) *proto.mutable_proposal() = ToProto(work.proposals.back());
  for (const domain::Appeal& appeal : work.appeals) *proto.add_appeals() = ToProto(appeal);
  proto.set_merged_into_case_id(work.merged_into);
  for (const std::string& merged : work.merged) proto.add_merged_case_ids(merged);
}

domain::CasePolicy FromProto(const v1::CasePolicy& proto, absl::Time now,
                             FieldViolations& violations) {
  domain::CasePolicy policy;
  policy.shop_id = fields::OptionalId(proto.shop_id(), "shop_id", violations);
  policy.effective = now;
  if (proto.has_effective_time()) {
    policy.effective =
        FromMicros(ToMicros(fields::Instant(proto.effective_time(), "effective_time", violations)));
    violations.Check(policy.effective >= now, "effective_time", "must not be in the past");
  }
  for (int i = 0; i < proto.escalation_levels_size(); ++i) {
    policy.levels.push_back(
        static_cast<domain::EscalationLevel>(fields::RequiredEnum<v1::EscalationLevel>(
            proto.escalation_levels(i), fmt::format("escalation_levels[{}]", i), violations)));
  }
  policy.appeal_term_days = proto.appeal_term_days();
  policy.max_appeals = proto.max_appeals();
  policy.max_evidence_bytes = proto.max_evidence_bytes();
  policy.max_evidence_items = proto.max_evidence_items();
  policy.evidence_types = {proto.evidence_types().begin(), proto.evidence_types().end()};
  domain::CheckCasePolicy(policy, violations);
  return policy;
}

v1::CasePolicy ToProto(const domain::CasePolicy& policy) {
  v1::CasePolicy proto;
  proto.set_policy_id(policy.ref.policy_id);
  proto.set_version(policy.ref.version);
  proto.set_shop_id(policy.shop_id);
  if (!policy.ref.org_id.empty()) {  // a shipped one has always been in force
    *proto.mutable_effective_time() = fields::ToProto(policy.effective);
  }
  for (const domain::EscalationLevel level : policy.levels) {
    proto.add_escalation_levels(static_cast<v1::EscalationLevel>(level));
  }
  proto.set_appeal_term_days(policy.appeal_term_days);
  proto.set_max_appeals(policy.max_appeals);
  proto.set_max_evidence_bytes(policy.max_evidence_bytes);
  proto.set_max_evidence_items(policy.max_evidence_items);
  for (const std::string& type : policy.evidence_types) proto.add_evidence_types(type);
  return proto;
}

}  // namespace kefu::aftersales::convert
