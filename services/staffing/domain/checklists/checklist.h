// Checklists: templates as data, and the lists made of them. Pure; time is an argument.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/enums/enum_names.h"
#include "common/status/error.h"
#include "services/staffing/domain/types.h"

namespace kefu::staffing::checklists {

enum class State : uint8_t { kUnspecified, kOpen, kDone, kCancelled };
KEFU_ENUM_NAMES(State, "UNSPECIFIED", "OPEN", "DONE", "CANCELLED")

// When a list starts by itself.
enum class Start : uint8_t { kUnspecified, kHire, kEndOfEmployment };
KEFU_ENUM_NAMES(Start, "UNSPECIFIED", "HIRE", "END_OF_EMPLOYMENT")

// What must be so before an item can be done.
enum class Check : uint8_t { kUnspecified, kSuppliesReturned, kRulesAcknowledged };
KEFU_ENUM_NAMES(Check, "UNSPECIFIED", "SUPPLIES_RETURNED", "RULES_ACKNOWLEDGED")

// checklists::NameOf.
using ::kefu::NameOf;

struct TemplateItem {
  std::string id;
  std::string text;
  bool needs_evidence = false;
  std::optional<int32_t> due_days;  // after the first one; nothing: as the list
  bool by_subject = false;
  Check check = Check::kUnspecified;
};

struct Template {
  std::string id;
  std::string display_name;
  std::vector<TemplateItem> items;
  int32_t due_days = 0;  // after the first one
  bool archived = false;
  bool shipped = false;
  Start start = Start::kUnspecified;
};

inline constexpr int kMostItems = 100;     // of one list: more than people see to
inline constexpr int kMostDueDays = 366;   // a year
inline constexpr int kMostEvidence = 200;  // characters

// What ships, by id (DOMAIN 2.3 and 6).
std::span<const Template> ShippedTemplates();
// By id: the organization's, and the shipped ones that it has not replaced.
std::vector<Template> TemplatesInForce(std::span<const Template> own);
// No item twice, none due after the list. Adds every fault.
void CheckTemplate(const Template& checked, FieldViolations& violations);

struct Item {
  std::string id;
  std::string text;
  bool needs_evidence = false;
  bool by_subject = false;
  Check check = Check::kUnspecified;
  absl::CivilDay due;
  absl::Time overdue;  // the end of that day
  std::optional<absl::Time> done;
  std::string done_by;
  std::string evidence;
  std::string note;
};

struct Checklist {
  std::string id;
  std::string template_id;
  std::string display_name;
  std::string shop_id;
  std::string agent_id;  // whom it is about
  std::string team_id;
  std::string owner_agent_id;
  absl::CivilDay day, due;
  State state = State::kOpen;
  std::string started_by;
  std::string cancelled_by;
  std::string cancel_reason;
  std::vector<Item> items;
  // When it is told next that items are not done; those that ended before were told.
  absl::Time overdue = absl::InfiniteFuture();
  domain::RecordInfo info;
};

// A list that begins on a day of a zone; without id, shop, agent, team, owner and starter.
Checklist Make(const Template& of, absl::CivilDay day, absl::TimeZone zone, absl::Time now);

// The list with an item done; done as a whole with its last one. FAILED_PRECONDITION
// CHECKLIST_STATE unless it is open, NOT_FOUND of the item, FAILED_PRECONDITION
// CHECKLIST_ITEM_DONE, EVIDENCE_REQUIRED.
absl::StatusOr<Checklist> Complete(const Checklist& list, std::string_view item_id,
                                   std::string_view evidence, std::string_view note,
                                   std::string_view actor, absl::Time now);
// The list with another owner. CHECKLIST_STATE unless it is open.
absl::StatusOr<Checklist> Assign(const Checklist& list, std::string_view owner_agent_id,
                                 absl::Time now);
// The list as one that is not to be done. CHECKLIST_STATE unless it is open.
absl::StatusOr<Checklist> Cancel(const Checklist& list, std::string_view reason,
                                 std::string_view actor, absl::Time now);

// The list after it was told what is overdue now, and the items that were told.
struct Told {
  Checklist list;
  std::vector<std::string> item_ids;
};
Told TellOverdue(const Checklist& list, absl::Time now);

}  // namespace kefu::staffing::checklists
