// Evaluations, promotions by the rules and against them, posts that many want at once, ladders of
// one's own, and the daily look.
#include <thread>

#include "google/rpc/error_details.pb.h"
#include "kefu/performance/v1/events.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/staffing/handlers/performance_events.h"
#include "services/staffing/jobs/career_job.h"
#include "services/staffing/tests/careers/careers_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PromotionsTest : public CareersServiceTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }

  absl::StatusOr<v1::Promotion> Promote(const std::string& text) {
    return Promote(text, Person("asker"));
  }
  absl::StatusOr<v1::Promotion> Promote(const std::string& text, const rpc::CallOptions& as) {
    return Call(&Staffing::PromoteAgent, text + R"( reason: "考核合格")", as);
  }
  absl::StatusOr<v1::Promotion> Decide(const v1::Promotion& promotion, bool approve,
                                       const rpc::CallOptions& as) {
    return Ask(&Career::DecidePromotion,
               fmt::format(R"(promotion_id: "{}" approve: {} reason: "同意")",
                           promotion.promotion_id(), approve),
               as);
  }
  v1::PromotionEvaluation Evaluate(const std::string& text) {
    const auto response = Call(&Staffing::EvaluatePromotion, text);
    EXPECT_OK(response);
    EXPECT_EQ(response->evaluations_size(), 1);
    return response->evaluations(0);
  }
};

TEST_F(PromotionsTest, AnEvaluationSaysWhatIsMissingAndWhen) {
  // Hired on 2025-06-01, still a trainee.
  const v1::PromotionEvaluation early =
      Evaluate(R"(agent_id: "$AGENT" date { year: 2025 month: 7 day: 31 })");
  EXPECT_EQ(early.held().tier_id(), "trainee");
  EXPECT_EQ(early.ladder_id(), "default");
  ASSERT_EQ(early.options_size(), 2);
  const v1::PromotionOption& regular = early.options(0);
  EXPECT_EQ(regular.tier_id(), "regular");
  EXPECT_FALSE(regular.eligible());
  EXPECT_THAT(regular.tenure_date(),
              EqualsProto(Parse<common::v1::Date>("year: 2025 month: 8 day: 1")));
  EXPECT_EQ(regular.rules(0).rule(), v1::PROMOTION_RULE_PROBATION);
  EXPECT_EQ(regular.rules(0).required(), 2);
  EXPECT_EQ(regular.rules(0).actual(), 1);
  EXPECT_THAT(regular.rules(0).evidence(),
              ElementsAre("tier_change/" + early.held().tier_change_id(), "since/2025-06-01"));
  EXPECT_EQ(early.options(1).grade_id(), "P2");
  EXPECT_TRUE(
      Evaluate(R"(agent_id: "$AGENT" date { year: 2025 month: 8 day: 1 })").options(0).eligible());
  EXPECT_THAT(Call(&Staffing::EvaluatePromotion,
                   R"(agent_id: "$AGENT" date { year: 2025 month: 5 day: 31 })"),
              HasReason("AGENT_NOT_EMPLOYED"));
}

TEST_F(PromotionsTest, TeamsAndEverybodyComePageByPage) {
  for (int i = 0; i < 4; ++i) {
    ASSERT_NO_FATAL_FAILURE(Add(fmt::format("$P{}", i), "regular", Day(2025, 9 + i % 3, 1),
                                i == 0 ? R"(team_id: "$TEAM2")" : ""));
  }
  EXPECT_EQ(Evaluate(R"(team_id: "$TEAM2")").agent_id(), world_["$P0"]);
  std::vector<std::string> seen;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto page,
        Call(&Staffing::EvaluatePromotion,
             fmt::format(R"(all_agents: true page_size: 2 page_token: "{}")", token)));
    EXPECT_LE(page.evaluations_size(), 2);
    for (const auto& evaluation : page.evaluations()) seen.push_back(evaluation.agent_id());
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(seen, SizeIs(5));
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  // On 2026-01-15 the trainee of June may become regular; the regulars of September and October
  // have their three months, that of November not.
  ASSERT_OK_AND_ASSIGN(const auto open,
                       Call(&Staffing::EvaluatePromotion, "all_agents: true eligible_only: true"));
  EXPECT_EQ(open.evaluations_size(), 4);
  EXPECT_THAT(Call(&Staffing::EvaluatePromotion, R"(all_agents: true team_id: "$TEAM1")"),
              HasReason("INVALID_FIELDS"));
}

