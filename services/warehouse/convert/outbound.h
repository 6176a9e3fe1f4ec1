// Messages of outbound work and the domain's values; as resources.h says.
#pragma once

#include "kefu/warehouse/v1/count.pb.h"
#include "kefu/warehouse/v1/outbound.pb.h"
#include "kefu/warehouse/v1/outbound_service.pb.h"
#include "kefu/warehouse/v1/recall.pb.h"
#include "services/warehouse/convert/resources.h"
#include "services/warehouse/domain/counts.h"
#include "services/warehouse/domain/outbound.h"
#include "services/warehouse/domain/recalls.h"

namespace kefu::warehouse::convert {

// reservation_id, node_id, carrier and cutoff_time.
domain::Shipment FromProto(const v1::Shipment& proto, FieldViolations& violations);
// What it chooses by; numbers that are 0 take the policy's later.
domain::Wave FromProto(const v1::Wave& proto, FieldViolations& violations);
std::vector<domain::Carton> Cartons(const v1::PackShipmentRequest& request,
                                    FieldViolations& violations);
// Every field but version.
domain::OutboundPolicy FromProto(const v1::OutboundPolicy& proto, FieldViolations& violations);
// Zones of bins: up to 100, none twice.
std::vector<std::string> Zones(const google::protobuf::RepeatedPtrField<std::string>& zones,
                               std::string_view field, FieldViolations& violations);
// Bins: up to 1000, none twice.
std::vector<std::string> Locations(const google::protobuf::RepeatedPtrField<std::string>& locations,
                                   std::string_view field, FieldViolations& violations);
// Keys of one node and what was found there.
std::vector<std::pair<domain::StockKey, int64_t>> Counted(const v1::CountStockRequest& request,
                                                          FieldViolations& violations);
// A lot or bin: 1 to 64 characters.
std::string Lot(std::string_view value, std::string_view field, FieldViolations& violations);

v1::Shipment ToProto(const domain::Shipment& shipment);
v1::Wave ToProto(const domain::Wave& wave);
v1::PickTask ToProto(const domain::PickTask& task);
v1::OutboundPolicy ToProto(const domain::OutboundPolicy& policy);
// With the lines, from which a blind count that is open leaves out what is expected.
v1::Count ToProto(const domain::Count& count, const std::map<std::string, domain::Sku>& skus);
v1::LotRecall ToProto(const domain::Recall& recall);

}  // namespace kefu::warehouse::convert
