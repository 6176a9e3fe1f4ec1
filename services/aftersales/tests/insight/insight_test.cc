// InsightService and the job that looks for bad lots, from the warehouse's events and cases on.
#include <set>
#include <thread>

#include "common/testing/every_call.h"
#include "kefu/aftersales/v1/insight.grpc.pb.h"
#include "kefu/warehouse/v1/shipped.pb.h"
#include "services/aftersales/handlers/insight/shipped_events.h"
#include "services/aftersales/insight/bad_lot_job.h"
#include "services/aftersales/store/cases.h"
#include "services/aftersales/store/shipped.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using InsightStub = v1::InsightService::Stub;

const absl::CivilDay kToday(2026, 1, 15);  // the clock's; looks know the day before

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"GetBadLotPolicy", "", Other::kUnrelated},
      {"SetBadLotPolicy", R"(policy { period_days: 9~ horizon_days: 30 false_discovery_bps: 100
                                      least_cases: 5 kinds: CASE_KIND_RETURN })",
       Other::kUnrelated},
      {"ListBadLotWarnings", "", Other::kEmpty},
      {"ExplainBadLot", R"(warning_id: "$WARNING")", Other::kNotFound},
      {"JudgeBadLot", R"(warning_id: "$WARNING" verdict: BAD_LOT_STATE_CONFIRMED note: "n~")",
       Other::kNotFound},
  };
  return rows;
}

class InsightTest : public AftersalesTest {
 protected:
  using AftersalesTest::AftersalesTest;

  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (InsightStub::*method)(grpc::ClientContext*,
                                                                   const Request&, Response*),
                               const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*insights_, method, Parse<Request>(Fill(text)), options);
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (InsightStub::*method)(grpc::ClientContext*,
                                                                   const Request&, Response*),
                               const std::string& text) {
    return Ask(method, text, As("org-a"));
  }
  // The warehouse ships `pieces` of a SKU for an order; false when the order names no shop.
  static void Ship(const std::string& order, const std::string& sku, const std::string& node,
                   const std::string& lot, absl::CivilDay day, int pieces = 1,
                   const std::string& shop = "shop-1", const std::string& org = "org-a") {
    ::kefu::common::v1::Event event;
    event.set_org_id(org);
    event.mutable_payload()->PackFrom(Parse<::kefu::warehouse::v1::GoodsShipped>(fmt::format(
        R"(reservation_id: "r" order_id: "{}" shop_id: "{}" goods {{ node_id: "{}" sku_id: "{}"
           lot: "{}" quantity: {} business_date {{ year: {} month: {} day: {} }} }})",
        order, shop, node, sku, lot, pieces, day.year(), day.month(), day.day())));
    ASSERT_OK(Db().db().RunInTransaction(
        absl::InfiniteFuture(), [&](db::Transaction& t) { return ApplyShippedEvent(t, event); }));
  }
  // A case as OpenCase keeps it, received at noon in Shanghai; without goods when the SKU is empty.
  void Complain(const std::string& order, const std::string& sku, absl::CivilDay day,
                domain::CaseKind kind = domain::CaseKind::kReturn) {
    domain::Case record{.org_id = "org-a", .case_id = ids_.Next(), .shop_id = "shop-1"};
    record.kind = kind;
    record.channel = domain::CaseChannel::kChat;
    record.priority = domain::CasePriority::kNormal;
    record.order_id = order;
    record.problem = "坏了";
    if (!sku.empty()) record.lines = {{sku, "", 1}};
    record.state = domain::CaseState::kOpen;
    record.receive_time = absl::FromCivil(day, absl::UTCTimeZone()) + absl::Hours(4);
    record.version = 1;
    record.create_time = record.update_time = record.receive_time;
    ASSERT_OK(Db().db().RunInTransaction(
        absl::InfiniteFuture(), [&](db::Transaction& t) { return store::InsertCase(t, record); }));
  }

  // Ten orders a day of sku-1 by each of three series until yesterday. One of fifty pieces is
  // complained about, ten days later at the most; of lot B from node-1, since December 10, each
  // fourth.
  void ShipAndComplain() {
    int n = 0;
    for (absl::CivilDay day(2025, 11, 1); day < kToday; ++day) {
      for (const auto& [node, lot] : {std::pair("node-1", "A"), {"node-1", "B"}, {"node-2", "A"}}) {
        const bool bad = std::string_view(lot) == "B" && day >= absl::CivilDay(2025, 12, 10);
        for (int i = 0; i < 10; ++i) {
          const std::string order = fmt::format("order-{}-{}-{}-{}", FormatDay(day), node, lot, i);
          Ship(order, "sku-1", node, lot, day);
          const absl::CivilDay complained = day + ++n * 7 % 11;
          if (n % (bad ? 4 : 50) == 0 && complained < kToday) Complain(order, "sku-1", complained);
        }
      }
    }
  }

  int Look() {
    BadLotJob job(
        *database_, clock_, ids_, [] {}, nullptr, absl::Hours(1));
    const auto told = job.RunOnce(absl::InfiniteFuture());
    EXPECT_OK(told);
    return told.value_or(-1);
  }
  // The only warning there is, called $WARNING.
  v1::BadLotWarning Only() {
    const auto list = Ask(&InsightStub::ListBadLotWarnings, "");
    EXPECT_OK(list);
    EXPECT_EQ(list->warnings_size(), 1);
    if (list->warnings_size() != 1) return {};
    names_["$WARNING"] = list->warnings(0).warning_id();
    return list->warnings(0);
  }
  static std::vector<std::string> Told() {
    std::vector<std::string> told;
    for (const std::string& type : EventTypes()) {
      if (type.starts_with("BadLot")) told.push_back(type);
    }
    return told;
  }

  const std::unique_ptr<InsightStub> insights_ = v1::InsightService::NewStub(host_.channel());
};

