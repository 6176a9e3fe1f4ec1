#include "services/staffing/domain/checklists/checklist.h"

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/staffing/domain/checklists/rota.h"

namespace kefu::staffing::checklists {
namespace {

using ::kefu::testing::HasReason;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1768449600);
constexpr absl::CivilDay kDay(2026, 1, 15);
const absl::TimeZone kTokyo = absl::FixedTimeZone(9 * 3600);

// Item one is due on the day itself, two on the day after the next with evidence.
Checklist TwoItems() {
  const Template of{
      .id = "t", .items = {{"one", "一", false, 0}, {"two", "二", true}}, .due_days = 2};
  return Make(of, kDay, kTokyo, kNow);
}

const Template& ShippedOf(std::string_view id) {
  for (const Template& each : ShippedTemplates()) {
    if (each.id == id) return each;
  }
  static const Template none;
  ADD_FAILURE() << id << " does not ship";
  return none;
}

TEST(ChecklistDomainTest, TheShippedTemplatesHoldTogether) {
  std::vector<std::string> ids;
  for (const Template& each : ShippedTemplates()) {
    FieldViolations violations;
    CheckTemplate(each, violations);
    EXPECT_OK(violations.ToStatus());
    EXPECT_LE(each.items.size(), static_cast<size_t>(kMostItems));
    ids.push_back(each.id);
  }
  EXPECT_THAT(ids,
              ElementsAre("desk_duty", "leaving", "new_team", "onboarding", "shop_manager_daily"));
  // DOMAIN 6: yesterday's data, reviews, chats, promotion, campaigns, stock.
  EXPECT_EQ(ShippedOf("shop_manager_daily").items.size(), 6u);
  EXPECT_EQ(ShippedOf("shop_manager_daily").due_days, 0);
  // DOMAIN 2.3.
  for (const char* item : {"recruit_and_train", "data_lists", "call_system", "scripts",
                           "field_design", "performance_plan", "process_map"}) {
    EXPECT_THAT(ShippedOf("new_team").items, Contains(Field(&TemplateItem::id, item)));
  }
  EXPECT_EQ(ShippedOf("onboarding").start, Start::kHire);
  EXPECT_EQ(ShippedOf("leaving").start, Start::kEndOfEmployment);
}

TEST(ChecklistDomainTest, AnOwnTemplateReplacesTheShippedOneOfItsId) {
  const std::vector<Template> own{{.id = "onboarding", .items = {{"x", "x"}}, .archived = true},
                                  {.id = "own", .items = {{"y", "y"}}}};
  const auto all = TemplatesInForce(own);
  ASSERT_EQ(all.size(), 6u);
  for (const Template& each : all) {
    EXPECT_EQ(each.shipped, each.id != "onboarding" && each.id != "own") << each.id;
    EXPECT_EQ(each.archived, each.id == "onboarding") << each.id;
  }
}

TEST(ChecklistDomainTest, AnItemIsToldOnceWhenItsLastDayIsOverInItsZone) {
  const Checklist list = TwoItems();
  EXPECT_EQ(list.due, kDay + 2);
  const absl::Time first = absl::FromCivil(kDay + 1, kTokyo);
  const absl::Time second = absl::FromCivil(kDay + 3, kTokyo);
  EXPECT_EQ(list.overdue, first);
  const Told one = TellOverdue(list, first);
  EXPECT_THAT(one.item_ids, ElementsAre("one"));
  EXPECT_EQ(one.list.overdue, second);
  EXPECT_THAT(TellOverdue(one.list, second - absl::Seconds(1)).item_ids, IsEmpty());
  const Told two = TellOverdue(one.list, second + absl::Hours(50));
  EXPECT_THAT(two.item_ids, ElementsAre("two"));
  EXPECT_EQ(two.list.overdue, absl::InfiniteFuture());
  // Both at once where nobody looked.
  EXPECT_THAT(TellOverdue(list, second).item_ids, ElementsAre("one", "two"));
  // What is done is not told, and what was told is not told again because another item is done.
  const auto rest = Complete(list, "one", "", "", "ann", kNow);
  ASSERT_OK(rest);
  EXPECT_EQ(rest->overdue, second);
  const auto after = Complete(one.list, "two", "doc", "", "ann", first);
  ASSERT_OK(after);
  EXPECT_EQ(after->state, State::kOpen);
  EXPECT_EQ(after->overdue, absl::InfiniteFuture());
}

TEST(ChecklistDomainTest, IsDoneWithItsLastItem) {
  const Checklist list = TwoItems();
  EXPECT_THAT(Complete(list, "three", "", "", "ann", kNow), HasReason("NOT_FOUND"));
  EXPECT_THAT(Complete(list, "two", "", "", "ann", kNow), HasReason("EVIDENCE_REQUIRED"));
  const auto half = Complete(list, "one", "", "好", "ann", kNow);
  ASSERT_OK(half);
  EXPECT_EQ(half->state, State::kOpen);
  EXPECT_EQ(half->items[0].done_by, "ann");
  EXPECT_EQ(half->items[0].note, "好");
  EXPECT_THAT(Complete(*half, "one", "", "", "bob", kNow), HasReason("CHECKLIST_ITEM_DONE"));
  const auto done = Complete(*half, "two", "doc-1", "", "bob", kNow);
  ASSERT_OK(done);
  EXPECT_EQ(done->state, State::kDone);
  EXPECT_EQ(done->overdue, absl::InfiniteFuture());
  EXPECT_EQ(done->info.version, 3);
  EXPECT_THAT(Complete(*done, "one", "", "", "bob", kNow), HasReason("CHECKLIST_STATE"));
  EXPECT_THAT(Cancel(*done, "x", "bob", kNow), HasReason("CHECKLIST_STATE"));
  EXPECT_THAT(Assign(*done, "ann", kNow), HasReason("CHECKLIST_STATE"));
}

TEST(ChecklistDomainTest, WhatIsCancelledIsNeverOverdue) {
  const auto cancelled = Cancel(TwoItems(), "重复", "boss", kNow);
  ASSERT_OK(cancelled);
  EXPECT_EQ(cancelled->state, State::kCancelled);
  EXPECT_EQ(cancelled->overdue, absl::InfiniteFuture());
  EXPECT_THAT(Complete(*cancelled, "one", "", "", "ann", kNow), HasReason("CHECKLIST_STATE"));
}

TEST(RotaTest, TurnsGoRoundWhoeverJoinsLeavesOrIsAway) {
  const std::vector<std::string> all{"a", "c", "e"};
  EXPECT_EQ(NextInTurn(all, ""), "a");
  EXPECT_EQ(NextInTurn(all, "a"), "c");
  EXPECT_EQ(NextInTurn(all, "e"), "a");
  // d has left after the turn, b has joined: e is next in any case.
  EXPECT_EQ(NextInTurn(all, "d"), "e");
  EXPECT_EQ(NextInTurn(std::vector<std::string>{"a", "b", "c", "e"}, "d"), "e");
  EXPECT_EQ(NextInTurn(std::vector<std::string>{"c"}, "c"), "c");
  EXPECT_EQ(NextInTurn({}, "c"), "");
}

TEST(RotaTest, DaysOfTheWeek) {
  constexpr absl::CivilDay kThursday(2026, 1, 15);
  const Weekdays workdays = BitOf(1) | BitOf(2) | BitOf(3) | BitOf(4) | BitOf(5);
  EXPECT_EQ(NextAfter(workdays, kThursday), kThursday + 1);
  EXPECT_EQ(NextAfter(workdays, kThursday + 1), kThursday + 4);
  EXPECT_EQ(NextAfter(BitOf(4), kThursday), kThursday + 7);
  EXPECT_EQ(NextAfter(kEveryDay, kThursday + 2), kThursday + 3);
  EXPECT_FALSE(Falls(workdays, kThursday + 3));  // Sunday
  EXPECT_TRUE(Falls(BitOf(7), kThursday + 3));
}

}  // namespace
}  // namespace kefu::staffing::checklists
