// Public data sets as facts: the calls of a bank's call centre, and the Olist marketplace. A wrong
// header is INVALID_ARGUMENT; `locale` outlives the source and may be filled in until the first
// fact is read.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "clients/kefuctl/source.h"
#include "kefu/performance/v1/performance_service.pb.h"

namespace kefu::kefuctl {

// One conversation a call, id "vru+line/call_id"; PHANTOM rows are none. The customer's message
// comes at vru_exit (a clock time before vru_entry is the next day's). AGENT: the reply comes
// q_time seconds later and handling lasts ser_time from then on; with NO_SERVER nobody is named.
// HANG: no reply. Customer 0 is not known: each such call is its own customer.
absl::StatusOr<std::unique_ptr<FactSource<performance::v1::ConversationRow>>> OpenCallCentre(
    const std::string& path, const ShopLocale& locale);

// The orders of a folder of Olist's CSV files, joined with customers, items and payments, which
// are read whole at once. Every header is checked before. Paid: the exact sum of the payments;
// the payment time is order_approved_at, when there are payments. An order one of whose items or
// payments is refused is left out whole.
absl::StatusOr<std::unique_ptr<FactSource<performance::v1::OrderRow>>> OpenOlistOrders(
    const std::string& folder, const ShopLocale& locale);
absl::StatusOr<std::unique_ptr<FactSource<performance::v1::ReviewRow>>> OpenOlistReviews(
    const std::string& folder, const ShopLocale& locale);

}  // namespace kefu::kefuctl
