#include "common/money/money.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <random>

#include "common/testing/status_matchers.h"

namespace kefu {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOkAndHolds;
using ::kefu::testing::StatusIs;
using ::testing::ElementsAre;

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int kRounds = 20000;
__extension__ using Wide = __int128;

Money Cny(int64_t minor) { return {"CNY", minor}; }

// Values of every magnitude, extremes and small ones often.
int64_t AnyInt(std::mt19937_64& random) {
  const int64_t value = static_cast<int64_t>(random()) >> (random() % 64);
  switch (random() % 16) {
    case 0:
      return kMax;
    case 1:
      return kMin;
    case 2:
      return 0;
    default:
      return value;
  }
}

TEST(CurrencyTest, KnowsMinorUnits) {
  for (const std::string_view code : {"CNY", "BRL", "USD", "EUR", "ILS", "HKD", "TWD"}) {
    EXPECT_THAT(MinorDigits(code), IsOkAndHolds(2)) << code;
  }
  for (const std::string_view code : {"JPY", "KRW", "VND", "CLP"}) {
    EXPECT_THAT(MinorDigits(code), IsOkAndHolds(0)) << code;
  }
  for (const std::string_view code : {"KWD", "BHD", "TND"}) {
    EXPECT_THAT(MinorDigits(code), IsOkAndHolds(3)) << code;
  }
  for (const std::string_view code : {"", "cny", "RMB", "CNYX", "XXX"}) {
    EXPECT_FALSE(IsKnownCurrency(code)) << code;
    EXPECT_THAT(MinorDigits(code), HasReason("CURRENCY_UNKNOWN")) << code;
  }
}

TEST(MoneyTest, AddsAndSubtractsWithinOneCurrency) {
  EXPECT_THAT(Add(Cny(1), Cny(2)), IsOkAndHolds(Cny(3)));
  EXPECT_THAT(Sub(Cny(1), Cny(2)), IsOkAndHolds(Cny(-1)));
  EXPECT_THAT(Negate(Cny(5)), IsOkAndHolds(Cny(-5)));
  EXPECT_THAT(Add(Cny(1), Money{"USD", 1}), HasReason("CURRENCY_MISMATCH"));
  EXPECT_THAT(Sub(Cny(1), Money{"USD", 1}), HasReason("CURRENCY_MISMATCH"));
  const std::vector<Money> amounts = {Cny(kMax), Cny(5), Cny(-6)};
  EXPECT_THAT(Sum("CNY", amounts), IsOkAndHolds(Cny(kMax - 1)));
  EXPECT_THAT(Sum("USD", amounts), HasReason("CURRENCY_MISMATCH"));
  EXPECT_THAT(Sum("USD", {}), IsOkAndHolds(Money{"USD", 0}));
}

TEST(MoneyTest, OverflowIsAnErrorAndNeverWraps) {
  EXPECT_THAT(Add(Cny(kMax), Cny(1)), HasReason("MONEY_OVERFLOW"));
  EXPECT_THAT(Add(Cny(kMin), Cny(-1)), StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(Sub(Cny(kMin), Cny(1)), HasReason("MONEY_OVERFLOW"));
  EXPECT_THAT(Negate(Cny(kMin)), HasReason("MONEY_OVERFLOW"));
  EXPECT_THAT(Multiply(Cny(kMax), 2), HasReason("MONEY_OVERFLOW"));
  EXPECT_THAT(MulRatio(Cny(kMin), -1, 1), HasReason("MONEY_OVERFLOW"));
  EXPECT_THAT(MulRatio(Cny(kMax), kMax, kMax), IsOkAndHolds(Cny(kMax)));
  EXPECT_THAT(MulRatio(Cny(kMin), kMin, kMin), IsOkAndHolds(Cny(kMin)));
  EXPECT_THAT(MulRatio(Cny(1), 1, 0), HasReason("MONEY_RATIO_INVALID"));
}

TEST(MoneyTest, RoundsHalfUpAndMirrorsNegatives) {
  struct Case {
    int64_t minor, numerator, denominator, want;
  };
  for (const Case& c : std::vector<Case>{{1, 1, 2, 1},
                                         {-1, 1, 2, -1},
                                         {1, -1, 2, -1},
                                         {1, 1, -2, -1},
                                         {-1, 1, -2, 1},
                                         {3, 1, 2, 2},
                                         {1, 1, 3, 0},
                                         {2, 1, 3, 1},
                                         {-2, 1, 3, -1},
                                         {0, 7, 9, 0},
                                         {10, 3, 1, 30},
                                         {5, 1, 10, 1},
                                         {4, 1, 10, 0},
                                         {1000, 2, 3, 667},
                                         {400, 3000, 10000, 120},
                                         {kMax, 1, 2, kMax / 2 + 1}}) {
    EXPECT_THAT(MulRatio(Cny(c.minor), c.numerator, c.denominator), IsOkAndHolds(Cny(c.want)))
        << c.minor << "*" << c.numerator << "/" << c.denominator;
  }
  EXPECT_THAT(MulBps(Cny(1999), 3000), IsOkAndHolds(Cny(600)));  // 599.7
  EXPECT_THAT(MulBps(Cny(5), 1000), IsOkAndHolds(Cny(1)));       // 0.5
  EXPECT_THAT(MulBps(Cny(-5), 1000), IsOkAndHolds(Cny(-1)));
  // DOMAIN 7: ¥1 × 30 % ÷ 1.28 % = ¥23.4375 → ¥23.44.
  EXPECT_THAT(MulRatio(Cny(100), 3000, 128), IsOkAndHolds(Cny(2344)));
}

TEST(MoneyPropertyTest, RoundedProductsAreNearestAndSymmetric) {
  std::mt19937_64 random(7);
  for (int i = 0; i < kRounds; ++i) {
    const int64_t a = AnyInt(random), b = AnyInt(random), c = AnyInt(random);
    const auto got = MulDivHalfUp(a, b, c);
    if (c == 0) {
      EXPECT_THAT(got, HasReason("MONEY_RATIO_INVALID"));
      continue;
    }
    if (got.ok()) {
      // |result·c − a·b| ≤ |c| / 2, and a tie lies away from zero.
      const Wide product = Wide{a} * b;
      Wide error = Wide{*got} * c - product;
      const Wide size = c < 0 ? -Wide{c} : Wide{c};
      const bool away = (error < 0) == (product < 0);
      if (error < 0) error = -error;
      ASSERT_LE(error, size - error) << a << " " << b << " " << c;
      if (error == size - error) {
        ASSERT_TRUE(away) << a << " " << b << " " << c;
      }
    }
    if (got.ok() && a != kMin && *got != kMin) {
      ASSERT_THAT(MulDivHalfUp(-a, b, c), IsOkAndHolds(-*got));
    }
  }
}

TEST(SplitTest, GivesTheLargestRemaindersTheUnitsLeft) {
  EXPECT_THAT(SplitLargestRemainder(100, std::vector<int64_t>{1, 1, 1}),
              IsOkAndHolds(ElementsAre(34, 33, 33)));
  EXPECT_THAT(SplitLargestRemainder(-100, std::vector<int64_t>{1, 1, 1}),
              IsOkAndHolds(ElementsAre(-34, -33, -33)));
  EXPECT_THAT(SplitLargestRemainder(10, std::vector<int64_t>{0, 25, 75}),
              IsOkAndHolds(ElementsAre(0, 3, 7)));
  EXPECT_THAT(SplitLargestRemainder(10, std::vector<int64_t>{15, 15, 70}),
              IsOkAndHolds(ElementsAre(2, 1, 7)));
  EXPECT_THAT(SplitLargestRemainder(kMin, std::vector<int64_t>{kMax}),
              IsOkAndHolds(ElementsAre(kMin)));
  EXPECT_THAT(SplitLargestRemainder(Cny(5), std::vector<int64_t>{1, 1}),
              IsOkAndHolds(ElementsAre(Cny(3), Cny(2))));
}

TEST(SplitTest, RefusesUnusableWeights) {
  for (const auto& weights : std::vector<std::vector<int64_t>>{{}, {0, 0}, {1, -1}, {-3}}) {
    EXPECT_THAT(SplitLargestRemainder(100, weights), HasReason("MONEY_WEIGHTS_INVALID"));
    EXPECT_THAT(SplitLargestRemainder(Cny(100), weights), HasReason("MONEY_WEIGHTS_INVALID"));
  }
}

TEST(SplitPropertyTest, PartsAddUpAndStayWithinOneUnitOfTheExactShare) {
  std::mt19937_64 random(11);
  for (int round = 0; round < kRounds; ++round) {
    const int64_t total = AnyInt(random);
    std::vector<int64_t> weights(1 + random() % 12);
    Wide sum = 0;
    for (int64_t& weight : weights) {
      weight = std::max<int64_t>(0, AnyInt(random));
      sum += weight;
    }
    if (sum == 0) continue;
    ASSERT_OK_AND_ASSIGN(const auto parts, SplitLargestRemainder(total, weights));
    ASSERT_EQ(parts.size(), weights.size());
    Wide added = 0;
    for (size_t i = 0; i < parts.size(); ++i) {
      added += parts[i];
      // |part − total·w/sum| < 1, from floor(|total|·w/sum) ≤ |part| ≤ floor + 1.
      const Wide exact = (total < 0 ? -Wide{total} : Wide{total}) * weights[i] / sum;
      const Wide part = total < 0 ? -Wide{parts[i]} : Wide{parts[i]};
      ASSERT_GE(part, exact);
      ASSERT_LE(part, exact + 1);
      if (weights[i] == 0) {
        ASSERT_EQ(parts[i], 0);
      }
    }
    ASSERT_TRUE(added == Wide{total});
    if (total != kMin) {
      ASSERT_OK_AND_ASSIGN(const auto mirrored, SplitLargestRemainder(-total, weights));
      for (size_t i = 0; i < parts.size(); ++i) ASSERT_EQ(mirrored[i], -parts[i]);
    }
  }
}

TEST(DecimalTest, ParsesExactlyOrRefuses) {
  struct Case {
    std::string_view text, currency;
    int64_t minor;
  };
  for (const Case& c : std::vector<Case>{{"12.34", "CNY", 1234},
                                         {"12.3", "CNY", 1230},
                                         {"12", "CNY", 1200},
                                         {"-0.05", "CNY", -5},
                                         {"-0", "CNY", 0},
                                         {"007", "CNY", 700},
                                         {"500", "JPY", 500},
                                         {"1.234", "KWD", 1234},
                                         {"92233720368547758.07", "CNY", kMax},
                                         {"-92233720368547758.08", "CNY", kMin}}) {
    EXPECT_THAT(ParseDecimal(c.text, c.currency),
                IsOkAndHolds(Money{std::string(c.currency), c.minor}))
        << c.text;
  }
  for (const std::string_view text :
       {"", "-", ".5", "5.", ".", "+1", " 1", "1 ", "1,000", "1e3", "0x10", "1.2.3", "--1", "1.-2",
        "NaN", "１", "12.345", "12.340"}) {
    EXPECT_THAT(ParseDecimal(text, "CNY"), HasReason("MONEY_MALFORMED")) << text;
  }
  EXPECT_THAT(ParseDecimal("5.0", "JPY"), HasReason("MONEY_MALFORMED"));
  EXPECT_THAT(ParseDecimal("92233720368547758.08", "CNY"), HasReason("MONEY_OVERFLOW"));
  EXPECT_THAT(ParseDecimal(std::string(5000, '9'), "CNY"), HasReason("MONEY_OVERFLOW"));
  EXPECT_THAT(ParseDecimal("1", "XXX"), HasReason("CURRENCY_UNKNOWN"));
}

TEST(DecimalTest, Formats) {
  EXPECT_EQ(Format(Cny(123456)), "CNY 1234.56");
  EXPECT_EQ(FormatDecimal(Cny(-5)), "-0.05");
  EXPECT_EQ(FormatDecimal(Money{"JPY", -7}), "-7");
  EXPECT_EQ(FormatDecimal(Money{"KWD", 1}), "0.001");
  EXPECT_EQ(FormatDecimal(Cny(kMin)), "-92233720368547758.08");
  EXPECT_EQ(FormatDecimal(Money{"???", 100}), "1.00");
}

TEST(DecimalPropertyTest, FormatAndParseAreInverse) {
  std::mt19937_64 random(13);
  for (int i = 0; i < kRounds; ++i) {
    for (const std::string_view currency : {"CNY", "JPY", "KWD"}) {
      const Money amount{std::string(currency), AnyInt(random)};
      ASSERT_THAT(ParseDecimal(FormatDecimal(amount), currency), IsOkAndHolds(amount));
    }
  }
}

}  // namespace
}  // namespace kefu
