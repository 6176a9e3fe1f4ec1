// What the check of sales reads and remembers. Every method runs in the caller's transaction and
// returns the Statuses of db::Transaction.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/conservation.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {

// A day's figures were computed: its sales are to be compared.
absl::Status NoteUnchecked(db::Transaction& t, const Scope& scope, const Mark& day);
// Such days of all shops over all organizations, at most `limit`, by shop and definition.
struct UncheckedDay {
  Scope scope;
  Mark mark{absl::CivilDay(1, 1, 1), ""};
};
// At most `limit`, by shop, definition and day, after the given one.
absl::StatusOr<std::vector<UncheckedDay>> UncheckedDays(db::Transaction& t,
                                                        const UncheckedDay& after, int limit);
// Locks those of a shop and definition until the end of the transaction, so that whoever computes
// one again notes it after it was cleared; answers which of `days` are still there.
absl::StatusOr<std::vector<absl::CivilDay>> LockUnchecked(db::Transaction& t, const Scope& scope,
                                                          std::string_view definition,
                                                          const std::vector<absl::CivilDay>& days);
absl::Status ClearUnchecked(db::Transaction& t, const Scope& scope, std::string_view definition,
                            const std::vector<absl::CivilDay>& days);

// The sales of [first, last], all from one view of the database. Days without sales are left out.
struct SalesOfDays {
  std::map<absl::CivilDay, domain::DaySales> days;
  std::set<absl::CivilDay> changing;  // marked: their figures are not those of their facts yet
};
absl::StatusOr<SalesOfDays> LoadSales(db::Transaction& t, const Scope& scope,
                                      std::string_view definition, absl::CivilDay first,
                                      absl::CivilDay last);

// Orders stored before their buyer and money stood in columns of their own: fills up to `limit` of
// a shop by `fill`, and says how many it found.
struct OrderColumns {
  std::string customer_id;
  std::optional<int64_t> paid_minor;
};
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> UnfilledOrders(
    db::Transaction& t, const Scope& scope, int limit);  // id and body
absl::Status FillOrder(db::Transaction& t, const Scope& scope, std::string_view order_id,
                       const OrderColumns& columns);
// All shops of all organizations.
absl::StatusOr<std::vector<Scope>> AllShops(db::Transaction& t);
// Days of a shop with figures.
absl::StatusOr<std::set<absl::CivilDay>> DaysWithFigures(db::Transaction& t, const Scope& scope);

}  // namespace kefu::performance::store
