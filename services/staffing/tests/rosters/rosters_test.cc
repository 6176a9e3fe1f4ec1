#include <atomic>
#include <thread>

#include "common/testing/every_call.h"
#include "kefu/staffing/v1/careers.grpc.pb.h"
#include "kefu/staffing/v1/rosters.grpc.pb.h"
#include "kefu/staffing/v1/training.grpc.pb.h"
#include "services/staffing/jobs/roster_job.h"
#include "services/staffing/tests/fixture.h"

namespace kefu::staffing {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EqualsProto;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Stub = v1::StaffingService::Stub;
using Rosters = v1::RosterService::Stub;

// Three agents, a shift from 9 to 17 and one need of two of them in its hours, for a week.
class RosterTest : public StaffingTest {
 protected:
  RosterTest() : rosters_(v1::RosterService::NewStub(host_.channel())) {}

  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    ASSERT_NO_FATAL_FAILURE(AddAgents());
  }

  void AddAgents() {
    for (const char* name : {"$A1", "$A2", "$A3"}) {
      ASSERT_OK_AND_ASSIGN(const v1::Agent agent,
                           Call(&Stub::CreateAgent, R"pb(agent {
                                                           display_name: "小王"
                                                           employment: EMPLOYMENT_OWN
                                                           hire_date { year: 2025 month: 6 day: 1 }
                                                         })pb"));
      world_[name] = agent.agent_id();
    }
  }

  static std::string Need(int agents) {
    std::string need;
    for (int slot = 0; slot < 336; ++slot) {
      const int of_day = slot % 48;
      need += fmt::format("{}{}", slot == 0 ? "" : ",", of_day >= 18 && of_day < 34 ? agents : 0);
    }
    return need;
  }
  // `more` adds to the order.
  static std::string Order(int agents, std::string_view more = "") {
    std::string people;
    for (const char* name : {"$A1", "$A2", "$A3"}) {
      people += fmt::format(R"(agents {{ agent_id: "{}" skill_ids: "chat" contract_minutes: 2400
                                        cost_minor_units_per_hour: 3000 }} )",
                            name);
    }
    return fmt::format(
        R"(order {{
             display_name: "一月" first_date {{ year: 2026 month: 1 day: 19 }} weeks: 1
             skills {{ skill_id: "chat" uncovered_minor_units: 9000 agents_needed: [{}] }}
             shift_templates {{ shift_template_id: "day" start_minute: 540 length_minutes: 480 }}
             {} max_day_programmes: 3 {} }})",
        Need(agents), people, more);
  }

  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (Rosters::*method)(grpc::ClientContext*, const Request&,
                                                              Response*),
                              const std::string& text, std::string_view org = "org-a") {
    return rpc::Call(*rosters_, method, Parse<Request>(Fill(text)), As(org));
  }

  void OrderRoster(int agents, std::string_view more = "") {
    ASSERT_OK_AND_ASSIGN(const v1::Roster roster, Call(&Stub::PlanRoster, Order(agents, more)));
    EXPECT_EQ(roster.state(), v1::ROSTER_STATE_QUEUED);
    EXPECT_EQ(roster.currency_code(), "CNY");
    world_["$ROSTER"] = roster.roster_id();
  }
  v1::Roster Read() {
    auto roster = Do(&Rosters::GetRoster, R"(roster_id: "$ROSTER")");
    EXPECT_OK(roster);
    return *roster;
  }
  RosterJob MakeJob(std::string owner) {
    return RosterJob({*database_, ids_, [] {}}, clock_, {.owner = std::move(owner)});
  }
  bool Plan() {
    RosterJob job = MakeJob("one");
    const auto planned = job.RunOnce();
    EXPECT_OK(planned);
    return *planned;
  }

  std::unique_ptr<Rosters> rosters_;
};

