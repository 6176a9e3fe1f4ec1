// CaseFigureService against an independent count of the same cases, and for everyone who asks.
#include <algorithm>
#include <limits>

#include "common/testing/every_call.h"
#include "services/aftersales/tests/figures/world.h"

namespace kefu::aftersales {
namespace {

using domain::insight::ReasonDimension;
using ::kefu::testing::Callers;
using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

// Twenty days; those before are December 7 to 26.
constexpr char kDays[] = R"( period { start_date { year: 2025 month: 12 day: 27 }
                                      end_date { year: 2026 month: 1 day: 15 } } )";
const absl::CivilDay kFirst(2025, 12, 27), kLast(2026, 1, 15);

const absl::TimeZone& Shanghai() {
  static const absl::TimeZone zone = *LoadZone("Asia/Shanghai");
  return zone;
}

// What a line of a case, or the case without lines, is by a dimension; nothing where it counts in
// no group.
std::optional<std::string> ValueOf(const KnownCase& known, int line, ReasonDimension by) {
  const domain::Case& c = known.record;
  const bool has = line < static_cast<int>(c.lines.size());
  const auto shipped = has ? known.shipped[line] : std::nullopt;
  switch (by) {
    case ReasonDimension::kUnspecified:
      return "";
    case ReasonDimension::kReason:
      return known.reason;
    case ReasonDimension::kSku:
      return has ? c.lines[line].sku : "";
    case ReasonDimension::kNode:
      return shipped ? shipped->series.node_id : "";
    case ReasonDimension::kLot:
      return shipped ? shipped->series.sku + "|" + shipped->series.lot : "";
    case ReasonDimension::kCategory:
      return has ? c.lines[line].category : "";
    case ReasonDimension::kKind:
      return std::string(NameOf(c.kind));
    case ReasonDimension::kResult:
      return std::string(NameOf(c.result));
    case ReasonDimension::kAgent:
      return c.assignee_agent_id;
    case ReasonDimension::kBase:
      return c.assignee_agent_id.empty() ? "" : FiguresTest::BaseOf(c.assignee_agent_id);
    case ReasonDimension::kCarrier:
      return known.carrier;
    case ReasonDimension::kShop:
      return c.shop_id;
    case ReasonDimension::kSkuAndKind:
      if (!has) return std::nullopt;
      return c.lines[line].sku + "|" + std::string(NameOf(c.kind));
    case ReasonDimension::kCustomer:
      return c.customer_id.empty() ? std::nullopt : std::optional(c.customer_id);
    case ReasonDimension::kOrder:
      return c.order_id.empty() ? std::nullopt : std::optional(c.shop_id + "|" + c.order_id);
  }
  return std::nullopt;
}

using Group = std::pair<ReasonDimension, std::string>;

// The case's groups of a dimension, of the lines that lie in all the others.
std::set<std::string> GroupsOf(const KnownCase& known, ReasonDimension by,
                               const std::vector<Group>& within) {
  std::set<std::string> groups;
  const int lines = std::max<int>(1, static_cast<int>(known.record.lines.size()));
  for (int line = 0; line < lines; ++line) {
    const bool fits = std::ranges::all_of(within, [&](const Group& group) {
      return ValueOf(known, line, group.first) == group.second;
    });
    const auto value = ValueOf(known, line, by);
    if (fits && value) groups.insert(*value);
  }
  return groups;
}

std::string Name(ReasonDimension by) {
  return v1::ReasonDimension_Name(static_cast<v1::ReasonDimension>(by));
}
std::string GroupText(const Group& group) {
  return fmt::format(R"({{ by: {} value: "{}" }} )", Name(group.first), group.second);
}

struct Counted {
  int64_t cases = 0, previous = 0, cost = 0;
  bool operator==(const Counted&) const = default;
};
void PrintTo(const Counted& counted, std::ostream* os) {
  *os << counted.cases << "/" << counted.previous << "/" << counted.cost;
}

