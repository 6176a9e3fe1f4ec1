// Settlements: from ledger entries to closed statements, and the way back.
#include "services/warehouse/tests/billing/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr absl::CivilDay kJan1(2026, 1, 1), kJan31(2026, 1, 31), kFeb1(2026, 2, 1),
    kFeb28(2026, 2, 28);
absl::CivilDay Jan(int day) { return absl::CivilDay(2026, 1, day); }

class SettlementTest : public BillingTest {
 protected:
  using BillingTest::BillingTest;
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    ASSERT_OK(Call(&BillingStub::SetOwnerTerms, kTerms));
    clock_.Set(absl::FromUnixSeconds(1775014200));  // 2026-04-01
  }
  void TearDown() override { CheckBooks(); }

  // As WarehouseTest::Call, for months: so far these tests move the clock.
  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                            Response*),
                               const std::string& text) {
    return WarehouseTest::Call(method, text,
                               {.token = host_.tokens().Token("org-a", {auth::Role::kOwner}, {},
                                                              "tester", absl::Hours(2400))});
  }
  absl::StatusOr<v1::ComputeSettlementResponse> Compute(std::string_view owner,
                                                        absl::CivilDay first, absl::CivilDay last) {
    return Ask(&Stub::ComputeSettlement,
               fmt::format("owner_id: '{}' {} page_size: 1000", owner, PeriodText(first, last)));
  }

  // What a line's entries add up to, and how many there are, read in small pages.
  struct Trace {
    int64_t quantity = 0;
    int entries = 0;
    int64_t opening = 0;
    std::vector<v1::SettlementEntry> all;
  };
  Trace TraceOf(std::string_view owner, const v1::SettlementLine& line,
                std::string_view settlement = "") {
    v1::ListSettlementEntriesRequest request;
    request.set_owner_id(std::string(owner));
    *request.mutable_line() = line;
    request.set_settlement_id(std::string(settlement));
    request.set_page_size(2);
    Trace trace;
    for (bool more = true; more;) {
      const auto page =
          rpc::Call(*billing_, &BillingStub::ListSettlementEntries, request, BillingAs("org-a"));
      EXPECT_OK(page);
      if (!page.ok()) break;
      for (const v1::SettlementEntry& entry : page->entries()) {
        trace.quantity += entry.counted_quantity();
        ++trace.entries;
        trace.all.push_back(entry);
      }
      trace.opening = page->opening_pieces();
      request.set_page_token(page->next_page_token());
      more = !page->next_page_token().empty();
    }
    return trace;
  }

  // January and February at both nodes, for both owners.
  void WorkAtRandom(std::mt19937& random) {
    std::map<std::string, int64_t> level;
    for (int i = 0; i < 400; ++i) {
      const char* const owner = random() % 2 ? "brand" : "other";
      const char* const sku = random() % 2 ? "$SKU1" : "$SKU2";
      const char* const node = random() % 2 ? "$NODE1" : "$NODE2";
      int64_t& here = level[fmt::format("{}{}{}", owner, sku, node)];
      const absl::CivilDay day = Jan(1) + i * 59 / 400;
      const int64_t quantity = random() % 9 + 1;
      if (random() % 2 || here < quantity) {
        ASSERT_OK(Post(
            {Move(day, node, sku, owner, random() % 3 ? kSupplier : kCustomer, kFree, quantity)}));
        here += quantity;
      } else {
        ASSERT_OK(Post({Move(day, node, sku, owner, kFree, random() % 3 ? kCustomer : kScrap,
                             quantity, fmt::format("R-{}", random() % 5))}));
        here -= quantity;
      }
    }
  }

  static constexpr char kTerms[] =
      "terms { owner_id: 'brand' effective_from { year: 2026 month: 1 day: 1 }"
      " currency_code: 'CNY' commission_bps: 1000 payment_days: 10 fee_payment_days: 5"
      " prices { sku_id: '$SKU1' price { currency_code: 'CNY' minor_units: 1000 } }"
      " prices { sku_id: '$SKU2' price { currency_code: 'CNY' minor_units: 2000 } }"
      " entry_rates { price { currency_code: 'CNY' minor_units: 20 } }"
      " storage_rates { price { currency_code: 'CNY' minor_units: 30 } per: 100 } free_days: 2"
      " order_rate { price { currency_code: 'CNY' minor_units: 100 } }"
      " outbound_rates { price { currency_code: 'CNY' minor_units: 50 } } }";
};