// $A1 has the skill as an agent, $A2 for good, $A3 only until the roster's last day but one.
TEST_F(RosterTest, WhoIsNamedWithoutSkillsHasThoseOnRecord) {
  ASSERT_OK_AND_ASSIGN(const auto agent, Call(&Stub::GetAgent, R"(agent_id: "$A1")"));
  ASSERT_OK(
      Call(&Stub::UpdateAgent,
           fmt::format(R"(agent {{ agent_id: "$A1" skills: "typing" skills: "other" etag: "{}" }}
                                update_mask {{ paths: "skills" }})",
                       agent.etag())));
  const auto training = v1::TrainingService::NewStub(host_.channel());
  for (const char* skill :
       {R"(agent_id: "$A2")", R"(agent_id: "$A3" until_date { year: 2026 month: 1 day: 24 })"}) {
    ASSERT_OK(rpc::Call(*training, &v1::TrainingService::Stub::GrantSkill,
                        Parse<v1::GrantSkillRequest>(Fill(fmt::format(
                            R"(skill {{ skill_id: "typing" level: 1 {}
                                        from_date {{ year: 2026 month: 1 day: 19 }} }})",
                            skill))),
                        As("org-a")));
  }
  std::string order = Order(1);
  for (const auto& [from, to] :
       {std::pair("skill_ids: \"chat\" ", ""), {"\"chat\"", "\"typing\""}}) {
    for (size_t at; (at = order.find(from)) != std::string::npos;) {
      order.replace(at, std::string_view(from).size(), to);
    }
  }
  ASSERT_OK(Call(&Stub::PlanRoster, order));
  static constexpr db::Sql kOrder{"SELECT order_body FROM roster"};
  ASSERT_OK_AND_ASSIGN(const auto rows, Db().db().Read(absl::InfiniteFuture(), kOrder));
  v1::RosterOrder kept;
  ASSERT_TRUE(kept.ParseFromString(rows.front().Str(0)));
  ASSERT_THAT(kept.agents(), SizeIs(3));
  EXPECT_THAT(kept.agents(0).skill_ids(), ElementsAre("typing"));
  EXPECT_THAT(kept.agents(1).skill_ids(), ElementsAre("typing"));
  EXPECT_THAT(kept.agents(2).skill_ids(), IsEmpty());
}