TEST_F(PromotionsTest, ByTheRulesItIsDoneAtOnce) {
  ASSERT_OK_AND_ASSIGN(const v1::Promotion done,
                       Promote(R"(agent_id: "$AGENT" tier_id: "regular" evidence: "exam-1"
                                  effective_date { year: 2025 month: 8 day: 1 })"));
  EXPECT_EQ(done.state(), v1::PROMOTION_STATE_DONE);
  EXPECT_EQ(done.requested_by(), "asker");
  EXPECT_EQ(done.decided_by(), "asker");
  EXPECT_EQ(done.grade_id(), "P1");
  EXPECT_EQ(done.evaluation().options_size(), 2);
  ASSERT_OK_AND_ASSIGN(const auto history,
                       Call(&Staffing::ListTierChanges, R"(agent_id: "$AGENT")"));
  ASSERT_EQ(history.changes_size(), 2);
  const v1::TierChange& change = history.changes(1);
  EXPECT_EQ(change.tier_change_id(), done.tier_change_id());
  EXPECT_EQ(change.actor(), "asker");
  EXPECT_EQ(change.ladder_id(), "default");
  EXPECT_THAT(change.evidence(), ElementsAre("promotion/" + done.promotion_id(), "exam-1"));
  EXPECT_EQ(TierOn("$AGENT", Day(2025, 8, 1)), "regular");
  EXPECT_EQ(TierOn("$AGENT", Day(2025, 7, 31)), "trainee");
}

TEST_F(PromotionsTest, WhatIsNotAllowedChangesNothing) {
  const int64_t events = Db().Count("SELECT COUNT(*) FROM outbox");
  const auto promote = [&](const std::string& what, const std::string& more = "") {
    return Promote(R"(agent_id: "$AGENT" )" + what + " " + more).status();
  };
  const std::string reason = R"(override_reason: "业务急需")";
  const std::string early = "effective_date { year: 2025 month: 7 day: 31 }";
  const absl::Status missing = promote(R"(tier_id: "regular")", early);
  EXPECT_THAT(missing, HasReason("PROMOTION_RULES"));
  EXPECT_EQ(GetDetail<google::rpc::PreconditionFailure>(missing)->violations(0).description(),
            "PROBATION: 1 of 2, on 2025-08-01");
  EXPECT_THAT(promote(R"(tier_id: "senior")"), HasReason("TIER_SKIPPED"));
  EXPECT_THAT(promote(R"(tier_id: "senior")", reason), HasReason("TIER_SKIPPED"));
  EXPECT_THAT(promote(R"(grade_id: "P3")", reason), HasReason("TIER_SKIPPED"));
  EXPECT_THAT(promote(R"(grade_id: "P2")"), HasReason("PROMOTION_RULES"));
  EXPECT_THAT(promote(R"(tier_id: "trainee")"), HasReason("TIER_DIRECTION"));
  EXPECT_THAT(promote(""), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Promote(R"(agent_id: "$AGENT" tier_id: "regular")", Person("me", "$AGENT")),
              HasReason("SECOND_PERSON_REQUIRED"));
  // Nor is there a way around.
  for (const auto& [tier, error] :
       {std::pair("senior", "TIER_SKIPPED"), std::pair("regular", "PROMOTION_RULES")}) {
    EXPECT_THAT(Call(&Staffing::ChangeTier,
                     fmt::format(R"(change {{ agent_id: "$AGENT" tier_id: "{}" grade_id: "P1"
                                    kind: TIER_CHANGE_KIND_PROMOTION reason: "r"
                                    effective_date {{ year: 2025 month: 7 day: 31 }} }})",
                                 tier)),
                HasReason(error));
  }
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox"), events);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM promotion"), 0);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM tier_change"), 1);
}

