// Corrections of stock, with and without approval.
#include "services/warehouse/tests/core/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;

class AdjustmentTest : public StockControlTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }
  void TearDown() override {
    CheckBooks();
    EXPECT_THAT(Verify(), ElementsAre());
  }

  // lines: "REASON quantity more-of-the-line"
  absl::StatusOr<v1::AdjustStockResponse> Adjust(const std::vector<std::string>& lines,
                                                 const std::string& more = "") {
    std::string text = "node_id: '$NODE1' " + more;
    for (const std::string& line : lines) {
      const size_t space = line.find(' ');
      const size_t rest = std::min(line.find(' ', space + 1), line.size());
      const std::string key =
          line.find("key {") == std::string::npos ? "key { sku_id: '$SKU1' } " : "";
      text +=
          fmt::format(" lines {{ {} reason: ADJUSTMENT_REASON_{} quantity: {} {} }}", key,
                      line.substr(0, space), line.substr(space, rest - space), line.substr(rest));
    }
    return Call(&Stub::AdjustStock, text);
  }
  static std::vector<std::string> Entries(const v1::AdjustStockResponse& response) {
    std::vector<std::string> shown;
    for (const auto& e : response.entries()) {
      shown.push_back(fmt::format("{} {}>{} {}", e.reason(),
                                  v1::LedgerAccount_Name(e.from_account()).substr(15),
                                  v1::LedgerAccount_Name(e.to_account()).substr(15), e.quantity()));
    }
    return shown;
  }
};

TEST_F(AdjustmentTest, EachReasonHasItsWay) {
  ASSERT_OK_AND_ASSIGN(const auto done,
                       Adjust({"LOSS 1", "FOUND 2", "SCRAP 3", "OPENING 4", "DAMAGE 5",
                               "RECLASSIFY 6 to { condition: STOCK_CONDITION_QUARANTINED }",
                               "RECLASSIFY 7 to { location: 'bin' }"},
                              "note: 'count of today'"));
  EXPECT_EQ(done.adjustment().state(), v1::ADJUSTMENT_STATE_APPLIED);
  EXPECT_EQ(done.adjustment().measured_pieces(), 21);
  EXPECT_THAT(
      Entries(done),
      ElementsAre("Loss FREE>ADJUSTMENT 1", "Found ADJUSTMENT>FREE 2", "Scrap FREE>SCRAP 3",
                  "Opening ADJUSTMENT>FREE 4", "Damage FREE>CLEARING 5", "Damage CLEARING>FREE 5",
                  "Reclassify FREE>CLEARING 6", "Reclassify CLEARING>FREE 6",
                  "Reclassify CLEARING>FREE 7", "Reclassify FREE>CLEARING 7"));
  EXPECT_EQ(done.entries(0).reference(), done.adjustment().adjustment_id());
  EXPECT_EQ(done.entries(0).note(), "count of today");
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "91/10");
  EXPECT_EQ(Db().Count("SELECT on_hand FROM stock_total WHERE stock_condition = 'DAMAGED'"), 5);
  EXPECT_EQ(Db().Count("SELECT on_hand FROM stock WHERE location = 'bin'"), 7);
  world_["$ADJ"] = done.adjustment().adjustment_id();
  EXPECT_THAT(Call(&Control::GetAdjustment, "adjustment_id: '$ADJ'").value(),
              EqualsProto(done.adjustment()));
}

