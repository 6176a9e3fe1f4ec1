// All figures of a shop against an independent slow path, for random facts around clock changes,
// midnights and a leap day.
#include "services/performance/domain/definitions.h"
#include "services/performance/domain/metrics.h"
#include "services/performance/tests/metrics/slow_path_fixture.h"

namespace kefu::performance {
namespace {

struct Case {
  const char* name;
  const char* zone;
  int64_t first_second;  // a day or two before the change, in UTC
};

class InZones : public SlowPathTest, public ::testing::WithParamInterface<Case> {};

TEST_P(InZones, EveryFigureIsTheSame) {
  Configure("z", GetParam().zone, "CNY");
  World world(static_cast<uint32_t>(GetParam().first_second) + MoreSeed(), GetParam().first_second);
  world.rows.Save(Db(), GetParam().zone);
  TellStaff();
  Import(world, "z");
  Ask("shop_id: 'z'");
  Judge(world, "z");
  JudgeAll(world);
  for (const auto& [definition, rules] : ShippedRules())
    CheckAgainst("shop_id: 'z'", definition, {{"CNY", slow::Compute(Db(), rules)}});
  EXPECT_GT(checked_, 5'000);
}

TEST_F(SlowPathTest, EveryFigureIsExplained) {
  Configure("z", "Asia/Shanghai", "CNY");
  World world(3 + MoreSeed(), 1'709'049'600);
  world.rows.Save(Db(), "Asia/Shanghai");
  TellStaff();
  Import(world, "z");
  Judge(world, "z");
  JudgeAll(world);
  const slow::Figures figures = slow::Compute(Db(), ShippedRules().at("default"));
  CheckExplanations("shop_id: 'z'", figures);
  CheckMembers("shop_id: 'z'", "team_id", world.Memberships(), {{"CNY", figures}});
  CheckMembers("shop_id: 'z'", "base_id", world.Bases(), {{"CNY", figures}});
}

// What users can ask for is in the slow path, and by every definition that ships.
TEST(SlowPath, NothingIsLeftOut) {
  std::vector<std::string> of_shops, of_agents, definitions;
  for (const domain::MetricSpec& spec : domain::Catalogue()) {
    if (spec.for_shop) of_shops.emplace_back(spec.id);
    if (spec.for_agents) of_agents.emplace_back(spec.id);
  }
  std::ranges::sort(of_shops);
  std::ranges::sort(of_agents);
  EXPECT_EQ(of_shops, slow::FiguresOf(/*shop=*/true));
  EXPECT_EQ(of_agents, slow::FiguresOf(/*shop=*/false));
  for (const domain::MetricDefinition& definition : domain::Definitions())
    EXPECT_TRUE(ShippedRules().contains(definition.id)) << definition.id;
}

INSTANTIATE_TEST_SUITE_P(
    Zones, InZones,
    ::testing::Values(Case{"LeapDayInShanghai", "Asia/Shanghai",
                           1'709'049'600},                                       // 2024-02-27 16:00
                      Case{"NewYorkSpring", "America/New_York", 1'709'942'400},  // 2024-03-09
                      Case{"NewYorkAutumn", "America/New_York", 1'730'505'600},  // 2024-11-02
                      // Midnight itself is skipped, and comes twice.
                      Case{"SaoPauloSpring", "America/Sao_Paulo", 1'541'116'800},     // 2018-11-02
                      Case{"SaoPauloAutumn", "America/Sao_Paulo", 1'550'188'800},     // 2019-02-15
                      Case{"LordHoweAutumn", "Australia/Lord_Howe", 1'712'275'200},   // 2024-04-05
                      Case{"LordHoweSpring", "Australia/Lord_Howe", 1'728'000'000}),  // 2024-10-04
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace kefu::performance
