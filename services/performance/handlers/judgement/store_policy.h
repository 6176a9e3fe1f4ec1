// How policies of judgement come in: each as the next version of its shop's or organization's.
#pragma once

#include <functional>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/context/request_context.h"
#include "common/events/outbox.h"
#include "common/status/status_macros.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/store/quality.h"

namespace kefu::performance {

// Stores it and tells it by an event with the fields shop_id, version and effective_from. Returns
// it with its version.
template <class Event, class Policy>
absl::StatusOr<Policy> StorePolicy(db::Transaction& t, const RequestContext& ctx,
                                   const PolicyOwner& owner, std::string_view kind,
                                   absl::CivilDay effective_from, Policy policy,
                                   const std::function<void()>& on_events) {
  ASSIGN_OR_RETURN(const int64_t version, store::AddPolicy(t, owner.scope, kind, "", effective_from,
                                                           policy.SerializeAsString()));
  policy.set_version(version);
  Event event;
  event.set_shop_id(owner.scope.shop_id);
  event.set_version(version);
  *event.mutable_effective_from() = policy.effective_from();
  RETURN_IF_ERROR(events::Append(t, owner.scope.org_id, owner.scope.shop_id, event, ctx.now));
  t.AfterCommit(on_events);
  return policy;
}

}  // namespace kefu::performance
