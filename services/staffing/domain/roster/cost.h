// What a roster costs, to the minor unit, and what it leaves uncovered. Pure.
//
// Pay of a shift: hourly cost × (worked + night supplement × minutes in the night + holiday
// supplement × worked, when it begins on a holiday) ÷ 60, rounded half up once a shift. A week adds
// the overtime supplement for what is beyond the contract's hours, and the pay of guaranteed hours
// that were not worked; each is rounded half up once. Shifts of the history cost nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "services/staffing/domain/roster/model.h"

namespace kefu::staffing::roster {

int64_t ShiftPay(const Problem& problem, int agent, int day, int shift);
// Of the wishes that the shift meets.
int64_t PreferenceCost(const Problem& problem, int agent, int day, int shift);
// Overtime supplement and guaranteed pay of a week with so many minutes worked.
int64_t OvertimePay(const Problem& problem, int agent, int minutes);
int64_t GuaranteedPay(const Problem& problem, int agent, int minutes);
// The fair number for the whole roster: four weeks' number in proportion, rounded up.
int FairShare(const Problem& problem, int in_four_weeks);
// Of that many night shifts and weekend days in the whole roster.
int64_t UnfairCost(const Problem& problem, int nights, int weekend_days);

struct Uncovered {
  int slot = 0;
  int skill = 0;
  int missing = 0;
  int64_t penalty_minor = 0;
  friend bool operator==(const Uncovered&, const Uncovered&) = default;
};

struct SeatBooking {
  int slot = 0;
  int offer = 0;
  int skill = 0;
  int seats = 0;
  friend bool operator==(const SeatBooking&, const SeatBooking&) = default;
};

struct Cost {
  int64_t pay_minor = 0;         // with night and holiday supplements
  int64_t overtime_minor = 0;    // the supplement
  int64_t guaranteed_minor = 0;  // hours paid and not worked
  int64_t seats_minor = 0;
  int64_t preferences_minor = 0;
  int64_t unfair_minor = 0;
  int64_t uncovered_minor = 0;

  int64_t total() const {
    return pay_minor + overtime_minor + guaranteed_minor + seats_minor + preferences_minor +
           unfair_minor + uncovered_minor;
  }
  friend bool operator==(const Cost&, const Cost&) = default;
};

struct Outcome {
  Cost cost;
  std::vector<Uncovered> uncovered;   // by slot, skill; every one
  std::vector<SeatBooking> bookings;  // by slot, offer, skill
  int64_t needed_half_hours = 0;      // agents × half hours
  int64_t uncovered_half_hours = 0;
};

// Staff and seats are given to skills so that seats and penalties cost least in each half hour.
// `shifts` holds the history too, in any order.
Outcome Evaluate(const Problem& problem, const std::vector<Shift>& shifts);

// How evenly nights and weekend days lie on those who may work them: least, most.
struct Spread {
  int least_nights = 0, most_nights = 0;
  int least_weekend_days = 0, most_weekend_days = 0;
};
Spread SpreadOf(const Problem& problem, const std::vector<Shift>& shifts);

// (cost − bound) ÷ cost in basis points, rounded up; 0 for a cost of 0.
int32_t GapBps(int64_t cost_minor, int64_t bound_minor);

}  // namespace kefu::staffing::roster
