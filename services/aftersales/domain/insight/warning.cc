#include "services/aftersales/domain/insight/warning.h"

#include <utility>

#include "services/aftersales/errors_insight.h"

namespace kefu::aftersales::domain::insight {

absl::Status Judge(Warning& warning, WarningState verdict, std::string note, std::string actor,
                   absl::Time now, absl::CivilDay today) {
  if (warning.state != WarningState::kOpen) {
    return error::WarningJudged(warning.warning_id, NameOf(warning.state));
  }
  warning.state = verdict;
  warning.judged_to = today;
  warning.note = std::move(note);
  warning.actor = std::move(actor);
  warning.judge_time = warning.update_time = now;
  ++warning.version;
  return absl::OkStatus();
}

std::optional<Warning> Keep(const std::vector<Warning>& known, const BadLot& found,
                            absl::CivilDay look, absl::Time now) {
  Warning warning{.first_look = look, .create_time = now};
  if (!known.empty()) {
    const Warning& last = known.back();
    if (last.state == WarningState::kOpen) {
      warning = last;
      ++warning.version;
    } else if (last.judged_to && found.since <= *last.judged_to) {
      return std::nullopt;
    } else {
      warning.episode = last.episode + 1;
    }
  }
  warning.lot = found;
  warning.last_look = look;
  warning.update_time = now;
  return warning;
}

}  // namespace kefu::aftersales::domain::insight
