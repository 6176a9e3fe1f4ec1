#include <thread>

#include "google/rpc/error_details.pb.h"
#include "services/staffing/tests/handovers/handover_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

TEST_F(HandoverTest, NoShiftEndsNorStartsWithoutAHandover) {
  ASSERT_OK_AND_ASSIGN(const v1::DutyShift day, Start("$AGENT"));
  EXPECT_FALSE(day.has_end_time());
  EXPECT_THAT(Start("$AGENT"), HasReason("SHIFT_RUNNING"));
  EXPECT_THAT(End("$AGENT"), HasReason("HANDOVER_MISSING"));
  const auto refused = Start("$MATE", 8);
  EXPECT_THAT(refused, HasReason("HANDOVER_MISSING"));
  EXPECT_EQ(MetadataOf(refused.status(), "agent_ids"), world_["$AGENT"]);
  // One that overlaps waits for nothing, and another team's neither.
  ASSERT_OK(Start("$OTHER", 8, 8, "$TEAM2"));

  ASSERT_OK_AND_ASSIGN(const v1::Handover empty, Write("$AGENT", R"(note: "一切正常")"));
  EXPECT_EQ(empty.items_size(), 0);
  EXPECT_TRUE(empty.duty_shift().has_handover_time());
  ASSERT_OK(Start("$MATE", 8));
  ASSERT_OK_AND_ASSIGN(const v1::DutyShift ended, End("$AGENT"));
  EXPECT_TRUE(ended.has_end_time());
  EXPECT_THAT(End("$AGENT"), HasReason("NOT_ON_DUTY"));
  EXPECT_THAT(Write("$AGENT"), HasReason("NOT_ON_DUTY"));
  ASSERT_OK_AND_ASSIGN(const auto running,
                       Do(&Book::ListDutyShifts, R"(team_id: "$TEAM1" running_only: true)"));
  ASSERT_EQ(running.duty_shifts_size(), 1);
  EXPECT_EQ(running.duty_shifts(0).agent_id(), world_["$MATE"]);
  ASSERT_OK_AND_ASSIGN(const auto all, Do(&Book::ListDutyShifts, R"(team_id: "$TEAM1")"));
  EXPECT_EQ(all.duty_shifts_size(), 2);
}

TEST_F(HandoverTest, WhatIsAcceptedAndNotDoneIsHandedOn) {
  ASSERT_OK(Start("$AGENT"));
  ASSERT_OK_AND_ASSIGN(const v1::Handover written, Write("$AGENT", R"pb(
                         items {
                           text: "买家催退款"
                           references { kind: HANDOVER_REFERENCE_KIND_CASE id: "case-7" }
                           references { kind: HANDOVER_REFERENCE_KIND_ORDER id: "JD:12" }
                           due_time { seconds: 1768460000 }
                         }
                         items { text: "活动价要确认" })pb"));
  ASSERT_EQ(written.items_size(), 2);
  const std::string first = written.items(0).item_id(), second = written.items(1).item_id();
  EXPECT_EQ(written.items(0).state(), v1::HANDOVER_ITEM_STATE_WAITING);
  EXPECT_EQ(written.items(0).references(1).id(), "JD:12");
  EXPECT_THAT(Take("$AGENT", first), HasReason("OWN_HANDOVER"));
  EXPECT_THAT(Take("$MATE", first), HasReason("NOT_ON_DUTY"));
  ASSERT_OK(Start("$MATE", 8));
  ASSERT_OK(End("$AGENT"));
  for (const std::string& item : {first, second}) ASSERT_OK(Take("$MATE", item));
  ASSERT_OK(Do(&Book::ResolveHandoverItem,
               fmt::format(R"(agent_id: "$MATE" item_id: "{}" resolution: "已确认")", second)));

  EXPECT_THAT(End("$MATE"), HasReason("HANDOVER_MISSING"));
  const auto forgotten = Write("$MATE");
  EXPECT_THAT(forgotten, HasReason("ITEMS_NOT_HANDED_ON"));
  EXPECT_EQ(MetadataOf(forgotten.status(), "item_ids"), first);
  EXPECT_THAT(Write("$MATE", fmt::format(R"(handed_on {{ item_id: "{}" }}
                                            handed_on {{ item_id: "{}" }})",
                                         first, second)),
              HasReason("ITEM_NOT_HELD"));
  ASSERT_OK(
      Write("$MATE", fmt::format(R"(handed_on {{ item_id: "{}" text: "等仓库回复" }})", first)));
  ASSERT_OK(End("$MATE"));
  const auto read = Read(first);
  EXPECT_EQ(read.item().text(), "等仓库回复");
  EXPECT_EQ(read.item().handover_count(), 2);
  EXPECT_EQ(read.item().due_time().seconds(), 1768460000);
  EXPECT_EQ(read.item().holder_agent_id(), "");
  std::vector<v1::HandoverEntryKind> kinds;
  for (const auto& entry : read.entries()) kinds.push_back(entry.kind());
  EXPECT_THAT(kinds, ElementsAre(v1::HANDOVER_ENTRY_KIND_WRITTEN, v1::HANDOVER_ENTRY_KIND_ACCEPTED,
                                 v1::HANDOVER_ENTRY_KIND_HANDED_ON));
  EXPECT_EQ(Read(second).item().resolution(), "已确认");
}

