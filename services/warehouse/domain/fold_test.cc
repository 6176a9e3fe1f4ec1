#include "services/warehouse/domain/fold.h"

#include <random>

#include "common/testing/status_matchers.h"
#include "fmt/format.h"
#include "services/warehouse/domain/reservation.h"

namespace kefu::warehouse::domain {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::kefu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1768449600);

ReservationLine LineOf(std::string sku, int64_t quantity, std::string node = "n1") {
  return {std::move(node), std::move(sku), "", quantity};
}

Reservation Held(std::string id, std::vector<ReservationLine> lines) {
  return {.id = std::move(id),
          .lines = std::move(lines),
          .expire_time = kNow + absl::Minutes(30),
          .info = {1, kNow, kNow}};
}

ReservationCommand Reserve(std::string id, std::vector<ReservationLine> lines) {
  return {ReserveCommand{Held(std::move(id), std::move(lines))}, "ann", kNow};
}
ReservationCommand Release(std::string id) {
  return {ReleaseCommand{std::move(id), "why"}, "bob", kNow};
}
ReservationCommand ConfirmOf(std::string id) {
  return {ConfirmCommand{std::move(id)}, "bob", kNow};
}

FoldBasis Basis(int64_t on_hand, std::vector<Reservation> reservations = {}) {
  FoldBasis basis;
  for (const char* node : {"n1", "n2"}) {
    basis.nodes[node] = RecordState::kActive;
    basis.today[node] = absl::CivilDay(2026, 1, 15);
  }
  for (const char* sku : {"a", "b"}) {
    basis.skus[sku] = RecordState::kActive;
    const TotalKey key{sku, "", "n1", StockCondition::kSellable};
    basis.totals[key] = {.key = key, .on_hand = on_hand};
  }
  for (Reservation& reservation : reservations) {
    for (const ReservationLine& line : reservation.lines) {
      basis.totals.at(line.key()).reserved += line.open();
    }
    std::string id = reservation.id;
    basis.reservations.emplace(std::move(id), std::move(reservation));
  }
  return basis;
}

FoldDecision Decide(const std::vector<ReservationCommand>& commands, FoldBasis basis) {
  std::vector<const ReservationCommand*> asked;
  for (const ReservationCommand& command : commands) asked.push_back(&command);
  return DecideFold(asked, std::move(basis));
}

std::vector<std::string> Reasons(const FoldDecision& decision) {
  std::vector<std::string> reasons;
  for (const auto& result : decision.results) reasons.push_back(ReasonOf(result.status()));
  return reasons;
}

TEST(Fold, GuardsHoldBackInTheOrderOfArrival) {
  Reservation old = Held("old", {LineOf("a", 3)});
  old.channel = "live";
  old.lines[0].counted_of_channel = 1;
  FoldBasis basis = Basis(100, {old});
  basis.guards = {
      {{.sku_id = "a", .channel = "live", .cap = 5, .used = 3}, 97},
      {{.sku_id = "a", .channel = "shop", .safety_quantity = 90}, 97},
  };
  std::vector<ReservationCommand> commands = {Reserve("r1", {LineOf("a", 3)}),
                                              Reserve("r2", {LineOf("a", 2)}),
                                              Release("old"),
                                              Reserve("r3", {LineOf("a", 3)}),
                                              Reserve("r4", {LineOf("a", 1)}),
                                              Reserve("r5", {LineOf("a", 6)}),
                                              Reserve("r6", {LineOf("a", 5), LineOf("b", 1)})};
  for (size_t i = 0; i < commands.size(); ++i) {
    if (auto* reserve = std::get_if<ReserveCommand>(&commands[i].what)) {
      reserve->reservation.channel = i < 5 ? "live" : "shop";
    }
  }
  const FoldDecision decision = Decide(commands, std::move(basis));
  EXPECT_THAT(Reasons(decision),
              ElementsAre("CHANNEL_CAP", "", "", "", "CHANNEL_CAP", "SAFETY_STOCK", ""));
  ASSERT_THAT(decision.guards, SizeIs(2));
  EXPECT_EQ(decision.guards[0].guard.used, 5);
  EXPECT_EQ(decision.guards[1].guard.used, 5);
  EXPECT_EQ(decision.made[0].lines[0].counted_of_channel, 1);
  EXPECT_EQ(decision.made[2].lines[0].counted_of_channel, 1);
  EXPECT_EQ(decision.made[2].lines[1].counted_of_channel, 0);
}

