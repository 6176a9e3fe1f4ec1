// Which goods should lie in which bin.
#include <algorithm>
#include <map>
#include <set>

#include "fmt/format.h"
#include "services/warehouse/handlers/planning.h"
#include "services/warehouse/handlers/planning_policies.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

constexpr int kMaxDays = 366;
constexpr int kMaxSkus = 20'000;
constexpr int kMaxAffinities = 100'000;
constexpr int64_t kMaxPicks = 1'000'000'000;
constexpr int64_t kMaxAllPicks = 1'000'000'000'000;  // times 10 km still fits an int64
constexpr int kDefaultMoves = 50;
constexpr int kAllBins = 1'000'000;
constexpr size_t kPerStatement = 1000;

struct Command {
  convert::Days days;
  int64_t day_count = 1;
  int max_moves = 0;
};

absl::Status CheckPicks(const v1::ComputeSlottingRequest& request, FieldViolations& violations) {
  violations.Check(request.picks_size() <= kMaxSkus, "picks", "must have at most 20000 items");
  std::set<std::string_view> seen, bins;
  int64_t total = 0;
  for (int i = 0; i < request.picks_size(); ++i) {
    const v1::SkuPicks& each = request.picks(i);
    const std::string path = fmt::format("picks[{}]", i);
    convert::Id(each.sku_id(), path + ".sku_id", violations);
    violations.Check(seen.insert(each.sku_id()).second, path + ".sku_id", "stands there before");
    const bool good = each.picks() >= 0 && each.picks() <= kMaxPicks;
    violations.Check(good, path + ".picks", "must be 0 to 1000000000");
    total += good ? each.picks() : 0;
    convert::OptionalText(each.location(), 64, path + ".location", violations);
    violations.Check(each.location().empty() || bins.insert(each.location()).second,
                     path + ".location", "is the bin of an SKU before");
  }
  violations.Check(total <= kMaxAllPicks, "picks", "must not add up to more than 1000000000000");
  violations.Check(request.affinities_size() <= kMaxAffinities, "affinities",
                   "must have at most 100000 items");
  for (int i = 0; i < request.affinities_size(); ++i) {
    const std::string fault = convert::FaultOf(request.affinities(i));
    violations.Check(fault.empty(), fmt::format("affinities[{}]", i), fault);
  }
  return violations.ToStatus();
}

absl::StatusOr<Command> Convert(const RequestContext& ctx,
                                const v1::ComputeSlottingRequest& request) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  convert::Id(request.node_id(), "node_id", violations);
  convert::OptionalId(request.owner_id(), "owner_id", violations);
  Command command{.max_moves = request.max_moves() == 0 ? kDefaultMoves : request.max_moves()};
  violations.Check(request.has_days(), "days", "must be set");
  const auto days = convert::OptionalDays(request.has_days(), request.days(), "days", violations);
  if (days) {
    command.days = *days;
    command.day_count = days->last - days->first + 1;
    violations.Check(command.day_count >= 1 && command.day_count <= kMaxDays, "days",
                     "must be at most 366 days");
  }
  if (request.has_policy()) convert::FromProto(request.policy(), inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(CheckPicks(request, violations));
  return command;
}

// Everything that the computation needs, read in one transaction.
class Floor {
 public:
  Floor(db::Transaction& t, const RequestContext& ctx, const v1::ComputeSlottingRequest& request,
        const Command& command)
      : t_(t), ctx_(ctx), request_(request), command_(command) {}

