#include "services/warehouse/domain/put_away.h"

#include "common/testing/status_matchers.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::warehouse::domain {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;
using ::testing::ElementsAre;

// A house with zones A (two bins), B and C; A-2 lies nearer than A-1.
class PutAwayTest : public ::testing::Test {
 protected:
  PutAwayTest() {
    skus_["shirt"] = {.id = "shirt", .category = "shirts", .size_class = SizeClass::kA};
    skus_["sofa"] = {.id = "sofa",
                     .category = "sofas",
                     .size_class = SizeClass::kC,
                     .length_mm = 1000,
                     .width_mm = 500,
                     .height_mm = 500};
    policy_.put_away_rules = {{.categories = {"shirts"},
                               .zones = {"A", "B"},
                               .consolidate = true,
                               .keep_lots_apart = true,
                               .max_bin_pieces = 10},
                              {.size_classes = {SizeClass::kC}, .zones = {"C"}}};
  }

  PutAwayHouse House() { return {policy_, bins_, contents_, skus_}; }

  static PutAwayMove Goods(const std::string& sku, int64_t quantity, const std::string& lot = "") {
    return {.sku_id = sku, .lot = lot, .from_location = "DOCK", .quantity = quantity};
  }
  static PutAwayMove To(PutAwayMove goods, const std::string& bin) {
    goods.to_location = bin;
    return goods;
  }
  std::vector<std::string> Propose(const std::vector<PutAwayMove>& goods) {
    std::vector<std::string> all;
    const PutAwayProposal proposal = ProposePutAway(goods, House());
    for (const PutAwayMove& m : proposal.moves) {
      all.push_back(fmt::format("{}{} {}>{}", m.sku_id, m.lot, m.quantity, m.to_location));
    }
    for (const PutAwayLeftover& l : proposal.leftovers) {
      all.push_back(fmt::format("{} {} {}", l.move.sku_id, l.move.quantity, NameOf(l.reason)));
    }
    return all;
  }

