#include "services/aftersales/store/payments.h"

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/aftersales/store/base_sql.h"

namespace kefu::aftersales::store {
namespace {

using db::Param;
using db::Row;
using db::Sql;

#define PAYMENT_COLUMNS                                                                 \
  "org_id, payment_id, shop_id, order_id, case_id, process_id, purpose, detail, party," \
  " currency_code, amount_minor, explanation, state, receipt, error_reason, policy_id," \
  " policy_version, create_us, pay_us, freight_minor"
constexpr Sql kInsertPayment{"INSERT INTO payment (" PAYMENT_COLUMNS
                             ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr std::string_view kInsertLines =
    "INSERT INTO payment_line (org_id, payment_id, seq, sku, quantity)";
constexpr Sql kFindPayment{"SELECT " PAYMENT_COLUMNS
                           " FROM payment WHERE org_id = ? AND payment_id = ?"};
constexpr Sql kUpdatePayment{
    "UPDATE payment SET state = ?, receipt = ?, error_reason = ?, pay_us = ?"
    " WHERE org_id = ? AND payment_id = ?"};
constexpr Sql kOfProcess{"SELECT " PAYMENT_COLUMNS
                         " FROM payment WHERE org_id = ? AND process_id = ? ORDER BY create_us"};
constexpr Sql kOfOrder{"SELECT " PAYMENT_COLUMNS
                       " FROM payment WHERE org_id = ? AND shop_id = ? AND order_id = ?"
                       " AND state <> 'WITHDRAWN' ORDER BY create_us, payment_id"};
constexpr Sql kPiecesOfOrder{
    "SELECT l.sku, SUM(l.quantity) FROM payment p JOIN payment_line l ON l.org_id = p.org_id"
    " AND l.payment_id = p.payment_id WHERE p.org_id = ? AND p.shop_id = ? AND p.order_id = ?"
    " AND p.state <> 'WITHDRAWN' GROUP BY l.sku ORDER BY l.sku"};

#define PAYMENT_FILTER                                                                    \
  " AND (? = '' OR case_id = ?) AND (? = '' OR order_id = ?) AND (? = '' OR purpose = ?)" \
  " AND (? = '' OR state = ?) AND (create_us > ? OR (create_us = ? AND payment_id > ?))"  \
  " ORDER BY create_us, payment_id LIMIT ?"
constexpr Sql kListOfOrg{"SELECT " PAYMENT_COLUMNS " FROM payment WHERE org_id = ?" PAYMENT_FILTER};
constexpr Sql kListOfShops{"SELECT " PAYMENT_COLUMNS
                           " FROM payment x WHERE (org_id, shop_id) IN (?*)"
                           " AND " CASE_REACHED_BY_BASE PAYMENT_FILTER};

Payment FromRow(const Row& row) {
  return {.org_id = row.Str(0),
          .payment_id = row.Str(1),
          .shop_id = row.Str(2),
          .order_id = row.Str(3),
          .case_id = row.Str(4),
          .process_id = row.Str(5),
          .purpose = ParseName<PaymentPurpose>(row.Text(6)).value_or(PaymentPurpose::kUnspecified),
          .detail = row.Str(7),
          .party = row.Str(8),
          .amount = {row.Str(9), row.Int(10)},
          .explanation = row.Str(11),
          .state = ParseName<PaymentState>(row.Text(12)).value_or(PaymentState::kUnspecified),
          .receipt = row.Str(13),
          .error_reason = row.Str(14),
          .policy_id = row.Str(15),
          .policy_version = static_cast<int32_t>(row.Int(16)),
          .create_time = row.Time(17),
          .pay_time = row.OptTime(18),
          .freight_minor = row.Int(19)};
}

absl::StatusOr<std::vector<Payment>> AllOf(absl::StatusOr<db::Rows> rows) {
  RETURN_IF_ERROR(rows.status());
  std::vector<Payment> payments;
  for (const Row row : *rows) payments.push_back(FromRow(row));
  return payments;
}

Param Stored(const std::optional<absl::Time>& time) {
  return time ? Param(ToMicros(*time)) : Param(nullptr);
}

}  // namespace

absl::Status InsertPayment(db::Transaction& t, const Payment& p) {
  RETURN_IF_ERROR(
      t.Execute(kInsertPayment, {p.org_id,           p.payment_id,     p.shop_id,
                                 p.order_id,         p.case_id,        p.process_id,
                                 NameOf(p.purpose),  p.detail,         p.party,
                                 p.amount.currency,  p.amount.minor,   p.explanation,
                                 NameOf(p.state),    p.receipt,        p.error_reason,
                                 p.policy_id,        p.policy_version, ToMicros(p.create_time),
                                 Stored(p.pay_time), p.freight_minor}));
  std::vector<Param> flat;
  int seq = 0;
  for (const domain::CaseLine& line : p.lines) {
    flat.insert(flat.end(), {p.org_id, p.payment_id, seq++, line.sku, line.quantity});
  }
  return t.InsertMany(kInsertLines, 5, flat).status();
}

absl::StatusOr<std::optional<Payment>> FindPayment(db::Transaction& t, std::string_view org_id,
                                                   std::string_view payment_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kFindPayment, {org_id, payment_id}));
  if (rows.empty()) return std::nullopt;
  return FromRow(rows.front());
}

absl::Status UpdatePayment(db::Transaction& t, const Payment& p) {
  return t
      .Execute(kUpdatePayment, {NameOf(p.state), p.receipt, p.error_reason, Stored(p.pay_time),
                                p.org_id, p.payment_id})
      .status();
}

absl::StatusOr<std::vector<Payment>> PaymentsOfProcess(db::Transaction& t, std::string_view org_id,
                                                       std::string_view process_id) {
  return AllOf(t.Query(kOfProcess, {org_id, process_id}));
}

absl::StatusOr<std::vector<Payment>> PaymentsOfOrder(db::Transaction& t, std::string_view org_id,
                                                     std::string_view shop_id,
                                                     std::string_view order_id) {
  return AllOf(t.Query(kOfOrder, {org_id, shop_id, order_id}));
}

absl::StatusOr<std::vector<domain::CaseLine>> RefundedPieces(db::Transaction& t,
                                                             std::string_view org_id,
                                                             std::string_view shop_id,
                                                             std::string_view order_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kPiecesOfOrder, {org_id, shop_id, order_id}));
  std::vector<domain::CaseLine> pieces;
  for (const Row row : rows) {
    pieces.push_back({.sku = row.Str(0), .category = "", .quantity = row.Int(1)});
  }
  return pieces;
}

absl::StatusOr<std::vector<Payment>> ListPayments(db::Transaction& t, const PaymentFilter& f,
                                                  const PaymentPage& page) {
  const std::string purpose = f.purpose, state = f.state;
  const int64_t after = ToMicros(page.after_time);
  const int limit = page.limit + 1;
  if (!f.whole_org_id.empty()) {
    return AllOf(
        t.Query(kListOfOrg, {f.whole_org_id, f.case_id, f.case_id, f.order_id, f.order_id, purpose,
                             purpose, state, state, after, after, page.after_id, limit}));
  }
  std::vector<Param> shops;
  for (const ShopId& shop : f.shops) shops.insert(shops.end(), {shop.org_id, shop.shop_id});
  return AllOf(t.QueryIn(kListOfShops, {}, shops, 2,
                         {f.base_id, f.base_id, f.case_id, f.case_id, f.order_id, f.order_id,
                          purpose, purpose, state, state, after, after, page.after_id, limit}));
}

}  // namespace kefu::aftersales::store
