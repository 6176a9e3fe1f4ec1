#include "services/warehouse/domain/warehouse_report.h"

#include "common/testing/status_matchers.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::warehouse::domain {
namespace {

absl::CivilDay Day(int year, int month, int day) { return absl::CivilDay(year, month, day); }

using ::testing::ElementsAre;
using enum LedgerAccount;

const Period kMarch{Day(2026, 3, 1), Day(2026, 3, 31)};

Money Fen(int64_t minor) { return {"CNY", minor}; }

WarehouseContract Contract() {
  WarehouseContract contract;
  contract.version = 1;
  contract.effective_from = Day(2026, 1, 1);
  contract.currency = "CNY";
  contract.inbound_piece = ContractRate{Fen(20), 1};
  contract.outbound_order = ContractRate{Fen(300), 1};
  contract.outbound_extra_piece = ContractRate{Fen(50), 1};
  contract.storage_piece_day = ContractRate{Fen(3), 10};
  contract.fixed_month = Fen(100'000);
  contract.penalty_piece = ContractRate{Fen(1000), 1};
  contract.difference_reasons = {"CountStock"};
  contract.wrong_shipment_reasons = {"WrongItem"};
  return contract;
}

const NodeFlow kFlows[] = {{Day(2026, 3, 1), kSupplier, kFree, "Receive", 100},
                           {Day(2026, 3, 11), kReserved, kCustomer, "Ship", 10},
                           {Day(2026, 3, 12), kCustomer, kFree, "WrongItem", 1},
                           {Day(2026, 3, 12), kCustomer, kFree, "Return", 1},
                           {Day(2026, 3, 21), kFree, kAdjustment, "CountStock", 2},
                           {Day(2026, 3, 21), kAdjustment, kFree, "CountStock", 1},
                           {Day(2026, 3, 22), kFree, kAdjustment, "AdjustStock", 5},
                           {Day(2026, 3, 23), kFree, kClearing, "DispatchTransfer", 4}};

std::vector<std::string> Show(std::span<const BillLine> lines) {
  std::vector<std::string> shown;
  for (const BillLine& line : lines) {
    shown.push_back(fmt::format("{} {} {}", NameOf(line.item), line.quantity, line.amount.minor));
  }
  return shown;
}

ReportInput Input(std::span<const ContractDays> parts) {
  return {.node_id = "n",
          .zone = *LoadZone("Asia/Shanghai"),
          .currency = "CNY",
          .period = kMarch,
          .opening_pieces = 50,
          .flows = kFlows,
          .contract = parts};
}

TEST(WarehouseReport, SumsUpAMonth) {
  const WarehouseContract contract = Contract();
  auto parts = ByContract(kMarch, {&contract, 1});
  ASSERT_EQ(parts.size(), 1);
  parts[0].documents = 2;
  parts[0].orders = 4;
  parts[0].extra_pieces = 6;
  parts[0].differences = {{"CountStock", true, 2, Fen(5000)},
                          {"CountStock", false, 1, std::nullopt},
                          {"AdjustStock", true, 5, Fen(100)}};
  const auto report = Report(Input(parts));
  ASSERT_OK(report);
  // 150 for 10 days, 140 on the 11th, 142 from the 12th to the 20th, 141, 136, 132 for 9 days.
  EXPECT_EQ(report->storage_piece_days, 1500 + 140 + 9 * 142 + 141 + 136 + 9 * 132);
  EXPECT_EQ(report->closing_pieces, 132);
  EXPECT_EQ(report->missing_pieces, 2);
  EXPECT_EQ(report->surplus_pieces, 1);
  EXPECT_EQ(report->wrong_pieces, 1);
  EXPECT_EQ(report->returned_pieces, 2);
  EXPECT_EQ(report->transferred_out_pieces, 4);
  EXPECT_EQ(report->missing_value, Fen(10'000));
  EXPECT_EQ(report->unvalued_pieces, 1);
  EXPECT_EQ(report->stock_accuracy_bps, 10'000 - 212);  // 3 × 31 / 4383 = 2.12 %
  EXPECT_EQ(report->shipment_accuracy_bps, 9'000);
  EXPECT_EQ(report->on_time_bps, std::nullopt);
  EXPECT_THAT(
      Show(report->items),
      ElementsAre("INBOUND_PIECE 100 2000", "OUTBOUND_ORDER 4 1200", "OUTBOUND_EXTRA_PIECE 6 300",
                  "STORAGE_PIECE_DAY 4383 1315", "FIXED_MONTH 31 100000", "PENALTY_PIECE 4 -4000"));
  EXPECT_EQ(report->cost, Fen(100'815));
  EXPECT_EQ(report->cost_per_order, Fen(25'204));  // 25,203.75
}

TEST(WarehouseReport, WhatIsOnTheWayIsNotThereYet) {
  WarehouseContract contract = Contract();
  contract.difference_reasons.clear();  // every adjustment, but those of transfers
  contract.wrong_shipment_reasons.clear();
  contract.fixed_month.reset();
  contract.transfer_piece = ContractRate{Fen(7), 1};
  contract.return_piece = ContractRate{Fen(11), 1};
  const auto parts = ByContract(kMarch, {&contract, 1});
  const NodeFlow flows[] = {
      {Day(2026, 3, 1), kClearing, kInTransit, "DispatchTransfer", 20},  // sent here
      {Day(2026, 3, 21), kInTransit, kFree, "ReceiveTransfer", 12},
      {Day(2026, 3, 21), kInTransit, kClearing, "ReceiveTransfer", 3},  // damaged on the way
      {Day(2026, 3, 21), kClearing, kFree, "ReceiveTransfer", 3},
      {Day(2026, 3, 21), kAdjustment, kFree, "ReceiveTransfer", 1},  // more than was sent
      {Day(2026, 3, 21), kInTransit, kAdjustment, "TransferLoss", 2},
      {Day(2026, 3, 22), kInTransit, kClearing, "CancelTransfer", 3},
      {Day(2026, 3, 22), kFree, kClearing, "PutAway", 5},
      {Day(2026, 3, 22), kClearing, kFree, "PutAway", 5},
      {Day(2026, 3, 31), kFree, kClearing, "DispatchTransfer", 6},
      {Day(2026, 3, 31), kFree, kAdjustment, "Loss", 1},
      {Day(2026, 3, 31), kCustomer, kFree, "WrongShipment", 1},
      {Day(2026, 3, 31), kCustomer, kFree, "ReceiveReturn", 2}};
  ReportInput input = Input(parts);
  input.flows = flows;
  input.opening_pieces = 0;
  const auto report = Report(input);
  ASSERT_OK(report);
  EXPECT_EQ(report->inbound_pieces, 0);
  EXPECT_EQ(report->transferred_in_pieces, 15);
  EXPECT_EQ(report->transferred_out_pieces, 6);
  EXPECT_EQ(report->storage_piece_days, 16 * 10 + 12);
  EXPECT_EQ(report->closing_pieces, 12);
  EXPECT_EQ(report->missing_pieces, 1);
  EXPECT_EQ(report->surplus_pieces, 0);
  EXPECT_EQ(report->wrong_pieces, 1);
  EXPECT_THAT(Show(report->items),
              ElementsAre("INBOUND_PIECE 15 300", "OUTBOUND_ORDER 0 0", "OUTBOUND_EXTRA_PIECE 0 0",
                          "STORAGE_PIECE_DAY 172 52", "PENALTY_PIECE 2 -2000",
                          "TRANSFER_PIECE 6 42", "RETURN_PIECE 3 33"));
}

TEST(WarehouseReport, AnEmptyMonthHasNoShares) {
  const WarehouseContract contract = Contract();
  const auto parts = ByContract(kMarch, {&contract, 1});
  ReportInput input = Input(parts);
  input.flows = {};
  input.opening_pieces = 0;
  const auto report = Report(input);
  ASSERT_OK(report);
  EXPECT_EQ(report->stock_accuracy_bps, std::nullopt);
  EXPECT_EQ(report->shipment_accuracy_bps, std::nullopt);
  EXPECT_EQ(report->cost_per_order, std::nullopt);
  EXPECT_EQ(report->cost, Fen(100'000));
}

TEST(WarehouseReport, VersionsOfAContractShareTheMonth) {
  WarehouseContract versions[] = {Contract(), Contract()};
  versions[0].effective_from = Day(2026, 3, 6);
  versions[1].effective_from = Day(2026, 3, 21);
  versions[1].version = 2;
  versions[1].fixed_month = Fen(31);
  const auto parts = ByContract(kMarch, versions);
  ASSERT_EQ(parts.size(), 3);
  EXPECT_EQ(parts[0].contract, nullptr);
  EXPECT_EQ(parts[0].days, (Period{Day(2026, 3, 1), Day(2026, 3, 5)}));
  const auto report = Report(Input(parts));
  ASSERT_OK(report);
  EXPECT_THAT(report->contract_versions, ElementsAre(1, 2));
  EXPECT_EQ(report->inbound_pieces, 100);
  // The receipt of the 1st came before there was a contract. Days 1 to 25 of 100,000 / 31 are
  // 3,226: 15 × 3,226 + 11.
  EXPECT_THAT(Show(report->items),
              ::testing::IsSupersetOf({"INBOUND_PIECE 0 0", "FIXED_MONTH 26 48401"}));
}

TEST(WarehouseReport, InTimeByCutoffAndDays) {
  const absl::TimeZone zone = *LoadZone("Asia/Shanghai");
  WarehouseContract contract = Contract();
  const auto at = [&](int hour, absl::CivilDay shipped) {
    return OnTime(contract, {shipped, absl::FromCivil(absl::CivilHour(2026, 3, 10, hour), zone), 1},
                  zone);
  };
  EXPECT_TRUE(at(23, Day(2026, 3, 10)));
  EXPECT_FALSE(at(0, Day(2026, 3, 11)));
  contract.cutoff_second = 16 * 3600;
  EXPECT_FALSE(at(15, Day(2026, 3, 11)));
  EXPECT_TRUE(at(16, Day(2026, 3, 11)));
  contract.ship_within_days = 1;
  EXPECT_TRUE(at(15, Day(2026, 3, 11)));
  EXPECT_TRUE(at(16, Day(2026, 3, 12)));
  EXPECT_FALSE(at(16, Day(2026, 3, 13)));
}

TEST(Bill, IsComparedItemByItem) {
  WarehouseContract contract = Contract();
  contract.tolerance_bps = 100;
  contract.tolerance_minor = 5;
  WarehouseReport report;
  report.items = {{BillItem::kInboundPiece, 100, Fen(2000)},
                  {BillItem::kOutboundOrder, 4, Fen(1200)},
                  {BillItem::kStoragePieceDay, 10, Fen(3)},
                  {BillItem::kFixedMonth, 31, Fen(100'000)}};
  const auto verdicts = [&](std::vector<BillLine> bill) {
    const auto check = CheckBill(report, contract, bill);
    EXPECT_OK(check);
    std::vector<std::string> shown;
    for (const BillComparison& c : check->comparisons) {
      shown.push_back(
          fmt::format("{} {} {}", NameOf(c.item), c.difference.minor, NameOf(c.verdict)));
    }
    EXPECT_EQ(check->difference.minor, check->billed.minor - check->computed.minor);
    shown.push_back(std::string(NameOf(check->verdict)));
    return shown;
  };
  EXPECT_THAT(verdicts(report.items),
              ElementsAre("INBOUND_PIECE 0 EXACT", "OUTBOUND_ORDER 0 EXACT",
                          "STORAGE_PIECE_DAY 0 EXACT", "FIXED_MONTH 0 EXACT", "EXACT"));
  EXPECT_THAT(
      verdicts({{BillItem::kInboundPiece, 101, Fen(2020)},
                {BillItem::kOutboundOrder, 5, Fen(1213)},
                {BillItem::kOutboundExtraPiece, 1, Fen(1)},
                {BillItem::kStoragePieceDay, 27, Fen(8)},
                {BillItem::kFixedMonth, 31, Fen(98'999)}}),
      ElementsAre("INBOUND_PIECE 20 WITHIN_TOLERANCE", "OUTBOUND_ORDER 13 OVERBILLED",
                  "OUTBOUND_EXTRA_PIECE 1 NOT_IN_CONTRACT", "STORAGE_PIECE_DAY 5 WITHIN_TOLERANCE",
                  "FIXED_MONTH -1001 UNDERBILLED", "OVERBILLED"));
  EXPECT_THAT(verdicts({}), ::testing::Contains("UNDERBILLED"));
}

}  // namespace
}  // namespace kefu::warehouse::domain
