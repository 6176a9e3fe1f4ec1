// One verb of a case as one transaction: replay or claim, lock, ask, move, save, tell.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/events/write.h"
#include "kefu/aftersales/v1/resources.pb.h"
#include "services/aftersales/domain/moves.h"
#include "services/aftersales/fold/case_fold.h"
#include "services/aftersales/handlers/dependencies.h"
#include "services/aftersales/handlers/scope.h"

namespace kefu::aftersales {

// What a case's history tells of the move besides verb, states, actor and time.
struct Entry {
  std::string note;
  std::optional<domain::ReviewAuthority> authority = {};
  domain::ReviewResult result = domain::ReviewResult::kUnspecified;
  std::vector<domain::FieldChange> changes = {};
  bool internal = false;     // only for the merchant's own people
  bool nothing_new = false;  // the case is answered as it stands, and nothing is told
};
// Asked in the transaction, of the locked case, once its state allows the verb: makes sure of the
// guard, completes the command, writes to the case what the verb itself does not.
using Prepare =
    std::function<absl::StatusOr<Entry>(db::Transaction&, domain::Case&, domain::Command&)>;

// Who calls.
domain::Person ActorOf(const RequestContext& ctx);

// The same, for writes that share a transaction: reads what it needs by the batch.
using BatchPrepare =
    std::function<absl::StatusOr<Entry>(CaseBatch&, domain::Case&, domain::Command&)>;

// Moves a locked case and saves it with its history and events.
absl::StatusOr<v1::Case> MoveLockedCase(db::Transaction& t, const RequestContext& ctx,
                                        const Dependencies& deps, domain::Case record,
                                        domain::Command command, const Prepare& prepare);

// The same; all that is saved waits in the batch. `stored`: the clocks as they are stored.
absl::StatusOr<v1::Case> MoveLockedCase(CaseBatch& batch, const RequestContext& ctx,
                                        const Dependencies& deps, domain::Case record,
                                        const std::vector<domain::SlaClock>* stored,
                                        domain::Command command, const BatchPrepare& prepare);

// ABORTED ETAG_MISMATCH unless the etag is empty or the case's.
absl::Status CheckEtag(const domain::Case& record, std::string_view etag);

// A write that answers the case; `body` (db::Transaction&).
template <class Request, class F>
absl::StatusOr<v1::Case> WriteCase(const RequestContext& ctx, const Dependencies& deps,
                                   const Request& request, std::string_view case_id, F body) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  events::WriteInfo info;
  absl::StatusOr<v1::Case> answer =
      events::RunWrite<v1::Case>(deps.database, ctx, request, std::move(body), &info);
  // The answer was stored for whoever called first; this caller may reach less.
  if (answer.ok() && info.replayed) {
    RETURN_IF_ERROR(CheckReach(deps.database, ctx, case_id, answer->shop_id()));
  }
  return answer;
}

// The whole write of one verb, for a request with etag and request_id.
template <class Request>
absl::StatusOr<v1::Case> MoveCase(const RequestContext& ctx, const Dependencies& deps,
                                  const Request& request, std::string_view case_id,
                                  const domain::Command& command, const Prepare& prepare) {
  return WriteCase(
      ctx, deps, request, case_id, [&](db::Transaction& t) -> absl::StatusOr<v1::Case> {
        ASSIGN_OR_RETURN(domain::Case record, RequireCase(t, ctx, case_id, Access::kLock));
        RETURN_IF_ERROR(CheckEtag(record, request.etag()));
        return MoveLockedCase(t, ctx, deps, std::move(record), command, prepare);
      });
}

// The same, in one transaction with what others write at the same time. `prepare` writes nothing.
template <class Request>
absl::StatusOr<v1::Case> MoveCaseTogether(const RequestContext& ctx, const Dependencies& deps,
                                          CaseFold& fold, const Request& request,
                                          const domain::Command& command,
                                          const BatchPrepare& prepare) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  const std::vector<std::string> orgs = OrgsInReach(ctx);
  const std::string& case_id = request.case_id();
  // Whose case it is shows only when it is found.
  if (orgs.size() != 1) {
    return MoveCase(ctx, deps, request, case_id, command,
                    [&](db::Transaction& t, domain::Case& record, domain::Command& completed) {
                      CaseBatch batch(t);
                      return prepare(batch, record, completed);
                    });
  }
  const auto move = [&](CaseBatch& batch,
                        std::optional<domain::Case> locked) -> absl::StatusOr<v1::Case> {
    ASSIGN_OR_RETURN(domain::Case record,
                     InReach<domain::Case>(
                         batch.t(), ctx,
                         [&](std::string_view) -> absl::StatusOr<std::optional<domain::Case>> {
                           return std::move(locked);
                         },
                         error::CaseNotFound(case_id)));
    RETURN_IF_ERROR(CheckEtag(record, request.etag()));
    const std::vector<domain::SlaClock> stored = record.clocks;
    return MoveLockedCase(batch, ctx, deps, std::move(record), &stored, command, prepare);
  };
  events::WriteInfo info;
  absl::StatusOr<v1::Case> answer =
      fold.Run(ctx, request, {.org_id = orgs.front(), .case_id = case_id, .body = move}, &info);
  // The answer was stored for whoever called first; this caller may reach less.
  if (answer.ok() && info.replayed) {
    RETURN_IF_ERROR(CheckReach(deps.database, ctx, case_id, answer->shop_id()));
  }
  return answer;
}

}  // namespace kefu::aftersales
