// kefuctl base: inspections, complaints, trials and reports of the bases that work for a merchant,
// for both sides.
#include <fmt/format.h>

#include "clients/kefuctl/bases/commands.h"
#include "clients/kefuctl/bases/render.h"
#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"

namespace kefu::bases {
namespace {

namespace st = staffing::v1;
using kefuctl::Command;
using kefuctl::In;
using kefuctl::Named;
using kefuctl::PrintAll;
using kefuctl::PrintCall;
using kefuctl::PrintedJson;
using kefuctl::Rpc;
using kefuctl::SetDay;

constexpr Rpc<st::GetBaseContractRequest, st::Contract> kTerms{
    "/kefu.staffing.v1.SupervisionService/GetBaseContract"};
constexpr Rpc<st::GetBaseReportRequest, st::BaseReport> kReport{
    "/kefu.staffing.v1.SupervisionService/GetBaseReport"};
constexpr Rpc<st::ListBaseReportsRequest, st::ListBaseReportsResponse> kReports{
    "/kefu.staffing.v1.SupervisionService/ListBaseReports"};
constexpr Rpc<st::ListBaseInspectionsRequest, st::ListBaseInspectionsResponse> kInspections{
    "/kefu.staffing.v1.SupervisionService/ListBaseInspections"};
constexpr Rpc<st::GetBaseInspectionRequest, st::BaseInspection> kInspection{
    "/kefu.staffing.v1.SupervisionService/GetBaseInspection"};
constexpr Rpc<st::AnswerFindingRequest, st::BaseInspection> kAnswer{
    "/kefu.staffing.v1.SupervisionService/AnswerFinding"};
constexpr Rpc<st::DecideFindingRequest, st::BaseInspection> kDecideFinding{
    "/kefu.staffing.v1.SupervisionService/DecideFinding"};
constexpr Rpc<st::ListBaseComplaintsRequest, st::ListBaseComplaintsResponse> kComplaints{
    "/kefu.staffing.v1.SupervisionService/ListBaseComplaints"};
constexpr Rpc<st::FileBaseComplaintRequest, st::BaseComplaint> kComplain{
    "/kefu.staffing.v1.SupervisionService/FileBaseComplaint"};
constexpr Rpc<st::DecideBaseComplaintRequest, st::BaseComplaint> kDecide{
    "/kefu.staffing.v1.SupervisionService/DecideBaseComplaint"};
constexpr Rpc<st::GetTrialRequest, st::Trial> kTrial{
    "/kefu.staffing.v1.SupervisionService/GetTrial"};
constexpr Rpc<st::DecideTrialRequest, st::Trial> kDecideTrial{
    "/kefu.staffing.v1.SupervisionService/DecideTrial"};

struct Options {
  std::string contract, base, id, finding, complaint, text, state, kind, week, month, due, on;
  std::string agent, by, demand, decision, request_id;
  int32_t days = 0;
};

absl::Status Terms(kefuctl::Context& context, const Options& options) {
  st::GetBaseContractRequest request;
  request.set_contract_id(options.contract);
  return PrintCall(context, kTerms, request, &TermTable);
}

absl::Status Report(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::GetBaseReportRequest request;
  request.set_contract_id(options.contract);
  if (options.month.empty()) {
    request.set_kind(st::BASE_REPORT_KIND_WEEKLY);
    RETURN_IF_ERROR(SetDay("--week", options.week, request.mutable_day()));
  } else {
    request.set_kind(st::BASE_REPORT_KIND_MONTHLY);
    ASSIGN_OR_RETURN(const absl::CivilDay first, kefuctl::MonthNamed(options.month));
    *request.mutable_day() = kefuctl::ToProto(first);
  }
  ASSIGN_OR_RETURN(const auto report, client->Call(kReport, request));
  if (PrintedJson(context, report)) return absl::OkStatus();
  RETURN_IF_ERROR(
      kefuctl::PrintOne(context, report, &st::ListBaseReportsResponse::add_reports, &ReportTable));
  if (!report.levels().empty()) context.Print(LevelTable(report.levels()));
  st::ListBreachesResponse breaches;
  *breaches.mutable_breaches() = report.breaches();
  if (!report.breaches().empty()) context.Print(BreachTable(breaches));
  if (report.has_invoice()) context.Print(InvoiceTable(report.invoice()));
  return absl::OkStatus();
}

absl::Status Reports(kefuctl::Context& context, const Options& options) {
  st::ListBaseReportsRequest request;
  request.set_contract_id(options.contract);
  ASSIGN_OR_RETURN(const auto kind,
                   (Named<st::BaseReportKind>("--kind", "BASE_REPORT_KIND_", options.kind,
                                              &st::BaseReportKind_Parse)));
  request.set_kind(kind);
  return PrintAll(context, kReports, request, &st::ListBaseReportsResponse::mutable_reports,
                  &ReportTable);
}

absl::Status Inspections(kefuctl::Context& context, const Options& options) {
  st::ListBaseInspectionsRequest request;
  request.set_base_id(options.base);
  request.set_contract_id(options.contract);
  ASSIGN_OR_RETURN(const auto state,
                   (Named<st::BaseInspectionState>("--state", "BASE_INSPECTION_STATE_",
                                                   options.state, &st::BaseInspectionState_Parse)));
  request.set_state(state);
  return PrintAll(context, kInspections, request,
                  &st::ListBaseInspectionsResponse::mutable_inspections, &InspectionTable);
}

absl::Status Inspection(kefuctl::Context& context, const Options& options) {
  st::GetBaseInspectionRequest request;
  request.set_inspection_id(options.id);
  request.set_contract_id(options.contract);
  return PrintCall(context, kInspection, request, &FindingTable);
}

absl::Status Answer(kefuctl::Context& context, const Options& options) {
  st::AnswerFindingRequest request;
  request.set_inspection_id(options.id);
  request.set_finding_id(options.finding);
  request.set_text(options.text);
  request.set_contract_id(options.contract);
  request.set_request_id(options.request_id);
  return PrintCall(context, kAnswer, request, &FindingTable);
}

absl::Status DecideFinding(kefuctl::Context& context, const Options& options) {
  st::DecideFindingRequest request;
  request.set_inspection_id(options.id);
  request.set_finding_id(options.finding);
  request.set_text(options.text);
  request.set_send_back(!options.due.empty());
  if (!options.due.empty()) {
    RETURN_IF_ERROR(SetDay("--due", options.due, request.mutable_due_date()));
  }
  request.set_request_id(options.request_id);
  return PrintCall(context, kDecideFinding, request, &FindingTable);
}

absl::Status Complaints(kefuctl::Context& context, const Options& options) {
  st::ListBaseComplaintsRequest request;
  request.set_contract_id(options.contract);
  ASSIGN_OR_RETURN(const auto state,
                   (Named<st::BaseComplaintState>("--state", "BASE_COMPLAINT_STATE_", options.state,
                                                  &st::BaseComplaintState_Parse)));
  request.set_state(state);
  return PrintAll(context, kComplaints, request,
                  &st::ListBaseComplaintsResponse::mutable_complaints, &ComplaintTable);
}

absl::Status Print(kefuctl::Context& context, const st::BaseComplaint& complaint) {
  return kefuctl::PrintOne(context, complaint, &st::ListBaseComplaintsResponse::add_complaints,
                           &ComplaintTable);
}

absl::Status Complain(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::FileBaseComplaintRequest request;
  request.set_contract_id(options.contract);
  ASSIGN_OR_RETURN(const auto demand,
                   (Named<st::BreachDemand>("--demand", "BREACH_DEMAND_", options.demand,
                                            &st::BreachDemand_Parse)));
  request.set_demand(demand);
  request.set_agent_id(options.agent);
  request.set_text(options.text);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto complaint, client->Call(kComplain, request));
  return Print(context, complaint);
}

template <bool kAccept>
absl::Status Decide(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::DecideBaseComplaintRequest request;
  request.set_contract_id(options.contract);
  request.set_complaint_id(options.complaint);
  request.set_accept(kAccept);
  request.set_decision(options.text);
  if (!options.due.empty()) {
    RETURN_IF_ERROR(SetDay("--due", options.due, request.mutable_due_date()));
  }
  if (!options.on.empty()) {
    RETURN_IF_ERROR(SetDay("--on", options.on, request.mutable_effect_date()));
  }
  request.set_replacement_agent_id(options.by);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto complaint, client->Call(kDecide, request));
  return Print(context, complaint);
}

