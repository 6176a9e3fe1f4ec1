// Processes of after-sales against the real warehouse, performance and staffing: what is decided is
// received, inspected, refunded and reported, or shipped, and the case closes; what agents have
// done wrong stands in the conduct ledger.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/events/event_service.h"
#include "common/events/sequencer.h"
#include "common/rpc/acting.h"
#include "common/testing/service_fixture.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_folder.h"
#include "common/testing/test_db.h"
#include "fmt/format.h"
#include "google/protobuf/text_format.h"
#include "kefu/aftersales/v1/aftersales_service.grpc.pb.h"
#include "kefu/aftersales/v1/events.pb.h"
#include "kefu/aftersales/v1/orders.grpc.pb.h"
#include "kefu/aftersales/v1/payments.grpc.pb.h"
#include "kefu/aftersales/v1/processes.grpc.pb.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "kefu/staffing/v1/conduct.grpc.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "kefu/staffing/v1/staffing_service.grpc.pb.h"
#include "kefu/warehouse/v1/inbound_service.grpc.pb.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"
#include "migrations/aftersales.h"
#include "migrations/performance.h"
#include "migrations/staffing.h"
#include "migrations/warehouse.h"
#include "services/aftersales/calls.h"
#include "services/aftersales/handlers/assignment/staffing_feed.h"
#include "services/aftersales/payments/file_ledger.h"
#include "services/aftersales/processes/signals.h"
#include "services/aftersales/processes/worker.h"
#include "services/performance/calls.h"
#include "services/staffing/calls.h"
#include "services/warehouse/inbound_service.h"
#include "services/warehouse/warehouse_service.h"

namespace kefu {
namespace {

namespace as = aftersales::v1;
namespace wh = warehouse::v1;
namespace perf = performance::v1;
namespace st = staffing::v1;
using ::testing::ElementsAre;

// Keeps what a feed says.
class Collector final : public rpc::StreamWriter<common::v1::WatchResponse> {
 public:
  bool Write(common::v1::WatchResponse response) override {
    for (common::v1::Event& event : *response.mutable_events()) events.push_back(std::move(event));
    position = response.position();
    return true;
  }
  std::vector<common::v1::Event> events;
  int64_t position = 0;
};

class FlowSuiteTest : public ::testing::Test {
 protected:
  FlowSuiteTest() {
    std::vector<rpc::NamedService> services{&warehouse_, &inbound_};
    for (const rpc::NamedService& service : aftersales_.services()) services.push_back(service);
    for (const rpc::NamedService& service : performance_.services()) services.push_back(service);
    for (const rpc::NamedService& service : staffing_.services()) services.push_back(service);
    host_.Start(std::move(services));
    auto ledger = aftersales::FileLedger::Open(folder_.File("payments.jsonl"), clock_);
    EXPECT_OK(ledger);
    ledger_ = *std::move(ledger);
    commands_ = std::make_unique<aftersales::PeerCommands>(
        aftersales::CommandPeers{.warehouse = host_.channel(),
                                 .performance = host_.channel(),
                                 .staffing = host_.channel(),
                                 .gateway = ledger_.get(),
                                 .token = [this] { return host_.tokens().ServiceToken(); }});
    worker_ = std::make_unique<aftersales::ProcessWorker>(aftersales_deps_, clock_, *commands_);
    MakeWorld();
  }
  ~FlowSuiteTest() override { host_.Stop(); }

  template <class Service, class Request, class Response>
  Response Must(grpc::Status (Service::*method)(grpc::ClientContext*, const Request&, Response*),
                const std::string& text) {
    Request request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(Fill(text), &request)) << text;
    Service stub(host_.channel());
    auto response = rpc::Call(stub, method, request, host_.As("org", {auth::Role::kOwner}));
    EXPECT_OK(response) << text;
    return response.ok() ? *std::move(response) : Response();
  }
  std::string Fill(std::string text) const {
    for (const auto& [name, id] : names_) {
      for (size_t at; (at = text.find(name)) != std::string::npos;) {
        text.replace(at, name.size(), id);
      }
    }
    return text;
  }

