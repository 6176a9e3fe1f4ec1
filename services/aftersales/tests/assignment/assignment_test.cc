// Who gets which case: at opening, by hand, by claim, and when somebody goes.
#include <atomic>
#include <set>
#include <thread>

#include "absl/synchronization/notification.h"
#include "common/testing/every_call.h"
#include "services/aftersales/tests/assignment/fixture.h"

namespace kefu::aftersales {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(AssignmentTest, CasesAreGivenAtOpeningToTheLeastLoadedOnDutyInTurn) {
  EXPECT_EQ(OpenFree("$NOBODY"), "") << "nobody serves the shop yet";
  Hire("anna");
  Hire("bela");
  Hire("otto", "shop-2");
  StartShift("anna", "s1");
  StartShift("bela", "s2");
  EXPECT_EQ(Work(), 1) << "the case that nobody had";
  EXPECT_EQ(AssigneeOf("$NOBODY"), "anna");
  EXPECT_EQ(OpenFree("$1"), "bela");
  EXPECT_EQ(OpenFree("$2"), "anna") << "equal load: the longest without a turn";
  EXPECT_EQ(OpenFree("$3"), "bela");
  // An urgent case weighs more than a normal one.
  EXPECT_EQ(OpenFree("$4", "priority: CASE_PRIORITY_URGENT"), "anna");
  EXPECT_EQ(OpenFree("$5"), "bela");
  EXPECT_EQ(OpenFree("$6"), "bela");
  EXPECT_EQ(EventTypes().back(), "CaseAssigned");
  EXPECT_THAT(
      HistoryOf("$6"),
      ElementsAre("OpenCase ", "AssignCase - → bela: CHOSEN 1, MORE_LOAD 1 (OPENED, rules 0)"));
  const auto why = Do(&AssignmentStub::ExplainAssignment, R"pb(case_id: "$6")pb");
  ASSERT_OK(why);
  ASSERT_EQ(why->decisions_size(), 1);
  EXPECT_EQ(why->agent_id(), "bela");
  const auto& anna = why->decisions(0).candidates(0);
  EXPECT_EQ(anna.verdict(), v1::ASSIGNMENT_VERDICT_MORE_LOAD);
  EXPECT_EQ(anna.detail(), "16 against 12");
  EXPECT_EQ(anna.open_cases(), 3);
}

// The job is that of all organizations: what is wrong with one shop must not stop the others.
TEST_F(AssignmentTest, WhatCannotBeGivenOutIsSetAsideAndTheRestIsGiven) {
  OpenFree("$BAD", "shop_id: 'shop-9'");
  OpenFree("$GOOD");
  Hire("zoe", "shop-9");
  ASSERT_OK(Do(&AssignmentStub::AssignCase,
               "case_id: '$BAD' agent_id: 'zoe' reason: 'to be handed over'"));
  OpenFree("$BAD2", "shop_id: 'shop-9'");
  const std::string bad_zone =
      "INSERT INTO shop (org_id, shop_id, platform, time_zone)"
      " VALUES ('org-a', 'shop-9', 'JD', 'Mars/Olympus')";
  Db().Exec("UPDATE case_unassigned SET next_us = 1");
  Db().Exec(bad_zone);
  Hire("anna");
  EXPECT_EQ(Work(), 1);
  EXPECT_EQ(AssigneeOf("$GOOD"), "anna");
  EXPECT_EQ(Work(), 0);
  // Mended, it is looked at again by itself.
  Db().Exec("DELETE FROM shop");
  Db().Exec("UPDATE agent SET leave_date = '2026-01-01' WHERE agent_id = 'zoe'");
  Hire("yves", "shop-9");
  clock_.Advance(absl::Minutes(1));
  EXPECT_GE(Work(), 1);
  EXPECT_EQ(AssigneeOf("$BAD"), "yves");
}

TEST_F(AssignmentTest, SkillsLanguageAndCapsOfThePolicyCountFromItsTimeOn) {
  Hire("anna", "shop-1", "skills: 'complaints' languages: 'zh-CN'");
  Hire("bela", "shop-1", "languages: 'pt'");
  SetRules(R"(requirements { kind: CASE_KIND_SERVICE_COMPLAINT skill_ids: "complaints" }
              max_open_cases: 2
              effective_time { seconds: )" +
           std::to_string(absl::ToUnixSeconds(clock_.Now()) + 3600) + " }");
  const std::string before = OpenFree("$0");
  EXPECT_EQ(before, "anna");
  EXPECT_EQ(OpenFree("$1"), "bela") << "the shipped rules ask for no skill";
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(OpenFree("$2"), "anna");
  EXPECT_EQ(OpenFree("$3"), "") << "anna has as many as she may, bela cannot";
  const auto list = Do(&AssignmentStub::ListUnassignedCases, "");
  ASSERT_OK(list);
  ASSERT_EQ(list->cases_size(), 1);
  EXPECT_EQ(list->cases(0).reason(), "SKILL_MISSING 1, CAP_REACHED 1");
  EXPECT_EQ(list->cases(0).next_time().seconds(), absl::ToUnixSeconds(clock_.Now()) + 60);
  // Bela learns it: a dated skill, from tomorrow on.
  Hear<staffing::AgentSkillChanged>("org-a", R"pb(skill {
                                                    agent_skill_id: "k1"
                                                    agent_id: "bela"
                                                    skill_id: "complaints"
                                                    from_date { year: 2026 month: 1 day: 16 }
                                                  })pb");
  EXPECT_EQ(Work(), 0);
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(Work(), 1);
  EXPECT_EQ(AssigneeOf("$3"), "bela");
  const auto policy = Do(&AssignmentStub::GetAssignmentPolicy, "");
  ASSERT_OK(policy);
  EXPECT_EQ(policy->version(), 1);
  EXPECT_EQ(policy->set_by(), "tester");
  const auto shipped = Do(&AssignmentStub::GetAssignmentPolicy, "at_time { seconds: 1 }");
  ASSERT_OK(shipped);
  EXPECT_EQ(shipped->version(), 0);
  EXPECT_EQ(shipped->load_weights_size(), 4);
}

