// Contracts over the wire: what is made, judged by performance's reports, charged and ended.
#include <thread>

#include "common/testing/every_call.h"
#include "services/staffing/tests/contracts/contract_fixture.h"

namespace kefu::staffing {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Stub = v1::StaffingService::Stub;
using Contracts = v1::ContractService::Stub;

TEST_F(ContractTest, WhatIsMadeIsReadWithItsDefaults) {
  ASSERT_OK_AND_ASSIGN(const v1::Contract made, Make(Period() + kSeats));
  EXPECT_EQ(made.currency_code(), "CNY");
  EXPECT_EQ(made.price().seat_fee().minor_units(), 150'000);
  EXPECT_EQ(made.price().commission_bps(), 200);
  EXPECT_EQ(made.consequences_size(), 3);
  EXPECT_EQ(made.penalty_cap_bps(), 10'000);
  EXPECT_THAT(Do(&Contracts::GetContract, R"(contract_id: "$CONTRACT")"),
              testing::IsOkAndHolds(EqualsProto(made)));
  ASSERT_OK_AND_ASSIGN(const auto list,
                       Do(&Contracts::ListContracts,
                          R"(base_id: "base-1" on_date { year: 2026 month: 12 day: 31 })"));
  EXPECT_EQ(list.contracts_size(), 1);
  for (const char* filter : {R"(base_id: "base-2")", "on_date { year: 2027 month: 1 day: 1 }"}) {
    ASSERT_OK_AND_ASSIGN(const auto none, Do(&Contracts::ListContracts, filter));
    EXPECT_THAT(none.contracts(), IsEmpty()) << filter;
  }
  EXPECT_THAT(EventTypes(), Contains("ContractChanged").Times(1));
}

TEST_F(ContractTest, WrongContractsAreNamedAndChangeNothing) {
  EXPECT_THAT(Make(Period("year: 2026 month: 2 day: 1", "year: 2026 month: 1 day: 1") + kSeats),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Make(Period() + "price { model: PRICE_MODEL_FEE fee { currency_code: 'USD' "
                              "minor_units: 1 } commission_bps: 1 }"),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Ask(&Stub::CreateContract,
                  R"(contract { kind: CONTRACT_KIND_AGENCY display_name: "代运营"
                                shop_ids: "$SHOP1" price { model: PRICE_MODEL_FEE
                                fee { currency_code: "CNY" minor_units: 1 } } )" +
                      Period("year: 2026 month: 1 day: 2") + "}"),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Ask(&Stub::CreateContract,
                  R"(contract { kind: CONTRACT_KIND_BASE base_id: "org-b" display_name: "n"
                                shop_ids: "$SHOP1" )" +
                      Period() + kSeats + "}"),
              HasReason("NOT_A_BASE"));
  EXPECT_THAT(Ask(&Stub::CreateContract,
                  R"(contract { kind: CONTRACT_KIND_BASE base_id: "base-1" display_name: "n"
                                shop_ids: "none" )" +
                      Period() + kSeats + "}"),
              HasReason("NOT_FOUND"));
  ASSERT_OK_AND_ASSIGN(const auto none, Do(&Contracts::ListContracts, ""));
  EXPECT_THAT(none.contracts(), IsEmpty());
}

// Cents are not fen: a share of sales goes by one currency.
TEST_F(ContractTest, ASharesCurrencyIsThatOfItsShops) {
  ASSERT_OK_AND_ASSIGN(const v1::Shop shop,
                       Ask(&Stub::CreateShop, R"pb(shop {
                                                     display_name: "出海店"
                                                     platform: PLATFORM_OWN_SITE
                                                     currency_code: "USD"
                                                   })pb"));
  const auto make = [&](const std::string& price) {
    return Ask(&Stub::CreateContract,
               fmt::format(R"(contract {{ kind: CONTRACT_KIND_BASE base_id: "base-1"
                                          display_name: "n" shop_ids: "$SHOP2" shop_ids: "{}" )",
                           shop.shop_id()) +
                   Period() + price + "}");
  };
  EXPECT_THAT(make(kSeats), HasReason("CURRENCY_MISMATCH"));
  EXPECT_OK(make(R"(price { model: PRICE_MODEL_FEE
                            fee { currency_code: "CNY" minor_units: 1000 } } )"));
}

