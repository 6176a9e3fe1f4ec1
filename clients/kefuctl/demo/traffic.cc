// A month in a shop: conversations, the orders that follow or come silently, refunds and reviews.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "clients/kefuctl/demo/parts.h"
#include "clients/kefuctl/demo/talk.h"

namespace kefu::demo {
namespace {

namespace performance = kefu::performance::v1;

constexpr int64_t kMinute = 60, kHour = 3600, kDay = 86'400;

// Conversations begun in each hour of the day, relative.
constexpr std::array<int, 24> kHours = {12, 7,  4,  2,  2,  3,  6,  12, 26, 46, 60, 58,
                                        46, 44, 52, 54, 52, 44, 42, 60, 78, 84, 66, 36};

struct Customer {
  std::string id;
  bool known = false;  // bought before the month, or in it
  int64_t busy_until = 0;
};

enum class Kind { kPreSales, kAfterSales, kAdvertisement, kFraud, kUnanswered };

// One conversation as far as the rest of the month needs to know it.
struct Talk {
  size_t customer = 0;
  Kind kind = Kind::kPreSales;
  const Profile* agent = nullptr;  // the last one who answered
  int64_t end = 0;                 // seconds
  size_t product = 0;
};

bool Works(const Profile& profile, absl::CivilDay day, int hour) {
  switch (profile.shift) {
    case Shift::kNone:
      return false;
    case Shift::kDay:
      if (hour < 9 || hour >= 18) return false;
      break;
    case Shift::kEvening:
      if (hour < 15) return false;
      break;
    case Shift::kNight:
      if (hour >= 9 && hour < 23) return false;
      break;
  }
  // Two days off in seven, staggered; nobody is off at a campaign.
  const int64_t phase =
      (day - absl::CivilDay(2024, 1, 1)) + (profile.key[1] - '0') * 10 + (profile.key[2] - '0') * 3;
  return IsCampaign(day) || phase % 7 > 1;
}

class Month {
 public:
  Month(Dataset& data, ShopPlan& shop)
      : data_(data), shop_(shop), random_(data.seed, "traffic " + shop.key) {}

  void Make() {
    for (absl::CivilDay day = data_.first; day <= data_.last; ++day) MakeDay(day);
    std::ranges::stable_sort(shop_.orders, {},
                             [](const auto& o) { return o.create_time().seconds(); });
    std::ranges::stable_sort(shop_.refunds, {},
                             [](const auto& r) { return r.refund_time().seconds(); });
    std::ranges::stable_sort(shop_.reviews, {},
                             [](const auto& r) { return r.create_time().seconds(); });
  }

 private:
  void MakeDay(absl::CivilDay day);
  void MakeConversation(absl::CivilDay day, int64_t start, int number);
  Kind DrawKind(int hour);
  size_t DrawCustomer(Kind kind, int64_t start);
  void Say(performance::Conversation& c, performance::Side side, std::string_view agent,
           std::string_view text, const Talk& talk);
  void Converse(performance::Conversation& c, absl::CivilDay day, int hour, Talk& talk);
  void Answer(performance::Conversation& c, absl::CivilDay day, int64_t asked, Talk& talk,
              std::string_view text);
  const Profile* Pick(absl::CivilDay day, int hour, Kind kind, const Profile* but);
  void Rate(performance::Conversation& c, const Talk& talk);
  void MakeOrder(size_t customer, size_t product, int64_t placed, const Talk* talk);
  void AddItems(performance::Order& order, size_t product, absl::CivilDay day);
  bool Ship(performance::Order& order, int64_t paid);
  void FollowUp(performance::Order& order, int64_t signed_at, bool late);
  void AddReview(const performance::Order& order, int64_t signed_at, bool late, bool refunded);
  void AddRefund(const performance::Order& order, int64_t at, int64_t minor, std::string_view why);
  absl::CivilDay DayOf(int64_t seconds) const {
    return absl::CivilDay(1970, 1, 1) + (seconds + kZoneOffsetSeconds) / kDay;
  }
  // A moment of the day, as busy as its hour is. One draw a statement, here and everywhere: the
  // order in which operands are evaluated differs among compilers.
  int64_t DrawTime(absl::CivilDay day) {
    const int64_t hour = static_cast<int64_t>(random_.Weighted(kHours));
    return DayStart(day) + hour * kHour + random_.Below(kHour);
  }
  bool Known(int64_t seconds) const { return seconds < DayStart(data_.today); }
  template <class Range>
  const Exchange& PickFor(const Range& range, std::string_view category) {
    for (;;) {
      const Exchange& exchange = random_.Pick(range);
      if (exchange.categories.empty() ||
          exchange.categories.find(category) != std::string_view::npos)
        return exchange;
    }
  }
  std::string_view Name(size_t product) const { return data_.skus[product].display_name(); }