absl::Status Trial(kefuctl::Context& context, const Options& options) {
  st::GetTrialRequest request;
  request.set_contract_id(options.contract);
  return PrintCall(context, kTrial, request, &TrialTable);
}

absl::Status DecideTrial(kefuctl::Context& context, const Options& options) {
  st::DecideTrialRequest request;
  request.set_contract_id(options.contract);
  ASSIGN_OR_RETURN(const auto decision,
                   (Named<st::TrialDecision>("DECISION", "TRIAL_DECISION_", options.decision,
                                             &st::TrialDecision_Parse)));
  request.set_decision(decision);
  request.set_days(options.days);
  request.set_reason(options.text);
  request.set_request_id(options.request_id);
  return PrintCall(context, kDecideTrial, request, &TrialTable);
}

// --- options ---

void AddRequestId(CLI::App& command, Options& options) {
  command.add_option("--request-id", options.request_id,
                     In("重试时用同一编号", "Repeat with the same to retry"));
}
void AddContract(CLI::App& command, Options& options) {
  command.add_option("CONTRACT", options.contract, In("合同编号", "The contract's id"))->required();
}
void AddText(CLI::App& command, Options& options) {
  command.add_option("--text", options.text, In("说明", "In words"))->required();
  AddRequestId(command, options);
}

