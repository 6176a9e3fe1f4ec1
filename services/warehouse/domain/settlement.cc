#include "services/warehouse/domain/settlement.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"

namespace kefu::warehouse::domain {
namespace {

constexpr int64_t kAllBps = 10'000;
constexpr int64_t kMm3PerDm3 = 1'000'000;

bool IsStock(LedgerAccount account) {
  return account == LedgerAccount::kFree || account == LedgerAccount::kReserved ||
         account == LedgerAccount::kInTransit;
}

bool IsFee(SettlementLineKind kind) { return kind >= SettlementLineKind::kEntry; }

// Days of one version of the terms in one month.
struct Segment {
  Period days;
  const OwnerTerms* terms;
};

std::vector<Segment> SegmentsOf(const SettlementInput& input) {
  std::vector<Segment> segments;
  for (const Period& month : ByMonths(input.period)) {
    for (absl::CivilDay day = month.first; day <= month.last; ++day) {
      const OwnerTerms* terms = TermsOn(input.terms, day);
      if (day == month.first || segments.back().terms != terms) {
        segments.push_back({{day, day}, terms});
      } else {
        segments.back().days.last = day;
      }
    }
  }
  return segments;
}

// The rate for a size class: its own, else the one for all; nullptr when there is none.
const FeeRate* RateFor(std::span<const FeeRate> rates, SizeClass size_class) {
  const FeeRate* general = nullptr;
  for (const FeeRate& rate : rates) {
    if (rate.size_class == size_class) return &rate;
    if (rate.size_class == SizeClass::kUnspecified) general = &rate;
  }
  return general;
}

// quantity × rate, rounded.
absl::StatusOr<Money> FeeAmount(const SettlementLine& line) {
  if (line.volume_mm3 == 0) return MulRatio(line.price, line.quantity, line.price_per);
  ASSIGN_OR_RETURN(const Money volume, Multiply({"", line.volume_mm3}, line.quantity));
  return MulRatio(line.price, volume.minor, line.price_per * kMm3PerDm3);
}

// price × quantity less commission, rounded.
absl::StatusOr<Money> TradeAmount(const SettlementLine& line) {
  ASSIGN_OR_RETURN(const Money gross, Multiply(line.price, line.quantity));
  return MulRatio(gross, kAllBps - line.commission_bps, kAllBps);
}

// Collects the lines of one computation.
class Book {
 public:
  explicit Book(const SettlementInput& input)
      : input_(input), currency_(input.terms.back().currency) {}

  std::string_view currency() const { return currency_; }

  // Goods sold or bought, at the price list of the terms.
  absl::Status AddTrade(SettlementLineKind kind, const OwnerTerms* terms, const Period& days,
                        const std::string& sku_id, int64_t quantity) {
    if (quantity == 0) return absl::OkStatus();
    const auto has_price = [&](const OwnerTerms& t) { return t.prices.contains(sku_id); };
    const OwnerTerms* const source = Agreed(terms, days.last, has_price);
    SettlementLine line = NewLine(kind, source == nullptr ? terms : source, days, sku_id, quantity);
    if (source == nullptr) return AddProblem(std::move(line), SettlementProblem::kNoPrice);
    const SkuPrice& price = source->prices.find(sku_id)->second;
    line.price = price.price;
    if (kind == SettlementLineKind::kSale) {
      const OwnerTerms& rules = terms == nullptr ? *source : *terms;
      line.commission_bps = rules.commission_bps;
      line.due_date = CycleEnd(rules.settle_cycle, days.last) + rules.payment_days;
    } else {
      line.vendor_id = price.vendor_id;
      line.due_date = days.last + price.payment_days;
    }
    ASSIGN_OR_RETURN(line.amount, TradeAmount(line));
    lines_.push_back(std::move(line));
    return absl::OkStatus();
  }

