// Pure rules: attribution, the measures of a day, histograms, figures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "services/performance/domain/attribution.h"
#include "services/performance/domain/definitions.h"
#include "services/performance/domain/metrics.h"
#include "services/performance/domain/rollup.h"

namespace kefu::performance::domain {
namespace {

using Verdict = AttributionStep::Verdict;

absl::TimeZone Shanghai() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Asia/Shanghai", &zone));
  return zone;
}

const absl::CivilDay kDay(2024, 11, 11);

// Microseconds of a clock time in the shop's zone, `days` after kDay.
int64_t At(int days, int hour, int minute, int second = 0) {
  const absl::CivilDay day = kDay + days;
  return absl::ToUnixMicros(absl::FromCivil(
      absl::CivilSecond(day.year(), day.month(), day.day(), hour, minute, second), Shanghai()));
}

Message Asks(int64_t time) { return {time, Side::kCustomer, ""}; }
Message Answers(int64_t time, std::string agent) { return {time, Side::kAgent, std::move(agent)}; }

Conversation Talk(std::string id, std::string customer, std::vector<Message> messages) {
  Conversation c;
  c.id = std::move(id);
  c.customer_id = std::move(customer);
  c.messages = std::move(messages);
  return c;
}

Order Paid(std::string id, std::string customer, int64_t pay, int64_t minor) {
  Order o;
  o.id = std::move(id);
  o.customer_id = std::move(customer);
  o.create_us = pay;
  o.pay_us = pay;
  o.paid_minor = minor;
  return o;
}

// Facts that a test owns, and the measures of kDay computed from them.
struct Shop {
  std::vector<Conversation> conversations;
  std::vector<Order> orders;
  DayFacts facts{.day = kDay};

  DayResult Compute(const ContributionSink& sink = nullptr) {
    facts.conversations.clear();
    facts.orders.clear();
    for (const Conversation& c : conversations) facts.conversations.push_back(&c);
    for (const Order& o : orders) facts.orders.push_back(&o);
    return ComputeDay(facts, Definitions()[0], Shanghai(), sink);
  }
  int64_t OfShop(Measure m) { return Compute().measures[SubjectId{}][m]; }
  int64_t OfAgent(const std::string& id, Measure m) {
    return Compute().measures[{SubjectKind::kAgent, id}][m];
  }
  int64_t OfTeam(const std::string& id, Measure m) {
    return Compute().measures[{SubjectKind::kTeam, id}][m];
  }
};

// --- Attribution ---

Attribution Credit(const Order& order, const std::vector<Conversation>& conversations) {
  std::vector<const Conversation*> pointers;
  for (const Conversation& c : conversations) pointers.push_back(&c);
  return Attribute(order, IndexByCustomer(pointers), Definitions()[0], Shanghai());
}

TEST(Attribution, LastAgentBeforePaymentIsCreditedAndOthersAssist) {
  const std::vector<Conversation> talks{
      Talk("c1", "u", {Asks(At(0, 10, 0)), Answers(At(0, 10, 1), "a"), Answers(At(0, 10, 5), "b")}),
      Talk("c2", "u", {Asks(At(0, 11, 0)), Answers(At(0, 11, 1), "c")})};
  const Attribution credit = Credit(Paid("o", "u", At(0, 11, 30), 100), talks);
  EXPECT_EQ(credit.agent_id, "c");
  EXPECT_EQ(credit.conversation_id, "c2");
  EXPECT_THAT(credit.assists, testing::ElementsAre("a", "b"));
}

TEST(Attribution, AnAnswerAtTheInstantOfPaymentOrLaterDoesNotCount) {
  const std::vector<Conversation> talks{
      Talk("c", "u",
           {Asks(At(0, 10, 0)), Answers(At(0, 10, 1), "a"), Answers(At(0, 11, 0), "b"),
            Answers(At(0, 12, 0), "d")})};
  const Attribution credit = Credit(Paid("o", "u", At(0, 11, 0), 100), talks);
  EXPECT_EQ(credit.agent_id, "a");
  EXPECT_TRUE(credit.assists.empty());
}

TEST(Attribution, TheWindowIsTheSameAndTheNextDayInTheShopsZone) {
  const auto talk = [](int64_t answer) {
    return std::vector{Talk("c", "u", {Asks(answer - 1), Answers(answer, "a")})};
  };
  const Order order = Paid("o", "u", At(1, 23, 59, 59), 100);
  EXPECT_EQ(Credit(order, talk(At(0, 0, 0, 0))).agent_id, "a");
  const Attribution late = Credit(order, talk(At(-1, 23, 59, 59)));
  EXPECT_EQ(late.agent_id, "");
  ASSERT_EQ(late.steps.size(), 1u);
  EXPECT_EQ(late.steps[0].verdict, Verdict::kOutsideWindow);
}

TEST(Attribution, AdvertisersUnnamedAgentsAndRobotsSellNothing) {
  auto advertisement = Talk("ad", "u", {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "a")});
  advertisement.exclusion = Exclusion::kAdvertisement;
  auto robot = Talk("r", "u", {Asks(At(0, 9, 0)), {At(0, 9, 1), Side::kRobot, ""}});
  const auto unnamed = Talk("n", "u", {Asks(At(0, 9, 0)), Answers(At(0, 9, 2), "")});
  const Attribution credit =
      Credit(Paid("o", "u", At(0, 10, 0), 100), {advertisement, robot, unnamed});
  EXPECT_EQ(credit.agent_id, "");
  EXPECT_TRUE(credit.assists.empty());
}