TEST_F(AssignmentTest, WhoEndsAShiftHandsOverAndWhoComesTakesWhatNobodyHad) {
  Hire("anna");
  StartShift("anna", "s1");
  for (const char* name : {"$1", "$2", "$3"}) EXPECT_EQ(OpenFree(name), "anna") << name;
  Hire("bela");
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$3" result: REVIEW_RESULT_APPROVED)pb"));
  // A shift that somebody else has ended long ago is not the one that runs.
  EndShift("anna", "s0");
  EXPECT_EQ(Work(), 0);
  EndShift("anna", "s1");
  EXPECT_EQ(Work(), 2) << "bela is taken to be there, since no shift of bela's was ever told";
  EXPECT_EQ(AssigneeOf("$1"), "bela");
  EXPECT_EQ(AssigneeOf("$3"), "anna") << "decided already";
  EXPECT_EQ(Work(), 0) << "once";
  EXPECT_THAT(HistoryOf("$1").back(), "AssignCase anna → bela: OFF_DUTY (HANDED_OVER, rules 0)");
  StartShift("bela", "s2");
  EndShift("bela", "s2");
  EXPECT_EQ(Work(), 2);
  EXPECT_EQ(AssigneeOf("$1"), "") << "nobody is there";
  const auto list = Do(&AssignmentStub::ListUnassignedCases, "");
  ASSERT_OK(list);
  EXPECT_EQ(list->cases_size(), 2);
  EXPECT_EQ(list->cases(0).reason(), "OFF_DUTY 2");
  StartShift("anna", "s3");
  EXPECT_EQ(Work(), 2);
  EXPECT_EQ(AssigneeOf("$2"), "anna");
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_unassigned"), 0);
}

