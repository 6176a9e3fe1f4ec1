// Many commands to reservations decided together, as if each had come alone, one after the other.
// Pure: what the database holds comes in, results and what is to be written go out.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/warehouse/domain/sales_guard.h"
#include "services/warehouse/domain/stock.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

struct ReserveCommand {
  Reservation reservation;  // HELD, with its id and times
};
struct ConfirmCommand {
  std::string reservation_id;
};
struct ReleaseCommand {
  std::string reservation_id;
  std::string note;  // stands in the ledger
};
struct ExtendCommand {
  std::string reservation_id;
  absl::Time until;
};

struct ReservationCommand {
  std::variant<ReserveCommand, ConfirmCommand, ReleaseCommand, ExtendCommand> what;
  std::string actor;
  absl::Time now;  // when it came; whole microseconds
  // Whoever commands sees reservations of these shops only, NOT_FOUND the others; none: all.
  std::vector<std::string> shops = {};
};

// The reservation that a command names; nothing for one that makes a new one.
const std::string* NamedReservation(const ReservationCommand& command);

// What commands of one organization are decided on.
struct FoldBasis {
  std::map<std::string, Reservation> reservations;  // those named that exist; changed in place
  std::map<std::string, RecordState> nodes, skus;   // those named that exist
  NodeDays today;                                   // at those nodes
  Totals totals;                                    // those touched that exist
  std::vector<GuardState> guards;  // of GuardKeysOf, by SKU, owner and channel; most often none
};

// What there is to read before deciding. Reservations come first: a release touches their lines.
struct FoldNeeds {
  std::set<std::string> nodes, skus;
  std::vector<TotalKey> totals;  // in lock order, without repetition
};
FoldNeeds NeedsOf(std::span<const ReservationCommand* const> commands,
                  const std::map<std::string, Reservation>& reservations);
// Whose sales guards have to be read besides: of what is reserved of SKUs that have any, and of
// what is released and was counted by one. Sorted, without repetition.
std::vector<GuardedKey> GuardKeysOf(std::span<const ReservationCommand* const> commands,
                                    const std::map<std::string, Reservation>& reservations,
                                    const std::set<std::string>& guarded_skus);

struct FoldDecision {
  // One a command, in their order: the reservation after it, or why it changed nothing. Errors: as
  // Confirm, Release, Extend, PlanReserve, TakeGuarded; NOT_FOUND of the reservation, a node or an
  // SKU; RECORD_ARCHIVED.
  std::vector<absl::StatusOr<Reservation>> results;
  std::vector<Movement> movements;   // in the order of the commands, each with its actor
  std::vector<Reservation> made;     // as they are after all commands
  std::vector<Reservation> changed;  // likewise, those that were there before; by id
  std::vector<GuardState> guards;    // those whose `used` changed
  // INTERNAL when the basis contradicts itself, for example a reservation of more than is reserved:
  // nothing of this may be written then.
  absl::Status broken;
};

// Decides the commands in their order. A command that fails leaves no trace for those after it.
FoldDecision DecideFold(std::span<const ReservationCommand* const> commands, FoldBasis basis);

}  // namespace kefu::warehouse::domain
