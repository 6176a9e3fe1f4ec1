// What a client of the gateway sees of the real services: every method, tenants, imports, events
// and views, over HTTP.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "common/events/consumer.h"
#include "common/events/event_rpc.h"
#include "common/events/sequencer.h"
#include "common/status/status_macros.h"
#include "common/testing/service_fixture.h"
#include "common/testing/status_matchers.h"
#include "common/testing/test_db.h"
#include "kefu/aftersales/v1/assignment.grpc.pb.h"
#include "kefu/aftersales/v1/case_figures.grpc.pb.h"
#include "kefu/aftersales/v1/case_work.grpc.pb.h"
#include "kefu/aftersales/v1/compensation.grpc.pb.h"
#include "kefu/aftersales/v1/insight.grpc.pb.h"
#include "kefu/aftersales/v1/intake.grpc.pb.h"
#include "kefu/aftersales/v1/orders.grpc.pb.h"
#include "kefu/aftersales/v1/payments.grpc.pb.h"
#include "kefu/aftersales/v1/processes.grpc.pb.h"
#include "kefu/aftersales/v1/return_policy_service.grpc.pb.h"
#include "kefu/aftersales/v1/sla.grpc.pb.h"
#include "kefu/performance/v1/facts.grpc.pb.h"
#include "kefu/performance/v1/figures.grpc.pb.h"
#include "kefu/performance/v1/payroll.grpc.pb.h"
#include "kefu/performance/v1/quality.grpc.pb.h"
#include "kefu/performance/v1/reports.grpc.pb.h"
#include "kefu/performance/v1/scorecards.grpc.pb.h"
#include "kefu/staffing/v1/announcements.grpc.pb.h"
#include "kefu/staffing/v1/attendance.grpc.pb.h"
#include "kefu/staffing/v1/authority.grpc.pb.h"
#include "kefu/staffing/v1/careers.grpc.pb.h"
#include "kefu/staffing/v1/checklists.grpc.pb.h"
#include "kefu/staffing/v1/conduct.grpc.pb.h"
#include "kefu/staffing/v1/contracts.grpc.pb.h"
#include "kefu/staffing/v1/handovers.grpc.pb.h"
#include "kefu/staffing/v1/leave.grpc.pb.h"
#include "kefu/staffing/v1/personnel.grpc.pb.h"
#include "kefu/staffing/v1/problems.grpc.pb.h"
#include "kefu/staffing/v1/rosters.grpc.pb.h"
#include "kefu/staffing/v1/shifts.grpc.pb.h"
#include "kefu/staffing/v1/supervision.grpc.pb.h"
#include "kefu/staffing/v1/supplies.grpc.pb.h"
#include "kefu/staffing/v1/training.grpc.pb.h"
#include "kefu/staffing/v1/working_rules.grpc.pb.h"
#include "kefu/staffing/v1/workload.grpc.pb.h"
#include "kefu/warehouse/v1/billing_service.grpc.pb.h"
#include "kefu/warehouse/v1/fulfilment_planning_service.grpc.pb.h"
#include "kefu/warehouse/v1/inbound_service.grpc.pb.h"
#include "kefu/warehouse/v1/network.grpc.pb.h"
#include "kefu/warehouse/v1/outbound_service.grpc.pb.h"
#include "kefu/warehouse/v1/replenishment.grpc.pb.h"
#include "kefu/warehouse/v1/stock_control_service.grpc.pb.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"
#include "migrations/aftersales.h"
#include "migrations/performance.h"
#include "migrations/staffing.h"
#include "migrations/warehouse.h"
#include "services/aftersales/calls.h"
#include "services/aftersales/handlers/assignment/staffing_feed.h"
#include "services/aftersales/handlers/staffing_events.h"
#include "services/gateway/connect/codec.h"
#include "services/gateway/http/server.h"
#include "services/gateway/service.h"
#include "services/gateway/tests/http_client.h"
#include "services/performance/calls.h"
#include "services/staffing/calls.h"
#include "services/warehouse/billing_service.h"
#include "services/warehouse/inbound_service.h"
#include "services/warehouse/network_service.h"
#include "services/warehouse/outbound_service.h"
#include "services/warehouse/planning_service.h"
#include "services/warehouse/replenishment_service.h"
#include "services/warehouse/stock_control_service.h"
#include "services/warehouse/warehouse_service.h"

