// Schedules, carriers' services and promises: contract ⇄ domain, with all shape checks.
#pragma once

#include <string>
#include <vector>

#include "common/convert/fields.h"
#include "kefu/warehouse/v1/promise.pb.h"
#include "services/warehouse/domain/promise.h"

namespace kefu::warehouse::convert {

using namespace ::kefu::convert;  // NOLINT: the field checks that all services share

// What a writer says; output-only fields are taken as they stand, so that a stored policy reads
// back by the same function.
domain::NodeSchedule FromProto(const v1::NodeSchedule& proto, FieldViolations& violations);
domain::CarrierService FromProto(const v1::CarrierService& proto, FieldViolations& violations);
// `field`: path of the message itself.
domain::Destination DestinationFrom(bool present, const v1::Destination& proto,
                                    const std::string& field, FieldViolations& violations);
// Up to 100 lines, each SKU once; at least `min`.
std::vector<v1::OrderLine> LinesFrom(
    const google::protobuf::RepeatedPtrField<v1::OrderLine>& protos, int min,
    const std::string& field, FieldViolations& violations);
// A zone's name, or "Asia/Shanghai" for the empty one.
absl::TimeZone ZoneFrom(const std::string& name, std::string_view field,
                        FieldViolations& violations);
// Up to `max` beginnings of division codes: 1 to 16 digits or letters each.
std::vector<std::string> Prefixes(const google::protobuf::RepeatedPtrField<std::string>& values,
                                  int max, const std::string& field, FieldViolations& violations);

// The shipped defaults as messages.
v1::NodeSchedule ToProto(const domain::NodeSchedule& schedule);
v1::CarrierService ToProto(const domain::CarrierService& service);
v1::ParcelPromise ToProto(const domain::ParcelPromise& promise);
v1::PromiseAlternative AlternativeOf(const domain::ParcelPromise& promise);

}  // namespace kefu::warehouse::convert
