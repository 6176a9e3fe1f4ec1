#include "services/warehouse/handlers/allocation_planner.h"

#include <algorithm>
#include <set>

#include "services/warehouse/handlers/planning_policies.h"
#include "services/warehouse/handlers/posting.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/network.h"
#include "services/warehouse/store/sales_guards.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

constexpr size_t kPerStatement = 1000;
constexpr size_t kSkusPerRead = 200;  // at 1,300 nodes each a quarter of a million rows in memory

using Skus = std::map<std::string, domain::Sku>;

// Reads `find(part)` for parts of at most kPerStatement ids and merges the answers.
template <class Map, class F>
absl::StatusOr<Map> InParts(const std::set<std::string>& ids, F find) {
  Map all;
  std::set<std::string> part;
  for (auto id = ids.begin(); id != ids.end();) {
    part.clear();
    for (; id != ids.end() && part.size() < kPerStatement; ++id) part.insert(*id);
    auto found = find(part);
    if (!found.ok()) return found.status();
    all.merge(*found);
  }
  return all;
}

class Planner {
 public:
  Planner(db::Transaction& t, const RequestContext& ctx, const AllocationRules& rules,
          std::span<const convert::AllocationCommand> commands)
      : t_(t), ctx_(ctx), rules_(rules), commands_(commands) {}

  absl::StatusOr<std::vector<PlannedOrder>> Plan() {
    RETURN_IF_ERROR(ReadSkus());
    RETURN_IF_ERROR(ReadTotals());
    RETURN_IF_ERROR(ReadGuards());
    RETURN_IF_ERROR(ReadNodes());
    RETURN_IF_ERROR(ReadPromises());
    ASSIGN_OR_RETURN(network_, store::PolicyOn(t_, ctx_.org_id(), domain::DefaultDay(ctx_.now)));
    std::vector<PlannedOrder> planned;
    for (const convert::AllocationCommand& command : commands_) planned.push_back(PlanOne(command));
    return planned;
  }

 private:
  struct Cell {
    std::string sku_id, owner_id, node_id;
    domain::StockCell cell;
  };

  absl::Status ReadSkus() {
    std::set<std::string> ids;
    for (const auto& command : commands_) {
      for (const auto& line : command.order.lines) ids.insert(line.sku_id);
    }
    ASSIGN_OR_RETURN(skus_, InParts<Skus>(ids, [&](const std::set<std::string>& part) {
                       return store::FindSkus(t_, ctx_.org_id(), part);
                     }));
    return absl::OkStatus();
  }

