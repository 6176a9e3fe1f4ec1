// What holds for every call of InboundService alike, walked by its descriptor: a new RPC that is
// not in the table fails the test.
#include "common/testing/every_call.h"
#include "services/warehouse/tests/inbound/fixture.h"

namespace kefu::warehouse {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"CreateInboundNotice",
       "notice { node_id: '$NODE1' kind: INBOUND_KIND_PURCHASE"
       " lines { sku_id: '$SKU1' quantity: ~ } }"},
      {"GetInboundNotice", "notice_id: '$TAKEN'"},
      {"ListInboundNotices", "", Other::kEmpty},
      {"CancelInboundNotice", "notice_id: '$NOTICE' reason: 'r~'"},
      {"StartReceiving", "notice_id: '$NEXT' dock: 'D~'"},
      {"RecordReceipt", "notice_id: '$TAKEN' lines { line_number: 1 quantity: 1 } note: 'n~'"},
      {"InspectReceipt",
       "notice_id: '$TAKEN' note: 'n~' lines { receipt_number: 1"
       " results { outcome: INSPECTION_OUTCOME_SELLABLE quantity: 1 } }"},
      {"ProposePutAway", "node_id: '$NODE1' from_location: 'DOCK'"},
      {"ConfirmPutAway",
       "node_id: '$NODE1' document: 'd~' moves { sku_id: '$SKU1' quantity: 1"
       " from_location: 'DOCK' to_location: 'A-1'"
       " condition: STOCK_CONDITION_AWAITING_INSPECTION }"},
      {"CloseInboundNotice", "notice_id: '$TAKEN' note: 'n~'"},
      {"ExpectReturn",
       "customer_return { node_id: '$NODE1' lines { sku_id: '$SKU1' quantity: ~ } }"},
      {"GetReturn", "return_id: '$BACK'"},
      {"ListReturns", "", Other::kEmpty},
      {"ReceiveReturn", "return_id: '$BACK' lines { sku_id: '$SKU1' quantity: 1 } note: 'n~'"},
      {"InspectReturn",
       "return_id: '$BACK' note: 'n~' lines { receipt_number: 1"
       " results { outcome: INSPECTION_OUTCOME_SCRAP quantity: 1 } }"},
      {"CloseReturn", "return_id: '$BACK' note: 'n~'"},
      {"CancelReturn", "return_id: '$NOTYET' reason: 'r~'"},
      {"SetInboundPolicy",
       "policy { node_id: '$NODE1' over_receipt_action: OVER_RECEIPT_ACTION_REFUSE"
       " over_receipt_bps: ~ }"},
      {"GetInboundPolicy", "node_id: '$NODE1'"},
  };
  return rows;
}

class EveryInboundCallTest : public InboundTest {
 protected:
  using InboundTest::InboundTest;
  void SetUp() override {}  // each walk begins with a fresh world

