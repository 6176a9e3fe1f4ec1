// Random worlds told to the service, and every figure that it answers held against the slow path.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "kefu/performance/v1/facts.grpc.pb.h"
#include "kefu/performance/v1/quality.grpc.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/performance/tests/fixture.h"
#include "services/performance/tests/metrics/formulas.h"
#include "services/performance/tests/metrics/random_world.h"
#include "services/performance/tests/metrics/slow_path.h"

namespace kefu::performance {

// The numbers of the definitions that ship, as they are published.
inline const std::map<std::string, slow::Rules>& ShippedRules() {
  static const std::map<std::string, slow::Rules> rules{
      {"default", {}},
      {"jd",
       {.quiet_start_minute = 23 * 60,
        .quiet_end_minute = 9 * 60,
        .start_minute = 9 * 60,
        .end_minute = 23 * 60}},
      {"taobao", {.round_seconds = 3 * 60, .start_minute = 9 * 60}},
      {"zendesk", {.start_minute = 9 * 60, .end_minute = 18 * 60, .workdays_only = true}}};
  return rules;
}

// Other worlds by hand: KEFU_SLOW_PATH_SEED=1, 2, 3 …
inline uint32_t MoreSeed() {
  const char* const text = std::getenv("KEFU_SLOW_PATH_SEED");
  return text == nullptr ? 0 : static_cast<uint32_t>(std::atoi(text));
}

class SlowPathTest : public PerformanceTest {
 protected:
  // By currency.
  using Wanted = std::map<std::string, slow::Figures>;

  SlowPathTest() {
    static const bool once = (slow::CreateTables(Db()), true);
    EXPECT_TRUE(once);
  }

  // --- Facts in ---

  void Configure(const std::string& shop, const std::string& zone, const std::string& currency,
                 const std::string& platform = "") {
    ASSERT_OK(Call(&Stub::ConfigureShop,
                   fmt::format("settings {{ shop_id: '{}' time_zone: '{}' currency_code: '{}' "
                               "platform: '{}' }}",
                               shop, zone, currency, platform))
                  .status());
  }

  // Who belonged where before anybody told how it is.
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
      membership->set_team_id(m.group);
      *membership->mutable_start_date() = kefu::convert::ToProto(m.first);
      if (m.last) *membership->mutable_end_date() = kefu::convert::ToProto(*m.last);
    }
    for (const auto& [agent, event] : events) Apply(event, absl::UnixEpoch());
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
  void Import(const World& world, const std::string& shop) {
    const auto send = [&](auto method, auto request) {
      request.mutable_header()->set_shop_id(shop);
      const auto answer = Stream(method, std::vector{request}, As("org-a"), false);
      ASSERT_OK(answer.status());
      EXPECT_EQ(answer->rejected(), 0) << answer->ShortDebugString();
    };
    send(&Stub::ImportReviews, world.reviews);
    // Of some orders a payment comes before them, of others after.
    v1::ImportPaymentsRequest early, late;
    for (int i = 0; i < world.payments.rows_size(); ++i)
      *(i % 2 == 0 ? early : late).add_rows() = world.payments.rows(i);
    Send(&v1::FactService::Stub::ImportPayments, early, shop);
    send(&Stub::ImportOrders, world.orders);
    Send(&v1::FactService::Stub::ImportPayments, late, shop);
    send(&Stub::ImportConversations, Mistaken(world.conversations));
    send(&Stub::ImportConversations, world.conversations);
    send(&Stub::ImportRefunds, world.refunds);
    send(&Stub::ImportOrders, world.orders);
    Send(&v1::FactService::Stub::ImportVisits, world.visits, shop);
    Send(&v1::FactService::Stub::ImportRatings, world.ratings, shop);
  }
  template <class Method, class Request>
  void Send(Method method, Request request, const std::string& shop) {
    grpc::ClientContext context;
    rpc::Prepare(As("org-a"), context);
    v1::ImportResponse answer;
    const auto writer = (facts_.get()->*method)(&context, &answer);
    request.mutable_header()->set_shop_id(shop);
    writer->Write(request);
    writer->WritesDone();
    EXPECT_TRUE(writer->Finish().ok());
    EXPECT_EQ(answer.inserted(), request.rows_size()) << answer.ShortDebugString();
  }

