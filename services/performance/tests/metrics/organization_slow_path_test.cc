// All figures of several shops together, each in its own zone and money, against the slow path;
// also by definitions that an organization publishes itself.
#include <array>

#include "services/performance/tests/metrics/slow_path_fixture.h"

namespace kefu::performance {
namespace {

struct Shop {
  const char *id, *zone, *currency, *platform;
  uint32_t seed;
};
// Around New York's change of clocks. Customers, agents and ids of facts are the same in all.
constexpr int64_t kFirstSecond = 1'730'505'600;  // 2024-11-02
constexpr std::array<Shop, 3> kShops{{{"z1", "Asia/Shanghai", "CNY", "PLATFORM_JD", 11},
                                      {"z2", "Australia/Lord_Howe", "CNY", "", 12},
                                      {"z3", "America/New_York", "USD", "PLATFORM_TAOBAO", 13}}};
constexpr char kAll[] = "all_shops: true";

class OrganizationSlowPathTest : public SlowPathTest {
 protected:
  // By definition.
  using Definitions = std::map<std::string, slow::Rules>;

  // All that ship, one by which nothing lasts over midnight, and one by which all does for days.
  static Definitions AllRules() {
    Definitions rules = ShippedRules();
    rules["narrow"] = {.attribution_days = 0,
                       .quiet_start_minute = 12 * 60,
                       .quiet_end_minute = 13 * 60 + 30,
                       .positive_score = 5,
                       .repurchase_days = 1,
                       .answer_seconds = 45,
                       .round_seconds = 60,
                       .start_minute = 8 * 60 + 30,
                       .end_minute = 17 * 60 + 30};
    rules["wide"] = {.attribution_days = kWidestDays,
                     .positive_score = 3,
                     .repurchase_days = 2,
                     .answer_seconds = 3'600,
                     .round_seconds = 24 * 3'600,
                     .start_minute = 0,
                     .workdays_only = true};
    return rules;
  }
  void Publish(const std::string& id, const slow::Rules& rules) {
    AskFacts(&v1::FactService::Stub::PublishMetricDefinition,
             fmt::format("definition {{ definition_id: '{}' attribution_days: {} "
                         "quiet_start_minute: {} quiet_end_minute: {} positive_score: {} "
                         "answer_seconds: {} round_seconds: {} repurchase_days: {} "
                         "service_hours {{ start_minute: {} end_minute: {} workdays_only: {} }} }}",
                         id, rules.attribution_days, rules.quiet_start_minute,
                         rules.quiet_end_minute, rules.positive_score, rules.answer_seconds,
                         rules.round_seconds, rules.repurchase_days, rules.start_minute,
                         rules.end_minute, rules.workdays_only));
  }

  // The figures of all shops by definition and currency.
  std::map<std::string, Wanted> BringIn(const Definitions& definitions, int fraud_days) {
    TellStaff();
    std::map<std::string, Wanted> wanted;
    for (const Shop& shop : kShops) {
      Configure(shop.id, shop.zone, shop.currency, shop.platform);
      World world(shop.seed + 100 * MoreSeed(), kFirstSecond, shop.currency);
      slow::Clear(Db());
      world.rows.Save(Db(), shop.zone, fraud_days);
      for (const auto& [definition, rules] : definitions)
        slow::Add(slow::Compute(Db(), rules), wanted[definition][shop.currency]);
      Import(world, shop.id);
      Judge(world, shop.id);
    }
    JudgeAll(SomeWorld());
    return wanted;
  }
  // Who belongs where is the same in all.
  static World SomeWorld() { return World(0, kFirstSecond); }

  static constexpr int kWidestDays = 3;
};

TEST_F(OrganizationSlowPathTest, EveryFigureIsTheSumOfTheShops) {
  const auto wanted = BringIn(ShippedRules(), /*fraud_days=*/1);
  for (const auto& [definition, figures] : wanted) CheckAgainst(kAll, definition, figures);
  CheckMembers(kAll, "team_id", SomeWorld().Memberships(), wanted.at("default"));
  CheckMembers(kAll, "base_id", SomeWorld().Bases(), wanted.at("default"));
  EXPECT_GT(checked_, 10'000);
}

TEST_F(OrganizationSlowPathTest, EveryFigureIsExplained) {
  const auto wanted = BringIn(ShippedRules(), /*fraud_days=*/1);
  for (const auto& [currency, figures] : wanted.at("default"))
    CheckExplanations(kAll, figures, fmt::format("currency_code: '{}'", currency));
}

TEST_F(OrganizationSlowPathTest, EveryFigureIsByTheNumbersOfItsDefinition) {
  const Definitions rules = AllRules();
  for (const char* own : {"narrow", "wide"}) Publish(own, rules.at(own));
  const auto wanted = BringIn(rules, kWidestDays);
  // What is fraud follows the widest definition that somebody asks by.
  for (const auto& shop : kShops) Ask(fmt::format("shop_id: '{}' definition_id: 'wide'", shop.id));
  for (const auto& [definition, figures] : wanted) CheckAgainst(kAll, definition, figures);
}

}  // namespace
}  // namespace kefu::performance
