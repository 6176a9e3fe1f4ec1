#include "services/performance/domain/payroll/sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "services/performance/domain/payroll/arithmetic.h"

namespace kefu::performance::domain::payroll {
namespace {

bool Within(absl::CivilDay day, const Line& line) { return day >= line.first && day <= line.last; }
bool Concerns(Buyer buyer, const Line& line) { return !line.buyer || *line.buyer == buyer; }

std::vector<SourceRow> OrdersOf(const Line& line, const Sources& sources) {
  std::vector<SourceRow> rows;
  for (const SoldOrder& order : sources.orders) {
    if (!Within(order.day, line) || !Concerns(order.buyer, line)) continue;
    rows.push_back({.kind = SourceKind::kOrder,
                    .id = order.order_id,
                    .day = order.day,
                    .basis_minor = order.paid_minor - order.refunded_minor,
                    .buyer = order.buyer});
  }
  return rows;
}

std::vector<SourceRow> RefundsOf(const Line& line, const Sources& sources) {
  std::vector<SourceRow> rows;
  for (const PaidBack& refund : sources.refunds) {
    if (!Within(refund.sale_day, line) || !Concerns(refund.buyer, line)) continue;
    rows.push_back({.kind = SourceKind::kRefund,
                    .id = refund.refund_id,
                    .day = refund.day,
                    .basis_minor = refund.amount_minor,
                    .buyer = refund.buyer,
                    .note = refund.order_id});
  }
  return rows;
}

int64_t OvertimeOf(const Line& line, const AttendanceSource& record) {
  return record.overtime[line.reference == "holiday"    ? kOnHoliday
                         : line.reference == "rest_day" ? kOnRestDay
                                                        : kOnWorkday];
}

std::vector<SourceRow> AttendanceOf(const Line& line, const Sources& sources) {
  std::vector<SourceRow> rows;
  for (const AttendanceSource& record : sources.attendance) {
    const int64_t quantity = line.kind == LineKind::kUnpaidTime ? record.unpaid_minutes
                             : line.kind == LineKind::kOvertime ? OvertimeOf(line, record)
                             : line.reference == "late"         ? record.late_count
                             : line.reference == "early"        ? record.early_count
                                                                : record.absence_count;
    if (quantity == 0) continue;
    rows.push_back({.kind = SourceKind::kAttendance,
                    .id = record.record_id,
                    .day = record.day,
                    .quantity = quantity});
  }
  return rows;
}

SourceRow Single(SourceKind kind, std::string id, const Line& line) {
  return {.kind = kind,
          .id = std::move(id),
          .day = line.first,
          .basis_minor = line.basis_minor,
          .quantity = line.quantity,
          .note = line.note};
}

std::vector<SourceRow> RowsOf(const std::string& agent_id, const Line& line,
                              const Sources& sources) {
  switch (line.kind) {
    case LineKind::kCommission:
    case LineKind::kBuyerFactor:
    case LineKind::kCoefficient:
      return OrdersOf(line, sources);
    case LineKind::kRefund:
      return RefundsOf(line, sources);
    case LineKind::kUnpaidTime:
    case LineKind::kOvertime:
    case LineKind::kAttendanceFine:
      return AttendanceOf(line, sources);
    case LineKind::kConductReward:
    case LineKind::kConductFine:
      return {Single(SourceKind::kConduct, line.reference, line)};
    case LineKind::kEntry:
      return {Single(SourceKind::kEntry, line.reference, line)};
    case LineKind::kBase:
    case LineKind::kTenure:
      return {Single(SourceKind::kEmployment, agent_id, line)};
    case LineKind::kCorrection:
    case LineKind::kLeftOut:
    case LineKind::kCarriedIn:
      return {Single(SourceKind::kStatement, agent_id, line)};
    default:
      return {Single(SourceKind::kFigure, line.reference, line)};
  }
}

bool IsOfAttendance(LineKind kind) {
  return kind == LineKind::kUnpaidTime || kind == LineKind::kOvertime ||
         kind == LineKind::kAttendanceFine;
}

// Minutes or times are all in the rows. Of unpaid time no more than was scheduled counts: nothing
// is left of the pay then.
bool CountsAll(const Line& line, int64_t quantity) {
  if (line.kind == LineKind::kUnpaidTime && line.amount_minor == -line.basis_minor) {
    return quantity >= line.quantity;
  }
  return quantity == line.quantity;
}

}  // namespace

std::vector<SourceRow> Explain(const std::string& agent_id, const Line& line,
                               const Sources& sources) {
  std::vector<SourceRow> rows = RowsOf(agent_id, line, sources);
  std::vector<int64_t> weights;
  weights.reserve(rows.size());
  for (const SourceRow& row : rows) {
    const bool counted = row.kind == SourceKind::kAttendance;
    weights.push_back(
        rows.size() == 1 ? 1 : std::max<int64_t>(0, counted ? row.quantity : row.basis_minor));
  }
  const std::vector<int64_t> amounts = Divide(line.amount_minor, weights);
  for (size_t i = 0; i < rows.size(); ++i) rows[i].amount_minor = amounts[i];
  return rows;
}

bool AddsUp(const Statement& statement, const Sources& sources, std::string* problem) {
  int64_t total = 0;
  for (size_t i = 0; i < statement.lines.size(); ++i) {
    const Line& line = statement.lines[i];
    int64_t sum = 0, basis = 0, quantity = 0;
    for (const SourceRow& row : Explain(statement.agent_id, line, sources)) {
      sum += row.amount_minor;
      basis += row.basis_minor;
      quantity += row.quantity;
    }
    total += line.amount_minor;
    if (sum != line.amount_minor || (line.kind == LineKind::kRefund && basis != line.basis_minor) ||
        (IsOfAttendance(line.kind) && !CountsAll(line, quantity))) {
      *problem = fmt::format("the rows of line {} do not add up", i + 1);
      return false;
    }
  }
  // Days whose refunds exceed their sales count 0, so that what was computed on lies between.
  std::array<int64_t, kBuyers> least{}, most{};
  for (const SoldOrder& order : sources.orders) {
    const int64_t net = order.paid_minor - order.refunded_minor;
    least[order.buyer] += net;
    most[order.buyer] += std::max<int64_t>(0, net);
  }
  for (size_t b = 0; b < kBuyers; ++b) {
    const int64_t counted = statement.commissioned_sales_minor[b];
    if (least[b] > counted || most[b] < counted) {
      *problem = "the orders are not those that the figures count";
      return false;
    }
  }
  if (total != statement.total_minor) *problem = "the lines do not add up to the total";
  return total == statement.total_minor;
}

}  // namespace kefu::performance::domain::payroll