  // Notices: $NOTICE, $NEXT expected, $TAKEN received in part; returns: $BACK received in part,
  // $NOTYET expected.
  void FreshWorld() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    for (const char* notice : {"$NOTICE", "$NEXT", "$TAKEN"}) {
      ASSERT_OK_AND_ASSIGN(const auto made,
                           Call(&InboundStub::CreateInboundNotice,
                                "notice { node_id: '$NODE1' kind: INBOUND_KIND_PURCHASE"
                                " lines { sku_id: '$SKU1' quantity: 9 } }"));
      world_[notice] = made.notice_id();
    }
    ASSERT_OK(Call(&InboundStub::StartReceiving, "notice_id: '$TAKEN' dock: 'DOCK'"));
    ASSERT_OK(Call(&InboundStub::RecordReceipt,
                   "notice_id: '$TAKEN' lines { line_number: 1 quantity: 5 }"));
    for (const char* returned : {"$BACK", "$NOTYET"}) {
      ASSERT_OK_AND_ASSIGN(const auto made, Call(&InboundStub::ExpectReturn,
                                                 "customer_return { node_id: '$NODE1'"
                                                 " lines { sku_id: '$SKU1' quantity: 9 } }"));
      world_[returned] = made.return_id();
    }
    ASSERT_OK(Call(&InboundStub::ReceiveReturn,
                   "return_id: '$BACK' lines { sku_id: '$SKU1' quantity: 5 }"));
  }

  const EveryCall calls_{"kefu.warehouse.v1.InboundService", inbound_host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(EveryInboundCallTest, TheTableNamesEveryMethod) { calls_.CheckTable(Rows()); }

TEST_F(EveryInboundCallTest, SucceedsForItsOrganizationAndKeepsTheBooks) {
  FreshWorld();
  for (const CallRow& row : Rows()) {
    EXPECT_OK(calls_.Do(row, InboundAs("org-a"))) << row.method;
    CheckInbound();
  }
}

TEST_F(EveryInboundCallTest, AnotherOrganizationSeesNothing) {
  FreshWorld();
  const int64_t entries = Db().Count("SELECT COUNT(*) FROM ledger_entry");
  for (const CallRow& row : Rows()) {
    calls_.CheckStranger(row, InboundAs("org-b"));
  }
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM ledger_entry"), entries);
}

TEST_F(EveryInboundCallTest, RefusesAnEmptyRequestWithItsFaults) {
  for (const CallRow& row : Rows()) {
    if (row.request.empty() || row.method == "GetInboundPolicy") continue;  // no field is needed
    calls_.CheckEmptyRequest(row, InboundAs("org-a"));
  }
}

TEST_F(EveryInboundCallTest, IsNotForWhoeverIsConfinedToShops) {
  FreshWorld();
  const rpc::CallOptions clerk = inbound_host_.As("org-a", {auth::Role::kOwner}, {"shop-1"});
  for (const CallRow& row : Rows()) {
    if (row.method == "ExpectReturn") continue;  // of an own reservation
    const auto result = calls_.Do(row, clerk);
    EXPECT_THAT(result.status(), StatusIs(absl::StatusCode::kPermissionDenied)) << row.method;
    EXPECT_THAT(result.status(), HasReason("SHOP_NOT_ALLOWED")) << row.method;
  }
}

TEST_F(EveryInboundCallTest, NeedsATokenAndAnOrganization) {
  FreshWorld();
  for (const CallRow& row : Rows()) {
    calls_.CheckRights(row, inbound_host_.AsService(),
                       inbound_host_.As("org-a", {auth::Role::kAuditor}));
  }
}

TEST_F(EveryInboundCallTest, AWriteTellsOfItselfIsReplayedAndItsIdNotReused) {
  const std::string told = "SELECT COUNT(*) FROM outbox WHERE type LIKE 'kefu.warehouse.%'";
  for (const CallRow& row : Rows()) {
    if (!row.is_write()) continue;
    FreshWorld();
    const int64_t before = Db().Count(told);
    calls_.CheckReplay(row, "id-1", InboundAs("org-a"), Db(), clock_);
    EXPECT_GT(Db().Count(told), before) << row.method;
    CheckInbound();
    EXPECT_THAT(calls_.Do(row, *calls_.Request(row, "3", "id-1"), InboundAs("org-a")).status(),
                HasReason("REQUEST_ID_REUSED"))
        << row.method;
  }
}

TEST_F(EveryInboundCallTest, AllFaultsOfARequestAreNamedAtOnce) {
  const auto faults = [](const absl::Status& status) {
    EXPECT_THAT(status, HasReason("INVALID_FIELDS"));
    std::vector<std::string> fields;
    const auto detail = GetDetail<google::rpc::BadRequest>(status);
    if (!detail) return fields;
    for (const auto& v : detail->field_violations()) fields.push_back(v.field());
    return fields;
  };
  EXPECT_THAT(faults(Call(&InboundStub::CreateInboundNotice,
                          "notice { node_id: '' kind: INBOUND_KIND_TRANSFER"
                          " lines { sku_id: 'a' quantity: 1 } }")
                         .status()),
              ::testing::ElementsAre("notice.node_id", "notice.transfer_id", "notice.lines"));
  EXPECT_THAT(faults(Call(&InboundStub::CreateInboundNotice,
                          "notice { node_id: 'n' kind: INBOUND_KIND_PURCHASE transfer_id: 't'"
                          " lines { sku_id: 'a' quantity: 0 expire_date { year: 1 month: 13 } } }")
                         .status()),
              ::testing::ElementsAre("notice.transfer_id", "notice.lines[0].quantity",
                                     "notice.lines[0].expire_date"));
  EXPECT_THAT(faults(Call(&InboundStub::RecordReceipt,
                          "notice_id: 'n' lines { line_number: 1 sku_id: 's' quantity: -1 }"
                          " lines { quantity: 1 }")
                         .status()),
              ::testing::ElementsAre("lines[0].quantity", "lines[0].sku_id", "lines[1].sku_id"));
  EXPECT_THAT(
      faults(Call(&InboundStub::InspectReceipt,
                  "notice_id: 'n' lines { receipt_number: 1 sample_quantity: 1"
                  " sample_failed_quantity: 2 results { quantity: 1 } }"
                  " lines { receipt_number: 1 }")
                 .status()),
      ::testing::ElementsAre("lines[0].results[0].outcome", "lines[0].sample_failed_quantity",
                             "lines[1].receipt_number", "lines[1].results"));
  EXPECT_THAT(faults(Call(&InboundStub::SetInboundPolicy,
                          "policy { over_receipt_bps: 10001 put_away_rules { own_goods: true"
                          " owner_id: 'o' max_bin_pieces: -1 } }")
                         .status()),
              ::testing::ElementsAre("policy.over_receipt_bps", "policy.over_receipt_action",
                                     "policy.put_away_rules[0].max_bin_pieces",
                                     "policy.put_away_rules[0].owner_id",
                                     "policy.put_away_rules[0].zones"));
  EXPECT_THAT(
      faults(Call(&InboundStub::ExpectReturn,
                  "customer_return { node_id: 'n' order_id: '单'"
                  " lines { sku_id: 's' quantity: 1 } lines { sku_id: 's' quantity: 0 } }")
                 .status()),
      ::testing::ElementsAre("customer_return.order_id", "customer_return.lines[1].quantity",
                             "customer_return.lines[1]"));
}

}  // namespace
}  // namespace kefu::warehouse
