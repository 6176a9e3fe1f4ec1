// What holds for every call of LeaveService, AttendanceService and ShiftService alike.
#include "common/testing/every_call.h"
#include "services/staffing/tests/time/time_fixture.h"

namespace kefu::staffing {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

constexpr char kDays[] = R"(dates { start_date { year: 2026 month: 1 day: 12 }
                                    end_date { year: 2026 month: 1 day: 13 } })";
constexpr char kDecember[] = "month { year: 2025 month: 12 day: 1 }";

std::vector<CallRow> LeaveRows() {
  return {
      {"SetLeaveKind", R"(kind { leave_kind: "volunteer" display_name: "n~" })", Other::kUnrelated},
      {"ListLeaveKinds", "", Other::kUnrelated},
      {"GrantLeave", R"(agent_id: "$AGENT" leave_kind: "annual" minutes: 1~ reason: "x")",
       Other::kNotFound},
      {"GetLeaveBalances", R"(agent_id: "$AGENT")", Other::kNotFound},
      {"RequestLeave", R"(agent_id: "$AGENT" leave_kind: "personal" reason: "n~"
                          dates { start_date { year: 2026 month: 2 day: 2 }
                                  end_date { year: 2026 month: 2 day: 3 } })",
       Other::kNotFound},
      {"DecideLeave", R"(leave_id: "$LEAVE" approve: true reason: "n~")", Other::kNotFound},
      {"CancelLeave", R"(leave_id: "$GONE" reason: "n~")", Other::kNotFound},
      {"GetLeave", R"(leave_id: "$LEAVE")", Other::kNotFound},
      {"ListLeaves", kDays, Other::kEmpty},
  };
}

std::vector<CallRow> AttendanceRows() {
  return {
      {"AddClockEvent",
       R"(agent_id: "$AGENT" kind: CLOCK_KIND_IN reason: "n~" event_time { seconds: 1768440000 })",
       Other::kNotFound},
      {"VoidClockEvent", R"(clock_event_id: "$CLOCK" reason: "n~")", Other::kNotFound},
      {"ListClockEvents", fmt::format(R"(agent_id: "$AGENT" {})", kDays), Other::kNotFound},
      {"GetAttendance", fmt::format(R"(agent_id: "$AGENT" {})", kDays), Other::kNotFound},
      {"CloseAttendanceMonth", "month { year: 2025 month: 11 day: 1 } # ~\n", Other::kUnrelated},
      {"GetAttendanceMonth", kDecember, Other::kNotFound},
      {"ListAttendanceSummaries", kDecember, Other::kNotFound},
      {"SetAttendancePolicy", "policy { late_grace_minutes: ~ overtime_unit_minutes: 30 }",
       Other::kUnrelated},
      {"GetAttendancePolicy", "", Other::kUnrelated},
  };
}

std::vector<CallRow> ShiftRows() {
  return {
      {"SetShiftTemplate",
       R"(shift_template {
            shift { shift_template_id: "day" start_minute: 540 length_minutes: 480 }
            display_name: "n~"
          })",
       Other::kUnrelated},
      {"ListShiftTemplates", "", Other::kUnrelated},
      {"OfferSwap",
       R"(roster_id: "$ROSTER" agent_id: "$AGENT" other_agent_id: "$MATE" reason: "n~"
          date { year: 2026 month: 1 day: 15 })",
       Other::kNotFound},
      {"AnswerSwap", "swap_id: \"$SWAP\" agree: true # ~\n", Other::kNotFound},
      {"DecideSwap", R"(swap_id: "$AGREED" approve: true reason: "n~")", Other::kNotFound},
      {"WithdrawSwap", "swap_id: \"$OTHERSWAP\" # ~\n", Other::kNotFound},
      {"ListSwaps", R"(roster_id: "$ROSTER")", Other::kEmpty},
  };
}

class TimeCallsTest : public TimeTest {
 protected:
  using TimeTest::TimeTest;
  void SetUp() override { Fresh(); }

