#include "services/staffing/store/contracts.h"

#include "services/staffing/errors_contracts.h"
#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using db::Row;
using db::Sql;

#define CONTRACT_COLUMNS \
  "contract_id, kind, base_id, first_day, last_day, body, version, create_us, update_us"
constexpr Sql kFindContract{"SELECT " CONTRACT_COLUMNS
                            " FROM contract WHERE org_id = ? AND contract_id = ?"};
constexpr Sql kLockContract{"SELECT " CONTRACT_COLUMNS
                            " FROM contract WHERE org_id = ? AND contract_id = ? FOR UPDATE"};
constexpr Sql kInsertContract{"INSERT INTO contract (org_id, " CONTRACT_COLUMNS
                              ") VALUES (?,?,?,?,?,?,?,?,?,?)"};
constexpr std::string_view kInsertShops =
    "INSERT INTO contract_shop (org_id, shop_id, contract_id)";
constexpr Sql kUpdateContract{
    "UPDATE contract SET last_day = ?, body = ?, version = ?, update_us = ?"
    " WHERE org_id = ? AND contract_id = ?"};
constexpr Sql kListContracts{
    "SELECT " CONTRACT_COLUMNS
    " FROM contract WHERE org_id = ? AND contract_id > ? AND (? = '' OR base_id = ?)"
    " AND (? IS NULL OR (first_day <= ? AND last_day >= ?)) ORDER BY contract_id LIMIT ?"};
constexpr Sql kContractsOfShop{
    "SELECT c.contract_id, c.kind, c.base_id, c.first_day, c.last_day, c.body, c.version,"
    " c.create_us, c.update_us FROM contract_shop s JOIN contract c"
    " ON c.org_id = s.org_id AND c.contract_id = s.contract_id"
    " WHERE s.org_id = ? AND s.shop_id = ? AND c.first_day <= ? AND c.last_day >= ?"
    " ORDER BY c.contract_id"};

constexpr Sql kContractsWithin{
    "SELECT " CONTRACT_COLUMNS
    " FROM contract WHERE org_id = ? AND first_day <= ? AND last_day >= ? ORDER BY contract_id"};

#define BREACH_COLUMNS "breach_id, month, cause, state, body, create_us, update_us"
constexpr Sql kLockBreach{
    "SELECT " BREACH_COLUMNS
    " FROM contract_breach WHERE org_id = ? AND contract_id = ? AND breach_id = ? FOR UPDATE"};
constexpr Sql kSaveBreach{
    "INSERT INTO contract_breach (org_id, contract_id, " BREACH_COLUMNS
    ") VALUES (?,?,?,?,?,?,?,?,?) ON DUPLICATE KEY UPDATE state = VALUES(state),"
    " body = VALUES(body), update_us = VALUES(update_us)"};
constexpr Sql kBreachesOf{
    "SELECT " BREACH_COLUMNS
    " FROM contract_breach WHERE org_id = ? AND contract_id = ? AND month BETWEEN ? AND ?"
    " ORDER BY month, breach_id"};
constexpr Sql kListBreaches{
    "SELECT " BREACH_COLUMNS
    " FROM contract_breach WHERE org_id = ? AND contract_id = ? AND breach_id > ?"
    " AND (? = '' OR state = ?) ORDER BY breach_id LIMIT ?"};

constexpr Sql kFindInvoice{
    "SELECT body FROM contract_invoice WHERE org_id = ? AND contract_id = ? AND month = ?"};
constexpr Sql kInsertInvoice{
    "INSERT INTO contract_invoice (org_id, contract_id, month, body, actor, create_us)"
    " VALUES (?,?,?,?,?,?)"};
constexpr Sql kAgentsOfBase{"SELECT agent_id FROM agent WHERE org_id = ? AND base_id = ?"};

ContractRow ContractFrom(const Row& row) {
  return {.id = row.Str(0),
          .kind = EnumAt<outsourcing::ContractKind>(row, 1),
          .base_id = row.Str(2),
          .first_day = row.Day(3),
          .last_day = row.Day(4),
          .body = row.Str(5),
          .info = InfoAt(row, 6)};
}

BreachRow BreachFrom(const Row& row) {
  return {row.Str(0), row.Day(1), row.Str(2), row.Str(3), row.Str(4), row.Time(5), row.Time(6)};
}

absl::StatusOr<ContractRow> OneContract(absl::StatusOr<db::Rows> rows, std::string_view id) {
  if (!rows.ok()) return rows.status();
  if (rows->size() == 0) return error::ContractNotFound(id);
  return ContractFrom((*rows)[0]);
}

}  // namespace

absl::StatusOr<ContractRow> FindContract(Reader reader, std::string_view org_id,
                                         std::string_view contract_id) {
  return OneContract(reader.Query(kFindContract, {org_id, contract_id}), contract_id);
}

