// What holds for every call of StockControlService alike, walked by its descriptor.
#include "common/testing/every_call.h"
#include "services/warehouse/tests/core/fixture.h"

namespace kefu::warehouse {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"GetAdjustment", "adjustment_id: '$ADJ'"},
      {"ListAdjustments", "", Other::kEmpty},
      {"ApproveAdjustment", "adjustment_id: '$ADJ' # ~\n"},
      {"RejectAdjustment", "adjustment_id: '$ADJ' note: 'no~'"},
      {"SetStockPolicy", "policy { approval_pieces: ~ }", Other::kUnrelated},
      {"GetStockPolicy", "", Other::kUnrelated},
      {"RepairStock", "node_id: '$NODE1' reason: 'r~' rebuild { sku_ids: '$SKU1' }"},
      {"GetStockAt", "node_id: '$NODE1' time { seconds: 1 }"},
      {"SetSalesGuard", "guard { sku_id: '$SKU1' channel: 'live' cap: ~ }"},
      {"GetSalesGuard", "sku_id: '$SKU2' channel: 'live'"},
      {"ListSalesGuards", "", Other::kEmpty},
  };
  return rows;
}

class ControlCallsTest : public StockControlTest {
 protected:
  void FreshWorld() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    ASSERT_OK_AND_ASSIGN(const auto pending,
                         Call(&Stub::AdjustStock,
                              "node_id: '$NODE1' lines { key { sku_id: '$SKU1' } quantity: 500"
                              " reason: ADJUSTMENT_REASON_FOUND }"));
    world_["$ADJ"] = pending.adjustment().adjustment_id();
    ASSERT_OK(Call(&Control::SetSalesGuard, "guard { sku_id: '$SKU2' channel: 'live' cap: 5 }"));
  }

  const EveryCall calls_{"kefu.warehouse.v1.StockControlService", control_host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(ControlCallsTest, EveryMethodIsHere) { calls_.CheckTable(Rows()); }

TEST_F(ControlCallsTest, SucceedsIsReplayedAndTellsOfItself) {
  for (const CallRow& row : Rows()) {
    SCOPED_TRACE(row.method);
    FreshWorld();
    const rpc::CallOptions boss = AsControl("org-a", "boss");
    if (!row.is_write()) {
      EXPECT_OK(calls_.Do(row, boss));
      continue;
    }
    const std::string events = "SELECT COUNT(*) FROM outbox WHERE type LIKE 'kefu.warehouse.%'";
    const int64_t before = Db().Count(events);
    calls_.CheckReplay(row, "id-1", boss, Db(), clock_);
    EXPECT_GT(Db().Count(events), before);
    CheckBooks();
  }
}

TEST_F(ControlCallsTest, RefusesStrangersAndNonsense) {
  FreshWorld();
  for (const CallRow& row : Rows()) {
    calls_.CheckStranger(row, AsControl("org-b"));
    if (!row.request.empty()) calls_.CheckEmptyRequest(row, AsControl("org-a"));
    calls_.CheckRights(row, control_host_.AsService(),
                       control_host_.As("org-a", {auth::Role::kAuditor}));
    calls_.CheckPages(row, AsControl("org-a"));
  }
}

}  // namespace
}  // namespace kefu::warehouse
