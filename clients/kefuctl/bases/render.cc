#include "clients/kefuctl/bases/render.h"

#include <algorithm>
#include <string>

#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "fmt/ranges.h"

namespace kefu::bases {
namespace {

namespace st = staffing::v1;
using kefuctl::Cell;
using kefuctl::Colour;
using kefuctl::Count;
using kefuctl::DayText;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Percent;
using kefuctl::Printable;
using kefuctl::ShownMoney;
using kefuctl::Table;

constexpr int64_t kMillion = 1'000'000;

std::string DaysText(const common::v1::DateRange& days) {
  return fmt::format("{} – {}", DayText(days.start_date()), DayText(days.end_date()));
}

// What binds a level: its unit is known from its name alone. Shares are at most 1, stars are more.
bool IsDuration(const std::string& metric_id) {
  return metric_id.find("seconds") != std::string::npos;
}
std::string Millionths(const std::string& metric_id, double millionths, bool share) {
  const double value = millionths / static_cast<double>(kMillion);
  if (IsDuration(metric_id)) return fmt::format("{:.2f} s", value);
  return share ? fmt::format("{:.2f}%", value * 100) : fmt::format("{:.2f}", value);
}

bool IsShare(const st::ServiceLevel& level) { return level.limit_millionths() <= kMillion; }

std::string LimitText(const st::ServiceLevel& level) {
  const char* const bound = level.bound() == st::SERVICE_BOUND_AT_MOST ? "≤" : "≥";
  return fmt::format(
      "{} {} {}", Printable(level.metric_id()), bound,
      Millionths(level.metric_id(), static_cast<double>(level.limit_millionths()), IsShare(level)));
}

std::string FigureText(const st::LevelResult& result) {
  if (result.denominator() == 0) return "–";
  const std::string& id = result.level().metric_id();
  const double per_case =
      static_cast<double>(result.numerator()) / static_cast<double>(result.denominator());
  return Millionths(id, IsDuration(id) ? per_case : per_case * kMillion, IsShare(result.level()));
}

std::string PenaltyText(const st::ContractPenalty& penalty) {
  std::string text = penalty.has_amount() ? ShownMoney(penalty.amount()) : "";
  if (penalty.bps() == 0) return text;
  return text + (text.empty() ? "" : " + ") + Percent(penalty.bps());
}

std::string CauseText(const st::Breach& breach) {
  if (breach.has_milestone()) return Printable(breach.milestone().text());
  return LimitText(breach.level().level());
}

std::string PriceText(const st::ContractPrice& price) {
  std::string text = EnumLabel(st::PriceModel_descriptor(), price.model());
  const auto add = [&](const std::string& part) { text += "；" + part; };
  if (price.has_seat_fee())
    add(fmt::format("{} × {}", price.seats(), ShownMoney(price.seat_fee())));
  if (price.has_fee()) add(ShownMoney(price.fee()));
  if (price.fee_months() > 0) {
    add(fmt::format(fmt::runtime(In("前 {} 个月", "{} months")), price.fee_months()));
  }
  if (price.commission_bps() > 0) {
    add(Percent(price.commission_bps()) + (price.of_gross_sales()
                                               ? In(" 毛销售额", " of gross sales")
                                               : In(" 净销售额", " of net sales")));
  }
  return text;
}

Cell Judged(st::LevelJudgement judgement) {
  const Colour colour = judgement == st::LEVEL_JUDGEMENT_MISSED ? Colour::kRed
                        : judgement == st::LEVEL_JUDGEMENT_KEPT ? Colour::kGreen
                                                                : Colour::kDim;
  return {EnumLabel(st::LevelJudgement_descriptor(), judgement), colour};
}

}  // namespace

Table ContractTable(const st::ListContractsResponse& contracts) {
  Table table({{In("合同", "Contract")},
               {In("对方", "Other side"), false, 40},
               {In("类型", "Kind")},
               {In("期限", "Period")},
               {In("店铺", "Shops"), true},
               {In("终止", "Ended")}});
  for (const st::Contract& each : contracts.contracts()) {
    table.Add({Printable(each.contract_id()), Printable(each.display_name()),
               EnumLabel(st::ContractKind_descriptor(), each.kind()), DaysText(each.period()),
               Count(each.shop_ids_size()),
               each.has_ended_date() ? DayText(each.ended_date()) : ""});
  }
  return table;
}

Table TermTable(const st::Contract& contract) {
  Table table({{In("条款", "Term")}, {In("内容", "What is agreed"), false, 100}});
  table.Add({In("对方", "Other side"), Printable(contract.display_name())});
  table.Add({In("期限", "Period"), DaysText(contract.period())});
  table.Add(
      {In("店铺", "Shops"), Printable(fmt::format("{}", fmt::join(contract.shop_ids(), ", ")))});
  if (contract.has_price()) table.Add({In("价格", "Price"), PriceText(contract.price())});
  for (const st::ServiceLevel& level : contract.levels()) {
    const std::string penalty = PenaltyText(level.penalty());
    table.Add({level.period() == st::LEVEL_PERIOD_WEEK ? In("每周指标", "Weekly level")
                                                       : In("每月指标", "Monthly level"),
               LimitText(level) + (penalty.empty() ? "" : "；" + penalty)});
  }
  for (const st::Milestone& milestone : contract.milestones()) {
    const std::string done = milestone.has_done_date()
                                 ? In("，完成于 ", ", done ") + DayText(milestone.done_date())
                                 : "";
    table.Add({In("进度", "Milestone"), fmt::format("{} {}{}", DayText(milestone.due_date()),
                                                    Printable(milestone.text()), done)});
  }
  for (const st::BreachConsequence& each : contract.consequences()) {
    table.Add({In("后果", "Consequence"),
               fmt::format(fmt::runtime(In("{1} 个月内 {0} 次：{2}", "{} in {} months: {}")),
                           each.breaches(), each.months(),
                           EnumLabel(st::BreachDemand_descriptor(), each.demand()))});
  }
  const auto days = [&](const std::string& term, int32_t count) {
    if (count > 0) table.Add({term, fmt::format(fmt::runtime(In("{} 天", "{} days")), count)});
  };
  days(In("试用期", "Trial"), contract.trial_days());
  days(In("提前通知", "Notice"), contract.notice_days());
  for (const std::string& duty : contract.duties()) {
    table.Add({In("职责", "Duty"), Printable(duty)});
  }
  if (contract.has_ended_date()) {
    table.Add({In("终止", "Ended"), fmt::format("{} {}", DayText(contract.ended_date()),
                                                Printable(contract.end_reason()))});
  }
  return table;
}

Table LevelTable(const google::protobuf::RepeatedPtrField<st::LevelResult>& levels) {
  Table table({{In("服务指标", "Service level")},
               {In("实际", "Figure"), true},
               {In("样本", "Cases"), true},
               {In("结论", "Judgement")}});
  for (const st::LevelResult& result : levels) {
    table.Add({LimitText(result.level()), FigureText(result), Count(result.denominator()),
               Judged(result.judgement())});
  }
  return table;
}

Table BreachTable(const st::ListBreachesResponse& breaches) {
  Table table({{In("违约", "Breach")},
               {In("月份", "Month")},
               {In("事项", "What")},
               {In("罚则", "Penalty")},
               {In("状态", "State")},
               {In("理由", "Reason")}});
  for (const st::Breach& each : breaches.breaches()) {
    const auto& penalty =
        each.has_milestone() ? each.milestone().penalty() : each.level().level().penalty();
    const bool open = each.state() == st::BREACH_STATE_OPEN;
    table.Add({Printable(each.breach_id()),
               DayText(each.month()).substr(0, 7),
               CauseText(each),
               each.in_trial() ? In("试用期，不罚", "in trial: none") : PenaltyText(penalty),
               {EnumLabel(st::BreachState_descriptor(), each.state()),
                open ? Colour::kRed : Colour::kNone},
               Printable(each.reason())});
  }
  return table;
}

Table InvoiceTable(const st::Invoice& invoice) {
  Table table({{In("项目", "Line")}, {In("计算", "How")}, {In("金额", "Amount"), true}});
  for (const st::InvoiceLine& line : invoice.lines()) {
    std::string how;
    if (line.has_unit_price()) {
      how = fmt::format("{} × {} × {}/{}", line.quantity(), ShownMoney(line.unit_price()),
                        line.days(), line.month_days());
    } else if (line.kind() == st::INVOICE_LINE_KIND_COMMISSION) {
      how = fmt::format("{}：{} × {}", Printable(line.shop_id()), ShownMoney(line.basis()),
                        Percent(line.rate_bps()));
    } else {
      how = Printable(line.breach_id());
      if (line.not_charged().minor_units() != 0) {
        how += In("，未扣 ", ", not charged ") + ShownMoney(line.not_charged());
      }
    }
    table.Add(
        {EnumLabel(st::InvoiceLineKind_descriptor(), line.kind()), how, ShownMoney(line.amount())});
  }
  table.Add({In("合计", "Total"), invoice.issued() ? In("已开出", "issued") : In("草稿", "draft"),
             ShownMoney(invoice.total())});
  return table;
}

Table ComparisonTable(const st::CompareMakeOrBuyResponse& comparison) {
  Table table(
      {{In("月", "Month"), true}, {In("自建", "Own staff"), true}, {In("基地", "Base"), true}});
  for (int i = 0; i < comparison.months_size(); ++i) {
    table.Add({std::to_string(i + 1), ShownMoney(comparison.months(i).own()),
               ShownMoney(comparison.months(i).base())});
  }
  const bool own = comparison.own().minor_units() <= comparison.base().minor_units();
  table.Add({In("合计", "Total"),
             {ShownMoney(comparison.own()), own ? Colour::kGreen : Colour::kNone},
             {ShownMoney(comparison.base()), own ? Colour::kNone : Colour::kGreen}});
  return table;
}

Table InspectionTable(const st::ListBaseInspectionsResponse& inspections) {
  Table table({{In("检查", "Inspection")},
               {In("日期", "Date")},
               {In("阶段", "Phase")},
               {In("方式", "Manner")},
               {In("问题", "Findings"), true},
               {In("状态", "State")},
               {In("概要", "Summary"), false, 60}});
  for (const st::BaseInspection& each : inspections.inspections()) {
    table.Add(
        {Printable(each.inspection_id()), DayText(each.date()),
         EnumLabel(st::InspectionPhase_descriptor(), each.phase()),
         EnumLabel(st::InspectionManner_descriptor(), each.manner()), Count(each.findings_size()),
         EnumLabel(st::BaseInspectionState_descriptor(), each.state()), Printable(each.summary())});
  }
  return table;
}

Table FindingTable(const st::BaseInspection& inspection) {
  Table table({{In("问题", "Finding")},
               {In("程度", "Severity")},
               {In("内容", "What"), false, 60},
               {In("客服", "Agent")},
               {In("期限", "Due")},
               {In("状态", "State")},
               {In("最近跟进", "Last follow-up"), false, 60}});
  for (const st::InspectionFinding& each : inspection.findings()) {
    table.Add({Printable(each.finding_id()),
               EnumLabel(st::FindingSeverity_descriptor(), each.severity()),
               Printable(each.text()),
               Printable(each.agent_id()),
               {DayText(each.due_date()), each.has_escalate_time() ? Colour::kRed : Colour::kNone},
               EnumLabel(st::FindingState_descriptor(), each.state()),
               each.follow_ups().empty() ? "" : Printable(each.follow_ups().rbegin()->text())});
  }
  return table;
}

Table ComplaintTable(const st::ListBaseComplaintsResponse& complaints) {
  Table table({{In("投诉", "Complaint")},
               {In("投诉方", "Side")},
               {In("要求", "Demand")},
               {In("内容", "What"), false, 60},
               {In("状态", "State")},
               {In("期限", "Due")},
               {In("决定", "Decision"), false, 60}});
  for (const st::BaseComplaint& each : complaints.complaints()) {
    table.Add({Printable(each.complaint_id()),
               EnumLabel(st::ContractSide_descriptor(), each.side()),
               EnumLabel(st::BreachDemand_descriptor(), each.demand()),
               Printable(each.text()),
               EnumLabel(st::BaseComplaintState_descriptor(), each.state()),
               {each.has_due_date() ? DayText(each.due_date()) : "",
                each.has_escalate_time() ? Colour::kRed : Colour::kNone},
               Printable(each.decision())});
  }
  return table;
}

Table TrialTable(const st::Trial& trial) {
  Table table({{In("试用期至", "Trial until")},
               {In("决定", "Decision")},
               {In("违约", "Breaches"), true},
               {In("未关闭问题", "Open findings"), true},
               {In("商家投诉", "Complaints"), true}});
  const std::string decision = EnumLabel(st::TrialDecision_descriptor(), trial.decision());
  table.Add({DayText(trial.last_date()), decision.empty() ? In("未决定", "undecided") : decision,
             Count(trial.breaches()), Count(trial.open_findings()), Count(trial.complaints())});
  return table;
}

Table ReportTable(const st::ListBaseReportsResponse& reports) {
  Table table({{In("报告", "Report")},
               {In("期间", "Period")},
               {In("未达标", "Missed"), true},
               {In("违约", "Breaches"), true},
               {In("检查", "Inspections"), true},
               {In("逾期问题", "Overdue findings"), true},
               {In("投诉", "Complaints"), true},
               {In("账单", "Invoice"), true},
               {In("数据", "Figures")}});
  for (const st::BaseReport& each : reports.reports()) {
    const auto missed =
        std::ranges::count(each.levels(), st::LEVEL_JUDGEMENT_MISSED,
                           [](const st::LevelResult& level) { return level.judgement(); });
    table.Add({EnumLabel(st::BaseReportKind_descriptor(), each.kind()), DaysText(each.period()),
               Count(missed), Count(each.breaches_size()), Count(each.inspections_size()),
               Count(each.overdue_findings()), Count(each.complaints_size()),
               each.has_invoice() ? ShownMoney(each.invoice().total()) : "",
               each.complete() ? In("齐全", "complete") : In("不全", "missing")});
  }
  return table;
}

}  // namespace kefu::bases