TEST_F(PromotionsTest, AnOverrideNeedsASecondPerson) {
  const std::string early = R"(agent_id: "$AGENT" tier_id: "regular" override_reason: "业务急需"
                               effective_date { year: 2025 month: 7 day: 1 })";
  ASSERT_OK_AND_ASSIGN(const v1::Promotion waiting, Promote(early));
  EXPECT_EQ(waiting.state(), v1::PROMOTION_STATE_PENDING);
  EXPECT_EQ(waiting.tier_change_id(), "");
  EXPECT_EQ(TierOn("$AGENT", Day(2025, 7, 1)), "trainee");
  EXPECT_THAT(Decide(waiting, true, Person("asker")), HasReason("SECOND_PERSON_REQUIRED"));
  EXPECT_THAT(Decide(waiting, true, Person("other", "$AGENT")),
              HasReason("SECOND_PERSON_REQUIRED"));
  EXPECT_EQ(TierOn("$AGENT", Day(2025, 7, 1)), "trainee");
  ASSERT_OK_AND_ASSIGN(const auto pending,
                       Ask(&Career::ListPromotions, "state: PROMOTION_STATE_PENDING"));
  EXPECT_THAT(pending.promotions(), ElementsAre(EqualsProto(waiting)));

  ASSERT_OK_AND_ASSIGN(const v1::Promotion done, Decide(waiting, true, Person("second")));
  EXPECT_EQ(done.state(), v1::PROMOTION_STATE_DONE);
  EXPECT_EQ(done.requested_by(), "asker");
  EXPECT_EQ(done.decided_by(), "second");
  EXPECT_EQ(done.decision_reason(), "同意");
  EXPECT_EQ(TierOn("$AGENT", Day(2025, 7, 1)), "regular");
  EXPECT_THAT(Decide(waiting, false, Person("third")), HasReason("PROMOTION_DECIDED"));

  ASSERT_OK_AND_ASSIGN(const v1::Promotion again, Promote(R"(agent_id: "$AGENT" grade_id: "P2"
                                                             override_reason: "挽留人才")"));
  ASSERT_OK_AND_ASSIGN(const v1::Promotion refused, Decide(again, false, Person("second")));
  EXPECT_EQ(refused.state(), v1::PROMOTION_STATE_REFUSED);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM tier_change"), 2);
}

