// Announcements: when who has not acknowledged one is named. Pure; time is an argument.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/enums/enum_names.h"
#include "services/staffing/domain/types.h"

namespace kefu::staffing::announcements {

enum class State : uint8_t { kUnspecified, kPublished, kWithdrawn };
KEFU_ENUM_NAMES(State, "UNSPECIFIED", "PUBLISHED", "WITHDRAWN")

// What a line of an audience names; kept by name.
enum class Target : uint8_t { kUnspecified, kEverybody, kShop, kTeam, kBase, kAgent };
KEFU_ENUM_NAMES(Target, "UNSPECIFIED", "EVERYBODY", "SHOP", "TEAM", "BASE", "AGENT")

// announcements::NameOf.
using ::kefu::NameOf;

struct Audience {
  Target target = Target::kUnspecified;
  std::string id;  // empty of everybody
  bool operator==(const Audience&) const = default;
};

struct Announcement {
  std::string id;
  std::string title;
  std::string text;
  std::vector<Audience> audience;
  std::optional<absl::Time> acknowledge_by;
  int32_t remind_minutes = 0;                // before it; 0: only at it
  absl::Time next = absl::InfiniteFuture();  // when who has not is named next
  State state = State::kPublished;
  std::string published_by;
  std::string withdrawn_by;
  std::string withdraw_reason;
  domain::RecordInfo info;
};

inline constexpr int kMostRemindMinutes = 10'080;  // a week

// When who has not acknowledged it is named first: before the time where that is asked for and
// still lies ahead, else at the time; never without one.
absl::Time FirstReminder(const Announcement& announcement, absl::Time now);

// The announcement after those were named whom it still asks: next at its time, then never.
Announcement Reminded(const Announcement& announcement, absl::Time now);
// Whether its time is over.
bool Overdue(const Announcement& announcement, absl::Time now);

// The announcement taken back. FAILED_PRECONDITION ANNOUNCEMENT_WITHDRAWN when it is.
absl::StatusOr<Announcement> Withdraw(const Announcement& announcement, std::string_view reason,
                                      std::string_view actor, absl::Time now);

}  // namespace kefu::staffing::announcements
