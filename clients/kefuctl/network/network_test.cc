// The reference network from a small made-up country.
#include <fmt/format.h>

#include <fstream>
#include <map>
#include <set>

#include "clients/kefuctl/network/advise.h"
#include "clients/kefuctl/network/generate.h"
#include "clients/kefuctl/network/load.h"
#include "clients/kefuctl/tests/test_files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kefu/warehouse/v1/warehouse_service.pb.h"

namespace kefu::network {
namespace {

using ::testing::HasSubstr;

// Five provinces in a row from west to east, each with its capital, one more city, and districts
// around them; the last province is a municipality. One district has no coordinates.
class CountryTest : public ::testing::Test {
 protected:
  CountryTest() {
    std::string places = "Places v1,,,\nAD_code,Location_Name_ZH,Latitude,Longitude\n";
    std::string areas = "code,name,cityCode,provinceCode\n";
    std::string cities = "code,name,provinceCode\n";
    for (int p = 11; p <= 15; ++p) {
      for (int c = 1; c <= 2; ++c) {
        if (p == 15 && c == 2) continue;
        const std::string city = fmt::format("{}{:02}", p, c);
        const int lon = 100 + (p - 11) * 4 + c;
        cities += fmt::format("{},\"城{}\",{}\n", city, city, p);
        places += fmt::format("{},城{},30.0,{}.5\n", p == 15 ? "150000" : city + "00", city, lon);
        for (int d = 1; d <= p - 9; ++d) {
          areas += fmt::format("{}{:02},\"地{}{}\",{},{}\n", city, d, d,
                               d % 3 == 0   ? "县"
                               : d % 2 == 0 ? "市"
                                            : "区",
                               city, p);
          places += fmt::format("{}{:02},地,30.{},{}.{}\n", city, d, d, lon, d);
        }
      }
    }
    areas += "110171,开发区,1101,11\n";
    folder_.Write("china_city_list_qweather.csv", places);
    folder_.Write("china_division_areas.csv", areas);
    folder_.Write("china_division_cities.csv", cities);
  }