  // A house with ten pieces each of two SKUs, and an order of two of the first that was shipped.
  void MakeWorld() {
    using W = wh::WarehouseService::Stub;
    names_["$NODE"] = Must(&W::CreateNode, R"pb(node {
                                                  display_name: "house"
                                                  kind: NODE_KIND_CITY_WAREHOUSE
                                                  region_code: "310000"
                                                })pb")
                          .node_id();
    for (const char* sku : {"$A", "$B"}) {
      names_[sku] =
          Must(&W::CreateSku, fmt::format(R"(sku {{ code: "{}" display_name: "goods" }})", sku + 1))
              .sku_id();
      Must(&W::Receive,
           fmt::format(R"(node_id: "$NODE" lines {{ sku_id: "{}" quantity: 10 }})", sku));
    }
    names_["$SALE"] = Must(&W::Reserve, R"pb(reservation {
                                               order_id: "order-1"
                                               lines { node_id: "$NODE" sku_id: "$A" quantity: 2 }
                                             })pb")
                          .reservation_id();
    Must(&W::ConfirmReservation, R"pb(reservation_id: "$SALE")pb");
    Must(&W::ShipOrder, R"pb(reservation_id: "$SALE")pb");
    Must(&perf::PerformanceService::Stub::ConfigureShop,
         R"pb(settings { shop_id: "shop" time_zone: "Asia/Shanghai" currency_code: "CNY" })pb");
    Must(&as::OrderService::Stub::PutOrders, R"pb(
      orders {
        shop_id: "shop"
        order_id: "order-1"
        customer_id: "buyer"
        paid { currency_code: "CNY" minor_units: 20000 }
        create_time { seconds: 1767236400 }
        update_time { seconds: 1767236400 }
        reservation_id: "$SALE"
        lines {
          sku: "$A"
          quantity: 2
          price { currency_code: "CNY" minor_units: 20000 }
        }
      })pb");
  }

  // Tells what the warehouse has told, and runs what is due, until nothing happens any more.
  void Settle() {
    for (bool busy = true; busy;) {
      while (*sequencer_.RunPass() > 0) {
      }
      Collector told;
      common::v1::WatchRequest request;
      request.set_after_position(position_);
      request.set_until_now(true);
      RequestContext ctx;
      ctx.deadline = absl::InfiniteFuture();
      ctx.principal.roles = {auth::Role::kService};
      ASSERT_OK(feed_handler_.Watch(ctx, request, told));
      position_ = std::max(position_, told.position);
      for (const common::v1::Event& event : told.events) {
        ASSERT_OK(
            aftersales_db_.db().RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
              return aftersales::ApplyWarehouseEvent(t, event, clock_.Now());
            }));
      }
      busy = !told.events.empty();
      while (true) {
        const auto did = worker_->RunOnce(absl::Now() + absl::Minutes(1));
        ASSERT_OK(did);
        if (!*did) break;
        busy = true;
      }
    }
  }

  void Decide(const std::string& kind, const std::string& result = "APPROVED",
              const std::string& plan = "") {
    names_["$C"] =
        Must(&as::AftersalesService::Stub::OpenCase,
             fmt::format(R"(case {{ shop_id: "shop" kind: CASE_KIND_{} order_id: "order-1"
                                       channel: CASE_CHANNEL_CHAT problem: "p"
                                       lines {{ sku: "$A" quantity: 1 }} }})",
                         kind))
            .case_id();
    if (!plan.empty()) Must(&as::ProcessService::Stub::SetCasePlan, plan);
    Must(&as::AftersalesService::Stub::ReviewCase,
         fmt::format(R"(case_id: "$C" result: REVIEW_RESULT_{})", result));
    Settle();
  }
  as::Process Process() {
    const auto list = Must(&as::ProcessService::Stub::ListProcesses, R"pb(case_id: "$C")pb");
    EXPECT_EQ(list.processes_size(), 1);
    if (list.processes().empty()) return {};
    names_["$RETURN"] = list.processes(0).facts().return_id();
    names_["$RESERVATION"] = list.processes(0).facts().reservation_id();
    return list.processes(0);
  }
  as::CaseState CaseState() {
    return Must(&as::AftersalesService::Stub::GetCase, R"pb(case_id: "$C")pb").state();
  }
  int64_t Available(const std::string& sku) {
    const auto stock = Must(&wh::WarehouseService::Stub::GetAvailability,
                            fmt::format(R"(sku_ids: "{}" exact: true)", sku));
    EXPECT_EQ(stock.totals_size(), 1);
    return stock.totals(0).available();
  }
  int64_t Refunds() { return performance_db_.Count("SELECT COUNT(*) FROM refund"); }

  // One piece of A comes back in that state.
  void ComeBack(const std::string& outcome) {
    Process();
    Must(&wh::InboundService::Stub::ReceiveReturn, R"pb(return_id: "$RETURN"
                                                        lines { sku_id: "$A" quantity: 1 })pb");
    Must(&wh::InboundService::Stub::InspectReturn,
         fmt::format(R"(return_id: "$RETURN" lines {{ receipt_number: 1
                        results {{ outcome: INSPECTION_OUTCOME_{} quantity: 1 }} }})",
                     outcome));
    Settle();
  }
  void Leave() {
    Process();
    Must(&wh::WarehouseService::Stub::ShipOrder, R"pb(reservation_id: "$RESERVATION")pb");
    Settle();
  }

  SystemClock clock_;
  IdGenerator ids_{clock_};
  testing::TempFolder folder_{"kefu-flow-suite"};
  testing::TestDb performance_db_{{migrations::Performance()}},
      aftersales_db_{{migrations::Aftersales()}}, warehouse_db_{{migrations::Warehouse()}},
      staffing_db_{{migrations::Staffing()}};
  testing::ServiceHost host_{{.dispatcher = {.workers = 8}}};

  events::Sequencer sequencer_{warehouse_db_.db(), clock_, "test"};
  events::Feed feed_{warehouse_db_.db()};
  events::EventServiceHandler feed_handler_{feed_};
  int64_t position_ = 0;
  warehouse::AvailabilityCache cache_;
  const warehouse::Dependencies warehouse_deps_{
      .database = warehouse_db_.db(), .ids = ids_, .feed = feed_, .cache = cache_, .on_events = [] {
      }};
  warehouse::Handlers warehouse_handlers_{warehouse_deps_};
  warehouse::fold::Folder folder_of_commands_{warehouse_deps_};
  const warehouse::ReservationHandlers reservations_{warehouse_deps_, folder_of_commands_};
  warehouse::WarehouseServiceImpl warehouse_{host_.dispatcher(), warehouse_handlers_,
                                             reservations_};
  warehouse::InboundServiceImpl inbound_{host_.dispatcher(), warehouse_deps_};

  performance::Recomputer recomputer_{performance_db_.db(), clock_, nullptr};
  performance::Calls performance_{host_.dispatcher(),
                                  {performance_db_.db(), recomputer_, ids_, [] {}}};

  const staffing::Dependencies staffing_deps_{staffing_db_.db(), ids_, [] {}};
  staffing::Calls staffing_{host_.dispatcher(), staffing_deps_};

  const aftersales::Dependencies aftersales_deps_{aftersales_db_.db(), ids_, [] {}};
  aftersales::Calls aftersales_{host_.dispatcher(), aftersales_deps_};
  std::unique_ptr<aftersales::FileLedger> ledger_;
  std::unique_ptr<aftersales::PeerCommands> commands_;
  std::unique_ptr<aftersales::ProcessWorker> worker_;
  std::map<std::string, std::string> names_;
};

