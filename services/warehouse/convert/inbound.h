// The messages of inbound, returns and transfers and the domain's values: all shape checks, every
// fault of a request in one answer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "kefu/warehouse/v1/inbound_service.pb.h"
#include "kefu/warehouse/v1/transfers.pb.h"
#include "services/warehouse/convert/resources.h"
#include "services/warehouse/domain/inbound.h"
#include "services/warehouse/domain/inbound_types.h"

namespace kefu::warehouse::convert {

// Output-only fields are left as they are by default.
domain::InboundNotice FromProto(const v1::InboundNotice& proto, FieldViolations& violations);
domain::CustomerReturn FromProto(const v1::CustomerReturn& proto, FieldViolations& violations);
domain::StockTransfer FromProto(const v1::StockTransfer& proto, FieldViolations& violations);
domain::InboundPolicy FromProto(const v1::InboundPolicy& proto, FieldViolations& violations);
// Under the request's field "lines" ("moves").
std::vector<domain::Arrival> Arrivals(const v1::RecordReceiptRequest& request,
                                      FieldViolations& violations);
std::vector<domain::Arrival> Arrivals(const v1::ReceiveReturnRequest& request,
                                      FieldViolations& violations);
std::vector<domain::Arrival> Arrivals(const v1::ReceiveTransferRequest& request,
                                      FieldViolations& violations);
std::vector<domain::InspectionLine> Inspections(
    const google::protobuf::RepeatedPtrField<v1::InspectionLine>& lines, int max_lines,
    FieldViolations& violations);
std::vector<domain::PutAwayMove> Moves(const v1::ConfirmPutAwayRequest& request,
                                       FieldViolations& violations);

v1::InboundNotice ToProto(const domain::InboundNotice& notice,
                          std::span<const domain::Receipt> receipts = {});
v1::CustomerReturn ToProto(const domain::CustomerReturn& returned,
                           std::span<const domain::Receipt> receipts = {});
v1::StockTransfer ToProto(const domain::StockTransfer& transfer);
v1::InboundPolicy ToProto(const domain::InboundPolicy& policy);
v1::PutAwayMove ToProto(const domain::PutAwayMove& move);
v1::DocumentStep ToProto(const domain::DocumentStep& step);
v1::ReturnInspected InspectedEvent(const domain::CustomerReturn& returned);

}  // namespace kefu::warehouse::convert
