// Tables for plans: what is read, and the words when it cannot be.
#include <fmt/format.h>

#include "clients/kefuctl/columns.h"
#include "clients/kefuctl/planning/replenishment.h"
#include "clients/kefuctl/planning/slotting.h"
#include "clients/kefuctl/tests/test_files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::planning {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

namespace wh = warehouse::v1;

class PlanningTest : public ::testing::Test {
 protected:
  std::string Words(const absl::Status& status) const {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    return folder_.Short(std::string(status.message()));
  }
  kefuctl::TestFolder folder_;
};

TEST_F(PlanningTest, ColumnsMayHaveSeveralNamesAndBeMissing) {
  const auto path = folder_.Write("t.csv", "b2, a \nx, 1 \n,2\n");
  const auto rows = kefuctl::ReadColumns(path, 0, {"a", "b|b2", "?c"});
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_THAT((*rows)[0].fields, ElementsAre("1", "x", ""));
  EXPECT_EQ((*rows)[1].line, 3);
  EXPECT_EQ(Words(kefuctl::ReadColumns(path, 0, {"c|d"}).status()),
            "t.csv:1: there is no column c|d");
}

TEST_F(PlanningTest, DaysAndCounts) {
  EXPECT_EQ(*kefuctl::ReadDay("f", "2023/6/8"), absl::CivilDay(2023, 6, 8));
  EXPECT_EQ(*kefuctl::ReadDay("f", "2023-06-08"), absl::CivilDay(2023, 6, 8));
  for (const char* bad : {"", "2023", "2023/6", "2023/13/1", "2023/2/30", "2023/6/8 1", "x/6/8"}) {
    EXPECT_EQ(Words(kefuctl::ReadDay("f:1", bad).status()),
              fmt::format("f:1: '{}' is no day", bad));
  }
  EXPECT_EQ(*kefuctl::ReadCount("f", "120"), 120);
  for (const char* bad : {"", "-1", "1.5", "99999999999999999999"}) {
    EXPECT_FALSE(kefuctl::ReadCount("f", bad).ok()) << bad;
  }
}

TEST_F(PlanningTest, SkusAreOfTheirCategoryOrTheirOwn) {
  const auto skus = ReadSkus(folder_.Write("s.csv", "品类,高级品类,件型\nc1,g,B\nc2,g,\n"));
  ASSERT_TRUE(skus.ok()) << skus.status();
  EXPECT_EQ((*skus)[0].code(), "c1");
  EXPECT_EQ((*skus)[0].category(), "c1");
  EXPECT_EQ((*skus)[0].size_class(), wh::SIZE_CLASS_B);
  EXPECT_EQ((*skus)[1].size_class(), wh::SIZE_CLASS_UNSPECIFIED);
  EXPECT_EQ(ReadSkus(folder_.Write("s.csv", "sku,category\nx,tea\n"))->front().category(), "tea");
  EXPECT_EQ(Words(ReadSkus(folder_.Write("s.csv", "sku,size_class\nx,D\n")).status()),
            "s.csv:2: 'D' is no size class: A, B or C");
}

TEST_F(PlanningTest, Bins) {
  const auto bins = ReadBins(folder_.Write(
      "b.csv",
      "location,aisle,position,distance_cm,size_classes,closed\nA-1,A,1,900,AB,\nA-2,A,2,"
      "1100,,1\n"));
  ASSERT_TRUE(bins.ok()) << bins.status();
  EXPECT_EQ((*bins)[0].distance_cm(), 900);
  EXPECT_THAT((*bins)[0].size_classes(), ElementsAre(wh::SIZE_CLASS_A, wh::SIZE_CLASS_B));
  EXPECT_EQ((*bins)[1].position(), 2);
  EXPECT_TRUE((*bins)[1].closed());
  EXPECT_EQ(Words(ReadBins(folder_.Write("b.csv", "location,distance_cm\nA-1,far\n")).status()),
            "b.csv:2: 'far' is no whole number");
}

TEST_F(PlanningTest, PicksOfTheDaysAreSummed) {
  const auto path = folder_.Write(
      "p.csv", "品类,日期,销量\nc1,2023/5/31,100\nc1,2023/6/1,10\nc1,2023/6/2,5\nc2,2023/7/1,9\n");
  const absl::CivilDay from(2023, 6, 1), to(2023, 6, 30);
  EXPECT_THAT(*ReadPicks(path, from, to), ElementsAre(Pair("c1", 15), Pair("c2", 0)));
  EXPECT_THAT(*ReadPicks(folder_.Write("p.csv", "sku,picks\na,7\n"), from, to),
              ElementsAre(Pair("a", 7)));
  EXPECT_THAT(*ReadLocations(folder_.Write("l.csv", "sku,location\na,A-1\n")),
              ElementsAre(Pair("a", "A-1")));
  const auto pairs = ReadAffinities(folder_.Write("a.csv", "品类1,品类2,关联度\nc1,c2,103\n"));
  EXPECT_EQ(pairs->front().affinity().orders(), 103);
  EXPECT_EQ(pairs->front().line(), 2);
}

TEST_F(PlanningTest, DemandAndTheLastStockBeforeThePlan) {
  const auto demand =
      ReadDemand(folder_.Write("d.csv", "sku,date,quantity,node\na,2023/6/1,3,N\n"));
  ASSERT_TRUE(demand.ok()) << demand.status();
  EXPECT_EQ(demand->front().node_id(), "N");
  EXPECT_EQ(demand->front().date().day(), 1);
  const auto path = folder_.Write("k.csv",
                                  "品类,月份,库存量\nc1,2023/6/1,50 \nc1,2023/5/1,40\n"
                                  "c1,2023/7/1,60\nc2,2023/7/1,9\n");
  const auto items = ReadStock(path, absl::CivilDay(2023, 5, 31));
  ASSERT_TRUE(items.ok()) << items.status();
  ASSERT_EQ(items->size(), 1u);
  EXPECT_EQ(items->front().available(), 50) << "the morning after";
  EXPECT_EQ(ReadStock(path, absl::CivilDay(2023, 5, 30))->front().available(), 40);
  const auto full = ReadStock(
      folder_.Write("k.csv", "sku,available,in_transit,pack_size\na,1,2,12\n"), absl::CivilDay());
  EXPECT_EQ(full->front().in_transit(), 2);
  EXPECT_EQ(full->front().pack_size(), 12);
}

TEST_F(PlanningTest, Events) {
  const auto event = ReadEvent("2023-06-16:2023-06-18:1.8");
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->last_date().day(), 18);
  EXPECT_EQ(event->uplift(), 1.8);
  EXPECT_THAT(Words(ReadEvent("2023-06-16:1.8").status()), HasSubstr("FROM:TO:UPLIFT"));
  EXPECT_THAT(Words(ReadEvent("2023-06-16:x:1.8").status()), HasSubstr("'x' is no day"));
}

TEST(PlanningRpcs, AreInTheContracts) {
  // Links the file, of which kefuctl uses no message.
  EXPECT_NE(wh::SetNodeScheduleRequest::descriptor(), nullptr);
  for (const char* path :
       {kSetBins.path, kImportAffinity.path, kBatchCreateSkus.path, kComputeSlotting.path,
        kImportDemand.path, kPlanReplenishment.path, kListReplenishmentLines.path}) {
    std::string name(path + 1);
    std::replace(name.begin(), name.end(), '/', '.');
    EXPECT_NE(google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name), nullptr)
        << name;
  }
}

}  // namespace
}  // namespace kefu::planning
