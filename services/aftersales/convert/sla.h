// Contract <-> domain for policies of deadlines and the clocks that were replaced. FromProto
// reports every fault at once; output-only fields are ignored. Pure, thread-safe.
#pragma once

#include "absl/time/time.h"
#include "common/status/error.h"
#include "kefu/aftersales/v1/aftersales_service.pb.h"
#include "kefu/aftersales/v1/sla.pb.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::convert {

// A version without id, number and writer. `now` stands in for an absent effective time, which must
// not lie before it.
domain::SlaPolicy FromProto(const v1::SlaPolicy& proto, absl::Time now,
                            FieldViolations& violations);
v1::SlaPolicy ToProto(const domain::SlaPolicy& policy);
v1::SlaRule ToProto(const domain::ClockRule& rule);
v1::PastClock ToProto(const domain::PastClock& past);

}  // namespace kefu::aftersales::convert
