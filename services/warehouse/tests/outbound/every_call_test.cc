// What holds for every call of OutboundService alike, walked by its descriptor: a new RPC that is
// not in the table fails the test.
#include "common/testing/every_call.h"
#include "services/warehouse/tests/outbound/fixture.h"

namespace kefu::warehouse {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"CreateShipment", "shipment { reservation_id: '$SOLD' node_id: '$NODE1' carrier: 'c~' }",
       Other::kNotFound},
      {"GetShipment", "shipment_id: '$WAITING'", Other::kNotFound},
      {"ListShipments", "", Other::kEmpty},
      {"CancelShipment", "shipment_id: '$DROPPED' reason: 'r~'", Other::kNotFound},
      {"CreateWave", "wave { node_id: '$NODE1' max_orders: ~ }", Other::kNotFound},
      {"GetWave", "wave_id: '$WAVE'", Other::kNotFound},
      {"ListWaves", "", Other::kEmpty},
      {"ReleaseWave", "wave_id: '$WAVE' # ~\n", Other::kNotFound},
      {"CancelWave", "wave_id: '$OTHERWAVE' # ~\n", Other::kNotFound},
      {"ListPickTasks", "", Other::kEmpty},
      {"GetPickPath", "wave_id: '$WAVE'", Other::kNotFound},
      {"RecordPick", "task_id: '$TASK' picked_quantity: ~", Other::kNotFound},
      {"RecordPutBack", "task_id: '$BACK' location: 'X-~'", Other::kNotFound},
      {"PackShipment",
       "shipment_id: '$PICKED' cartons { code: 'c~' contents { sku_id: '$SKU2' quantity: 1 } }",
       Other::kNotFound},
      {"UnpackShipment", "shipment_id: '$UNPACK' # ~\n", Other::kNotFound},
      {"ShipShipment", "shipment_id: '$PACKED' waybill: 'w~'", Other::kNotFound},
      {"HandOver",
       "manifest { node_id: '$NODE1' carrier: 'sf' document: 'd~' shipment_ids: '$GONE' }",
       Other::kNotFound},
      {"GetManifest", "manifest_id: '$MANIFEST'", Other::kNotFound},
      {"CreateCount", "node_id: '$NODE1' note: 'n~'", Other::kNotFound},
      {"GetCount", "count_id: '$COUNT'", Other::kNotFound},
      {"ListCounts", "", Other::kEmpty},
      {"SubmitCount", "count_id: '$COUNT' lines { line_number: 1 counted: 7~ }", Other::kNotFound},
      {"ApproveCount", "count_id: '$DONECOUNT' # ~\n", Other::kNotFound},
      {"CancelCount", "count_id: '$NOTCOUNT' # ~\n", Other::kNotFound},
      {"ListExpiringLots", "within_days: 100", Other::kEmpty},
      {"RecallLot", "sku_id: '$LOTSKU' lot: 'L1' reason: 'r~'", Other::kNotFound},
      {"GetRecall", "recall_id: '$RECALL'", Other::kNotFound},
      {"LiftRecall", "recall_id: '$RECALL' release_stock: true # ~\n", Other::kNotFound},
      {"GetOutboundPolicy", "", Other::kUnrelated},
      {"SetOutboundPolicy",
       "policy { staging_location: 'STAGE' max_wave_orders: ~ max_wave_pieces: 9 max_counts: 2"
       " aisle_pitch_mm: 1 position_pitch_mm: 1 abc_days: 1 abc_a_bps: 8000 abc_b_bps: 9500 }",
       Other::kUnrelated},
  };
  return rows;
}

