#include "services/warehouse/domain/put_away.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "services/warehouse/errors_inbound.h"

namespace kefu::warehouse::domain {
namespace {

constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();

template <class T>
bool Fits(const std::vector<T>& wanted, const T& value) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

// 0 when a measure is not known.
int64_t CubicMillimetres(const Sku& sku) {
  return int64_t{sku.length_mm} * sku.width_mm * sku.height_mm;
}

bool Same(const BinContent& content, const PutAwayMove& goods) {
  return content.sku_id == goods.sku_id && content.owner_id == goods.owner_id &&
         content.condition == goods.condition && content.lot == goods.lot;
}

// Why the bin does not take the goods at all; empty when it may.
std::string_view WhyNot(const PutAwayBin& bin, std::span<const BinContent> contents,
                        const PutAwayRule* rule, const PutAwayMove& goods, const Sku& sku) {
  if (bin.closed) return "it is closed";
  if (sku.size_class != SizeClass::kUnspecified && !Fits(bin.size_classes, sku.size_class)) {
    return "it does not take the SKU's size class";
  }
  for (const BinContent& content : contents) {
    if (rule == nullptr || content.quantity == 0) continue;
    const bool same_sku = content.sku_id == goods.sku_id;
    if (rule->keep_skus_apart && !same_sku) return "it holds another SKU";
    if (rule->keep_lots_apart && same_sku && content.lot != goods.lot) {
      return "it holds another lot of the SKU";
    }
  }
  return "";
}

int64_t RoomFor(const PutAwayBin& bin, std::span<const BinContent> contents,
                const PutAwayRule* rule, const Sku& sku, const std::map<std::string, Sku>& skus) {
  constexpr int64_t kCubicMillimetresPerCm3 = 1000;
  int64_t room = kUnlimited;
  int64_t pieces = 0, used = 0;
  for (const BinContent& content : contents) {
    pieces += content.quantity;
    const auto other = skus.find(content.sku_id);
    if (other != skus.end()) used += content.quantity * CubicMillimetres(other->second);
  }
  if (rule != nullptr && rule->max_bin_pieces > 0) room = rule->max_bin_pieces - pieces;
  const int64_t piece = CubicMillimetres(sku);
  if (bin.capacity_cm3 > 0 && piece > 0) {
    room = std::min(room, (bin.capacity_cm3 * kCubicMillimetresPerCm3 - used) / piece);
  }
  return std::max<int64_t>(room, 0);
}

void Change(std::vector<BinContent>& contents, const PutAwayMove& goods, int64_t quantity) {
  for (BinContent& content : contents) {
    if (!Same(content, goods)) continue;
    content.quantity += quantity;
    return;
  }
  contents.push_back({goods.sku_id, goods.owner_id, goods.condition, goods.lot, quantity});
}

// Bins of the rule's zones in the order in which they are filled.
std::vector<const PutAwayBin*> InOrder(const PutAwayHouse& house, const PutAwayRule& rule,
                                       const PutAwayMove& goods) {
  std::vector<std::tuple<bool, size_t, int64_t, std::string_view, const PutAwayBin*>> ranked;
  for (const PutAwayBin& bin : house.bins) {
    const auto zone = std::ranges::find(rule.zones, ZoneOf(bin.location));
    if (zone == rule.zones.end() || bin.location == goods.from_location) continue;
    bool holds_same = false;
    if (const auto at = house.contents.find(bin.location); at != house.contents.end()) {
      holds_same = std::ranges::any_of(at->second, [&](const BinContent& content) {
        return content.quantity > 0 && Same(content, goods);
      });
    }
    ranked.emplace_back(!(rule.consolidate && holds_same), zone - rule.zones.begin(),
                        bin.distance_cm, bin.location, &bin);
  }
  std::ranges::sort(ranked);
  std::vector<const PutAwayBin*> bins;
  for (const auto& rank : ranked) bins.push_back(std::get<4>(rank));
  return bins;
}

}  // namespace

const PutAwayRule* RuleFor(const InboundPolicy& policy, const PutAwayMove& goods, const Sku& sku) {
  for (const PutAwayRule& rule : policy.put_away_rules) {
    const bool owner_fits = rule.own_goods
                                ? goods.owner_id.empty()
                                : rule.owner_id.empty() || rule.owner_id == goods.owner_id;
    if (owner_fits && Fits(rule.categories, sku.category) &&
        Fits(rule.size_classes, sku.size_class) && Fits(rule.conditions, goods.condition)) {
      return &rule;
    }
  }
  return nullptr;
}

PutAwayProposal ProposePutAway(std::span<const PutAwayMove> goods, PutAwayHouse house) {
  PutAwayProposal proposal;
  for (const PutAwayMove& wanted : goods) {
    const Sku& sku = house.skus.at(wanted.sku_id);
    const PutAwayRule* rule = RuleFor(house.policy, wanted, sku);
    PutAwayMove left = wanted;
    if (rule == nullptr) {
      proposal.leftovers.push_back({left, NoProposalReason::kNoRule});
      continue;
    }
    for (const PutAwayBin* bin : InOrder(house, *rule, wanted)) {
      if (left.quantity == 0) break;
      std::vector<BinContent>& contents = house.contents[bin->location];
      if (!WhyNot(*bin, contents, rule, wanted, sku).empty()) continue;
      PutAwayMove move = left;
      move.to_location = bin->location;
      move.quantity = std::min(left.quantity, RoomFor(*bin, contents, rule, sku, house.skus));
      if (move.quantity == 0) continue;
      Change(contents, move, move.quantity);
      left.quantity -= move.quantity;
      proposal.moves.push_back(std::move(move));
    }
    if (left.quantity > 0) proposal.leftovers.push_back({left, NoProposalReason::kNoRoom});
  }
  return proposal;
}

absl::Status CheckPutAway(std::span<const PutAwayMove> moves, PutAwayHouse house) {
  std::map<std::string_view, const PutAwayBin*> bins;
  for (const PutAwayBin& bin : house.bins) bins.emplace(bin.location, &bin);
  for (const PutAwayMove& move : moves) {
    if (!bins.contains(move.to_location)) return error::BinNotFound(move.to_location);
  }
  // What leaves a bin makes room in it, in whatever order the moves are named.
  for (const PutAwayMove& move : moves) {
    Change(house.contents[move.from_location], move, -move.quantity);
  }
  std::vector<error::LineFault> faults;
  for (size_t i = 0; i < moves.size(); ++i) {
    const PutAwayMove& move = moves[i];
    const PutAwayBin& bin = *bins.at(move.to_location);
    const Sku& sku = house.skus.at(move.sku_id);
    const PutAwayRule* rule = RuleFor(house.policy, move, sku);
    std::vector<BinContent>& contents = house.contents[bin.location];
    std::string_view why = WhyNot(bin, contents, rule, move, sku);
    if (why.empty() && RoomFor(bin, contents, rule, sku, house.skus) < move.quantity) {
      why = "it has no room for so many";
    }
    if (!why.empty()) faults.push_back({i, bin.location, std::string(why)});
    Change(contents, move, move.quantity);
  }
  return faults.empty() ? absl::OkStatus() : error::BinRefuses(faults);
}

}  // namespace kefu::warehouse::domain