TEST_F(FlowSuiteTest, AReturnComesBackIsRefundedAndReportedAndItsGoodsAreSoldAgain) {
  EXPECT_EQ(Available("$A"), 8);
  Decide("RETURN");
  const as::Process waits = Process();
  EXPECT_EQ(waits.awaits(), "GOODS_INSPECTED") << waits.DebugString();
  EXPECT_EQ(waits.facts().node_id(), names_["$NODE"]);
  EXPECT_EQ(waits.facts().sale_reservation_id(), names_["$SALE"]);
  ComeBack("SELLABLE");
  EXPECT_EQ(CaseState(), as::CASE_STATE_CLOSED) << Process().DebugString();
  const auto payments = Must(&as::PaymentService::Stub::ListPayments, R"pb(case_id: "$C")pb");
  ASSERT_EQ(payments.payments_size(), 1);
  EXPECT_EQ(payments.payments(0).amount().minor_units(), 10000);
  EXPECT_EQ(payments.payments(0).party(), "buyer");
  EXPECT_EQ(performance_db_.Count(fmt::format("SELECT COUNT(*) FROM refund WHERE refund_id = '{}'",
                                              payments.payments(0).payment_id())),
            1);
  EXPECT_EQ(Available("$A"), 9);
}

TEST_F(FlowSuiteTest, DamagedGoodsGoBackToTheAgentAndNothingIsPaid) {
  Decide("RETURN");
  ComeBack("DAMAGED");
  EXPECT_EQ(CaseState(), as::CASE_STATE_OPEN);
  EXPECT_EQ(Process().facts().undo_reason(), "GOODS_NOT_INTACT");
  EXPECT_EQ(Refunds(), 0);
  EXPECT_EQ(Available("$A"), 8);
}

