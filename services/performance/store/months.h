// Sums over any period: whole months from their stored sums, the rest from days. Every method runs
// in the caller's transaction and returns the Statuses of db::Transaction.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/rollup.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {

// Tells that a day of the month has changed: its stored sums hold no longer. The month stays locked
// until the end of the transaction, so call it late.
absl::Status TouchMonth(db::Transaction& t, const Scope& scope, std::string_view definition_id,
                        absl::CivilMonth month);

// What a correction adds to figures and what it takes away.
struct Delta {
  domain::Measures added, taken;
};
using Deltas = std::map<domain::SubjectId, Delta>;

// Corrects a day's stored figures, and with them its month where the month's sums hold. False when
// what is to be taken was not there, which cannot be unless stored figures were wrong: the day must
// be computed from facts then, in this transaction or after a mark. The day must be locked
// (LockFreshMark).
absl::StatusOr<bool> CorrectDay(db::Transaction& t, const Scope& scope,
                                std::string_view definition_id, absl::CivilDay day,
                                const Deltas& deltas);

// Grows whenever a day's figures in one of the months of [first, last] change.
absl::StatusOr<int64_t> VersionOfMonths(db::Transaction& t, const Scope& scope,
                                        std::string_view definition_id, absl::CivilDay first,
                                        absl::CivilDay last);

struct SubjectSums {
  domain::SubjectId subject;
  domain::Measures measures;
};
// The sums of [first, last] of every subject of a kind with figures, or of one, by subject id.
// Whole months whose sums do not hold are summed and stored again where all of a kind are asked
// for. INTERNAL when a stored value cannot be read.
absl::StatusOr<std::vector<SubjectSums>> SumPeriod(db::Transaction& t, const Scope& scope,
                                                   std::string_view definition_id,
                                                   absl::CivilDay first, absl::CivilDay last,
                                                   domain::SubjectKind kind, std::string_view id);

// A subject's sums at one of an organization's shops, without response times.
struct SumsAtShop {
  std::string shop_id;
  absl::CivilDay day;  // of a month: its first
  domain::SubjectId subject;
  domain::Measures measures;
};
// The sums of a month of every subject of a kind at all of an organization's shops, in any order,
// by one statement however many there are. Where a month's sums do not hold they are summed and
// stored again before.
absl::StatusOr<std::vector<SumsAtShop>> SumMonthAtShops(db::Transaction& t, std::string_view org_id,
                                                        std::string_view definition_id,
                                                        absl::CivilMonth month,
                                                        domain::SubjectKind kind);
// The days of [first, last] of some agents at all of an organization's shops, in any order.
absl::StatusOr<std::vector<SumsAtShop>> LoadDaysAtShops(db::Transaction& t, std::string_view org_id,
                                                        std::string_view definition_id,
                                                        absl::CivilDay first, absl::CivilDay last,
                                                        const std::set<std::string>& agent_ids);

}  // namespace kefu::performance::store
