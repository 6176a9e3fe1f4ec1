// Which figures differ between two reports.
#pragma once

#include "kefu/performance/v1/reports.pb.h"

namespace kefu::performance::convert {

// Sections, rows and figures are matched by their ids; days by their place in the period.
v1::CompareReportsResponse Differences(v1::Report report, v1::Report other);

}  // namespace kefu::performance::convert
