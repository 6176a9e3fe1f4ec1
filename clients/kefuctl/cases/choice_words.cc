#include "clients/kefuctl/cases/choice_words.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "clients/kefuctl/words.h"

namespace kefu::cases {
namespace {

namespace v1 = aftersales::v1;

// The rules that ship with the product.
constexpr std::pair<std::string_view, std::string_view> kChannelReasons[] = {
    {"the platform wrote an e-mail", "平台发来邮件"},
    {"the platform opened a work order", "平台开了工单"},
    {"urgent: nothing is faster", "紧急：电话最快"},
    {"fresh goods do not wait", "生鲜等不得"},
    {"disputes and appeals must be on record", "纠纷和申诉须留记录"},
    {"severe: a work order has a deadline for the platform too", "严重：工单对平台也有时限"},
    {"valuable goods must be on record", "贵重商品须留记录"},
    {"nothing is pressing", "不紧急"},
};

// Two amounts and what stands between them, with the Chinese that tells the same.
struct Comparison {
  v1::AssignmentVerdict verdict;
  std::string_view between, chinese;
};
constexpr Comparison kComparisons[] = {
    {v1::ASSIGNMENT_VERDICT_CAP_REACHED, " of ", "{}，上限 {}"},
    {v1::ASSIGNMENT_VERDICT_MORE_LOAD, " against ", "{}，受派者 {}"},
    {v1::ASSIGNMENT_VERDICT_LATER_TURN, " against ", "{}，受派者 {}"},
};

}  // namespace

std::string ChannelReason(const std::string& reason) {
  for (const auto& [english, chinese] : kChannelReasons) {
    if (english == reason) return kefuctl::In(chinese, english);
  }
  return reason;
}

std::string VerdictDetail(v1::AssignmentVerdict verdict, const std::string& detail) {
  for (const Comparison& one : kComparisons) {
    const size_t at = one.verdict == verdict ? detail.find(one.between) : std::string::npos;
    if (at == std::string::npos) continue;
    return kefuctl::In(fmt::format(fmt::runtime(one.chinese), detail.substr(0, at),
                                   detail.substr(at + one.between.size())),
                       detail);
  }
  return detail;
}

}  // namespace kefu::cases
