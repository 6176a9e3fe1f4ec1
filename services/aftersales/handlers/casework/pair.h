// A write about two cases of one organization.
#pragma once

#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "services/aftersales/handlers/move_case.h"

namespace kefu::aftersales {

struct CasePair {
  domain::Case record;  // that which the request names first
  domain::Case other;
};
// Both, locked in the order of their keys. NOT_FOUND where the caller does not reach one, or the
// other is another organization's.
absl::StatusOr<CasePair> LockPair(db::Transaction& t, const RequestContext& ctx,
                                  std::string_view case_id, std::string_view other_case_id);

// As MoveCase, for a request that names a second case; `body` (db::Transaction&, CasePair) answers
// the first.
template <class Request, class F>
absl::StatusOr<v1::Case> WritePair(const RequestContext& ctx, const Dependencies& deps,
                                   const Request& request, std::string_view other_case_id, F body) {
  return WriteCase(
      ctx, deps, request, request.case_id(), [&](db::Transaction& t) -> absl::StatusOr<v1::Case> {
        ASSIGN_OR_RETURN(CasePair pair, LockPair(t, ctx, request.case_id(), other_case_id));
        RETURN_IF_ERROR(CheckEtag(pair.record, request.etag()));
        return body(t, std::move(pair));
      });
}

}  // namespace kefu::aftersales
