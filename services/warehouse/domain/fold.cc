#include "services/warehouse/domain/fold.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/status/status_macros.h"
#include "services/warehouse/domain/reservation.h"
#include "services/warehouse/errors.h"

namespace kefu::warehouse::domain {
namespace {

absl::Status CheckPlaces(const Reservation& reservation, const FoldBasis& basis) {
  for (const ReservationLine& line : reservation.lines) {
    const auto node = basis.nodes.find(line.node_id);
    if (node == basis.nodes.end()) return error::NodeNotFound(line.node_id);
    if (node->second != RecordState::kActive) return error::RecordArchived("node", line.node_id);
    const auto sku = basis.skus.find(line.sku_id);
    if (sku == basis.skus.end()) return error::SkuNotFound(line.sku_id);
    if (sku->second != RecordState::kActive) return error::RecordArchived("sku", line.sku_id);
  }
  return absl::OkStatus();
}

class Decider {
 public:
  explicit Decider(FoldBasis basis) : basis_(std::move(basis)) {}

  absl::StatusOr<Reservation> Decide(const ReservationCommand& command) {
    return std::visit([&](const auto& what) { return Do(command, what); }, command.what);
  }

  void Reserve(size_t commands) {
    decision_.made.reserve(commands);
    decision_.movements.reserve(commands);
  }

  FoldDecision Finish(std::vector<absl::StatusOr<Reservation>> results) {
    decision_.results = std::move(results);
    for (const std::string& id : changed_) {
      decision_.changed.push_back(std::move(basis_.reservations.at(id)));
    }
    std::ranges::copy_if(basis_.guards, std::back_inserter(decision_.guards), &GuardState::changed);
    return std::move(decision_);
  }

 private:
  absl::StatusOr<Reservation> Do(const ReservationCommand& command, const ReserveCommand& what) {
    RETURN_IF_ERROR(CheckPlaces(what.reservation, basis_));
    ASSIGN_OR_RETURN(std::vector<Movement> movements,
                     PlanReserve(what.reservation, basis_.totals, basis_.today));
    Reservation made = what.reservation;
    RETURN_IF_ERROR(TakeGuarded(nullptr, made, basis_.guards, command.now));
    RETURN_IF_ERROR(Take(command, std::move(movements)));
    return decision_.made.emplace_back(std::move(made));
  }

  absl::StatusOr<Reservation> Do(const ReservationCommand& command, const ConfirmCommand& what) {
    ASSIGN_OR_RETURN(Reservation * reservation, Find(command, what.reservation_id));
    ASSIGN_OR_RETURN(const bool moved, Confirm(*reservation, command.now));
    if (moved) changed_.insert(what.reservation_id);
    return *reservation;
  }

  absl::StatusOr<Reservation> Do(const ReservationCommand& command, const ReleaseCommand& what) {
    ASSIGN_OR_RETURN(Reservation * reservation, Find(command, what.reservation_id));
    Reservation released = *reservation;
    ASSIGN_OR_RETURN(const bool moved, Release(released, command.now));
    if (moved) {
      RETURN_IF_ERROR(Take(command, PlanGiveBack(released, "Release", what.note, basis_.today)));
      GiveBackGuarded(*reservation, released, basis_.guards);
      *reservation = released;
      changed_.insert(what.reservation_id);
    }
    return released;
  }

  absl::StatusOr<Reservation> Do(const ReservationCommand& command, const ExtendCommand& what) {
    ASSIGN_OR_RETURN(Reservation * reservation, Find(command, what.reservation_id));
    ASSIGN_OR_RETURN(const bool moved, Extend(*reservation, what.until, command.now));
    if (moved) changed_.insert(what.reservation_id);
    return *reservation;
  }

  absl::StatusOr<Reservation*> Find(const ReservationCommand& command, const std::string& id) {
    const auto found = basis_.reservations.find(id);
    if (found == basis_.reservations.end() ||
        (!command.shops.empty() && !std::ranges::count(command.shops, found->second.shop_id))) {
      return error::ReservationNotFound(id);
    }
    return &found->second;
  }

  // Carries the movements out on the running totals; a planned command's movements always fit.
  absl::Status Take(const ReservationCommand& command, std::vector<Movement> movements) {
    const absl::Status applied = Apply(movements, basis_.totals);
    decision_.broken.Update(applied);  // the totals may be half changed
    RETURN_IF_ERROR(applied);
    for (Movement& movement : movements) {
      movement.actor = command.actor;
      decision_.movements.push_back(std::move(movement));
    }
    return absl::OkStatus();
  }

  FoldBasis basis_;
  std::set<std::string> changed_;
  FoldDecision decision_;
};

}  // namespace

const std::string* NamedReservation(const ReservationCommand& command) {
  return std::visit(
      [](const auto& what) -> const std::string* {
        if constexpr (requires { what.reservation_id; }) return &what.reservation_id;
        return nullptr;
      },
      command.what);
}

FoldNeeds NeedsOf(std::span<const ReservationCommand* const> commands,
                  const std::map<std::string, Reservation>& reservations) {
  FoldNeeds needs;
  std::set<TotalKey> totals;
  for (const ReservationCommand* command : commands) {
    if (const auto* reserve = std::get_if<ReserveCommand>(&command->what)) {
      for (const ReservationLine& line : reserve->reservation.lines) {
        needs.nodes.insert(line.node_id);
        needs.skus.insert(line.sku_id);
        totals.insert(line.key());
      }
    } else if (const auto* release = std::get_if<ReleaseCommand>(&command->what)) {
      const auto found = reservations.find(release->reservation_id);
      if (found == reservations.end()) continue;
      for (const ReservationLine& line : found->second.lines) {
        needs.nodes.insert(line.node_id);
        totals.insert(line.key());
      }
    }
  }
  needs.totals.assign(totals.begin(), totals.end());
  return needs;
}

std::vector<GuardedKey> GuardKeysOf(std::span<const ReservationCommand* const> commands,
                                    const std::map<std::string, Reservation>& reservations,
                                    const std::set<std::string>& guarded_skus) {
  std::set<GuardedKey> keys;
  for (const ReservationCommand* command : commands) {
    if (const auto* reserve = std::get_if<ReserveCommand>(&command->what)) {
      if (guarded_skus.empty()) continue;
      for (const ReservationLine& line : reserve->reservation.lines) {
        if (guarded_skus.contains(line.sku_id)) keys.emplace(line.sku_id, line.owner_id);
      }
    } else if (const auto* release = std::get_if<ReleaseCommand>(&command->what)) {
      const auto found = reservations.find(release->reservation_id);
      if (found == reservations.end()) continue;
      for (GuardedKey& key : CountedKeys(found->second)) keys.insert(std::move(key));
    }
  }
  return {keys.begin(), keys.end()};
}

FoldDecision DecideFold(std::span<const ReservationCommand* const> commands, FoldBasis basis) {
  Decider decider(std::move(basis));
  std::vector<absl::StatusOr<Reservation>> results;
  results.reserve(commands.size());
  decider.Reserve(commands.size());
  for (const ReservationCommand* command : commands) results.push_back(decider.Decide(*command));
  return decider.Finish(std::move(results));
}

}  // namespace kefu::warehouse::domain
