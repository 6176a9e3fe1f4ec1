// The templates that ship (DOMAIN 2.3 and 6).
#include <map>
#include <string>
#include <utility>

#include "services/staffing/domain/checklists/checklist.h"

namespace kefu::staffing::checklists {
namespace {

// What is done is the handbook's; within how many days it does not say: a week to come or to go,
// and four to launch a team, are this suite's own defaults.
constexpr int32_t kWeek = 7, kLaunch = 28;

constexpr bool kEvidence = true;

// Before or on the last day, so that nobody has to be called back for it.
constexpr int32_t kLastDay = 0;
Template Leaving() {
  return {.id = "leaving",
          .display_name = "离职清单",
          .items = {{"handover", "交接未了事项与在办工单", kEvidence, kLastDay},
                    {.id = "supplies",
                     .text = "归还办公用品",
                     .due_days = kLastDay,
                     .check = Check::kSuppliesReturned},
                    {"exit_talk", "离职面谈并记录原因", false, kLastDay},
                    {"accounts", "收回聊天工具、后台与呼叫系统账号", false, kLastDay},
                    {"settlement", "结清考勤、奖惩与工资"},
                    {"papers", "出具离职证明，整理人事档案", kEvidence}},
          .due_days = kWeek,
          .start = Start::kEndOfEmployment};
}

Template Onboarding() {
  return {.id = "onboarding",
          .display_name = "入职清单",
          .items = {{"contract", "签订劳动合同，建立人事档案", kEvidence, 0},
                    {"accounts", "开通聊天工具与后台账号", false, 0},
                    {"supplies", "领取办公用品，安排工位", false, 0},
                    {"mentor", "指定带教人", false, 0},
                    {.id = "rules",
                     .text = "阅读并确认工作守则",
                     .due_days = 2,
                     .by_subject = true,
                     .check = Check::kRulesAcknowledged},
                    {.id = "products", .text = "学习商品知识", .by_subject = true},
                    {.id = "order_process", .text = "学习下单与售后流程", .by_subject = true},
                    {"practice", "在带教下接待并点评聊天记录", kEvidence}},
          .due_days = kWeek,
          .start = Start::kHire};
}

// The script is the hardest: it keeps the team alive, and is drafted early to be tried and revised.
Template NewTeam() {
  return {.id = "new_team",
          .display_name = "从零新建客服团队",
          .items = {{"process_map", "画出业务流程图", kEvidence, 7},
                    {"data_lists", "整理资料清单：商品、活动、售后政策、常见问题", kEvidence, 7},
                    {"field_design", "设计登记字段：客户、工单、跟进结果", kEvidence, 10},
                    {"scripts", "编写话术脚本初稿（最难的一步，团队靠它存活）", kEvidence, 14},
                    {"recruit_and_train", "招聘与培训", false, 21},
                    {"call_system", "开通呼叫系统与线路并试呼", false, 21},
                    {"performance_plan", "制定绩效方案", kEvidence, 21},
                    {"scripts_revised", "试用脚本，按实际对话修订", kEvidence}},
          .due_days = kLaunch};
}

Template ShopManagerDaily() {
  return {.id = "shop_manager_daily",
          .display_name = "店长每日工作",
          .items = {{"yesterday", "查看昨日数据"},
                    {"reviews", "回复评价与问答"},
                    {"chats", "抽查聊天记录"},
                    {"promotion", "检查付费推广"},
                    {"campaigns", "检查活动"},
                    {"stock", "检查库存"}}};
}

Template DeskDuty() {
  return {.id = "desk_duty",
          .display_name = "工位与卫生值日",
          .items = {{"desks", "工位整洁，桌椅归位"},
                    {"floor", "清扫地面，清理垃圾"},
                    {"shared", "整理公共区域与茶水间"},
                    {"power", "下班关闭设备电源与门窗"}}};
}

// By id.
const std::vector<Template>& Shipped() {
  static const auto& templates = *new std::vector<Template>{DeskDuty(), Leaving(), NewTeam(),
                                                            Onboarding(), ShopManagerDaily()};
  return templates;
}

}  // namespace

std::span<const Template> ShippedTemplates() { return Shipped(); }

std::vector<Template> TemplatesInForce(std::span<const Template> own) {
  std::map<std::string, Template> by_id;
  for (Template each : Shipped()) {
    each.shipped = true;
    by_id[each.id] = std::move(each);
  }
  for (const Template& each : own) by_id[each.id] = each;
  std::vector<Template> result;
  for (auto& [id, each] : by_id) result.push_back(std::move(each));
  return result;
}

}  // namespace kefu::staffing::checklists
