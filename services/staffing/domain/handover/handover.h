// The handover book: agents on duty, open items, and who has them. Pure; time and ids are
// arguments.
//
// What holds at any time, whatever the order of events:
//   - an item is in the book (and escalates), with an agent whose shift runs (and escalates once
//     that shift was to end), or done;
//   - an item that is done was accepted before, by whoever did it;
//   - a shift that has ended had written a handover and held nothing;
//   - a shift begins only when every shift of the team that was to end before has written one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/enums/enum_names.h"
#include "services/staffing/domain/types.h"

namespace kefu::staffing::handover {

enum class ItemState : uint8_t { kUnspecified, kWaiting, kAccepted, kDone };
enum class Level : uint8_t { kUnspecified, kShift, kTeamLead, kSupervisor, kManager };
enum class EntryKind : uint8_t { kUnspecified, kWritten, kAccepted, kHandedOn, kEscalated, kDone };
enum class ReferenceKind : uint8_t { kUnspecified, kCase, kOrder, kConversation, kWorkOrder };

KEFU_ENUM_NAMES(ItemState, "UNSPECIFIED", "WAITING", "ACCEPTED", "DONE")
KEFU_ENUM_NAMES(Level, "UNSPECIFIED", "SHIFT", "TEAM_LEAD", "SUPERVISOR", "MANAGER")
KEFU_ENUM_NAMES(EntryKind, "UNSPECIFIED", "WRITTEN", "ACCEPTED", "HANDED_ON", "ESCALATED", "DONE")
KEFU_ENUM_NAMES(ReferenceKind, "UNSPECIFIED", "CASE", "ORDER", "CONVERSATION", "WORK_ORDER")

// handover::NameOf.
using ::kefu::NameOf;

inline constexpr absl::Duration kLongestShift = absl::Hours(24);

// Minutes in the book until an item goes up. The shipped numbers are this product's: half an hour
// is what a first answer to a customer may take at most without being noticed.
struct Policy {
  int64_t version = 0;  // 0: shipped
  int32_t team_lead_minutes = 30;
  int32_t supervisor_minutes = 60;
  int32_t manager_minutes = 120;
  absl::Time create_time = absl::UnixEpoch();
};
inline constexpr int32_t kMostMinutes = 7 * 24 * 60;

struct DutyShift {
  std::string id;
  std::string team_id;
  std::string agent_id;
  std::string name;
  absl::Time scheduled_start, scheduled_end;
  absl::Time start;
  std::optional<absl::Time> handover;  // the last one's
  std::optional<absl::Time> end;       // nothing while it runs
  domain::RecordInfo info;
};

struct Reference {
  ReferenceKind kind = ReferenceKind::kUnspecified;
  std::string id;
  friend bool operator==(const Reference&, const Reference&) = default;
};

struct Item {
  std::string id;
  std::string team_id;
  std::string text;
  std::vector<Reference> references;
  absl::Time due = absl::InfiniteFuture();  // by its SLA
  ItemState state = ItemState::kWaiting;
  std::string writer_agent_id;
  std::string from_shift_id;
  std::string holder_agent_id;  // empty while it waits
  std::string holder_shift_id;
  absl::Time waiting_since;
  Level level = Level::kShift;
  absl::Time escalates = absl::InfiniteFuture();  // to the level above
  int32_t handovers = 0;
  std::string resolution;
  domain::RecordInfo info;
};

// One step of an item's way; its sequence is the item's version.
struct Entry {
  int64_t sequence = 0;
  EntryKind kind = EntryKind::kUnspecified;
  std::string agent_id;
  std::string shift_id;
  std::string text;
  Level level = Level::kShift;
  int64_t policy_version = 0;
  std::string actor;
  absl::Time record_time;
};

struct HandedOn {
  std::string item_id;
  std::string text;  // empty keeps the item's
};
// What a leaving agent writes. New items have an id, text, references and due.
struct Writing {
  std::vector<Item> items;
  std::vector<HandedOn> handed_on;
};

// The text with the middle of every mobile number (11 digits that begin with 13 to 19, also after
// 86 and in groups with a space or hyphen between them) as asterisks: the book tells of a customer
// by references, and keeps no personal data.
std::string Masked(std::string_view text);

// INVALID_ARGUMENT SHIFT_TOO_LONG beyond 24 hours. Start must be before end.
absl::Status CheckLength(absl::Time scheduled_start, absl::Time scheduled_end);

// Whether `next` may begin, at its start, beside the team's running shifts: FAILED_PRECONDITION
// HANDOVER_MISSING names those that were to end by its start or its scheduled start and have
// written no handover.
absl::Status CheckStart(const DutyShift& next, std::span<const DutyShift> running);

// Whether the shift, which runs, may end while it holds these: HANDOVER_MISSING,
// ITEMS_NOT_HANDED_ON.
absl::Status CheckEnd(const DutyShift& shift, std::span<const Item> held);

// Every item that the writing puts into the book: new ones, then those handed on. `held` is all
// that the shift holds. FAILED_PRECONDITION ITEMS_NOT_HANDED_ON names held items that the writing
// leaves out, ITEM_NOT_HELD one that the shift does not hold.
absl::StatusOr<std::vector<Item>> Write(const DutyShift& shift, std::span<const Item> held,
                                        const Writing& writing, const Policy& policy,
                                        absl::Time now);

// The item in the hands of who is on `shift`, which runs; it goes up again when that shift was to
// end and has not handed it on. FAILED_PRECONDITION ITEM_NOT_WAITING, NOT_ON_DUTY (in the item's
// team), OWN_HANDOVER (put there by the same shift).
absl::StatusOr<Item> Accept(const Item& item, const DutyShift& shift, const Policy& policy,
                            absl::Time now);

// The item done by who holds it on `shift`. FAILED_PRECONDITION ITEM_NOT_HELD.
absl::StatusOr<Item> Resolve(const Item& item, const DutyShift& shift, std::string_view resolution,
                             absl::Time now);

// When a waiting item goes up to the level after `item.level`; never beyond the manager.
absl::Time EscalationTime(const Item& item, const Policy& policy);

// The item at the highest level that it has reached by now, in the book or in hand; nothing when it
// stays.
std::optional<Item> Escalate(const Item& item, const Policy& policy, absl::Time now);

}  // namespace kefu::staffing::handover