TEST_F(FlowSuiteTest, ACancelledReturnIsCalledOffInTheWarehouse) {
  Decide("RETURN");
  names_["$P"] = Process().process_id();
  Must(&as::ProcessService::Stub::CancelProcess, R"pb(process_id: "$P" reason: "kept")pb");
  Settle();
  EXPECT_EQ(CaseState(), as::CASE_STATE_OPEN);
  EXPECT_EQ(Must(&wh::InboundService::Stub::GetReturn, R"pb(return_id: "$RETURN")pb").state(),
            wh::RETURN_STATE_CANCELLED);
}

TEST_F(FlowSuiteTest, AReissueIsReservedShippedAndClosed) {
  Decide("REISSUE");
  EXPECT_EQ(Process().awaits(), "GOODS_SHIPPED") << Process().DebugString();
  EXPECT_EQ(Available("$A"), 7);
  Leave();
  EXPECT_EQ(CaseState(), as::CASE_STATE_CLOSED);
  EXPECT_EQ(Available("$A"), 7);
}

TEST_F(FlowSuiteTest, WithoutStockAReissueIsTheAgentsAgain) {
  Must(&wh::WarehouseService::Stub::Reserve, R"pb(
    reservation { lines { node_id: "$NODE" sku_id: "$A" quantity: 8 } })pb");
  Decide("REISSUE");
  EXPECT_EQ(CaseState(), as::CASE_STATE_OPEN);
  EXPECT_EQ(Process().facts().undo_reason(), "OUT_OF_STOCK");
}

TEST_F(FlowSuiteTest, AnExchangeTakesOneBackAndSendsAnother) {
  Decide("EXCHANGE", "APPROVED", R"pb(plan {
                                        case_id: "$C"
                                        sent_lines { sku: "$B" quantity: 1 }
                                        price_difference { currency_code: "CNY" minor_units: -500 }
                                      })pb");
  EXPECT_EQ(Process().awaits(), "GOODS_INSPECTED") << Process().DebugString();
  EXPECT_EQ(Available("$B"), 9);
  ComeBack("SELLABLE");
  EXPECT_EQ(Process().awaits(), "GOODS_SHIPPED");
  Leave();
  EXPECT_EQ(CaseState(), as::CASE_STATE_CLOSED);
  EXPECT_EQ(Available("$A"), 9);
  EXPECT_EQ(Available("$B"), 9);
  EXPECT_EQ(Refunds(), 1);  // of the difference
}

TEST_F(FlowSuiteTest, AnUndoneExchangeGivesBothBack) {
  Decide("EXCHANGE");
  EXPECT_EQ(Available("$A"), 7);
  ComeBack("DAMAGED");
  EXPECT_EQ(CaseState(), as::CASE_STATE_OPEN);
  EXPECT_EQ(Available("$A"), 8);
}

// DOMAIN 4.6: breach, upheld complaint → conduct event, with the group's liability.
class ConductFlowTest : public FlowSuiteTest {
 protected:
  // A shop with a group of two, and an open complaint about the first of them.
  ConductFlowTest() {
    using S = st::StaffingService::Stub;
    Must(&S::CreateOrganization,
         R"pb(organization { kind: ORGANIZATION_KIND_MERCHANT display_name: "商家" })pb");
    names_["$SHOP"] = Must(&S::CreateShop, R"pb(shop {
                                                  display_name: "旗舰店"
                                                  platform: PLATFORM_JD
                                                  time_zone: "Asia/Shanghai"
                                                })pb")
                          .shop_id();
    names_["$SITE"] = Must(&S::CreateSite, R"pb(site { display_name: "合肥" })pb").site_id();
    names_["$TEAM"] =
        Must(&S::CreateTeam,
             R"pb(team { display_name: "售后组" site_id: "$SITE" shop_ids: "$SHOP" })pb")
            .team_id();
    const int64_t year = absl::ToCivilDay(clock_.Now(), absl::UTCTimeZone()).year() - 1;
    for (const char* agent : {"$WHO", "$MATE"}) {
      st::AgentChanged hired;
      *hired.mutable_agent() =
          Must(&S::CreateAgent, fmt::format(R"(agent {{ display_name: "小美" team_id: "$TEAM"
                                       employment: EMPLOYMENT_OWN
                                       hire_date {{ year: {} month: 1 day: 1 }} }})",
                                            year));
      names_[agent] = hired.agent().agent_id();
      Tell(hired);
    }
    st::AssignmentChanged serves;
    *serves.mutable_assignment() =
        Must(&S::AssignAgent, fmt::format(R"(assignment {{ agent_id: "$WHO" shop_id: "$SHOP"
                                                duty: DUTY_AFTER_SALES
                                                start_date {{ year: {} month: 1 day: 1 }} }})",
                                          year));
    Tell(serves);
    names_["$C"] =
        Must(&as::AftersalesService::Stub::OpenCase, R"pb(case {
                                                            shop_id: "$SHOP"
                                                            kind: CASE_KIND_SERVICE_COMPLAINT
                                                            channel: CASE_CHANNEL_CHAT
                                                            problem: "语气生硬"
                                                            assignee_agent_id: "$WHO"
                                                          })pb")
            .case_id();
  }

  // Staffing tells after-sales.
  void Tell(const google::protobuf::Message& payload) {
    common::v1::Event told;
    told.set_org_id("org");
    told.mutable_create_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    told.mutable_payload()->PackFrom(payload);
    ASSERT_OK(aftersales_db_.db().RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      return aftersales::ApplyToAssignment(t, told);
    }));
  }

  // The agent lets the case's clock of that start run out.
  void Miss(absl::Time start) {
    as::DeadlineBreached breach;
    breach.set_case_id(names_["$C"]);
    breach.set_shop_id(names_["$SHOP"]);
    breach.mutable_clock()->set_kind(as::CLOCK_KIND_WORK_ORDER_DECISION);  // the longest name
    breach.mutable_clock()->set_breach_owner(names_["$WHO"]);
    breach.mutable_clock()->mutable_start_time()->set_seconds(absl::ToUnixSeconds(start));
    breach.mutable_clock()->mutable_breach_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    common::v1::Event told;
    told.set_org_id("org");
    told.mutable_payload()->PackFrom(breach);
    ASSERT_OK(aftersales_db_.db().RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      return aftersales::ApplyOwnEvent(t, told, clock_.Now(), ids_);
    }));
    Settle();
  }

  std::vector<as::Process> Processes(as::ProcessKind kind) {
    const auto list = Must(&as::ProcessService::Stub::ListProcesses, R"pb(case_id: "$C")pb");
    std::vector<as::Process> found;
    for (const as::Process& process : list.processes()) {
      if (process.kind() == kind) found.push_back(process);
    }
    return found;
  }
};

