#include "services/staffing/domain/personnel/turnover.h"

#include "services/staffing/errors_personnel.h"

namespace kefu::staffing::personnel {
namespace {

constexpr int64_t kWhole = 10'000;  // basis points

}  // namespace

std::optional<int32_t> TurnoverRow::turnover_bps() const {
  const int64_t twice_mean = int64_t{before} + after;
  if (twice_mean == 0) return std::nullopt;
  // left · 10,000 ÷ (twice_mean ÷ 2), half up.
  return static_cast<int32_t>((4 * kWhole * left + twice_mean) / (2 * twice_mean));
}

Turnover Count(std::span<const Spell> spells, absl::CivilDay first, absl::CivilDay last) {
  Turnover turnover;
  for (const Spell& spell : spells) {
    const auto count = [&](const std::string& group, int32_t TurnoverRow::*field) {
      ++(turnover.rows[group].*field);
      ++(turnover.total.*field);
    };
    const domain::Period& period = spell.period;
    // Who leaves with a day is not there at its end.
    if (period.Contains(first - 1) && period.end != first - 1)
      count(spell.group_before, &TurnoverRow::before);
    if (period.start >= first && period.start <= last) {
      count(spell.group_joined, &TurnoverRow::joined);
    }
    const bool left = period.end && *period.end >= first && *period.end <= last;
    if (period.Contains(last) && !left) count(spell.group_after, &TurnoverRow::after);
    if (!left) continue;
    count(spell.group_left, &TurnoverRow::left);
    ++turnover.rows[spell.group_left].reasons[spell.reason];
    ++turnover.total.reasons[spell.reason];
  }
  return turnover;
}

absl::Status CheckMove(Stage from, Stage to, std::string_view candidate_id) {
  const bool in_process = from >= Stage::kApplied && from <= Stage::kOffered;
  const bool out = to == Stage::kRejected || to == Stage::kWithdrawn;
  const bool forward = to > from && to <= Stage::kOffered;
  const bool hire = from == Stage::kOffered && to == Stage::kHired;
  return in_process && (out || forward || hire)
             ? absl::OkStatus()
             : error::CandidateStage(candidate_id, NameOf(from), NameOf(to));
}

}  // namespace kefu::staffing::personnel