namespace kefu {
namespace {

using gateway::connect::Envelope;
using gateway::testing::Answer;
using gateway::testing::Get;
using gateway::testing::HttpClient;
using gateway::testing::Post;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

// What after-sales follows of staffing.
std::vector<std::string> StaffingEventTypes() {
  std::vector<std::string> types = aftersales::AuthorityEventTypes();
  const std::vector<std::string> assignment = aftersales::AssignmentEventTypes();
  types.insert(types.end(), assignment.begin(), assignment.end());
  return types;
}

// Every service of the contracts but EventService: feeds have a path of their own.
std::vector<std::string> ServiceNames() {
  return {staffing::v1::StaffingService::service_full_name(),
          staffing::v1::ProblemService::service_full_name(),
          staffing::v1::RosterService::service_full_name(),
          staffing::v1::ContractService::service_full_name(),
          staffing::v1::ChecklistService::service_full_name(),
          staffing::v1::ConductService::service_full_name(),
          staffing::v1::AnnouncementService::service_full_name(),
          staffing::v1::SupervisionService::service_full_name(),
          staffing::v1::SupplyService::service_full_name(),
          staffing::v1::WorkingRuleService::service_full_name(),
          staffing::v1::PersonnelService::service_full_name(),
          staffing::v1::TrainingService::service_full_name(),
          staffing::v1::AttendanceService::service_full_name(),
          staffing::v1::HandoverService::service_full_name(),
          staffing::v1::LeaveService::service_full_name(),
          staffing::v1::ShiftService::service_full_name(),
          staffing::v1::WorkloadService::service_full_name(),
          staffing::v1::AuthorityService::service_full_name(),
          staffing::v1::CareerService::service_full_name(),
          performance::v1::PerformanceService::service_full_name(),
          performance::v1::FactService::service_full_name(),
          performance::v1::FigureService::service_full_name(),
          performance::v1::PayrollService::service_full_name(),
          performance::v1::QualityService::service_full_name(),
          performance::v1::ReportService::service_full_name(),
          performance::v1::ScorecardService::service_full_name(),
          aftersales::v1::AftersalesService::service_full_name(),
          aftersales::v1::CaseClockService::service_full_name(),
          aftersales::v1::SlaPolicyService::service_full_name(),
          aftersales::v1::CompensationPolicyService::service_full_name(),
          aftersales::v1::CaseWorkService::service_full_name(),
          aftersales::v1::CaseFigureService::service_full_name(),
          aftersales::v1::AssignmentService::service_full_name(),
          aftersales::v1::InsightService::service_full_name(),
          aftersales::v1::IntakeService::service_full_name(),
          aftersales::v1::OrderService::service_full_name(),
          aftersales::v1::PaymentService::service_full_name(),
          aftersales::v1::ProcessService::service_full_name(),
          aftersales::v1::ReturnPolicyService::service_full_name(),
          warehouse::v1::BillingService::service_full_name(),
          warehouse::v1::FulfilmentPlanningService::service_full_name(),
          warehouse::v1::InboundService::service_full_name(),
          warehouse::v1::NetworkService::service_full_name(),
          warehouse::v1::OutboundService::service_full_name(),
          warehouse::v1::ReplenishmentService::service_full_name(),
          warehouse::v1::StockControlService::service_full_name(),
          warehouse::v1::WarehouseService::service_full_name(),
          gateway::v1::GatewayService::service_full_name()};
}

// All of it in one process; made once, since no test minds what the others leave behind.
class Suite {
 public:
  static Suite& Get() {
    static auto* const suite = new Suite;
    static const bool ended_at_exit = std::atexit([] { delete suite; }) == 0;
    EXPECT_TRUE(ended_at_exit);
    return *suite;
  }
  ~Suite() {
    http_.reset();
    authority_.reset();
    front_.Stop();
    stock_feed_.Stop();
    feed_.Stop();
    host_.Stop();
  }