class ReasonsTest : public FiguresTest {
 protected:
  // Cases of the twenty days, or of the twenty before.
  static int Half(const KnownCase& known) {
    if (known.record.state == domain::CaseState::kMerged) return 0;
    const absl::CivilDay day = DayOf(known.record.receive_time, Shanghai());
    if (day > kLast || day < kFirst - 20) return 0;
    return day >= kFirst ? 1 : 2;
  }
  std::map<std::string, Counted> Count(ReasonDimension by, const std::vector<Group>& within,
                                       bool returns_only) const {
    std::map<std::string, Counted> counts;
    for (const KnownCase& known : world_) {
      if (returns_only && known.record.kind != domain::CaseKind::kReturn) continue;
      const int half = Half(known);
      if (half == 0) continue;
      for (const std::string& value : GroupsOf(known, by, within)) {
        Counted& counted = counts[value];
        (half == 1 ? counted.cases : counted.previous) += 1;
        if (half == 1) counted.cost += known.cost;
      }
    }
    std::erase_if(counts, [](const auto& one) { return one.second.cases == 0; });
    return counts;
  }
  // All pages.
  std::map<std::string, Counted> Ask(const std::string& request, int64_t total) {
    std::map<std::string, Counted> counts;
    std::string token;
    int64_t last = std::numeric_limits<int64_t>::max();
    do {
      const auto page =
          FiguresTest::Ask(&FigureStub::GetReasons,
                           request + fmt::format(R"( page_size: 3 page_token: "{}")", token));
      EXPECT_OK(page);
      if (!page.ok()) break;
      EXPECT_EQ(page->cases(), total) << request;
      for (const v1::ReasonRow& row : page->rows()) {
        EXPECT_LE(row.cases(), last);
        last = row.cases();
        EXPECT_EQ(row.cost().currency_code(), "CNY");
        EXPECT_TRUE(counts
                        .emplace(row.value(), Counted{row.cases(), row.previous_cases(),
                                                      row.cost().minor_units()})
                        .second)
            << row.value();
      }
      token = page->next_page_token();
    } while (!token.empty());
    return counts;
  }
};

TEST_F(ReasonsTest, EveryGroupIsWhatCountingTheCasesOneByOneGives) {
  MakeWorld(300);
  const std::vector<std::vector<Group>> withins = {{},
                                                   {{ReasonDimension::kSku, "S-1"}},
                                                   {{ReasonDimension::kNode, ""}},
                                                   {{ReasonDimension::kReason, "QUALITY_DEFECT"}},
                                                   {{ReasonDimension::kBase, "base-1"}},
                                                   {{ReasonDimension::kSkuAndKind, "S-2|RETURN"}},
                                                   {{ReasonDimension::kOrder, "shop-1|w7"}}};
  for (int by = 1; by <= static_cast<int>(ReasonDimension::kOrder); ++by) {
    for (const std::vector<Group>& within : withins) {
      const auto dimension = static_cast<ReasonDimension>(by);
      const bool returns_only = by % 2 == 0 && within.empty();
      const auto all = Count(ReasonDimension::kUnspecified, within, returns_only);
      const std::string request =
          fmt::format("{} by: {} {} {}", kDays, Name(dimension),
                      within.empty() ? "" : "within " + GroupText(within.front()),
                      returns_only ? "kinds: CASE_KIND_RETURN" : "");
      EXPECT_EQ(Ask(request, all.empty() ? 0 : all.at("").cases),
                Count(dimension, within, returns_only))
          << request;
    }
  }
}