TEST(Fold, AsksForGuardsOnlyWhereThereAreAny) {
  Reservation plain = Held("plain", {LineOf("a", 1)}), counted = Held("counted", {LineOf("b", 1)});
  counted.lines[0].counted_of_all = 2;
  const std::map<std::string, Reservation> there = {{"plain", plain}, {"counted", counted}};
  const std::vector<ReservationCommand> commands = {Reserve("r", {LineOf("a", 1), LineOf("c", 1)}),
                                                    Release("plain"), Release("counted")};
  std::vector<const ReservationCommand*> asked;
  for (const ReservationCommand& command : commands) asked.push_back(&command);
  EXPECT_THAT(GuardKeysOf(std::span(asked).first(2), there, {}), IsEmpty());
  EXPECT_THAT(GuardKeysOf(asked, there, {"c"}),
              ElementsAre(GuardedKey("b", ""), GuardedKey("c", "")));
}

TEST(Fold, DecidesInTheOrderOfArrivalOnTheRunningStock) {
  const FoldDecision decision =
      Decide({Reserve("r1", {LineOf("a", 6)}), Reserve("r2", {LineOf("a", 6)}),
              Reserve("r3", {LineOf("a", 4)}), Reserve("r4", {LineOf("a", 1)})},
             Basis(10));
  EXPECT_THAT(Reasons(decision), ElementsAre("", "INSUFFICIENT_STOCK", "", "INSUFFICIENT_STOCK"));
  ASSERT_THAT(decision.made, SizeIs(2));
  EXPECT_EQ(decision.made[1].id, "r3");
  ASSERT_THAT(decision.movements, SizeIs(2));
  EXPECT_EQ(decision.movements[1].reference, "r3");
  EXPECT_EQ(decision.movements[1].actor, "ann");
  EXPECT_OK(decision.broken);
}

TEST(Fold, WhatOneGivesBackTheNextMayTake) {
  const FoldDecision decision =
      Decide({Reserve("r1", {LineOf("a", 2)}), Release("old"), Reserve("r2", {LineOf("a", 2)})},
             Basis(10, {Held("old", {LineOf("a", 9)})}));
  EXPECT_THAT(Reasons(decision), ElementsAre("INSUFFICIENT_STOCK", "", ""));
  ASSERT_THAT(decision.changed, SizeIs(1));
  EXPECT_EQ(decision.changed[0].state, ReservationState::kReleased);
  ASSERT_THAT(decision.movements, SizeIs(2));
  EXPECT_EQ(decision.movements[0].from, LedgerAccount::kReserved);
  EXPECT_EQ(decision.movements[0].note, "why");
  EXPECT_EQ(decision.movements[0].actor, "bob");
}

TEST(Fold, AReservationNamedTwiceIsWrittenOnceAsItEnds) {
  const FoldDecision decision =
      Decide({ConfirmOf("old"), Release("old"), ConfirmOf("old"), Release("old")},
             Basis(10, {Held("old", {LineOf("a", 9)})}));
  EXPECT_THAT(Reasons(decision), ElementsAre("", "", "RESERVATION_NOT_HELD", ""));
  EXPECT_EQ(decision.results[0]->state, ReservationState::kConfirmed);
  ASSERT_THAT(decision.changed, SizeIs(1));
  EXPECT_EQ(decision.changed[0].state, ReservationState::kReleased);
  EXPECT_EQ(decision.changed[0].info.version, 3);
  EXPECT_THAT(decision.movements, SizeIs(1));
}

TEST(Fold, ExtendsWhatIsHeldAndNeverShortens) {
  const auto extend = [](std::string id, absl::Duration by) {
    return ReservationCommand{ExtendCommand{std::move(id), kNow + by}, "bob", kNow};
  };
  Reservation over = Held("over", {LineOf("a", 1)});
  over.expire_time = kNow;
  const FoldDecision decision =
      Decide({extend("old", absl::Hours(2)), extend("old", absl::Hours(1)),
              extend("over", absl::Hours(1)), extend("none", absl::Hours(1))},
             Basis(10, {Held("old", {LineOf("a", 1)}), over}));
  EXPECT_THAT(Reasons(decision), ElementsAre("", "", "RESERVATION_NOT_HELD", "NOT_FOUND"));
  EXPECT_EQ(decision.results[1]->expire_time, kNow + absl::Hours(2));
  ASSERT_THAT(decision.changed, SizeIs(1));
  EXPECT_EQ(decision.changed[0].info.version, 2);
  EXPECT_THAT(decision.movements, IsEmpty());
}

