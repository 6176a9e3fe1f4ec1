// What the billing commands show, and what they read of a bill.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include "clients/kefuctl/billing/bill.h"
#include "clients/kefuctl/billing/render.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/tests/test_files.h"

namespace kefu::billing {
namespace {

namespace wh = warehouse::v1;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <class Message>
Message Parse(const char* text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

class BillingTextTest : public ::testing::Test {
 protected:
  ~BillingTextTest() override { kefuctl::SetLanguage(kefuctl::Language::kEnglish); }

  static std::string Shown(const kefuctl::Table& table) { return table.Render(false); }

  const wh::ComputeSettlementResponse settlement_ = Parse<wh::ComputeSettlementResponse>(R"pb(
    settlement {
      owner_id: "brand"
      period {
        start_date { year: 2026 month: 1 day: 1 }
        end_date { year: 2026 month: 1 day: 31 }
      }
      state: SETTLEMENT_STATE_OPEN
      payable { currency_code: "CNY" minor_units: 270000 }
      receivable { currency_code: "CNY" minor_units: 56 }
      net { currency_code: "CNY" minor_units: 269944 }
      line_count: 3
      problem_count: 1
    }
    lines {
      line_number: 1
      kind: SETTLEMENT_LINE_KIND_SALE
      sku_id: "s1"
      first_date { year: 2026 month: 1 day: 1 }
      last_date { year: 2026 month: 1 day: 31 }
      due_date { year: 2026 month: 2 day: 10 }
      quantity: 1000
      price { currency_code: "CNY" minor_units: 300 }
      price_per: 1
      commission_bps: 1000
      amount { currency_code: "CNY" minor_units: 270000 }
    }
    lines {
      line_number: 2
      kind: SETTLEMENT_LINE_KIND_STORAGE
      sku_id: "s2"
      first_date { year: 2026 month: 1 day: 1 }
      last_date { year: 2026 month: 1 day: 31 }
      due_date { year: 2026 month: 2 day: 5 }
      quantity: 187
      price { currency_code: "CNY" minor_units: 30 }
      price_per: 100
      amount { currency_code: "CNY" minor_units: 56 }
      correction: true
    }
    lines {
      line_number: 3
      kind: SETTLEMENT_LINE_KIND_ENTRY
      sku_id: "s2"
      first_date { year: 2026 month: 1 day: 1 }
      last_date { year: 2026 month: 1 day: 31 }
      due_date { year: 2026 month: 2 day: 5 }
      quantity: 2
      price { currency_code: "CNY" }
      price_per: 1
      amount { currency_code: "CNY" }
      problem: SETTLEMENT_PROBLEM_NO_RATE
    })pb");
};

TEST_F(BillingTextTest, ASettlementInBothLanguages) {
  const SkuCodes codes = {{"s1", "TEA-01"}};
  EXPECT_EQ(SettlementHead(settlement_.settlement()), "brand 2026-01-01 — 2026-01-31  open");
  EXPECT_EQ(
      Shown(SettlementTable(settlement_, codes)),
      R"(line  what     SKU     from        to          quantity           price        amount  due         note
────  ───────  ──────  ──────────  ──────────  ────────  ──────────────  ────────────  ──────────  ─────────────────
   1  sale     TEA-01  2026-01-01  2026-01-31     1,000        CNY 3.00  CNY 2,700.00  2026-02-10  commission 10.00%
   2  storage  s2      2026-01-01  2026-01-31       187  CNY 0.30 / 100      CNY 0.56  2026-02-05  correction
   3  entry    s2      2026-01-01  2026-01-31         2        CNY 0.00      CNY 0.00  2026-02-05  no rate
)");
  EXPECT_EQ(
      SettlementSums(settlement_.settlement()),
      "payable CNY 2,700.00   receivable CNY 0.56   net CNY 2,699.44\n"
      "lines without an amount: 1. Complete the terms or the SKUs' dimensions before it can be "
      "closed");
  EXPECT_THAT(SettlementTable(settlement_, codes).Render(true),
              HasSubstr("\x1b[31mno rate\x1b[0m"));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_EQ(SettlementHead(settlement_.settlement()), "brand 2026-01-01 — 2026-01-31  未关账");
  EXPECT_EQ(SettlementHead({}).substr(0, 12), "自有库存");
  EXPECT_EQ(
      Shown(SettlementTable(settlement_, codes)),
      R"(行  项目      SKU     起          止           数量            单价          金额  到期        说明
──  ────────  ──────  ──────────  ──────────  ─────  ──────────────  ────────────  ──────────  ───────────
 1  寄售销售  TEA-01  2026-01-01  2026-01-31  1,000        CNY 3.00  CNY 2,700.00  2026-02-10  佣金 10.00%
 2  仓储费    s2      2026-01-01  2026-01-31    187  CNY 0.30 / 100      CNY 0.56  2026-02-05  更正
 3  入库费    s2      2026-01-01  2026-01-31      2        CNY 0.00      CNY 0.00  2026-02-05  无费率
)");
  EXPECT_EQ(SettlementSums(settlement_.settlement()),
            "应付 CNY 2,700.00   应收 CNY 0.56   净额 CNY 2,699.44\n"
            "无金额的行：1。补全条款或商品尺寸后才能关账");
  // What an amount follows from is noted; a sum without problems has one line.
  wh::ComputeSettlementResponse own = settlement_;
  own.mutable_settlement()->clear_problem_count();
  own.mutable_lines(0)->set_vendor_id("v1");
  own.mutable_lines(1)->set_volume_mm3(12'500'000);
  EXPECT_EQ(SettlementSums(own.settlement()).find('\n'), std::string::npos);
  EXPECT_THAT(Shown(SettlementTable(own, codes)), HasSubstr("供应商 v1，佣金 10.00%\n"));
  EXPECT_THAT(Shown(SettlementTable(own, codes)), HasSubstr("更正，× 12.500000 dm³\n"));
}

TEST_F(BillingTextTest, EntriesByNodeAndNumber) {
  const auto entries = Parse<wh::ListSettlementEntriesResponse>(
                           R"pb(entries {
                                  entry {
                                    node_id: "n1"
                                    entry_number: 17
                                    key { sku_id: "s1" }
                                    from_account: LEDGER_ACCOUNT_CUSTOMER
                                    to_account: LEDGER_ACCOUNT_FREE
                                    quantity: 1
                                    reason: "ReceiveReturn"
                                    reference: "RMA-1"
                                    business_date { year: 2026 month: 1 day: 25 }
                                  }
                                  counted_quantity: -1
                                })pb")
                           .entries();
  EXPECT_EQ(
      Shown(EntriesTable(entries, {{"s1", "TEA-01"}})),
      R"(node  entry  day         SKU     from      to    pieces  counted  reason         reference
────  ─────  ──────────  ──────  ────────  ────  ──────  ───────  ─────────────  ─────────
n1       17  2026-01-25  TEA-01  customer  free       1       -1  ReceiveReturn  RMA-1
)");
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_EQ(Shown(EntriesTable(entries, {})),
            R"(仓库  分录号  业务日      SKU  来处  去处  件数  计入  事由           单据
────  ──────  ──────────  ───  ────  ────  ────  ────  ─────────────  ─────
n1        17  2026-01-25  s1   顾客  可用     1    -1  ReceiveReturn  RMA-1
)");
}

constexpr char kReport[] = R"pb(
  inbound_pieces: 1200
  inbound_documents: 2
  transferred_in_pieces: 30
  transferred_out_pieces: 4
  outbound_pieces: 6
  outbound_orders: 3
  returned_pieces: 1
  closing_pieces: 1310
  storage_piece_days: 35630
  missing_pieces: 2
  surplus_pieces: 1
  wrong_pieces: 1
  stock_accuracy_bps: 9974
  shipment_accuracy_bps: 8333
  timed_orders: 2
  on_time_orders: 1
  on_time_bps: 5000
  missing_value { currency_code: "CNY" minor_units: 10000 }
  surplus_value { currency_code: "CNY" }
  unvalued_pieces: 1
  items {
    item: BILL_ITEM_INBOUND_PIECE
    quantity: 1230
    amount { currency_code: "CNY" minor_units: 24600 }
  }
  items {
    item: BILL_ITEM_PENALTY_PIECE
    quantity: 4
    amount { currency_code: "CNY" minor_units: -4000 }
  }
  cost { currency_code: "CNY" minor_units: 20600 }
  cost_per_order { currency_code: "CNY" minor_units: 6867 })pb";

TEST_F(BillingTextTest, AMonthAtAWarehouse) {
  const auto report = Parse<wh::WarehouseReport>(kReport);
  EXPECT_EQ(Shown(ReportTable(report)), R"(figure                         value
────────────────────────  ──────────
pieces from suppliers          1,200
inbound documents                  2
pieces from other nodes           30
pieces to customers                6
orders out                         3
pieces to other nodes              4
pieces returned                    1
pieces at the end              1,310
piece-days                    35,630
stock accuracy                99.74%
shipment accuracy             83.33%
pieces sent wrongly                1
on time                       50.00%
orders on time / timed         1 / 2
pieces missing                     2
value missing             CNY 100.00
pieces found                       1
value found                 CNY 0.00
of both, without a price           1
)");
  EXPECT_EQ(Shown(CostTable(report)), R"(item            quantity      amount
──────────────  ────────  ──────────
inbound piece      1,230  CNY 246.00
penalty piece          4  CNY -40.00
cost                      CNY 206.00
cost per order         3   CNY 68.67
)");
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(Shown(ReportTable(report)), HasSubstr("库存准确率"));
  EXPECT_EQ(Shown(CostTable(report)), R"(合同项目   数量        金额
────────  ─────  ──────────
入库件    1,230  CNY 246.00
差异扣款      4  CNY -40.00
合计             CNY 206.00
单均成本      3   CNY 68.67
)");
}

TEST_F(BillingTextTest, AMonthWithoutWorkHasNoShares) {
  EXPECT_THAT(Shown(ReportTable({})), ContainsRegex("stock accuracy +–\n"));
}

TEST_F(BillingTextTest, ABillAgainstTheContract) {
  const auto check = Parse<wh::CheckWarehouseBillResponse>(R"pb(
    comparisons {
      item: BILL_ITEM_OUTBOUND_ORDER
      billed {
        quantity: 4
        amount { currency_code: "CNY" minor_units: 1200 }
      }
      computed {
        quantity: 3
        amount { currency_code: "CNY" minor_units: 900 }
      }
      difference { currency_code: "CNY" minor_units: 300 }
      verdict: BILL_VERDICT_OVERBILLED
    }
    billed { currency_code: "CNY" minor_units: 1200 }
    computed { currency_code: "CNY" minor_units: 900 }
    difference { currency_code: "CNY" minor_units: 300 }
    verdict: BILL_VERDICT_OVERBILLED)pb");
  EXPECT_EQ(Shown(CheckTable(check)),
            R"(item            billed  computed  billed amount  computed amount  difference  verdict
──────────────  ──────  ────────  ─────────────  ───────────────  ──────────  ──────────
outbound order       4         3      CNY 12.00         CNY 9.00    CNY 3.00  overbilled
sum                                   CNY 12.00         CNY 9.00    CNY 3.00  overbilled
)");
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_EQ(Shown(CheckTable(check)),
            R"(账单项目  账单数量  应计数量   账单金额  应计金额      差额  结论
────────  ────────  ────────  ─────────  ────────  ────────  ────
出库单           4         3  CNY 12.00  CNY 9.00  CNY 3.00  多收
合计                          CNY 12.00  CNY 9.00  CNY 3.00  多收
)");
}

class BillFileTest : public ::testing::Test {
 protected:
  absl::StatusOr<wh::CheckWarehouseBillRequest> Read(std::string_view content) {
    kefuctl::RowErrors errors(
        [this](const std::string& line) { told_.push_back(folder_.Short(line)); }, 20);
    return ReadBill(folder_.Write("bill.csv", content), "CNY", errors);
  }

