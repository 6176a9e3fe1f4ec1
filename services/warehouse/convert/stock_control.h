// Corrections, shipments, repairs and guards: messages and values. As resources.h says.
#pragma once

#include <string>
#include <vector>

#include "kefu/warehouse/v1/adjustments.pb.h"
#include "kefu/warehouse/v1/shipping.pb.h"
#include "kefu/warehouse/v1/stock_control_service.pb.h"
#include "kefu/warehouse/v1/verification.pb.h"
#include "services/warehouse/convert/resources.h"
#include "services/warehouse/domain/adjustment.h"
#include "services/warehouse/domain/sales_guard.h"
#include "services/warehouse/domain/shipping.h"
#include "services/warehouse/domain/verification.h"

namespace kefu::warehouse::convert {

// node_id, lines, note; the day where it is given.
domain::StockAdjustment FromProto(const v1::AdjustStockRequest& request,
                                  FieldViolations& violations);
v1::StockAdjustment ToProto(const domain::StockAdjustment& adjustment);
domain::StockPolicy FromProto(const v1::StockPolicy& proto, FieldViolations& violations);
v1::StockPolicy ToProto(const domain::StockPolicy& policy);

std::vector<domain::ShipLine> ShipLines(const v1::ShipOrderRequest& request,
                                        FieldViolations& violations);
std::vector<domain::LineRef> LineRefs(const v1::MoveReservationRequest& request,
                                      FieldViolations& violations);

v1::LedgerFinding ToProto(const domain::LedgerFinding& finding);
v1::LedgerVerdict VerdictOf(bool clean, int64_t nodes, int64_t entries, int64_t rows,
                            int64_t findings);
v1::LedgerAttestation ToProto(const domain::Attestation& attestation);

domain::SalesGuard FromProto(const v1::SalesGuard& proto, FieldViolations& violations);
v1::SalesGuard ToProto(const domain::SalesGuard& guard);

}  // namespace kefu::warehouse::convert