TEST_F(SettlementTest, OfConsignmentFollowsFromTheLedgerAndBack) {
  ASSERT_OK(Post({Move(Jan(3), "$NODE1", "$SKU1", "brand", kSupplier, kFree, 10, "PO-1"),
                  Move(Jan(3), "$NODE1", "$SKU2", "brand", kSupplier, kFree, 5, "PO-1"),
                  Move(Jan(3), "$NODE1", "$SKU1", "", kSupplier, kFree, 50, "PO-2")}));
  ASSERT_OK(Post({Move(Jan(10), "$NODE1", "$SKU1", "brand", kFree, kReserved, 4, "R-1"),
                  Move(Jan(10), "$NODE1", "$SKU1", "brand", kReserved, kCustomer, 4, "R-1"),
                  Move(Jan(10), "$NODE1", "$SKU2", "brand", kFree, kCustomer, 1, "R-1"),
                  Move(Jan(10), "$NODE1", "$SKU2", "brand", kFree, kCustomer, 1, "R-2")}));
  // To another node by the bridge, and a return.
  ASSERT_OK(Post({Move(Jan(20), "$NODE1", "$SKU1", "brand", kFree, kClearing, 2, "T-1"),
                  Move(Jan(20), "$NODE2", "$SKU1", "brand", kClearing, kInTransit, 2, "T-1"),
                  Move(Jan(22), "$NODE2", "$SKU1", "brand", kInTransit, kFree, 2, "T-1"),
                  Move(Jan(25), "$NODE2", "$SKU1", "brand", kCustomer, kFree, 1, "RMA-1")}));
  ASSERT_OK_AND_ASSIGN(const auto january, Compute("brand", kJan1, kJan31));
  // SKU1: 10 pieces are charged from the 5th: 5 days, 6 for 22 days, the returned from the 27th.
  EXPECT_THAT(
      Show(january),
      ElementsAre("SALE SKU1 1-31 q=3 2700", "SALE SKU2 1-31 q=2 3600", "ENTRY SKU1 1-31 q=10 200",
                  "ENTRY SKU2 1-31 q=5 100", "STORAGE SKU1 1-31 q=187 56",
                  "STORAGE SKU2 1-31 q=91 27", "HANDLING_ORDER - 1-31 q=2 200",
                  "HANDLING_PIECE SKU1 1-31 q=4 200", "HANDLING_PIECE SKU2 1-31 q=2 100"));
  EXPECT_THAT(january.lines(0).due_date(), EqualsProto("year: 2026 month: 2 day: 10"));
  EXPECT_THAT(january.lines(2).due_date(), EqualsProto("year: 2026 month: 2 day: 5"));
  const v1::Settlement& sum = january.settlement();
  EXPECT_EQ(sum.state(), v1::SETTLEMENT_STATE_OPEN);
  EXPECT_EQ(sum.payable().minor_units(), 6300);
  EXPECT_EQ(sum.receivable().minor_units(), 883);
  EXPECT_EQ(sum.net().minor_units(), 5417);
  EXPECT_EQ(sum.line_count(), 9);
  EXPECT_EQ(sum.totals_size(), 5);

  // Every quantity is the sum of its entries; storage is re-derived from opening and changes.
  for (const v1::SettlementLine& line : january.lines()) {
    const Trace trace = TraceOf("brand", line);
    EXPECT_GT(trace.entries, 0);
    if (line.kind() != v1::SETTLEMENT_LINE_KIND_STORAGE) {
      EXPECT_EQ(trace.quantity, line.quantity()) << line.ShortDebugString();
    } else {
      EXPECT_EQ(trace.opening, 0);
      EXPECT_EQ(trace.quantity, line.sku_id() == world_["$SKU1"] ? 7 : 3);
    }
  }
  const Trace sale = TraceOf("brand", january.lines(0));
  EXPECT_EQ(sale.all[0].entry().reference(), "R-1");
  EXPECT_EQ(sale.all[1].entry().node_id(), world_["$NODE2"]);
  EXPECT_EQ(sale.all[1].counted_quantity(), -1);

  // February begins with what January left.
  ASSERT_OK_AND_ASSIGN(const auto february, Compute("brand", kFeb1, kFeb28));
  EXPECT_THAT(Show(february),
              ElementsAre("STORAGE SKU1 1-28 q=196 59", "STORAGE SKU2 1-28 q=84 25"));
  EXPECT_EQ(TraceOf("brand", february.lines(0)).opening, 7);
}

