// Working rules, call by call: contract messages in, contract messages out. As handlers.h.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/working_rules.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe; errors as Handlers, and those of errors_workplace.h.
class WorkingRuleHandlers {
 public:
  explicit WorkingRuleHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

  absl::StatusOr<v1::WorkingRules> PublishWorkingRules(
      const RequestContext& ctx, const v1::PublishWorkingRulesRequest& request) const;
  absl::StatusOr<v1::WorkingRules> GetWorkingRules(const RequestContext& ctx,
                                                   const v1::GetWorkingRulesRequest& request) const;

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
