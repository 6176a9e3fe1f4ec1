// Whatever becomes known when, and whichever shop closes first: in the end everybody has had what
// the facts come to, once.
#include <functional>
#include <random>

#include "services/performance/tests/payroll/payroll_fixture.h"

namespace kefu::performance {
namespace {

constexpr int kMonths = 4;  // from November 2024
absl::CivilMonth MonthOf(int month) { return absl::CivilMonth(2024, 11) + month; }

// Closing a month of a shop, when `now` is the month that is paid.
struct Closing {
  int now = 0, month = 0;
  std::string shop;
};
// Something that becomes known once so many closings are over.
struct Act {
  int after = 0;
  std::function<void()> tell;
};

class SharedOrderTest : public PayrollTest {
 protected:
  // a and b work in all shops, c in s only. What c is fined, and what a score takes of commission,
  // falls under caps that go by the wage at the shop: c's is whole there.
  struct World {
    bool scored = false;
    int third_from = 0;             // the month in which s3 comes
    int third_first = 0;            // the first month of which it has facts
    std::vector<Closing> closings;  // in the order of time
    std::vector<Act> acts;          // by `after`
    std::map<std::string, int64_t> expected;
  };
  struct Known {  // of an agent's month, by shop
    int overtime = 0;
    bool absent = false;
  };

