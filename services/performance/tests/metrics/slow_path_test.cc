// All figures against an independent slow path, for random facts around clock changes, midnights
// and a leap day.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "kefu/performance/v1/facts.grpc.pb.h"
#include "kefu/performance/v1/quality.grpc.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/performance/domain/definitions.h"
#include "services/performance/domain/metrics.h"
#include "services/performance/handlers/staffing_events.h"
#include "services/performance/tests/fixture.h"
#include "services/performance/tests/metrics/random_world.h"
#include "services/performance/tests/metrics/slow_path.h"

namespace kefu::performance {
namespace {

struct Case {
  const char* name;
  const char* zone;
  int64_t first_second;  // a day or two before the change, in UTC
};

// How a metric follows from the slow path's sums. "-x" subtracts; an empty denominator is a sum.
struct Formula {
  std::vector<std::string> numerator, denominator;
  std::vector<std::vector<std::string>> factors, divisors;
  bool of_whole_units = false;  // numerator × the rest, rounded to whole units
};
const std::map<std::string, Formula>& Formulas() {
  static const std::map<std::string, Formula> formulas{
      {"consulted", {{"consulted"}, {}}},
      {"replied", {{"replied"}, {}}},
      {"reply_rate", {{"replied"}, {"consulted", "missed"}}},
      {"converted", {{"converted"}, {}}},
      {"conversion", {{"converted"}, {"consulted", "-assisted"}}},
      {"assisted_followups", {{"assisted"}, {}}},
      {"lost", {{"consulted", "-converted", "-assisted", "-paid_before"}, {}}},
      {"asked_after_paying", {{"paid_before"}, {}}},
      {"loss_rate",
       {{"consulted", "-converted", "-assisted", "-paid_before"}, {"consulted", "-assisted"}}},
      {"lost_value",
       {{"consulted", "-converted", "-assisted", "-paid_before"},
        {"paid_customers"},
        {{"sales"}},
        {}}},
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
       {{"consulted", "-replied"},
        {"consulted"},
        {{"ad_spend"}, {"converted"}},
        {{"ad_orders"}},
        true}},
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
      {"inspections", {{"inspections"}, {}}},
      {"accuracy", {{"accurate"}, {"inspections"}}},
      {"attitude", {{"polite"}, {"inspections"}}},
      {"quality", {{"centipoints"}, {"inspections"}}},
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

class SlowPathTest : public PerformanceTest {
 protected:
  SlowPathTest() {
    static const bool once = (slow::CreateTables(Db()), true);
    EXPECT_TRUE(once);
  }

  void Apply(const google::protobuf::Message& payload, absl::Time time = absl::UnixEpoch()) {
    kefu::common::v1::Event event;
    event.set_org_id("org-a");
    *event.mutable_create_time() = kefu::convert::ToProto(time);
    event.mutable_payload()->PackFrom(payload);
    ASSERT_OK(Db().db().RunInTransaction(absl::Now() + absl::Seconds(30), [&](db::Transaction& t) {
      return ApplyStaffingEvent(t, event);
    }));
  }
  void TellStaff() {
    for (const char* agent : {"a0", "a3"}) TellBase(agent, "base-1", absl::UnixEpoch());
    TellTeams({{"a0", "t0", absl::CivilDay(2000, 1, 1), {}},
               {"a2", "t0", absl::CivilDay(2000, 1, 1), {}},
               {"a3", "t0", absl::CivilDay(2000, 1, 1), {}}});
  }
  void TellBase(const std::string& agent, const std::string& base, absl::Time time) {
    kefu::staffing::v1::AgentChanged changed;
    changed.mutable_agent()->set_agent_id(agent);
    changed.mutable_agent()->set_base_id(base);
    Apply(changed, time);
  }
  void TellTeams(const std::vector<World::Membership>& memberships) {
    std::map<std::string, kefu::staffing::v1::TeamMembershipsChanged> events;
    for (const World::Membership& m : memberships) {
      events[m.agent].set_agent_id(m.agent);
      auto* membership = events[m.agent].add_memberships();
      membership->set_team_id(m.team);
      *membership->mutable_start_date() = kefu::convert::ToProto(m.first);
      if (m.last) *membership->mutable_end_date() = kefu::convert::ToProto(*m.last);
    }
    for (const auto& [agent, event] : events) Apply(event);
  }

  // A third of the conversations are told of another customer, of other agents and on another day.
  static v1::ImportConversationsRequest Mistaken(v1::ImportConversationsRequest request) {
    const v1::ImportConversationsRequest right = request;
    const auto later = [](google::protobuf::Timestamp* time) {
      time->set_seconds(time->seconds() + 86'400);
    };
    for (int i = 0; i < request.rows_size(); i += 3) {
      v1::Conversation* talk = request.mutable_rows(i)->mutable_conversation();
      const int other = (i + 1) % request.rows_size();
      talk->set_customer_id(right.rows(other).conversation().customer_id());
      for (v1::Message& message : *talk->mutable_messages()) {
        if (!message.agent_id().empty()) message.set_agent_id(i % 2 == 0 ? "a1" : "a3");
        later(message.mutable_send_time());
      }
      for (v1::Handling& handling : *talk->mutable_handlings()) {
        later(handling.mutable_start_time());
        later(handling.mutable_end_time());
      }
    }
    return request;
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
    // Of some orders a payment comes before them, of others after.
    v1::ImportPaymentsRequest early, late;
    for (int i = 0; i < world.payments.rows_size(); ++i)
      *(i % 2 == 0 ? early : late).add_rows() = world.payments.rows(i);
    Send(&v1::FactService::Stub::ImportPayments, early);
    send(&Stub::ImportOrders, world.orders);
    Send(&v1::FactService::Stub::ImportPayments, late);
    send(&Stub::ImportConversations, Mistaken(world.conversations));
    send(&Stub::ImportConversations, world.conversations);
    send(&Stub::ImportRefunds, world.refunds);
    send(&Stub::ImportOrders, world.orders);
    Send(&v1::FactService::Stub::ImportVisits, world.visits);
    Send(&v1::FactService::Stub::ImportRatings, world.ratings);
  }
  template <class Method, class Request>
  void Send(Method method, Request& request) {
    grpc::ClientContext context;
    rpc::Prepare(As("org-a"), context);
    v1::ImportResponse answer;
    const auto writer = (facts_.get()->*method)(&context, &answer);
    request.mutable_header()->set_shop_id("z");
    writer->Write(request);
    writer->WritesDone();
    EXPECT_TRUE(writer->Finish().ok());
    EXPECT_EQ(answer.inserted(), request.rows_size()) << answer.ShortDebugString();
  }

  // People's part, once figures are there: each of it changes some.
  void Judge(const World& world) {
    for (const auto& [conversation, decision] : world.reviews_of_exclusions) {
      ASSERT_OK(rpc::Call(*facts_, &v1::FactService::Stub::ReviewExclusion,
                          Parse<v1::ReviewExclusionRequest>(fmt::format(
                              "shop_id: 'z' conversation_id: '{}' decision: EXCLUSION_DECISION_{} "
                              "reason: 'looked at it'",
                              conversation, decision)),
                          As("org-a"))
                    .status());
    }
    for (const auto& [order, decision] : world.reviews_of_orders) {
      ASSERT_OK(rpc::Call(*facts_, &v1::FactService::Stub::ReviewOrderExclusion,
                          Parse<v1::ReviewOrderExclusionRequest>(fmt::format(
                              "shop_id: 'z' order_id: '{}' decision: EXCLUSION_DECISION_{} "
                              "reason: 'looked at it'",
                              order, decision)),
                          As("org-a"))
                    .status());
    }
    TellTeams(world.Memberships());
    // By the clock of the organization's first shop, in Shanghai.
    TellBase("a3", "base-2",
             absl::FromCivil(world.Middle() + 1, absl::UTCTimeZone()) + absl::Hours(4));
    for (const World::Inspection& each : world.inspections) {
      const std::string result =
          each.item.empty()
              ? ""
              : fmt::format("results {{ item_id: '{}' points: {} }}", each.item, each.points);
      const auto request = Parse<v1::CreateInspectionRequest>(
          fmt::format("shop_id: 'z' conversation_id: '{}' agent_id: '{}' form_id: 'deducting' {}",
                      each.conversation, each.agent, result));
      const auto first = rpc::Call(*stub_, &Stub::CreateInspection, request, Person("amy"));
      ASSERT_OK(first.status());
      if (each.twice)
        ASSERT_OK(rpc::Call(*stub_, &Stub::CreateInspection, request, Person("bob")).status());
      if (each.appealed) Appeal(first->inspection_id(), each.overturned);
    }
    ASSERT_OK(rpc::Call(*facts_, &v1::FactService::Stub::PublishScreeningPolicy,
                        Parse<v1::PublishScreeningPolicyRequest>(fmt::format(
                            "policy {{ rules {{ rule_id: 'many' exclusion: EXCLUSION_FRAUD volume "
                            "{{ conversations: {} }} }} }}",
                            slow::kMostConversations)),
                        As("org-a"))
                  .status());
  }
  void Appeal(const std::string& id, bool overturn) {
    using Quality = v1::QualityService::Stub;
    const std::string of = fmt::format("shop_id: 'z' inspection_id: '{}' reason: 'unfair'", id);
    ASSERT_OK(rpc::Call(*quality_, &Quality::AppealInspection,
                        Parse<v1::AppealInspectionRequest>(of), Person("carl"))
                  .status());
    ASSERT_OK(rpc::Call(*quality_, &Quality::DecideAppeal,
                        Parse<v1::DecideAppealRequest>(
                            of + (overturn ? " overturn: true" : " overturn: false")),
                        Person("dora"))
                  .status());
  }
  rpc::CallOptions Person(const std::string& subject) {
    auth::Principal principal;
    principal.subject = subject;
    principal.org_id = "org-a";
    principal.roles = {auth::Role::kSupervisor};
    return {.token = host_.tokens().Sign(std::move(principal))};
  }

  v1::GetMetricsResponse Ask(const std::string& text) {
    const auto answer = Call(&Stub::GetMetrics, "shop_id: 'z' " + text);
    EXPECT_OK(answer.status());
    return answer.ok() ? *answer : v1::GetMetricsResponse();
  }

  static std::string DayOf(const kefu::common::v1::Date& date) {
    return fmt::format("{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
  }

  using OfDays = std::map<std::string, std::map<std::string, int64_t>>;
  static std::map<std::string, int64_t> SumsOver(const OfDays& days,
                                                 const kefu::common::v1::DateRange& period) {
    std::map<std::string, int64_t> sums;
    for (const auto& [day, of_day] : days) {
      if (day < DayOf(period.start_date()) || day > DayOf(period.end_date())) continue;
      for (const auto& [name, amount] : of_day) sums[name] += amount;
    }
    return sums;
  }

  // What a figure comes to by its formula and unit; nothing where it is not defined.
  static std::optional<long double> ValueOf(const Formula& formula, v1::MetricUnit unit,
                                            const std::map<std::string, int64_t>& sums) {
    const auto things = static_cast<long double>(SumOf(formula.numerator, sums));
    long double above = formula.of_whole_units ? 1 : things;
    for (const auto& factor : formula.factors)
      above *= static_cast<long double>(SumOf(factor, sums));
    if (formula.denominator.empty()) return above;
    long double below = 1;
    for (const auto& divisor : formula.divisors) {
      if (SumOf(divisor, sums) <= 0) return std::nullopt;
      below *= static_cast<long double>(SumOf(divisor, sums));
    }
    if (SumOf(formula.denominator, sums) <= 0) return std::nullopt;
    below *= static_cast<long double>(SumOf(formula.denominator, sums));
    if (unit == v1::METRIC_UNIT_SECONDS) below *= 1e6L;
    if (unit == v1::METRIC_UNIT_PER_HOUR) above *= 3.6e9L;
    if (unit == v1::METRIC_UNIT_POINTS) below *= 100;
    if (formula.of_whole_units) return things * std::floor((above * 2 + below) / (below * 2));
    return above / below;
  }
  static void CheckValue(std::optional<double> value, const Formula& formula, v1::MetricUnit unit,
                         const std::map<std::string, int64_t>& sums, const std::string& where) {
    const auto expected = ValueOf(formula, unit, sums);
    ASSERT_EQ(value.has_value(), expected.has_value()) << where;
    if (!expected) return;
    // Rounded half up to the minor unit, or to 6 decimals.
    const double step = unit == v1::METRIC_UNIT_MONEY ? 1 : 1e-6;
    EXPECT_NEAR(*value, static_cast<double>(*expected), step / 2 * (1 + 1e-6)) << where;
  }
  static void CheckCompared(const v1::MetricComparison& compared, const Formula& formula,
                            v1::MetricUnit unit, const std::map<std::string, int64_t>& sums,
                            const std::string& where) {
    CheckValue(compared.has_value() ? std::optional(compared.value()) : std::nullopt, formula, unit,
               sums, where);
  }

  // One row against the sums of its days.
  void CheckRow(const v1::MetricRow& row, const slow::Subject& subject, const OfDays& days,
                const std::string& what) {
    const auto sums = SumsOver(days, row.period());
    const auto previous = SumsOver(days, row.previous_period());
    const auto weekdays = SumsOver(days, row.same_weekdays_period());
    for (const v1::MetricValue& value : row.values()) {
      const std::string where =
          fmt::format("{} {} {} {}", what, subject.first, subject.second, value.metric_id());
      if (value.metric_id().starts_with("response_seconds_p")) {
        CheckPercentile(row, subject, value, where);
        continue;
      }
      const auto formula = Formulas().find(value.metric_id());
      if (formula == Formulas().end()) continue;  // told by EveryMetricHasAFormula
      CheckValue(value.has_value() ? std::optional(value.value()) : std::nullopt, formula->second,
                 value.unit(), sums, where);
      CheckCompared(value.previous(), formula->second, value.unit(), previous, where + " before");
      CheckCompared(value.same_weekdays(), formula->second, value.unit(), weekdays,
                    where + " same weekdays before");
      if (!formula->second.factors.empty()) {
        CheckProduct(value, formula->second, sums, where);
        continue;
      }
      const int64_t numerator = SumOf(formula->second.numerator, sums);
      const int64_t denominator = SumOf(formula->second.denominator, sums);
      EXPECT_EQ(value.numerator(), numerator) << where;
      EXPECT_EQ(value.denominator(), denominator) << where;
      EXPECT_EQ(value.has_value(), formula->second.denominator.empty() || denominator > 0) << where;
      CheckThin(value, where);
      ++checked_;
    }
  }

  // Of shares by the textbook's score interval of 95 %, of all by what an interval must hold.
  static void CheckThin(const v1::MetricValue& value, const std::string& where) {
    constexpr int64_t kThinBelow = 30;
    constexpr double kZ = 1.959963985, kRounding = 2e-6;
    const domain::Spread spread = domain::FindMetric(value.metric_id())->spread;
    const bool thin =
        spread != domain::Spread::kNone && value.has_value() && value.denominator() < kThinBelow;
    EXPECT_EQ(value.thin(), thin) << where;
    if (!thin) {
      EXPECT_FALSE(value.has_interval()) << where;
      return;
    }
    if (value.has_interval()) {
      EXPECT_LE(value.interval().low(), value.value() + kRounding) << where;
      EXPECT_GE(value.interval().high(), value.value() - kRounding) << where;
    }
    if (spread != domain::Spread::kShare) return;
    const auto n = static_cast<double>(value.denominator());
    const double p = static_cast<double>(value.numerator()) / n;
    if (p > 1) return;  // those who paid may be more than those who are counted as having asked
    const double root = kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
    const double scale = 1 + kZ * kZ / n, middle = p + kZ * kZ / (2 * n);
    ASSERT_TRUE(value.has_interval()) << where;
    EXPECT_NEAR(value.interval().low(), std::max(0.0, (middle - root) / scale), kRounding) << where;
    EXPECT_NEAR(value.interval().high(), std::min(1.0, (middle + root) / scale), kRounding)
        << where;
  }

  void CheckProduct(const v1::MetricValue& value, const Formula& formula,
                    const std::map<std::string, int64_t>& sums, const std::string& where) {
    const int64_t things = formula.of_whole_units ? SumOf(formula.numerator, sums) : 1;
    __int128 above = formula.of_whole_units ? 1 : SumOf(formula.numerator, sums);
    __int128 below = SumOf(formula.denominator, sums);
    for (const auto& factor : formula.factors) above *= SumOf(factor, sums);
    for (const auto& divisor : formula.divisors) below *= SumOf(divisor, sums);
    EXPECT_EQ(value.has_value(), below > 0) << where;
    if (below > 0)
      EXPECT_EQ(value.numerator(), things * static_cast<int64_t>((above * 2 + below) / (below * 2)))
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
      for (const char* granularity : {"DAY", "PERIOD", "WEEK", "MONTH", "QUARTER"}) {
        const v1::GetMetricsResponse answer =
            Ask(fmt::format("definition_id: '{}' granularity: GRANULARITY_{} compare: true {}",
                            definition, granularity, by));
        for (const v1::MetricRow& row : answer.rows()) {
          const v1::Subject& s = row.subject();
          const slow::Subject subject{kind, kind == "AGENT"  ? s.agent_id()
                                            : kind == "TEAM" ? s.team_id()
                                                             : s.base_id()};
          static const OfDays kNone;
          const auto found = sums.find(subject);
          const OfDays& days = found == sums.end() ? kNone : found->second;
          for (const auto& [day, of_day] : days) {
            if (day >= DayOf(row.period().start_date()) && day <= DayOf(row.period().end_date()))
              told.emplace(subject, day);
          }
          CheckRow(
              row, subject, days,
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

  // All rows behind a figure, and its inputs.
  struct Explained {
    int64_t above = 0, below = 0;
    std::vector<int64_t> sums, inputs;  // by input
    std::vector<int64_t> numerators;    // by row
  };
  Explained Explain(const std::string& subject, std::string_view metric) {
    Explained all;
    std::string token;
    do {
      const auto page = Call(&Stub::ExplainMetric,
                             fmt::format("subject {{ shop_id: 'z' {} }} metric_id: '{}' page_size: "
                                         "1000 page_token: '{}'",
                                         subject, metric, token));
      EXPECT_OK(page.status());
      if (!page.ok()) return all;
      all.inputs.clear();
      for (const auto& input : page->inputs()) all.inputs.push_back(input.sum());
      all.sums.resize(all.inputs.size());
      for (const auto& row : page->rows()) {
        all.above += row.numerator();
        all.below += row.denominator();
        all.numerators.push_back(row.numerator());
        for (int i = 0; i < row.amounts_size(); ++i) all.sums[i] += row.amounts(i);
      }
      token = page->next_page_token();
    } while (!token.empty());
    return all;
  }

  // The rows that explain figures add up to what the slow path says; those of percentiles are what
  // is ranked.
  void CheckExplanations(const slow::Sums& sums, const std::string& first,
                         const std::string& last) {
    for (const auto& [subject, text] :
         std::map<slow::Subject, std::string>{{{"SHOP", ""}, ""},
                                              {{"AGENT", "a1"}, "agent_id: 'a1'"},
                                              {{"TEAM", "t0"}, "team_id: 't0'"},
                                              {{"BASE", "base-1"}, "base_id: 'base-1'"}}) {
      std::map<std::string, int64_t> all;
      for (const auto& [day, of_day] : sums.at(subject)) {
        for (const auto& [name, amount] : of_day) all[name] += amount;
      }
      for (const domain::MetricSpec& spec : domain::Catalogue()) {
        if (!(subject.first == "SHOP" ? spec.for_shop : spec.for_agents)) continue;
        Explained told = Explain(text, spec.id);
        EXPECT_EQ(told.sums, told.inputs) << spec.id << " " << text;
        if (spec.percentile > 0) {
          std::ranges::sort(told.numerators);
          EXPECT_EQ(told.numerators, slow::Gaps(Db(), subject, first, last)) << spec.id << text;
          continue;
        }
        const Formula& formula = Formulas().at(std::string(spec.id));
        EXPECT_EQ(told.above, SumOf(formula.numerator, all)) << spec.id << " " << text;
        EXPECT_EQ(told.below, SumOf(formula.denominator, all)) << spec.id << " " << text;
      }
    }
  }

  const std::unique_ptr<v1::FactService::Stub> facts_ = v1::FactService::NewStub(host_.channel());
  const std::unique_ptr<v1::QualityService::Stub> quality_ =
      v1::QualityService::NewStub(host_.channel());
  int checked_ = 0;
};

class InZones : public SlowPathTest, public ::testing::WithParamInterface<Case> {};

TEST_P(InZones, EveryFigureIsTheSame) {
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 fmt::format("settings {{ shop_id: 'z' time_zone: '{}' currency_code: 'CNY' }}",
                             GetParam().zone))
                .status());
  World world(static_cast<uint32_t>(GetParam().first_second), GetParam().first_second);
  world.rows.Save(Db(), GetParam().zone);
  TellStaff();
  Import(world);
  Ask("");
  Judge(world);
  for (const domain::MetricDefinition& definition : domain::Definitions())
    CheckAgainst(slow::Compute(Db(), definition), definition.id);
  EXPECT_GT(checked_, 5'000);
}

TEST_F(SlowPathTest, EveryFigureIsExplained) {
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 'z' time_zone: 'Asia/Shanghai' "
                 "currency_code: 'CNY' }")
                .status());
  World world(3, 1'709'049'600);
  world.rows.Save(Db(), "Asia/Shanghai");
  TellStaff();
  Import(world);
  Judge(world);
  CheckExplanations(slow::Compute(Db(), *domain::FindDefinition("default")), "2000-01-01",
                    "2099-12-31");
}

TEST(SlowPath, EveryMetricHasAFormula) {
  // Products and percentiles follow from the others.
  for (const domain::MetricSpec& spec : domain::Catalogue()) {
    if (spec.percentile > 0) continue;
    EXPECT_TRUE(Formulas().contains(std::string(spec.id))) << spec.id;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Zones, InZones,
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
