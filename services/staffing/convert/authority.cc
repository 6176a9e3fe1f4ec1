#include "services/staffing/convert/authority.h"

#include <algorithm>

#include "fmt/format.h"
#include "services/staffing/convert/enums.h"

namespace kefu::staffing::convert {
namespace {

constexpr int kMaxRules = 1000;
constexpr int kMaxSubject = 64;

domain::careers::AuthorityRule FromProto(const v1::AuthorityRule& proto,
                                         FieldViolations& violations) {
  return {RequiredEnum<domain::AuthorityScope>(proto.scope(), "scope", violations),
          OptionalId(proto.scope_id(), "scope_id", violations),
          RequiredEnum<domain::AuthorityAction>(proto.action(), "action", violations),
          OptionalText(proto.subject(), kMaxSubject, "subject", violations),
          proto.limit_minor_units(),
          proto.forbidden()};
}

}  // namespace

domain::careers::AuthorityPolicy FromProto(const v1::AuthorityPolicy& proto,
                                           FieldViolations& violations) {
  domain::careers::AuthorityPolicy policy;
  policy.effective_date =
      RequiredDay(proto.has_effective_date(), proto.effective_date(), "effective_date", violations);
  violations.Check(proto.rules_size() <= kMaxRules, "rules",
                   fmt::format("must have at most {} items", kMaxRules));
  for (int i = 0; i < std::min(proto.rules_size(), kMaxRules); ++i) {
    FieldViolations inner;
    policy.rules.push_back(FromProto(proto.rules(i), inner));
    violations.Merge(fmt::format("rules[{}]", i), inner);
  }
  domain::careers::CheckAuthorityPolicy(policy, violations);
  return policy;
}

v1::AuthorityRule ToProto(const domain::careers::AuthorityRule& rule) {
  v1::AuthorityRule proto;
  proto.set_scope(static_cast<v1::AuthorityScope>(rule.scope));
  proto.set_scope_id(rule.scope_id);
  proto.set_action(static_cast<v1::AuthorityAction>(rule.action));
  proto.set_subject(rule.subject);
  proto.set_limit_minor_units(rule.limit_minor);
  proto.set_forbidden(rule.forbidden);
  return proto;
}

v1::AuthorityPolicy ToProto(const domain::careers::AuthorityPolicy& policy) {
  v1::AuthorityPolicy proto;
  proto.set_policy_id(policy.id);
  proto.set_version(policy.version);
  *proto.mutable_effective_date() = ToProto(policy.effective_date);
  for (const domain::careers::AuthorityRule& rule : policy.rules) {
    *proto.add_rules() = ToProto(rule);
  }
  return proto;
}

absl::StatusOr<domain::careers::AuthorityPolicy> AuthorityFromBody(std::string_view body) {
  v1::AuthorityPolicy proto;
  FieldViolations violations;
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Internal("a stored policy does not parse");
  }
  domain::careers::AuthorityPolicy policy = FromProto(proto, violations);
  policy.id = proto.policy_id();
  policy.version = proto.version();
  if (!violations.empty()) return Internal("a stored policy does not hold together");
  return policy;
}

domain::careers::AuthorityQuestion FromProto(const v1::CheckAuthorityRequest& request,
                                             FieldViolations& violations) {
  domain::careers::AuthorityQuestion question{
      .agent_id = Id(request.agent_id(), "agent_id", violations),
      .contract_id = OptionalId(request.contract_id(), "contract_id", violations),
      .action = RequiredEnum<domain::AuthorityAction>(request.action(), "action", violations),
      .subject = OptionalText(request.subject(), kMaxSubject, "subject", violations),
      .amount_minor = request.amount().minor_units()};
  violations.Check(question.amount_minor >= 0, "amount.minor_units", "must not be negative");
  return question;
}

}  // namespace kefu::staffing::convert
