// What a roster is planned from, and what it is: plain values in the civil minutes of one zone.
// Pure.
//
// Times are minutes after midnight of the shift's own day, so that 22:00 + 480 ends at 06:00 of the
// next one. Need is counted in half hours ("slots"): slot s of day d is 48 d + s. Hours worked and
// paid are the shift's length without unpaid breaks. An agent serves in a half hour when none of it
// lies outside the shift or in a break, and serves one skill at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

namespace kefu::staffing::roster {

inline constexpr int kSlotMinutes = 30;
inline constexpr int kSlotsPerDay = 48;
inline constexpr int kMinutesPerDay = 1440;
inline constexpr int kDaysPerWeek = 7;
inline constexpr int kMaxWeeks = 8;       // two months: what people can be told ahead
inline constexpr int kMaxSkills = 16;     // bits of a mask, and keeps a half hour's cover small
inline constexpr int kMaxTemplates = 64;  // more than a plan of shifts that people can remember
inline constexpr int kMaxAgents = 1000;   // one planning unit; larger ones are planned by team
// What an agent, a template and an order may carry: each is looked at for every day or half hour.
inline constexpr int kMaxWishes = 64;     // preferences of an agent, and leaves
inline constexpr int kMaxBreaks = 16;     // of a shift
inline constexpr int kMaxOffers = 32;     // of seats
inline constexpr int kMaxSeats = 1000;    // of all offers together
inline constexpr int kMaxHolidays = 366;  // days named
inline constexpr int kHistoryDays = 14;   // covers every rule that looks back
inline constexpr int64_t kMaxRate =
    100'000'000;  // minor units an hour or half hour; keeps sums small

struct Break {
  int offset_minutes = 0;  // after the shift's start
  int minutes = 0;
  bool paid = false;
};

struct ShiftTemplate {
  std::string id;
  int start_minute = 0;    // 0 … 1439
  int length_minutes = 0;  // breaks included, at most 24 hours
  std::vector<Break> breaks;
  uint8_t weekdays = 0x7f;  // bit 0 is Monday: the days on which new shifts may begin
  bool usable = true;       // false: fixed shifts only

  int end_minute() const { return start_minute + length_minutes; }
};

// Minutes of the shift in [from, to), both after midnight of the shift's day, without unpaid
// breaks.
int WorkedMinutes(const ShiftTemplate& shift, int from, int to);
int WorkedMinutes(const ShiftTemplate& shift);
// The half hours after midnight of the shift's day in which the agent serves; up to 95.
std::vector<int> ServedSlots(const ShiftTemplate& shift);

// Costs `cost_minor` for each shift that begins on one of the days: the price of not heeding a
// wish, or a reward when negative.
struct Preference {
  int first_day = 0, last_day = 0;  // of the roster, both included
  uint8_t weekdays = 0x7f;          // bit 0 is Monday
  int shift = -1;                   // a template, -1 for all
  int64_t cost_minor = 0;
};

// A shift of an agent. Days count from the roster's first one; negative ones are its history.
struct Shift {
  int agent = 0;
  int day = 0;
  int shift = 0;  // a template
  friend auto operator<=>(const Shift&, const Shift&) = default;
};

struct DayRange {
  int first = 0, last = 0;  // both included
};

struct Agent {
  std::string id;
  uint32_t skills = 0;  // bit k is skill k
  int64_t cost_minor_per_hour = 0;
  int contract_minutes = 2400;  // a week; what is beyond is overtime
  int guaranteed_minutes = 0;   // a week; paid even if not worked
  int earliest_minute = 0;      // no shift begins before
  int latest_minute = 2880;     // none ends after; 2880 is midnight of the next day
  bool no_nights = false;       // minor, pregnant (from month 7), nursing
  bool no_overtime = false;     // the same
  std::vector<DayRange> leave;  // no work on these days
  std::vector<Preference> preferences;
};

// Seats of a base, booked by the half hour.
struct SeatOffer {
  std::string id;
  uint32_t skills = 0;
  int64_t price_minor = 0;  // a seat and half hour
  int seats = 0;
  int from_minute = 0, to_minute = kMinutesPerDay;  // of each day; half hours inside
  int first_day = 0, last_day = 0;

  bool Serves(int day, int slot_of_day) const {
    return day >= first_day && day <= last_day && slot_of_day * kSlotMinutes >= from_minute &&
           (slot_of_day + 1) * kSlotMinutes <= to_minute;
  }
};

struct Skill {
  std::string id;
  int64_t uncovered_minor = 0;  // penalty of one agent missing for a half hour
};

// Labour rules and what breaking habits costs. The defaults are those of China; see rules.h.
struct Rules {
  int version = 1;
  int min_rest_minutes = 660;          // from the end of a shift to the next one's start
  int max_shift_minutes = 660;         // worked in one shift
  int normal_shift_minutes = 480;      // the most for those who may work no overtime
  int max_week_minutes = 2640;         // Monday to Sunday, by the day on which a shift begins
  int normal_week_minutes = 2400;      // what is beyond it is legal overtime
  int max_overtime_minutes = 2160;     // in any four weeks that follow each other
  int max_consecutive_days = 6;        // with a shift that begins on them
  int min_days_off_per_week = 1;       // days on which no shift begins
  int max_nights_in_row = 4;           // night shifts on days that follow each other
  int night_from_minute = 1320;        // 22:00
  int night_to_minute = 1800;          // 06:00 of the next day
  int night_shift_minutes = 120;       // worked in the night: makes a shift a night shift
  int night_supplement_bps = 2000;     // of the hourly cost, for minutes in the night
  int overtime_supplement_bps = 5000;  // for minutes beyond the contract's week
  int holiday_supplement_bps = 20000;  // for shifts that begin on a statutory holiday
  int fair_nights = 6;                 // night shifts in four weeks that are taken as fair,
  int fair_weekend_days = 5;           // and shifts on Saturdays and Sundays;
  int64_t unfair_minor = 3000;         // each one more costs
};

struct Problem {
  absl::CivilDay first_day;  // a Monday
  int weeks = 4;
  std::vector<Skill> skills;
  std::vector<int> need;  // agents, at slot × skills + skill
  std::vector<ShiftTemplate> templates;
  std::vector<Agent> agents;
  std::vector<SeatOffer> seats;
  std::vector<Shift> fixed;    // stay as they are; negative days are history
  std::vector<bool> holidays;  // by day; empty for none
  Rules rules;

  int days() const { return weeks * kDaysPerWeek; }
  int slots() const { return days() * kSlotsPerDay; }
  int Need(int slot, int skill) const {
    return need[static_cast<size_t>(slot) * skills.size() + skill];
  }
  bool IsHoliday(int day) const {
    return day >= 0 && day < static_cast<int>(holidays.size()) && holidays[day];
  }
};

// 0 is Monday.
inline int WeekdayOf(int day) { return (day % 7 + 7) % 7; }
inline bool IsWeekend(int day) { return WeekdayOf(day) >= 5; }

bool IsNight(const Rules& rules, const ShiftTemplate& shift);
// Whether any minute of the shift is worked in the night.
bool TouchesNight(const Rules& rules, const ShiftTemplate& shift);

// What is wrong with the problem, all of it: (field, fault), fields like "agents[3].skills". Fixed
// shifts that break a labour rule by themselves are faults as well.
struct Fault {
  std::string field;
  std::string text;
};
std::vector<Fault> CheckProblem(const Problem& problem);
// The same of a template and of rules alone.
std::vector<Fault> CheckTemplate(const ShiftTemplate& shift);
std::vector<Fault> CheckRules(const Rules& rules);

}  // namespace kefu::staffing::roster