// Who leaves hands over what needs somebody; what was decided needs somebody again when it is
// appealed or taken up.
TEST_F(AssignmentTest, WhatAgentsWhoHaveLeftDecidedIsHandedOverWhenItNeedsSomebodyAgain) {
  Hire("anna");
  for (const char* name : {"$APPEALED", "$REOPENED"}) {
    EXPECT_EQ(OpenFree(name), "anna");
    ASSERT_OK(Call(&Stub::ReviewCase,
                   fmt::format(R"(case_id: "{}" result: REVIEW_RESULT_REJECTED note: "n")", name)));
  }
  // Staffing has never told of "ghost": it keeps what it was given once.
  OpenFree("$GHOST");
  Db().Exec("UPDATE aftersales_case SET assignee_agent_id = 'ghost' WHERE case_id = '" +
            names_["$GHOST"] + "'");
  ASSERT_OK(
      Call(&Stub::ReviewCase, R"pb(case_id: "$GHOST" result: REVIEW_RESULT_REJECTED note: "n")pb"));
  Hire("bela");
  Hear<staffing::AgentChanged>("org-a", R"pb(agent {
                                               agent_id: "anna"
                                               hire_date { year: 2025 month: 1 day: 1 }
                                               leave_date { year: 2026 month: 1 day: 10 }
                                             })pb");
  EXPECT_EQ(Work(), 0);
  ASSERT_OK(
      Call(&Stub::AppealCase, R"pb(case_id: "$APPEALED" party: APPEAL_PARTY_BUYER reason: "r")pb"));
  ASSERT_OK(
      Call(&Stub::AppealCase, R"pb(case_id: "$GHOST" party: APPEAL_PARTY_BUYER reason: "r")pb"));
  EXPECT_EQ(Work(), 1);
  EXPECT_EQ(AssigneeOf("$APPEALED"), "bela");
  EXPECT_EQ(AssigneeOf("$GHOST"), "ghost");
  EXPECT_EQ(AssigneeOf("$REOPENED"), "anna") << "decided yet";
  ASSERT_OK(Call(&WorkStub::ReopenCase, R"pb(case_id: "$REOPENED" reason: "r")pb"));
  EXPECT_EQ(Work(), 1);
  EXPECT_EQ(AssigneeOf("$REOPENED"), "bela");
  EXPECT_THAT(HistoryOf("$REOPENED").back(), HasSubstr("anna → bela: NOT_EMPLOYED"));
  EXPECT_EQ(Work(), 0);
}

// What nobody had while it was decided is given out when it is appealed.
TEST_F(AssignmentTest, ADecidedCaseThatNobodyHasIsGivenOutWhenItIsAppealed) {
  EXPECT_EQ(OpenFree("$C"), "");
  ASSERT_OK(
      Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_REJECTED note: "n")pb"));
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(Work(), 0);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_unassigned"), 0);
  Hire("anna");
  ASSERT_OK(Call(&Stub::AppealCase, R"pb(case_id: "$C" party: APPEAL_PARTY_BUYER reason: "r")pb"));
  EXPECT_EQ(Work(), 1);
  EXPECT_EQ(AssigneeOf("$C"), "anna");
}

