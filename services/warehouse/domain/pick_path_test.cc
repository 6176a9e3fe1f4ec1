#include "services/warehouse/domain/pick_path.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::warehouse::domain {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Locations(const PickPath& path, const std::vector<BinPlace>& places) {
  std::vector<std::string> out;
  for (const size_t i : path.order) out.push_back(places[i].location);
  return out;
}

// The shortest walk by trying every order, as the header's model has it.
int64_t Shortest(const std::vector<BinPlace>& places) {
  int64_t depth = 0;
  for (const BinPlace& place : places) depth = std::max(depth, place.y_mm);
  const auto distance = [&](int64_t x1, int64_t y1, int64_t x2, int64_t y2) {
    if (x1 == x2) return std::abs(y1 - y2);
    return std::abs(x1 - x2) + std::min(y1 + y2, 2 * depth - y1 - y2);
  };
  std::vector<size_t> order(places.size());
  std::iota(order.begin(), order.end(), 0);
  int64_t best = INT64_MAX;
  do {
    int64_t x = 0, y = 0, length = 0;
    for (const size_t i : order) {
      length += distance(x, y, places[i].x_mm, places[i].y_mm);
      x = places[i].x_mm;
      y = places[i].y_mm;
    }
    best = std::min(best, length + distance(x, y, 0, 0));
  } while (std::ranges::next_permutation(order).found);
  return best;
}

TEST(NaturalOrder, DigitsCompareAsNumbers) {
  std::vector<std::string> codes = {"A-10", "A-2", "B-1", "A-2-10", "A-2-9", "A-02", "10", "9", ""};
  std::ranges::sort(codes, [](const auto& a, const auto& b) { return NaturallyBefore(a, b); });
  EXPECT_THAT(codes, ElementsAre("", "9", "10", "A-02", "A-2", "A-2-9", "A-2-10", "A-10", "B-1"));
}

std::vector<BinPlace> ByCode(const std::vector<std::string>& locations) {
  std::vector<BinCode> codes;
  for (const std::string& location : locations) codes.push_back(ReadCode(location));
  return Places(codes, 3000, 1000);
}

TEST(Places, AislesInNaturalOrderAndPositionsByNumber) {
  const std::vector<std::string> codes = {"A-10-3-1", "A-9-12", "B-7", "A-9-12-2", "BULK", "B-x"};
  std::vector<std::string> shown;
  for (const BinPlace& place : ByCode(codes)) {
    shown.push_back(place.location + "@" + std::to_string(place.x_mm) + "," +
                    std::to_string(place.y_mm));
  }
  // Aisles: A-9, A-10, B, BULK. "x" is no number: by its rank in the aisle.
  EXPECT_THAT(shown, ElementsAre("A-10-3-1@3000,3000", "A-9-12@0,12000", "B-7@6000,7000",
                                 "A-9-12-2@0,12000", "BULK@9000,1000", "B-x@6000,2000"));
}

TEST(PickPath, NothingAndOneStop) {
  const PickPath none = PlanPickPath({});
  EXPECT_TRUE(none.order.empty());
  EXPECT_EQ(none.distance_mm, 0);
  const std::vector<BinPlace> one = {{"A-1-4", 6000, 4000}};
  const PickPath path = PlanPickPath(one);
  EXPECT_THAT(path.legs_mm, ElementsAre(10000));  // one way or the other
  EXPECT_EQ(path.distance_mm, path.s_shape_distance_mm);
}

TEST(PickPath, StaysAtTheBackWhereThatIsShorter) {
  // The S-shaped order comes to the front for the second aisle and goes to the back again.
  const std::vector<std::string> codes = {"A-1-1", "A-1-40", "A-2-1", "A-3-40"};
  const auto places = ByCode(codes);
  const PickPath path = PlanPickPath(places);
  EXPECT_LT(path.distance_mm, path.s_shape_distance_mm);
  EXPECT_EQ(path.distance_mm, Shortest(places));
}

TEST(PickPath, IsAPermutationNeverLongerThanTheSShapeAndNearTheShortest) {
  std::mt19937 random(7);
  int exact = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<BinPlace> places;
    const size_t stops = 2 + random() % 6;
    for (size_t i = 0; i < stops; ++i) {
      places.push_back({"B" + std::to_string(i), static_cast<int64_t>(random() % 5) * 3000,
                        static_cast<int64_t>(random() % 30) * 1000});
    }
    const PickPath path = PlanPickPath(places);
    EXPECT_EQ(std::set<size_t>(path.order.begin(), path.order.end()).size(), stops);
    EXPECT_LE(path.distance_mm, path.s_shape_distance_mm);
    const int64_t shortest = Shortest(places);
    EXPECT_LE(path.distance_mm, shortest * 5 / 4);
    exact += path.distance_mm == shortest ? 1 : 0;
    EXPECT_EQ(Locations(path, places), Locations(PlanPickPath(places), places));
  }
  EXPECT_GE(exact, 50);
}

}  // namespace
}  // namespace kefu::warehouse::domain
