#include "services/staffing/domain/rules/working_rules.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/time/civil.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace kefu::staffing::rules {
namespace {

using conduct::Sanction;
using conduct::Severity;

// What is decided by its circumstances alone.
std::vector<Consequence> Decided(std::string kind_id) { return {{.kind_id = std::move(kind_id)}}; }

std::vector<Consequence> Demerit(std::string kind_id) {
  return {{.kind_id = std::move(kind_id), .sanction = Sanction::kDemerit}};
}

// The handbook says demerit "by circumstances": a warning where nothing much has come of it is this
// suite's own default.
std::vector<Consequence> ByCircumstances(const std::string& kind_id) {
  return {{Severity::kMinor, kind_id, Sanction::kWarning},
          {Severity::kUnspecified, kind_id, Sanction::kDemerit}};
}

void CheckConsequences(const Rule& rule, const conduct::Catalogue& catalogue, const std::string& at,
                       FieldViolations& violations) {
  std::set<Severity> seen;
  for (size_t i = 0; i < rule.consequences.size(); ++i) {
    const Consequence& each = rule.consequences[i];
    const std::string here = fmt::format("{}.consequences[{}]", at, i);
    violations.Check(seen.insert(each.severity).second, here + ".severity", "stands there twice");
    const conduct::Kind* const kind = catalogue.Find(each.kind_id);
    if (!violations.Check(kind != nullptr, here + ".kind_id",
                          "is not in the catalogue of conduct in force")) {
      continue;
    }
    violations.Check(kind->direction == conduct::Direction::kDeduction, here + ".kind_id",
                     "is no deduction");
    violations.Check(each.sanction == Sanction::kUnspecified ||
                         std::ranges::find(kind->sanctions, each.sanction) != kind->sanctions.end(),
                     here + ".sanction", "is not among those of the kind");
  }
}

std::string_view Named(Severity severity) {
  switch (severity) {
    case Severity::kMinor:
      return "情节轻微：";
    case Severity::kModerate:
      return "造成损害：";
    case Severity::kGrave:
      return "损失重大：";
    default:
      return "";
  }
}

std::string_view Named(Sanction sanction) {
  switch (sanction) {
    case Sanction::kPublicNotice:
      return "通报";
    case Sanction::kWarning:
      return "警告";
    case Sanction::kDemerit:
      return "记过";
    case Sanction::kCompensation:
      return "赔偿";
    case Sanction::kDismissal:
      return "解除劳动合同";
    default:
      return "按奖惩制度";
  }
}

}  // namespace

const Consequence* Rule::Of(Severity severity) const {
  const Consequence* otherwise = nullptr;
  for (const Consequence& each : consequences) {
    if (each.severity == severity) return &each;
    if (each.severity == Severity::kUnspecified) otherwise = &each;
  }
  return otherwise;
}

bool Rule::LeadsTo(std::string_view kind_id) const {
  return std::ranges::find(consequences, kind_id, &Consequence::kind_id) != consequences.end();
}

const Rule* Rules::Find(std::string_view rule_id) const {
  const auto found = std::ranges::find(rules, rule_id, &Rule::id);
  return found == rules.end() ? nullptr : &*found;
}

const Rules& ShippedRules() {
  static const auto& shipped = *new Rules{
      .rules = {
          {"no_unrelated_work", "不做与工作无关的事", "工作时间内不做与工作无关的事。",
           Demerit("disorder")},
          {"no_private_software", "不私装软件", "工作电脑上不得私自安装软件。",
           Demerit("disorder")},
          {"service_complaint", "因服务引起的投诉", "因服务原因造成客户投诉的，视情节处理。",
           ByCircumstances("upheld_complaint")},
          {"no_second_job", "不得兼职", "在职期间不得从事第二份工作。", Decided("duty_failed")},
          {"read_announcements", "阅读公告", "公告发布后须阅读并确认。", Decided("duty_failed")},
          {"desk_duty", "工位与卫生值日", "保持工位整洁，按值日表打扫卫生。",
           Decided("duty_failed")},
          {"idle_time", "空闲时间", "空闲时间用于学习商品知识。", {}}}};
  return shipped;
}

void CheckRules(const Rules& checked, const conduct::Catalogue& catalogue,
                FieldViolations& violations) {
  std::set<std::string_view> seen;
  for (size_t i = 0; i < checked.rules.size(); ++i) {
    const Rule& rule = checked.rules[i];
    const std::string at = fmt::format("rules[{}]", i);
    violations.Check(seen.insert(rule.id).second, at + ".rule_id", "stands there twice");
    CheckConsequences(rule, catalogue, at, violations);
  }
}

std::string AnnouncedTitle(const Rules& rules) {
  return fmt::format("工作守则第{}版，自{}起施行", rules.version, FormatDay(*rules.effective));
}

std::string AnnouncedText(const Rules& rules, const conduct::Catalogue& catalogue) {
  std::string text;
  int number = 0;
  for (const Rule& rule : rules.rules) {
    text += fmt::format("{}{}. {}：{}", number == 0 ? "" : "\n", number + 1, rule.title, rule.text);
    ++number;
    std::vector<std::string> follows;
    for (const Consequence& each : rule.consequences) {
      const conduct::Kind* const kind = catalogue.Find(each.kind_id);
      follows.push_back(fmt::format("{}{}（{}）", Named(each.severity), Named(each.sanction),
                                    kind == nullptr ? each.kind_id : kind->display_name));
    }
    if (!follows.empty()) text += fmt::format(" 违者：{}。", fmt::join(follows, "；"));
  }
  return text;
}

}  // namespace kefu::staffing::rules
