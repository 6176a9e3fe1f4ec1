// The conduct ledger: recording, decisions by others, appeals, groups, and who may see what.
#include <thread>

#include "google/rpc/error_details.pb.h"
#include "services/staffing/tests/conduct/conduct_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

std::vector<std::string> Problems(const absl::Status& status) {
  std::vector<std::string> problems;
  const auto details = GetDetail<google::rpc::PreconditionFailure>(status);
  if (!details) return problems;
  for (const auto& violation : details->violations()) {
    problems.push_back(violation.description().substr(0, violation.description().find(':')));
  }
  return problems;
}

TEST_F(ConductTest, IsRecordedDecidedAndAppealedAgainstByDifferentPeople) {
  ASSERT_OK_AND_ASSIGN(const v1::Conduct recorded,
                       Record("grave_error", R"(note: "买家13912345678投诉"
                                                severity: CONDUCT_SEVERITY_GRAVE)"));
  EXPECT_EQ(recorded.state(), v1::CONDUCT_STATE_RECORDED);
  EXPECT_EQ(recorded.note(), "买家139****5678投诉");
  EXPECT_EQ(recorded.recorded_by(), "person-of-" + world_["$LEAD"]);
  EXPECT_FALSE(recorded.has_appeal_until_date());
  EXPECT_FALSE(Explain(recorded).counts());
  EXPECT_EQ(Explain(recorded).time(), 0);

  const std::string decide = fmt::format(
      R"(conduct_id: "{}" reason: "核实" terms {{ money {{ currency_code: "CNY" minor_units: -5000 }}
                                                  sanction: CONDUCT_SANCTION_COMPENSATION }})",
      recorded.conduct_id());
  const auto as = [&](const std::string& agent) {
    return AsAgent("org-a", world_[agent], {auth::Role::kSupervisor});
  };
  EXPECT_THAT(Do(&Ledger::DecideConduct, decide, as("$LEAD")), HasReason("SECOND_PERSON_REQUIRED"));
  EXPECT_THAT(Do(&Ledger::DecideConduct, decide, as("$AGENT")),
              HasReason("SECOND_PERSON_REQUIRED"));
  EXPECT_THAT(Do(&Ledger::DecideConduct, decide, Lead()), HasReason("PERMISSION_DENIED"));
  EXPECT_THAT(Do(&Ledger::DecideConduct, decide + R"( etag: "old")", Boss()),
              HasReason("ETAG_MISMATCH"));
  EXPECT_THAT(Appeal(recorded, Agent("$AGENT")), HasReason("CONDUCT_STATE"));
  ASSERT_OK_AND_ASSIGN(const v1::Conduct decided, Do(&Ledger::DecideConduct, decide, Boss()));
  EXPECT_EQ(decided.state(), v1::CONDUCT_STATE_DECIDED);
  EXPECT_EQ(decided.terms().money().minor_units(), -5000);
  EXPECT_EQ(decided.appeal_until_date().day(), 22);
  EXPECT_TRUE(Explain(decided).counts());
  EXPECT_THAT(Do(&Ledger::DecideConduct, decide, Boss()), HasReason("CONDUCT_STATE"));

  EXPECT_THAT(Appeal(decided, Agent("$MATE")), HasReason("CONDUCT_NOT_CONCERNED"));
  EXPECT_THAT(Appeal(decided, Agent("$MATE"), R"(agent_id: "$AGENT")"),
              HasReason("TIME_OF_OTHERS"));
  ASSERT_OK_AND_ASSIGN(const v1::Conduct appealed, Appeal(decided, Agent("$AGENT")));
  EXPECT_EQ(appealed.appeal_agent_id(), world_["$AGENT"]);
  EXPECT_FALSE(Explain(appealed).counts());
  EXPECT_THAT(DecideAppeal(appealed, Boss()), HasReason("SECOND_PERSON_REQUIRED"));
  EXPECT_THAT(DecideAppeal(appealed, as("$LEAD")), HasReason("SECOND_PERSON_REQUIRED"));
  EXPECT_THAT(DecideAppeal(appealed, as("$AGENT")), HasReason("SECOND_PERSON_REQUIRED"));
  ASSERT_OK_AND_ASSIGN(const v1::Conduct upheld, DecideAppeal(appealed, Boss("another")));
  EXPECT_EQ(upheld.state(), v1::CONDUCT_STATE_UPHELD);
  EXPECT_EQ(upheld.closed_by(), "another");
  EXPECT_THAT(DecideAppeal(appealed, Boss("another")), HasReason("CONDUCT_STATE"));
  EXPECT_THAT(Appeal(upheld, Agent("$AGENT")), HasReason("CONDUCT_STATE")) << "once";

  const auto explained = Explain(upheld);
  EXPECT_TRUE(explained.counts());
  EXPECT_EQ(explained.time(), 1);
  EXPECT_EQ(explained.kind().kind_id(), "grave_error");
  EXPECT_THAT(explained.concerned_agent_ids(), ElementsAre(world_["$AGENT"]));
  std::vector<v1::ConductState> way;
  for (const auto& entry : explained.entries()) way.push_back(entry.state());
  EXPECT_THAT(way, ElementsAre(v1::CONDUCT_STATE_RECORDED, v1::CONDUCT_STATE_DECIDED,
                               v1::CONDUCT_STATE_APPEALED, v1::CONDUCT_STATE_UPHELD));
  EXPECT_EQ(explained.entries(0).terms().money().minor_units(), 0);
  EXPECT_EQ(explained.entries(3).terms().money().minor_units(), -5000);
  EXPECT_EQ(explained.entries(2).reason(), "并非如此");
  EXPECT_THAT(EventTypes(), ::testing::Contains("ConductChanged").Times(4));
}