TEST(Attribution, AMessageBeforeTheCustomerHasWrittenIsNoAnswer) {
  const std::vector<Conversation> talks{
      Talk("c1", "u", {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "a")}),
      Talk("c2", "u", {Answers(At(0, 9, 30), "caller"), Asks(At(0, 9, 31))})};
  const Attribution credit = Credit(Paid("o", "u", At(0, 10, 0), 100), talks);
  EXPECT_EQ(credit.agent_id, "a");
  EXPECT_TRUE(credit.assists.empty());
  ASSERT_EQ(credit.steps.size(), 2u);
  EXPECT_EQ(credit.steps[1].verdict, Verdict::kUnasked);
}

TEST(Attribution, AnEarlierAnswerOfTheCreditedAgentIsNoAssist) {
  const std::vector<Conversation> talks{
      Talk("c1", "u", {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "a")}),
      Talk("c2", "u", {Asks(At(0, 9, 30)), Answers(At(0, 9, 31), "a")})};
  const Attribution credit = Credit(Paid("o", "u", At(0, 10, 0), 100), talks);
  EXPECT_EQ(credit.conversation_id, "c2");
  EXPECT_TRUE(credit.assists.empty());
}

// --- The measures of a day ---

TEST(Rollup, CustomersAreCountedOnceADayAndAdvertisersNever) {
  Shop shop;
  shop.conversations = {Talk("c1", "u", {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "a")}),
                        Talk("c2", "u", {Asks(At(0, 12, 0))}),
                        Talk("c3", "v", {Asks(At(0, 13, 0))}),
                        Talk("c4", "w", {Asks(At(0, 14, 0)), Answers(At(0, 14, 1), "a")})};
  shop.conversations[3].exclusion = Exclusion::kAdvertisement;
  EXPECT_EQ(shop.OfShop(Measure::kConsulted), 2);
  EXPECT_EQ(shop.OfShop(Measure::kReplied), 1);
  EXPECT_EQ(shop.OfAgent("a", Measure::kConsulted), 1);
  EXPECT_EQ(shop.OfAgent("a", Measure::kReplied), 1);
}