TEST_F(RosterTest, PlansWhatWasOrdered) {
  ASSERT_NO_FATAL_FAILURE(OrderRoster(3));
  EXPECT_THAT(Do(&Rosters::ListRosterShifts, R"(roster_id: "$ROSTER")"),
              HasReason("ROSTER_NOT_PLANNED"));
  EXPECT_TRUE(Plan());
  EXPECT_FALSE(Plan());
  const v1::Roster roster = Read();
  EXPECT_EQ(roster.state(), v1::ROSTER_STATE_READY) << roster.failure();
  // Each can work five days of 8 hours: six days are short of agents, in 21 − 15 shifts.
  EXPECT_EQ(roster.outcome().shifts(), 15);
  EXPECT_EQ(roster.outcome().needed_half_hours(), 21 * 16);
  EXPECT_EQ(roster.outcome().uncovered_half_hours(), 6 * 16);
  EXPECT_EQ(roster.outcome().cost().pay_minor_units(), 15 * 24'000);
  EXPECT_EQ(roster.outcome().cost().uncovered_minor_units(), 6 * 16 * 9'000);
  EXPECT_EQ(roster.cost_minor_units(), roster.outcome().cost().total_minor_units());
  EXPECT_LE(roster.bound_minor_units(), roster.cost_minor_units());
  int64_t listed = 0;
  for (const v1::RosterUncovered& gap : roster.outcome().uncovered()) {
    EXPECT_EQ(gap.start_minute(), 540);
    EXPECT_EQ(gap.end_minute(), 1020);
    listed += gap.missing() * (gap.end_minute() - gap.start_minute()) / 30;
  }
  EXPECT_EQ(listed, 6 * 16);
  ASSERT_OK_AND_ASSIGN(const auto shifts,
                       Do(&Rosters::ListRosterShifts, R"(roster_id: "$ROSTER")"));
  EXPECT_EQ(shifts.shifts_size(), 15);
  EXPECT_THAT(EventTypes(), ::testing::Contains("RosterChanged").Times(2));
}

TEST_F(RosterTest, ListsShiftsByPages) {
  ASSERT_NO_FATAL_FAILURE(OrderRoster(3));
  ASSERT_TRUE(Plan());
  std::set<std::string> seen;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto page,
        Do(&Rosters::ListRosterShifts,
           fmt::format(R"(roster_id: "$ROSTER" page_size: 4 page_token: "{}")", token)));
    EXPECT_LE(page.shifts_size(), 4);
    for (const v1::RosterShift& shift : page.shifts()) {
      EXPECT_TRUE(seen.insert(fmt::format("{} {}", shift.date().day(), shift.agent_id())).second);
      EXPECT_EQ(shift.end_minute(), 1020);
    }
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(seen, SizeIs(15));
  ASSERT_OK_AND_ASSIGN(const auto own,
                       Do(&Rosters::ListRosterShifts, R"(roster_id: "$ROSTER" agent_id: "$A1")"));
  EXPECT_EQ(own.shifts_size(), 5);
}

TEST_F(RosterTest, NamesEveryFaultOfAnOrder) {
  const auto refused = Call(&Stub::PlanRoster, R"pb(
    order {
      first_date { year: 2026 month: 1 day: 19 }
      weeks: 1
      time_limit_seconds: 9999
      skills { agents_needed: [ 1, 1 ] }
      shift_templates { shift_template_id: "long" start_minute: 540 length_minutes: 1500 }
      agents { agent_id: "$A1" skill_ids: "none" contract_minutes: 2400 }
      fixed_shifts {
        agent_id: "$A1"
        date { year: 2026 month: 5 day: 1 }
        shift_template_id: "long"
      }
      seat_offers { seat_offer_id: "o" seats: 0 }
    })pb");
  EXPECT_THAT(refused, HasReason("INVALID_FIELDS"));
  const auto details = GetDetail<google::rpc::BadRequest>(refused.status());
  ASSERT_TRUE(details);
  std::set<std::string> fields;
  for (const auto& fault : details->field_violations()) fields.insert(fault.field());
  EXPECT_THAT(
      fields,
      ElementsAre("order.agents[0].skill_ids", "order.display_name", "order.seat_offers[0].seats",
                  "order.seat_offers[0].skill_ids", "order.shift_templates[0].length_minutes",
                  "order.skills[0].agents_needed", "order.skills[0].skill_id",
                  "order.skills[0].uncovered_minor_units", "order.time_limit_seconds"));
  const auto overlapping = Call(&Stub::PlanRoster, Order(1, R"pb(
    fixed_shifts {
      agent_id: "$A1"
      date { year: 2026 month: 1 day: 20 }
      shift_template_id: "day"
    }
    fixed_shifts {
      agent_id: "$A1"
      date { year: 2026 month: 1 day: 20 }
      shift_template_id: "day"
    })pb"));
  EXPECT_THAT(std::string(overlapping.status().message()), HasSubstr("overlap"));
  // Another organization's agents are not there.
  EXPECT_THAT(Call(&Stub::PlanRoster, Order(1), As("org-b")),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RosterTest, APublishedRosterIsSupersededByItsReplan) {
  ASSERT_NO_FATAL_FAILURE(OrderRoster(2));
  EXPECT_THAT(Do(&Rosters::PublishRoster, R"(roster_id: "$ROSTER")"),
              HasReason("ROSTER_NOT_PLANNED"));
  ASSERT_TRUE(Plan());
  EXPECT_THAT(Do(&Rosters::PublishRoster, R"(roster_id: "$ROSTER" etag: "old")"),
              HasReason("ETAG_MISMATCH"));
  ASSERT_OK(Do(&Rosters::PublishRoster, R"(roster_id: "$ROSTER")"));
  EXPECT_THAT(Do(&Rosters::PublishRoster, R"(roster_id: "$ROSTER")"),
              HasReason("ROSTER_NOT_PLANNED"));
  EXPECT_EQ(Read().outcome().uncovered_half_hours(), 0);
  ASSERT_OK_AND_ASSIGN(const auto shifts,
                       Do(&Rosters::ListRosterShifts, R"(roster_id: "$ROSTER")"));
  world_["$SICK"] = shifts.shifts(0).agent_id();
  constexpr char kAbsence[] = R"pb(
    roster_id: "$ROSTER"
    request_id: "sick-call"
    absences {
      agent_id: "$SICK"
      dates {
        start_date { year: 2026 month: 1 day: 19 }
        end_date { year: 2026 month: 1 day: 19 }
      }
    })pb";
  ASSERT_OK_AND_ASSIGN(const v1::Roster replan, Do(&Rosters::ReplanRoster, kAbsence));
  EXPECT_EQ(replan.state(), v1::ROSTER_STATE_READY);
  EXPECT_EQ(replan.replans_roster_id(), world_["$ROSTER"]);
  EXPECT_LE(replan.outcome().changes_size(), 5);
  ASSERT_GE(replan.outcome().changes_size(), 1);
  EXPECT_EQ(Read().state(), v1::ROSTER_STATE_PUBLISHED);
  ASSERT_OK(Do(&Rosters::PublishRoster, fmt::format(R"(roster_id: "{}")", replan.roster_id())));
  EXPECT_EQ(Read().state(), v1::ROSTER_STATE_SUPERSEDED);
  // Who did not get the answer asks again, and gets the first one.
  ASSERT_OK_AND_ASSIGN(const v1::Roster again, Do(&Rosters::ReplanRoster, kAbsence));
  EXPECT_THAT(again, EqualsProto(replan));
  EXPECT_THAT(Do(&Rosters::ReplanRoster, R"pb(
                roster_id: "$ROSTER"
                absences {
                  agent_id: "$A1"
                  dates {
                    start_date { year: 2026 month: 1 day: 19 }
                    end_date { year: 2026 month: 1 day: 19 }
                  }
                })pb"),
              HasReason("ROSTER_NOT_PLANNED"));
}

TEST_F(RosterTest, NobodyIsPublishedTwiceForADay) {
  ASSERT_NO_FATAL_FAILURE(OrderRoster(2));
  ASSERT_TRUE(Plan());
  const std::string first = world_["$ROSTER"];
  ASSERT_NO_FATAL_FAILURE(OrderRoster(2));
  ASSERT_TRUE(Plan());
  const std::string second = world_["$ROSTER"];
  std::atomic<int> published = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&, i] {
      const auto done = Do(&Rosters::PublishRoster,
                           fmt::format(R"(roster_id: "{}")", i % 2 == 0 ? first : second));
      published += done.ok() ? 1 : 0;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(published, 1);
  const bool first_holds = [&] {
    world_["$ROSTER"] = first;
    return Read().state() == v1::ROSTER_STATE_PUBLISHED;
  }();
  EXPECT_THAT(
      Do(&Rosters::PublishRoster, fmt::format(R"(roster_id: "{}")", first_holds ? second : first)),
      HasReason("ROSTER_CONFLICT"));
}

TEST_F(RosterTest, AReplanOfAReplanTakesThePlaceOfTheOneThatHolds) {
  ASSERT_NO_FATAL_FAILURE(OrderRoster(1));
  ASSERT_TRUE(Plan());
  ASSERT_OK(Do(&Rosters::PublishRoster, R"(roster_id: "$ROSTER")"));
  const auto replan = [&](const std::string& roster, const char* agent) {
    auto made = Do(&Rosters::ReplanRoster,
                   fmt::format(R"(roster_id: "{}" absences {{ agent_id: "{}" dates {{
                                    start_date {{ year: 2026 month: 1 day: 19 }}
                                    end_date {{ year: 2026 month: 1 day: 19 }} }} }})",
                               roster, agent));
    EXPECT_OK(made);
    return made.ok() ? made->roster_id() : "";
  };
  const std::string holder = world_["$ROSTER"];
  const std::string next = replan(holder, "$A1"), last = replan(next, "$A2");
  const std::string aside = replan(holder, "$A3");
  ASSERT_OK(Do(&Rosters::PublishRoster, fmt::format(R"(roster_id: "{}")", last)));
  EXPECT_EQ(Read().state(), v1::ROSTER_STATE_SUPERSEDED);
  for (const std::string& late : {aside, next}) {
    EXPECT_THAT(Do(&Rosters::PublishRoster, fmt::format(R"(roster_id: "{}")", late)),
                HasReason("ROSTER_CONFLICT"));
  }
}