  // A fee by size class; no rates, no fee.
  absl::Status AddFee(SettlementLineKind kind, const Segment& segment, const std::string& sku_id,
                      int64_t quantity, std::vector<FeeRate> OwnerTerms::*rates) {
    if (quantity == 0 || (segment.terms->*rates).empty()) return absl::OkStatus();
    SkuFacts facts;
    if (const auto found = input_.skus.find(sku_id); found != input_.skus.end()) {
      facts = found->second;
    }
    const OwnerTerms* const source =
        Agreed(segment.terms, segment.days.last,
               [&](const OwnerTerms& t) { return RateFor(t.*rates, facts.size_class) != nullptr; });
    SettlementLine line =
        NewLine(kind, source == nullptr ? segment.terms : source, segment.days, sku_id, quantity);
    line.size_class = facts.size_class;
    line.due_date = FeesDue(segment);
    if (source == nullptr) return AddProblem(std::move(line), SettlementProblem::kNoRate);
    const FeeRate* const rate = RateFor(source->*rates, facts.size_class);
    line.price = rate->price;
    line.price_per = rate->per;
    if (rate->by_volume) {
      if (facts.volume_mm3 == 0) {
        return AddProblem(std::move(line), SettlementProblem::kNoDimensions);
      }
      line.volume_mm3 = facts.volume_mm3;
    }
    ASSIGN_OR_RETURN(line.amount, FeeAmount(line));
    lines_.push_back(std::move(line));
    return absl::OkStatus();
  }

  // So much for each of the orders.
  absl::Status AddOrders(const Segment& segment, int64_t orders) {
    if (orders == 0) return absl::OkStatus();
    SettlementLine line =
        NewLine(SettlementLineKind::kHandlingOrder, segment.terms, segment.days, "", orders);
    line.due_date = FeesDue(segment);
    line.price = segment.terms->order_rate->price;
    line.price_per = segment.terms->order_rate->per;
    ASSIGN_OR_RETURN(line.amount, FeeAmount(line));
    lines_.push_back(std::move(line));
    return absl::OkStatus();
  }

  // What lacks to the minimum of one calendar month, after the fees of those of its segments that
  // have one: a change of other terms within the month changes nothing. One line, by the terms of
  // the last of them.
  absl::Status AddMinimum(std::span<const Segment> month) {
    std::optional<Money> missing;
    const Segment* last = nullptr;
    Period days;
    for (const Segment& segment : month) {
      if (segment.terms == nullptr || !segment.terms->monthly_minimum) continue;
      ASSIGN_OR_RETURN(const Money least, MonthPart(*segment.terms->monthly_minimum, segment.days));
      if (!missing) {
        missing = least;
        days = segment.days;
      } else {
        ASSIGN_OR_RETURN(missing, Add(*missing, least));
      }
      for (const SettlementLine& line : lines_) {
        if (!IsFee(line.kind) || line.days != segment.days) continue;
        ASSIGN_OR_RETURN(missing, Sub(*missing, line.amount));
      }
      last = &segment;
      days.last = segment.days.last;
    }
    if (!missing || missing->minor <= 0) return absl::OkStatus();
    SettlementLine line = NewLine(SettlementLineKind::kMinimum, last->terms, days, "", days.days());
    line.due_date = FeesDue(*last);
    line.price = *last->terms->monthly_minimum;
    line.amount = *missing;
    lines_.push_back(std::move(line));
    return absl::OkStatus();
  }

  std::vector<SettlementLine> Take() {
    std::ranges::stable_sort(lines_, {}, [](const SettlementLine& line) {
      return std::make_tuple(line.kind, std::string_view(line.sku_id), line.days.first);
    });
    return std::move(lines_);
  }

 private:
  SettlementLine NewLine(SettlementLineKind kind, const OwnerTerms* terms, const Period& days,
                         const std::string& sku_id, int64_t quantity) const {
    SettlementLine line;
    line.kind = kind;
    line.sku_id = sku_id;
    line.days = days;
    line.due_date = days.last;
    line.terms_version = terms == nullptr ? 0 : terms->version;
    line.quantity = quantity;
    line.price = {std::string(currency_), 0};
    line.amount = {std::string(currency_), 0};
    return line;
  }