TEST_F(SettlementTest, OfOwnStockIsOwedToVendors) {
  EXPECT_THAT(Compute("", kJan1, kJan31), HasReason("TERMS_MISSING"));
  ASSERT_OK(Call(&BillingStub::SetOwnerTerms,
                 "terms { effective_from { year: 2026 month: 1 day: 1 } currency_code: 'CNY'"
                 " prices { sku_id: '$SKU1' vendor_id: 'maker' payment_days: 30"
                 " price { currency_code: 'CNY' minor_units: 700 } } }"));
  ASSERT_OK(Post({Move(Jan(20), "$NODE1", "$SKU1", "", kFree, kVendor, 3)}));
  // The world was received on the 15th; SKU2 has no price.
  ASSERT_OK_AND_ASSIGN(const auto january, Compute("", kJan1, kJan31));
  EXPECT_THAT(Show(january),
              ElementsAre("PURCHASE SKU1 15-15 q=100 70000", "PURCHASE SKU1 20-20 q=-3 -2100",
                          "PURCHASE SKU2 15-15 q=100 0"));
  EXPECT_EQ(january.lines(0).vendor_id(), "maker");
  EXPECT_THAT(january.lines(0).due_date(), EqualsProto("year: 2026 month: 2 day: 14"));
  EXPECT_EQ(january.settlement().problem_count(), 1);
  EXPECT_EQ(TraceOf("", january.lines(1)).quantity, -3);

  const auto refused = Close("", kJan1, kJan31);
  ASSERT_THAT(refused, HasReason("SETTLEMENT_INCOMPLETE"));
  const auto failure = GetDetail<google::rpc::PreconditionFailure>(refused.status());
  ASSERT_TRUE(failure);
  EXPECT_THAT(failure->violations(0).subject(), Fill("PURCHASE $SKU2"));
  // A price that holds later fills the gap.
  ASSERT_OK(Call(&BillingStub::SetOwnerTerms,
                 "terms { effective_from { year: 2026 month: 3 day: 1 } currency_code: 'CNY'"
                 " prices { sku_id: '$SKU2' price { currency_code: 'CNY' minor_units: 5 } } }"));
  ASSERT_OK_AND_ASSIGN(const auto closed, Close("", kJan1, kJan31));
  EXPECT_EQ(closed.payable().minor_units(), 68'400);
}

TEST_F(SettlementTest, IsClosedOnceInOrderAndOver) {
  ASSERT_OK(Post({Move(Jan(3), "$NODE1", "$SKU1", "brand", kSupplier, kFree, 10)}));
  EXPECT_THAT(Close("brand", kJan1, absl::CivilDay(2026, 4, 1)), HasReason("PERIOD_NOT_OVER"));
  ASSERT_OK_AND_ASSIGN(const auto open, Compute("brand", kJan1, kJan31));
  EXPECT_THAT(
      Close("brand", kJan1, kJan31, fmt::format("expected_hash: '{}'", std::string(64, '0'))),
      HasReason("SETTLEMENT_CHANGED"));
  ASSERT_OK_AND_ASSIGN(const auto closed, Close("brand", kJan1, kJan31,
                                                fmt::format("expected_hash: '{}' request_id: 'c1'",
                                                            open.settlement().settlement_hash())));
  EXPECT_EQ(closed.state(), v1::SETTLEMENT_STATE_CLOSED);
  EXPECT_EQ(closed.settlement_hash(), open.settlement().settlement_hash());
  EXPECT_EQ(closed.closed_by(), "tester");
  EXPECT_THAT(Close("brand", kJan1, kJan31,
                    fmt::format("expected_hash: '{}' request_id: 'c1'",
                                open.settlement().settlement_hash())),
              ::testing::Truly([&](const auto& again) {
                return again.ok() && again->settlement_id() == closed.settlement_id();
              }));
  EXPECT_THAT(Close("brand", kJan1, kJan31), HasReason("PERIOD_NOT_NEXT"));
  EXPECT_THAT(Close("brand", absl::CivilDay(2026, 2, 2), kFeb28), HasReason("PERIOD_NOT_NEXT"));
  EXPECT_THAT(Compute("brand", Jan(2), kJan31), HasReason("PERIOD_CLOSED"));
  EXPECT_THAT(Compute("brand", kJan1, kFeb28), HasReason("PERIOD_CLOSED"));
  EXPECT_THAT(Call(&BillingStub::SetOwnerTerms,
                   "terms { owner_id: 'brand' effective_from { year: 2026 month: 1 day: 31 }"
                   " currency_code: 'CNY' }"),
              HasReason("TERMS_CLOSED"));
  EXPECT_THAT(Call(&BillingStub::SetOwnerTerms,
                   "terms { owner_id: 'brand' effective_from { year: 2026 month: 2 day: 1 }"
                   " currency_code: 'USD' }"),
              HasReason("TERMS_CURRENCY"));
  ASSERT_OK(Close("brand", kFeb1, kFeb28));
  ASSERT_OK_AND_ASSIGN(const auto list,
                       Call(&BillingStub::ListSettlements, "owner_id: 'brand' page_size: 1"));
  ASSERT_EQ(list.settlements_size(), 1);
  EXPECT_THAT(list.settlements(0), EqualsProto(closed));
  EXPECT_FALSE(list.next_page_token().empty());
  EXPECT_EQ(Call(&BillingStub::ListSettlements, "owner_id: ''")->settlements_size(), 0);
  EXPECT_EQ(Call(&BillingStub::ListSettlements, "")->settlements_size(), 2);
  EXPECT_THAT(
      Call(&BillingStub::GetSettlement, fmt::format("settlement_id: '{}'", closed.settlement_id())),
      ::testing::Truly([&](const auto& read) {
        return read.ok() && read->SerializeAsString() == closed.SerializeAsString();
      }));
}

TEST_F(SettlementTest, LeavesNoEntryBeforeTheFirstPeriod) {
  ASSERT_OK(Post({Move(Jan(9), "$NODE1", "$SKU1", "brand", kSupplier, kFree, 10)}));
  EXPECT_THAT(Close("brand", kFeb1, kFeb28), HasReason("PERIOD_NOT_NEXT"));
  EXPECT_THAT(Close("brand", Jan(10), kJan31), HasReason("PERIOD_NOT_NEXT"));
  // Its own first day may be the entry's, or any before.
  ASSERT_OK_AND_ASSIGN(const auto closed, Close("brand", Jan(9), kJan31));
  EXPECT_EQ(closed.receivable().minor_units(), 263);  // 10 entries, 210 piece-days
  ASSERT_OK(Close("brand", kFeb1, kFeb28));
}

TEST_F(SettlementTest, NeverChangesOnceClosedAndIsCorrectedByTheNext) {
  ASSERT_OK(Post({Move(Jan(3), "$NODE1", "$SKU1", "brand", kSupplier, kFree, 10),
                  Move(Jan(9), "$NODE1", "$SKU1", "brand", kFree, kCustomer, 4, "R-1")}));
  ASSERT_OK(Close("brand", kJan1, kJan31));
  ASSERT_OK_AND_ASSIGN(const auto january, Compute("brand", kJan1, kJan31));
  EXPECT_EQ(january.settlement().state(), v1::SETTLEMENT_STATE_CLOSED);

  // Written later, about January: another part of the same order, and a receipt.
  ASSERT_OK(Post(
      {Move(Jan(9), "$NODE1", "$SKU1", "brand", kFree, kCustomer, 1, "R-1"),
       Move(Jan(30), "$NODE1", "$SKU2", "brand", kSupplier, kFree, 2),
       Move(absl::CivilDay(2026, 2, 3), "$NODE1", "$SKU2", "brand", kFree, kCustomer, 1, "R-9")}));
  // The SKU's size changes too, which January does not know.
  ASSERT_OK(
      Ask(&Stub::UpdateSku,
          "sku { sku_id: '$SKU1' size_class: SIZE_CLASS_C } update_mask { paths: 'size_class' }"));
  ASSERT_OK_AND_ASSIGN(const auto again, Compute("brand", kJan1, kJan31));
  EXPECT_THAT(again, EqualsProto(january));

  ASSERT_OK_AND_ASSIGN(const auto february, Compute("brand", kFeb1, kFeb28));
  // January's storage of SKU1 is 23 piece-days less.
  EXPECT_THAT(Show(february),
              ElementsAre("SALE SKU2 1-28 q=1 1800", "STORAGE SKU1 1-28 q=140 42",
                          "STORAGE SKU2 1-28 q=30 9", "HANDLING_ORDER - 1-28 q=1 100",
                          "HANDLING_PIECE SKU2 1-28 q=1 50", "!SALE SKU1 1-31 q=1 900",
                          "!ENTRY SKU2 1-31 q=2 40", "!STORAGE SKU1 1-31 q=-23 -6",
                          "!HANDLING_PIECE SKU1 1-31 q=1 50"));
  for (const v1::SettlementLine& line : february.lines()) {
    if (line.kind() == v1::SETTLEMENT_LINE_KIND_STORAGE) continue;
    EXPECT_EQ(TraceOf("brand", line).quantity, line.quantity()) << line.ShortDebugString();
  }
  // A closed line lists what it was closed with.
  EXPECT_EQ(TraceOf("brand", january.lines(0)).quantity, 4);

  ASSERT_OK_AND_ASSIGN(const auto closed, Close("brand", kFeb1, kFeb28));
  EXPECT_EQ(closed.settlement_hash(), february.settlement().settlement_hash());
  EXPECT_EQ(TraceOf("brand", february.lines(5), closed.settlement_id()).quantity, 1);
  EXPECT_EQ(TraceOf("brand", february.lines(5)).entries, 0);
  ASSERT_OK_AND_ASSIGN(const auto march,
                       Compute("brand", absl::CivilDay(2026, 3, 1), absl::CivilDay(2026, 3, 31)));
  EXPECT_THAT(Show(march), ElementsAre("STORAGE SKU1 1-31 q=155 47", "STORAGE SKU2 1-31 q=31 9"));
  // Late for both months: each is corrected, and what they were corrected before counts.
  ASSERT_OK(Post({Move(Jan(9), "$NODE1", "$SKU1", "brand", kCustomer, kFree, 1, "R-1")}));
  EXPECT_THAT(Show(*Compute("brand", absl::CivilDay(2026, 3, 1), absl::CivilDay(2026, 3, 31))),
              ElementsAre("STORAGE SKU1 1-31 q=186 56", "STORAGE SKU2 1-31 q=31 9",
                          "!SALE SKU1 1-31 q=-1 -900", "!STORAGE SKU1 1-31 q=21 6",
                          "!STORAGE SKU1 1-28 q=28 8"));
  // Corrections belong to the next period only.
  EXPECT_THAT(Show(*Compute("brand", absl::CivilDay(2026, 3, 2), absl::CivilDay(2026, 3, 31))),
              ElementsAre("STORAGE SKU1 2-31 q=180 54", "STORAGE SKU2 2-31 q=30 9"));
}

TEST_F(SettlementTest, TellsWhenSomebodyChangedAClosedOne) {
  ASSERT_OK(Post({Move(Jan(3), "$NODE1", "$SKU1", "brand", kSupplier, kFree, 10)}));
  ASSERT_OK(Close("brand", kJan1, kJan31));
  Db().Exec("UPDATE settlement_line SET amount_minor = amount_minor + 1 WHERE line_number = 1");
  EXPECT_THAT(Compute("brand", kJan1, kJan31), HasReason("SETTLEMENT_ALTERED"));
}

TEST_F(SettlementTest, PagesOfLinesBelongToOneSettlement) {
  ASSERT_OK(Post({Move(Jan(3), "$NODE1", "$SKU1", "brand", kSupplier, kFree, 10),
                  Move(Jan(9), "$NODE1", "$SKU1", "brand", kFree, kCustomer, 4, "R-1")}));
  const std::string ask = fmt::format("owner_id: 'brand' {}", PeriodText(kJan1, kJan31));
  ASSERT_OK_AND_ASSIGN(const auto whole, Compute("brand", kJan1, kJan31));
  std::vector<std::string> lines;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto page,
        Ask(&Stub::ComputeSettlement, ask + fmt::format(" page_size: 2 page_token: '{}'", token)));
    EXPECT_THAT(page.settlement(), EqualsProto(whole.settlement()));
    for (const auto& line : page.lines()) lines.push_back(line.SerializeAsString());
    token = page.next_page_token();
  } while (!token.empty());
  ASSERT_EQ(lines.size(), whole.lines_size());
  for (int i = 0; i < whole.lines_size(); ++i) {
    EXPECT_EQ(lines[i], whole.lines(i).SerializeAsString());
  }
  ASSERT_OK_AND_ASSIGN(const auto first, Ask(&Stub::ComputeSettlement, ask + " page_size: 2"));
  ASSERT_OK(Post({Move(Jan(9), "$NODE1", "$SKU1", "brand", kFree, kCustomer, 1)}));
  EXPECT_THAT(Ask(&Stub::ComputeSettlement,
                  ask + fmt::format(" page_size: 2 page_token: '{}'", first.next_page_token())),
              HasReason("BAD_PAGE_TOKEN"));
}

