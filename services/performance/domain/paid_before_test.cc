// Who had paid before asking is lost to nobody.
#include <gtest/gtest.h>

#include "services/performance/domain/definitions.h"
#include "services/performance/domain/metrics.h"
#include "services/performance/domain/rollup.h"

namespace kefu::performance::domain {
namespace {

const absl::CivilDay kDay(2024, 11, 11);

absl::TimeZone Shanghai() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Asia/Shanghai", &zone));
  return zone;
}

int64_t At(int days, std::string_view clock) {
  absl::CivilSecond time;
  EXPECT_TRUE(
      absl::ParseCivilTime(absl::FormatCivilTime(kDay + days) + "T" + std::string(clock), &time));
  return absl::ToUnixMicros(absl::FromCivil(time, Shanghai()));
}

// When a customer asks on kDay and agent "a" answers, and when it pays.
struct Case {
  std::string customer, asked, answered;
  std::vector<int64_t> paid;
};

DayResult Compute(const std::vector<Case>& cases) {
  std::vector<Conversation> talks;
  std::vector<Order> orders;
  for (const Case& c : cases) {
    talks.push_back({.id = c.customer,
                     .customer_id = c.customer,
                     .messages = {{At(0, c.asked), Side::kCustomer, ""},
                                  {At(0, c.answered), Side::kAgent, "a"}}});
    for (const int64_t paid : c.paid) {
      orders.push_back({.id = c.customer + std::to_string(orders.size()),
                        .customer_id = c.customer,
                        .create_us = paid,
                        .pay_us = paid,
                        .paid_minor = 100});
    }
  }
  DayFacts facts{.day = kDay};
  for (const Conversation& talk : talks) facts.conversations.push_back(&talk);
  for (const Order& order : orders) facts.orders.push_back(&order);
  return ComputeDay(facts, *FindDefinition("default"), Shanghai());
}

TEST(PaidBefore, IsNoLoss) {
  DayResult day =
      Compute({{"thanks", "00:05:00", "00:06:00", {At(-1, "23:58:00")}},
               {"parcel", "10:00:00", "10:01:00", {At(0, "10:00:00")}},
               {"long-ago", "10:00:00", "10:01:00", {At(-2, "23:59:59")}},
               {"while-waiting", "10:00:00", "10:05:00", {At(0, "10:02:00")}},
               {"again", "10:00:00", "10:01:00", {At(-1, "00:00:00"), At(0, "11:00:00")}},
               {"never", "10:00:00", "10:01:00", {}}});
  const Measures& shop = day.measures[SubjectId{}];
  const Measures& agent = day.measures[{SubjectKind::kAgent, "a"}];
  EXPECT_EQ(shop[Measure::kConverted], 2);   // while-waiting, again
  EXPECT_EQ(shop[Measure::kPaidBefore], 2);  // thanks, parcel
  EXPECT_EQ(agent[Measure::kConverted], 1);
  EXPECT_EQ(agent[Measure::kPaidBefore], 3) << "when a answered, while-waiting had paid";
  for (const Measures* each : {&shop, &agent}) {
    EXPECT_EQ(Evaluate(*FindMetric("lost"), *each).value, 2);  // long-ago, never
    EXPECT_EQ(Evaluate(*FindMetric("loss_rate"), *each).value, 0.333333);
  }
}

TEST(PaidBefore, APaymentTouchesTheDaysOnWhichItIsNoLoss) {
  Order order{.id = "o", .customer_id = "u", .create_us = At(0, "09:00:00")};
  order.pay_us = At(0, "10:00:00");
  EXPECT_EQ(DaysTouchedBy(order, *FindDefinition("default"), Shanghai()),
            (std::vector<absl::CivilDay>{kDay - 1, kDay, kDay + 1}));
}

}  // namespace
}  // namespace kefu::performance::domain
