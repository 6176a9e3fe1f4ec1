#include "services/staffing/convert/working_rules.h"

#include <algorithm>

#include "fmt/format.h"
#include "services/staffing/convert/enums.h"
#include "services/staffing/convert/resources.h"

namespace kefu::staffing::convert {
namespace {

constexpr int kMostText = 500;        // characters of a rule, which people are to remember
constexpr int kMostConsequences = 4;  // one for each severity and one for the others

rules::Consequence FromProto(const v1::WorkingRuleConsequence& proto, const std::string& at,
                             FieldViolations& violations) {
  return {
      .severity = OptionalEnum<conduct::Severity>(proto.severity(), at + ".severity", violations),
      .kind_id = KindName(proto.kind_id(), at + ".kind_id", violations),
      .sanction = OptionalEnum<conduct::Sanction>(proto.sanction(), at + ".sanction", violations)};
}

rules::Rule FromProto(const v1::WorkingRule& proto, const std::string& at,
                      FieldViolations& violations) {
  rules::Rule rule{.id = KindName(proto.rule_id(), at + ".rule_id", violations),
                   .title = Text(proto.title(), kMaxName, at + ".title", violations),
                   .text = Text(proto.text(), kMostText, at + ".text", violations)};
  violations.Check(proto.consequences_size() <= kMostConsequences, at + ".consequences",
                   fmt::format("must be at most {}", kMostConsequences));
  for (int i = 0; i < std::min(proto.consequences_size(), kMostConsequences); ++i) {
    rule.consequences.push_back(
        FromProto(proto.consequences(i), fmt::format("{}.consequences[{}]", at, i), violations));
  }
  return rule;
}

}  // namespace

std::vector<rules::Rule> FromProto(
    const google::protobuf::RepeatedPtrField<v1::WorkingRule>& protos,
    FieldViolations& violations) {
  std::vector<rules::Rule> result;
  violations.Check(protos.size() <= rules::kMostRules, "rules",
                   fmt::format("must be at most {}", rules::kMostRules));
  for (int i = 0; i < std::min(protos.size(), rules::kMostRules); ++i) {
    result.push_back(FromProto(protos[i], fmt::format("rules[{}]", i), violations));
  }
  return result;
}

absl::StatusOr<std::vector<rules::Rule>> RulesFromBody(std::string_view body) {
  v1::WorkingRules proto;
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Internal("a stored version of working rules does not parse");
  }
  FieldViolations none;  // it was checked when it was published
  return FromProto(proto.rules(), none);
}

v1::WorkingRules ToProto(const rules::Rules& rules) {
  v1::WorkingRules proto;
  proto.set_version(rules.version);
  if (rules.effective) *proto.mutable_effective_date() = ToProto(*rules.effective);
  for (const rules::Rule& rule : rules.rules) {
    v1::WorkingRule* const out = proto.add_rules();
    out->set_rule_id(rule.id);
    out->set_title(rule.title);
    out->set_text(rule.text);
    for (const rules::Consequence& each : rule.consequences) {
      v1::WorkingRuleConsequence* const consequence = out->add_consequences();
      consequence->set_severity(static_cast<v1::ConductSeverity>(each.severity));
      consequence->set_kind_id(each.kind_id);
      consequence->set_sanction(static_cast<v1::ConductSanction>(each.sanction));
    }
  }
  if (rules.version == 0) return proto;
  proto.set_announcement_id(rules.announcement_id);
  proto.set_published_by(rules.published_by);
  *proto.mutable_create_time() = ToProto(rules.create_time);
  return proto;
}

}  // namespace kefu::staffing::convert