TEST_F(RosterTest, IsNotForWhoeverIsConfinedToAShop) {
  ASSERT_NO_FATAL_FAILURE(OrderRoster(1));
  const rpc::CallOptions confined{
      .token = host_.tokens().Token("org-a", {auth::Role::kShopManager}, {world_["$SHOP2"]})};
  EXPECT_THAT(Call(&Stub::PlanRoster, Order(1), confined), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(rpc::Call(*rosters_, &Rosters::GetRoster,
                        Parse<v1::GetRosterRequest>(Fill(R"(roster_id: "$ROSTER")")), confined),
              HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(rpc::Call(*rosters_, &Rosters::ListRosters, v1::ListRostersRequest(), confined),
              HasReason("SHOP_NOT_ALLOWED"));
}

TEST_F(RosterTest, WhatIsTooMuchIsNamed) {
  std::string offers;
  for (int i = 0; i < 33; ++i) {
    offers +=
        fmt::format(R"(seat_offers {{ seat_offer_id: "o{}" skill_ids: "chat" seats: 1 }} )", i);
  }
  EXPECT_THAT(Call(&Stub::PlanRoster, Order(1, offers)), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Call(&Stub::PlanRoster,
                   Order(1, R"(seat_offers { seat_offer_id: "o" skill_ids: "chat" seats: 1001 })")),
              HasReason("INVALID_FIELDS"));
  // A second shift of somebody's on a day of the history.
  EXPECT_THAT(
      Call(&Stub::PlanRoster, Order(1, R"(fixed_shifts { agent_id: "$A1" shift_template_id: "day"
                                      date { year: 2026 month: 1 day: 18 } }
                       fixed_shifts { agent_id: "$A1" shift_template_id: "day"
                                      date { year: 2026 month: 1 day: 18 } })")),
      HasReason("INVALID_FIELDS"));
}

TEST_F(RosterTest, AFixedMeetingOfNoHalfHourIsKept) {
  ASSERT_NO_FATAL_FAILURE(
      OrderRoster(1, R"(shift_templates { shift_template_id: "talk" start_minute: 545
                                          length_minutes: 30 }
                        fixed_shifts { agent_id: "$A1" shift_template_id: "talk"
                                       date { year: 2026 month: 1 day: 20 } })"));
  ASSERT_TRUE(Plan());
  EXPECT_EQ(Read().state(), v1::ROSTER_STATE_READY) << Read().failure();
  ASSERT_OK_AND_ASSIGN(const auto shifts,
                       Do(&Rosters::ListRosterShifts, R"(roster_id: "$ROSTER" agent_id: "$A1")"));
  EXPECT_TRUE(std::ranges::any_of(shifts.shifts(), [](const v1::RosterShift& shift) {
    return shift.shift_template_id() == "talk" && shift.date().day() == 20;
  }));
}

TEST_F(RosterTest, LeaveWithoutEndIsLeave) {
  std::string order = Order(1);
  const std::string with = R"(leave { start_date { year: 2026 month: 1 day: 1 }
                                      end_date { year: 9999 month: 12 day: 31 } } )";
  order.insert(order.find("contract_minutes"), with);  // of $A1, who comes first
  ASSERT_OK_AND_ASSIGN(const v1::Roster made, Call(&Stub::PlanRoster, order));
  world_["$ROSTER"] = made.roster_id();
  ASSERT_TRUE(Plan());
  ASSERT_OK_AND_ASSIGN(const auto shifts,
                       Do(&Rosters::ListRosterShifts, R"(roster_id: "$ROSTER" agent_id: "$A1")"));
  EXPECT_THAT(shifts.shifts(), IsEmpty());
}