  kefuctl::TestFolder folder_;
};

TEST_F(CountryTest, ReadsPlacesWithCoordinates) {
  const auto china = ReadChina(folder_.path());
  ASSERT_TRUE(china.ok()) << china.status();
  EXPECT_EQ(china->cities.size(), 9u);
  EXPECT_EQ(china->cities.back().code, "150100");
  EXPECT_EQ(china->cities.back().at.longitude, 117'500'000);
  EXPECT_EQ(china->districts.size(), 2u * (2 + 3 + 4 + 5) + 6);
  EXPECT_EQ(china->without_coordinates, 1);
  EXPECT_FALSE(ReadChina("/nowhere").ok());
  folder_.Write("china_division_areas.csv", "code,title\n");
  EXPECT_THAT(std::string(ReadChina(folder_.path()).status().message()),
              HasSubstr("there is no column name"));
}

TEST_F(CountryTest, TheNetworkIsATreeOfNearestParents) {
  const auto china = ReadChina(folder_.path());
  ASSERT_TRUE(china.ok());
  const Plan plan{.centres = 2, .cities = 3, .stations = 20, .pickups = 18, .districts = 30};
  const auto network = Generate(*china, plan);
  ASSERT_TRUE(network.ok()) << network.status();
  ASSERT_EQ(network->nodes.size(), 2u + 3 + 20 + 18);
  EXPECT_EQ(network->districts, 30);
  EXPECT_LT(network->mean_metres_to_city, network->mean_metres_to_centre);
  std::map<std::string, const PlannedNode*> by_id;
  std::map<warehouse::v1::NodeKind, std::vector<const PlannedNode*>> tiers;
  for (const PlannedNode& node : network->nodes) {
    EXPECT_TRUE(by_id.emplace(node.external_id, &node).second) << node.external_id;
    if (!node.parent_external_id.empty()) {
      ASSERT_TRUE(by_id.contains(node.parent_external_id)) << "parents come first";
    }
    tiers[node.kind].push_back(&node);
  }
  using namespace warehouse::v1;  // NOLINT: the kinds
  const std::pair<NodeKind, NodeKind> above[] = {
      {NODE_KIND_CITY_WAREHOUSE, NODE_KIND_LOGISTICS_CENTRE},
      {NODE_KIND_DELIVERY_STATION, NODE_KIND_CITY_WAREHOUSE},
      {NODE_KIND_PICKUP_POINT, NODE_KIND_DELIVERY_STATION}};
  for (const auto& [kind, parent_kind] : above) {
    for (const PlannedNode* node : tiers[kind]) {
      const PlannedNode* parent = by_id.at(node->parent_external_id);
      EXPECT_EQ(parent->kind, parent_kind);
      for (const PlannedNode* other : tiers[parent_kind]) {
        EXPECT_LE(GreatCircleMetres(node->at, parent->at), GreatCircleMetres(node->at, other->at));
      }
    }
  }
  for (const PlannedNode* centre : tiers[NODE_KIND_LOGISTICS_CENTRE]) {
    EXPECT_EQ(centre->region_code.substr(2, 2), "01") << "a provincial capital";
  }
  // Every covered district has a node; urban districts come first.
  std::set<std::string> covered;
  for (const auto kind : {NODE_KIND_DELIVERY_STATION, NODE_KIND_PICKUP_POINT}) {
    for (const PlannedNode* node : tiers[kind]) covered.insert(node->region_code);
  }
  EXPECT_EQ(covered.size(), 30u);
  EXPECT_TRUE(tiers[NODE_KIND_DELIVERY_STATION].front()->display_name.ends_with("区配送站"));
  EXPECT_EQ(ToCsv(*network), ToCsv(*Generate(*china, plan)));
  EXPECT_THAT(ToCsv(*network), HasSubstr("LOGISTICS_CENTRE,,"));
}

TEST_F(CountryTest, GreedyTakesTheBestFirst) {
  const auto china = ReadChina(folder_.path());
  const auto one =
      Generate(*china, {.centres = 1, .cities = 1, .stations = 9, .pickups = 0, .districts = 34});
  const auto two =
      Generate(*china, {.centres = 2, .cities = 1, .stations = 9, .pickups = 0, .districts = 34});
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(one->nodes[0].external_id, two->nodes[0].external_id);
  // With one centre no other capital is better.
  int64_t best = INT64_MAX;
  for (const Place& city : china->cities) {
    if (city.code.substr(2, 2) != "01") continue;
    int64_t sum = 0;
    for (const Place& d : china->districts) sum += GreatCircleMetres(city.at, d.at);
    best = std::min(best, sum / static_cast<int64_t>(china->districts.size()));
  }
  EXPECT_EQ(one->mean_metres_to_centre, best);
}

TEST_F(CountryTest, RefusesMoreThanThereIs) {
  const auto china = ReadChina(folder_.path());
  EXPECT_FALSE(Generate(*china, {}).ok());
  EXPECT_FALSE(Generate(*china, {.centres = 6, .cities = 1, .stations = 1, .districts = 5}).ok());
  EXPECT_FALSE(Generate(*china, {.centres = 1, .cities = 9, .stations = 1, .districts = 5}).ok());
  EXPECT_FALSE(Generate(*china, {.centres = 0, .cities = 1, .stations = 1, .districts = 5}).ok());
}

TEST_F(CountryTest, BatchesKeepTheOrder) {
  const auto china = ReadChina(folder_.path());
  const auto network =
      Generate(*china, {.centres = 1, .cities = 2, .stations = 6, .pickups = 4, .districts = 8});
  const auto batches = NodeBatches(*network, 5);
  ASSERT_EQ(batches.size(), 3u);
  size_t at = 0;
  for (const auto& batch : batches) {
    EXPECT_LE(batch.nodes_size(), 5);
    for (const auto& item : batch.nodes()) {
      EXPECT_EQ(item.node().external_id(), network->nodes[at++].external_id);
    }
  }
  EXPECT_EQ(at, network->nodes.size());
  EXPECT_EQ(SkuBatches(7, 3).size(), 3u);
  for (const char* path : {kBatchCreateNodes.path, kBatchCreateSkus.path}) {
    std::string name(path + 1);
    std::replace(name.begin(), name.end(), '/', '.');
    EXPECT_NE(google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name), nullptr);
  }
}

TEST(SiteQuestionTest, GroupsSalesAndStock) {
  const kefuctl::TestFolder folder;
  folder.Write("categories.csv", "品类,高级品类,件型\nc1,g1,A\nc2,g1,B\nc3,g2,C\n");
  folder.Write(
      "category_sales_daily.csv",
      "品类,日期,销量\nc1,2023/5/31,1000\nc1,2023/6/1,10\nc2,2023/6/2,21\nc3,2023/6/1,4\n");
  folder.Write("category_stock_monthly.csv",
               "品类,月份,库存量\nc1,2023/5/1,999 \nc1,2023/6/1,50 \nc3,2023/6/1,7\n");
  folder.Write("warehouses.csv",
               "仓库,仓容上限,产能上限,仓租日成本\nw1,618887,20310,1826.329572\nw2,5,6,7 \n");
  AdviseOptions options{.data = folder.path(), .from = "2023-06-01", .to = "2023-06-02"};
  auto request = ReadSiteQuestion(options);
  ASSERT_TRUE(request.ok()) << request.status();
  ASSERT_EQ(request->demands_size(), 2);
  EXPECT_EQ(request->demands(0).demand_id(), "g1");
  EXPECT_EQ(request->demands(0).units_per_day(), 16);  // 31 over two days, rounded up
  EXPECT_EQ(request->demands(0).stock_units(), 50);
  EXPECT_EQ(request->demands(1).stock_units(), 7);
  EXPECT_EQ(request->candidates(0).daily_rent().minor_units(), 182'633);
  EXPECT_EQ(request->candidates(1).capacity_units(), 5);
  options.margin_percent = 100;
  EXPECT_EQ(ReadSiteQuestion(options)->demands(0).stock_units(), 100);
  folder.Write("warehouses.csv", "仓库,仓容上限,产能上限,仓租日成本\nw1,x,1,1\n");
  EXPECT_THAT(std::string(ReadSiteQuestion(options).status().message()),
              HasSubstr("'x' is no number"));
}

}  // namespace
}  // namespace kefu::network
