#include "services/staffing/domain/outsourcing/terms.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "fmt/format.h"

namespace kefu::staffing::outsourcing {
namespace {

constexpr int64_t kMostMinor = 100'000'000'000;  // a thousand million yuan: more is a slip
constexpr int32_t kWhole = 10'000;               // basis points
constexpr int32_t kMostSeats = 100'000, kMostMonths = 120, kMostDays = 3'660;
constexpr size_t kMostShops = 1'000, kMostParts = 100;

class Checker {
 public:
  explicit Checker(std::vector<Fault>& faults) : faults_(faults) {}

  void Check(bool good, std::string field, std::string text) {
    if (!good) faults_.push_back({std::move(field), std::move(text)});
  }
  void Range(int64_t value, int64_t least, int64_t most, std::string field) {
    Check(value >= least && value <= most, std::move(field),
          fmt::format("must be {} to {}", least, most));
  }
  void Unset(bool set, std::string field) {
    Check(!set, std::move(field), "does not belong to this price model");
  }

 private:
  std::vector<Fault>& faults_;
};

void CheckPrice(const Price& price, Checker& checker) {
  checker.Check(price.model != PriceModel::kUnspecified, "price.model", "must be set");
  checker.Range(price.seats, 0, kMostSeats, "price.seats");
  if (HasSeats(price.model)) {
    checker.Check(price.seats > 0, "price.seats", "must be set for a price by the seat");
    checker.Range(price.seat_minor, 1, kMostMinor, "price.seat_fee");
  } else {
    checker.Unset(price.seat_minor != 0, "price.seat_fee");
  }
  if (HasFee(price.model)) {
    checker.Range(price.fee_minor, 1, kMostMinor, "price.fee");
  } else {
    checker.Unset(price.fee_minor != 0, "price.fee");
  }
  if (price.model == PriceModel::kFeeThenCommission) {
    checker.Range(price.fee_months, 1, kMostMonths, "price.fee_months");
  } else {
    checker.Unset(price.fee_months != 0, "price.fee_months");
  }
  if (HasCommission(price.model)) {
    checker.Range(price.commission_bps, 1, kWhole, "price.commission_bps");
  } else {
    checker.Unset(price.commission_bps != 0, "price.commission_bps");
  }
}

void CheckPenalty(const Penalty& penalty, const std::string& at, Checker& checker) {
  checker.Range(penalty.minor, 0, kMostMinor, at + ".penalty.amount");
  checker.Range(penalty.bps, 0, kWhole, at + ".penalty.bps");
}

void CheckLevels(const Terms& terms, Checker& checker) {
  checker.Check(terms.levels.size() <= kMostParts, "levels",
                fmt::format("must be at most {}", kMostParts));
  std::set<std::tuple<std::string, Bound, bool>> seen;
  for (size_t i = 0; i < terms.levels.size(); ++i) {
    const ServiceLevel& level = terms.levels[i];
    const std::string at = fmt::format("levels[{}]", i);
    checker.Check(!level.metric_id.empty(), at + ".metric_id", "must be set");
    checker.Check(level.bound != Bound::kUnspecified, at + ".bound", "must be set");
    checker.Check(seen.emplace(level.metric_id, level.bound, level.weekly()).second,
                  at + ".metric_id", "has such a limit already");
    checker.Check(level.limit_millionths >= 0, at + ".limit", "must not be negative");
    checker.Range(level.least_cases, 0, 1'000'000, at + ".least_cases");
    CheckPenalty(level.penalty, at, checker);
  }
}

void CheckMilestones(const Terms& terms, Checker& checker) {
  checker.Check(terms.milestones.size() <= kMostParts, "milestones",
                fmt::format("must be at most {}", kMostParts));
  std::set<std::string> seen;
  for (size_t i = 0; i < terms.milestones.size(); ++i) {
    const Milestone& milestone = terms.milestones[i];
    const std::string at = fmt::format("milestones[{}]", i);
    checker.Check(!milestone.id.empty(), at + ".milestone_id", "must be set");
    checker.Check(seen.insert(milestone.id).second, at + ".milestone_id", "is named twice");
    checker.Check(milestone.due_day >= terms.first_day && milestone.due_day <= terms.last_day,
                  at + ".due_date", "must lie within the contract");
    CheckPenalty(milestone.penalty, at, checker);
  }
}

void CheckConsequences(const Terms& terms, Checker& checker) {
  checker.Check(terms.consequences.size() <= kMostParts, "consequences",
                fmt::format("must be at most {}", kMostParts));
  for (size_t i = 0; i < terms.consequences.size(); ++i) {
    const std::string at = fmt::format("consequences[{}]", i);
    checker.Range(terms.consequences[i].breaches, 1, 1'000, at + ".breaches");
    checker.Range(terms.consequences[i].months, 1, kMostMonths, at + ".months");
    checker.Check(terms.consequences[i].demand != Demand::kUnspecified, at + ".demand",
                  "must be set");
  }
}

}  // namespace

int32_t Terms::DaysInForce(absl::CivilDay month) const {
  const absl::CivilDay first = std::max(first_day, month);
  const absl::CivilDay last = std::min(last_day, absl::CivilDay(absl::CivilMonth(month) + 1) - 1);
  return static_cast<int32_t>(std::max<absl::civil_diff_t>(0, last - first + 1));
}

bool Terms::CoversInPart(absl::CivilDay month) const {
  const int32_t days = DaysInForce(month);
  return days > 0 && days < absl::CivilDay(absl::CivilMonth(month) + 1) - month;
}

int32_t Terms::MonthNumber(absl::CivilDay month) const {
  return static_cast<int32_t>(absl::CivilMonth(month) - absl::CivilMonth(first_day));
}

Price DefaultPrice(int32_t seats) {
  return {.model = PriceModel::kSeatsAndCommission,
          .seats = seats,
          .seat_minor = 150'000,
          .commission_bps = 200};
}

std::vector<Consequence> DefaultConsequences() {
  return {{1, 1, Demand::kCorrection}, {2, 3, Demand::kReplaceAgent}, {3, 6, Demand::kReplaceBase}};
}

std::vector<Fault> CheckTerms(const Terms& terms) {
  std::vector<Fault> faults;
  Checker checker(faults);
  checker.Check(terms.first_day <= terms.last_day, "period.end_date", "lies before start_date");
  checker.Check(terms.last_day - terms.first_day < kMostDays, "period",
                fmt::format("must be at most {} days", kMostDays));
  checker.Check(!terms.shop_ids.empty(), "shop_ids", "must name a shop");
  checker.Check(terms.shop_ids.size() <= kMostShops, "shop_ids",
                fmt::format("must be at most {}", kMostShops));
  checker.Range(terms.penalty_cap_bps, 0, kWhole, "penalty_cap_bps");
  checker.Range(terms.trial_days, 0, kMostDays, "trial_days");
  checker.Range(terms.notice_days, 0, kMostDays, "notice_days");
  CheckPrice(terms.price, checker);
  CheckLevels(terms, checker);
  CheckMilestones(terms, checker);
  CheckConsequences(terms, checker);
  return faults;
}

}  // namespace kefu::staffing::outsourcing
