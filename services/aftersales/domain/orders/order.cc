#include "services/aftersales/domain/orders/order.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/aftersales/errors.h"

namespace kefu::aftersales::domain {
namespace {

using Pieces = std::map<std::string, int64_t, std::less<>>;

Pieces PiecesOf(std::span<const CaseLine> lines) {
  Pieces pieces;
  for (const CaseLine& line : lines) pieces[line.sku] += line.quantity;
  return pieces;
}

// Adds a fault for each SKU that the order has none or too few pieces of.
void CheckPieces(const Order& order, const Pieces& wanted, std::vector<std::string>& faults) {
  for (const auto& [sku, quantity] : wanted) {
    const auto line = std::ranges::find(order.lines, sku, &OrderLine::sku);
    if (line == order.lines.end()) {
      faults.push_back(fmt::format("SKU {} is not in the order", sku));
    } else if (quantity > line->quantity) {
      faults.push_back(
          fmt::format("the order has {} pieces of SKU {}, not {}", line->quantity, sku, quantity));
    }
  }
}

// What `count` pieces of a line are worth together, counted from the first.
int64_t Worth(int64_t line_minor, int64_t count, int64_t of) {
  // Rounded down: what is left over belongs to the last pieces.
  return static_cast<int64_t>(static_cast<__int128>(line_minor) * count / of);
}

}  // namespace

bool NeedsOrder(CaseKind kind) {
  return kind != CaseKind::kServiceComplaint && kind != CaseKind::kPlatformEmail &&
         kind != CaseKind::kPlatformWorkOrder;
}

absl::Status TakeFromOrder(const Order& order, absl::TimeZone zone, Case& record) {
  std::vector<std::string> faults;
  if (!record.customer_id.empty() && !order.customer_id.empty() &&
      record.customer_id != order.customer_id) {
    faults.push_back("another buyer made the order");
  }
  CheckPieces(order, PiecesOf(record.lines), faults);
  if (!faults.empty()) return error::OrderMismatch(order.order_id, faults);
  if (record.customer_id.empty()) record.customer_id = order.customer_id;
  if (record.waybill.empty()) record.waybill = order.waybill;
  if (!record.purchase_date) record.purchase_date = absl::ToCivilDay(order.create_time, zone);
  for (CaseLine& line : record.lines) {
    if (!line.category.empty()) continue;
    line.category = std::ranges::find(order.lines, line.sku, &OrderLine::sku)->category;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<int64_t>> PaidByLine(const Order& order) {
  std::vector<int64_t> prices, pieces;
  for (const OrderLine& line : order.lines) {
    prices.push_back(line.price_minor);
    pieces.push_back(line.quantity);
  }
  const bool free = std::ranges::all_of(prices, [](int64_t price) { return price == 0; });
  return SplitLargestRemainder(order.paid_minor - order.freight_minor, free ? pieces : prices);
}

bool IsPaid(const Order& order) { return order.pay_time && order.paid_minor > 0; }

std::vector<CaseLine> PiecesLeft(const Order& order, std::span<const CaseLine> before) {
  const Pieces earlier = PiecesOf(before);
  std::vector<CaseLine> left;
  for (const OrderLine& line : order.lines) {
    const auto gone = earlier.find(line.sku);
    const int64_t pieces = line.quantity - (gone == earlier.end() ? 0 : gone->second);
    if (pieces > 0) left.push_back({line.sku, line.category, pieces});
  }
  return left;
}

absl::StatusOr<int64_t> PaidFor(const Order& order, std::span<const CaseLine> pieces,
                                std::span<const CaseLine> before) {
  const Pieces now = PiecesOf(pieces), earlier = PiecesOf(before);
  Pieces all = earlier;
  for (const auto& [sku, quantity] : now) all[sku] += quantity;
  std::vector<std::string> faults;
  CheckPieces(order, all, faults);
  if (!faults.empty()) return error::OrderMismatch(order.order_id, faults);
  ASSIGN_OR_RETURN(const std::vector<int64_t> paid, PaidByLine(order));
  int64_t sum = 0;
  for (const auto& [sku, quantity] : now) {
    const auto line = std::ranges::find(order.lines, sku, &OrderLine::sku);
    const int64_t of_line = paid[line - order.lines.begin()];
    const auto then = earlier.find(sku);
    const int64_t first = then == earlier.end() ? 0 : then->second;
    sum += Worth(of_line, first + quantity, line->quantity) - Worth(of_line, first, line->quantity);
  }
  return sum;
}

}  // namespace kefu::aftersales::domain
