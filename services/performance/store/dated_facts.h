// A whole day of one kind of fact. As store/facts.h says.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "services/performance/store/facts.h"

namespace kefu::performance::store {

// Conversations by first day, orders by the day placed, refunds by the day paid back, reviews by
// the day written; ratings and imported inspections by the first day of their conversation;
// conduct and attendance by day, records of months and staffing's conduct left out; payments by the
// day approved.
enum class DatedFact {
  kConversations,
  kOrders,
  kRefunds,
  kReviews,
  kVisits,
  kRatings,
  kInspections,
  kConduct,
  kAttendance,
  kPayments
};

// All of a day, by id as the Find… of the kind. Payments of which no day was noted are among those
// of every day: their bodies say.
absl::StatusOr<StoredById> LoadDated(db::Transaction& t, DatedFact kind, const Scope& scope,
                                     absl::CivilDay day);
// Takes facts away; ids as LoadDated gives them. Ratings of conversations that go wait for these
// again.
absl::Status DeleteDated(db::Transaction& t, DatedFact kind, const Scope& scope,
                         std::span<const std::string_view> ids);
// On which day conversations begin, as far as they are there.
absl::StatusOr<std::map<std::string, absl::CivilDay, std::less<>>> FirstDaysOf(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids);

}  // namespace kefu::performance::store
