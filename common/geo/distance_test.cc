#include "common/geo/distance.h"

#include "gtest/gtest.h"

namespace kefu {
namespace {

TEST(GreatCircleTest, KnownDistances) {
  const MicroDegrees beijing{39'904'989, 116'405'285}, shanghai{31'231'706, 121'472'644};
  EXPECT_EQ(GreatCircleMetres(beijing, beijing), 0);
  EXPECT_NEAR(static_cast<double>(GreatCircleMetres(beijing, shanghai)), 1'067'000, 3'000);
  EXPECT_EQ(GreatCircleMetres(beijing, shanghai), GreatCircleMetres(shanghai, beijing));
  // A quarter of the way round, to the other side, and across the date line.
  EXPECT_NEAR(static_cast<double>(GreatCircleMetres({0, 0}, {0, 90'000'000})), 10'007'557, 2);
  EXPECT_NEAR(static_cast<double>(GreatCircleMetres({0, 0}, {0, 180'000'000})), 20'015'115, 2);
  EXPECT_NEAR(static_cast<double>(GreatCircleMetres({0, 179'500'000}, {0, -179'500'000})), 111'195,
              2);
}

}  // namespace
}  // namespace kefu