  // The terms that say what is asked for: those in force, else of the versions that hold later the
  // first one made that does. Later versions have higher numbers, so a choice once made stays.
  template <class F>
  const OwnerTerms* Agreed(const OwnerTerms* in_force, absl::CivilDay day, F says) const {
    if (in_force != nullptr && says(*in_force)) return in_force;
    const OwnerTerms* first = nullptr;
    for (const OwnerTerms& terms : input_.terms) {
      if (terms.effective_from <= day || !says(terms)) continue;
      if (first == nullptr || terms.version < first->version) first = &terms;
    }
    return first;
  }

  absl::CivilDay FeesDue(const Segment& segment) const {
    return input_.period.last + segment.terms->fee_payment_days;
  }

  absl::Status AddProblem(SettlementLine line, SettlementProblem problem) {
    line.problem = problem;
    lines_.push_back(std::move(line));
    return absl::OkStatus();
  }

  const SettlementInput& input_;
  std::string_view currency_;
  std::vector<SettlementLine> lines_;
};

// One SKU by day: index 0 is HistoryFrom.
struct SkuDays {
  struct Day {
    int64_t sold = 0, returned = 0;               // at every node
    int64_t received = 0, sent_back = 0;          // at every node
    int64_t entered = 0, shipped = 0;             // in the house
    int64_t arrived = 0, between = 0, delta = 0;  // in the house; between: the legs of moves
  };
  std::vector<Day> days;
};

void Count(const Flow& flow, SkuDays::Day& day) {
  if (flow.to == LedgerAccount::kCustomer) day.sold += flow.quantity;
  if (flow.from == LedgerAccount::kCustomer) day.returned += flow.quantity;
  if (flow.from == LedgerAccount::kSupplier) day.received += flow.quantity;
  if (flow.to == LedgerAccount::kVendor) day.sent_back += flow.quantity;
  if (!flow.in_house) return;
  if (flow.from == LedgerAccount::kSupplier) day.entered += flow.quantity;
  if (flow.to == LedgerAccount::kCustomer) day.shipped += flow.quantity;
  day.delta += flow.delta();
  if (flow.from == LedgerAccount::kClearing || flow.to == LedgerAccount::kClearing) {
    day.between += flow.delta();
  } else if (IsStock(flow.to)) {
    day.arrived += flow.quantity;
  }
}

class Computation {
 public:
  explicit Computation(const SettlementInput& input)
      : input_(input),
        from_(HistoryFrom(input.period, input.terms)),
        segments_(SegmentsOf(input)),
        book_(input) {}

  absl::StatusOr<std::vector<SettlementLine>> Run() {
    const bool own = input_.kind == StockOwnerKind::kOwnBoughtIn;
    const bool sells =
        input_.kind == StockOwnerKind::kConsignment || input_.kind == StockOwnerKind::kMakerHeld;
    for (const auto& [sku_id, days] : Arrange()) {
      if (own) {
        RETURN_IF_ERROR(Purchases(sku_id, days));
        continue;
      }
      if (sells) {
        RETURN_IF_ERROR(Sales(sku_id, days));
      }
      RETURN_IF_ERROR(Fees(sku_id, days));
    }
    if (!own) {
      RETURN_IF_ERROR(OrdersAndMinima());
    }
    return book_.Take();
  }

 private:
  std::map<std::string, SkuDays> Arrange() const {
    std::map<std::string, SkuDays> skus;
    const size_t count = input_.period.last - from_ + 1;
    for (const auto& [sku_id, pieces] : input_.opening) skus[sku_id].days.resize(count);
    for (const Flow& flow : input_.flows) {
      if (flow.day < from_ || flow.day > input_.period.last) continue;
      SkuDays& days = skus[flow.sku_id];
      days.days.resize(count);
      Count(flow, days.days[flow.day - from_]);
    }
    return skus;
  }