  std::string Asked(int day) {
    auto leave =
        Do(&Leaves::RequestLeave, R"(agent_id: "$AGENT" leave_kind: "sick" )" + Dates(day, day));
    EXPECT_OK(leave);
    return leave->leave_id();
  }
  std::string Proposed(const std::string& dates) {
    auto swap = Do(&Shifts::OfferSwap, R"(roster_id: "$ROSTER" )" + dates);
    EXPECT_OK(swap);
    return swap->swap_id();
  }
  void Fresh() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakePeople());
    ASSERT_NO_FATAL_FAILURE(MakeRoster(780));  // today's shift is still to begin
    ASSERT_OK_AND_ASSIGN(const v1::ClockEvent clock, AddClock("$AGENT", "IN", 12, 540));
    world_["$CLOCK"] = clock.clock_event_id();
    ASSERT_OK(Do(&Clocks::CloseAttendanceMonth, kDecember));
    world_["$LEAVE"] = Asked(26);
    world_["$GONE"] = Asked(27);
    world_["$SWAP"] = Proposed(
        R"(agent_id: "$AGENT" other_agent_id: "$MATE" date { year: 2026 month: 1 day: 15 })");
    world_["$AGREED"] = Proposed(R"(agent_id: "$MATE" date { year: 2026 month: 1 day: 17 }
        other_agent_id: "$AGENT" other_date { year: 2026 month: 1 day: 15 })");
    world_["$OTHERSWAP"] = Proposed(R"(agent_id: "$MATE" date { year: 2026 month: 1 day: 18 }
        other_agent_id: "$AGENT" other_date { year: 2026 month: 1 day: 15 })");
    ASSERT_OK(Do(&Shifts::AnswerSwap, R"(swap_id: "$AGREED" agree: true)"));
  }

  EveryCall Calls(const std::string& service) {
    return {"kefu.staffing.v1." + service, host_.channel(),
            [this](std::string text) { return Fill(std::move(text)); }};
  }
  std::vector<std::pair<EveryCall, std::vector<CallRow>>> All() {
    std::vector<std::pair<EveryCall, std::vector<CallRow>>> all;
    all.emplace_back(Calls("LeaveService"), LeaveRows());
    all.emplace_back(Calls("AttendanceService"), AttendanceRows());
    all.emplace_back(Calls("ShiftService"), ShiftRows());
    return all;
  }
};

TEST_F(TimeCallsTest, TheTablesNameEveryMethod) {
  const auto all = All();
  for (const auto& [calls, rows] : all) calls.CheckTable(rows);
}

TEST_F(TimeCallsTest, EachSucceedsAndIsRefusedWhereItMustBe) {
  const auto all = All();
  for (const auto& [calls, rows] : all) {
    for (const CallRow& row : rows) {
      const bool has_a_must = row.method != "ListLeaves" && row.method != "ListSwaps";
      calls.CheckStranger(row, As("org-b"));
      if (!row.request.empty() && has_a_must) calls.CheckEmptyRequest(row, As("org-a"));
      calls.CheckRights(row, host_.AsService(), host_.As("org-a", {auth::Role::kAuditor}));
      calls.CheckPages(row, As("org-a"));
      EXPECT_OK(calls.Do(row, As("org-a"))) << row.method;
      if (row.method != "SetLeaveKind" && row.method != "SetShiftTemplate" &&
          row.method != "SetAttendancePolicy" && row.method != "CloseAttendanceMonth") {
        continue;
      }
      EXPECT_THAT(calls.Do(row, As("org-a", {world_["$SHOP1"]})).status(),
                  HasReason("SHOP_NOT_ALLOWED"))
          << row.method;
    }
  }
}

TEST_F(TimeCallsTest, AWriteIsToldAndReplayedAndItsIdNotReused) {
  const auto all = All();
  for (const auto& [calls, rows] : all) {
    for (const CallRow& row : rows) {
      if (!row.is_write()) continue;
      Fresh();
      const size_t before = EventTypes().size();
      calls.CheckWrite(row, "id-1", As("org-a"), Db(), clock_);
      EXPECT_GT(EventTypes().size(), before) << row.method;
    }
  }
}

// The only connection is held by the test, so that no call can be answered in time.
class TimeDeadlineTest : public TimeCallsTest {
 protected:
  TimeDeadlineTest() : TimeCallsTest(/*pool_size=*/1) {}
};

TEST_F(TimeDeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  const auto all = All();
  for (const auto& [calls, rows] : all) {
    calls.CheckDeadlines(rows, As("org-a"), *database_, Db());
  }
}

}  // namespace
}  // namespace kefu::staffing