// A process that claimed the roster and died.
class DeadPlannerTest : public RosterTest {
 protected:
  std::optional<store::Claimed> ClaimAs(std::string_view owner) {
    auto claimed = database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      return store::ClaimRoster(t, owner, clock_.Now(), clock_.Now() + absl::Seconds(30));
    });
    EXPECT_OK(claimed);
    return *claimed;
  }
};

TEST_F(DeadPlannerTest, AnotherTakesOverWhenTheLeaseHasRunOut) {
  ASSERT_NO_FATAL_FAILURE(OrderRoster(1));
  const auto dead = ClaimAs("dead");
  ASSERT_TRUE(dead);
  EXPECT_EQ(Read().state(), v1::ROSTER_STATE_RUNNING);
  EXPECT_FALSE(Plan());
  clock_.Advance(absl::Seconds(31));
  EXPECT_TRUE(Plan());
  EXPECT_EQ(Read().state(), v1::ROSTER_STATE_READY);
  // What the dead one would still write is not its own any more.
  const auto renewed = database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
    return store::RenewRoster(t, *dead, "dead", clock_.Now());
  });
  ASSERT_OK(renewed);
  EXPECT_FALSE(*renewed);
}

TEST_F(DeadPlannerTest, ARosterThatKillsItsPlannersFails) {
  ASSERT_NO_FATAL_FAILURE(OrderRoster(1));
  for (int attempt = 0; attempt < 3; ++attempt) {
    ASSERT_TRUE(ClaimAs("dead"));
    clock_.Advance(absl::Seconds(31));
  }
  EXPECT_TRUE(Plan());
  EXPECT_EQ(Read().state(), v1::ROSTER_STATE_FAILED);
  EXPECT_THAT(Read().failure(), HasSubstr("three times"));
}