  int port() const { return http_->port(); }
  std::string Bearer(const std::string& org) {
    return "Authorization: Bearer " + host_.tokens().Token(org, {auth::Role::kOwner}) + "\r\n";
  }
  std::string BearerOfAgent(const std::string& org, const std::string& agent_id) {
    const auth::Principal agent{
        .subject = "agent", .org_id = org, .agent_id = agent_id, .roles = {auth::Role::kAgent}};
    return "Authorization: Bearer " + host_.tokens().Sign(agent) + "\r\n";
  }

 private:
  Suite() {
    std::vector<rpc::NamedService> services{&warehouse_,     &inbound_,       &network_,
                                            &outbound_,      &billing_,       &planning_,
                                            &replenishment_, &stock_control_, &events_};
    for (const rpc::NamedService& service : aftersales_.services()) services.push_back(service);
    for (const rpc::NamedService& service : staffing_.services()) services.push_back(service);
    for (const rpc::NamedService& service : performance_.services()) services.push_back(service);
    host_.Start(std::move(services));
    gateway::Peers& p = peers_;
    p.staffing = staffing::v1::StaffingService::NewStub(host_.channel());
    p.performance = performance::v1::PerformanceService::NewStub(host_.channel());
    p.aftersales = aftersales::v1::AftersalesService::NewStub(host_.channel());
    p.warehouse = warehouse::v1::WarehouseService::NewStub(host_.channel());
    front_.Start({&views_rpc_});
    for (const std::string& name : ServiceNames()) {
      routes_.Add(name, name == gateway::v1::GatewayService::service_full_name() ? front_.channel()
                                                                                 : host_.channel());
    }
    routes_.AddFeed("staffing", host_.channel());
    auto server = gateway::http::Server::Start({}, routes_, ids_);
    EXPECT_OK(server);
    http_ = *std::move(server);
    sequencer_.Start();
    // After-sales follows staffing as its process does.
    authority_ = std::make_unique<events::Consumer>(
        aftersales_db_.db(), clock_,
        events::MakeGrpcEventSource(host_.channel(),
                                    {.token = [this] { return host_.tokens().ServiceToken(); }}),
        [](db::Transaction& t, const common::v1::Event& event) {
          RETURN_IF_ERROR(aftersales::ApplyToAssignment(t, event));
          return aftersales::ApplyStaffingEvent(t, event);
        },
        events::ConsumerOptions{.name = "aftersales.authority",
                                .source_name = "staffing",
                                .types = StaffingEventTypes()});
    authority_->Start();
  }

  SystemClock clock_;
  IdGenerator ids_{clock_};
  testing::TestDb staffing_db_{{migrations::Staffing()}},
      performance_db_{{migrations::Performance()}}, aftersales_db_{{migrations::Aftersales()}},
      warehouse_db_{{migrations::Warehouse()}};
  testing::ServiceHost host_{{.dispatcher = {.workers = 8}}};
  std::shared_ptr<auth::Verifier> verifier_ = host_.tokens().Verifier();
  testing::ServiceHost front_{{.dispatcher = {.verifier = verifier_.get(), .workers = 4}}};

  events::Feed feed_{staffing_db_.db()};
  events::Sequencer sequencer_{staffing_db_.db(), clock_, "test"};
  events::EventServiceHandler watch_handler_{feed_};
  events::EventRpc events_{host_.dispatcher(), watch_handler_};
  events::Feed stock_feed_{warehouse_db_.db()};

