// What one transaction reads once for all of its cases, and what waits in it to be written for all
// of them by few statements.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/authority/authority.h"
#include "common/db/transaction.h"
#include "common/events/outbox.h"
#include "services/aftersales/domain/assignment/assignment.h"
#include "services/aftersales/domain/types.h"
#include "services/aftersales/store/assignment.h"
#include "services/aftersales/store/case_rows.h"
#include "services/aftersales/store/policies.h"
#include "services/aftersales/store/sla.h"

namespace kefu::aftersales {

// Lives inside the body of one attempt of a transaction. Not thread-safe. Each case is inserted or
// updated once at most between two flushes.
class CaseBatch {
 public:
  explicit CaseBatch(db::Transaction& t) : t_(t) {}
  CaseBatch(const CaseBatch&) = delete;
  CaseBatch& operator=(const CaseBatch&) = delete;

  db::Transaction& t() { return t_; }

  // --- Read once. What is found by an instant is found by that of who asks first: all are of the
  // same moment. Return the database's errors besides those of the stores.
  // Reads by one statement what opening a case in the shop asks for; the others answer from it.
  absl::Status ReadForOpening(const std::string& org_id, const std::string& shop_id, absl::Time at);
  absl::StatusOr<store::Shop> Shop(const std::string& org_id, const std::string& shop_id);
  absl::StatusOr<domain::SlaPolicies> Sla(const store::CaseScope& scope, absl::Time at);
  // As store::SlaChangesBetween.
  absl::StatusOr<std::vector<absl::Time>> SlaChanges(const store::CaseScope& scope, absl::Time from,
                                                     absl::Time to);
  absl::StatusOr<domain::AssignmentPolicy> Assignment(const std::string& org_id, absl::Time now);
  absl::StatusOr<bool> IsServed(const store::AssignmentPlace& place);
  absl::StatusOr<std::vector<authority::Policy>> Authority(const std::string& org_id);

  // --- Written by Flush, in the order in which they came.
  void Insert(domain::Case record) { inserted_.push_back(std::move(record)); }
  // `clocks`: they are not as they are stored.
  void Update(domain::Case record, bool clocks) { updated_.push_back({std::move(record), clocks}); }
  void Add(std::string org_id, domain::Activity activity) {
    activities_.push_back({std::move(org_id), std::move(activity)});
  }
  void AddUnassigned(const domain::Case& record, std::string reason, absl::Time since,
                     absl::Time next);
  void Tell(events::OutboxRow event) { outbox_.push_back(std::move(event)); }
  std::vector<events::OutboxRow>& outbox() { return outbox_; }

  // Writes what waits. ALREADY_EXISTS EXTERNAL_ID_TAKEN where one case is inserted, DUPLICATE_KEY
  // where it is one of several; INTERNAL for an event over the limit; the database's errors.
  absl::Status Flush();

  // Where the batch stands. Undo forgets what came after; false: some of it is written already.
  struct Mark {
    size_t inserted, updated, activities, unassigned, outbox;
    int flushes;
  };
  Mark Here() const;
  bool Undo(const Mark& mark);

 private:
  struct Updated {
    domain::Case record;
    bool clocks;
  };
  // By organization and shop, and what else decides.
  using ShopKey = std::pair<std::string, std::string>;

  absl::StatusOr<store::SlaVersions> SlaVersions(const store::CaseScope& scope);

  db::Transaction& t_;
  std::map<ShopKey, store::Shop> shops_;
  std::map<std::vector<std::string>, store::SlaVersions> sla_;
  std::map<std::string, domain::AssignmentPolicy> assignment_;
  std::map<std::pair<ShopKey, absl::CivilDay>, bool> served_;
  std::set<ShopKey> for_opening_;
  std::map<std::string, std::vector<authority::Policy>> authority_;

  std::vector<domain::Case> inserted_;
  std::vector<Updated> updated_;
  std::vector<store::CaseActivity> activities_;
  std::vector<store::UnassignedRow> unassigned_;
  std::vector<events::OutboxRow> outbox_;
  int flushes_ = 0;
};

}  // namespace kefu::aftersales
