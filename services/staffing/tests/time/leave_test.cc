#include <atomic>
#include <thread>

#include "kefu/staffing/v1/careers.grpc.pb.h"
#include "services/staffing/tests/time/time_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::UnorderedElementsAre;

class LeaveTest : public TimeTest {
 protected:
  absl::StatusOr<v1::Leave> Ask(std::string_view agent, std::string_view kind,
                                const std::string& dates, std::string_view more = "") {
    return Do(&Leaves::RequestLeave,
              fmt::format(R"(agent_id: "{}" leave_kind: "{}" {} {})", agent, kind, dates, more));
  }
  absl::StatusOr<v1::LeaveBalance> Grant(int minutes) {
    return Do(&Leaves::GrantLeave,
              fmt::format(R"(agent_id: "$AGENT" leave_kind: "annual" minutes: {} reason: "2026")",
                          minutes));
  }
  absl::StatusOr<v1::Leave> Decide(const v1::Leave& leave, std::string_view how,
                                   const rpc::CallOptions& as) {
    return On(*leaves_, &Leaves::DecideLeave,
              fmt::format(R"(leave_id: "{}" {})", leave.leave_id(), how), as);
  }
  v1::LeaveBalance Annual() {
    auto read = Do(&Leaves::GetLeaveBalances, R"(agent_id: "$AGENT")");
    EXPECT_OK(read);
    for (const v1::LeaveBalance& balance : read->balances()) {
      if (balance.leave_kind() == "annual") return balance;
    }
    ADD_FAILURE() << "no balance of annual leave";
    return {};
  }
};