TEST_F(ReasonsTest, BehindAGroupStandItsCasesAndTheirDays) {
  MakeWorld(300);
  const std::vector<Group> groups = {{ReasonDimension::kSku, "S-2"},
                                     {ReasonDimension::kCategory, ""}};
  std::vector<std::pair<absl::Time, std::string>> expected;
  std::map<absl::CivilDay, int64_t> days;
  for (const KnownCase& known : world_) {
    if (Half(known) != 1) continue;
    if (GroupsOf(known, ReasonDimension::kUnspecified, {groups[0]}).empty()) continue;
    ++days[DayOf(known.record.receive_time, Shanghai())];
    if (GroupsOf(known, ReasonDimension::kUnspecified, groups).empty()) continue;
    expected.emplace_back(known.record.receive_time, known.record.case_id);
  }
  std::ranges::sort(expected);
  std::vector<std::string> ids, found;
  for (const auto& [time, id] : expected) ids.push_back(id);
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto page,
        FiguresTest::Ask(&FigureStub::ListReasonCases,
                         fmt::format(R"({} group {} within {} page_size: 7 page_token: "{}")",
                                     kDays, GroupText(groups[0]), GroupText(groups[1]), token)));
    for (const v1::FigureCase& one : page.cases()) found.push_back(one.case_id());
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_GT(ids.size(), 14u);
  EXPECT_THAT(found, ElementsAreArray(ids));

  ASSERT_OK_AND_ASSIGN(const auto daily,
                       FiguresTest::Ask(&FigureStub::GetReasonTrend,
                                        std::string(kDays) + " within " + GroupText(groups[0])));
  ASSERT_EQ(daily.points_size(), 20);
  int64_t sum = 0;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(daily.points(i).cases(), days[kFirst + i]) << i;
    sum += daily.points(i).cases();
  }
  EXPECT_EQ(daily.cases(), sum);
  const std::string weeks =
      std::string(kDays) + " step: TREND_STEP_WEEK within " + GroupText(groups[0]);
  ASSERT_OK_AND_ASSIGN(const auto weekly, FiguresTest::Ask(&FigureStub::GetReasonTrend, weeks));
  ASSERT_EQ(weekly.points_size(), 4);  // December 27 is a Saturday
  EXPECT_EQ(weekly.points(0).cases(), days[kFirst] + days[kFirst + 1]);
  EXPECT_EQ(weekly.points(1).start_date().day(), 29);
  EXPECT_EQ(weekly.points(3).end_date().day(), 15);
  EXPECT_EQ(weekly.cases(), sum);
}

TEST_F(ReasonsTest, WhatWasSoldIsCountedWhenItIsAskedFor) {
  MakeWorld(60);
  const auto row_of = [&](const std::string& request, const std::string& value) {
    const auto answer = FiguresTest::Ask(&FigureStub::GetReasons, kDays + request);
    EXPECT_OK(answer);
    for (const v1::ReasonRow& row : answer->rows()) {
      if (row.value() == value) return row;
    }
    ADD_FAILURE() << value;
    return v1::ReasonRow();
  };
  // Orders of the fixture: eight of ten pieces of S-1 each on January 1. Those of the world that
  // were placed in the days and paid have two each.
  const int64_t paid = Db().Count(
      "SELECT COUNT(*) FROM sales_order WHERE org_id = 'org-a' AND order_id LIKE 'w%'"
      " AND pay_us IS NOT NULL AND create_us >= 1766764800000000 AND create_us < 1768492800000000");
  EXPECT_GT(paid, 5);
  const v1::ReasonRow sku = row_of("by: REASON_DIMENSION_SKU count_sold: true", "S-1");
  EXPECT_EQ(sku.sold(), 8 * 10 + 2 * paid);
  EXPECT_EQ(sku.sold_unit(), v1::SOLD_UNIT_PIECES_SOLD);
  EXPECT_DOUBLE_EQ(sku.rate(), static_cast<double>(sku.cases()) / static_cast<double>(sku.sold()));
  EXPECT_LT(sku.rate_low(), sku.rate());
  EXPECT_GT(sku.rate_high(), sku.rate());
  EXPECT_FALSE(row_of("by: REASON_DIMENSION_SKU", "S-1").has_rate());
  const v1::ReasonRow node = row_of("by: REASON_DIMENSION_NODE count_sold: true", "node-1");
  EXPECT_EQ(node.sold(), Db().Count("SELECT COUNT(*) FROM shipped_line WHERE node_id = 'node-1'"));
  EXPECT_EQ(node.sold_unit(), v1::SOLD_UNIT_PIECES_SHIPPED);
  const v1::ReasonRow carrier = row_of("by: REASON_DIMENSION_CARRIER count_sold: true", "SF");
  EXPECT_EQ(carrier.sold_unit(), v1::SOLD_UNIT_ORDERS);
  EXPECT_GT(carrier.sold(), 0);
  EXPECT_LT(carrier.sold(), paid);
}

