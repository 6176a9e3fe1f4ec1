// Tables of contracts, what they cost and whether they are kept, and of the supervision of bases.
// Pure.
#pragma once

#include "clients/kefuctl/table.h"
#include "kefu/staffing/v1/contracts.pb.h"
#include "kefu/staffing/v1/supervision.pb.h"

namespace kefu::bases {

kefuctl::Table ContractTable(const staffing::v1::ListContractsResponse& contracts);
// One term a line; prices only where the reader was told them.
kefuctl::Table TermTable(const staffing::v1::Contract& contract);
// Service levels with the figures of a month or week; missed ones in red.
kefuctl::Table LevelTable(
    const google::protobuf::RepeatedPtrField<staffing::v1::LevelResult>& levels);
kefuctl::Table BreachTable(const staffing::v1::ListBreachesResponse& breaches);
// The lines with their sum.
kefuctl::Table InvoiceTable(const staffing::v1::Invoice& invoice);
kefuctl::Table ComparisonTable(const staffing::v1::CompareMakeOrBuyResponse& comparison);

kefuctl::Table InspectionTable(const staffing::v1::ListBaseInspectionsResponse& inspections);
// The findings; those that were told as overdue in red.
kefuctl::Table FindingTable(const staffing::v1::BaseInspection& inspection);
kefuctl::Table ComplaintTable(const staffing::v1::ListBaseComplaintsResponse& complaints);
kefuctl::Table TrialTable(const staffing::v1::Trial& trial);
// One report a line.
kefuctl::Table ReportTable(const staffing::v1::ListBaseReportsResponse& reports);

}  // namespace kefu::bases
