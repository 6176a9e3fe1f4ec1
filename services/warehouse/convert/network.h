// The network's policies: contract and domain.
#pragma once

#include <string>
#include <vector>

#include "kefu/warehouse/v1/network.pb.h"
#include "services/warehouse/convert/resources.h"
#include "services/warehouse/domain/network/policy.h"

namespace kefu::warehouse::convert {

// Everything but the output-only fields; zeros and empty lists take the shipped values. Faults are
// reported under the policy's own field names.
domain::NetworkPolicy FromProto(const v1::NetworkPolicy& proto, FieldViolations& violations);
v1::NetworkPolicy ToProto(const domain::NetworkPolicy& policy);

// A node of a batch: the node with its parent by id, or by external id where that is not empty.
struct NewNode {
  domain::Node node;
  std::string parent_external_id;
};
// 1 to 1000 nodes with external ids, none twice.
std::vector<NewNode> Nodes(const v1::BatchCreateNodesRequest& request, FieldViolations& violations);
// 1 to 1000 SKUs, no code twice.
std::vector<domain::Sku> Skus(const v1::BatchCreateSkusRequest& request,
                              FieldViolations& violations);

// An amount that is there, of a known currency and not negative.
Money PriceFrom(const ::kefu::common::v1::Money& money, const std::string& field,
                FieldViolations& violations);
void SetMoney(const Money& money, ::kefu::common::v1::Money* proto);
// An integer between the bounds, both allowed.
int64_t Whole(int64_t value, int64_t min, int64_t max, std::string_view field,
              FieldViolations& violations);
// A point of the earth.
domain::GeoPoint PointFrom(const v1::GeoPoint& point, const std::string& field,
                           FieldViolations& violations);

}  // namespace kefu::warehouse::convert
