// Counting what really lies in the bins: when a line is settled, what enters the books, and how
// right they were. Pure.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/warehouse/domain/outbound_policy.h"
#include "services/warehouse/domain/stock.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

enum class CountState : uint8_t { kUnspecified, kOpen, kSubmitted, kApproved, kCancelled };
KEFU_ENUM_NAMES(CountState, "UNSPECIFIED", "OPEN", "SUBMITTED", "APPROVED", "CANCELLED")

enum class CountCause : uint8_t { kUnspecified, kManual, kShortPick };
KEFU_ENUM_NAMES(CountCause, "UNSPECIFIED", "MANUAL", "SHORT_PICK")

enum class CountLineState : uint8_t { kUnspecified, kOpen, kRecount, kSettled };
KEFU_ENUM_NAMES(CountLineState, "UNSPECIFIED", "OPEN", "RECOUNT", "SETTLED")

enum class AbcClass : uint8_t { kUnspecified, kA, kB, kC };
KEFU_ENUM_NAMES(AbcClass, "UNSPECIFIED", "A", "B", "C")

struct CountAttempt {
  std::string counter;
  int64_t counted = 0;
  int64_t expected = 0;  // by the books, at count_time
  absl::Time count_time;
  int64_t entry_number = 0;

  int64_t difference() const { return counted - expected; }
};

struct CountLine {
  int number = 0;
  StockKey key;
  CountLineState state = CountLineState::kOpen;
  int64_t snapshot_quantity = 0;
  int64_t snapshot_entry = 0;
  int64_t held = 0;
  std::vector<CountAttempt> attempts;

  int64_t difference() const { return attempts.empty() ? 0 : attempts.back().difference(); }
};

struct Count {
  std::string id;
  std::string node_id;
  CountState state = CountState::kOpen;
  bool blind = false;
  CountCause cause = CountCause::kManual;
  std::string note;
  int64_t policy_version = 0;
  std::string approver;
  std::vector<CountLine> lines;  // by number, from 1
  RecordInfo info;
};

// Adds an attempt to a line and settles it or asks for another: a line is settled when its
// difference lies within the tolerance — pieces, or part of what was expected, half down, and by
// value where the SKU has a price —, when two attempts after another find the same difference, or
// at the policy's max_counts. FAILED_PRECONDITION COUNT_STATE (the line is settled),
// COUNT_SAME_PERSON (the counter has counted it before).
absl::Status AddAttempt(CountLine& line, CountAttempt attempt, const Sku& sku,
                        const OutboundPolicy& policy);
bool WithinTolerance(const CountAttempt& attempt, const Sku& sku, const OutboundPolicy& policy);

// Moves the count on when each line is settled; its version grows in any case.
void AfterSubmit(Count& count, absl::Time now);
// FAILED_PRECONDITION COUNT_STATE unless the count is in one of the states.
absl::Status RequireState(const Count& count, std::span<const CountState> states,
                          std::string_view verb);
// PERMISSION_DENIED COUNT_SELF_APPROVAL when the person counted any line.
absl::Status CheckApprover(const Count& count, std::string_view approver);

// A key and by how much its stock is wrong.
struct Difference {
  StockKey key;
  int64_t quantity = 0;
};
// ADJUSTMENT → FREE for what is too much, FREE → ADJUSTMENT for what is missing, in the order
// given; differences of 0 are left out. FAILED_PRECONDITION COUNT_BELOW_RESERVED naming every total
// that would fall below what is promised of it, with the reservations, as `holders` knows them by
// total.
using Holders = std::map<TotalKey, std::vector<std::string>>;
absl::StatusOr<std::vector<Movement>> PlanCount(std::span<const Difference> differences,
                                                const Totals& totals, const Holders& holders,
                                                std::string_view reference, absl::CivilDay day);
// Totals that the differences would take below what is promised.
std::vector<TotalKey> BelowReserved(std::span<const Difference> differences, const Totals& totals);

struct Accuracy {
  int lines = 0;
  int exact_lines = 0;
  int line_bps = 10'000;  // half up
  int64_t expected = 0;
  int64_t different = 0;
  int piece_bps = 10'000;                        // half up, not below 0
  std::map<std::string, int64_t> surplus_minor;  // by currency
  std::map<std::string, int64_t> loss_minor;
};
Accuracy AccuracyOf(const Count& count, const std::map<std::string, Sku>& skus);

// The class of each SKU by its number of picks: sorted by picks, the most first, then id; an SKU is
// class A while the ones before it have less than abc_a_bps of all picks, B while less than
// abc_b_bps; never-picked ones do not stand here: they are C. (Pareto's curve, as in Silver, Pyke,
// Thomas, "Inventory and Production Management in Supply Chains", 4th ed., section 2.3.)
std::map<std::string, AbcClass> ClassifyByPicks(const std::map<std::string, int64_t>& picks,
                                                const OutboundPolicy& policy);

}  // namespace kefu::warehouse::domain
