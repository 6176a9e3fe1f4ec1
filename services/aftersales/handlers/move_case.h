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

// Moves a locked case and saves it with its history and events.
absl::StatusOr<v1::Case> MoveLockedCase(db::Transaction& t, const RequestContext& ctx,
                                        const Dependencies& deps, domain::Case record,
                                        domain::Command command, const Prepare& prepare);

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
    RETURN_IF_ERROR(CheckReach(ctx, case_id, answer->shop_id()));
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

}  // namespace kefu::aftersales
