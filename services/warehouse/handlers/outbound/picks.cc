// Picking: tasks, the walk, what was found, what goes back.
#include <algorithm>
#include <map>

#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/outbound.h"
#include "services/warehouse/domain/pick_path.h"
#include "services/warehouse/domain/put_away.h"
#include "services/warehouse/handlers/outbound/outbound_handlers.h"
#include "services/warehouse/handlers/outbound/work.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/lots.h"
#include "services/warehouse/store/outbound.h"

namespace kefu::warehouse {
namespace {

using domain::PickTask;
using domain::PickTaskKind;
using domain::PickTaskState;
using domain::ShipmentMove;

constexpr int kMaxTasks = 20'000;  // of one walk

// LOT_RECALLED or LOT_EXPIRED when the task's lot must not go out any more.
absl::Status CheckLot(const Posting& posting, const PickTask& task, absl::CivilDay day) {
  if (task.lot.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const domain::Lots lots,
                   store::FindLots(posting.t, posting.org_id, {{task.sku_id, task.lot}}));
  if (lots.empty()) return absl::OkStatus();
  const domain::Lot& lot = lots.begin()->second;
  if (lot.state == domain::LotState::kRecalled) {
    return error::PickOfRecalled(task.sku_id, task.lot);
  }
  return lot.ExpiredOn(day) ? error::PickOfExpired(task.sku_id, task.lot, *lot.expiry_date)
                            : absl::OkStatus();
}

// Task, its shipment and wave, and its total, all locked in order.
struct Pick {
  Work work;
  PickTask task;
  domain::Totals totals;
  absl::CivilDay day;
  domain::OutboundPolicy policy;
};

absl::StatusOr<Pick> LockPick(const Posting& posting, const std::string& task_id,
                              PickTaskKind kind) {
  db::Transaction& t = posting.t;
  Pick pick;
  ASSIGN_OR_RETURN(pick.task, store::FindTask(t, posting.org_id, task_id));
  ASSIGN_OR_RETURN(pick.work, LockWork(t, posting.org_id, pick.task.shipment_id));
  ASSIGN_OR_RETURN(pick.task, store::LockTask(t, posting.org_id, task_id));
  if (pick.task.kind != kind || pick.task.state != PickTaskState::kOpen) {
    return error::TaskState(task_id,
                            fmt::format("{} {}", NameOf(pick.task.state), NameOf(pick.task.kind)),
                            fmt::format("record as {}", NameOf(kind)));
  }
  ASSIGN_OR_RETURN(const NodeDay at, NodeDayOf(posting, pick.task.node_id));
  pick.day = at.day;
  ASSIGN_OR_RETURN(pick.policy, store::CurrentPolicy(t, posting.org_id));
  const std::vector<domain::TotalKey> keys = {pick.task.total()};
  ASSIGN_OR_RETURN(pick.totals, store::LockTotals(t, posting.org_id, keys));
  if (pick.totals.empty()) return Internal("a pick task without stock");
  return pick;
}

// Moves pieces that one row has taken hold of to another, which then has hold of `kept` of them.
absl::Status Carry(const Posting& posting, Pick& pick, const domain::StockKey& from,
                   const domain::StockKey& to, int64_t quantity, int64_t kept,
                   std::string_view reason) {
  if (quantity == 0) return absl::OkStatus();
  RETURN_IF_ERROR(store::AddAllocated(posting.t, posting.org_id, from, -quantity));
  const auto movements = domain::PlanBinMove(pick.totals.begin()->second, from, to, quantity,
                                             reason, pick.task.id, pick.day);
  RETURN_IF_ERROR(Post(posting, movements, pick.totals));
  return kept == 0 ? absl::OkStatus() : store::AddAllocated(posting.t, posting.org_id, to, kept);
}

absl::Status Finish(const Posting& posting, PickTask& task, int64_t done) {
  task.done = done;
  task.state = done == task.quantity ? PickTaskState::kDone : PickTaskState::kShort;
  task.actor = std::string(posting.actor);
  ++task.info.version;
  task.info.update_time = posting.now;
  return store::Update(posting.t, posting.org_id, task);
}

// Other bins for the missing pieces; never the one that fell short.
absl::StatusOr<std::vector<PickTask>> Replace(const Posting& posting, Pick& pick,
                                              domain::ShipmentLine& line, int64_t missing) {
  const std::vector<domain::TotalKey> keys = {pick.task.total()};
  ASSIGN_OR_RETURN(auto found, store::StockRows(posting.t, posting.org_id, keys));
  std::vector<domain::LotStock>& rows = found[keys.front()];
  const std::vector<std::string>& zones = pick.work.wave.zones;
  std::erase_if(rows, [&](const domain::LotStock& row) {
    return row.location == pick.policy.staging_location ||
           (row.lot == pick.task.lot && row.location == pick.task.location) ||
           (!zones.empty() &&
            std::ranges::find(zones, domain::ZoneOf(row.location)) == zones.end());
  });
  std::vector<PickTask> tasks = domain::PlanPicks(pick.work.shipment, line, missing, rows, pick.day,
                                                  pick.policy.MinDays(pick.work.shipment.channel));
  RETURN_IF_ERROR(MakeTasks(posting, tasks));
  return tasks;
}

// The missing pieces: held for a count, or free again where the lot is to blame; and picked
// elsewhere.
absl::Status FallShort(const Posting& posting, Pick& pick, domain::ShipmentLine& line,
                       int64_t missing, v1::RecordPickResponse& response) {
  if (pick.task.short_reason == domain::ShortReason::kLotBlocked) {
    RETURN_IF_ERROR(store::AddAllocated(posting.t, posting.org_id, pick.task.bin(), -missing));
  } else {
    ASSIGN_OR_RETURN(const std::string count_id,
                     CountShortBin(posting, pick.task.bin(), missing, pick.policy));
    response.set_count_id(count_id);
  }
  ASSIGN_OR_RETURN(const std::vector<PickTask> tasks, Replace(posting, pick, line, missing));
  for (const PickTask& task : tasks) *response.add_replacements() = convert::ToProto(task);
  response.set_back_ordered(line.missing());
  return absl::OkStatus();
}

// The shipment goes on when nothing of it is to be picked any more.
absl::Status Proceed(const Posting& posting, Work& work) {
  domain::Shipment& shipment = work.shipment;
  const bool picking = std::ranges::any_of(
      shipment.lines, [](const domain::ShipmentLine& line) { return line.planned > 0; });
  const bool found = std::ranges::any_of(
      shipment.lines, [](const domain::ShipmentLine& line) { return line.picked > 0; });
  if (picking) {
    ++shipment.info.version;
    shipment.info.update_time = posting.now;
  } else {
    RETURN_IF_ERROR(domain::Move(
        shipment, found ? ShipmentMove::kFinishPicks : ShipmentMove::kFindNothing, posting.now));
    if (!found) shipment.wave_id.clear();
  }
  RETURN_IF_ERROR(store::Update(posting.t, posting.org_id, {&shipment, 1}));
  RETURN_IF_ERROR(Tell(posting, {&shipment, 1}));
  return CompleteWave(posting, work.wave);
}

absl::StatusOr<v1::RecordPickResponse> Record(const Posting& posting,
                                              const v1::RecordPickRequest& request) {
  ASSIGN_OR_RETURN(Pick pick, LockPick(posting, request.task_id(), PickTaskKind::kPick));
  const int64_t picked = request.picked_quantity(), missing = pick.task.quantity - picked;
  FieldViolations violations;
  violations.Check(missing >= 0, "picked_quantity",
                   fmt::format("must be 0 to {}, what the task asks for", pick.task.quantity));
  violations.Check(
      (missing > 0) == (request.short_reason() != v1::SHORT_REASON_UNSPECIFIED), "short_reason",
      missing > 0 ? "must be set: fewer were taken" : "must not be set: all were taken");
  RETURN_IF_ERROR(violations.ToStatus());
  if (picked > 0) RETURN_IF_ERROR(CheckLot(posting, pick.task, pick.day));
  ASSIGN_OR_RETURN(domain::ShipmentLine* const line,
                   domain::LineOf(pick.work.shipment, pick.task.sku_id, pick.task.owner_id));
  line->planned -= pick.task.quantity;
  line->picked += picked;
  domain::StockKey stage = pick.task.bin();
  stage.location = pick.policy.staging_location;
  pick.task.short_reason = static_cast<domain::ShortReason>(request.short_reason());
  RETURN_IF_ERROR(Carry(posting, pick, pick.task.bin(), stage, picked, picked, "Pick"));
  RETURN_IF_ERROR(Finish(posting, pick.task, picked));
  v1::RecordPickResponse response;
  if (missing > 0) RETURN_IF_ERROR(FallShort(posting, pick, *line, missing, response));
  RETURN_IF_ERROR(Proceed(posting, pick.work));
  *response.mutable_task() = convert::ToProto(pick.task);
  *response.mutable_shipment() = convert::ToProto(pick.work.shipment);
  return response;
}

absl::StatusOr<v1::PickTask> PutBack(const Posting& posting, const std::string& task_id,
                                     const std::string& location) {
  ASSIGN_OR_RETURN(Pick pick, LockPick(posting, task_id, PickTaskKind::kPutBack));
  domain::StockKey stage = pick.task.bin();
  stage.location = pick.policy.staging_location;
  if (!location.empty()) pick.task.location = location;
  FieldViolations violations;
  violations.Check(pick.task.location != stage.location, "location",
                   "must be a bin, not the staging place");
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(Carry(posting, pick, stage, pick.task.bin(), pick.task.quantity, 0, "PutBack"));
  RETURN_IF_ERROR(Finish(posting, pick.task, pick.task.quantity));
  RETURN_IF_ERROR(Tell(posting, {&pick.work.shipment, 1}));
  return convert::ToProto(pick.task);
}

using TasksByBin = std::map<std::string, std::vector<PickTask>>;

// The open picks of a wave by bin.
absl::StatusOr<TasksByBin> OpenPicks(db::Transaction& t, std::string_view org_id,
                                     const std::string& wave_id,
                                     std::span<const std::string> zones) {
  ASSIGN_OR_RETURN(const std::vector<PickTask> tasks,
                   store::ListTasks(t, org_id, {"", kMaxTasks},
                                    {.wave_id = wave_id,
                                     .state = NameOf(PickTaskState::kOpen),
                                     .kind = NameOf(PickTaskKind::kPick)}));
  TasksByBin bins;
  for (const PickTask& task : tasks) {
    if (!zones.empty() && std::ranges::find(zones, domain::ZoneOf(task.location)) == zones.end()) {
      continue;
    }
    bins[task.location].push_back(task);
  }
  return bins;
}

// The floor as it is set up; where a bin is not, its code says where it stands.
struct Floor {
  TasksByBin bins;
  std::vector<domain::BinPlace> places;  // in the order of the bins
  int located = 0;
};
absl::StatusOr<Floor> FloorOf(db::Transaction& t, std::string_view org_id,
                              const std::string& wave_id, std::span<const std::string> zones) {
  Floor floor;
  ASSIGN_OR_RETURN(const domain::Wave wave, store::FindWave(t, org_id, wave_id));
  ASSIGN_OR_RETURN(const domain::OutboundPolicy policy, store::CurrentPolicy(t, org_id));
  ASSIGN_OR_RETURN(floor.bins, OpenPicks(t, org_id, wave_id, zones));
  std::vector<std::string> locations;
  for (const auto& [location, tasks] : floor.bins) locations.push_back(location);
  ASSIGN_OR_RETURN(const std::vector<domain::BinCode> known,
                   store::KnownBins(t, org_id, wave.node_id, locations));
  std::map<std::string_view, const domain::BinCode*> set_up;
  for (const domain::BinCode& code : known) set_up[code.location] = &code;
  std::vector<domain::BinCode> codes;
  for (const std::string& location : locations) {
    const auto found = set_up.find(location);
    codes.push_back(found == set_up.end() ? domain::ReadCode(location) : *found->second);
  }
  floor.located = static_cast<int>(known.size());
  floor.places = domain::Places(codes, policy.aisle_pitch_mm, policy.position_pitch_mm);
  return floor;
}

}  // namespace

absl::StatusOr<v1::ListPickTasksResponse> OutboundHandlers::ListPickTasks(
    const RequestContext& ctx, const v1::ListPickTasksRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.wave_id(), "wave_id", violations);
  convert::OptionalId(request.shipment_id(), "shipment_id", violations);
  convert::OptionalId(request.node_id(), "node_id", violations);
  const auto state = static_cast<PickTaskState>(
      convert::OptionalEnum<v1::PickTaskState>(request.state(), "state", violations));
  const auto kind = static_cast<PickTaskKind>(
      convert::OptionalEnum<v1::PickTaskKind>(request.kind(), "kind", violations));
  RETURN_IF_ERROR(violations.ToStatus());
  const store::TaskFilter filter{.wave_id = request.wave_id(),
                                 .shipment_id = request.shipment_id(),
                                 .node_id = request.node_id(),
                                 .state = state == PickTaskState::kUnspecified ? "" : NameOf(state),
                                 .kind = kind == PickTaskKind::kUnspecified ? "" : NameOf(kind)};
  ASSIGN_OR_RETURN(const PageAsked page,
                   AskedPage(ctx, request,
                             fmt::format("{}/{}/{}/{}/{}", filter.wave_id, filter.shipment_id,
                                         filter.node_id, filter.state, filter.kind),
                             1));
  ASSIGN_OR_RETURN(
      std::vector<PickTask> tasks,
      store::ListTasks(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                       {page.keys.empty() ? std::string_view() : page.keys[0], page.size + 1},
                       filter));
  v1::ListPickTasksResponse response;
  response.set_next_page_token(
      CutPage(page, tasks, [](const PickTask& task) { return std::vector{task.id}; }));
  for (const PickTask& task : tasks) *response.add_tasks() = convert::ToProto(task);
  return response;
}

