// The contract's messages and the domain's values: all shape checks of requests, every fault of a
// request in one answer.
#pragma once

#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "common/convert/fields.h"
#include "kefu/warehouse/v1/events.pb.h"
#include "kefu/warehouse/v1/resources.pb.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::v1 {
class ReceiveRequest;
}  // namespace kefu::warehouse::v1

namespace kefu::warehouse::convert {

inline constexpr int kMaxNote = 200;  // characters; width of ledger_entry.note

using namespace ::kefu::convert;  // NOLINT: the field checks that all services share

// What a resource says of itself; output-only fields are left as they are by default.
domain::Node FromProto(const v1::Node& proto, FieldViolations& violations);
domain::Sku FromProto(const v1::Sku& proto, FieldViolations& violations);
// order_id, channel, shop_id and lines.
domain::Reservation FromProto(const v1::Reservation& proto, FieldViolations& violations);
std::vector<domain::ReceiptLine> Lines(const v1::ReceiveRequest& request,
                                       FieldViolations& violations);

// Opaque; differs between versions of a record.
std::string Etag(const domain::RecordInfo& info);

v1::Node ToProto(const domain::Node& node);
v1::Sku ToProto(const domain::Sku& sku);
v1::StockKey ToProto(const domain::StockKey& key);
v1::StockLevel ToProto(const domain::StockTotal& total);
v1::LedgerEntry ToProto(const domain::LedgerEntry& entry);
v1::Reservation ToProto(const domain::Reservation& reservation);
// What an event tells of a sellable total.
void SetState(const domain::StockTotal& total, v1::StockState* proto);

}  // namespace kefu::warehouse::convert
