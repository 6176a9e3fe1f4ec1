#include "clients/kefuctl/cases/render.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "clients/kefuctl/cases/choice_words.h"
#include "clients/kefuctl/cases/rule_words.h"
#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/values.h"
#include "clients/kefuctl/words.h"
#include "kefu/aftersales/v1/processes.pb.h"

namespace kefu::cases {
namespace {

namespace v1 = aftersales::v1;
using kefuctl::Cell;
using kefuctl::Colour;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::ShownTime;
using kefuctl::Table;

constexpr absl::Duration kSoon = absl::Hours(1);
constexpr int kWide = 100;
constexpr int kRule = 400;  // a rule that is cut explains nothing

// "2:05", "-0:45": hours and minutes left.
Cell Left(const google::protobuf::Timestamp& due, absl::Time now) {
  const absl::Duration left = kefuctl::TimeOf(due) - now;
  const int64_t minutes = absl::ToInt64Minutes(left < absl::ZeroDuration() ? -left : left);
  const bool over = left < absl::ZeroDuration();
  const std::string text = fmt::format("{}{}:{:02}", over ? "-" : "", minutes / 60, minutes % 60);
  return {text, over ? Colour::kRed : left < kSoon ? Colour::kYellow : Colour::kNone};
}

Colour ColourOf(v1::ClockState state) {
  if (state == v1::CLOCK_STATE_BREACHED) return Colour::kRed;
  return state == v1::CLOCK_STATE_MET ? Colour::kGreen : Colour::kNone;
}

// "S-1 × 2 (clothing)".
std::string LineText(const v1::CaseLine& line) {
  return fmt::format("{} × {}{}", line.sku(), line.quantity(),
                     line.category().empty() ? "" : fmt::format(" ({})", line.category()));
}

// "approved, 12.50 CNY, by anna: pending: torn".
std::string ProposalText(const v1::ReviewProposal& proposal) {
  std::string text = EnumLabel(v1::ReviewResult_descriptor(), proposal.result());
  if (proposal.has_cost()) text += fmt::format(", {}", kefuctl::ShownMoney(proposal.cost()));
  return fmt::format("{}, {}: {}: {}", text, proposal.proposer(),
                     EnumLabel(v1::ProposalState_descriptor(), proposal.state()), proposal.note());
}

// "buyer: it was not worn; overturned: approved".
std::string AppealText(const v1::Appeal& appeal) {
  std::string text = fmt::format("{}: {}", EnumLabel(v1::AppealParty_descriptor(), appeal.party()),
                                 appeal.reason());
  if (appeal.outcome() == v1::APPEAL_OUTCOME_UNSPECIFIED) return text;
  text += fmt::format("; {}", EnumLabel(v1::AppealOutcome_descriptor(), appeal.outcome()));
  if (appeal.new_result() == v1::REVIEW_RESULT_UNSPECIFIED) return text;
  return text + ": " + EnumLabel(v1::ReviewResult_descriptor(), appeal.new_result());
}

// The verbs of a case's history, as people say them.
std::string VerbLabel(const std::string& verb) {
  static constexpr std::pair<std::string_view, std::string_view> kVerbs[] = {
      {"OpenCase", "开单"},
      {"RespondToCase", "答复"},
      {"RecordCustomerMessage", "客户来言"},
      {"ReviewCase", "审核"},
      {"ResumeCase", "恢复处理"},
      {"ProposeReview", "提请审批"},
      {"ApproveReview", "批准"},
      {"RejectProposal", "驳回审批"},
      {"WithdrawProposal", "撤回审批"},
      {"EscalateCase", "升级"},
      {"LowerEscalation", "降级"},
      {"AppealCase", "申诉"},
      {"DecideAppeal", "申诉裁定"},
      {"ReopenCase", "重开"},
      {"CloseCase", "关闭"},
      {"UpdateCase", "更正"},
      {"AddCaseComment", "备注"},
      {"AttachEvidence", "添加凭证"},
      {"LinkCases", "关联"},
      {"UnlinkCases", "取消关联"},
      {"MergeCases", "合并"},
      {"EvaluateReturn", "退货判定"},
      {"SetCasePlan", "处理方案"},
      {"SettleStep", "另行了结"},
      {"AssignCase", "分派"},
      {"DeadlineBreached", "超时"},
      {"DeadlineEscalated", "超时上报"},
      {"DeadlinesRecomputed", "重算时限"}};
  for (const auto& [name, zh] : kVerbs) {
    if (name == verb) return In(zh, verb);
  }
  return verb;
}

// The text with its words that are names of the enumeration, without prefix, as people read them.
std::string Worded(const google::protobuf::EnumDescriptor* type, std::string_view prefix,
                   const std::string& text) {
  std::string worded;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && ((text[end] >= 'A' && text[end] <= 'Z') || text[end] == '_')) ++end;
    const std::string word = text.substr(at, end - at);
    const auto* value = word.empty() ? nullptr : type->FindValueByName(std::string(prefix) + word);
    worded += value == nullptr ? word : EnumLabel(type, value->number());
    if (end == at) worded += text[end++];
    at = end;
  }
  return worded;
}

