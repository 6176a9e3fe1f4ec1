// All figures against an independent slow path, for random facts around clock changes, midnights
// and a leap day.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "kefu/performance/v1/facts.grpc.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/performance/domain/definitions.h"
#include "services/performance/domain/metrics.h"
#include "services/performance/handlers/staffing_events.h"
#include "services/performance/tests/fixture.h"
#include "services/performance/tests/metrics/slow_path.h"

namespace kefu::performance {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int kDays = 5;  // of random facts

struct Case {
  const char* name;
  const char* zone;
  int64_t first_second;  // a day or two before the change, in UTC
};

// How a metric follows from the slow path's sums. "-x" subtracts; an empty denominator is a sum.
struct Formula {
  std::vector<std::string> numerator, denominator;
  std::vector<std::vector<std::string>> factors, divisors;
};
const std::map<std::string, Formula>& Formulas() {
  static const std::map<std::string, Formula> formulas{
      {"consulted", {{"consulted"}, {}}},
      {"replied", {{"replied"}, {}}},
      {"reply_rate", {{"replied"}, {"consulted", "missed"}}},
      {"converted", {{"converted"}, {}}},
      {"conversion", {{"converted"}, {"consulted", "-assisted"}}},
      {"assisted_followups", {{"assisted"}, {}}},
      {"lost", {{"consulted", "-converted", "-assisted"}, {}}},
      {"loss_rate", {{"consulted", "-converted", "-assisted"}, {"consulted", "-assisted"}}},
      {"lost_value",
       {{"consulted", "-converted", "-assisted"}, {"paid_customers"}, {{"sales"}}, {}}},
      {"first_response_business_seconds_mean", {{"first_business_us"}, {"first_responses"}}},
      {"answered_in_time_rate", {{"in_time"}, {"rounds"}}},
      {"first_answered_in_time_rate", {{"first_in_time"}, {"asked"}}},
      {"rounds", {{"rounds"}, {}}},
      {"rounds_answered", {{"rounds_won"}, {}}},
      {"round_rate", {{"rounds_won"}, {"rounds"}}},
      {"visits", {{"visits"}, {}}},
      {"clicks", {{"clicks"}, {}}},
      {"ad_spend", {{"ad_spend"}, {}}},
      {"cost_per_click", {{"ad_spend"}, {"clicks"}}},
      {"click_conversion", {{"ad_orders"}, {"clicks"}}},
      {"cost_of_inquiry", {{"ad_spend"}, {"consulted"}, {{"converted"}}, {{"ad_orders"}}}},
      {"missed_value",
       {{"consulted", "-replied"}, {"consulted"}, {{"ad_spend"}, {"converted"}}, {{"ad_orders"}}}},
      {"missed_inquiries", {{"consulted", "-replied", "missed"}, {}}},
      {"conversations", {{"conversations"}, {}}},
      {"customer_messages", {{"customer_messages"}, {}}},
      {"agent_messages", {{"agent_messages"}, {}}},
      {"response_seconds_mean", {{"response_us"}, {"responses"}}},
      {"first_response_seconds_mean", {{"first_response_us"}, {"first_responses"}}},
      {"handle_seconds_mean", {{"handle_us"}, {"handlings"}}},
      {"handled_customers", {{"handled_customers"}, {}}},
      {"customers_per_hour", {{"handled_customers"}, {"busy_us"}}},
      {"concurrent_chats", {{"handle_us"}, {"busy_us"}}},
      {"satisfaction", {{"rating_points"}, {"ratings"}}},
      {"orders", {{"orders"}, {}}},
      {"paid_orders", {{"paid_orders"}, {}}},
      {"paid_customers", {{"paid_customers"}, {}}},
      {"sales", {{"sales"}, {}}},
      {"net_sales", {{"sales", "-refunds"}, {}}},
      {"average_order_value", {{"sales"}, {"paid_customers"}}},
      {"repurchasers", {{"repurchasers"}, {}}},
      {"repurchase_rate", {{"repurchasers"}, {"paid_customers"}}},
      {"refund_orders", {{"refund_orders"}, {}}},
      {"refunds", {{"refunds"}, {}}},
      {"silent_orders", {{"silent_orders"}, {}}},
      {"silent_sales", {{"silent_sales"}, {}}},
      {"late_shipments", {{"late_shipments"}, {}}},
      {"reviews", {{"reviews"}, {}}},
      {"positive_reviews", {{"positive_reviews"}, {}}},
      {"positive_review_rate", {{"positive_reviews"}, {"reviews"}}},
      {"review_score_mean", {{"review_points"}, {"reviews"}}},
  };
  return formulas;
}

int64_t SumOf(const std::vector<std::string>& names, const std::map<std::string, int64_t>& sums) {
  int64_t total = 0;
  for (const std::string& name : names) {
    const bool minus = name.front() == '-';
    const auto found = sums.find(minus ? name.substr(1) : name);
    if (found != sums.end()) total += minus ? -found->second : found->second;
  }
  return total;
}

// Random facts, as imports and as rows of the slow path.
class World {
 public:
  World(uint32_t seed, int64_t first_second) : random_(seed), base_us_(first_second * kSecond) {
    for (int agent = 0; agent < 4; ++agent)
      rows.Member(Agent(agent), agent < 2 ? "t0" : "t1", "2000-01-01");
    rows.Member("a1", "t1", "2000-01-01");
    rows.Base("a0", "base-1");
    rows.Base("a3", "base-1");
    for (int i = 0; i < 90; ++i) AddConversation(i);
    for (int i = 0; i < 60; ++i) AddOrder(i);
    for (int i = 0; i < 20; ++i) AddFollowUps(i);
    for (int i = 1; i < kDays; ++i) AddVisits(i);
  }

