// Random facts, as imports and as rows of the slow path.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/convert/fields.h"
#include "kefu/performance/v1/facts.pb.h"
#include "kefu/performance/v1/payments.pb.h"
#include "kefu/performance/v1/performance_service.pb.h"
#include "services/performance/tests/metrics/slow_path.h"

namespace kefu::performance {

inline constexpr int64_t kSecond = 1'000'000;
inline constexpr int kDays = 5;  // of random facts

class World {
 public:
  World(uint32_t seed, int64_t first_second, std::string currency = "CNY")
      : random_(seed), base_us_(first_second * kSecond), currency_(std::move(currency)) {
    for (const Membership& m : Memberships())
      rows.Member(m.agent, m.group, absl::FormatCivilTime(m.first),
                  m.last ? absl::FormatCivilTime(*m.last) : "9999-12-31");
    for (const Membership& b : Bases())
      rows.Base(b.agent, b.group, absl::FormatCivilTime(b.first),
                b.last ? absl::FormatCivilTime(*b.last) : "9999-12-31");
    for (int i = 0; i < 90; ++i) AddConversation(i);
    for (int i = 0; i < 60; ++i) AddOrder(i);
    for (int i = 0; i < 20; ++i) AddFollowUps(i);
    for (int i = 1; i < kDays; ++i) AddVisits(i);
  }

  struct Membership {
    std::string agent, group;  // a team or a base
    absl::CivilDay first;
    std::optional<absl::CivilDay> last;
  };
  absl::CivilDay Middle() const {
    return absl::ToCivilDay(absl::FromUnixMicros(base_us_), absl::UTCTimeZone()) + kDays / 2;
  }
  // Who belongs to which team when: a2 and a3 move in the middle of the facts.
  std::vector<Membership> Memberships() const {
    const absl::CivilDay ever(2000, 1, 1), middle = Middle();
    return {{"a0", "t0", ever, {}},     {"a1", "t0", ever, {}},       {"a1", "t1", ever, {}},
            {"a2", "t1", ever, middle}, {"a2", "t0", middle + 1, {}}, {"a3", "t1", middle, {}}};
  }
  // Who works for which base when.
  std::vector<Membership> Bases() const {
    const absl::CivilDay ever(2000, 1, 1);
    return {{"a0", "base-1", ever, {}},
            {"a3", "base-1", ever, Middle()},
            {"a3", "base-2", Middle() + 1, {}}};
  }

  // What people decided about a conversation, by its id.
  std::vector<std::pair<std::string, std::string>> reviews_of_exclusions;
  // And about an order.
  std::vector<std::pair<std::string, std::string>> reviews_of_orders;

  // An inspection to record, and what becomes of it.
  struct Inspection {
    std::string conversation, agent, item;  // the item with a fault; empty: none
    int points = 0;                         // that it takes away
    bool twice = false;                     // and a second inspector says the same
    bool appealed = false, overturned = false;
  };
  std::vector<Inspection> inspections;

  slow::Rows rows;
  v1::ImportConversationsRequest conversations;
  v1::ImportOrdersRequest orders;
  v1::ImportRefundsRequest refunds;
  v1::ImportReviewsRequest reviews;
  v1::ImportVisitsRequest visits;
  v1::ImportRatingsRequest ratings;
  v1::ImportPaymentsRequest payments;

