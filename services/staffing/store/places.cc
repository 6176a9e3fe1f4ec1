// Organizations, shops, sites and teams.
#include "common/time/civil.h"
#include "services/staffing/errors.h"
#include "services/staffing/store/rows.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {
namespace {

using db::Row;
using db::Sql;

#define ORGANIZATION_COLUMNS \
  "org_id, kind, display_name, time_zone, currency_code, state, version, create_us, update_us"
// The id is compared twice: with the caller's tenant and with the row that is asked for.
constexpr Sql kFindOrganization{"SELECT " ORGANIZATION_COLUMNS
                                " FROM organization WHERE org_id = ? AND org_id = ?"};
constexpr Sql kLockOrganization{"SELECT " ORGANIZATION_COLUMNS
                                " FROM organization WHERE org_id = ? AND org_id = ? FOR UPDATE"};
constexpr Sql kListOrganizations{
    "SELECT " ORGANIZATION_COLUMNS
    " FROM organization WHERE org_id = ? AND org_id > ? AND (? OR state = 'ACTIVE')"
    " ORDER BY org_id LIMIT ?"};
constexpr Sql kInsertOrganization{"INSERT INTO organization (" ORGANIZATION_COLUMNS
                                  ") VALUES (?,?,?,?,?,?,?,?,?)"};
constexpr Sql kUpdateOrganization{
    "UPDATE organization SET display_name = ?, time_zone = ?, currency_code = ?, state = ?,"
    " version = ?, update_us = ? WHERE org_id = ?"};
constexpr Sql kZone{"SELECT time_zone FROM organization WHERE org_id = ?"};
constexpr Sql kNamesBase{
    "SELECT EXISTS (SELECT 1 FROM site WHERE org_id = ? AND base_id = ?)"
    " OR EXISTS (SELECT 1 FROM agent WHERE org_id = ? AND base_id = ?)"};

#define SHOP_COLUMNS                                                                          \
  "shop_id, display_name, platform, external_id, time_zone, currency_code, stage, operation," \
  " agency, agency_warehouse, agency_pre_sales, agency_after_sales, agency_product,"          \
  " agency_design, agency_promotion, agency_fee_currency, agency_fee_minor,"                  \
  " agency_commission_bps, open_date, state, version, create_us, update_us"
constexpr Sql kFindShop{"SELECT " SHOP_COLUMNS " FROM shop WHERE org_id = ? AND shop_id = ?"};
constexpr Sql kLockShop{"SELECT " SHOP_COLUMNS
                        " FROM shop WHERE org_id = ? AND shop_id = ? FOR UPDATE"};
constexpr Sql kListShops{"SELECT " SHOP_COLUMNS
                         " FROM shop WHERE org_id = ? AND shop_id > ? AND (? OR state = 'ACTIVE')"
                         " AND (? = '' OR platform = ?) AND (? = '' OR FIND_IN_SET(shop_id, ?) > 0)"
                         " ORDER BY shop_id LIMIT ?"};
constexpr Sql kInsertShop{"INSERT INTO shop (org_id, " SHOP_COLUMNS
                          ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kUpdateShop{
    "UPDATE shop SET display_name = ?, external_id = ?, time_zone = ?, stage = ?, operation = ?,"
    " agency = ?, agency_warehouse = ?, agency_pre_sales = ?, agency_after_sales = ?,"
    " agency_product = ?, agency_design = ?, agency_promotion = ?, agency_fee_currency = ?,"
    " agency_fee_minor = ?, agency_commission_bps = ?, open_date = ?, state = ?, version = ?,"
    " update_us = ? WHERE org_id = ? AND shop_id = ?"};

#define SITE_COLUMNS                                                                     \
  "site_id, display_name, mode, region_code, time_zone, base_id, seats, state, version," \
  " create_us, update_us"
constexpr Sql kFindSite{"SELECT " SITE_COLUMNS " FROM site WHERE org_id = ? AND site_id = ?"};
constexpr Sql kLockSite{"SELECT " SITE_COLUMNS
                        " FROM site WHERE org_id = ? AND site_id = ? FOR UPDATE"};
constexpr Sql kListSites{"SELECT " SITE_COLUMNS
                         " FROM site WHERE org_id = ? AND site_id > ? AND (? OR state = 'ACTIVE')"
                         " AND (? = '' OR base_id = ?) ORDER BY site_id LIMIT ?"};
constexpr Sql kInsertSite{"INSERT INTO site (org_id, " SITE_COLUMNS
                          ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kUpdateSite{
    "UPDATE site SET display_name = ?, mode = ?, region_code = ?, time_zone = ?, seats = ?,"
    " state = ?, version = ?, update_us = ? WHERE org_id = ? AND site_id = ?"};

#define TEAM_COLUMNS \
  "team_id, display_name, site_id, lead_agent_id, state, version, create_us, update_us"
constexpr Sql kFindTeam{"SELECT " TEAM_COLUMNS " FROM team WHERE org_id = ? AND team_id = ?"};
constexpr Sql kLockTeam{"SELECT " TEAM_COLUMNS
                        " FROM team WHERE org_id = ? AND team_id = ? FOR UPDATE"};
constexpr Sql kListTeams{"SELECT " TEAM_COLUMNS
                         " FROM team WHERE org_id = ? AND team_id > ? AND (? OR state = 'ACTIVE')"
                         " AND (? = '' OR site_id = ?) ORDER BY team_id LIMIT ?"};
constexpr Sql kInsertTeam{"INSERT INTO team (org_id, " TEAM_COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?)"};
constexpr Sql kUpdateTeam{
    "UPDATE team SET display_name = ?, site_id = ?, lead_agent_id = ?, state = ?, version = ?,"
    " update_us = ? WHERE org_id = ? AND team_id = ?"};
constexpr Sql kTeamShops{
    "SELECT team_id, shop_id FROM team_shop WHERE org_id = ? AND team_id IN (?*)"
    " ORDER BY team_id, shop_id"};
constexpr Sql kDeleteTeamShops{"DELETE FROM team_shop WHERE org_id = ? AND team_id = ?"};
constexpr std::string_view kInsertTeamShops = "INSERT INTO team_shop (org_id, team_id, shop_id)";

domain::Organization OrganizationFromRow(const Row& row) {
  return {.id = row.Str(0),
          .kind = EnumAt<domain::OrganizationKind>(row, 1),
          .display_name = row.Str(2),
          .time_zone = row.Str(3),
          .currency_code = row.Str(4),
          .state = EnumAt<domain::RecordState>(row, 5),
          .info = InfoAt(row, 6)};
}

domain::Shop ShopFromRow(const Row& row) {
  domain::Shop shop{.id = row.Str(0),
                    .display_name = row.Str(1),
                    .platform = EnumAt<domain::Platform>(row, 2),
                    .external_id = row.Str(3),
                    .time_zone = row.Str(4),
                    .currency_code = row.Str(5),
                    .stage = EnumAt<domain::ShopStage>(row, 6),
                    .operation = EnumAt<domain::ShopOperation>(row, 7),
                    .open_date = row.OptDay(18),
                    .state = EnumAt<domain::RecordState>(row, 19),
                    .info = InfoAt(row, 20)};
  if (!row.IsNull(8)) {
    shop.agency = {.agency = row.Str(8),
                   .warehouse = row.Bool(9),
                   .pre_sales_agents = row.Bool(10),
                   .after_sales_agents = row.Bool(11),
                   .product_manager = row.Bool(12),
                   .design = row.Bool(13),
                   .promotion = row.Bool(14),
                   .fee_currency = row.Str(15),
                   .fee_minor = row.Int(16),
                   .commission_bps = static_cast<int32_t>(row.Int(17))};
  }
  return shop;
}

domain::Site SiteFromRow(const Row& row) {
  return {.id = row.Str(0),
          .display_name = row.Str(1),
          .mode = EnumAt<domain::SiteMode>(row, 2),
          .region_code = row.Str(3),
          .time_zone = row.Str(4),
          .base_id = row.Str(5),
          .seats = static_cast<int32_t>(row.Int(6)),
          .state = EnumAt<domain::RecordState>(row, 7),
          .info = InfoAt(row, 8)};
}

domain::Team TeamFromRow(const Row& row) {
  return {.id = row.Str(0),
          .display_name = row.Str(1),
          .site_id = row.Str(2),
          .lead_agent_id = row.Str(3),
          .state = EnumAt<domain::RecordState>(row, 4),
          .info = InfoAt(row, 5)};
}

// The only row, or `missing`.
template <class T>
absl::StatusOr<T> One(absl::StatusOr<db::Rows> rows, T (*from_row)(const Row&),
                      absl::Status missing) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return missing;
  return from_row(rows->front());
}

absl::Status ShopConflict(const absl::Status& status, const domain::Shop& shop) {
  return db::IsDuplicate(status, "shop_external_id") ? error::ExternalIdTaken(shop.external_id)
                                                     : status;
}

absl::Status InsertTeamShops(db::Transaction& transaction, std::string_view org_id,
                             const domain::Team& team) {
  std::vector<db::Param> rows;
  for (const std::string& shop_id : team.shop_ids) {
    rows.insert(rows.end(), {org_id, team.id, shop_id});
  }
  return transaction.InsertMany(kInsertTeamShops, 3, rows).status();
}

}  // namespace

template <>
absl::StatusOr<domain::Organization> Find(Reader reader, std::string_view org_id,
                                          std::string_view id) {
  return One(reader.Query(kFindOrganization, {org_id, id}), OrganizationFromRow,
             error::OrganizationNotFound(id));
}
template <>
absl::StatusOr<domain::Organization> Lock(db::Transaction& transaction, std::string_view org_id,
                                          std::string_view id) {
  return One(transaction.Query(kLockOrganization, {org_id, id}), OrganizationFromRow,
             error::OrganizationNotFound(id));
}
template <>
absl::StatusOr<domain::Shop> Find(Reader reader, std::string_view org_id, std::string_view id) {
  return One(reader.Query(kFindShop, {org_id, id}), ShopFromRow, error::ShopNotFound(id));
}
template <>
absl::StatusOr<domain::Shop> Lock(db::Transaction& transaction, std::string_view org_id,
                                  std::string_view id) {
  return One(transaction.Query(kLockShop, {org_id, id}), ShopFromRow, error::ShopNotFound(id));
}
template <>
absl::StatusOr<domain::Site> Find(Reader reader, std::string_view org_id, std::string_view id) {
  return One(reader.Query(kFindSite, {org_id, id}), SiteFromRow, error::SiteNotFound(id));
}
template <>
absl::StatusOr<domain::Site> Lock(db::Transaction& transaction, std::string_view org_id,
                                  std::string_view id) {
  return One(transaction.Query(kLockSite, {org_id, id}), SiteFromRow, error::SiteNotFound(id));
}
template <>
absl::StatusOr<domain::Team> Find(Reader reader, std::string_view org_id, std::string_view id) {
  return One(reader.Query(kFindTeam, {org_id, id}), TeamFromRow, error::TeamNotFound(id));
}
template <>
absl::StatusOr<domain::Team> Lock(db::Transaction& transaction, std::string_view org_id,
                                  std::string_view id) {
  return One(transaction.Query(kLockTeam, {org_id, id}), TeamFromRow, error::TeamNotFound(id));
}

absl::Status Insert(db::Transaction& transaction, std::string_view org_id,
                    const domain::Organization& o) {
  const absl::Status status =
      transaction
          .Execute(kInsertOrganization, {org_id, domain::NameOf(o.kind), o.display_name,
                                         o.time_zone, o.currency_code, domain::NameOf(o.state),
                                         o.info.version, o.info.create_time, o.info.update_time})
          .status();
  return db::IsDuplicate(status) ? error::OrganizationExists(org_id) : status;
}

absl::Status Update(db::Transaction& transaction, std::string_view org_id,
                    const domain::Organization& o) {
  return transaction
      .Execute(kUpdateOrganization,
               {o.display_name, o.time_zone, o.currency_code, domain::NameOf(o.state),
                o.info.version, o.info.update_time, org_id})
      .status();
}

absl::Status Insert(db::Transaction& transaction, std::string_view org_id, const domain::Shop& s) {
  const domain::AgencySupply a = s.agency.value_or(domain::AgencySupply{});
  return ShopConflict(transaction
                          .Execute(kInsertShop, {org_id,
                                                 s.id,
                                                 s.display_name,
                                                 domain::NameOf(s.platform),
                                                 NullIfEmpty(s.external_id),
                                                 s.time_zone,
                                                 s.currency_code,
                                                 domain::NameOf(s.stage),
                                                 domain::NameOf(s.operation),
                                                 NullIfEmpty(a.agency),
                                                 a.warehouse,
                                                 a.pre_sales_agents,
                                                 a.after_sales_agents,
                                                 a.product_manager,
                                                 a.design,
                                                 a.promotion,
                                                 a.fee_currency,
                                                 a.fee_minor,
                                                 a.commission_bps,
                                                 s.open_date,
                                                 domain::NameOf(s.state),
                                                 s.info.version,
                                                 s.info.create_time,
                                                 s.info.update_time})
                          .status(),
                      s);
}

absl::Status Update(db::Transaction& transaction, std::string_view org_id, const domain::Shop& s) {
  const domain::AgencySupply a = s.agency.value_or(domain::AgencySupply{});
  return ShopConflict(transaction
                          .Execute(kUpdateShop, {s.display_name,
                                                 NullIfEmpty(s.external_id),
                                                 s.time_zone,
                                                 domain::NameOf(s.stage),
                                                 domain::NameOf(s.operation),
                                                 NullIfEmpty(a.agency),
                                                 a.warehouse,
                                                 a.pre_sales_agents,
                                                 a.after_sales_agents,
                                                 a.product_manager,
                                                 a.design,
                                                 a.promotion,
                                                 a.fee_currency,
                                                 a.fee_minor,
                                                 a.commission_bps,
                                                 s.open_date,
                                                 domain::NameOf(s.state),
                                                 s.info.version,
                                                 s.info.update_time,
                                                 org_id,
                                                 s.id})
                          .status(),
                      s);
}

absl::Status Insert(db::Transaction& transaction, std::string_view org_id, const domain::Site& s) {
  return transaction
      .Execute(kInsertSite, {org_id, s.id, s.display_name, domain::NameOf(s.mode), s.region_code,
                             s.time_zone, s.base_id, s.seats, domain::NameOf(s.state),
                             s.info.version, s.info.create_time, s.info.update_time})
      .status();
}

absl::Status Update(db::Transaction& transaction, std::string_view org_id, const domain::Site& s) {
  return transaction
      .Execute(kUpdateSite,
               {s.display_name, domain::NameOf(s.mode), s.region_code, s.time_zone, s.seats,
                domain::NameOf(s.state), s.info.version, s.info.update_time, org_id, s.id})
      .status();
}

absl::Status Insert(db::Transaction& transaction, std::string_view org_id, const domain::Team& t) {
  RETURN_IF_ERROR(transaction.Execute(
      kInsertTeam,
      {org_id, t.id, t.display_name, t.site_id, t.lead_agent_id, domain::NameOf(t.state),
       t.info.version, t.info.create_time, t.info.update_time}));
  return InsertTeamShops(transaction, org_id, t);
}

absl::Status Update(db::Transaction& transaction, std::string_view org_id, const domain::Team& t) {
  RETURN_IF_ERROR(transaction.Execute(
      kUpdateTeam, {t.display_name, t.site_id, t.lead_agent_id, domain::NameOf(t.state),
                    t.info.version, t.info.update_time, org_id, t.id}));
  RETURN_IF_ERROR(transaction.Execute(kDeleteTeamShops, {org_id, t.id}));
  return InsertTeamShops(transaction, org_id, t);
}

absl::Status Fill(db::Transaction& transaction, std::string_view org_id,
                  std::span<domain::Team> teams) {
  std::vector<db::Param> ids;
  for (const domain::Team& team : teams) ids.emplace_back(team.id);
  ASSIGN_OR_RETURN(const db::Rows rows, transaction.QueryIn(kTeamShops, {org_id}, ids));
  for (domain::Team& team : teams) {
    team.shop_ids.clear();
    for (const Row row : rows) {
      if (row.Text(0) == team.id) team.shop_ids.push_back(row.Str(1));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<domain::Organization>> ListOrganizations(Reader reader,
                                                                    std::string_view org_id,
                                                                    Page page, bool archived) {
  return Collect(reader.Query(kListOrganizations, {org_id, page.after, archived, page.limit}),
                 OrganizationFromRow);
}

absl::StatusOr<std::vector<domain::Shop>> ListShops(Reader reader, std::string_view org_id,
                                                    Page page, const ShopFilter& filter) {
  return Collect(
      reader.Query(kListShops, {org_id, page.after, filter.archived, filter.platform,
                                filter.platform, filter.shops, filter.shops, page.limit}),
      ShopFromRow);
}

absl::StatusOr<std::vector<domain::Site>> ListSites(Reader reader, std::string_view org_id,
                                                    Page page, const SiteFilter& filter) {
  return Collect(reader.Query(kListSites, {org_id, page.after, filter.archived, filter.base_id,
                                           filter.base_id, page.limit}),
                 SiteFromRow);
}

absl::StatusOr<std::vector<domain::Team>> ListTeams(Reader reader, std::string_view org_id,
                                                    Page page, const TeamFilter& filter) {
  return Collect(reader.Query(kListTeams, {org_id, page.after, filter.archived, filter.site_id,
                                           filter.site_id, page.limit}),
                 TeamFromRow);
}

absl::StatusOr<absl::TimeZone> ZoneOf(Reader reader, std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kZone, {org_id}));
  if (rows.empty()) return absl::UTCTimeZone();
  return LoadZone(rows.front().Text(0));
}

absl::StatusOr<bool> NamesBase(Reader reader, std::string_view org_id, std::string_view base_id) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   reader.Query(kNamesBase, {org_id, base_id, org_id, base_id}));
  return rows.front().Bool(0);
}

}  // namespace kefu::staffing::store
