#include "common/auth/permissions.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::auth {
namespace {

using enum Permission;
using MethodRow = PermissionTable::MethodRow;

constexpr std::array<std::string_view, kPermissionCount> kPermissionNames = {
    "READ_ORG",         "WRITE_ORG",      "MANAGE_SHOP",
    "READ_STAFF",       "WRITE_STAFF",    "READ_METRICS",
    "READ_FACTS",       "IMPORT_FACTS",   "CONFIGURE_FACTS",
    "MAKE_REPORTS",     "READ_CASES",     "OPEN_CASES",
    "REVIEW_CASES",     "READ_WAREHOUSE", "WRITE_WAREHOUSE",
    "MOVE_STOCK",       "RESERVE_STOCK",  "READ_BILLING",
    "WRITE_BILLING",    "READ_PAY",       "WRITE_PAY",
    "WATCH_EVENTS",     "READ_AUDIT",     "READ_OVERVIEW",
    "INSPECT",          "APPEAL",         "READ_OWN_PAY",
    "READ_SHIFTS",      "TAKE_SHIFTS",    "LEAD_SHIFTS",
    "READ_SUPERVISION", "SUPERVISE",      "ANSWER_SUPERVISION",
    "READ_PERSONNEL",   "WRITE_PERSONNEL"};

// Sorted by method. A method that does not stand here cannot be called.
constexpr MethodRow kRows[] = {
    {"/kefu.aftersales.v1.AftersalesService/BatchQuoteCompensation", kReadCases},
    {"/kefu.aftersales.v1.AftersalesService/CloseCase", kReviewCases},
    {"/kefu.aftersales.v1.AftersalesService/ExplainDeadline", kReadCases},
    {"/kefu.aftersales.v1.AftersalesService/GetCase", kReadCases},
    {"/kefu.aftersales.v1.AftersalesService/ListCaseActivities", kReadCases},
    {"/kefu.aftersales.v1.AftersalesService/ListCases", kReadCases},
    {"/kefu.aftersales.v1.AftersalesService/OpenCase", kOpenCases},
    {"/kefu.aftersales.v1.AftersalesService/QuoteCompensation", kReadCases},
    {"/kefu.aftersales.v1.AftersalesService/RespondToCase", kOpenCases},
    {"/kefu.aftersales.v1.AftersalesService/ResumeCase", kOpenCases},
    {"/kefu.aftersales.v1.AftersalesService/ReviewCase", kReviewCases},
    {"/kefu.common.v1.EventService/Watch", kWatchEvents},
    {"/kefu.gateway.v1.GatewayService/GetShopDay", kReadOverview},
    {"/kefu.gateway.v1.GatewayService/GetShopPeriod", kReadOverview},
    {"/kefu.performance.v1.FactService/DeactivateMetricDefinition", kConfigureFacts},
    {"/kefu.performance.v1.FactService/GetDefinitionPolicy", kReadMetrics},
    {"/kefu.performance.v1.FactService/GetEmployment", kReadStaff},
    {"/kefu.performance.v1.FactService/GetScreeningPolicy", kReadMetrics},
    {"/kefu.performance.v1.FactService/ImportAttendance", kImportFacts},
    {"/kefu.performance.v1.FactService/ImportConduct", kImportFacts},
    {"/kefu.performance.v1.FactService/ImportInspections", kImportFacts},
    {"/kefu.performance.v1.FactService/ImportPayments", kImportFacts},
    {"/kefu.performance.v1.FactService/ImportRatings", kImportFacts},
    {"/kefu.performance.v1.FactService/ImportVisits", kImportFacts},
    {"/kefu.performance.v1.FactService/ListAttendance", kReadStaff},
    {"/kefu.performance.v1.FactService/ListConduct", kReadStaff},
    {"/kefu.performance.v1.FactService/ListExclusions", kReadFacts},
    {"/kefu.performance.v1.FactService/ListMetricDefinitions", kReadMetrics},
    {"/kefu.performance.v1.FactService/ListOrderExclusions", kReadFacts},
    {"/kefu.performance.v1.FactService/ListWordHits", kReadFacts},
    {"/kefu.performance.v1.FactService/PublishMetricDefinition", kConfigureFacts},
    {"/kefu.performance.v1.FactService/PublishScreeningPolicy", kConfigureFacts},
    {"/kefu.performance.v1.FactService/ReplaceDay", kImportFacts},
    {"/kefu.performance.v1.FactService/ReviewExclusion", kConfigureFacts},
    {"/kefu.performance.v1.FactService/ReviewOrderExclusion", kConfigureFacts},
    {"/kefu.performance.v1.FactService/SetDefinitionPolicy", kConfigureFacts},
    {"/kefu.performance.v1.FigureService/CheckSalesConservation", kConfigureFacts},
    {"/kefu.performance.v1.PayrollService/AddPayEntry", kWritePay},
    {"/kefu.performance.v1.PayrollService/CreatePayPlan", kWritePay},
    {"/kefu.performance.v1.PayrollService/ExplainStatementLine", kReadOwnPay},
    {"/kefu.performance.v1.PayrollService/GetPayPlan", kReadPay},
    {"/kefu.performance.v1.PayrollService/GetStatement", kReadOwnPay},
    {"/kefu.performance.v1.PayrollService/ListPayEntries", kReadPay},
    {"/kefu.performance.v1.PayrollService/ListPayPlans", kReadPay},
    {"/kefu.performance.v1.PayrollService/ListPeriods", kReadPay},
    {"/kefu.performance.v1.PayrollService/ListStatements", kReadOwnPay},
    {"/kefu.performance.v1.PayrollService/VerifyPeriod", kReadPay},
    {"/kefu.performance.v1.PerformanceService/ClosePeriod", kWritePay},
    {"/kefu.performance.v1.PerformanceService/ComputePayroll", kReadPay},
    {"/kefu.performance.v1.PerformanceService/ConfigureShop", kConfigureFacts},
    {"/kefu.performance.v1.PerformanceService/CreateInspection", kInspect},
    {"/kefu.performance.v1.PerformanceService/Diagnose", kReadStaff},
    {"/kefu.performance.v1.PerformanceService/ExplainAttribution", kReadMetrics},
    {"/kefu.performance.v1.PerformanceService/ExplainMetric", kReadMetrics},
    {"/kefu.performance.v1.PerformanceService/GetMetrics", kReadMetrics},
    {"/kefu.performance.v1.PerformanceService/GetReport", kReadMetrics},
    {"/kefu.performance.v1.PerformanceService/GetScorecard", kReadMetrics},
    {"/kefu.performance.v1.PerformanceService/GetShopSettings", kReadMetrics},
    {"/kefu.performance.v1.PerformanceService/ImportConversations", kImportFacts},
    {"/kefu.performance.v1.PerformanceService/ImportOrders", kImportFacts},
    {"/kefu.performance.v1.PerformanceService/ImportRefunds", kImportFacts},
    {"/kefu.performance.v1.PerformanceService/ImportReviews", kImportFacts},
    {"/kefu.performance.v1.PerformanceService/ListConversations", kReadFacts},
    {"/kefu.performance.v1.PerformanceService/ListMetrics", kReadMetrics},
    {"/kefu.performance.v1.PerformanceService/ListOrders", kReadFacts},
    {"/kefu.performance.v1.PerformanceService/SimulatePayroll", kReadPay},
    {"/kefu.performance.v1.QualityService/AppealInspection", kAppeal},
    {"/kefu.performance.v1.QualityService/CreateInspectionForm", kWriteStaff},
    {"/kefu.performance.v1.QualityService/DecideAppeal", kWriteStaff},
    {"/kefu.performance.v1.QualityService/DrawSample", kInspect},
    {"/kefu.performance.v1.QualityService/GetAgreement", kReadStaff},
    {"/kefu.performance.v1.QualityService/GetQuality", kReadStaff},
    {"/kefu.performance.v1.QualityService/GetQualityPolicy", kReadStaff},
    {"/kefu.performance.v1.QualityService/GetSample", kReadStaff},
    {"/kefu.performance.v1.QualityService/ListInspectionForms", kReadStaff},
    {"/kefu.performance.v1.QualityService/ListInspections", kReadMetrics},
    {"/kefu.performance.v1.QualityService/ListSamples", kReadStaff},
    {"/kefu.performance.v1.QualityService/SetQualityPolicy", kWriteStaff},
    {"/kefu.performance.v1.ReportService/CompareReports", kReadMetrics},
    {"/kefu.performance.v1.ReportService/CreateReport", kMakeReports},
    {"/kefu.performance.v1.ReportService/ExportReport", kReadMetrics},
    {"/kefu.performance.v1.ReportService/ListReports", kReadMetrics},
    {"/kefu.performance.v1.ScorecardService/CreateScorecard", kWriteStaff},
    {"/kefu.performance.v1.ScorecardService/GetDiagnosisPolicy", kReadStaff},
    {"/kefu.performance.v1.ScorecardService/GetScorecardVersion", kReadStaff},
    {"/kefu.performance.v1.ScorecardService/GradeAgent", kWriteStaff},
    {"/kefu.performance.v1.ScorecardService/ListGradeVersions", kReadStaff},
    {"/kefu.performance.v1.ScorecardService/ListScorecards", kReadStaff},
    {"/kefu.performance.v1.ScorecardService/ListScores", kReadStaff},
    {"/kefu.performance.v1.ScorecardService/SetDiagnosisPolicy", kWriteStaff},
    {"/kefu.staffing.v1.AnnouncementService/AcknowledgeAnnouncement", kTakeShifts},
    {"/kefu.staffing.v1.AnnouncementService/GetAnnouncement", kReadShifts},
    {"/kefu.staffing.v1.AnnouncementService/ListAnnouncementReaders", kReadStaff},
    {"/kefu.staffing.v1.AnnouncementService/ListAnnouncements", kReadShifts},
    {"/kefu.staffing.v1.AnnouncementService/PublishAnnouncement", kLeadShifts},
    {"/kefu.staffing.v1.AnnouncementService/WithdrawAnnouncement", kLeadShifts},
    {"/kefu.staffing.v1.AttendanceService/AddClockEvent", kTakeShifts},
    {"/kefu.staffing.v1.AttendanceService/CloseAttendanceMonth", kWriteStaff},
    {"/kefu.staffing.v1.AttendanceService/GetAttendance", kReadShifts},
    {"/kefu.staffing.v1.AttendanceService/GetAttendanceMonth", kReadShifts},
    {"/kefu.staffing.v1.AttendanceService/GetAttendancePolicy", kReadShifts},
    {"/kefu.staffing.v1.AttendanceService/ListAttendanceSummaries", kReadShifts},
    {"/kefu.staffing.v1.AttendanceService/ListClockEvents", kReadShifts},
    {"/kefu.staffing.v1.AttendanceService/SetAttendancePolicy", kWriteStaff},
    {"/kefu.staffing.v1.AttendanceService/VoidClockEvent", kLeadShifts},
    {"/kefu.staffing.v1.AuthorityService/GetAuthorityPolicy", kReadOrg},
    {"/kefu.staffing.v1.AuthorityService/ListAuthorityPolicies", kReadOrg},
    {"/kefu.staffing.v1.AuthorityService/SetAuthorityPolicy", kWriteOrg},
    {"/kefu.staffing.v1.CareerService/DecidePromotion", kWriteStaff},
    {"/kefu.staffing.v1.CareerService/EndEmployment", kWriteStaff},
    {"/kefu.staffing.v1.CareerService/EndLeave", kWriteStaff},
    {"/kefu.staffing.v1.CareerService/ListEmployments", kReadStaff},
    {"/kefu.staffing.v1.CareerService/ListHeadcounts", kReadStaff},
    {"/kefu.staffing.v1.CareerService/ListPromotionEvaluations", kReadStaff},
    {"/kefu.staffing.v1.CareerService/ListPromotions", kReadStaff},
    {"/kefu.staffing.v1.CareerService/ListTierLadders", kReadStaff},
    {"/kefu.staffing.v1.CareerService/RecordLeave", kWriteStaff},
    {"/kefu.staffing.v1.CareerService/SetHeadcount", kWriteOrg},
    {"/kefu.staffing.v1.CareerService/SetTierLadder", kWriteOrg},
    {"/kefu.staffing.v1.ChecklistService/AssignChecklist", kLeadShifts},
    {"/kefu.staffing.v1.ChecklistService/CancelChecklist", kLeadShifts},
    {"/kefu.staffing.v1.ChecklistService/CompleteChecklistItem", kTakeShifts},
    {"/kefu.staffing.v1.ChecklistService/GetChecklist", kReadShifts},
    {"/kefu.staffing.v1.ChecklistService/GetDutyRota", kReadShifts},
    {"/kefu.staffing.v1.ChecklistService/ListChecklistSchedules", kReadShifts},
    {"/kefu.staffing.v1.ChecklistService/ListChecklistTemplates", kReadShifts},
    {"/kefu.staffing.v1.ChecklistService/ListChecklists", kReadShifts},
    {"/kefu.staffing.v1.ChecklistService/SetChecklistSchedule", kLeadShifts},
    {"/kefu.staffing.v1.ChecklistService/SetChecklistTemplate", kWriteStaff},
    {"/kefu.staffing.v1.ChecklistService/StartChecklist", kLeadShifts},
    {"/kefu.staffing.v1.ConductService/AppealConduct", kTakeShifts},
    {"/kefu.staffing.v1.ConductService/DecideConduct", kWriteStaff},
    {"/kefu.staffing.v1.ConductService/DecideConductAppeal", kWriteStaff},
    {"/kefu.staffing.v1.ConductService/ExplainConduct", kReadShifts},
    {"/kefu.staffing.v1.ConductService/GetConduct", kReadShifts},
    {"/kefu.staffing.v1.ConductService/GetConductCatalogue", kReadShifts},
    {"/kefu.staffing.v1.ConductService/ListConduct", kReadShifts},
    {"/kefu.staffing.v1.ConductService/SetConductCatalogue", kWriteStaff},
    {"/kefu.staffing.v1.ConductService/VoidConduct", kWriteStaff},
    {"/kefu.staffing.v1.ContractService/CompareMakeOrBuy", kReadBilling},
    {"/kefu.staffing.v1.ContractService/CompleteMilestone", kWriteBilling},
    {"/kefu.staffing.v1.ContractService/DecideBreach", kWriteBilling},
    {"/kefu.staffing.v1.ContractService/EndContract", kWriteBilling},
    {"/kefu.staffing.v1.ContractService/GetContract", kReadBilling},
    {"/kefu.staffing.v1.ContractService/IssueInvoice", kWriteBilling},
    {"/kefu.staffing.v1.ContractService/ListBreaches", kReadBilling},
    {"/kefu.staffing.v1.ContractService/ListContracts", kReadBilling},
    {"/kefu.staffing.v1.HandoverService/EndShift", kTakeShifts},
    {"/kefu.staffing.v1.HandoverService/GetHandoverItem", kReadShifts},
    {"/kefu.staffing.v1.HandoverService/GetHandoverPolicy", kReadShifts},
    {"/kefu.staffing.v1.HandoverService/ListDutyShifts", kReadShifts},
    {"/kefu.staffing.v1.HandoverService/ListHandoverItems", kReadShifts},
    {"/kefu.staffing.v1.HandoverService/ResolveHandoverItem", kTakeShifts},
    {"/kefu.staffing.v1.HandoverService/SetHandoverPolicy", kWriteStaff},
    {"/kefu.staffing.v1.HandoverService/StartShift", kTakeShifts},
    {"/kefu.staffing.v1.LeaveService/CancelLeave", kTakeShifts},
    {"/kefu.staffing.v1.LeaveService/DecideLeave", kLeadShifts},
    {"/kefu.staffing.v1.LeaveService/GetLeave", kReadShifts},
    {"/kefu.staffing.v1.LeaveService/GetLeaveBalances", kReadShifts},
    {"/kefu.staffing.v1.LeaveService/GrantLeave", kWriteStaff},
    {"/kefu.staffing.v1.LeaveService/ListLeaveKinds", kReadShifts},
    {"/kefu.staffing.v1.LeaveService/ListLeaves", kReadShifts},
    {"/kefu.staffing.v1.LeaveService/RequestLeave", kTakeShifts},
    {"/kefu.staffing.v1.LeaveService/SetLeaveKind", kWriteStaff},
    {"/kefu.staffing.v1.PersonnelService/AddCandidate", kWritePersonnel},
    {"/kefu.staffing.v1.PersonnelService/AddPersonnelFile", kWritePersonnel},
    {"/kefu.staffing.v1.PersonnelService/CloseJobPost", kWritePersonnel},
    {"/kefu.staffing.v1.PersonnelService/CreateJobPost", kWritePersonnel},
    {"/kefu.staffing.v1.PersonnelService/EvaluateRetention", kReadPersonnel},
    {"/kefu.staffing.v1.PersonnelService/GetRetentionPolicy", kReadPersonnel},
    {"/kefu.staffing.v1.PersonnelService/GetTurnover", kReadPersonnel},
    {"/kefu.staffing.v1.PersonnelService/HireCandidate", kWritePersonnel},
    {"/kefu.staffing.v1.PersonnelService/ListCandidates", kReadPersonnel},
    {"/kefu.staffing.v1.PersonnelService/ListCareerTalks", kReadPersonnel},
    {"/kefu.staffing.v1.PersonnelService/ListJobPosts", kReadPersonnel},
    {"/kefu.staffing.v1.PersonnelService/ListPersonnelFiles", kReadPersonnel},
    {"/kefu.staffing.v1.PersonnelService/MoveCandidate", kWritePersonnel},
    {"/kefu.staffing.v1.PersonnelService/RecordCareerTalk", kWritePersonnel},
    {"/kefu.staffing.v1.PersonnelService/RecordExit", kWritePersonnel},
    {"/kefu.staffing.v1.PersonnelService/RemovePersonnelFile", kWritePersonnel},
    {"/kefu.staffing.v1.PersonnelService/SetRetentionPolicy", kWritePersonnel},
    {"/kefu.staffing.v1.PersonnelService/SettlePromise", kWritePersonnel},
    {"/kefu.staffing.v1.ProblemService/AnswerProblem", kTakeShifts},
    {"/kefu.staffing.v1.ProblemService/GetProblem", kReadShifts},
    {"/kefu.staffing.v1.ProblemService/ListProblems", kReadShifts},
    {"/kefu.staffing.v1.ProblemService/RecordProblem", kTakeShifts},
    {"/kefu.staffing.v1.ProblemService/SearchProblems", kReadShifts},
    {"/kefu.staffing.v1.RosterService/GetRoster", kReadStaff},
    {"/kefu.staffing.v1.RosterService/GetRosterRules", kReadStaff},
    {"/kefu.staffing.v1.RosterService/ListRosterShifts", kReadStaff},
    {"/kefu.staffing.v1.RosterService/ListRosters", kReadStaff},
    {"/kefu.staffing.v1.RosterService/PublishRoster", kWriteStaff},
    {"/kefu.staffing.v1.RosterService/ReplanRoster", kWriteStaff},
    {"/kefu.staffing.v1.ShiftService/AnswerSwap", kTakeShifts},
    {"/kefu.staffing.v1.ShiftService/DecideSwap", kLeadShifts},
    {"/kefu.staffing.v1.ShiftService/ListShiftTemplates", kReadShifts},
    {"/kefu.staffing.v1.ShiftService/ListSwaps", kReadShifts},
    {"/kefu.staffing.v1.ShiftService/OfferSwap", kTakeShifts},
    {"/kefu.staffing.v1.ShiftService/SetShiftTemplate", kWriteStaff},
    {"/kefu.staffing.v1.ShiftService/WithdrawSwap", kTakeShifts},
    {"/kefu.staffing.v1.StaffingService/AcknowledgeHandover", kTakeShifts},
    {"/kefu.staffing.v1.StaffingService/AssignAgent", kWriteStaff},
    {"/kefu.staffing.v1.StaffingService/ChangeTier", kWriteStaff},
    {"/kefu.staffing.v1.StaffingService/CheckAuthority", kReadOrg},
    {"/kefu.staffing.v1.StaffingService/CheckContract", kWriteBilling},
    {"/kefu.staffing.v1.StaffingService/ClockIn", kTakeShifts},
    {"/kefu.staffing.v1.StaffingService/ClockOut", kTakeShifts},
    {"/kefu.staffing.v1.StaffingService/ComputeInvoice", kReadBilling},
    {"/kefu.staffing.v1.StaffingService/ComputeStaffing", kReadStaff},
    {"/kefu.staffing.v1.StaffingService/CreateAgent", kWriteStaff},
    {"/kefu.staffing.v1.StaffingService/CreateContract", kWriteBilling},
    {"/kefu.staffing.v1.StaffingService/CreateOrganization", kWriteOrg},
    {"/kefu.staffing.v1.StaffingService/CreateShop", kWriteOrg},
    {"/kefu.staffing.v1.StaffingService/CreateSite", kWriteOrg},
    {"/kefu.staffing.v1.StaffingService/CreateTeam", kWriteStaff},
    {"/kefu.staffing.v1.StaffingService/EvaluatePromotion", kReadStaff},
    {"/kefu.staffing.v1.StaffingService/ForecastDemand", kReadStaff},
    {"/kefu.staffing.v1.StaffingService/GetAgent", kReadStaff},
    {"/kefu.staffing.v1.StaffingService/GetAssignment", kReadStaff},
    {"/kefu.staffing.v1.StaffingService/GetConductScore", kReadShifts},
    {"/kefu.staffing.v1.StaffingService/GetOrganization", kReadOrg},
    {"/kefu.staffing.v1.StaffingService/GetShop", kReadOrg},
    {"/kefu.staffing.v1.StaffingService/GetSite", kReadOrg},
    {"/kefu.staffing.v1.StaffingService/GetTeam", kReadStaff},
    {"/kefu.staffing.v1.StaffingService/GetTierLadder", kReadStaff},
    {"/kefu.staffing.v1.StaffingService/GetTierOn", kReadStaff},
    {"/kefu.staffing.v1.StaffingService/HireAgent", kWriteStaff},
    {"/kefu.staffing.v1.StaffingService/ListAgents", kReadStaff},
    {"/kefu.staffing.v1.StaffingService/ListAssignments", kReadStaff},
    {"/kefu.staffing.v1.StaffingService/ListOrganizations", kReadOrg},
    {"/kefu.staffing.v1.StaffingService/ListShops", kReadOrg},
    {"/kefu.staffing.v1.StaffingService/ListSites", kReadOrg},
    {"/kefu.staffing.v1.StaffingService/ListTeamMemberships", kReadStaff},
    {"/kefu.staffing.v1.StaffingService/ListTeams", kReadStaff},
    {"/kefu.staffing.v1.StaffingService/ListTierChanges", kReadStaff},
    {"/kefu.staffing.v1.StaffingService/PlanRoster", kWriteStaff},
    {"/kefu.staffing.v1.StaffingService/PromoteAgent", kWriteStaff},
    {"/kefu.staffing.v1.StaffingService/RecordConduct", kLeadShifts},
    {"/kefu.staffing.v1.StaffingService/TransferAgent", kWriteStaff},
    {"/kefu.staffing.v1.StaffingService/UpdateAgent", kWriteStaff},
    {"/kefu.staffing.v1.StaffingService/UpdateAssignment", kWriteStaff},
    {"/kefu.staffing.v1.StaffingService/UpdateOrganization", kWriteOrg},
    {"/kefu.staffing.v1.StaffingService/UpdateShop", kManageShop},
    {"/kefu.staffing.v1.StaffingService/UpdateSite", kWriteOrg},
    {"/kefu.staffing.v1.StaffingService/UpdateTeam", kWriteStaff},
    {"/kefu.staffing.v1.StaffingService/WriteHandover", kTakeShifts},
    {"/kefu.staffing.v1.SupervisionService/AddShortTraining", kSupervise},
    {"/kefu.staffing.v1.SupervisionService/AnswerFinding", kAnswerSupervision},
    {"/kefu.staffing.v1.SupervisionService/CloseBaseComplaint", kAnswerSupervision},
    {"/kefu.staffing.v1.SupervisionService/DecideBaseComplaint", kAnswerSupervision},
    {"/kefu.staffing.v1.SupervisionService/DecideFinding", kSupervise},
    {"/kefu.staffing.v1.SupervisionService/DecideTrial", kWriteBilling},
    {"/kefu.staffing.v1.SupervisionService/FileBaseComplaint", kAnswerSupervision},
    {"/kefu.staffing.v1.SupervisionService/GetBaseComplaint", kReadSupervision},
    {"/kefu.staffing.v1.SupervisionService/GetBaseContract", kReadSupervision},
    {"/kefu.staffing.v1.SupervisionService/GetBaseInspection", kReadSupervision},
    {"/kefu.staffing.v1.SupervisionService/GetBaseReport", kReadSupervision},
    {"/kefu.staffing.v1.SupervisionService/GetSupervisionPolicy", kReadSupervision},
    {"/kefu.staffing.v1.SupervisionService/GetTrial", kReadSupervision},
    {"/kefu.staffing.v1.SupervisionService/ListBaseComplaints", kReadSupervision},
    {"/kefu.staffing.v1.SupervisionService/ListBaseInspections", kReadSupervision},
    {"/kefu.staffing.v1.SupervisionService/ListBaseReports", kReadSupervision},
    {"/kefu.staffing.v1.SupervisionService/RecordBaseInspection", kSupervise},
    {"/kefu.staffing.v1.SupervisionService/SetSupervisionPolicy", kSupervise},
    {"/kefu.staffing.v1.SupplyService/AdjustSupplyStock", kLeadShifts},
    {"/kefu.staffing.v1.SupplyService/HandOutSupply", kLeadShifts},
    {"/kefu.staffing.v1.SupplyService/ListSupplies", kReadShifts},
    {"/kefu.staffing.v1.SupplyService/ListSupplyIssues", kReadShifts},
    {"/kefu.staffing.v1.SupplyService/ReturnSupply", kLeadShifts},
    {"/kefu.staffing.v1.SupplyService/SetSupply", kWriteStaff},
    {"/kefu.staffing.v1.TrainingService/AddTrainingCertificate", kLeadShifts},
    {"/kefu.staffing.v1.TrainingService/AssignTraining", kLeadShifts},
    {"/kefu.staffing.v1.TrainingService/CancelTraining", kLeadShifts},
    {"/kefu.staffing.v1.TrainingService/CancelTrainingSession", kLeadShifts},
    {"/kefu.staffing.v1.TrainingService/EndSkill", kLeadShifts},
    {"/kefu.staffing.v1.TrainingService/EnrolAgent", kTakeShifts},
    {"/kefu.staffing.v1.TrainingService/GetCourseEffect", kReadStaff},
    {"/kefu.staffing.v1.TrainingService/GetTrainingCatalogue", kReadShifts},
    {"/kefu.staffing.v1.TrainingService/GrantSkill", kLeadShifts},
    {"/kefu.staffing.v1.TrainingService/ListAgentSkills", kReadShifts},
    {"/kefu.staffing.v1.TrainingService/ListAssessments", kReadShifts},
    {"/kefu.staffing.v1.TrainingService/ListTalentAssessments", kReadPersonnel},
    {"/kefu.staffing.v1.TrainingService/ListTrainingAssignments", kReadShifts},
    {"/kefu.staffing.v1.TrainingService/ListTrainingCertificates", kReadShifts},
    {"/kefu.staffing.v1.TrainingService/ListTrainingEffects", kReadShifts},
    {"/kefu.staffing.v1.TrainingService/ListTrainingEnrolments", kReadShifts},
    {"/kefu.staffing.v1.TrainingService/ListTrainingSessions", kReadShifts},
    {"/kefu.staffing.v1.TrainingService/RecordAssessment", kLeadShifts},
    {"/kefu.staffing.v1.TrainingService/RecordTrainingAttendance", kLeadShifts},
    {"/kefu.staffing.v1.TrainingService/RecordTrainingResult", kLeadShifts},
    {"/kefu.staffing.v1.TrainingService/RevokeTrainingCertificate", kLeadShifts},
    {"/kefu.staffing.v1.TrainingService/ScheduleTrainingSession", kLeadShifts},
    {"/kefu.staffing.v1.TrainingService/SetTrainingCatalogue", kWriteStaff},
    {"/kefu.staffing.v1.TrainingService/WithdrawEnrolment", kTakeShifts},
    {"/kefu.staffing.v1.WorkingRuleService/GetWorkingRules", kReadShifts},
    {"/kefu.staffing.v1.WorkingRuleService/PublishWorkingRules", kWriteStaff},
    {"/kefu.staffing.v1.WorkloadService/GetStaffingPolicy", kReadStaff},
    {"/kefu.staffing.v1.WorkloadService/ImportArrivals", kImportFacts},
    {"/kefu.staffing.v1.WorkloadService/ListArrivals", kReadStaff},
    {"/kefu.staffing.v1.WorkloadService/ListCalendarDays", kReadStaff},
    {"/kefu.staffing.v1.WorkloadService/ListCampaigns", kReadStaff},
    {"/kefu.staffing.v1.WorkloadService/SetCalendarDay", kWriteStaff},
    {"/kefu.staffing.v1.WorkloadService/SetCampaign", kWriteStaff},
    {"/kefu.staffing.v1.WorkloadService/SetStaffingPolicy", kWriteStaff},
    {"/kefu.warehouse.v1.BillingService/CheckWarehouseBill", kReadBilling},
    {"/kefu.warehouse.v1.BillingService/CloseSettlement", kWriteBilling},
    {"/kefu.warehouse.v1.BillingService/ComputeLeaseBilling", kReadBilling},
    {"/kefu.warehouse.v1.BillingService/CreateLease", kWriteBilling},
    {"/kefu.warehouse.v1.BillingService/CreateStockOwner", kWriteBilling},
    {"/kefu.warehouse.v1.BillingService/GetLease", kReadBilling},
    {"/kefu.warehouse.v1.BillingService/GetOwnerTerms", kReadBilling},
    {"/kefu.warehouse.v1.BillingService/GetSettlement", kReadBilling},
    {"/kefu.warehouse.v1.BillingService/GetStockOwner", kReadBilling},
    {"/kefu.warehouse.v1.BillingService/GetWarehouseContract", kReadBilling},
    {"/kefu.warehouse.v1.BillingService/GetWarehouseReport", kReadBilling},
    {"/kefu.warehouse.v1.BillingService/ListLeases", kReadBilling},
    {"/kefu.warehouse.v1.BillingService/ListOwnerTerms", kReadBilling},
    {"/kefu.warehouse.v1.BillingService/ListSettlementEntries", kReadBilling},
    {"/kefu.warehouse.v1.BillingService/ListSettlements", kReadBilling},
    {"/kefu.warehouse.v1.BillingService/ListStockOwners", kReadBilling},
    {"/kefu.warehouse.v1.BillingService/ListWarehouseContracts", kReadBilling},
    {"/kefu.warehouse.v1.BillingService/SetOwnerTerms", kWriteBilling},
    {"/kefu.warehouse.v1.BillingService/SetWarehouseContract", kWriteBilling},
    {"/kefu.warehouse.v1.BillingService/UpdateLease", kWriteBilling},
    {"/kefu.warehouse.v1.BillingService/UpdateStockOwner", kWriteBilling},
    {"/kefu.warehouse.v1.FulfilmentPlanningService/GetAllocationPolicy", kReadWarehouse},
    {"/kefu.warehouse.v1.FulfilmentPlanningService/GetNodeSchedule", kReadWarehouse},
    {"/kefu.warehouse.v1.FulfilmentPlanningService/GetSlottingPolicy", kReadWarehouse},
    {"/kefu.warehouse.v1.FulfilmentPlanningService/ImportAffinity", kWriteWarehouse},
    {"/kefu.warehouse.v1.FulfilmentPlanningService/ListBins", kReadWarehouse},
    {"/kefu.warehouse.v1.FulfilmentPlanningService/ListCarrierServices", kReadWarehouse},
    {"/kefu.warehouse.v1.FulfilmentPlanningService/SetAllocationPolicy", kWriteWarehouse},
    {"/kefu.warehouse.v1.FulfilmentPlanningService/SetBins", kWriteWarehouse},
    {"/kefu.warehouse.v1.FulfilmentPlanningService/SetCarrierService", kWriteWarehouse},
    {"/kefu.warehouse.v1.FulfilmentPlanningService/SetNodeSchedule", kWriteWarehouse},
    {"/kefu.warehouse.v1.FulfilmentPlanningService/SetSlottingPolicy", kWriteWarehouse},
    {"/kefu.warehouse.v1.InboundService/CancelInboundNotice", kMoveStock},
    {"/kefu.warehouse.v1.InboundService/CancelReturn", kMoveStock},
    {"/kefu.warehouse.v1.InboundService/CloseInboundNotice", kMoveStock},
    {"/kefu.warehouse.v1.InboundService/CloseReturn", kMoveStock},
    {"/kefu.warehouse.v1.InboundService/ConfirmPutAway", kMoveStock},
    {"/kefu.warehouse.v1.InboundService/CreateInboundNotice", kMoveStock},
    {"/kefu.warehouse.v1.InboundService/ExpectReturn", kReserveStock},
    {"/kefu.warehouse.v1.InboundService/GetInboundNotice", kReadWarehouse},
    {"/kefu.warehouse.v1.InboundService/GetInboundPolicy", kReadWarehouse},
    {"/kefu.warehouse.v1.InboundService/GetReturn", kReadWarehouse},
    {"/kefu.warehouse.v1.InboundService/InspectReceipt", kMoveStock},
    {"/kefu.warehouse.v1.InboundService/InspectReturn", kMoveStock},
    {"/kefu.warehouse.v1.InboundService/ListInboundNotices", kReadWarehouse},
    {"/kefu.warehouse.v1.InboundService/ListReturns", kReadWarehouse},
    {"/kefu.warehouse.v1.InboundService/ProposePutAway", kReadWarehouse},
    {"/kefu.warehouse.v1.InboundService/ReceiveReturn", kMoveStock},
    {"/kefu.warehouse.v1.InboundService/RecordReceipt", kMoveStock},
    {"/kefu.warehouse.v1.InboundService/SetInboundPolicy", kWriteWarehouse},
    {"/kefu.warehouse.v1.InboundService/StartReceiving", kMoveStock},
    {"/kefu.warehouse.v1.NetworkService/AcknowledgeEntries", kMoveStock},
    {"/kefu.warehouse.v1.NetworkService/BatchCreateNodes", kWriteWarehouse},
    {"/kefu.warehouse.v1.NetworkService/BatchCreateSkus", kWriteWarehouse},
    {"/kefu.warehouse.v1.NetworkService/GetNetwork", kReadWarehouse},
    {"/kefu.warehouse.v1.NetworkService/GetNetworkPolicy", kReadWarehouse},
    {"/kefu.warehouse.v1.NetworkService/ListUnacknowledged", kReadWarehouse},
    {"/kefu.warehouse.v1.NetworkService/ProposeSupply", kReadWarehouse},
    {"/kefu.warehouse.v1.NetworkService/RebalanceStock", kReadWarehouse},
    {"/kefu.warehouse.v1.NetworkService/SetNetworkPolicy", kWriteWarehouse},
    {"/kefu.warehouse.v1.OutboundService/ApproveCount", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/CancelCount", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/CancelShipment", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/CancelWave", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/CreateCount", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/CreateShipment", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/CreateWave", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/GetCount", kReadWarehouse},
    {"/kefu.warehouse.v1.OutboundService/GetManifest", kReadWarehouse},
    {"/kefu.warehouse.v1.OutboundService/GetOutboundPolicy", kReadWarehouse},
    {"/kefu.warehouse.v1.OutboundService/GetPickPath", kReadWarehouse},
    {"/kefu.warehouse.v1.OutboundService/GetRecall", kReadWarehouse},
    {"/kefu.warehouse.v1.OutboundService/GetShipment", kReadWarehouse},
    {"/kefu.warehouse.v1.OutboundService/GetWave", kReadWarehouse},
    {"/kefu.warehouse.v1.OutboundService/HandOver", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/LiftRecall", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/ListCounts", kReadWarehouse},
    {"/kefu.warehouse.v1.OutboundService/ListExpiringLots", kReadWarehouse},
    {"/kefu.warehouse.v1.OutboundService/ListPickTasks", kReadWarehouse},
    {"/kefu.warehouse.v1.OutboundService/ListShipments", kReadWarehouse},
    {"/kefu.warehouse.v1.OutboundService/ListWaves", kReadWarehouse},
    {"/kefu.warehouse.v1.OutboundService/PackShipment", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/RecallLot", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/RecordPick", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/RecordPutBack", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/ReleaseWave", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/SetOutboundPolicy", kWriteWarehouse},
    {"/kefu.warehouse.v1.OutboundService/ShipShipment", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/SubmitCount", kMoveStock},
    {"/kefu.warehouse.v1.OutboundService/UnpackShipment", kMoveStock},
    {"/kefu.warehouse.v1.ReplenishmentService/ClassifySkus", kReadWarehouse},
    {"/kefu.warehouse.v1.ReplenishmentService/ComputeHorizon", kReadWarehouse},
    {"/kefu.warehouse.v1.ReplenishmentService/ComputeLoss", kReadWarehouse},
    {"/kefu.warehouse.v1.ReplenishmentService/ComputeLotSizes", kReadWarehouse},
    {"/kefu.warehouse.v1.ReplenishmentService/ComputeNewsvendor", kReadWarehouse},
    {"/kefu.warehouse.v1.ReplenishmentService/ComputeOrderQuantity", kReadWarehouse},
    {"/kefu.warehouse.v1.ReplenishmentService/ComputeReorderPolicy", kReadWarehouse},
    {"/kefu.warehouse.v1.ReplenishmentService/ComputeSafetyStock", kReadWarehouse},
    {"/kefu.warehouse.v1.ReplenishmentService/ForecastSeries", kReadWarehouse},
    {"/kefu.warehouse.v1.ReplenishmentService/GetReplenishmentPlan", kReadWarehouse},
    {"/kefu.warehouse.v1.ReplenishmentService/GetReplenishmentPolicy", kReadWarehouse},
    {"/kefu.warehouse.v1.ReplenishmentService/GuardCampaign", kReadWarehouse},
    {"/kefu.warehouse.v1.ReplenishmentService/ImportDemand", kMoveStock},
    {"/kefu.warehouse.v1.ReplenishmentService/ListReplenishmentLines", kReadWarehouse},
    {"/kefu.warehouse.v1.ReplenishmentService/OptimizeEchelons", kReadWarehouse},
    {"/kefu.warehouse.v1.ReplenishmentService/OptimizeSerialSystem", kReadWarehouse},
    {"/kefu.warehouse.v1.ReplenishmentService/SetReplenishmentPolicy", kWriteWarehouse},
    {"/kefu.warehouse.v1.StockControlService/ApproveAdjustment", kMoveStock},
    {"/kefu.warehouse.v1.StockControlService/GetAdjustment", kReadWarehouse},
    {"/kefu.warehouse.v1.StockControlService/GetSalesGuard", kReadWarehouse},
    {"/kefu.warehouse.v1.StockControlService/GetStockAt", kReadWarehouse},
    {"/kefu.warehouse.v1.StockControlService/GetStockPolicy", kReadWarehouse},
    {"/kefu.warehouse.v1.StockControlService/ListAdjustments", kReadWarehouse},
    {"/kefu.warehouse.v1.StockControlService/ListSalesGuards", kReadWarehouse},
    {"/kefu.warehouse.v1.StockControlService/RejectAdjustment", kMoveStock},
    {"/kefu.warehouse.v1.StockControlService/RepairStock", kWriteWarehouse},
    {"/kefu.warehouse.v1.StockControlService/SetSalesGuard", kWriteWarehouse},
    {"/kefu.warehouse.v1.StockControlService/SetStockPolicy", kWriteWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/AdjustStock", kMoveStock},
    {"/kefu.warehouse.v1.WarehouseService/AdviseSites", kReadWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/Allocate", kReserveStock},
    {"/kefu.warehouse.v1.WarehouseService/BatchReserve", kReserveStock},
    {"/kefu.warehouse.v1.WarehouseService/CancelTransfer", kMoveStock},
    {"/kefu.warehouse.v1.WarehouseService/ComputeSettlement", kReadBilling},
    {"/kefu.warehouse.v1.WarehouseService/ComputeSlotting", kReadWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/ConfirmReservation", kReserveStock},
    {"/kefu.warehouse.v1.WarehouseService/CountStock", kMoveStock},
    {"/kefu.warehouse.v1.WarehouseService/CreateNode", kWriteWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/CreateSku", kWriteWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/DispatchTransfer", kMoveStock},
    {"/kefu.warehouse.v1.WarehouseService/ExtendReservation", kReserveStock},
    {"/kefu.warehouse.v1.WarehouseService/GetAvailability", kReadWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/GetLedger", kReadWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/GetNode", kReadWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/GetReservation", kReadWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/GetSku", kReadWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/GetTransfer", kReadWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/ListNodes", kReadWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/ListSkus", kReadWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/ListStockLevels", kReadWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/ListTransfers", kReadWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/MoveReservation", kReserveStock},
    {"/kefu.warehouse.v1.WarehouseService/PlanReplenishment", kMoveStock},
    {"/kefu.warehouse.v1.WarehouseService/PromiseDate", kReadWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/Receive", kMoveStock},
    {"/kefu.warehouse.v1.WarehouseService/ReceiveTransfer", kMoveStock},
    {"/kefu.warehouse.v1.WarehouseService/ReleaseReservation", kReserveStock},
    {"/kefu.warehouse.v1.WarehouseService/Reserve", kReserveStock},
    {"/kefu.warehouse.v1.WarehouseService/ReserveStream", kReserveStock},
    {"/kefu.warehouse.v1.WarehouseService/ShipOrder", kMoveStock},
    {"/kefu.warehouse.v1.WarehouseService/Transfer", kMoveStock},
    {"/kefu.warehouse.v1.WarehouseService/UpdateNode", kWriteWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/UpdateSku", kWriteWarehouse},
    {"/kefu.warehouse.v1.WarehouseService/VerifyLedger", kReadWarehouse},
};

static_assert(std::is_sorted(std::begin(kRows), std::end(kRows),
                             [](const MethodRow& a, const MethodRow& b) {
                               return a.method < b.method;
                             }));

using Mask = uint64_t;

constexpr Mask Bit(Permission permission) { return Mask{1} << static_cast<unsigned>(permission); }

constexpr Mask Of(std::initializer_list<Permission> permissions) {
  Mask mask = 0;
  for (Permission permission : permissions) mask |= Bit(permission);
  return mask;
}

constexpr Mask kEverything = (Mask{1} << kPermissionCount) - 1;

constexpr Mask kEveryRead =
    Of({kReadOrg, kReadStaff, kReadMetrics, kReadFacts, kReadCases, kReadWarehouse, kWatchEvents,
        kReadAudit, kReadOverview, kReadShifts, kReadSupervision, kReadPersonnel});

// The feed and the audit trail span all shops of an organization: they are for those who answer for
// all of it.
constexpr Mask kTeamLead =
    Of({kReadOrg, kReadStaff, kReadMetrics, kReadFacts, kReadCases, kOpenCases, kReviewCases,
        kReadWarehouse, kReadOverview, kMakeReports, kInspect, kAppeal, kReadShifts, kTakeShifts,
        kLeadShifts});

constexpr Mask MaskOf(Role role) {
  switch (role) {
    case Role::kOwner:
    case Role::kService:
      return kEverything;
    case Role::kShopManager:
      return kTeamLead | Of({kManageShop, kWriteStaff, kImportFacts, kConfigureFacts,
                             kWriteWarehouse, kMoveStock, kReserveStock, kReadBilling,
                             kWriteBilling, kReadPay, kWritePay, kReadOwnPay, kReadSupervision,
                             kSupervise, kAnswerSupervision, kReadPersonnel, kWritePersonnel});
    case Role::kSupervisor:
      return kTeamLead | Of({kWriteStaff, kReadSupervision, kSupervise, kAnswerSupervision});
    case Role::kTeamLead:
      return kTeamLead;
    case Role::kAgent:
      return Of({kReadOrg, kReadMetrics, kReadFacts, kReadCases, kOpenCases, kReviewCases,
                 kReadWarehouse, kAppeal, kReadOwnPay, kReadShifts, kTakeShifts});
    case Role::kBaseManager:
      return Of({kReadOrg, kReadStaff, kReadMetrics, kReadFacts, kMakeReports, kReadCases,
                 kWatchEvents, kReadShifts, kTakeShifts, kLeadShifts, kReadSupervision,
                 kAnswerSupervision});
    case Role::kWarehouseOperator:
      return Of({kReadOrg, kReadWarehouse, kWriteWarehouse, kMoveStock, kReserveStock});
    case Role::kIntegration:
      return Of({kReadOrg, kReadStaff, kReadMetrics, kReadFacts, kImportFacts, kConfigureFacts,
                 kMakeReports, kReadCases, kOpenCases, kReadWarehouse, kReserveStock, kReadBilling,
                 kReadPay, kReadOwnPay, kReadShifts, kTakeShifts, kWatchEvents});
    case Role::kAuditor:
      return kEveryRead | Of({kReadBilling, kReadPay, kReadOwnPay});
  }
  return 0;
}

// What a base may do at most, whatever roles its token carries: a merchant's prices and wages are
// not its business. The writes of organization and staff go to its own organization; cases are
// opened and decided in the shops that it is granted.
constexpr Mask kBaseCeiling =
    kEveryRead | Of({kMakeReports, kWriteOrg, kWriteStaff, kOpenCases, kReviewCases, kTakeShifts,
                     kLeadShifts, kAnswerSupervision, kWritePersonnel});

// What reaches beyond single shops, and so is not for a caller who is confined to some.
constexpr Mask kOrgWide =
    Of({kWriteOrg, kReadBilling, kWriteBilling, kWatchEvents, kReadAudit, kReadSupervision,
        kSupervise, kAnswerSupervision, kReadPersonnel, kWritePersonnel});

}  // namespace

std::string_view PermissionName(Permission permission) {
  return kPermissionNames[static_cast<size_t>(permission)];
}

const PermissionTable& PermissionTable::Get() {
  static const PermissionTable table;
  return table;
}

std::optional<Permission> PermissionTable::ForMethod(std::string_view method) const {
  const MethodRow* const row =
      std::lower_bound(std::begin(kRows), std::end(kRows), method,
                       [](const MethodRow& candidate, std::string_view wanted) {
                         return candidate.method < wanted;
                       });
  if (row == std::end(kRows) || row->method != method) return std::nullopt;
  return row->permission;
}

bool PermissionTable::RoleAllows(Role role, Permission permission) const {
  return (MaskOf(role) & Bit(permission)) != 0;
}

bool PermissionTable::Allows(const Principal& principal, Permission permission) const {
  if (principal.IsBase() && (kBaseCeiling & Bit(permission)) == 0) return false;
  if (!principal.shops.empty() && (kOrgWide & Bit(permission)) != 0) return false;
  for (int i = 0; i < kRoleCount; ++i) {
    const Role role = static_cast<Role>(i);
    if (principal.roles.contains(role) && RoleAllows(role, permission)) return true;
  }
  return false;
}

absl::Status PermissionTable::Check(const Principal& principal, std::string_view method) const {
  const std::optional<Permission> permission = ForMethod(method);
  if (!permission) {
    return PermissionDenied("PERMISSION_DENIED", fmt::format("{} is open to nobody", method));
  }
  if (!Allows(principal, *permission)) {
    return PermissionDenied("PERMISSION_DENIED",
                            fmt::format("{} needs {}", method, PermissionName(*permission)));
  }
  return absl::OkStatus();
}

std::span<const PermissionTable::MethodRow> PermissionTable::rows() const { return kRows; }

}  // namespace kefu::auth