TEST_F(ReasonsTest, NothingIsAnAnswerAndFaultsAreNamedAtOnce) {
  Staff();
  const std::string nothing = std::string(kDays) + "by: REASON_DIMENSION_SKU";
  ASSERT_OK_AND_ASSIGN(const auto none, FiguresTest::Ask(&FigureStub::GetReasons, nothing));
  EXPECT_EQ(none.rows_size(), 0);
  EXPECT_EQ(none.cases(), 0);
  ASSERT_OK_AND_ASSIGN(const auto quiet, FiguresTest::Ask(&FigureStub::GetReasonTrend, kDays));
  EXPECT_EQ(quiet.points_size(), 20);
  ASSERT_OK_AND_ASSIGN(
      const auto month,
      FiguresTest::Ask(&FigureStub::GetReasonTrend, std::string(kDays) + "step: TREND_STEP_MONTH"));
  EXPECT_EQ(month.points_size(), 2);
  const auto wrong = FiguresTest::Ask(
      &FigureStub::GetReasons,
      R"(shop_id: "a b" least_cases: -1 kinds: CASE_KIND_UNSPECIFIED within { value: "S-1" }
         period { start_date { year: 2025 month: 1 day: 1 } end_date { year: 2026 month: 1 day: 2 } })");
  EXPECT_THAT(wrong, HasReason("INVALID_FIELDS"));
  std::set<std::string> fields;
  const auto detail = GetDetail<google::rpc::BadRequest>(wrong.status());
  ASSERT_TRUE(detail);
  for (const auto& one : detail->field_violations()) fields.insert(one.field());
  EXPECT_THAT(fields,
              ElementsAre("by", "kinds[0]", "least_cases", "period", "shop_id", "within.by"));
  EXPECT_THAT(FiguresTest::Ask(&FigureStub::GetReasonTrend, ""), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(FiguresTest::Ask(&FigureStub::ListReasonCases, kDays), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(FiguresTest::Ask(&FigureStub::ListSlaDeadlines, kDays), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(FiguresTest::Ask(&FigureStub::ForecastBreaches,
                               "horizon_hours: 2 step_hours: 3 history_days: 6"),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(FiguresTest::Ask(&FigureStub::ForecastBreaches, "horizon_hours: 169"),
              HasReason("INVALID_FIELDS"));
}

// What the calls of the product leave behind: the reason that was asked about, who met a deadline
// though another one has the case now, and no duplicate.
TEST_F(ReasonsTest, WhatTheOtherServicesWriteIsWhatIsCounted) {
  Staff();
  Open("$A", R"(lines { sku: "S-1" quantity: 1 })");
  Db().Exec("UPDATE aftersales_case SET assignee_agent_id = 'agent-3'");
  Open("$B", R"(assignee_agent_id: "agent-1")");
  Open("$TWICE", R"(assignee_agent_id: "agent-1")");
  for (const char* reason : {"NO_REASON", "SIZE_DIFFERS"}) {
    ASSERT_OK(
        Call(&Stub::EvaluateReturn, fmt::format(R"(case_id: "$A" question {{ category: "clothing"
                                  reason: RETURN_REASON_{} sign_time {{ seconds: 1768300000 }} }})",
                                                reason)));
  }
  ASSERT_OK(Call(&WorkStub::MergeCases, R"(case_id: "$B" duplicate_case_id: "$TWICE"
                                           note: "重复")"));
  ASSERT_OK(Call(&Stub::RespondToCase, R"(case_id: "$A" message: "您好")"));
  Db().Exec("UPDATE aftersales_case SET assignee_agent_id = 'agent-1'");
  ASSERT_OK_AND_ASSIGN(const auto reasons,
                       FiguresTest::Ask(&FigureStub::GetReasons,
                                        std::string(kDays) + "by: REASON_DIMENSION_REASON"));
  ASSERT_EQ(reasons.rows_size(), 2);
  EXPECT_EQ(reasons.rows(0).value() + "," + reasons.rows(1).value(), ",SIZE_DIFFERS");
  EXPECT_EQ(reasons.cases(), 2);
  ASSERT_OK_AND_ASSIGN(const auto sla,
                       FiguresTest::Ask(&FigureStub::GetSlaCompliance,
                                        std::string(kDays) + "by: SLA_DIMENSION_BASE"));
  ASSERT_EQ(sla.rows_size(), 2);
  EXPECT_EQ(sla.rows(0).open(), 1);
  EXPECT_EQ(sla.rows(1).value(), "base-1");
  EXPECT_EQ(sla.rows(1).met(), 1);
  ASSERT_OK_AND_ASSIGN(const auto read, Call(&Stub::GetCase, R"(case_id: "$A")"));
  EXPECT_EQ(ClockOf(read, v1::CLOCK_KIND_FIRST_ANSWER).breach_owner(), "");
}

TEST_F(ReasonsTest, EachSeesWhatItReaches) {
  MakeWorld(200);
  const std::string by_shop = std::string(kDays) + "by: REASON_DIMENSION_SHOP";
  const auto cases = [&](const auto& fits) {
    return std::ranges::count_if(
        world_, [&](const KnownCase& known) { return Half(known) == 1 && fits(known.record); });
  };
  ASSERT_OK_AND_ASSIGN(const auto confined,
                       FiguresTest::Ask(&FigureStub::GetReasons, by_shop, As("org-a", {"shop-2"})));
  EXPECT_EQ(confined.rows_size(), 1);
  EXPECT_EQ(confined.cases(), cases([](const auto& c) { return c.shop_id == "shop-2"; }));
  EXPECT_THAT(FiguresTest::Ask(&FigureStub::GetReasons, by_shop + R"( shop_id: "shop-1")",
                               As("org-a", {"shop-2"})),
              HasReason("SHOP_NOT_ALLOWED"));
  // A base: its own agents' cases in the shop that it names.
  const rpc::CallOptions base = AsBase("shop-2");
  EXPECT_THAT(FiguresTest::Ask(&FigureStub::GetReasons, by_shop, base),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(FiguresTest::Ask(&FigureStub::GetReasons, by_shop + R"( shop_id: "shop-1")", base),
              HasReason("SHOP_NOT_ALLOWED"));
  ASSERT_OK_AND_ASSIGN(
      const auto granted,
      FiguresTest::Ask(&FigureStub::GetReasons,
                       std::string(kDays) + R"(by: REASON_DIMENSION_AGENT shop_id: "shop-2")",
                       base));
  EXPECT_EQ(granted.cases(), cases([](const auto& c) {
              return c.shop_id == "shop-2" && BaseOf(c.assignee_agent_id) == "base-1";
            }));
  for (const v1::ReasonRow& row : granted.rows()) EXPECT_EQ(BaseOf(row.value()), "base-1");
  ASSERT_OK_AND_ASSIGN(
      const auto sla,
      FiguresTest::Ask(&FigureStub::GetSlaCompliance,
                       std::string(kDays) + R"(by: SLA_DIMENSION_AGENT shop_id: "shop-2")", base));
  EXPECT_GT(sla.rows_size(), 0);
  for (const v1::SlaComplianceRow& row : sla.rows()) EXPECT_EQ(BaseOf(row.value()), "base-1");
  for (const char* more :
       {"by: REASON_DIMENSION_CUSTOMER", "by: REASON_DIMENSION_SKU count_sold: true",
        "by: REASON_DIMENSION_SKU within { by: REASON_DIMENSION_CUSTOMER }"}) {
    EXPECT_THAT(FiguresTest::Ask(&FigureStub::GetReasons,
                                 std::string(kDays) + R"(shop_id: "shop-2" )" + more, base),
                HasReason("INVALID_FIELDS"))
        << more;
  }
}

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"GetReasons", std::string(kDays) + "by: REASON_DIMENSION_SKU", Other::kEmpty},
      {"GetReasonTrend", kDays, Other::kUnrelated},
      {"ListReasonCases",
       std::string(kDays) + "group { by: REASON_DIMENSION_SHOP value: 'shop-1' }", Other::kEmpty},
      {"GetSlaCompliance", kDays, Other::kEmpty},
      {"ListSlaDeadlines",
       std::string(kDays) + "clock_kind: CLOCK_KIND_FIRST_ANSWER outcome: SLA_OUTCOME_MET",
       Other::kEmpty},
      {"GetBacklog", "", Other::kEmpty},
      {"ForecastBreaches", "", Other::kEmpty},
  };
  return rows;
}

TEST_F(ReasonsTest, CallsAreForTheirOrganization) {
  MakeWorld(40);
  const EveryCall calls{"kefu.aftersales.v1.CaseFigureService", host_.channel(),
                        [](std::string text) { return text; }};
  calls.CheckTable(Rows());
  const Callers who{As("org-a"), As("org-b"), host_.AsService(),
                    host_.As("org-a", {auth::Role::kAuditor})};
  for (const CallRow& row : Rows()) calls.CheckCall(row, who);
}

}  // namespace
}  // namespace kefu::aftersales