TEST(Rollup, AnUnansweredCustomerIsMissedByWhoseConversationItIs) {
  Shop shop;
  shop.facts.teams_of_agent = {{"a", {"t"}}, {"b", {"t"}}};
  const auto yesterday = [](std::string id, std::string customer, std::string agent) {
    return Talk(std::move(id), std::move(customer),
                {Asks(At(-1, 9, 0)), Answers(At(-1, 9, 1), std::move(agent)), Asks(At(0, 9, 0))});
  };
  shop.conversations = {yesterday("c1", "waits", "a"),
                        yesterday("c2", "elsewhere", "a"),
                        Talk("c3", "elsewhere", {Asks(At(0, 10, 0)), Answers(At(0, 10, 1), "b")}),
                        yesterday("c4", "again", "a"),
                        Talk("c5", "again", {Asks(At(0, 10, 0)), Answers(At(0, 10, 1), "a")}),
                        Talk("c6", "handled", {Asks(At(0, 11, 0))}),
                        Talk("c7", "nobodys", {Asks(At(0, 12, 0))})};
  shop.conversations[5].handlings = {{"a", At(0, 11, 0), At(0, 11, 20)},
                                     {"b", At(0, 11, 10), At(0, 11, 15)}};
  EXPECT_EQ(shop.OfAgent("a", Measure::kMissed), 2);  // "waits" and "elsewhere"
  EXPECT_EQ(shop.OfAgent("b", Measure::kMissed), 1);  // "handled"
  EXPECT_EQ(shop.OfTeam("t", Measure::kMissed), 2);   // b answered "elsewhere"
  EXPECT_EQ(shop.OfShop(Measure::kMissed), 0);
  DayResult day = shop.Compute();
  const auto value = [&](std::string_view metric, const SubjectId& subject) {
    return *Evaluate(*FindMetric(metric), day.measures[subject]).value;
  };
  EXPECT_EQ(value("reply_rate", {SubjectKind::kAgent, "a"}), 0.333333);
  EXPECT_EQ(value("reply_rate", {SubjectKind::kTeam, "t"}), 0.5);
  EXPECT_EQ(value("reply_rate", {}), 0.4);
  EXPECT_EQ(value("missed_inquiries", {SubjectKind::kAgent, "a"}), 2);
  EXPECT_EQ(value("missed_inquiries", {}), 3);
  EXPECT_EQ(shop.OfAgent("b", Measure::kRounds), 2);  // "handled" is a round of b's too
}

TEST(Rollup, AnAnswerAfterThePaymentIsNoAssist) {
  Shop shop;
  shop.conversations = {Talk("c1", "u", {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "seller")}),
                        Talk("c2", "u", {Asks(At(0, 15, 0)), Answers(At(0, 15, 1), "after")}),
                        Talk("c3", "u", {Answers(At(0, 9, 30), "unasked"), Asks(At(0, 16, 0))})};
  shop.orders = {Paid("o", "u", At(0, 10, 0), 100)};
  for (const char* agent : {"after", "unasked"}) {
    EXPECT_EQ(shop.OfAgent(agent, Measure::kAssisted), 0) << agent;
    EXPECT_EQ(shop.OfAgent(agent, Measure::kConverted), 0) << agent;
  }
  EXPECT_EQ(shop.OfAgent("seller", Measure::kConverted), 1);
  EXPECT_EQ(shop.OfAgent("after", Measure::kConsulted), 1);
  EXPECT_EQ(shop.OfAgent("unasked", Measure::kConsulted), 0);
  EXPECT_EQ(shop.OfAgent("unasked", Measure::kMissed), 1);
}

TEST(Rollup, AnAnswerWithoutANameCountsForTheShopOnly) {
  Shop shop;
  shop.conversations = {Talk("c", "u", {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "")})};
  const DayResult day = shop.Compute();
  EXPECT_EQ(day.measures.size(), 1u);
  EXPECT_EQ(shop.OfShop(Measure::kReplied), 1);
  EXPECT_EQ(shop.OfShop(Measure::kResponseCount), 1);
}

TEST(Rollup, TheGapRunsFromTheFirstMessageOfARunAndRobotsDoNotEndIt) {
  Shop shop;
  shop.conversations = {Talk("c", "u",
                             {Asks(At(0, 9, 0)),
                              {At(0, 9, 0, 1), Side::kRobot, ""},
                              Asks(At(0, 9, 0, 30)),
                              Answers(At(0, 9, 1), "a"),
                              Answers(At(0, 9, 2), "a"),
                              Asks(At(0, 9, 10)),
                              Answers(At(0, 9, 10, 20), "b"),
                              Asks(At(0, 9, 20))})};
  EXPECT_EQ(shop.OfShop(Measure::kResponseCount), 2);
  EXPECT_EQ(shop.OfShop(Measure::kResponseMicros), (60 + 20) * 1'000'000);
  EXPECT_EQ(shop.OfShop(Measure::kFirstResponseMicros), 60 * 1'000'000);
  EXPECT_EQ(shop.OfAgent("b", Measure::kResponseMicros), 20 * 1'000'000);
  EXPECT_EQ(shop.OfAgent("b", Measure::kFirstResponseCount), 0);
}

