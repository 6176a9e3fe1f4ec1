// What holds for every call of SlaPolicyService and CaseClockService alike, walked by descriptor.
#include "common/testing/every_call.h"
#include "services/aftersales/tests/sla/sla_fixture.h"

namespace kefu::aftersales {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;
using ::testing::AnyOf;

const std::vector<CallRow>& PolicyRows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"SetSlaPolicy",
       R"(policy { display_name: "n~" rules { clock: CLOCK_KIND_FIRST_ANSWER duration_seconds: 60 } })",
       Other::kUnrelated},
      {"GetSlaPolicy", R"(policy_id: "$POLICY")", Other::kNotFound},
      {"ListSlaPolicies", R"(policy_id: "$POLICY")", Other::kEmpty},
  };
  return rows;
}
const std::vector<CallRow>& ClockRows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"RecordCustomerMessage", R"(case_id: "$OPEN" message: "n~")", Other::kNotFound},
  };
  return rows;
}

class SlaCallsTest : public SlaTest {
 protected:
  using SlaTest::SlaTest;
  void FreshWorld() {
    Fresh();
    names_.clear();
    Open("$OPEN");
    names_["$POLICY"] = Set("platform: 'JD' " + Rule("FIRST_ANSWER", 1)).policy_id();
  }
  EveryCall Calls(const std::string& service) {
    return {"kefu.aftersales.v1." + service, host_.channel(),
            [this](std::string text) { return Fill(std::move(text)); }};
  }
  template <class F>
  void ForAll(F f) {
    for (const CallRow& row : PolicyRows()) f(policy_calls_, row);
    for (const CallRow& row : ClockRows()) f(clock_calls_, row);
  }
  rpc::CallOptions AsBase(std::string_view shop) {
    return host_.AsBase("base-1", {auth::Role::kBaseManager, auth::Role::kAgent},
                        {{"org-a", std::string(shop), "contract-1", absl::CivilDay(2026, 1, 1),
                          absl::CivilDay(2026, 12, 31)}});
  }

  const EveryCall policy_calls_ = Calls("SlaPolicyService");
  const EveryCall clock_calls_ = Calls("CaseClockService");
};

TEST_F(SlaCallsTest, TheTablesNameEveryMethod) {
  policy_calls_.CheckTable(PolicyRows());
  clock_calls_.CheckTable(ClockRows());
}

TEST_F(SlaCallsTest, WorkForTheirOrganizationAndShowNothingToAnother) {
  ForAll([&](const EveryCall& calls, const CallRow& row) {
    FreshWorld();
    EXPECT_OK(calls.Do(row, As("org-a"))) << row.method;
    calls.CheckStranger(row, As("org-b"));
    calls.CheckRights(row, host_.AsService());
    calls.CheckPages(row, As("org-a"));
    if (row.method != "ListSlaPolicies" && row.method != "GetSlaPolicy") {
      calls.CheckEmptyRequest(row, As("org-a"));
    }
    if (!row.is_write()) return;
    FreshWorld();
    calls.CheckWrite(row, "id-1", As("org-a"), Db(), clock_);
  });
}

TEST_F(SlaCallsTest, AConfinedTokenReachesItsCasesAndWritesNoPolicy) {
  FreshWorld();
  EXPECT_THAT(policy_calls_.Do(PolicyRows()[0], As("org-a", {"shop-1"})).status(),
              HasReason("PERMISSION_DENIED"));
  EXPECT_OK(policy_calls_.Do(PolicyRows()[1], As("org-a", {"shop-1"})));
  for (const CallRow& row : ClockRows()) {
    FreshWorld();
    const auto request = clock_calls_.Request(row, "1", "id-1");
    ASSERT_OK(clock_calls_.Do(row, *request, As("org-a", {"shop-1"}))) << row.method;
    EXPECT_THAT(clock_calls_.Do(row, *request, As("org-a", {"shop-2"})).status(),
                HasReason("SHOP_NOT_ALLOWED"))
        << row.method;
    EXPECT_THAT(clock_calls_.Do(row, As("org-a", {"shop-2"})).status(),
                HasReason("SHOP_NOT_ALLOWED"));
    FreshWorld();
    EXPECT_THAT(clock_calls_.Do(row, AsBase("shop-2")).status().code(),
                AnyOf(absl::StatusCode::kNotFound, absl::StatusCode::kPermissionDenied))
        << row.method;
  }
  FreshWorld();
  EXPECT_THAT(clock_calls_.Do(ClockRows()[0], AsBase("shop-1")).status(), HasReason("NOT_FOUND"))
      << "own staff has it";
  GiveAll("");
  EXPECT_OK(clock_calls_.Do(ClockRows()[0], AsBase("shop-1")));
}

TEST_F(SlaCallsTest, AMoveChecksTheEtagTellsOfItselfAndStandsInTheHistory) {
  for (const CallRow& row : ClockRows()) {
    FreshWorld();
    const auto request = clock_calls_.Request(row);
    EveryCall::Set(*request, "etag", "stale");
    EXPECT_THAT(clock_calls_.Do(row, *request, As("org-a")).status(), HasReason("ETAG_MISMATCH"));
    EveryCall::Set(*request, "etag", Call(&Stub::GetCase, "case_id: '$OPEN'")->etag());
    ASSERT_OK(clock_calls_.Do(row, *request, As("org-a"))) << row.method;
    EXPECT_EQ(EventTypes().back(), "CaseChanged");
    const auto history = Call(&Stub::ListCaseActivities, "case_id: '$OPEN'");
    ASSERT_OK(history);
    EXPECT_EQ(history->activities().rbegin()->verb(), row.method);
    EXPECT_THAT(history->activities().rbegin()->note(), ::testing::EndsWith("n1"));
  }
}

class SlaDeadlineTest : public SlaCallsTest {
 protected:
  SlaDeadlineTest() : SlaCallsTest(/*pool_size=*/1) {}
};

TEST_F(SlaDeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  FreshWorld();
  policy_calls_.CheckDeadlines(PolicyRows(), As("org-a"), *database_, Db());
  clock_calls_.CheckDeadlines(ClockRows(), As("org-a"), *database_, Db());
}

}  // namespace
}  // namespace kefu::aftersales
