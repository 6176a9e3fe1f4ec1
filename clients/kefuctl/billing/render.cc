#include "clients/kefuctl/billing/render.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/words.h"

namespace kefu::billing {
namespace {

namespace wh = warehouse::v1;
using kefuctl::Cell;
using kefuctl::Colour;
using kefuctl::Count;
using kefuctl::EnumLabel;
using kefuctl::FormatDate;
using kefuctl::In;
using kefuctl::ShownMoney;

// "97.88%".
std::string Share(bool known, int32_t bps) {
  return known ? fmt::format("{}.{:02}%", bps / 100, bps % 100) : "–";
}

std::string CodeOf(const SkuCodes& codes, const std::string& sku_id) {
  const auto found = codes.find(sku_id);
  return found == codes.end() ? sku_id : found->second;
}

// "CNY 0.30 / 100".
std::string PriceOf(const wh::SettlementLine& line) {
  if (line.price_per() <= 1) return ShownMoney(line.price());
  return fmt::format("{} / {}", ShownMoney(line.price()), line.price_per());
}

// Why there is no amount, or what else it follows from than quantity and price.
Cell NoteOf(const wh::SettlementLine& line) {
  if (line.problem() != wh::SETTLEMENT_PROBLEM_UNSPECIFIED) {
    return {EnumLabel(wh::SettlementProblem_descriptor(), line.problem()), Colour::kRed};
  }
  std::vector<std::string> notes;
  if (!line.vendor_id().empty()) {
    notes.push_back(fmt::format("{} {}", In("供应商", "vendor"), line.vendor_id()));
  }
  if (line.correction()) notes.push_back(In("更正", "correction"));
  if (line.commission_bps() != 0) {
    notes.push_back(
        fmt::format("{} {}", In("佣金", "commission"), Share(true, line.commission_bps())));
  }
  if (line.volume_mm3() != 0) {
    notes.push_back(fmt::format("× {}.{:06} dm³", line.volume_mm3() / 1'000'000,
                                line.volume_mm3() % 1'000'000));
  }
  return {fmt::format("{}", fmt::join(notes, In("，", ", ")))};
}

Colour ColourOf(wh::BillVerdict verdict) {
  switch (verdict) {
    case wh::BILL_VERDICT_OVERBILLED:
    case wh::BILL_VERDICT_NOT_IN_CONTRACT:
      return Colour::kRed;
    case wh::BILL_VERDICT_UNDERBILLED:
    case wh::BILL_VERDICT_WITHIN_TOLERANCE:
      return Colour::kYellow;
    default:
      return Colour::kGreen;
  }
}

}  // namespace

std::string SettlementHead(const wh::Settlement& settlement) {
  return fmt::format(
      "{} {} — {}  {}",
      settlement.owner_id().empty() ? In("自有库存", "own stock") : settlement.owner_id(),
      FormatDate(settlement.period().start_date()), FormatDate(settlement.period().end_date()),
      EnumLabel(wh::SettlementState_descriptor(), settlement.state()));
}

kefuctl::Table SettlementTable(const wh::ComputeSettlementResponse& answer, const SkuCodes& codes) {
  kefuctl::Table table({{In("行", "line"), true},
                        {In("项目", "what")},
                        {"SKU"},
                        {In("起", "from")},
                        {In("止", "to")},
                        {In("数量", "quantity"), true},
                        {In("单价", "price"), true},
                        {In("金额", "amount"), true},
                        {In("到期", "due")},
                        {In("说明", "note"), false, 100}});
  for (const wh::SettlementLine& line : answer.lines()) {
    table.Add({std::to_string(line.line_number()),
               EnumLabel(wh::SettlementLineKind_descriptor(), line.kind()),
               CodeOf(codes, line.sku_id()), FormatDate(line.first_date()),
               FormatDate(line.last_date()), Count(line.quantity()), PriceOf(line),
               ShownMoney(line.amount()), FormatDate(line.due_date()), NoteOf(line)});
  }
  return table;
}

std::string SettlementSums(const wh::Settlement& settlement) {
  std::string sums =
      fmt::format("{} {}   {} {}   {} {}", In("应付", "payable"), ShownMoney(settlement.payable()),
                  In("应收", "receivable"), ShownMoney(settlement.receivable()), In("净额", "net"),
                  ShownMoney(settlement.net()));
  if (settlement.problem_count() > 0) {
    sums += fmt::format(fmt::runtime(In("\n无金额的行：{}。补全条款或商品尺寸后才能关账",
                                        "\nlines without an amount: {}. Complete the terms or the "
                                        "SKUs' dimensions before it can be closed")),
                        settlement.problem_count());
  }
  return sums;
}

kefuctl::Table EntriesTable(const google::protobuf::RepeatedPtrField<wh::SettlementEntry>& entries,
                            const SkuCodes& codes) {
  kefuctl::Table table({{In("仓库", "node")},
                        {In("分录号", "entry"), true},
                        {In("业务日", "day")},
                        {"SKU"},
                        {In("来处", "from")},
                        {In("去处", "to")},
                        {In("件数", "pieces"), true},
                        {In("计入", "counted"), true},
                        {In("事由", "reason")},
                        {In("单据", "reference"), false, 32}});
  for (const wh::SettlementEntry& one : entries) {
    const wh::LedgerEntry& entry = one.entry();
    table.Add({entry.node_id(), std::to_string(entry.entry_number()),
               FormatDate(entry.business_date()), CodeOf(codes, entry.key().sku_id()),
               EnumLabel(wh::LedgerAccount_descriptor(), entry.from_account()),
               EnumLabel(wh::LedgerAccount_descriptor(), entry.to_account()),
               Count(entry.quantity()), Count(one.counted_quantity()), entry.reason(),
               entry.reference()});
  }
  return table;
}

kefuctl::Table ReportTable(const wh::WarehouseReport& report) {
  kefuctl::Table table({{In("指标", "figure")}, {In("数值", "value"), true}});
  const auto add = [&table](std::string_view zh, std::string_view en, std::string value) {
    table.Add({In(zh, en), std::move(value)});
  };
  add("采购入库件数", "pieces from suppliers", Count(report.inbound_pieces()));
  add("入库单据数", "inbound documents", Count(report.inbound_documents()));
  add("调入件数", "pieces from other nodes", Count(report.transferred_in_pieces()));
  add("出库件数", "pieces to customers", Count(report.outbound_pieces()));
  add("出库单数", "orders out", Count(report.outbound_orders()));
  add("调出件数", "pieces to other nodes", Count(report.transferred_out_pieces()));
  add("退货件数", "pieces returned", Count(report.returned_pieces()));
  add("月末在库件数", "pieces at the end", Count(report.closing_pieces()));
  add("在库件·天", "piece-days", Count(report.storage_piece_days()));
  add("库存准确率", "stock accuracy",
      Share(report.has_stock_accuracy_bps(), report.stock_accuracy_bps()));
  add("发货准确率", "shipment accuracy",
      Share(report.has_shipment_accuracy_bps(), report.shipment_accuracy_bps()));
  add("错发件数", "pieces sent wrongly", Count(report.wrong_pieces()));
  add("及时发货率", "on time", Share(report.has_on_time_bps(), report.on_time_bps()));
  add("及时单数 / 可计时单数", "orders on time / timed",
      Count(report.on_time_orders()) + " / " + Count(report.timed_orders()));
  add("盘亏件数", "pieces missing", Count(report.missing_pieces()));
  add("盘亏金额", "value missing", ShownMoney(report.missing_value()));
  add("盘盈件数", "pieces found", Count(report.surplus_pieces()));
  add("盘盈金额", "value found", ShownMoney(report.surplus_value()));
  if (report.unvalued_pieces() > 0) {
    add("盘亏盘盈中无标价件数", "of both, without a price", Count(report.unvalued_pieces()));
  }
  return table;
}

kefuctl::Table CostTable(const wh::WarehouseReport& report) {
  kefuctl::Table table(
      {{In("合同项目", "item")}, {In("数量", "quantity"), true}, {In("金额", "amount"), true}});
  for (const wh::BillLine& line : report.items()) {
    table.Add({EnumLabel(wh::BillItem_descriptor(), line.item()), Count(line.quantity()),
               ShownMoney(line.amount())});
  }
  table.Add({In("合计", "cost"), "", ShownMoney(report.cost())});
  table.Add({In("单均成本", "cost per order"), Count(report.outbound_orders()),
             report.has_cost_per_order() ? ShownMoney(report.cost_per_order()) : "–"});
  return table;
}

kefuctl::Table CheckTable(const wh::CheckWarehouseBillResponse& check) {
  kefuctl::Table table({{In("账单项目", "item")},
                        {In("账单数量", "billed"), true},
                        {In("应计数量", "computed"), true},
                        {In("账单金额", "billed amount"), true},
                        {In("应计金额", "computed amount"), true},
                        {In("差额", "difference"), true},
                        {In("结论", "verdict")}});
  const auto verdict = [](wh::BillVerdict value) {
    return Cell(EnumLabel(wh::BillVerdict_descriptor(), value), ColourOf(value));
  };
  for (const wh::BillComparison& line : check.comparisons()) {
    table.Add({EnumLabel(wh::BillItem_descriptor(), line.item()), Count(line.billed().quantity()),
               Count(line.computed().quantity()), ShownMoney(line.billed().amount()),
               ShownMoney(line.computed().amount()), ShownMoney(line.difference()),
               verdict(line.verdict())});
  }
  table.Add({In("合计", "sum"), "", "", ShownMoney(check.billed()), ShownMoney(check.computed()),
             ShownMoney(check.difference()), verdict(check.verdict())});
  return table;
}

}  // namespace kefu::billing
