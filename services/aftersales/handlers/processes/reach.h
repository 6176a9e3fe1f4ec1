// Which processes and payments a caller may reach: those of the cases that it may reach.
#pragma once

#include <set>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/status/status_macros.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/handlers/scope.h"

namespace kefu::aftersales {

// `find` (org_id) -> absl::StatusOr<std::optional<Row>>; Row has org_id and shop_id. What a base is
// not granted does not exist for it; PERMISSION_DENIED SHOP_NOT_ALLOWED of another shop of the
// caller's own organization.
template <class Row, class Find>
absl::StatusOr<Row> RequireReachable(const RequestContext& ctx, Find find,
                                     const absl::Status& not_found) {
  if (!ctx.principal.IsBase()) {
    ASSIGN_OR_RETURN(std::optional<Row> row, find(ctx.org_id()));
    if (!row) return not_found;
    if (!ctx.principal.MayUseShop(row->shop_id)) return error::ShopNotAllowed(row->shop_id);
    return *std::move(row);
  }
  store::CaseFilter reach;
  RETURN_IF_ERROR(SetReach(ctx, "", reach));
  std::set<std::string_view> merchants;
  for (const store::ShopId& shop : reach.shops) merchants.insert(shop.org_id);
  for (const std::string_view merchant : merchants) {
    ASSIGN_OR_RETURN(std::optional<Row> row, find(merchant));
    if (!row) continue;
    for (const store::ShopId& shop : reach.shops) {
      if (shop.org_id == row->org_id && shop.shop_id == row->shop_id) return *std::move(row);
    }
  }
  return not_found;
}

}  // namespace kefu::aftersales