TEST(Rollup, ARunOverMidnightBelongsToTheDayOfItsFirstMessage) {
  Shop shop;
  shop.conversations = {Talk("c", "u", {Asks(At(0, 23, 59)), Answers(At(1, 0, 1), "a")}),
                        Talk("d", "v", {Asks(At(-1, 23, 59)), Answers(At(0, 0, 1), "a")})};
  EXPECT_EQ(shop.OfShop(Measure::kConsulted), 1);
  EXPECT_EQ(shop.OfShop(Measure::kReplied), 1);
  EXPECT_EQ(shop.OfShop(Measure::kResponseMicros), 120 * 1'000'000);
  EXPECT_EQ(shop.OfAgent("a", Measure::kConsulted), 1);
  EXPECT_EQ(shop.OfShop(Measure::kAgentMessages), 1);  // only the answer written on the day
}

TEST(Rollup, ConversionNeedsAPaymentAfterTheFirstMessageWithinTheWindow) {
  Shop shop;
  shop.conversations = {Talk("c1", "same", {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "a")}),
                        Talk("c2", "next", {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "a")}),
                        Talk("c3", "before", {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "a")}),
                        Talk("c4", "late", {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "a")})};
  shop.orders = {Paid("o1", "same", At(0, 10, 0), 100), Paid("o2", "next", At(1, 23, 59), 200),
                 Paid("o3", "before", At(0, 8, 0), 400), Paid("o4", "late", At(2, 0, 0), 800)};
  EXPECT_EQ(shop.OfShop(Measure::kConverted), 2);
  EXPECT_EQ(shop.OfAgent("a", Measure::kConverted), 2);
  EXPECT_EQ(shop.OfShop(Measure::kPaidBefore), 1);
  EXPECT_EQ(shop.OfAgent("a", Measure::kPaidBefore), 1);
  EXPECT_EQ(shop.OfShop(Measure::kSalesMinor), 500);  // paid on the day
  EXPECT_EQ(shop.OfShop(Measure::kSilentSalesMinor), 400);
  EXPECT_EQ(shop.OfAgent("a", Measure::kSalesMinor), 100);
}

TEST(Rollup, HelpingAColleagueIsAnAssistAndLeavesConversionAlone) {
  Shop shop;
  shop.conversations = {Talk("c", "u",
                             {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "helper"), Asks(At(0, 9, 2)),
                              Answers(At(0, 9, 3), "seller")})};
  shop.orders = {Paid("o", "u", At(0, 10, 0), 100)};
  EXPECT_EQ(shop.OfAgent("helper", Measure::kAssisted), 1);
  EXPECT_EQ(shop.OfAgent("helper", Measure::kConverted), 0);
  EXPECT_EQ(shop.OfAgent("seller", Measure::kConverted), 1);
  const auto conversion =
      Evaluate(*FindMetric("conversion"), shop.Compute().measures[{SubjectKind::kAgent, "helper"}]);
  EXPECT_FALSE(conversion.value.has_value());
  EXPECT_EQ(conversion.denominator, 0);
}

TEST(Rollup, AnAssistLeavesTheHelpersConversionAsItWas) {
  Shop shop;
  shop.conversations = {Talk("c1", "own", {Asks(At(0, 8, 0)), Answers(At(0, 8, 1), "helper")}),
                        Talk("c2", "lost", {Asks(At(0, 8, 0)), Answers(At(0, 8, 1), "helper")})};
  shop.orders = {Paid("o1", "own", At(0, 10, 0), 100)};
  const auto conversion = [&] {
    return Evaluate(*FindMetric("conversion"),
                    shop.Compute().measures[{SubjectKind::kAgent, "helper"}])
        .value;
  };
  EXPECT_EQ(conversion(), 0.5);
  shop.conversations.push_back(Talk("c3", "u",
                                    {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "helper"),
                                     Asks(At(0, 9, 2)), Answers(At(0, 9, 3), "seller")}));
  shop.orders.push_back(Paid("o2", "u", At(0, 10, 0), 100));
  EXPECT_EQ(conversion(), 0.5);
}

