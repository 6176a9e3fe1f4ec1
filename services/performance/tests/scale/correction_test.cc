// Corrected figures equal figures computed from all facts, whatever changes in which order.
#include <fmt/format.h>

#include <random>

#include "common/time/civil.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/performance/handlers/staffing_events.h"
#include "services/performance/jobs/conservation_job.h"
#include "services/performance/store/months.h"
#include "services/performance/store/screening.h"
#include "services/performance/tests/facts/facts_fixture.h"

namespace kefu::performance {
namespace {

constexpr int64_t kDaySeconds = 86'400;
const absl::CivilDay kFrom = kDay - 5, kTo = kDay + 45;  // reaches into two months

class CorrectionTest : public FactsTest {
 protected:
  using Dump = std::vector<std::string>;

  CorrectionTest() {
    EXPECT_OK(Call(&Stub::ConfigureShop,
                   R"(settings { shop_id: "s" time_zone: "Asia/Shanghai" currency_code: "CNY"
                                 platform: "PLATFORM_JD" })"));
  }

  Dump Rows(const std::string& select) {
    Dump dump;
    const auto rows = Db().db().Read(absl::Now() + absl::Seconds(60), db::Sql{select.c_str()});
    EXPECT_OK(rows.status());
    for (const db::Row row : *rows) dump.push_back(row.Str(0));
    return dump;
  }
  // All figures and credits, and which orders are left out.
  Dump Figures() {
    Dump all = Rows(
        "SELECT CONCAT_WS(' ', definition_id, day, subject_kind, subject_id, HEX(measures), "
        "HEX(histogram)) FROM day_rollup ORDER BY definition_id, day, subject_kind, subject_id");
    for (std::string& credit :
         Rows("SELECT CONCAT_WS(' ', definition_id, order_id, pay_day, agent_id, conversation_id) "
              "FROM order_credit ORDER BY definition_id, order_id"))
      all.push_back(std::move(credit));
    for (std::string& order : Rows("SELECT CONCAT_WS(' ', order_id, 'excluded') FROM sales_order "
                                   "WHERE excluded = 1 ORDER BY order_id"))
      all.push_back(std::move(order));
    return all;
  }
  void Recompute() {
    ASSERT_OK(recomputer_.Run(kScope, "", kFrom - 40, kTo + 40, absl::Now() + absl::Seconds(120)));
  }
  // Everything anew, from nothing but the facts.
  Dump ComputedAnew() {
    Db().Exec("DELETE FROM day_rollup");
    Db().Exec("DELETE FROM order_credit");
    std::set<absl::CivilDay> days;
    for (absl::CivilDay day = kFrom; day <= kTo; ++day) days.insert(day);
    Db().Exec("DELETE FROM exclusion");
    EXPECT_OK(Db().db().RunInTransaction(
        absl::Now() + absl::Seconds(60), [&](db::Transaction& t) -> absl::Status {
          const absl::Status marked = store::MarkAllForScreening(t, kScope);
          return marked.ok() ? store::MarkDays(t, kScope, days) : marked;
        }));
    Recompute();
    return Figures();
  }
  // A period's sums by the way that goes over months, and by days alone.
  void ExpectMonthsToBeTheirDays(absl::CivilDay first, absl::CivilDay last) {
    for (const auto kind : {domain::SubjectKind::kShop, domain::SubjectKind::kAgent,
                            domain::SubjectKind::kTeam, domain::SubjectKind::kBase}) {
      std::map<domain::SubjectId, domain::Measures> by_days, by_months;
      ASSERT_OK(
          Db().db().RunInTransaction(absl::Now() + absl::Seconds(60), [&](db::Transaction& t) {
            by_days.clear();
            by_months.clear();
            auto rows = store::LoadRollups(t, kScope, "default@1", first, last, kind, "");
            if (!rows.ok()) return rows.status();
            for (const auto& row : *rows) by_days[row.subject].Merge(row.measures);
            auto sums = store::SumPeriod(t, kScope, "default@1", first, last, kind, "");
            if (!sums.ok()) return sums.status();
            for (const auto& row : *sums) by_months[row.subject] = row.measures;
            return absl::OkStatus();
          }));
      EXPECT_TRUE(by_days == by_months) << "kind " << static_cast<int>(kind);
    }
  }

