// Tier history with two times: from which day a record counts (valid time) and when it was written
// (recorded time). Records are only ever added. A correction replaces the record it names, as seen
// from the moment it was written; what was believed before stays readable. Pure.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/staffing/domain/ladder.h"
#include "services/staffing/domain/types.h"

namespace kefu::staffing::domain {

// The record that decides on `day` as the history stood at `as_of`: among the records written by
// then and not replaced by a correction written by then, the one with the latest effective date not
// after the day; of equals the one written last. Null when there is none or the agent was not
// employed on that day.
const TierRecord* TierOn(const Periods& employed, std::span<const TierRecord> history,
                         absl::CivilDay day, absl::Time as_of = absl::InfiniteFuture());

// The records that count at `as_of`, by effective date: one a day, corrections in the place of what
// they replace. They point into `history`.
std::vector<const TierRecord*> Surviving(std::span<const TierRecord> history,
                                         absl::Time as_of = absl::InfiniteFuture());

// The first record of an employment. Of `draft` tier_id, grade_id, track and effective_date count;
// empty ones become the ladder's first tier, the first grade (professional track only), the
// professional track, and the hire date.
// FAILED_PRECONDITION: TIER_UNKNOWN, GRADE_UNKNOWN, TRACK_MISMATCH, AGENT_NOT_EMPLOYED.
absl::StatusOr<TierRecord> FirstTier(const TierLadder& ladder, const Period& employed,
                                     TierRecord draft, absl::Time now);

// The record of an agent who is hired again: the tier and grade asked for, else those held on the
// day on which the agent `left`. `employed` is the new employment. FAILED_PRECONDITION: as
// FirstTier.
absl::StatusOr<TierRecord> RehireTier(const TierLadder& ladder, const Period& employed,
                                      std::span<const TierRecord> history, absl::CivilDay left,
                                      TierRecord draft, absl::Time now);

// The corrections that make records which were to count after the rehiring say what it says: the
// employment in which they were to count has ended. They follow `rehire`, and have no id yet.
std::vector<TierRecord> WithdrawLater(std::span<const TierRecord> history,
                                      const TierRecord& rehire);

// Completes a further record (sequence, ladder version, record time) or refuses it:
// NOT_FOUND: a correction names a record that is not this agent's.
// FAILED_PRECONDITION: AGENT_NOT_EMPLOYED on the effective date; TIER_UNKNOWN, GRADE_UNKNOWN,
// TRACK_MISMATCH, ROLE_UNKNOWN by the ladder, that of the effective date; NO_TIER_YET: nothing to
// be promoted from; TIER_DIRECTION: a promotion that does not lead up, a demotion that does not
// lead down, a lateral move that changes the rank, keeps track, tier and position, or leads into a
// position above the tier; TIER_CHANGE_SAME_DAY: another record counts from that very day (correct
// it instead); ALREADY_CORRECTED. `history` is all of the agent's records, by sequence.
absl::StatusOr<TierRecord> DecideTierChange(const TierLadder& ladder, const Periods& employed,
                                            std::span<const TierRecord> history, TierRecord draft,
                                            absl::Time now);

}  // namespace kefu::staffing::domain
