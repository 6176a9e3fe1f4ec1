// The single parts of the views: one question to one service each.
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/context/request_context.h"
#include "kefu/gateway/v1/gateway_service.pb.h"
#include "services/gateway/views/views.h"

namespace kefu::gateway {

absl::StatusOr<staffing::v1::Shop> LoadShop(const Peers& peers, const RequestContext& ctx,
                                            const std::string& shop_id);

using Figures = google::protobuf::RepeatedPtrField<performance::v1::MetricValue>;
// The shop's figures of the days; `covered`, when given, receives the days that the answer covers.
absl::Status LoadShopFigures(const Peers& peers, const RequestContext& ctx,
                             const std::string& shop_id, const kefu::common::v1::DateRange* period,
                             Figures* figures, kefu::common::v1::DateRange* covered = nullptr);

using AgentRows = google::protobuf::RepeatedPtrField<v1::AgentFigures>;
absl::Status LoadAgentFigures(const Peers& peers, const RequestContext& ctx,
                              const std::string& shop_id, const kefu::common::v1::DateRange* period,
                              AgentRows* agents);
// Name and tier of the agents that staffing knows, by id.
struct AgentName {
  std::string display_name, tier_id;
};
absl::StatusOr<std::map<std::string, AgentName>> LoadAgentNames(const Peers& peers,
                                                                const RequestContext& ctx);
void NameAgents(const std::map<std::string, AgentName>& names, AgentRows& agents);

absl::Status LoadCasesNearDue(const Peers& peers, const RequestContext& ctx,
                              const std::string& shop_id, absl::Time before,
                              google::protobuf::RepeatedPtrField<aftersales::v1::Case>* cases);
absl::Status LoadLowStock(const Peers& peers, const RequestContext& ctx, int64_t below,
                          google::protobuf::RepeatedPtrField<warehouse::v1::StockLevel>* levels);

// Orders of the period handed over late, and what they cost by the compensation policy in force.
// FAILED_PRECONDITION / QUOTE_FAILED when one of them has no quote, CURRENCY_MISMATCH and
// MONEY_OVERFLOW when there is no sum.
struct LateShipments {
  int64_t orders = 0;
  kefu::common::v1::Money compensation;
};
absl::StatusOr<LateShipments> LoadLateShipments(const Peers& peers, const RequestContext& ctx,
                                                const std::string& shop_id,
                                                const kefu::common::v1::DateRange* period);

}  // namespace kefu::gateway
