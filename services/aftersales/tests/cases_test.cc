// Cases, their clocks, lists and compensation through the contract.
#include <algorithm>

#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/tests/evidence_text.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

absl::Time ShanghaiTime(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(
      absl::ParseTime("%Y-%m-%d %H:%M:%E*S", text, *LoadZone("Asia/Shanghai"), &time, &error));
  return time;
}

std::string Received(absl::Time time) {
  return fmt::format("receive_time {{ seconds: {} nanos: {} }}", absl::ToUnixSeconds(time),
                     (absl::ToUnixNanos(time) % 1'000'000'000));
}

class CasesTest : public AftersalesTest {
 protected:
  void TellOfShop(const std::string& shop_id, const std::string& zone,
                  ::kefu::staffing::v1::Platform platform = ::kefu::staffing::v1::PLATFORM_JD) {
    Tell<::kefu::staffing::v1::ShopChanged>(
        "org-a", fmt::format(R"(shop {{ shop_id: "{}" time_zone: "{}" platform: {} }})", shop_id,
                             zone, static_cast<int>(platform)));
  }

  std::vector<std::string> Ids(const v1::ListCasesResponse& list) {
    std::vector<std::string> ids;
    for (const v1::Case& record : list.cases()) ids.push_back(record.case_id());
    return ids;
  }
};

TEST_F(CasesTest, ACaseIsKeptWhole) {
  const v1::Case made = Open("$C", Photo('1') + R"pb(
    external_id: "平台-1"
    purchase_date { year: 2026 month: 1 day: 2 }
    waybill: "SF123"
    customer_id: "customer-99"
    lines { sku: "S-1" category: "shoes" quantity: 2 }
    lines { sku: "S-2" quantity: 1 }
    demand: "退货\n退款"
    promised_actions: "寄回后退款"
  )pb");
  EXPECT_EQ(made.state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(made.priority(), v1::CASE_PRIORITY_NORMAL);
  EXPECT_EQ(made.lines_size(), 2);
  EXPECT_EQ(Text(made.receive_time()), Text(made.create_time()));
  EXPECT_EQ(Text(made.due_time()), "2026-01-16T04:00:00Z");
  ASSERT_EQ(made.clocks_size(), 1);
  EXPECT_EQ(made.clocks(0).policy_id(), "default/sla");
  EXPECT_EQ(made.clocks(0).policy_version(), 1);
  ASSERT_OK_AND_ASSIGN(const v1::Case read, Call(&Stub::GetCase, R"pb(case_id: "$C")pb"));
  EXPECT_THAT(read, EqualsProto(made));
  EXPECT_THAT(EventTypes(), ElementsAre("CaseOpened"));
  // A base sees no personal data.
  GiveAll("");
  ASSERT_OK_AND_ASSIGN(
      const v1::Case masked,
      Call(&Stub::GetCase, R"pb(case_id: "$C")pb",
           host_.AsBase("base-1", {auth::Role::kBaseManager},
                        {{"org-a", "shop-1", "contract-1", absl::CivilDay(2026, 1, 1),
                          absl::CivilDay(2026, 12, 31)}})));
  EXPECT_EQ(masked.customer_id(), "***99");
}

TEST_F(CasesTest, WrongFieldsAreNamedTogether) {
  const auto refused = Call(&Stub::OpenCase, R"pb(
    case {
      shop_id: "shop 1"
      kind: CASE_KIND_RETURN
      problem: " "
      lines { sku: "S" quantity: 0 }
      evidence { reference: "r" sha256: "XYZ" size_bytes: -1 }
      receive_time { seconds: 4000000000 }
      promised_actions: ""
    })pb");
  const auto detail = GetDetail<google::rpc::BadRequest>(refused.status());
  ASSERT_TRUE(detail);
  std::vector<std::string> fields;
  for (const auto& violation : detail->field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields,
              ElementsAre("case.shop_id", "case.channel", "case.order_id", "case.lines[0].quantity",
                          "case.problem", "case.promised_actions[0]", "case.evidence[0].reference",
                          "case.evidence[0].sha256", "case.evidence[0].size_bytes",
                          "case.evidence[0].content_type", "case.receive_time"));
}

TEST_F(CasesTest, ComplaintsAndPlatformMailNeedNoOrder) {
  for (const char* kind : {"SERVICE_COMPLAINT", "PLATFORM_EMAIL", "PLATFORM_WORK_ORDER"}) {
    EXPECT_OK(Call(&Stub::OpenCase, fmt::format(R"(case {{ shop_id: "s" kind: CASE_KIND_{}
                                          channel: CASE_CHANNEL_EMAIL problem: "p" }})",
                                                kind)))
        << kind;
  }
}

