// What after-sales tells the others, in the transaction of the change.
#pragma once

#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "common/events/outbox.h"
#include "common/status/status_macros.h"
#include "kefu/aftersales/v1/events.pb.h"
#include "services/aftersales/convert/cases.h"
#include "services/aftersales/domain/clocks.h"

namespace kefu::aftersales {

// DeadlineNear or DeadlineBreached for each clock that has fired, to be appended while the case's
// row is locked.
inline void AppendFirings(const domain::Case& record, std::span<const domain::Firing> firings,
                          absl::Time now, std::vector<events::OutboxRow>& outbox) {
  const auto fill = [&](auto event, const domain::SlaClock& clock) {
    event.set_case_id(record.case_id);
    event.set_shop_id(record.shop_id);
    *event.mutable_clock() = convert::ToProto(clock);
    outbox.push_back(events::MakeOutboxRow(record.org_id, record.case_id, event, now));
  };
  for (const domain::Firing& firing : firings) {
    for (const domain::SlaClock& clock : record.clocks) {
      if (clock.kind != firing.clock) continue;
      if (firing.kind == domain::Firing::Kind::kBreached) {
        fill(v1::DeadlineBreached(), clock);
      } else {
        fill(v1::DeadlineNear(), clock);
      }
    }
  }
}

// The same at once. The case's row is locked.
inline absl::Status PublishFirings(db::Transaction& t, const domain::Case& record,
                                   std::span<const domain::Firing> firings, absl::Time now) {
  std::vector<events::OutboxRow> outbox;
  AppendFirings(record, firings, now, outbox);
  return events::AppendMany(t, outbox);
}

// DeadlineEscalated for a step that the clock has taken. The case's row is locked.
inline absl::Status PublishStep(db::Transaction& t, const domain::Case& record,
                                const domain::SlaClock& clock, const domain::EscalationStep& step,
                                absl::Time now) {
  v1::DeadlineEscalated event;
  event.set_case_id(record.case_id);
  event.set_shop_id(record.shop_id);
  *event.mutable_clock() = convert::ToProto(clock);
  event.set_recipient(static_cast<v1::SlaRecipient>(step.recipient));
  event.set_offset_seconds(absl::ToInt64Seconds(step.offset));
  event.set_assignee_agent_id(record.assignee_agent_id);
  return events::Append(t, record.org_id, record.case_id, event, now);
}

}  // namespace kefu::aftersales
