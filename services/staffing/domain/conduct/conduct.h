// The conduct ledger: what may be recorded, who may decide it, and what counts. Pure; time and
// actors are arguments.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/staffing/domain/conduct/catalogue.h"
#include "services/staffing/domain/types.h"

namespace kefu::staffing::conduct {

enum class State : uint8_t {
  kUnspecified,
  kRecorded,
  kDecided,
  kDismissed,
  kAppealed,
  kUpheld,
  kOverturned,
  kVoided
};
KEFU_ENUM_NAMES(State, "UNSPECIFIED", "RECORDED", "DECIDED", "DISMISSED", "APPEALED", "UPHELD",
                "OVERTURNED", "VOIDED")

inline bool Counts(State state) { return state == State::kDecided || state == State::kUpheld; }
inline bool Waits(State state) { return state == State::kRecorded || state == State::kAppealed; }

// What an event gives or takes beside what its scheme says.
struct Terms {
  int32_t points = 0;
  std::string currency;  // empty: no amount
  int64_t money_minor = 0;
  int32_t days_off = 0;
  Sanction sanction = Sanction::kUnspecified;
  bool operator==(const Terms&) const = default;
};

struct Event {
  std::string id;
  std::string shop_id;
  std::string agent_id;  // empty: the group as a whole
  std::string team_id;   // of kinds of groups
  absl::CivilDay day;    // in the shop's zone
  std::string kind_id;
  Severity severity = Severity::kMinor;
  std::string evidence;
  std::string note;
  Terms terms;
  State state = State::kRecorded;
  std::string source_id;  // empty: none
  int64_t catalogue_version = 0;
  std::string recorded_by;
  std::string decided_by;
  std::string decision_reason;
  std::optional<absl::CivilDay> appeal_until;
  std::string appeal_agent_id;
  std::string appeal_reason;
  std::string closed_by;
  std::string close_reason;
  domain::RecordInfo info;
  std::string rule_id;       // the working rule that was broken; empty: none was named
  int32_t rule_version = 0;  // of the rules that held on the day
};

// Whether two records say the same: a source that repeats itself is answered, one that contradicts
// itself is not.
bool SameFacts(const Event& one, const Event& other);

// One step of an event's way.
struct Entry {
  int64_t sequence = 0;
  State state = State::kRecorded;  // what it became
  std::string actor;
  std::string reason;
  Terms terms;
  absl::Time record_time;
};

// Who acts.
struct Actor {
  std::string subject;
  bool concerned = false;  // the event is about the agent of the token, alone or in a group
};

// Whether the event may stand on record by its kind. FAILED_PRECONDITION CONDUCT_TERMS with
// everything that may not, CURRENCY_MISMATCH. Its team must be filled for kinds of groups.
absl::Status CheckRecord(const Event& event, const Kind& kind, const Catalogue& catalogue,
                         std::string_view shop_currency, absl::CivilDay today);

struct Decision {
  bool dismiss = false;
  std::string reason;
  std::optional<Terms> terms;  // nothing: those proposed
};
// The event decided. CONDUCT_STATE unless it is recorded, PERMISSION_DENIED SECOND_PERSON_REQUIRED
// for who recorded it or is concerned, CONDUCT_TERMS and CURRENCY_MISMATCH of other terms.
absl::StatusOr<Event> Decide(const Event& event, const Kind& kind, const Catalogue& catalogue,
                             std::string_view shop_currency, const Decision& decision,
                             const Actor& actor, absl::CivilDay today, absl::Time now);

// The event appealed against by an agent. CONDUCT_STATE unless it is decided,
// CONDUCT_NOT_CONCERNED, APPEAL_TERM_OVER.
absl::StatusOr<Event> Appeal(const Event& event, std::string_view agent_id,
                             std::span<const std::string> concerned, std::string_view reason,
                             absl::CivilDay today, absl::Time now);

// The appeal decided. CONDUCT_STATE unless one is open, SECOND_PERSON_REQUIRED for who recorded or
// decided the event or is concerned.
absl::StatusOr<Event> DecideAppeal(const Event& event, bool overturn, std::string_view reason,
                                   const Actor& actor, absl::Time now);

// The event taken back. CONDUCT_STATE when it counts nowhere already, SECOND_PERSON_REQUIRED for
// who is concerned.
absl::StatusOr<Event> Void(const Event& event, std::string_view reason, const Actor& actor,
                           absl::Time now);

// What a list of events holds of one kind.
struct Tally {
  int32_t counted = 0, pending = 0;
  int32_t points = 0, days_off = 0;
  std::map<std::string, int64_t> money_minor;  // by currency
  Tally& operator+=(const Tally& other);
  bool operator==(const Tally&) const = default;
};
// By kind. Events that count nowhere leave a kind with zeros.
std::map<std::string, Tally> Tallies(std::span<const Event> events);

}  // namespace kefu::staffing::conduct