// "CHOSEN 1, MORE_LOAD 2" of an assignment.
std::string ReasonOf(const std::string& text) {
  if (text == "no candidates") return In("没有候选人", text);
  if (text == "claimed") return In("自行领取", text);
  return Worded(v1::AssignmentVerdict_descriptor(), "ASSIGNMENT_VERDICT_", text);
}

// What a person has settled otherwise, and what nobody knows, stands in fields.
std::string NoteOfChange(const v1::CaseFieldChange& change) {
  if (change.field() == "plan.conduct_agent_id" && change.new_value() == "UNKNOWN") {
    return In("不知投诉的是哪位客服，未记奖惩，请指明",
              "nobody knows whom it concerns: no conduct event until somebody is named");
  }
  if (change.field() == "breach_owner" && change.new_value() == "NOBODY") {
    return In("从未有人负责", "nobody ever had it");
  }
  constexpr std::string_view kStep = "process.";
  if (!change.field().starts_with(kStep)) return "";
  return fmt::format(
      "{}: {}", change.field().substr(kStep.size()),
      Worded(v1::StepSettlement_descriptor(), "STEP_SETTLEMENT_", change.new_value()));
}

// Of deadlines the service names the clocks, and whom they are told to as it names levels.
std::string OwnNoteOf(const v1::CaseActivity& one) {
  if (one.verb().starts_with("Deadline")) {
    return Worded(v1::EscalationLevel_descriptor(), "ESCALATION_LEVEL_",
                  Worded(v1::ClockKind_descriptor(), "CLOCK_KIND_", one.note()));
  }
  return one.verb() == "AssignCase" ? ReasonOf(one.note()) : one.note();
}

std::string NoteOf(const v1::CaseActivity& one) {
  const std::string note = OwnNoteOf(one);
  for (const v1::CaseFieldChange& change : one.changes()) {
    const std::string told = NoteOfChange(change);
    if (!told.empty()) return note.empty() ? told : fmt::format("{} ({})", note, told);
  }
  return note;
}

// Why a stretch counts or not; what it is called follows the service's words after a colon.
std::string WhyOf(const v1::DeadlineSegment& segment) {
  const std::string label = EnumLabel(v1::SegmentReason_descriptor(), segment.reason());
  if (label.empty()) return segment.note();
  const size_t colon = segment.note().find(": ");
  if (colon == std::string::npos) return In(label, segment.note());
  return In(label + "：" + segment.note().substr(colon + 2), segment.note());
}

}  // namespace