TEST(Rollup, AdvertisersAreIgnoredInBothHalvesOfTheReplyRate) {
  Shop shop;
  shop.conversations = {Talk("c1", "u", {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "a")}),
                        Talk("c2", "v", {Asks(At(0, 9, 0))})};
  const auto rate = [&] {
    return Evaluate(*FindMetric("reply_rate"), shop.Compute().measures[SubjectId{}]).value;
  };
  EXPECT_EQ(rate(), 0.5);
  shop.conversations.push_back(Talk("ad1", "w", {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "a")}));
  shop.conversations.push_back(Talk("ad2", "x", {Asks(At(0, 9, 0))}));
  for (size_t i : {2, 3}) shop.conversations[i].exclusion = Exclusion::kAdvertisement;
  EXPECT_EQ(rate(), 0.5);
}

TEST(Rollup, ABuyerComesBackWithTheSecondOrder) {
  Shop shop;
  shop.conversations = {Talk("c", "twice", {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "a")})};
  shop.orders = {Paid("o1", "twice", At(0, 10, 0), 100),  Paid("o2", "twice", At(0, 11, 0), 100),
                 Paid("o3", "before", At(0, 11, 0), 100), Paid("o4", "once", At(0, 11, 0), 100),
                 Paid("o5", "fraud", At(0, 11, 0), 100),  Paid("o6", "fraud", At(0, 12, 0), 100)};
  shop.orders[5].exclusion = Exclusion::kFraud;
  shop.facts.earlier_buyers = {"before"};
  EXPECT_EQ(shop.OfShop(Measure::kPaidCustomers), 4);
  EXPECT_EQ(shop.OfShop(Measure::kRepurchasers), 2);
  EXPECT_EQ(shop.OfAgent("a", Measure::kPaidCustomers), 1);
  EXPECT_EQ(shop.OfAgent("a", Measure::kRepurchasers), 1);
}

TEST(Rollup, BusyTimeCountsOverlapsOfAnAgentOnce) {
  Shop shop;
  shop.facts.teams_of_agent = {{"a", {"t"}}, {"b", {"t"}}};
  shop.facts.base_of_agent = {{"a", "base"}};
  for (const char* id : {"c1", "c2", "c3"}) {
    shop.conversations.push_back(Talk(id, id == std::string("c2") ? "v" : "u",
                                      {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "b")}));
  }
  shop.conversations.push_back(Talk("c4", "w", {Asks(At(0, 9, 0))}));  // nobody handles it
  shop.conversations[3].handlings = {{"a", At(0, 9, 40), At(0, 9, 50)}};
  shop.conversations[0].handlings = {{"a", At(0, 9, 0), At(0, 9, 20)}};
  shop.conversations[1].handlings = {{"a", At(0, 9, 10), At(0, 9, 30)},
                                     {"b", At(0, 9, 0), At(0, 9, 10)}};
  shop.conversations[2].handlings = {{"a", At(0, 9, 5), At(0, 9, 6)},
                                     {"a", At(1, 9, 0), At(1, 9, 6)}};
  constexpr int64_t kMinute = 60'000'000;
  EXPECT_EQ(shop.OfAgent("a", Measure::kBusyMicros), 30 * kMinute);
  EXPECT_EQ(shop.OfAgent("a", Measure::kHandleMicros), 41 * kMinute);
  EXPECT_EQ(shop.OfAgent("a", Measure::kHandledCustomers), 2);
  EXPECT_EQ(shop.OfTeam("t", Measure::kBusyMicros), 40 * kMinute);
  EXPECT_EQ(shop.OfTeam("t", Measure::kHandledCustomers), 2);
  EXPECT_EQ(shop.OfShop(Measure::kBusyMicros), 40 * kMinute);
  EXPECT_EQ((shop.Compute().measures[{SubjectKind::kBase, "base"}][Measure::kBusyMicros]),
            30 * kMinute);
}

