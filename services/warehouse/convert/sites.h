// Site planning: contract and domain.
#pragma once

#include <optional>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "kefu/warehouse/v1/network.pb.h"
#include "services/warehouse/convert/network.h"
#include "services/warehouse/domain/network/site_advice.h"
#include "services/warehouse/domain/network/site_model.h"

namespace kefu::warehouse::convert {

struct SiteQuestion {
  domain::SiteProblem problem;
  absl::Duration limit;
  std::optional<absl::CivilDay> day;
};
SiteQuestion FromProto(const v1::AdviseSitesRequest& request, FieldViolations& violations);

void Fill(const std::vector<domain::RegionAdvice>& advice, v1::AdviseSitesResponse* response);
// Sites, flows and costs of a plan.
void Fill(const domain::SiteProblem& problem, const domain::SitePlan& plan,
          v1::AdviseSitesResponse* response);

}  // namespace kefu::warehouse::convert
