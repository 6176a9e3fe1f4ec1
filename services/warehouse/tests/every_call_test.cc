// What holds for every call of the contract alike, walked by its descriptor: a new RPC that is not
// in the table fails the test.
#include <future>

#include "common/testing/every_call.h"
#include "services/warehouse/tests/fixture.h"

namespace kefu::warehouse {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

// Nodes, SKUs, stock and reservations.
std::vector<CallRow> StockRows() {
  return {
      {"CreateNode", "node { display_name: 'n~' kind: NODE_KIND_DELIVERY_STATION }",
       Other::kUnrelated},
      {"GetNode", "node_id: '$NODE1'", Other::kNotFound},
      {"ListNodes", "", Other::kEmpty},
      {"UpdateNode",
       "node { node_id: '$NODE1' display_name: 'n~' } update_mask { paths: 'display_name' }",
       Other::kNotFound},
      {"CreateSku", "sku { code: 'c~' display_name: 'n' }", Other::kUnrelated},
      {"GetSku", "sku_id: '$SKU1'", Other::kNotFound},
      {"ListSkus", "", Other::kEmpty},
      {"UpdateSku",
       "sku { sku_id: '$SKU1' display_name: 'n~' } update_mask { paths: 'display_name' }",
       Other::kNotFound},
      {"Receive", "node_id: '$NODE1' lines { sku_id: '$SKU1' quantity: ~ }", Other::kNotFound},
      {"GetAvailability", "sku_ids: '$SKU1' node_ids: '$NODE1'", Other::kNotFound},
      {"ListStockLevels", "", Other::kEmpty},
      {"Reserve",
       "reservation { lines { node_id: '$NODE1' sku_id: '$SKU1' quantity: 1 } } ttl_seconds: ~",
       Other::kNotFound},
      {"GetReservation", "reservation_id: '$RES'", Other::kNotFound},
      {"ExtendReservation", "reservation_id: '$RES' ttl_seconds: 720~", Other::kNotFound},
      {"BatchReserve",
       "commands { reserve { reservation { lines { node_id: '$NODE1' sku_id: '$SKU1' quantity: ~ } "
       "} } }",
       Other::kResult},
      {"ConfirmReservation", "reservation_id: '$RES' # ~\n", Other::kNotFound},
      {"ReleaseReservation", "reservation_id: '$RES' reason: 'because ~'", Other::kNotFound},
      {"CountStock", "node_id: '$NODE1' lines { key { sku_id: '$SKU2' } counted: 10~ }",
       Other::kNotFound},
      {"GetLedger", "node_id: '$NODE1'", Other::kNotFound},
  };
}

// What is planned, moved and settled.
std::vector<CallRow> WorkRows() {
  return {
      {"PromiseDate", "lines { sku_id: '$SKU1' quantity: 1 } destination { region_code: '310115' }",
       Other::kNotFound},
      {"AdviseSites",
       "demands { demand_id: 'd' units_per_day: 5 }"
       " candidates { site_id: 's' capacity_units: 9 daily_throughput_units: 9"
       " daily_rent { currency_code: 'CNY' minor_units: 7 } }",
       Other::kUnrelated},
      {"PlanReplenishment", "series_kind: SERIES_KIND_SKU node_ids: '$NODE1' page_size: ~",
       Other::kNotFound},
      {"Transfer",
       "transfer { from_node_id: '$NODE1' to_node_id: '$NODE2'"
       " lines { sku_id: '$SKU2' quantity: ~ } }",
       Other::kNotFound},
      {"DispatchTransfer", "transfer_id: '$PLAN' note: 'n~'", Other::kNotFound},
      {"ReceiveTransfer", "transfer_id: '$SENT' lines { line_number: 1 quantity: ~ }",
       Other::kNotFound},
      {"CancelTransfer", "transfer_id: '$BACK' reason: 'n~'", Other::kNotFound},
      {"GetTransfer", "transfer_id: '$SENT'", Other::kNotFound},
      {"ListTransfers", "", Other::kEmpty},
      {"Allocate",
       "orders { order_id: 'o~' destination { region_code: '310115' }"
       " lines { sku_id: '$SKU2' quantity: 1 } }",
       Other::kResult},
      {"ComputeSlotting",
       "node_id: '$NODE1' days { start_date { year: 2026 month: 1 day: 1 }"
       " end_date { year: 2026 month: 1 day: 31 } }",
       Other::kNotFound},
      {"ShipOrder", "reservation_id: '$SOLD' document: 'SF~'", Other::kNotFound},
      {"MoveReservation", "reservation_id: '$MOVED' to_node_id: '$NODE2' reason: '~'",
       Other::kNotFound},
      {"AdjustStock",
       "node_id: '$NODE1' lines { key { sku_id: '$SKU1' } reason: ADJUSTMENT_REASON_FOUND"
       " quantity: ~ }",
       Other::kNotFound},
      {"ComputeSettlement",
       "owner_id: 'brand' period { start_date { year: 2026 month: 1 day: 1 }"
       " end_date { year: 2026 month: 1 day: 31 } }",
       Other::kNotFound},
  };
}

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>([] {
    std::vector<CallRow> all = StockRows();
    for (CallRow& row : WorkRows()) all.push_back(std::move(row));
    return all;
  }());
  return rows;
}

