#include "services/staffing/domain/tier.h"

#include <algorithm>

#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/staffing/errors.h"

namespace kefu::staffing::domain {
namespace {

bool IsReplaced(std::span<const TierRecord> history, std::string_view id, absl::Time as_of) {
  return std::ranges::any_of(history, [&](const TierRecord& record) {
    return record.corrects_id == id && record.record_time <= as_of;
  });
}

absl::Status CheckAgainstLadder(const TierLadder& ladder, const TierRecord& record) {
  const Tier* tier = ladder.FindTier(record.tier_id);
  if (tier == nullptr) return error::TierUnknown(record.tier_id);
  if (!record.grade_id.empty() && ladder.FindGrade(record.grade_id) == nullptr) {
    return error::GradeUnknown(record.grade_id);
  }
  const bool professional = record.track == Track::kProfessional;
  if (professional && tier->track == Track::kManagement) {
    return error::TrackMismatch(record.tier_id, "is held on the management track only");
  }
  if (professional == record.grade_id.empty()) {
    return error::TrackMismatch(record.tier_id, "a grade goes with the professional track");
  }
  if (!record.role_id.empty()) {
    const LateralRole* role = ladder.FindRole(record.role_id);
    if (role == nullptr) return error::RoleUnknown(record.role_id);
    const Tier* least = ladder.FindTier(role->min_tier_id);
    if (least != nullptr && tier->rank < least->rank) {
      return error::TierDirection(
          fmt::format("position {} needs tier {} or above", role->id, least->id));
    }
  }
  return absl::OkStatus();
}

// -1, 0 or 1: whether `to` stands below, level with or above `from`; the tier decides, then the
// grade when both have one. Ids that the ladder of the day no longer has rank lowest.
int Direction(const TierLadder& ladder, const TierRecord& from, const TierRecord& to) {
  const auto tier_rank = [&](const TierRecord& record) {
    const Tier* tier = ladder.FindTier(record.tier_id);
    return tier == nullptr ? 0 : tier->rank;
  };
  const auto grade_rank = [&](const TierRecord& record) {
    const Grade* grade = ladder.FindGrade(record.grade_id);
    return grade == nullptr ? 0 : grade->rank;
  };
  const int tiers = tier_rank(to) - tier_rank(from);
  if (tiers != 0) return tiers < 0 ? -1 : 1;
  if (from.grade_id.empty() || to.grade_id.empty()) return 0;
  const int grades = grade_rank(to) - grade_rank(from);
  return grades == 0 ? 0 : (grades < 0 ? -1 : 1);
}

absl::Status CheckCorrection(std::span<const TierRecord> history, const TierRecord& draft) {
  const auto corrected = std::ranges::find(history, draft.corrects_id, &TierRecord::id);
  if (corrected == history.end()) return error::TierChangeNotFound(draft.corrects_id);
  if (IsReplaced(history, draft.corrects_id, absl::InfiniteFuture())) {
    return error::AlreadyCorrected(draft.corrects_id);
  }
  return absl::OkStatus();
}

absl::Status CheckDirection(const Periods& employed, const TierLadder& ladder,
                            std::span<const TierRecord> history, const TierRecord& draft) {
  const TierRecord* held = TierOn(employed, history, draft.effective_date);
  if (held == nullptr) return error::NoTierYet(draft.agent_id);
  const int direction = Direction(ladder, *held, draft);
  switch (draft.kind) {
    case TierChangeKind::kPromotion:
      if (direction <= 0) return error::TierDirection("a promotion must lead up");
      break;
    case TierChangeKind::kDemotion:
      if (direction >= 0) return error::TierDirection("a demotion must lead down");
      break;
    default:
      if (direction != 0) return error::TierDirection("a lateral move must keep the rank");
      if (held->track == draft.track && held->tier_id == draft.tier_id &&
          held->role_id == draft.role_id) {
        return error::TierDirection(
            "a lateral move must change the track, the tier or the position");
      }
      break;
  }
  return absl::OkStatus();
}

// Whether a record other than the one being corrected starts to count on that very day.
absl::Status CheckSameDay(std::span<const TierRecord> history, const TierRecord& draft) {
  for (const TierRecord& record : history) {
    if (record.effective_date == draft.effective_date && record.id != draft.corrects_id &&
        !IsReplaced(history, record.id, absl::InfiniteFuture())) {
      return error::TierChangeSameDay(record.id);
    }
  }
  return absl::OkStatus();
}

}  // namespace

const TierRecord* TierOn(const Periods& employed, std::span<const TierRecord> history,
                         absl::CivilDay day, absl::Time as_of) {
  if (!employed.Contains(day)) return nullptr;
  const TierRecord* found = nullptr;
  for (const TierRecord& record : history) {
    if (record.record_time > as_of || record.effective_date > day ||
        IsReplaced(history, record.id, as_of)) {
      continue;
    }
    if (found == nullptr || record.effective_date > found->effective_date ||
        (record.effective_date == found->effective_date && record.sequence > found->sequence)) {
      found = &record;
    }
  }
  return found;
}

std::vector<const TierRecord*> Surviving(std::span<const TierRecord> history, absl::Time as_of) {
  std::vector<const TierRecord*> kept;
  for (const TierRecord& record : history) {
    if (record.record_time <= as_of && !IsReplaced(history, record.id, as_of)) {
      kept.push_back(&record);
    }
  }
  std::ranges::sort(kept, {}, [](const TierRecord* record) {
    return std::pair(record->effective_date, record->sequence);
  });
  // Of one day the record written last counts.
  std::vector<const TierRecord*> by_day;
  for (const TierRecord* record : kept) {
    if (!by_day.empty() && by_day.back()->effective_date == record->effective_date) {
      by_day.pop_back();
    }
    by_day.push_back(record);
  }
  return by_day;
}

absl::StatusOr<TierRecord> FirstTier(const TierLadder& ladder, const Period& employed,
                                     TierRecord draft, absl::Time now) {
  if (!employed.Contains(draft.effective_date)) {
    return error::AgentNotEmployed(draft.agent_id, draft.effective_date);
  }
  if (draft.tier_id.empty()) draft.tier_id = ladder.tiers.front().id;
  if (draft.track == Track::kUnspecified) draft.track = Track::kProfessional;
  if (draft.grade_id.empty() && draft.track == Track::kProfessional) {
    draft.grade_id = ladder.grades.front().id;
  }
  RETURN_IF_ERROR(CheckAgainstLadder(ladder, draft));
  draft.kind = TierChangeKind::kHire;
  draft.sequence = 1;
  draft.ladder_id = ladder.id;
  draft.ladder_version = ladder.version;
  draft.record_time = now;
  return draft;
}

absl::StatusOr<TierRecord> RehireTier(const TierLadder& ladder, const Period& employed,
                                      std::span<const TierRecord> history, absl::CivilDay left,
                                      TierRecord draft, absl::Time now) {
  std::vector<const TierRecord*> before = Surviving(history);
  std::erase_if(before, [&](const TierRecord* record) { return record->effective_date > left; });
  if (!before.empty()) {
    const TierRecord& last = *before.back();
    const bool same = draft.tier_id.empty() || draft.tier_id == last.tier_id;
    if (draft.tier_id.empty()) draft.tier_id = last.tier_id;
    if (draft.track == Track::kUnspecified) draft.track = last.track;
    if (draft.grade_id.empty() && same && draft.track == last.track) draft.grade_id = last.grade_id;
  }
  ASSIGN_OR_RETURN(TierRecord record, FirstTier(ladder, employed, std::move(draft), now));
  record.kind = TierChangeKind::kRehire;
  if (!history.empty()) {
    record.sequence = history.back().sequence + 1;
    record.record_time = std::max(now, history.back().record_time);
  }
  return record;
}

std::vector<TierRecord> WithdrawLater(std::span<const TierRecord> history,
                                      const TierRecord& rehire) {
  std::vector<TierRecord> withdrawn;
  for (const TierRecord* later : Surviving(history)) {
    if (later->effective_date <= rehire.effective_date) continue;
    TierRecord& record = withdrawn.emplace_back(rehire);
    record.kind = TierChangeKind::kCorrection;
    record.corrects_id = later->id;
    record.effective_date = later->effective_date;
    record.reason = "the employment in which it was to count has ended";
    record.evidence.clear();
    record.sequence = rehire.sequence + static_cast<int32_t>(withdrawn.size());
  }
  return withdrawn;
}

absl::StatusOr<TierRecord> DecideTierChange(const TierLadder& ladder, const Periods& employed,
                                            std::span<const TierRecord> history, TierRecord draft,
                                            absl::Time now) {
  if (!employed.Contains(draft.effective_date)) {
    return error::AgentNotEmployed(draft.agent_id, draft.effective_date);
  }
  RETURN_IF_ERROR(CheckAgainstLadder(ladder, draft));
  if (draft.kind == TierChangeKind::kCorrection) {
    RETURN_IF_ERROR(CheckCorrection(history, draft));
  }
  RETURN_IF_ERROR(CheckSameDay(history, draft));
  if (draft.kind != TierChangeKind::kCorrection) {
    RETURN_IF_ERROR(CheckDirection(employed, ladder, history, draft));
  }
  draft.ladder_id = ladder.id;
  draft.ladder_version = ladder.version;
  draft.sequence = history.empty() ? 1 : history.back().sequence + 1;
  // Clocks of two replicas differ: a record is never older than the one it follows.
  draft.record_time = history.empty() ? now : std::max(now, history.back().record_time);
  return draft;
}

}  // namespace kefu::staffing::domain
