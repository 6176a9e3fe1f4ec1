#include "bench/kpi/facts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <string>

#include "fmt/format.h"

namespace kefu::bench {
namespace {

namespace v1 = performance::v1;

constexpr int64_t kUtcOffset = 8 * 3600;  // of kShopZone, all year
constexpr int64_t kDaySeconds = 86'400;

constexpr std::array<std::string_view, 12> kQuestions = {
    "在吗？想问一下这款还有货吗",
    "请问今天下单什么时候能发货",
    "这个尺码偏大还是偏小，我身高172体重65公斤",
    "收到的包装破了一个角，可以换一个吗",
    "你好，优惠券用不了，显示不满足条件",
    "能不能便宜一点，我买两件",
    "快递三天没动了，帮忙催一下",
    "可以开专票吗，抬头我发给你",
    "七天无理由退货运费谁出",
    "好的",
    "那我再看看",
    "麻烦改一下收货地址，谢谢"};
constexpr std::array<std::string_view, 10> kAnswers = {
    "您好，在的，有什么可以帮您",
    "有货的，现在下单今天下午五点前都可以发出哦",
    "建议您拍L码，穿着会比较合身，不合适支持七天无理由",
    "非常抱歉给您带来不好的体验，麻烦拍一张照片发给我，马上为您处理",
    "这张券需要满199元才能使用，您可以凑单看看",
    "已经帮您催促快递了，预计明天送达，请您留意电话",
    "可以的，付款后在订单里申请发票就行",
    "不客气，祝您生活愉快",
    "好的，已经帮您备注了",
    "退回的运费险会赔付给您，寄出后填写单号即可"};
// Share of a day's conversations that begin in each hour from 8:00, in 1/1000.
constexpr std::array<int, 16> kLoad = {30, 50, 70, 75, 60, 60, 70, 75,
                                       70, 60, 55, 65, 80, 85, 65, 30};

class DayMaker {
 public:
  DayMaker(const MonthPlan& plan, int day)
      : plan_(plan),
        day_(kFirstDay + day),
        // Two draws of one seed sequence give unrelated streams for neighbouring days.
        random_(plan.seed * 1'000'003 + static_cast<uint64_t>(day) * 7'919 + 17),
        midnight_((day_ - absl::CivilDay(1970, 1, 1)) * kDaySeconds - kUtcOffset),
        customers_(static_cast<uint64_t>(plan.messages / 8) + 10) {}

  DayOfFacts Make() {
    const int64_t wanted = std::max<int64_t>(plan_.messages / plan_.days, 8);
    std::vector<int64_t> starts;
    for (int64_t planned = 0; planned < wanted; planned += 4) starts.push_back(StartSecond());
    std::sort(starts.begin(), starts.end());
    facts_.conversations.reserve(starts.size());
    for (const int64_t start : starts) {
      if (facts_.messages >= wanted) break;
      AddConversation(start);
    }
    return std::move(facts_);
  }

 private:
  uint64_t Below(uint64_t limit) { return random_() % limit; }
  bool OneIn(uint64_t n) { return Below(n) == 0; }
  double Unit() { return static_cast<double>((random_() >> 11) + 1) * 0x1.0p-53; }

  // Seconds with a median and the spread of a log-normal distribution (Box and Muller).
  int64_t LogNormal(double median, double sigma, int64_t most) {
    const double normal =
        std::sqrt(-2 * std::log(Unit())) * std::cos(2 * std::numbers::pi * Unit());
    return std::clamp<int64_t>(std::llround(median * std::exp(sigma * normal)), 1, most);
  }

  int64_t StartSecond() {
    int64_t left = static_cast<int64_t>(Below(1000));
    size_t hour = 0;
    while (hour + 1 < kLoad.size() && left >= kLoad[hour]) left -= kLoad[hour++];
    return midnight_ + static_cast<int64_t>(8 + hour) * 3600 + static_cast<int64_t>(Below(3600));
  }

  std::string CustomerId() {
    // The smaller of two draws: some customers come often.
    return fmt::format("u{:09}", 100'000'000 + std::min(Below(customers_), Below(customers_)));
  }

  void Say(v1::Conversation& conversation, int64_t second, const std::string& agent) {
    v1::Message& message = *conversation.add_messages();
    message.mutable_send_time()->set_seconds(second);
    message.set_side(agent.empty() ? v1::SIDE_CUSTOMER : v1::SIDE_AGENT);
    message.set_agent_id(agent);
    message.set_text(std::string(agent.empty() ? kQuestions[Below(kQuestions.size())]
                                               : kAnswers[Below(kAnswers.size())]));
    ++facts_.messages;
  }

  void AddConversation(int64_t second) {
    const int64_t begun = second;
    v1::Conversation& conversation = facts_.conversations.emplace_back();
    // In no order within the day: the factor is odd.
    conversation.set_conversation_id(
        fmt::format("{}{:010}", absl::FormatCivilTime(day_),
                    static_cast<uint32_t>(facts_.conversations.size()) * 2654435761u));
    conversation.set_customer_id(CustomerId());
    conversation.set_channel(v1::CHANNEL_CHAT);
    const std::string agent = AgentId(Below(plan_.agents));
    const std::string colleague = AgentId(Below(plan_.agents));
    const int rounds = 1 + static_cast<int>(Below(2));
    for (int round = 0; round < rounds; ++round) {
      for (uint64_t more = OneIn(4) ? 1 + Below(2) : 0; more > 0; --more) {
        Say(conversation, second, "");
        second += LogNormal(8, 0.8, 120);
      }
      Say(conversation, second, "");
      if (OneIn(50)) break;
      second += LogNormal(18, 1.0, 1800);
      Say(conversation, second, round == 1 && OneIn(10) ? colleague : agent);
      second += LogNormal(40, 1.0, 1800);
    }
    if (OneIn(50)) conversation.set_exclusion(v1::EXCLUSION_ADVERTISEMENT);
    if (OneIn(5)) conversation.set_rating(static_cast<int>(1 + Below(5)));
    if (OneIn(5)) AddOrder(conversation.customer_id(), begun, second);
    if (OneIn(20)) AddOrder(fmt::format("silent{:09}", Below(customers_)), begun, begun + 600);
  }

  void AddOrder(const std::string& customer, int64_t created, int64_t asked) {
    const uint64_t speed = Below(10);
    const int64_t paid = asked + (speed < 7   ? LogNormal(300, 1.0, 3600)
                                  : speed < 9 ? kDaySeconds - 3600 + Below(7200)
                                              : 3 * kDaySeconds);
    v1::Order& order = facts_.orders.emplace_back();
    order.set_order_id(fmt::format("o{}{:07}", absl::FormatCivilTime(day_), facts_.orders.size()));
    order.set_customer_id(customer);
    order.mutable_create_time()->set_seconds(created);
    if (!OneIn(20)) {
      order.mutable_pay_time()->set_seconds(paid);
      order.mutable_paid()->set_currency_code("CNY");
      order.mutable_paid()->set_minor_units(990 + LogNormal(9'900, 0.9, 5'000'000));
      if (OneIn(16)) AddRefund(order, paid);
      if (OneIn(3)) AddReview(order, paid);
    }
    v1::OrderItem& item = *order.add_items();
    item.set_sku(fmt::format("sku-{}", Below(5000)));
    item.set_quantity(1 + static_cast<int64_t>(Below(3)));
    order.set_new_buyer(OneIn(3));
  }

  void AddRefund(const v1::Order& order, int64_t paid) {
    v1::Refund& refund = facts_.refunds.emplace_back();
    refund.set_refund_id("r" + order.order_id());
    refund.set_order_id(order.order_id());
    refund.mutable_refund_time()->set_seconds(paid + 3600 + Below(7 * kDaySeconds));
    refund.mutable_amount()->set_currency_code("CNY");
    refund.mutable_amount()->set_minor_units(1 + Below(order.paid().minor_units()));
  }

  void AddReview(const v1::Order& order, int64_t paid) {
    v1::Review& review = facts_.reviews.emplace_back();
    review.set_review_id("e" + order.order_id());
    review.set_order_id(order.order_id());
    review.set_score(OneIn(4) ? 1 + Below(5) : 5);
    review.mutable_create_time()->set_seconds(paid + 2 * kDaySeconds + Below(8 * kDaySeconds));
    review.set_text(std::string(kAnswers[Below(kAnswers.size())]));
  }

  const MonthPlan& plan_;
  const absl::CivilDay day_;
  std::mt19937_64 random_;
  const int64_t midnight_;
  const uint64_t customers_;
  DayOfFacts facts_;
};

}  // namespace

std::string AgentId(uint64_t number) { return fmt::format("kf-{:04}", number + 1); }

DayOfFacts MakeDay(const MonthPlan& plan, int day) { return DayMaker(plan, day).Make(); }

}  // namespace kefu::bench