TEST_F(CasesTest, AnExternalIdIsTakenOncePerShopAndKind) {
  Open("$A", R"pb(external_id: "X1")pb");
  const auto again = Call(&Stub::OpenCase, R"pb(case {
                                                  shop_id: "shop-1"
                                                  kind: CASE_KIND_RETURN
                                                  channel: CASE_CHANNEL_CHAT
                                                  order_id: "o2"
                                                  problem: "p"
                                                  external_id: "X1"
                                                })pb");
  EXPECT_THAT(again, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(again, HasReason("EXTERNAL_ID_TAKEN"));
  Open("$B", R"pb(external_id: "X1" kind: CASE_KIND_REPAIR)pb");
  Open("$C", R"pb(external_id: "X1" shop_id: "shop-2")pb");
  Open("$D");
  Open("$E");
}

TEST_F(CasesTest, APlatformEmailFollowsTheShopsZone) {
  clock_.Set(ShanghaiTime("2026-01-16 12:00:00"));
  const auto due = [&](const char* received) {
    const v1::Case made =
        Open("$C", "kind: CASE_KIND_PLATFORM_EMAIL " + Received(ShanghaiTime(received)));
    return Text(ClockOf(made, v1::CLOCK_KIND_PLATFORM_EMAIL).due_time());
  };
  EXPECT_EQ(due("2026-01-15 15:59:59.999"), "2026-01-15T10:00:00Z");
  EXPECT_EQ(due("2026-01-15 16:00:00.000"), "2026-01-16T10:00:00Z");
  EXPECT_EQ(due("2025-12-31 16:00:00.000"), "2026-01-01T10:00:00Z");
  ASSERT_OK_AND_ASSIGN(const auto assumed, Call(&Stub::ExplainDeadline, R"pb(case_id: "$C")pb"));
  EXPECT_THAT(assumed.clocks(1).rule(), HasSubstr("time zone Asia/Shanghai (assumed"));
  EXPECT_EQ(assumed.clocks(1).time_zone(), "Asia/Shanghai");
  EXPECT_TRUE(assumed.clocks(1).time_zone_assumed());
  EXPECT_EQ(assumed.clocks(1).sla_rule().cutoff().cutoff_seconds(), 16 * 3600);
  EXPECT_EQ(assumed.clocks(1).sla_rule().cutoff().due_after_days(), 1);

  TellOfShop("shop-1", "Asia/Tokyo");
  EXPECT_EQ(due("2026-01-15 14:59:59.999"), "2026-01-15T09:00:00Z");
  EXPECT_EQ(due("2026-01-15 15:00:00.000"), "2026-01-16T09:00:00Z");
  ASSERT_OK_AND_ASSIGN(const auto known, Call(&Stub::ExplainDeadline, R"pb(case_id: "$C")pb"));
  EXPECT_THAT(known.clocks(1).rule(), HasSubstr("time zone Asia/Tokyo; policy default/sla"));
  EXPECT_THAT(known.clocks(1).rule(), Not(HasSubstr("assumed")));
  EXPECT_EQ(known.clocks(1).time_zone(), "Asia/Tokyo");
  EXPECT_FALSE(known.clocks(1).time_zone_assumed());
}

TEST_F(CasesTest, AShopOnAPlatformOfANewerVersionIsKept) {
  constexpr int kOfNextYear = 999;
  TellOfShop("shop-1", "Asia/Tokyo", static_cast<::kefu::staffing::v1::Platform>(kOfNextYear));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM shop WHERE platform = 'UNSPECIFIED'"
                       " AND time_zone = 'Asia/Tokyo'"),
            1);
}

