#include "services/staffing/domain/handover/handover.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "common/testing/status_matchers.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::staffing::handover {
namespace {

using ::kefu::testing::HasReason;

const absl::Time kNoon = absl::FromUnixSeconds(1768449600);

DutyShift Shift(std::string agent, int from_hour, int hours) {
  return {.id = "shift of " + agent,
          .team_id = "team",
          .agent_id = std::move(agent),
          .scheduled_start = kNoon + absl::Hours(from_hour),
          .scheduled_end = kNoon + absl::Hours(from_hour + hours),
          .start = kNoon + absl::Hours(from_hour)};
}

Item NewItem(std::string id, absl::Time due = absl::InfiniteFuture()) {
  return {.id = std::move(id), .text = "退款待跟进", .due = due};
}

Item Waiting(const std::string& id, absl::Time due = absl::InfiniteFuture()) {
  auto written = Write(Shift("ann", 0, 8), {}, {.items = {NewItem(id, due)}}, {}, kNoon);
  EXPECT_OK(written);
  return written->front();
}

TEST(HandoverTest, AShiftIsAtMost24HoursLong) {
  EXPECT_OK(CheckLength(kNoon, kNoon + absl::Hours(24)));
  EXPECT_THAT(CheckLength(kNoon, kNoon + absl::Hours(24) + absl::Seconds(1)),
              HasReason("SHIFT_TOO_LONG"));
  EXPECT_THAT(CheckLength(kNoon, kNoon + absl::Hours(25)), HasReason("SHIFT_TOO_LONG"));
}

TEST(HandoverTest, KeepsNoMobileNumber) {
  EXPECT_EQ(Masked("回电13812345678，或 19900001111"), "回电138****5678，或 199****1111");
  EXPECT_EQ(Masked("13812345678"), "138****5678");
  // An order's number, a landline, a price.
  EXPECT_EQ(Masked("113812345678 12012345678 055112345678 99"),
            "113812345678 12012345678 055112345678 99");
  EXPECT_EQ(Masked(""), "");
  EXPECT_EQ(Masked("13812345678 13912345678"), "138****5678 139****5678");
  EXPECT_EQ(Masked("+8613812345678/8613812345678"), "+86138****5678/86138****5678");
  EXPECT_EQ(Masked("138 1234 5678，138-1234-5678，138-12345678"),
            "138 **** 5678，138-****-5678，138-****5678");
  EXPECT_EQ(Masked("订单 138 1234 567，+86 138 1234 5678"), "订单 138 1234 567，+86 138 **** 5678");
}

TEST(HandoverTest, TheNextShiftWaitsForThoseThatWereToEndBefore) {
  DutyShift day = Shift("ann", 0, 8);
  const DutyShift late = Shift("bob", 4, 8);
  const std::vector<DutyShift> running = {day, late};
  const absl::Status refused = CheckStart(Shift("cat", 8, 8), running);
  EXPECT_THAT(refused, HasReason("HANDOVER_MISSING"));
  EXPECT_EQ(MetadataOf(refused, "agent_ids"), "ann");
  EXPECT_EQ(MetadataOf(CheckStart(Shift("cat", 12, 8), running), "agent_ids"), "ann,bob");
  EXPECT_OK(CheckStart(Shift("cat", 7, 8), running));
  // Whatever time was named: who comes when another was to have ended waits for its handover.
  DutyShift tardy = Shift("cat", 7, 8);
  tardy.start = kNoon + absl::Hours(8);
  EXPECT_THAT(CheckStart(tardy, running), HasReason("HANDOVER_MISSING"));
  day.handover = kNoon;
  EXPECT_OK(CheckStart(Shift("cat", 8, 8), std::vector{day, late}));
}

TEST(HandoverTest, AnItemGoesFromHandToHand) {
  const DutyShift ann = Shift("ann", 0, 8), bob = Shift("bob", 8, 8);
  const Item item = Waiting("1", kNoon + absl::Hours(3));
  EXPECT_EQ(item.state, ItemState::kWaiting);
  EXPECT_EQ(item.writer_agent_id, "ann");
  EXPECT_EQ(item.handovers, 1);
  EXPECT_THAT(Accept(item, ann, {}, kNoon), HasReason("OWN_HANDOVER"));
  DutyShift elsewhere = bob;
  elsewhere.team_id = "other";
  EXPECT_THAT(Accept(item, elsewhere, {}, kNoon), HasReason("NOT_ON_DUTY"));
  EXPECT_THAT(Resolve(item, bob, "done", kNoon), HasReason("ITEM_NOT_HELD"));

  ASSERT_OK_AND_ASSIGN(const Item taken, Accept(item, bob, {}, kNoon + absl::Minutes(1)));
  EXPECT_EQ(taken.holder_agent_id, "bob");
  EXPECT_EQ(taken.escalates, bob.scheduled_end + absl::Minutes(30));
  EXPECT_THAT(Accept(taken, Shift("cat", 8, 8), {}, kNoon), HasReason("ITEM_NOT_WAITING"));

  EXPECT_THAT(Write(bob, {{taken}}, {}, {}, kNoon), HasReason("ITEMS_NOT_HANDED_ON"));
  EXPECT_THAT(Write(bob, {}, {.handed_on = {{"1", ""}}}, {}, kNoon), HasReason("ITEM_NOT_HELD"));
  ASSERT_OK_AND_ASSIGN(const auto back, Write(bob, {{taken}}, {.handed_on = {{"1", "已联系买家"}}},
                                              {}, kNoon + absl::Hours(1)));
  EXPECT_EQ(back.front().text, "已联系买家");
  EXPECT_EQ(back.front().due, item.due);
  EXPECT_EQ(back.front().handovers, 2);
  EXPECT_EQ(back.front().writer_agent_id, "ann");
  EXPECT_EQ(back.front().from_shift_id, bob.id);
  EXPECT_EQ(back.front().info.version, 3);
  EXPECT_OK(Accept(back.front(), ann, {}, kNoon));

  ASSERT_OK_AND_ASSIGN(const Item done, Resolve(taken, bob, "已退款", kNoon));
  EXPECT_EQ(done.state, ItemState::kDone);
  EXPECT_EQ(done.escalates, absl::InfiniteFuture());
  EXPECT_FALSE(Escalate(done, {}, kNoon + absl::Hours(99)));
  EXPECT_THAT(Accept(done, Shift("cat", 8, 8), {}, kNoon), HasReason("ITEM_NOT_WAITING"));
}

TEST(HandoverTest, AShiftEndsAfterItsHandoverWithEmptyHands) {
  DutyShift shift = Shift("ann", 0, 8);
  EXPECT_THAT(CheckEnd(shift, {}), HasReason("HANDOVER_MISSING"));
  shift.handover = kNoon;
  EXPECT_OK(CheckEnd(shift, {}));
  EXPECT_THAT(CheckEnd(shift, {{Waiting("1")}}), HasReason("ITEMS_NOT_HANDED_ON"));
}

TEST(HandoverTest, WhatIsHeldGoesUpWhenTheHoldersShiftWasToEnd) {
  const Policy policy{
      .version = 3, .team_lead_minutes = 10, .supervisor_minutes = 20, .manager_minutes = 60};
  const DutyShift bob = Shift("bob", 0, 8);
  const auto at = [&](absl::Time taken, absl::Duration later) {
    const auto held =
        Accept(*Escalate(Waiting("1"), policy, kNoon + absl::Hours(2)), bob, policy, taken);
    const auto up = Escalate(*held, policy, later + bob.scheduled_end);
    if (up) EXPECT_EQ(up->state, ItemState::kAccepted);
    return up ? up->level : Level::kShift;
  };
  EXPECT_EQ(at(kNoon, absl::Minutes(9)), Level::kShift);
  EXPECT_EQ(at(kNoon, absl::Minutes(10)), Level::kTeamLead);
  EXPECT_EQ(at(kNoon, absl::Minutes(20)), Level::kSupervisor);
  EXPECT_EQ(at(kNoon, absl::Minutes(59)), Level::kSupervisor);
  EXPECT_EQ(at(kNoon, absl::Minutes(60)), Level::kManager);
  // Taken by who stays longer, it counts from then.
  EXPECT_EQ(at(bob.scheduled_end + absl::Hours(1), absl::Minutes(69)), Level::kShift);
  EXPECT_EQ(at(bob.scheduled_end + absl::Hours(1), absl::Minutes(70)), Level::kTeamLead);
}

TEST(HandoverTest, ItemsGoUpByPolicyAndWhenTheyFallDue) {
  const Policy policy{
      .version = 3, .team_lead_minutes = 10, .supervisor_minutes = 20, .manager_minutes = 60};
  const auto at = [&](absl::Time due, int minutes) {
    const auto written =
        Write(Shift("ann", 0, 8), {}, {.items = {NewItem("1", due)}}, policy, kNoon);
    const auto up = Escalate(written->front(), policy, kNoon + absl::Minutes(minutes));
    return up ? up->level : Level::kShift;
  };
  EXPECT_EQ(at(absl::InfiniteFuture(), 9), Level::kShift);
  EXPECT_EQ(at(absl::InfiniteFuture(), 10), Level::kTeamLead);
  EXPECT_EQ(at(absl::InfiniteFuture(), 19), Level::kTeamLead);
  EXPECT_EQ(at(absl::InfiniteFuture(), 20), Level::kSupervisor);
  EXPECT_EQ(at(absl::InfiniteFuture(), 600), Level::kManager);
  EXPECT_EQ(at(kNoon + absl::Minutes(4), 3), Level::kShift);
  EXPECT_EQ(at(kNoon + absl::Minutes(4), 4), Level::kTeamLead);
  EXPECT_EQ(at(kNoon + absl::Minutes(40), 10), Level::kTeamLead);
  // Overdue when it is written.
  EXPECT_EQ(at(kNoon - absl::Hours(1), 0), Level::kTeamLead);
  // A manager has nobody above.
  auto item = Escalate(Waiting("1"), policy, kNoon + absl::Hours(9));
  ASSERT_TRUE(item);
  EXPECT_EQ(item->escalates, absl::InfiniteFuture());
  EXPECT_FALSE(Escalate(*item, policy, kNoon + absl::Hours(99)));
}

// Any order of starts, handovers, acceptances and ends, by agents who try what they may not do.
class RandomShifts {
 public:
  explicit RandomShifts(uint32_t seed) : random_(seed) {}

