// A bad lot that was told of, and what a person made of it. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/enums/enum_names.h"
#include "services/aftersales/domain/insight/bad_lots.h"
#include "services/aftersales/domain/insight/complaints.h"

namespace kefu::aftersales::domain::insight {

enum class WarningState : uint8_t { kUnspecified, kOpen, kConfirmed, kDismissed };
KEFU_ENUM_NAMES(WarningState, "UNSPECIFIED", "OPEN", "CONFIRMED", "DISMISSED")

struct Warning {
  std::string org_id, warning_id;
  BadLot lot;
  int32_t episode = 1;
  WarningState state = WarningState::kOpen;
  absl::CivilDay first_look, last_look;     // the looks that found it
  std::optional<absl::CivilDay> judged_to;  // what was shipped by this day is judged
  std::string note, actor;
  std::optional<absl::Time> judge_time;
  int64_t version = 1;
  absl::Time create_time, update_time;
};

// The rows behind a warning as its last look saw them.
struct WarningRows {
  std::vector<SeriesDay> days;
  std::vector<Exposed> exposed;  // one a day
  std::vector<Complaint> complaints;
};

// A person judges an open warning. FAILED_PRECONDITION WARNING_JUDGED of one that was judged
// already.
absl::Status Judge(Warning& warning, WarningState verdict, std::string note, std::string actor,
                   absl::Time now, absl::CivilDay today);

// What a look has found of a series of which these warnings are known, by episode: the warning that
// is to be kept, new (version 1) or refreshed; nothing when a person has judged meanwhile what it
// saw.
std::optional<Warning> Keep(const std::vector<Warning>& known, const BadLot& found,
                            absl::CivilDay look, absl::Time now);

}  // namespace kefu::aftersales::domain::insight