  slow::Rows rows;
  v1::ImportConversationsRequest conversations;
  v1::ImportOrdersRequest orders;
  v1::ImportRefundsRequest refunds;
  v1::ImportReviewsRequest reviews;
  v1::ImportVisitsRequest visits;

 private:
  int Below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  static std::string Agent(int i) { return fmt::format("a{}", i); }
  // Half of all instants on full minutes, so that ties happen.
  int64_t Instant(int days) {
    const int64_t second = Below(days * 86'400);
    return base_us_ +
           (Below(2) == 0 ? second / 60 * 60 * kSecond : second * kSecond + Below(1'000'000));
  }
  static void Set(google::protobuf::Timestamp* time, int64_t us) {
    time->set_seconds(us / kSecond);
    time->set_nanos(static_cast<int32_t>(us % kSecond * 1'000));
  }

  void AddConversation(int i) {
    auto* c = conversations.add_rows()->mutable_conversation();
    c->set_conversation_id(fmt::format("c{}", i));
    c->set_customer_id(fmt::format("u{}", Below(25)));
    const bool excluded = Below(6) == 0;
    if (excluded)
      c->set_exclusion(Below(2) == 0 ? v1::EXCLUSION_ADVERTISEMENT : v1::EXCLUSION_FRAUD);
    if (Below(3) == 0) c->set_rating(1 + Below(5));
    int64_t time = Instant(kDays);
    const int64_t first = time;
    for (int m = 0, n = 1 + Below(9); m < n; ++m) {
      auto* message = c->add_messages();
      const int side = Below(9);
      message->set_side(side < 4 ? v1::SIDE_CUSTOMER : side < 8 ? v1::SIDE_AGENT : v1::SIDE_ROBOT);
      if (side >= 4 && side < 8 && Below(8) != 0) message->set_agent_id(Agent(Below(5)));
      Set(message->mutable_send_time(), time);
      rows.Message(c->conversation_id(), c->customer_id(), m, time,
                   side < 4   ? 'C'
                   : side < 8 ? 'A'
                              : 'R',
                   message->agent_id(), excluded);
      said_.emplace_back(c->customer_id(), time);
      // Seconds mostly, hours at times: halves of a conversation lie on two days and more. Some
      // answers take less than a second.
      const int pace = Below(10);
      time += pace == 0   ? Below(20) * 3'600 * kSecond
              : pace <= 3 ? 1 << Below(20)
                          : Below(200) * kSecond;
    }
    rows.Conversation(c->conversation_id(), first, c->rating(), excluded);
    for (int h = Below(3); h > 0; --h) {
      auto* handling = c->add_handlings();
      const int64_t start = first + (Below(7'200) - 3'600) * kSecond,
                    end = start + Below(5'000) * kSecond;
      handling->set_agent_id(Agent(Below(5)));
      Set(handling->mutable_start_time(), start);
      Set(handling->mutable_end_time(), end);
      rows.Handling(c->conversation_id(), c->customer_id(), handling->agent_id(), start, end,
                    excluded);
    }
  }

  void AddOrder(int i) {
    auto* o = orders.add_rows()->mutable_order();
    o->set_order_id(fmt::format("o{}", i));
    o->set_customer_id(fmt::format("u{}", Below(30)));
    o->set_new_buyer(Below(3) == 0);
    const bool excluded = Below(8) == 0;
    if (excluded) o->set_exclusion(v1::EXCLUSION_FRAUD);
    int64_t created = Instant(kDays);
    const bool at_a_message = Below(4) == 0;  // paid at the very instant of one
    if (at_a_message) {
      const auto& [customer, time] =
          said_[static_cast<size_t>(Below(static_cast<int>(said_.size())))];
      o->set_customer_id(customer);
      created = time;
    }
    Set(o->mutable_create_time(), created);
    std::optional<int64_t> paid, minor, shipped, limit;
    if (at_a_message || Below(5) != 0) {
      paid = created + (at_a_message || Below(2) == 0 ? 0 : Below(40 * 3'600) * kSecond);
      Set(o->mutable_pay_time(), *paid);
      if (Below(10) != 0) {
        minor = Below(1'000'000);
        o->mutable_paid()->set_currency_code("CNY");
        o->mutable_paid()->set_minor_units(*minor);
      }
    }
    if (Below(2) == 0) {
      shipped = created + Below(4 * 86'400) * kSecond;
      Set(o->mutable_ship_time(), *shipped);
    }
    for (int item = Below(3); item > 0; --item) {
      const int64_t at = created + Below(4 * 86'400) * kSecond;
      limit = limit ? std::min(*limit, at) : at;
      auto* line = o->add_items();
      line->set_sku("sku");
      line->set_quantity(1);
      line->mutable_price()->set_currency_code("CNY");
      Set(line->mutable_ship_limit_time(), at);
    }
    rows.Order(o->order_id(), o->customer_id(), created, paid, minor, shipped, limit,
               o->new_buyer(), excluded);
  }

  void AddFollowUps(int i) {
    auto* refund = refunds.add_rows()->mutable_refund();
    refund->set_refund_id(fmt::format("f{}", i));
    refund->set_order_id(fmt::format("o{}", Below(65)));  // some are not known
    const int64_t refunded = Instant(kDays), reviewed = Instant(kDays);
    Set(refund->mutable_refund_time(), refunded);
    refund->mutable_amount()->set_currency_code("CNY");
    refund->mutable_amount()->set_minor_units(1 + Below(50'000));
    rows.Refund(refund->order_id(), refunded, refund->amount().minor_units());
    auto* review = reviews.add_rows()->mutable_review();
    review->set_review_id(fmt::format("r{}", i));
    review->set_order_id(fmt::format("o{}", Below(65)));
    review->set_score(1 + Below(5));
    Set(review->mutable_create_time(), reviewed);
    rows.Review(review->order_id(), reviewed, review->score());
  }

  void AddVisits(int i) {
    const absl::CivilDay day =
        absl::ToCivilDay(absl::FromUnixMicros(base_us_), absl::UTCTimeZone()) + i;
    auto* of_day = visits.add_rows()->mutable_visits();
    *of_day->mutable_day() = kefu::convert::ToProto(day);
    of_day->set_visits(Below(1'000));
    of_day->set_clicks(1 + Below(300));
    of_day->set_ad_orders(Below(static_cast<int>(of_day->clicks())));
    of_day->mutable_ad_spend()->set_currency_code("CNY");
    of_day->mutable_ad_spend()->set_minor_units(Below(100'000));
    rows.Visits(absl::FormatCivilTime(day), of_day->visits(), of_day->clicks(), of_day->ad_orders(),
                of_day->ad_spend().minor_units());
  }

  std::mt19937 random_;
  const int64_t base_us_;
  std::vector<std::pair<std::string, int64_t>> said_;  // customers and the instants of messages
};

class SlowPathTest : public PerformanceTest, public ::testing::WithParamInterface<Case> {
 protected:
  SlowPathTest() {
    static const bool once = (slow::CreateTables(Db()), true);
    EXPECT_TRUE(once);
  }

  void Apply(const google::protobuf::Message& payload) {
    kefu::common::v1::Event event;
    event.set_org_id("org-a");
    event.mutable_payload()->PackFrom(payload);
    ASSERT_OK(Db().db().RunInTransaction(absl::Now() + absl::Seconds(30), [&](db::Transaction& t) {
      return ApplyStaffingEvent(t, event);
    }));
  }
  void TellStaff() {
    for (const char* agent : {"a0", "a3"}) {
      kefu::staffing::v1::AgentChanged changed;
      changed.mutable_agent()->set_agent_id(agent);
      changed.mutable_agent()->set_base_id("base-1");
      Apply(changed);
    }
    for (const auto& [agent, teams] : std::map<std::string, std::vector<std::string>>{
             {"a0", {"t0"}}, {"a1", {"t0", "t1"}}, {"a2", {"t1"}}, {"a3", {"t1"}}}) {
      kefu::staffing::v1::TeamMembershipsChanged changed;
      changed.set_agent_id(agent);
      for (const std::string& team : teams) {
        auto* membership = changed.add_memberships();
        membership->set_team_id(team);
        *membership->mutable_start_date() = kefu::convert::ToProto(absl::CivilDay(2000, 1, 1));
      }
      Apply(changed);
    }
  }

  // In an order that makes late facts correct figures, and some of them twice.
  void Import(World& world) {
    const auto send = [&](auto method, auto request) {
      request.mutable_header()->set_shop_id("z");
      const auto answer = Stream(method, std::vector{request}, As("org-a"), false);
      ASSERT_OK(answer.status());
      EXPECT_EQ(answer->rejected(), 0) << answer->ShortDebugString();
    };
    send(&Stub::ImportReviews, world.reviews);
    send(&Stub::ImportOrders, world.orders);
    send(&Stub::ImportConversations, world.conversations);
    send(&Stub::ImportRefunds, world.refunds);
    send(&Stub::ImportOrders, world.orders);
    const auto facts = v1::FactService::NewStub(host_.channel());
    grpc::ClientContext context;
    rpc::Prepare(As("org-a"), context);
    v1::ImportResponse answer;
    const auto writer = facts->ImportVisits(&context, &answer);
    world.visits.mutable_header()->set_shop_id("z");
    writer->Write(world.visits);
    writer->WritesDone();
    EXPECT_TRUE(writer->Finish().ok());
    EXPECT_EQ(answer.inserted(), world.visits.rows_size()) << answer.ShortDebugString();
  }

  v1::GetMetricsResponse Ask(const std::string& text) {
    const auto answer = Call(&Stub::GetMetrics, "shop_id: 'z' " + text);
    EXPECT_OK(answer.status());
    return answer.ok() ? *answer : v1::GetMetricsResponse();
  }

  static std::string DayOf(const kefu::common::v1::Date& date) {
    return fmt::format("{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
  }

  // One row against the sums of its days.
  void CheckRow(const v1::MetricRow& row, const slow::Subject& subject,
                const std::map<std::string, int64_t>& sums, const std::string& what) {
    for (const v1::MetricValue& value : row.values()) {
      const std::string where =
          fmt::format("{} {} {} {}", what, subject.first, subject.second, value.metric_id());
      if (value.metric_id().starts_with("response_seconds_p")) {
        CheckPercentile(row, subject, value, where);
        continue;
      }
      const auto formula = Formulas().find(value.metric_id());
      if (formula == Formulas().end()) continue;  // told by EveryMetricHasAFormula
      if (!formula->second.factors.empty()) {
        CheckProduct(value, formula->second, sums, where);
        continue;
      }
      const int64_t numerator = SumOf(formula->second.numerator, sums);
      const int64_t denominator = SumOf(formula->second.denominator, sums);
      EXPECT_EQ(value.numerator(), numerator) << where;
      EXPECT_EQ(value.denominator(), denominator) << where;
      EXPECT_EQ(value.has_value(), formula->second.denominator.empty() || denominator > 0) << where;
      ++checked_;
    }
  }

  void CheckProduct(const v1::MetricValue& value, const Formula& formula,
                    const std::map<std::string, int64_t>& sums, const std::string& where) {
    __int128 above = SumOf(formula.numerator, sums), below = SumOf(formula.denominator, sums);
    for (const auto& factor : formula.factors) above *= SumOf(factor, sums);
    for (const auto& divisor : formula.divisors) below *= SumOf(divisor, sums);
    EXPECT_EQ(value.has_value(), below > 0) << where;
    if (below > 0)
      EXPECT_EQ(value.numerator(), static_cast<int64_t>((above * 2 + below) / (below * 2)))
          << where;
    ++checked_;
  }

  void CheckPercentile(const v1::MetricRow& row, const slow::Subject& subject,
                       const v1::MetricValue& value, const std::string& where) {
    const auto gaps =
        slow::Gaps(Db(), subject, DayOf(row.period().start_date()), DayOf(row.period().end_date()));
    EXPECT_EQ(value.denominator(), static_cast<int64_t>(gaps.size())) << where;
    if (gaps.empty()) return;
    const double share = std::stod(value.metric_id().substr(18)) / 100;
    const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(gaps.size())));
    const double exact = static_cast<double>(gaps[std::max<size_t>(rank, 1) - 1]) / 1e6;
    EXPECT_NEAR(value.value(), exact, exact * 0.01) << where;
    ++checked_;
  }

  void CheckAgainst(const slow::Sums& sums, const std::string& definition) {
    for (const auto& [kind, by] : std::map<std::string, std::string>{{"SHOP", ""},
                                                                     {"AGENT", "by_agent: true"},
                                                                     {"TEAM", "by_team: true"},
                                                                     {"BASE", "by_base: true"}}) {
      // By day: every row is as the slow path says, and no day of it is missing.
      std::set<std::pair<slow::Subject, std::string>> told;
      for (const char* granularity : {"DAY", "PERIOD", "WEEK"}) {
        const v1::GetMetricsResponse answer = Ask(fmt::format(
            "definition_id: '{}' granularity: GRANULARITY_{} {}", definition, granularity, by));
        for (const v1::MetricRow& row : answer.rows()) {
          const v1::Subject& s = row.subject();
          const slow::Subject subject{kind, kind == "AGENT"  ? s.agent_id()
                                            : kind == "TEAM" ? s.team_id()
                                                             : s.base_id()};
          std::map<std::string, int64_t> expected;
          const auto days = sums.find(subject);
          if (days != sums.end()) {
            for (const auto& [day, of_day] : days->second) {
              if (day < DayOf(row.period().start_date()) || day > DayOf(row.period().end_date()))
                continue;
              told.emplace(subject, day);
              for (const auto& [name, amount] : of_day) expected[name] += amount;
            }
          }
          CheckRow(
              row, subject, expected,
              fmt::format("{} {} {}", definition, granularity, DayOf(row.period().start_date())));
        }
      }
      for (const auto& [subject, days] : sums) {
        if (subject.first != kind) continue;
        for (const auto& [day, names] : days)
          EXPECT_TRUE(told.contains({subject, day})) << kind << subject.second << " " << day;
      }
    }
  }

  int checked_ = 0;
};

TEST_P(SlowPathTest, EveryFigureIsTheSame) {
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 fmt::format("settings {{ shop_id: 'z' time_zone: '{}' currency_code: 'CNY' }}",
                             GetParam().zone))
                .status());
  World world(static_cast<uint32_t>(GetParam().first_second), GetParam().first_second);
  world.rows.Save(Db(), GetParam().zone);
  TellStaff();
  Import(world);
  for (const domain::MetricDefinition& definition : domain::Definitions())
    CheckAgainst(slow::Compute(Db(), definition), definition.id);
  EXPECT_GT(checked_, 5'000);
}

TEST(SlowPath, EveryMetricHasAFormula) {
  // Products and percentiles follow from the others.
  for (const domain::MetricSpec& spec : domain::Catalogue()) {
    if (spec.percentile > 0) continue;
    EXPECT_TRUE(Formulas().contains(std::string(spec.id))) << spec.id;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Zones, SlowPathTest,
    ::testing::Values(Case{"LeapDayInShanghai", "Asia/Shanghai",
                           1'709'049'600},                                       // 2024-02-27 16:00
                      Case{"NewYorkSpring", "America/New_York", 1'709'942'400},  // 2024-03-09
                      Case{"NewYorkAutumn", "America/New_York", 1'730'505'600},  // 2024-11-02
                      // Midnight itself is skipped, and comes twice.
                      Case{"SaoPauloSpring", "America/Sao_Paulo", 1'541'116'800},     // 2018-11-02
                      Case{"SaoPauloAutumn", "America/Sao_Paulo", 1'550'188'800},     // 2019-02-15
                      Case{"LordHoweAutumn", "Australia/Lord_Howe", 1'712'275'200},   // 2024-04-05
                      Case{"LordHoweSpring", "Australia/Lord_Howe", 1'728'000'000}),  // 2024-10-04
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace kefu::performance
