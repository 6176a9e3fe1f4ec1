// A whole day of one kind of fact. As store/facts.h says.
#pragma once

#include <span>
#include <string_view>

#include "services/performance/store/facts.h"

namespace kefu::performance::store {

// Conversations by first day, orders by the day placed, refunds by the day paid back, reviews by
// the day written.
enum class DatedFact { kConversations, kOrders, kRefunds, kReviews };

// All of a day, by id as the Find… of the kind.
absl::StatusOr<StoredById> LoadDated(db::Transaction& t, DatedFact kind, const Scope& scope,
                                     absl::CivilDay day);
// Takes facts away; ids as LoadDated gives them.
absl::Status DeleteDated(db::Transaction& t, DatedFact kind, const Scope& scope,
                         std::span<const std::string_view> ids);

}  // namespace kefu::performance::store
