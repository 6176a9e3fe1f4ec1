// What the cases of a period are about. Each statement walks the period's cases by their receipt
// and looks up what it needs of each. The functions keep no state and are thread-safe; all return
// the database's errors.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/insight/figures.h"

namespace kefu::aftersales::store {

// Cases of the period, and of as many days before it; each once.
struct CaseCounts {
  int64_t cases = 0;
  int64_t previous_cases = 0;
};
absl::StatusOr<CaseCounts> CountCases(db::Transaction& t, const domain::insight::ReasonQuery& query,
                                      absl::Time previous_from);

// A keyset page of groups: most cases first, then by value.
struct ReasonPage {
  int64_t after_cases = 0;  // 0 begins
  std::string after_value;
  int64_t least_cases = 1;
  int limit = 0;
};
// Groups of the period's cases, without what was sold. A case about several goods counts once in
// each of their groups.
absl::StatusOr<std::vector<domain::insight::ReasonRow>> Reasons(
    db::Transaction& t, const domain::insight::ReasonQuery& query,
    domain::insight::ReasonDimension by, absl::Time previous_from, const ReasonPage& page);

// Fills in what was sold or shipped in the period, where the dimension has such. At most 1,000
// rows.
absl::Status FillSold(db::Transaction& t, const domain::insight::CasePeriod& period,
                      domain::insight::ReasonDimension by,
                      std::span<domain::insight::ReasonRow> rows);

// Cases by the quarter of an hour in which they were received, at its first instant: days of every
// zone begin with one.
absl::StatusOr<std::map<absl::Time, int64_t>> CasesByQuarter(
    db::Transaction& t, const domain::insight::ReasonQuery& query);

// The cases of one group by receipt, up to `limit` after one of them.
struct CasesAfter {
  absl::Time receive_time = absl::InfinitePast();
  std::string case_id;
  int limit = 0;
};
absl::StatusOr<std::vector<domain::insight::FigureCase>> CasesOf(
    db::Transaction& t, const domain::insight::ReasonQuery& query,
    const domain::insight::ReasonGroup& group, const CasesAfter& page);

}  // namespace kefu::aftersales::store