TEST_F(PromotionsTest, ATierOfManagementNeedsAnOpenPost) {
  ASSERT_NO_FATAL_FAILURE(Add("$A", "senior", Day(2025, 1, 1)));
  ASSERT_NO_FATAL_FAILURE(Add("$B", "senior", Day(2025, 1, 1)));
  const std::string a = R"(agent_id: "$A" tier_id: "team_lead")";
  const std::string b = R"(agent_id: "$B" tier_id: "team_lead")";
  EXPECT_THAT(Promote(a), HasReason("NO_OPEN_POST"));
  EXPECT_THAT(Promote(a + R"(override_reason: "急需")"), HasReason("NO_OPEN_POST"));
  ASSERT_OK_AND_ASSIGN(const v1::Headcount one, SetPosts("team_lead", 1));
  EXPECT_EQ(one.open(), 1);
  // Promised for next month, the post is gone today.
  ASSERT_OK(Promote(a + "effective_date { year: 2026 month: 2 day: 1 }"));
  EXPECT_THAT(Promote(b), HasReason("NO_OPEN_POST"));
  EXPECT_THAT(Promote(b + "effective_date { year: 2027 month: 2 day: 1 }"),
              HasReason("NO_OPEN_POST"));
  ASSERT_OK_AND_ASSIGN(const auto posts, Ask(&Career::ListHeadcounts, ""));
  ASSERT_EQ(posts.headcounts_size(), 3);
  EXPECT_THAT(posts.headcounts(0),
              EqualsProto(Parse<v1::Headcount>(R"pb(tier_id: "team_lead" posts: 1 held: 1)pb")));
  // Nor does another kind of record take one that is held.
  EXPECT_THAT(Call(&Staffing::ChangeTier,
                   R"(change { agent_id: "$B" tier_id: "team_lead" track: TRACK_MANAGEMENT
                               kind: TIER_CHANGE_KIND_CORRECTION reason: "r"
                               corrects_tier_change_id: "none"
                               effective_date { year: 2026 month: 1 day: 1 } })"),
              HasReason("NO_OPEN_POST"));
  // Whoever leaves makes room.
  ASSERT_OK(Ask(&Career::EndEmployment, R"(agent_id: "$A" reason: "辞职"
                                           leave_date { year: 2026 month: 1 day: 14 })"));
  EXPECT_OK(Promote(b));
  EXPECT_THAT(SetPosts("senior", 3), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(SetPosts("boss", 3), HasReason("TIER_UNKNOWN"));
}

// The issue's race: exactly one of 32 gets it.
TEST_F(PromotionsTest, OfThirtyTwoApplicantsForOnePostExactlyOneGetsIt) {
  constexpr int kApplicants = 32;
  ASSERT_OK(SetPosts("team_lead", 1));
  std::vector<std::string> requests;
  for (int i = 0; i < kApplicants; ++i) {
    const std::string name = fmt::format("$X{:02}", i);
    ASSERT_NO_FATAL_FAILURE(Add(name, "senior", Day(2025, 1, 1)));
    requests.push_back(fmt::format(R"(agent_id: "{}" tier_id: "team_lead")", name));
  }
  std::vector<absl::Status> results(kApplicants);
  std::vector<std::thread> callers;
  const rpc::CallOptions as = Person("asker");
  for (int i = 0; i < kApplicants; ++i) {
    callers.emplace_back([&, i] { results[i] = Promote(requests[i], as).status(); });
  }
  for (std::thread& caller : callers) caller.join();
  int made = 0;
  for (const absl::Status& result : results) {
    if (result.ok()) {
      ++made;
    } else {
      EXPECT_THAT(result, HasReason("NO_OPEN_POST"));
    }
  }
  EXPECT_EQ(made, 1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM tier_change WHERE tier_id = 'team_lead'"), 1);
}

constexpr char kOwnLadder[] = R"(ladder {
    effective_date { year: 2026 month: 1 day: 1 }
    tiers { tier_id: "trainee" name_zh: "见习" name_en: "Trainee" rank: 1 track: TRACK_PROFESSIONAL
            probation_months: 1 }
    tiers { tier_id: "regular" name_zh: "正式" name_en: "Regular" rank: 2 track: TRACK_PROFESSIONAL
            from_tier_id: "trainee"
            criteria { metric_id: "conversion" kind: CRITERION_KIND_AT_LEAST
                       threshold_micros: 300000 months_in_row: 2 } }
    grades { grade_id: "P1" name_zh: "P1" name_en: "P1" rank: 1 commission_coefficient_bps: 10000 }
    grades { grade_id: "P2" name_zh: "P2" name_en: "P2" rank: 2 commission_coefficient_bps: 12000
             min_good_months: 1
             criteria { metric_id: "sales" kind: CRITERION_KIND_RANK_WITHIN rank: 1
                        months_in_row: 1 } }
    good_month { metric_id: "conversion" kind: CRITERION_KIND_AT_LEAST_SHOP }
    tenure { max_counted_leave_days: 10 max_gap_days: 20 } })";

TEST_F(PromotionsTest, ALadderOfOnesOwnCountsFromItsDay) {
  ASSERT_OK_AND_ASSIGN(const v1::TierLadder first, Ask(&Career::SetTierLadder, kOwnLadder));
  EXPECT_EQ(first.ladder_id(), "own");
  EXPECT_EQ(first.version(), 1);
  ASSERT_OK_AND_ASSIGN(const v1::TierLadder second, Ask(&Career::SetTierLadder, kOwnLadder));
  EXPECT_EQ(second.version(), 2);
  ASSERT_OK_AND_ASSIGN(const auto all, Ask(&Career::ListTierLadders, ""));
  ASSERT_EQ(all.ladders_size(), 3);
  EXPECT_THAT(all.ladders(2), EqualsProto(second));
  ASSERT_OK_AND_ASSIGN(const v1::TierLadder now, Call(&Staffing::GetTierLadder, ""));
  EXPECT_THAT(now, EqualsProto(second));
  ASSERT_OK_AND_ASSIGN(const v1::TierLadder before,
                       Call(&Staffing::GetTierLadder, "on_date { year: 2025 month: 12 day: 31 }"));
  EXPECT_EQ(before.ladder_id(), "default");
  ASSERT_OK_AND_ASSIGN(const v1::TierLadder of_b, Call(&Staffing::GetTierLadder, "", As("org-b")));
  EXPECT_EQ(of_b.ladder_id(), "default");
  const absl::Status faults =
      Ask(&Career::SetTierLadder, R"(ladder { tiers { rank: 2 } grades { rank: 1 } })").status();
  EXPECT_THAT(faults, HasReason("INVALID_FIELDS"));
  EXPECT_GT(GetDetail<google::rpc::BadRequest>(faults)->field_violations_size(), 6);
  std::string seven = kOwnLadder;
  seven.replace(seven.find("probation_months: 1"), 19, "probation_months: 7");
  EXPECT_THAT(Ask(&Career::SetTierLadder, seven), HasReason("INVALID_FIELDS")) << "by law";
}

