// What agents serve a shop for (DOMAIN 1, 2.2): before the sale, after it, or both.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "services/performance/domain/periods.h"

namespace kefu::performance::domain {

enum class Duty { kPreSales, kAfterSales, kBoth };

// As scorecards name those for whom they are.
inline constexpr std::string_view kPreSalesRole = "pre_sales", kAfterSalesRole = "after_sales";
constexpr std::string_view OtherRole(std::string_view role) {
  return role == kAfterSalesRole ? kPreSalesRole : kAfterSalesRole;
}

// Days on which an agent is assigned to the shop.
struct DutySpan {
  std::string agent_id;
  Duty duty = Duty::kBoth;
  absl::CivilDay start_day;
  std::optional<absl::CivilDay> end_day;  // the last day; nothing while it lasts
  bool operator==(const DutySpan&) const = default;
};

// The agents whose only duty on any of the days it was. Who has two on them, or none that is known,
// is not among them.
std::set<std::string> AgentsWithOnly(Duty duty, std::span<const DutySpan> spans, const Span& days);

// The agents whom a role's scorecard does not rank: those with only the other duty. Scorecards
// without a role are for everybody, and rank those who sell.
std::set<std::string> NotRankedBy(std::string_view role, std::span<const DutySpan> spans,
                                  const Span& days);

}  // namespace kefu::performance::domain
