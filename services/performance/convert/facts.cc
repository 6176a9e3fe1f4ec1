#include "services/performance/convert/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "services/performance/convert/row_checker.h"

namespace kefu::performance::convert {
namespace {

constexpr size_t kMaxId = 64;
constexpr int kMaxMessages = 2000;
constexpr int kMaxHandlings = 200;
constexpr int kMaxItems = 1000;
constexpr size_t kMaxText = 8000;
constexpr size_t kMaxShortText = 200;
constexpr int64_t kMaxSpanMicros =
    int64_t{31} * 24 * 3600 * 1'000'000;  // a conversation lasts at most 31 days

domain::Message ToDomain(const v1::Message& proto, int index, RowChecker& check) {
  // The path is built only for what is wrong: this runs for every message of an import.
  const auto path = [index](std::string_view field) {
    return fmt::format("messages[{}].{}", index, field);
  };
  domain::Message message;
  const auto& time = proto.send_time();
  const bool time_ok = time.seconds() >= kEarliestSeconds && time.seconds() < kLatestSeconds &&
                       time.nanos() >= 0 && time.nanos() <= 999'999'999;
  message.time_us = time_ok ? time.seconds() * 1'000'000 + time.nanos() / 1000
                            : check.Time(path("send_time"), time);
  switch (proto.side()) {
    case v1::SIDE_CUSTOMER:
      message.side = domain::Side::kCustomer;
      break;
    case v1::SIDE_AGENT:
      message.side = domain::Side::kAgent;
      break;
    default:
      message.side = check.Side(path("side"), proto.side());
  }
  if (!proto.agent_id().empty() && !IsSourceId(proto.agent_id()))
    check.Id(path("agent_id"), proto.agent_id());
  if (!proto.agent_id().empty() && message.side == domain::Side::kCustomer) {
    check.Fail(path("agent_id"), "OUT_OF_RANGE", "must be empty for the customer's messages");
  }
  message.agent_id = proto.agent_id();
  if (proto.text().size() > kMaxText) check.Text(path("text"), proto.text(), kMaxText);
  return message;
}

}  // namespace

bool IsSourceId(std::string_view id) {
  return !id.empty() && id.size() <= kMaxId &&
         std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c <= '~'; });
}

v1::Channel ToProto(domain::Channel channel) {
  switch (channel) {
    case domain::Channel::kChat:
      return v1::CHANNEL_CHAT;
    case domain::Channel::kTelephone:
      return v1::CHANNEL_TELEPHONE;
    case domain::Channel::kEmail:
      return v1::CHANNEL_EMAIL;
    case domain::Channel::kWorkOrder:
      return v1::CHANNEL_WORK_ORDER;
  }
  return v1::CHANNEL_UNSPECIFIED;
}

domain::Conversation ToDomain(const v1::Conversation& proto, Problems& problems) {
  RowChecker check(problems);
  domain::Conversation result;
  check.Id("conversation_id", proto.conversation_id());
  check.Id("customer_id", proto.customer_id());
  check.Text("topic", proto.topic(), kMaxShortText);
  result.id = proto.conversation_id();
  result.customer_id = proto.customer_id();
  result.channel = check.Channel(proto.channel()).value_or(domain::Channel::kChat);
  result.exclusion = check.Exclusion(proto.exclusion());
  result.rating = proto.rating();
  result.topic = proto.topic();
  if (proto.rating() < 0 || proto.rating() > 5)
    check.Fail("rating", "OUT_OF_RANGE", "must be 0 (not rated) to 5");
  if (proto.messages().empty())
    check.Fail("messages", "MISSING_FIELD", "must hold at least one message");
  if (proto.messages_size() > kMaxMessages)
    check.Fail("messages", "TOO_LONG", "must hold at most 2000 messages");
  if (proto.handlings_size() > kMaxHandlings)
    check.Fail("handlings", "TOO_LONG", "must hold at most 200 entries");
  if (!problems.empty() &&
      (proto.messages_size() > kMaxMessages || proto.handlings_size() > kMaxHandlings))
    return result;
  result.messages.reserve(proto.messages_size());
  for (int i = 0; i < proto.messages_size(); ++i) {
    result.messages.push_back(ToDomain(proto.messages(i), i, check));
    if (i > 0 && result.messages[i].time_us < result.messages[i - 1].time_us) {
      check.Fail(fmt::format("messages[{}].send_time", i), "TIME_ORDER",
                 "must not lie before the message before it");
    }
  }
  if (!result.messages.empty() &&
      result.messages.back().time_us - result.messages.front().time_us > kMaxSpanMicros) {
    check.Fail("messages", "OUT_OF_RANGE", "must span at most 31 days; split the conversation");
  }
  for (int i = 0; i < proto.handlings_size(); ++i) {
    const v1::Handling& handling = proto.handlings(i);
    const auto path = [i](std::string_view field) {
      return fmt::format("handlings[{}].{}", i, field);
    };
    check.OptionalId(path("agent_id"), handling.agent_id());
    const int64_t start = check.Time(path("start_time"), handling.start_time());
    const int64_t end = check.Time(path("end_time"), handling.end_time());
    if (end < start) check.Fail(path("end_time"), "TIME_ORDER", "must not lie before start_time");
    if (end - start > kMaxSpanMicros)
      check.Fail(path("end_time"), "OUT_OF_RANGE", "must lie within 31 days of start_time");
    if (!result.messages.empty() &&
        std::abs(start - result.messages.front().time_us) > kMaxSpanMicros) {
      check.Fail(path("start_time"), "OUT_OF_RANGE",
                 "must lie within 31 days of the first message");
    }
    result.handlings.push_back({handling.agent_id(), start, end});
  }
  return result;
}

