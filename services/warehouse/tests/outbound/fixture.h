// The warehouse's world with OutboundService beside it.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kefu/warehouse/v1/outbound_service.grpc.pb.h"
#include "services/warehouse/jobs/lot_sweeper.h"
#include "services/warehouse/outbound_service.h"
#include "services/warehouse/tests/fixture.h"

namespace kefu::warehouse {

using OutStub = v1::OutboundService::Stub;

class OutboundTest : public WarehouseTest {
 protected:
  OutboundTest()
      : outbound_handlers_(replica_.deps),
        outbound_service_(outbound_host_.dispatcher(), outbound_handlers_) {
    outbound_host_.Start({&outbound_service_});
    outbound_ = v1::OutboundService::NewStub(outbound_host_.channel());
  }
  ~OutboundTest() override { outbound_host_.Stop(); }

  // A token of the owner of an organization in somebody's name; valid for months, since tests move
  // the clock.
  rpc::CallOptions Person(std::string_view person, std::string_view org_id = "org-a") {
    return {.token = outbound_host_.tokens().Token(org_id, {auth::Role::kOwner}, {}, person,
                                                   absl::Hours(24 * 60))};
  }
  // As WarehouseTest::Call, in somebody's name.
  template <class Request, class Response>
  absl::StatusOr<Response> Out(grpc::Status (OutStub::*method)(grpc::ClientContext*, const Request&,
                                                               Response*),
                               const std::string& text, std::string_view person = "tester") {
    return rpc::Call(*outbound_, method, Parse<Request>(Fill(text)), Person(person));
  }

  // Pieces of a SKU into a bin; `more` is text of further fields of the line.
  void Stock(std::string_view sku, std::string_view bin, int64_t quantity,
             std::string_view more = "") {
    ASSERT_OK(
        Call(&Stub::Receive, fmt::format("node_id: '$NODE1' lines {{ sku_id: '{}' quantity: {}"
                                         " location: '{}' {} }}",
                                         sku, quantity, bin, more)));
  }
  static std::string Lot(std::string_view lot, int day) {
    return fmt::format("lot: '{}' expire_date {{ year: 2026 month: 2 day: {} }}", lot, day);
  }

  // A confirmed reservation; its id.
  std::string Sold(const std::vector<Line>& lines, std::string_view channel = "") {
    std::string text = ReserveText(lines);
    text.insert(text.find('{') + 1, fmt::format(" channel: '{}'", channel));
    const auto reserved = Call(&Stub::Reserve, text);
    EXPECT_OK(reserved);
    if (!reserved.ok()) return "";
    const std::string id = reserved->reservation_id();
    EXPECT_OK(Call(&Stub::ConfirmReservation, fmt::format("reservation_id: '{}'", id)));
    return id;
  }
  // A shipment that waits for a wave; its id.
  std::string Shipped(const std::string& reservation_id, std::string_view more = "carrier: 'sf'") {
    const auto made = Out(&OutStub::CreateShipment,
                          fmt::format("shipment {{ reservation_id: '{}' node_id: '$NODE1' {} }}",
                                      reservation_id, more));
    EXPECT_OK(made);
    return made.ok() ? made->shipment_id() : "";
  }
  // A wave of all that waits, released unless told otherwise; its id.
  std::string Wave(std::string_view more = "", bool release = true) {
    const auto wave =
        Out(&OutStub::CreateWave, fmt::format("wave {{ node_id: '$NODE1' {} }}", more));
    EXPECT_OK(wave);
    if (!wave.ok()) return "";
    if (release) {
      EXPECT_OK(Out(&OutStub::ReleaseWave, "wave_id: '" + wave->wave_id() + "'"));
    }
    return wave->wave_id();
  }
  std::vector<v1::PickTask> Tasks(const std::string& filter) {
    const auto tasks = Out(&OutStub::ListPickTasks, "page_size: 1000 " + filter);
    EXPECT_OK(tasks);
    if (!tasks.ok()) return {};
    return {tasks->tasks().begin(), tasks->tasks().end()};
  }
  std::vector<v1::PickTask> OpenTasks(const std::string& shipment_id) {
    return Tasks(fmt::format("shipment_id: '{}' state: PICK_TASK_STATE_OPEN", shipment_id));
  }
  absl::StatusOr<v1::RecordPickResponse> Pick(const v1::PickTask& task, int64_t quantity = -1,
                                              std::string_view reason = "NOT_FOUND") {
    std::string text = fmt::format("task_id: '{}' picked_quantity: {}", task.task_id(),
                                   quantity < 0 ? task.quantity() : quantity);
    if (quantity >= 0 && quantity < task.quantity()) {
      text += fmt::format(" short_reason: SHORT_REASON_{}", reason);
    }
    return Out(&OutStub::RecordPick, text);
  }
  void PickAll(const std::string& shipment_id) {
    for (const v1::PickTask& task : OpenTasks(shipment_id)) ASSERT_OK(Pick(task));
  }
  // Text of one carton with everything picked.
  std::string CartonOf(const std::string& shipment_id, std::string_view more = "") {
    std::string text = fmt::format("cartons {{ code: 'c1' {}", more);
    for (const v1::PickTask& task : Tasks(fmt::format("shipment_id: '{}'", shipment_id))) {
      if (task.done_quantity() == 0) continue;
      text += fmt::format(" contents {{ sku_id: '{}' owner_id: '{}' lot: '{}' quantity: {} }}",
                          task.sku_id(), task.owner_id(), task.lot(), task.done_quantity());
    }
    return text + " }";
  }
  absl::StatusOr<v1::Shipment> Pack(const std::string& shipment_id) {
    return Out(&OutStub::PackShipment,
               fmt::format("shipment_id: '{}' {}", shipment_id, CartonOf(shipment_id)));
  }
  absl::StatusOr<v1::Shipment> Ship(const std::string& shipment_id) {
    return Out(&OutStub::ShipShipment,
               fmt::format("shipment_id: '{}' carrier: 'sf' waybill: 'WB1'", shipment_id));
  }
  absl::StatusOr<v1::Shipment> Cancel(const std::string& shipment_id, bool release) {
    return Out(
        &OutStub::CancelShipment,
        fmt::format("shipment_id: '{}' release_stock: {} reason: 'told so'", shipment_id, release));
  }
  v1::Shipment Get(const std::string& shipment_id) {
    return Out(&OutStub::GetShipment, "shipment_id: '" + shipment_id + "'").value();
  }
  v1::Reservation GetReservation(const std::string& id) {
    return Call(&Stub::GetReservation, "reservation_id: '" + id + "'").value();
  }