  staffing::Calls staffing_{host_.dispatcher(),
                            {staffing_db_.db(), ids_, [this] { sequencer_.Notify(); }}};
  performance::Recomputer recomputer_{performance_db_.db(), clock_, nullptr};
  performance::Calls performance_{host_.dispatcher(),
                                  {performance_db_.db(), recomputer_, ids_, [] {}}};
  aftersales::Calls aftersales_{host_.dispatcher(), {aftersales_db_.db(), ids_, [] {}}};
  warehouse::AvailabilityCache cache_;
  const warehouse::Dependencies warehouse_deps_{.database = warehouse_db_.db(),
                                                .ids = ids_,
                                                .feed = stock_feed_,
                                                .cache = cache_,
                                                .on_events = [] {}};
  warehouse::Handlers warehouse_handlers_{warehouse_deps_};
  warehouse::fold::Folder folder_{warehouse_deps_};
  const warehouse::ReservationHandlers reservations_{warehouse_deps_, folder_};
  warehouse::WarehouseServiceImpl warehouse_{host_.dispatcher(), warehouse_handlers_,
                                             reservations_};
  warehouse::InboundServiceImpl inbound_{host_.dispatcher(), warehouse_deps_};
  warehouse::BillingHandlers billing_handlers_{warehouse_deps_};
  warehouse::BillingServiceImpl billing_{host_.dispatcher(), billing_handlers_};
  warehouse::NetworkHandlers network_handlers_{warehouse_deps_};
  warehouse::NetworkServiceImpl network_{host_.dispatcher(), network_handlers_};
  warehouse::OutboundHandlers outbound_handlers_{warehouse_deps_};
  warehouse::OutboundServiceImpl outbound_{host_.dispatcher(), outbound_handlers_};
  warehouse::PlanningServiceImpl planning_{host_.dispatcher(), warehouse_deps_};
  warehouse::ReplenishmentHandlers replenishment_handlers_{warehouse_deps_};
  warehouse::ReplenishmentServiceImpl replenishment_{host_.dispatcher(), replenishment_handlers_};
  warehouse::StockControlHandlers stock_control_handlers_{warehouse_deps_};
  warehouse::StockControlServiceImpl stock_control_{host_.dispatcher(), stock_control_handlers_};

  std::unique_ptr<events::Consumer> authority_;
  gateway::Peers peers_;
  gateway::Views views_{peers_};
  gateway::GatewayServiceImpl views_rpc_{front_.dispatcher(), views_};
  gateway::connect::Routes routes_;
  std::unique_ptr<gateway::http::Server> http_;
};

class SuiteTest : public ::testing::Test {
 protected:
  SuiteTest() : client_(Suite::Get().port()) {}

  Answer Ask(const std::string& org, const std::string& path, const json& body) {
    return client_.Ask(Post(path, body.dump(), Suite::Get().Bearer(org)));
  }
  json Must(const std::string& org, const std::string& path, const json& body) {
    const Answer answer = Ask(org, path, body);
    EXPECT_EQ(answer.status, 200) << path << answer.body;
    return json::parse(answer.body, nullptr, false);
  }
  // A merchant with a shop that staffing and performance know; its shop's id.
  std::string MakeShop(const std::string& org) {
    Must(org, kStaffing + "CreateOrganization",
         {{"organization", {{"kind", "ORGANIZATION_KIND_MERCHANT"}, {"displayName", "商家"}}}});
    const json shop = Must(
        org, kStaffing + "CreateShop",
        {{"shop",
          {{"displayName", "店"}, {"platform", "PLATFORM_JD"}, {"timeZone", "Asia/Shanghai"}}}});
    const std::string id = shop.value("shopId", "");
    Must(org, kPerformance + "ConfigureShop",
         {{"settings", {{"shopId", id}, {"timeZone", "Asia/Shanghai"}, {"currencyCode", "CNY"}}}});
    return id;
  }
  static std::string Code(const Answer& answer) {
    return json::parse(answer.body, nullptr, false).value("code", "");
  }