// What performance tells, as its report job would.
class MonthsTest : public PromotionsTest {
 protected:
  void Tell(const std::string& month, int version, const std::string& agents) {
    const auto reported = Parse<performance::v1::MonthReported>(Fill(fmt::format(
        R"(report_id: "report-{0}-{1}" shop_id: "$SHOP1" version: {1} last: true
           period {{ start_date {{ year: 2025 month: {0} day: 1 }} }}
           shop {{ row_id: "total" values {{ metric_id: "conversion" value: 0.3 }} }} {2})",
        month, version, agents)));
    common::v1::Event event;
    event.set_org_id("org-a");
    event.mutable_payload()->PackFrom(reported);
    ASSERT_OK(database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      return ApplyPerformanceEvent({*database_, ids_, [] {}}, t, event);
    }));
  }
  static std::string Agent(const std::string& id, double conversion, int sales) {
    return fmt::format(R"(agents {{ month {{ row_id: "{}"
        values {{ metric_id: "conversion" value: {} }} values {{ metric_id: "sales" value: {} }}
        values {{ metric_id: "satisfaction" }} }} }} )",
                       id, conversion, sales);
  }
  v1::RuleCheck Rule(int option, int rule) {
    return Evaluate(R"(agent_id: "$AGENT")").options(option).rules(rule);
  }
};

TEST_F(MonthsTest, FiguresOfReportsDecideAndCorrectionsReplaceThem) {
  ASSERT_OK(Ask(&Career::SetTierLadder, kOwnLadder));
  EXPECT_THAT(PerformanceEventTypes(), Contains("kefu.performance.v1.MonthReported"));
  EXPECT_THAT(Rule(0, 1).evidence(), ElementsAre("month/2025-12 no report"));
  Tell("11", 1, Agent("$AGENT", 0.3, 100));
  Tell("12", 1, Agent("$AGENT", 0.31, 100) + Agent("other", 0.5, 100));
  const v1::RuleCheck two = Rule(0, 1);
  EXPECT_TRUE(two.met()) << two.DebugString();
  EXPECT_EQ(two.metric_id(), "conversion");
  EXPECT_THAT(two.evidence(), ElementsAre("report/report-12-1", "report/report-11-1"));
  EXPECT_TRUE(Rule(1, 1).met()) << "first together with another";
  EXPECT_EQ(Rule(1, 0).actual(), 2) << "good months";

  // A corrected December: below in conversion, second in sales.
  Tell("12", 2, Agent("$AGENT", 0.299999, 100) + Agent("other", 0.5, 101));
  EXPECT_FALSE(Rule(0, 1).met());
  EXPECT_FALSE(Rule(1, 1).met());
  EXPECT_EQ(Rule(1, 0).actual(), 1);
  // The event of before, delivered once more, changes nothing.
  Tell("12", 1, Agent("$AGENT", 0.31, 100));
  EXPECT_THAT(Rule(0, 1).evidence(), ElementsAre("report/report-12-2"));
  // Whom the newest report does not name has no figures.
  Tell("12", 3, Agent("other", 0.5, 101));
  EXPECT_THAT(Rule(0, 1).evidence(), ElementsAre("month/2025-12 no report"));
}

