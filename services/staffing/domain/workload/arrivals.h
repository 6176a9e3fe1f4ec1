// What arrived in a half hour, and the history that many of them make. Pure, thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/staffing/domain/workload/forecast.h"

namespace kefu::staffing::domain::workload {

inline constexpr absl::Duration kHalfHour = absl::Minutes(30);

struct Arrivals {
  absl::Time start;
  int64_t arrivals = 0;
  int64_t answered = 0;
  int64_t abandoned = 0;
  int64_t handle_seconds = 0;  // of the answered ones, summed
  int64_t wait_seconds = 0;    // of answered and abandoned ones, summed

  friend bool operator==(const Arrivals&, const Arrivals&) = default;
};

// Arrivals by day and half hour of the shop's clock. A half hour that the clock shows twice counts
// both; in zones that are a quarter off, a half hour counts where it begins.
struct History {
  std::map<absl::CivilDay, std::array<double, kSlots>> days;
  std::array<Handled, kSlots> handled{};
  int64_t answered = 0, abandoned = 0;
  double handle_seconds = 0, wait_seconds = 0;

  // Of an answered contact; 0 when not known.
  double mean_handle_seconds() const {
    return answered > 0 ? handle_seconds / static_cast<double>(answered) : 0;
  }
};
History HistoryOf(std::span<const Arrivals> rows, absl::TimeZone zone);

// The half hours of a day by the shop's clock: UTC half hours that begin on that day, with the slot
// of each; 46, 48 or 50 of them, fewer on a skipped day.
struct SlotTime {
  absl::Time start;
  int slot = 0;
};
std::vector<SlotTime> SlotsOf(absl::CivilDay day, absl::TimeZone zone);

}  // namespace kefu::staffing::domain::workload