absl::StatusOr<v1::GetPickPathResponse> OutboundHandlers::GetPickPath(
    const RequestContext& ctx, const v1::GetPickPathRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.wave_id(), "wave_id", violations);
  const std::vector<std::string> zones = convert::Zones(request.zones(), "zones", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const Floor floor,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return FloorOf(t, ctx.org_id(), request.wave_id(), zones);
                   }));
  const domain::PickPath path = domain::PlanPickPath(floor.places);
  v1::GetPickPathResponse response;
  for (size_t i = 0; i < path.order.size(); ++i) {
    const std::string& location = floor.places[path.order[i]].location;
    v1::PickStop* stop = response.add_stops();
    stop->set_location(location);
    stop->set_distance_mm(path.legs_mm[i]);
    for (const PickTask& task : floor.bins.at(location))
      *stop->add_tasks() = convert::ToProto(task);
  }
  response.set_distance_mm(path.distance_mm);
  response.set_s_shape_distance_mm(path.s_shape_distance_mm);
  response.set_located_bins(floor.located);
  return response;
}

absl::StatusOr<v1::RecordPickResponse> OutboundHandlers::RecordPick(
    const RequestContext& ctx, const v1::RecordPickRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.task_id(), "task_id", violations);
  violations.Check(request.picked_quantity() >= 0, "picked_quantity", "must not be negative");
  convert::OptionalEnum<v1::ShortReason>(request.short_reason(), "short_reason", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::RecordPickResponse>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::RecordPickResponse> {
        return Record({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)}, request);
      });
}

absl::StatusOr<v1::PickTask> OutboundHandlers::RecordPutBack(
    const RequestContext& ctx, const v1::RecordPutBackRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.task_id(), "task_id", violations);
  if (!request.location().empty()) convert::Lot(request.location(), "location", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::PickTask>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::PickTask> {
        return PutBack({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)},
                       request.task_id(), request.location());
      });
}

}  // namespace kefu::warehouse
