// From the domain's values to the contract's answers.
#include "common/hash/sha256.h"
#include "services/warehouse/convert/billing.h"

namespace kefu::warehouse::convert {
namespace {

v1::BillLine LineFrom(const domain::BillLine& line) {
  v1::BillLine proto;
  proto.set_item(static_cast<v1::BillItem>(line.item));
  proto.set_quantity(line.quantity);
  *proto.mutable_amount() = ToProto(line.amount);
  return proto;
}

}  // namespace

::kefu::common::v1::Money ToProto(const Money& money) {
  ::kefu::common::v1::Money proto;
  proto.set_currency_code(money.currency);
  proto.set_minor_units(money.minor);
  return proto;
}

::kefu::common::v1::DateRange ToProto(const domain::Period& period) {
  ::kefu::common::v1::DateRange proto;
  *proto.mutable_start_date() = ToProto(period.first);
  *proto.mutable_end_date() = ToProto(period.last);
  return proto;
}

v1::StockOwner ToProto(const domain::StockOwner& owner) {
  v1::StockOwner proto;
  proto.set_owner_id(owner.id);
  proto.set_display_name(owner.display_name);
  proto.set_kind(static_cast<v1::StockOwnerKind>(owner.kind));
  proto.set_time_zone(owner.time_zone);
  proto.set_state(static_cast<v1::RecordState>(owner.state));
  *proto.mutable_create_time() = ToProto(owner.info.create_time);
  *proto.mutable_update_time() = ToProto(owner.info.update_time);
  proto.set_etag(Etag(owner.info));
  return proto;
}

v1::SettlementLine ToProto(const domain::SettlementLine& line, int32_t line_number) {
  v1::SettlementLine proto;
  proto.set_line_number(line_number);
  proto.set_kind(static_cast<v1::SettlementLineKind>(line.kind));
  proto.set_sku_id(line.sku_id);
  proto.set_vendor_id(line.vendor_id);
  *proto.mutable_first_date() = ToProto(line.days.first);
  *proto.mutable_last_date() = ToProto(line.days.last);
  *proto.mutable_due_date() = ToProto(line.due_date);
  proto.set_terms_version(line.terms_version);
  proto.set_quantity(line.quantity);
  proto.set_volume_mm3(line.volume_mm3);
  proto.set_size_class(static_cast<v1::SizeClass>(line.size_class));
  *proto.mutable_price() = ToProto(line.price);
  proto.set_price_per(line.price_per);
  proto.set_commission_bps(line.commission_bps);
  *proto.mutable_amount() = ToProto(line.amount);
  proto.set_correction(line.correction);
  proto.set_problem(static_cast<v1::SettlementProblem>(line.problem));
  return proto;
}

v1::Settlement ToProto(const domain::Settlement& settlement) {
  v1::Settlement proto;
  proto.set_settlement_id(settlement.id);
  proto.set_owner_id(settlement.owner_id);
  *proto.mutable_period() = ToProto(settlement.period);
  proto.set_state(static_cast<v1::SettlementState>(settlement.state));
  for (const domain::SettlementTotal& total : settlement.totals) {
    v1::SettlementTotal* out = proto.add_totals();
    out->set_kind(static_cast<v1::SettlementLineKind>(total.kind));
    out->set_quantity(total.quantity);
    *out->mutable_amount() = ToProto(total.amount);
    out->set_line_count(total.line_count);
  }
  *proto.mutable_payable() = ToProto(settlement.payable);
  *proto.mutable_receivable() = ToProto(settlement.receivable);
  *proto.mutable_net() = ToProto(settlement.net);
  proto.set_line_count(settlement.line_count);
  proto.set_problem_count(settlement.problem_count);
  proto.set_settlement_hash(Hex(settlement.hash));
  if (settlement.state == domain::SettlementState::kClosed) {
    *proto.mutable_close_time() = ToProto(settlement.close_time);
  }
  proto.set_closed_by(settlement.closed_by);
  return proto;
}

v1::Lease ToProto(const domain::Lease& lease) {
  v1::Lease proto;
  proto.set_lease_id(lease.id);
  proto.set_node_id(lease.node_id);
  proto.set_tenant_id(lease.tenant_id);
  proto.set_display_name(lease.display_name);
  proto.set_area_dm2(lease.area_dm2);
  proto.set_capacity_units(lease.capacity_units);
  proto.set_price_period(static_cast<v1::LeasePeriod>(lease.price_period));
  *proto.mutable_price() = ToProto(lease.price);
  *proto.mutable_start_date() = ToProto(lease.start_date);
  if (lease.end_date) *proto.mutable_end_date() = ToProto(*lease.end_date);
  if (lease.deposit) *proto.mutable_deposit() = ToProto(*lease.deposit);
  *proto.mutable_create_time() = ToProto(lease.info.create_time);
  *proto.mutable_update_time() = ToProto(lease.info.update_time);
  proto.set_etag(Etag(lease.info));
  return proto;
}

v1::WarehouseReport ToProto(const domain::WarehouseReport& report) {
  v1::WarehouseReport proto;
  proto.set_node_id(report.node_id);
  *proto.mutable_period() = ToProto(report.period);
  proto.set_inbound_pieces(report.inbound_pieces);
  proto.set_inbound_documents(report.inbound_documents);
  proto.set_outbound_pieces(report.outbound_pieces);
  proto.set_outbound_orders(report.outbound_orders);
  proto.set_returned_pieces(report.returned_pieces);
  proto.set_storage_piece_days(report.storage_piece_days);
  proto.set_closing_pieces(report.closing_pieces);
  proto.set_missing_pieces(report.missing_pieces);
  proto.set_surplus_pieces(report.surplus_pieces);
  proto.set_wrong_pieces(report.wrong_pieces);
  proto.set_transferred_in_pieces(report.transferred_in_pieces);
  proto.set_transferred_out_pieces(report.transferred_out_pieces);
  if (report.stock_accuracy_bps) proto.set_stock_accuracy_bps(*report.stock_accuracy_bps);
  if (report.shipment_accuracy_bps) {
    proto.set_shipment_accuracy_bps(*report.shipment_accuracy_bps);
  }
  proto.set_timed_orders(report.timed_orders);
  proto.set_on_time_orders(report.on_time_orders);
  if (report.on_time_bps) proto.set_on_time_bps(*report.on_time_bps);
  *proto.mutable_missing_value() = ToProto(report.missing_value);
  *proto.mutable_surplus_value() = ToProto(report.surplus_value);
  proto.set_unvalued_pieces(report.unvalued_pieces);
  for (const domain::BillLine& line : report.items) *proto.add_items() = LineFrom(line);
  *proto.mutable_cost() = ToProto(report.cost);
  if (report.cost_per_order) *proto.mutable_cost_per_order() = ToProto(*report.cost_per_order);
  for (const int64_t version : report.contract_versions) proto.add_contract_versions(version);
  return proto;
}

v1::CheckWarehouseBillResponse ToProto(const domain::BillCheck& check) {
  v1::CheckWarehouseBillResponse proto;
  for (const domain::BillComparison& comparison : check.comparisons) {
    v1::BillComparison* out = proto.add_comparisons();
    out->set_item(static_cast<v1::BillItem>(comparison.item));
    *out->mutable_billed() = LineFrom(comparison.billed);
    *out->mutable_computed() = LineFrom(comparison.computed);
    *out->mutable_difference() = ToProto(comparison.difference);
    out->set_verdict(static_cast<v1::BillVerdict>(comparison.verdict));
  }
  *proto.mutable_billed() = ToProto(check.billed);
  *proto.mutable_computed() = ToProto(check.computed);
  *proto.mutable_difference() = ToProto(check.difference);
  proto.set_verdict(static_cast<v1::BillVerdict>(check.verdict));
  return proto;
}

}  // namespace kefu::warehouse::convert