  const std::string kStaffing = "/kefu.staffing.v1.StaffingService/";
  const std::string kPerformance = "/kefu.performance.v1.PerformanceService/";
  const std::string kAftersales = "/kefu.aftersales.v1.AftersalesService/";
  const std::string kViews = "/kefu.gateway.v1.GatewayService/";
  HttpClient client_;
};

TEST_F(SuiteTest, EveryMethodOfEveryServiceAnswersAtItsPath) {
  int methods = 0;
  for (const std::string& service : ServiceNames()) {
    const auto* descriptor =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service);
    ASSERT_NE(descriptor, nullptr) << service;
    for (int i = 0; i < descriptor->method_count(); ++i, ++methods) {
      const auto* method = descriptor->method(i);
      const bool streams = method->client_streaming() || method->server_streaming();
      const Answer answer = client_.Ask(Post(
          "/" + service + "/" + method->name(), streams ? "" : "{}", Suite::Get().Bearer("walker"),
          streams ? "application/connect+json" : "application/json"));
      EXPECT_NE(answer.status, 0) << method->full_name();
      EXPECT_NE(answer.status, 500) << method->full_name() << answer.body;
      EXPECT_NE(answer.status, 501) << method->full_name() << answer.body;
      EXPECT_THAT(answer.body, Not(HasSubstr("NO_SUCH_METHOD"))) << method->full_name();
      EXPECT_THAT(answer.body, Not(HasSubstr("\"code\":\"internal\""))) << method->full_name();
    }
  }
  EXPECT_GT(methods, 180);
}

// The contracts lie in protos/kefu: a service that the gateway does not know fails here.
TEST_F(SuiteTest, NoServiceOfTheContractsIsLeftOut) {
  std::set<std::string> declared;
  for (const auto& file : std::filesystem::recursive_directory_iterator(KEFU_PROTOS)) {
    if (file.path().extension() != ".proto") continue;
    std::ifstream in(file.path());
    std::string package;
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("package ")) package = line.substr(8, line.find(';') - 8);
      if (!line.starts_with("service ")) continue;
      declared.insert(package + "." + line.substr(8, line.find(' ', 8) - 8));
    }
  }
  declared.erase("kefu.common.v1.EventService");  // each process's own, as server-sent events
  const std::vector<std::string> names = ServiceNames();
  EXPECT_EQ(declared, std::set<std::string>(names.begin(), names.end()));
}

TEST_F(SuiteTest, WithoutATokenNothingIsToldAndAnotherTenantFindsNothing) {
  const std::string shop = MakeShop("tenant-a");
  for (const std::string& path : {kStaffing + "GetShop", kViews + "GetShopDay"}) {
    const json body{{"shopId", shop}};
    const Answer nobody = client_.Ask(Post(path, body.dump()));
    EXPECT_EQ(nobody.status, 401);
    EXPECT_EQ(Code(nobody), "unauthenticated");
    EXPECT_THAT(nobody.body, HasSubstr("TOKEN_MISSING"));
    const Answer forged = client_.Ask(Post(path, body.dump(), "Authorization: Bearer a.b.c\r\n"));
    EXPECT_EQ(forged.status, 401);
    const Answer other = Ask("tenant-b", path, body);
    EXPECT_EQ(other.status, 404) << other.body;
    EXPECT_EQ(Code(other), "not_found");
    EXPECT_THAT(other.body, Not(HasSubstr("tenant-a")));
    EXPECT_EQ(Ask("tenant-a", path, body).status, 200);
  }
  EXPECT_EQ(Ask("tenant-b", kViews + "GetShopPeriod", {{"shopId", shop}}).status, 404);
}

