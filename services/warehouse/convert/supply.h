// Needs, proposals and acknowledgements: contract and domain.
#pragma once

#include <vector>

#include "google/protobuf/repeated_field.h"
#include "kefu/warehouse/v1/network.pb.h"
#include "services/warehouse/convert/network.h"
#include "services/warehouse/domain/network/supply.h"
#include "services/warehouse/domain/network/trades.h"

namespace kefu::warehouse::convert {

// 1 to 10,000 needs, no (node, SKU, owner) twice, costs in one currency. Without what is in stock.
std::vector<domain::SupplyNeed> Needs(
    const google::protobuf::RepeatedPtrField<v1::SupplyNeed>& needs, FieldViolations& violations);
v1::SupplyProposal ToProto(const domain::SupplyProposal& proposal);

// 1 to 1000 words, no (node, entry) twice. Without actor and time.
std::vector<domain::TradeAck> Acks(const v1::AcknowledgeEntriesRequest& request,
                                   FieldViolations& violations);
v1::RecordedAck ToProto(const domain::TradeAck& ack);

}  // namespace kefu::warehouse::convert
