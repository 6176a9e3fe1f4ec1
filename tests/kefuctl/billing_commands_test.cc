// kefuctl settlement and warehouse-report through the gateway's own HTTP server.
#include <gmock/gmock.h>

#include "clients/kefuctl/billing/commands.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/tests/test_files.h"
#include "common/rpc/grpc_status.h"
#include "common/status/error.h"
#include "kefu/warehouse/v1/billing_service.grpc.pb.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"
#include "tests/kefuctl/test_gateway.h"

namespace kefu::billing {
namespace {

namespace wh = warehouse::v1;
using ::testing::HasSubstr;
using Json = nlohmann::ordered_json;

// Three lines, one a page; owner "nobody" is not known.
class FakeWarehouse final : public wh::WarehouseService::Service {
  grpc::Status ComputeSettlement(grpc::ServerContext*, const wh::ComputeSettlementRequest* request,
                                 wh::ComputeSettlementResponse* response) override {
    if (request->owner_id() == "nobody") {
      return rpc::ToGrpc(FailedPrecondition("TERMS_MISSING", "nobody", "has no terms"));
    }
    const int number = request->page_token().empty() ? 1 : std::stoi(request->page_token());
    wh::Settlement& settlement = *response->mutable_settlement();
    settlement.set_owner_id(request->owner_id());
    *settlement.mutable_period() = request->period();
    settlement.set_state(wh::SETTLEMENT_STATE_OPEN);
    settlement.set_settlement_hash(std::string(64, 'a'));
    settlement.set_line_count(3);
    for (auto* money : {settlement.mutable_payable(), settlement.mutable_receivable(),
                        settlement.mutable_net()}) {
      money->set_currency_code("CNY");
    }
    wh::SettlementLine& line = *response->add_lines();
    line.set_line_number(number);
    line.set_kind(wh::SETTLEMENT_LINE_KIND_STORAGE);
    line.set_sku_id("sku" + std::to_string(number));
    line.mutable_price()->set_currency_code("CNY");
    line.mutable_amount()->set_currency_code("CNY");
    if (number < 3) response->set_next_page_token(std::to_string(number + 1));
    return grpc::Status::OK;
  }
  grpc::Status GetSku(grpc::ServerContext*, const wh::GetSkuRequest* request,
                      wh::Sku* response) override {
    if (request->sku_id() == "sku3") return rpc::ToGrpc(NotFound("sku", "sku3"));
    response->set_code("CODE-" + request->sku_id());
    return grpc::Status::OK;
  }
};

class FakeBilling final : public wh::BillingService::Service {
  grpc::Status CloseSettlement(grpc::ServerContext*, const wh::CloseSettlementRequest* request,
                               wh::Settlement* response) override {
    closed = *request;
    response->set_state(wh::SETTLEMENT_STATE_CLOSED);
    response->set_settlement_id("S1");
    *response->mutable_period() = request->period();
    for (auto* money :
         {response->mutable_payable(), response->mutable_receivable(), response->mutable_net()}) {
      money->set_currency_code("CNY");
    }
    return grpc::Status::OK;
  }
  grpc::Status ListSettlementEntries(grpc::ServerContext*,
                                     const wh::ListSettlementEntriesRequest* request,
                                     wh::ListSettlementEntriesResponse* response) override {
    wh::LedgerEntry& entry = *response->add_entries()->mutable_entry();
    entry.set_node_id("node-of-" + request->line().sku_id());
    entry.mutable_key()->set_sku_id(request->line().sku_id());
    response->set_opening_pieces(7);
    entry.set_entry_number(request->page_token().empty() ? 41 : 42);
    if (request->page_token().empty()) response->set_next_page_token("more");
    return grpc::Status::OK;
  }
  grpc::Status GetWarehouseReport(grpc::ServerContext*,
                                  const wh::GetWarehouseReportRequest* request,
                                  wh::WarehouseReport* response) override {
    response->set_node_id(request->node_id());
    response->set_inbound_pieces(request->year() * 100 + request->month());
    for (auto* money : {response->mutable_cost(), response->mutable_missing_value(),
                        response->mutable_surplus_value()}) {
      money->set_currency_code("CNY");
    }
    return grpc::Status::OK;
  }
  grpc::Status CheckWarehouseBill(grpc::ServerContext*,
                                  const wh::CheckWarehouseBillRequest* request,
                                  wh::CheckWarehouseBillResponse* response) override {
    *response->mutable_billed() = request->lines(0).amount();
    *response->mutable_computed() = request->lines(0).amount();
    response->mutable_difference()->set_currency_code("CNY");
    response->set_verdict(wh::BILL_VERDICT_EXACT);
    return grpc::Status::OK;
  }

 public:
  wh::CloseSettlementRequest closed;
};

class BillingCommandsTest : public ::testing::Test {
 protected:
  std::string Run(const std::string& command_line, bool json = false) {
    return runner_.Run(command_line, json);
  }

