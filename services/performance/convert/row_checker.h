// Checks of single fields of a row: each fault is told by itself.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "services/performance/convert/facts.h"

namespace kefu::performance::convert {

// Far above any payment in any currency, far enough below int64 for the sum of a period's orders.
inline constexpr int64_t kMaxMoneyMinor = 1'000'000'000'000;
// Before 1990 no source reaches back; after 2100 a unit was mistaken (milliseconds for seconds).
inline constexpr int64_t kEarliestSeconds = 631152000;
inline constexpr int64_t kLatestSeconds = 4102444800;

class RowChecker {
 public:
  explicit RowChecker(Problems& problems) : problems_(problems) {}

  void Fail(std::string field, std::string reason, std::string description) {
    problems_.push_back({std::move(field), std::move(reason), std::move(description)});
  }

  void Id(std::string field, std::string_view id) {
    if (id.empty()) {
      Fail(std::move(field), "MISSING_FIELD", "is required");
    } else if (!IsSourceId(id)) {
      Fail(std::move(field), "BAD_ID", "must be 1 to 64 printable ASCII characters");
    }
  }

  void OptionalId(std::string field, std::string_view id) {
    if (!id.empty()) Id(std::move(field), id);
  }

  void Text(std::string field, std::string_view text, size_t most) {
    if (text.size() > most * 4)
      Fail(std::move(field), "TOO_LONG", fmt::format("must be at most {} characters", most));
  }

  int64_t Time(std::string field, const google::protobuf::Timestamp& time) {
    if (time.seconds() < kEarliestSeconds || time.seconds() >= kLatestSeconds || time.nanos() < 0 ||
        time.nanos() > 999'999'999) {
      Fail(std::move(field), "BAD_TIME", "must be a time between 1990 and 2100");
      return 0;
    }
    return time.seconds() * 1'000'000 + time.nanos() / 1000;
  }

  int64_t Money(std::string field, const kefu::common::v1::Money& money,
                std::string_view currency) {
    if (money.currency_code() != currency) {
      Fail(
          field + ".currency_code", "CURRENCY_MISMATCH",
          fmt::format("must be the shop's currency {}, not '{}'", currency, money.currency_code()));
    }
    if (money.minor_units() < 0) {
      Fail(field + ".minor_units", "NEGATIVE_MONEY",
           fmt::format("must not be negative, is {}", money.minor_units()));
    } else if (money.minor_units() > kMaxMoneyMinor) {
      Fail(field + ".minor_units", "OUT_OF_RANGE",
           fmt::format("must be at most {}", kMaxMoneyMinor));
    }
    return money.minor_units();
  }

  domain::Exclusion Exclusion(v1::Exclusion value) {
    switch (value) {
      case v1::EXCLUSION_UNSPECIFIED:
        return domain::Exclusion::kNone;
      case v1::EXCLUSION_ADVERTISEMENT:
        return domain::Exclusion::kAdvertisement;
      case v1::EXCLUSION_FRAUD:
        return domain::Exclusion::kFraud;
      default:
        Fail("exclusion", "BAD_ENUM", "is not a known value");
        return domain::Exclusion::kNone;
    }
  }

  std::optional<domain::Channel> Channel(v1::Channel value) {
    switch (value) {
      case v1::CHANNEL_UNSPECIFIED:
      case v1::CHANNEL_CHAT:
        return domain::Channel::kChat;
      case v1::CHANNEL_TELEPHONE:
        return domain::Channel::kTelephone;
      case v1::CHANNEL_EMAIL:
        return domain::Channel::kEmail;
      case v1::CHANNEL_WORK_ORDER:
        return domain::Channel::kWorkOrder;
      default:
        Fail("channel", "BAD_ENUM", "is not a known value");
        return std::nullopt;
    }
  }

  domain::Side Side(const std::string& field, v1::Side value) {
    switch (value) {
      case v1::SIDE_CUSTOMER:
        return domain::Side::kCustomer;
      case v1::SIDE_AGENT:
        return domain::Side::kAgent;
      case v1::SIDE_ROBOT:
        return domain::Side::kRobot;
      default:
        Fail(field, "BAD_ENUM", "must be SIDE_CUSTOMER, SIDE_AGENT or SIDE_ROBOT");
        return domain::Side::kRobot;
    }
  }

 private:
  Problems& problems_;
};

}  // namespace kefu::performance::convert