TEST(Rollup, ATeamCountsACustomerOnceHoweverManyOfItAnswer) {
  Shop shop;
  shop.facts.teams_of_agent = {{"a", {"t"}}, {"b", {"t"}}};
  shop.conversations = {Talk("c", "u",
                             {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "a"), Asks(At(0, 9, 2)),
                              Answers(At(0, 9, 3), "b")})};
  shop.orders = {Paid("o", "u", At(0, 10, 0), 100)};
  EXPECT_EQ(shop.OfTeam("t", Measure::kConsulted), 1);
  EXPECT_EQ(shop.OfTeam("t", Measure::kConverted), 1);
  EXPECT_EQ(shop.OfTeam("t", Measure::kAssisted), 0);
  EXPECT_EQ(shop.OfTeam("t", Measure::kResponseCount), 2);
  EXPECT_EQ(shop.OfTeam("t", Measure::kSalesMinor), 100);
}

TEST(Rollup, ExcludedAndUnpaidOrdersSellNothing) {
  Shop shop;
  shop.orders = {Paid("o1", "u", At(0, 10, 0), 100), Paid("o2", "u", At(0, 11, 0), 100),
                 Paid("o3", "u", At(0, 12, 0), 100)};
  shop.orders[0].exclusion = Exclusion::kFraud;
  shop.orders[1].paid_minor.reset();
  EXPECT_EQ(shop.OfShop(Measure::kOrders), 2);
  EXPECT_EQ(shop.OfShop(Measure::kPaidOrders), 1);
  EXPECT_EQ(shop.OfShop(Measure::kPaidCustomers), 1);
}

TEST(Rollup, SalesOfNewBuyersAreAPartOfTheSellersSales) {
  Shop shop;
  shop.conversations = {Talk("c1", "u", {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "a")}),
                        Talk("c2", "v", {Asks(At(0, 9, 0)), Answers(At(0, 9, 1), "a")})};
  shop.orders = {Paid("o1", "u", At(0, 10, 0), 100), Paid("o2", "v", At(0, 11, 0), 250),
                 Paid("o3", "w", At(0, 12, 0), 400)};
  shop.orders[0].new_buyer = true;
  shop.orders[2].new_buyer = true;
  EXPECT_EQ(shop.OfAgent("a", Measure::kSalesMinor), 350);
  EXPECT_EQ(shop.OfAgent("a", Measure::kNewBuyerSalesMinor), 100);
  EXPECT_EQ(shop.OfShop(Measure::kNewBuyerSalesMinor), 500);
}

TEST(Rollup, LateIsAfterTheEarliestLimitOfTheItems) {
  Order order = Paid("o", "u", At(0, 10, 0), 100);
  order.items.resize(2);
  order.items[0].ship_limit_us = At(2, 0, 0);
  order.items[1].ship_limit_us = At(1, 0, 0);
  EXPECT_FALSE(IsLateShipment(order));
  order.ship_us = At(1, 0, 0);
  EXPECT_FALSE(IsLateShipment(order));
  order.ship_us = At(1, 0, 0) + 1;
  EXPECT_TRUE(IsLateShipment(order));
}

TEST(Rollup, QuietHoursLeaveOutConversationsBegunInThem) {
  MetricDefinition night;
  night.quiet_start_minute = 23 * 60;
  night.quiet_end_minute = 9 * 60;
  for (const auto& [hour, minute, counted] :
       {std::tuple{22, 59, 1}, {23, 0, 0}, {0, 0, 0}, {8, 59, 0}, {9, 0, 1}}) {
    const Conversation talk =
        Talk("c", "u", {Asks(At(0, hour, minute)), Answers(At(0, hour, minute, 5), "a")});
    DayFacts facts{.day = kDay, .conversations = {&talk}};
    const Measures shop = ComputeDay(facts, night, Shanghai()).measures[SubjectId{}];
    EXPECT_EQ(shop[Measure::kResponseCount], counted) << hour << ":" << minute;
    EXPECT_EQ(shop[Measure::kReplied], 1);
  }
}

// --- Properties over random days ---

