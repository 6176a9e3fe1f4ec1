// What FigureService does.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/performance/v1/figures.pb.h"
#include "services/performance/handlers/handlers.h"

namespace kefu::performance {

// Thread-safe; see Handlers.
class FigureHandlers {
 public:
  explicit FigureHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

  absl::StatusOr<v1::CheckSalesConservationResponse> CheckSalesConservation(
      const RequestContext& ctx, const v1::CheckSalesConservationRequest& request) const;

 private:
  Dependencies deps_;
};

}  // namespace kefu::performance