TEST_F(AdjustmentTest, WhatIsReservedStaysCovered) {
  const auto refused = Adjust({"LOSS 60", "LOSS 31"});
  ASSERT_THAT(refused, HasReason("INSUFFICIENT_STOCK"));
  const auto failure = GetDetail<google::rpc::PreconditionFailure>(refused.status());
  ASSERT_EQ(failure->violations_size(), 1);
  EXPECT_EQ(failure->violations(0).subject(), Fill("lines[1] $NODE1/$SKU1/"));
  EXPECT_EQ(failure->violations(0).description(), "wanted 31, available 30");
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/10");
  // All of it may change its bin: what is reserved is still there.
  ASSERT_OK(Adjust({"RECLASSIFY 100 to { location: 'bin' }"}));
  EXPECT_EQ(Db().Count(Fill("SELECT on_hand FROM stock WHERE location = 'bin'")), 100);
  EXPECT_THAT(Adjust({"LOSS 1"}), HasReason("BIN_SHORT"));
  EXPECT_OK(Adjust({"LOSS 1 key { sku_id: '$SKU1' location: 'bin' }"}));
  Db().Exec("UPDATE stock SET allocated = 95 WHERE location = 'bin'");
  EXPECT_THAT(Adjust({"LOSS 5 key { sku_id: '$SKU1' location: 'bin' }"}), HasReason("BIN_SHORT"));
  EXPECT_OK(Adjust({"LOSS 4 key { sku_id: '$SKU1' location: 'bin' }"}));
  Db().Exec("UPDATE stock SET allocated = 0");
}

TEST_F(AdjustmentTest, LotsHaveTheirRules) {
  EXPECT_THAT(Adjust({"FOUND 1 key { sku_id: '$LOTSKU' }"}), HasReason("LOT_REQUIRED"));
  EXPECT_THAT(Adjust({"FOUND 1 key { sku_id: '$SKU1' lot: 'L' }"}), HasReason("LOT_NOT_ALLOWED"));
  EXPECT_THAT(Adjust({"FOUND 1 key { sku_id: '$LOTSKU' lot: 'L' }"
                      " expire_date { year: 2026 month: 1 day: 14 }"}),
              HasReason("LOT_EXPIRED"));
  EXPECT_OK(
      Adjust({"FOUND 1 key { sku_id: '$LOTSKU' lot: 'L' }"
              " expire_date { year: 2026 month: 3 day: 1 }"}));
  EXPECT_THAT(Adjust({"RECLASSIFY 1 key { sku_id: '$LOTSKU' lot: 'L' } to { lot: '' }"}),
              HasReason("LOT_REQUIRED"));
  EXPECT_OK(Adjust({"RECLASSIFY 1 key { sku_id: '$LOTSKU' lot: 'L' } to { lot: 'M' }"}));
  EXPECT_EQ(Db().Count("SELECT on_hand FROM stock WHERE lot = 'M'"), 1);
}

TEST_F(AdjustmentTest, NonsenseIsNamed) {
  EXPECT_THAT(Adjust({"LOSS 0"}), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Adjust({"LOSS -1"}), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Adjust({"LOSS 10000001"}), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Adjust({"RECLASSIFY 1"}), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Adjust({"LOSS 1 to { location: 'b' }"}), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Adjust({"RECLASSIFY 1 to { sku_id: '$SKU2' }"}), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Adjust({"LOSS 1 key { sku_id: '$SKU1' node_id: '$NODE2' }"}),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Adjust({}), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Adjust({"LOSS 1 key { sku_id: 'nothing' }"}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Adjust({"LOSS 1"}, "business_date { year: 2026 month: 1 day: 16 }"),
              HasReason("BUSINESS_DATE_IN_FUTURE"));
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/10");
}

TEST_F(AdjustmentTest, AboveTheThresholdAnotherPersonApproves) {
  ASSERT_OK(Adjust({"FOUND 100"}));
  ASSERT_OK_AND_ASSIGN(const auto pending, Adjust({"FOUND 101"}));
  EXPECT_EQ(pending.adjustment().state(), v1::ADJUSTMENT_STATE_PENDING);
  EXPECT_EQ(pending.entries_size(), 0);
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "200/10");
  world_["$ADJ"] = pending.adjustment().adjustment_id();
  const std::string approve = "adjustment_id: '$ADJ' note: 'seen'";
  EXPECT_THAT(Call(&Control::ApproveAdjustment, approve), HasReason("ADJUSTMENT_OWN"));
  ASSERT_OK_AND_ASSIGN(const auto done,
                       Call(&Control::ApproveAdjustment, approve, "org-a", "boss"));
  EXPECT_EQ(done.adjustment().decided_by(), "boss");
  EXPECT_EQ(done.entries_size(), 1);
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "301/10");
  ASSERT_OK_AND_ASSIGN(const auto again,
                       Call(&Control::ApproveAdjustment, approve, "org-a", "boss"));
  EXPECT_EQ(again.entries_size(), 0);
  EXPECT_THAT(Call(&Control::RejectAdjustment, "adjustment_id: '$ADJ' note: 'no'"),
              HasReason("ADJUSTMENT_DECIDED"));
  ASSERT_OK_AND_ASSIGN(const auto list, Call(&Control::ListAdjustments, "page_size: 1"));
  EXPECT_EQ(list.adjustments(0).adjustment_id(), world_["$ADJ"]);
  EXPECT_FALSE(list.next_page_token().empty());
}