TEST_F(CasesTest, AnAnswerMeetsFirstAnswerAndEmail) {
  Open("$C", R"pb(kind: CASE_KIND_PLATFORM_EMAIL promised_actions: "a")pb");
  clock_.Advance(absl::Hours(2));
  ASSERT_OK_AND_ASSIGN(const v1::Case answered, Call(&Stub::RespondToCase, R"pb(
                         case_id: "$C"
                         message: "您好"
                         promised_actions: "b"
                         promised_actions: "c")pb"));
  EXPECT_EQ(answered.state(), v1::CASE_STATE_OPEN);
  for (const v1::Clock& clock : answered.clocks()) {
    EXPECT_EQ(clock.state(), v1::CLOCK_STATE_MET);
    EXPECT_EQ(Text(clock.met_time()), "2026-01-15T06:00:00Z");
  }
  EXPECT_FALSE(answered.has_due_time());
  EXPECT_THAT(answered.promised_actions(), ElementsAre("a", "b", "c"));
  ASSERT_OK_AND_ASSIGN(const v1::Case read, Call(&Stub::GetCase, R"pb(case_id: "$C")pb"));
  EXPECT_THAT(read, EqualsProto(answered));
}

TEST_F(CasesTest, AnAnswerIsNeitherBeforeReceiptNorInTheFuture) {
  Open("$C");
  clock_.Advance(absl::Hours(1));
  const auto at = [&](absl::Duration offset) {
    return Call(&Stub::RespondToCase,
                fmt::format(R"(case_id: "$C" message: "m" answer_time {{ seconds: {} }})",
                            absl::ToUnixSeconds(clock_.Now() + offset)));
  };
  EXPECT_THAT(at(absl::Seconds(1)), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(at(-absl::Seconds(3601)), HasReason("INVALID_FIELDS"));
  EXPECT_OK(at(-absl::Seconds(3600)));
}

TEST_F(CasesTest, AMachineWhoseClockIsBehindMovesCasesAllTheSame) {
  Open("$C", "kind: CASE_KIND_PLATFORM_WORK_ORDER");
  clock_.Advance(-absl::Seconds(1));
  ASSERT_OK_AND_ASSIGN(const v1::Case answered, Call(&Stub::RespondToCase, R"pb(case_id: "$C"
                                                                                message: "m")pb"));
  EXPECT_EQ(Text(ClockOf(answered, v1::CLOCK_KIND_FIRST_ANSWER).met_time()),
            "2026-01-15T04:00:00Z");
  ASSERT_OK(
      Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_WAITING_FOR_CUSTOMER)pb"));
  ASSERT_OK(Call(&Stub::ResumeCase, R"pb(case_id: "$C")pb"));
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb"));
  ASSERT_OK(Call(&Stub::CloseCase, R"pb(case_id: "$C")pb"));
}

TEST_F(CasesTest, ALateAnswerIsABreachEvenBeforeTheJobSawIt) {
  Open("$C");
  clock_.Advance(absl::Hours(25));
  ASSERT_OK_AND_ASSIGN(const v1::Case late,
                       Call(&Stub::RespondToCase, R"pb(case_id: "$C" message: "抱歉")pb"));
  EXPECT_EQ(late.clocks(0).state(), v1::CLOCK_STATE_BREACHED);
  EXPECT_EQ(late.clocks(0).breach_owner(), "agent-1");
  EXPECT_TRUE(late.clocks(0).has_met_time());
  EXPECT_THAT(EventTypes(), ElementsAre("CaseOpened", "CaseChanged", "DeadlineBreached"));
}

TEST_F(CasesTest, TheSevenResultsDecideOrWait) {
  for (int value = 1; value < v1::ReviewResult_ARRAYSIZE; ++value) {
    const auto result = static_cast<v1::ReviewResult>(value);
    Open("$C", "kind: CASE_KIND_PLATFORM_WORK_ORDER");
    const std::string name = v1::ReviewResult_Name(result);
    if (result == v1::REVIEW_RESULT_REJECTED) {
      EXPECT_THAT(Call(&Stub::ReviewCase, "case_id: '$C' result: " + name),
                  HasReason("INVALID_FIELDS"));
    }
    ASSERT_OK_AND_ASSIGN(const v1::Case reviewed,
                         Call(&Stub::ReviewCase, "case_id: '$C' note: 'n' result: " + name));
    const bool waits = result == v1::REVIEW_RESULT_WAITING_FOR_CUSTOMER;
    EXPECT_EQ(reviewed.result(), result);
    EXPECT_EQ(reviewed.state(), waits ? v1::CASE_STATE_WAITING_CUSTOMER : v1::CASE_STATE_DECIDED);
    const v1::Clock& decision = ClockOf(reviewed, v1::CLOCK_KIND_WORK_ORDER_DECISION);
    EXPECT_EQ(decision.state(), waits ? v1::CLOCK_STATE_PAUSED : v1::CLOCK_STATE_MET);
  }
}

TEST_F(CasesTest, WaitingPausesAndResumingRunsOn) {
  Open("$C", "kind: CASE_KIND_PLATFORM_WORK_ORDER");
  clock_.Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(
      const v1::Case waiting,
      Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_WAITING_FOR_CUSTOMER)pb"));
  const v1::Clock& paused = ClockOf(waiting, v1::CLOCK_KIND_WORK_ORDER_DECISION);
  EXPECT_EQ(paused.remaining_seconds(), 7200);
  EXPECT_FALSE(paused.has_due_time());
  EXPECT_FALSE(waiting.has_due_time());
  clock_.Advance(absl::Hours(10));
  ASSERT_OK_AND_ASSIGN(const v1::Case resumed, Call(&Stub::ResumeCase, R"pb(case_id: "$C"
                                                                            note: "来了")pb"));
  EXPECT_EQ(resumed.state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(Text(resumed.due_time()), "2026-01-15T17:00:00Z");  // 04:00 + 3 h + 10 h
  ASSERT_OK_AND_ASSIGN(const v1::Case read, Call(&Stub::GetCase, R"pb(case_id: "$C")pb"));
  EXPECT_THAT(read, EqualsProto(resumed));
  ASSERT_OK_AND_ASSIGN(const auto why, Call(&Stub::ExplainDeadline, R"pb(case_id: "$C")pb"));
  ASSERT_EQ(why.clocks_size(), 2);
  const v1::ClockExplanation& decision = why.clocks(1);
  EXPECT_THAT(decision.rule(), HasSubstr("within 3h of receipt; counted in calendar time"));
  EXPECT_EQ(decision.sla_rule().clock(), v1::CLOCK_KIND_WORK_ORDER_DECISION);
  EXPECT_EQ(decision.sla_rule().duration_seconds(), 3 * 3600);
  EXPECT_TRUE(decision.sla_rule().pausable());
  EXPECT_FALSE(decision.sla_rule().business_hours());
  ASSERT_EQ(decision.segments_size(), 3);
  EXPECT_TRUE(decision.segments(0).counted());
  EXPECT_EQ(decision.segments(1).note(), "waiting for the customer");
  EXPECT_FALSE(decision.segments(1).counted());
  EXPECT_EQ(Text(decision.segments(2).end_time()), "2026-01-15T17:00:00Z");
}

TEST_F(CasesTest, IllegalMovesNameStateAndVerb) {
  Open("$C");
  const auto close = Call(&Stub::CloseCase, R"pb(case_id: "$C")pb");
  EXPECT_THAT(close, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(close, HasReason("ILLEGAL_MOVE"));
  EXPECT_EQ(MetadataOf(close.status(), "state"), "OPEN");
  EXPECT_EQ(MetadataOf(close.status(), "verb"), "CloseCase");
  EXPECT_THAT(Call(&Stub::ResumeCase, R"pb(case_id: "$C")pb"), HasReason("ILLEGAL_MOVE"));
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_CUSTOMER_GAVE_UP)pb"));
  EXPECT_THAT(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb"),
              HasReason("ILLEGAL_MOVE"));
  ASSERT_OK_AND_ASSIGN(const v1::Case closed, Call(&Stub::CloseCase, R"pb(case_id: "$C")pb"));
  EXPECT_EQ(closed.state(), v1::CASE_STATE_CLOSED);
  EXPECT_FALSE(closed.has_due_time());
  EXPECT_THAT(Call(&Stub::RespondToCase, R"pb(case_id: "$C" message: "m")pb"),
              HasReason("ILLEGAL_MOVE"));
}

TEST_F(CasesTest, TheHistoryIsPagedInOrder) {
  Open("$C");
  for (int i = 0; i < 4; ++i) {
    ASSERT_OK(Call(&Stub::RespondToCase, fmt::format(R"(case_id: "$C" message: "{}")", i)));
  }
  std::vector<std::string> notes;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto page,
        Call(&Stub::ListCaseActivities,
             fmt::format(R"(case_id: "$C" page_size: 2 page_token: "{}")", token)));
    EXPECT_LE(page.activities_size(), 2);
    for (const auto& activity : page.activities()) notes.push_back(activity.note());
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(notes, ElementsAre("", "0", "1", "2", "3"));
}

TEST_F(CasesTest, ListsWalkByDueTimeWithEveryFilter) {
  std::vector<std::pair<absl::Time, std::string>> expected;
  for (int i = 0; i < 12; ++i) {
    const absl::Time received = clock_.Now() - absl::Hours(i / 3 * 5);
    Open("$C", Received(received));
    if (i % 4 == 3) {
      ASSERT_OK(Call(&Stub::RespondToCase, R"pb(case_id: "$C" message: "m")pb"));
      expected.push_back({absl::InfiniteFuture(), names_["$C"]});
    } else {
      expected.push_back({received + absl::Hours(24), names_["$C"]});
    }
  }
  std::ranges::sort(expected);
  const auto walk = [&](const std::string& filter) {
    std::vector<std::string> ids;
    std::string token;
    do {
      auto page =
          Call(&Stub::ListCases, fmt::format("{} page_size: 5 page_token: '{}'", filter, token));
      EXPECT_OK(page);
      for (const std::string& id : Ids(*page)) ids.push_back(id);
      token = page->next_page_token();
    } while (!token.empty());
    return ids;
  };
  std::vector<std::string> all;
  for (const auto& [due, id] : expected) all.push_back(id);
  EXPECT_EQ(walk(""), all);
  EXPECT_EQ(walk("shop_id: 'shop-1'"), all);
  EXPECT_EQ(walk("assignee_agent_id: 'agent-1' kind: CASE_KIND_RETURN"), all);
  EXPECT_EQ(walk("states: CASE_STATE_OPEN states: CASE_STATE_DECIDED"), all);
  EXPECT_TRUE(walk("states: CASE_STATE_DECIDED").empty());
  EXPECT_TRUE(walk("assignee_agent_id: 'agent-2'").empty());
  EXPECT_TRUE(walk("kind: CASE_KIND_REPAIR").empty());
  EXPECT_TRUE(walk("shop_id: 'shop-2'").empty());
  const absl::Time before = clock_.Now() + absl::Hours(15);
  std::vector<std::string> soon;
  for (const auto& [due, id] : expected) {
    if (due < before) soon.push_back(id);
  }
  EXPECT_EQ(walk(fmt::format("due_before_time {{ seconds: {} }}", absl::ToUnixSeconds(before))),
            soon);
  // A token holds for its own filter only.
  ASSERT_OK_AND_ASSIGN(const auto first, Call(&Stub::ListCases, "page_size: 1"));
  EXPECT_THAT(Call(&Stub::ListCases,
                   fmt::format("shop_id: 'shop-1' page_token: '{}'", first.next_page_token())),
              HasReason("BAD_PAGE_TOKEN"));
}

TEST_F(CasesTest, AnOrganizationsPolicyGoesBeforeTheShippedOne) {
  Db().Exec(
      "INSERT INTO sla_policy (org_id, policy_id, version, shop_id, platform, effective_us,"
      " china_holidays) VALUES ('org-a', 'own/sla', 1, 'shop-1', '', 0, TRUE),"
      " ('org-a', 'own/sla', 2, 'shop-1', '', 9000000000000000, TRUE);"
      "INSERT INTO sla_rule (org_id, policy_id, version, clock_kind, case_kind, form,"
      " duration_seconds, cutoff_seconds, due_before_seconds, due_before_days, due_after_seconds,"
      " due_after_days, business_hours, pausable, warn_seconds) VALUES ('org-a', 'own/sla', 1, "
      "'FIRST_ANSWER', '', 'DURATION', 7200,"
      " 0, 0, 0, 0, 0, TRUE, TRUE, 600);"
      "INSERT INTO sla_hours VALUES ('org-a', 'own/sla', 1, 3, 32400, 46800),"
      " ('org-a', 'own/sla', 1, 4, 32400, 64800);"
      "INSERT INTO compensation_policy (org_id, policy_id, version, shop_id, platform, "
      "effective_us,"
      " late_shipment_bps, late_shipment_min_minor, late_shipment_max_minor, freight_multiple_bps,"
      " cap_at_paid) VALUES"
      " ('org-a', 'own/compensation', 1, '', '', 0, 5000, 0, 100000, 20000, TRUE)");
  // Noon of a Thursday that closes at 13:00; the second hour is Friday's first.
  const v1::Case made = Open("$C");
  EXPECT_EQ(made.clocks(0).policy_id(), "own/sla");
  EXPECT_EQ(made.clocks(0).policy_version(), 1);
  EXPECT_EQ(Text(made.due_time()), "2026-01-16T02:00:00Z");
  ASSERT_OK(
      Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_WAITING_FOR_CUSTOMER)pb"));
  clock_.Advance(absl::Minutes(30));
  ASSERT_OK_AND_ASSIGN(const v1::Case resumed, Call(&Stub::ResumeCase, R"pb(case_id: "$C")pb"));
  EXPECT_EQ(Text(resumed.due_time()), "2026-01-16T02:30:00Z");
  const v1::Case other = Open("$D", R"pb(shop_id: "shop-2")pb");
  EXPECT_EQ(other.clocks(0).policy_id(), "default/sla");

  ASSERT_OK_AND_ASSIGN(const auto quote, Call(&Stub::QuoteCompensation, R"pb(
                         kind: COMPENSATION_KIND_LATE_SHIPMENT
                         shop_id: "shop-1"
                         paid { currency_code: "CNY" minor_units: 1000 })pb"));
  EXPECT_EQ(quote.amount().minor_units(), 500);
  EXPECT_EQ(quote.policy_id(), "own/compensation");
  EXPECT_THAT(Call(&Stub::QuoteCompensation, R"pb(
                kind: COMPENSATION_KIND_FREIGHT
                freight { currency_code: "CNY" minor_units: 1000 })pb"),
              HasReason("PAID_REQUIRED"));
  ASSERT_OK_AND_ASSIGN(const auto shipped,
                       Call(&Stub::QuoteCompensation, R"pb(
                              kind: COMPENSATION_KIND_LATE_SHIPMENT
                              paid { currency_code: "CNY" minor_units: 400 })pb",
                            As("org-b")));
  EXPECT_EQ(shipped.amount().minor_units(), 500);
  EXPECT_EQ(shipped.explanation(), "30% of 4.00 = 1.20, at least 5.00, at most 500.00");
}

TEST_F(CasesTest, EachQuoteOfABatchHasItsOwnOutcome) {
  ASSERT_OK_AND_ASSIGN(const auto batch, Call(&Stub::BatchQuoteCompensation, R"pb(
                                                requests {
                                                  kind: COMPENSATION_KIND_LATE_SHIPMENT
                                                  order_id: "o1"
                                                  paid { currency_code: "CNY" minor_units: 166667 }
                                                }
                                                requests {
                                                  kind: COMPENSATION_KIND_LATE_SHIPMENT
                                                  order_id: "o2"
                                                  paid { currency_code: "CNY" minor_units: 1 }
                                                  freight { currency_code: "USD" minor_units: 1 }
                                                }
                                                requests {
                                                  kind: COMPENSATION_KIND_FREIGHT
                                                  order_id: "o3"
                                                  freight { currency_code: "XXZ" minor_units: -1 }
                                                }
                                                requests {
                                                  kind: COMPENSATION_KIND_FREIGHT
                                                  order_id: "o4"
                                                  shop_id: "shop-2"
                                                  freight { currency_code: "BRL" minor_units: 1000 }
                                                }
                                                requests {
                                                  kind: COMPENSATION_KIND_FREIGHT
                                                  order_id: "order-1"
                                                  shop_id: "shop-1"
                                                  freight { currency_code: "CNY" minor_units: 1000 }
                                                }
                                                requests {
                                                  kind: COMPENSATION_KIND_FREIGHT
                                                  order_id: "unknown"
                                                  shop_id: "shop-1"
                                                  freight { currency_code: "BRL" minor_units: 1000 }
                                                }
                                                requests {
                                                  kind: COMPENSATION_KIND_FREIGHT
                                                  order_id: "unknown"
                                                  shop_id: "shop-1"
                                                })pb",
                                              As("org-a", {"shop-1"})));
  std::vector<std::string> outcomes;
  for (const auto& quote : batch.quotes()) {
    outcomes.push_back(fmt::format("{} {}{}", quote.order_id(), quote.error_reason(),
                                   quote.compensation().amount().minor_units()));
    EXPECT_EQ(quote.error_reason().empty(), quote.error_description().empty());
  }
  EXPECT_THAT(outcomes, ElementsAre("o1 50000", "o2 CURRENCY_MISMATCH0", "o3 INVALID_FIELDS0",
                                    "o4 SHOP_NOT_ALLOWED0", "order-1 3000", "unknown 3000",
                                    "unknown ORDER_UNKNOWN0"));
  v1::BatchQuoteCompensationRequest many;
  for (int i = 0; i < 1001; ++i) many.add_requests();
  EXPECT_THAT(rpc::Call(*stub_, &Stub::BatchQuoteCompensation, many, As("org-a")),
              HasReason("INVALID_FIELDS"));
}

}  // namespace
}  // namespace kefu::aftersales
