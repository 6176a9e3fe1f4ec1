#include "services/aftersales/store/compensation.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"

namespace kefu::aftersales::store {
namespace {

using db::Row;
using db::Sql;

#define POLICY_COLUMNS                                                                           \
  "org_id, policy_id, version, shop_id, platform, effective_us, late_shipment_bps,"              \
  " late_shipment_min_minor, late_shipment_max_minor, freight_multiple_bps, cap_at_paid, actor," \
  " create_us, advance_max_bps"
// What applies to a shop, the most particular first: see migrations/.
constexpr Sql kChoose{
    "SELECT " POLICY_COLUMNS
    " FROM compensation_policy WHERE org_id IN (?, '') AND shop_id IN (?, '')"
    " AND platform IN (?, '') AND effective_us <= ?"
    " ORDER BY org_id = '', shop_id = '', platform = '', effective_us DESC, version DESC LIMIT 1"};
constexpr Sql kLatest{"SELECT " POLICY_COLUMNS
                      " FROM compensation_policy WHERE org_id = ? AND policy_id = ?"
                      " ORDER BY version DESC LIMIT 1"};
constexpr Sql kInsert{"INSERT INTO compensation_policy (" POLICY_COLUMNS
                      ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kList{
    "SELECT " POLICY_COLUMNS
    " FROM compensation_policy WHERE org_id IN ('', ?) AND (? = '' OR policy_id = ?)"
    " AND (org_id, policy_id, version) > (?,?,?) ORDER BY org_id, policy_id, version LIMIT ?"};

domain::CompensationPolicy PolicyFromRow(const Row& row) {
  return {.ref = {row.Str(0), row.Str(1), static_cast<int32_t>(row.Int(2))},
          .shop_id = row.Str(3),
          .platform = row.Str(4),
          .effective = FromMicros(row.Int(5)),
          .actor = row.Str(11),
          .create_time = row.Time(12),
          .late_shipment_bps = row.Int(6),
          .late_shipment_min_minor = row.Int(7),
          .late_shipment_max_minor = row.Int(8),
          .freight_multiple_bps = row.Int(9),
          .cap_at_paid = row.Bool(10),
          .advance_max_bps = row.Int(13)};
}

}  // namespace

absl::StatusOr<domain::CompensationPolicy> ChooseCompensationPolicy(db::Transaction& t,
                                                                    const Shop& shop,
                                                                    absl::Time at) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kChoose, {shop.org_id, shop.shop_id, shop.platform, ToMicros(at)}));
  if (rows.empty()) return Internal("no compensation policy applies, not even a shipped one");
  return PolicyFromRow(rows.front());
}

absl::StatusOr<std::optional<domain::CompensationPolicy>> LatestCompensationPolicy(
    db::Transaction& t, std::string_view org_id, std::string_view policy_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLatest, {org_id, policy_id}));
  if (rows.empty()) return std::nullopt;
  return PolicyFromRow(rows.front());
}

absl::Status InsertCompensationPolicy(db::Transaction& t, const domain::CompensationPolicy& p) {
  return t
      .Execute(kInsert, {p.ref.org_id, p.ref.policy_id, p.ref.version, p.shop_id, p.platform,
                         ToMicros(p.effective), p.late_shipment_bps, p.late_shipment_min_minor,
                         p.late_shipment_max_minor, p.freight_multiple_bps, p.cap_at_paid, p.actor,
                         ToMicros(p.create_time), p.advance_max_bps})
      .status();
}

absl::StatusOr<std::vector<domain::CompensationPolicy>> ListCompensationPolicies(
    db::Transaction& t, std::string_view org_id, std::string_view policy_id,
    const domain::PolicyRef& after, int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kList, {org_id, policy_id, policy_id, after.org_id,
                                                        after.policy_id, after.version, limit}));
  std::vector<domain::CompensationPolicy> policies;
  for (const Row row : rows) policies.push_back(PolicyFromRow(row));
  return policies;
}

}  // namespace kefu::aftersales::store
