// The rows behind a line: their amounts add up to the line's, to the fen.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/performance/domain/payroll/statement.h"

namespace kefu::performance::domain::payroll {

// An order credited to the agent in the month.
struct SoldOrder {
  std::string order_id;
  absl::CivilDay day;  // of payment
  int64_t paid_minor = 0;
  int64_t refunded_minor = 0;  // in the same month
  Buyer buyer = kReturning;
};

// A refund of this month of an order of an earlier one.
struct PaidBack {
  std::string refund_id, order_id;
  absl::CivilDay day, sale_day;
  int64_t amount_minor = 0;
  Buyer buyer = kReturning;
};

struct AttendanceSource {
  std::string record_id;
  absl::CivilDay day;
  int64_t unpaid_minutes = 0;
  int64_t late_count = 0, early_count = 0, absence_count = 0;
  OvertimeMinutes overtime{};
};

// Each by day and id.
struct Sources {
  std::vector<SoldOrder> orders;
  std::vector<PaidBack> refunds;
  std::vector<AttendanceSource> attendance;
};

enum class SourceKind : uint8_t {
  kUnspecified,
  kOrder,
  kRefund,
  kAttendance,
  kConduct,
  kEntry,
  kEmployment,
  kFigure,
  kStatement
};
KEFU_ENUM_NAMES(SourceKind, "UNSPECIFIED", "ORDER", "REFUND", "ATTENDANCE", "CONDUCT", "ENTRY",
                "EMPLOYMENT", "FIGURE", "STATEMENT")

struct SourceRow {
  SourceKind kind = SourceKind::kUnspecified;
  std::string id;
  absl::CivilDay day = {};
  int64_t basis_minor = 0;
  int64_t quantity = 0;
  int64_t amount_minor = 0;
  Buyer buyer = kReturning;
  std::string note = {};
};

// The rows of a line of the agent's. An amount is divided among orders by what was paid less what
// was paid back in the same month, among refunds by their amounts, among attendance records by
// minutes or times; whatever has one cause has one row.
std::vector<SourceRow> Explain(const std::string& agent_id, const Line& line,
                               const Sources& sources);

// Whether a statement's lines add up to its total, the rows of each line to its amount, those of
// attendance to its minutes or times, and orders and refunds to what commission was computed on;
// else says what does not.
bool AddsUp(const Statement& statement, const Sources& sources, std::string* problem);

}  // namespace kefu::performance::domain::payroll
