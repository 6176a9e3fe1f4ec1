// The warehouse's world with InboundService beside it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kefu/warehouse/v1/inbound_service.grpc.pb.h"
#include "services/warehouse/inbound_service.h"
#include "services/warehouse/tests/fixture.h"

namespace kefu::warehouse {

using InboundStub = v1::InboundService::Stub;

class InboundTest : public WarehouseTest {
 protected:
  explicit InboundTest(int pool_size = 8)
      : WarehouseTest(pool_size), inbound_service_(inbound_host_.dispatcher(), replica_.deps) {
    inbound_host_.Start({&inbound_service_});
    inbound_ = v1::InboundService::NewStub(inbound_host_.channel());
  }
  ~InboundTest() override { inbound_host_.Stop(); }

  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }
  void TearDown() override { CheckInbound(); }

  rpc::CallOptions InboundAs(std::string_view org_id) {
    return {.token = inbound_host_.tokens().Token(org_id, {auth::Role::kOwner}, {}, "tester",
                                                  absl::Hours(72))};
  }

  // As WarehouseTest::Call.
  using WarehouseTest::Call;
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (InboundStub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                                const std::string& text, std::string_view org_id = "org-a") {
    return Call(method, text, InboundAs(org_id));
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (InboundStub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                                const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*inbound_, method, Parse<Request>(Fill(text)), options);
  }

  // Every total of an SKU at a node that is not empty, by condition:
  // "DAMAGED 2, SELLABLE 90 (10 reserved, 5 in transit)".
  std::string Totals(std::string_view node, std::string_view sku) {
    std::string text;
    const auto rows = Db().db().Read(
        absl::InfiniteFuture(),
        db::Sql{"SELECT stock_condition, SUM(on_hand), SUM(reserved), SUM(in_transit)"
                " FROM stock_total WHERE node_id = ? AND sku_id = ? GROUP BY stock_condition"
                " ORDER BY stock_condition"},
        {Fill(std::string(node)), Fill(std::string(sku))});
    EXPECT_OK(rows);
    for (const db::Row row : *rows) {
      const int64_t on_hand = row.Int(1), reserved = row.Int(2), transit = row.Int(3);
      if (on_hand == 0 && transit == 0) continue;
      if (!text.empty()) text += ", ";
      text += fmt::format("{} {}", row.Text(0), on_hand);
      if (reserved != 0) text += fmt::format(" ({} reserved)", reserved);
      if (transit != 0) text += fmt::format(" ({} in transit)", transit);
    }
    return text;
  }

  // "LOT@BIN n, …" of the sellable rows that are not empty.
  std::string Bins(std::string_view node, std::string_view sku) {
    std::string text;
    const auto rows = Db().db().Read(
        absl::InfiniteFuture(),
        db::Sql{"SELECT lot, location, on_hand FROM stock WHERE node_id = ? AND sku_id = ?"
                " AND stock_condition = 'SELLABLE' AND on_hand > 0 ORDER BY lot, location"},
        {Fill(std::string(node)), Fill(std::string(sku))});
    EXPECT_OK(rows);
    for (const db::Row row : *rows) {
      if (!text.empty()) text += ", ";
      text += fmt::format("{}@{} {}", row.Text(0), row.Text(1), row.Int(2));
    }
    return text;
  }

  std::vector<std::string> EventsOf(std::string_view type) {
    std::vector<std::string> payloads;
    const auto rows =
        Db().db().Read(absl::InfiniteFuture(),
                       db::Sql{"SELECT payload FROM outbox WHERE type = ? ORDER BY outbox_id"},
                       {fmt::format("kefu.warehouse.v1.{}", type)});
    EXPECT_OK(rows);
    for (const db::Row row : *rows) payloads.push_back(row.Str(0));
    return payloads;
  }

  // The books; what passes from key to key nets to zero by document; what is in transit is what
  // open transfers have on the way.
  void CheckInbound() {
    CheckBooks();
    EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM (SELECT reference FROM ledger_entry"
                         " GROUP BY org_id, reference, sku_id, owner_id, lot HAVING"
                         " SUM(IF(to_account = 'CLEARING', quantity, 0)"
                         " - IF(from_account = 'CLEARING', quantity, 0)) <> 0) AS x"),
              0);
    EXPECT_EQ(Db().Count(kTransit), 0);
  }

  testing::ServiceHost inbound_host_{{.dispatcher = {.clock = &clock_, .workers = 8}}};
  InboundServiceImpl inbound_service_;
  std::unique_ptr<InboundStub> inbound_;

 private:
  static constexpr const char* kTransit =
      "SELECT COUNT(*) FROM stock_total AS t LEFT JOIN ("
      " SELECT org_id, to_node_id AS node_id, sku_id, owner_id, stock_condition,"
      " SUM(in_transit) AS in_transit FROM stock_transfer, JSON_TABLE(line_list, '$[*]' COLUMNS ("
      " sku_id VARCHAR(64) PATH '$[0]', owner_id VARCHAR(64) PATH '$[1]',"
      " stock_condition VARCHAR(24) PATH '$[2]', NESTED PATH '$[10][*]' COLUMNS ("
      " in_transit BIGINT PATH '$[3]'))) AS line WHERE state IN ('IN_TRANSIT', 'RECEIVING')"
      " GROUP BY org_id, to_node_id, sku_id, owner_id, stock_condition) AS x"
      " ON x.org_id = t.org_id AND x.node_id = t.node_id AND x.sku_id = t.sku_id"
      " AND x.owner_id = t.owner_id AND x.stock_condition = t.stock_condition"
      " WHERE t.in_transit <> COALESCE(x.in_transit, 0)";
};

}  // namespace kefu::warehouse
