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
  bool operator==(const OrderLine&) const = default;
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

// The fields, as the contract names them, in which two states of an order say otherwise. In which
// order their lines stand says nothing.
std::vector<std::string> DifferentFields(const Order& a, const Order& b);

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
// FAILED_PRECONDITION ORDER_MISMATCH; pieces that are in the order and no more left of it
// PIECES_PAID_BACK.
absl::StatusOr<int64_t> PaidFor(const Order& order, std::span<const CaseLine> pieces,
                                std::span<const CaseLine> before);

// FAILED_PRECONDITION PIECES_PAID_BACK where less than these pieces is left of the order after
// those that were paid back before. Pieces that the order does not have are not asked about.
absl::Status CheckNotPaidBack(const Order& order, std::span<const CaseLine> pieces,
                              std::span<const CaseLine> before);

// Those of the pieces that the order has and that were not paid back before.
std::vector<CaseLine> NotPaidBack(const Order& order, std::span<const CaseLine> pieces,
                                  std::span<const CaseLine> before);

// Which of the pieces an amount pays back that somebody grants for them: those that are left where
// it reaches what they are worth, none below that, or where they are worth nothing, since it is a
// goodwill then. FAILED_PRECONDITION PIECES_PAID_BACK where it is more than they are worth and some
// of the pieces were paid back before: it would pay for those again. Pieces that the order does not
// have are not asked about. MONEY_OVERFLOW.
absl::StatusOr<std::vector<CaseLine>> PaidBackBy(const Order& order,
                                                 std::span<const CaseLine> pieces,
                                                 std::span<const CaseLine> before, int64_t amount);

// What goods that are sent cost the merchant at least.
struct SentWorth {
  int64_t minor = 0;  // of what is known
  bool known = true;  // false: of some pieces nobody knows a price, so that they cost something
};
// By what was paid for as many pieces of the order, those beyond its quantity at the line's price
// per piece. A SKU that the order does not have has no known price, nor has one for which nothing
// was paid, unless it is a gift and no more of it is sent than the order has.
absl::StatusOr<SentWorth> WorthOfSent(const Order& order, std::span<const CaseLine> sent);

// What leaves by an exchange.
struct ExchangeWorth {
  SentWorth sent;    // all of it
  SentWorth beyond;  // by how much it is worth more than what comes back
};
// A piece that comes back stands for one of its SKU first, then for any other. `vouched`: somebody
// has said what the buyer pays or gets beside. Then, where no more pieces leave than come back, one
// of which nobody knows a price is worth what the piece was that it replaces, the dearest first.
absl::StatusOr<ExchangeWorth> WorthOfExchange(const Order& order, std::span<const CaseLine> sent,
                                              std::span<const CaseLine> back, bool vouched);

}  // namespace kefu::aftersales::domain
