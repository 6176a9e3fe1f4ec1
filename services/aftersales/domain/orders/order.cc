#include "services/aftersales/domain/orders/order.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/errors_processes.h"

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

int64_t Total(const Pieces& pieces) {
  int64_t total = 0;
  for (const auto& [sku, quantity] : pieces) total += quantity;
  return total;
}

// Pieces of a line, and what was paid for the line.
struct Priced {
  int64_t pieces = 0;
  int64_t paid = 0;      // for the line; 0 of a gift
  int64_t quantity = 0;  // of the line
};
struct Prices {
  std::vector<Priced> known;
  int64_t unknown = 0;  // pieces of which nobody knows a price
};

// Adds some pieces of the line; what is too much for a number is the largest one.
void AddWorth(const Priced& line, int64_t pieces, SentWorth& worth) {
  const __int128 sum = worth.minor + static_cast<__int128>(line.paid) * pieces / line.quantity;
  worth.minor = static_cast<int64_t>(std::min<__int128>(sum, std::numeric_limits<int64_t>::max()));
}

// Adds that many of the pieces, the dearest first; they are not known where there are fewer.
void AddDearest(std::vector<Priced> lines, int64_t pieces, SentWorth& worth) {
  std::ranges::sort(lines, [](const Priced& a, const Priced& b) {
    return static_cast<__int128>(a.paid) * b.quantity > static_cast<__int128>(b.paid) * a.quantity;
  });
  for (const Priced& line : lines) {
    const int64_t some = std::min(line.pieces, pieces);
    AddWorth(line, some, worth);
    pieces -= some;
  }
  if (pieces > 0) worth.known = false;
}

SentWorth WorthOf(const Prices& prices) {
  SentWorth worth{.known = prices.unknown == 0};
  for (const Priced& line : prices.known) AddWorth(line, line.pieces, worth);
  return worth;
}

absl::StatusOr<Prices> PricesOf(const Order& order, const Pieces& pieces) {
  Prices prices;
  if (order.lines.empty()) {
    prices.unknown = Total(pieces);
    return prices;
  }
  ASSIGN_OR_RETURN(const std::vector<int64_t> paid, PaidByLine(order));
  for (const auto& [sku, quantity] : pieces) {
    const auto line = std::ranges::find(order.lines, sku, &OrderLine::sku);
    const int64_t share = line == order.lines.end() ? 0 : paid[line - order.lines.begin()];
    const bool gift =
        line != order.lines.end() && line->price_minor == 0 && quantity <= line->quantity;
    if (share > 0 || gift) {
      prices.known.push_back({quantity, share, line->quantity});
    } else {
      prices.unknown += quantity;
    }
  }
  return prices;
}

// Takes from both what both have.
void TakeCommon(Pieces& a, Pieces& b) {
  for (auto& [sku, quantity] : a) {
    const auto same = b.find(sku);
    if (same == b.end()) continue;
    const int64_t common = std::min(quantity, same->second);
    quantity -= common;
    same->second -= common;
  }
  const auto none = [](const auto& one) { return one.second == 0; };
  std::erase_if(a, none);
  std::erase_if(b, none);
}

}  // namespace

std::vector<std::string> DifferentFields(const Order& a, const Order& b) {
  std::vector<std::string> fields;
  const auto compare = [&](const char* field, bool same) {
    if (!same) fields.emplace_back(field);
  };
  compare("customer_id", a.customer_id == b.customer_id);
  compare("paid", a.currency == b.currency && a.paid_minor == b.paid_minor);
  compare("freight", a.freight_minor == b.freight_minor);
  compare("create_time", a.create_time == b.create_time);
  compare("pay_time", a.pay_time == b.pay_time);
  compare("promised_ship_time", a.promised_ship_time == b.promised_ship_time);
  compare("ship_time", a.ship_time == b.ship_time);
  compare("sign_time", a.sign_time == b.sign_time);
  compare("waybill", a.waybill == b.waybill);
  compare("carrier", a.carrier == b.carrier);
  compare("reservation_id", a.reservation_id == b.reservation_id);
  compare("agent_id", a.agent_id == b.agent_id);
  std::vector<OrderLine> left = a.lines, right = b.lines;
  std::ranges::sort(left, {}, &OrderLine::sku);
  std::ranges::sort(right, {}, &OrderLine::sku);
  compare("lines", left == right);
  return fields;
}

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
  std::vector<std::string> faults;
  CheckPieces(order, now, faults);
  if (!faults.empty()) return error::OrderMismatch(order.order_id, faults);
  RETURN_IF_ERROR(CheckNotPaidBack(order, pieces, before));
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

