// Small instances against every choice of sites, and the solver's ways out.
#include "services/warehouse/solver/site_solver.h"

#include <algorithm>
#include <limits>
#include <random>

#include "common/solver/cbc.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "services/warehouse/domain/network/site_advice.h"
#include "services/warehouse/domain/network/site_greedy.h"

namespace kefu::warehouse::solver {
namespace {

using domain::CandidateSite;
using domain::SiteDemand;
using domain::SiteProblem;
using ::kefu::testing::HasReason;

SiteProblem RandomProblem(std::mt19937& random, int demands, int sites, bool places) {
  const auto pick = [&random](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  const auto point = [&]() -> std::optional<domain::GeoPoint> {
    if (!places) return std::nullopt;
    return domain::GeoPoint{static_cast<int32_t>(pick(22, 45) * 1'000'000),
                            static_cast<int32_t>(pick(85, 125) * 1'000'000)};
  };
  SiteProblem p{.minor_per_1000_unit_km = 40, .flat_minor_per_1000_units = 5'000};
  for (int i = 0; i < demands; ++i) {
    p.demands.push_back({.id = "d" + std::to_string(i),
                         .location = point(),
                         .units_per_day = pick(100, 2'000),
                         .stock_units = pick(1'000, 20'000)});
  }
  for (int j = 0; j < sites; ++j) {
    p.sites.push_back({.id = "s" + std::to_string(j),
                       .location = point(),
                       .capacity_units = pick(8'000, 60'000),
                       .daily_throughput_units = pick(900, 6'000),
                       .daily_rent = {"CNY", pick(50'000, 400'000)}});
  }
  return p;
}

// The least cost over all 2^n choices of sites, by the transport programme of each.
double BruteForce(const SiteProblem& problem) {
  double best = std::numeric_limits<double>::infinity();
  const size_t n = problem.sites.size();
  for (uint32_t choice = 0; choice < (1u << n); ++choice) {
    if (problem.max_sites > 0 && __builtin_popcount(choice) > problem.max_sites) continue;
    domain::LinearProgram lp = domain::SiteProgram(problem, /*strong=*/true);
    bool allowed = true;
    for (size_t j = 0; j < n; ++j) {
      const double open = choice >> j & 1;
      allowed = allowed && open >= lp.columns[j].lower;
      lp.columns[j].lower = lp.columns[j].upper = open;
      lp.columns[j].integer = false;
    }
    if (!allowed) continue;
    const kefu::solver::Solution solution =
        kefu::solver::Solve(lp, {.time = absl::Seconds(20), .relative_gap = 1e-6});
    if (!solution.values.empty()) best = std::min(best, solution.objective);
  }
  return best;
}

void CheckPlan(const SiteProblem& problem, const domain::SitePlan& plan) {
  std::vector<int64_t> served(problem.demands.size()), load(problem.sites.size());
  int64_t transport = 0;
  for (const domain::SiteFlow& flow : plan.flows) {
    EXPECT_GT(flow.units_per_day, 0);
    served[flow.demand] += flow.units_per_day;
    load[flow.site] += flow.units_per_day;
    transport += *domain::TransportCost(problem, flow.site, flow.demand, flow.units_per_day);
  }
  for (size_t i = 0; i < served.size(); ++i) {
    EXPECT_EQ(served[i], problem.demands[i].units_per_day) << "demand " << i;
  }
  EXPECT_EQ(plan.transport.minor, transport);
  int64_t rent = 0;
  for (const domain::SiteLoad& site : plan.sites) {
    const CandidateSite& candidate = problem.sites[site.site];
    EXPECT_EQ(site.units_per_day, load[site.site]);
    EXPECT_LE(site.units_per_day, candidate.daily_throughput_units);
    EXPECT_LE(site.stock_units, candidate.capacity_units);
    rent += candidate.daily_rent.minor;
    load[site.site] = 0;
  }
  EXPECT_THAT(load, ::testing::Each(0)) << "flows come from open sites only";
  EXPECT_EQ(plan.rent.minor, rent);
  EXPECT_EQ(plan.total.minor, rent + transport);
}

TEST(PlanSitesTest, AgreesWithEveryChoiceOfSites) {
  std::mt19937 random(20260115);
  int solved_count = 0;
  for (int round = 0; round < 12; ++round) {
    SiteProblem problem = RandomProblem(random, 2 + round % 4, 4 + round % 3, round % 3 != 0);
    problem.max_sites = round % 4 == 1 ? 3 : 0;
    problem.sites[0].must_open = round % 5 == 0;
    const double best = BruteForce(problem);
    const auto solved = PlanSites(problem, absl::Seconds(20));
    if (best == std::numeric_limits<double>::infinity()) {
      EXPECT_THAT(solved.status(), HasReason("SITES_INSUFFICIENT")) << round;
      continue;
    }
    ASSERT_TRUE(solved.ok()) << round << " " << solved.status();
    ++solved_count;
    EXPECT_TRUE(solved->optimal) << round;
    // Whole pieces cost a little more or less than shares: each demand's last ones go elsewhere.
    const double rounding = 130.0 * static_cast<double>(problem.demands.size()) + 1e-5 * best;
    EXPECT_NEAR(static_cast<double>(solved->plan.total.minor), best, rounding) << round;
    EXPECT_LE(solved->gap_bps, rounding / best * 10'000 + 1) << round;
    EXPECT_LE(solved->bound.minor, solved->plan.total.minor);
    EXPECT_NEAR(static_cast<double>(solved->bound.minor), best, 50 + 1e-5 * best);
    CheckPlan(problem, solved->plan);
  }
  EXPECT_GT(solved_count, 5);
}

TEST(PlanSitesTest, ListsWhatIsShort) {
  SiteProblem problem{.demands = {{.id = "north", .units_per_day = 500, .stock_units = 10},
                                  {.id = "south", .units_per_day = 700, .stock_units = 10}},
                      .sites = {{.id = "a",
                                 .capacity_units = 100,
                                 .daily_throughput_units = 900,
                                 .daily_rent = {"CNY", 100}}}};
  auto status = PlanSites(problem, absl::Seconds(5)).status();
  EXPECT_THAT(status, HasReason("SITES_INSUFFICIENT"));
  auto detail = GetDetail<google::rpc::PreconditionFailure>(status);
  ASSERT_TRUE(detail);
  ASSERT_GE(detail->violations_size(), 1);
  EXPECT_THAT(detail->violations(0).description(), ::testing::HasSubstr("pieces a day"));
  // Enough a day, no room to keep it.
  problem.sites[0].daily_throughput_units = 2'000;
  problem.sites[0].capacity_units = 15;
  status = PlanSites(problem, absl::Seconds(5)).status();
  EXPECT_THAT(status, HasReason("SITES_INSUFFICIENT"));
  // Two sites would do, one may be open.
  problem.sites[0].capacity_units = 100;
  problem.sites[0].daily_throughput_units = 900;
  problem.sites.push_back(problem.sites[0]);
  problem.sites[1].id = "b";
  EXPECT_TRUE(PlanSites(problem, absl::Seconds(5)).ok());
  problem.max_sites = 1;
  EXPECT_THAT(PlanSites(problem, absl::Seconds(5)).status(), HasReason("SITES_INSUFFICIENT"));
}

TEST(PlanSitesTest, ASecondGivesAPlanWithItsGap) {
  std::mt19937 random(7);
  SiteProblem problem = RandomProblem(random, 90, 80, /*places=*/true);
  for (CandidateSite& site : problem.sites) {
    site.daily_throughput_units *= 2;
    site.capacity_units *= 2;
  }
  const auto solved = PlanSites(problem, absl::Seconds(1));
  ASSERT_TRUE(solved.ok()) << solved.status();
  CheckPlan(problem, solved->plan);
  EXPECT_LE(solved->bound.minor, solved->plan.total.minor);
  EXPECT_LE(solved->gap_bps, 10'000);
}

TEST(GreedySolutionTest, KeepsTheRowsAndIsNeverBetterThanTheBest) {
  std::mt19937 random(3);
  int found = 0;
  for (int round = 0; round < 40; ++round) {
    SiteProblem problem = RandomProblem(random, 1 + round % 9, 3 + round % 8, round % 2 == 0);
    problem.sites[0].must_open = round % 3 == 0;
    const auto greedy = domain::GreedySolution(problem);
    if (!greedy) continue;
    ++found;
    const domain::LinearProgram lp = domain::SiteProgram(problem, /*strong=*/true);
    ASSERT_EQ(greedy->size(), lp.columns.size());
    std::vector<double> rows(lp.rows.size());
    for (const auto& entry : lp.entries) rows[entry.row] += entry.value * (*greedy)[entry.column];
    for (size_t r = 0; r < rows.size(); ++r) {
      EXPECT_GE(rows[r], lp.rows[r].lower - 1e-6) << round;
      EXPECT_LE(rows[r], lp.rows[r].upper + 1e-6) << round;
    }
    const auto plan = domain::PlanFrom(problem, *greedy);
    ASSERT_TRUE(plan.ok());
    CheckPlan(problem, *plan);
    const auto solved = PlanSites(problem, absl::Seconds(10));
    ASSERT_TRUE(solved.ok());
    EXPECT_GE(plan->total.minor + 130 * static_cast<int64_t>(problem.demands.size()),
              solved->bound.minor);
  }
  EXPECT_GT(found, 20);
}

TEST(AdviseRegionsTest, ThresholdsAreCrossedNotReached) {
  const domain::SiteRule rule;
  const std::vector<SiteDemand> demands = {{.region_code = "110105", .orders_per_day = 3'000},
                                           {.region_code = "110105", .orders_per_day = 2'001},
                                           {.region_code = "310101", .orders_per_day = 5'000},
                                           {.region_code = "440305", .orders_per_day = 100'000},
                                           {.region_code = "440306", .orders_per_day = 100'001},
                                           {.region_code = "", .orders_per_day = 1'000'000}};
  const auto advice = domain::AdviseRegions(rule, demands);
  ASSERT_TRUE(advice.ok());
  ASSERT_EQ(advice->size(), 4u);
  using enum domain::SiteAdviceKind;
  EXPECT_EQ((*advice)[0].region_code, "440306");
  EXPECT_EQ((*advice)[0].kind, kBuildCentre);
  // 2,000,000.00 × 100.001 = 200,002,000.00, over 7,300 days 27,397.53.
  EXPECT_EQ((*advice)[0].build_cost, (Money{"CNY", 20'000'200'000}));
  EXPECT_EQ((*advice)[0].cost_per_day, (Money{"CNY", 2'739'753}));
  EXPECT_EQ((*advice)[1].kind, kRentWarehouse);
  EXPECT_EQ((*advice)[1].cost_per_day, (Money{"CNY", 4'000'000}));
  EXPECT_EQ((*advice)[2].kind, kRentWarehouse);
  EXPECT_EQ((*advice)[2].orders_per_day, 5'001);
  EXPECT_EQ((*advice)[3].kind, kNone);
  EXPECT_EQ((*advice)[3].threshold, 0);
}

}  // namespace
}  // namespace kefu::warehouse::solver
