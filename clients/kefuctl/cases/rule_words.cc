#include "clients/kefuctl/cases/rule_words.h"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/words.h"
#include "common/time/civil.h"

namespace kefu::cases {
namespace {

namespace v1 = aftersales::v1;
using kefuctl::EnumLabel;

// "24 小时", "1 小时 30 分钟".
std::string Long(int64_t seconds) {
  std::string text;
  const auto add = [&](int64_t count, std::string_view unit) {
    if (count == 0) return;
    text += fmt::format("{}{} {}", text.empty() ? "" : " ", count, unit);
  };
  add(seconds / 3600, "小时");
  add(seconds / 60 % 60, "分钟");
  add(seconds % 60, "秒");
  return text.empty() ? "0 秒" : text;
}

std::string Day(int32_t days) {
  if (days == 0) return "当日";
  return days == 1 ? "次日" : fmt::format("{} 天后", days);
}

std::string Clock(int32_t seconds) { return FormatTimeOfDay({seconds}); }

std::string Due(const v1::SlaRule& rule) {
  if (!rule.has_cutoff()) {
    const bool message = rule.clock() == v1::CLOCK_KIND_NEXT_RESPONSE;
    return fmt::format("{}后 {}内", message ? "客户来信" : "受理", Long(rule.duration_seconds()));
  }
  const v1::SlaCutoff& cutoff = rule.cutoff();
  return fmt::format("{0} 前收到的，{1} {2} 前；{0} 起收到的，{3} {4} 前",
                     Clock(cutoff.cutoff_seconds()), Day(cutoff.due_before_days()),
                     Clock(cutoff.due_before_seconds()), Day(cutoff.due_after_days()),
                     Clock(cutoff.due_after_seconds()));
}

std::string Chinese(const v1::ClockExplanation& explained) {
  const v1::SlaRule& rule = explained.sla_rule();
  std::string text =
      fmt::format("{}：{}", EnumLabel(v1::ClockKind_descriptor(), rule.clock()), Due(rule));
  text += rule.business_hours() ? "；按营业时间计" : "；按自然时间计";
  text += rule.pausable() ? "；等待客户期间停计" : "；从不停计";
  text += fmt::format("；提前 {}提醒；时区 {}", Long(rule.warn_before_seconds()),
                      explained.time_zone());
  if (explained.time_zone_assumed()) text += "（推定：受理时还不知道该店铺）";
  if (rule.case_kind() != v1::CASE_KIND_UNSPECIFIED) {
    text += fmt::format("；只适用于{}", EnumLabel(v1::CaseKind_descriptor(), rule.case_kind()));
  }
  if (rule.priority() != v1::CASE_PRIORITY_UNSPECIFIED) {
    text += fmt::format("；优先级{}", EnumLabel(v1::CasePriority_descriptor(), rule.priority()));
  }
  text += fmt::format("；政策 {} 第 {} 版", explained.clock().policy_id(),
                      explained.clock().policy_version());
  if (explained.holidays_unknown()) text += "；当年法定节假日尚未公布，按平日计";
  return text;
}

}  // namespace

std::string RuleInWords(const v1::ClockExplanation& explained) {
  if (!explained.has_sla_rule()) return explained.rule();
  return kefuctl::In(Chinese(explained), explained.rule());
}

}  // namespace kefu::cases