  void Step() {
    now_ += absl::Minutes(Upto(30));
    for (Item& item : items_) {
      if (const auto up = Escalate(item, policy_, now_)) item = *up;
    }
    switch (Upto(6)) {
      case 0:
        return Start();
      case 1:
        return Hand();
      case 2:
        return Finish();
      case 3:
        return End();
      default:
        return Take();
    }
  }

  void Check() const {
    std::map<std::string, const DutyShift*> shifts;
    for (const DutyShift& shift : shifts_) shifts[shift.id] = &shift;
    EXPECT_EQ(items_.size(), written_);
    for (const Item& item : items_) {
      const bool held = item.state == ItemState::kAccepted;
      EXPECT_EQ(item.state == ItemState::kWaiting, item.holder_agent_id.empty());
      if (held) EXPECT_FALSE(shifts.at(item.holder_shift_id)->end) << "held by nobody on duty";
      if (item.state == ItemState::kDone) EXPECT_TRUE(accepted_.contains(item.id));
      if (item.state != ItemState::kDone) {
        EXPECT_GE(item.escalates, now_);
        EXPECT_EQ(item.escalates == absl::InfiniteFuture(), item.level == Level::kManager);
      }
    }
    for (const DutyShift& shift : shifts_) {
      if (shift.end) EXPECT_TRUE(shift.handover);
    }
  }