class EveryOutboundCallTest : public OutboundTest {
 protected:
  // One of everything, at every stage.
  void FreshWorld() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    Stock("$LOTSKU", "L-1", 5, Lot("L1", 10));
    Stock("$LOTSKU", "L-2", 5, Lot("L2", 20));
    const auto sold = [&] { return Sold({{"$NODE1", "$SKU2", 1}}); };
    const auto picked = [&] {
      const std::string id = Shipped(sold());
      Wave();
      PickAll(id);
      return id;
    };
    const auto packed = [&] {
      const std::string id = picked();
      EXPECT_OK(Pack(id));
      return id;
    };
    world_["$PICKED"] = picked();
    world_["$PACKED"] = packed();
    world_["$UNPACK"] = packed();
    world_["$GONE"] = packed();
    EXPECT_OK(Ship(world_["$GONE"]));
    const std::string handed = packed();
    EXPECT_OK(Ship(handed));
    world_["$MANIFEST"] =
        Out(&OutStub::HandOver, fmt::format("manifest {{ node_id: '$NODE1'"
                                            " carrier: 'sf' shipment_ids: '{}' }}",
                                            handed))
            .value()
            .manifest_id();
    const std::string back = picked();
    EXPECT_OK(Cancel(back, true));
    world_["$BACK"] = OpenTasks(back).at(0).task_id();
    const std::string open = Shipped(sold());
    Wave();
    world_["$TASK"] = OpenTasks(open).at(0).task_id();
    Shipped(sold());
    world_["$WAVE"] = Wave("", false);
    Shipped(sold());
    world_["$OTHERWAVE"] = Wave("", false);
    world_["$WAITING"] = Shipped(sold());
    world_["$DROPPED"] = Shipped(sold());
    world_["$SOLD"] = sold();
    MakeCounts();
    world_["$RECALL"] =
        Out(&OutStub::RecallLot, "sku_id: '$LOTSKU' lot: 'L2' reason: 'why'").value().recall_id();
  }

  void MakeCounts() {
    const auto count = [&] {
      return Out(&OutStub::CreateCount, "node_id: '$NODE1' sku_ids: '$LOTSKU' locations: 'L-1'")
          .value()
          .count_id();
    };
    world_["$COUNT"] = count();
    world_["$NOTCOUNT"] = count();
    world_["$DONECOUNT"] = count();
    EXPECT_OK(Out(&OutStub::SubmitCount,
                  "count_id: '$DONECOUNT' lines { line_number: 1 counted: 5 }", "ann"));
  }

  const EveryCall calls_{"kefu.warehouse.v1.OutboundService", outbound_host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(EveryOutboundCallTest, TheTableNamesEveryMethod) { calls_.CheckTable(Rows()); }

TEST_F(EveryOutboundCallTest, SucceedsForItsOrganizationAndTellsOfItself) {
  FreshWorld();
  for (const CallRow& row : Rows()) {
    const std::string events = "SELECT COUNT(*) FROM outbox WHERE type LIKE 'kefu.warehouse.%'";
    const int64_t before = Db().Count(events);
    EXPECT_OK(calls_.Do(row, Person("tester"))) << row.method;
    if (row.is_write()) {
      EXPECT_GT(Db().Count(events), before) << row.method;
    }
    CheckWork();
  }
}

TEST_F(EveryOutboundCallTest, AnotherOrganizationSeesNothing) {
  FreshWorld();
  const int64_t entries = Db().Count("SELECT COUNT(*) FROM ledger_entry");
  for (const CallRow& row : Rows()) {
    calls_.CheckStranger(row, Person("tester", "org-b"));
  }
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM ledger_entry"), entries);
}

TEST_F(EveryOutboundCallTest, RefusesAnEmptyRequestWithItsFaults) {
  for (const CallRow& row : Rows()) {
    if (row.request.empty() || row.method == "ListExpiringLots") continue;  // needs no field
    calls_.CheckEmptyRequest(row, Person("tester"));
  }
  // All faults at once.
  const auto status = Out(&OutStub::PackShipment,
                          "shipment_id: ' ' cartons { code: 'c' weight_grams: -1 tare_grams: -1"
                          " contents { quantity: 0 } } cartons { code: 'c' }")
                          .status();
  EXPECT_EQ(GetDetail<google::rpc::BadRequest>(status)->field_violations_size(), 7) << status;
}

TEST_F(EveryOutboundCallTest, IsNotForWhoeverIsConfinedToShops) {
  FreshWorld();
  const rpc::CallOptions clerk = outbound_host_.As("org-a", {auth::Role::kOwner}, {"shop-1"});
  for (const CallRow& row : Rows()) {
    if (row.method == "CreateShipment") continue;  // of an own reservation
    const auto result = calls_.Do(row, clerk);
    EXPECT_THAT(result.status(), StatusIs(absl::StatusCode::kPermissionDenied)) << row.method;
    EXPECT_THAT(result.status(), HasReason("SHOP_NOT_ALLOWED")) << row.method;
  }
}

TEST_F(EveryOutboundCallTest, NeedsATokenAnOrganizationAndTheRight) {
  FreshWorld();
  for (const CallRow& row : Rows()) {
    calls_.CheckRights(row, outbound_host_.AsService(),
                       outbound_host_.As("org-a", {auth::Role::kAuditor}));
  }
}

TEST_F(EveryOutboundCallTest, AWriteIsReplayedAndItsIdNotReused) {
  FreshWorld();
  for (const CallRow& row : Rows()) {
    if (!row.is_write()) continue;
    const std::string id = "id-" + row.method;
    calls_.CheckReplay(row, id, Person("tester"), Db(), clock_);
    const CallRow& other = Rows()[row.method == "CreateWave" ? 0 : 4];
    EXPECT_THAT(calls_.Do(other, *calls_.Request(other, "3", id), Person("tester")).status(),
                HasReason("REQUEST_ID_REUSED"))
        << row.method;
  }
  CheckWork();
}

TEST_F(EveryOutboundCallTest, PageSizesAndTokensAreChecked) {
  FreshWorld();
  for (const CallRow& row : Rows()) calls_.CheckPages(row, Person("tester"));
}

}  // namespace
}  // namespace kefu::warehouse
