// What an order's payments make of it. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace kefu::performance::domain {

struct Payment {
  std::string id, order_id;
  int64_t time_us = 0;
  int64_t amount_minor = 0;  // 0: taken back
  bool deposit = false;
  bool operator==(const Payment&) const = default;
};

// When an order was paid, and how much. Of no payments: nothing.
struct Paid {
  std::optional<int64_t> pay_us;      // the first payment that is no deposit
  std::optional<int64_t> paid_minor;  // all of them, deposits too
  bool operator==(const Paid&) const = default;
};
Paid PaidBy(std::span<const Payment> payments);

}  // namespace kefu::performance::domain