TEST_F(LeaveTest, IsTakenFromItsBalanceAndReturnsToIt) {
  ASSERT_OK(Grant(960));
  ASSERT_OK_AND_ASSIGN(const v1::Leave asked, Ask("$AGENT", "annual", Dates(19, 20)));
  EXPECT_EQ(asked.minutes(), 960);
  EXPECT_TRUE(asked.paid());
  EXPECT_EQ(Annual().requested_minutes(), 960);
  EXPECT_THAT(Ask("$AGENT", "annual", Dates(26, 26)), HasReason("LEAVE_BALANCE_SHORT"));
  EXPECT_THAT(Grant(-1), HasReason("LEAVE_BALANCE_SHORT"));
  EXPECT_THAT(Ask("$AGENT", "personal", Dates(20, 22)), HasReason("LEAVE_OVERLAP"));
  EXPECT_THAT(Decide(asked, "approve: true", AsLead("$AGENT")), HasReason("OWN_DECISION"));
  EXPECT_THAT(Decide(asked, R"(approve: true etag: "old")", AsLead("$LEAD")),
              HasReason("ETAG_MISMATCH"));
  EXPECT_THAT(Decide(asked, "", AsLead("$LEAD")), HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(const v1::Leave approved, Decide(asked, "approve: true", AsLead("$LEAD")));
  EXPECT_EQ(approved.state(), v1::LEAVE_STATE_APPROVED);
  EXPECT_EQ(Annual().approved_minutes(), 960);
  EXPECT_EQ(Annual().available_minutes(), 0);
  EXPECT_THAT(Decide(asked, R"(reason: "no")", AsLead("$LEAD")), HasReason("LEAVE_STATE"));
  const std::string cancel = fmt::format(R"(leave_id: "{}")", asked.leave_id());
  EXPECT_THAT(On(*leaves_, &Leaves::CancelLeave, cancel, AsAgent("org-a", world_["$MATE"])),
              HasReason("TIME_OF_OTHERS"));
  clock_.Advance(absl::Hours(24 * 4));
  EXPECT_THAT(On(*leaves_, &Leaves::CancelLeave, cancel, AsAgent("org-a", world_["$AGENT"])),
              HasReason("LEAVE_BEGUN"));
  ASSERT_OK(On(*leaves_, &Leaves::CancelLeave, cancel, AsLead("$LEAD")));
  EXPECT_EQ(Annual().available_minutes(), 960);
  EXPECT_THAT(On(*leaves_, &Leaves::CancelLeave, cancel, AsLead("$LEAD")),
              HasReason("LEAVE_STATE"));
}

TEST_F(LeaveTest, CountsWorkdaysOfTheCalendar) {
  // Saturday, 14 February 2026, is a make-up workday, and from the 15th on it is Spring Festival.
  ASSERT_OK_AND_ASSIGN(const v1::Leave made_up,
                       Ask("$AGENT", "personal", Dates(13, 16, "dates", 2)));
  EXPECT_EQ(made_up.minutes(), 960);
  EXPECT_FALSE(made_up.paid());
  ASSERT_OK_AND_ASSIGN(const v1::Leave part,
                       Ask("$AGENT", "sick", Dates(20, 20), "from_minute: 540 to_minute: 660"));
  EXPECT_EQ(part.minutes(), 120);
  ASSERT_OK(Ask("$AGENT", "sick", Dates(20, 20), "from_minute: 660 to_minute: 720"));
  ASSERT_OK_AND_ASSIGN(const v1::Leave told, Ask("$AGENT", "sick", Dates(21, 21), "minutes: 60"));
  EXPECT_EQ(told.minutes(), 60);
}

TEST_F(LeaveTest, OfManyAtOnceTheBalancePaysForOne) {
  ASSERT_OK(Grant(480));
  std::atomic<int> granted = 0, refused = 0;
  {
    std::vector<std::jthread> callers;
    for (int day = 1; day <= 8; ++day) {
      callers.emplace_back([&, day] {
        const auto asked = Ask("$AGENT", "annual", Dates(day, day, "dates", 4), "minutes: 480");
        if (asked.ok()) ++granted;
        if (ReasonOf(asked.status()) == "LEAVE_BALANCE_SHORT") ++refused;
      });
    }
  }
  EXPECT_EQ(granted, 1);
  EXPECT_EQ(refused, 7);
}

TEST_F(LeaveTest, KindsAreData) {
  EXPECT_THAT(Ask("$AGENT", "volunteer", Dates(19, 19)), HasReason("LEAVE_KIND_UNKNOWN"));
  ASSERT_OK(Do(&Leaves::SetLeaveKind,
               R"(kind { leave_kind: "volunteer" display_name: "志愿" paid: true })"));
  ASSERT_OK_AND_ASSIGN(const v1::Leave leave, Ask("$AGENT", "volunteer", Dates(19, 19)));
  ASSERT_OK(Do(&Leaves::SetLeaveKind,
               R"(kind { leave_kind: "volunteer" display_name: "志愿" archived: true })"));
  EXPECT_THAT(Ask("$AGENT", "volunteer", Dates(20, 20)), HasReason("LEAVE_KIND_UNKNOWN"));
  EXPECT_THAT(
      Do(&Leaves::GrantLeave, R"(agent_id: "$AGENT" leave_kind: "sick" minutes: 1 reason: "x")"),
      HasReason("LEAVE_WITHOUT_BALANCE"));
  // Who asked before keeps what held then.
  ASSERT_OK_AND_ASSIGN(const auto read,
                       Do(&Leaves::GetLeave, fmt::format(R"(leave_id: "{}")", leave.leave_id())));
  EXPECT_TRUE(read.paid());
  ASSERT_OK_AND_ASSIGN(const auto kinds, Do(&Leaves::ListLeaveKinds, ""));
  EXPECT_EQ(kinds.kinds_size(), 9);
}

TEST_F(LeaveTest, TokensOfAShopReachItsTeams) {
  ASSERT_OK_AND_ASSIGN(const v1::Leave asked, Ask("$MATE", "personal", Dates(19, 19)));
  const std::string id = fmt::format(R"(leave_id: "{}")", asked.leave_id());
  const rpc::CallOptions own = As("org-a", {world_["$SHOP1"]});
  const rpc::CallOptions other = As("org-a", {world_["$SHOP2"]});
  ASSERT_OK(On(*leaves_, &Leaves::GetLeave, id, own));
  for (const absl::Status& denied :
       {On(*leaves_, &Leaves::GetLeave, id, other).status(),
        On(*leaves_, &Leaves::CancelLeave, id, other).status(),
        On(*leaves_, &Leaves::ListLeaves, R"(agent_id: "$MATE")", other).status(),
        On(*leaves_, &Leaves::GetLeaveBalances, R"(agent_id: "$MATE")", other).status(),
        Decide(asked, "approve: true", other).status(),
        On(*clocks_, &Clocks::GetAttendance, R"(agent_id: "$MATE" )" + Dates(1, 2), other).status(),
        Call(&Staffing::ClockIn, R"(agent_id: "$MATE")", other).status()}) {
    EXPECT_THAT(denied, HasReason("SHOP_NOT_ALLOWED"));
  }
  EXPECT_THAT(On(*leaves_, &Leaves::ListLeaves, "", own), HasReason("TIME_OF_OTHERS"));
  ASSERT_OK(Decide(asked, "approve: true", own));
}

// What is recorded without a request stands beside what was requested.
TEST_F(LeaveTest, OneBookOfLeaveForTenureAndAttendance) {
  const auto careers = v1::CareerService::NewStub(host_.channel());
  const auto record = [&](std::string_view what) {
    return On(*careers, &v1::CareerService::Stub::RecordLeave,
              fmt::format(R"(leave {{ agent_id: "$AGENT" {} }})", what), As("org-a"));
  };
  const auto end = [&](const v1::Leave& leave, int day) {
    return On(*careers, &v1::CareerService::Stub::EndLeave,
              fmt::format(R"(leave_id: "{}" end_date {{ year: 2026 month: 1 day: {} }})",
                          leave.leave_id(), day),
              As("org-a"));
  };
  const std::string from = R"(start_date { year: 2026 month: 1 day: 20 })";
  ASSERT_OK_AND_ASSIGN(const v1::Leave asked, Ask("$AGENT", "sick", Dates(21, 22)));
  EXPECT_THAT(record(R"(kind: "maternity" )" + from), HasReason("LEAVE_OVERLAP"));
  ASSERT_OK(Decide(asked, R"(reason: "no")", AsLead("$LEAD")));
  EXPECT_THAT(record(R"(kind: "annual" )" + from), HasReason("LEAVE_WITH_BALANCE"));
  EXPECT_THAT(record(R"(kind: "unheard" )" + from), HasReason("LEAVE_KIND_UNKNOWN"));
  ASSERT_OK_AND_ASSIGN(const v1::Leave open, record(R"(kind: "maternity" )" + from));
  EXPECT_EQ(open.state(), v1::LEAVE_STATE_APPROVED);
  EXPECT_TRUE(open.paid());
  EXPECT_FALSE(open.has_end_date());
  EXPECT_THAT(Ask("$AGENT", "personal", Dates(27, 27)), HasReason("LEAVE_OVERLAP"));
  ASSERT_OK_AND_ASSIGN(const v1::Leave ended, end(open, 22));
  EXPECT_EQ(ended.end_date().day(), 22);
  // A sick leave that was asked for and approved counts for tenure, and ends earlier when it does.
  ASSERT_OK_AND_ASSIGN(const v1::Leave sick, Ask("$AGENT", "sick", Dates(15, 19)));
  EXPECT_THAT(end(sick, 16), HasReason("LEAVE_STATE"));
  ASSERT_OK(Decide(sick, "approve: true", AsLead("$LEAD")));
  const auto state = [&] {
    auto agent = Call(&Staffing::GetAgent, R"(agent_id: "$AGENT")");
    EXPECT_OK(agent);
    return agent->state();
  };
  EXPECT_EQ(state(), v1::AGENT_STATE_ON_LEAVE);
  ASSERT_OK(end(sick, 16));
  ASSERT_OK_AND_ASSIGN(const auto known, On(*careers, &v1::CareerService::Stub::ListEmployments,
                                            R"(agent_id: "$AGENT")", As("org-a")));
  ASSERT_EQ(known.leaves_size(), 2);
  EXPECT_EQ(known.leaves(0).end_date().day(), 16);
  EXPECT_EQ(known.leaves(1).kind(), "maternity");
  ASSERT_OK(On(*leaves_, &Leaves::CancelLeave, fmt::format(R"(leave_id: "{}")", sick.leave_id()),
               AsLead("$LEAD")));
  EXPECT_EQ(state(), v1::AGENT_STATE_ACTIVE);
}

TEST_F(LeaveTest, AgentsSeeTheirOwn) {
  ASSERT_OK(Ask("$AGENT", "personal", Dates(19, 19)));
  ASSERT_OK_AND_ASSIGN(const v1::Leave others, Ask("$MATE", "personal", Dates(19, 19)));
  const rpc::CallOptions agent = AsAgent("org-a", world_["$AGENT"]);
  ASSERT_OK_AND_ASSIGN(const auto own, On(*leaves_, &Leaves::ListLeaves, "", agent));
  ASSERT_EQ(own.leaves_size(), 1);
  EXPECT_EQ(own.leaves(0).agent_id(), world_["$AGENT"]);
  EXPECT_THAT(
      On(*leaves_, &Leaves::GetLeave, fmt::format(R"(leave_id: "{}")", others.leave_id()), agent),
      HasReason("TIME_OF_OTHERS"));
  EXPECT_THAT(On(*leaves_, &Leaves::GetLeaveBalances, R"(agent_id: "$MATE")", agent),
              HasReason("TIME_OF_OTHERS"));
  EXPECT_THAT(On(*leaves_, &Leaves::RequestLeave,
                 R"(agent_id: "$MATE" leave_kind: "sick" )" + Dates(20, 20), agent),
              HasReason("TIME_OF_OTHERS"));
  ASSERT_OK_AND_ASSIGN(const auto all,
                       Do(&Leaves::ListLeaves, "state: LEAVE_STATE_REQUESTED " + Dates(1, 31)));
  EXPECT_EQ(all.leaves_size(), 2);
  ASSERT_OK_AND_ASSIGN(const auto none, Do(&Leaves::ListLeaves, Dates(20, 31)));
  EXPECT_EQ(none.leaves_size(), 0);
}

TEST_F(LeaveTest, NamesEveryFault) {
  const auto refused = Do(&Leaves::RequestLeave, R"(leave_kind: "Sick!" from_minute: 5 minutes: 9999
                                                    )" +
                                                     Dates(20, 21));
  EXPECT_THAT(FieldsOf(refused.status()),
              UnorderedElementsAre("agent_id", "leave_kind", "from_minute", "minutes"));
  EXPECT_THAT(Ask("$AGENT", "sick", Dates(20, 21), "to_minute: 60"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Ask("nobody", "sick", Dates(20, 21)), HasReason("NOT_FOUND"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM agent_leave"), 0);
}

}  // namespace
}  // namespace kefu::staffing
