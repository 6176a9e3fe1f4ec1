// What closing a month costs, in statements to the database and rows read, not in time.
#include <cstdlib>

#include "services/performance/tests/payroll/payroll_fixture.h"

namespace kefu::performance {
namespace {

// Of the whole server since it has started: nobody else uses it.
class CostTest : public PayrollTest {
 protected:
  struct Cost {
    int64_t statements = 0, rows = 0;
  };

  Cost Now() {
    const std::string table = Db().Count("SELECT @@version LIKE '%MariaDB%'") == 1
                                  ? "information_schema.global_status"
                                  : "performance_schema.global_status";
    const auto sum = [&](const std::string& names) {
      return Db().Count(fmt::format(
          "SELECT CAST(SUM(variable_value) AS SIGNED) FROM {} WHERE variable_name IN ({})", table,
          names));
    };
    return {sum("'Com_select', 'Com_insert', 'Com_update', 'Com_delete'"),
            sum("'Handler_read_next', 'Handler_read_key', 'Handler_read_rnd_next'")};
  }

  // A sale of each agent in a month after November; every tenth one is paid back in it.
  void SellAll(int agents, int month, int day = 0) {
    std::vector<std::string> talks, sales, refunds;
    for (int i = 0; i < agents; ++i) {
      const std::string id = fmt::format("{}-{}-{}", month, i, day), customer = "u-" + id;
      const int64_t at = (month * 31 + i % 10 + day) * kDaySeconds + 36'000;
      talks.push_back(Talk("c-" + id, customer, at, fmt::format("a{}", i)));
      sales.push_back(Sale("o-" + id, customer, at + 4'000, 10'000 + i));
      if (i % 10 != 0) continue;
      refunds.push_back(
          fmt::format("refund_id: 'f-{}' order_id: 'o-{}' refund_time {{ seconds: {} "
                      "}} amount {}",
                      id, id, kMidnight + at + 8'000, Fen(5'000)));
    }
    ASSERT_OK(Conversations(talks).status());
    ASSERT_OK(Orders(sales).status());
    ASSERT_OK(Refunds(refunds).status());
  }

