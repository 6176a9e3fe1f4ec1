#include "services/performance/domain/judgement/duties.h"

namespace kefu::performance::domain {

std::set<std::string> AgentsWithOnly(Duty duty, std::span<const DutySpan> spans, const Span& days) {
  std::set<std::string> with, others;
  for (const DutySpan& span : spans) {
    if (span.start_day > days.last || (span.end_day && *span.end_day < days.first)) continue;
    (span.duty == duty ? with : others).insert(span.agent_id);
  }
  for (const std::string& agent : others) with.erase(agent);
  return with;
}

std::set<std::string> NotRankedBy(std::string_view role, std::span<const DutySpan> spans,
                                  const Span& days) {
  return AgentsWithOnly(role == kAfterSalesRole ? Duty::kPreSales : Duty::kAfterSales, spans, days);
}

}  // namespace kefu::performance::domain
