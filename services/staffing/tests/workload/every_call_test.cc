// What holds for every call of WorkloadService alike.
#include "common/testing/every_call.h"
#include "services/staffing/tests/workload/workload_fixture.h"

namespace kefu::staffing {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

constexpr char kDays[] = R"(days { start_date { year: 2026 month: 1 day: 1 }
                                   end_date { year: 2026 month: 12 day: 31 } })";

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"ListArrivals", R"(shop_id: "$SHOP1" channel: CONTACT_CHANNEL_CHAT)", Other::kNotFound},
      {"SetCalendarDay",
       R"(calendar_day {
            day { year: 2026 month: 5 day: 1 }
            kind: CALENDAR_DAY_KIND_HOLIDAY
            name: "n~"
          })",
       Other::kUnrelated},
      {"ListCalendarDays", kDays, Other::kUnrelated},
      {"SetCampaign",
       R"(campaign {
            code: "618"
            name: "n~"
            first_date { year: 2026 month: 6 day: 1 }
            last_date { year: 2026 month: 6 day: 20 }
            uplift_bps: 20000
            shop_id: "$SHOP1"
          })",
       Other::kNotFound},
      {"ListCampaigns", fmt::format(R"(shop_id: "$SHOP1" {})", kDays), Other::kNotFound},
      {"SetStaffingPolicy",
       R"(policy {
            shop_id: "$SHOP1"
            channel: CONTACT_CHANNEL_CHAT
            effective_from { year: 2026 month: 1 day: 1 }
            targets { service_level_bps: 8000 answer_seconds: 2~}
            default_handle_seconds: 200
            history_days: 100
            half_life_days: 7
            band_bps: 8000
          })",
       Other::kNotFound},
      {"GetStaffingPolicy", R"(shop_id: "$SHOP1" channel: CONTACT_CHANNEL_CHAT)", Other::kNotFound},
  };
  return rows;
}

class WorkloadCallsTest : public WorkloadTest {
 protected:
  using WorkloadTest::WorkloadTest;
  void FreshWorld() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
  }

  const EveryCall calls_{"kefu.staffing.v1.WorkloadService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(WorkloadCallsTest, TheTableNamesEveryMethod) { calls_.CheckTable(Rows()); }

TEST_F(WorkloadCallsTest, EachSucceedsAndIsRefusedWhereItMustBe) {
  FreshWorld();
  for (const CallRow& row : Rows()) {
    EXPECT_OK(calls_.Do(row, As("org-a"))) << row.method;
    calls_.CheckStranger(row, As("org-b"));
    calls_.CheckEmptyRequest(row, As("org-a"));
    calls_.CheckRights(row, host_.AsService(), host_.As("org-a", {auth::Role::kAuditor}));
    calls_.CheckPages(row, As("org-a"));
    if (row.request.find("$SHOP1") == std::string::npos) continue;
    EXPECT_THAT(calls_.Do(row, As("org-a", {world_["$SHOP2"]})).status(),
                HasReason("SHOP_NOT_ALLOWED"))
        << row.method;
  }
  // What concerns all shops is not for a token of one.
  EXPECT_THAT(calls_.Do(Rows()[1], As("org-a", {world_["$SHOP1"]})).status(),
              HasReason("SHOP_NOT_ALLOWED"));
}

TEST_F(WorkloadCallsTest, AWriteIsToldAndReplayedAndItsIdNotReused) {
  for (const CallRow& row : Rows()) {
    if (!row.is_write()) continue;
    FreshWorld();
    const size_t before = EventTypes().size();
    calls_.CheckWrite(row, "id-1", As("org-a"), Db(), clock_);
    EXPECT_EQ(EventTypes().size(), before + 1) << row.method;
    EXPECT_THAT(calls_.Do(row, As("org-new")).status(),
                ::testing::AnyOf(HasReason("ORGANIZATION_NOT_REGISTERED"), HasReason("NOT_FOUND")))
        << row.method;
  }
}

// The only connection is held by the test, so that no call can be answered in time.
class WorkloadDeadlineTest : public WorkloadCallsTest {
 protected:
  WorkloadDeadlineTest() : WorkloadCallsTest(/*pool_size=*/1) {}
};

TEST_F(WorkloadDeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  FreshWorld();
  calls_.CheckDeadlines(Rows(), As("org-a"), *database_, Db());
}

}  // namespace
}  // namespace kefu::staffing
