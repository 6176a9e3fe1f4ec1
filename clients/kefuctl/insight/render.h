// The tables of insight.
#pragma once

#include "clients/kefuctl/table.h"
#include "kefu/aftersales/v1/insight.pb.h"

namespace kefu::insight {

kefuctl::Table WarningTable(const aftersales::v1::ListBadLotWarningsResponse& warnings);
// Every day of the series; the suspected ones stand out.
kefuctl::Table DayTable(const aftersales::v1::ExplainBadLotResponse& answer);
kefuctl::Table BadLotCaseTable(const aftersales::v1::ExplainBadLotResponse& answer);

}  // namespace kefu::insight
