#include "clients/kefuctl/processes/render.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/values.h"
#include "clients/kefuctl/words.h"
#include "kefu/aftersales/v1/returns.pb.h"

namespace kefu::processes {
namespace {

namespace v1 = aftersales::v1;
using kefuctl::Cell;
using kefuctl::Colour;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::ShownTime;
using kefuctl::Table;

constexpr int kWide = 100;
constexpr int kFact = 400;  // goods that are cut are not known

Cell StateCell(v1::ProcessState state) {
  const Colour colour = state == v1::PROCESS_STATE_STUCK  ? Colour::kRed
                        : state == v1::PROCESS_STATE_DONE ? Colour::kGreen
                                                          : Colour::kNone;
  return {EnumLabel(v1::ProcessState_descriptor(), state), colour};
}

// Steps and what is done and waited for stand in docs/processes.md by these names.
std::string StepLabel(const std::string& step) {
  static constexpr std::pair<std::string_view, std::string_view> kSteps[] = {
      {"LOCATE_RETURN", "确定退货仓"},
      {"EXPECT_RETURN", "通知仓库收退货"},
      {"AWAIT_GOODS", "等退货验收"},
      {"GOODS_INSPECTED", "退货验收"},
      {"JUDGE_GOODS", "判定退货"},
      {"RESERVE", "预留库存"},
      {"RESERVE_AGAIN", "重新预留库存"},
      {"CONFIRM", "确认发货"},
      {"AWAIT_SHIPMENT", "等发货"},
      {"GOODS_SHIPPED", "发货"},
      {"REQUEST_REFUND", "计算退款"},
      {"REQUEST_DIFFERENCE", "计算应退差价"},
      {"REQUEST_COLLECTION", "计算应收差价"},
      {"REQUEST_REPAYMENT", "计算退回差价"},
      {"REQUEST_ADVANCE", "计算先行赔付"},
      {"REQUEST_CHARGE", "计算向商家收取"},
      {"REQUEST_COMPENSATION", "计算赔付"},
      {"PAY", "付款"},
      {"REPAY", "退回差价"},
      {"COLLECT", "收差价"},
      {"CHARGE", "向商家收取"},
      {"PAY_REFUND", "付退款"},
      {"PAY_ADVANCE", "付先行赔付"},
      {"PAY_COMPENSATION", "付赔付"},
      {"REPORT_REFUND", "冲减业绩"},
      {"RECORD_CONDUCT", "记入奖惩台账"},
      {"CANCEL_RETURN", "取消退货"},
      {"RELEASE", "释放库存"},
      {"WITHDRAW_PAYMENT", "撤回付款"},
      {"END", "结束"}};
  for (const auto& [name, zh] : kSteps) {
    if (name == step) return In(zh, step);
  }
  return step;
}

std::string LinesOf(const google::protobuf::RepeatedPtrField<v1::ProcessLine>& lines) {
  std::string text;
  for (const v1::ProcessLine& line : lines) {
    text += fmt::format("{}{} × {}", text.empty() ? "" : ", ", line.sku(), line.quantity());
  }
  return text;
}

std::string ReturnedOf(const v1::ProcessFacts& facts) {
  std::string text;
  for (const v1::ProcessLine& line : facts.returned_lines()) {
    text += fmt::format(fmt::runtime(In("{}{}：应到 {}，收到 {}，完好 {}{}",
                                        "{}{}: {} due, {} received, {} intact{}")),
                        text.empty() ? "" : "; ", line.sku(), line.quantity(),
                        line.received_quantity(), line.intact_quantity(),
                        line.sent_wrongly() ? In("，仓库发错", ", sent wrongly") : "");
  }
  return text;
}

std::string FaultsOf(const v1::ProcessFacts& facts) {
  std::string text;
  for (const int fault : facts.merchant_faults()) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ",
                        EnumLabel(v1::MerchantFault_descriptor(), fault));
  }
  return text;
}

std::string MoneyOf(bool known, const kefu::common::v1::Money& money) {
  return known ? kefuctl::ShownMoney(money) : "";
}

