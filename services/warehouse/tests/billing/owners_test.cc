// Owners and their terms, leases, contracts and reports: one caller at a time.
#include "services/warehouse/tests/billing/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Fields(const absl::Status& status) {
  std::vector<std::string> names;
  const auto bad = GetDetail<google::rpc::BadRequest>(status);
  if (bad) {
    for (const auto& violation : bad->field_violations()) names.push_back(violation.field());
  }
  return names;
}

class OwnersTest : public BillingTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }
  void TearDown() override { CheckBooks(); }

  absl::StatusOr<v1::ReceiveResponse> ReceiveFor(std::string_view owner) {
    return WarehouseTest::Call(
        &Stub::Receive,
        fmt::format("node_id: '$NODE1' lines {{ sku_id: '$SKU1' quantity: 1 owner_id: '{}' }}",
                    owner));
  }
};

TEST_F(OwnersTest, AreRegisteredBeforeTheirGoodsComeIn) {
  EXPECT_THAT(ReceiveFor("newcomer"), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(const auto made, Call(&BillingStub::CreateStockOwner,
                                             "owner { owner_id: 'newcomer' display_name: 'N'"
                                             " kind: STOCK_OWNER_KIND_CLOUD }"));
  EXPECT_EQ(made.time_zone(), "Asia/Shanghai");
  EXPECT_EQ(made.state(), v1::RECORD_STATE_ACTIVE);
  ASSERT_OK(ReceiveFor("newcomer"));
  EXPECT_THAT(Call(&BillingStub::CreateStockOwner,
                   "owner { owner_id: 'newcomer' display_name: 'M'"
                   " kind: STOCK_OWNER_KIND_CONSIGNMENT }"),
              StatusIs(absl::StatusCode::kAlreadyExists));
  ASSERT_OK_AND_ASSIGN(
      const auto archived,
      Call(&BillingStub::UpdateStockOwner,
           fmt::format("owner {{ owner_id: 'newcomer' state: RECORD_STATE_ARCHIVED etag: '{}' }}"
                       " update_mask {{ paths: 'state' }}",
                       made.etag())));
  EXPECT_EQ(archived.display_name(), "N");
  EXPECT_THAT(ReceiveFor("newcomer"), HasReason("RECORD_ARCHIVED"));
  EXPECT_THAT(Call(&BillingStub::UpdateStockOwner,
                   fmt::format("owner {{ owner_id: 'newcomer' display_name: 'X' etag: '{}' }}"
                               " update_mask {{ paths: 'display_name' }}",
                               made.etag())),
              HasReason("ETAG_MISMATCH"));
  EXPECT_THAT(Call(&BillingStub::GetStockOwner, "owner_id: 'newcomer'"),
              ::testing::Truly([&](const auto& read) {
                return read.ok() && read->SerializeAsString() == archived.SerializeAsString();
              }));
  EXPECT_EQ(Call(&BillingStub::ListStockOwners, "")->owners_size(), 1);
  EXPECT_EQ(Call(&BillingStub::ListStockOwners, "show_archived: true")->owners_size(), 2);
  // The same id in another organization is another owner.
  ASSERT_OK(Call(&BillingStub::CreateStockOwner,
                 "owner { owner_id: 'newcomer' display_name: 'B' kind: STOCK_OWNER_KIND_CLOUD }",
                 "org-b"));
  ASSERT_OK_AND_ASSIGN(const auto named, Call(&BillingStub::CreateStockOwner,
                                              "owner { display_name: 'S'"
                                              " kind: STOCK_OWNER_KIND_CLOUD }"));
  EXPECT_FALSE(named.owner_id().empty());
}

TEST_F(OwnersTest, TermsAreKeptByVersion) {
  const auto set = [&](int day, std::string_view more) {
    return Call(&BillingStub::SetOwnerTerms,
                fmt::format("terms {{ owner_id: 'brand' effective_from {}"
                            " currency_code: 'CNY' {} }}",
                            DateText(absl::CivilDay(2026, 2, day)), more));
  };
  const auto version_on = [&](int month, int day) -> int64_t {
    const auto read =
        Call(&BillingStub::GetOwnerTerms,
             fmt::format("owner_id: 'brand' date {}", DateText(absl::CivilDay(2026, month, day))));
    return read.ok() ? read->version() : -1;
  };
  ASSERT_OK_AND_ASSIGN(const auto second, set(10, "free_days: 3"));
  EXPECT_EQ(second.version(), 2);
  EXPECT_EQ(set(5, "")->version(), 3);
  EXPECT_EQ(set(10, "free_days: 4")->version(), 4);
  EXPECT_EQ(
      Call(&BillingStub::GetOwnerTerms, "owner_id: 'brand' date { year: 2025 month: 12 day: 31 }")
          .status()
          .code(),
      absl::StatusCode::kNotFound);
  EXPECT_EQ(version_on(1, 1), 1);
  EXPECT_EQ(version_on(2, 4), 1);
  EXPECT_EQ(version_on(2, 5), 3);
  EXPECT_EQ(version_on(2, 10), 4);
  ASSERT_OK_AND_ASSIGN(const auto first,
                       Call(&BillingStub::ListOwnerTerms, "owner_id: 'brand' page_size: 3"));
  EXPECT_EQ(first.terms_size(), 3);
  EXPECT_THAT(first.terms(1), EqualsProto(second));
  ASSERT_OK_AND_ASSIGN(const auto rest,
                       Call(&BillingStub::ListOwnerTerms,
                            fmt::format("owner_id: 'brand' page_size: 3 page_token: '{}'",
                                        first.next_page_token())));
  EXPECT_EQ(rest.terms_size(), 1);
  EXPECT_THAT(set(20, "prices { sku_id: 'nothing' price { currency_code: 'CNY' } }"),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(OwnersTest, EveryFaultAtOnce) {
  EXPECT_THAT(
      Fields(Call(&BillingStub::CreateStockOwner,
                  "owner { owner_id: '!' kind: STOCK_OWNER_KIND_OWN_BOUGHT_IN time_zone: 'Mars' }")
                 .status()),
      ElementsAre("owner.owner_id", "owner.display_name", "owner.time_zone", "owner.kind"));
  EXPECT_THAT(Fields(Call(&BillingStub::SetOwnerTerms, R"pb(
                       terms {
                         owner_id: "!"
                         currency_code: "XXY"
                         prices {
                           price { currency_code: "CNY" minor_units: -1 }
                           payment_days: -1
                         }
                         prices { sku_id: "a" }
                         prices {
                           sku_id: "a"
                           price { currency_code: "XXY" }
                         }
                         commission_bps: 10001
                         payment_days: -1
                         fee_payment_days: -1
                         entry_rates {
                           by_volume: true
                           per: -1
                           price { currency_code: "XXY" }
                         }
                         storage_rates { price { currency_code: "XXY" } }
                         storage_rates { price { currency_code: "XXY" } }
                         free_days: 366
                         order_rate {
                           size_class: SIZE_CLASS_A
                           price { currency_code: "XXY" }
                         }
                         monthly_minimum { currency_code: "EUR" }
                       })pb")
                         .status()),
              ElementsAre("terms.owner_id", "terms.effective_from", "terms.currency_code",
                          "terms.prices[0].sku_id", "terms.prices[0].price.currency_code",
                          "terms.prices[0].price.minor_units", "terms.prices[0].payment_days",
                          "terms.prices[1].price", "terms.prices[2].sku_id", "terms.commission_bps",
                          "terms.payment_days", "terms.fee_payment_days",
                          "terms.entry_rates[0].per", "terms.entry_rates[0].by_volume",
                          "terms.storage_rates[1].size_class", "terms.free_days",
                          "terms.order_rate.size_class", "terms.monthly_minimum.currency_code"));
}

TEST_F(OwnersTest, EveryFaultOfLeasesContractsAndBillsAtOnce) {
  EXPECT_THAT(
      Fields(Call(&BillingStub::CreateLease, R"pb(
               lease {
                 node_id: "!"
                 price { currency_code: "XXY" minor_units: -1 }
                 start_date { year: 2026 month: 2 day: 2 }
                 end_date { year: 2026 month: 2 day: 1 }
                 deposit { minor_units: 1 }
               })pb")
                 .status()),
      ElementsAre("lease.node_id", "lease.tenant_id", "lease.display_name", "lease.area_dm2",
                  "lease.price_period", "lease.price.currency_code", "lease.price.minor_units",
                  "lease.end_date", "lease.deposit.currency_code"));
  EXPECT_THAT(Fields(Call(&BillingStub::SetWarehouseContract, R"pb(
                       contract {
                         currency_code: "CNY"
                         inbound_piece { per: 1000001 }
                         fixed_month { currency_code: "USD" }
                         tolerance_bps: -1
                         cutoff_second: 901
                         difference_reasons: "a b"
                       })pb")
                         .status()),
              ElementsAre("contract.node_id", "contract.effective_from",
                          "contract.inbound_piece.price", "contract.inbound_piece.per",
                          "contract.fixed_month.currency_code", "contract.tolerance_bps",
                          "contract.cutoff_second", "contract.difference_reasons[0]"));
  EXPECT_THAT(Fields(Call(&BillingStub::CheckWarehouseBill, R"pb(
                       node_id: "$NODE1"
                       month: 13
                       lines { quantity: -1 }
                       lines {
                         item: BILL_ITEM_FIXED_MONTH
                         amount { currency_code: "CNY" }
                       }
                       lines {
                         item: BILL_ITEM_FIXED_MONTH
                         amount { currency_code: "X" }
                       })pb")
                         .status()),
              ElementsAre("year", "month", "lines[0].item", "lines[0].amount", "lines[0].quantity",
                          "lines[2].item", "lines[2].amount.currency_code"));
}

class LeaseTest : public OwnersTest {
 protected:
  absl::StatusOr<v1::Lease> Let(int units, std::string_view start, std::string_view more = "") {
    return Call(&BillingStub::CreateLease,
                fmt::format("lease {{ node_id: '$NODE1' tenant_id: 't' display_name: 'T'"
                            " capacity_units: {} price_period: LEASE_PERIOD_MONTH price {}"
                            " start_date {{ {} }} deposit {} {} }}",
                            units, Yuan(310'000), start, Yuan(50'000), more));
  }
};

TEST_F(LeaseTest, TakeFromTheNodeAndAreBilledByDays) {
  ASSERT_OK(WarehouseTest::Call(
      &Stub::UpdateNode,
      "node { node_id: '$NODE1' capacity_units: 100 } update_mask { paths: 'capacity_units' }"));
  ASSERT_OK_AND_ASSIGN(const auto lease, Let(60, "year: 2026 month: 1 day: 22"));
  EXPECT_THAT(Let(41, "year: 2026 month: 3 day: 1"), HasReason("LEASE_EXCEEDS_CAPACITY"));
  ASSERT_OK_AND_ASSIGN(const auto second, Let(40, "year: 2026 month: 3 day: 1"));
  EXPECT_THAT(
      Call(&BillingStub::UpdateLease, fmt::format("lease {{ lease_id: '{}' capacity_units: 61 }}"
                                                  " update_mask {{ paths: 'capacity_units' }}",
                                                  lease.lease_id())),
      HasReason("LEASE_EXCEEDS_CAPACITY"));
  ASSERT_OK_AND_ASSIGN(
      const auto ended,
      Call(&BillingStub::UpdateLease,
           fmt::format("lease {{ lease_id: '{}' end_date {} etag: '{}' }}"
                       " update_mask {{ paths: 'end_date' }}",
                       lease.lease_id(), DateText(absl::CivilDay(2026, 2, 14)), lease.etag())));
  EXPECT_THAT(Call(&BillingStub::UpdateLease, fmt::format("lease {{ lease_id: '{}' etag: '{}' }}"
                                                          " update_mask {{ paths: 'end_date' }}",
                                                          lease.lease_id(), lease.etag())),
              HasReason("ETAG_MISMATCH"));
  ASSERT_OK_AND_ASSIGN(const auto bill,
                       Call(&BillingStub::ComputeLeaseBilling,
                            "tenant_id: 't' " + PeriodText(absl::CivilDay(2026, 1, 1),
                                                           absl::CivilDay(2026, 3, 31))));
  // 10 of 31 days, 14 of 28, and the whole of March.
  ASSERT_EQ(bill.lines_size(), 2);
  EXPECT_EQ(bill.lines(0).day_count(), 24);
  EXPECT_EQ(bill.lines(0).rent().minor_units(), 100'000 + 155'006);  // 12 × 110.72 + 2 × 110.71
  EXPECT_EQ(bill.lines(0).deposit().minor_units(), 0);
  EXPECT_EQ(bill.lines(1).rent().minor_units(), 310'000);
  EXPECT_EQ(bill.rent(0).minor_units(), 565'006);
  EXPECT_EQ(bill.deposit(0).minor_units(), 50'000);
  EXPECT_EQ(Call(&BillingStub::ListLeases, "node_id: '$NODE1' page_size: 1")->leases_size(), 1);
  EXPECT_EQ(Call(&BillingStub::ListLeases, "tenant_id: 't'")->leases_size(), 2);
  EXPECT_EQ(Call(&BillingStub::ListLeases, "")->leases_size(), 2);
  EXPECT_EQ(Call(&BillingStub::ListLeases, "node_id: '$NODE2'")->leases_size(), 0);
  EXPECT_EQ(Call(&BillingStub::GetLease, fmt::format("lease_id: '{}'", lease.lease_id()))->etag(),
            ended.etag());
  EXPECT_THAT(Call(&BillingStub::ComputeLeaseBilling,
                   "tenant_id: 'nobody' " +
                       PeriodText(absl::CivilDay(2026, 1, 1), absl::CivilDay(2026, 3, 31))),
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(WarehouseTest::Call(
      &Stub::UpdateNode,
      "node { node_id: '$NODE2' state: RECORD_STATE_ARCHIVED } update_mask { paths: 'state' }"));
  EXPECT_THAT(Call(&BillingStub::CreateLease,
                   fmt::format("lease {{ node_id: '$NODE2' tenant_id: 't' display_name: 'T'"
                               " area_dm2: 1 price_period: LEASE_PERIOD_DAY price {}"
                               " start_date {{ year: 2026 month: 1 day: 1 }} }}",
                               Yuan(1))),
              HasReason("RECORD_ARCHIVED"));
}

class ReportTest : public OwnersTest {
 protected:
  static constexpr char kContract[] =
      "contract { node_id: '$NODE2' effective_from { year: 2026 month: 1 day: 1 }"
      " currency_code: 'CNY' inbound_piece { price { currency_code: 'CNY' minor_units: 20 } }"
      " outbound_order { price { currency_code: 'CNY' minor_units: 300 } }"
      " outbound_extra_piece { price { currency_code: 'CNY' minor_units: 50 } }"
      " storage_piece_day { price { currency_code: 'CNY' minor_units: 3 } per: 10 }"
      " fixed_month { currency_code: 'CNY' minor_units: 100000 }"
      " penalty_piece { price { currency_code: 'CNY' minor_units: 1000 } }"
      " tolerance_bps: 100 cutoff_second: 57600 difference_reasons: 'CountStock'"
      " wrong_shipment_reasons: 'WrongItem' }";
  static absl::CivilDay Jan(int day) { return absl::CivilDay(2026, 1, day); }

  // January at $NODE2.
  void Work() {
    ASSERT_OK(Post({Move(Jan(1), "$NODE2", "$SKU1", "", kSupplier, kFree, 100, "PO-1"),
                    Move(Jan(1), "$NODE2", "$SKU2", "brand", kSupplier, kFree, 10, "PO-1"),
                    Move(Jan(2), "$NODE2", "$SKU2", "", kSupplier, kFree, 10, "PO-2")}));
    // Ordered at noon of the 15th: one leaves the same day, one the next.
    ASSERT_OK_AND_ASSIGN(const auto punctual, Reserve({{"$NODE2", "$SKU1", 2}}));
    ASSERT_OK_AND_ASSIGN(const auto late, Reserve({{"$NODE2", "$SKU1", 3}}));
    ASSERT_OK(
        Post({Move(Jan(15), "$NODE2", "$SKU1", "", kFree, kCustomer, 2, punctual.reservation_id()),
              Move(Jan(16), "$NODE2", "$SKU1", "", kFree, kCustomer, 2, late.reservation_id()),
              Move(Jan(16), "$NODE2", "$SKU2", "", kFree, kCustomer, 1, late.reservation_id()),
              Move(Jan(16), "$NODE2", "$SKU2", "brand", kFree, kCustomer, 1, "another")}));
    ASSERT_OK(
        Post({Move(Jan(20), "$NODE2", "$SKU1", "", kFree, kAdjustment, 2, "C-1", "CountStock"),
              Move(Jan(20), "$NODE2", "$SKU2", "", kAdjustment, kFree, 1, "C-1", "CountStock"),
              Move(Jan(20), "$NODE2", "$SKU1", "", kFree, kAdjustment, 4, "A-1", "AdjustStock"),
              Move(Jan(21), "$NODE2", "$SKU1", "", kCustomer, kFree, 1, "another", "WrongItem")}));
  }
};

TEST_F(ReportTest, SumsUpAMonthAndChecksItsBill) {
  EXPECT_THAT(Call(&BillingStub::GetWarehouseReport, "node_id: '$NODE2' year: 2026 month: 1"),
              HasReason("CONTRACT_MISSING"));
  ASSERT_OK(Call(&BillingStub::SetWarehouseContract, kContract));
  ASSERT_OK(WarehouseTest::Call(&Stub::UpdateSku,
                                "sku { sku_id: '$SKU1' list_price { currency_code: 'CNY'"
                                " minor_units: 5000 } } update_mask { paths: 'list_price' }"));
  ASSERT_NO_FATAL_FAILURE(Work());
  ASSERT_OK_AND_ASSIGN(const auto report, Call(&BillingStub::GetWarehouseReport,
                                               "node_id: '$NODE2' year: 2026 month: 1"));
  EXPECT_EQ(report.inbound_pieces(), 120);
  EXPECT_EQ(report.inbound_documents(), 2);
  EXPECT_EQ(report.outbound_pieces(), 6);
  EXPECT_EQ(report.outbound_orders(), 3);
  EXPECT_EQ(report.returned_pieces(), 1);
  EXPECT_EQ(report.closing_pieces(), 110);
  // 110, 13 × 120, 118, 4 × 114, 109, 11 × 110
  EXPECT_EQ(report.storage_piece_days(), 110 + 13 * 120 + 118 + 4 * 114 + 109 + 11 * 110);
  EXPECT_EQ(report.missing_pieces(), 2);
  EXPECT_EQ(report.surplus_pieces(), 1);
  EXPECT_EQ(report.missing_value().minor_units(), 10'000);
  EXPECT_EQ(report.unvalued_pieces(), 1);
  EXPECT_EQ(report.wrong_pieces(), 1);
  EXPECT_EQ(report.timed_orders(), 2);
  EXPECT_EQ(report.on_time_orders(), 1);
  EXPECT_EQ(report.on_time_bps(), 5000);
  // 2,400 + 900 + extra pieces 3 × 50 + 3,563 × 0.3 = 1,068.9 + 100,000 − 4,000
  EXPECT_EQ(report.cost().minor_units(), 2400 + 900 + 150 + 1069 + 100'000 - 4000);
  EXPECT_EQ(report.cost_per_order().minor_units(), 33'506);
  EXPECT_THAT(report.contract_versions(), ElementsAre(1));

  std::string bill = "node_id: '$NODE2' year: 2026 month: 1";
  for (const v1::BillLine& line : report.items()) {
    bill += fmt::format(" lines {{ {} }}", line.ShortDebugString());
  }
  ASSERT_OK_AND_ASSIGN(const auto exact, Call(&BillingStub::CheckWarehouseBill, bill));
  EXPECT_EQ(exact.verdict(), v1::BILL_VERDICT_EXACT);
  EXPECT_EQ(exact.difference().minor_units(), 0);
  ASSERT_OK_AND_ASSIGN(
      const auto checked,
      Call(&BillingStub::CheckWarehouseBill,
           fmt::format("node_id: '$NODE2' year: 2026 month: 1"
                       " lines {{ item: BILL_ITEM_INBOUND_PIECE quantity: 121 amount {} }}"
                       " lines {{ item: BILL_ITEM_OUTBOUND_ORDER quantity: 4 amount {} }}",
                       Yuan(2420), Yuan(1200))));
  EXPECT_EQ(checked.comparisons(0).verdict(), v1::BILL_VERDICT_WITHIN_TOLERANCE);
  EXPECT_EQ(checked.comparisons(1).verdict(), v1::BILL_VERDICT_OVERBILLED);
  EXPECT_EQ(checked.comparisons(1).difference().minor_units(), 300);
  EXPECT_EQ(checked.verdict(), v1::BILL_VERDICT_OVERBILLED);
  EXPECT_THAT(Call(&BillingStub::CheckWarehouseBill,
                   "node_id: '$NODE2' year: 2026 month: 1 lines { item: BILL_ITEM_FIXED_MONTH"
                   " amount { currency_code: 'USD' minor_units: 1 } }"),
              HasReason("CURRENCY_MISMATCH"));
  // February begins with what January left.
  EXPECT_EQ(Call(&BillingStub::GetWarehouseReport, "node_id: '$NODE2' year: 2026 month: 2")
                ->storage_piece_days(),
            28 * 110);
}

TEST_F(ReportTest, ContractsAreKeptByVersion) {
  ASSERT_OK_AND_ASSIGN(const auto first, Call(&BillingStub::SetWarehouseContract, kContract));
  std::string later = kContract;
  later.replace(later.find("month: 1 day: 1"), 15, "month: 2 day: 1");
  EXPECT_EQ(Call(&BillingStub::SetWarehouseContract, later)->version(), 2);
  const std::string jan = "node_id: '$NODE2' date { year: 2026 month: 1 day: 31 }";
  ASSERT_OK_AND_ASSIGN(const auto read, Call(&BillingStub::GetWarehouseContract, jan));
  EXPECT_THAT(read, EqualsProto(first));
  EXPECT_THAT(Call(&BillingStub::GetWarehouseContract,
                   "node_id: '$NODE2' date { year: 2025 month: 1 day: 31 }"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Call(&BillingStub::ListWarehouseContracts, "node_id: '$NODE2'")->contracts_size(), 2);
  for (size_t at; (at = later.find("'CNY'")) != std::string::npos;) later.replace(at, 5, "'USD'");
  EXPECT_THAT(Call(&BillingStub::SetWarehouseContract, later), HasReason("TERMS_CURRENCY"));
}

}  // namespace
}  // namespace kefu::warehouse