TEST_F(AssignmentTest, LeaveLeavingAndAnotherShopHandOverOnTheirDay) {
  Hire("anna");
  Hire("bela");
  EXPECT_EQ(OpenFree("$1"), "anna");
  // Approved today for the 17th: until then nothing moves. It is noon of the 15th.
  const std::string leave = R"(leave { leave_id: "l1" agent_id: "anna" state: LEAVE_STATE_%
                                 start_date { year: 2026 month: 1 day: 17 }
                                 end_date { year: 2026 month: 1 day: 18 } })";
  const auto told = [&](const std::string& state) {
    std::string text = leave;
    text.replace(text.find('%'), 1, state);
    Hear<staffing::LeaveChanged>("org-a", text);
  };
  told("REQUESTED");
  clock_.Advance(absl::Hours(60));  // midnight of the 18th
  EXPECT_EQ(Work(), 0);
  clock_.Advance(-absl::Hours(60));
  told("APPROVED");
  clock_.Advance(absl::Hours(36) - absl::Seconds(1));
  EXPECT_EQ(Work(), 0);
  clock_.Advance(absl::Seconds(1));  // midnight in Shanghai
  EXPECT_EQ(Work(), 1);
  EXPECT_THAT(HistoryOf("$1").back(), HasSubstr("anna → bela: ON_LEAVE"));
  // Bela leaves, last day the 19th; anna is back then.
  Hear<staffing::AgentChanged>("org-a", R"pb(agent {
                                               agent_id: "bela"
                                               hire_date { year: 2025 month: 1 day: 1 }
                                               leave_date { year: 2026 month: 1 day: 19 }
                                             })pb");
  clock_.Advance(absl::Hours(72) - absl::Seconds(1));
  EXPECT_EQ(Work(), 0);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(Work(), 1);
  EXPECT_THAT(HistoryOf("$1").back(), HasSubstr("bela → anna: NOT_EMPLOYED"));
  // Anna's assignment to the shop ends today: nobody is left from tomorrow on.
  Hear<staffing::AssignmentChanged>("org-a", R"pb(assignment {
                                                    assignment_id: "anna-shop-1"
                                                    agent_id: "anna"
                                                    shop_id: "shop-1"
                                                    duty: DUTY_AFTER_SALES
                                                    start_date { year: 2025 month: 1 day: 1 }
                                                    end_date { year: 2026 month: 1 day: 20 }
                                                  })pb");
  EXPECT_EQ(Work(), 0);
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(Work(), 1);
  EXPECT_EQ(AssigneeOf("$1"), "");
  const auto why = Do(&AssignmentStub::ExplainAssignment, R"pb(case_id: "$1")pb");
  ASSERT_OK(why);
  EXPECT_EQ(why->decisions(0).previous_agent_id(), "anna");
  EXPECT_EQ(why->decisions(0).reason(), "NOT_SERVING");
  EXPECT_EQ(why->now().reason(), "NOT_EMPLOYED 1");
}

TEST_F(AssignmentTest, BasesNeedAContractAndGetTheirShare) {
  Hire("anna");
  Hire("seat", "shop-1", "base_id: 'base-1'");
  for (const char* name : {"$1", "$2"}) EXPECT_EQ(OpenFree(name), "anna") << name;
  Contract("base-1", "shop-1");
  SetRules(R"(base_shares { share_bps: 2500 } base_shares { base_id: "base-1" share_bps: 7500 })");
  std::map<std::string, int> got;
  for (int i = 0; i < 8; ++i) ++got[OpenFree("$N" + std::to_string(i))];
  EXPECT_EQ(got["seat"], 7) << "anna's two of before count: of ten she has three";
  EXPECT_EQ(OpenFree("$NEXT"), "seat");
  // The contract ends today: tomorrow the base hands everything back.
  Contract("base-1", "shop-1", "ended_date { year: 2026 month: 1 day: 15 }");
  EXPECT_EQ(Work(), 0);
  clock_.Advance(absl::Hours(12));
  EXPECT_EQ(Work(), 8);
  EXPECT_THAT(HistoryOf("$N0").back(), HasSubstr("seat → anna: NO_CONTRACT"));
}

