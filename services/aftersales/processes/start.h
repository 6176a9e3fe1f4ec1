// How processes begin: in the commit of what sets them off.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "common/ids/id_generator.h"
#include "common/money/money.h"
#include "kefu/aftersales/v1/events.pb.h"
#include "kefu/aftersales/v1/processes.pb.h"
#include "services/aftersales/domain/compensation.h"
#include "services/aftersales/domain/types.h"
#include "services/aftersales/store/processes.h"

namespace kefu::aftersales {

// What was said beforehand of what the case's decision is to lead to; an empty plan when nothing
// was.
absl::StatusOr<v1::CasePlan> PlanOf(db::Transaction& t, const domain::Case& record);

// Starts what follows the decision that `record`, locked, has just been moved by; nothing for one
// that leads to no flow, nor for a complaint of which nobody knows whom it concerns. Answers what
// the case's history is to tell of that. `limit` is what the reviewer said it costs. A decision has
// its flow once, and again only after that was undone. FAILED_PRECONDITION PROCESS_RUNNING while
// another flow of the case has not ended, COMPENSATED_BEFORE of a claim to compensation that the
// order has had by another case.
absl::StatusOr<std::vector<domain::FieldChange>> StartFollowing(db::Transaction& t,
                                                                const domain::Case& record,
                                                                const std::optional<Money>& limit,
                                                                absl::Time now, IdGenerator& ids);

// FAILED_PRECONDITION PLAN_TOO_LATE unless the locked case is an upheld complaint from which
// nothing has followed yet.
absl::Status CheckNothingBegun(db::Transaction& t, const domain::Case& record);

// FAILED_PRECONDITION PROCESS_RUNNING while a flow that follows a decision of the locked case has
// not ended. What beside it pays compensation or tells of a breach holds nothing up.
absl::Status CheckNothingRuns(db::Transaction& t, const domain::Case& record);

// FAILED_PRECONDITION COMPENSATED_BEFORE where the order has had compensation of this kind. Whoever
// requests the payment holds the order's lock; whoever only asks is answered as things stand.
absl::Status CheckNotCompensated(db::Transaction& t, std::string_view org_id,
                                 std::string_view shop_id, std::string_view order_id,
                                 domain::CompensationKind kind);

// The process that pays this compensation for the locked, decided case: the one of its kind that
// there is, or a new one, which then neither closes the case nor gives it back. COMPENSATED_BEFORE.
absl::StatusOr<store::ProcessRow> StartCompensation(db::Transaction& t, const domain::Case& record,
                                                    domain::CompensationKind kind,
                                                    const Money& amount, absl::Time now,
                                                    IdGenerator& ids);

// A missed deadline goes to the conduct ledger, where it had an owner and the policy names a kind.
// Idempotent.
absl::Status StartBreach(db::Transaction& t, const std::string& org_id,
                         const v1::DeadlineBreached& event, absl::Time now, IdGenerator& ids);

// A process for readers.
v1::Process ToProto(const store::ProcessRow& row);
v1::ProcessFacts FactsOf(const store::ProcessRow& row);
// What was authorised of what it costs; nothing where nobody said.
std::optional<Money> LimitOf(const v1::ProcessFacts& facts);

}  // namespace kefu::aftersales
