// A roster as it is stored. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/civil_time.h"
#include "common/enums/enum_names.h"
#include "services/staffing/domain/types.h"

namespace kefu::staffing::roster {

enum class State : uint8_t {
  kUnspecified,
  kQueued,
  kRunning,
  kReady,
  kFailed,
  kPublished,
  kSuperseded
};
KEFU_ENUM_NAMES(State, "UNSPECIFIED", "QUEUED", "RUNNING", "READY", "FAILED", "PUBLISHED",
                "SUPERSEDED")

struct Record {
  std::string id;
  State state = State::kQueued;
  std::string display_name;
  absl::CivilDay first_day;
  int32_t weeks = 0;
  std::string currency_code;
  int64_t cost_minor = 0, bound_minor = 0;  // of the best so far
  int64_t elapsed_ms = 0;
  std::string failure;
  std::string replans_id;
  int32_t attempts = 0;      // of planning it
  std::string order_body;    // serialized; what was ordered
  std::string outcome_body;  // serialized; empty until planned
  domain::RecordInfo info;

  bool planned() const {
    return state == State::kReady || state == State::kPublished || state == State::kSuperseded;
  }
};

// A shift by names, as listed.
struct ListedShift {
  absl::CivilDay day;
  std::string agent_id;
  std::string template_id;
  int32_t start_minute = 0, end_minute = 0;
};

}  // namespace kefu::staffing::roster