TEST_F(AssignmentTest, ByHandOverridesEverythingButServing) {
  Hire("anna");
  Hire("bela");
  Hire("otto", "shop-2");
  StartShift("bela", "s");
  EndShift("bela", "s");
  EXPECT_EQ(OpenFree("$C"), "anna");
  const auto give = [&](const std::string& agent, const std::string& more = "") {
    return Do(&AssignmentStub::AssignCase,
              fmt::format(R"(case_id: "$C" agent_id: "{}" reason: "她认识买家" {})", agent, more));
  };
  const absl::Status refused = give("otto").status();
  EXPECT_THAT(refused, AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                             HasReason("AGENT_CANNOT_TAKE_CASE")));
  EXPECT_THAT(refused.message(), HasSubstr("NOT_SERVING"));
  EXPECT_THAT(give("stranger"), HasReason("AGENT_CANNOT_TAKE_CASE"));
  EXPECT_THAT(give("bela", "etag: 'stale'"), HasReason("ETAG_MISMATCH"));
  EXPECT_EQ(AssigneeOf("$C"), "anna");
  ASSERT_OK_AND_ASSIGN(const auto given, give("bela"));
  EXPECT_EQ(given.assignee_agent_id(), "bela");
  EXPECT_THAT(HistoryOf("$C").back(), "AssignCase anna → bela: 她认识买家 (BY_HAND, rules 0)");
  ASSERT_OK_AND_ASSIGN(const auto again, give("bela"));
  EXPECT_EQ(again.etag(), given.etag()) << "nothing to change";
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb"));
  EXPECT_THAT(give("anna"), HasReason("ILLEGAL_MOVE"));
}