  kefuctl::TestFolder folder_;
  std::vector<std::string> told_;
};

TEST_F(BillFileTest, ItemsByEitherNameAndPenaltiesTakenOff) {
  const auto bill = Read(
      "item,quantity,amount\n"
      "inbound_piece,121,24.20\n"
      "出库单,4,12\n"
      "penalty_piece,4,40.00\n");
  ASSERT_TRUE(bill.ok()) << bill.status();
  ASSERT_EQ(bill->lines_size(), 3);
  EXPECT_EQ(bill->lines(0).item(), wh::BILL_ITEM_INBOUND_PIECE);
  EXPECT_EQ(bill->lines(0).quantity(), 121);
  EXPECT_EQ(bill->lines(0).amount().minor_units(), 2420);
  EXPECT_EQ(bill->lines(0).amount().currency_code(), "CNY");
  EXPECT_EQ(bill->lines(1).item(), wh::BILL_ITEM_OUTBOUND_ORDER);
  EXPECT_EQ(bill->lines(1).amount().minor_units(), 1200);
  EXPECT_EQ(bill->lines(2).amount().minor_units(), -4000);
  EXPECT_EQ(Read("item,quantity,amount\npenalty_piece,4,-40.00\n")->lines(0).amount().minor_units(),
            -4000);
}

TEST_F(BillFileTest, EveryWrongFieldIsTold) {
  const auto bill = Read(
      "item,quantity,amount\n"
      "inbound,-1,abc\n"
      "inbound_piece,1\n"
      "inbound_piece,2,1.005\n");
  EXPECT_TRUE(absl::IsInvalidArgument(bill.status()));
  EXPECT_THAT(told_, ElementsAre(HasSubstr("bill.csv:2:1: "), HasSubstr("bill.csv:2:2: "),
                                 HasSubstr("bill.csv:2:3: "), HasSubstr("bill.csv:3:2: "),
                                 HasSubstr("bill.csv:4:3: ")));
  EXPECT_THAT(told_[0], HasSubstr("outbound_extra_piece, storage_piece_day"));
  EXPECT_THAT(std::string(bill.status().message()), HasSubstr("5 errors in the bill"));
  told_.clear();
  EXPECT_FALSE(Read("item,quantity,amount\nreturn_piece,1,1\n退货件,2,2\n").ok());
  EXPECT_THAT(told_, ElementsAre("bill.csv:3:1: item: stands on line 2 already"));
  EXPECT_TRUE(absl::IsInvalidArgument(Read("item,quantity,amount\n").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Read("item,amount\n").status()));
}

}  // namespace
}  // namespace kefu::billing
