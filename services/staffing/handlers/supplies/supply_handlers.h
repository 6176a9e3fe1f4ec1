// Supplies, call by call: contract messages in, contract messages out. As handlers.h.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/supplies.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe; errors as Handlers, and those of errors_workplace.h.
class SupplyHandlers {
 public:
  explicit SupplyHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_SUPPLY_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_SUPPLY_HANDLER(SetSupply, SetSupplyRequest, Supply)
  KEFU_SUPPLY_HANDLER(AdjustSupplyStock, AdjustSupplyStockRequest, Supply)
  KEFU_SUPPLY_HANDLER(ListSupplies, ListSuppliesRequest, ListSuppliesResponse)
  KEFU_SUPPLY_HANDLER(HandOutSupply, HandOutSupplyRequest, SupplyIssue)
  KEFU_SUPPLY_HANDLER(ReturnSupply, ReturnSupplyRequest, SupplyIssue)
  KEFU_SUPPLY_HANDLER(ListSupplyIssues, ListSupplyIssuesRequest, ListSupplyIssuesResponse)

#undef KEFU_SUPPLY_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