Table Fields() { return Table({{In("项", "Field")}, {In("内容", "Value"), false, kFact}}); }

class Rows {
 public:
  explicit Rows(Table& table) : table_(table) {}
  // Nothing for no value.
  void Add(std::string_view zh, std::string_view en, const std::string& value) {
    if (!value.empty()) table_.Add({In(zh, en), value});
  }

 private:
  Table& table_;
};

}  // namespace

Table ProcessTable(const v1::ListProcessesResponse& list, absl::TimeZone zone) {
  Table table({{In("流程", "Process")},
               {In("售后单", "Case")},
               {In("类型", "Kind")},
               {In("状态", "State")},
               {In("步骤", "Step")},
               {In("等待", "Awaits")},
               {In("更新", "Updated")},
               {In("原因", "Why"), false, kWide}});
  for (const v1::Process& one : list.processes()) {
    table.Add({one.process_id(), one.case_id(), EnumLabel(v1::ProcessKind_descriptor(), one.kind()),
               StateCell(one.state()), StepLabel(one.step()), StepLabel(one.awaits()),
               ShownTime(one.update_time(), zone),
               kefuctl::Explained(one.error_reason(), one.error_text())});
  }
  return table;
}

Table FactTable(const v1::Process& process, absl::TimeZone zone) {
  const v1::ProcessFacts& facts = process.facts();
  Table table = Fields();
  Rows rows(table);
  rows.Add("流程", "Process", process.process_id());
  rows.Add("售后单", "Case", process.case_id());
  rows.Add("订单", "Order", process.order_id());
  rows.Add("类型", "Kind", EnumLabel(v1::ProcessKind_descriptor(), process.kind()));
  rows.Add("状态", "State", EnumLabel(v1::ProcessState_descriptor(), process.state()));
  rows.Add("步骤", "Step", StepLabel(process.step()));
  rows.Add("等待", "Awaits", StepLabel(process.awaits()));
  if (process.has_next_time())
    rows.Add("下次尝试", "Next try", ShownTime(process.next_time(), zone));
  if (process.cancelling()) rows.Add("取消", "Cancelling", In("是", "yes"));
  rows.Add("原因", "Why", kefuctl::Explained(process.error_reason(), process.error_text()));
  rows.Add("商品", "Goods", LinesOf(facts.lines()));
  rows.Add("验收", "Came back", ReturnedOf(facts));
  rows.Add("发出", "Sent", LinesOf(facts.sent_lines()));
  rows.Add("审核限额", "Limit", MoneyOf(facts.has_limit(), facts.limit()));
  rows.Add("差价", "Price difference",
           MoneyOf(facts.has_price_difference(), facts.price_difference()));
  rows.Add("首程运费", "First freight",
           EnumLabel(v1::FreightPayer_descriptor(), facts.outbound_freight()));
  rows.Add("退货运费", "Return freight",
           EnumLabel(v1::FreightPayer_descriptor(), facts.return_freight()));
  rows.Add("商家过错", "Merchant's fault", FaultsOf(facts));
  rows.Add("仓库", "Node", facts.node_id());
  rows.Add("退货单", "Return", facts.return_id());
  rows.Add("预留单", "Reservation", facts.reservation_id());
  rows.Add("付款", "Payment", facts.payment_id());
  rows.Add("客服", "Agent", facts.agent_id());
  rows.Add("奖惩类型", "Conduct", facts.conduct_kind_id());
  rows.Add("撤销原因", "Undone because",
           kefuctl::Explained(facts.undo_reason(), facts.undo_text()));
  rows.Add("开始", "Began", ShownTime(process.create_time(), zone));
  rows.Add("更新", "Updated", ShownTime(process.update_time(), zone));
  rows.Add("版本", "Etag", process.etag());
  return table;
}

