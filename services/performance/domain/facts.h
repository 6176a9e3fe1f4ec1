// Facts as the domain sees them: plain values, instants in microseconds since the epoch, money in
// minor units of the shop's currency.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kefu::performance::domain {

enum class Side { kCustomer, kAgent, kRobot };
enum class Channel { kChat, kTelephone, kEmail, kWorkOrder };
enum class Exclusion { kNone, kAdvertisement, kFraud };

// Its words stay in the body: no figure depends on them.
struct Message {
  int64_t time_us = 0;
  Side side = Side::kCustomer;
  std::string agent_id;  // empty: an agent nobody could name
  bool operator==(const Message&) const = default;
};

struct Handling {
  std::string agent_id;
  int64_t start_us = 0;
  int64_t end_us = 0;
  bool operator==(const Handling&) const = default;
};

struct Conversation {
  std::string id;
  std::string customer_id;
  Channel channel = Channel::kChat;
  Exclusion exclusion = Exclusion::kNone;
  std::vector<Message> messages;  // oldest first
  std::vector<Handling> handlings;
  int rating = 0;  // 1 to 5, 0 when not rated
  std::string topic;
  bool operator==(const Conversation&) const = default;
};

struct OrderItem {
  std::string sku;
  std::string category;
  int64_t quantity = 1;
  int64_t price_minor = 0;
  int64_t freight_minor = 0;
  std::optional<int64_t> ship_limit_us;
  bool operator==(const OrderItem&) const = default;
};

struct Order {
  std::string id;
  std::string customer_id;
  int64_t create_us = 0;
  std::optional<int64_t> pay_us;
  std::optional<int64_t> ship_us;
  std::optional<int64_t> sign_us;
  std::optional<int64_t> promise_us;
  std::optional<int64_t> paid_minor;
  std::vector<OrderItem> items;
  bool new_buyer = false;
  Exclusion exclusion = Exclusion::kNone;
  std::string source_state;
  bool operator==(const Order&) const = default;
};

struct Refund {
  std::string id;
  std::string order_id;
  int64_t time_us = 0;
  int64_t amount_minor = 0;
  std::string reason;
  bool operator==(const Refund&) const = default;
};

struct Review {
  std::string id;
  std::string order_id;
  int score = 0;  // 1 to 5
  std::string text;
  int64_t create_us = 0;
  std::optional<int64_t> answer_us;
  bool operator==(const Review&) const = default;
};

// What the platform and its advertising tell of a shop's day.
struct DailyVisits {
  int64_t visits = 0;
  int64_t clicks = 0;     // on paid advertisements
  int64_t ad_orders = 0;  // that came of those clicks
  int64_t ad_spend_minor = 0;
  bool operator==(const DailyVisits&) const = default;
};

// An inspection that counts, of an agent in a conversation.
struct Inspected {
  std::string id, agent_id, conversation_id;
  int64_t centipoints = 0;  // of 10 000
  bool accurate = true, polite = true;
  bool operator==(const Inspected&) const = default;
};

// No conversation touches days further apart: its messages span at most 31 days, its handlings
// begin at most 31 days before or after the first message, and either may cut into one more day.
inline constexpr int kMaxConversationDays = 63;

// An order counts as sold when its payment was approved and something was paid.
inline bool IsPaid(const Order& order) { return order.pay_us && order.paid_minor; }

// An order is late when it was handed to the carrier after the earliest limit of its items.
inline bool IsLateShipment(const Order& order) {
  if (!order.ship_us) return false;
  std::optional<int64_t> limit;
  for (const OrderItem& item : order.items) {
    if (item.ship_limit_us && (!limit || *item.ship_limit_us < *limit)) limit = item.ship_limit_us;
  }
  return limit && *order.ship_us > *limit;
}

}  // namespace kefu::performance::domain
