// Settlements, the entries behind them, the monthly report of a warehouse and the check of its bill
// as tables, in the current language. Pure.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <map>
#include <string>

#include "clients/kefuctl/table.h"
#include "kefu/warehouse/v1/billing_service.pb.h"
#include "kefu/warehouse/v1/settlement.pb.h"

namespace kefu::billing {

// Codes of SKUs by id; an id that is not among them is shown as it is.
using SkuCodes = std::map<std::string, std::string>;

// "brand-1 2026-01-01 — 2026-01-31  open".
std::string SettlementHead(const warehouse::v1::Settlement& settlement);
// Lines by number, in red why one has no amount.
kefuctl::Table SettlementTable(const warehouse::v1::ComputeSettlementResponse& answer,
                               const SkuCodes& codes);
// "payable …   receivable …   net …", and on a line of its own how many lines have no amount.
std::string SettlementSums(const warehouse::v1::Settlement& settlement);

// The ledger entries behind one line, by node and number.
kefuctl::Table EntriesTable(
    const google::protobuf::RepeatedPtrField<warehouse::v1::SettlementEntry>& entries,
    const SkuCodes& codes);

kefuctl::Table ReportTable(const warehouse::v1::WarehouseReport& report);
// What the contract makes of the month: items, cost, cost per order.
kefuctl::Table CostTable(const warehouse::v1::WarehouseReport& report);
// The bill against the contract, in red what is billed too much or without a price.
kefuctl::Table CheckTable(const warehouse::v1::CheckWarehouseBillResponse& check);

}  // namespace kefu::billing
