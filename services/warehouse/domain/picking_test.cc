#include "services/warehouse/domain/picking.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::warehouse::domain {
namespace {

using ::testing::ElementsAre;

constexpr absl::CivilDay kToday(2026, 1, 15);

LotStock Row(std::string lot, std::string bin, int64_t on_hand,
             std::optional<absl::CivilDay> expiry,
             std::optional<absl::CivilDay> made = std::nullopt, int64_t received = 0) {
  return {.lot = std::move(lot),
          .location = std::move(bin),
          .free = on_hand,
          .expiry_date = expiry,
          .made_date = made,
          .first_received = absl::FromUnixSeconds(received)};
}

TEST(TakeFefo, TakesTheEarliestExpiryThenTheOldestLotThenTheBin) {
  std::vector<LotStock> rows = {
      Row("D", "", 5, std::nullopt),
      Row("C", "b2", 5, kToday + 9, kToday - 5),
      Row("C", "b1", 5, kToday + 9, kToday - 5),
      Row("B", "", 5, kToday + 9, kToday - 8),
      Row("A", "", 5, kToday + 10),
      Row("E", "", 5, kToday),
  };
  EXPECT_THAT(TakeFefo(rows, 24, kToday),
              ElementsAre(Pick{"E", "", 5}, Pick{"B", "", 5}, Pick{"C", "b1", 5},
                          Pick{"C", "b2", 5}, Pick{"A", "", 4}));
  // What was taken is gone.
  EXPECT_THAT(TakeFefo(rows, 3, kToday), ElementsAre(Pick{"A", "", 1}, Pick{"D", "", 2}));
}

TEST(TakeFefo, OfLotsWithoutDatesTheFirstReceivedGoesFirst) {
  std::vector<LotStock> rows = {Row("A", "", 1, std::nullopt, std::nullopt, 200),
                                Row("B", "", 1, std::nullopt, std::nullopt, 100)};
  EXPECT_THAT(TakeFefo(rows, 1, kToday), ElementsAre(Pick{"B", "", 1}));
}

TEST(TakeFefo, PassesByWhatMayNotBeSold) {
  std::vector<LotStock> rows = {Row("old", "", 5, kToday - 1), Row("recalled", "", 5, kToday + 1),
                                Row("soon", "", 5, kToday + 2), Row("good", "", 5, kToday + 30)};
  rows[1].recalled = true;
  std::vector<LotStock> again = rows;
  EXPECT_THAT(TakeFefo(rows, 20, kToday), ElementsAre(Pick{"soon", "", 5}, Pick{"good", "", 5}));
  EXPECT_THAT(TakeFefo(again, 20, kToday, /*min_days=*/3), ElementsAre(Pick{"good", "", 5}));
}

TEST(TakeFefo, NothingOfNothing) {
  std::vector<LotStock> rows;
  EXPECT_THAT(TakeFefo(rows, 1, kToday), ElementsAre());
  rows = {Row("A", "", 0, std::nullopt)};
  EXPECT_THAT(TakeFefo(rows, 1, kToday), ElementsAre());
}

}  // namespace
}  // namespace kefu::warehouse::domain