TEST_F(AssignmentTest, ManyWhoClaimAtOnceNeverGetTheSameAndTakeWhatFallsDueFirst) {
  SetRules("order: ASSIGNMENT_ORDER_LEAST_LOAD max_open_cases: 3");
  constexpr int kAgents = 6, kCases = 12;
  for (int i = 0; i < kCases; ++i) {
    EXPECT_EQ(OpenFree("$C" + std::to_string(i) + "!"), "");
    clock_.Advance(absl::Seconds(1));
  }
  for (int i = 0; i < kAgents; ++i) Hire("agent-" + std::to_string(i));
  std::vector<std::vector<std::string>> taken(kAgents);
  std::vector<std::thread> threads;
  for (int i = 0; i < kAgents; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 4; ++n) {
        const auto claimed =
            Do(&AssignmentStub::ClaimNextCase, "", AsAgent("agent-" + std::to_string(i)));
        EXPECT_OK(claimed);
        if (claimed.ok() && claimed->has_case_()) {
          taken[i].push_back(claimed->case_().case_id());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> all;
  size_t count = 0;
  for (const auto& cases : taken) {
    EXPECT_LE(cases.size(), 3u) << "the cap holds";
    all.insert(cases.begin(), cases.end());
    count += cases.size();
  }
  EXPECT_EQ(count, all.size()) << "no case went to two";
  EXPECT_EQ(all.size(), static_cast<size_t>(kCases));
  EXPECT_TRUE(all.contains(names_["$C0!"]));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM aftersales_case WHERE assignee_agent_id = ''"), 0);
}

TEST_F(AssignmentTest, AClaimTellsWhyNothingFits) {
  Hire("anna", "");
  EXPECT_EQ(OpenFree("$LATE"), "");
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(OpenFree("$SOON", "kind: CASE_KIND_PLATFORM_WORK_ORDER"), "");
  ASSERT_OK_AND_ASSIGN(const auto none,
                       Do(&AssignmentStub::ClaimNextCase, "request_id: 'r1'", AsAgent("anna")));
  EXPECT_FALSE(none.has_case_());
  EXPECT_EQ(none.looked_at(), 2);
  EXPECT_EQ(none.verdict(), v1::ASSIGNMENT_VERDICT_NOT_SERVING);
  Hire("anna");
  // The work order falls due in 3 hours, the complaint in 24.
  ASSERT_OK_AND_ASSIGN(const auto soon,
                       Do(&AssignmentStub::ClaimNextCase, "request_id: 'r2'", AsAgent("anna")));
  EXPECT_EQ(soon.case_().case_id(), names_["$SOON"]);
  EXPECT_THAT(HistoryOf("$SOON").back(), "AssignCase - → anna: claimed (CLAIMED, rules 0)");
  ASSERT_OK_AND_ASSIGN(const auto again,
                       Do(&AssignmentStub::ClaimNextCase, "request_id: 'r2'", AsAgent("anna")));
  EXPECT_THAT(again, EqualsProto(soon));
  EXPECT_THAT(Do(&AssignmentStub::ClaimNextCase, ""), HasReason("AGENT_REQUIRED"));
  EXPECT_THAT(
      Do(&AssignmentStub::ClaimNextCase, R"pb(shop_id: "shop-1")pb", AsAgent("anna", {"shop-2"})),
      HasReason("SHOP_NOT_ALLOWED"));
}

// A base's agents are those of the base's own organization, whom the merchant need not know.
TEST_F(AssignmentTest, ABasesAgentsClaimUnderTheGrantAndHandOverWithTheirOwnShifts) {
  EXPECT_EQ(OpenFree("$C", "customer_id: 'buyer-778899'"), "");
  Hire("seat-1", "", "", "base-1");
  Hire("seat-2", "", "", "base-1");
  ASSERT_OK_AND_ASSIGN(const auto none, Do(&AssignmentStub::ClaimNextCase, "", AsBase("seat-1")));
  EXPECT_FALSE(none.has_case_()) << "staffing has told of no contract";
  Contract("base-1", "shop-1");
  ASSERT_OK_AND_ASSIGN(const auto mine, Do(&AssignmentStub::ClaimNextCase, "", AsBase("seat-1")));
  EXPECT_EQ(mine.case_().case_id(), names_["$C"]);
  EXPECT_EQ(mine.case_().customer_id(), "***99");
  Hire("anna");
  const std::string give = R"(case_id: "$C" reason: "n" agent_id: )";
  EXPECT_THAT(
      Do(&AssignmentStub::AssignCase, give + "'anna'", AsBase("boss", auth::Role::kBaseManager)),
      HasReason("AGENT_CANNOT_TAKE_CASE"));
  EXPECT_OK(
      Do(&AssignmentStub::AssignCase, give + "'seat-2'", AsBase("boss", auth::Role::kBaseManager)));
  ASSERT_OK_AND_ASSIGN(const auto why, Do(&AssignmentStub::ExplainAssignment,
                                          R"pb(case_id: "$C")pb", AsBase("seat-1")));
  EXPECT_EQ(why.now().candidates_size(), 0) << "the merchant's own people are not the base's";
  // Seat 2 goes home, which its own organization tells.
  Hear<staffing::DutyShiftChanged>("base-1", R"pb(duty_shift {
                                                    duty_shift_id: "s"
                                                    agent_id: "seat-2"
                                                    end_time { seconds: 2 }
                                                  })pb");
  EXPECT_EQ(Work(), 1);
  EXPECT_EQ(AssigneeOf("$C"), "anna");
}

TEST_F(AssignmentTest, TwoJobsAtOnceMoveEachCaseOnce) {
  Hire("anna");
  Hire("bela");
  constexpr int kCases = 30;
  StartShift("anna", "s1");
  SetRules("");
  for (int i = 0; i < kCases; ++i) OpenFree("$C" + std::to_string(i));
  StartShift("bela", "s2");
  EndShift("anna", "s1");
  std::atomic<int> moved = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { moved += Work(); });
  for (std::thread& thread : threads) thread.join();
  moved += Work();
  EXPECT_EQ(moved, Db().Count("SELECT COUNT(*) FROM outbox WHERE type LIKE '%CaseAssigned'") -
                       Db().Count("SELECT COUNT(*) FROM case_assignment WHERE seq = 2"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM aftersales_case WHERE assignee_agent_id = 'bela'"),
            kCases);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM assignment_check"), 0);
}

// The database cuts connections off in the middle of the job's transactions: what was not committed
// is done again, and each case changes hands once.
TEST_F(AssignmentTest, AHandoverThatIsCutOffIsDoneAgainOnce) {
  Hire("anna");
  constexpr int kCases = 40;
  for (int i = 0; i < kCases; ++i) EXPECT_EQ(OpenFree("$C" + std::to_string(i)), "anna");
  Hire("bela");
  StartShift("anna", "s1");
  EndShift("anna", "s1");
  absl::Notification done;
  std::atomic<int> cuts = 0;
  std::thread killer([&] {
    static constexpr db::Sql kOthers{
        "SELECT ID FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID()"
        " AND DB = DATABASE()"};
    // So often that hardly a transaction gets through, but some do.
    while (!done.WaitForNotificationWithTimeout(absl::Milliseconds(3))) {
      const auto rows = Db().db().Read(absl::InfiniteFuture(), kOthers);
      if (!rows.ok()) continue;
      for (const db::Row row : *rows) {
        cuts += Db().db()
                    .RunInTransaction(absl::InfiniteFuture(),
                                      [&](db::Transaction& t) {
                                        return t.Execute(db::Sql{"KILL ?"}, {row.Int(0)}).status();
                                      })
                    .ok();
      }
    }
  });
  AssignmentJob job(*database_, clock_, ids_, [] {}, nullptr, {.batch = 3});
  int failures = 0;
  for (int round = 0; round < 20; ++round) {
    failures += !job.RunOnce(absl::Now() + absl::Seconds(2)).ok();
  }
  done.Notify();
  killer.join();
  // The server may still be undoing what was cut off; until then its rows are passed over.
  do {
    Work();
  } while (Db().Count("SELECT COUNT(*) FROM assignment_check") > 0);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM aftersales_case WHERE assignee_agent_id = 'bela'"),
            kCases);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_assignment"), 2 * kCases);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_activity WHERE verb = 'AssignCase'"), 2 * kCases);
  EXPECT_EQ(Db().Count("SELECT SUM(assigned) FROM assignment_tally"), 2 * kCases);
  EXPECT_GT(cuts + failures, 0) << "nothing was cut off";
}