  // "on hand/allocated" of a bin.
  std::string Bin(std::string_view sku, std::string_view bin, std::string_view lot = "",
                  std::string_view condition = "SELLABLE") {
    const std::string where = Fill(
        fmt::format(" FROM stock WHERE sku_id = '{}' AND location = '{}' AND stock_condition = '{}'"
                    " AND ('{}' = '' OR lot = '{}')",
                    sku, bin, condition, lot, lot));
    return fmt::format("{}/{}", Db().Count("SELECT COALESCE(SUM(on_hand), 0)" + where),
                       Db().Count("SELECT COALESCE(SUM(allocated), 0)" + where));
  }

  // CheckBooks, and everything that must hold of work in the house at any time: what is allocated
  // of each row is what open tasks, staged goods and open counts have hold of, and reservations
  // know their shipments.
  void CheckWork() {
    CheckBooks();
    EXPECT_EQ(Db().Count(kAllocatedAgainstWork), 0);
    EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM reservation AS r WHERE open_shipments <> ("
                         "SELECT COUNT(*) FROM shipment AS s WHERE s.org_id = r.org_id"
                         " AND s.reservation_id = r.reservation_id"
                         " AND s.state IN ('OPEN', 'PLANNED', 'PICKING', 'PICKED', 'PACKED'))"),
              0);
    EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM (SELECT SUM(IF(to_account = 'CLEARING', quantity, 0)"
                         " - IF(from_account = 'CLEARING', quantity, 0)) AS net"
                         " FROM ledger_entry GROUP BY org_id, node_id, reference) AS c"
                         " WHERE net <> 0"),
              0);
    // The rows by lot and bin follow from the ledger too.
    EXPECT_EQ(Db().Count(kRowsAgainstLedger), 0);
  }

  testing::ServiceHost outbound_host_{{.dispatcher = {.clock = &clock_, .workers = 8}}};
  OutboundHandlers outbound_handlers_;
  OutboundServiceImpl outbound_service_;
  std::unique_ptr<OutStub> outbound_;

 private:
  static constexpr const char* kAllocatedAgainstWork =
      "SELECT COUNT(*) FROM stock AS s WHERE s.stock_condition = 'SELLABLE' AND s.allocated <>"
      " COALESCE((SELECT SUM(p.quantity) FROM pick_task AS p WHERE p.org_id = s.org_id"
      " AND p.sku_id = s.sku_id AND p.owner_id = s.owner_id AND p.node_id = s.node_id"
      " AND p.lot = s.lot AND p.location = s.location AND p.kind = 'PICK' AND p.state = 'OPEN'), 0)"
      " + COALESCE((SELECT SUM(l.held) FROM stock_count_line AS l JOIN stock_count AS c"
      " ON c.org_id = l.org_id AND c.count_id = l.count_id WHERE l.org_id = s.org_id"
      " AND c.node_id = s.node_id AND l.sku_id = s.sku_id AND l.owner_id = s.owner_id"
      " AND l.stock_condition = s.stock_condition AND l.lot = s.lot"
      " AND l.location = s.location), 0)"
      " + IF(s.location <> 'STAGE', 0, COALESCE((SELECT SUM(IF(p.kind = 'PICK', p.done,"
      " p.quantity)) FROM pick_task AS p JOIN shipment AS h ON h.org_id = p.org_id"
      " AND h.shipment_id = p.shipment_id WHERE p.org_id = s.org_id AND p.sku_id = s.sku_id"
      " AND p.owner_id = s.owner_id AND p.node_id = s.node_id AND p.lot = s.lot"
      " AND ((p.kind = 'PICK' AND h.state IN ('PICKING', 'PICKED', 'PACKED'))"
      " OR (p.kind = 'PUT_BACK' AND p.state = 'OPEN'))), 0))";
  static constexpr const char* kRowsAgainstLedger =
      "SELECT COUNT(*) FROM stock AS s LEFT JOIN ("
      " SELECT org_id, sku_id, owner_id, node_id, stock_condition, lot, location,"
      " SUM(IF(to_account IN ('FREE', 'RESERVED'), quantity, 0)"
      " - IF(from_account IN ('FREE', 'RESERVED'), quantity, 0)) AS on_hand FROM ledger_entry"
      " WHERE (from_account IN ('FREE', 'RESERVED')) <> (to_account IN ('FREE', 'RESERVED'))"
      " GROUP BY org_id, sku_id, owner_id, node_id, stock_condition, lot, location) AS l"
      " USING (org_id, sku_id, owner_id, node_id, stock_condition, lot, location)"
      " WHERE s.on_hand <> COALESCE(l.on_hand, 0)";
};

}  // namespace kefu::warehouse