class EveryCallTest : public WarehouseTest {
 protected:
  using WarehouseTest::WarehouseTest;
  void FreshWorld() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    for (const char* transfer : {"$PLAN", "$SENT", "$BACK"}) {
      ASSERT_OK_AND_ASSIGN(
          const v1::StockTransfer made,
          Call(&Stub::Transfer, fmt::format("transfer {{ from_node_id: '$NODE1'"
                                            " to_node_id: '$NODE2' lines {{ sku_id: '$SKU2'"
                                            " quantity: 4 }} }} plan_only: {}",
                                            transfer == std::string_view("$PLAN"))));
      world_[transfer] = made.transfer_id();
    }
    // One that is sold, and one that can go to the other node.
    ASSERT_OK(Receive("$NODE2", "$SKU2", 5));
    for (const char* name : {"$SOLD", "$MOVED"}) {
      ASSERT_OK_AND_ASSIGN(const v1::Reservation made, Reserve({{"$NODE1", "$SKU2", 2}}));
      world_[name] = made.reservation_id();
    }
    ASSERT_OK(Call(&Stub::ConfirmReservation, "reservation_id: '$SOLD'"));
  }

  const EveryCall calls_{"kefu.warehouse.v1.WarehouseService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(EveryCallTest, TheTableNamesEveryMethod) { calls_.CheckTable(Rows()); }

TEST_F(EveryCallTest, SucceedsForItsOrganizationAndKeepsTheBooks) {
  FreshWorld();
  for (const CallRow& row : Rows()) {
    EXPECT_OK(calls_.Do(row, As("org-a"))) << row.method;
    CheckBooks();
  }
}

TEST_F(EveryCallTest, AnotherOrganizationSeesNothing) {
  FreshWorld();
  const int64_t entries = Db().Count("SELECT COUNT(*) FROM ledger_entry");
  for (const CallRow& row : Rows()) {
    calls_.CheckStranger(row, As("org-b"));
  }
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM ledger_entry"), entries);
  // Nor may a reference inside one's own record, or half a request, reach over.
  const auto as = As("org-b");
  ASSERT_OK_AND_ASSIGN(
      const v1::Node node,
      Call(&Stub::CreateNode, "node { display_name: 'b' kind: NODE_KIND_PICKUP_POINT }", as));
  ASSERT_OK_AND_ASSIGN(const v1::Sku sku,
                       Call(&Stub::CreateSku, "sku { code: 'b' display_name: 'b' }", as));
  world_["$OWNNODE"] = node.node_id();
  world_["$OWNSKU"] = sku.sku_id();
  const auto not_found = StatusIs(absl::StatusCode::kNotFound);
  EXPECT_THAT(Call(&Stub::CreateNode,
                   "node { display_name: 'b' kind: NODE_KIND_PICKUP_POINT"
                   " parent_node_id: '$NODE1' }",
                   as),
              not_found);
  EXPECT_THAT(Call(&Stub::UpdateNode,
                   "node { node_id: '$OWNNODE' parent_node_id: '$NODE1' }"
                   " update_mask { paths: 'parent_node_id' }",
                   as),
              not_found);
  EXPECT_THAT(Call(&Stub::Receive, "node_id: '$OWNNODE' lines { sku_id: '$SKU1' quantity: 1 }", as),
              not_found);
  EXPECT_THAT(Call(&Stub::Receive, "node_id: '$NODE1' lines { sku_id: '$OWNSKU' quantity: 1 }", as),
              not_found);
  EXPECT_THAT(Call(&Stub::Reserve, ReserveText({{"$OWNNODE", "$SKU1", 1}}), as), not_found);
  EXPECT_THAT(Call(&Stub::Reserve, ReserveText({{"$NODE1", "$OWNSKU", 1}}), as), not_found);
  EXPECT_THAT(Call(&Stub::GetAvailability, "sku_ids: '$OWNSKU' node_ids: '$NODE1'", as), not_found);
}

TEST_F(EveryCallTest, RefusesAnEmptyRequestWithItsFaults) {
  for (const CallRow& row : Rows()) {
    if (row.request.empty()) continue;  // such a call needs no field
    calls_.CheckEmptyRequest(row, As("org-a"));
  }
}

TEST_F(EveryCallTest, NeedsATokenAndAnOrganization) {
  FreshWorld();
  for (const CallRow& row : Rows()) {
    calls_.CheckRights(row, host_.AsService(), host_.As("org-a", {auth::Role::kAuditor}));
  }
}

TEST_F(EveryCallTest, AWriteIsReplayedAndItsIdNotReused) {
  for (const CallRow& row : Rows()) {
    if (!row.is_write()) continue;
    FreshWorld();
    calls_.CheckReplay(row, "id-1", As("org-a"), Db(), clock_);
    CheckBooks();
    const CallRow& other = Rows()[row.method == "CreateNode" ? 4 : 0];
    EXPECT_THAT(calls_.Do(other, *calls_.Request(other, "3", "id-1"), As("org-a")).status(),
                HasReason("REQUEST_ID_REUSED"))
        << row.method;
  }
}

TEST_F(EveryCallTest, AWriteTellsOfItself) {
  FreshWorld();
  for (const CallRow& row : Rows()) {
    if (!row.is_write()) continue;
    const std::string events = "SELECT COUNT(*) FROM outbox WHERE type LIKE 'kefu.warehouse.%'";
    const int64_t before = Db().Count(events);
    ASSERT_OK(calls_.Do(row, As("org-a"))) << row.method;
    EXPECT_GT(Db().Count(events), before) << row.method;
  }
}

TEST_F(EveryCallTest, PageSizesAndTokensAreChecked) {
  FreshWorld();
  for (const CallRow& row : Rows()) calls_.CheckPages(row, As("org-a"));
}

// The only connection is held by the test, so that no call can be answered in time.
class DeadlineTest : public EveryCallTest {
 protected:
  DeadlineTest() : EveryCallTest(/*pool_size=*/1) {}
};

TEST_F(DeadlineTest, IsKept) {
  FreshWorld();
  std::promise<void> held, release;
  std::thread holder([&] {
    const auto status =
        replica_.database->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction&) {
          held.set_value();
          release.get_future().wait();
          return absl::OkStatus();
        });
    EXPECT_OK(status);
  });
  held.get_future().wait();
  for (const CallRow& row : Rows()) calls_.CheckDeadline(row, As("org-a"));
  release.set_value();
  holder.join();
}

}  // namespace
}  // namespace kefu::warehouse
