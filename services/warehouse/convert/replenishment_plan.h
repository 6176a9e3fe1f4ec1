// Replenishment policies, plans and demand: contract and domain.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/warehouse/convert/replenishment.h"
#include "services/warehouse/domain/replenishment/plan.h"

namespace kefu::warehouse::convert {

// The policy that is in force until another is set: version 0.
v1::ReplenishmentPolicy ShippedReplenishmentPolicy();
// A checked policy as plan settings; faults under the policy's own field names.
rp::PlanSettings FromProto(const v1::ReplenishmentPolicy& proto, FieldViolations& violations);

// Bodies as they are stored. A body that does not parse is INTERNAL.
std::string ToJson(const google::protobuf::Message& message);
absl::Status FromJson(std::string_view json, google::protobuf::Message* message);

// "SKU" or "CATEGORY"; "" with a fault.
std::string KindFrom(v1::SeriesKind kind, std::string_view field, FieldViolations& violations);

using ItemKey = std::pair<std::string, std::string>;  // node, series
struct PlanCommand {
  std::string kind;
  bool shipments = false;               // demand by the ledger
  std::vector<std::string> node_ids;    // sorted; "" is the network
  std::vector<std::string> series_ids;  // sorted; none is all
  std::optional<absl::CivilDay> as_of;
  std::map<ItemKey, v1::ItemSettings> items;
  struct Event {
    absl::CivilDay first, last;
    double uplift = 1;
  };
  std::vector<Event> events;  // by day, not overlapping
};
PlanCommand FromProto(const v1::PlanReplenishmentRequest& request, std::string_view currency,
                      FieldViolations& violations);
// Lifts of `days` of history that end on `as_of`, and of `ahead` days after it.
rp::Lifts LiftsOf(const std::vector<PlanCommand::Event>& events, absl::CivilDay as_of, int days,
                  int ahead);

// Without what Explain adds, as it is stored.
v1::ReplenishmentLine ToProto(const rp::PlanItem& item, const rp::Learnt& learnt,
                              const rp::PlanLine& line, const rp::PlanSettings& settings);
// Adds the words and the formulas.
void Explain(v1::ReplenishmentLine* line);

}  // namespace kefu::warehouse::convert
