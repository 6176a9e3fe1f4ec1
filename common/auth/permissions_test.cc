#include "common/auth/permissions.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/testing/status_matchers.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor_database.h"
#include "gtest/gtest.h"

namespace kefu::auth {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::testing::UnorderedElementsAreArray;

// Every method of every kefu service linked into this binary, which holds the whole library of
// contracts.
std::set<std::string> AllMethods() {
  std::set<std::string> methods;
  std::vector<std::string> files;
  google::protobuf::DescriptorPool::internal_generated_database()->FindAllFileNames(&files);
  for (const std::string& name : files) {
    const auto* file = google::protobuf::DescriptorPool::generated_pool()->FindFileByName(name);
    if (file == nullptr || !file->package().starts_with("kefu.")) continue;
    for (int s = 0; s < file->service_count(); ++s) {
      const auto* service = file->service(s);
      for (int m = 0; m < service->method_count(); ++m) {
        methods.insert(fmt::format("/{}/{}", service->full_name(), service->method(m)->name()));
      }
    }
  }
  return methods;
}

Principal With(Role role) {
  Principal principal;
  principal.org_id = "org-1";
  principal.roles = {role};
  return principal;
}

bool May(Role role, std::string_view method) {
  return PermissionTable::Get().Check(With(role), method).ok();
}

TEST(PermissionTableTest, EveryMethodHasARowAndEveryRowAMethod) {
  std::set<std::string> in_table;
  for (const auto& row : PermissionTable::Get().rows()) {
    EXPECT_TRUE(in_table.emplace(row.method).second) << row.method << " stands twice";
  }
  const std::set<std::string> methods = AllMethods();
  EXPECT_THAT(in_table, UnorderedElementsAreArray(methods));
  std::set<std::string> services;
  for (const std::string& method : methods) services.insert(method.substr(0, method.rfind('/')));
  EXPECT_THAT(services, UnorderedElementsAreArray({
                            "/kefu.aftersales.v1.AftersalesService",          //
                            "/kefu.aftersales.v1.CaseClockService",           //
                            "/kefu.aftersales.v1.CaseFigureService",          //
                            "/kefu.aftersales.v1.SlaPolicyService",           //
                            "/kefu.aftersales.v1.CompensationPolicyService",  //
                            "/kefu.aftersales.v1.InsightService",             //
                            "/kefu.aftersales.v1.OrderService",               //
                            "/kefu.aftersales.v1.PaymentService",             //
                            "/kefu.aftersales.v1.ProcessService",             //
                            "/kefu.common.v1.EventService",                   //
                            "/kefu.gateway.v1.GatewayService",                //
                            "/kefu.performance.v1.FactService",               //
                            "/kefu.performance.v1.FigureService",             //
                            "/kefu.performance.v1.PayrollService",            //
                            "/kefu.performance.v1.PerformanceService",        //
                            "/kefu.performance.v1.ReportService",             //
                            "/kefu.performance.v1.QualityService",            //
                            "/kefu.performance.v1.ScorecardService",          //
                            "/kefu.staffing.v1.AnnouncementService",          //
                            "/kefu.staffing.v1.AttendanceService",            //
                            "/kefu.staffing.v1.ChecklistService",             //
                            "/kefu.staffing.v1.ConductService",               //
                            "/kefu.staffing.v1.ContractService",              //
                            "/kefu.staffing.v1.HandoverService",              //
                            "/kefu.staffing.v1.LeaveService",                 //
                            "/kefu.staffing.v1.PersonnelService",             //
                            "/kefu.staffing.v1.ProblemService",               //
                            "/kefu.staffing.v1.RosterService",                //
                            "/kefu.staffing.v1.AuthorityService",             //
                            "/kefu.staffing.v1.CareerService",                //
                            "/kefu.staffing.v1.ShiftService",                 //
                            "/kefu.staffing.v1.StaffingService",              //
                            "/kefu.staffing.v1.SupervisionService",           //
                            "/kefu.staffing.v1.SupplyService",                //
                            "/kefu.staffing.v1.TrainingService",              //
                            "/kefu.staffing.v1.WorkingRuleService",           //
                            "/kefu.staffing.v1.WorkloadService",              //
                            "/kefu.warehouse.v1.BillingService",              //
                            "/kefu.warehouse.v1.FulfilmentPlanningService",   //
                            "/kefu.warehouse.v1.InboundService",              //
                            "/kefu.warehouse.v1.NetworkService",              //
                            "/kefu.warehouse.v1.OutboundService",             //
                            "/kefu.warehouse.v1.ReplenishmentService",        //
                            "/kefu.warehouse.v1.StockControlService",         //
                            "/kefu.warehouse.v1.WarehouseService",            //
                            "/kefu.aftersales.v1.CaseWorkService",            //
                            "/kefu.aftersales.v1.ReturnPolicyService",        //
                            "/kefu.aftersales.v1.AssignmentService",          //
                            "/kefu.aftersales.v1.IntakeService",              //
                        }));
}

TEST(PermissionTableTest, EveryPermissionButAuditIsUsedAndHasAName) {
  std::set<Permission> used = {Permission::kReadAudit};
  for (const auto& row : PermissionTable::Get().rows()) used.insert(row.permission);
  std::set<std::string> names;
  for (int p = 0; p < kPermissionCount; ++p) {
    EXPECT_TRUE(used.contains(static_cast<Permission>(p))) << p;
    EXPECT_TRUE(names.emplace(PermissionName(static_cast<Permission>(p))).second);
  }
  EXPECT_EQ(used.size(), kPermissionCount);
}

TEST(PermissionTableTest, PrintsWhoMayWhat) {
  const PermissionTable& table = PermissionTable::Get();
  fmt::print("{:>18}", "");
  for (int r = 0; r < kRoleCount; ++r) fmt::print(" {:>18}", RoleName(static_cast<Role>(r)));
  for (int p = 0; p < kPermissionCount; ++p) {
    const auto permission = static_cast<Permission>(p);
    fmt::print("\n{:>18}", PermissionName(permission));
    for (int r = 0; r < kRoleCount; ++r) {
      fmt::print(" {:>18}", table.RoleAllows(static_cast<Role>(r), permission) ? "yes" : "-");
    }
  }
  fmt::print("\n");
}

TEST(PermissionTableTest, UnknownMethodsAndEmptyRolesAreRefused) {
  const PermissionTable& table = PermissionTable::Get();
  for (const char* method :
       {"", "/", "/kefu.staffing.v1.StaffingService/DropEverything",
        "/kefu.staffing.v1.StaffingService/", "kefu.common.v1.EventService/Watch",
        "/kefu.common.v1.EventService/Watch/"}) {
    EXPECT_EQ(table.ForMethod(method), std::nullopt) << method;
    EXPECT_THAT(table.Check(With(Role::kOwner), method), HasReason("PERMISSION_DENIED")) << method;
  }
  Principal nobody = With(Role::kOwner);
  nobody.roles = {};
  for (const auto& row : table.rows()) {
    EXPECT_THAT(table.Check(nobody, row.method), HasReason("PERMISSION_DENIED")) << row.method;
    EXPECT_THAT(table.Check(With(Role::kOwner), row.method), IsOk()) << row.method;
    EXPECT_THAT(table.Check(With(Role::kService), row.method), IsOk()) << row.method;
  }
}

TEST(PermissionTableTest, AuditorReadsEverythingAndWritesNothing) {
  for (const auto& row : PermissionTable::Get().rows()) {
    const std::string_view name = row.method.substr(row.method.rfind('/') + 1);
    bool reads = name == "Watch" || name == "RebalanceStock";  // which only proposes
    for (const std::string_view verb :
         {"Get", "List", "Explain", "Quote", "BatchQuote", "Propose", "Advise", "Promise",
          "Compute", "Verify", "Check", "Compare", "Export", "Diagnose", "Simulate", "Forecast",
          "Evaluate", "Search", "Replay"}) {
      reads = reads || name.starts_with(verb);
    }
    // Tells what it found by an event.
    if (name == "CheckSalesConservation" || name == "CheckContract") reads = false;
    // Puts a case before an approver.
    if (name == "ProposeReview") reads = false;
    if (name == "EvaluateReturn") reads = false;  // keeps its answer
    // Its calculators answer from the request alone.
    if (row.method.starts_with("/kefu.warehouse.v1.ReplenishmentService/")) {
      reads = name != "ImportDemand" && name != "SetReplenishmentPolicy";
    }
    EXPECT_EQ(May(Role::kAuditor, row.method), reads) << row.method;
  }
  EXPECT_TRUE(PermissionTable::Get().Allows(With(Role::kAuditor), Permission::kReadAudit));
  EXPECT_FALSE(PermissionTable::Get().Allows(With(Role::kIntegration), Permission::kReadAudit));
}

TEST(PermissionTableTest, RolesKeepToTheirWork) {
  const std::string staffing = "/kefu.staffing.v1.StaffingService/";
  const std::string performance = "/kefu.performance.v1.PerformanceService/";
  const std::string aftersales = "/kefu.aftersales.v1.AftersalesService/";
  const std::string warehouse = "/kefu.warehouse.v1.WarehouseService/";
  EXPECT_TRUE(May(Role::kAgent, performance + "GetMetrics"));
  EXPECT_TRUE(May(Role::kAgent, aftersales + "OpenCase"));
  EXPECT_TRUE(May(Role::kAgent, aftersales + "EvaluateReturn"));
  const std::string policies = "/kefu.aftersales.v1.ReturnPolicyService/";
  EXPECT_FALSE(May(Role::kAgent, policies + "SetReturnPolicy"));
  EXPECT_TRUE(May(Role::kAgent, policies + "ListReturnQuestions"));
  EXPECT_TRUE(May(Role::kShopManager, policies + "SetReturnPolicy"));
  EXPECT_TRUE(May(Role::kAgent, aftersales + "ReviewCase"));
  for (const std::string& method :
       {staffing + "UpdateAgent", staffing + "ChangeTier", staffing + "CreateShop",
        warehouse + "CreateSku", warehouse + "Receive", performance + "ImportOrders",
        std::string("/kefu.common.v1.EventService/Watch")}) {
    EXPECT_FALSE(May(Role::kAgent, method)) << method;
  }
  EXPECT_TRUE(May(Role::kIntegration, performance + "ImportOrders"));
  EXPECT_TRUE(May(Role::kIntegration, warehouse + "Reserve"));
  EXPECT_TRUE(May(Role::kIntegration, aftersales + "OpenCase"));
  EXPECT_FALSE(May(Role::kIntegration, aftersales + "ReviewCase"));
  const std::string assignment = "/kefu.aftersales.v1.AssignmentService/";
  EXPECT_TRUE(May(Role::kAgent, assignment + "ClaimNextCase"));
  EXPECT_FALSE(May(Role::kAgent, assignment + "AssignCase"));
  EXPECT_TRUE(May(Role::kTeamLead, assignment + "AssignCase"));
  EXPECT_FALSE(May(Role::kTeamLead, assignment + "SetAssignmentPolicy"));
  EXPECT_TRUE(May(Role::kShopManager, assignment + "SetAssignmentPolicy"));
  EXPECT_TRUE(May(Role::kIntegration, "/kefu.aftersales.v1.IntakeService/ImportCases"));
  EXPECT_FALSE(May(Role::kIntegration, warehouse + "Receive"));
  EXPECT_TRUE(May(Role::kWarehouseOperator, warehouse + "Receive"));
  EXPECT_TRUE(May(Role::kWarehouseOperator, warehouse + "CreateSku"));
  EXPECT_FALSE(May(Role::kWarehouseOperator, aftersales + "GetCase"));
  EXPECT_TRUE(May(Role::kBaseManager, performance + "GetMetrics"));
  EXPECT_FALSE(May(Role::kBaseManager, aftersales + "ReviewCase"));
  EXPECT_TRUE(May(Role::kSupervisor, staffing + "ChangeTier"));
  EXPECT_FALSE(May(Role::kTeamLead, staffing + "ChangeTier"));
  for (const Role role : {Role::kAgent, Role::kTeamLead, Role::kBaseManager}) {
    EXPECT_TRUE(May(role, staffing + "WriteHandover")) << RoleName(role);
  }
  const PermissionTable& table = PermissionTable::Get();
  EXPECT_TRUE(table.RoleAllows(Role::kTeamLead, Permission::kLeadShifts));
  EXPECT_FALSE(table.RoleAllows(Role::kAgent, Permission::kLeadShifts));
  EXPECT_FALSE(May(Role::kTeamLead, "/kefu.staffing.v1.HandoverService/SetHandoverPolicy"));
  const std::string conduct = "/kefu.staffing.v1.ConductService/";
  EXPECT_TRUE(May(Role::kTeamLead, staffing + "RecordConduct"));
  EXPECT_FALSE(May(Role::kTeamLead, conduct + "DecideConduct"));
  EXPECT_TRUE(May(Role::kSupervisor, conduct + "DecideConduct"));
  EXPECT_FALSE(May(Role::kAgent, staffing + "RecordConduct"));
  EXPECT_TRUE(May(Role::kAgent, conduct + "AppealConduct"));
}

TEST(PermissionTableTest, WhoIsConfinedToShopsHasNothingOrganizationWide) {
  Principal confined = With(Role::kOwner);
  confined.shops = {"shop-1"};
  const PermissionTable& table = PermissionTable::Get();
  EXPECT_FALSE(table.Allows(confined, Permission::kWatchEvents));
  EXPECT_FALSE(table.Allows(confined, Permission::kReadAudit));
  EXPECT_FALSE(table.Allows(confined, Permission::kWriteOrg));
  EXPECT_TRUE(table.Allows(confined, Permission::kManageShop));
}

TEST(PermissionTableTest, ABaseNeverWritesAMerchantsFactsOrStock) {
  const PermissionTable& table = PermissionTable::Get();
  for (int r = 0; r < kRoleCount; ++r) {
    Principal base = With(static_cast<Role>(r));
    base.base_id = base.org_id;
    for (const Permission permission :
         {Permission::kImportFacts, Permission::kConfigureFacts, Permission::kManageShop,
          Permission::kWriteWarehouse, Permission::kMoveStock, Permission::kReserveStock,
          Permission::kReadBilling, Permission::kWriteBilling, Permission::kReadPay,
          Permission::kWritePay, Permission::kSupervise}) {
      EXPECT_FALSE(table.Allows(base, permission))
          << RoleName(static_cast<Role>(r)) << " " << PermissionName(permission);
    }
  }
  Principal base_agent = With(Role::kAgent);
  base_agent.base_id = base_agent.org_id;
  EXPECT_TRUE(table.Allows(base_agent, Permission::kReviewCases));
}

}  // namespace
}  // namespace kefu::auth