  // People's part, once figures are there: each of it changes some.
  void Judge(const World& world, const std::string& shop) {
    for (const auto& [conversation, decision] : world.reviews_of_exclusions) {
      AskFacts(&v1::FactService::Stub::ReviewExclusion,
               fmt::format("shop_id: '{}' conversation_id: '{}' decision: EXCLUSION_DECISION_{} "
                           "reason: 'looked at it'",
                           shop, conversation, decision));
    }
    for (const auto& [order, decision] : world.reviews_of_orders) {
      AskFacts(&v1::FactService::Stub::ReviewOrderExclusion,
               fmt::format("shop_id: '{}' order_id: '{}' decision: EXCLUSION_DECISION_{} "
                           "reason: 'looked at it'",
                           shop, order, decision));
    }
    for (const World::Inspection& each : world.inspections) Inspect(each, shop);
  }
  // Where the agents of all worlds really belong, and what is too much of a customer.
  void JudgeAll(const World& world) {
    TellTeams(world.Memberships());
    // By the clock of the organization's first shop, in Shanghai.
    TellBase("a3", "base-2",
             absl::FromCivil(world.Middle() + 1, absl::UTCTimeZone()) + absl::Hours(4));
    AskFacts(&v1::FactService::Stub::PublishScreeningPolicy,
             fmt::format("policy {{ rules {{ rule_id: 'many' exclusion: EXCLUSION_FRAUD volume {{ "
                         "conversations: {} }} }} }}",
                         slow::kMostConversations));
  }
  template <class Request, class Response>
  void AskFacts(grpc::Status (v1::FactService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                              Response*),
                const std::string& text) {
    ASSERT_OK(rpc::Call(*facts_, method, Parse<Request>(text), As("org-a")).status()) << text;
  }

  // --- Figures out ---

  v1::GetMetricsResponse Ask(const std::string& text) {
    const auto answer = Call(&Stub::GetMetrics, text);
    EXPECT_OK(answer.status());
    return answer.ok() ? *answer : v1::GetMetricsResponse();
  }

  // All figures by one definition of those whom `who` names ("shop_id: 'z'"), by all subjects and
  // in all parts of the calendar.
  void CheckAgainst(const std::string& who, const std::string& definition, const Wanted& wanted) {
    for (const auto& [kind, by] : std::map<std::string, std::string>{{"SHOP", ""},
                                                                     {"AGENT", "by_agent: true"},
                                                                     {"TEAM", "by_team: true"},
                                                                     {"BASE", "by_base: true"}}) {
      for (const char* granularity : {"DAY", "PERIOD", "WEEK", "MONTH", "QUARTER"})
        CheckAnswer(fmt::format("{} definition_id: '{}' {}", who, definition, by), kind,
                    granularity, wanted);
    }
  }
  // Of a team's or base's agents only the days on which they belong to it.
  void CheckMembers(const std::string& who, const std::string& field,
                    const std::vector<World::Membership>& memberships, const Wanted& wanted) {
    std::set<std::string> groups;
    for (const World::Membership& m : memberships) groups.insert(m.group);
    for (const std::string& group : groups) {
      Wanted theirs;
      for (const auto& [currency, figures] : wanted)
        theirs[currency] = OfMembers(figures, group, memberships);
      for (const char* granularity : {"DAY", "PERIOD", "MONTH"})
        CheckAnswer(fmt::format("{} by_agent: true {}: '{}'", who, field, group), "AGENT",
                    granularity, theirs);
    }
  }

