// A shop's office hours, rules and a festival, for tests of deadlines. All times are of Shanghai.
#pragma once

#include <string>

#include "common/testing/status_matchers.h"
#include "common/time/civil.h"
#include "gtest/gtest.h"
#include "services/aftersales/domain/clocks.h"

namespace kefu::aftersales::domain {

inline const absl::TimeZone kShanghai = *LoadZone("Asia/Shanghai");
inline const ShopZone kZone{"Asia/Shanghai", false};

inline absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%E*S", text, kShanghai, &time, &error)) << text;
  return time;
}
inline std::string Text(absl::Time time) {
  return time == absl::InfiniteFuture() ? "never"
                                        : absl::FormatTime("%Y-%m-%d %H:%M:%E*S", time, kShanghai);
}

constexpr TimeOfDay Clock(int hour, int minute = 0) { return {hour * 3600 + minute * 60}; }

// Nine to twelve and half past one to six, Monday to Friday, with the Chinese calendar.
inline SlaPolicy OfficePolicy() {
  SlaPolicy policy{.ref = {"org-a", "p", 1}};
  for (int day = 0; day < 5; ++day) {
    policy.weekly[day] = {{Clock(9), Clock(12)}, {Clock(13, 30), Clock(18)}};
  }
  policy.china_holidays = true;
  return policy;
}

inline ClockRule Within(ClockKind kind, absl::Duration duration, bool business = true) {
  return {.clock = kind,
          .duration = duration,
          .business_hours = business,
          .pausable = true,
          .warn_before = absl::Minutes(30)};
}
inline ClockRule Email(bool business) {
  return {.clock = ClockKind::kPlatformEmail,
          .cutoff = CutoffRule{Clock(16), Clock(18), 0, Clock(18), 1},
          .business_hours = business,
          .pausable = true,
          .warn_before = absl::Hours(1)};
}
inline NamedSuspension SpringFestival() {
  return {At("2026-02-14 00:00:00"), At("2026-02-24 00:00:00"), "春节"};
}

inline SlaClock Started(const SlaPolicy& policy, const ClockRule& rule, const std::string& at) {
  auto clock = StartClock(policy, rule, At(at), kZone);
  EXPECT_OK(clock);
  return *std::move(clock);
}
inline SlaCalendar CalendarOf(const SlaPolicy& policy, const SlaClock& clock) {
  return *SlaCalendar::Create(policy, clock.business_hours, kShanghai);
}

}  // namespace kefu::aftersales::domain
