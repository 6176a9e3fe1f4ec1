// Figures over deadlines: kept ones of a period's cases, what is open now, and what a forecast of
// breaches is made from. The functions keep no state and are thread-safe; all return the database's
// errors.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/insight/figures.h"
#include "services/aftersales/domain/insight/forecast.h"

namespace kefu::aftersales::store {

// Deadlines of the period's cases by a dimension and kind of clock, up to `limit` groups after one.
struct SlaPage {
  std::string after_value;
  std::string after_clock;  // name; empty begins
  int limit = 0;
};
absl::StatusOr<std::vector<domain::insight::SlaRow>> SlaFigures(
    db::Transaction& t, const domain::insight::CasePeriod& period, domain::insight::SlaDimension by,
    const SlaPage& page);

// The deadlines of one group with this outcome, by receipt, case and begin.
struct DeadlinesAfter {
  absl::Time receive_time = absl::InfinitePast();
  std::string case_id;
  absl::Time start = absl::InfinitePast();
  int limit = 0;
};
absl::StatusOr<std::vector<domain::insight::SlaDeadline>> SlaDeadlines(
    db::Transaction& t, const domain::insight::CasePeriod& period, domain::insight::SlaDimension by,
    const domain::insight::SlaRow& group, domain::insight::SlaOutcome outcome,
    const DeadlinesAfter& page);

// Cases that are neither closed nor merged; of the reach, its days do not matter.
absl::StatusOr<std::vector<domain::insight::BacklogRow>> Backlog(
    db::Transaction& t, const domain::insight::CasePeriod& reach, absl::Time now);

// What a forecast is made from. `reach` is the history: cases received in [from, to), to being now.
struct ForecastSteps {
  absl::Duration horizon;
  absl::Duration step;
};
absl::StatusOr<domain::insight::ClockHistories> ClockHistoriesOf(
    db::Transaction& t, const domain::insight::CasePeriod& reach);
absl::StatusOr<std::vector<domain::insight::RunningClocks>> RunningClocksOf(
    db::Transaction& t, const domain::insight::CasePeriod& reach, const ForecastSteps& steps);
// When the first case of the history was received.
absl::StatusOr<std::optional<absl::Time>> FirstReceived(db::Transaction& t,
                                                        const domain::insight::CasePeriod& reach);
// Of the last `weeks` weeks.
absl::StatusOr<std::vector<domain::insight::PastBreaches>> PastBreachesOf(
    db::Transaction& t, const domain::insight::CasePeriod& reach, const ForecastSteps& steps,
    int weeks);

}  // namespace kefu::aftersales::store
