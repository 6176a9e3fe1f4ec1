// Contract <-> domain for returns. FromProto checks the shape only and reports every fault at once;
// output-only fields are ignored. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "common/status/error.h"
#include "kefu/aftersales/v1/returns.pb.h"
#include "services/aftersales/domain/returns/types.h"

namespace kefu::aftersales::convert {

// Longest id of a policy: "shop:" and a shop's.
inline constexpr int kMaxPolicyId = 80;
inline constexpr int kMaxCategory = 32;

// To the microsecond. Adds the fault of one that is not before `now`.
absl::Time PastInstant(const google::protobuf::Timestamp& time, absl::Time now,
                       std::string_view field, FieldViolations& violations);

// An absent ask_time is `now`; whether the question goes together with the policies is theirs to
// say.
domain::returns::Question FromProto(const v1::ReturnQuestion& proto, absl::Time now,
                                    FieldViolations& violations);
v1::ReturnQuestion ToProto(const domain::returns::Question& question);
v1::RemedyOutcome ToProto(const domain::returns::Outcome& outcome);
v1::ReturnPolicyRef ToProto(const domain::PolicyRef& ref);
v1::ReturnRuleRef ToProto(const domain::returns::RuleRef& ref);
v1::ReturnText ToProto(const domain::returns::Text& text);

// An own policy without its version; an absent effective_time is `now`. Categories that rules name
// are not looked up.
domain::returns::Policy FromProto(const v1::ReturnPolicy& proto, absl::Time now,
                                  FieldViolations& violations);
v1::ReturnPolicy ToProto(const domain::returns::Policy& policy);
// Of an own policy's version; empty of one that ships, and of none.
std::string Etag(const domain::returns::Policy& policy);

}  // namespace kefu::aftersales::convert