TEST_F(HandoverTest, OfSeveralWhoTakeAnItemAtOnceOneHasIt) {
  ASSERT_OK(Start("$AGENT"));
  for (int round = 0; round < 5; ++round) {
    ASSERT_OK_AND_ASSIGN(const v1::Handover written, Write("$AGENT", R"(items { text: "x" })"));
    const std::string item = written.items(0).item_id();
    if (round == 0) {
      ASSERT_OK(Start("$MATE"));
      ASSERT_OK(Call(&Staffing::TransferAgent, R"pb(
        agent_id: "$OTHER"
        team_id: "$TEAM1"
        effective_date { year: 2026 month: 1 day: 15 })pb"));
      ASSERT_OK(Start("$OTHER"));
    }
    std::array<absl::Status, 2> results;
    {
      std::vector<std::jthread> callers;
      for (const auto& [at, agent] : {std::pair(0, "$MATE"), {1, "$OTHER"}}) {
        callers.emplace_back(
            [&, at = at, agent = std::string(agent)] { results[at] = Take(agent, item).status(); });
      }
    }
    EXPECT_EQ(results[0].ok() + results[1].ok(), 1) << results[0] << results[1];
    const int winner = results[0].ok() ? 0 : 1;
    EXPECT_THAT(results[1 - winner], HasReason("ITEM_NOT_WAITING"));
    const std::string holder = world_[winner == 0 ? "$MATE" : "$OTHER"];
    EXPECT_EQ(MetadataOf(results[1 - winner], "holder_agent_id"), holder);
    EXPECT_EQ(Read(item).item().holder_agent_id(), holder);
    EXPECT_EQ(Read(item).entries_size(), 2);
  }
}

TEST_F(HandoverTest, AnAnswerThatWasLostIsGivenAgain) {
  ASSERT_OK(Start("$AGENT"));
  ASSERT_OK(Start("$MATE"));
  constexpr char kWrite[] = R"(agent_id: "$AGENT" items { text: "x" } request_id: "w1")";
  ASSERT_OK_AND_ASSIGN(const auto written, Call(&Staffing::WriteHandover, kWrite));
  ASSERT_OK_AND_ASSIGN(const auto again, Call(&Staffing::WriteHandover, kWrite));
  EXPECT_THAT(again, EqualsProto(written));
  world_["$ITEM"] = written.items(0).item_id();
  constexpr char kTake[] = R"(agent_id: "$MATE" item_id: "$ITEM" request_id: "t1")";
  ASSERT_OK_AND_ASSIGN(const auto taken, Call(&Staffing::AcknowledgeHandover, kTake));
  // Also when the item has moved on since.
  ASSERT_OK(Write("$MATE", R"(handed_on { item_id: "$ITEM" })"));
  ASSERT_OK_AND_ASSIGN(const auto taken_again, Call(&Staffing::AcknowledgeHandover, kTake));
  EXPECT_THAT(taken_again, EqualsProto(taken));
  EXPECT_EQ(Read("$ITEM").entries_size(), 3);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM handover_item"), 1);
}

TEST_F(HandoverTest, AgentsActForThemselvesAndLeadsForOthers) {
  ASSERT_OK(Start("$AGENT"));
  ASSERT_OK_AND_ASSIGN(const v1::Handover written, Write("$AGENT", R"(items { text: "x" })"));
  world_["$ITEM"] = written.items(0).item_id();
  const rpc::CallOptions mate = AsAgent("org-a", world_["$MATE"]);
  const rpc::CallOptions other = AsAgent("org-a", world_["$OTHER"]);
  const rpc::CallOptions lead = AsAgent("org-a", world_["$OTHER"], {auth::Role::kTeamLead});
  EXPECT_THAT(Do(&Book::StartShift, ShiftText("$AGENT", 0, 8), mate), HasReason("TIME_OF_OTHERS"));
  EXPECT_THAT(Do(&Book::EndShift, R"(agent_id: "$AGENT")", mate), HasReason("TIME_OF_OTHERS"));
  ASSERT_OK_AND_ASSIGN(const auto own, Do(&Book::StartShift, ShiftText("", 0, 8), mate));
  EXPECT_EQ(own.agent_id(), world_["$MATE"]);
  ASSERT_OK_AND_ASSIGN(const auto taken,
                       Call(&Staffing::AcknowledgeHandover, R"(item_id: "$ITEM")", mate));
  EXPECT_EQ(taken.holder_agent_id(), world_["$MATE"]);
  ASSERT_OK(Do(&Book::ListHandoverItems, R"(team_id: "$TEAM1")", mate));
  for (const absl::Status& denied :
       {Do(&Book::ListHandoverItems, R"(team_id: "$TEAM1")", other).status(),
        Do(&Book::ListDutyShifts, R"(team_id: "$TEAM1")", other).status(),
        Do(&Book::GetHandoverItem, R"(item_id: "$ITEM")", other).status(),
        Call(&Staffing::WriteHandover, R"(agent_id: "$MATE")", other).status()}) {
    EXPECT_THAT(denied, HasReason("TIME_OF_OTHERS"));
  }
  // The mate went home sick: the lead writes what was left.
  ASSERT_OK(Call(&Staffing::WriteHandover,
                 R"(agent_id: "$MATE" handed_on { item_id: "$ITEM" text: "转交" })", lead));
  ASSERT_OK(Do(&Book::EndShift, R"(agent_id: "$MATE")", lead));
  EXPECT_THAT(Do(&Book::SetHandoverPolicy, R"(policy { team_lead_minutes: 1 supervisor_minutes: 2
                                                       manager_minutes: 3 })",
                 lead),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(HandoverTest, ShopsAndBasesKeepApart) {
  ASSERT_OK(Start("$AGENT"));
  ASSERT_OK_AND_ASSIGN(const v1::Handover written,
                       Write("$AGENT", R"(note: "13812345678" items { text: "回电13812345678" })"));
  EXPECT_EQ(written.note(), "138****5678");
  EXPECT_EQ(written.items(0).text(), "回电138****5678");
  world_["$ITEM"] = written.items(0).item_id();
  const std::string team = R"(team_id: "$TEAM1")", item = R"(item_id: "$ITEM")";
  // Team 1 serves shop 1.
  const rpc::CallOptions own = As("org-a", {world_["$SHOP1"]});
  const rpc::CallOptions other = As("org-a", {world_["$SHOP2"]});
  ASSERT_OK(Do(&Book::ListHandoverItems, team, own));
  ASSERT_OK(Do(&Book::StartShift, ShiftText("$MATE", 0, 8), own));
  for (const absl::Status& denied :
       {Do(&Book::ListHandoverItems, team, other).status(),
        Do(&Book::ListDutyShifts, team, other).status(),
        Do(&Book::GetHandoverItem, item, other).status(),
        Do(&Book::StartShift, ShiftText("$OTHER", 0, 8, "$TEAM2"), other).status(),
        Do(&Book::EndShift, R"(agent_id: "$AGENT")", other).status(),
        Call(&Staffing::WriteHandover, R"(agent_id: "$AGENT")", other).status(),
        Call(&Staffing::AcknowledgeHandover, R"(agent_id: "$MATE" item_id: "$ITEM")", other)
            .status()}) {
    EXPECT_THAT(denied, HasReason("SHOP_NOT_ALLOWED"));
  }
  // A base with a contract over the shop keeps a book of its own, and sees no merchant's.
  const rpc::CallOptions base = {
      .token = host_.tokens().Sign({.subject = "base-manager",
                                    .org_id = "base-1",
                                    .base_id = "base-1",
                                    .roles = {auth::Role::kBaseManager},
                                    .grants = {{.org_id = "org-a",
                                                .shop_id = world_["$SHOP1"],
                                                .contract_id = "c",
                                                .from = absl::CivilDay(2026, 1, 1),
                                                .to = absl::CivilDay(2026, 12, 31)}}},
                                   absl::Hours(1))};
  for (const absl::Status& absent :
       {Do(&Book::ListHandoverItems, team, base).status(),
        Do(&Book::ListDutyShifts, team, base).status(),
        Do(&Book::GetHandoverItem, item, base).status(),
        Do(&Book::StartShift, ShiftText("$MATE", 0, 8), base).status(),
        Call(&Staffing::AcknowledgeHandover, R"(agent_id: "$MATE" item_id: "$ITEM")", base)
            .status()}) {
    EXPECT_THAT(absent, HasReason("NOT_FOUND"));
  }
}

TEST_F(HandoverTest, RefusesWhatIsNoShiftAndChangesNothing) {
  ASSERT_OK_AND_ASSIGN(const v1::Agent later,
                       Call(&Staffing::CreateAgent, R"pb(agent {
                                                           display_name: "小王"
                                                           employment: EMPLOYMENT_OWN
                                                           team_id: "$TEAM1"
                                                           hire_date { year: 2026 month: 2 day: 1 }
                                                         })pb"));
  world_["$LATER"] = later.agent_id();
  const int64_t events = Db().Count("SELECT COUNT(*) FROM outbox");
  EXPECT_THAT(Start("$AGENT", 0, 25), HasReason("SHIFT_TOO_LONG"));
  EXPECT_THAT(Start("$AGENT", 0, -1), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Start("$AGENT", 0, 8, "$TEAM2"), HasReason("NOT_IN_TEAM"));
  EXPECT_THAT(Start("$LATER"), HasReason("AGENT_NOT_EMPLOYED"));
  EXPECT_THAT(Start("nobody"), HasReason("NOT_FOUND"));
  const auto refused = Call(&Staffing::WriteHandover, R"pb(
    items { references { id: "a b" } }
    handed_on { item_id: "" }
    handed_on { item_id: "" })pb");
  const auto details = GetDetail<google::rpc::BadRequest>(refused.status());
  ASSERT_TRUE(details);
  std::set<std::string> fields;
  for (const auto& fault : details->field_violations()) fields.insert(fault.field());
  EXPECT_THAT(fields,
              UnorderedElementsAre("agent_id", "items[0].text", "items[0].references[0].kind",
                                   "items[0].references[0].id", "handed_on[0].item_id",
                                   "handed_on[1].item_id"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox"), events);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM duty_shift"), 0);
}

TEST_F(HandoverTest, ListsWhatFallsDueFirstInFront) {
  ASSERT_OK(Start("$AGENT"));
  ASSERT_OK(Write("$AGENT", R"pb(items { text: "c" }
                                 items {
                                   text: "b"
                                   due_time { seconds: 1768460000 }
                                 }
                                 items {
                                   text: "a"
                                   due_time { seconds: 1768450000 }
                                 }
                                 items { text: "d" })pb"));
  std::string texts, token;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto page,
        Do(&Book::ListHandoverItems,
           fmt::format(R"(team_id: "$TEAM1" page_size: 1 page_token: "{}")", token)));
    for (const auto& item : page.items()) texts += item.text();
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_EQ(texts, "abcd");
  ASSERT_OK_AND_ASSIGN(
      const auto taken,
      Do(&Book::ListHandoverItems, R"(team_id: "$TEAM1" state: HANDOVER_ITEM_STATE_ACCEPTED)"));
  EXPECT_EQ(taken.items_size(), 0);
}

class EscalationTest : public HandoverTest {
 protected:
  int TakeUp() {
    HandoverJob job({*database_, ids_, [] {}}, clock_);
    const auto taken = job.RunOnce();
    EXPECT_OK(taken);
    return *taken;
  }
};

TEST_F(EscalationTest, WhatNobodyTakesGoesUpOnceEach) {
  ASSERT_OK(Call(&Staffing::UpdateTeam, R"pb(
    team { team_id: "$TEAM1" lead_agent_id: "$MATE" }
    update_mask { paths: "lead_agent_id" })pb"));
  ASSERT_OK_AND_ASSIGN(
      const auto policy, Do(&Book::SetHandoverPolicy, R"pb(
        policy { team_lead_minutes: 10 supervisor_minutes: 20 manager_minutes: 60 })pb"));
  EXPECT_EQ(policy.version(), 1);
  ASSERT_OK(Start("$AGENT"));
  ASSERT_OK(Start("$MATE"));
  ASSERT_OK_AND_ASSIGN(const auto written, Write("$AGENT", R"(items { text: "x" })"));
  world_["$ITEM"] = written.items(0).item_id();
  EXPECT_EQ(TakeUp(), 0);
  clock_.Advance(absl::Minutes(10));
  {
    std::vector<std::jthread> jobs;
    for (int i = 0; i < 4; ++i) jobs.emplace_back([&] { TakeUp(); });
  }
  EXPECT_EQ(Read("$ITEM").item().level(), v1::HANDOVER_LEVEL_TEAM_LEAD);
  EXPECT_THAT(EventTypes(), Contains("HandoverItemEscalated").Times(1));
  clock_.Advance(absl::Minutes(50));
  EXPECT_EQ(TakeUp(), 1);
  EXPECT_EQ(TakeUp(), 0);
  auto read = Read("$ITEM");
  EXPECT_EQ(read.item().level(), v1::HANDOVER_LEVEL_MANAGER);
  EXPECT_FALSE(read.item().has_escalation_time());
  ASSERT_EQ(read.entries_size(), 3);
  EXPECT_EQ(read.entries(2).kind(), v1::HANDOVER_ENTRY_KIND_ESCALATED);
  EXPECT_EQ(read.entries(2).policy_version(), 1);
  // Taken, it goes no further; handed on, it begins anew.
  ASSERT_OK(Take("$MATE", "$ITEM"));
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(TakeUp(), 0);
  ASSERT_OK(Write("$MATE", R"(handed_on { item_id: "$ITEM" })"));
  EXPECT_EQ(Read("$ITEM").item().level(), v1::HANDOVER_LEVEL_SHIFT);
  clock_.Advance(absl::Minutes(10));
  EXPECT_EQ(TakeUp(), 1);
}

TEST_F(EscalationTest, TellsTheLeadAndTakesNearestDueTimesFirst) {
  ASSERT_OK(Call(&Staffing::UpdateTeam, R"pb(
    team { team_id: "$TEAM1" lead_agent_id: "$MATE" }
    update_mask { paths: "lead_agent_id" })pb"));
  ASSERT_OK(Start("$AGENT"));
  ASSERT_OK_AND_ASSIGN(const auto written, Write("$AGENT", R"pb(
                         items { text: "later" }
                         items {
                           text: "sooner"
                           due_time { seconds: 1768449660 }
                         })pb"));
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(TakeUp(), 2);
  static constexpr db::Sql kEvents{
      "SELECT payload FROM outbox WHERE type LIKE '%HandoverItemEscalated' ORDER BY outbox_id"};
  const auto rows = Db().db().Read(absl::InfiniteFuture(), kEvents);
  ASSERT_OK(rows);
  ASSERT_EQ(rows->size(), 2);
  v1::HandoverItemEscalated first;
  ASSERT_TRUE(first.ParseFromString((*rows)[0].Str(0)));
  EXPECT_EQ(first.item().text(), "sooner");
  EXPECT_EQ(first.lead_agent_id(), world_["$MATE"]);
  EXPECT_EQ(first.policy_version(), 0);
  EXPECT_EQ(first.item().level(), v1::HANDOVER_LEVEL_SUPERVISOR);
}

TEST_F(HandoverTest, NobodyNamesATimeToStartWithoutAHandover) {
  ASSERT_OK(Start("$AGENT", 0, 8));
  clock_.Advance(absl::Hours(9));
  // "To begin" a minute before the other was to end: it owes its handover all the same.
  const auto refused = Start("$MATE", -2, 8);
  EXPECT_THAT(refused, HasReason("HANDOVER_MISSING"));
  EXPECT_EQ(MetadataOf(refused.status(), "agent_ids"), world_["$AGENT"]);
  ASSERT_OK(Write("$AGENT"));
  ASSERT_OK(Start("$MATE", -2, 8));
  // What was over before it began is no shift.
  EXPECT_THAT(Start("$OTHER", -9, 8, "$TEAM2"), HasReason("INVALID_FIELDS"));
}

TEST_F(EscalationTest, WhatIsHeldGoesUpWhenTheHoldersShiftIsOver) {
  ASSERT_OK(Do(&Book::SetHandoverPolicy, R"pb(
    policy { team_lead_minutes: 10 supervisor_minutes: 20 manager_minutes: 60 })pb"));
  ASSERT_OK(Start("$AGENT"));
  ASSERT_OK(Start("$MATE", 0, 8));
  ASSERT_OK_AND_ASSIGN(const auto written, Write("$AGENT", R"(items { text: "x" })"));
  world_["$ITEM"] = written.items(0).item_id();
  ASSERT_OK(Take("$MATE", "$ITEM"));
  clock_.Advance(absl::Hours(8) + absl::Minutes(9));
  EXPECT_EQ(TakeUp(), 0);
  // Gone home without a word: the lead hears of it, and who has it stays told.
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(TakeUp(), 1);
  auto read = Read("$ITEM");
  EXPECT_EQ(read.item().level(), v1::HANDOVER_LEVEL_TEAM_LEAD);
  EXPECT_EQ(read.item().state(), v1::HANDOVER_ITEM_STATE_ACCEPTED);
  EXPECT_EQ(read.item().holder_agent_id(), world_["$MATE"]);
  clock_.Advance(absl::Minutes(10));
  EXPECT_EQ(TakeUp(), 1);
  EXPECT_EQ(Read("$ITEM").item().level(), v1::HANDOVER_LEVEL_SUPERVISOR);
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(TakeUp(), 1);
  EXPECT_EQ(TakeUp(), 0);
  // Handed on for the agent, it begins anew; done, it goes nowhere.
  ASSERT_OK(Write("$MATE", R"(handed_on { item_id: "$ITEM" })"));
  EXPECT_EQ(Read("$ITEM").item().level(), v1::HANDOVER_LEVEL_SHIFT);
  ASSERT_OK(Take("$AGENT", "$ITEM"));
  ASSERT_OK(Do(&Book::ResolveHandoverItem,
               R"(agent_id: "$AGENT" item_id: "$ITEM" resolution: "已退款")"));
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(TakeUp(), 0);
}

}  // namespace
}  // namespace kefu::staffing