  absl::Status Read() {
    ASSIGN_OR_RETURN(const domain::Node node, store::FindNode(t_, org(), request_.node_id()));
    RETURN_IF_ERROR(ReadPolicy());
    RETURN_IF_ERROR(ReadBins());
    ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(node.time_zone));
    RETURN_IF_ERROR(ReadPicks(zone));
    RETURN_IF_ERROR(ReadStock());
    RETURN_IF_ERROR(ReadSkus());
    return ReadAffinities();
  }

  v1::ComputeSlottingResponse Compute() const;

 private:
  std::string_view org() const { return ctx_.org_id(); }

  absl::Status ReadPolicy() {
    v1::SlottingPolicy policy = request_.policy();
    if (!request_.has_policy()) {
      ASSIGN_OR_RETURN(
          policy, OrganizationPolicy(t_, org(), kSlottingPolicyKind, domain::DefaultDay(ctx_.now),
                                     convert::ToProto(domain::SlottingPolicy())));
      policy_version_ = policy.version();
    }
    FieldViolations checked;
    policy_ = convert::FromProto(policy, checked);
    for (const v1::CategoryTemperature& each : policy.category_temperatures()) {
      temperatures_[each.category()] = each.temperature_zone();
    }
    return absl::OkStatus();
  }

  absl::Status ReadBins() {
    ASSIGN_OR_RETURN(const auto rows, store::ListBins(t_, org(), request_.node_id(), "", kAllBins));
    for (const store::BinRow& row : rows) {
      bin_of_[row.bin.location] = bins_.size();
      bins_.push_back(row.bin);
    }
    return absl::OkStatus();
  }

  domain::SlotItem& ItemOf(const std::string& sku_id) {
    const auto [at, added] = item_of_.emplace(sku_id, items_.size());
    if (added) items_.push_back({.sku_id = sku_id});
    return items_[at->second];
  }

  absl::Status ReadPicks(absl::TimeZone zone) {
    for (const v1::SkuPicks& each : request_.picks()) {
      domain::SlotItem& item = ItemOf(each.sku_id());
      item.picks = each.picks();
      const auto bin = bin_of_.find(each.location());
      if (bin != bin_of_.end()) Place(item, bin->second);
    }
    if (request_.picks_size() > 0) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto picks,
                     store::CountPicks(t_, org(), request_.node_id(), request_.owner_id(),
                                       StartOfDay(command_.days.first, zone),
                                       StartOfDay(command_.days.last + 1, zone)));
    for (const auto& [sku_id, count] : picks) ItemOf(sku_id).picks = std::min(count, kMaxPicks);
    return absl::OkStatus();
  }

  // A bin is the place of one item: of the first that claims it.
  void Place(domain::SlotItem& item, size_t bin) {
    if (taken_.insert(bin).second) item.bin = bin;
  }

  // Goods lie in the bin with most of their pieces.
  absl::Status ReadStock() {
    ASSIGN_OR_RETURN(auto stock,
                     store::StockByBin(t_, org(), request_.node_id(), request_.owner_id()));
    std::ranges::stable_sort(stock, std::greater(), &store::BinStock::pieces);
    for (const store::BinStock& row : stock) {
      const auto bin = bin_of_.find(row.location);
      if (bin == bin_of_.end() && !item_of_.contains(row.sku_id)) continue;
      domain::SlotItem& item = ItemOf(row.sku_id);
      item.pieces += row.pieces;
      if (bin != bin_of_.end() && item.bin == domain::kNoBin) Place(item, bin->second);
    }
    return absl::OkStatus();
  }

  absl::Status ReadSkus() {
    std::set<std::string> part;
    for (auto item = item_of_.begin(); item != item_of_.end();) {
      part.clear();
      for (; item != item_of_.end() && part.size() < kPerStatement; ++item)
        part.insert(item->first);
      ASSIGN_OR_RETURN(const auto skus, store::FindSkus(t_, org(), part));
      for (const std::string& id : part) {
        const auto sku = skus.find(id);
        if (sku == skus.end()) return error::SkuNotFound(id);
        Describe(sku->second, items_[item_of_.at(id)]);
      }
    }
    return absl::OkStatus();
  }

  void Describe(const domain::Sku& sku, domain::SlotItem& item) {
    const int64_t piece_mm3 = int64_t{sku.length_mm} * sku.width_mm * sku.height_mm;
    const auto volume = static_cast<__int128>(piece_mm3) * item.pieces / 1000;
    item.volume_cm3 = volume > INT64_MAX ? INT64_MAX : static_cast<int64_t>(volume);
    if (sku.size_class != domain::SizeClass::kUnspecified) {
      item.size_class = 1U << static_cast<unsigned>(sku.size_class);
    }
    const auto temperature = temperatures_.find(sku.category);
    if (temperature != temperatures_.end()) item.temperature_zone = temperature->second;
    if (!sku.category.empty()) categories_[sku.category].push_back(item_of_.at(sku.id));
  }

  absl::Status ReadAffinities() {
    for (const v1::Affinity& each : request_.affinities()) {
      AddPair(each.first(), each.second(), each.orders());
    }
    if (request_.affinities_size() > 0 || policy_.affinity_rounds == 0) return absl::OkStatus();
    std::set<std::string> ids, categories;
    for (const auto& [id, item] : item_of_) ids.insert(id);
    for (const auto& [category, items] : categories_) categories.insert(category);
    ASSIGN_OR_RETURN(const auto by_sku, store::FindAffinities(t_, org(), "SKU", ids));
    for (const auto& row : by_sku) AddPair(row.first, row.second, row.orders);
    ASSIGN_OR_RETURN(const auto by_category,
                     store::FindAffinities(t_, org(), "CATEGORY", categories));
    for (const auto& row : by_category) AddCategories(row);
    return absl::OkStatus();
  }

  void AddPair(const std::string& first, const std::string& second, int64_t orders) {
    const auto a = item_of_.find(first), b = item_of_.find(second);
    if (a != item_of_.end() && b != item_of_.end())
      pairs_.push_back({a->second, b->second, orders});
  }

  // Orders with both categories, spread over their SKUs in proportion to the picks of both.
  void AddCategories(const store::AffinityRow& row) {
    const auto a = categories_.find(row.first), b = categories_.find(row.second);
    if (a == categories_.end() || b == categories_.end()) return;
    __int128 all_a = 0, all_b = 0;
    for (const size_t i : a->second) all_a += items_[i].picks;
    for (const size_t i : b->second) all_b += items_[i].picks;
    if (all_a == 0 || all_b == 0) return;
    for (const size_t i : a->second) {
      const __int128 share = static_cast<__int128>(row.orders) * items_[i].picks / all_a;
      for (const size_t j : b->second) {
        const auto orders = static_cast<int64_t>(share * items_[j].picks / all_b);
        if (orders > 0) pairs_.push_back({i, j, orders});
      }
    }
  }

  std::string LocationOf(size_t bin) const {
    return bin == domain::kNoBin ? "" : bins_[bin].location;
  }
  std::string Explain(const domain::SlotItem& item, size_t best) const;
  void AddMoves(const domain::Slotting& plan, const domain::Walking& walking,
                v1::ComputeSlottingResponse& response) const;

  db::Transaction& t_;
  const RequestContext& ctx_;
  const v1::ComputeSlottingRequest& request_;
  const Command& command_;
  domain::SlottingPolicy policy_;
  int64_t policy_version_ = -1;
  std::map<std::string, std::string> temperatures_;  // by category
  std::vector<domain::SlotBin> bins_;
  std::map<std::string, size_t, std::less<>> bin_of_, item_of_;
  std::vector<domain::SlotItem> items_;
  std::set<size_t> taken_;
  std::map<std::string, std::vector<size_t>> categories_;
  std::vector<domain::ItemPair> pairs_;
};

