#include "bench/payroll/year.h"

#include <random>

#include "common/convert/fields.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

namespace v1 = performance::v1;

constexpr int64_t kDaySeconds = 86'400, kUtcOffset = 8 * 3'600;  // of kPayZone, all year

int64_t MidnightOf(absl::CivilDay day) {
  return (day - absl::CivilDay(1970, 1, 1)) * kDaySeconds - kUtcOffset;
}

class MonthMaker {
 public:
  MonthMaker(const YearPlan& plan, int month)
      : plan_(plan),
        month_(kFirstMonth + month),
        first_(month_),
        days_(static_cast<int>(absl::CivilDay(month_ + 1) - first_)),
        last_month_(month + 1 == plan.months),
        random_(plan.seed * 1'000'003 + static_cast<uint64_t>(month)) {}

  MonthOfFacts Make() {
    for (int agent = 0; agent < plan_.agents; ++agent) {
      for (int customer = 0; customer < plan_.customers; ++customer) AddCustomer(agent, customer);
      for (int day = 0; day < days_; ++day) AddAttendance(AgentId(agent), first_ + day);
      if (agent % 20 == 0) AddFine(agent);
    }
    return std::move(facts_);
  }

 private:
  int64_t Below(int64_t limit) {
    return static_cast<int64_t>(random_() % static_cast<uint64_t>(limit));
  }

  void AddCustomer(int agent, int number) {
    const std::string id = fmt::format("{}-{}-{}", absl::FormatCivilTime(month_), agent, number);
    const int64_t asked =
        MidnightOf(first_ + static_cast<int>(Below(days_))) + 9 * 3'600 + Below(12 * 3'600);
    v1::Conversation& talk = facts_.conversations.emplace_back();
    talk.set_conversation_id("c" + id);
    talk.set_customer_id("u" + id);
    v1::Message& question = *talk.add_messages();
    question.set_side(v1::SIDE_CUSTOMER);
    question.mutable_send_time()->set_seconds(asked);
    v1::Message& answer = *talk.add_messages();
    answer.set_side(v1::SIDE_AGENT);
    answer.set_agent_id(AgentId(agent));
    answer.mutable_send_time()->set_seconds(asked + 5 + Below(60));
    if (Below(5) < 2) AddOrder("o" + id, "u" + id, asked + 600);
  }

  void AddOrder(const std::string& id, const std::string& customer, int64_t paid) {
    v1::Order& order = facts_.orders.emplace_back();
    order.set_order_id(id);
    order.set_customer_id(customer);
    order.mutable_create_time()->set_seconds(paid);
    order.mutable_pay_time()->set_seconds(paid);
    order.mutable_paid()->set_currency_code("CNY");
    order.mutable_paid()->set_minor_units(2'000 + Below(30'000));
    order.set_new_buyer(Below(3) == 0);
    if (Below(10) != 0) return;
    // What is paid back after the last month is not there yet.
    const int64_t back = paid + 3'600 + Below(20 * kDaySeconds);
    if (last_month_ && back >= MidnightOf(absl::CivilDay(month_ + 1))) return;
    v1::Refund& refund = facts_.refunds.emplace_back();
    refund.set_refund_id("r" + id);
    refund.set_order_id(id);
    refund.mutable_refund_time()->set_seconds(back);
    refund.mutable_amount()->set_currency_code("CNY");
    refund.mutable_amount()->set_minor_units(1 + Below(order.paid().minor_units()));
  }

  void AddAttendance(const std::string& agent_id, absl::CivilDay day) {
    if (absl::GetWeekday(day) >= absl::Weekday::saturday) return;
    v1::Attendance& record = facts_.attendance.emplace_back();
    record.set_agent_id(agent_id);
    *record.mutable_day() = kefu::convert::ToProto(day);
    record.set_span(v1::ATTENDANCE_SPAN_DAY);
    record.set_scheduled_minutes(480);
    const int64_t away = Below(100) == 0 ? 240 : 0;
    record.set_worked_minutes(480 - away);
    record.set_absence_minutes(away);
    if (Below(10) == 0) record.set_overtime_minutes(60);
  }

  void AddFine(int agent) {
    v1::ConductEvent& event = facts_.conduct.emplace_back();
    event.set_conduct_id(fmt::format("k{}-{}", absl::FormatCivilTime(month_), agent));
    event.set_agent_id(AgentId(agent));
    *event.mutable_day() = kefu::convert::ToProto(first_ + static_cast<int>(Below(days_)));
    event.set_kind("missing_notes");
    event.set_decided_by("supervisor");
    event.mutable_money()->set_currency_code("CNY");
    event.mutable_money()->set_minor_units(-2'000);
  }

  const YearPlan& plan_;
  const absl::CivilMonth month_;
  const absl::CivilDay first_;
  const int days_;
  const bool last_month_;
  std::mt19937_64 random_;
  MonthOfFacts facts_;
};

}  // namespace

std::string AgentId(int agent) { return fmt::format("agent-{:04}", agent); }

MonthOfFacts MakeMonth(const YearPlan& plan, int month) { return MonthMaker(plan, month).Make(); }

}  // namespace kefu::bench