TEST_F(AdjustmentTest, ThePolicyMeasuresPiecesAndValue) {
  ASSERT_OK(Call(&Stub::UpdateSku,
                 "sku { sku_id: '$SKU1' list_price { currency_code: 'CNY' minor_units: 20000 } }"
                 " update_mask { paths: 'list_price' }"));
  EXPECT_EQ(Adjust({"LOSS 5"})->adjustment().state(), v1::ADJUSTMENT_STATE_APPLIED);
  ASSERT_OK_AND_ASSIGN(const auto pending, Adjust({"LOSS 6"}));  // CNY 1,200
  EXPECT_EQ(pending.adjustment().state(), v1::ADJUSTMENT_STATE_PENDING);
  EXPECT_EQ(pending.adjustment().measured_values(0).minor_units(), 120000);
  ASSERT_OK_AND_ASSIGN(const auto policy,
                       Call(&Control::SetStockPolicy,
                            "policy { approval_pieces: 3 audit_minute: 60"
                            " approval_values { currency_code: 'CNY' minor_units: 9999999 } }"));
  EXPECT_EQ(policy.version(), 1);
  EXPECT_EQ(Adjust({"LOSS 3"})->adjustment().state(), v1::ADJUSTMENT_STATE_APPLIED);
  ASSERT_OK_AND_ASSIGN(const auto other, Adjust({"LOSS 4"}));
  EXPECT_EQ(other.adjustment().state(), v1::ADJUSTMENT_STATE_PENDING);
  EXPECT_EQ(other.adjustment().policy_version(), 1);
  // Moving pieces between bins is no loss.
  EXPECT_EQ(Adjust({"RECLASSIFY 50 to { location: 'b' }"})->adjustment().state(),
            v1::ADJUSTMENT_STATE_APPLIED);
  world_["$ADJ"] = other.adjustment().adjustment_id();
  ASSERT_OK_AND_ASSIGN(const auto rejected,
                       Call(&Control::RejectAdjustment, "adjustment_id: '$ADJ' note: 'recount'"));
  EXPECT_EQ(rejected.state(), v1::ADJUSTMENT_STATE_REJECTED);
  EXPECT_THAT(Call(&Control::ApproveAdjustment, "adjustment_id: '$ADJ'", "org-a", "boss"),
              HasReason("ADJUSTMENT_DECIDED"));
}

TEST_F(AdjustmentTest, AnApprovalThatCannotBePostedStaysPending) {
  ASSERT_OK(Receive("$NODE1", "$SKU1", 1000));
  ASSERT_OK_AND_ASSIGN(const auto pending, Adjust({"LOSS 1000"}));
  world_["$ADJ"] = pending.adjustment().adjustment_id();
  ASSERT_OK(Reserve({{"$NODE1", "$SKU1", 200}}));
  EXPECT_THAT(Call(&Control::ApproveAdjustment, "adjustment_id: '$ADJ'", "org-a", "boss"),
              HasReason("INSUFFICIENT_STOCK"));
  EXPECT_EQ(Call(&Control::GetAdjustment, "adjustment_id: '$ADJ'")->state(),
            v1::ADJUSTMENT_STATE_PENDING);
}

}  // namespace
}  // namespace kefu::warehouse