  // The rows that explain figures add up to what the slow path says; those of percentiles are what
  // is ranked.
  void CheckExplanations(const std::string& who, const slow::Figures& figures,
                         const std::string& more = "") {
    for (const auto& [subject, text] :
         std::map<slow::Subject, std::string>{{{"SHOP", ""}, ""},
                                              {{"AGENT", "a1"}, "agent_id: 'a1'"},
                                              {{"TEAM", "t0"}, "team_id: 't0'"},
                                              {{"BASE", "base-1"}, "base_id: 'base-1'"}}) {
      slow::OfDay all;
      for (const auto& [day, of_day] : figures.sums.at(subject)) {
        for (const auto& [name, amount] : of_day) all[name] += amount;
      }
      for (const std::string& metric : slow::FiguresOf(subject.first == "SHOP")) {
        Explained told = Explain(who + " " + text, metric, more);
        EXPECT_EQ(told.sums, told.inputs) << metric << " " << text;
        if (slow::PercentileOf(metric)) {
          std::ranges::sort(told.numerators);
          EXPECT_EQ(told.numerators, figures.GapsIn(subject, "2000-01-01", "2099-12-31"))
              << metric << text;
          continue;
        }
        const slow::Formula& formula = slow::Formulas().at(metric);
        EXPECT_EQ(told.above, slow::SumOf(formula.numerator, all)) << metric << " " << text;
        EXPECT_EQ(told.below, slow::SumOf(formula.denominator, all)) << metric << " " << text;
      }
    }
  }

  const std::unique_ptr<v1::FactService::Stub> facts_ = v1::FactService::NewStub(host_.channel());
  const std::unique_ptr<v1::QualityService::Stub> quality_ =
      v1::QualityService::NewStub(host_.channel());
  int checked_ = 0;

