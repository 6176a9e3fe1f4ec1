// The time in which an SLA clock counts: every hour or a policy's business hours, outside the
// policy's dated suspensions. Immutable, thread-safe.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/time/business_calendar.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::domain {

class SlaCalendar {
 public:
  // Business hours or calendar time of the policy. INVALID_ARGUMENT INVALID_FIELDS for hours that
  // are none.
  static absl::StatusOr<SlaCalendar> Create(const SlaPolicy& policy, bool business_hours,
                                            absl::TimeZone zone);

  // The same as of BusinessCalendar; `pauses` stand still besides the policy's suspensions.
  absl::Duration Between(absl::Time from, absl::Time to,
                         std::span<const Suspension> pauses = {}) const;
  absl::Time Add(absl::Time start, absl::Duration amount,
                 std::span<const Suspension> pauses = {}) const;

  // When `allowed` from start runs out once suspensions and pauses are left out, and never before
  // `due`. A due time that falls into one of them, such as 20:00 of a shop that closes at 18:00, is
  // its end. A pause at the due instant is one before it, since up to then is in time.
  absl::Time Stretch(absl::Time start, absl::Time due, absl::Duration allowed,
                     std::span<const Suspension> pauses) const;

  // The first instant at or after `at` that no suspension holds.
  absl::Time FirstCounted(absl::Time at) const;

  struct Piece {
    absl::Time from;
    absl::Time to;
    SegmentReason reason;
    std::string name;  // of the suspension or the own day
    friend bool operator==(const Piece&, const Piece&) = default;
  };
  // Cuts finite [from, to) into consecutive pieces with the reason of each: what waits for the
  // customer first, then suspensions, then the hours.
  std::vector<Piece> Explain(absl::Time from, absl::Time to,
                             std::span<const Suspension> pauses) const;

  const BusinessCalendar& hours() const { return hours_; }
  // Whether the hours look at public holidays of that day's year that are not known: a guess.
  bool GuessesHolidays(absl::Time at) const;

 private:
  SlaCalendar(BusinessCalendar hours, bool business_hours, const SlaPolicy& policy)
      : hours_(std::move(hours)),
        business_hours_(business_hours),
        china_holidays_(policy.china_holidays),
        days_(policy.days),
        suspensions_(policy.suspensions) {}
  std::vector<Suspension> With(std::span<const Suspension> pauses) const;
  Piece PieceAt(absl::Time from, absl::Time to, SegmentKind kind,
                std::span<const Suspension> pauses) const;
  std::vector<absl::Time> Cuts(absl::Time from, absl::Time to, std::span<const Segment> plain,
                               std::span<const Suspension> pauses) const;

  BusinessCalendar hours_;
  bool business_hours_;
  bool china_holidays_;
  std::map<absl::CivilDay, OwnDay> days_;
  std::vector<NamedSuspension> suspensions_;  // in any order, may overlap
};

}  // namespace kefu::aftersales::domain