domain::Order ToDomain(const v1::Order& proto, std::string_view currency, Problems& problems) {
  RowChecker check(problems);
  domain::Order result;
  check.Id("order_id", proto.order_id());
  check.Id("customer_id", proto.customer_id());
  check.Text("source_state", proto.source_state(), kMaxShortText);
  result.id = proto.order_id();
  result.customer_id = proto.customer_id();
  result.new_buyer = proto.new_buyer();
  result.exclusion = check.Exclusion(proto.exclusion());
  result.source_state = proto.source_state();
  if (proto.has_create_time()) {
    result.create_us = check.Time("create_time", proto.create_time());
  } else {
    check.Fail("create_time", "MISSING_FIELD", "is required");
  }
  // Carriers' scans are unreliable: only payment before the order itself is refused.
  if (proto.has_pay_time()) result.pay_us = check.Time("pay_time", proto.pay_time());
  if (proto.has_ship_time()) result.ship_us = check.Time("ship_time", proto.ship_time());
  if (proto.has_sign_time()) result.sign_us = check.Time("sign_time", proto.sign_time());
  if (proto.has_promise_time())
    result.promise_us = check.Time("promise_time", proto.promise_time());
  if (result.pay_us && *result.pay_us < result.create_us) {
    check.Fail("pay_time", "TIME_ORDER", "must not lie before create_time");
  }
  if (proto.has_paid()) result.paid_minor = check.Money("paid", proto.paid(), currency);
  if (result.paid_minor == 0) result.paid_minor.reset();  // nothing was paid
  if (proto.items_size() > kMaxItems) {
    check.Fail("items", "TOO_LONG", "must hold at most 1000 items");
    return result;
  }
  for (int i = 0; i < proto.items_size(); ++i) {
    const v1::OrderItem& item = proto.items(i);
    const auto path = [i](std::string_view field) { return fmt::format("items[{}].{}", i, field); };
    domain::OrderItem& line = result.items.emplace_back();
    check.Id(path("sku"), item.sku());
    check.Text(path("category"), item.category(), kMaxShortText);
    if (item.quantity() < 1) check.Fail(path("quantity"), "OUT_OF_RANGE", "must be at least 1");
    line.sku = item.sku();
    line.category = item.category();
    line.quantity = item.quantity();
    if (item.has_price()) line.price_minor = check.Money(path("price"), item.price(), currency);
    if (item.has_freight())
      line.freight_minor = check.Money(path("freight"), item.freight(), currency);
    if (item.has_ship_limit_time())
      line.ship_limit_us = check.Time(path("ship_limit_time"), item.ship_limit_time());
  }
  return result;
}

domain::Refund ToDomain(const v1::Refund& proto, std::string_view currency, Problems& problems) {
  RowChecker check(problems);
  check.Id("refund_id", proto.refund_id());
  check.Id("order_id", proto.order_id());
  check.Text("reason", proto.reason(), kMaxShortText);
  domain::Refund result{proto.refund_id(), proto.order_id(), 0, 0, proto.reason()};
  if (proto.has_refund_time()) {
    result.time_us = check.Time("refund_time", proto.refund_time());
  } else {
    check.Fail("refund_time", "MISSING_FIELD", "is required");
  }
  result.amount_minor = check.Money("amount", proto.amount(), currency);
  if (result.amount_minor == 0)
    check.Fail("amount.minor_units", "OUT_OF_RANGE", "must be greater than 0");
  return result;
}

domain::Review ToDomain(const v1::Review& proto, Problems& problems) {
  RowChecker check(problems);
  check.Id("review_id", proto.review_id());
  check.Id("order_id", proto.order_id());
  check.Text("text", proto.text(), kMaxText);
  domain::Review result;
  result.id = proto.review_id();
  result.order_id = proto.order_id();
  result.score = proto.score();
  result.text = proto.text();
  if (proto.score() < 1 || proto.score() > 5) check.Fail("score", "OUT_OF_RANGE", "must be 1 to 5");
  if (proto.has_create_time()) {
    result.create_us = check.Time("create_time", proto.create_time());
  } else {
    check.Fail("create_time", "MISSING_FIELD", "is required");
  }
  if (proto.has_answer_time()) {
    result.answer_us = check.Time("answer_time", proto.answer_time());
    if (*result.answer_us < result.create_us) {
      check.Fail("answer_time", "TIME_ORDER", "must not lie before create_time");
    }
  }
  return result;
}

}  // namespace kefu::performance::convert
