// The failures of adjusting, shipping and checking stock; each reason stands in
// docs/errors/warehouse_core.md. As errors.h says. LOT_MISMATCH, LOT_DATE_REQUIRED, LOT_EXPIRED and
// LOT_RECALLED are made by error::LotRules.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::error {

// NOT_FOUND NOT_FOUND.
absl::Status LotNotFound(std::string_view sku_id, std::string_view lot);

// One bin that holds fewer pieces than are to leave it.
struct BinShortfall {
  size_t line = 0;  // of the request; ignored where the request has none
  domain::StockKey key;
  int64_t wanted = 0;
  int64_t free = 0;
};
// FAILED_PRECONDITION BIN_SHORT with one violation a bin; subject
// "lines[i] node/sku/owner/condition/lot/bin".
absl::Status BinShort(std::span<const BinShortfall> shortfalls);

}  // namespace kefu::warehouse::error