  std::map<std::string, Sku> skus_;
  InboundPolicy policy_;
  std::vector<PutAwayBin> bins_ = {{.location = "A-1", .distance_cm = 200},
                                   {.location = "A-2", .distance_cm = 100},
                                   {.location = "B-1", .distance_cm = 10},
                                   {.location = "C-1", .capacity_cm3 = 600'000}};
  BinContents contents_;
};

TEST_F(PutAwayTest, ZonesComeInTheirOrderThenDistance) {
  EXPECT_THAT(Propose({Goods("shirt", 25)}),
              ElementsAre("shirt 10>A-2", "shirt 10>A-1", "shirt 5>B-1"));
  EXPECT_THAT(Propose({Goods("shirt", 31)}),
              ElementsAre("shirt 10>A-2", "shirt 10>A-1", "shirt 10>B-1", "shirt 1 NO_ROOM"));
}

TEST_F(PutAwayTest, TheSameGoodsComeTogether) {
  contents_["B-1"] = {{.sku_id = "shirt", .quantity = 7}};
  EXPECT_THAT(Propose({Goods("shirt", 5)}), ElementsAre("shirt 3>B-1", "shirt 2>A-2"));
  contents_["B-1"] = {{.sku_id = "shirt", .condition = StockCondition::kDamaged, .quantity = 7}};
  EXPECT_THAT(Propose({Goods("shirt", 5)}), ElementsAre("shirt 5>A-2"));
}

TEST_F(PutAwayTest, LotsOfOneSkuStayApartAlsoWithinAProposal) {
  contents_["A-1"] = {{.sku_id = "shirt", .lot = "M", .quantity = 1}};
  EXPECT_THAT(Propose({Goods("shirt", 2, "L"), Goods("shirt", 2, "N"), Goods("shirt", 2, "O")}),
              ElementsAre("shirtL 2>A-2", "shirtN 2>B-1", "shirt 2 NO_ROOM"));
}

TEST_F(PutAwayTest, OneSkuToABinWhereThatIsTheRule) {
  policy_.put_away_rules[0].keep_skus_apart = true;
  contents_["A-2"] = {{.sku_id = "sofa", .quantity = 1}};
  EXPECT_THAT(Propose({Goods("shirt", 2)}), ElementsAre("shirt 2>A-1"));
  contents_["A-2"][0].quantity = 0;  // nothing is left of it
  EXPECT_THAT(Propose({Goods("shirt", 2)}), ElementsAre("shirt 2>A-2"));
}

TEST_F(PutAwayTest, VolumeLimitsWhereItIsKnown) {
  // A sofa takes 250,000 cm3.
  EXPECT_THAT(Propose({Goods("sofa", 3)}), ElementsAre("sofa 2>C-1", "sofa 1 NO_ROOM"));
  contents_["C-1"] = {{.sku_id = "sofa", .quantity = 2}};
  EXPECT_THAT(Propose({Goods("sofa", 1)}), ElementsAre("sofa 1 NO_ROOM"));
}

TEST_F(PutAwayTest, RulesFitByOwnerConditionAndSize) {
  policy_.put_away_rules.insert(
      policy_.put_away_rules.begin(),
      {.own_goods = true, .conditions = {StockCondition::kDamaged}, .zones = {"C"}});
  PutAwayMove damaged = Goods("shirt", 1);
  damaged.condition = StockCondition::kDamaged;
  EXPECT_THAT(Propose({damaged}), ElementsAre("shirt 1>C-1"));
  damaged.owner_id = "brand";
  EXPECT_THAT(Propose({damaged}), ElementsAre("shirt 1>A-2"));
  policy_.put_away_rules.clear();
  EXPECT_THAT(Propose({damaged}), ElementsAre("shirt 1 NO_RULE"));
}

TEST_F(PutAwayTest, ABinForOtherSizesOrClosedIsPassedBy) {
  bins_[1].closed = true;
  bins_[0].size_classes = {SizeClass::kB};
  EXPECT_THAT(Propose({Goods("shirt", 1)}), ElementsAre("shirt 1>B-1"));
  EXPECT_THAT(CheckPutAway(std::vector{To(Goods("shirt", 1), "A-1")}, House()),
              HasReason("BIN_REFUSES"));
  EXPECT_THAT(CheckPutAway(std::vector{To(Goods("shirt", 1), "A-2")}, House()),
              HasReason("BIN_REFUSES"));
}

TEST_F(PutAwayTest, WhatIsConfirmedMustFit) {
  EXPECT_THAT(CheckPutAway(std::vector{To(Goods("shirt", 1), "Z-1")}, House()),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_OK(CheckPutAway(std::vector{To(Goods("shirt", 10), "C-1")}, House()));  // no zone binds
  EXPECT_THAT(CheckPutAway(std::vector{To(Goods("shirt", 6), "A-1"), To(Goods("shirt", 5), "A-1")},
                           House()),
              HasReason("BIN_REFUSES"));
  // What leaves makes room, in whatever order.
  contents_["A-1"] = {{.sku_id = "shirt", .quantity = 10}};
  PutAwayMove out = To(Goods("shirt", 4), "A-2");
  out.from_location = "A-1";
  EXPECT_OK(CheckPutAway(std::vector{To(Goods("shirt", 4), "A-1"), out}, House()));
}

TEST_F(PutAwayTest, GoodsAreNeverMadeOrLost) {
  contents_["A-1"] = {{.sku_id = "shirt", .quantity = 3}};
  for (int64_t quantity = 1; quantity < 60; ++quantity) {
    const std::vector<PutAwayMove> goods = {Goods("shirt", quantity), Goods("sofa", quantity),
                                            Goods("shirt", quantity, "L")};
    const PutAwayProposal proposal = ProposePutAway(goods, House());
    int64_t sum = 0;
    for (const PutAwayMove& move : proposal.moves) sum += move.quantity;
    for (const PutAwayLeftover& leftover : proposal.leftovers) sum += leftover.move.quantity;
    EXPECT_EQ(sum, 3 * quantity);
    EXPECT_OK(CheckPutAway(proposal.moves, House()));  // what is proposed may be confirmed
  }
}

}  // namespace
}  // namespace kefu::warehouse::domain