  FakeWarehouse warehouse_;
  FakeBilling billing_;
  kefuctl::CommandRunner runner_{AddBillingCommands,
                                 {{"kefu.warehouse.v1.WarehouseService", &warehouse_},
                                  {"kefu.warehouse.v1.BillingService", &billing_}}};
  const absl::Status& status_ = runner_.status();
};

constexpr char kJanuary[] = "settlement --owner brand --from 2026-01-01 --to 2026-01-31";

TEST_F(BillingCommandsTest, ASettlementIsReadToItsLastPage) {
  const std::string shown = Run(kJanuary);
  ASSERT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(shown, HasSubstr("brand 2026-01-01 — 2026-01-31  open"));
  EXPECT_THAT(shown, HasSubstr("CODE-sku1"));
  EXPECT_THAT(shown, HasSubstr("CODE-sku2"));
  EXPECT_THAT(shown, HasSubstr(" sku3"));  // cannot be read
  const Json json = Json::parse(Run(kJanuary, /*json=*/true));
  EXPECT_EQ(json["lines"].size(), 3);
  EXPECT_EQ(json["lines"][2]["line_number"], 3);
  EXPECT_EQ(json["settlement"]["state"], "SETTLEMENT_STATE_OPEN");
  EXPECT_FALSE(json.contains("next_page_token"));
}

TEST_F(BillingCommandsTest, WhatWasReadIsWhatIsClosed) {
  EXPECT_THAT(Run(std::string(kJanuary) + " --close"), HasSubstr("closed"));
  ASSERT_TRUE(status_.ok()) << status_;
  EXPECT_EQ(billing_.closed.owner_id(), "brand");
  EXPECT_EQ(billing_.closed.expected_hash(), std::string(64, 'a'));
  EXPECT_EQ(billing_.closed.request_id(), "close-" + std::string(32, 'a'));
  EXPECT_EQ(billing_.closed.period().end_date().day(), 31);
}

TEST_F(BillingCommandsTest, ALineLeadsToItsLedgerEntries) {
  const std::string shown = Run(std::string(kJanuary) + " --line 2");
  ASSERT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(shown, HasSubstr("node-of-sku2     41"));
  EXPECT_THAT(shown, HasSubstr("node-of-sku2     42"));
  const Json json = Json::parse(Run(std::string(kJanuary) + " --line 2", /*json=*/true));
  EXPECT_EQ(json["line"]["line_number"], 2);
  EXPECT_EQ(json["entries"][1]["entry"]["entry_number"], "42");
  EXPECT_THAT(shown, HasSubstr("pieces when it began: 7\n"));
  EXPECT_EQ(json["opening_pieces"], 7);
  Run(std::string(kJanuary) + " --line 4");
  EXPECT_THAT(std::string(status_.message()), HasSubstr("has 3 lines"));
  Run(std::string(kJanuary) + " --line 1 --close");
  EXPECT_TRUE(absl::IsInvalidArgument(status_));
}

TEST_F(BillingCommandsTest, AMonthAndItsBill) {
  const std::string month = "warehouse-report --node n1 --month 2026-03";
  EXPECT_THAT(Run(month), HasSubstr("202,603"));
  ASSERT_TRUE(status_.ok()) << status_;
  const kefuctl::TestFolder folder;
  const std::string bill =
      " --bill " + folder.Write("bill.csv", "item,quantity,amount\ninbound_piece,1,24.20\n");
  EXPECT_THAT(Run(month + bill), HasSubstr("CNY 24.20"));
  ASSERT_TRUE(status_.ok()) << status_;
  const Json json = Json::parse(Run(month + bill, /*json=*/true));
  EXPECT_EQ(json["report"]["node_id"], "n1");
  EXPECT_EQ(json["check"]["verdict"], "BILL_VERDICT_EXACT");
  EXPECT_FALSE(Json::parse(Run(month, /*json=*/true)).contains("check"));
}

TEST_F(BillingCommandsTest, WrongInputIsToldBeforeAnythingIsAsked) {
  Run("settlement --from 2026-02-30 --to 2026-03-01");
  EXPECT_THAT(std::string(status_.message()), HasSubstr("2026-02-30"));
  Run("settlement --from 2026-03-02 --to 2026-03-01");
  EXPECT_TRUE(absl::IsInvalidArgument(status_));
  Run("warehouse-report --node n --month 2026-13");
  EXPECT_THAT(std::string(status_.message()), HasSubstr("2026-13"));
  Run("settlement --owner nobody --from 2026-01-01 --to 2026-01-31");
  EXPECT_TRUE(absl::IsFailedPrecondition(status_));
  EXPECT_THAT(std::string(status_.message()), HasSubstr("set by BillingService.SetOwnerTerms"));
}

}  // namespace
}  // namespace kefu::billing
