// AdviseSites from the wire to the solver and back.
#include "services/warehouse/tests/network/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class SitesTest : public NetworkTest {
 protected:
  absl::StatusOr<v1::AdviseSitesResponse> Advise(const std::string& text) {
    return Call(&Stub::AdviseSites, text);
  }
};

constexpr std::string_view kTwoRegions =
    "demands { demand_id: 'bj' region_code: '110105' orders_per_day: 120000 units_per_day: 900"
    " stock_units: 4000 location { latitude_micro_degrees: 39900000"
    " longitude_micro_degrees: 116400000 } }"
    "demands { demand_id: 'sh' region_code: '310101' orders_per_day: 6000 units_per_day: 500"
    " stock_units: 2000 location { latitude_micro_degrees: 31200000"
    " longitude_micro_degrees: 121500000 } }";
constexpr std::string_view kTwoSites =
    " candidates { site_id: 'north' capacity_units: 9000 daily_throughput_units: 2000"
    " daily_rent { currency_code: 'CNY' minor_units: 100000 } location {"
    " latitude_micro_degrees: 39000000 longitude_micro_degrees: 116400000 } }"
    " candidates { site_id: 'east' capacity_units: 9000 daily_throughput_units: 2000"
    " daily_rent { currency_code: 'CNY' minor_units: 100000 } location {"
    " latitude_micro_degrees: 31000000 longitude_micro_degrees: 121500000 } }";

TEST_F(SitesTest, TransportDecidesBetweenOneSiteAndTwo) {
  const std::string both = std::string(kTwoRegions) + std::string(kTwoSites);
  ASSERT_OK_AND_ASSIGN(const auto cheap, Advise(both + " transport_minor_per_1000_unit_km: 100"));
  EXPECT_EQ(cheap.status(), v1::PLAN_STATUS_OPTIMAL);
  ASSERT_EQ(cheap.sites_size(), 1);
  EXPECT_EQ(cheap.sites(0).site_id(), "north");
  EXPECT_EQ(cheap.sites(0).units_per_day(), 1400);
  EXPECT_EQ(cheap.sites(0).throughput_use_bps(), 7000);
  EXPECT_EQ(cheap.sites(0).stock_units(), 6000);
  ASSERT_OK_AND_ASSIGN(const auto dear, Advise(both + " transport_minor_per_1000_unit_km: 1000"));
  EXPECT_EQ(dear.sites_size(), 2);
  ASSERT_EQ(dear.flows_size(), 2);
  EXPECT_EQ(dear.flows(0).site_id(), "north");
  EXPECT_NEAR(static_cast<double>(dear.flows(0).distance_metres()), 100'075, 50);
  EXPECT_EQ(dear.rent_cost().minor_units(), 200'000);
  EXPECT_EQ(dear.objective().minor_units(),
            dear.rent_cost().minor_units() + dear.transport_cost().minor_units());
  EXPECT_LE(dear.best_bound().minor_units(), dear.objective().minor_units());
  EXPECT_LE(dear.gap_bps(), 1);
  ASSERT_OK_AND_ASSIGN(const auto one,
                       Advise(both + " transport_minor_per_1000_unit_km: 1000 max_sites: 1"));
  EXPECT_EQ(one.sites_size(), 1);
  EXPECT_GT(one.objective().minor_units(), dear.objective().minor_units());
}

TEST_F(SitesTest, ThresholdsComeFromThePolicy) {
  ASSERT_OK_AND_ASSIGN(const auto shipped, Advise(std::string(kTwoRegions)));
  ASSERT_EQ(shipped.regions_size(), 2);
  EXPECT_EQ(shipped.regions(0).kind(), v1::SITE_ADVICE_KIND_BUILD_CENTRE);
  EXPECT_EQ(shipped.regions(0).threshold(), 100'000);
  EXPECT_EQ(shipped.regions(1).kind(), v1::SITE_ADVICE_KIND_RENT_WAREHOUSE);
  EXPECT_EQ(shipped.regions(1).cost_per_day().minor_units(), 240'000);
  EXPECT_EQ(shipped.status(), v1::PLAN_STATUS_UNSPECIFIED);
  SetMode("ORDER_POINT",
          "site_rule { rent_above_orders_per_day: 10000 build_above_orders_per_day: 200000 }");
  ASSERT_OK_AND_ASSIGN(const auto own, Advise(std::string(kTwoRegions)));
  EXPECT_EQ(own.policy_version(), 1);
  EXPECT_EQ(own.regions(0).kind(), v1::SITE_ADVICE_KIND_RENT_WAREHOUSE);
  EXPECT_EQ(own.regions(1).kind(), v1::SITE_ADVICE_KIND_NONE);
}

TEST_F(SitesTest, NamesWhatIsShortAndEveryFault) {
  const auto status =
      Advise(std::string(kTwoRegions) +
             " candidates { site_id: 's' capacity_units: 9000 daily_throughput_units: 1000"
             " daily_rent { currency_code: 'CNY' } }")
          .status();
  EXPECT_THAT(status, HasReason("SITES_INSUFFICIENT"));
  EXPECT_TRUE(GetDetail<google::rpc::PreconditionFailure>(status));
  const auto faults =
      Advise(
          "demands { demand_id: 'd' units_per_day: -1 } demands { demand_id: 'd' }"
          " candidates { site_id: 's' capacity_units: 1 daily_throughput_units: 0"
          " daily_rent { currency_code: 'CNY' } }"
          " candidates { site_id: 's' capacity_units: 1 daily_throughput_units: 1"
          " daily_rent { currency_code: 'USD' minor_units: -1 } }"
          " time_limit_seconds: 301 max_sites: -1 transport_minor_per_1000_unit_km: -1")
          .status();
  const auto detail = GetDetail<google::rpc::BadRequest>(faults);
  ASSERT_TRUE(detail);
  std::set<std::string> fields;
  for (const auto& v : detail->field_violations()) fields.insert(v.field());
  EXPECT_THAT(fields,
              UnorderedElementsAre("demands[0].units_per_day", "demands[1].demand_id",
                                   "candidates[0].daily_throughput_units", "candidates[1].site_id",
                                   "candidates[1].daily_rent.currency_code",
                                   "candidates[1].daily_rent.minor_units", "time_limit_seconds",
                                   "max_sites", "transport_minor_per_1000_unit_km"));
}

TEST_F(SitesTest, ManyAskersGetAPlanOrAreToldToWait) {
  std::vector<std::thread> askers;
  std::atomic<int> plans = 0, busy = 0;
  for (int i = 0; i < 24; ++i) {
    askers.emplace_back([&] {
      const auto plan = Advise(std::string(kTwoRegions) + std::string(kTwoSites));
      if (plan.ok()) ++plans;
      if (ReasonOf(plan.status()) == "SOLVER_BUSY") ++busy;
    });
  }
  for (std::thread& asker : askers) asker.join();
  EXPECT_EQ(plans + busy, 24);
  EXPECT_GE(plans, 8);
}

}  // namespace
}  // namespace kefu::warehouse
