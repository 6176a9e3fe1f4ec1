// What returns and exchanges are played with: orders, goods in two houses, agents who sold them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "tests/chaos/flow_calls.h"

namespace kefu::chaos {

// How a case goes, as far as people decide it.
enum class Story : uint8_t {
  kReturn,           // one of two pieces comes back and is intact
  kReturnAll,        // both do
  kTwins,            // two cases of one order, a piece each
  kExchange,         // for the same
  kPaysMore,         // for something dearer: the buyer pays
  kGetsBack,         // for something cheaper
  kScarce,           // for something of which there is not enough for all: the others get money
  kLostHold,         // what was held for it is let go while the goods travel
  kDamagedReturn,    // what comes back is damaged
  kDamagedExchange,  // the same
  kNeverComes,       // nothing comes back, and the agent calls it off
  kCalledOff,        // the warehouse calls it off
  kCancelledReturn,  // the agent calls it off while it goes on: either may be first
  kCancelledExchange,
  kCancelledRefund,  // money without goods, called off at once
  kAppealed,         // a return whose decision is appealed against at once, and stands
  kRejected          // nothing follows
};
std::string_view NameOf(Story story);

// When a cancelled one is cancelled.
enum class Moment : uint8_t { kAtOnce, kGoodsComeIn, kGoodsLeave };

constexpr int64_t kMore = 700, kBack = 500;  // price differences, in fen
constexpr int kAgents = 5;

struct Flow {
  int number = 0;
  Story story = Story::kReturn;
  Moment moment = Moment::kAtOnce;

  std::string order_id() const;
  std::string customer_id() const;
  std::string agent_id() const;
  int64_t paid() const { return 2 * (5000 + 37 * int64_t{number}); }  // fen, for two pieces
  int pieces() const { return story == Story::kReturnAll ? 2 : 1; }   // that come back
  int cases() const { return story == Story::kTwins ? 2 : 1; }
  bool exchange() const;
  bool damaged() const;
  bool cancelled() const;
  // Every other order was sent from a house of ours, the others come home by the policy.
  bool sold_here() const { return number % 2 == 0; }
};

// The same for the same seed.
std::vector<Flow> PlanFlows(uint64_t seed, int count);

class FlowWorld {
 public:
  // Makes everything, undisturbed.
  FlowWorld(FlowCalls& calls, const Suite& suite, const std::vector<Flow>& flows);

  const std::string& SkuOf(const Flow& flow) const { return sold_[flow.number % sold_.size()]; }
  // What an exchange sends.
  const std::string& SentFor(const Flow& flow) const;
  const std::string& NodeOf(const Flow& flow) const { return nodes_[flow.number / 2 % 2]; }
  const std::map<std::string, int64_t>& stock() const { return stock_; }  // at first, by SKU
  int64_t scarce() const { return stock_.at(scarce_); }
  absl::CivilDay day() const { return day_; }  // of everything, in the shop's zone

 private:
  void MakeHouses(FlowCalls& calls, const std::vector<Flow>& flows);
  std::string MakeSku(FlowCalls& calls, const std::string& code, int64_t quantity);
  void MakePolicies(FlowCalls& calls);
  void TellPerformance(FlowCalls& calls, const Suite& suite, const std::vector<Flow>& flows);

  std::array<std::string, 2> nodes_;
  std::array<std::string, 4> sold_;
  std::string other_, scarce_;
  std::map<std::string, int64_t> stock_;
  absl::CivilDay day_;
};

}  // namespace kefu::chaos
