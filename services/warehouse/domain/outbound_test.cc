#include "services/warehouse/domain/outbound.h"

#include <set>

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/warehouse/domain/stock.h"

namespace kefu::warehouse::domain {
namespace {

using ::kefu::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::CivilDay kDay(2026, 1, 15);
const absl::Time kNow = absl::FromUnixSeconds(1768449600);

TEST(ShipmentStates, TheTableHasTheseMovesAndNoOther) {
  using S = ShipmentState;
  using M = ShipmentMove;
  const std::set<std::pair<S, M>> known = {
      {S::kOpen, M::kPlan},           {S::kPlanned, M::kUnplan},      {S::kPlanned, M::kRelease},
      {S::kPicking, M::kFinishPicks}, {S::kPicking, M::kFindNothing}, {S::kPicked, M::kPack},
      {S::kPacked, M::kUnpack},       {S::kPacked, M::kShip},         {S::kShipped, M::kHandOver},
      {S::kOpen, M::kCancel},         {S::kPlanned, M::kCancel},      {S::kPicking, M::kCancel},
      {S::kPicked, M::kCancel},       {S::kPacked, M::kCancel}};
  for (int state = 1; state <= static_cast<int>(S::kCancelled); ++state) {
    for (int move = 1; move <= static_cast<int>(M::kCancel); ++move) {
      const auto s = static_cast<S>(state);
      const auto m = static_cast<M>(move);
      EXPECT_EQ(CanMove(s, m), known.contains({s, m})) << NameOf(s) << " " << NameOf(m);
      Shipment shipment{.id = "s", .state = s, .info = {3}};
      const absl::Status moved = Move(shipment, m, kNow);
      if (CanMove(s, m)) {
        EXPECT_TRUE(moved.ok());
        EXPECT_EQ(shipment.info.version, 4);
        EXPECT_EQ(shipment.info.update_time, kNow);
      } else {
        EXPECT_THAT(moved, HasReason("SHIPMENT_STATE"));
        EXPECT_EQ(shipment.state, s);
        EXPECT_EQ(shipment.info.version, 3);
      }
    }
  }
}

Reservation Confirmed() {
  Reservation reservation{.id = "r", .order_id = "o", .channel = "app"};
  reservation.state = ReservationState::kConfirmed;
  reservation.lines = {{"n1", "s2", "", 5, 0},
                       {"n2", "s1", "", 7, 0},
                       {"n1", "s1", "", 9, 4},
                       {"n1", "s3", "", 2, 2}};
  return reservation;
}

TEST(MakeShipment, TakesWhatTheNodeStillOwes) {
  const auto made = MakeShipment(Confirmed(), "n1");
  ASSERT_TRUE(made.ok());
  ASSERT_EQ(made->lines.size(), 2u);
  EXPECT_EQ(made->lines[0].sku_id, "s1");
  EXPECT_EQ(made->lines[0].quantity, 5);
  EXPECT_EQ(made->lines[1].quantity, 5);
  EXPECT_EQ(made->pieces(), 10);
  EXPECT_THAT(MakeShipment(Confirmed(), "n3"), HasReason("NOTHING_TO_SHIP"));
  Reservation held = Confirmed();
  held.state = ReservationState::kHeld;
  EXPECT_THAT(MakeShipment(held, "n1"), HasReason("RESERVATION_NOT_CONFIRMED"));
}

Shipment Candidate(std::string id, int cutoff, int age, std::vector<ShipmentLine> lines) {
  return {.id = std::move(id),
          .carrier = "sf",
          .cutoff_time = kNow + absl::Hours(cutoff),
          .lines = std::move(lines),
          .info = {1, kNow - absl::Hours(age), kNow}};
}

std::vector<std::string> Chosen(const std::vector<Shipment>& candidates, const Wave& wave,
                                const Servable& servable = {}) {
  std::vector<std::string> ids;
  for (const size_t i : ChooseForWave(candidates, wave, servable)) ids.push_back(candidates[i].id);
  return ids;
}

TEST(ChooseForWave, ByCutOffThenAgeThenIdWithinTheLimits) {
  const std::vector<Shipment> candidates = {
      Candidate("late", 9, 9, {{"s1", "", 1}}), Candidate("b", 2, 1, {{"s1", "", 4}}),
      Candidate("a", 2, 1, {{"s2", "", 4}}), Candidate("old", 2, 5, {{"s1", "", 3}})};
  EXPECT_THAT(Chosen(candidates, {.max_orders = 10, .max_pieces = 100}),
              ElementsAre("old", "a", "b", "late"));
  EXPECT_THAT(Chosen(candidates, {.max_orders = 2, .max_pieces = 100}), ElementsAre("old", "a"));
  // One that does not fit lets a smaller one behind it pass.
  EXPECT_THAT(Chosen(candidates, {.max_orders = 10, .max_pieces = 8}),
              ElementsAre("old", "a", "late"));
  EXPECT_THAT(Chosen(candidates,
                     {.cutoff_before = kNow + absl::Hours(9), .max_orders = 10, .max_pieces = 100}),
              ElementsAre("old", "a", "b"));
  EXPECT_THAT(Chosen(candidates, {.carrier = "yto", .max_orders = 10, .max_pieces = 100}),
              IsEmpty());
}

TEST(ChooseForWave, SingleSkuTogetherAndZonesOnlyWhatTheyServe) {
  const std::vector<Shipment> candidates = {
      Candidate("x1", 1, 1, {{"x", "", 1}}), Candidate("two", 1, 9, {{"x", "", 1}, {"y", "", 1}}),
      Candidate("y1", 2, 1, {{"y", "", 2}}), Candidate("y2", 3, 1, {{"y", "", 2}}),
      Candidate("y-own", 1, 1, {{"y", "brand", 2}})};
  EXPECT_THAT(Chosen(candidates,
                     {.max_orders = 10, .max_pieces = 100, .grouping = WaveGrouping::kSingleSku}),
              ElementsAre("y1", "y2", "x1", "y-own"));
  EXPECT_THAT(Chosen(candidates, {.max_orders = 10, .max_pieces = 100, .zones = {"A"}},
                     {{{"y", ""}, 3}, {{"x", ""}, 1}}),
              ElementsAre("two", "y1"));
}

TEST(PlanPicks, FirstExpiredFirstAndWhatIsThereNotIsMissing) {
  Shipment shipment{.id = "s", .node_id = "n", .wave_id = "w", .lines = {{"sku", "", 10}}};
  std::vector<LotStock> rows = {
      {.lot = "late", .location = "B-1", .free = 4, .expiry_date = kDay + 90},
      {.lot = "soon", .location = "B-2", .free = 3, .expiry_date = kDay + 9},
      {.lot = "over", .location = "B-3", .free = 50, .expiry_date = kDay - 1},
      {.lot = "back", .location = "B-4", .free = 50, .recalled = true}};
  const auto tasks = PlanPicks(shipment, shipment.lines[0], 10, rows, kDay, 5);
  ASSERT_EQ(tasks.size(), 2u);
  EXPECT_EQ(tasks[0].lot, "soon");
  EXPECT_EQ(tasks[0].quantity, 3);
  EXPECT_EQ(tasks[1].quantity, 4);
  EXPECT_EQ(shipment.lines[0].planned, 7);
  EXPECT_EQ(shipment.lines[0].missing(), 3);
  EXPECT_THAT(PlanPicks(shipment, shipment.lines[0], 3, rows, kDay, 0), IsEmpty());
}

TEST(Packing, CartonsHoldExactlyWhatWasPicked) {
  const Shipment shipment{.id = "s"};
  const std::vector<PickTask> tasks = {{.sku_id = "a", .lot = "L", .quantity = 5, .done = 3},
                                       {.sku_id = "a", .lot = "L", .quantity = 1, .done = 1},
                                       {.sku_id = "b", .quantity = 2, .done = 2},
                                       {.sku_id = "c", .quantity = 2, .done = 0}};
  const std::vector<Carton> right = {
      {.code = "1", .contents = {{"a", "", "L", 2}, {"b", "", "", 2}}},
      {.code = "2", .contents = {{"a", "", "L", 2}}}};
  EXPECT_TRUE(CheckContents(shipment, right, tasks).ok());
  std::vector<Carton> wrong = right;
  wrong[1].contents = {{"a", "", "M", 2}};
  const absl::Status status = CheckContents(shipment, wrong, tasks);
  EXPECT_THAT(status, HasReason("PACK_MISMATCH"));
  EXPECT_EQ(GetDetail<google::rpc::PreconditionFailure>(status)->violations_size(), 2);
}

TEST(Packing, WeightsWithinTheLargerTolerance) {
  std::map<std::string, Sku> skus;
  skus["a"].weight_grams = 1000;
  skus["unknown"].weight_grams = 0;
  const OutboundPolicy policy{.weight_tolerance_bps = 300, .weight_tolerance_grams = 50};
  const auto check = [&](int64_t scale, std::vector<CartonContent> contents) {
    std::vector<Carton> cartons = {
        {.code = "1", .weight_grams = scale, .tare_grams = 200, .contents = std::move(contents)}};
    const absl::Status status = CheckWeights("s", cartons, skus, policy);
    return std::make_pair(status.ok(), cartons[0].expected_grams);
  };
  using Result = std::pair<bool, int64_t>;
  EXPECT_EQ(check(4326, {{"a", "", "", 4}}), Result(true, 4200));  // 3 % of 4200 is 126
  EXPECT_EQ(check(4327, {{"a", "", "", 4}}), Result(false, 4200));
  EXPECT_EQ(check(1150, {{"a", "", "", 1}}), Result(true, 1200));  // 50 g are more than 36
  EXPECT_EQ(check(1149, {{"a", "", "", 1}}), Result(false, 1200));
  EXPECT_EQ(check(0, {{"a", "", "", 1}}), Result(true, 1200));  // not weighed
  EXPECT_EQ(check(99, {{"a", "", "", 1}, {"unknown", "", "", 1}}), Result(true, 0));
}

TEST(PlanBinMove, KeepsEveryPromiseCoveredInBetween) {
  const TotalKey key{"sku", "", "n"};
  Totals totals = {{key, {.key = key, .on_hand = 10, .reserved = 6}}};
  const auto movements = PlanBinMove(totals.at(key), {key, "L", "A-1"}, {key, "L", "STAGE"}, 8,
                                     "PutBack", "task", kDay);
  ASSERT_EQ(movements.size(), 4u);
  EXPECT_EQ(movements[0].quantity, 6);
  EXPECT_EQ(movements[2].quantity, 2);
  EXPECT_TRUE(Apply(movements, totals).ok());
  EXPECT_EQ(totals.at(key).on_hand, 10);
  EXPECT_EQ(totals.at(key).reserved, 6);
}

TEST(PlanShipping, ClosesTheReservationWhenNothingIsLeft) {
  Reservation reservation{.id = "r", .lines = {{"n", "a", "", 5}, {"n", "b", "", 2}}};
  reservation.state = ReservationState::kConfirmed;
  Shipment shipment{.id = "s", .node_id = "n", .lines = {{"a", "", 5, 0, 3}, {"b", "", 2, 0, 2}}};
  std::vector<PickTask> tasks = {{.sku_id = "a", .lot = "L1", .quantity = 2, .done = 2},
                                 {.sku_id = "a", .lot = "L2", .quantity = 3, .done = 1},
                                 {.sku_id = "b", .quantity = 2, .done = 2}};
  auto movements = PlanShipping(shipment, reservation, tasks, "STAGE", kDay, kNow);
  ASSERT_TRUE(movements.ok());
  ASSERT_EQ(movements->size(), 3u);
  EXPECT_EQ((*movements)[0].key.lot, "L1");
  EXPECT_EQ((*movements)[0].key.location, "STAGE");
  EXPECT_EQ((*movements)[0].from, LedgerAccount::kReserved);
  EXPECT_EQ((*movements)[0].to, LedgerAccount::kCustomer);
  EXPECT_EQ(reservation.state, ReservationState::kConfirmed);
  EXPECT_EQ(reservation.lines[0].open(), 2);
  EXPECT_EQ(shipment.lines[0].shipped, 3);
  tasks = {{.sku_id = "a", .quantity = 2, .done = 2}};
  Shipment rest{.id = "s2", .node_id = "n", .lines = {{"a", "", 2, 0, 2}}};
  EXPECT_TRUE(PlanShipping(rest, reservation, tasks, "STAGE", kDay, kNow).ok());
  EXPECT_EQ(reservation.state, ReservationState::kShipped);
  EXPECT_FALSE(PlanShipping(rest, reservation, tasks, "STAGE", kDay, kNow).ok());
}

TEST(PlanCut, LeavesOtherNodesAndWhatHasShipped) {
  Shipment shipment{.node_id = "n1", .lines = {{"s1", "", 5}, {"s2", "", 5}}};
  Reservation reservation = Confirmed();
  const auto movements = PlanCut(reservation, shipment, "why", kDay, kNow);
  ASSERT_EQ(movements.size(), 2u);
  EXPECT_EQ(movements[0].quantity + movements[1].quantity, 10);
  EXPECT_EQ(movements[0].note, "why");
  EXPECT_EQ(reservation.state, ReservationState::kConfirmed);
  ASSERT_EQ(reservation.lines.size(), 3u);  // s2 at n1 is gone
  EXPECT_EQ(reservation.lines[1].quantity, 4);
  // Then the other node's: something has shipped, so it ends as SHIPPED.
  shipment = {.node_id = "n2", .lines = {{"s1", "", 7}}};
  EXPECT_EQ(PlanCut(reservation, shipment, "", kDay, kNow).size(), 1u);
  EXPECT_EQ(reservation.state, ReservationState::kShipped);
  Reservation whole{.id = "r", .lines = {{"n1", "s1", "", 5}}};
  whole.state = ReservationState::kConfirmed;
  shipment = {.node_id = "n1", .lines = {{"s1", "", 5}}};
  EXPECT_EQ(PlanCut(whole, shipment, "", kDay, kNow).size(), 1u);
  EXPECT_EQ(whole.state, ReservationState::kReleased);
  EXPECT_EQ(whole.lines[0].quantity, 5);  // says what it was
}

}  // namespace
}  // namespace kefu::warehouse::domain
