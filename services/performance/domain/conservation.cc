#include "services/performance/domain/conservation.h"

#include <fmt/format.h>

namespace kefu::performance::domain {
namespace {

int64_t Of(const std::map<std::string, int64_t>& sums, const std::string& id) {
  const auto found = sums.find(id);
  return found == sums.end() ? 0 : found->second;
}

std::string FaultOf(const DaySales& day, const SalesBalance& balance) {
  if (day.uncredited_minor != 0)
    return fmt::format("orders over {} have neither a credit nor are silent", day.uncredited_minor);
  if (balance.sales_minor != balance.paid_minor)
    return fmt::format("the figures say {}, orders paid {}", balance.sales_minor,
                       balance.paid_minor);
  if (balance.credited_minor + balance.silent_minor != balance.sales_minor)
    return fmt::format("credited {} and silent {} are not all sales {}", balance.credited_minor,
                       balance.silent_minor, balance.sales_minor);
  if (balance.silent_minor != Of(day.paid_by_agent, ""))
    return fmt::format("silent sales are {}, silent orders paid {}", balance.silent_minor,
                       Of(day.paid_by_agent, ""));
  for (const auto& [agent, minor] : day.paid_by_agent) {
    if (!agent.empty() && Of(day.agents_minor, agent) != minor)
      return fmt::format("agent {} has sales of {}, orders credited to it paid {}", agent,
                         Of(day.agents_minor, agent), minor);
  }
  return "";
}

}  // namespace

SalesBalance Balance(const DaySales& day) {
  SalesBalance balance{.paid_minor = day.uncredited_minor,
                       .silent_minor = day.silent_minor,
                       .sales_minor = day.shop_minor};
  for (const auto& [agent, minor] : day.paid_by_agent) balance.paid_minor += minor;
  for (const auto& [agent, minor] : day.agents_minor) balance.credited_minor += minor;
  balance.fault = FaultOf(day, balance);
  return balance;
}

}  // namespace kefu::performance::domain