absl::StatusOr<ContractRow> LockContract(db::Transaction& t, std::string_view org_id,
                                         std::string_view contract_id) {
  return OneContract(t.Query(kLockContract, {org_id, contract_id}), contract_id);
}

absl::Status InsertContract(db::Transaction& t, std::string_view org_id, const ContractRow& row,
                            const std::vector<std::string>& shop_ids) {
  RETURN_IF_ERROR(
      t.Execute(kInsertContract, {org_id, row.id, NameOf(row.kind), row.base_id, row.first_day,
                                  row.last_day, db::Param::Bytes(row.body), row.info.version,
                                  row.info.create_time, row.info.update_time})
          .status());
  std::vector<db::Param> flat;
  for (const std::string& shop_id : shop_ids) flat.insert(flat.end(), {org_id, shop_id, row.id});
  return t.InsertMany(kInsertShops, 3, flat).status();
}

absl::Status UpdateContract(db::Transaction& t, std::string_view org_id, const ContractRow& row) {
  return t
      .Execute(kUpdateContract, {row.last_day, db::Param::Bytes(row.body), row.info.version,
                                 row.info.update_time, org_id, row.id})
      .status();
}

absl::StatusOr<std::vector<ContractRow>> ListContracts(Reader reader, std::string_view org_id,
                                                       Page page, std::string_view base_id,
                                                       std::optional<absl::CivilDay> on_day) {
  return Collect(reader.Query(kListContracts, {org_id, page.after, base_id, base_id, on_day, on_day,
                                               on_day, page.limit}),
                 ContractFrom);
}

absl::StatusOr<std::vector<ContractRow>> ContractsOfShop(db::Transaction& t,
                                                         std::string_view org_id,
                                                         std::string_view shop_id,
                                                         absl::CivilDay first,
                                                         absl::CivilDay last) {
  return Collect(t.Query(kContractsOfShop, {org_id, shop_id, last, first}), ContractFrom);
}

absl::StatusOr<std::vector<ContractRow>> ContractsWithin(Reader reader, std::string_view org_id,
                                                         absl::CivilDay first,
                                                         absl::CivilDay last) {
  return Collect(reader.Query(kContractsWithin, {org_id, last, first}), ContractFrom);
}

absl::StatusOr<BreachRow> LockBreach(db::Transaction& t, std::string_view org_id,
                                     std::string_view contract_id, std::string_view breach_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLockBreach, {org_id, contract_id, breach_id}));
  if (rows.size() == 0) return error::BreachNotFound(breach_id);
  return BreachFrom(rows[0]);
}

absl::Status SaveBreach(db::Transaction& t, std::string_view org_id, std::string_view contract_id,
                        const BreachRow& row) {
  return t
      .Execute(kSaveBreach, {org_id, contract_id, row.id, row.month, row.cause, row.state,
                             db::Param::Bytes(row.body), row.create_time, row.update_time})
      .status();
}

absl::StatusOr<std::vector<BreachRow>> BreachesOf(Reader reader, std::string_view org_id,
                                                  std::string_view contract_id,
                                                  absl::CivilDay first_month,
                                                  absl::CivilDay last_month) {
  return Collect(reader.Query(kBreachesOf, {org_id, contract_id, first_month, last_month}),
                 BreachFrom);
}

absl::StatusOr<std::vector<BreachRow>> ListBreaches(Reader reader, std::string_view org_id,
                                                    std::string_view contract_id, Page page,
                                                    std::string_view state) {
  return Collect(
      reader.Query(kListBreaches, {org_id, contract_id, page.after, state, state, page.limit}),
      BreachFrom);
}

absl::StatusOr<std::optional<std::string>> FindInvoice(Reader reader, std::string_view org_id,
                                                       std::string_view contract_id,
                                                       absl::CivilDay month) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kFindInvoice, {org_id, contract_id, month}));
  if (rows.size() == 0) return std::nullopt;
  return rows[0].Str(0);
}

absl::Status InsertInvoice(db::Transaction& t, std::string_view org_id,
                           std::string_view contract_id, absl::CivilDay month,
                           const std::string& body, std::string_view actor, absl::Time now) {
  return t.Execute(kInsertInvoice, {org_id, contract_id, month, db::Param::Bytes(body), actor, now})
      .status();
}

absl::StatusOr<std::set<std::string>> AgentsOfBase(db::Transaction& t, std::string_view org_id,
                                                   std::string_view base_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kAgentsOfBase, {org_id, base_id}));
  std::set<std::string> agents;
  for (const Row row : rows) agents.insert(row.Str(0));
  return agents;
}

}  // namespace kefu::staffing::store
