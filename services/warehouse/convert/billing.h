// The contract's messages of owners, settlements, leases and warehouse contracts, and the domain's
// values.
#pragma once

#include <vector>

#include "kefu/warehouse/v1/billing_service.pb.h"
#include "kefu/warehouse/v1/settlement.pb.h"
#include "services/warehouse/convert/resources.h"
#include "services/warehouse/domain/settlement.h"
#include "services/warehouse/domain/warehouse_report.h"

namespace kefu::warehouse::convert {

using ::kefu::convert::ToProto;  // of days and instants, beside those below

inline constexpr int kMaxPeriodDays = 366;  // a leap year

// What a message says; output-only fields are left as they are by default.
domain::StockOwner FromProto(const v1::StockOwner& proto, FieldViolations& violations);
domain::OwnerTerms FromProto(const v1::OwnerTerms& proto, FieldViolations& violations);
domain::Lease FromProto(const v1::Lease& proto, FieldViolations& violations);
domain::WarehouseContract FromProto(const v1::WarehouseContract& proto,
                                    FieldViolations& violations);
// Required, of at most kMaxPeriodDays.
domain::Period PeriodFrom(bool present, const ::kefu::common::v1::DateRange& range,
                          FieldViolations& violations);
// A calendar month.
domain::Period MonthFrom(int32_t year, int32_t month, FieldViolations& violations);
// Each item at most once.
std::vector<domain::BillLine> BillFrom(const v1::CheckWarehouseBillRequest& request,
                                       FieldViolations& violations);

v1::StockOwner ToProto(const domain::StockOwner& owner);
v1::SettlementLine ToProto(const domain::SettlementLine& line, int32_t line_number);
v1::Settlement ToProto(const domain::Settlement& settlement);
v1::Lease ToProto(const domain::Lease& lease);
v1::WarehouseReport ToProto(const domain::WarehouseReport& report);
v1::CheckWarehouseBillResponse ToProto(const domain::BillCheck& check);
::kefu::common::v1::Money ToProto(const Money& money);
::kefu::common::v1::DateRange ToProto(const domain::Period& period);

}  // namespace kefu::warehouse::convert