  template <class F>
  int64_t SumOver(const SkuDays& days, const Period& period, F value) const {
    int64_t sum = 0;
    for (absl::CivilDay day = period.first; day <= period.last; ++day) {
      sum += value(days.days[day - from_]);
    }
    return sum;
  }

  absl::Status Purchases(const std::string& sku_id, const SkuDays& days) {
    for (const Segment& segment : segments_) {
      for (absl::CivilDay day = segment.days.first; day <= segment.days.last; ++day) {
        const SkuDays::Day& at = days.days[day - from_];
        RETURN_IF_ERROR(book_.AddTrade(SettlementLineKind::kPurchase, segment.terms, {day, day},
                                       sku_id, at.received - at.sent_back));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Sales(const std::string& sku_id, const SkuDays& days) {
    for (const Segment& segment : segments_) {
      const SettleCycle cycle =
          segment.terms == nullptr ? SettleCycle::kMonthly : segment.terms->settle_cycle;
      for (absl::CivilDay day = segment.days.first; day <= segment.days.last;) {
        const Period part{day, std::min(CycleEnd(cycle, day), segment.days.last)};
        const int64_t net =
            SumOver(days, part, [](const SkuDays::Day& d) { return d.sold - d.returned; });
        RETURN_IF_ERROR(
            book_.AddTrade(SettlementLineKind::kSale, segment.terms, part, sku_id, net));
        day = part.last + 1;
      }
    }
    return absl::OkStatus();
  }

  absl::Status Fees(const std::string& sku_id, const SkuDays& days) {
    const auto opening = input_.opening.find(sku_id);
    int64_t level = opening == input_.opening.end() ? 0 : opening->second;
    for (const Segment& segment : segments_) {
      const int64_t piece_days = PieceDays(days, segment, level);
      if (segment.terms == nullptr) continue;
      RETURN_IF_ERROR(
          book_.AddFee(SettlementLineKind::kEntry, segment, sku_id,
                       SumOver(days, segment.days, [](const SkuDays::Day& d) { return d.entered; }),
                       &OwnerTerms::entry_rates));
      RETURN_IF_ERROR(book_.AddFee(SettlementLineKind::kStorage, segment, sku_id, piece_days,
                                   &OwnerTerms::storage_rates));
      RETURN_IF_ERROR(
          book_.AddFee(SettlementLineKind::kHandlingPiece, segment, sku_id,
                       SumOver(days, segment.days, [](const SkuDays::Day& d) { return d.shipped; }),
                       &OwnerTerms::outbound_rates));
    }
    return absl::OkStatus();
  }

  // Charged piece-days of the segment; `level` goes from its first day's beginning to its end.
  int64_t PieceDays(const SkuDays& days, const Segment& segment, int64_t& level) const {
    const int64_t free = segment.terms == nullptr ? 0 : segment.terms->free_days;
    const auto arrived = [&](int64_t at) {
      return days.days[at].arrived + std::max<int64_t>(0, days.days[at].between);
    };
    int64_t young = 0;  // come within the last `free` days
    int64_t at = segment.days.first - from_;
    for (int64_t d = std::max<int64_t>(0, at - free); d < at; ++d) young += arrived(d);
    int64_t charged = 0;
    for (absl::CivilDay day = segment.days.first; day <= segment.days.last; ++day, ++at) {
      level += days.days[at].delta;
      if (free > 0) young += arrived(at);
      if (free > 0 && at - free >= 0) young -= arrived(at - free);
      charged += std::max<int64_t>(0, level - young);
    }
    return charged;
  }

  absl::Status OrdersAndMinima() {
    std::span<const Segment> rest = segments_;
    while (!rest.empty()) {
      const absl::CivilMonth month(rest.front().days.first);
      const auto end = std::ranges::find_if(rest, [&](const Segment& segment) {
        return absl::CivilMonth(segment.days.first) != month;
      });
      const auto segments = rest.first(end - rest.begin());
      RETURN_IF_ERROR(Orders(segments));
      RETURN_IF_ERROR(book_.AddMinimum(segments));
      rest = rest.subspan(segments.size());
    }
    return absl::OkStatus();
  }

  absl::Status Orders(std::span<const Segment> segments) {
    for (const Segment& segment : segments) {
      if (segment.terms != nullptr && segment.terms->order_rate) {
        int64_t orders = 0;
        for (const OrderCount& count : input_.orders) {
          if (segment.days.contains(count.day)) orders += count.orders;
        }
        RETURN_IF_ERROR(book_.AddOrders(segment, orders));
      }
    }
    return absl::OkStatus();
  }

  const SettlementInput& input_;
  const absl::CivilDay from_;
  const std::vector<Segment> segments_;
  Book book_;
};

// Everything by which two lines mean the same.
auto KeyOf(const SettlementLine& line) {
  return std::make_tuple(line.kind, line.sku_id, line.days.first, line.days.last, line.vendor_id,
                         line.due_date, line.terms_version, line.volume_mm3, line.size_class,
                         line.price.currency, line.price.minor, line.price_per, line.commission_bps,
                         line.problem);
}

}  // namespace

int64_t Flow::delta() const {
  if (!in_house) return 0;
  return (IsStock(to) ? quantity : 0) - (IsStock(from) ? quantity : 0);
}

absl::CivilDay HistoryFrom(const Period& period, std::span<const OwnerTerms> terms) {
  int32_t free_days = 0;
  for (const OwnerTerms& version : terms) free_days = std::max(free_days, version.free_days);
  return period.first - free_days;
}

const OwnerTerms* TermsOn(std::span<const OwnerTerms> terms, absl::CivilDay day) {
  const auto after = std::ranges::upper_bound(terms, day, {}, &OwnerTerms::effective_from);
  return after == terms.begin() ? nullptr : &*std::prev(after);
}

absl::StatusOr<std::vector<SettlementLine>> ComputeLines(const SettlementInput& input) {
  return Computation(input).Run();
}

absl::StatusOr<std::vector<SettlementLine>> Corrections(std::span<const SettlementLine> computed,
                                                        std::span<const SettlementLine> booked) {
  std::map<decltype(KeyOf(std::declval<SettlementLine>())), SettlementLine> differences;
  const auto add = [&](const SettlementLine& line, bool negative) -> absl::Status {
    const auto [at, fresh] = differences.try_emplace(KeyOf(line), line);
    SettlementLine& sum = at->second;
    if (fresh) {
      sum.correction = true;
      sum.quantity = 0;
      sum.amount.minor = 0;
    }
    sum.quantity += negative ? -line.quantity : line.quantity;
    ASSIGN_OR_RETURN(sum.amount,
                     negative ? Sub(sum.amount, line.amount) : Add(sum.amount, line.amount));
    return absl::OkStatus();
  };
  for (const SettlementLine& line : computed) RETURN_IF_ERROR(add(line, false));
  for (const SettlementLine& line : booked) RETURN_IF_ERROR(add(line, true));
  std::vector<SettlementLine> lines;
  for (auto& [key, line] : differences) {
    if (line.quantity != 0 || line.amount.minor != 0) lines.push_back(std::move(line));
  }
  return lines;
}

absl::Status SumUp(std::span<const SettlementLine> lines, std::string_view currency,
                   Settlement& settlement) {
  const Money zero{std::string(currency), 0};
  settlement.problem_count = 0;
  std::map<SettlementLineKind, SettlementTotal> totals;
  for (const SettlementLine& line : lines) {
    if (line.problem != SettlementProblem::kUnspecified) ++settlement.problem_count;
    SettlementTotal& total =
        totals.try_emplace(line.kind, SettlementTotal{line.kind, 0, zero, 0}).first->second;
    total.quantity += line.quantity;
    ++total.line_count;
    ASSIGN_OR_RETURN(total.amount, Add(total.amount, line.amount));
  }
  settlement.totals.clear();
  for (auto& [kind, total] : totals) settlement.totals.push_back(std::move(total));
  return SetBalance(currency, settlement);
}

absl::Status SetBalance(std::string_view currency, Settlement& settlement) {
  std::ranges::sort(settlement.totals, {}, &SettlementTotal::kind);
  settlement.payable = settlement.receivable = {std::string(currency), 0};
  settlement.line_count = 0;
  for (const SettlementTotal& total : settlement.totals) {
    Money& side = IsFee(total.kind) ? settlement.receivable : settlement.payable;
    ASSIGN_OR_RETURN(side, Add(side, total.amount));
    settlement.line_count += total.line_count;
  }
  ASSIGN_OR_RETURN(settlement.net, Sub(settlement.payable, settlement.receivable));
  return absl::OkStatus();
}

std::string SettlementBytes(std::string_view previous_hash, std::string_view org_id,
                            const Settlement& settlement, std::span<const SettlementLine> lines) {
  std::string bytes;
  bytes.reserve(256 + lines.size() * 200);
  const auto add = [&bytes](std::string_view part) {
    fmt::format_to(std::back_inserter(bytes), "{}:", part.size());
    bytes.append(part);
  };
  const auto number = [&add](int64_t value) { add(fmt::format_int(value).c_str()); };
  const auto money = [&](const Money& amount) {
    add(amount.currency);
    number(amount.minor);
  };
  add(previous_hash);
  add(org_id);
  add(settlement.owner_id);
  add(FormatDay(settlement.period.first));
  add(FormatDay(settlement.period.last));
  number(static_cast<int64_t>(lines.size()));
  for (const SettlementLine& line : lines) {
    add(NameOf(line.kind));
    add(line.sku_id);
    add(line.vendor_id);
    add(FormatDay(line.days.first));
    add(FormatDay(line.days.last));
    add(FormatDay(line.due_date));
    for (const int64_t value : {line.terms_version, line.quantity, line.volume_mm3, line.price_per,
                                int64_t{line.commission_bps}}) {
      number(value);
    }
    add(NameOf(line.size_class));
    money(line.price);
    money(line.amount);
    number(line.correction ? 1 : 0);
    add(NameOf(line.problem));
  }
  money(settlement.payable);
  money(settlement.receivable);
  return bytes;
}

absl::StatusOr<Money> MonthPart(const Money& monthly, const Period& days) {
  const absl::CivilMonth month(days.first);
  const int64_t length = absl::CivilDay(month + 1) - absl::CivilDay(month);
  const std::vector<int64_t> weights(length, 1);
  ASSIGN_OR_RETURN(const std::vector<int64_t> parts, SplitLargestRemainder(monthly.minor, weights));
  Money part{monthly.currency, 0};
  for (absl::CivilDay day = days.first; day <= days.last; ++day) {
    part.minor += parts[day.day() - 1];
  }
  return part;
}

std::vector<Period> ByMonths(const Period& period) {
  std::vector<Period> months;
  for (absl::CivilDay first = period.first; first <= period.last;) {
    const absl::CivilDay last = absl::CivilDay(absl::CivilMonth(first) + 1) - 1;
    months.push_back({first, std::min(last, period.last)});
    first = last + 1;
  }
  return months;
}

absl::CivilDay CycleEnd(SettleCycle cycle, absl::CivilDay day) {
  const absl::CivilDay month_end = absl::CivilDay(absl::CivilMonth(day) + 1) - 1;
  switch (cycle) {
    case SettleCycle::kWeekly:
      return absl::NextWeekday(day - 1, absl::Weekday::sunday);
    case SettleCycle::kHalfMonthly:
      return day.day() <= 15 ? day + (15 - day.day()) : month_end;
    default:
      return month_end;
  }
}

}  // namespace kefu::warehouse::domain