TEST_F(AssignmentTest, RulesThatMakeNoSenseAreRefusedWithEveryFault) {
  const absl::Status refused =
      Do(&AssignmentStub::SetAssignmentPolicy,
         R"pb(policy {
                effective_time { seconds: 1 }
                requirements { shop_id: "no spaces" }
                base_shares { base_id: "b" share_bps: 6000 exclusive: true }
                base_shares { base_id: "c" share_bps: 6000 exclusive: true }
                load_weights { weight: -1 }
                agent_caps { agent_id: "a" max_open_cases: 20000 }
                retry_seconds: 5
              })pb")
          .status();
  EXPECT_THAT(refused, HasReason("INVALID_FIELDS"));
  for (const char* field :
       {"policy.effective_time", "policy.requirements[0].shop_id",
        "policy.requirements[0].skill_ids", "policy.base_shares[1].share_bps",
        "policy.base_shares[1].exclusive", "policy.load_weights[0].weight",
        "policy.agent_caps[0].max_open_cases", "policy.retry_seconds", "policy.default_language"}) {
    EXPECT_THAT(refused.message(), HasSubstr(field)) << field;
  }
  EXPECT_THAT(Do(&AssignmentStub::SetAssignmentPolicy,
                 "policy { default_language: 'zh' retry_seconds: 60 }", As("org-a", {"shop-1"})),
              HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM intake_rules WHERE org_id <> ''"), 0);
}

// --- What holds for every call alike.

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"AssignCase", R"(case_id: "$HELD" agent_id: "bela" reason: "n~")", Other::kNotFound},
      {"ClaimNextCase", "# ~\n", Other::kUnrelated},
      {"ExplainAssignment", R"(case_id: "$HELD")", Other::kNotFound},
      {"ListUnassignedCases", "", Other::kEmpty},
      {"SetAssignmentPolicy", R"(policy { default_language: "zh" retry_seconds: 60 note: "n~" })",
       Other::kUnrelated},
      {"GetAssignmentPolicy", "", Other::kUnrelated},
  };
  return rows;
}