TEST_F(ContractTest, OfManyOverlappingOnesOneIsMade) {
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto contract = Ask(&Stub::CreateContract, Base(Period() + kSeats));
      if (contract.ok()) {
        ++made;
      } else {
        EXPECT_THAT(contract.status(), HasReason("CONTRACT_OVERLAPS"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
  // One day is an overlap; another shop or the day after is none.
  EXPECT_THAT(Make(Period("year: 2025 month: 1 day: 1", "year: 2026 month: 1 day: 1") + kSeats),
              HasReason("CONTRACT_OVERLAPS"));
  EXPECT_OK(Make(Period("year: 2027 month: 1 day: 1", "year: 2027 month: 1 day: 5") + kSeats));
  EXPECT_OK(Ask(&Stub::CreateContract,
                R"(contract { kind: CONTRACT_KIND_BASE base_id: "base-1" display_name: "n"
                              shop_ids: "$SHOP2" )" +
                    Period() + kSeats + "}"));
}

TEST_F(ContractTest, AReportOpensABreachAndALaterOneWithdrawsIt) {
  ASSERT_OK(Make(Period() + kSeats + kReplyRate));
  ASSERT_NO_FATAL_FAILURE(ReportJanuary());
  ASSERT_OK_AND_ASSIGN(const auto list,
                       Do(&Contracts::ListBreaches, R"(contract_id: "$CONTRACT")"));
  ASSERT_THAT(list.breaches(), SizeIs(1));
  const v1::Breach& breach = list.breaches(0);
  EXPECT_EQ(breach.state(), v1::BREACH_STATE_OPEN);
  EXPECT_EQ(breach.level().numerator(), 85);
  EXPECT_EQ(breach.level().denominator(), 100) << "own staff is not the base's";
  ASSERT_OK_AND_ASSIGN(const auto checked, Ask(&Stub::CheckContract, kJanuary));
  ASSERT_THAT(checked.breaches(), SizeIs(1));
  EXPECT_THAT(checked.breaches(0), EqualsProto(breach)) << "judged again, found again";
  EXPECT_EQ(checked.demand(), v1::BREACH_DEMAND_CORRECTION);
  EXPECT_EQ(checked.reports(0).version(), 1);
  ASSERT_NO_FATAL_FAILURE(Report("$SHOP1", {{"$B1", 95, 100, 0, 0}}, 2));
  ASSERT_OK_AND_ASSIGN(const auto after, Ask(&Stub::CheckContract, kJanuary));
  EXPECT_EQ(after.levels(0).judgement(), v1::LEVEL_JUDGEMENT_KEPT);
  EXPECT_EQ(after.breaches(0).state(), v1::BREACH_STATE_WITHDRAWN);
  EXPECT_EQ(after.demand(), v1::BREACH_DEMAND_UNSPECIFIED);
  ASSERT_NO_FATAL_FAILURE(Report("$SHOP1", {{"$B1", 80, 100, 0, 0}}, 3));
  ASSERT_OK_AND_ASSIGN(const auto again, Ask(&Stub::CheckContract, kJanuary));
  ASSERT_THAT(again.breaches(), SizeIs(1));
  EXPECT_EQ(again.breaches(0).breach_id(), breach.breach_id());
  EXPECT_EQ(again.breaches(0).state(), v1::BREACH_STATE_OPEN);
  EXPECT_EQ(again.breaches(0).level().numerator(), 80);
}

// Stars are a mean, not a share, and bind as one.
TEST_F(ContractTest, LevelsBindMeansToo) {
  ASSERT_OK(Make(Period() + kSeats +
                 R"( levels { metric_id: "satisfaction" bound: SERVICE_BOUND_AT_LEAST
                              limit_millionths: 4500000 } )"));
  ASSERT_NO_FATAL_FAILURE(ReportJanuary());
  ASSERT_OK_AND_ASSIGN(const auto checked, Ask(&Stub::CheckContract, kJanuary));
  ASSERT_THAT(checked.levels(), SizeIs(1));
  EXPECT_EQ(checked.levels(0).judgement(), v1::LEVEL_JUDGEMENT_MISSED);
  EXPECT_EQ(checked.levels(0).numerator(), 340) << "four stars of each of 85";
  EXPECT_EQ(checked.levels(0).denominator(), 85);
}

// A week is judged when its report comes, long before the month's, and counts in that of its
// Sunday.
TEST_F(ContractTest, AWeeksReportOpensABreachOfTheMonthOfItsSunday) {
  ASSERT_OK(Make(Period() + kSeats +
                 R"( levels { metric_id: "reply_rate" bound: SERVICE_BOUND_AT_LEAST
                              limit_millionths: 900000 period: LEVEL_PERIOD_WEEK
                              penalty { bps: 100 } }
                     levels { metric_id: "reply_rate" bound: SERVICE_BOUND_AT_LEAST
                              limit_millionths: 800000 } )"));
  const absl::CivilDay monday(2026, 1, 26);  // to 1 February
  ReportWeek(monday, {{"$AGENT", 100, 100, 0, 0}, {"$B1", 85, 100, 0, 0}});
  ReportWeek(monday + 7, {{"$B1", 95, 100, 0, 0}});
  const auto check = [&](int month) {
    return Ask(
        &Stub::CheckContract,
        fmt::format(R"(contract_id: "$CONTRACT" month {{ year: 2026 month: {} day: 1 }})", month));
  };
  ASSERT_OK_AND_ASSIGN(const auto list,
                       Do(&Contracts::ListBreaches, R"(contract_id: "$CONTRACT")"));
  ASSERT_THAT(list.breaches(), SizeIs(1)) << "opened by the event, not by the call";
  EXPECT_EQ(list.breaches(0).week().day(), 26);
  EXPECT_EQ(list.breaches(0).month().month(), 2);
  EXPECT_EQ(list.breaches(0).level().numerator(), 85) << "own staff is not the base's";
  ASSERT_OK_AND_ASSIGN(const auto february, check(2));
  ASSERT_THAT(february.levels(), SizeIs(1));
  EXPECT_EQ(february.levels(0).level().limit_millionths(), 800000);
  ASSERT_THAT(february.weeks(), SizeIs(3)) << "to the 15th: the one to the 22nd is not over";
  EXPECT_EQ(february.weeks(0).levels(0).judgement(), v1::LEVEL_JUDGEMENT_MISSED);
  EXPECT_EQ(february.weeks(1).levels(0).judgement(), v1::LEVEL_JUDGEMENT_KEPT);
  EXPECT_EQ(february.weeks(2).levels(0).judgement(), v1::LEVEL_JUDGEMENT_UNKNOWN);
  EXPECT_EQ(february.weeks(0).reports(0).report_id(), "report-1");
  EXPECT_EQ(february.demand(), v1::BREACH_DEMAND_CORRECTION);
  ASSERT_OK_AND_ASSIGN(const auto january, check(1));
  EXPECT_THAT(january.breaches(), IsEmpty());
  ReportWeek(monday, {{"$B1", 95, 100, 0, 0}}, 2);
  ReportWeek(monday, {{"$B1", 10, 100, 0, 0}}, 1);  // late: an earlier report changes nothing
  ASSERT_OK_AND_ASSIGN(const auto after, check(2));
  EXPECT_EQ(after.breaches(0).state(), v1::BREACH_STATE_WITHDRAWN);
  EXPECT_THAT(Make(Period("year: 2027 month: 1 day: 1", "year: 2027 month: 2 day: 1") + kSeats +
                   R"(levels { metric_id: "reply_rate" bound: SERVICE_BOUND_AT_LEAST period: 7 })"),
              HasReason("INVALID_FIELDS"));
}

TEST_F(ContractTest, TheInvoiceIsTracedChargedAndKept) {
  ASSERT_OK(Make(Period() + kSeats + kReplyRate));
  EXPECT_THAT(Ask(&Stub::ComputeInvoice, kJanuary), HasReason("MONTH_NOT_REPORTED"));
  ASSERT_NO_FATAL_FAILURE(ReportJanuary());
  ASSERT_OK_AND_ASSIGN(const v1::Invoice draft, Ask(&Stub::ComputeInvoice, kJanuary));
  // Two seats, and 2 % of 30,000 + 20,000.50 − 1,000.
  ASSERT_THAT(draft.lines(), SizeIs(2));
  EXPECT_EQ(draft.lines(0).amount().minor_units(), 300'000);
  EXPECT_EQ(draft.lines(1).basis().minor_units(), 49'000'50);
  EXPECT_EQ(draft.lines(1).amount().minor_units(), 980'01);
  EXPECT_THAT(draft.lines(1).sales(), SizeIs(2));
  EXPECT_EQ(draft.total().minor_units(), 300'000 + 980'01);
  const auto issue = [&](int64_t total) {
    return Do(
        &Contracts::IssueInvoice,
        fmt::format(R"({} total {{ currency_code: "CNY" minor_units: {} }})", kJanuary, total));
  };
  EXPECT_THAT(issue(draft.total().minor_units()), HasReason("BREACH_OPEN"));
  ASSERT_OK_AND_ASSIGN(const auto list,
                       Do(&Contracts::ListBreaches, R"(contract_id: "$CONTRACT")"));
  world_["$BREACH"] = list.breaches(0).breach_id();
  const std::string decide = R"(contract_id: "$CONTRACT" breach_id: "$BREACH")";
  EXPECT_THAT(Do(&Contracts::DecideBreach, decide + " waive: true"), HasReason("INVALID_FIELDS"));
  ASSERT_OK(Do(&Contracts::DecideBreach, decide));
  EXPECT_THAT(Do(&Contracts::DecideBreach, decide), HasReason("BREACH_DECIDED"));
  EXPECT_THAT(issue(draft.total().minor_units()), HasReason("INVOICE_CHANGED"));
  // ¥100 and 5 % of ¥3,980.01, which is ¥199.00.
  const int64_t total = 398'001 - 10'000 - 19'900;
  ASSERT_OK_AND_ASSIGN(const v1::Invoice issued, issue(total));
  EXPECT_TRUE(issued.issued());
  EXPECT_EQ(issued.lines(2).amount().minor_units(), -29'900);
  EXPECT_THAT(issue(total), HasReason("INVOICE_ISSUED"));
  // What comes later changes neither the invoice nor the breach.
  ASSERT_NO_FATAL_FAILURE(Report("$SHOP1", {{"$B1", 95, 100, 0, 0}}, 2));
  EXPECT_THAT(Ask(&Stub::ComputeInvoice, kJanuary), testing::IsOkAndHolds(EqualsProto(issued)));
  ASSERT_OK_AND_ASSIGN(const auto kept, Ask(&Stub::CheckContract, kJanuary));
  EXPECT_EQ(kept.breaches(0).state(), v1::BREACH_STATE_CHARGED);
  EXPECT_THAT(EventTypes(), Contains("InvoiceIssued").Times(1));
}

// Contracts begin and end on any day: each is charged and judged by its own days of the month, and
// together they are charged as the month.
TEST_F(ContractTest, AMonthCoveredInPartGoesByItsDays) {
  const std::string satisfaction = R"(levels { metric_id: "satisfaction"
      bound: SERVICE_BOUND_AT_LEAST limit_millionths: 4500000 })";
  ASSERT_OK(Make(Period("year: 2025 month: 1 day: 21", "year: 2026 month: 1 day: 20") + kSeats +
                 kReplyRate + satisfaction));
  const std::string first = world_["$CONTRACT"];
  EXPECT_THAT(Make(Period("year: 2026 month: 1 day: 20") + kSeats), HasReason("CONTRACT_OVERLAPS"));
  ASSERT_OK(Make(Period("year: 2026 month: 1 day: 21") + kSeats + kReplyRate)) << "renewed";
  const std::string second = world_["$CONTRACT"];
  ASSERT_NO_FATAL_FAILURE(Report("$SHOP1", {{"$AGENT", 100, 100, 900'000'00, 0, 20},
                                            {"$B1", 45, 50, 30'000'00, 1'000'00, 20},
                                            {"$B2", 40, 50, 20'000'50, 0, 21}}));
  const std::string month = R"(contract_id: "{}" month {{ year: 2026 month: 1 day: 1 }})";
  ASSERT_OK_AND_ASSIGN(const auto ended,
                       Ask(&Stub::CheckContract, fmt::format(fmt::runtime(month), first)));
  EXPECT_EQ(ended.levels(0).judgement(), v1::LEVEL_JUDGEMENT_KEPT);
  EXPECT_EQ(ended.levels(0).numerator(), 45);
  EXPECT_EQ(ended.levels(1).judgement(), v1::LEVEL_JUDGEMENT_UNKNOWN) << "not told by the day";
  ASSERT_OK_AND_ASSIGN(const auto renewed,
                       Ask(&Stub::CheckContract, fmt::format(fmt::runtime(month), second)));
  EXPECT_EQ(renewed.levels(0).judgement(), v1::LEVEL_JUDGEMENT_MISSED);
  EXPECT_EQ(renewed.levels(0).numerator(), 40);
  ASSERT_OK_AND_ASSIGN(const auto before,
                       Ask(&Stub::ComputeInvoice, fmt::format(fmt::runtime(month), first)));
  ASSERT_OK_AND_ASSIGN(const auto after,
                       Ask(&Stub::ComputeInvoice, fmt::format(fmt::runtime(month), second)));
  EXPECT_EQ(before.lines(0).days(), 20);
  EXPECT_EQ(before.lines(1).basis().minor_units(), 29'000'00);
  EXPECT_THAT(before.lines(1).sales(), SizeIs(1)) << "traced to who sold on its days";
  EXPECT_EQ(after.lines(0).days(), 11);
  EXPECT_EQ(after.lines(1).basis().minor_units(), 20'000'50);
}

// A report of more agents than one event holds: until the last event is here it is not one.
TEST_F(ContractTest, AReportCountsWhenAllOfItIsHere) {
  ASSERT_OK(Make(Period() + kSeats));
  const auto basis = [&]() -> absl::StatusOr<int64_t> {
    ASSIGN_OR_RETURN(const v1::Invoice invoice, Ask(&Stub::ComputeInvoice, kJanuary));
    return invoice.lines(1).basis().minor_units();
  };
  ASSERT_NO_FATAL_FAILURE(Report("$SHOP1", {{"$B1", 1, 1, 100, 0}}, 1, 1, /*is_last=*/false));
  EXPECT_THAT(basis(), HasReason("MONTH_NOT_REPORTED"));
  ASSERT_NO_FATAL_FAILURE(Report("$SHOP1", {{"$B2", 1, 1, 20, 0}}, 1, 1));
  EXPECT_THAT(basis(), testing::IsOkAndHolds(120));
  ASSERT_NO_FATAL_FAILURE(Report("$SHOP1", {{"$B1", 1, 1, 300, 0}}, 2, 1, /*is_last=*/false));
  EXPECT_THAT(basis(), HasReason("MONTH_NOT_REPORTED"));
  ASSERT_NO_FATAL_FAILURE(Report("$SHOP1", {}, 2, 1));
  EXPECT_THAT(basis(), testing::IsOkAndHolds(300)) << "the other one sells nothing any more";
}

// What stands in an invoice's way can be read and decided, also what was found by issuing it.
TEST_F(ContractTest, ABreachThatIsFoundByIssuingIsKept) {
  ASSERT_OK(Make(Period() + R"(price { model: PRICE_MODEL_FEE
                                       fee { currency_code: "CNY" minor_units: 1000 } }
                               milestones { milestone_id: "m" text: "十人到岗"
                                            due_date { year: 2026 month: 1 day: 10 }
                                            penalty { bps: 5000 } } )"));
  const auto issue = [&](int64_t total) {
    return Do(
        &Contracts::IssueInvoice,
        fmt::format(R"({} total {{ currency_code: "CNY" minor_units: {} }})", kJanuary, total));
  };
  EXPECT_THAT(issue(1000), HasReason("BREACH_OPEN"));
  ASSERT_OK_AND_ASSIGN(const auto list,
                       Do(&Contracts::ListBreaches, R"(contract_id: "$CONTRACT")"));
  ASSERT_THAT(list.breaches(), SizeIs(1));
  world_["$BREACH"] = list.breaches(0).breach_id();
  const std::string decide = R"(contract_id: "$CONTRACT" breach_id: "$BREACH" reason: "误判" )";
  ASSERT_OK(Do(&Contracts::DecideBreach, decide + "waive: true"));
  EXPECT_THAT(Do(&Contracts::DecideBreach, decide + "waive: true"), HasReason("BREACH_DECIDED"));
  ASSERT_OK(Do(&Contracts::DecideBreach, decide)) << "until the invoice is issued";
  EXPECT_THAT(issue(1000), HasReason("INVOICE_CHANGED"));
  EXPECT_OK(issue(500));
  EXPECT_THAT(Do(&Contracts::DecideBreach, decide + "waive: true"), HasReason("INVOICE_ISSUED"));
}

// After it nothing opens a breach any more.
TEST_F(ContractTest, AnInvoiceWaitsForTheFiguresOfItsLevels) {
  ASSERT_OK(Make(Period("year: 2026 month: 1 day: 19") + kReplyRate +
                 R"(price { model: PRICE_MODEL_FEE
                            fee { currency_code: "CNY" minor_units: 3100 } }
                    levels { metric_id: "reply_rate" bound: SERVICE_BOUND_AT_LEAST
                             limit_millionths: 900000 period: LEVEL_PERIOD_WEEK } )"));
  const auto issue = [&] {
    return Do(&Contracts::IssueInvoice,
              std::string(kJanuary) + R"(total { currency_code: "CNY" minor_units: 1300 })");
  };
  EXPECT_THAT(issue(), HasReason("MONTH_NOT_REPORTED"));
  ASSERT_NO_FATAL_FAILURE(Report("$SHOP1", {{"$B1", 95, 100, 0, 0, 20}}));
  EXPECT_THAT(issue(), HasReason("WEEK_NOT_REPORTED"));
  ReportWeek(absl::CivilDay(2026, 1, 19), {{"$B1", 85, 100, 0, 0}});
  EXPECT_THAT(issue(), HasReason("BREACH_OPEN"));
  ReportWeek(absl::CivilDay(2026, 1, 19), {{"$B1", 95, 100, 0, 0}}, 2);
  EXPECT_OK(issue());
}

TEST_F(ContractTest, MonthsThatAreNotOverAreNotIssued) {
  ASSERT_OK(Make(Period() + R"(price { model: PRICE_MODEL_FEE
                                       fee { currency_code: "CNY" minor_units: 1000 } })"));
  const std::string february = R"(contract_id: "$CONTRACT" month { year: 2026 month: 2 day: 1 })";
  ASSERT_OK_AND_ASSIGN(const auto draft, Ask(&Stub::ComputeInvoice, february));
  EXPECT_EQ(draft.total().minor_units(), 1000);
  EXPECT_THAT(Do(&Contracts::IssueInvoice,
                 february + R"(total { currency_code: "CNY" minor_units: 1000 })"),
              HasReason("MONTH_NOT_OVER"));
  for (const char* month : {"year: 2025 month: 12 day: 1", "year: 2027 month: 1 day: 1"}) {
    const std::string text = fmt::format(R"(contract_id: "$CONTRACT" month {{ {} }})", month);
    EXPECT_THAT(Ask(&Stub::ComputeInvoice, text), HasReason("CONTRACT_PERIOD"));
    EXPECT_THAT(Ask(&Stub::CheckContract, text), HasReason("CONTRACT_PERIOD"));
  }
}

TEST_F(ContractTest, AnAgencyAnswersForTheWholeShop) {
  ASSERT_OK_AND_ASSIGN(
      const v1::Contract made,
      Ask(&Stub::CreateContract,
          R"(contract { kind: CONTRACT_KIND_AGENCY display_name: "代运营" shop_ids: "$SHOP1"
                        price { model: PRICE_MODEL_COMMISSION commission_bps: 500
                                of_gross_sales: true } )" +
              Period() + "}"));
  world_["$CONTRACT"] = made.contract_id();
  ASSERT_NO_FATAL_FAILURE(ReportJanuary());
  ASSERT_OK_AND_ASSIGN(const v1::Invoice invoice, Ask(&Stub::ComputeInvoice, kJanuary));
  EXPECT_EQ(invoice.lines(0).basis().minor_units(), 950'000'50);
  EXPECT_EQ(invoice.total().minor_units(), 47'500'03);  // 5 % of ¥950,000.50, half up
  EXPECT_THAT(Do(&Contracts::EndContract, R"(contract_id: "$CONTRACT" reason: "r"
                                             end_date { year: 2026 month: 3 day: 30 })"),
              HasReason("INVALID_FIELDS"));
}

TEST_F(ContractTest, MilestonesAreOverdueTheDayAfterAndNotWhenReachedInTime) {
  ASSERT_OK(Make(Period() + kSeats +
                 R"(milestones { milestone_id: "hired" text: "十人到岗"
                                 due_date { year: 2026 month: 2 day: 19 }
                                 penalty { bps: 100 } }
                    milestones { milestone_id: "trained" text: "培训完成"
                                 due_date { year: 2026 month: 2 day: 20 } })"));
  const std::string february = R"(contract_id: "$CONTRACT" month { year: 2026 month: 2 day: 1 })";
  ASSERT_OK_AND_ASSIGN(const auto overdue, Ask(&Stub::CheckContract, february));
  ASSERT_THAT(overdue.breaches(), SizeIs(1));
  EXPECT_EQ(overdue.breaches(0).milestone().milestone_id(), "hired");
  const auto done = [&](const char* id, int day) {
    return Do(&Contracts::CompleteMilestone,
              fmt::format(R"(contract_id: "$CONTRACT" milestone_id: "{}"
                             done_date {{ year: 2026 month: 2 day: {} }})",
                          id, day));
  };
  EXPECT_THAT(done("hired", 21), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(done("none", 19), HasReason("NOT_FOUND"));
  ASSERT_OK(done("hired", 19));
  EXPECT_THAT(done("hired", 19), HasReason("MILESTONE_DONE"));
  ASSERT_OK_AND_ASSIGN(const auto kept, Ask(&Stub::CheckContract, february));
  EXPECT_EQ(kept.breaches(0).state(), v1::BREACH_STATE_WITHDRAWN);
  clock_.Advance(absl::Hours(24));
  ASSERT_OK(done("trained", 21));
  ASSERT_OK_AND_ASSIGN(const auto late, Ask(&Stub::CheckContract, february));
  EXPECT_THAT(late.breaches(),
              Contains(::testing::Property(&v1::Breach::state, v1::BREACH_STATE_OPEN)))
      << "reached a day late";
}

TEST_F(ContractTest, EndingTakesNoticeUnlessTrialOrBreachesSayOtherwise) {
  ASSERT_OK(Make(Period() + kSeats + kReplyRate + "notice_days: 30 trial_days: 10 " +
                 "consequences { breaches: 1 months: 2 demand: BREACH_DEMAND_REPLACE_BASE }"));
  const auto end = [&](std::string_view day) {
    return Do(&Contracts::EndContract,
              fmt::format(R"(contract_id: "$CONTRACT" reason: "换基地" end_date {{ {} }})", day));
  };
  EXPECT_THAT(end("year: 2026 month: 2 day: 19"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(end("year: 2026 month: 12 day: 31"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(end("year: 2026 month: 3 day: 21"), HasReason("CONTRACT_NOTICE"));
  ASSERT_NO_FATAL_FAILURE(ReportJanuary());
  ASSERT_OK_AND_ASSIGN(const v1::Contract ended, end("year: 2026 month: 2 day: 20"));
  EXPECT_EQ(ended.ended_date().day(), 20);
  clock_.Advance(absl::Hours(24));
  EXPECT_THAT(end("year: 2026 month: 2 day: 22"), HasReason("CONTRACT_ENDED"));
  // February's seats go by its 20 days.
  ASSERT_NO_FATAL_FAILURE(Report("$SHOP1", {{"$B1", 100, 100, 0, 0}}, 1, 2));
  ASSERT_OK_AND_ASSIGN(const v1::Invoice invoice,
                       Ask(&Stub::ComputeInvoice,
                           R"(contract_id: "$CONTRACT" month { year: 2026 month: 2 day: 1 })"));
  EXPECT_EQ(invoice.total().minor_units(), 214'286);  // 300,000 · 20 ÷ 28, half up
  // And the base may come back in March.
  EXPECT_OK(Make(Period("year: 2026 month: 3 day: 1") + kSeats));
}

TEST_F(ContractTest, MakeOrBuyByTheDefaults) {
  ASSERT_OK_AND_ASSIGN(const auto compared,
                       Do(&Contracts::CompareMakeOrBuy,
                          R"pb(price { model: PRICE_MODEL_SEATS_AND_COMMISSION }
                               months {
                                 agents: 2
                                 sales { currency_code: "CNY" minor_units: 20000000 }
                               })pb"));
  EXPECT_EQ(compared.own().minor_units(), 1'400'000);
  EXPECT_EQ(compared.base().minor_units(), 300'000 + 400'000);
  EXPECT_EQ(compared.break_even_sales().minor_units(), 27'499'975);
  EXPECT_THAT(Do(&Contracts::CompareMakeOrBuy,
                 R"pb(currency_code: "USD"
                      price { model: PRICE_MODEL_COMMISSION }
                      months { agents: -1 })pb"),
              HasReason("INVALID_FIELDS"));
}

// What holds for every call alike.
class EveryContractCallTest : public ContractTest {
 protected:
  void Fresh() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(SetUp());
    ASSERT_OK(Make(Period() + kSeats + kReplyRate +
                   R"(milestones { milestone_id: "m" text: "t"
                                   due_date { year: 2026 month: 12 day: 1 } })"));
    ASSERT_NO_FATAL_FAILURE(ReportJanuary());
    ASSERT_OK_AND_ASSIGN(const auto list,
                         Do(&Contracts::ListBreaches, R"(contract_id: "$CONTRACT")"));
    ASSERT_THAT(list.breaches(), SizeIs(1));
    world_["$BREACH"] = list.breaches(0).breach_id();
  }
  // Its invoice needs a month whose breaches are decided.
  void Decide(const CallRow& row) {
    if (row.method != "IssueInvoice") return;
    ASSERT_OK(Do(&Contracts::DecideBreach,
                 R"(contract_id: "$CONTRACT" breach_id: "$BREACH" waive: true reason: "r")"));
  }
  static const std::vector<CallRow>& Rows() {
    static const auto& rows = *new std::vector<CallRow>{
        {"GetContract", R"(contract_id: "$CONTRACT")", Other::kNotFound},
        {"ListContracts", "", Other::kEmpty},
        {"EndContract", R"(contract_id: "$CONTRACT" reason: "r~"
                           end_date { year: 2026 month: 8 day: 31 })",
         Other::kNotFound},
        {"CompleteMilestone", R"(contract_id: "$CONTRACT" milestone_id: "m"
                                 done_date { year: 2026 month: 2 day: 1~ })",
         Other::kNotFound},
        {"ListBreaches", R"(contract_id: "$CONTRACT")", Other::kNotFound},
        {"DecideBreach",
         R"(contract_id: "$CONTRACT" breach_id: "$BREACH" waive: true reason: "r~")",
         Other::kNotFound},
        {"IssueInvoice", R"(contract_id: "$CONTRACT" month { year: 2026 month: 1 day: 1~ }
                            total { currency_code: "CNY" minor_units: 398001 })",
         Other::kNotFound},
        {"CompareMakeOrBuy",
         R"(price { model: PRICE_MODEL_COMMISSION commission_bps: 100 } months { agents: 1 })",
         Other::kUnrelated},
    };
    return rows;
  }

  const EveryCall every_{"kefu.staffing.v1.ContractService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(EveryContractCallTest, HoldsWhatEveryCallMust) {
  every_.CheckTable(Rows());
  for (const CallRow& row : Rows()) {
    ASSERT_NO_FATAL_FAILURE(Fresh());
    ASSERT_NO_FATAL_FAILURE(Decide(row));
    every_.CheckStranger(row, Owner("org-b"));
    every_.CheckRights(row, OfAService());
    if (row.method != "ListContracts") every_.CheckEmptyRequest(row, Owner());
    const size_t before = EventTypes().size();
    EXPECT_OK(every_.Do(row, Owner())) << row.method;
    if (!row.is_write()) continue;
    EXPECT_GT(EventTypes().size(), before) << row.method;
    ASSERT_NO_FATAL_FAILURE(Fresh());
    ASSERT_NO_FATAL_FAILURE(Decide(row));
    every_.CheckReplay(row, "id-1", Owner(), Db(), clock_);
  }
}

TEST_F(EveryContractCallTest, ABaseAndAnAgentAreRefused) {
  ASSERT_NO_FATAL_FAILURE(Fresh());
  for (const CallRow& row : Rows()) {
    EXPECT_THAT(every_.Do(row, host_.As("org-a", {auth::Role::kAgent}, {})).status(),
                HasReason("PERMISSION_DENIED"))
        << row.method;
    EXPECT_THAT(every_
                    .Do(row, host_.AsBase("base-1", {auth::Role::kBaseManager},
                                          {{"org-a", "s", "c", absl::CivilDay(2026, 1, 1),
                                            absl::CivilDay(2026, 12, 31)}}))
                    .status(),
                HasReason("PERMISSION_DENIED"))
        << row.method;
  }
}

}  // namespace
}  // namespace kefu::staffing