  std::map<std::string, int> counts;

 private:
  int Upto(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }
  // A running shift, or nothing.
  DutyShift* Running() {
    if (shifts_.empty()) return nullptr;
    DutyShift& shift = shifts_[Upto(static_cast<int>(shifts_.size()) - 1)];
    return shift.end ? nullptr : &shift;
  }
  std::vector<Item> HeldBy(const DutyShift& shift) const {
    std::vector<Item> held;
    for (const Item& item : items_) {
      if (item.state == ItemState::kAccepted && item.holder_shift_id == shift.id) {
        held.push_back(item);
      }
    }
    return held;
  }
  Item& Find(const std::string& id) { return *std::ranges::find(items_, id, &Item::id); }

  void Start() {
    DutyShift next{.id = fmt::format("s{}", shifts_.size()),
                   .team_id = "team",
                   .agent_id = fmt::format("a{}", shifts_.size()),
                   .scheduled_start = now_ + absl::Minutes(Upto(60) - 30),
                   .start = now_};
    next.scheduled_end = next.scheduled_start + absl::Hours(1 + Upto(4));
    std::vector<DutyShift> running;
    bool owing = false;
    for (const DutyShift& shift : shifts_) {
      if (shift.end) continue;
      running.push_back(shift);
      owing =
          owing || (shift.scheduled_end <= std::max(next.scheduled_start, now_) && !shift.handover);
    }
    const bool started = CheckStart(next, running).ok();
    EXPECT_EQ(started, !owing);
    ++counts[started ? "started" : "start refused"];
    if (started) shifts_.push_back(next);
  }