Table CaseTable(const v1::Case& record, absl::TimeZone zone) {
  Table table({{In("项", "Field")}, {In("内容", "Value"), false, kWide}});
  const auto add = [&](std::string_view zh, std::string_view en, const std::string& value) {
    if (!value.empty()) table.Add({In(zh, en), value});
  };
  add("售后单", "Case", record.case_id());
  add("类型", "Kind", EnumLabel(v1::CaseKind_descriptor(), record.kind()));
  add("状态", "State", EnumLabel(v1::CaseState_descriptor(), record.state()));
  add("审核结果", "Result", EnumLabel(v1::ReviewResult_descriptor(), record.result()));
  add("优先级", "Priority", EnumLabel(v1::CasePriority_descriptor(), record.priority()));
  add("渠道", "Channel", EnumLabel(v1::CaseChannel_descriptor(), record.channel()));
  add("平台编号", "Platform's number", record.external_id());
  add("订单", "Order", record.order_id());
  add("运单", "Waybill", record.waybill());
  add("买家", "Buyer", record.customer_id());
  for (const v1::CaseLine& line : record.lines()) add("商品", "Goods", LineText(line));
  add("问题", "Problem", record.problem());
  add("诉求", "Demand", record.demand());
  add("语言", "Language", record.language());
  for (const std::string& promise : record.promised_actions()) {
    add("承诺", "Promised", promise);
  }
  add("处理人", "Agent", record.assignee_agent_id());
  if (record.escalation_level() > v1::ESCALATION_LEVEL_AGENT) {
    add("升级至", "Escalated to",
        EnumLabel(v1::EscalationLevel_descriptor(), record.escalation_level()));
  }
  if (record.has_proposal()) add("提请", "Proposal", ProposalText(record.proposal()));
  for (const v1::Appeal& appeal : record.appeals()) add("申诉", "Appeal", AppealText(appeal));
  add("并入", "Merged into", record.merged_into_case_id());
  for (const std::string& merged : record.merged_case_ids()) add("并入的单", "Merged", merged);
  add("收到", "Received", ShownTime(record.receive_time(), zone));
  add("更新", "Updated", ShownTime(record.update_time(), zone));
  return table;
}

Table ClockTable(const v1::Case& record, absl::TimeZone zone, absl::Time now) {
  Table table({{In("时限", "Clock")},
               {In("状态", "State")},
               {In("截止", "Due")},
               {In("剩余", "Left"), true},
               {In("完成", "Met")},
               {In("超时责任人", "Breached by"), false, 40},
               {In("规则", "Rule")}});
  for (const v1::Clock& clock : record.clocks()) {
    const bool nobodys = clock.has_breach_time() && clock.breach_owner().empty();
    const bool runs = clock.state() == v1::CLOCK_STATE_RUNNING && clock.has_due_time();
    table.Add({EnumLabel(v1::ClockKind_descriptor(), clock.kind()),
               Cell(EnumLabel(v1::ClockState_descriptor(), clock.state()), ColourOf(clock.state())),
               clock.has_due_time() ? ShownTime(clock.due_time(), zone) : "",
               runs ? Left(clock.due_time(), now) : Cell(),
               clock.has_met_time() ? ShownTime(clock.met_time(), zone) : "",
               nobodys ? In("无人负责", "nobody") : clock.breach_owner(),
               fmt::format("{} {}", clock.policy_id(), clock.policy_version())});
  }
  return table;
}

Table TimelineTable(const v1::ListCaseActivitiesResponse& list, absl::TimeZone zone) {
  Table table({{In("时间", "Time")},
               {In("动作", "What")},
               {In("之后", "Then")},
               {In("谁", "Who"), false, 32},
               {In("说明", "Note"), false, kWide}});
  for (const v1::CaseActivity& one : list.activities()) {
    table.Add({ShownTime(one.create_time(), zone), VerbLabel(one.verb()),
               EnumLabel(v1::CaseState_descriptor(), one.to_state()), one.actor(), NoteOf(one)});
  }
  return table;
}

Table CommentTable(const v1::ListCaseCommentsResponse& list, absl::TimeZone zone) {
  Table table({{In("时间", "Time")},
               {In("谁", "Who"), false, 32},
               {In("可见", "For")},
               {In("内容", "Comment"), false, kWide}});
  for (const v1::CaseComment& one : list.comments()) {
    table.Add({ShownTime(one.create_time(), zone), one.author(),
               EnumLabel(v1::CommentVisibility_descriptor(), one.visibility()), one.text()});
  }
  return table;
}

