// The calls of WarehouseService about transfers. As handlers.h; errors also of errors_core.h and
// errors_inbound.h.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/warehouse/v1/transfers.pb.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse {

class TransferHandlers {
 public:
  explicit TransferHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_TRANSFER_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_TRANSFER_HANDLER(Transfer, TransferRequest, StockTransfer)
  KEFU_TRANSFER_HANDLER(DispatchTransfer, DispatchTransferRequest, StockTransfer)
  KEFU_TRANSFER_HANDLER(ReceiveTransfer, ReceiveTransferRequest, StockTransfer)
  KEFU_TRANSFER_HANDLER(CancelTransfer, CancelTransferRequest, StockTransfer)
  KEFU_TRANSFER_HANDLER(GetTransfer, GetTransferRequest, StockTransfer)
  KEFU_TRANSFER_HANDLER(ListTransfers, ListTransfersRequest, ListTransfersResponse)

#undef KEFU_TRANSFER_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::warehouse
