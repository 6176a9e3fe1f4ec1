#include "services/aftersales/convert/assignment.h"

#include <google/protobuf/util/json_util.h>

#include <set>
#include <utility>

#include "common/convert/fields.h"
#include "fmt/format.h"
#include "services/aftersales/convert/cases.h"

namespace kefu::aftersales::convert {
namespace {

namespace fields = ::kefu::convert;

constexpr int kMaxRows = 200, kMaxWeights = 50, kMaxCaps = 1000, kMaxSkills = 50;
constexpr int kMaxCap = 10'000, kMaxWeight = 1000, kMaxPlatform = 16, kMaxCategory = 64;
constexpr int kLeastRetry = 10, kMostRetry = 86'400;
constexpr int kAll = 10'000;  // basis points
constexpr int kMaxCandidates = 200;

template <class Rows>
void AtMost(const Rows& rows, int most, std::string_view field, FieldViolations& violations) {
  violations.Check(rows.size() <= most, field, fmt::format("must have at most {} items", most));
}

void Check(const v1::RequirementRule& rule, FieldViolations& violations) {
  fields::OptionalId(rule.shop_id(), "shop_id", violations);
  fields::OptionalText(rule.platform(), kMaxPlatform, "platform", violations);
  fields::OptionalEnum<v1::CaseKind>(rule.kind(), "kind", violations);
  fields::OptionalText(rule.category(), kMaxCategory, "category", violations);
  fields::Ids(rule.skill_ids(), kMaxSkills, "skill_ids", violations);
  LanguageTag(rule.language(), "language", violations);
  violations.Check(rule.skill_ids_size() > 0 || !rule.language().empty(), "skill_ids",
                   "must name a skill where no language is asked for");
}

// Shares of one shop add up to the whole at most, and one base at most has it alone.
void CheckShares(const v1::AssignmentPolicy& proto, FieldViolations& violations) {
  AtMost(proto.base_shares(), kMaxRows, "base_shares", violations);
  std::set<std::pair<std::string, std::string>> seen;
  std::map<std::string, int64_t> sums;
  std::map<std::string, int> alone;
  for (int i = 0; i < proto.base_shares_size(); ++i) {
    const v1::BaseShare& share = proto.base_shares(i);
    FieldViolations inner;
    fields::OptionalId(share.shop_id(), "shop_id", inner);
    fields::OptionalId(share.base_id(), "base_id", inner);
    fields::Number(share.share_bps(), 0, kAll, "share_bps", inner);
    inner.Check(seen.emplace(share.shop_id(), share.base_id()).second, "base_id",
                "stands twice for this shop");
    sums[share.shop_id()] += share.share_bps();
    inner.Check(sums[share.shop_id()] <= kAll, "share_bps",
                "adds up to more than the whole of this shop");
    if (share.exclusive()) ++alone[share.shop_id()];
    inner.Check(alone[share.shop_id()] <= 1, "exclusive", "is set of another base of this shop");
    violations.Merge(fmt::format("base_shares[{}]", i), inner);
  }
}

void CheckNumbers(const v1::AssignmentPolicy& proto, FieldViolations& violations) {
  AtMost(proto.load_weights(), kMaxWeights, "load_weights", violations);
  for (int i = 0; i < proto.load_weights_size(); ++i) {
    const v1::LoadWeight& weight = proto.load_weights(i);
    FieldViolations inner;
    fields::OptionalEnum<v1::CaseState>(weight.state(), "state", inner);
    fields::OptionalEnum<v1::CasePriority>(weight.priority(), "priority", inner);
    fields::Number(weight.weight(), 0, kMaxWeight, "weight", inner);
    violations.Merge(fmt::format("load_weights[{}]", i), inner);
  }
  fields::Number(proto.max_open_cases(), 0, kMaxCap, "max_open_cases", violations);
  AtMost(proto.agent_caps(), kMaxCaps, "agent_caps", violations);
  std::set<std::string> capped;
  for (int i = 0; i < proto.agent_caps_size(); ++i) {
    FieldViolations inner;
    fields::Id(proto.agent_caps(i).agent_id(), "agent_id", inner);
    inner.Check(capped.insert(proto.agent_caps(i).agent_id()).second, "agent_id", "stands twice");
    fields::Number(proto.agent_caps(i).max_open_cases(), 0, kMaxCap, "max_open_cases", inner);
    violations.Merge(fmt::format("agent_caps[{}]", i), inner);
  }
  fields::Number(proto.retry_seconds(), kLeastRetry, kMostRetry, "retry_seconds", violations);
}

}  // namespace

void CheckPolicy(const v1::AssignmentPolicy& proto, FieldViolations& violations) {
  fields::OptionalEnum<v1::AssignmentOrder>(proto.order(), "order", violations);
  fields::OptionalEnum<v1::DutyRule>(proto.duty_rule(), "duty_rule", violations);
  AtMost(proto.requirements(), kMaxRows, "requirements", violations);
  for (int i = 0; i < proto.requirements_size(); ++i) {
    FieldViolations inner;
    Check(proto.requirements(i), inner);
    violations.Merge(fmt::format("requirements[{}]", i), inner);
  }
  violations.Check(!proto.default_language().empty(), "default_language", "must be set");
  LanguageTag(proto.default_language(), "default_language", violations);
  CheckShares(proto, violations);
  CheckNumbers(proto, violations);
  if (!proto.note().empty()) {
    fields::Text(proto.note(), fields::kMaxReason, "note", violations, /*lines=*/true);
  }
}

domain::AssignmentPolicy FromProto(const v1::AssignmentPolicy& proto) {
  domain::AssignmentPolicy policy{.version = proto.version(),
                                  .automatic = proto.automatic(),
                                  .default_language = proto.default_language(),
                                  .max_open_cases = proto.max_open_cases(),
                                  .hand_over = proto.hand_over(),
                                  .retry_seconds = proto.retry_seconds()};
  if (proto.order() != v1::ASSIGNMENT_ORDER_UNSPECIFIED) {
    policy.order = static_cast<domain::AssignmentOrder>(proto.order());
  }
  if (proto.duty_rule() != v1::DUTY_RULE_UNSPECIFIED) {
    policy.duty_rule = static_cast<domain::DutyRule>(proto.duty_rule());
  }
  for (const v1::RequirementRule& rule : proto.requirements()) {
    policy.requirements.push_back({.shop_id = rule.shop_id(),
                                   .platform = rule.platform(),
                                   .kind = static_cast<domain::CaseKind>(rule.kind()),
                                   .category = rule.category(),
                                   .skills = {rule.skill_ids().begin(), rule.skill_ids().end()},
                                   .language = rule.language()});
  }
  for (const v1::BaseShare& share : proto.base_shares()) {
    policy.shares.push_back(
        {share.shop_id(), share.base_id(), share.share_bps(), share.exclusive()});
  }
  for (const v1::LoadWeight& weight : proto.load_weights()) {
    policy.weights.push_back({static_cast<domain::CaseState>(weight.state()),
                              static_cast<domain::CasePriority>(weight.priority()),
                              weight.weight()});
  }
  for (const v1::AgentCap& cap : proto.agent_caps()) {
    policy.agent_caps[cap.agent_id()] = cap.max_open_cases();
  }
  return policy;
}

std::string PolicyBody(const google::protobuf::Message& policy) {
  std::string body;
  // A message that was parsed or made here always prints.
  (void)google::protobuf::util::MessageToJsonString(policy, &body);
  return body;
}

absl::Status ParsePolicyBody(std::string_view body, google::protobuf::Message& policy) {
  const google::protobuf::StringPiece text(body.data(), body.size());
  // Fields that a newer version knows say nothing to this one.
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto parsed = google::protobuf::util::JsonStringToMessage(text, &policy, options);
  if (parsed.ok()) return absl::OkStatus();
  return Internal(fmt::format("a stored policy cannot be read: {}", parsed.ToString()));
}

v1::AssignmentDecision ToProto(const domain::AssignmentDecision& decision,
                               domain::AssignmentCause cause, int32_t policy_version,
                               absl::Time time) {
  v1::AssignmentDecision proto;
  proto.set_agent_id(decision.agent_id);
  proto.set_cause(static_cast<v1::AssignmentCause>(cause));
  proto.set_policy_version(policy_version);
  for (const std::string& skill : decision.requirements.skills) proto.add_skill_ids(skill);
  proto.set_language(decision.requirements.language);
  for (const domain::JudgedCandidate& one : decision.candidates) {
    const bool chosen = one.judged.verdict == domain::Verdict::kChosen;
    if (proto.candidates_size() >= kMaxCandidates && !chosen) continue;
    v1::AssignmentCandidate& added = *proto.add_candidates();
    added.set_agent_id(one.candidate.agent_id);
    added.set_base_id(one.candidate.base_id);
    added.set_verdict(static_cast<v1::AssignmentVerdict>(one.judged.verdict));
    added.set_detail(one.judged.detail);
    added.set_open_cases(one.candidate.open_cases);
    added.set_load(one.candidate.load);
    added.set_last_turn(one.candidate.last_turn);
  }
  *proto.mutable_create_time() = fields::ToProto(time);
  return proto;
}

}  // namespace kefu::aftersales::convert
