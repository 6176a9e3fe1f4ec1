#include "services/gateway/service.h"

#include <fmt/format.h>

#include "common/app/peers.h"
#include "common/status/status_macros.h"
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
#include "services/gateway/connect/routes.h"
#include "services/gateway/evidence/desk.h"
#include "services/gateway/evidence/settings.h"
#include "services/gateway/http/server.h"

namespace kefu::gateway {
namespace {

constexpr std::string_view kPeerNames[] = {"staffing", "performance", "aftersales", "warehouse"};

class GatewayService final : public app::Service {
 public:
  static absl::StatusOr<std::unique_ptr<app::Service>> Make(const app::Dependencies& deps) {
    auto service = std::unique_ptr<GatewayService>(new GatewayService(deps));
    if (absl::Status status = service->Connect(); !status.ok()) return status;
    ASSIGN_OR_RETURN(auto store, evidence::StoreFrom(deps.values));
    service->evidence_ =
        std::make_unique<evidence::Desk>(evidence::LimitsFrom(deps.values), std::move(store),
                                         deps.verifier, deps.clock, &deps.metrics);
    return service;
  }

  std::vector<rpc::NamedService> services() override { return {&rpc_}; }

  absl::Status Start(rpc::Server& server) override {
    routes_.Add(v1::GatewayService::service_full_name(), server.InProcessChannel());
    const config::HostPort& address = values_.Address("http.address");
    http::ServerOptions options;
    options.host = address.host == "localhost" ? "127.0.0.1" : address.host;
    options.port = address.port;
    options.max_connections = static_cast<size_t>(values_.Int("http.max_connections"));
    options.default_deadline = values_.Duration("server.default_deadline");
    options.static_dir = values_.Path("http.static_dir");
    options.evidence = evidence_.get();
    auto started = http::Server::Start(std::move(options), routes_, ids_);
    if (!started.ok()) return started.status();
    http_ = *std::move(started);
    http_address_ = config::HostPort{address.host, http_->port()}.ToString();
    return absl::OkStatus();
  }

  std::vector<std::pair<std::string, std::string>> addresses() override {
    return {{"http", http_address_}};
  }

  // The views answer partially when a service is away, so the gateway serves whenever it runs.
  void StartWork() override { http_->SetServing(true); }

  void Drain(absl::Time deadline) override {
    if (http_) http_->Drain(deadline);
  }

  void Stop() override { http_.reset(); }

 private:
  explicit GatewayService(const app::Dependencies& deps)
      : values_(deps.values), ids_(deps.ids), views_(peers_), rpc_(deps.dispatcher, views_) {}

  // One peer: its channel serves the stub of the views, the routes of its service and its feed.
  template <class Service>
  absl::Status ConnectTo(std::string_view name,
                         std::unique_ptr<typename Service::StubInterface>& stub) {
    auto channel = app::PeerChannel(values_, name);
    if (!channel.ok()) return channel.status();
    stub = Service::NewStub(*channel);
    routes_.Add(Service::service_full_name(), *channel);
    routes_.AddFeed(std::string(name), *channel);
    return absl::OkStatus();
  }