TEST(Fold, WhatIsNotThereOrClosedIsNamed) {
  FoldBasis basis = Basis(10);
  basis.nodes["n2"] = RecordState::kArchived;
  basis.skus["b"] = RecordState::kArchived;
  const FoldDecision decision = Decide(
      {Reserve("r1", {LineOf("a", 1, "n9")}), Reserve("r2", {LineOf("c", 1)}),
       Reserve("r3", {LineOf("a", 1, "n2")}), Reserve("r4", {LineOf("b", 1)}), Release("r9")},
      std::move(basis));
  EXPECT_THAT(Reasons(decision), ElementsAre("NOT_FOUND", "NOT_FOUND", "RECORD_ARCHIVED",
                                             "RECORD_ARCHIVED", "NOT_FOUND"));
  EXPECT_THAT(decision.made, IsEmpty());
}

TEST(Fold, ABasisThatContradictsItselfIsBroken) {
  FoldBasis basis = Basis(10, {Held("old", {LineOf("a", 9)})});
  basis.totals.begin()->second.reserved = 3;
  const FoldDecision decision = Decide({Release("old")}, std::move(basis));
  EXPECT_THAT(decision.broken, StatusIs(absl::StatusCode::kInternal));
}

TEST(Fold, NeedsTheLinesOfWhatIsReleased) {
  const std::vector<ReservationCommand> commands = {Reserve("r", {LineOf("a", 1)}), Release("old"),
                                                    ConfirmOf("other")};
  std::vector<const ReservationCommand*> asked;
  for (const auto& command : commands) asked.push_back(&command);
  const FoldNeeds needs =
      NeedsOf(asked, {{"old", Held("old", {LineOf("b", 1, "n2"), LineOf("a", 1)})}});
  EXPECT_THAT(needs.nodes, ElementsAre("n1", "n2"));
  EXPECT_THAT(needs.skus, ElementsAre("a"));
  EXPECT_THAT(needs.totals, SizeIs(2));
}

// A fold is the same as its commands one by one, each on what the one before has left.
TEST(Fold, IsTheSameAsOneByOne) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    FoldBasis together = Basis(8, {Held("x", {LineOf("a", 3)}), Held("y", {LineOf("b", 2)})});
    FoldBasis single = together;
    std::vector<ReservationCommand> commands;
    for (int i = 0; i < 12; ++i) {
      const std::string id = random() % 2 == 0 ? "x" : "y";
      switch (random() % 4) {
        case 0:
          commands.push_back(Release(id));
          break;
        case 1:
          commands.push_back(ConfirmOf(id));
          break;
        default:
          commands.push_back(Reserve(fmt::format("r{}", i), {LineOf("a", 1 + random() % 4),
                                                             LineOf("b", 1 + random() % 3)}));
      }
    }
    const FoldDecision fold = Decide(commands, together);
    for (size_t i = 0; i < commands.size(); ++i) {
      const FoldDecision one = Decide({commands[i]}, single);
      ASSERT_EQ(ReasonOf(one.results[0].status()), ReasonOf(fold.results[i].status()));
      for (const Reservation& r : one.changed) single.reservations[r.id] = r;
      ASSERT_OK(Apply(one.movements, single.totals));
    }
    ASSERT_OK(Apply(fold.movements, together.totals));
    for (const auto& [key, total] : together.totals) {
      ASSERT_EQ(total.reserved, single.totals.at(key).reserved);
    }
    for (const Reservation& r : fold.changed) {
      ASSERT_EQ(r.state, single.reservations.at(r.id).state);
      ASSERT_EQ(r.info.version, single.reservations.at(r.id).info.version);
    }
  }
}

}  // namespace
}  // namespace kefu::warehouse::domain