TEST_F(InsightTest, ABadLotIsToldOnceExplainedAndJudged) {
  ShipAndComplain();
  EXPECT_EQ(Look(), 1);
  const v1::BadLotWarning found = Only();
  EXPECT_EQ(found.sku() + found.node_id() + found.lot(), "sku-1node-1B");
  EXPECT_EQ(found.state(), v1::BAD_LOT_STATE_OPEN);
  const absl::CivilDay since(found.since_date().year(), found.since_date().month(),
                             found.since_date().day());
  EXPECT_LE(std::abs(since - absl::CivilDay(2025, 12, 10)), 3);
  EXPECT_LE(found.adjusted_p_value(), 0.01);
  EXPECT_GT(found.rate_ratio_low(), 3);
  EXPECT_LT(found.rate_ratio_low(), found.rate_ratio());
  EXPECT_LT(found.rate_ratio(), found.rate_ratio_high());
  EXPECT_EQ(found.look_date().day(), 14);
  // Again, by another process, and by two at once: nothing new.
  EXPECT_EQ(Look(), 0);
  clock_.Advance(absl::Hours(24));
  std::vector<std::jthread> looks;
  for (int i = 0; i < 4; ++i) looks.emplace_back([this] { EXPECT_EQ(Look(), 0); });
  looks.clear();
  EXPECT_EQ(Only().look_date().day(), 15);
  EXPECT_EQ(Only().first_look_date().day(), 14);
  EXPECT_THAT(Told(), ElementsAre("BadLotSuspected"));

  EXPECT_THAT(Ask(&InsightStub::JudgeBadLot, R"(warning_id: "$WARNING" note: "封样" etag: "1"
                                               verdict: BAD_LOT_STATE_CONFIRMED)"),
              HasReason("ETAG_MISMATCH"));
  EXPECT_THAT(Ask(&InsightStub::JudgeBadLot, R"(warning_id: "$WARNING" note: "封样"
                                               verdict: BAD_LOT_STATE_OPEN)"),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(const auto judged,
                       Ask(&InsightStub::JudgeBadLot, R"(warning_id: "$WARNING" note: "封样不良"
                                                        verdict: BAD_LOT_STATE_CONFIRMED)"));
  EXPECT_EQ(judged.actor(), "tester");
  EXPECT_EQ(judged.note(), "封样不良");
  EXPECT_THAT(Ask(&InsightStub::JudgeBadLot, R"(warning_id: "$WARNING" note: "又一次"
                                               verdict: BAD_LOT_STATE_DISMISSED)"),
              HasReason("WARNING_JUDGED"));
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(Look(), 0);
  EXPECT_EQ(Only().state(), v1::BAD_LOT_STATE_CONFIRMED);
  EXPECT_THAT(Told(), ElementsAre("BadLotSuspected", "BadLotJudged"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM bad_lot_look"), 3);
}

TEST_F(InsightTest, AWarningNamesTheRowsThatItWasMadeFrom) {
  ShipAndComplain();
  ASSERT_EQ(Look(), 1);
  const v1::BadLotWarning found = Only();
  ASSERT_OK_AND_ASSIGN(auto page,
                       Ask(&InsightStub::ExplainBadLot, R"(warning_id: "$WARNING" page_size: 7)"));
  EXPECT_THAT(page.rule(), HasSubstr("false discovery rate 1.00 %"));
  EXPECT_TRUE(page.policy_shipped());
  EXPECT_EQ(page.series(), 3);
  EXPECT_EQ(page.delay_shares_size(), 61);
  EXPECT_NEAR(page.delay_shares(5), 6.0 / 11, 0.15);  // delays of 0 to 10 days alike
  int64_t pieces = 0, cases = 0, inside = 0;
  double exposure = 0;
  for (const v1::BadLotDay& day : page.days()) {
    pieces += day.pieces();
    cases += day.cases();
    const absl::CivilDay ship(day.ship_date().year(), day.ship_date().month(),
                              day.ship_date().day());
    const absl::CivilDay since(found.since_date().year(), found.since_date().month(),
                               found.since_date().day());
    if (ship < since) continue;
    inside += day.cases();
    exposure += day.exposure();
  }
  EXPECT_EQ(pieces, 75 * 10);
  EXPECT_EQ(inside, found.cases());
  EXPECT_LT(exposure, static_cast<double>(found.pieces()));
  std::set<std::string> ids;
  for (;;) {
    for (const v1::BadLotCase& one : page.cases()) {
      EXPECT_TRUE(ids.insert(one.case_id()).second);
      EXPECT_THAT(one.order_id(), HasSubstr("node-1-B"));
    }
    if (page.next_page_token().empty()) break;
    EXPECT_EQ(page.cases_size(), 7);
    ASSERT_OK_AND_ASSIGN(
        page, Ask(&InsightStub::ExplainBadLot, fmt::format(R"(warning_id: "$WARNING" page_size: 7
                                                  page_token: "{}")",
                                                           page.next_page_token())));
  }
  EXPECT_EQ(static_cast<int64_t>(ids.size()), cases);
}

TEST_F(InsightTest, OnlyWhatTellsOfALotCounts) {
  const absl::CivilDay day(2026, 1, 2);
  Ship("one", "sku-1", "node-1", "A", day, 2);
  Ship("one", "sku-1", "node-1", "A", day + 1, 3);  // the rest of the line
  Ship("two", "sku-1", "node-1", "A", day);
  Ship("two", "sku-1", "node-1", "B", day);  // who knows which
  Ship("three", "sku-1", "node-1", "", day);
  Ship("three", "sku-2", "node-1", "", day);
  Ship("four", "sku-2", "node-1", "", day);
  Ship("", "sku-1", "node-1", "A", day);             // of no order
  Ship("five", "sku-1", "node-1", "A", day, 1, "");  // of no shop
  Complain("one", "sku-1", day + 3);
  Complain("two", "sku-1", day + 3);
  Complain("three", "", day + 3);  // of two SKUs
  Complain("four", "", day + 3);
  Complain("one", "sku-1", day + 3, domain::CaseKind::kFreightClaim);
  const auto [series, cases] = *Db().db().RunInTransaction(
      absl::InfiniteFuture(),
      [&](db::Transaction& t) -> absl::StatusOr<std::pair<std::vector<domain::insight::Series>,
                                                          std::vector<store::CaseAboutGoods>>> {
        ASSIGN_OR_RETURN(auto of_sku, store::SeriesOf(t, "org-a", "sku-1", day, day + 10));
        ASSIGN_OR_RETURN(auto about,
                         store::CasesAboutGoods(t, "org-a", "RETURN", absl::InfinitePast(),
                                                absl::InfiniteFuture()));
        return std::pair(std::move(of_sku), std::move(about));
      });
  ASSERT_EQ(series.size(), 2u);
  EXPECT_EQ(series[0].key.lot, "");
  EXPECT_EQ(series[1].key.lot, "A");
  EXPECT_THAT(series[1].days, ElementsAre(domain::insight::SeriesDay{day, 5, 0}));
  ASSERT_EQ(cases.size(), 2u);
  EXPECT_EQ(cases[0].order_id, "one");
  EXPECT_EQ(cases[0].ship_day, day);
  EXPECT_EQ(cases[1].order_id, "four");
  EXPECT_EQ(cases[1].series.sku, "sku-2");
}

TEST_F(InsightTest, ThePolicyIsVersionedAndRulesTheNextLook) {
  ASSERT_OK_AND_ASSIGN(const auto shipped, Ask(&InsightStub::GetBadLotPolicy, ""));
  EXPECT_TRUE(shipped.shipped());
  EXPECT_EQ(shipped.kinds_size(), 7);
  const auto refused = Ask(&InsightStub::SetBadLotPolicy,
                           R"(policy { period_days: 10 horizon_days: 20 false_discovery_bps: 6000
                                       least_cases: 1 })");
  EXPECT_THAT(refused, HasReason("INVALID_FIELDS"));
  EXPECT_EQ(GetDetail<google::rpc::BadRequest>(refused.status())->field_violations_size(), 5);
  ShipAndComplain();
  // Nothing complains by repairs, so nothing is bad; the day is looked at all the same.
  ASSERT_OK_AND_ASSIGN(const auto set,
                       Ask(&InsightStub::SetBadLotPolicy,
                           R"(policy { period_days: 90 horizon_days: 30 false_discovery_bps: 100
                                       least_cases: 5 kinds: CASE_KIND_REPAIR })"));
  EXPECT_EQ(set.version(), 1);
  EXPECT_EQ(Look(), 0);
  ASSERT_OK_AND_ASSIGN(const auto again,
                       Ask(&InsightStub::SetBadLotPolicy,
                           R"(policy { period_days: 90 horizon_days: 30 false_discovery_bps: 100
                                       least_cases: 5 kinds: CASE_KIND_RETURN })"));
  EXPECT_EQ(again.version(), 2);
  EXPECT_EQ(Look(), 0);
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(Look(), 1);
  ASSERT_OK_AND_ASSIGN(const auto other, Ask(&InsightStub::GetBadLotPolicy, "", As("org-b")));
  EXPECT_TRUE(other.shipped());
}

TEST_F(InsightTest, APolicyCountsFromItsTimeOnAndFollowsTheOneThatWasRead) {
  constexpr char kNumbers[] =
      "period_days: 90 horizon_days: 30 false_discovery_bps: 100"
      " least_cases: 5 ";
  const auto set = [&](const std::string& more) {
    return Ask(&InsightStub::SetBadLotPolicy, fmt::format("policy {{ {} {} }}", kNumbers, more));
  };
  const auto at = [&](absl::Duration after) {
    return fmt::format(" effective_time {{ seconds: {} }}",
                       absl::ToUnixSeconds(clock_.Now() + after));
  };
  const std::string returns = "kinds: CASE_KIND_RETURN", repairs = "kinds: CASE_KIND_REPAIR";
  const auto past = set(returns + at(-absl::Seconds(1)));
  ASSERT_THAT(past, HasReason("INVALID_FIELDS"));
  EXPECT_EQ(GetDetail<google::rpc::BadRequest>(past.status())->field_violations(0).field(),
            "policy.effective_time");
  EXPECT_THAT(set(returns + " etag: '1'"), HasReason("ETAG_MISMATCH")) << "there is none yet";

  ShipAndComplain();
  ASSERT_OK_AND_ASSIGN(const auto now, set(repairs));
  EXPECT_EQ(now.actor(), "tester");
  EXPECT_EQ(Text(now.effective_time()), Text(now.create_time()));
  ASSERT_OK_AND_ASSIGN(const auto later,
                       set(returns + at(absl::Hours(20)) + " etag: '" + now.etag() + "'"));
  EXPECT_EQ(later.version(), 2);
  EXPECT_THAT(set(returns + at(absl::Hours(30)) + " etag: '" + now.etag() + "'"),
              HasReason("ETAG_MISMATCH"));
  EXPECT_THAT(set(returns + at(absl::Hours(19))), HasReason("INVALID_FIELDS"))
      << "before the version before it";
  ASSERT_OK_AND_ASSIGN(const auto read, Ask(&InsightStub::GetBadLotPolicy, ""));
  EXPECT_THAT(read, EqualsProto(now));
  const std::string then = std::to_string(absl::ToUnixSeconds(clock_.Now() + absl::Hours(20)));
  ASSERT_OK_AND_ASSIGN(const auto next,
                       Ask(&InsightStub::GetBadLotPolicy, "at_time { seconds: " + then + " }"));
  EXPECT_THAT(next, EqualsProto(later));
  ASSERT_OK_AND_ASSIGN(const auto before,
                       Ask(&InsightStub::GetBadLotPolicy, "at_time { seconds: 1 }"));
  EXPECT_TRUE(before.shipped());
  EXPECT_EQ(before.etag(), "");
  // Looks use what is in force when they are made.
  EXPECT_EQ(Look(), 0);
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(Look(), 1);
}

TEST_F(InsightTest, ADismissedSeriesIsToldAgainOnlyForWhatIsShippedLater) {
  ShipAndComplain();
  ASSERT_EQ(Look(), 1);
  Only();
  ASSERT_OK(Ask(&InsightStub::JudgeBadLot, R"(warning_id: "$WARNING" note: "同批抽检合格"
                                             verdict: BAD_LOT_STATE_DISMISSED)"));
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(Look(), 0);
  // Worse goods of the same lot, shipped after the verdict.
  const absl::CivilDay later = kToday + 1;
  for (int i = 0; i < 30; ++i) {
    const std::string order = fmt::format("later-{}", i);
    Ship(order, "sku-1", "node-1", "B", later);
    if (i % 2 == 0) Complain(order, "sku-1", later + i % 5);
  }
  clock_.Advance(absl::Hours(24 * 10));
  EXPECT_EQ(Look(), 1);
  ASSERT_OK_AND_ASSIGN(const auto list, Ask(&InsightStub::ListBadLotWarnings, ""));
  ASSERT_EQ(list.warnings_size(), 2);
  EXPECT_EQ(list.warnings(1).cases(), 15);
  EXPECT_EQ(list.warnings(1).since_date().day(), later.day());
}

TEST_F(InsightTest, CallsAreForTheirOrganizationAndAllItsShops) {
  ShipAndComplain();
  ASSERT_EQ(Look(), 1);
  Only();
  const EveryCall calls{"kefu.aftersales.v1.InsightService", host_.channel(),
                        [this](std::string text) { return Fill(std::move(text)); }};
  calls.CheckTable(Rows());
  const auto base =
      rpc::CallOptions{.token = host_.tokens().BaseToken(
                           "base-1", {auth::Role::kTeamLead},
                           {{"org-a", "shop-1", "contract-1", absl::CivilDay(2026, 1, 1),
                             absl::CivilDay(2026, 12, 31)}},
                           "base-tester", absl::Hours(1))};
  for (const CallRow& row : Rows()) {
    calls.CheckStranger(row, As("org-b"));
    calls.CheckRights(row, host_.AsService(), host_.As("org-a", {auth::Role::kAuditor}));
    calls.CheckPages(row, As("org-a"));
    if (row.method == "GetBadLotPolicy") continue;
    EXPECT_THAT(calls.Do(row, As("org-a", {"shop-1"})).status(), HasReason("SHOP_NOT_ALLOWED"))
        << row.method;
    if (row.other != Other::kEmpty) calls.CheckEmptyRequest(row, As("org-a"));
    if (!row.is_write() && row.other == Other::kNotFound) {
      EXPECT_THAT(calls.Do(row, base).status(), HasReason("NOT_FOUND")) << row.method;
    }
  }
  int n = 0;
  for (const CallRow& row : Rows()) {
    if (row.is_write()) {
      calls.CheckWrite(row, fmt::format("id-{}", ++n), As("org-a"), Db(), clock_);
    }
  }
}

class InsightDeadlineTest : public InsightTest {
 protected:
  InsightDeadlineTest() : InsightTest(/*pool_size=*/1) {}
};

TEST_F(InsightDeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  names_["$WARNING"] = "w";
  const EveryCall calls{"kefu.aftersales.v1.InsightService", host_.channel(),
                        [this](std::string text) { return Fill(std::move(text)); }};
  calls.CheckDeadlines(Rows(), As("org-a"), *database_, Db());
}

}  // namespace
}  // namespace kefu::aftersales
