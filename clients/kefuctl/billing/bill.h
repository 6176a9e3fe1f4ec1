// A warehouse's bill from a file.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "clients/kefuctl/row_errors.h"
#include "kefu/warehouse/v1/billing_service.pb.h"

namespace kefu::billing {

// CSV with the columns item, quantity and amount: items by their names in lower case
// ("inbound_piece") or in Chinese, amounts with decimals in `currency`, those of penalties as what
// is taken off, with or without a minus. Wrong rows are told to `errors`; INVALID_ARGUMENT in words
// when there are any, or when there is no row.
absl::StatusOr<warehouse::v1::CheckWarehouseBillRequest> ReadBill(const std::string& path,
                                                                  const std::string& currency,
                                                                  kefuctl::RowErrors& errors);

}  // namespace kefu::billing
