// Policies, looks and warnings about bad lots. Every statement names the tenant. The functions keep
// no state and are thread-safe; all return the database's errors.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/insight/warning.h"

namespace kefu::aftersales::store {

// The policy in force: of the organization's versions, else of the shipped ones. INTERNAL without
// any.
absl::StatusOr<domain::insight::BadLotPolicy> BadLotPolicyAt(db::Transaction& t,
                                                             std::string_view org_id,
                                                             absl::Time at);
// One version. INTERNAL when it is not there.
absl::StatusOr<domain::insight::BadLotPolicy> LoadBadLotPolicy(db::Transaction& t,
                                                               std::string_view org_id,
                                                               int32_t version);
// The organization's own newest version, locked until the transaction ends, whenever it counts.
absl::StatusOr<std::optional<domain::insight::BadLotPolicy>> LockNewestBadLotPolicy(
    db::Transaction& t, std::string_view org_id);
// ABORTED TRANSACTION_CONFLICT when somebody else adds the same version at once.
absl::Status AddBadLotPolicy(db::Transaction& t, const domain::insight::BadLotPolicy& policy);
// Kinds as a look asks for them: names, comma-separated.
std::string NamesOf(std::span<const domain::CaseKind> kinds);

// One look at an organization's lots.
struct BadLotLook {
  std::string org_id;
  absl::CivilDay day;  // the last one that it knew
  std::string policy_org_id;
  int32_t policy_version = 0;
  int64_t series = 0;  // tested
  domain::insight::DelayDistribution delays;
  absl::Time create_time;
};
absl::StatusOr<std::optional<absl::CivilDay>> LastLook(db::Transaction& t, std::string_view org_id);
absl::StatusOr<std::optional<BadLotLook>> FindLook(db::Transaction& t, std::string_view org_id,
                                                   absl::CivilDay day);
// False when the day was looked at already.
absl::StatusOr<bool> AddLook(db::Transaction& t, const BadLotLook& look);

// One warning, or nothing; locked until the transaction ends.
absl::StatusOr<std::optional<domain::insight::Warning>> FindWarning(db::Transaction& t,
                                                                    std::string_view org_id,
                                                                    std::string_view warning_id);
absl::StatusOr<std::optional<domain::insight::Warning>> LockWarning(db::Transaction& t,
                                                                    std::string_view org_id,
                                                                    std::string_view warning_id);
// All that was ever told of an organization, by series and episode.
absl::StatusOr<std::vector<domain::insight::Warning>> AllWarnings(db::Transaction& t,
                                                                  std::string_view org_id);
// Those of one series by episode, locked.
absl::StatusOr<std::vector<domain::insight::Warning>> LockWarningsOf(
    db::Transaction& t, std::string_view org_id, const domain::insight::SeriesKey& key);
// Up to `limit` after an id, by id, of one state or SKU unless that is empty.
absl::StatusOr<std::vector<domain::insight::Warning>> ListWarnings(
    db::Transaction& t, std::string_view org_id, std::string_view state, std::string_view sku,
    std::string_view after, int limit);
// Adds or replaces it.
absl::Status SaveWarning(db::Transaction& t, const domain::insight::Warning& warning);

// Replaces the rows behind a warning.
absl::Status SaveRows(db::Transaction& t, const domain::insight::Warning& warning,
                      const domain::insight::WarningRows& rows);
// Every day, and up to `limit` complaints after a case.
absl::StatusOr<domain::insight::WarningRows> LoadRows(db::Transaction& t,
                                                      const domain::insight::Warning& warning,
                                                      std::string_view after_case, int limit);

}  // namespace kefu::aftersales::store