TEST_F(MonthsTest, ScorecardsAreCriteriaOnceTheyAreComplete) {
  std::string ladder = kOwnLadder;
  ladder.replace(ladder.find(R"(metric_id: "sales" kind: CRITERION_KIND_RANK_WITHIN rank: 1)"), 59,
                 R"(metric_id: "scorecard_points" kind: CRITERION_KIND_AT_LEAST
                    threshold_micros: 25000000)");
  ASSERT_OK(Ask(&Career::SetTierLadder, ladder));
  const auto score = [&](const std::string& agents, bool first = true) {
    const auto scored = Parse<performance::v1::MonthScored>(Fill(
        fmt::format(R"(shop_id: "$SHOP1" month {{ year: 2025 month: 12 day: 1 }} first: {} {})",
                    first, agents)));
    common::v1::Event event;
    event.set_org_id("org-a");
    event.mutable_payload()->PackFrom(scored);
    ASSERT_OK(database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      return ApplyPerformanceEvent({*database_, ids_, [] {}}, t, event);
    }));
  };
  const auto of = [](const std::string& agent, int centipoints, bool complete = true) {
    return fmt::format(R"(scores {{ agent_id: "{}" scorecard_id: "thirty_points" version: 1
                             centipoints: {} complete: {} }})",
                       agent, centipoints, complete);
  };
  Tell("12", 1, Agent("$AGENT", 0.31, 100));
  EXPECT_FALSE(Rule(1, 1).met()) << "not scored";
  score(of("$AGENT", 2500) + of("other", 2900));
  EXPECT_TRUE(Rule(1, 1).met());
  EXPECT_EQ(Rule(1, 1).metric_id(), "scorecard_points");
  score(of("$AGENT", 2499));
  EXPECT_FALSE(Rule(1, 1).met());
  score(of("other", 2900));
  EXPECT_FALSE(Rule(1, 1).met()) << "taken away";
  score(of("$AGENT", 2500), /*first=*/false);
  EXPECT_TRUE(Rule(1, 1).met());
  score(of("$AGENT", 2600, /*complete=*/false));
  EXPECT_FALSE(Rule(1, 1).met()) << "an item is still unknown";
}

TEST_F(PromotionsTest, OnceADayEverybodyIsLookedAt) {
  ASSERT_NO_FATAL_FAILURE(Add("$LATE", "regular", Day(2025, 10, 16)));
  CareerJob job({*database_, ids_, [] {}}, clock_, {.owner = "one"});
  CareerJob other({*database_, ids_, [] {}}, clock_, {.owner = "two"});
  ASSERT_OK_AND_ASSIGN(const int done, job.RunOnce());
  EXPECT_EQ(done, 3);  // organizations
  EXPECT_EQ(*other.RunOnce(), 0) << "the lease is another's";
  EXPECT_EQ(*job.RunOnce(), 0) << "the day is done";
  ASSERT_OK_AND_ASSIGN(const auto open,
                       Ask(&Career::ListPromotionEvaluations, "eligible_only: true"));
  ASSERT_EQ(open.evaluations_size(), 1);
  EXPECT_EQ(open.evaluations(0).agent_id(), world_["$AGENT"]);
  ASSERT_OK_AND_ASSIGN(const auto all, Ask(&Career::ListPromotionEvaluations, ""));
  EXPECT_EQ(all.evaluations_size(), 2);

  // Midnight in Shanghai: three months are full.
  clock_.Set(absl::FromUnixSeconds(1768492800));  // 2026-01-16 00:00
  EXPECT_EQ(*job.RunOnce(), 3);
  const auto rows =
      Db().db().Read(absl::InfiniteFuture(),
                     db::Sql{"SELECT payload FROM outbox WHERE type LIKE '%PromotionsEvaluated'"
                             " AND org_id = 'org-a' ORDER BY outbox_id"});
  ASSERT_OK(rows);
  ASSERT_EQ(rows->size(), 2u);
  v1::PromotionsEvaluated told;
  std::vector<std::vector<std::string>> fresh;
  for (const db::Row row : *rows) {
    ASSERT_TRUE(told.ParseFromString(row.Str(0)));
    fresh.emplace_back(told.newly_eligible_agent_ids().begin(),
                       told.newly_eligible_agent_ids().end());
  }
  EXPECT_THAT(fresh, ElementsAre(ElementsAre(world_["$AGENT"]), ElementsAre(world_["$LATE"])));
  EXPECT_EQ(told.agents(), 2);
  EXPECT_EQ(told.eligible(), 2);
}