Table EntryTable(const v1::Process& process, absl::TimeZone zone) {
  Table table({{In("时间", "Time")},
               {In("步骤", "Step")},
               {In("动作", "Action")},
               {In("结果", "Outcome")},
               {In("之后", "Then")},
               {In("谁", "Who"), false, 32},
               {In("凭据", "Reference"), false, 32},
               {In("说明", "Why"), false, kWide}});
  for (const v1::ProcessEntry& one : process.entries()) {
    table.Add({ShownTime(one.create_time(), zone), StepLabel(one.step()), StepLabel(one.action()),
               one.outcome(), StateCell(one.state()), one.actor(), one.reference(),
               kefuctl::Explained(one.error_reason(), one.error_text())});
  }
  return table;
}

Table PaymentTable(const v1::ListPaymentsResponse& list, absl::TimeZone zone) {
  Table table({{In("付款", "Payment")},
               {In("售后单", "Case")},
               {In("订单", "Order"), false, 24},
               {In("用途", "Purpose")},
               {In("金额", "Amount"), true},
               {In("状态", "State")},
               {In("申请", "Requested")},
               {In("付出", "Paid")},
               {In("说明", "Why"), false, kWide}});
  for (const v1::Payment& one : list.payments()) {
    table.Add(
        {one.payment_id(), one.case_id(), one.order_id(),
         EnumLabel(v1::PaymentPurpose_descriptor(), one.purpose()),
         kefuctl::ShownMoney(one.amount()), EnumLabel(v1::PaymentState_descriptor(), one.state()),
         ShownTime(one.create_time(), zone),
         one.has_pay_time() ? ShownTime(one.pay_time(), zone) : "",
         one.error_reason().empty() ? one.explanation()
                                    : kefuctl::Explained(one.error_reason(), one.explanation())});
  }
  return table;
}

Table PlanTable(const v1::CasePlan& plan) {
  Table table = Fields();
  Rows rows(table);
  rows.Add("售后单", "Case", plan.case_id());
  rows.Add("发出", "Sent", LinesOf(plan.sent_lines()));
  rows.Add("差价", "Price difference",
           MoneyOf(plan.has_price_difference(), plan.price_difference()));
  rows.Add("涉及客服", "Agent concerned", plan.conduct_agent_id());
  rows.Add("发往地区", "Sent to", plan.region_code());
  return table;
}

Table PolicyTable(const v1::FlowPolicy& policy) {
  const auto seconds = [](int32_t count) { return absl::FormatDuration(absl::Seconds(count)); };
  Table table = Fields();
  Rows rows(table);
  rows.Add("店铺", "Shop", policy.shop_id().empty() ? In("全部", "all") : policy.shop_id());
  rows.Add("版本", "Version", fmt::format("{} {}", policy.policy_id(), policy.version()));
  rows.Add("退货仓", "Goods come back to",
           policy.return_node_id().empty()
               ? In("未设；只能退回发货仓", "not set; only to where the order was sent from")
               : policy.return_node_id());
  rows.Add("等退货", "Returns are waited for",
           policy.return_wait_days() == 0
               ? In("不限", "without end")
               : fmt::format(fmt::runtime(In("{} 天", "{} days")), policy.return_wait_days()));
  rows.Add("少件", "Missing goods",
           EnumLabel(v1::GoodsFaultAction_descriptor(), policy.missing_goods()));
  rows.Add("破损", "Damaged goods",
           EnumLabel(v1::GoodsFaultAction_descriptor(), policy.damaged_goods()));
  rows.Add("投诉成立记为", "Upheld complaint is",
           policy.complaint_conduct_kind_id().empty() ? In("不记", "not recorded")
                                                      : policy.complaint_conduct_kind_id());
  rows.Add("超时记为", "Missed deadline is",
           policy.breach_conduct_kind_id().empty() ? In("不记", "not recorded")
                                                   : policy.breach_conduct_kind_id());
  rows.Add("尝试次数", "Attempts", fmt::format("{}", policy.max_attempts()));
  rows.Add("间隔", "Pauses",
           fmt::format("{} – {}", seconds(policy.backoff_min_seconds()),
                       seconds(policy.backoff_max_seconds())));
  rows.Add("预留保留", "Goods are held", seconds(policy.reservation_ttl_seconds()));
  return table;
}

}  // namespace kefu::processes