  void Start(const World& world, const std::vector<std::string>& shops) {
    Db().Clear();
    for (const std::string& shop : shops) Configure(shop);
    for (const char* agent : {"a", "b", "c", "idle"}) Hire(agent);
    ASSERT_OK(Pay(
        &PayStub::CreatePayPlan,
        fmt::format("plan {{ display_name: 'tenth' currency_code: 'CNY' base_pay {} {} commission "
                    "{{ bands {{ from {} rate_bps: 1000 }} }} attendance {{ overtime_hour {} }} "
                    "conduct_fines: true {} }}",
                    Fen(300'000), kFromNovember, Fen(0), Fen(2'000),
                    world.scored ? "scorecard_id: 'points_30' score_on: SCORE_ON_VARIABLE" : "")));
  }
  void Configure(const std::string& shop) {
    ASSERT_OK(Call(&Stub::ConfigureShop,
                   fmt::format("settings {{ shop_id: '{}' time_zone: 'Asia/Shanghai' "
                               "currency_code: 'CNY' }}",
                               shop)));
  }
  static std::string Asked(const Closing& closing) {
    const absl::CivilMonth month = MonthOf(closing.month);
    return fmt::format("shop_id: '{}' year: {} month: {} ", closing.shop, month.year(),
                       month.month());
  }
  void Refund(const std::string& shop, const std::string& id, const std::string& order,
              int64_t minor, int day) {
    v1::ImportRefundsRequest refunds;
    refunds.mutable_header()->set_shop_id(shop);
    *refunds.add_rows()->mutable_refund() = Parse<v1::Refund>(
        fmt::format("refund_id: '{}' order_id: '{}' refund_time {{ seconds: {} }} amount {}", id,
                    order, kMidnight + day * kDaySeconds + 50'000, Fen(minor)));
    ASSERT_OK(Stream(&Stub::ImportRefunds, {refunds}, As("org-a"), /*with_header=*/false).status());
  }
  void Attend(const std::string& shop, const std::string& agent, int month, const Known& known) {
    v1::ImportAttendanceRequest attendance;
    *attendance.add_rows()->mutable_attendance() = Parse<v1::Attendance>(fmt::format(
        "agent_id: '{}' day {{ year: {} month: {} day: 1 }} span: ATTENDANCE_SPAN_MONTH "
        "scheduled_minutes: 9600 overtime_minutes: {} absence_minutes: {} absence_count: {}",
        agent, MonthOf(month).year(), MonthOf(month).month(), known.overtime,
        known.absent ? 9'600 : 0, known.absent ? 20 : 0));
    ASSERT_OK(Facts(&v1::FactService::Stub::ImportAttendance, attendance, shop));
  }
  // Of c in s.
  void Conduct(const std::string& id, int month, const std::string& kind, int64_t minor,
               const std::string& state) {
    v1::ImportConductRequest conduct;
    *conduct.add_rows()->mutable_conduct() = Parse<v1::ConductEvent>(fmt::format(
        "conduct_id: '{}' agent_id: 'c' day {{ year: {} month: {} day: 3 }} kind: '{}' {} {}", id,
        MonthOf(month).year(), MonthOf(month).month(), kind,
        minor == 0 ? "" : "money " + Fen(minor), state));
    ASSERT_OK(Facts(&v1::FactService::Stub::ImportConduct, conduct));
  }

  class WorldMaker;

  // What everybody has been paid, and owes still.
  std::map<std::string, int64_t> Paid(const std::vector<Closing>& closings,
                                      const std::vector<Act>& acts) {
    std::map<std::string, int64_t> paid;
    size_t act = 0;
    for (size_t i = 0; i < closings.size(); ++i) {
      for (; act < acts.size() && acts[act].after <= static_cast<int>(i); ++act) acts[act].tell();
      const std::string asked = Asked(closings[i]);
      const auto open = Call(&Stub::ComputePayroll, asked);
      EXPECT_TRUE(open.ok()) << asked << open.status();
      const auto closed = Close(asked);
      EXPECT_TRUE(closed.ok()) << asked << closed.status();
      EXPECT_TRUE(Verified(asked).intact()) << asked;
      if (!open.ok() || !closed.ok()) break;
      for (const v1::Statement& statement : open->statements()) {
        paid[statement.agent_id()] += statement.total().minor_units();
        if (closings[i].month + 1 < kMonths) continue;
        paid[statement.agent_id()] -= statement.carried_out().minor_units();
      }
    }
    EXPECT_EQ(act, acts.size());
    return paid;
  }
};

// Step by step, as facts become known.
class SharedOrderTest::WorldMaker {
 public:
  WorldMaker(SharedOrderTest* test, uint32_t seed) : test_(test), seed_(seed), random_(seed) {
    world_.scored = seed % 2 == 0;
    world_.third_from = 1 + Below(2);
    world_.third_first = Below(world_.third_from + 1);
  }

  World Make() {
    for (int month = 0; month < kMonths; ++month) AddClosings(month);
    for (; after_ < static_cast<int>(world_.closings.size()); ++after_) {
      const Closing& next = world_.closings[after_];
      if (next.shop == "s3" && shops_.size() == 2) BringThird();
      if (next.now > now_) Begin(next.now);
      const bool last = now_ + 1 == kMonths;
      // After the first closing of the last month nothing comes: no month would correct it.
      if (last && world_.closings[after_ - 1].now == now_) continue;
      TellSome();
      if (last) DecideAll();
    }
    Expect();
    return std::move(world_);
  }

 private:
  struct Order {
    std::string shop, agent, id;
    int day = 0;
    int64_t left = 0;
  };
  struct Event {
    std::string id;
    int month = 0;
    int64_t fine = 0;
    bool stands = true;
  };

  int Below(int n) { return static_cast<int>(random_() % static_cast<uint32_t>(n)); }
  bool OneIn(int n) { return Below(n) == 0; }
  template <class All>
  auto& AnyOf(All& all) {
    return all[Below(static_cast<int>(all.size()))];
  }
  std::string AorB() { return OneIn(2) ? "a" : "b"; }
  void Tell(std::function<void()> what) { world_.acts.push_back({after_, std::move(what)}); }

  void AddClosings(int month) {
    std::vector<std::string> shops{"s", "s2"};
    if (OneIn(2)) std::swap(shops[0], shops[1]);
    if (month >= world_.third_from) shops.insert(shops.begin() + Below(3), "s3");
    for (const std::string& shop : shops) {
      const int first = shop == "s3" && month == world_.third_from ? world_.third_first : month;
      for (int each = first; each <= month; ++each) world_.closings.push_back({month, each, shop});
    }
  }

  void BringThird() {
    shops_.push_back("s3");
    Tell([test = test_] { test->Configure("s3"); });
    Sell("s3", "a", world_.third_first);
    for (int i = Below(4); i > 0; --i) {
      Sell("s3", AorB(), world_.third_first + Below(world_.third_from - world_.third_first + 1));
    }
  }

  void Begin(int month) {
    now_ = month;
    if (now_ == 0) Sell("s2", "a", 0);
    Sell("s", "c", now_);
    Sell("s", "a", now_);
  }

  void TellSome() {
    for (int i = Below(4); i > 0; --i) {
      const std::string shop = AnyOf(shops_);
      const int month = Below(now_ + 1);
      Sell(shop, AorB(), shop == "s3" ? std::max(month, world_.third_first) : month);
    }
    for (int i = Below(3); i > 0; --i) PayBackSome();
    for (int i = Below(3); i > 0; --i) Attend();
    if (OneIn(2)) Fine();
    if (world_.scored && OneIn(2)) Score();
  }

  void Sell(const std::string& shop, const std::string& agent, int month) {
    const Order order{shop, agent, fmt::format("o{}-{}", seed_, orders_.size()),
                      static_cast<int>(absl::CivilDay(MonthOf(month)) + Below(28) - kDay),
                      10 * (1 + Below(6'000))};
    orders_.push_back(order);
    world_.expected[agent] += order.left / 10;
    Tell([test = test_, order] {
      ASSERT_OK(test->SellIn(order.shop, order.id, order.agent, order.left, order.day));
    });
  }

  void PayBackSome() {
    Order& order = AnyOf(orders_);
    const int64_t minor = 10 * Below(static_cast<int>(order.left / 10) + 1);
    const auto last = static_cast<int>(absl::CivilDay(MonthOf(now_ + 1)) - 1 - kDay);
    if (minor == 0 || order.day > last) return;
    const int day = order.day + Below(last - order.day + 1);
    const std::string id = fmt::format("f{}-{}", seed_, world_.acts.size());
    order.left -= minor;
    world_.expected[order.agent] -= minor / 10;
    Tell([test = test_, order, id, minor, day] {
      test->Refund(order.shop, id, order.id, minor, day);
    });
  }

  void Attend() {
    const std::string agent = AorB(), shop = AnyOf(shops_);
    const int month = Below(now_ + 1);
    const Known known{60 * Below(3), OneIn(4)};
    attendance_[{agent, month}][shop] = known;
    Tell([=, test = test_] { test->Attend(shop, agent, month, known); });
  }

  void TellOf(const Event& event, const std::string& kind, const std::string& state) {
    Tell([=, test = test_] { test->Conduct(event.id, event.month, kind, -event.fine, state); });
  }
  static std::string Decided(const Event& event) {
    return event.stands ? "decided_by: 'sup'" : "decided_by: 'sup' state: CONDUCT_STATE_OVERTURNED";
  }

  // Decided at once or later, then maybe lessened or overturned.
  void Fine() {
    if (!fines_.empty() && OneIn(2)) {
      Event& old = AnyOf(fines_);
      if (OneIn(2)) old.stands = false;
      old.fine /= 2;
      return TellOf(old, "harm", Decided(old));
    }
    fines_.push_back({fmt::format("k{}", fines_.size()), Below(now_ + 1), 500 * (1 + Below(8))});
    TellOf(fines_.back(), "harm",
           OneIn(3)   ? ""
           : OneIn(2) ? "decided_by: 'sup' state: CONDUCT_STATE_APPEALED"
                      : "decided_by: 'sup'");
  }

  void Score() {
    if (!errors_.empty() && OneIn(3)) {
      Event& old = AnyOf(errors_);
      old.stands = false;
      return TellOf(old, "grave_error", Decided(old));
    }
    errors_.push_back({fmt::format("g{}", errors_.size()), Below(now_ + 1)});
    TellOf(errors_.back(), "grave_error", Decided(errors_.back()));
  }

  void DecideAll() {
    for (const Event& event : fines_) TellOf(event, "harm", Decided(event));
  }

  // Ten per cent of what was sold and not paid back, base pay but for months of absence, ¥30 for an
  // hour of overtime, and the fines that stand.
  void Expect() {
    for (const char* agent : {"a", "b", "c", "idle"}) {
      world_.expected[agent] += kMonths * 300'000;
    }
    for (const Event& event : fines_) world_.expected["c"] -= event.stands ? event.fine : 0;
    for (const auto& [key, by_shop] : attendance_) {
      // Of one month's records that with more overtime counts, of equals the one without absence.
      Known counts{-1, true};
      for (const auto& [shop, known] : by_shop) {
        if (std::pair(known.overtime, !known.absent) > std::pair(counts.overtime, !counts.absent)) {
          counts = known;
        }
      }
      world_.expected[key.first] += 50 * counts.overtime - (counts.absent ? 300'000 : 0);
    }
  }

  SharedOrderTest* const test_;
  const uint32_t seed_;
  std::mt19937 random_;
  World world_;
  int after_ = 0, now_ = -1;
  std::vector<std::string> shops_{"s", "s2"};
  std::vector<Order> orders_;
  std::vector<Event> fines_, errors_;
  std::map<std::pair<std::string, int>, std::map<std::string, Known>> attendance_;  // agent, month
};

// Late sales and refunds, attendance that shops were told differently, months of absence, fines
// that are decided, appealed against, lessened and overturned late, scores that change, a shop that
// comes with its history after months were closed: paid as if all had been known from the start.
// Without scores what that is follows from the facts by themselves.
TEST_F(SharedOrderTest, WhateverTheOrderEverythingIsPaidOnce) {
  clock_.Advance(absl::Hours(24) * 120);
  for (uint32_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const World world = WorldMaker(this, seed).Make();
    ASSERT_NO_FATAL_FAILURE(Start(world, {"s", "s2"}));
    const auto paid = Paid(world.closings, world.acts);
    if (!world.scored) EXPECT_EQ(paid, world.expected);
    ASSERT_NO_FATAL_FAILURE(Start(world, {"s", "s2", "s3"}));
    std::vector<Closing> closings;
    for (int month = 0; month < kMonths; ++month) {
      for (const char* shop : {"s", "s2"}) closings.push_back({month, month, shop});
      if (month >= world.third_first) closings.push_back({month, month, "s3"});
    }
    std::vector<Act> acts = world.acts;
    for (Act& act : acts) act.after = 0;
    EXPECT_EQ(Paid(closings, acts), paid);
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace kefu::performance
