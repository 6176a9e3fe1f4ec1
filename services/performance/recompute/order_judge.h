// Which orders count: those of customers whose traffic is bought or fraudulent do not.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/performance/store/facts.h"

namespace kefu::performance {

// Days after a conversation on which what a fraudulent customer pays does not count: those on which
// it would be the conversation's result by any active definition.
absl::StatusOr<int> FraudDays(db::Transaction& t, const store::Scope& scope);

// Judges some stored orders by their flags, reviews and what screening has stored of their
// customers' conversations, begun on the day of payment or at most `within_days` (FraudDays)
// before, and keeps what it finds. Returns the orders that count differently from before. The
// shop's settings must be locked.
absl::StatusOr<std::vector<std::string>> JudgeOrders(db::Transaction& t, const store::Scope& scope,
                                                     std::span<const std::string_view> order_ids,
                                                     int within_days);

// The same, and marks the days whose figures change with them, which it returns.
absl::StatusOr<std::set<absl::CivilDay>> JudgeAndMarkOrders(
    db::Transaction& t, const store::Scope& scope, const absl::TimeZone& zone,
    std::span<const std::string_view> order_ids);

}  // namespace kefu::performance