Shop RandomShop(uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % n); };
  Shop shop;
  shop.facts.teams_of_agent = {{"a0", {"t0"}}, {"a1", {"t0", "t1"}}, {"a2", {"t1"}}};
  for (int i = 0; i < 60; ++i) {
    Conversation c = Talk("c" + std::to_string(i), "u" + std::to_string(below(20)), {});
    int64_t time = At(below(3) - 1, below(24), below(60));
    for (int m = 0, n = 1 + below(8); m < n; ++m) {
      time += below(4000) * int64_t{1'000'000};
      c.messages.push_back(
          below(2) == 0 ? Asks(time)
                        : Answers(time, below(8) == 0 ? "" : "a" + std::to_string(below(4))));
    }
    if (below(6) == 0) c.exclusion = Exclusion::kAdvertisement;
    shop.conversations.push_back(std::move(c));
  }
  for (int i = 0; i < 30; ++i) {
    shop.orders.push_back(Paid("o" + std::to_string(i), "u" + std::to_string(below(25)),
                               At(below(2), below(24), below(60)), 1 + below(100000)));
    if (below(8) == 0) shop.orders.back().exclusion = Exclusion::kFraud;
  }
  return shop;
}

TEST(RollupProperty, CreditedPlusSilentIsAllSalesToTheFen) {
  for (uint32_t seed = 1; seed <= 200; ++seed) {
    Shop shop = RandomShop(seed);
    DayResult day = shop.Compute();
    int64_t credited = 0;
    for (const auto& [subject, measures] : day.measures) {
      if (subject.kind == SubjectKind::kAgent) credited += measures[Measure::kSalesMinor];
    }
    const Measures& all = day.measures[SubjectId{}];
    EXPECT_EQ(credited + all[Measure::kSilentSalesMinor], all[Measure::kSalesMinor])
        << "seed " << seed;
  }
}

TEST(RollupProperty, TheOrderOfFactsDoesNotMatter) {
  for (uint32_t seed = 1; seed <= 50; ++seed) {
    Shop shop = RandomShop(seed);
    const auto before = shop.Compute().measures;
    std::mt19937 random(seed);
    std::shuffle(shop.conversations.begin(), shop.conversations.end(), random);
    std::shuffle(shop.orders.begin(), shop.orders.end(), random);
    EXPECT_EQ(shop.Compute().measures, before) << "seed " << seed;
  }
}

TEST(RollupProperty, WhatTheSinkHearsAddsUpToTheMeasures) {
  for (uint32_t seed = 1; seed <= 50; ++seed) {
    Shop shop = RandomShop(seed);
    std::map<SubjectId, std::array<int64_t, static_cast<size_t>(Measure::kMeasureCount)>> heard;
    const DayResult day = shop.Compute([&](const SubjectId& subject, const Contribution& c) {
      heard[subject][static_cast<size_t>(c.measure)] += c.amount;
    });
    for (const auto& [subject, measures] : day.measures)
      EXPECT_EQ(heard[subject], measures.values) << "seed " << seed;
  }
}

TEST(RollupProperty, WhoAssistsADayAssistsAnOrder) {
  for (uint32_t seed = 1; seed <= 100; ++seed) {
    Shop shop = RandomShop(seed);
    std::vector<const Conversation*> pointers;
    for (const Conversation& c : shop.conversations) pointers.push_back(&c);
    const CustomerIndex index = IndexByCustomer(pointers);
    shop.Compute([&](const SubjectId& subject, const Contribution& c) {
      if (subject.kind != SubjectKind::kAgent) return;
      const bool sold = c.measure == Measure::kConverted;
      if (!sold && c.measure != Measure::kAssisted) return;
      const auto order = std::ranges::find(shop.orders, c.order_id, &Order::id);
      ASSERT_NE(order, shop.orders.end());
      const Attribution credit = Attribute(*order, index, Definitions()[0], Shanghai());
      EXPECT_EQ(order->customer_id, c.customer_id);
      if (sold) {
        EXPECT_EQ(credit.agent_id, subject.id) << "seed " << seed;
      } else {
        EXPECT_THAT(credit.assists, testing::Contains(subject.id)) << "seed " << seed;
      }
    });
  }
}

TEST(RollupProperty, RatesStayBetweenNothingAndAll) {
  for (uint32_t seed = 1; seed <= 100; ++seed) {
    for (const auto& [subject, m] : RandomShop(seed).Compute().measures) {
      EXPECT_LE(m[Measure::kReplied], m[Measure::kConsulted]);
      EXPECT_LE(m[Measure::kConverted] + m[Measure::kAssisted] + m[Measure::kPaidBefore],
                m[Measure::kConsulted]);
    }
  }
}

