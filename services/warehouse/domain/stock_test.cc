#include "services/warehouse/domain/stock.h"

#include <random>

#include "common/status/error.h"
#include "common/testing/status_matchers.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "services/warehouse/domain/ledger.h"
#include "services/warehouse/domain/reservation.h"

namespace kefu::warehouse::domain {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::kefu::testing::StatusIs;

const absl::CivilDay kToday(2026, 1, 15);
const NodeDays kDays = {{"n1", kToday}, {"n2", kToday}};

TotalKey Key(std::string_view sku, std::string_view node = "n1",
             StockCondition condition = StockCondition::kSellable) {
  return {std::string(sku), "", std::string(node), condition};
}

Movement Move(LedgerAccount from, LedgerAccount to, int64_t quantity,
              StockCondition condition = StockCondition::kSellable) {
  return {.key = {Key("s", "n1", condition), "", ""}, .from = from, .to = to, .quantity = quantity};
}

Reservation Lines(std::vector<ReservationLine> lines) {
  Reservation reservation;
  reservation.id = "r";
  reservation.lines = std::move(lines);
  reservation.expire_time = absl::FromUnixSeconds(100);
  return reservation;
}

TEST(Apply, MovesBetweenAccounts) {
  struct Case {
    LedgerAccount from, to;
    int64_t on_hand, reserved, in_transit;  // of 10, 4 and 5, after a movement of 3
  };
  const Case cases[] = {
      {LedgerAccount::kSupplier, LedgerAccount::kFree, 13, 4, 5},
      {LedgerAccount::kFree, LedgerAccount::kReserved, 10, 7, 5},
      {LedgerAccount::kReserved, LedgerAccount::kFree, 10, 1, 5},
      {LedgerAccount::kReserved, LedgerAccount::kCustomer, 7, 1, 5},
      {LedgerAccount::kFree, LedgerAccount::kInTransit, 7, 4, 8},
      {LedgerAccount::kInTransit, LedgerAccount::kFree, 13, 4, 2},
      {LedgerAccount::kFree, LedgerAccount::kClearing, 7, 4, 5},
      {LedgerAccount::kClearing, LedgerAccount::kInTransit, 10, 4, 8},
      {LedgerAccount::kFree, LedgerAccount::kScrap, 7, 4, 5},
      {LedgerAccount::kFree, LedgerAccount::kVendor, 7, 4, 5},
      {LedgerAccount::kAdjustment, LedgerAccount::kFree, 13, 4, 5},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(NameOf(c.from));
    SCOPED_TRACE(NameOf(c.to));
    Totals totals = {{Key("s"), {Key("s"), 10, 4, 5, 7}}};
    const Movement movement = Move(c.from, c.to, 3);
    ASSERT_THAT(Apply({&movement, 1}, totals), IsOk());
    EXPECT_EQ(totals.at(Key("s")).on_hand, c.on_hand);
    EXPECT_EQ(totals.at(Key("s")).reserved, c.reserved);
    EXPECT_EQ(totals.at(Key("s")).in_transit, c.in_transit);
    EXPECT_EQ(totals.at(Key("s")).version, 8);
  }
}

TEST(Apply, OneVersionForAllMovementsOfATotal) {
  Totals totals;
  const std::vector<Movement> movements = {Move(LedgerAccount::kSupplier, LedgerAccount::kFree, 1),
                                           Move(LedgerAccount::kSupplier, LedgerAccount::kFree, 2)};
  ASSERT_THAT(Apply(movements, totals), IsOk());
  EXPECT_EQ(totals.at(Key("s")).on_hand, 3);
  EXPECT_EQ(totals.at(Key("s")).version, 1);
}

TEST(Apply, BrokenMovementsAreBugs) {
  const Movement broken[] = {
      Move(LedgerAccount::kFree, LedgerAccount::kCustomer, 7),      // more than is free
      Move(LedgerAccount::kReserved, LedgerAccount::kFree, 5),      // more than is reserved
      Move(LedgerAccount::kFree, LedgerAccount::kReserved, 7),      // oversold
      Move(LedgerAccount::kFree, LedgerAccount::kFree, 1),          // nowhere
      Move(LedgerAccount::kSupplier, LedgerAccount::kCustomer, 1),  // past the house
      Move(LedgerAccount::kInTransit, LedgerAccount::kFree, 6),     // more than is on the way
      Move(LedgerAccount::kSupplier, LedgerAccount::kFree, 0),
      Move(LedgerAccount::kSupplier, LedgerAccount::kFree, -1),
  };
  for (const Movement& movement : broken) {
    Totals totals = {{Key("s"), {Key("s"), 10, 4, 5, 7}}};
    EXPECT_THAT(Apply({&movement, 1}, totals), StatusIs(absl::StatusCode::kInternal));
  }
  const TotalKey damaged = Key("s", "n1", StockCondition::kDamaged);
  Totals totals = {{damaged, {damaged, 10, 0, 0, 1}}};
  const Movement reserve =
      Move(LedgerAccount::kFree, LedgerAccount::kReserved, 1, StockCondition::kDamaged);
  EXPECT_THAT(Apply({&reserve, 1}, totals), StatusIs(absl::StatusCode::kInternal));
}

TEST(Apply, CountsUpToTheLimit) {
  Totals totals = {{Key("s"), {Key("s"), kMaxOnHand - 1, 0, 1}}};
  const Movement one = Move(LedgerAccount::kSupplier, LedgerAccount::kFree, 1);
  EXPECT_THAT(Apply({&one, 1}, totals), IsOk());
  EXPECT_THAT(Apply({&one, 1}, totals), HasReason("STOCK_LIMIT"));
  const Movement huge = Move(LedgerAccount::kSupplier, LedgerAccount::kFree, INT64_MAX);
  EXPECT_THAT(Apply({&huge, 1}, totals), HasReason("STOCK_LIMIT"));
}

TEST(PlanReserve, NamesEveryShortfall) {
  const Totals totals = {{Key("a"), {Key("a"), 5, 0, 1}}, {Key("b"), {Key("b"), 5, 4, 1}}};
  const auto reservation =
      Lines({{"n1", "a", "", 5}, {"n1", "b", "", 2}, {"n1", "c", "", 1}, {"n2", "a", "", 1}});
  const auto plan = PlanReserve(reservation, totals, kDays);
  ASSERT_THAT(plan, HasReason("INSUFFICIENT_STOCK"));
  const auto failure = GetDetail<google::rpc::PreconditionFailure>(plan.status());
  ASSERT_TRUE(failure.has_value());
  ASSERT_EQ(failure->violations_size(), 3);
  EXPECT_EQ(failure->violations(0).subject(), "lines[1] n1/b/");
  EXPECT_EQ(failure->violations(0).description(), "wanted 2, available 1");
  EXPECT_EQ(failure->violations(1).subject(), "lines[2] n1/c/");
  EXPECT_EQ(failure->violations(2).subject(), "lines[3] n2/a/");
}

TEST(PlanReceive, ChecksLotsAndDates) {
  const std::vector<Sku> skus = {{.id = "a", .lot_tracked = true}, {.id = "b"}};
  const std::vector<ReceiptLine> good = {{.sku_id = "a", .quantity = 1, .lot = "L1"},
                                         {.sku_id = "b", .quantity = 2}};
  const auto plan = PlanReceive("n1", good, skus, "PO-1", kToday - 3, kToday);
  ASSERT_THAT(plan, IsOk());
  EXPECT_EQ(plan->at(0).key.lot, "L1");
  EXPECT_EQ(plan->at(0).business_date, kToday - 3);
  EXPECT_EQ(plan->at(1).reference, "PO-1");
  EXPECT_THAT(PlanReceive("n1", good, skus, "", kToday + 1, kToday),
              HasReason("BUSINESS_DATE_IN_FUTURE"));
  const std::vector<ReceiptLine> bad = {{.sku_id = "a", .quantity = 1},
                                        {.sku_id = "b", .quantity = 2, .lot = "L"}};
  const auto refused = PlanReceive("n1", bad, skus, "", kToday, kToday);
  ASSERT_THAT(refused, HasReason("LOT_REQUIRED"));
  const auto failure = GetDetail<google::rpc::PreconditionFailure>(refused.status());
  ASSERT_EQ(failure->violations_size(), 2);
  EXPECT_EQ(failure->violations(1).type(), "LOT_NOT_ALLOWED");
}

TEST(Reservation, StateMachine) {
  using S = ReservationState;
  const absl::Time before = absl::FromUnixSeconds(99), at = absl::FromUnixSeconds(100);
  struct Case {
    S from;
    absl::Time now;
    std::string_view confirm, release;  // a reason, or the state after it
    bool expires;
  };
  const Case cases[] = {
      {S::kHeld, before, "CONFIRMED", "RELEASED", false},
      {S::kHeld, at, "RESERVATION_NOT_HELD", "RELEASED", true},
      {S::kConfirmed, before, "CONFIRMED", "RELEASED", false},
      {S::kConfirmed, at, "CONFIRMED", "RELEASED", false},
      {S::kReleased, before, "RESERVATION_NOT_HELD", "RELEASED", false},
      {S::kExpired, at, "RESERVATION_NOT_HELD", "RESERVATION_CLOSED", false},
      {S::kShipped, at, "RESERVATION_NOT_HELD", "RESERVATION_CLOSED", false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(NameOf(c.from));
    const auto outcome = [&](absl::StatusOr<bool> (*move)(Reservation&, absl::Time)) {
      Reservation reservation = Lines({});
      reservation.state = c.from;
      const auto moved = move(reservation, c.now);
      if (!moved.ok()) {
        EXPECT_EQ(reservation.state, c.from);
        return ReasonOf(moved.status());
      }
      EXPECT_EQ(*moved, reservation.state != c.from);
      EXPECT_EQ(reservation.info.version, *moved ? 1 : 0);
      return std::string(NameOf(reservation.state));
    };
    EXPECT_EQ(outcome(Confirm), c.confirm);
    EXPECT_EQ(outcome(Release), c.release);
    Reservation reservation = Lines({});
    reservation.state = c.from;
    EXPECT_EQ(Expire(reservation, c.now), c.expires);
    EXPECT_EQ(reservation.state, c.expires ? S::kExpired : c.from);
  }
}

TEST(Ledger, ChainBytesTellEveryFieldApart) {
  LedgerEntry entry;
  entry.movement = Move(LedgerAccount::kSupplier, LedgerAccount::kFree, 1);
  entry.entry_number = 1;
  const std::string base = ChainBytes(GenesisHash(), "o", entry);
  const auto differs = [&](auto change) {
    LedgerEntry other = entry;
    change(other);
    EXPECT_NE(ChainBytes(GenesisHash(), "o", other), base);
  };
  EXPECT_NE(ChainBytes(GenesisHash(), "p", entry), base);
  EXPECT_NE(ChainBytes(std::string(32, '\1'), "o", entry), base);
  differs([](LedgerEntry& e) { e.entry_number = 2; });
  differs([](LedgerEntry& e) { e.movement.quantity = 2; });
  differs([](LedgerEntry& e) { e.movement.key.lot = "x"; });
  differs([](LedgerEntry& e) { e.movement.key.location = "x"; });
  differs([](LedgerEntry& e) { e.movement.to = LedgerAccount::kReserved; });
  differs([](LedgerEntry& e) { e.movement.note = "x"; });
  differs([](LedgerEntry& e) { e.movement.business_date = kToday; });
  differs([](LedgerEntry& e) { e.record_time = absl::FromUnixMicros(1); });
  differs([](LedgerEntry& e) { e.actor = "x"; });
  // What is moved from one field to its neighbour.
  differs([](LedgerEntry& e) { e.movement.reason = "ab"; });
  LedgerEntry left = entry, right = entry;
  left.movement.reason = "ab";
  right.movement.reason = "a";
  right.movement.reference = "b";
  EXPECT_NE(ChainBytes("", "o", left), ChainBytes("", "o", right));
}

// A world of a few keys against the simplest model there is: free and reserved pieces per key.
class Model {
 public:
  explicit Model(uint32_t seed) : random_(seed) {}

  void Step() {
    switch (Pick(4)) {
      case 0:
        return Receive();
      case 1:
        return Reserve();
      default:
        return GiveBack();
    }
  }

  void Check() {
    std::map<TotalKey, std::pair<int64_t, int64_t>> derived;  // free, reserved
    for (const Movement& m : ledger_) {
      auto& [free, reserved] = derived[m.key.total];
      if (m.from == LedgerAccount::kFree) free -= m.quantity;
      if (m.to == LedgerAccount::kFree) free += m.quantity;
      if (m.from == LedgerAccount::kReserved) reserved -= m.quantity;
      if (m.to == LedgerAccount::kReserved) reserved += m.quantity;
    }
    for (const auto& [key, total] : totals_) {
      ASSERT_GE(total.reserved, 0);
      ASSERT_GE(total.available(), 0);
      ASSERT_EQ(total.on_hand, free_[key] + reserved_[key]);
      ASSERT_EQ(total.reserved, reserved_[key]);
      ASSERT_EQ(derived[key], std::make_pair(free_[key], reserved_[key]));
    }
  }

 private:
  int Pick(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  std::string Node() { return Pick(2) == 0 ? "n1" : "n2"; }
  std::string SkuId() { return std::string(1, static_cast<char>('a' + Pick(3))); }

  void Post(const std::vector<Movement>& movements) {
    ASSERT_THAT(Apply(movements, totals_), IsOk());
    ledger_.insert(ledger_.end(), movements.begin(), movements.end());
  }

  void Receive() {
    const std::vector<ReceiptLine> lines = {{.sku_id = SkuId(), .quantity = 1 + Pick(20)}};
    const std::vector<Sku> skus = {{.id = lines[0].sku_id}};
    const auto plan = PlanReceive(Node(), lines, skus, "", kToday, kToday);
    ASSERT_THAT(plan, IsOk());
    Post(*plan);
    free_[plan->at(0).key.total] += lines[0].quantity;
  }

  void Reserve() {
    std::map<TotalKey, int64_t> wanted;
    for (int i = 0; i <= Pick(3); ++i) wanted[Key(SkuId(), Node())] = 1 + Pick(15);
    Reservation reservation;
    bool enough = true;
    for (const auto& [key, quantity] : wanted) {
      reservation.lines.push_back({key.node_id, key.sku_id, key.owner_id, quantity});
      enough = enough && free_[key] >= quantity;
    }
    const auto plan = PlanReserve(reservation, totals_, kDays);
    ASSERT_EQ(plan.ok(), enough) << plan.status();
    if (!plan.ok()) return;
    Post(*plan);
    for (const auto& [key, quantity] : wanted) {
      free_[key] -= quantity;
      reserved_[key] += quantity;
    }
    held_.push_back(reservation);
  }

  void GiveBack() {
    if (held_.empty()) return;
    const size_t index = Pick(static_cast<int>(held_.size()));
    const Reservation reservation = held_[index];
    held_.erase(held_.begin() + index);
    Post(PlanGiveBack(reservation, "Release", "", kDays));
    for (const ReservationLine& line : reservation.lines) {
      free_[line.key()] += line.quantity;
      reserved_[line.key()] -= line.quantity;
    }
  }

  std::mt19937 random_;
  Totals totals_;
  std::vector<Movement> ledger_;
  std::vector<Reservation> held_;
  std::map<TotalKey, int64_t> free_, reserved_;
};

TEST(Property, StockFollowsTheModelAndTheLedgerDerivesIt) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    Model model(seed);
    for (int step = 0; step < 500; ++step) {
      model.Step();
      model.Check();
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace kefu::warehouse::domain
