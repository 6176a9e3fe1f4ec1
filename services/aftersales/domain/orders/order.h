// Orders as after-sales knows them, and what they bound. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/money/money.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::domain {

struct OrderLine {
  std::string sku;  // unique in the order
  std::string category;
  int64_t quantity = 0;
  int64_t price_minor = 0;  // of the line, before what is taken off the order as a whole
};

struct Order {
  std::string org_id;
  std::string shop_id;
  std::string order_id;  // unique in the shop
  std::string customer_id;
  std::string currency;
  int64_t paid_minor = 0;     // by the buyer, freight included
  int64_t freight_minor = 0;  // of it
  absl::Time create_time;
  std::optional<absl::Time> pay_time, promised_ship_time, ship_time, sign_time;
  std::string waybill;
  std::string carrier;
  std::string reservation_id;  // the warehouse's; empty: none
  std::string agent_id;        // who sold it; empty: nobody
  std::vector<OrderLine> lines;
  absl::Time told;  // the source's time of this state
};

// Whether a case of this kind is about an order. Work orders are complaints as well, and the
// platform does not always name one.
bool NeedsOrder(CaseKind kind);

// What a new case says must fit its order: FAILED_PRECONDITION ORDER_MISMATCH with every fault (the
// buyer is another one; a line's SKU or its pieces are not in the order). Then what the case does
// not say is taken from the order: buyer, waybill, day of purchase in the zone, categories of
// lines.
absl::Status TakeFromOrder(const Order& order, absl::TimeZone zone, Case& record);

// What was paid for each line: paid − freight, spread by the lines' prices (by pieces where all of
// them are free) so that the parts add up. MONEY_OVERFLOW.
absl::StatusOr<std::vector<int64_t>> PaidByLine(const Order& order);

// Whether the buyer has paid anything for it.
bool IsPaid(const Order& order);

// The pieces beyond those that were paid back before, in the order's order; SKUs of which none is
// left are left out.
std::vector<CaseLine> PiecesLeft(const Order& order, std::span<const CaseLine> before);

// What was paid for these pieces; those of a line are worth its share, rounded down but for the
// last ones, so that all pieces together are worth what was paid. `before` are the pieces that were
// paid back earlier. Lines of a SKU that is not in the order, and pieces beyond it, are
// FAILED_PRECONDITION ORDER_MISMATCH.
absl::StatusOr<int64_t> PaidFor(const Order& order, std::span<const CaseLine> pieces,
                                std::span<const CaseLine> before);

}  // namespace kefu::aftersales::domain