// --- Histogram, measures, figures ---

TEST(Histogram, PercentilesAreWithinOnePercentAndExactForWholeSeconds) {
  std::mt19937_64 random(7);
  std::vector<int64_t> values;
  Histogram histogram;
  for (int i = 0; i < 20'000; ++i) {
    const auto micros =
        static_cast<int64_t>(std::exp(static_cast<double>(random() % 1'000'000) / 1e6 * 18)) +
        1'000;
    values.push_back(micros);
    histogram.Add(micros);
  }
  std::sort(values.begin(), values.end());
  for (const double p : {0.01, 0.5, 0.9, 0.99, 1.0}) {
    const int64_t exact = values[static_cast<size_t>(std::ceil(p * values.size())) - 1];
    EXPECT_NEAR(static_cast<double>(*histogram.Percentile(p)), static_cast<double>(exact),
                0.01 * exact)
        << p;
  }
  Histogram seconds;
  for (int s = 1; s <= 268; ++s) seconds.Add(s * int64_t{1'000'000});
  for (int s = 1; s <= 268; ++s) {
    EXPECT_EQ(seconds.Percentile((s - 0.5) / 268), s * int64_t{1'000'000});
  }
  EXPECT_EQ(Histogram().Percentile(0.5), std::nullopt);
}

TEST(Histogram, ShortTimesAreToldApartToo) {
  for (const int64_t micros : {0, 1, 2, 511, 512, 10'000, 100'000, 1'000'000}) {
    Histogram two;
    two.Add(micros);
    two.Add(micros + std::max<int64_t>(micros / 100, 1));
    EXPECT_EQ(two.Percentile(0.5), micros);
  }
}

TEST(Histogram, MergingIsAddingAndEncodingComesBack) {
  std::mt19937_64 random(11);
  Histogram all, left, right;
  for (int i = 0; i < 5'000; ++i) {
    const auto micros = static_cast<int64_t>(random() % 4'000'000'000);
    all.Add(micros);
    (i % 3 == 0 ? left : right).Add(micros);
  }
  left.Merge(right);
  EXPECT_EQ(left, all);
  EXPECT_EQ(Histogram::Decode(all.Encode()), all);
  EXPECT_EQ(Histogram::Decode("\x80"), std::nullopt);
  EXPECT_EQ(Histogram::Decode(std::string("\x01\x00\x00", 3)), std::nullopt);
}

TEST(Measures, EncodingComesBackAndDamageIsSeen) {
  Measures measures;
  measures.Add(Measure::kSalesMinor, -5);
  measures.Add(Measure::kConsulted, INT64_MAX);
  measures.response.Add(12'345'678);
  EXPECT_EQ(Measures::Decode(measures.EncodeValues(), measures.response.Encode()), measures);
  EXPECT_EQ(Measures::Decode(measures.EncodeValues() + "\xff", ""), std::nullopt);
}

TEST(Figures, RatiosAreRoundedHalfUpToSixDecimals) {
  EXPECT_EQ(RoundedRatio(23853, 28526, 6), 0.836185);
  EXPECT_EQ(RoundedRatio(1, 2'000'000, 6), 0.000001);
  EXPECT_EQ(RoundedRatio(-1, 2'000'000, 6), -0.000001);
  EXPECT_EQ(RoundedRatio(4'000'000, 80, 0),
            50'000);  // DOMAIN 3.2: 80 buyers, 40,000 yuan -> 500 yuan
}

TEST(Figures, EveryMetricHasNamesAFormulaAndASubject) {
  std::set<std::string_view> ids;
  for (const MetricSpec& spec : Catalogue()) {
    EXPECT_TRUE(ids.insert(spec.id).second) << spec.id;
    EXPECT_FALSE(spec.name_zh.empty() || spec.name_en.empty() || spec.formula.empty()) << spec.id;
    EXPECT_TRUE(spec.for_shop || spec.for_agents) << spec.id;
    EXPECT_TRUE(spec.percentile > 0 || !spec.numerator.empty()) << spec.id;
    EXPECT_EQ(FindMetric(spec.id), &spec);
  }
  EXPECT_EQ(FindMetric("nonsense"), nullptr);
}

}  // namespace
}  // namespace kefu::performance::domain