 private:
  int Below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  static std::string Agent(int i) { return fmt::format("a{}", i); }
  // Half of all instants on full minutes, so that ties happen.
  int64_t Instant(int days) {
    const int64_t second = Below(days * 86'400);
    return base_us_ +
           (Below(2) == 0 ? second / 60 * 60 * kSecond : second * kSecond + Below(1'000'000));
  }
  static void Set(google::protobuf::Timestamp* time, int64_t us) {
    time->set_seconds(us / kSecond);
    time->set_nanos(static_cast<int32_t>(us % kSecond * 1'000));
  }

  void AddConversation(int i) {
    auto* c = conversations.add_rows()->mutable_conversation();
    c->set_conversation_id(fmt::format("c{}", i));
    c->set_customer_id(fmt::format("u{}", Below(25)));
    bool excluded = Below(6) == 0;
    if (excluded)
      c->set_exclusion(Below(2) == 0 ? v1::EXCLUSION_ADVERTISEMENT : v1::EXCLUSION_FRAUD);
    const bool judged = Below(8) == 0;
    const bool fraud = judged ? !excluded && Below(2) == 0 : c->exclusion() == v1::EXCLUSION_FRAUD;
    if (judged) {
      reviews_of_exclusions.emplace_back(c->conversation_id(), excluded ? "COUNT"
                                                               : fraud  ? "FRAUD"
                                                                        : "ADVERTISEMENT");
      excluded = !excluded;
    }
    if (Below(3) == 0) c->set_rating(1 + Below(5));
    int rating = c->rating();
    if (Below(6) == 0) {  // it comes apart, or again
      rating = 1 + Below(5);
      auto* apart = ratings.add_rows()->mutable_rating();
      apart->set_conversation_id(c->conversation_id());
      apart->set_score(rating);
    }
    int64_t time = Instant(kDays);
    const int64_t first = time;
    for (int m = 0, n = 1 + Below(9); m < n; ++m) {
      auto* message = c->add_messages();
      const int side = Below(9);
      message->set_side(side < 4 ? v1::SIDE_CUSTOMER : side < 8 ? v1::SIDE_AGENT : v1::SIDE_ROBOT);
      if (side >= 4 && side < 8 && Below(8) != 0) message->set_agent_id(Agent(Below(5)));
      Set(message->mutable_send_time(), time);
      rows.Message(c->conversation_id(), c->customer_id(), m, time,
                   side < 4   ? 'C'
                   : side < 8 ? 'A'
                              : 'R',
                   message->agent_id(), excluded);
      said_.emplace_back(c->customer_id(), time);
      // Seconds mostly, hours at times: halves of a conversation lie on two days and more. Some
      // answers take less than a second.
      const int pace = Below(10);
      time += pace == 0   ? Below(20) * 3'600 * kSecond
              : pace <= 3 ? 1 << Below(20)
                          : Below(200) * kSecond;
    }
    rows.Conversation(c->conversation_id(), c->customer_id(), first, rating, excluded, fraud,
                      judged);
    if (!excluded) AddInspection(*c);
    for (int h = Below(3); h > 0; --h) {
      auto* handling = c->add_handlings();
      const int64_t start = first + (Below(7'200) - 3'600) * kSecond,
                    end = start + Below(5'000) * kSecond;
      handling->set_agent_id(Agent(Below(5)));
      Set(handling->mutable_start_time(), start);
      Set(handling->mutable_end_time(), end);
      rows.Handling(c->conversation_id(), c->customer_id(), handling->agent_id(), start, end,
                    excluded);
    }
  }

  void AddInspection(const v1::Conversation& c) {
    const auto wrote = std::ranges::find_if(
        c.messages(), [](const v1::Message& message) { return !message.agent_id().empty(); });
    if (wrote == c.messages().end() || Below(2) == 0) return;
    constexpr std::array<const char*, 4> kItems{"", "wrong_answer", "rudeness", "no_closing"};
    Inspection each{c.conversation_id(), wrote->agent_id(), kItems[static_cast<size_t>(Below(4))]};
    if (!each.item.empty()) each.points = 1 + Below(5);
    each.twice = Below(4) == 0;
    each.appealed = Below(3) == 0;
    each.overturned = each.appealed && Below(2) == 0;
    // Of two the first that stands counts; they say the same.
    if (!each.overturned || each.twice) {
      rows.Inspection(each.conversation, each.agent, 10'000 - 100 * each.points,
                      each.item != "wrong_answer", each.item != "rudeness");
    }
    inspections.push_back(std::move(each));
  }

  void AddOrder(int i) {
    auto* o = orders.add_rows()->mutable_order();
    o->set_order_id(fmt::format("o{}", i));
    o->set_customer_id(fmt::format("u{}", Below(30)));
    o->set_new_buyer(Below(3) == 0);
    const bool flagged = Below(8) == 0;
    if (flagged) o->set_exclusion(v1::EXCLUSION_FRAUD);
    std::optional<bool> reviewed;
    if (Below(8) == 0) {
      reviewed = Below(2) == 0;
      reviews_of_orders.emplace_back(o->order_id(), *reviewed ? "FRAUD" : "COUNT");
    }
    int64_t created = Instant(kDays);
    const bool at_a_message = Below(4) == 0;  // paid at the very instant of one
    if (at_a_message) {
      const auto& [customer, time] =
          said_[static_cast<size_t>(Below(static_cast<int>(said_.size())))];
      o->set_customer_id(customer);
      created = time;
    }
    Set(o->mutable_create_time(), created);
    std::optional<int64_t> paid, minor, shipped, limit;
    if (at_a_message || Below(5) != 0) {
      paid = created + (at_a_message || Below(2) == 0 ? 0 : Below(40 * 3'600) * kSecond);
      Set(o->mutable_pay_time(), *paid);
      if (Below(10) != 0) {
        minor = Below(12) == 0 ? 0 : Below(1'000'000);  // a gift is not sold
        o->mutable_paid()->set_currency_code(currency_);
        o->mutable_paid()->set_minor_units(*minor);
      }
    }
    if (!at_a_message && Below(4) == 0) std::tie(paid, minor) = AddPayments(o->order_id(), created);
    if (Below(2) == 0) {
      shipped = created + Below(4 * 86'400) * kSecond;
      Set(o->mutable_ship_time(), *shipped);
    }
    for (int item = Below(3); item > 0; --item) {
      const int64_t at = created + Below(4 * 86'400) * kSecond;
      limit = limit ? std::min(*limit, at) : at;
      auto* line = o->add_items();
      line->set_sku("sku");
      line->set_quantity(1);
      line->mutable_price()->set_currency_code(currency_);
      Set(line->mutable_ship_limit_time(), at);
    }
    rows.Order(o->order_id(), o->customer_id(), created, paid, minor, shipped, limit,
               o->new_buyer(), flagged, reviewed);
  }

  // Payments told apart stand above what their order says: when it is sold and for how much. The
  // first that is no deposit sells it; nothing is no payment.
  std::pair<std::optional<int64_t>, std::optional<int64_t>> AddPayments(const std::string& order,
                                                                        int64_t created) {
    std::optional<int64_t> sold, sum;
    for (int i = 0, n = 1 + Below(3); i < n; ++i) {
      auto* payment = payments.add_rows()->mutable_payment();
      const int64_t time = created + Below(2 * 86'400) * kSecond,
                    amount = Below(5) == 0 ? 0 : 1 + Below(300'000);
      payment->set_payment_id(fmt::format("p{}", i));
      payment->set_order_id(order);
      payment->set_deposit(Below(3) == 0);
      payment->mutable_amount()->set_currency_code(currency_);
      payment->mutable_amount()->set_minor_units(amount);
      Set(payment->mutable_pay_time(), time);
      if (amount == 0) continue;
      sum = sum.value_or(0) + amount;
      if (!payment->deposit()) sold = std::min(sold.value_or(time), time);
    }
    return {sold, sum};
  }

  void AddFollowUps(int i) {
    auto* refund = refunds.add_rows()->mutable_refund();
    refund->set_refund_id(fmt::format("f{}", i));
    refund->set_order_id(fmt::format("o{}", Below(65)));  // some are not known
    const int64_t refunded = Instant(kDays), reviewed = Instant(kDays);
    Set(refund->mutable_refund_time(), refunded);
    refund->mutable_amount()->set_currency_code(currency_);
    refund->mutable_amount()->set_minor_units(1 + Below(50'000));
    rows.Refund(refund->order_id(), refunded, refund->amount().minor_units());
    auto* review = reviews.add_rows()->mutable_review();
    review->set_review_id(fmt::format("r{}", i));
    review->set_order_id(fmt::format("o{}", Below(65)));
    review->set_score(1 + Below(5));
    Set(review->mutable_create_time(), reviewed);
    rows.Review(review->order_id(), reviewed, review->score());
  }

  void AddVisits(int i) {
    const absl::CivilDay day =
        absl::ToCivilDay(absl::FromUnixMicros(base_us_), absl::UTCTimeZone()) + i;
    auto* of_day = visits.add_rows()->mutable_visits();
    *of_day->mutable_day() = kefu::convert::ToProto(day);
    of_day->set_visits(Below(1'000));
    of_day->set_clicks(1 + Below(300));
    of_day->set_ad_orders(Below(static_cast<int>(of_day->clicks())));
    of_day->mutable_ad_spend()->set_currency_code(currency_);
    of_day->mutable_ad_spend()->set_minor_units(Below(100'000));
    rows.Visits(absl::FormatCivilTime(day), of_day->visits(), of_day->clicks(), of_day->ad_orders(),
                of_day->ad_spend().minor_units());
  }

  std::mt19937 random_;
  const int64_t base_us_;
  const std::string currency_;
  std::vector<std::pair<std::string, int64_t>> said_;  // customers and the instants of messages
};

}  // namespace kefu::performance