absl::Status CheckNotPaidBack(const Order& order, std::span<const CaseLine> pieces,
                              std::span<const CaseLine> before) {
  const Pieces earlier = PiecesOf(before);
  for (const auto& [sku, quantity] : PiecesOf(pieces)) {
    const auto line = std::ranges::find(order.lines, sku, &OrderLine::sku);
    const auto gone = earlier.find(sku);
    if (line == order.lines.end() || gone == earlier.end()) continue;
    const int64_t left = std::max<int64_t>(line->quantity - gone->second, 0);
    if (quantity > left) return error::PiecesPaidBack(order.order_id, sku, quantity, left);
  }
  return absl::OkStatus();
}

std::vector<CaseLine> NotPaidBack(const Order& order, std::span<const CaseLine> pieces,
                                  std::span<const CaseLine> before) {
  const Pieces named = PiecesOf(pieces);
  std::vector<CaseLine> left = PiecesLeft(order, before);
  for (CaseLine& line : left) {
    const auto wanted = named.find(line.sku);
    line.quantity = std::min(line.quantity, wanted == named.end() ? 0 : wanted->second);
  }
  std::erase_if(left, [](const CaseLine& line) { return line.quantity == 0; });
  return left;
}

absl::StatusOr<std::vector<CaseLine>> PaidBackBy(const Order& order,
                                                 std::span<const CaseLine> pieces,
                                                 std::span<const CaseLine> before, int64_t amount) {
  std::vector<CaseLine> left = NotPaidBack(order, pieces, before);
  ASSIGN_OR_RETURN(const int64_t worth, PaidFor(order, left, before));
  if (amount > worth) RETURN_IF_ERROR(CheckNotPaidBack(order, pieces, before));
  if (worth == 0 || amount < worth) return std::vector<CaseLine>();
  return left;
}

absl::StatusOr<SentWorth> WorthOfSent(const Order& order, std::span<const CaseLine> sent) {
  ASSIGN_OR_RETURN(const Prices prices, PricesOf(order, PiecesOf(sent)));
  return WorthOf(prices);
}

absl::StatusOr<ExchangeWorth> WorthOfExchange(const Order& order, std::span<const CaseLine> sent,
                                              std::span<const CaseLine> back, bool vouched) {
  Pieces leave = PiecesOf(sent), come = PiecesOf(back);
  const bool no_more = Total(leave) <= Total(come);
  ASSIGN_OR_RETURN(const Prices all, PricesOf(order, leave));
  TakeCommon(leave, come);
  ASSIGN_OR_RETURN(const Prices others, PricesOf(order, leave));
  ASSIGN_OR_RETURN(const Prices replaced, PricesOf(order, come));
  ExchangeWorth worth{.sent = WorthOf(all), .beyond = WorthOf(others)};
  if (vouched && no_more && others.unknown > 0) {
    worth.sent.known = all.unknown == others.unknown;
    worth.beyond.known = true;
    AddDearest(replaced.known, others.unknown, worth.sent);
    AddDearest(replaced.known, others.unknown, worth.beyond);
  }
  worth.beyond.minor = std::max<int64_t>(worth.beyond.minor - WorthOf(replaced).minor, 0);
  return worth;
}

}  // namespace kefu::aftersales::domain
