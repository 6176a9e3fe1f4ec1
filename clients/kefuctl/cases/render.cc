#include "clients/kefuctl/cases/render.h"

#include <fmt/format.h>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/values.h"
#include "clients/kefuctl/words.h"

namespace kefu::cases {
namespace {

namespace v1 = aftersales::v1;
using kefuctl::Cell;
using kefuctl::Colour;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Table;

constexpr absl::Duration kSoon = absl::Hours(1);
constexpr int kWide = 100;

std::string Shown(const google::protobuf::Timestamp& time, absl::TimeZone zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", kefuctl::TimeOf(time), zone);
}

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

std::string Lines(const v1::Case& record) {
  std::string text;
  for (const v1::CaseLine& line : record.lines()) {
    text += fmt::format("{}{} × {}{}", text.empty() ? "" : ", ", line.sku(), line.quantity(),
                        line.category().empty() ? "" : fmt::format(" ({})", line.category()));
  }
  return text;
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
  add("商品", "Goods", Lines(record));
  add("问题", "Problem", record.problem());
  add("诉求", "Demand", record.demand());
  for (const std::string& promise : record.promised_actions()) {
    add("承诺", "Promised", promise);
  }
  add("处理人", "Agent", record.assignee_agent_id());
  add("收到", "Received", Shown(record.receive_time(), zone));
  add("更新", "Updated", Shown(record.update_time(), zone));
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
    const bool runs = clock.state() == v1::CLOCK_STATE_RUNNING && clock.has_due_time();
    table.Add({EnumLabel(v1::ClockKind_descriptor(), clock.kind()),
               Cell(EnumLabel(v1::ClockState_descriptor(), clock.state()), ColourOf(clock.state())),
               clock.has_due_time() ? Shown(clock.due_time(), zone) : "",
               runs ? Left(clock.due_time(), now) : Cell(),
               clock.has_met_time() ? Shown(clock.met_time(), zone) : "", clock.breach_owner(),
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
    table.Add({Shown(one.create_time(), zone), one.verb(),
               EnumLabel(v1::CaseState_descriptor(), one.to_state()), one.actor(), one.note()});
  }
  return table;
}

Table SegmentTable(const v1::ExplainDeadlineResponse& response, absl::TimeZone zone) {
  Table table({{In("时限", "Clock")},
               {In("从", "From")},
               {In("到", "To")},
               {In("计入", "Counts")},
               {In("说明", "Why"), false, kWide}});
  for (const v1::ClockExplanation& clock : response.clocks()) {
    const std::string name = EnumLabel(v1::ClockKind_descriptor(), clock.clock().kind());
    table.Add({name, Shown(clock.clock().start_time(), zone),
               clock.clock().has_due_time() ? Shown(clock.clock().due_time(), zone) : "", "",
               clock.rule()});
    for (const v1::DeadlineSegment& segment : clock.segments()) {
      table.Add({"", Shown(segment.start_time(), zone), Shown(segment.end_time(), zone),
                 Cell(segment.counted() ? In("是", "yes") : In("否", "no"),
                      segment.counted() ? Colour::kNone : Colour::kDim),
                 segment.note()});
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
    table.Add(
        {record.has_due_time() ? Shown(record.due_time(), zone) : "",
         record.has_due_time() ? Left(record.due_time(), now) : Cell(), record.case_id(),
         EnumLabel(v1::CaseKind_descriptor(), record.kind()),
         EnumLabel(v1::CasePriority_descriptor(), record.priority()), Shown(row.since_time(), zone),
         row.reason().empty() ? In("尚未分派", "not tried yet") : row.reason(), record.problem()});
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
               one.detail(), std::to_string(one.open_cases()), std::to_string(one.load()),
               std::to_string(one.last_turn())});
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
    table.Add({Shown(one.create_time(), zone), one.previous_agent_id(), one.agent_id(),
               EnumLabel(v1::AssignmentCause_descriptor(), one.cause()), one.actor(), one.reason(),
               std::to_string(one.policy_version())});
  }
  return table;
}

}  // namespace kefu::cases