TEST_F(DeadPlannerTest, APlannerThatStopsGivesItsRosterBack) {
  ASSERT_NO_FATAL_FAILURE(OrderRoster(1));
  for (int restart = 0; restart < 4; ++restart) {  // more than the attempts that it has
    RosterJob stopped = MakeJob("stopped");
    stopped.Stop();
    ASSERT_OK(stopped.RunOnce());
  }
  EXPECT_EQ(Read().state(), v1::ROSTER_STATE_QUEUED);
  EXPECT_TRUE(Plan());
  EXPECT_EQ(Read().state(), v1::ROSTER_STATE_READY);
}

class EveryRosterCallTest : public RosterTest {
 protected:
  void Fresh() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(SetUp());
    ASSERT_NO_FATAL_FAILURE(OrderRoster(2));
    ASSERT_TRUE(Plan());
  }
  static const std::vector<CallRow>& Rows() {
    static const auto& rows = *new std::vector<CallRow>{
        {"GetRoster", R"(roster_id: "$ROSTER")", Other::kNotFound},
        {"ListRosters", "", Other::kEmpty},
        {"ListRosterShifts", R"(roster_id: "$ROSTER")", Other::kNotFound},
        {"PublishRoster", "roster_id: \"$ROSTER\" # ~\n", Other::kNotFound},
        {"ReplanRoster",
         R"(roster_id: "$ROSTER" max_changed_shifts: ~
            absences { agent_id: "$A1"
                       dates { start_date { year: 2026 month: 1 day: 19 }
                               end_date { year: 2026 month: 1 day: 25 } } })",
         Other::kNotFound},
        {"GetRosterRules", "", Other::kUnrelated},
    };
    return rows;
  }

  const EveryCall every_{"kefu.staffing.v1.RosterService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(EveryRosterCallTest, HoldsWhatEveryCallMust) {
  every_.CheckTable(Rows());
  for (const CallRow& row : Rows()) {
    Fresh();
    every_.CheckStranger(row, As("org-b"));
    every_.CheckRights(row, host_.AsService());
    if (!row.request.empty()) every_.CheckEmptyRequest(row, As("org-a"));
    const size_t before = EventTypes().size();
    EXPECT_OK(every_.Do(row, As("org-a"))) << row.method;
    if (!row.is_write()) continue;
    EXPECT_GT(EventTypes().size(), before) << row.method;
    Fresh();
    every_.CheckReplay(row, "id-1", As("org-a"), Db(), clock_);
  }
}

TEST_F(EveryRosterCallTest, TheRulesNameTheirSources) {
  ASSERT_OK_AND_ASSIGN(const v1::RosterRules rules, Do(&Rosters::GetRosterRules, ""));
  EXPECT_EQ(rules.max_overtime_minutes(), 36 * 60);
  EXPECT_GE(rules.sources_size(), 15);
}

