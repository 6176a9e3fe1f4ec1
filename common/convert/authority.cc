#include "common/convert/authority.h"

#include <algorithm>

#include "common/convert/fields.h"
#include "fmt/format.h"

namespace kefu::authority {
namespace {

namespace staffing = ::kefu::staffing::v1;
namespace fields = ::kefu::convert;

constexpr int kMaxRules = 1000;  // of a policy: a thousand agents with a limit of their own

Rule FromProto(const staffing::AuthorityRule& proto, FieldViolations& violations) {
  return {static_cast<Scope>(
              fields::RequiredEnum<staffing::AuthorityScope>(proto.scope(), "scope", violations)),
          fields::OptionalId(proto.scope_id(), "scope_id", violations),
          static_cast<Action>(fields::RequiredEnum<staffing::AuthorityAction>(
              proto.action(), "action", violations)),
          fields::OptionalText(proto.subject(), kMaxSubject, "subject", violations),
          proto.limit_minor_units(),
          proto.forbidden()};
}

}  // namespace

Policy FromProto(const staffing::AuthorityPolicy& proto, FieldViolations& violations) {
  Policy policy;
  policy.effective_date = fields::RequiredDay(proto.has_effective_date(), proto.effective_date(),
                                              "effective_date", violations);
  violations.Check(proto.rules_size() <= kMaxRules, "rules",
                   fmt::format("must have at most {} items", kMaxRules));
  for (int i = 0; i < std::min(proto.rules_size(), kMaxRules); ++i) {
    FieldViolations inner;
    policy.rules.push_back(FromProto(proto.rules(i), inner));
    violations.Merge(fmt::format("rules[{}]", i), inner);
  }
  CheckPolicy(policy, violations);
  return policy;
}

staffing::AuthorityRule ToProto(const Rule& rule) {
  staffing::AuthorityRule proto;
  proto.set_scope(static_cast<staffing::AuthorityScope>(rule.scope));
  proto.set_scope_id(rule.scope_id);
  proto.set_action(static_cast<staffing::AuthorityAction>(rule.action));
  proto.set_subject(rule.subject);
  proto.set_limit_minor_units(rule.limit_minor);
  proto.set_forbidden(rule.forbidden);
  return proto;
}

staffing::AuthorityPolicy ToProto(const Policy& policy) {
  staffing::AuthorityPolicy proto;
  proto.set_policy_id(policy.id);
  proto.set_version(policy.version);
  *proto.mutable_effective_date() = fields::ToProto(policy.effective_date);
  for (const Rule& rule : policy.rules) *proto.add_rules() = ToProto(rule);
  return proto;
}

absl::StatusOr<Policy> PolicyFromBody(std::string_view body) {
  staffing::AuthorityPolicy proto;
  FieldViolations violations;
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Internal("a stored policy does not parse");
  }
  Policy policy = FromProto(proto, violations);
  policy.id = proto.policy_id();
  policy.version = proto.version();
  if (!violations.empty()) return Internal("a stored policy does not hold together");
  return policy;
}

}  // namespace kefu::authority
