// One verb of a case as one transaction: replay or claim, lock, ask, move, save, tell.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/events/write.h"
#include "kefu/aftersales/v1/resources.pb.h"
#include "services/aftersales/domain/moves.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/handlers/dependencies.h"
#include "services/aftersales/handlers/scope.h"

namespace kefu::aftersales {

// What a case's history tells of the move besides verb, states, actor and time.
struct Entry {
  std::string note;
  std::optional<domain::ReviewAuthority> authority = {};
  domain::ReviewResult result = domain::ReviewResult::kUnspecified;
  std::vector<domain::FieldChange> changes = {};
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

// The whole write for a request that names case_id, etag and request_id.
template <class Request>
absl::StatusOr<v1::Case> MoveCase(const RequestContext& ctx, const Dependencies& deps,
                                  const Request& request, const domain::Command& command,
                                  const Prepare& prepare) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  events::WriteInfo info;
  absl::StatusOr<v1::Case> answer = events::RunWrite<v1::Case>(
      deps.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::Case> {
        ASSIGN_OR_RETURN(domain::Case record,
                         RequireCase(t, ctx, request.case_id(), Access::kLock));
        if (!request.etag().empty() && request.etag() != convert::Etag(record)) {
          return error::EtagMismatch(record.case_id);
        }
        return MoveLockedCase(t, ctx, deps, std::move(record), command, prepare);
      },
      &info);
  // The answer was stored for whoever called first; this caller may reach less.
  if (answer.ok() && info.replayed) {
    RETURN_IF_ERROR(CheckReach(ctx, request.case_id(), answer->shop_id()));
  }
  return answer;
}

}  // namespace kefu::aftersales