TEST_F(ConductTest, WhatCountsNowhereStaysReadable) {
  ASSERT_OK_AND_ASSIGN(const v1::Conduct one, Record("price_cut"));
  EXPECT_THAT(Decide(one, "dismiss: true"), HasReason("INVALID_FIELDS")) << "without a reason";
  EXPECT_THAT(Decide(one, R"(dismiss: true reason: "x" terms { points: 1 })"),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(const v1::Conduct dismissed,
                       Decide(one, R"(dismiss: true reason: "证据不足")"));
  EXPECT_EQ(dismissed.state(), v1::CONDUCT_STATE_DISMISSED);
  EXPECT_FALSE(dismissed.has_appeal_until_date());
  const auto undo = [&](const v1::Conduct& conduct, const rpc::CallOptions& as) {
    return Do(&Ledger::VoidConduct,
              fmt::format(R"(conduct_id: "{}" reason: "录错人")", conduct.conduct_id()), as);
  };
  EXPECT_THAT(undo(dismissed, Boss()), HasReason("CONDUCT_STATE"));

  ASSERT_OK_AND_ASSIGN(const v1::Conduct two, Record("price_cut"));
  ASSERT_OK_AND_ASSIGN(const v1::Conduct decided, Decide(two));
  EXPECT_THAT(undo(decided, AsAgent("org-a", world_["$AGENT"], {auth::Role::kSupervisor})),
              HasReason("SECOND_PERSON_REQUIRED"));
  ASSERT_OK_AND_ASSIGN(const v1::Conduct voided, undo(decided, Boss()));
  EXPECT_EQ(voided.state(), v1::CONDUCT_STATE_VOIDED);
  EXPECT_EQ(voided.close_reason(), "录错人");
  EXPECT_THAT(undo(voided, Boss()), HasReason("CONDUCT_STATE"));
  EXPECT_FALSE(Explain(voided).counts());

  ASSERT_OK_AND_ASSIGN(const v1::Conduct three, Record("price_cut"));
  ASSERT_OK(Decide(three));
  ASSERT_OK(Appeal(three, Agent("$AGENT")));
  ASSERT_OK_AND_ASSIGN(const v1::Conduct overturned,
                       DecideAppeal(three, Boss("another"), "overturn: true"));
  EXPECT_EQ(overturned.state(), v1::CONDUCT_STATE_OVERTURNED);
  EXPECT_FALSE(Explain(overturned).counts());
}

TEST_F(ConductTest, EverythingThatAKindDoesNotAllowIsNamedAtOnce) {
  const auto wrong = Call(&Staffing::RecordConduct,
                          R"pb(shop_id: "$SHOP1"
                               agent_id: "$AGENT"
                               team_id: "$TEAM1"
                               kind_id: "low_review"
                               day { year: 2026 month: 1 day: 16 }
                               terms {
                                 points: -5
                                 money { currency_code: "CNY" minor_units: 1 }
                                 days_off: 1
                                 sanction: CONDUCT_SANCTION_DEMERIT
                               })pb",
                          Lead());
  EXPECT_THAT(wrong, HasReason("CONDUCT_TERMS"));
  EXPECT_THAT(Problems(wrong.status()), ElementsAre("points", "money", "money", "days_off",
                                                    "sanction", "day", "evidence", "team_id"));
  EXPECT_THAT(Record("no_such_kind"), HasReason("CONDUCT_KIND_UNKNOWN"));
  EXPECT_THAT(Record("adopted_suggestion", "terms { points: 11 }"), HasReason("CONDUCT_TERMS"));
  EXPECT_THAT(Record("adopted_suggestion", "terms { points: 2 }"), HasReason("CONDUCT_TERMS"));
  EXPECT_OK(Record("adopted_suggestion", "terms { points: 10 }"));
  EXPECT_OK(Record("adopted_suggestion", "terms { points: 3 }"));
  EXPECT_THAT(
      Record("special_contribution", "terms { money { currency_code: 'JPY' minor_units: 1 } }"),
      HasReason("CURRENCY_MISMATCH"));
  EXPECT_THAT(Record("red_line", "terms { sanction: CONDUCT_SANCTION_COMPENSATION }"),
              HasReason("CONDUCT_TERMS"));
  EXPECT_THAT(Record("price_cut", "terms { points: 1001 days_off: 32 } severity: 9"),
              HasReason("INVALID_FIELDS"));
  // Of 14 January; 31 days later it may be recorded for the last time, in the shop's zone.
  clock_.Advance(absl::Hours(24 * 30));
  EXPECT_OK(Record("price_cut"));
  clock_.Advance(absl::Hours(24));
  EXPECT_THAT(Record("price_cut"), HasReason("CONDUCT_TERMS"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM conduct_event"), 3);
}

TEST_F(ConductTest, AGroupAnswersTogetherAndItsTimesAreCounted) {
  std::vector<std::string> ids;
  for (int time = 1; time <= 3; ++time) {
    ASSERT_OK_AND_ASSIGN(const v1::Conduct recorded,
                         Record("own_shop_problem_ignored", fmt::format("note: '{}'", time)));
    EXPECT_EQ(recorded.team_id(), world_["$TEAM1"]);
    ASSERT_OK_AND_ASSIGN(const v1::Conduct decided, Decide(recorded));
    const auto explained = Explain(decided);
    EXPECT_EQ(explained.time(), time);
    EXPECT_THAT(explained.earlier_conduct_ids(), ::testing::ElementsAreArray(ids));
    EXPECT_THAT(explained.concerned_agent_ids(),
                UnorderedElementsAre(world_["$AGENT"], world_["$MATE"], world_["$LEAD"]));
    ids.push_back(decided.conduct_id());
  }
  // A member appeals, and a time that falls away counts for no later one.
  v1::Conduct second;
  second.set_conduct_id(ids[1]);
  ASSERT_OK(Appeal(second, Agent("$MATE")));
  v1::Conduct third;
  third.set_conduct_id(ids[2]);
  EXPECT_EQ(Explain(third).time(), 2);
  ASSERT_OK_AND_ASSIGN(const auto of_mate, Do(&Ledger::ListConduct, "", Agent("$MATE")));
  EXPECT_EQ(of_mate.conduct_size(), 3);
  // The group as a whole, and who is not in it.
  const auto whole = [&](const std::string& who) {
    return Call(&Staffing::RecordConduct,
                fmt::format(R"(shop_id: "$SHOP1" {} kind_id: "problem_not_followed_up"
                               evidence: "case-2" day {{ year: 2026 month: 1 day: 14 }})",
                            who),
                Lead());
  };
  ASSERT_OK_AND_ASSIGN(const v1::Conduct of_team, whole(R"(team_id: "$TEAM1")"));
  EXPECT_EQ(of_team.agent_id(), "");
  EXPECT_THAT(whole(R"(team_id: "$TEAM2")"), HasReason("CONDUCT_TERMS")) << "nobody is in it";
  EXPECT_THAT(whole(R"(team_id: "$TEAM2" agent_id: "$AGENT")"), HasReason("NOT_IN_TEAM"));
  EXPECT_THAT(whole(""), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Decide(of_team), ::kefu::testing::IsOk());
}

TEST_F(ConductTest, AnEventBeforeTheHireDateIsRefused) {
  ASSERT_OK_AND_ASSIGN(const v1::Agent fresh,
                       Call(&Staffing::CreateAgent, R"pb(agent {
                                                           display_name: "小新"
                                                           employment: EMPLOYMENT_OWN
                                                           hire_date { year: 2026 month: 1 day: 15 }
                                                         })pb"));
  const auto on = [&](int day, const std::string& kind) {
    return Call(&Staffing::RecordConduct,
                fmt::format(R"(shop_id: "$SHOP1" agent_id: "{}" kind_id: "{}" evidence: "x"
                               day {{ year: 2026 month: 1 day: {} }})",
                            fresh.agent_id(), kind, day),
                Lead());
  };
  EXPECT_THAT(on(14, "praise"), HasReason("AGENT_NOT_EMPLOYED"));
  EXPECT_THAT(on(15, "own_shop_problem_ignored"), HasReason("NOT_IN_TEAM"));
  EXPECT_OK(on(15, "praise"));
}

