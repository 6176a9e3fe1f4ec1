// What the requests of CaseFigureService share: whose cases, of which days, and keyset pages.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/context/request_context.h"
#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/db/transaction.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "kefu/aftersales/v1/case_figures.pb.h"
#include "services/aftersales/domain/insight/figures.h"
#include "services/aftersales/handlers/scope.h"

namespace kefu::aftersales {

// Names of the kinds, each once, joined by commas.
std::string KindsOf(const google::protobuf::RepeatedField<int>& kinds, FieldViolations& violations);

// Fills in whose cases: one shop's, or all that the token reaches. A base must name a shop, and
// reaches what its own agents work on. All faults of the request so far, and SHOP_NOT_ALLOWED.
absl::Status SetReach(const RequestContext& ctx, const std::string& shop_id,
                      FieldViolations& violations, domain::insight::CasePeriod& period);

// What all requests about days ask; the instants follow by SetInstants. All faults of the request.
template <class Request>
absl::StatusOr<domain::insight::CasePeriod> PeriodOf(const RequestContext& ctx,
                                                     const Request& request,
                                                     FieldViolations& violations) {
  // A year and its leap day bound what a statement walks.
  constexpr int kMaxDays = 366;
  domain::insight::CasePeriod period;
  violations.Check(request.has_period(), "period", "must be set");
  const auto days =
      ::kefu::convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  if (days) {
    violations.Check(days->last - days->first < kMaxDays, "period",
                     fmt::format("must have at most {} days", kMaxDays));
    period.first = days->first;
    period.last = days->last;
  }
  period.kinds = KindsOf(request.kinds(), violations);
  RETURN_IF_ERROR(SetReach(ctx, request.shop_id(), violations, period));
  return period;
}

// The zone in which the days count: the shop's, or Asia/Shanghai of several.
absl::StatusOr<absl::TimeZone> SetInstants(db::Transaction& t, const std::string& shop_id,
                                           domain::insight::CasePeriod& period);

// A group that must be complete; `field` is its path.
domain::insight::ReasonGroup GroupOf(const RequestContext& ctx, const v1::ReasonGroup& group,
                                     std::string_view field, FieldViolations& violations);
// A base sees buyers masked.
domain::insight::ReasonDimension DimensionOf(const RequestContext& ctx, int value,
                                             std::string_view field, FieldViolations& violations);

// Binds a page token to what was asked for; `more` is what the period does not hold.
uint64_t HashOf(const RequestContext& ctx, const domain::insight::CasePeriod& period,
                std::string_view more);
std::string TextOf(const std::optional<domain::insight::ReasonGroup>& group);

// Cuts the row that only tells that there is a next page; true when there was one.
template <class Row>
bool CutPage(std::vector<Row>& rows, int size) {
  if (rows.size() <= static_cast<size_t>(size)) return false;
  rows.resize(size);
  return true;
}

}  // namespace kefu::aftersales