 private:
  void Inspect(const World::Inspection& each, const std::string& shop) {
    const std::string result =
        each.item.empty()
            ? ""
            : fmt::format("results {{ item_id: '{}' points: {} }}", each.item, each.points);
    const auto request = Parse<v1::CreateInspectionRequest>(
        fmt::format("shop_id: '{}' conversation_id: '{}' agent_id: '{}' form_id: 'deducting' {}",
                    shop, each.conversation, each.agent, result));
    const auto first = rpc::Call(*stub_, &Stub::CreateInspection, request, Person("amy"));
    ASSERT_OK(first.status());
    if (each.twice) {
      ASSERT_OK(rpc::Call(*stub_, &Stub::CreateInspection, request, Person("bob")).status());
    }
    if (each.appealed) Appeal(shop, first->inspection_id(), each.overturned);
  }
  void Appeal(const std::string& shop, const std::string& id, bool overturn) {
    using Quality = v1::QualityService::Stub;
    const std::string of =
        fmt::format("shop_id: '{}' inspection_id: '{}' reason: 'unfair'", shop, id);
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

  static slow::Figures OfMembers(const slow::Figures& figures, const std::string& group,
                                 const std::vector<World::Membership>& memberships) {
    const auto belongs = [&](const slow::Subject& subject, const std::string& day) {
      return subject.first == "AGENT" &&
             std::ranges::any_of(memberships, [&](const World::Membership& m) {
               return m.agent == subject.second && m.group == group &&
                      absl::FormatCivilTime(m.first) <= day &&
                      (!m.last || day <= absl::FormatCivilTime(*m.last));
             });
    };
    slow::Figures kept;
    for (const auto& [subject, days] : figures.sums) {
      for (const auto& [day, sums] : days) {
        if (belongs(subject, day)) kept.sums[subject][day] = sums;
      }
    }
    for (const auto& [subject, days] : figures.gaps) {
      for (const auto& [day, gaps] : days) {
        if (belongs(subject, day)) kept.gaps[subject][day] = gaps;
      }
    }
    return kept;
  }

  static absl::CivilDay CivilOf(const kefu::common::v1::Date& date) {
    return absl::CivilDay(date.year(), date.month(), date.day());
  }
  static std::string DayOf(const kefu::common::v1::Date& date) {
    return absl::FormatCivilTime(CivilOf(date));
  }

  // The parts of the calendar that a period is cut into, by their first days.
  static std::map<std::string, std::string> PartsOf(const kefu::common::v1::DateRange& period,
                                                    const std::string& granularity) {
    const auto part = [&](absl::CivilDay day) -> absl::CivilDay {
      if (granularity == "DAY") return day;
      if (granularity == "WEEK") return absl::PrevWeekday(day + 1, absl::Weekday::monday);
      if (granularity == "MONTH") return absl::CivilDay(absl::CivilMonth(day));
      if (granularity == "QUARTER")
        return absl::CivilDay(day.year(), (day.month() - 1) / 3 * 3 + 1, 1);
      return absl::CivilDay();
    };
    std::map<std::string, std::string> parts;
    absl::CivilDay first = CivilOf(period.start_date());
    for (absl::CivilDay day = first; day <= CivilOf(period.end_date()); ++day) {
      if (part(day) != part(first)) first = day;
      parts[absl::FormatCivilTime(first)] = absl::FormatCivilTime(day);
    }
    return parts;
  }
  // Where no months are counted, both earlier periods follow from the days alone.
  static void CheckEarlierPeriods(const v1::MetricRow& row, const std::string& granularity,
                                  const std::string& where) {
    const absl::CivilDay first = CivilOf(row.period().start_date()),
                         last = CivilOf(row.period().end_date());
    const int64_t days = last - first + 1, weeks = (days + 6) / 7 * 7;
    EXPECT_EQ(CivilOf(row.same_weekdays_period().start_date()), first - weeks) << where;
    EXPECT_EQ(CivilOf(row.same_weekdays_period().end_date()), last - weeks) << where;
    if (granularity == "MONTH" || granularity == "QUARTER") return;
    const int64_t back = granularity == "WEEK" ? 7 : days;
    EXPECT_EQ(CivilOf(row.previous_period().start_date()), first - back) << where;
    EXPECT_EQ(CivilOf(row.previous_period().end_date()), last - back) << where;
  }

  static std::string IdOf(const v1::Subject& subject, const std::string& kind) {
    return kind == "AGENT"  ? subject.agent_id()
           : kind == "TEAM" ? subject.team_id()
                            : subject.base_id();
  }

  // Every row is as the slow path says, stands there once, and none is missing.
  void CheckAnswer(const std::string& question, const std::string& kind,
                   const std::string& granularity, const Wanted& wanted) {
    const v1::GetMetricsResponse answer =
        Ask(fmt::format("{} granularity: GRANULARITY_{} compare: true", question, granularity));
    const auto parts = PartsOf(answer.period(), granularity);
    std::set<std::tuple<std::string, slow::Subject, std::string>> told;
    for (const v1::MetricRow& row : answer.rows()) {
      const slow::Subject subject{kind, IdOf(row.subject(), kind)};
      const std::string first = DayOf(row.period().start_date()),
                        where = fmt::format("{} {} {} {}", question, granularity, first,
                                            subject.second);
      const auto figures = wanted.find(row.currency_code());
      ASSERT_NE(figures, wanted.end()) << where;
      EXPECT_TRUE(told.emplace(row.currency_code(), subject, first).second) << where;
      ASSERT_TRUE(parts.contains(first)) << where;
      EXPECT_EQ(parts.at(first), DayOf(row.period().end_date())) << where;
      CheckEarlierPeriods(row, granularity, where);
      CheckRow(row, subject, figures->second, where);
    }
    for (const auto& [currency, figures] : wanted) {
      for (const auto& [subject, days] : figures.sums) {
        for (const auto& [day, sums] : days) {
          if (subject.first != kind) continue;
          const auto after = parts.upper_bound(day);
          ASSERT_NE(after, parts.begin()) << question << " " << day;
          const auto& [first, last] = *std::prev(after);
          EXPECT_LE(day, last) << question << " " << granularity;
          EXPECT_TRUE(told.contains({currency, subject, first}))
              << question << " " << granularity << " " << subject.second << " " << day;
        }
      }
    }
  }

  static slow::OfDay SumsOver(const slow::Figures& figures, const slow::Subject& subject,
                              const kefu::common::v1::DateRange& period) {
    slow::OfDay sums;
    const auto days = figures.sums.find(subject);
    if (days == figures.sums.end()) return sums;
    for (const auto& [day, of_day] : days->second) {
      if (day < DayOf(period.start_date()) || day > DayOf(period.end_date())) continue;
      for (const auto& [name, amount] : of_day) sums[name] += amount;
    }
    return sums;
  }

  // One row against the sums of its days.
  void CheckRow(const v1::MetricRow& row, const slow::Subject& subject,
                const slow::Figures& figures, const std::string& what) {
    const auto sums = SumsOver(figures, subject, row.period());
    const auto previous = SumsOver(figures, subject, row.previous_period());
    const auto weekdays = SumsOver(figures, subject, row.same_weekdays_period());
    std::vector<std::string> ids;
    for (const v1::MetricValue& value : row.values()) {
      ids.push_back(value.metric_id());
      const std::string where = what + " " + value.metric_id();
      ++checked_;
      if (const auto share = slow::PercentileOf(value.metric_id())) {
        const auto gaps = [&](const kefu::common::v1::DateRange& period) {
          return figures.GapsIn(subject, DayOf(period.start_date()), DayOf(period.end_date()));
        };
        EXPECT_EQ(value.denominator(), static_cast<int64_t>(gaps(row.period()).size())) << where;
        CheckPercentile(Told(value), gaps(row.period()), *share, where);
        CheckPercentile(Told(value.previous()), gaps(row.previous_period()), *share, where);
        CheckPercentile(Told(value.same_weekdays()), gaps(row.same_weekdays_period()), *share,
                        where);
        continue;
      }
      const auto formula = slow::Formulas().find(value.metric_id());
      ASSERT_NE(formula, slow::Formulas().end()) << where;
      CheckFigure(value, formula->second, sums, where);
      CheckCompared(value, value.previous(), formula->second, previous, where + " before");
      CheckCompared(value, value.same_weekdays(), formula->second, weekdays,
                    where + " same weekdays before");
    }
    std::ranges::sort(ids);
    EXPECT_EQ(ids, slow::FiguresOf(subject.first == "SHOP")) << what;
  }

  template <class Value>
  static std::optional<double> Told(const Value& value) {
    return value.has_value() ? std::optional(value.value()) : std::nullopt;
  }
  static void CheckValue(std::optional<double> value, const slow::Formula& formula,
                         const slow::OfDay& sums, const std::string& where) {
    const auto expected = ValueOf(formula, sums);
    ASSERT_EQ(value.has_value(), expected.has_value()) << where;
    if (!expected) return;
    const auto exact = static_cast<double>(*expected);
    // Rounded half up; and what doubles lose of large ones.
    EXPECT_NEAR(*value, exact, StepOf(formula) / 2 * (1 + 1e-6) + std::abs(exact) * 1e-15) << where;
  }
  static void CheckFigure(const v1::MetricValue& value, const slow::Formula& formula,
                          const slow::OfDay& sums, const std::string& where) {
    EXPECT_EQ(value.unit(), formula.unit) << where;
    CheckValue(Told(value), formula, sums, where);
    if (!formula.factors.empty()) {
      const auto product = ProductOf(formula, sums);
      EXPECT_EQ(value.has_value(), product.has_value()) << where;
      if (product) {
        EXPECT_EQ(value.numerator(), *product) << where;
      }
      return;
    }
    const int64_t denominator = slow::SumOf(formula.denominator, sums);
    EXPECT_EQ(value.numerator(), slow::SumOf(formula.numerator, sums)) << where;
    EXPECT_EQ(value.denominator(), denominator) << where;
    EXPECT_EQ(value.has_value(), formula.denominator.empty() || denominator > 0) << where;
    CheckThin(value, formula, where);
    if (value.thin() && !formula.is_share) CheckSpread(value, formula, sums, where);
  }
  static void CheckCompared(const v1::MetricValue& now, const v1::MetricComparison& then,
                            const slow::Formula& formula, const slow::OfDay& sums,
                            const std::string& where) {
    // That doubles lose, and of large ones beside their size.
    const auto bits = [](double expected) { return 1e-7 + std::abs(expected) * 1e-15; };
    CheckValue(Told(then), formula, sums, where);
    ASSERT_EQ(then.has_difference(), now.has_value() && then.has_value()) << where;
    ASSERT_EQ(then.has_relative_change(), then.has_difference() && then.value() != 0) << where;
    if (!then.has_difference()) return;
    const double difference = now.value() - then.value();
    EXPECT_NEAR(then.difference(), difference, bits(difference)) << where;
    if (!then.has_relative_change()) return;
    const double change = then.difference() / std::abs(then.value());
    EXPECT_NEAR(then.relative_change(), change, 1e-6 / 2 + bits(change)) << where;
  }
  static void CheckPercentile(std::optional<double> value, const std::vector<int64_t>& gaps,
                              double share, const std::string& where) {
    ASSERT_EQ(value.has_value(), !gaps.empty()) << where;
    if (gaps.empty()) return;
    const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(gaps.size())));
    const double exact = static_cast<double>(gaps[std::max<size_t>(rank, 1) - 1]) / 1e6;
    EXPECT_NEAR(*value, exact, exact * 0.01) << where;
  }

  // Of means by Student's t of 95 %, from the textbook's table.
  static void CheckSpread(const v1::MetricValue& value, const slow::Formula& formula,
                          const slow::OfDay& sums, const std::string& where) {
    static constexpr std::array<double, 29> kT{
        12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
        2.2010,  2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
        2.0796,  2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452};
    if (formula.squares.empty()) return;
    const int64_t cases = value.denominator();
    const __int128 n = cases, sum = value.numerator(),
                   deviations = n * slow::SumOf({formula.squares}, sums) - sum * sum;
    ASSERT_EQ(value.has_interval(), cases > 1 && deviations > 0) << where;
    if (!value.has_interval()) return;
    const double mean = static_cast<double>(sum) / static_cast<double>(n),
                 variance = static_cast<double>(deviations) / static_cast<double>(n * n * (n - 1)),
                 half = kT.at(static_cast<size_t>(cases - 2)) * std::sqrt(variance),
                 rounding = 2e-6 + half / slow::UnitsOf(formula) * 5e-5;
    EXPECT_NEAR(value.interval().low(),
                std::max(formula.least, (mean - half) / slow::UnitsOf(formula)), rounding)
        << where;
    EXPECT_NEAR(value.interval().high(),
                std::min(formula.most, (mean + half) / slow::UnitsOf(formula)), rounding)
        << where;
  }
  // Of shares by the textbook's score interval of 95 %, of all by what an interval must hold.
  static void CheckThin(const v1::MetricValue& value, const slow::Formula& formula,
                        const std::string& where) {
    constexpr int64_t kThinBelow = 30;
    constexpr double kZ = 1.959963985, kRounding = 2e-6;
    const bool thin = formula.tells_thin && value.has_value() && value.denominator() < kThinBelow;
    EXPECT_EQ(value.thin(), thin) << where;
    if (!thin) {
      EXPECT_FALSE(value.has_interval()) << where;
      return;
    }
    if (value.has_interval()) {
      EXPECT_LE(value.interval().low(), value.value() + kRounding) << where;
      EXPECT_GE(value.interval().high(), value.value() - kRounding) << where;
    }
    if (!formula.is_share) return;
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

  // All rows behind a figure, and its inputs.
  struct Explained {
    int64_t above = 0, below = 0;
    std::vector<int64_t> sums, inputs;  // by input
    std::vector<int64_t> numerators;    // by row
  };
  Explained Explain(const std::string& subject, std::string_view metric, const std::string& more) {
    Explained all;
    std::string token;
    do {
      const auto page = Call(&Stub::ExplainMetric,
                             fmt::format("subject {{ {} }} metric_id: '{}' page_size: 1000 {} "
                                         "page_token: '{}'",
                                         subject, metric, more, token));
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
};

}  // namespace kefu::performance
