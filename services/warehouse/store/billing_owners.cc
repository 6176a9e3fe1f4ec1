// Owners, agreements and leases.
#include <algorithm>

#include "common/status/status_macros.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/errors_billing.h"
#include "services/warehouse/store/billing.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

#define OWNER_COLUMNS \
  "owner_id, display_name, kind, time_zone, state, version, create_us, update_us"
#define LEASE_COLUMNS                                                     \
  "lease_id, node_id, tenant_id, display_name, area_dm2, capacity_units," \
  " price_period, price_minor, price_currency, start_date, end_date,"     \
  " deposit_minor, deposit_currency, version, create_us, update_us"

constexpr db::Sql kFindOwner{"SELECT " OWNER_COLUMNS
                             " FROM stock_owner WHERE org_id = ? AND owner_id = ?"};
constexpr db::Sql kLockOwner{"SELECT " OWNER_COLUMNS
                             " FROM stock_owner WHERE org_id = ? AND owner_id = ? FOR UPDATE"};
constexpr db::Sql kShareOwner{
    "SELECT " OWNER_COLUMNS
    " FROM stock_owner WHERE org_id = ? AND owner_id = ? LOCK IN SHARE MODE"};
constexpr db::Sql kShareOwners{
    "SELECT owner_id, state FROM stock_owner WHERE org_id = ?"
    " AND owner_id IN (?*) ORDER BY owner_id LOCK IN SHARE MODE"};
constexpr db::Sql kAnyOwner{"SELECT 1 FROM stock_owner WHERE org_id = ? LIMIT 1"};
constexpr db::Sql kInsertOwner{"INSERT INTO stock_owner (org_id, " OWNER_COLUMNS
                               ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Sql kUpdateOwner{
    "UPDATE stock_owner SET display_name = ?, time_zone = ?, state = ?, version = ?, update_us = ?"
    " WHERE org_id = ? AND owner_id = ?"};
constexpr db::Sql kListOwners{"SELECT " OWNER_COLUMNS
                              " FROM stock_owner WHERE org_id = ? AND owner_id > ?"
                              " AND (? OR state = 'ACTIVE') ORDER BY owner_id LIMIT ?"};

constexpr db::Sql kListAgreements{
    "SELECT version, effective_from, body, create_us FROM agreement"
    " WHERE org_id = ? AND subject = ? AND subject_id = ? AND version > ?"
    " ORDER BY version LIMIT ?"};
constexpr db::Sql kInsertAgreement{
    "INSERT INTO agreement (org_id, subject, subject_id, version, effective_from, body, create_us)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"};

constexpr db::Sql kFindLease{"SELECT " LEASE_COLUMNS
                             " FROM space_lease WHERE org_id = ? AND lease_id = ?"};
constexpr db::Sql kLockLease{"SELECT " LEASE_COLUMNS
                             " FROM space_lease WHERE org_id = ? AND lease_id = ? FOR UPDATE"};
constexpr db::Sql kInsertLease{"INSERT INTO space_lease (org_id, " LEASE_COLUMNS
                               ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Sql kUpdateLease{
    "UPDATE space_lease SET display_name = ?, area_dm2 = ?, capacity_units = ?, end_date = ?,"
    " version = ?, update_us = ? WHERE org_id = ? AND lease_id = ?"};
constexpr db::Sql kListLeases{"SELECT " LEASE_COLUMNS
                              " FROM space_lease WHERE org_id = ? AND lease_id > ?"
                              " ORDER BY lease_id LIMIT ?"};
constexpr db::Sql kListOfNode{"SELECT " LEASE_COLUMNS
                              " FROM space_lease WHERE org_id = ? AND node_id = ? AND lease_id > ?"
                              " AND (? = '' OR tenant_id = ?) ORDER BY lease_id LIMIT ?"};
constexpr db::Sql kListOfTenant{
    "SELECT " LEASE_COLUMNS
    " FROM space_lease WHERE org_id = ? AND tenant_id = ? AND lease_id > ?"
    " ORDER BY lease_id LIMIT ?"};
#undef OWNER_COLUMNS
#undef LEASE_COLUMNS

std::string_view SubjectName(Subject subject) {
  return subject == Subject::kOwner ? "OWNER" : "NODE";
}

domain::StockOwner OwnerFrom(const db::Row& row) {
  return {.id = row.Str(0),
          .display_name = row.Str(1),
          .kind = EnumAt<domain::StockOwnerKind>(row, 2),
          .time_zone = row.Str(3),
          .state = EnumAt<domain::RecordState>(row, 4),
          .info = InfoAt(row, 5)};
}

absl::StatusOr<domain::StockOwner> OnlyOwner(absl::StatusOr<db::Rows> rows, std::string_view id) {
  RETURN_IF_ERROR(rows.status());
  if (rows->empty()) return error::OwnerNotFound(id);
  return OwnerFrom(rows->front());
}

domain::Lease LeaseFrom(const db::Row& row) {
  return {.id = row.Str(0),
          .node_id = row.Str(1),
          .tenant_id = row.Str(2),
          .display_name = row.Str(3),
          .area_dm2 = row.Int(4),
          .capacity_units = row.Int(5),
          .price_period = EnumAt<domain::LeasePeriod>(row, 6),
          .price = {row.Str(8), row.Int(7)},
          .start_date = row.Day(9),
          .end_date = row.OptDay(10),
          .deposit = MoneyAt(row, 11),
          .info = InfoAt(row, 13)};
}

absl::StatusOr<domain::Lease> OnlyLease(absl::StatusOr<db::Rows> rows, std::string_view id) {
  RETURN_IF_ERROR(rows.status());
  if (rows->empty()) return error::LeaseNotFound(id);
  return LeaseFrom(rows->front());
}

}  // namespace

absl::StatusOr<domain::StockOwner> FindOwner(db::Reader reader, std::string_view org_id,
                                             std::string_view owner_id) {
  return OnlyOwner(reader.Query(kFindOwner, {org_id, owner_id}), owner_id);
}

absl::StatusOr<domain::StockOwner> LockOwner(db::Transaction& t, std::string_view org_id,
                                             std::string_view owner_id, LockMode mode) {
  return OnlyOwner(t.Query(mode == LockMode::kShare ? kShareOwner : kLockOwner, {org_id, owner_id}),
                   owner_id);
}

absl::Status RequireOwners(db::Transaction& t, std::string_view org_id,
                           const std::set<std::string>& owner_ids, OwnerUse use) {
  std::vector<db::Param> list;
  for (const std::string& id : owner_ids) {
    if (!id.empty()) list.emplace_back(id);
  }
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kShareOwners, {org_id}, list));
  std::set<std::string, std::less<>> found;
  for (const db::Row row : rows) {
    if (use == OwnerUse::kReceive && row.Text(1) != NameOf(domain::RecordState::kActive)) {
      return error::RecordArchived("stock_owner", row.Text(0));
    }
    found.insert(row.Str(0));
  }
  const auto missing = std::ranges::find_if(
      list, [&found](const db::Param& id) { return !found.contains(id.text()); });
  if (missing == list.end()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const db::Rows any, t.Query(kAnyOwner, {org_id}));
  return any.empty() ? absl::OkStatus() : error::OwnerNotFound(missing->text());
}

absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::StockOwner& owner) {
  const absl::Status status =
      t.Execute(kInsertOwner, {org_id, owner.id, owner.display_name, NameOf(owner.kind),
                               owner.time_zone, NameOf(owner.state), owner.info.version,
                               owner.info.create_time, owner.info.update_time})
          .status();
  return absl::IsAlreadyExists(status) ? error::OwnerExists(owner.id) : status;
}

absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::StockOwner& owner) {
  return t
      .Execute(kUpdateOwner, {owner.display_name, owner.time_zone, NameOf(owner.state),
                              owner.info.version, owner.info.update_time, org_id, owner.id})
      .status();
}

absl::StatusOr<std::vector<domain::StockOwner>> ListOwners(db::Reader reader,
                                                           std::string_view org_id, Page page,
                                                           bool archived) {
  return Collect(reader.Query(kListOwners, {org_id, page.after, archived, page.limit}), OwnerFrom);
}

absl::StatusOr<std::vector<Agreement>> ListAgreements(db::Reader reader, std::string_view org_id,
                                                      Subject subject, std::string_view subject_id,
                                                      int64_t after, int limit) {
  return Collect(
      reader.Query(kListAgreements, {org_id, SubjectName(subject), subject_id, after, limit}),
      [](const db::Row& row) {
        return Agreement{row.Int(0), row.Day(1), row.Str(2), row.Time(3)};
      });
}

absl::Status Insert(db::Transaction& t, std::string_view org_id, Subject subject,
                    std::string_view subject_id, const Agreement& agreement) {
  return t
      .Execute(kInsertAgreement,
               {org_id, SubjectName(subject), subject_id, agreement.version,
                agreement.effective_from, db::Param::Bytes(agreement.body), agreement.create_time})
      .status();
}

absl::StatusOr<domain::Lease> FindLease(db::Reader reader, std::string_view org_id,
                                        std::string_view lease_id) {
  return OnlyLease(reader.Query(kFindLease, {org_id, lease_id}), lease_id);
}

absl::StatusOr<domain::Lease> LockLease(db::Transaction& t, std::string_view org_id,
                                        std::string_view lease_id) {
  return OnlyLease(t.Query(kLockLease, {org_id, lease_id}), lease_id);
}

absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::Lease& lease) {
  return t
      .Execute(kInsertLease, {org_id, lease.id, lease.node_id, lease.tenant_id, lease.display_name,
                              lease.area_dm2, lease.capacity_units, NameOf(lease.price_period),
                              lease.price.minor, lease.price.currency, lease.start_date,
                              lease.end_date, MinorOf(lease.deposit), CurrencyOf(lease.deposit),
                              lease.info.version, lease.info.create_time, lease.info.update_time})
      .status();
}

absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::Lease& lease) {
  return t
      .Execute(kUpdateLease,
               {lease.display_name, lease.area_dm2, lease.capacity_units, lease.end_date,
                lease.info.version, lease.info.update_time, org_id, lease.id})
      .status();
}

absl::StatusOr<std::vector<domain::Lease>> ListLeases(db::Reader reader, std::string_view org_id,
                                                      Page page, std::string_view node_id,
                                                      std::string_view tenant_id) {
  if (!node_id.empty()) {
    return Collect(
        reader.Query(kListOfNode, {org_id, node_id, page.after, tenant_id, tenant_id, page.limit}),
        LeaseFrom);
  }
  if (!tenant_id.empty()) {
    return Collect(reader.Query(kListOfTenant, {org_id, tenant_id, page.after, page.limit}),
                   LeaseFrom);
  }
  return Collect(reader.Query(kListLeases, {org_id, page.after, page.limit}), LeaseFrom);
}

}  // namespace kefu::warehouse::store