TEST_F(ConductTest, ASourceIsRecordedOnceUnderConcurrentCallers) {
  const std::string source = R"(source_id: "aftersales:42" note: "x")";
  ASSERT_OK_AND_ASSIGN(const v1::Conduct first, Record("upheld_complaint", source));
  ASSERT_OK(Decide(first, R"(reason: "x" terms { points: -10 })"));
  ASSERT_OK_AND_ASSIGN(const v1::Conduct again, Record("upheld_complaint", source));
  EXPECT_EQ(again.conduct_id(), first.conduct_id());
  EXPECT_EQ(again.state(), v1::CONDUCT_STATE_DECIDED) << "as it is now";
  EXPECT_THAT(Record("upheld_complaint", R"(source_id: "aftersales:42" note: "y")"),
              HasReason("CONDUCT_EXISTS"));
  EXPECT_THAT(Call(&Staffing::RecordConduct,
                   R"pb(shop_id: "$SHOP1"
                        agent_id: "$MATE"
                        kind_id: "upheld_complaint"
                        evidence: "case-1"
                        source_id: "aftersales:42"
                        note: "x"
                        day { year: 2026 month: 1 day: 14 })pb",
                   Lead()),
              HasReason("CONDUCT_EXISTS"));
  std::vector<std::thread> callers;
  std::vector<std::string> ids(16);
  for (size_t i = 0; i < ids.size(); ++i) {
    callers.emplace_back([&, i] {
      const auto recorded = Record("praise", R"(source_id: "review:7")");
      if (recorded.ok()) ids[i] = recorded->conduct_id();
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (const std::string& id : ids) EXPECT_EQ(id, ids[0]);
  EXPECT_NE(ids[0], "");
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM conduct_event"), 2);
}

TEST_F(ConductTest, TheTermToAppealEndsWithItsLastDayInTheShopsZone) {
  ASSERT_OK_AND_ASSIGN(const v1::Conduct one, Record("price_cut"));
  ASSERT_OK_AND_ASSIGN(const v1::Conduct two, Record("price_cut", "note: '2'"));
  ASSERT_OK(Decide(one));
  ASSERT_OK(Decide(two));
  const absl::Time end =
      absl::FromCivil(absl::CivilDay(2026, 1, 23), absl::FixedTimeZone(9 * 3600));
  clock_.Advance(end - absl::Milliseconds(1) - clock_.Now());
  EXPECT_OK(Appeal(one, Agent("$AGENT")));
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(Appeal(two, Agent("$AGENT")), HasReason("APPEAL_TERM_OVER"));
}

TEST_F(ConductTest, TheCatalogueIsDataAndAnEventKeepsItsVersion) {
  ASSERT_OK_AND_ASSIGN(const v1::ConductCatalogue shipped, Do(&Ledger::GetConductCatalogue, ""));
  EXPECT_EQ(shipped.version(), 0);
  EXPECT_GE(shipped.kinds_size(), 25);
  ASSERT_OK_AND_ASSIGN(const v1::Conduct old, Record("price_cut"));
  ASSERT_OK_AND_ASSIGN(
      const v1::ConductCatalogue own,
      Do(&Ledger::SetConductCatalogue, R"pb(catalogue {
                                              appeal_days: 3
                                              record_days: 10
                                              kinds {
                                                kind_id: "late_for_standup"
                                                display_name: "晨会迟到"
                                                direction: CONDUCT_DIRECTION_DEDUCTION
                                                least_points: -2
                                                most_points: -1
                                              }
                                            })pb"));
  EXPECT_EQ(own.version(), 1);
  EXPECT_THAT(Record("price_cut"), HasReason("CONDUCT_KIND_UNKNOWN"));
  ASSERT_OK_AND_ASSIGN(const v1::Conduct fresh, Record("late_for_standup", "terms { points: -2 }"));
  EXPECT_EQ(fresh.catalogue_version(), 1);
  ASSERT_OK_AND_ASSIGN(const v1::Conduct decided, Decide(fresh));
  EXPECT_EQ(decided.appeal_until_date().day(), 18);
  ASSERT_OK_AND_ASSIGN(const v1::Conduct kept, Decide(old));
  EXPECT_EQ(kept.appeal_until_date().day(), 22) << "by the version of its recording";
  const auto bad =
      Do(&Ledger::SetConductCatalogue, R"pb(catalogue {
                                              appeal_days: 0
                                              record_days: 10
                                              kinds {
                                                kind_id: "a"
                                                display_name: "a"
                                                direction: CONDUCT_DIRECTION_REWARD
                                                least_points: -1
                                                most_points: -2
                                                sanctions: CONDUCT_SANCTION_COMPENSATION
                                              }
                                              kinds { kind_id: "a" display_name: "b" }
                                            })pb");
  EXPECT_THAT(bad, HasReason("INVALID_FIELDS"));
  EXPECT_THAT(std::string(bad.status().message()), HasSubstr("appeal_days"));
  const auto fields = GetDetail<google::rpc::BadRequest>(bad.status());
  ASSERT_TRUE(fields.has_value());
  EXPECT_GE(fields->field_violations_size(), 6);
  EXPECT_EQ(Do(&Ledger::GetConductCatalogue, "")->version(), 1);
}

TEST_F(ConductTest, AgentsSeeTheirOwnAndTokensOfShopsThoseOfTheirShops) {
  ASSERT_OK_AND_ASSIGN(const v1::Conduct one, Record("price_cut"));
  const std::string name = fmt::format(R"(conduct_id: "{}")", one.conduct_id());
  EXPECT_OK(Do(&Ledger::GetConduct, name, Agent("$AGENT")));
  EXPECT_THAT(Do(&Ledger::GetConduct, name, Agent("$MATE")), HasReason("TIME_OF_OTHERS"));
  EXPECT_THAT(Do(&Ledger::ExplainConduct, name, Agent("$MATE")), HasReason("TIME_OF_OTHERS"));
  EXPECT_THAT(Do(&Ledger::ListConduct, R"(agent_id: "$AGENT")", Agent("$MATE")),
              HasReason("TIME_OF_OTHERS"));
  const auto listed = [&](const std::string& filter, const rpc::CallOptions& as) {
    const auto page = Do(&Ledger::ListConduct, filter, as);
    EXPECT_OK(page);
    return page.ok() ? page->conduct_size() : -1;
  };
  EXPECT_EQ(listed("", Agent("$AGENT")), 1);
  EXPECT_EQ(listed("", Agent("$MATE")), 0);
  const rpc::CallOptions here = Boss("boss", {world_["$SHOP1"]});
  const rpc::CallOptions there = Boss("boss", {world_["$SHOP2"]});
  EXPECT_EQ(listed("", here), 1);
  EXPECT_EQ(listed("", there), 0);
  EXPECT_EQ(listed(R"(agent_id: "$AGENT")", there), 0);
  EXPECT_THAT(Do(&Ledger::GetConduct, name, there), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(Do(&Ledger::DecideConduct, name, there), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(Call(&Staffing::RecordConduct,
                   R"pb(shop_id: "$SHOP1"
                        agent_id: "$AGENT"
                        kind_id: "praise"
                        day { year: 2026 month: 1 day: 14 })pb",
                   there),
              HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_EQ(listed(R"(kind_id: "praise")", Boss()), 0);
  EXPECT_EQ(listed("state: CONDUCT_STATE_RECORDED shop_id: '$SHOP1'", Boss()), 1);
  EXPECT_EQ(listed("state: CONDUCT_STATE_DECIDED", Boss()), 0);
  EXPECT_EQ(listed(R"(period { start_date { year: 2026 month: 1 day: 15 }
                               end_date { year: 2026 month: 1 day: 15 } })",
                   Boss()),
            0);
}

TEST_F(ConductTest, AMonthAddsUpByKind) {
  ASSERT_OK_AND_ASSIGN(const v1::Conduct rude, Record("upheld_complaint", "terms { points: -20 }"));
  ASSERT_OK(Decide(rude, R"(reason: "从轻" terms { points: -5 })"));
  ASSERT_OK_AND_ASSIGN(const v1::Conduct good,
                       Record("special_contribution",
                              "terms { money { currency_code: 'CNY' minor_units: 20000 } "
                              "days_off: 1 }"));
  ASSERT_OK(Decide(good));
  ASSERT_OK(Record("upheld_complaint", "note: 'waits'"));
  const std::string ask = R"(agent_id: "$AGENT" month { year: 2026 month: 1 day: 31 })";
  ASSERT_OK_AND_ASSIGN(const auto score, Call(&Staffing::GetConductScore, ask, Agent("$AGENT")));
  EXPECT_THAT(score, EqualsProto(Parse<v1::GetConductScoreResponse>(Fill(R"(
                agent_id: "$AGENT"
                month { year: 2026 month: 1 day: 1 }
                tallies { kind_id: "special_contribution" counted: 1 days_off: 1
                          money { currency_code: "CNY" minor_units: 20000 } }
                tallies { kind_id: "upheld_complaint" counted: 1 pending: 1 points: -5 }
                total { counted: 2 pending: 1 points: -5 days_off: 1
                        money { currency_code: "CNY" minor_units: 20000 } })"))));
  EXPECT_THAT(Call(&Staffing::GetConductScore, ask, Agent("$MATE")), HasReason("TIME_OF_OTHERS"));
  ASSERT_OK_AND_ASSIGN(const auto elsewhere,
                       Call(&Staffing::GetConductScore, ask + R"( shop_id: "$SHOP2")", Boss()));
  EXPECT_EQ(elsewhere.tallies_size(), 0);
}

}  // namespace
}  // namespace kefu::staffing