TEST_F(SettlementTest, BulkyGoodsAtTheMakersCostNoFeesThere) {
  ASSERT_OK_AND_ASSIGN(const auto node, Ask(&Stub::CreateNode,
                                            "node { display_name: 'maker'"
                                            " kind: NODE_KIND_VENDOR_WAREHOUSE }"));
  world_["$MAKER"] = node.node_id();
  ASSERT_OK(Call(&BillingStub::CreateStockOwner,
                 "owner { owner_id: 'fridges' display_name: 'F'"
                 " kind: STOCK_OWNER_KIND_MAKER_HELD }"));
  std::string terms = kTerms;
  terms.replace(terms.find("'brand'"), 7, "'fridges'");
  ASSERT_OK(Call(&BillingStub::SetOwnerTerms, terms));
  ASSERT_OK(Post({Move(Jan(3), "$MAKER", "$SKU1", "fridges", kSupplier, kFree, 10),
                  Move(Jan(4), "$MAKER", "$SKU1", "fridges", kFree, kCustomer, 4, "R-1"),
                  Move(Jan(5), "$MAKER", "$SKU1", "fridges", kFree, kClearing, 2, "T"),
                  Move(Jan(5), "$NODE1", "$SKU1", "fridges", kClearing, kInTransit, 2, "T")}));
  EXPECT_THAT(Show(*Compute("fridges", kJan1, kJan31)),
              ElementsAre("SALE SKU1 1-31 q=4 3600", "STORAGE SKU1 1-31 q=50 15"));
}

