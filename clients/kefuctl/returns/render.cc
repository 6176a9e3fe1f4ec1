#include "clients/kefuctl/returns/render.h"

#include <fmt/format.h>

#include <vector>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "common/money/money.h"
#include "fmt/ranges.h"

namespace kefu::returns {
namespace {

namespace as = aftersales::v1;
using kefuctl::Cell;
using kefuctl::Colour;
using kefuctl::DayText;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Printable;
using kefuctl::Table;

std::string Payer(as::FreightPayer payer) {
  return EnumLabel(as::FreightPayer_descriptor(), payer);
}

// "shop:s-1#2/promise".
std::string RuleText(const as::ReturnRuleRef& rule) {
  if (rule.rule_id().empty()) return "";
  return Printable(
      fmt::format("{}#{}/{}", rule.policy_id(), rule.policy_version(), rule.rule_id()));
}

template <class Values>
std::string Labels(const google::protobuf::EnumDescriptor* type, const Values& values) {
  std::vector<std::string> labels;
  for (const int value : values) labels.push_back(EnumLabel(type, value));
  return fmt::format("{}", fmt::join(labels, In("、", ", ")));
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& values) {
  return Printable(fmt::format("{}", fmt::join(values, ",")));
}

// What lacks, of answers and evidence.
std::string Missing(const as::RemedyOutcome& outcome) {
  std::string text = Labels(as::ReturnCondition_descriptor(), outcome.missing_answers());
  const std::string evidence = Labels(as::ReturnEvidence_descriptor(), outcome.missing_evidence());
  if (!text.empty() && !evidence.empty()) text += In("；", "; ");
  return text + evidence;
}

const std::string& Words(const as::ReturnText& text) {
  return kefuctl::CurrentLanguage() == kefuctl::Language::kChinese ? text.zh() : text.en();
}

Colour ColourOf(as::ReturnDecision decision) {
  switch (decision) {
    case as::RETURN_DECISION_ALLOWED:
      return Colour::kGreen;
    case as::RETURN_DECISION_NEEDS_MORE:
      return Colour::kYellow;
    default:
      return Colour::kNone;
  }
}

std::string MoneyText(const google::protobuf::RepeatedPtrField<as::SimulatedMoney>& sums) {
  std::vector<std::string> texts;
  for (const as::SimulatedMoney& sum : sums) {
    texts.push_back(fmt::format("+{} -{}", Format({sum.currency_code(), sum.more_minor()}),
                                Format({sum.currency_code(), sum.less_minor()})));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace

Table OutcomeTable(const as::ReturnEvaluation& evaluation) {
  Table table({{In("可得", "Remedy")},
               {In("结论", "Decision")},
               {In("截止", "Until")},
               {In("退回运费", "Return freight")},
               {In("发出运费", "Outbound freight")},
               {In("依据", "By rule")},
               {In("尚缺", "Missing")}});
  for (const as::RemedyOutcome& outcome : evaluation.outcomes()) {
    const bool allowed = outcome.decision() == as::RETURN_DECISION_ALLOWED;
    const auto& periods = allowed ? outcome.periods() : outcome.periods_when_shown();
    const bool any = !periods.empty();
    table.Add({EnumLabel(as::ReturnRemedy_descriptor(), outcome.remedy()),
               {EnumLabel(as::ReturnDecision_descriptor(), outcome.decision()),
                ColourOf(outcome.decision())},
               any ? DayText(periods.rbegin()->last_date()) : "",
               any ? Payer(periods.begin()->return_freight()) : "",
               any ? Payer(periods.begin()->outbound_freight()) : "",
               any ? RuleText(periods.begin()->rule()) : "",
               Missing(outcome)});
  }
  return table;
}

Table RuleTable(const as::ReturnEvaluation& evaluation) {
  Table table({{In("可得", "Remedy")},
               {In("规则", "Rule")},
               {In("来源", "Source")},
               {In("结果", "Verdict")},
               {In("截止", "Until")},
               {In("说明", "Why"), false, 60},
               {In("出处", "Basis"), false, 60}});
  for (const as::RemedyOutcome& outcome : evaluation.outcomes()) {
    for (const as::ConsideredRule& rule : outcome.considered()) {
      if (rule.verdict() >= as::RETURN_VERDICT_OTHER_REASON) continue;
      table.Add({EnumLabel(as::ReturnRemedy_descriptor(), outcome.remedy()),
                 RuleText(rule.rule()),
                 EnumLabel(as::ReturnRuleSource_descriptor(), rule.rule().source()),
                 {EnumLabel(as::ReturnVerdict_descriptor(), rule.verdict()),
                  rule.verdict() == as::RETURN_VERDICT_DECIDED ? Colour::kGreen : Colour::kNone},
                 DayText(rule.last_date()),
                 Printable(rule.explanation()),
                 Printable(rule.basis())});
    }
  }
  return table;
}

Table QuestionTable(const as::ListReturnQuestionsResponse& questions) {
  Table table({{In("种类", "Kind")}, {In("代码", "Code")}, {In("内容", "Words"), false, 80}});
  if (questions.reasons().empty()) {
    for (const as::ReturnCategoryOption& category : questions.categories()) {
      table.Add({In("品类", "category"), Printable(category.category_id()),
                 Printable(Words(category.name()))});
    }
    return table;
  }
  const auto code = [](const std::string& name, const char* prefix) {
    return absl::AsciiStrToLower(name.substr(std::string_view(prefix).size()));
  };
  for (const as::ReturnReasonOption& reason : questions.reasons()) {
    table.Add({In("原因", "reason"), code(as::ReturnReason_Name(reason.reason()), "RETURN_REASON_"),
               Printable(Words(reason.name()))});
  }
  for (const as::ReturnConditionQuestion& asked : questions.conditions()) {
    table.Add({In("问题", "question"),
               code(as::ReturnCondition_Name(asked.condition()), "RETURN_CONDITION_"),
               Printable(Words(asked.text()))});
  }
  for (const as::ReturnEvidenceQuestion& asked : questions.evidence()) {
    table.Add({asked.required_reasons().empty() ? In("证据", "evidence")
                                                : In("必需证据", "required evidence"),
               code(as::ReturnEvidence_Name(asked.evidence()), "RETURN_EVIDENCE_"),
               Printable(Words(asked.text()))});
  }
  return table;
}

Table PolicyTable(const as::ListReturnPoliciesResponse& policies) {
  Table table({{In("规则", "Rule")},
               {In("来源", "Source")},
               {In("可得", "Remedy")},
               {In("期限", "Window")},
               {In("退回运费", "Return freight")},
               {In("发出运费", "Outbound freight")},
               {In("品类", "Categories")},
               {In("除外", "Not for")},
               {In("出处", "Basis"), false, 60}});
  for (const as::ReturnPolicy& policy : policies.policies()) {
    for (const as::ReturnRule& rule : policy.rules()) {
      const bool months = rule.window_months() > 0;
      const std::string window =
          fmt::format(fmt::runtime(months ? In("{} 个月", "{} months") : In("{} 天", "{} days")),
                      months ? rule.window_months() : rule.window_days());
      table.Add(
          {Printable(fmt::format("{}#{}/{}", policy.policy_id(), policy.version(), rule.rule_id())),
           EnumLabel(as::ReturnRuleSource_descriptor(), rule.source()),
           EnumLabel(as::ReturnRemedy_descriptor(), rule.remedy()), window,
           Payer(rule.return_freight()), Payer(rule.outbound_freight()), Joined(rule.categories()),
           Joined(rule.excluded_categories()), Printable(rule.basis())});
    }
    // A version without rules withdraws what the ones before it promised.
    if (policy.rules().empty()) {
      table.Add({Printable(fmt::format("{}#{}", policy.policy_id(), policy.version())), "",
                 In("（无）", "(none)"), "", "", "", "", "", ""});
    }
  }
  return table;
}

std::string SimulationText(const as::SimulateReturnPolicyResponse& simulation) {
  std::string text = fmt::format(
      fmt::runtime(In("判定 {} 次：变化 {}，不变 {}，被后来的取代 {}，另有更具体的政策 {}，"
                      "无法比较 {}\n",
                      "{} evaluations: {} change, {} stay, {} superseded, {} under a more"
                      " particular policy, {} not comparable\n")),
      simulation.evaluations(), simulation.changed(), simulation.unchanged(),
      simulation.superseded(), simulation.shadowed(), simulation.not_comparable());
  if (!simulation.money().empty()) {
    text += fmt::format(fmt::runtime(In("买家多得、少得：{}\n", "Buyers get more, less: {}\n")),
                        MoneyText(simulation.money()));
  }
  if (simulation.without_order() > 0) {
    text += fmt::format(fmt::runtime(In("其中 {} 次没有订单，未计金额\n",
                                        "{} of them without an order are not in the money\n")),
                        simulation.without_order());
  }
  return text;
}

Table SimulatedRuleTable(const as::SimulateReturnPolicyResponse& simulation) {
  Table table({{In("可得", "Remedy")},
               {In("原规则", "Rule before")},
               {In("新规则", "Rule after")},
               {In("次数", "Evaluations"), true},
               {In("金额", "Money")}});
  for (const as::SimulatedRule& rule : simulation.rules()) {
    table.Add({EnumLabel(as::ReturnRemedy_descriptor(), rule.remedy()), RuleText(rule.before()),
               RuleText(rule.after()), fmt::format("{}", rule.evaluations()),
               MoneyText(rule.money())});
  }
  return table;
}

}  // namespace kefu::returns