TEST_F(ConductFlowTest, AnUpheldComplaintStandsInTheLedger) {
  Must(&as::ProcessService::Stub::SetCasePlan,
       R"pb(plan { case_id: "$C" conduct_agent_id: "$MATE" })pb");
  Must(&as::AftersalesService::Stub::ReviewCase,
       R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb");
  Settle();
  const std::vector<as::Process> made = Processes(as::PROCESS_KIND_COMPLAINT);
  ASSERT_EQ(made.size(), 1);
  ASSERT_EQ(made[0].state(), as::PROCESS_STATE_DONE) << made[0].DebugString();
  names_["$LEDGER"] = made[0].facts().conduct_id();
  const auto conduct = Must(&st::ConductService::Stub::GetConduct, R"pb(conduct_id: "$LEDGER")pb");
  EXPECT_EQ(conduct.kind_id(), "upheld_complaint");
  EXPECT_EQ(conduct.agent_id(), names_["$MATE"]);
  EXPECT_EQ(conduct.evidence(), names_["$C"]);
  EXPECT_EQ(CaseState(), as::CASE_STATE_CLOSED);
}

// DOMAIN 2.6: problems of an own shop that are ignored, counted to three, fall on the whole group.
TEST_F(ConductFlowTest, BreachesAreCountedToThreeForTheWholeGroup) {
  for (int time = 1; time <= 3; ++time) {
    const absl::Time start = clock_.Now() - absl::Hours(24 - time);
    Miss(start);
    Miss(start);  // told twice
    const std::vector<as::Process> made = Processes(as::PROCESS_KIND_BREACH);
    ASSERT_EQ(made.size(), time);
    names_["$LEDGER"].clear();
    for (const as::Process& process : made) {
      ASSERT_EQ(process.state(), as::PROCESS_STATE_DONE) << process.DebugString();
      names_["$LEDGER"] = std::max(names_["$LEDGER"], process.facts().conduct_id());  // newest
    }
    Must(&st::ConductService::Stub::DecideConduct, R"pb(conduct_id: "$LEDGER")pb");
    const auto said =
        Must(&st::ConductService::Stub::ExplainConduct, R"pb(conduct_id: "$LEDGER")pb");
    EXPECT_EQ(said.conduct().kind_id(), "own_shop_problem_ignored");
    EXPECT_EQ(said.time(), time);
    EXPECT_THAT(said.concerned_agent_ids(),
                ::testing::UnorderedElementsAre(names_["$WHO"], names_["$MATE"]));
  }
  EXPECT_EQ(CaseState(), as::CASE_STATE_OPEN);
}

}  // namespace
}  // namespace kefu
