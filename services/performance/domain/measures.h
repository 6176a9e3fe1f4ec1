// The additive quantities of a subject's day. Every figure is computed from sums of these, so any
// period is a sum of days.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/performance/domain/histogram.h"

namespace kefu::performance::domain {

// Positions are stored: add new ones before kMeasureCount, never reorder.
enum class Measure : int {
  kConsulted,      // customer-days with a customer message; for agents and teams: those that they
                   // answered in
  kReplied,        // of these, the ones with an answer
  kConverted,      // of these, the ones whose customer paid in the attribution window (for agents:
                   // credited to them)
  kAssisted,       // agents, teams: of their consulted, the ones with an answer of theirs that
                   // counted for an order credited to a colleague, and none credited to them
  kConversations,  // conversations by first day
  kCustomerMessages,     // customers' messages
  kAgentMessages,        // agents' messages
  kResponseCount,        // answered runs of customer messages
  kResponseMicros,       // sum of their gaps
  kFirstResponseCount,   // conversations with an answer
  kFirstResponseMicros,  // sum of the gaps to it
  kHandleCount,          // handlings
  kHandleMicros,         // sum of their lengths
  kRatings,              // rated conversations
  kRatingPoints,         // sum of their points
  kOrders,               // orders by day placed
  kPaidOrders,           // orders by day paid (for agents: credited)
  kPaidCustomers,        // distinct customers by day paid
  kSalesMinor,           // money of paid orders
  kRefundOrders,         // refunds by day paid back
  kRefundMinor,          // their money
  kSilentOrders,         // shop: paid orders credited to nobody
  kSilentSalesMinor,     // shop: their money
  kLateShipments,        // orders by day placed, handed over late
  kReviews,              // reviews by day written
  kPositiveReviews,      // of these, positive ones
  kReviewPoints,         // sum of their stars
  kNewBuyerSalesMinor,   // money of paid orders of new buyers, a part of kSalesMinor
  kRepurchasers,         // of the paying customers, those who had paid another order before, on the
                         // day or within the definition's repurchase days
  kHandledCustomers,     // distinct customers by day whose handling began
  kBusyMicros,           // time covered by handlings begun on the day, overlaps of one agent once
  kRatingSquares,        // sum of squares of the ratings
  kReviewSquares,        // sum of squares of the reviews' stars
  // Sum of squares of what each paying customer paid on a day, in two limbs: high × 2^36 + low.
  // What one customer paid on a day counts as at most kMaxSquaredMinor.
  kSalesSquaresHigh,
  kSalesSquaresLow,
  kRounds,               // runs of customer messages by the day of their first message: rounds
  kRoundsWon,            // of these, the ones answered within the definition's round_seconds
  kAnswersInTime,        // of these, the ones answered within its answer_seconds
  kAskedConversations,   // conversations by the day of the first customer message
  kFirstAnswersInTime,   // of these, the ones whose first answer came within answer_seconds
  kFirstBusinessMicros,  // sum of the gaps to the first answer, in business hours only
  kVisits,               // shop: visits by day
  kClicks,               // shop: clicks on its advertisements
  kAdOrders,             // shop: orders that came of them
  kAdSpendMinor,         // shop: what they cost
  kMissed,               // agents, teams: customer-days with a run left unanswered that was theirs
                         // to answer, and no answer of theirs
  kInspections,          // inspections that count, by their conversation's first day
  kAccurate,             // of these, the ones without a failed accuracy item
  kPolite,               // of these, the ones without a failed attitude item
  kCentipoints,          // sum of their scores, in hundredths of a point
  kCentipointSquares,    // sum of squares of these
  kPaidBefore,  // of the consulted, neither converted nor assisted, the ones whose customer
                // had paid, as many days before as the attribution window has, when it
                // first asked (for agents: when they first answered)
  kMeasureCount
};

inline constexpr int kSquareLimbBits = 36;
// 100 billion in the main unit: keeps the limbs far from overflow.
inline constexpr int64_t kMaxSquaredMinor = 10'000'000'000'000;

struct Measures {
  std::array<int64_t, static_cast<size_t>(Measure::kMeasureCount)> values{};
  Histogram response;

  int64_t operator[](Measure m) const { return values[static_cast<size_t>(m)]; }
  void Add(Measure m, int64_t amount) { values[static_cast<size_t>(m)] += amount; }
  void Merge(const Measures& other);
  // Takes out what was merged before. False when its response times were not all there: the values
  // are of no use then.
  [[nodiscard]] bool Subtract(const Measures& other);

  // Counters and sums as signed varints, trailing zeros left out.
  std::string EncodeValues() const;
  // Nothing when the bytes are not encodings.
  static std::optional<Measures> Decode(std::string_view values, std::string_view histogram);

  bool operator==(const Measures&) const = default;
};

}  // namespace kefu::performance::domain