TEST_F(PromotionsTest, ProbationsThatEndSoonAreToldEachDayUntilTheyAreDecided) {
  ASSERT_NO_FATAL_FAILURE(Add("$NEW", "trainee", Day(2025, 11, 23)));  // until 22 January
  ASSERT_NO_FATAL_FAILURE(Add("$YOUNG", "trainee", Day(2026, 1, 1)));
  CareerJob job({*database_, ids_, [] {}}, clock_, {.owner = "one"});
  const auto told = [&]() -> std::vector<std::string> {
    EXPECT_OK(job.RunOnce());
    const auto rows =
        Db().db().Read(absl::InfiniteFuture(),
                       db::Sql{"SELECT payload FROM outbox WHERE type LIKE '%PromotionsEvaluated'"
                               " AND org_id = 'org-a' ORDER BY outbox_id DESC LIMIT 1"});
    EXPECT_OK(rows);
    v1::PromotionsEvaluated event;
    EXPECT_TRUE(event.ParseFromString((*rows)[0].Str(0)));
    return {event.probation_due_agent_ids().begin(), event.probation_due_agent_ids().end()};
  };
  // $AGENT's is over since August.
  EXPECT_THAT(told(), ElementsAre(world_["$AGENT"], world_["$NEW"]));
  ASSERT_OK_AND_ASSIGN(const auto all,
                       Call(&Staffing::EvaluatePromotion, R"(agent_id: "$NEW")", Person("tester")));
  EXPECT_THAT(all.evaluations(0).probation(), EqualsProto(Parse<v1::Probation>(R"pb(
                last_date { year: 2026 month: 1 day: 22 }
                due: true)pb")));
  clock_.Advance(absl::Hours(24 * 8));
  EXPECT_THAT(told(), ElementsAre(world_["$AGENT"], world_["$NEW"]));
  ASSERT_OK(Call(&Staffing::PromoteAgent, R"(agent_id: "$NEW" tier_id: "regular" reason: "通过")",
                 Person("tester")));
  clock_.Advance(absl::Hours(24));
  EXPECT_THAT(told(), ElementsAre(world_["$AGENT"]));
}

TEST_F(PromotionsTest, TheDailyLookFollowsLeavesAndLeaving) {
  ASSERT_OK(Ask(&Career::RecordLeave, R"(leave { agent_id: "$AGENT" kind: "sick"
      start_date { year: 2026 month: 1 day: 16 } end_date { year: 2026 month: 1 day: 16 } })"));
  const auto state = [&] {
    const auto agent = Call(&Staffing::GetAgent, R"(agent_id: "$AGENT")", Person("tester"));
    EXPECT_OK(agent);
    return agent->state();
  };
  CareerJob job({*database_, ids_, [] {}}, clock_, {.owner = "one"});
  EXPECT_EQ(state(), v1::AGENT_STATE_ACTIVE);
  clock_.Set(absl::FromUnixSeconds(1768492800));
  ASSERT_OK(job.RunOnce());
  EXPECT_EQ(state(), v1::AGENT_STATE_ON_LEAVE);
  clock_.Advance(absl::Hours(24));
  ASSERT_OK(job.RunOnce());
  EXPECT_EQ(state(), v1::AGENT_STATE_ACTIVE);
  ASSERT_OK(Ask(&Career::EndEmployment, R"(agent_id: "$AGENT" reason: "合同到期"
                                           leave_date { year: 2026 month: 1 day: 20 })"));
  EXPECT_EQ(state(), v1::AGENT_STATE_ACTIVE);
  clock_.Advance(absl::Hours(24 * 4));  // 21 January
  ASSERT_OK(job.RunOnce());
  EXPECT_EQ(state(), v1::AGENT_STATE_LEFT);
}

}  // namespace
}  // namespace kefu::staffing