TEST_F(SuiteTest, AnImportReturnsRowErrorsAndTheViewsShowItsFigures) {
  const std::string shop = MakeShop("importer");
  const json rows{
      {"header", {{"shopId", shop}}},
      {"rows",
       {{{"line", 2},
         {"conversation",
          {{"conversationId", "c1"},
           {"customerId", "u1"},
           {"channel", "CHANNEL_CHAT"},
           {"messages",
            {{{"side", "SIDE_CUSTOMER"}, {"sendTime", "2024-11-11T02:00:00Z"}},
             {{"side", "SIDE_AGENT"}, {"agentId", "a1"}, {"sendTime", "2024-11-11T02:00:30Z"}}}}}}},
        {{"line", 3}, {"conversation", {{"conversationId", "c2"}}}}}}};
  for (const char* expected : {"\"inserted\":\"1\"", "\"unchanged\":\"1\""}) {
    const Answer answer =
        client_.Ask(Post(kPerformance + "ImportConversations", Envelope(0, rows.dump()),
                         Suite::Get().Bearer("importer"), "application/connect+json"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr(expected));
    EXPECT_THAT(answer.body, HasSubstr("\"rejected\":\"1\""));
    EXPECT_THAT(answer.body, HasSubstr("\"line\":\"3\""));
  }
  const json day = Must("importer", kViews + "GetShopDay",
                        {{"shopId", shop}, {"day", {{"year", 2024}, {"month", 11}, {"day", 11}}}});
  for (const json& part : day["parts"]) EXPECT_TRUE(part.value("complete", false)) << part;
  EXPECT_EQ(day["shop"]["shopId"], shop);
  EXPECT_FALSE(day["figures"].empty());
  ASSERT_EQ(day["agents"].size(), 1u);
  EXPECT_EQ(day["agents"][0]["agentId"], "a1");
  const json period = Must("importer", kViews + "GetShopPeriod", {{"shopId", shop}});
  for (const json& part : period["parts"]) EXPECT_TRUE(part.value("complete", false)) << part;
}

TEST_F(SuiteTest, AReviewStaysWithinWhatStaffingDelegates) {
  const std::string shop = MakeShop("delegator");
  const json hired = Must("delegator", kStaffing + "HireAgent",
                          {{"agent",
                            {{"displayName", "小王"},
                             {"employment", "EMPLOYMENT_OWN"},
                             {"education", "high_school"},
                             {"hireDate", {{"year", 2025}, {"month", 1}, {"day", 6}}}}},
                           {"birthDate", {{"year", 2000}, {"month", 1}, {"day", 1}}},
                           {"tierId", "regular"}});
  const std::string agent = hired.value("agentId", "");
  const json paid{{"currencyCode", "CNY"}, {"minorUnits", 10000}};
  Must("delegator", "/kefu.aftersales.v1.OrderService/PutOrders",
       {{"orders",
         {{{"shopId", shop},
           {"orderId", "order-1"},
           {"paid", paid},
           {"createTime", "2026-01-02T03:04:05Z"},
           {"updateTime", "2026-01-02T03:04:05Z"},
           {"lines", {{{"sku", "sku-1"}, {"quantity", 1}, {"price", paid}}}}}}}});
  const json opened = Must("delegator", kAftersales + "OpenCase",
                           {{"case",
                             {{"shopId", shop},
                              {"kind", "CASE_KIND_RETURN"},
                              {"channel", "CASE_CHANNEL_CHAT"},
                              {"orderId", "order-1"},
                              {"problem", "尺码不对"}}}});
  const auto review = [&](int fen) {
    const json body{{"caseId", opened.value("caseId", "")},
                    {"result", "REVIEW_RESULT_REFUND_WITHOUT_RETURN"},
                    {"cost", {{"currencyCode", "CNY"}, {"minorUnits", fen}}}};
    return client_.Ask(Post(kAftersales + "ReviewCase", body.dump(),
                            Suite::Get().BearerOfAgent("delegator", agent)));
  };
  // Until after-sales has heard of the agent it refuses all.
  Answer refused = review(2001);
  while (refused.body.find("AGENT_UNKNOWN") != std::string::npos) refused = review(2001);
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("REVIEW_BEYOND_AUTHORITY"));
  const json asked = Must("delegator", kStaffing + "CheckAuthority",
                          {{"agentId", agent},
                           {"action", "AUTHORITY_ACTION_REVIEW_RESULT"},
                           {"subject", "REFUND_WITHOUT_RETURN"},
                           {"amount", {{"currencyCode", "CNY"}, {"minorUnits", 2001}}}});
  EXPECT_EQ(asked.value("decision", ""), "AUTHORITY_DECISION_NEEDS_APPROVAL");
  EXPECT_EQ(asked["limit"].value("minorUnits", ""), "2000");
  EXPECT_EQ(review(2000).status, 200);
}

TEST_F(SuiteTest, EventsArriveWithTheirPayloadsAndOfTheCallersOnly) {
  const std::string mine = MakeShop("listener");
  MakeShop("stranger");
  HttpClient feed(Suite::Get().port());
  feed.Send(Get("/events/staffing?after=0&type=kefu.staffing.v1.ShopChanged",
                Suite::Get().Bearer("listener")));
  EXPECT_EQ(feed.ReadHead().status, 200);
  std::string text;
  while (text.find("ShopChanged") == text.npos) {
    const auto chunk = feed.ReadChunk();
    ASSERT_TRUE(chunk.has_value()) << text;
    text += *chunk;
  }
  EXPECT_THAT(text, HasSubstr("\"shopId\":\"" + mine + "\""));
  EXPECT_THAT(text, Not(HasSubstr("stranger")));
  feed.Close();
  HttpClient nobody(Suite::Get().port());
  const Answer refused = nobody.Ask(Get("/events/staffing"));
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.body, HasSubstr("TOKEN_MISSING"));
}

}  // namespace
}  // namespace kefu