  void Hand() {
    DutyShift* const shift = Running();
    if (shift == nullptr) return;
    Writing writing;
    for (int i = Upto(2); i > 0; --i) {
      writing.items.push_back(NewItem(fmt::format("i{}", written_ + writing.items.size()),
                                      now_ + absl::Minutes(Upto(200) - 20)));
    }
    const std::vector<Item> held = HeldBy(*shift);
    const bool all = Upto(3) > 0;
    for (const Item& item : held) {
      if (all || Upto(1) > 0) writing.handed_on.push_back({item.id, ""});
    }
    const auto written = Write(*shift, held, writing, policy_, now_);
    EXPECT_EQ(written.ok(), writing.handed_on.size() == held.size());
    ++counts[written.ok() ? "handed over" : "handover refused"];
    if (!written.ok()) return;
    for (const Item& item : *written) {
      if (item.info.version == 1) {
        items_.push_back(item);
        ++written_;
      } else {
        Find(item.id) = item;
        ++counts["handed on"];
      }
    }
    shift->handover = now_;
  }

  void Take() {
    DutyShift* const shift = Running();
    if (shift == nullptr || items_.empty()) return;
    Item& item = items_[Upto(static_cast<int>(items_.size()) - 1)];
    const auto taken = Accept(item, *shift, policy_, now_);
    ++counts[taken.ok() ? "taken" : "take refused"];
    if (!taken.ok()) return;
    item = *taken;
    accepted_.insert(item.id);
  }

  void Finish() {
    DutyShift* const shift = Running();
    if (shift == nullptr || items_.empty()) return;
    Item& item = items_[Upto(static_cast<int>(items_.size()) - 1)];
    const auto done = Resolve(item, *shift, "done", now_);
    ++counts[done.ok() ? "done" : "done refused"];
    if (done.ok()) item = *done;
  }

  void End() {
    DutyShift* const shift = Running();
    if (shift == nullptr) return;
    const bool ended = CheckEnd(*shift, HeldBy(*shift)).ok();
    ++counts[ended ? "ended" : "end refused"];
    if (ended) shift->end = now_;
  }

  std::mt19937 random_;
  const Policy policy_;
  absl::Time now_ = kNoon;
  std::vector<DutyShift> shifts_;
  std::vector<Item> items_;
  std::set<std::string> accepted_;
  size_t written_ = 0;
};

TEST(HandoverProperty, NothingLeavesTheBookUnaccepted) {
  std::map<std::string, int> counts;
  for (uint32_t seed = 1; seed <= 500; ++seed) {
    RandomShifts shifts(seed);
    for (int step = 0; step < 120; ++step) {
      shifts.Step();
      shifts.Check();
      if (::testing::Test::HasFailure()) FAIL() << "seed " << seed << " step " << step;
    }
    for (const auto& [what, count] : shifts.counts) counts[what] += count;
  }
  // What the sequences tried, so that the property is not about nothing.
  for (const char* what :
       {"started", "start refused", "handed over", "handover refused", "handed on", "taken",
        "take refused", "done", "done refused", "ended", "end refused"}) {
    EXPECT_GT(counts[what], 30) << what;
  }
}

}  // namespace
}  // namespace kefu::staffing::handover
