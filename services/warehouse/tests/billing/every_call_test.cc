// What holds for every call of BillingService alike, walked by its descriptor: a new RPC that is
// not in the table fails the test.
#include "common/testing/every_call.h"
#include "services/warehouse/tests/billing/fixture.h"

namespace kefu::warehouse {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

constexpr char kPeriod[] =
    " period { start_date { year: 2026 month: 1 day: 1 } end_date { year: 2026 month: 1 day: 9 } }";

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"CreateStockOwner",
       "owner { owner_id: 'o~' display_name: 'n' kind: STOCK_OWNER_KIND_CLOUD }",
       Other::kUnrelated},
      {"GetStockOwner", "owner_id: 'brand'", Other::kNotFound},
      {"ListStockOwners", "", Other::kEmpty},
      {"UpdateStockOwner",
       "owner { owner_id: 'brand' display_name: 'n~' } update_mask { paths: 'display_name' }",
       Other::kNotFound},
      {"SetOwnerTerms",
       "terms { owner_id: 'brand' effective_from { year: 2026 month: 2 day: ~ }"
       " currency_code: 'CNY' }",
       Other::kNotFound},
      {"GetOwnerTerms", "owner_id: 'brand' date { year: 2026 month: 1 day: 1 }", Other::kNotFound},
      {"ListOwnerTerms", "owner_id: 'brand'", Other::kNotFound},
      {"CloseSettlement", std::string("owner_id: 'brand' # ~\n") + kPeriod, Other::kNotFound},
      {"GetSettlement", "settlement_id: '$SETTLED'", Other::kNotFound},
      {"ListSettlements", "", Other::kEmpty},
      {"ListSettlementEntries",
       "owner_id: 'brand' line { kind: SETTLEMENT_LINE_KIND_STORAGE first_date { year: 2026"
       " month: 1 day: 1 } last_date { year: 2026 month: 1 day: 9 } }",
       Other::kNotFound},
      {"CreateLease",
       "lease { node_id: '$NODE1' tenant_id: 't' display_name: 'n~' area_dm2: 1"
       " price_period: LEASE_PERIOD_DAY price { currency_code: 'CNY' }"
       " start_date { year: 2026 month: 1 day: 1 } }",
       Other::kNotFound},
      {"GetLease", "lease_id: '$LEASE'", Other::kNotFound},
      {"ListLeases", "", Other::kEmpty},
      {"UpdateLease",
       "lease { lease_id: '$LEASE' display_name: 'n~' } update_mask { paths: 'display_name' }",
       Other::kNotFound},
      {"ComputeLeaseBilling", std::string("tenant_id: 'tenant'") + kPeriod, Other::kNotFound},
      {"SetWarehouseContract",
       "contract { node_id: '$NODE1' effective_from { year: 2026 month: 2 day: ~ }"
       " currency_code: 'CNY' }",
       Other::kNotFound},
      {"GetWarehouseContract", "node_id: '$NODE1' date { year: 2026 month: 1 day: 1 }",
       Other::kNotFound},
      {"ListWarehouseContracts", "node_id: '$NODE1'", Other::kNotFound},
      {"GetWarehouseReport", "node_id: '$NODE1' year: 2026 month: 1", Other::kNotFound},
      {"CheckWarehouseBill",
       "node_id: '$NODE1' year: 2026 month: 1 lines { item: BILL_ITEM_FIXED_MONTH"
       " amount { currency_code: 'CNY' } }",
       Other::kNotFound},
  };
  return rows;
}

class EveryBillingCallTest : public BillingTest {
 protected:
  // With a lease and a contract of $NODE1, and a closed settlement of the own stock.
  void FreshWorld() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    ASSERT_OK_AND_ASSIGN(
        const auto lease,
        Call(&BillingStub::CreateLease,
             "lease { node_id: '$NODE1' tenant_id: 'tenant' display_name: 'T' area_dm2: 1"
             " price_period: LEASE_PERIOD_DAY price { currency_code: 'CNY' minor_units: 1 }"
             " start_date { year: 2026 month: 1 day: 1 } }"));
    world_["$LEASE"] = lease.lease_id();
    ASSERT_OK(Call(&BillingStub::SetWarehouseContract,
                   "contract { node_id: '$NODE1' currency_code: 'CNY'"
                   " effective_from { year: 2026 month: 1 day: 1 } }"));
    ASSERT_OK(Call(&BillingStub::SetOwnerTerms,
                   "terms { effective_from { year: 2026 month: 1 day: 1 } currency_code: 'CNY' }"));
    ASSERT_OK_AND_ASSIGN(const auto settled,
                         Close("", absl::CivilDay(2026, 1, 1), absl::CivilDay(2026, 1, 5)));
    world_["$SETTLED"] = settled.settlement_id();
  }

  const EveryCall calls_{"kefu.warehouse.v1.BillingService", billing_host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(EveryBillingCallTest, TheTableNamesEveryMethod) { calls_.CheckTable(Rows()); }

TEST_F(EveryBillingCallTest, SucceedsForItsOrganizationAndTellsOfWrites) {
  FreshWorld();
  const std::string events = "SELECT COUNT(*) FROM outbox WHERE type LIKE 'kefu.warehouse.%'";
  for (const CallRow& row : Rows()) {
    const int64_t before = Db().Count(events);
    EXPECT_OK(calls_.Do(row, BillingAs("org-a"))) << row.method;
    EXPECT_EQ(Db().Count(events) > before, row.is_write()) << row.method;
  }
  CheckBooks();
}

TEST_F(EveryBillingCallTest, AnotherOrganizationSeesNothing) {
  FreshWorld();
  for (const CallRow& row : Rows()) calls_.CheckStranger(row, BillingAs("org-b"));
}

TEST_F(EveryBillingCallTest, RefusesAnEmptyRequestWithItsFaults) {
  for (const CallRow& row : Rows()) {
    if (row.request.empty() || row.method == "ListOwnerTerms") continue;  // the own stock's
    calls_.CheckEmptyRequest(row, BillingAs("org-a"));
  }
}

TEST_F(EveryBillingCallTest, IsForThoseWhoAnswerForMoney) {
  FreshWorld();
  for (const CallRow& row : Rows()) {
    calls_.CheckRights(row, billing_host_.AsService(), BillingAs("org-a", auth::Role::kAuditor));
    for (const auth::Role role : {auth::Role::kWarehouseOperator, auth::Role::kAgent}) {
      EXPECT_THAT(calls_.Do(row, BillingAs("org-a", role)).status(), HasReason("PERMISSION_DENIED"))
          << row.method;
    }
  }
}

TEST_F(EveryBillingCallTest, AWriteIsReplayedAndItsIdNotReused) {
  for (const CallRow& row : Rows()) {
    if (!row.is_write()) continue;
    FreshWorld();
    calls_.CheckReplay(row, "id-1", BillingAs("org-a"), Db(), clock_);
    const CallRow& other = Rows()[row.method == "CreateStockOwner" ? 3 : 0];
    EXPECT_THAT(calls_.Do(other, *calls_.Request(other, "3", "id-1"), BillingAs("org-a")).status(),
                HasReason("REQUEST_ID_REUSED"))
        << row.method;
  }
}

TEST_F(EveryBillingCallTest, PageSizesAndTokensAreChecked) {
  FreshWorld();
  for (const CallRow& row : Rows()) calls_.CheckPages(row, BillingAs("org-a"));
}

}  // namespace
}  // namespace kefu::warehouse