std::string Floor::Explain(const domain::SlotItem& item, size_t best) const {
  if (best == domain::kNoBin) {
    const bool fits = std::ranges::any_of(
        bins_, [&](const domain::SlotBin& bin) { return domain::Fits(item, bin); });
    return fits ? "no bin is left that fits: others are picked more"
                : "no bin fits its size, volume or temperature";
  }
  if (item.bin == best) return "lies where it should";
  const std::string to = fmt::format("{} at {} cm", bins_[best].location, bins_[best].distance_cm);
  if (item.bin == domain::kNoBin) return "lies in no bin that is known; best in " + to;
  return fmt::format("{} picks from {} cm; best in {}", item.picks, bins_[item.bin].distance_cm,
                     to);
}

void Floor::AddMoves(const domain::Slotting& plan, const domain::Walking& walking,
                     v1::ComputeSlottingResponse& response) const {
  for (const domain::SlotMove& each : plan.moves) {
    v1::SlotMove* move = response.add_moves();
    move->set_group(each.group);
    move->set_sku_id(items_[each.item].sku_id);
    move->set_from_location(LocationOf(each.from));
    move->set_to_location(LocationOf(each.to));
    move->set_pieces(items_[each.item].pieces);
    move->set_group_saved_cm_per_day(walking.PerDay(each.group_saved));
    move->set_effort_cm(each.effort_cm);
  }
}

v1::ComputeSlottingResponse Floor::Compute() const {
  const domain::Slotting plan =
      domain::PlanSlotting(policy_, command_.day_count, items_, bins_, pairs_, command_.max_moves);
  const domain::Walking walking(policy_, command_.day_count, items_, bins_, pairs_);
  std::vector<int64_t> picks;
  std::vector<size_t> order;
  for (const domain::SlotItem& item : items_) {
    order.push_back(picks.size());
    picks.push_back(item.picks);
  }
  const auto classes = domain::ClassesByPicks(policy_, picks);
  std::ranges::sort(order, [&](size_t a, size_t b) {
    return std::tuple(-picks[a], items_[a].sku_id) < std::tuple(-picks[b], items_[b].sku_id);
  });
  v1::ComputeSlottingResponse response;
  for (const size_t i : order) {
    v1::SkuSlot* slot = response.add_slots();
    slot->set_sku_id(items_[i].sku_id);
    slot->set_pick_class(static_cast<v1::PickClass>(classes[i]));
    slot->set_picks(items_[i].picks);
    slot->set_current_location(LocationOf(items_[i].bin));
    slot->set_best_location(LocationOf(plan.best[i]));
    slot->set_proposed_location(LocationOf(plan.proposed[i]));
    slot->set_explanation(Explain(items_[i], plan.best[i]));
  }
  AddMoves(plan, walking, response);
  response.set_walking_before_cm_per_day(walking.PerDay(plan.before));
  response.set_walking_after_cm_per_day(walking.PerDay(plan.after));
  response.set_walking_best_cm_per_day(walking.PerDay(plan.walking_best));
  response.set_affinity_saved_cm_per_day(walking.PerDay(plan.affinity_saved));
  response.set_policy_version(policy_version_);
  return response;
}

}  // namespace

absl::StatusOr<v1::ComputeSlottingResponse> PlanningHandlers::ComputeSlotting(
    const RequestContext& ctx, const v1::ComputeSlottingRequest& request) const {
  ASSIGN_OR_RETURN(const Command command, Convert(ctx, request));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ComputeSlottingResponse> {
        Floor floor(t, ctx, request, command);
        RETURN_IF_ERROR(floor.Read());
        return floor.Compute();
      });
}

}  // namespace kefu::warehouse
