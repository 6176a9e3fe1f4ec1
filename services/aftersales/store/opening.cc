#include "services/aftersales/store/opening.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"

namespace kefu::aftersales::store {
namespace {

using db::Row;
using db::Sql;

// What a row is; see the columns of kRules.
enum Part : int { kShop = 1, kSla, kAssignment, kServed, kAuthority };

// One statement where each of the parts, asked for alone, costs more to send than to answer. No
// part is sorted but the one of which a single row is wanted: there are few rows.
constexpr Sql kRules{
    "SELECT 1, platform, time_zone, '', '', 0, 0, '' FROM shop WHERE org_id = ? AND shop_id = ?"
    " UNION ALL SELECT 2, org_id, policy_id, shop_id, platform, 2 * version + withdrawn,"
    " effective_us, '' FROM sla_policy WHERE org_id IN (?, '') AND shop_id IN (?, '')"
    " AND base_id = '' AND contract_id = ''"
    " UNION ALL (SELECT 3, '', '', '', '', version, 0, body FROM intake_rules"
    " WHERE org_id IN (?, '') AND topic = ? AND effective_us <= ?"
    " ORDER BY org_id = '', effective_us DESC, version DESC LIMIT 1)"
    " UNION ALL SELECT 4, '', '', '', '', DATEDIFF(start_date, '1970-01-01'),"
    " COALESCE(DATEDIFF(end_date, '1970-01-01'), 2932896), '' FROM assignment_shop"
    " WHERE org_id = ? AND shop_id = ? AND start_date <= ?"
    " AND (end_date IS NULL OR end_date >= ?)"
    " UNION ALL SELECT 5, '', '', '', '', version, 0, body FROM authority_policy"
    " WHERE org_id = ?"};

absl::CivilDay DayAt(const Row& row, size_t column) {
  return absl::CivilDay(1970, 1, 1) + row.Int(column);
}

// The columns in which what applies is compared, the most particular first.
struct Sla {
  SlaVersion version;
  std::string shop_id, platform;
  auto Rank() const {
    return std::tuple(version.ref.org_id.empty(), shop_id.empty(), platform.empty(),
                      -ToMicros(version.effective), -version.ref.version);
  }
};

SlaVersions Applicable(std::vector<Sla> all, const Shop& shop) {
  std::erase_if(
      all, [&](const Sla& one) { return !one.platform.empty() && one.platform != shop.platform; });
  std::ranges::stable_sort(all, {}, &Sla::Rank);
  SlaVersions versions;
  for (Sla& one : all) versions.push_back(std::move(one.version));
  return versions;
}

}  // namespace

absl::StatusOr<OpeningRules> ReadOpeningRules(db::Transaction& t, std::string_view org_id,
                                              std::string_view shop_id, absl::Time at) {
  // Zones are less than a day from UTC.
  const absl::CivilDay day = absl::ToCivilDay(at, absl::UTCTimeZone());
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kRules, {org_id, shop_id, org_id, shop_id, org_id, kAssignmentRules,
                                    ToMicros(at), org_id, shop_id, day + 1, day - 1, org_id}));
  OpeningRules rules;
  rules.shop = AssumedShop(org_id, shop_id);
  std::vector<Sla> sla;
  std::vector<std::pair<int64_t, std::string>> authority;
  bool assigned = false;
  for (const Row row : rows) {
    switch (row.Int(0)) {
      case kShop:
        rules.shop.platform = row.Str(1);
        rules.shop.zone = {row.Str(2), false};
        break;
      case kSla:
        sla.push_back({{{row.Str(1), row.Str(2), static_cast<int32_t>(row.Int(5) / 2)},
                        row.Int(5) % 2 != 0,
                        FromMicros(row.Int(6))},
                       row.Str(3),
                       row.Str(4)});
        break;
      case kAssignment:
        rules.assignment = {static_cast<int32_t>(row.Int(5)), row.Str(7)};
        assigned = true;
        break;
      case kServed:
        rules.served.push_back({DayAt(row, 5), DayAt(row, 6)});
        break;
      case kAuthority:
        authority.emplace_back(row.Int(5), row.Str(7));
        break;
    }
  }
  if (!assigned) return Internal("no rules of assignment apply, not even shipped ones");
  rules.sla = Applicable(std::move(sla), rules.shop);
  std::ranges::sort(authority);
  for (auto& [version, body] : authority) rules.authority.push_back(std::move(body));
  return rules;
}

}  // namespace kefu::aftersales::store
