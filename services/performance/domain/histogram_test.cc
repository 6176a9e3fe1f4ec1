// What is taken out of sums leaves what was there before it came in.
#include "services/performance/domain/histogram.h"

#include <gtest/gtest.h>

#include <random>

#include "services/performance/domain/measures.h"

namespace kefu::performance::domain {
namespace {

Histogram Random(std::minstd_rand& random, int most) {
  Histogram histogram;
  for (auto left = random() % most; left > 0; --left)
    histogram.Add(
        static_cast<int64_t>(random() % 3 == 0 ? random() % 900'000'000 : random() % 4'000'000));
  return histogram;
}

TEST(HistogramTest, SubtractUndoesMergeInAnyOrder) {
  std::minstd_rand random(3);
  for (int round = 0; round < 200; ++round) {
    const Histogram a = Random(random, 60), b = Random(random, 60), c = Random(random, 5);
    Histogram all = a;
    all.Merge(b);
    all.Merge(c);
    EXPECT_EQ(all.count(), a.count() + b.count() + c.count());
    ASSERT_TRUE(all.Subtract(a));
    ASSERT_TRUE(all.Subtract(c));
    EXPECT_EQ(all, b);
    EXPECT_EQ(Histogram::Decode(all.Encode()), b);
    ASSERT_TRUE(all.Subtract(b));
    EXPECT_EQ(all, Histogram());
  }
}

TEST(HistogramTest, WhatIsNotThereCannotBeTaken) {
  Histogram sum, other;
  sum.Add(1'000'000);
  sum.Add(9'000'000);
  other.Add(1'000'000);
  other.Add(1'000'000);
  const Histogram before = sum;
  EXPECT_FALSE(sum.Subtract(other));
  EXPECT_EQ(sum, before);
  Histogram beside;
  beside.Add(70'000'000);
  EXPECT_FALSE(sum.Subtract(beside));
  EXPECT_EQ(sum, before);
}

TEST(MeasuresTest, SubtractTakesValuesAndTimes) {
  Measures a, b;
  a.Add(Measure::kSalesMinor, 700);
  a.response.Add(5'000'000);
  b.Add(Measure::kSalesMinor, -200);
  b.response.Add(6'000'000);
  Measures sum = a;
  sum.Merge(b);
  ASSERT_TRUE(sum.Subtract(a));
  EXPECT_EQ(sum, b);
  EXPECT_FALSE(sum.Subtract(a));
}

}  // namespace
}  // namespace kefu::performance::domain