void AddReports(CLI::App& base, kefuctl::Context& context) {
  const auto [terms, of] = Command<Options>(base, context, "terms",
                                            In("双方约定", "What both sides have agreed"), &Terms);
  AddContract(*terms, *of);
  const auto [report, o] = Command<Options>(
      base, context, "report", In("一周或一个月的报告", "The report of a week or month"), &Report);
  AddContract(*report, *o);
  CLI::Option* const week =
      report->add_option("--week", o->week, In("该周任一天", "Any day of the week, YYYY-MM-DD"));
  CLI::Option* const month =
      report->add_option("--month", o->month, In("月份，YYYY-MM", "The month, YYYY-MM"));
  week->excludes(month);
  const auto [reports, all] = Command<Options>(
      base, context, "reports", In("已自动生成的周报和月报", "Reports made so far"), &Reports);
  AddContract(*reports, *all);
  reports->add_option("--kind", all->kind, In("weekly 或 monthly", "weekly or monthly"));
}

void AddInspections(CLI::App& base, kefuctl::Context& context) {
  const auto [list, listed] =
      Command<Options>(base, context, "inspections", In("检查记录", "Inspections"), &Inspections);
  list->add_option("--base", listed->base, In("基地", "Of this base"))->type_name("ID");
  list->add_option("--contract", listed->contract,
                   In("合同；基地一方必填", "Of this contract; a base's people must name one"));
  list->add_option("--state", listed->state, In("open 或 closed", "open or closed"));
  const auto with_id = [](CLI::App& command, Options& options) {
    command.add_option("INSPECTION", options.id, In("检查编号", "The inspection's id"))->required();
  };
  const auto by_base = [](CLI::App& command, Options& options) {
    command.add_option("--contract", options.contract,
                       In("合同，仅基地一方", "The contract, of a base's people"));
  };
  const auto with_finding = [](CLI::App& command, Options& options) {
    command.add_option("FINDING", options.finding, In("问题编号", "The finding's id"))->required();
  };
  const auto [show, shown] = Command<Options>(base, context, "inspection",
                                              In("一次检查的问题", "Its findings"), &Inspection);
  with_id(*show, *shown);
  by_base(*show, *shown);
  const auto [answer, answered] = Command<Options>(
      base, context, "answer", In("答复问题", "Tell what was done about a finding"), &Answer);
  with_id(*answer, *answered);
  with_finding(*answer, *answered);
  by_base(*answer, *answered);
  AddText(*answer, *answered);
  const auto [close, closed] = Command<Options>(
      base, context, "close",
      In("关闭问题，或给新期限退回", "Close a finding, or send it back with a new due date"),
      &DecideFinding);
  with_id(*close, *closed);
  with_finding(*close, *closed);
  close->add_option("--due", closed->due, In("退回：新期限", "Send back: the new due date"));
  AddText(*close, *closed);
}

void AddComplaints(CLI::App& base, kefuctl::Context& context) {
  const auto [list, listed] =
      Command<Options>(base, context, "complaints", In("双方投诉", "Complaints"), &Complaints);
  AddContract(*list, *listed);
  list->add_option(
      "--state", listed->state,
      In("open、in_correction、closed 或 rejected", "open, in_correction, closed or rejected"));
  const auto [complain, filed] = Command<Options>(
      base, context, "complain", In("投诉对方", "Complain about the other side"), &Complain);
  AddContract(*complain, *filed);
  complain
      ->add_option("--demand", filed->demand,
                   In("correction、replace_agent 或 replace_base",
                      "correction, replace_agent or replace_base"))
      ->required();
  complain->add_option("--agent", filed->agent, In("要更换的客服", "The agent to be replaced"));
  AddText(*complain, *filed);
  const auto add = [&, &parent = base](const char* name, std::string help, auto run) {
    const auto [command, o] = Command<Options>(parent, context, name, std::move(help), run);
    AddContract(*command, *o);
    command->add_option("COMPLAINT", o->complaint, In("投诉编号", "The complaint's id"))
        ->required();
    AddText(*command, *o);
    return std::pair(command, o);
  };
  add("reject", In("驳回投诉", "Reject a complaint"), &Decide<false>);
  const auto [accept, o] = add("accept", In("接受投诉", "Accept a complaint"), &Decide<true>);
  accept->add_option("--due", o->due, In("整改期限", "Of a correction: the last day for it"));
  accept->add_option("--on", o->on, In("更换生效日", "Of a replacement: the last day"));
  accept->add_option("--by", o->by, In("接替的客服", "Who takes the agent's place"));
}

void AddTrials(CLI::App& base, kefuctl::Context& context) {
  const auto [trial, o] =
      Command<Options>(base, context, "trial", In("试用期", "Where the trial stands"), &Trial);
  AddContract(*trial, *o);
  const auto [decide, decided] = Command<Options>(
      base, context, "decide-trial", In("决定试用期", "Decide the trial"), &DecideTrial);
  AddContract(*decide, *decided);
  decide
      ->add_option("DECISION", decided->decision,
                   In("passed、extended 或 failed", "passed, extended or failed"))
      ->required();
  decide->add_option("--days", decided->days, In("延长天数", "Days of an extension"));
  AddText(*decide, *decided);
}

}  // namespace

void AddSupervisionCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& base = *program.add_subcommand("base", In("基地管理", "Supervision of bases"))
                        ->require_subcommand(1);
  AddReports(base, context);
  AddInspections(base, context);
  AddComplaints(base, context);
  AddTrials(base, context);
}

}  // namespace kefu::bases
