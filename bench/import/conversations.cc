#include "bench/import/conversations.h"

#include <array>
#include <random>
#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

namespace v1 = performance::v1;

constexpr absl::CivilDay kFirstDay(2026, 7, 1);
constexpr int64_t kOpenSecond = 8 * 3600;
constexpr int64_t kOpenSeconds = 16 * 3600;
constexpr int64_t kUtcOffset = 8 * 3600;  // of kShopZone, all year

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
    "亲，您好，在的，有什么可以帮您",
    "有货的，现在下单今天下午五点前都可以发出哦",
    "建议您拍L码，穿着会比较合身，不合适支持七天无理由",
    "非常抱歉给您带来不好的体验，麻烦拍一张照片发给我，马上为您处理",
    "这张券需要满199元才能使用，您可以凑单看看",
    "已经帮您催促快递了，预计明天送达，请您留意电话",
    "可以的，付款后在订单里申请发票就行",
    "不客气，祝您生活愉快",
    "好的亲，已经帮您备注了",
    "退回的运费险会赔付给您，寄出后填写单号即可"};

class Maker {
 public:
  explicit Maker(const ConversationPlan& plan) : plan_(plan), random_(plan.seed) {}

  std::vector<v1::Conversation> Make() {
    std::vector<v1::Conversation> all;
    all.reserve(plan_.count);
    for (int i = 0; i < plan_.count; ++i) all.push_back(MakeOne(i));
    return all;
  }

 private:
  uint64_t Below(uint64_t limit) { return random_() % limit; }

  // Evenly spread over the days and the hours of each, so that the order is that of time.
  int64_t StartSecond(int index) const {
    const int64_t day = int64_t{index} * plan_.days / plan_.count;
    const int64_t first = (day * plan_.count + plan_.days - 1) / plan_.days;
    const int64_t next = ((day + 1) * plan_.count + plan_.days - 1) / plan_.days;
    const int64_t epoch_days = kFirstDay + day - absl::CivilDay(1970, 1, 1);
    return epoch_days * 86400 - kUtcOffset + kOpenSecond +
           (index - first) * kOpenSeconds / (next - first);
  }

  v1::Conversation MakeOne(int index) {
    const int64_t start = StartSecond(index);
    v1::Conversation conversation;
    // Unique, and in no order within the day: the factor is odd.
    conversation.set_conversation_id(fmt::format(
        "{}{:010}", absl::FormatCivilTime(kFirstDay + int64_t{index} * plan_.days / plan_.count),
        static_cast<uint32_t>(index) * 2654435761u));
    // The smaller of two draws: some customers come often.
    const uint64_t customers = static_cast<uint64_t>(plan_.count) * 2 / 3 + 1;
    conversation.set_customer_id(
        fmt::format("u{:09}", 100'000'000 + std::min(Below(customers), Below(customers))));
    conversation.set_channel(v1::CHANNEL_CHAT);
    const std::string agent = fmt::format("kf-{:03}", Below(plan_.agents) + 1);
    const int messages = static_cast<int>(2 + Below(5));
    int64_t second = start;
    for (int i = 0; i < messages; ++i) {
      v1::Message& message = *conversation.add_messages();
      message.mutable_send_time()->set_seconds(second);
      const bool answer = i % 2 == 1;
      message.set_side(answer ? v1::SIDE_AGENT : v1::SIDE_CUSTOMER);
      if (answer) message.set_agent_id(agent);
      message.set_text(std::string(answer ? kAnswers[Below(kAnswers.size())]
                                          : kQuestions[Below(kQuestions.size())]));
      second += static_cast<int64_t>(5 + Below(Below(10) == 0 ? 600 : 60));
    }
    if (Below(100) == 0) conversation.set_exclusion(v1::EXCLUSION_ADVERTISEMENT);
    if (Below(5) == 0) conversation.set_rating(static_cast<int>(1 + Below(5)));
    return conversation;
  }

  const ConversationPlan plan_;
  std::mt19937_64 random_;
};

}  // namespace

std::vector<v1::Conversation> MakeConversations(const ConversationPlan& plan) {
  return Maker(plan).Make();
}

}  // namespace kefu::bench
