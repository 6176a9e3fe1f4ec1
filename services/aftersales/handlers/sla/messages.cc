// The customer's messages.
#include <algorithm>
#include <utility>

#include "common/convert/fields.h"
#include "common/time/civil.h"
#include "services/aftersales/handlers/move_case.h"
#include "services/aftersales/handlers/sla/messages.h"
#include "services/aftersales/handlers/sla/sla_handlers.h"
#include "services/aftersales/store/sla.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;

// Starts the clock of the next response before the message ends the waiting, which it then does for
// this clock too.
absl::Status Start(db::Transaction& t, absl::Time now, absl::Time at, domain::Case& record) {
  ASSIGN_OR_RETURN(
      const store::CaseScope scope,
      store::FindCaseScope(t, record.org_id, record.shop_id, record.assignee_agent_id, now));
  ASSIGN_OR_RETURN(const domain::SlaPolicies policies, store::ChooseSlaPolicies(t, scope, at));
  return domain::StartNextResponse(record, policies, scope.shop.zone, at);
}

}  // namespace

Prepare CustomerSaid(absl::Time now, std::string message) {
  return [now, message = std::move(message)](db::Transaction& t, domain::Case& record,
                                             domain::Command& command) -> absl::StatusOr<Entry> {
    RETURN_IF_ERROR(Start(t, now, command.at, record));
    return Entry{message};
  };
}

absl::StatusOr<v1::Case> SlaHandlers::RecordCustomerMessage(
    const RequestContext& ctx, const v1::RecordCustomerMessageRequest& request) const {
  const absl::Time now = NowOf(ctx);
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  fields::Text(request.message(), convert::kMaxWords, "message", violations, /*lines=*/true);
  domain::Command message{.verb = domain::Verb::kCustomerMessage, .at = now};
  if (request.has_message_time()) {
    message.at =
        FromMicros(ToMicros(fields::Instant(request.message_time(), "message_time", violations)));
    violations.Check(message.at <= now, "message_time", "must not be in the future");
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(ctx, deps_, request, request.case_id(), message,
                  CustomerSaid(now, request.message()));
}

}  // namespace kefu::aftersales
