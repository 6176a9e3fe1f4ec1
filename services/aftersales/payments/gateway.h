// How money leaves: the one interface that a platform's adapter implements.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/money/money.h"

namespace kefu::aftersales {

// What is to be moved.
struct PaymentOrder {
  std::string payment_id;  // unique for ever; names the payment on both sides
  std::string org_id;
  std::string shop_id;
  std::string order_id;
  std::string purpose;  // of the contract, for example "REFUND"; tells which way money goes
  std::string party;    // the buyer's opaque id or the merchant
  Money amount;         // above 0
  std::string memo;

  friend bool operator==(const PaymentOrder&, const PaymentOrder&) = default;
};

struct PaymentReceipt {
  std::string receipt;  // the gateway's own number
  absl::Time pay_time;
  friend bool operator==(const PaymentReceipt&, const PaymentReceipt&) = default;
};

// Thread-safe. Idempotent by payment_id, for ever: the same order again answers the same receipt
// and moves nothing.
class PaymentGateway {
 public:
  virtual ~PaymentGateway() = default;

  // Moves the money; when it answers OK that has happened for good. FAILED_PRECONDITION
  // PAYMENT_ID_REUSED for a known id with other content, and whatever the gateway refuses for good;
  // UNAVAILABLE, DEADLINE_EXCEEDED: not known, to be tried again.
  virtual absl::StatusOr<PaymentReceipt> Pay(const PaymentOrder& order) = 0;

  // The receipt of a payment that was made, or nothing.
  virtual absl::StatusOr<std::optional<PaymentReceipt>> Find(std::string_view payment_id) = 0;
};

}  // namespace kefu::aftersales