  absl::Status ReadTotals() {
    std::vector<std::string> ids;
    for (const auto& [id, sku] : skus_) ids.push_back(id);
    for (size_t from = 0; from < ids.size(); from += kSkusPerRead) {
      const auto part = std::span(ids).subspan(from, std::min(kSkusPerRead, ids.size() - from));
      std::map<std::tuple<std::string, std::string, std::string>, absl::CivilDay> expiries;
      if (rules_.policy.fefo_band_km > 0) {
        ASSIGN_OR_RETURN(const auto found, store::FirstExpiries(t_, ctx_.org_id(), part));
        for (const auto& each : found) {
          expiries[{each.sku_id, each.owner_id, each.node_id}] = each.day;
        }
      }
      for (const std::string& owner : rules_.policy.owner_ids) {
        ASSIGN_OR_RETURN(const auto totals, store::SellableTotals(t_, ctx_.org_id(), owner, part));
        for (const domain::StockTotal& total : totals) {
          if (total.available() <= 0) continue;
          Cell cell{total.key.sku_id, owner, total.key.node_id, {.available = total.available()}};
          const auto expiry = expiries.find({cell.sku_id, cell.owner_id, cell.node_id});
          if (expiry != expiries.end()) {
            cell.cell.expiry_day = static_cast<int32_t>(expiry->second - absl::CivilDay());
          }
          cells_.push_back(std::move(cell));
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadGuards() {
    std::vector<store::GuardedKey> keys;
    std::vector<std::string> owners = rules_.policy.owner_ids;
    std::ranges::sort(owners);
    for (const auto& [id, sku] : skus_) {
      for (const std::string& owner : owners) keys.emplace_back(id, owner);
    }
    ASSIGN_OR_RETURN(guards_, store::ReadGuards(t_, ctx_.org_id(), keys));
    for (const domain::GuardState& state : guards_) {
      guarded_.emplace(state.guard.sku_id, state.guard.owner_id);
    }
    return absl::OkStatus();
  }

  // The order with what the guards leave its channel now.
  domain::AllocationOrder Limited(domain::AllocationOrder order) const {
    for (const domain::WantedLine& line : order.lines) {
      for (const std::string& owner : rules_.policy.owner_ids) {
        const domain::GuardedKey key(line.sku_id, owner);
        if (!guarded_.contains(key)) continue;
        auto limits = domain::LimitsOf(key, order.channel, guards_, ctx_.now);
        std::ranges::move(limits, std::back_inserter(order.limits));
      }
    }
    return order;
  }

  // What the order takes is not left for the next.
  void TakeFromGuards(const domain::AllocationOrder& order,
                      const std::vector<domain::ReservationLine>& lines) {
    domain::Reservation planned{
        .channel = order.channel, .lines = lines, .info = {1, ctx_.now, ctx_.now}};
    // Within the limits; were it not, the group that reserves it would find out.
    domain::TakeGuarded(nullptr, planned, guards_, ctx_.now).IgnoreError();
  }

  absl::Status ReadNodes() {
    std::set<std::string> ids;
    for (const Cell& cell : cells_) ids.insert(cell.node_id);
    for (const auto& command : commands_) {
      ids.insert(command.order.node_ids.begin(), command.order.node_ids.end());
    }
    using Nodes = std::map<std::string, domain::Node>;
    ASSIGN_OR_RETURN(const Nodes nodes, InParts<Nodes>(ids, [&](const std::set<std::string>& part) {
                       return store::FindNodes(t_, ctx_.org_id(), part);
                     }));
    ASSIGN_OR_RETURN(days_, DaysAt(nodes, ctx_.now));
    std::set<store::NodeDay> limited;
    for (const auto& [id, node] : nodes) {
      if (node.daily_throughput_units > 0) limited.insert({id, days_.at(id)});
    }
    ASSIGN_OR_RETURN(const auto loads, store::FindLoads(t_, ctx_.org_id(), limited));
    for (const auto& [id, node] : nodes) {
      const auto load = loads.find({id, days_.at(id)});
      const int64_t left = node.daily_throughput_units == 0
                               ? domain::kUnlimited
                               : std::max<int64_t>(0, node.daily_throughput_units -
                                                          (load == loads.end() ? 0 : load->second));
      index_[id] = stock_.AddNode(node, left);
    }
    for (Cell& cell : cells_) {
      const auto node = index_.find(cell.node_id);
      if (node == index_.end()) continue;
      cell.cell.node = node->second;
      stock_.Add(cell.sku_id, cell.owner_id, cell.cell);
    }
    cells_ = {};
    return absl::OkStatus();
  }

  // Schedules and services, where an order asks for a day.
  absl::Status ReadPromises() {
    std::set<absl::CivilDay> days;
    for (const auto& command : commands_) {
      if (command.promise_by) days.insert(DayOf(command.order_time, command.zone));
    }
    std::set<std::string> ids;
    for (const auto& [id, at] : index_) ids.insert(id);
    for (const absl::CivilDay day : days) {
      ASSIGN_OR_RETURN(schedules_[day], LoadSchedules(t_, ctx_.org_id(), ids, day));
      ASSIGN_OR_RETURN(services_[day], LoadCarrierServices(t_, ctx_.org_id(), day, "", ""));
    }
    return absl::OkStatus();
  }

  absl::Status Fault(const domain::AllocationOrder& order) const {
    for (const domain::WantedLine& line : order.lines) {
      const auto sku = skus_.find(line.sku_id);
      if (sku == skus_.end()) return error::SkuNotFound(line.sku_id);
      if (sku->second.state != domain::RecordState::kActive) {
        return error::RecordArchived("sku", line.sku_id);
      }
    }
    for (const std::string& id : order.node_ids) {
      if (!index_.contains(id)) return error::NodeNotFound(id);
    }
    return absl::OkStatus();
  }

  bool KeepsPromise(const convert::AllocationCommand& command, const domain::Node& node) const {
    const absl::CivilDay day = DayOf(command.order_time, command.zone);
    const auto zone = LoadZone(node.time_zone);
    if (!zone.ok()) return false;
    const domain::ParcelPromise promise = domain::BestPromise(
        {command.order_time, command.zone, command.order.destination}, node, *zone,
        schedules_.at(day).Of(node.id), services_.at(day),
        domain::DistanceMetres(node, command.order.destination, rules_.policy.region_distances),
        ChinaHolidays());
    return promise.obstacle == domain::PromiseObstacle::kNone && promise.day <= *command.promise_by;
  }

  int LevelOf(const domain::Node& node) const {
    const domain::FulfilmentCandidate candidate{.node_id = node.id, .kind = node.kind};
    return domain::FulfilmentOrder(network_, {}, {&candidate, 1}).front().level;
  }

  PlannedOrder PlanOne(const convert::AllocationCommand& command) {
    PlannedOrder planned{.error = Fault(command.order)};
    if (!planned.error.ok()) {
      planned.result.set_order_id(command.order.order_id);
      planned.result.set_outcome(v1::ALLOCATION_OUTCOME_REFUSED);
      *planned.result.mutable_error() = ::kefu::ToProto(planned.error);
      return planned;
    }
    domain::NodeRules rules;
    if (network_.mode == domain::OperatingMode::kThreeLevel) {
      rules.level = [&](const domain::Node& node) { return LevelOf(node); };
    }
    if (command.promise_by) {
      rules.keeps_promise = [&](const domain::Node& node) { return KeepsPromise(command, node); };
    }
    const domain::Allocation allocation =
        guarded_.empty()
            ? domain::Allocate(rules_.policy, command.order, rules, rules_.explain, stock_)
            : domain::Allocate(rules_.policy, Limited(command.order), rules, rules_.explain,
                               stock_);
    if (!guarded_.empty()) TakeFromGuards(command.order, allocation.lines);
    planned.result = convert::ToProto(command.order, allocation, stock_.nodes);
    return planned;
  }

  db::Transaction& t_;
  const RequestContext& ctx_;
  const AllocationRules& rules_;
  const std::span<const convert::AllocationCommand> commands_;
  Skus skus_;
  std::vector<Cell> cells_;
  std::vector<domain::GuardState> guards_;  // by key and channel
  std::set<domain::GuardedKey> guarded_;    // keys that have any
  domain::AllocationStock stock_;
  std::map<std::string, size_t, std::less<>> index_;
  domain::NodeDays days_;
  domain::NetworkPolicy network_;
  std::map<absl::CivilDay, ScheduleBook> schedules_;
  std::map<absl::CivilDay, std::vector<domain::CarrierService>> services_;
};

}  // namespace

absl::StatusOr<std::vector<PlannedOrder>> PlanBatch(
    db::Transaction& t, const RequestContext& ctx, const AllocationRules& rules,
    std::span<const convert::AllocationCommand> commands) {
  return Planner(t, ctx, rules, commands).Plan();
}

}  // namespace kefu::warehouse
