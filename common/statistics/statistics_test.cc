#include "common/statistics/intervals.h"
#include "common/statistics/multiple_testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::statistics {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

// 81 of 263 and 10 of 10: R. G. Newcombe, Statistics in Medicine 17 (1998), 857–872, table I:
// Wilson 0.2553 to 0.3662, Clopper–Pearson 0.2527 to 0.3676; 15 of 148: 0.0624 to 0.1605 and
// 0.0578 to 0.1617; 0 of 20: 0 to 0.1611 and 0 to 0.1684; 1 of 29: 0.0061 to 0.1718 and
// 0.0009 to 0.1776.
TEST(IntervalsTest, AreThoseOfThePublishedTable) {
  struct Row {
    int64_t hits, cases;
    double wilson_low, wilson_high, exact_low, exact_high;
  };
  for (const Row& row :
       {Row{81, 263, 0.2553, 0.3662, 0.2527, 0.3676}, Row{15, 148, 0.0624, 0.1605, 0.0578, 0.1617},
        Row{0, 20, 0, 0.1611, 0, 0.1684}, Row{1, 29, 0.0061, 0.1718, 0.0009, 0.1776}}) {
    const auto wilson = Wilson(row.hits, row.cases, 0.95);
    const auto exact = ClopperPearson(row.hits, row.cases, 0.95);
    ASSERT_TRUE(wilson && exact);
    constexpr double kPrinted = 0.00005001;  // four decimals
    EXPECT_NEAR(wilson->low, row.wilson_low, kPrinted);
    EXPECT_NEAR(wilson->high, row.wilson_high, kPrinted);
    EXPECT_NEAR(exact->low, row.exact_low, kPrinted);
    EXPECT_NEAR(exact->high, row.exact_high, kPrinted);
  }
}

TEST(IntervalsTest, EndsAndImpossibleCases) {
  EXPECT_EQ(Wilson(10, 10, 0.95)->high, 1);
  EXPECT_EQ(ClopperPearson(10, 10, 0.95)->high, 1);
  EXPECT_NEAR(ClopperPearson(10, 10, 0.95)->low, 0.6915, 0.00005);  // 0.025^(1/10)
  for (const auto& [hits, cases] : {std::pair{0, 0}, {-1, 3}, {4, 3}}) {
    EXPECT_FALSE(Wilson(hits, cases, 0.95));
    EXPECT_FALSE(ClopperPearson(hits, cases, 0.95));
  }
}

// The fifteen p-values of the paper's section 3.2: at q = 0.05 the first four are discoveries.
TEST(MultipleTestingTest, FindsWhatThePaperFinds) {
  const std::vector<double> p = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                                 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
  const std::vector<double> adjusted = BenjaminiHochberg(p, 15);
  EXPECT_EQ(std::ranges::count_if(adjusted, [](double a) { return a <= 0.05; }), 4);
  EXPECT_NEAR(adjusted[0], 0.0015, 1e-12);
  EXPECT_NEAR(adjusted[3], 0.0095 * 15 / 4, 1e-12);
}

TEST(MultipleTestingTest, KeepsTheOrderAndCountsTestsThatAreNotGiven) {
  EXPECT_THAT(BenjaminiHochberg(std::vector{0.04, 0.01}, 2),
              ElementsAre(DoubleNear(0.04, 1e-12), DoubleNear(0.02, 1e-12)));
  EXPECT_THAT(BenjaminiHochberg(std::vector{0.04, 0.01}, 10),
              ElementsAre(DoubleNear(0.2, 1e-12), DoubleNear(0.1, 1e-12)));
  EXPECT_THAT(BenjaminiHochberg(std::vector{0.5, 0.5}, 10), ElementsAre(1, 1));
  EXPECT_TRUE(BenjaminiHochberg({}, 0).empty());
}

}  // namespace
}  // namespace kefu::statistics
