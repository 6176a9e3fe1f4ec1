// Where goods are put. Pure.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/warehouse/domain/inbound_types.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

// A place in the house.
struct PutAwayBin {
  std::string location;
  int64_t distance_cm = 0;   // from the packing station
  int64_t capacity_cm3 = 0;  // 0: not known
  std::vector<SizeClass> size_classes;
  bool closed = false;
};

// Pieces of one kind that lie in a bin.
struct BinContent {
  std::string sku_id;
  std::string owner_id;
  StockCondition condition = StockCondition::kSellable;
  std::string lot;
  int64_t quantity = 0;
};
using BinContents = std::map<std::string, std::vector<BinContent>>;  // by bin

// What deciding about places needs to know.
struct PutAwayHouse {
  const InboundPolicy& policy;
  std::span<const PutAwayBin> bins;
  BinContents contents;
  const std::map<std::string, Sku>& skus;  // of the goods and of what lies in the bins
};

// The first rule that fits; nullptr when none does.
const PutAwayRule* RuleFor(const InboundPolicy& policy, const PutAwayMove& goods, const Sku& sku);

struct PutAwayLeftover {
  PutAwayMove move;
  NoProposalReason reason = NoProposalReason::kUnspecified;
};
struct PutAwayProposal {
  std::vector<PutAwayMove> moves;
  std::vector<PutAwayLeftover> leftovers;
};

// Finds bins for the goods, one after the other: first those that hold the same where the rule
// consolidates, then by the rule's zones, in a zone by distance and code. What a bin takes is
// limited by its room — its volume, where that and the SKU's measures are known, and the rule's
// pieces — and by what must not lie together. Goods are split over bins as needed; the rest is left
// over with the reason.
PutAwayProposal ProposePutAway(std::span<const PutAwayMove> goods, PutAwayHouse house);

// FAILED_PRECONDITION BIN_REFUSES naming every move into a bin that is closed, has no room or must
// not hold the goods by the rule that fits them; zones do not bind. NOT_FOUND for a bin that is not
// there.
absl::Status CheckPutAway(std::span<const PutAwayMove> moves, PutAwayHouse house);

}  // namespace kefu::warehouse::domain
