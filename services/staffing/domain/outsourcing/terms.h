// What is agreed with an outsourced base (基地) or an agency (代运营): DOMAIN 2.7 and 2.8. Amounts
// are minor units of the contract's currency, rates basis points. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "common/enums/enum_names.h"

namespace kefu::staffing::outsourcing {

// A base's agents answer for shops; an agency runs them.
enum class ContractKind : uint8_t { kUnspecified, kBase, kAgency };
KEFU_ENUM_NAMES(ContractKind, "UNSPECIFIED", "BASE", "AGENCY")

// The five price models.
enum class PriceModel : uint8_t {
  kUnspecified,
  kSeatsAndCommission,  // so much a seat and month, and a share of sales
  kCommission,          // a share of sales only
  kFee,                 // a monthly service fee only
  kFeeThenCommission,   // the fee in the first months, then a share of sales only
  kFeeAndCommission     // both in every month
};
KEFU_ENUM_NAMES(PriceModel, "UNSPECIFIED", "SEATS_AND_COMMISSION", "COMMISSION", "FEE",
                "FEE_THEN_COMMISSION", "FEE_AND_COMMISSION")

constexpr bool HasSeats(PriceModel model) { return model == PriceModel::kSeatsAndCommission; }
constexpr bool HasFee(PriceModel model) {
  return model == PriceModel::kFee || model == PriceModel::kFeeThenCommission ||
         model == PriceModel::kFeeAndCommission;
}
constexpr bool HasCommission(PriceModel model) {
  return model != PriceModel::kUnspecified && model != PriceModel::kFee;
}

struct Price {
  PriceModel model = PriceModel::kUnspecified;
  int32_t seats = 0;
  int64_t seat_minor = 0;      // a seat and month
  int64_t fee_minor = 0;       // a month
  int32_t fee_months = 0;      // kFeeThenCommission: calendar months with the fee, the first counts
  int32_t commission_bps = 0;  // of the sales that the base's agents are credited with
  bool of_net_sales = true;    // refunds taken off
};

// Whether a figure must reach its limit or stay within it.
enum class Bound : uint8_t { kUnspecified, kAtLeast, kAtMost };
KEFU_ENUM_NAMES(Bound, "UNSPECIFIED", "AT_LEAST", "AT_MOST")

// What a service level or milestone costs when it is missed. Both may be set.
struct Penalty {
  int64_t minor = 0;
  int32_t bps = 0;  // of the month's seats, fee and commission
};

// How often a figure is judged; not set is by the month.
enum class LevelPeriod : uint8_t { kUnspecified, kMonth, kWeek };
KEFU_ENUM_NAMES(LevelPeriod, "UNSPECIFIED", "MONTH", "WEEK")

// A figure of performance that the base answers for.
struct ServiceLevel {
  std::string metric_id;  // of performance, for example "reply_rate"
  Bound bound = Bound::kUnspecified;
  int64_t limit_millionths = 0;  // of 1, or of a second: 900'000 is 90 %, 30'000'000 is 30 s
  int64_t least_cases = 0;       // a period with fewer is told and not judged
  Penalty penalty;
  LevelPeriod period = LevelPeriod::kMonth;

  bool weekly() const { return period == LevelPeriod::kWeek; }
};

// A step of the schedule of progress.
struct Milestone {
  std::string id, text;
  absl::CivilDay due_day;
  Penalty penalty;
};

// What breaches lead to, beside money: DOMAIN 2.7 "ask for correction, replacement of an agent, or
// of the base".
enum class Demand : uint8_t { kUnspecified, kCorrection, kReplaceAgent, kReplaceBase };
KEFU_ENUM_NAMES(Demand, "UNSPECIFIED", "CORRECTION", "REPLACE_AGENT", "REPLACE_BASE")

struct Consequence {
  int32_t breaches = 0;  // so many …
  int32_t months = 0;    // … within so many months, the last one included
  Demand demand = Demand::kUnspecified;
};

struct Terms {
  std::string currency_code;
  absl::CivilDay first_day, last_day;  // both included
  std::vector<std::string> shop_ids;
  Price price;
  std::vector<ServiceLevel> levels;
  std::vector<Milestone> milestones;
  std::vector<Consequence> consequences;
  // Of the month's seats, fee and commission; penalties beyond it are shown and not charged.
  int32_t penalty_cap_bps = 10'000;
  int32_t trial_days = 0;   // from first_day; breaches in them cost nothing
  int32_t notice_days = 0;  // before either side may end it

  // Days of the month, given by its first day, on which the contract is in force.
  int32_t DaysInForce(absl::CivilDay month) const;
  // Whether some of the month's days lie in the contract and some outside.
  bool CoversInPart(absl::CivilDay month) const;
  bool Covers(absl::CivilDay day) const { return first_day <= day && day <= last_day; }
  // Calendar months from that of first_day: 0 is the first.
  int32_t MonthNumber(absl::CivilDay month) const;
  bool InTrial(absl::CivilDay day) const { return day < first_day + trial_days; }
};

// ¥1,500 a seat and month and 2 % of sales (DOMAIN 2.7 [src]).
Price DefaultPrice(int32_t seats);
// The first breach asks for correction, two in three months for other agents, three in six for
// another base.
std::vector<Consequence> DefaultConsequences();

struct Fault {
  std::string field;  // for example "levels[2].metric_id"
  std::string text;
};
// Everything that is wrong with the terms.
std::vector<Fault> CheckTerms(const Terms& terms);

}  // namespace kefu::staffing::outsourcing
