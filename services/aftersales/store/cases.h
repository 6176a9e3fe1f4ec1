// Rows of cases. Every statement names the tenant: a row of another organization is answered like
// one that does not exist. The functions keep no state and are thread-safe; all return the
// database's errors besides those named.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "common/money/money.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::store {

// One case with all its parts, or nothing. The row is read before its parts: a view that a writer
// overtakes carries the old etag.
absl::StatusOr<std::optional<domain::Case>> FindCase(db::Transaction& t, std::string_view org_id,
                                                     std::string_view case_id);
// The same, locked for update until the transaction ends. Whoever changes a case or its parts
// holds this lock.
absl::StatusOr<std::optional<domain::Case>> LockCase(db::Transaction& t, std::string_view org_id,
                                                     std::string_view case_id);
// The same, or nothing as well when somebody else holds the lock: does not wait.
absl::StatusOr<std::optional<domain::Case>> TryLockCase(db::Transaction& t, std::string_view org_id,
                                                        std::string_view case_id);
// Those of the organization, by id; at most 1000.
absl::StatusOr<std::vector<domain::Case>> FindCases(db::Transaction& t, std::string_view org_id,
                                                    std::span<const std::string> case_ids);
// Those of these cases that are there, by organization and id; `ids` holds org_id and case_id of
// each in turn, at most 1000.
absl::StatusOr<std::vector<domain::Case>> FindCases(db::Transaction& t,
                                                    std::span<const db::Param> ids);
// Locks up to `limit` cases of all organizations that the clock job must look at by `now`, the
// longest waiting first, passing over those that others hold.
absl::StatusOr<std::vector<domain::Case>> ClaimDueCases(db::Transaction& t, absl::Time now,
                                                        int limit);

// A stretch of an organization's cases, by id.
struct CaseWalk {
  std::vector<domain::Case> cases;
  std::string last_id;  // the stretch ends with it; empty: there are none after it
};
// Locks those of the next `limit` cases after that id whose clocks run or are paused, of one shop
// or, when that is empty, of all.
absl::StatusOr<CaseWalk> LockRunningCases(db::Transaction& t, std::string_view org_id,
                                          std::string_view shop_id, std::string_view after_id,
                                          int limit);

// Adds a case with all its parts. ALREADY_EXISTS EXTERNAL_ID_TAKEN.
absl::Status InsertCase(db::Transaction& t, const domain::Case& record);
// Writes what verbs change of a locked case: all but its shop, kind, channel, lines and times of
// opening.
absl::Status UpdateCase(db::Transaction& t, const domain::Case& record);
// Writes the lines of a locked case that had none, or of which the categories were learnt.
absl::Status SaveLines(db::Transaction& t, const domain::Case& record);

// Adds one line of a case's history.
absl::Status InsertActivity(db::Transaction& t, std::string_view org_id,
                            const domain::Activity& activity);
// What was said of the cost when the case's present decision was given; nothing where nobody said.
absl::StatusOr<std::optional<Money>> DecidedCost(db::Transaction& t, const domain::Case& record);
// Up to `limit` of them with seq greater than `after`, in that order; without the internal ones
// unless `internal`.
absl::StatusOr<std::vector<domain::Activity>> ListActivities(db::Transaction& t,
                                                             std::string_view org_id,
                                                             std::string_view case_id,
                                                             int64_t after, bool internal,
                                                             int limit);

// Those of the organization's cases that are for the base to see and to work on, as far as who has
// them goes: nobody, or an agent of the base. At most 1000 ids.
absl::StatusOr<std::set<std::string, std::less<>>> ReachedByBase(
    db::Transaction& t, std::string_view org_id, std::span<const std::string> case_ids,
    std::string_view base_id);

// Whose cases a list shows: one whole organization, or shops of one or several; of these, where a
// base asks, what ReachedByBase answers.
struct ShopId {
  std::string org_id;
  std::string shop_id;
};
struct CaseFilter {
  std::string whole_org_id;   // when set, `shops` is not looked at
  std::vector<ShopId> shops;  // at most 1000
  std::string base_id;        // empty: nothing is confined to a base
  std::string states;         // names, comma-separated; empty: all
  std::string kind;           // name; empty: all
  std::string assignee_agent_id;
  std::optional<absl::Time> due_before;
};
// A keyset page: up to `limit` cases after (due, case_id), by due time, those that owe nothing
// last, and by id. InfinitePast begins.
struct CasePage {
  absl::Time after_due = absl::InfinitePast();
  std::string after_id;
  int limit = 0;
};
struct CaseList {
  std::vector<domain::Case> cases;
  bool more = false;  // there are cases after these
};
absl::StatusOr<CaseList> ListCases(db::Transaction& t, const CaseFilter& filter,
                                   const CasePage& page);

}  // namespace kefu::aftersales::store
