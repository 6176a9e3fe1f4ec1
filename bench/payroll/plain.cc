#include "bench/payroll/plain.h"

#include <array>

#include "absl/time/clock.h"
#include "common/convert/fields.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

constexpr db::Sql kTables[] = {
    {"CREATE TABLE plain_sale (agent_id VARCHAR(64) NOT NULL, order_id VARCHAR(64) NOT NULL, "
     "pay_day DATE NOT NULL, paid_minor BIGINT NOT NULL, PRIMARY KEY (order_id), KEY by_day "
     "(pay_day)) ENGINE = InnoDB"},
    {"CREATE TABLE plain_back (agent_id VARCHAR(64) NOT NULL, refund_id VARCHAR(64) NOT NULL, day "
     "DATE NOT NULL, sale_day DATE NOT NULL, amount_minor BIGINT NOT NULL, PRIMARY KEY "
     "(refund_id), KEY by_day (sale_day)) ENGINE = InnoDB"},
    {"CREATE TABLE plain_attendance (agent_id VARCHAR(64) NOT NULL, day DATE NOT NULL, scheduled "
     "INT NOT NULL, unpaid INT NOT NULL, overtime INT NOT NULL, PRIMARY KEY (agent_id, day), KEY "
     "by_day (day)) ENGINE = InnoDB"}};
constexpr db::Sql kMonths{
    "SELECT a.agent_id, a.month, CAST(300000 - ROUND(300000 * a.unpaid / a.scheduled) + "
    "a.overtime * 50 + COALESCE(ROUND((LEAST(s.net, 50000) * 300 + GREATEST(s.net - 50000, 0) * "
    "500) / 10000), 0) AS SIGNED) FROM (SELECT agent_id, EXTRACT(YEAR_MONTH FROM day) month, "
    "SUM(scheduled) scheduled, SUM(unpaid) unpaid, SUM(overtime) overtime FROM plain_attendance "
    "WHERE day BETWEEN ? AND ? GROUP BY agent_id, month) a LEFT JOIN (SELECT agent_id, month, "
    "SUM(net) net FROM (SELECT agent_id, EXTRACT(YEAR_MONTH FROM pay_day) month, paid_minor net "
    "FROM plain_sale WHERE pay_day BETWEEN ? AND ? UNION ALL SELECT agent_id, EXTRACT(YEAR_MONTH "
    "FROM sale_day), -amount_minor FROM plain_back WHERE sale_day BETWEEN ? AND ? AND "
    "EXTRACT(YEAR_MONTH FROM sale_day) = EXTRACT(YEAR_MONTH FROM day)) parts GROUP BY agent_id, "
    "month) s ON s.agent_id = a.agent_id AND s.month = a.month"};

absl::Time Limit() { return absl::Now() + absl::Hours(1); }

std::string DayOf(int64_t second, absl::TimeZone zone) {
  return absl::FormatCivilTime(absl::ToCivilDay(absl::FromUnixSeconds(second), zone));
}

}  // namespace

absl::Status PlainPay::Create() {
  for (const db::Sql& table : kTables) RETURN_IF_ERROR(database_.Read(Limit(), table).status());
  return absl::OkStatus();
}

absl::Status PlainPay::Load(const MonthOfFacts& facts) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(kPayZone));
  std::string sales, back, attendance;
  for (const auto& talk : facts.conversations) {
    agent_of_[talk.customer_id()] = talk.messages().rbegin()->agent_id();
  }
  for (const auto& order : facts.orders) {
    sales_[order.order_id()] = {agent_of_[order.customer_id()], order.pay_time().seconds()};
    sales += fmt::format("{}\t{}\t{}\t{}\n", agent_of_[order.customer_id()], order.order_id(),
                         DayOf(order.pay_time().seconds(), zone), order.paid().minor_units());
  }
  for (const auto& refund : facts.refunds) {
    const auto& [agent_id, paid] = sales_[refund.order_id()];
    back += fmt::format("{}\t{}\t{}\t{}\t{}\n", agent_id, refund.refund_id(),
                        DayOf(refund.refund_time().seconds(), zone), DayOf(paid, zone),
                        refund.amount().minor_units());
  }
  for (const auto& record : facts.attendance) {
    attendance +=
        fmt::format("{}\t{:04}-{:02}-{:02}\t{}\t{}\t{}\n", record.agent_id(), record.day().year(),
                    record.day().month(), record.day().day(), record.scheduled_minutes(),
                    record.absence_minutes(), record.overtime_minutes());
  }
  return database_.RunInTransaction(Limit(), [&](db::Transaction& t) -> absl::Status {
    RETURN_IF_ERROR(
        t.LoadData("plain_sale (agent_id, order_id, pay_day, paid_minor)", sales).status());
    RETURN_IF_ERROR(
        t.LoadData("plain_back (agent_id, refund_id, day, sale_day, amount_minor)", back).status());
    return t.LoadData("plain_attendance (agent_id, day, scheduled, unpaid, overtime)", attendance)
        .status();
  });
}

absl::StatusOr<std::map<std::string, int64_t>> PlainPay::Month(absl::CivilMonth first,
                                                               absl::CivilMonth month) {
  const absl::CivilDay from(first), to = absl::CivilDay(month + 1) - 1;
  ASSIGN_OR_RETURN(const db::Rows rows,
                   database_.Read(Limit(), kMonths, {from, to, from, to, from, to}));
  std::map<std::string, int64_t> paid;
  for (const db::Row row : rows) {
    if (row.Int(1) == month.year() * 100 + month.month()) paid[row.Str(0)] = row.Int(2);
  }
  return paid;
}

}  // namespace kefu::bench
