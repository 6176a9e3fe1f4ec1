// Which definitions a shop's days are computed by, and figures by another one than "default".
#include <fmt/format.h>

#include "services/performance/tests/fixture.h"

namespace kefu::performance {
namespace {

class DefinitionsTest : public PerformanceTest {
 protected:
  // How many of the rows of a table are by a definition.
  int64_t Rows(const std::string& table, const std::string& key) {
    return Db().Count(
        fmt::format("SELECT COUNT(*) FROM {} WHERE definition_id = '{}'", table, key));
  }
};

TEST_F(DefinitionsTest, ADayIsComputedByDefaultAndByThePlatformsDefinition) {
  ASSERT_OK(Call(&Stub::ConfigureShop, R"(settings {
    shop_id: "s" time_zone: "Asia/Shanghai" currency_code: "CNY" platform: "PLATFORM_JD" })")
                .status());
  EXPECT_EQ(Rows("shop_definition", "jd@1"), 1);
  ASSERT_OK(Conversations({Talk("night", "u", 3600, "a"), Talk("day", "v", 36000, "a")}).status());
  EXPECT_EQ(Rows("day_rollup", "jd@1"), Rows("day_rollup", "default@1"));
  EXPECT_GT(Rows("day_rollup", "jd@1"), 0);
  EXPECT_EQ(Figure("shop_id: 's'", "consulted"), 2);
  EXPECT_EQ(Figure("shop_id: 's' definition_id: 'jd'", "consulted"), 2);
  ASSERT_OK_AND_ASSIGN(const auto jd, Call(&Stub::GetMetrics, R"(shop_id: "s" definition_id: "jd"
                                                 metric_ids: "response_seconds_mean")"));
  EXPECT_EQ(jd.definition().version(), 1);
  EXPECT_EQ(jd.rows(0).values(0).denominator(), 1);  // the one begun at night does not count
}

TEST_F(DefinitionsTest, AskingForAnotherOneComputesAllDaysByItFromThenOn) {
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a")}).status());
  EXPECT_EQ(Rows("day_rollup", "zendesk@1"), 0);
  const std::string ask = fmt::format("shop_id: 's' definition_id: 'zendesk' {}", kDayPeriod);
  EXPECT_EQ(Figure(ask, "consulted"), 1);
  EXPECT_GT(Rows("day_rollup", "zendesk@1"), 0);
  ASSERT_OK(Conversations({Talk("d", "v", 36000, "a")}).status());
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day"), 0);
  EXPECT_EQ(Figure(ask, "consulted"), 2);
  EXPECT_THAT(Call(&Stub::GetMetrics, R"(shop_id: "s" definition_id: "zendesk@2")").status(),
              HasReason("UNKNOWN_DEFINITION"));
}

TEST_F(DefinitionsTest, AShopThatComesToAPlatformIsScoredByItsDefinition) {
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a")}).status());
  ASSERT_OK(Call(&Stub::ConfigureShop, R"(settings {
    shop_id: "s" time_zone: "Asia/Shanghai" currency_code: "CNY" platform: "PLATFORM_TMALL" })")
                .status());
  EXPECT_GT(Rows("dirty_day", "taobao@1"), 0);
  EXPECT_EQ(Figure("shop_id: 's' definition_id: 'taobao@1'", "consulted"), 1);
}

}  // namespace
}  // namespace kefu::performance
