// Figures as JSON and as text. Pure.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "kefu/common/v1/money.pb.h"
#include "kefu/gateway/v1/gateway_service.pb.h"
#include "kefu/performance/v1/resources.pb.h"

namespace kefu::kefuctl {

using Figures = google::protobuf::RepeatedPtrField<performance::v1::MetricValue>;

// The name under which a figure stands in JSON: its id, and "_minor" behind that of money.
std::string JsonName(const performance::v1::MetricValue& figure);
// Counts and money as integers, ratios and seconds as numbers with 6 decimals, null where a figure
// is not defined.
nlohmann::ordered_json JsonValue(const performance::v1::MetricValue& figure);
// Adds all figures to an object.
void AddFigures(const Figures& figures, nlohmann::ordered_json& object);

// For people: "28,526", "83.62%", "36.28 s", "BRL 1,393,427.64", "–".
std::string ShownFigure(const performance::v1::MetricValue& figure);
std::string ShownMoney(const kefu::common::v1::Money& money);

// INTERNAL in words when the answer does not hold the figure.
absl::StatusOr<const performance::v1::MetricValue*> Find(const Figures& figures,
                                                         std::string_view metric_id);

kefu::common::v1::Date ToProto(absl::CivilDay day);
std::string FormatDate(const kefu::common::v1::Date& date);

// The objects of `kefuctl report … --format json`.
absl::StatusOr<nlohmann::ordered_json> CallCentreReport(
    const gateway::v1::GetShopPeriodResponse& period);
absl::StatusOr<nlohmann::ordered_json> OlistReport(
    const gateway::v1::GetShopPeriodResponse& period);

}  // namespace kefu::kefuctl
