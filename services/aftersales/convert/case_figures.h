// Contract <-> domain for figures over cases. Pure, thread-safe.
#pragma once

#include <string>

#include "kefu/aftersales/v1/case_figures.pb.h"
#include "services/aftersales/domain/insight/figures.h"
#include "services/aftersales/domain/insight/forecast.h"

namespace kefu::aftersales::convert {

// `currency` empty: what cases cost is not known.
v1::ReasonRow ToProto(const domain::insight::ReasonRow& row, domain::insight::ReasonDimension by,
                      const std::string& currency);
v1::FigureCase ToProto(const domain::insight::FigureCase& one, const std::string& currency);
v1::TrendPoint ToProto(const domain::insight::TrendPoint& point);
v1::SlaComplianceRow ToProto(const domain::insight::SlaRow& row);
v1::SlaDeadline ToProto(const domain::insight::SlaDeadline& one);
v1::BacklogRow ToProto(const domain::insight::BacklogRow& row);
// Steps of so long begin at `now`; the last ends at `end`.
v1::ForecastBreachesResponse ToProto(const domain::insight::Forecast& forecast,
                                     const domain::insight::ClockHistories& histories,
                                     absl::Time now, absl::Duration step, absl::Time end);

}  // namespace kefu::aftersales::convert