class AroundTest : public RosterTest {
 protected:
  std::set<std::pair<std::string, int>> Days() {
    auto listed = Do(&Rosters::ListRosterShifts, R"(roster_id: "$ROSTER")");
    EXPECT_OK(listed);
    std::set<std::pair<std::string, int>> days;
    for (const v1::RosterShift& shift : listed->shifts()) {
      for (const char* name : {"$A1", "$A2", "$A3"}) {
        if (shift.agent_id() == world_[name]) days.insert({name, shift.date().day()});
      }
    }
    return days;
  }
  void Away(const std::string& agent, int day) {
    const auto careers = v1::CareerService::NewStub(host_.channel());
    ASSERT_OK(rpc::Call(*careers, &v1::CareerService::Stub::RecordLeave,
                        Parse<v1::RecordLeaveRequest>(Fill(fmt::format(
                            R"(leave {{ agent_id: "{0}" kind: "sick"
                                  start_date {{ year: 2026 month: 1 day: {1} }}
                                  end_date {{ year: 2026 month: 1 day: {1} }} }})",
                            agent, day))),
                        As("org-a")));
  }
};

TEST_F(AroundTest, NobodyIsRosteredOnApprovedLeave) {
  ASSERT_NO_FATAL_FAILURE(Away("$A1", 21));
  ASSERT_NO_FATAL_FAILURE(OrderRoster(2));
  ASSERT_TRUE(Plan());
  EXPECT_FALSE(Days().contains({"$A1", 21}));
  EXPECT_TRUE(Days().contains({"$A2", 21}) && Days().contains({"$A3", 21}));
  ASSERT_OK(Do(&Rosters::PublishRoster, R"(roster_id: "$ROSTER")"));
  // Leave that was approved since bars from standing in for the sick.
  std::string free, working;
  for (const char* name : {"$A1", "$A2", "$A3"}) {
    (Days().contains({name, 22}) ? working : free) = name;
  }
  ASSERT_FALSE(free.empty());
  ASSERT_NO_FATAL_FAILURE(Away(free, 22));
  ASSERT_OK_AND_ASSIGN(const v1::Roster replan,
                       Do(&Rosters::ReplanRoster,
                          fmt::format(R"(roster_id: "$ROSTER" absences {{ agent_id: "{}" dates {{
                                           start_date {{ year: 2026 month: 1 day: 22 }}
                                           end_date {{ year: 2026 month: 1 day: 22 }} }} }})",
                                      working)));
  world_["$ROSTER"] = replan.roster_id();
  EXPECT_FALSE(Days().contains({free, 22}));
  EXPECT_GT(replan.outcome().uncovered_half_hours(), 0);
}

// Who worked six days until Sunday has Monday off, though the order does not tell of them.
TEST_F(AroundTest, ARosterFollowsTheOneBefore) {
  std::string fixed;
  for (int day = 13; day <= 18; ++day) {
    fixed += fmt::format(R"(fixed_shifts {{ agent_id: "$A1" shift_template_id: "day"
                              date {{ year: 2026 month: 1 day: {} }} }} )",
                         day);
  }
  const std::string rules = R"(rules { max_week_minutes: 2880 max_shift_minutes: 660
      min_rest_minutes: 660 normal_shift_minutes: 480 normal_week_minutes: 2400
      max_overtime_minutes: 2160 max_consecutive_days: 6 min_days_off_per_week: 1
      max_nights_in_row: 4 night_from_minute: 1320 night_to_minute: 1800 night_shift_minutes: 120 })";
  std::string before = Order(0, fixed + rules);
  before.replace(before.find("day: 19"), 7, "day: 12");
  ASSERT_OK_AND_ASSIGN(const v1::Roster first, Call(&Stub::PlanRoster, before));
  world_["$ROSTER"] = first.roster_id();
  ASSERT_TRUE(Plan());
  ASSERT_OK(Do(&Rosters::PublishRoster, R"(roster_id: "$ROSTER")"));
  ASSERT_NO_FATAL_FAILURE(OrderRoster(3));
  ASSERT_TRUE(Plan());
  EXPECT_FALSE(Days().contains({"$A1", 19})) << "it would be the seventh day";
  int later = 0;
  for (int day = 20; day <= 25; ++day) later += Days().contains({"$A1", day}) ? 1 : 0;
  EXPECT_EQ(later, 5);
}

}  // namespace
}  // namespace kefu::staffing
