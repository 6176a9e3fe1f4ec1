// Imported orders as after-sales keeps them.
#pragma once

#include <optional>
#include <string>

#include "kefu/aftersales/v1/orders.pb.h"
#include "kefu/performance/v1/resources.pb.h"

namespace kefu::kefuctl {

// The order told to performance, for OrderService.PutOrders; nothing where it has no lines, or no
// amount names a currency: no case can be about it. Items of one SKU become one line. Its state is
// as old as the last of its times.
std::optional<aftersales::v1::Order> SoldOrder(const performance::v1::Order& order,
                                               const std::string& shop_id);

}  // namespace kefu::kefuctl