  // Closes `months` months of so many agents, and says what the last closing has cost.
  Cost CostOfLast(int agents, int months) {
    Db().Clear();
    EXPECT_OK(Call(&Stub::ConfigureShop,
                   "settings { shop_id: 's' time_zone: 'Asia/Shanghai' currency_code: 'CNY' }"));
    EXPECT_OK(Plan(SimplePlan(kFromNovember)));
    for (int i = 0; i < agents; ++i) Hire(fmt::format("a{}", i));
    Cost before;
    for (int i = 0; i < months; ++i) {
      SellAll(agents, i);
      const absl::CivilMonth month = absl::CivilMonth(2024, 11) + i;
      before = Now();
      EXPECT_OK(
          Close(fmt::format("shop_id: 's' year: {} month: {} ", month.year(), month.month())));
    }
    const Cost after = Now();
    EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM pay_statement"), agents * months);
    return {after.statements - before.statements, after.rows - before.rows};
  }
};

// Everything is read for all agents at once, month by month, and stored by the megabyte.
// KEFU_PAY_AGENTS asks for a larger shop than this.
TEST_F(CostTest, ClosingGrowsWithAgentsAndCorrectedMonthsAndNoFaster) {
  const char* const wanted = std::getenv("KEFU_PAY_AGENTS");
  const int few = 20, many = wanted == nullptr ? 60 : std::max(60, std::atoi(wanted));
  clock_.Advance(absl::Hours(24) * 120);
  const Cost small = CostOfLast(few, 2), large = CostOfLast(many, 2), longer = CostOfLast(few, 4);
  std::printf("statements %ld, %ld, of two months more %ld; rows %ld, %ld, %ld\n", small.statements,
              large.statements, longer.statements, small.rows, large.rows, longer.rows);
  EXPECT_LE(large.statements - small.statements, many / 20);
  EXPECT_LE(large.rows, small.rows * many / few);
  EXPECT_LE(longer.statements - small.statements, small.statements);
  EXPECT_LE(longer.rows, 2 * small.rows);
}

// Other shops cost a statement one row of sums for each of their agents and month looked at, one of
// each shop to say that the sums hold, and no statement: neither for who works there nor for who
// works nowhere.
TEST_F(CostTest, OtherShopsCostAStatementTheirSumsOnly) {
  clock_.Advance(absl::Hours(24) * 120);
  constexpr int kMonths = 3, kFew = 2, kMany = 20;  // closed months; the open one comes after them
  const std::vector<std::string> tables = {"month_rollup", "month_state",  "day_rollup",
                                           "dirty_day",    "pay_part",     "order_credit",
                                           "refund",       "conduct_event"};
  std::map<int, Cost> costs;
  std::map<int, std::map<std::string, int64_t>> rows;
  for (const int shops : {kFew, kMany}) {
    Db().Clear();
    for (const char* agent : {"gone", "new"}) Hire(agent);
    for (int i = 0; i < shops; ++i) {
      const std::string shop = i == 0 ? "s" : fmt::format("s{}", i), agent = "of-" + shop;
      ASSERT_OK(Call(&Stub::ConfigureShop,
                     fmt::format("settings {{ shop_id: '{}' time_zone: 'Asia/Shanghai' "
                                 "currency_code: 'CNY' }}",
                                 shop)));
      Hire(agent);
      for (int month = 0; month <= kMonths; ++month) {
        ASSERT_OK(SellIn(shop, fmt::format("o-{}-{}", shop, month), agent, 10'000, month * 31));
      }
    }
    ASSERT_OK(SellIn("s1", "old", "gone", 10'000, -40));
    ASSERT_OK(
        Pay(&PayStub::CreatePayPlan, fmt::format("plan {{ {} }}", SimplePlan(kFromNovember))));
    for (int month = 0; month < kMonths; ++month) {
      const absl::CivilMonth of = absl::CivilMonth(2024, 11) + month;
      ASSERT_OK(Close(fmt::format("shop_id: 's' year: {} month: {} ", of.year(), of.month())));
    }
    const auto act = [&] { ASSERT_OK(StatementOf("of-s", kFebruary).status()); };
    act();
    const Cost before = Now();
    act();
    const Cost after = Now();
    costs[shops] = {after.statements - before.statements, after.rows - before.rows};
    for (const std::string& table : tables) rows[shops][table] = RowsRead(table, act);
    std::printf(
        "%d shops: %ld statements, %ld rows; of sums %ld, of months' states %ld, of days "
        "%ld\n",
        shops, costs[shops].statements, costs[shops].rows, rows[shops]["month_rollup"],
        rows[shops]["month_state"], rows[shops]["day_rollup"]);
  }
  EXPECT_EQ(costs[kMany].statements, costs[kFew].statements);
  constexpr int64_t kMore = kMany - kFew;
  std::map<std::string, int64_t> more = {{"month_rollup", kMore * (kMonths + 1)},
                                         {"month_state", kMore * (kMonths + 1)},
                                         {"pay_part", kMore * kMonths}};  // fixed ones of "new"
  for (const std::string& table : tables) {
    EXPECT_EQ(rows[kMany][table] - rows[kFew][table], more[table]) << table;
  }
}

// Scores are of months' sums: the days behind them are not read again, neither of the open month
// nor of the closed ones that it looks at.
TEST_F(CostTest, AScorecardCostsNothingByTheDay) {
  clock_.Advance(absl::Hours(24) * 120);
  constexpr int kAgents = 20, kMonths = 3, kDays = 8;
  std::map<std::string, Cost> costs;
  for (const std::string more : {"", "scorecard_id: 'points_30'"}) {
    Db().Clear();
    ASSERT_OK(Call(&Stub::ConfigureShop,
                   "settings { shop_id: 's' time_zone: 'Asia/Shanghai' currency_code: 'CNY' }"));
    ASSERT_OK(Plan(SimplePlan(std::string(kFromNovember) + " " + more)));
    for (int i = 0; i < kAgents; ++i) Hire(fmt::format("a{}", i));
    for (int month = 0; month <= kMonths; ++month) {
      for (int day = 0; day < kDays; ++day) SellAll(kAgents, month, day);
      if (month == kMonths) break;
      const absl::CivilMonth of = absl::CivilMonth(2024, 11) + month;
      ASSERT_OK(Close(fmt::format("shop_id: 's' year: {} month: {} ", of.year(), of.month())));
    }
    ASSERT_OK(StatementOf("a0", kFebruary).status());
    const Cost before = Now();
    const absl::Time start = absl::Now();
    ASSERT_OK(StatementOf("a0", kFebruary).status());
    const double ms = absl::ToDoubleMilliseconds(absl::Now() - start);
    const Cost after = Now();
    costs[more] = {after.statements - before.statements, after.rows - before.rows};
    std::printf("'%s': %ld statements, %ld rows, %.1f ms\n", more.c_str(), costs[more].statements,
                costs[more].rows, ms);
  }
  const Cost &card = costs["scorecard_id: 'points_30'"], &plain = costs[""];
  // Of each agent and month a few rows of sums, where the days would be eight times as many.
  EXPECT_LE(card.rows - plain.rows, 4 * kAgents * (kMonths + 1));
  EXPECT_LE(card.statements - plain.statements, 12 * (kMonths + 1));
}

// A group answers for what has happened ever since: it is read once, not for each month looked at.
TEST_F(CostTest, ConductOfBeforeIsReadOnceForAllMonths) {
  clock_.Advance(absl::Hours(24) * 120);
  constexpr int kEvents = 200, kMonths = 3;
  ASSERT_OK(Plan(SimplePlan(fmt::format("{} scorecard_id: 'vouchers'", kFromNovember))));
  Hire("a0");
  for (int month = 0; month <= kMonths; ++month) {
    SellAll(1, month);
    if (month == kMonths) break;
    const absl::CivilMonth of = absl::CivilMonth(2024, 11) + month;
    ASSERT_OK(Close(fmt::format("shop_id: 's' year: {} month: {} ", of.year(), of.month())));
  }
  const auto rows = [&] {  // of conduct alone: what else the server reads varies
    return RowsRead("conduct_event", [&] { EXPECT_OK(StatementOf("a0", kFebruary).status()); });
  };
  const int64_t without = rows();
  v1::ImportConductRequest conduct;
  for (int i = 0; i < kEvents; ++i) {
    *conduct.add_rows()->mutable_conduct() = Parse<v1::ConductEvent>(
        fmt::format("conduct_id: 'k{}' agent_id: 'a0' day {{ year: 2024 month: 10 day: 3 }} kind: "
                    "'own_shop_problem_ignored' decided_by: 'sup'",
                    i));
  }
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportConduct, conduct));
  const int64_t with = rows();
  std::printf("rows %ld, with %d events of before %ld\n", without, kEvents, with);
  EXPECT_EQ(with - without, kEvents);  // for the open month and three closed ones together
}

}  // namespace
}  // namespace kefu::performance