TEST_F(SettlementTest, EveryFaultOfARequestAtOnce) {
  const auto fields = [](const absl::Status& status) {
    std::vector<std::string> names;
    const auto bad = GetDetail<google::rpc::BadRequest>(status);
    if (bad) {
      for (const auto& violation : bad->field_violations()) names.push_back(violation.field());
    }
    return names;
  };
  EXPECT_THAT(fields(Ask(&Stub::ComputeSettlement, "owner_id: '!'").status()),
              ElementsAre("owner_id", "period"));
  EXPECT_THAT(fields(Compute("x", kJan31, kJan1).status()), ElementsAre("period.end_date"));
  EXPECT_THAT(fields(Compute("x", kJan1, kJan1 + 366).status()), ElementsAre("period"));
  EXPECT_THAT(fields(Compute("x", absl::CivilDay(1969, 12, 31), kJan1).status()),
              ElementsAre("period", "period"));
  EXPECT_THAT(fields(Close("!", kJan31, kJan1, "expected_hash: 'x'").status()),
              ElementsAre("owner_id", "period.end_date", "expected_hash"));
  EXPECT_THAT(Compute("nobody", kJan1, kJan31), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(
      fields(
          Call(&BillingStub::ListSettlementEntries, "owner_id: '!' line { sku_id: '!' }").status()),
      ElementsAre("owner_id", "line.kind", "line.sku_id", "line.first_date", "line.last_date"));
}

// A month of random work of two owners: all that is settled against sums of the ledger itself.
TEST_F(SettlementTest, AgreesWithTheLedgerWhateverHappened) {
  std::mt19937 random(42);
  ASSERT_OK(Call(&BillingStub::CreateStockOwner,
                 "owner { owner_id: 'other' display_name: 'O' kind: STOCK_OWNER_KIND_CLOUD }"));
  std::string terms = kTerms;
  terms.replace(terms.find("'brand'"), 7, "'other'");
  ASSERT_OK(Call(&BillingStub::SetOwnerTerms, terms));
  ASSERT_NO_FATAL_FAILURE(WorkAtRandom(random));
  for (const char* owner : {"brand", "other"}) {
    ASSERT_OK_AND_ASSIGN(const auto january, Compute(owner, kJan1, kJan31));
    std::map<v1::SettlementLineKind, int64_t> sums;
    for (const auto& line : january.lines()) {
      sums[line.kind()] += line.quantity();
      if (line.kind() != v1::SETTLEMENT_LINE_KIND_STORAGE) {
        EXPECT_EQ(TraceOf(owner, line).quantity, line.quantity());
      }
    }
    const auto ledger = [&](const std::string& what, const std::string& where) {
      return Db().Count(
          fmt::format("SELECT {} FROM ledger_entry WHERE owner_id = '{}'"
                      " AND business_date <= '2026-01-31' AND {}",
                      what, owner, where));
    };
    const std::string pieces = "COALESCE(SUM(quantity), 0)";
    EXPECT_EQ(sums[v1::SETTLEMENT_LINE_KIND_SALE],
              std::string(owner) == "other" ? 0
                                            : ledger(pieces, "to_account = 'CUSTOMER'") -
                                                  ledger(pieces, "from_account = 'CUSTOMER'"));
    EXPECT_EQ(sums[v1::SETTLEMENT_LINE_KIND_ENTRY], ledger(pieces, "from_account = 'SUPPLIER'"));
    EXPECT_EQ(sums[v1::SETTLEMENT_LINE_KIND_HANDLING_PIECE],
              ledger(pieces, "to_account = 'CUSTOMER'"));
    EXPECT_EQ(
        sums[v1::SETTLEMENT_LINE_KIND_HANDLING_ORDER],
        ledger("COUNT(DISTINCT node_id, reference, business_date)", "to_account = 'CUSTOMER'"));
    // Without free days, the piece-days are what each entry adds until the end of the month.
    ASSERT_OK(Call(&BillingStub::SetOwnerTerms,
                   fmt::format("terms {{ owner_id: '{}' effective_from {}"
                               " currency_code: 'CNY' storage_rates {{ price {} }} }}",
                               owner, DateText(kJan1), Yuan(1))));
    int64_t storage = 0;
    const auto without_free_days = Compute(owner, kJan1, kJan31);
    ASSERT_OK(without_free_days);
    for (const auto& line : without_free_days->lines()) {
      if (line.kind() == v1::SETTLEMENT_LINE_KIND_STORAGE) storage += line.quantity();
    }
    EXPECT_EQ(storage, ledger("SUM(IF(to_account = 'FREE', quantity, -quantity)"
                              " * (DATEDIFF('2026-01-31', business_date) + 1))",
                              "TRUE"));
  }
  // What billing has copied sums up to the stock.
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM stock_total AS t LEFT JOIN billing_level AS l"
                       " USING (org_id, owner_id, sku_id, node_id)"
                       " WHERE t.stock_condition = 'SELLABLE'"
                       " AND t.on_hand + t.in_transit <> COALESCE(l.pieces, 0)"),
            0);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM ledger_entry AS e LEFT JOIN billing_entry AS b"
                       " USING (org_id, owner_id, business_date, node_id, entry_number)"
                       " WHERE e.reason = 'Test' AND b.quantity IS NULL"),
            0);
}

TEST_F(SettlementTest, ManyComputeAndCloseAtOnce) {
  ASSERT_OK(Post({Move(Jan(3), "$NODE1", "$SKU1", "brand", kSupplier, kFree, 10),
                  Move(Jan(3), "$NODE2", "$SKU1", "brand", kSupplier, kFree, 10)}));
  std::vector<std::thread> threads;
  std::atomic<int> closed = 0, computed = 0;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      if (i % 2 == 0) {
        closed += Close("brand", kJan1, kJan31).ok() ? 1 : 0;
      } else {
        const auto answer = Compute("brand", kJan1, kJan31);
        computed += answer.ok() && answer->lines_size() == 2 ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(closed, 1);
  EXPECT_EQ(computed, 3);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM settlement"), 1);
}

}  // namespace
}  // namespace kefu::warehouse