  Dataset& data_;
  ShopPlan& shop_;
  Random random_;
  std::vector<Customer> customers_;
  std::vector<size_t> buyers_;
  int64_t clock_ms_ = 0;  // of the conversation being written
};

Kind Month::DrawKind(int hour) {
  // At night fewer are answered.
  const bool night = hour < 8;
  const int weights[] = {700, 215, 38, 7, night ? 130 : 34};
  return static_cast<Kind>(random_.Weighted(weights));
}

size_t Month::DrawCustomer(Kind kind, int64_t start) {
  if (kind == Kind::kAfterSales && !buyers_.empty()) return random_.Pick(buyers_);
  if (kind != Kind::kAdvertisement && kind != Kind::kFraud && customers_.size() > 50 &&
      random_.Chance(140)) {
    const size_t again =
        static_cast<size_t>(random_.Below(static_cast<int64_t>(customers_.size())));
    if (customers_[again].busy_until < start) return again;
  }
  customers_.push_back(
      {fmt::format("{}_c{:05}", shop_.key, customers_.size() + 1), random_.Chance(240), 0});
  return customers_.size() - 1;
}

void Month::Say(performance::Conversation& c, performance::Side side, std::string_view agent,
                std::string_view text, const Talk& talk) {
  performance::Message* message = c.add_messages();
  SetTime(clock_ms_ / 1000, message->mutable_send_time(), static_cast<int>(clock_ms_ % 1000));
  message->set_side(side);
  message->set_agent_id(std::string(agent));
  std::string words(text);
  if (const size_t at = words.find("{}"); at != std::string::npos) {
    words.replace(at, 2, Name(talk.product));
  }
  message->set_text(std::move(words));
}

const Profile* Month::Pick(absl::CivilDay day, int hour, Kind kind, const Profile* but) {
  std::vector<const Profile*> on_duty;
  std::vector<int> shares;
  for (const Profile& profile : Profiles()) {
    const std::string_view team = TeamOn(data_, profile, day);
    const bool serves = team == "base-night" ||
                        (kind == Kind::kAfterSales
                             ? team == "after"
                             : team == "base-pre" || team == fmt::format("{}-pre", shop_.key));
    if (!serves || &profile == but || !Works(profile, day, hour)) continue;
    on_duty.push_back(&profile);
    shares.push_back(profile.share);
  }
  return on_duty.empty() ? nullptr : on_duty[random_.Weighted(shares)];
}

void Month::Answer(performance::Conversation& c, absl::CivilDay day, int64_t asked, Talk& talk,
                   std::string_view text) {
  const int64_t pace =
      int64_t{talk.agent->pace_seconds} * 1000 * (IsCampaign(day) ? 170 : 100) / 100;
  clock_ms_ = std::max(clock_ms_ + 800, asked + std::max<int64_t>(2500, random_.Skewed(pace)));
  const bool first = std::ranges::none_of(
      c.messages(), [](const auto& m) { return m.side() == performance::SIDE_AGENT; });
  std::string words;
  if (first) words = shop_.key == "jd" ? kGreetingJd : kGreetingTmall;
  // A word that JD forbids slips out now and then, mostly at the base.
  if (shop_.key == "jd" && random_.Chance(OfBase(*talk.agent) ? 12 : 3)) words += "亲，";
  words += text;
  Say(c, performance::SIDE_AGENT, talk.agent->key, words, talk);
}

void Month::Converse(performance::Conversation& c, absl::CivilDay day, int hour, Talk& talk) {
  const std::string_view category = data_.skus[talk.product].category();
  const Exchange& lines = talk.kind == Kind::kAfterSales ? PickFor(kAfterSales, category)
                                                         : PickFor(kPreSales, category);
  Say(c, performance::SIDE_CUSTOMER, "", lines.question, talk);
  int64_t asked = clock_ms_;
  if (random_.Chance(680)) {
    clock_ms_ += random_.Between(600, 2400);
    Say(c, performance::SIDE_ROBOT, "", kRobot, talk);
  }
  talk.agent = Pick(day, hour, talk.kind, nullptr);
  int64_t since = clock_ms_;
  const auto handled = [&] {
    performance::Handling* handling = c.add_handlings();
    handling->set_agent_id(std::string(talk.agent->key));
    SetTime(since / 1000, handling->mutable_start_time());
    SetTime(clock_ms_ / 1000 + 1, handling->mutable_end_time());
  };
  if (talk.agent == nullptr) talk.kind = Kind::kUnanswered;
  if (talk.kind == Kind::kUnanswered) {
    if (random_.Chance(450)) {
      clock_ms_ += random_.Between(40'000, 400'000);
      Say(c, performance::SIDE_CUSTOMER, "", random_.Pick(kNudges), talk);
    }
    if (talk.agent != nullptr) handled();  // it was somebody's, who did not answer
    talk.agent = nullptr;
    return;
  }
  const int64_t turns = random_.Between(1, 5);
  const int64_t handover = random_.Chance(65) ? random_.Below(turns) : -1;
  for (int64_t turn = 0; turn < turns; ++turn) {
    if (random_.Chance(220)) {
      clock_ms_ += random_.Between(3000, 14'000);
      Say(c, performance::SIDE_CUSTOMER, "",
          turn == 0 ? random_.Pick(kNudges) : random_.Pick(kFollowUps), talk);
    }
    Answer(c, day, asked, talk, turn == 0 ? lines.answer : random_.Pick(kAnswers));
    const Profile* next = turn == handover ? Pick(day, hour, talk.kind, talk.agent) : nullptr;
    if (next != nullptr) {
      clock_ms_ += random_.Between(4000, 20'000);
      Say(c, performance::SIDE_AGENT, talk.agent->key, random_.Pick(kHandovers), talk);
      handled();
      since = clock_ms_ + 1000;
      talk.agent = next;
    }
    if (turn + 1 == turns && next == nullptr) break;
    // Late in the evening people are slow to answer, so that some talks run past midnight.
    clock_ms_ += random_.Skewed(hour == 23 ? 240'000 : 38'000);
    Say(c, performance::SIDE_CUSTOMER, "", random_.Pick(kFollowUps), talk);
    asked = clock_ms_;
    if (turn + 1 == turns) Answer(c, day, asked, talk, random_.Pick(kAnswers));
  }
  handled();
}

void Month::Rate(performance::Conversation& c, const Talk& talk) {
  if (talk.agent == nullptr || !random_.Chance(280)) return;
  const int slow = talk.agent->pace_seconds;  // of a hundred and something
  const int weights[] = {5 + slow / 8, 8 + slow / 6, 25 + slow, 140, 820 - 3 * slow};
  c.set_rating(static_cast<int>(random_.Weighted(weights)) + 1);
}

void Month::MakeConversation(absl::CivilDay day, int64_t start, int number) {
  const int hour = static_cast<int>((start - DayStart(day)) / kHour);
  Talk talk;
  talk.kind = DrawKind(hour);
  talk.customer = DrawCustomer(talk.kind, start);
  talk.product = static_cast<size_t>(random_.Below(static_cast<int64_t>(data_.skus.size())));
  performance::Conversation& c = shop_.conversations.emplace_back();
  c.set_conversation_id(fmt::format("{}-{:04}{:02}{:02}-{:04}", shop_.key, day.year(), day.month(),
                                    day.day(), number));
  c.set_customer_id(customers_[talk.customer].id);
  c.set_channel(performance::CHANNEL_CHAT);
  c.set_topic(data_.skus[talk.product].category());
  clock_ms_ = start * 1000 + random_.Below(1000);
  if (talk.kind == Kind::kAdvertisement || talk.kind == Kind::kFraud) {
    const bool fraud = talk.kind == Kind::kFraud;
    c.set_exclusion(fraud ? performance::EXCLUSION_FRAUD : performance::EXCLUSION_ADVERTISEMENT);
    Say(c, performance::SIDE_CUSTOMER, "",
        fraud ? random_.Pick(kFraudTalk) : random_.Pick(kAdvertisements), talk);
    talk.agent = random_.Chance(300) ? Pick(day, hour, Kind::kPreSales, nullptr) : nullptr;
    if (talk.agent != nullptr) Answer(c, day, clock_ms_, talk, "谢谢，暂时不需要。");
  } else {
    Converse(c, day, hour, talk);
    Rate(c, talk);
  }
  talk.end = clock_ms_ / 1000 + 1;
  customers_[talk.customer].busy_until = talk.end;

  // Who was not answered mostly goes elsewhere; at a campaign people have made up their minds.
  int buys = 0;
  if (talk.kind == Kind::kPreSales) buys = talk.agent->closing + (IsCampaign(day) ? 90 : 0);
  if (talk.kind == Kind::kUnanswered) buys = 60;
  if (talk.kind == Kind::kFraud) buys = 800;
  if (random_.Chance(buys)) {
    MakeOrder(talk.customer, talk.product, talk.end + random_.Skewed(7 * kMinute), &talk);
  }
}

void Month::AddItems(performance::Order& order, size_t product, absl::CivilDay day) {
  constexpr int kLines[] = {72, 21, 7};
  const size_t lines = random_.Weighted(kLines) + 1;
  int64_t sum = 0;
  std::vector<size_t> taken;
  for (size_t i = 0; i < lines; ++i) {
    const size_t sku =
        i == 0 ? product
               : static_cast<size_t>(random_.Below(static_cast<int64_t>(data_.skus.size())));
    if (std::ranges::find(taken, sku) != taken.end()) continue;
    taken.push_back(sku);
    performance::OrderItem* item = order.add_items();
    item->set_sku(data_.skus[sku].code());
    item->set_category(data_.skus[sku].category());
    const int64_t list = data_.skus[sku].list_price().minor_units();
    item->set_quantity(list < 10'000 && random_.Chance(250) ? random_.Between(2, 4) : 1);
    const int64_t percent = IsCampaign(day) ? random_.Between(78, 88) : random_.Between(90, 100);
    const int64_t price = list * percent / 1000 * 10;  // whole jiao
    SetMoney(price * item->quantity(), item->mutable_price());
    sum += price * item->quantity();
  }
  constexpr int64_t kFreeFrom = 9'900, kFreight = 800;  // fen
  if (sum < kFreeFrom) {
    SetMoney(kFreight, order.mutable_items(0)->mutable_freight());
    sum += kFreight;
  }
  SetMoney(sum, order.mutable_paid());
}

// Sets the limit and the times of the parcel as far as they are known today; whether it was late.
bool Month::Ship(performance::Order& order, int64_t paid) {
  const absl::CivilDay day = DayOf(paid);
  const int64_t limit = paid + (shop_.key == "jd" ? 24 : 48) * kHour + (IsCampaign(day) ? kDay : 0);
  for (auto& item : *order.mutable_items()) SetTime(limit, item.mutable_ship_limit_time());
  SetTime(paid + 3 * kDay + (IsCampaign(day) ? kDay : 0), order.mutable_promise_time());
  const bool late = random_.Chance(IsCampaign(day) ? 62 : 24);
  const int64_t packed = paid + random_.Skewed((IsCampaign(day) ? 14 : 8) * kHour);
  const int64_t shipped =
      late ? limit + random_.Between(kHour, 40 * kHour) : std::min(packed, limit - 30 * kMinute);
  if (!Known(shipped)) {
    order.set_source_state("待发货");
    return late;
  }
  SetTime(shipped, order.mutable_ship_time());
  order.set_source_state("已发货");
  const int64_t signed_at = shipped + random_.Between(18 * kHour, 96 * kHour);
  if (!Known(signed_at)) return late;
  SetTime(signed_at, order.mutable_sign_time());
  order.set_source_state("已签收");
  return late;
}

void Month::AddRefund(const performance::Order& order, int64_t at, int64_t minor,
                      std::string_view why) {
  if (!Known(at)) return;
  performance::Refund& refund = shop_.refunds.emplace_back();
  refund.set_refund_id("RF" + order.order_id());
  refund.set_order_id(order.order_id());
  SetTime(at, refund.mutable_refund_time());
  SetMoney(minor, refund.mutable_amount());
  refund.set_reason(std::string(why));
}

void Month::AddReview(const performance::Order& order, int64_t signed_at, bool late,
                      bool refunded) {
  const int64_t at = signed_at + random_.Between(2 * kHour, 6 * kDay);
  const int weights[] = {late       ? 160
                         : refunded ? 200
                                    : 14,
                         late       ? 120
                         : refunded ? 160
                                    : 16,
                         late       ? 200
                         : refunded ? 200
                                    : 60,
                         190, late || refunded ? 220 : 720};
  const int score = static_cast<int>(random_.Weighted(weights)) + 1;
  const int64_t answered = at + random_.Skewed(9 * kHour);
  const bool answers = random_.Chance(score <= 3 ? 880 : 350);
  const std::string_view text = score <= 2   ? random_.Pick(kBadReviews)
                                : score == 3 ? random_.Pick(kFairReviews)
                                             : random_.Pick(kGoodReviews);
  if (!Known(at)) return;
  performance::Review& review = shop_.reviews.emplace_back();
  review.set_review_id("RV" + order.order_id());
  review.set_order_id(order.order_id());
  review.set_score(score);
  review.set_text(std::string(text));
  SetTime(at, review.mutable_create_time());
  if (answers && Known(answered)) SetTime(answered, review.mutable_answer_time());
}

// Refunds and reviews after the buyer has signed.
void Month::FollowUp(performance::Order& order, int64_t signed_at, bool late) {
  const bool refunded = random_.Chance(late ? 140 : 52);
  if (refunded) {
    const int64_t all = order.paid().minor_units();
    const int64_t part = std::max<int64_t>(100, order.items(0).price().minor_units() / 5);
    const bool whole = random_.Chance(620);
    const int64_t at = signed_at + random_.Between(8 * kHour, 6 * kDay);
    AddRefund(order, at, whole ? all : std::min(all, part), random_.Pick(kRefundReasons));
    if (whole && Known(at)) order.set_source_state("已退款");
  }
  if (random_.Chance(refunded ? 520 : 370)) AddReview(order, signed_at, late, refunded);
}

void Month::MakeOrder(size_t customer, size_t product, int64_t placed, const Talk* talk) {
  Customer& buyer = customers_[customer];
  performance::Order order;
  order.set_order_id(fmt::format("{}{}{:06}", shop_.key == "jd" ? "JD" : "TM",
                                 (data_.first.year() % 100) * 100 + data_.first.month(),
                                 shop_.orders.size() + 1));
  order.set_customer_id(buyer.id);
  SetTime(placed, order.mutable_create_time());
  order.set_new_buyer(!buyer.known);
  if (talk != nullptr && talk->kind == Kind::kFraud) {
    order.set_exclusion(performance::EXCLUSION_FRAUD);
  }
  AddItems(order, product, DayOf(placed));
  constexpr int kPays[] = {885, 60, 55};  // at once, the next day, never
  const size_t pays = random_.Weighted(kPays);
  const int64_t paid = placed + (pays == 0 ? random_.Between(20, 9 * kMinute)
                                           : random_.Between(10 * kHour, 20 * kHour));
  if (pays == 2 || !Known(paid)) {
    order.clear_paid();
    order.set_source_state(pays == 2 ? "已取消" : "待付款");
    shop_.orders.push_back(std::move(order));
    return;
  }
  SetTime(paid, order.mutable_pay_time());
  buyer.known = true;
  buyers_.push_back(customer);
  if (random_.Chance(13)) {  // taken back before it left the house
    order.set_source_state("已退款");
    AddRefund(order, paid + random_.Between(10 * kMinute, 3 * kHour), order.paid().minor_units(),
              "拍错不想要了");
  } else {
    const bool late = Ship(order, paid);
    if (order.has_sign_time()) FollowUp(order, order.sign_time().seconds(), late);
  }
  shop_.orders.push_back(std::move(order));
}

void Month::MakeDay(absl::CivilDay day) {
  const int usual = shop_.key == "jd" ? 68 : 92;
  const int64_t count = usual * Rush(day) / 1000 + random_.Between(-8, 8);
  std::vector<int64_t> starts;
  for (int64_t i = 0; i < count; ++i) {
    starts.push_back(DrawTime(day));
  }
  std::ranges::sort(starts);
  for (size_t i = 0; i < starts.size(); ++i) {
    MakeConversation(day, starts[i], static_cast<int>(i) + 1);
  }
  // Silent orders: nobody was asked.
  const int64_t silent = count * 23 / 100 + random_.Between(-2, 2);
  for (int64_t i = 0; i < silent; ++i) {
    const int64_t placed = DrawTime(day);
    const size_t product =
        static_cast<size_t>(random_.Below(static_cast<int64_t>(data_.skus.size())));
    customers_.push_back(
        {fmt::format("{}_c{:05}", shop_.key, customers_.size() + 1), random_.Chance(380), 0});
    MakeOrder(customers_.size() - 1, product, placed, nullptr);
  }
}

}  // namespace

void MakeTraffic(Dataset& data, ShopPlan& shop) { Month(data, shop).Make(); }

}  // namespace kefu::demo