Table SegmentTable(const v1::ExplainDeadlineResponse& response, absl::TimeZone zone) {
  Table table({{In("时限", "Clock")},
               {In("从", "From")},
               {In("到", "To")},
               {In("计入", "Counts")},
               {In("说明", "Why"), false, kRule}});
  for (const v1::ClockExplanation& clock : response.clocks()) {
    const std::string name = EnumLabel(v1::ClockKind_descriptor(), clock.clock().kind());
    table.Add({name, ShownTime(clock.clock().start_time(), zone),
               clock.clock().has_due_time() ? ShownTime(clock.clock().due_time(), zone) : "", "",
               RuleInWords(clock)});
    for (const v1::DeadlineSegment& segment : clock.segments()) {
      table.Add({"", ShownTime(segment.start_time(), zone), ShownTime(segment.end_time(), zone),
                 Cell(segment.counted() ? In("是", "yes") : In("否", "no"),
                      segment.counted() ? Colour::kNone : Colour::kDim),
                 WhyOf(segment)});
    }
  }
  return table;
}

Table UnassignedTable(const v1::ListUnassignedCasesResponse& list, absl::TimeZone zone,
                      absl::Time now) {
  Table table({{In("截止", "Due")},
               {In("剩余", "Left"), true},
               {In("售后单", "Case")},
               {In("类型", "Kind")},
               {In("优先级", "Priority")},
               {In("无人处理自", "Nobody since")},
               {In("原因", "Why"), false, 60},
               {In("问题", "Problem"), false, 40}});
  for (const v1::UnassignedCase& row : list.cases()) {
    const v1::Case& record = row.case_();
    table.Add({record.has_due_time() ? ShownTime(record.due_time(), zone) : "",
               record.has_due_time() ? Left(record.due_time(), now) : Cell(), record.case_id(),
               EnumLabel(v1::CaseKind_descriptor(), record.kind()),
               EnumLabel(v1::CasePriority_descriptor(), record.priority()),
               ShownTime(row.since_time(), zone),
               row.reason().empty() ? In("尚未分派", "not tried yet") : ReasonOf(row.reason()),
               record.problem()});
  }
  return table;
}

Table CandidateTable(const v1::AssignmentDecision& decision) {
  Table table({{In("客服", "Agent"), false, 48},
               {In("基地", "Base"), false, 32},
               {In("结论", "Verdict")},
               {In("细节", "Detail"), false, 60},
               {In("在办", "Open"), true},
               {In("负荷", "Load"), true},
               {In("上次轮到", "Last turn"), true}});
  for (const v1::AssignmentCandidate& one : decision.candidates()) {
    const bool chosen = one.verdict() == v1::ASSIGNMENT_VERDICT_CHOSEN;
    table.Add({one.agent_id(), one.base_id(),
               Cell(EnumLabel(v1::AssignmentVerdict_descriptor(), one.verdict()),
                    chosen ? Colour::kGreen : Colour::kNone),
               VerdictDetail(one.verdict(), one.detail()), std::to_string(one.open_cases()),
               std::to_string(one.load()), std::to_string(one.last_turn())});
  }
  return table;
}

Table DecisionTable(const v1::ExplainAssignmentResponse& response, absl::TimeZone zone) {
  Table table({{In("时间", "Time")},
               {In("从", "From"), false, 48},
               {In("到", "To"), false, 48},
               {In("方式", "How")},
               {In("谁决定", "Who"), false, 32},
               {In("理由", "Why"), false, 60},
               {In("规则版本", "Rules"), true}});
  for (const v1::AssignmentDecision& one : response.decisions()) {
    table.Add({ShownTime(one.create_time(), zone), one.previous_agent_id(), one.agent_id(),
               EnumLabel(v1::AssignmentCause_descriptor(), one.cause()), one.actor(),
               ReasonOf(one.reason()), std::to_string(one.policy_version())});
  }
  return table;
}

std::string SummaryOf(const v1::AssignmentDecision& decision) {
  return ReasonOf(decision.reason());
}

}  // namespace kefu::cases