  // Each lies on its conversation's day, and one of those about the same counts.
  void ExpectInspectionsToBeInOrder() {
    EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM inspection i JOIN conversation c ON "
                         "c.conversation_id = i.conversation_id WHERE NOT (i.day <=> c.first_day)"),
              0);
    EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM (SELECT SUM(counts) n, MAX(wrote) m FROM inspection "
                         "GROUP BY conversation_id, agent_id) x WHERE n <> m"),
              0);
    const auto rows = Db().db().Read(
        absl::Now() + absl::Seconds(60),
        db::Sql{"SELECT i.agent_id, i.wrote, c.body FROM inspection i JOIN conversation c ON "
                "c.conversation_id = i.conversation_id"});
    ASSERT_OK(rows.status());
    for (const db::Row row : *rows) {
      v1::Conversation talk;
      ASSERT_TRUE(talk.ParseFromString(row.Str(2)));
      const bool wrote = std::ranges::any_of(talk.messages(), [&](const v1::Message& message) {
        return message.agent_id() == row.Str(0);
      });
      EXPECT_EQ(row.Bool(1), wrote) << talk.conversation_id() << " " << row.Str(0);
    }
  }

  // --- Random changes ---

  int64_t Below(int64_t limit) { return static_cast<int64_t>(random_() % limit); }
  bool OneIn(int64_t n) { return Below(n) == 0; }
  std::string Agent() { return OneIn(8) ? "" : fmt::format("a{}", Below(4)); }
  int64_t Second() { return Below(6 * kDaySeconds); }

  std::string RandomTalk() {
    v1::Conversation talk;
    talk.set_conversation_id(fmt::format("c{}", Below(14)));
    talk.set_customer_id(fmt::format("u{}", Below(4)));
    // Half of them late in the evening, so that many cross midnight.
    int64_t second = OneIn(2) ? Second() : Below(6) * kDaySeconds + kDaySeconds - 600 + Below(1200);
    const int64_t begun = second;
    for (int64_t left = 1 + Below(5); left > 0; --left) {
      v1::Message* message = talk.add_messages();
      message->mutable_send_time()->set_seconds(kMidnight + second);
      message->set_side(OneIn(2) ? v1::SIDE_CUSTOMER : OneIn(6) ? v1::SIDE_ROBOT : v1::SIDE_AGENT);
      if (message->side() == v1::SIDE_AGENT) message->set_agent_id(Agent());
      second += Below(OneIn(6) ? kDaySeconds : 300);
    }
    if (OneIn(4)) {
      v1::Handling* handling = talk.add_handlings();
      handling->set_agent_id(fmt::format("a{}", Below(4)));
      handling->mutable_start_time()->set_seconds(kMidnight + begun);
      handling->mutable_end_time()->set_seconds(kMidnight + begun + Below(4000));
    }
    if (OneIn(8)) talk.set_exclusion(v1::EXCLUSION_ADVERTISEMENT);
    if (OneIn(3)) talk.set_rating(static_cast<int>(1 + Below(5)));
    return talk.ShortDebugString();
  }
  std::string RandomOrder() {
    v1::Order order = Parse<v1::Order>(Sale(
        fmt::format("o{}", Below(10)), fmt::format("u{}", Below(4)), Second(), 1 + Below(100'000)));
    if (OneIn(6)) {
      order.clear_pay_time();
      order.clear_paid();
    } else if (OneIn(2)) {
      order.mutable_pay_time()->set_seconds(order.create_time().seconds() + Below(3 * kDaySeconds));
    }
    if (OneIn(6)) order.set_exclusion(v1::EXCLUSION_FRAUD);
    order.set_new_buyer(OneIn(3));
    return order.ShortDebugString();
  }
  std::string RandomRefund() {
    return fmt::format(
        "refund_id: 'r{}' order_id: 'o{}' amount {{ currency_code: 'CNY' minor_units: {} }} "
        "refund_time {{ seconds: {} }}",
        Below(6), Below(12), 1 + Below(5000), kMidnight + Below(30 * kDaySeconds));
  }
  std::string RandomReview() {
    return fmt::format("review_id: 'e{}' order_id: 'o{}' score: {} create_time {{ seconds: {} }}",
                       Below(3), Below(12), 1 + Below(5), kMidnight + Below(30 * kDaySeconds));
  }
  template <class Make>
  std::vector<std::string> Some(Make make) {
    std::vector<std::string> texts;
    for (int64_t left = 1 + Below(3); left > 0; --left) {
      std::string text = make();
      // One id twice in a stream with other content is refused: that is not the point here.
      const std::string id = text.substr(0, text.find(' ', text.find(' ') + 1));
      const auto same = [&](const std::string& other) { return other.starts_with(id); };
      if (std::ranges::none_of(texts, same)) texts.push_back(std::move(text));
    }
    return texts;
  }
  void ChangePeople() {
    if (OneIn(2)) {
      kefu::staffing::v1::AgentChanged changed;
      changed.mutable_agent()->set_agent_id(fmt::format("a{}", Below(4)));
      changed.mutable_agent()->set_base_id(OneIn(3) ? "" : fmt::format("b{}", Below(2)));
      Apply(changed, absl::FromUnixSeconds(kMidnight + Second()));
      return;
    }
    kefu::staffing::v1::TeamMembershipsChanged changed;
    changed.set_agent_id(fmt::format("a{}", Below(4)));
    for (int64_t left = Below(3); left > 0; --left) {
      auto* membership = changed.add_memberships();
      membership->set_team_id(fmt::format("t{}", left));
      *membership->mutable_start_date() = kefu::convert::ToProto(kDay + Below(4) - 1);
      if (OneIn(2)) *membership->mutable_end_date() = kefu::convert::ToProto(kDay + 3 + Below(3));
    }
    Apply(changed);
  }
  absl::Status Send(const v1::ReplaceDayRequest& request) {
    grpc::ClientContext context;
    rpc::Prepare(AsOwner("org-a"), context);
    v1::ReplaceDayResponse response;
    auto writer = facts_->ReplaceDay(&context, &response);
    writer->Write(request);
    writer->WritesDone();
    return rpc::FromGrpc(writer->Finish());
  }
  // What is no customer's: of a day all of it goes.
  absl::Status ClearOneDay() {
    v1::ReplaceDayRequest request;
    request.mutable_header()->set_shop_id("s");
    request.mutable_header()->set_kind(OneIn(3)   ? v1::FACT_KIND_VISITS
                                       : OneIn(2) ? v1::FACT_KIND_RATINGS
                                                  : v1::FACT_KIND_INSPECTIONS);
    *request.mutable_header()->mutable_day() = kefu::convert::ToProto(kDay + Below(6));
    return Send(request);
  }
  // A day of conversations or orders sent anew.
  absl::Status ReplaceOneDay() {
    v1::ReplaceDayRequest request;
    const absl::CivilDay day = kDay + Below(6);
    const bool talks = OneIn(2);
    request.mutable_header()->set_shop_id("s");
    request.mutable_header()->set_kind(talks ? v1::FACT_KIND_CONVERSATIONS : v1::FACT_KIND_ORDERS);
    *request.mutable_header()->mutable_day() = kefu::convert::ToProto(day);
    const absl::TimeZone zone = *LoadZone("Asia/Shanghai");
    const auto on_day = [&](const google::protobuf::Timestamp& time) {
      return absl::ToCivilDay(absl::FromUnixSeconds(time.seconds()), zone) == day;
    };
    for (const std::string& text : Some([&] { return talks ? RandomTalk() : RandomOrder(); })) {
      if (talks) {
        const auto talk = Parse<v1::Conversation>(text);
        if (on_day(talk.messages(0).send_time()))
          *request.add_conversations()->mutable_conversation() = talk;
      } else {
        const auto order = Parse<v1::Order>(text);
        if (on_day(order.create_time())) *request.add_orders()->mutable_order() = order;
      }
    }
    return Send(request);
  }
  absl::Status Review() {
    const auto answer = Ask(
        &Facts::ReviewExclusion,
        fmt::format("shop_id: 's' conversation_id: 'c{}' decision: EXCLUSION_DECISION_{} reason: "
                    "'looked at it'",
                    Below(14),
                    OneIn(3)   ? "BY_RULES"
                    : OneIn(2) ? "FRAUD"
                               : "COUNT"));
    return absl::IsNotFound(answer.status()) ? absl::OkStatus() : answer.status();
  }
  absl::Status ReviewOrder() {
    const auto answer = Ask(
        &Facts::ReviewOrderExclusion,
        fmt::format("shop_id: 's' order_id: 'o{}' decision: EXCLUSION_DECISION_{} reason: 'looked "
                    "at it'",
                    Below(10),
                    OneIn(3)   ? "BY_RULES"
                    : OneIn(2) ? "FRAUD"
                               : "COUNT"));
    return absl::IsNotFound(answer.status()) ? absl::OkStatus() : answer.status();
  }
  absl::Status Inspect() {
    v1::ImportInspectionsRequest request;
    auto* inspection = request.add_rows()->mutable_inspection();
    inspection->set_source_id(fmt::format("q{}", Below(12)));
    inspection->set_conversation_id(fmt::format("c{}", Below(16)));
    inspection->set_agent_id(fmt::format("a{}", Below(4)));
    inspection->set_inspector("Li");
    inspection->mutable_inspect_time()->set_seconds(kMidnight + Second());
    inspection->set_centipoints(Below(10'001));
    inspection->set_inaccurate(OneIn(3));
    return FactsTest::Send(&Facts::ImportInspections, request).status();
  }
  absl::Status PublishRules() {
    return Ask(&Facts::PublishScreeningPolicy,
               fmt::format("policy {{ rules {{ rule_id: 'v' exclusion: EXCLUSION_FRAUD volume {{ "
                           "conversations: {} }} }} }}",
                           2 + Below(3)))
        .status();
  }
  absl::Status PublishDefinition() {
    const auto definitions = Ask(&Facts::ListMetricDefinitions, "shop_id: 's'");
    if (!definitions.ok()) return definitions.status();
    v1::PublishMetricDefinitionRequest request;
    for (const auto& definition : definitions->definitions()) {
      if (definition.definition_id() == "jd") *request.mutable_definition() = definition;
    }
    if (OneIn(2)) {
      request.mutable_definition()->set_thin_below(static_cast<int>(1 + Below(50)));
    } else {
      request.mutable_definition()->set_attribution_days(static_cast<int>(Below(3)));
    }
    return rpc::Call(*facts_, &Facts::PublishMetricDefinition, request, AsOwner("org-a")).status();
  }
  absl::Status Rate() {
    v1::ImportRatingsRequest request;
    auto* rating = request.add_rows()->mutable_rating();
    rating->set_conversation_id(fmt::format("c{}", Below(16)));
    rating->set_score(static_cast<int>(1 + Below(5)));
    return FactsTest::Send(&Facts::ImportRatings, request).status();
  }
  absl::Status Pay() {
    v1::ImportPaymentsRequest request;
    auto* payment = request.add_rows()->mutable_payment();
    payment->set_payment_id(fmt::format("p{}", Below(3)));
    payment->set_order_id(fmt::format("o{}", Below(12)));
    payment->set_deposit(OneIn(3));
    payment->mutable_amount()->set_currency_code("CNY");
    payment->mutable_amount()->set_minor_units(OneIn(4) ? 0 : 1 + Below(50'000));
    payment->mutable_pay_time()->set_seconds(kMidnight + Second());
    return FactsTest::Send(&Facts::ImportPayments, request).status();
  }
  absl::Status Visit() {
    v1::ImportVisitsRequest request;
    auto* visits = request.add_rows()->mutable_visits();
    *visits->mutable_day() = kefu::convert::ToProto(kDay + Below(6));
    visits->set_visits(Below(1000));
    return FactsTest::Send(&Facts::ImportVisits, request).status();
  }
  // What seldom happens.
  absl::Status ChangeMore() {
    switch (Below(13)) {
      case 10:
      case 11:
      case 12:
        return Pay();
      case 0:
        return ReplaceOneDay();
      case 5:
        return ClearOneDay();
      case 6:
        return ReviewOrder();
      case 7:
      case 8:
        return Inspect();
      case 1:
        return Review();
      case 2:
        return PublishRules();
      case 3:
        return PublishDefinition();
      case 4:
        return Rate();
      default:
        return Visit();
    }
  }
  absl::Status Change() {
    switch (Below(12)) {
      case 9:
      case 10:
        return ChangeMore();
      case 0:
        return Refunds(Some([&] { return RandomRefund(); })).status();
      case 1:
        return Reviews(Some([&] { return RandomReview(); })).status();
      case 2:
        ChangePeople();
        if (OneIn(2)) Recompute();  // else the next change meets marked days
        return absl::OkStatus();
      case 3:
      case 4:
      case 5:
        return Orders(Some([&] { return RandomOrder(); })).status();
      default:
        return Conversations(Some([&] { return RandomTalk(); })).status();
    }
  }

  // So many random changes; every fifth time all figures are compared.
  void ChangeAtRandom(unsigned seed, int steps) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    random_.seed(seed);
    for (int step = 1; step <= steps; ++step) {
      ASSERT_OK(Change());
      if (step % 5 != 0) continue;
      Recompute();
      ExpectMonthsToBeTheirDays(absl::CivilDay(2024, 11, 1), absl::CivilDay(2024, 11, 30));
      ExpectMonthsToBeTheirDays(absl::CivilDay(2024, 11, 12), absl::CivilDay(2024, 12, 31));
      // Of definitions that another took the place of, figures are no longer kept up to date.
      Db().Exec(
          "DELETE r FROM day_rollup r LEFT JOIN shop_definition d ON d.shop_id = r.shop_id AND "
          "d.definition_id = r.definition_id WHERE d.definition_id IS NULL;"
          "DELETE r FROM order_credit r LEFT JOIN shop_definition d ON d.shop_id = r.shop_id AND "
          "d.definition_id = r.definition_id WHERE d.definition_id IS NULL");
      ExpectInspectionsToBeInOrder();
      const Dump corrected = Figures();
      ASSERT_EQ(corrected, ComputedAnew()) << "step " << step;
      ExpectMonthsToBeTheirDays(absl::CivilDay(2024, 10, 1), absl::CivilDay(2024, 12, 31));
    }
  }

  std::minstd_rand random_;
};

TEST_F(CorrectionTest, RandomChangesGiveWhatAllFactsGive) {
  // Long runs by hand: KEFU_CORRECTION_STEPS=500, and KEFU_CORRECTION_SEED to see one again.
  const char *steps_text = std::getenv("KEFU_CORRECTION_STEPS"),
             *seed_text = std::getenv("KEFU_CORRECTION_SEED");
  const int steps = steps_text == nullptr ? 40 : std::atoi(steps_text);
  const unsigned seed = seed_text != nullptr    ? static_cast<unsigned>(std::atoi(seed_text))
                        : steps_text == nullptr ? 7
                                                : std::random_device()() % 100'000;
  ChangeAtRandom(seed, steps);
}

// Once a fraudulent conversation that was found to be another customer's kept the orders of both
// as they were: at step 115.
TEST_F(CorrectionTest, ManyRandomChangesGiveWhatAllFactsGive) { ChangeAtRandom(4242, 120); }

// What is stored is what tells a correction from a computation of the whole day.
TEST_F(CorrectionTest, ASmallChangeIsAddedToWhatIsStored) {
  ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "a"), Talk("c2", "u2", 36000, "a")}).status());
  Db().Exec(
      "UPDATE day_rollup SET measures = (SELECT m FROM (SELECT measures m FROM day_rollup "
      "WHERE subject_kind = 'AGENT' AND definition_id = 'default@1') x) WHERE subject_kind = "
      "'SHOP' AND definition_id = 'default@1'");
  const double before = Figure("shop_id: 's'", "customer_messages");
  EXPECT_EQ(before, 0) << "an agent has no customers' messages";
  ASSERT_OK_AND_ASSIGN(const auto answer, Conversations({Talk("c3", "u3", 36000, "a")}));
  EXPECT_EQ(answer.days_recomputed(), 2 * 3);  // by two definitions
  EXPECT_EQ(Figure("shop_id: 's'", "customer_messages"), 1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day"), 0);
}

// Of the same agent another handling overlaps, and a day that cannot be computed shows that none
// is.
TEST_F(CorrectionTest, AHandlingIsCorrectedWithTheOthersOfItsAgent) {
  const auto handled = [](const std::string& id, const std::string& agent, int64_t second) {
    auto talk = Parse<v1::Conversation>(Talk(id, "u-" + id, second, agent));
    v1::Handling* handling = talk.add_handlings();
    handling->set_agent_id(agent);
    handling->mutable_start_time()->set_seconds(kMidnight + second);
    handling->mutable_end_time()->set_seconds(kMidnight + second + 600);
    return talk.ShortDebugString();
  };
  ASSERT_OK(Conversations({handled("c1", "a", 36000), handled("c2", "b", 36000)}).status());
  Db().Exec("UPDATE conversation SET body = 'x' WHERE conversation_id = 'c2'");
  // 10:00 to 10:10 and 10:05 to 10:15: two customers in a quarter of an hour.
  ASSERT_OK_AND_ASSIGN(const auto late, Conversations({handled("c3", "a", 36300)}));
  EXPECT_EQ(late.days_recomputed(), 2 * 3);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day"), 0);
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'a'", "customers_per_hour"), 8);
  ASSERT_OK(Conversations({handled("c3", "a", 36000)}).status());
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'a'", "customers_per_hour"), 12);
}

TEST_F(CorrectionTest, HandlingsFromBeforeAreListedWhenTheServiceStarts) {
  auto talk = Parse<v1::Conversation>(Talk("c", "u", 36000, "a"));
  v1::Handling* handling = talk.add_handlings();
  handling->set_agent_id("a");
  *handling->mutable_start_time() = talk.messages(0).send_time();
  *handling->mutable_end_time() = talk.messages(1).send_time();
  ASSERT_OK(Conversations({talk.ShortDebugString()}).status());
  Db().Exec("DELETE FROM handling; UPDATE shop_settings SET handlings_listed = 0");
  handling->mutable_end_time()->set_seconds(handling->end_time().seconds() + 60);
  ASSERT_OK(Conversations({talk.ShortDebugString()}).status());
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day"), 0) << "computed as a whole";
  Db().Exec("DELETE FROM handling");
  ConservationJob job(Db().db(), clock_, nullptr, absl::Hours(1));
  ASSERT_OK(job.ListHandlings(absl::Now() + absl::Seconds(60)));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM handling WHERE agent_id = 'a' AND day = "
                       "'2024-11-11' AND conversation_id = 'c'"),
            1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM shop_settings WHERE handlings_listed = 0"), 0);
}

TEST_F(CorrectionTest, AMonthOnceSummedIsCorrectedWithItsDays) {
  ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "a"), Talk("c2", "u2", 36000, "b")}).status());
  ExpectMonthsToBeTheirDays(absl::CivilDay(2024, 11, 1), absl::CivilDay(2024, 11, 30));
  constexpr char kHolding[] =
      "SELECT COUNT(*) FROM month_state WHERE version = summed AND definition_id = 'default@1' AND "
      "month = '2024-11-01'";
  EXPECT_EQ(Db().Count(kHolding), 1);
  ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "b"), Talk("c3", "u3", 50000, "b")}).status());
  EXPECT_EQ(Db().Count(kHolding), 1);
  ExpectMonthsToBeTheirDays(absl::CivilDay(2024, 11, 1), absl::CivilDay(2024, 11, 30));
  Db().Exec("INSERT INTO dirty_day VALUES ('org-a', 's', '2024-11-11', 'default@1', 1)");
  Recompute();
  EXPECT_EQ(Db().Count(kHolding), 0);
}

// Somebody who marks a day that is being corrected waits, and the day is computed again.
TEST_F(CorrectionTest, MembershipsWaitForAnImport) {
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "b")}).status());
  kefu::staffing::v1::TeamMembershipsChanged changed;
  changed.set_agent_id("a");
  auto* membership = changed.add_memberships();
  membership->set_team_id("t");
  *membership->mutable_start_date() = kefu::convert::ToProto(kDay);
  Between(
      [&](db::Transaction& t) -> absl::Status {
        auto settings = store::LoadSettings(t, kScope, /*lock=*/true);  // as an import does
        if (!settings.ok()) return settings.status();
        std::map<domain::SubjectId, domain::Measures> measures;
        measures[{domain::SubjectKind::kAgent, "a"}].Add(domain::Measure::kConsulted, 1);
        return store::SaveDay(t, kScope, "default@1", kDay, measures);
      },
      {"SELECT shop_id FROM shop_settings%FOR UPDATE"}, [&] { Apply(changed); });
  EXPECT_GT(Db().Count("SELECT COUNT(*) FROM dirty_day WHERE day = '2024-11-11'"), 0);
}

}  // namespace
}  // namespace kefu::performance
