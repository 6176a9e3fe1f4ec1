// Gates, fixed bonuses and awards: how an agent stands against the plan and against the others.
#pragma once

#include <span>
#include <vector>

#include "services/performance/domain/payroll/statement.h"

namespace kefu::performance::domain::payroll {

struct Means {
  Fraction conversion, average_order_value, bad_reviews;
};
// Of each shop paid over the agents with figures of the period; see Compute.
std::vector<Means> MeansOf(std::span<const AgentInput> agents, AwardPeriod period);

std::vector<GateResult> JudgeGates(const PayPlan& plan, std::span<const Means> means,
                                   const AgentInput& agent, int64_t net_sales_minor);

// The line of a fixed bonus; nothing when the agent has no such value or no band holds it.
std::optional<Line> BonusLine(const FixedBonus& bonus, const AgentInput& agent,
                              int64_t net_sales_minor);

// What each agent wins, by position; the first and last day of the award's period go into the
// lines. Ranks are those of competitions: of two who tie for the first place both are first, the
// next is third. Over several shops, conversion and average order value are those over the means of
// the agent's shops; see Compute. An agent without the figure, or with 0 of it, has no rank.
std::vector<std::optional<Line>> AwardLines(const PayPlan& plan, const Award& award,
                                            const MonthInput& input);

// Whether an award is paid with this month: quarters with March, June, September and December,
// years with December.
bool PaidIn(AwardPeriod period, absl::CivilDay month);
// Months of the period.
int MonthsOf(AwardPeriod period);

}  // namespace kefu::performance::domain::payroll
