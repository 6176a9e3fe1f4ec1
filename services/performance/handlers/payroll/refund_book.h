// Refunds as pay counts them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/payroll/statement.h"
#include "services/performance/store/facts.h"

namespace kefu::performance {

// A refund of a credited order. It counts on the later of its own day and the day on which its
// order was paid: what is paid back before it was paid cannot take commission from an earlier
// month.
struct CountedRefund {
  std::string agent_id, refund_id, order_id;
  absl::CivilDay day;       // on which it counts
  absl::CivilDay sale_day;  // on which the order was paid
  // Of the refund, what the order's refunds before it have left of what was paid: a sale is taken
  // back once.
  int64_t amount_minor = 0;
  domain::payroll::Buyer buyer = domain::payroll::kReturning;
};

// Used by one thread, in one transaction. Keeps what it has read.
class RefundBook {
 public:
  explicit RefundBook(db::Transaction& t) : t_(t) {}

  // Of all orders that were paid in a month, by counted day and id, whenever they count.
  absl::StatusOr<const std::vector<CountedRefund>*> OfSales(const store::Scope& scope,
                                                            const std::string& definition,
                                                            absl::CivilDay sale_month);
  // All that count in a month, whenever their orders were paid, by counted day and id.
  absl::StatusOr<std::vector<CountedRefund>> CountedIn(const store::Scope& scope,
                                                       const std::string& definition,
                                                       absl::CivilDay month);

 private:
  db::Transaction& t_;
  std::map<std::tuple<std::string, std::string, absl::CivilDay>, std::vector<CountedRefund>> read_;
};

}  // namespace kefu::performance
