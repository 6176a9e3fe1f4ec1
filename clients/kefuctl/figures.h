// Figures as JSON and as text. Pure.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "clients/kefuctl/table.h"
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
// The same with the definition's grade, and a mark where it stands on few cases: "36.28 s
// excellent", "50.00% *".
std::string MarkedFigure(const performance::v1::MetricValue& figure);
// Between which bounds a thin figure lies: "1.79% – 40.42%"; "–" where none are known.
std::string ShownInterval(const performance::v1::MetricValue& figure);
// A change against an earlier period: shares in percentage points, other means by what they are,
// counts and money in percent; "–" where there is none.
std::string ShownChange(const performance::v1::MetricValue& figure,
                        const performance::v1::MetricComparison& comparison);
// A difference of two values of a figure in its own unit, with a sign: "+1,200", "+CNY 9.90",
// "-1.20 pp", "+0.35 s".
std::string ShownDifference(const performance::v1::MetricValue& figure, double difference);
// By the definition's grades: green for the fastest, red for the slowest.
Colour GradeColour(const performance::v1::MetricValue& figure,
                   const performance::v1::MetricDefinition& definition);
// "Li (01M8…)"; the id alone where no name is known.
std::string ShownName(const std::string& name, const std::string& id);

// What stands under a table about its figures over few cases.
class ThinNotes {
 public:
  // Notes the figure if it is thin; `row` may be empty.
  void Add(const std::string& row, const std::string& metric,
           const performance::v1::MetricValue& figure);
  // "" where nothing is thin.
  std::string Text(const performance::v1::MetricDefinition& definition) const;

 private:
  std::vector<std::pair<std::string, std::string>> rows_;  // the row, and what is thin in it
};

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