  absl::Status Connect() {
    RETURN_IF_ERROR(ConnectTo<staffing::v1::StaffingService>("staffing", peers_.staffing));
    RETURN_IF_ERROR(
        ConnectTo<performance::v1::PerformanceService>("performance", peers_.performance));
    RETURN_IF_ERROR(ConnectTo<aftersales::v1::AftersalesService>("aftersales", peers_.aftersales));
    RETURN_IF_ERROR(ConnectTo<warehouse::v1::WarehouseService>("warehouse", peers_.warehouse));
    RETURN_IF_ERROR((AddTopics<                                  //
                     aftersales::v1::AssignmentService,          //
                     aftersales::v1::CaseClockService,           //
                     aftersales::v1::CaseFigureService,          //
                     aftersales::v1::CaseWorkService,            //
                     aftersales::v1::CompensationPolicyService,  //
                     aftersales::v1::ReturnPolicyService,        //
                     aftersales::v1::InsightService,             //
                     aftersales::v1::IntakeService,              //
                     aftersales::v1::OrderService,               //
                     aftersales::v1::PaymentService,             //
                     aftersales::v1::ProcessService,             //
                     aftersales::v1::SlaPolicyService            //
                     >("aftersales")));
    RETURN_IF_ERROR((AddTopics<                         //
                     performance::v1::FactService,      //
                     performance::v1::FigureService,    //
                     performance::v1::PayrollService,   //
                     performance::v1::QualityService,   //
                     performance::v1::ReportService,    //
                     performance::v1::ScorecardService  //
                     >("performance")));
    RETURN_IF_ERROR((AddTopics<                          //
                     staffing::v1::AnnouncementService,  //
                     staffing::v1::AttendanceService,    //
                     staffing::v1::AuthorityService,     //
                     staffing::v1::CareerService,        //
                     staffing::v1::ChecklistService,     //
                     staffing::v1::ConductService,       //
                     staffing::v1::ContractService,      //
                     staffing::v1::HandoverService,      //
                     staffing::v1::LeaveService,         //
                     staffing::v1::PersonnelService,     //
                     staffing::v1::ProblemService,       //
                     staffing::v1::RosterService,        //
                     staffing::v1::ShiftService,         //
                     staffing::v1::SupervisionService,   //
                     staffing::v1::SupplyService,        //
                     staffing::v1::TrainingService,      //
                     staffing::v1::WorkingRuleService,   //
                     staffing::v1::WorkloadService       //
                     >("staffing")));
    return AddTopics<                              //
        warehouse::v1::BillingService,             //
        warehouse::v1::FulfilmentPlanningService,  //
        warehouse::v1::InboundService,             //
        warehouse::v1::NetworkService,             //
        warehouse::v1::OutboundService,            //
        warehouse::v1::ReplenishmentService,       //
        warehouse::v1::StockControlService         //
        >("warehouse");
  }

  // Further services of a peer.
  template <class... Services>
  absl::Status AddTopics(std::string_view name) {
    auto channel = app::PeerChannel(values_, name);
    if (!channel.ok()) return channel.status();
    (routes_.Add(Services::service_full_name(), *channel), ...);
    return absl::OkStatus();
  }

  const config::Values& values_;
  IdGenerator& ids_;
  connect::Routes routes_;
  Peers peers_;
  Views views_;
  GatewayServiceImpl rpc_;
  std::unique_ptr<evidence::Desk> evidence_;
  std::unique_ptr<http::Server> http_;
  std::string http_address_;
};

}  // namespace

void AddKeys(config::Spec& spec) {
  using config::Key;
  std::vector<std::string> names(std::begin(kPeerNames), std::end(kPeerNames));
  app::AddPeerKeys(spec, names);
  evidence::AddKeys(spec);
  spec.Add(Key::Address("http.address", "Where HTTP listens; port 0 takes a free one")
               .Default("127.0.0.1:0"))
      .Add(Key::Int("http.max_connections", "HTTP connections at once")
               .Default("1024")
               .Range(1, 65536))
      .Add(Key::Path("http.static_dir", "Folder with the console's files").MustExist());
  spec.Check([names](const config::Values& values, config::Problems& problems) {
    for (const std::string& name : names) {
      const std::string key = "peers." + name;
      if (!values.Has(key)) problems.Add({key}, "must be set: the gateway is nothing without it");
    }
    if (!values.Address("http.address").IsLoopback()) {
      problems.Add({"http.address"},
                   "HTTP has no TLS of its own: listen on loopback behind a TLS proxy");
    }
  });
}

absl::StatusOr<std::unique_ptr<app::Service>> MakeService(const app::Dependencies& deps) {
  return GatewayService::Make(deps);
}

}  // namespace kefu::gateway