class EveryAssignmentCallTest : public AssignmentTest {
 protected:
  using AssignmentTest::AssignmentTest;
  void FreshWorld() {
    Fresh();
    names_.clear();
    Hire("anna");
    Hire("bela");
    EXPECT_EQ(OpenFree("$HELD"), "anna");
    EXPECT_EQ(OpenFree("$FREE", "shop_id: 'shop-2'"), "");
  }
  // An owner who is an agent, too.
  rpc::CallOptions AsAnna(std::vector<std::string> shops = {}, const std::string& org = "org-a") {
    return {.token = host_.tokens().Sign({.subject = "tester",
                                          .org_id = org,
                                          .agent_id = "anna",
                                          .shops = std::move(shops),
                                          .roles = {auth::Role::kOwner}},
                                         absl::Hours(24 * 30))};
  }
  const EveryCall calls_{"kefu.aftersales.v1.AssignmentService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(EveryAssignmentCallTest, HoldsOfEachCall) {
  calls_.CheckTable(Rows());
  for (const CallRow& row : Rows()) {
    FreshWorld();
    EXPECT_OK(calls_.Do(row, AsAnna())) << row.method;
    FreshWorld();
    calls_.CheckStranger(row, AsAnna({}, "org-b"));
    calls_.CheckRights(row, host_.AsService());
    calls_.CheckPages(row, AsAnna());
    if (row.other == Other::kNotFound || row.method == "SetAssignmentPolicy") {
      calls_.CheckEmptyRequest(row, AsAnna());
      EXPECT_THAT(calls_.Do(row, AsAnna({"shop-2"})).status(), HasReason("SHOP_NOT_ALLOWED"))
          << row.method;
    }
    if (!row.is_write()) continue;
    FreshWorld();
    calls_.CheckWrite(row, "id-1", AsAnna(), Db(), clock_);
    if (row.method != "AssignCase") continue;
    FreshWorld();
    const auto request = calls_.Request(row, "1", "id-1");
    ASSERT_OK(calls_.Do(row, *request, AsAnna()));
    EXPECT_THAT(calls_.Do(row, *request, AsAnna({"shop-2"})).status(),
                HasReason("SHOP_NOT_ALLOWED"));
  }
}

TEST_F(EveryAssignmentCallTest, UnassignedCasesArePaged) {
  FreshWorld();
  for (int i = 0; i < 4; ++i) OpenFree("$F", "shop_id: 'shop-2'");
  std::set<std::string> seen;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page, Do(&AssignmentStub::ListUnassignedCases,
                                             fmt::format("page_size: 2 page_token: '{}'", token)));
    for (const auto& one : page.cases()) EXPECT_TRUE(seen.insert(one.case_().case_id()).second);
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_EQ(seen.size(), 5u);
}

class AssignmentDeadlineTest : public EveryAssignmentCallTest {
 protected:
  AssignmentDeadlineTest() : EveryAssignmentCallTest(/*pool_size=*/1) {}
};
TEST_F(AssignmentDeadlineTest, EveryCallEndsByItsDeadline) {
  FreshWorld();
  calls_.CheckDeadlines(Rows(), AsAnna(), *database_, Db());
}

template <class E>
void ExpectSameNames(const google::protobuf::EnumDescriptor* contract, const std::string& prefix) {
  ASSERT_EQ(contract->value_count(), static_cast<int>(kEnumNames<E>.size())) << prefix;
  for (int i = 0; i < contract->value_count(); ++i) {
    EXPECT_EQ(contract->value(i)->number(), i);
    EXPECT_EQ(contract->value(i)->name(), prefix + std::string(kEnumNames<E>[i]));
  }
}
TEST(AssignmentEnumTest, TheDomainHasTheContractsValues) {
  ExpectSameNames<domain::AssignmentOrder>(v1::AssignmentOrder_descriptor(), "ASSIGNMENT_ORDER_");
  ExpectSameNames<domain::DutyRule>(v1::DutyRule_descriptor(), "DUTY_RULE_");
  ExpectSameNames<domain::AssignmentCause>(v1::AssignmentCause_descriptor(), "ASSIGNMENT_CAUSE_");
  ExpectSameNames<domain::Verdict>(v1::AssignmentVerdict_descriptor(), "ASSIGNMENT_VERDICT_");
}

}  // namespace
}  // namespace kefu::aftersales
