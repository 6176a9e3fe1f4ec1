#include "clients/kefuctl/i18n.h"

#include <algorithm>
#include <array>
#include <map>

#include "clients/kefuctl/after_sales_names.h"
#include "common/status/error.h"

namespace kefu::kefuctl {
namespace {

struct Entry {
  std::string_view zh, en;
};

constexpr std::array<Entry, static_cast<size_t>(Text::kCount)> kTexts{{
#define KEFUCTL_TEXT(name, zh, en) {zh, en},
#include "clients/kefuctl/texts.def"
#undef KEFUCTL_TEXT
}};

Language g_language = Language::kEnglish;

// English names come from the enum values themselves.
const std::map<std::string_view, std::string_view>& ChineseBillingNames() {
  static const std::map<std::string_view, std::string_view> names = {
      {"SETTLEMENT_STATE_OPEN", "未关账"},
      {"SETTLEMENT_STATE_CLOSED", "已关账"},
      {"SETTLEMENT_LINE_KIND_SALE", "寄售销售"},
      {"SETTLEMENT_LINE_KIND_PURCHASE", "采购"},
      {"SETTLEMENT_LINE_KIND_ENTRY", "入库费"},
      {"SETTLEMENT_LINE_KIND_STORAGE", "仓储费"},
      {"SETTLEMENT_LINE_KIND_HANDLING_ORDER", "出库费（单）"},
      {"SETTLEMENT_LINE_KIND_HANDLING_PIECE", "出库费（件）"},
      {"SETTLEMENT_LINE_KIND_MINIMUM", "最低消费补足"},
      {"SETTLEMENT_PROBLEM_NO_PRICE", "无价格"},
      {"SETTLEMENT_PROBLEM_NO_RATE", "无费率"},
      {"SETTLEMENT_PROBLEM_NO_DIMENSIONS", "无尺寸"},
      {"BILL_ITEM_INBOUND_PIECE", "入库件"},
      {"BILL_ITEM_OUTBOUND_ORDER", "出库单"},
      {"BILL_ITEM_OUTBOUND_EXTRA_PIECE", "出库超件"},
      {"BILL_ITEM_STORAGE_PIECE_DAY", "在库件·天"},
      {"BILL_ITEM_FIXED_MONTH", "月固定费"},
      {"BILL_ITEM_PENALTY_PIECE", "差异扣款"},
      {"BILL_ITEM_TRANSFER_PIECE", "调出件"},
      {"BILL_ITEM_RETURN_PIECE", "退货件"},
      {"BILL_VERDICT_EXACT", "相符"},
      {"BILL_VERDICT_WITHIN_TOLERANCE", "容差内"},
      {"BILL_VERDICT_OVERBILLED", "多收"},
      {"BILL_VERDICT_UNDERBILLED", "少收"},
      {"BILL_VERDICT_NOT_IN_CONTRACT", "合同无此项"},
      {"LEDGER_ACCOUNT_SUPPLIER", "供应商"},
      {"LEDGER_ACCOUNT_FREE", "可用"},
      {"LEDGER_ACCOUNT_RESERVED", "预留"},
      {"LEDGER_ACCOUNT_IN_TRANSIT", "在途"},
      {"LEDGER_ACCOUNT_CUSTOMER", "顾客"},
      {"LEDGER_ACCOUNT_ADJUSTMENT", "调整"},
      {"LEDGER_ACCOUNT_SCRAP", "报废"},
      {"LEDGER_ACCOUNT_VENDOR", "退供应商"},
      {"LEDGER_ACCOUNT_CLEARING", "过渡"},
  };
  return names;
}

const std::map<std::string_view, std::string_view>& ChineseEnumNames() {
  static const std::map<std::string_view, std::string_view> names = {
      {"PLATFORM_JD", "京东"},
      {"PLATFORM_TMALL", "天猫"},
      {"PLATFORM_TAOBAO", "淘宝"},
      {"PLATFORM_PINDUODUO", "拼多多"},
      {"PLATFORM_DOUYIN", "抖音"},
      {"PLATFORM_OWN_SITE", "自营站"},
      {"PLATFORM_OTHER", "其他"},
      {"SHOP_STAGE_STARTUP", "初创期"},
      {"SHOP_STAGE_GROWTH", "成长期"},
      {"SHOP_STAGE_MATURE", "成熟期"},
      {"CASE_KIND_RETURN", "退货"},
      {"CASE_KIND_EXCHANGE", "换货"},
      {"CASE_KIND_REFUND_ONLY", "仅退款"},
      {"CASE_KIND_REISSUE", "补发"},
      {"CASE_KIND_REPAIR", "维修"},
      {"CASE_KIND_PLATFORM_WORK_ORDER", "投诉工单"},
      {"CASE_KIND_PLATFORM_EMAIL", "平台邮件"},
      {"CASE_KIND_DISPUTE", "申诉"},
      {"CASE_KIND_LATE_SHIPMENT", "延迟发货"},
      {"CASE_KIND_FREIGHT_CLAIM", "运费索赔"},
      {"CASE_KIND_SERVICE_COMPLAINT", "服务投诉"},
      {"CASE_STATE_OPEN", "待处理"},
      {"CASE_STATE_WAITING_CUSTOMER", "待客户反馈"},
      {"CASE_STATE_DECIDED", "已审核"},
      {"CASE_STATE_CLOSED", "已关闭"},
      {"CASE_STATE_AWAITING_APPROVAL", "待审批"},
      {"CASE_STATE_APPEALED", "申诉中"},
      {"CASE_STATE_MERGED", "已合并"},
      {"CASE_PRIORITY_LOW", "低"},
      {"CASE_PRIORITY_NORMAL", "普通"},
      {"CASE_PRIORITY_HIGH", "高"},
      {"CASE_PRIORITY_URGENT", "紧急"},
      {"REVIEW_RESULT_APPROVED", "同意"},
      {"REVIEW_RESULT_REJECTED", "拒绝"},
      {"REVIEW_RESULT_REISSUE_WITHOUT_RETURN", "直接补发"},
      {"REVIEW_RESULT_WAITING_FOR_CUSTOMER", "待客户反馈"},
      {"REVIEW_RESULT_REFUND_WITHOUT_RETURN", "直接退款"},
      {"REVIEW_RESULT_OFFLINE_REISSUE", "线下补发"},
      {"REVIEW_RESULT_CUSTOMER_GAVE_UP", "客户放弃"},
      {"BACKLOG_DUE_OVERDUE", "已逾期"},
      {"BACKLOG_DUE_ONE_HOUR", "1 小时内"},
      {"BACKLOG_DUE_FOUR_HOURS", "4 小时内"},
      {"BACKLOG_DUE_ONE_DAY", "1 天内"},
      {"BACKLOG_DUE_LATER", "更晚"},
      {"BACKLOG_DUE_NOTHING", "无时限在计"},
      {"BAD_LOT_STATE_OPEN", "待判定"},
      {"BAD_LOT_STATE_CONFIRMED", "属实"},
      {"BAD_LOT_STATE_DISMISSED", "不属实"},
      {"NODE_KIND_LOGISTICS_CENTRE", "物流中心"},
      {"NODE_KIND_CITY_WAREHOUSE", "城市仓"},
      {"NODE_KIND_FRONT_WAREHOUSE", "前置仓"},
      {"NODE_KIND_TRANSFER_CENTRE", "中转场TC"},
      {"NODE_KIND_DELIVERY_STATION", "配送站"},
      {"NODE_KIND_PICKUP_POINT", "自提点"},
      {"NODE_KIND_VENDOR_WAREHOUSE", "供应商仓"},
      {"NODE_KIND_SHARED_THIRD_PARTY", "共享第三方仓"},
      {"STOCK_CONDITION_SELLABLE", "可售"},
      {"STOCK_CONDITION_QUARANTINED", "冻结"},
      {"STOCK_CONDITION_DAMAGED", "残损"},
      {"STOCK_CONDITION_AWAITING_INSPECTION", "待检"},
  };
  return names;
}

const std::map<std::string_view, std::string_view>& ChineseCaseNames() {
  static const std::map<std::string_view, std::string_view> names = {
      {"CASE_CHANNEL_TELEPHONE", "电话"},
      {"CASE_CHANNEL_EMAIL", "邮件"},
      {"CASE_CHANNEL_WORK_ORDER", "工单"},
      {"CASE_CHANNEL_CHAT", "在线客服"},
      {"CLOCK_KIND_FIRST_ANSWER", "首次答复"},
      {"CLOCK_KIND_NEXT_RESPONSE", "后续答复"},
      {"CLOCK_KIND_RESOLUTION", "处理完毕"},
      {"CLOCK_KIND_PLATFORM_EMAIL", "平台邮件答复"},
      {"CLOCK_KIND_WORK_ORDER_DECISION", "工单决定"},
      {"CLOCK_STATE_RUNNING", "计时"},
      {"CLOCK_STATE_PAUSED", "暂停"},
      {"CLOCK_STATE_MET", "按时"},
      {"CLOCK_STATE_BREACHED", "超时"},
      {"CLOCK_STATE_CANCELLED", "未办结束"},
      {"ESCALATION_LEVEL_AGENT", "客服"},
      {"ESCALATION_LEVEL_TEAM_LEAD", "组长"},
      {"ESCALATION_LEVEL_SUPERVISOR", "主管"},
      {"ESCALATION_LEVEL_MERCHANT", "商家"},
      {"PROPOSAL_STATE_PENDING", "待审批"},
      {"PROPOSAL_STATE_APPROVED", "已批准"},
      {"PROPOSAL_STATE_REJECTED", "已驳回"},
      {"PROPOSAL_STATE_WITHDRAWN", "已撤回"},
      {"APPEAL_PARTY_BUYER", "买家"},
      {"APPEAL_PARTY_MERCHANT", "商家"},
      {"APPEAL_OUTCOME_DECISION_STANDS", "维持"},
      {"APPEAL_OUTCOME_DECISION_OVERTURNED", "改判"},
      {"COMMENT_VISIBILITY_INTERNAL", "内部"},
      {"COMMENT_VISIBILITY_SHARED", "共享"},
      {"SEGMENT_REASON_OPEN", "计时"},
      {"SEGMENT_REASON_MAKEUP_WORKDAY", "调休上班"},
      {"SEGMENT_REASON_OUTSIDE_HOURS", "非营业时间"},
      {"SEGMENT_REASON_DAY_OFF", "休息日"},
      {"SEGMENT_REASON_PUBLIC_HOLIDAY", "法定节假日"},
      {"SEGMENT_REASON_OWN_CLOSED_DAY", "店休"},
      {"SEGMENT_REASON_SUSPENSION", "停计"},
      {"SEGMENT_REASON_WAITING_FOR_CUSTOMER", "等待客户"},
      {"ASSIGNMENT_CAUSE_OPENED", "开单分派"},
      {"ASSIGNMENT_CAUSE_RETRIED", "补派"},
      {"ASSIGNMENT_CAUSE_BY_HAND", "人工指派"},
      {"ASSIGNMENT_CAUSE_CLAIMED", "领取"},
      {"ASSIGNMENT_CAUSE_HANDED_OVER", "交接"},
      {"ASSIGNMENT_VERDICT_CHOSEN", "选中"},
      {"ASSIGNMENT_VERDICT_HANDS_OVER", "本人交出"},
      {"ASSIGNMENT_VERDICT_NOT_EMPLOYED", "不在职"},
      {"ASSIGNMENT_VERDICT_NOT_SERVING", "不服务该店售后"},
      {"ASSIGNMENT_VERDICT_NO_CONTRACT", "基地无合同"},
      {"ASSIGNMENT_VERDICT_OTHERS_ALONE", "由他方专办"},
      {"ASSIGNMENT_VERDICT_ON_LEAVE", "休假"},
      {"ASSIGNMENT_VERDICT_OFF_DUTY", "不在班"},
      {"ASSIGNMENT_VERDICT_SKILL_MISSING", "缺技能"},
      {"ASSIGNMENT_VERDICT_LANGUAGE_MISSING", "语言不符"},
      {"ASSIGNMENT_VERDICT_CAP_REACHED", "在办已满"},
      {"ASSIGNMENT_VERDICT_SHARE", "轮到他方份额"},
      {"ASSIGNMENT_VERDICT_MORE_LOAD", "负荷更高"},
      {"ASSIGNMENT_VERDICT_LATER_TURN", "刚轮到过"},
  };
  return names;
}

const std::map<std::string_view, std::string_view>& ChineseCareerNames() {
  static const std::map<std::string_view, std::string_view> names = {
      {"TIER_CHANGE_KIND_HIRE", "入职"},
      {"TIER_CHANGE_KIND_PROMOTION", "晋升"},
      {"TIER_CHANGE_KIND_DEMOTION", "降级"},
      {"TIER_CHANGE_KIND_LATERAL", "转岗"},
      {"TIER_CHANGE_KIND_CORRECTION", "更正"},
      {"TIER_CHANGE_KIND_REHIRE", "再入职"},
      {"PROMOTION_RULE_MONTHS_IN_TIER", "本级月数"},
      {"PROMOTION_RULE_PROBATION", "试用期月数"},
      {"PROMOTION_RULE_MONTHS_IN_DEPARTMENT", "部门月数"},
      {"PROMOTION_RULE_PERFORMANCE", "绩效"},
      {"PROMOTION_RULE_GOOD_MONTHS", "达标月数"},
      {"PROMOTION_RULE_OPEN_POST", "空缺岗位"},
      {"PROMOTION_RULE_AT_WORK", "在岗"},
      {"PROMOTION_STATE_PENDING", "待批准"},
      {"PROMOTION_STATE_DONE", "已晋升"},
      {"PROMOTION_STATE_REFUSED", "已拒绝"}};
  return names;
}

const std::map<std::string_view, std::string_view>& ChinesePayNames() {
  static const std::map<std::string_view, std::string_view> names = {
      {"PAY_STATE_OPEN", "未关账"},
      {"PAY_STATE_CLOSED", "已关账"},
      {"PAY_LINE_KIND_BASE", "底薪"},
      {"PAY_LINE_KIND_TENURE", "工龄"},
      {"PAY_LINE_KIND_UNPAID_TIME", "缺勤与无薪假"},
      {"PAY_LINE_KIND_COMMISSION", "提成"},
      {"PAY_LINE_KIND_BUYER_FACTOR", "新老客系数"},
      {"PAY_LINE_KIND_COEFFICIENT", "职级系数"},
      {"PAY_LINE_KIND_BONUS", "固定奖金"},
      {"PAY_LINE_KIND_SHOP_SHARE", "全店提成"},
      {"PAY_LINE_KIND_AWARD", "名次奖"},
      {"PAY_LINE_KIND_SCORE", "积分影响"},
      {"PAY_LINE_KIND_CONDUCT_REWARD", "奖励"},
      {"PAY_LINE_KIND_REFUND", "往月退款扣回"},
      {"PAY_LINE_KIND_CORRECTION", "往月更正"},
      {"PAY_LINE_KIND_ENTRY", "手工更正"},
      {"PAY_LINE_KIND_CARRIED_IN", "上月转入"},
      {"PAY_LINE_KIND_CARRIED_OUT", "转入下月"},
      {"PAY_LINE_KIND_CONDUCT_FINE", "处罚"},
      {"PAY_LINE_KIND_ATTENDANCE_FINE", "考勤扣款"},
      {"PAY_LINE_KIND_OVERTIME", "加班费"},
      {"PAY_LINE_KIND_LEFT_OUT", "逾期未更正"},
      {"AWARD_PERIOD_MONTH", "月"},
      {"AWARD_PERIOD_QUARTER", "季"},
      {"AWARD_PERIOD_YEAR", "年"},
      {"AWARD_METRIC_SALES", "销售额"},
      {"AWARD_METRIC_NET_SALES", "净销售额"},
      {"AWARD_METRIC_CONVERSION", "转化率"},
      {"AWARD_METRIC_AVERAGE_ORDER_VALUE", "客单价"},
      {"BONUS_METRIC_NET_SALES", "净销售额"},
      {"BONUS_METRIC_CONVERSION", "转化率"},
      {"BONUS_METRIC_POSITIVE_REVIEWS", "好评率"},
      {"BONUS_METRIC_SATISFACTION", "满意度"},
      {"BONUS_METRIC_SCORE", "积分"},
      {"PAY_PROBLEM_GRADE_UNKNOWN", "方案中无此职级"},
      {"PAY_PROBLEM_SCHEDULE_MISSING", "缺排班时长"},
      {"PAY_PROBLEM_SCORE_MISSING", "积分未评完"},
      {"PAY_PROBLEM_EMPLOYMENT_UNKNOWN", "入职情况未知"},
      {"PAY_PROBLEM_CORRECTION_INCOMPLETE", "往月更正未完"},
      {"PAY_PROBLEM_SCORE_PENDING", "奖惩未定，影响积分"},
      {"PAY_GATE_KIND_MINIMUM_SALES", "最低销售额"},
      {"PAY_GATE_KIND_CONVERSION", "转化率"},
      {"PAY_GATE_KIND_AVERAGE_ORDER_VALUE", "客单价"},
      {"PAY_GATE_KIND_BAD_REVIEWS", "差评率"},
      {"PAY_SOURCE_KIND_ORDER", "订单"},
      {"PAY_SOURCE_KIND_REFUND", "退款"},
      {"PAY_SOURCE_KIND_ATTENDANCE", "考勤记录"},
      {"PAY_SOURCE_KIND_CONDUCT", "奖惩记录"},
      {"PAY_SOURCE_KIND_ENTRY", "更正"},
      {"PAY_SOURCE_KIND_EMPLOYMENT", "任职"},
      {"PAY_SOURCE_KIND_FIGURE", "指标"},
      {"PAY_SOURCE_KIND_STATEMENT", "工资单"},
  };
  return names;
}

const std::map<std::string_view, std::string_view>& ChineseJudgementNames() {
  static const std::map<std::string_view, std::string_view> names = {
      {"SANCTION_PUBLIC_NOTICE", "通报"},    {"SANCTION_WARNING", "警告"},
      {"SANCTION_DEMERIT", "记过"},          {"SANCTION_COMPENSATION", "赔偿"},
      {"SANCTION_DISMISSAL", "辞退"},        {"EXCLUSION_ADVERTISEMENT", "广告"},
      {"EXCLUSION_FRAUD", "刷单"},           {"EXCLUSION_SOURCE_FLAG", "导入标记"},
      {"EXCLUSION_SOURCE_RULE", "规则"},     {"EXCLUSION_SOURCE_REVIEW", "复核"},
      {"EXCLUSION_SOURCE_CUSTOMER", "顾客"},
  };
  return names;
}

const std::map<std::string_view, std::string_view>& ChineseQualityNames() {
  static const std::map<std::string_view, std::string_view> names = {
      {"SAMPLING_KIND_RANDOM", "随机"},          {"SAMPLING_KIND_BY_AGENT", "按客服"},
      {"SAMPLING_KIND_BY_TEAM", "按小组"},       {"SAMPLING_KIND_RISK_WEIGHTED", "按风险加权"},
      {"SAMPLING_KIND_NEWCOMERS", "新员工全检"}, {"QUALITY_CATEGORY_ACCURACY", "准确"},
      {"QUALITY_CATEGORY_ATTITUDE", "态度"},     {"QUALITY_CATEGORY_QUALITY", "质量"},
      {"FORM_KIND_DEDUCTING", "扣分"},           {"FORM_KIND_SCORING", "评分"},
      {"INSPECTION_STATE_RECORDED", "已记录"},   {"INSPECTION_STATE_APPEALED", "申诉中"},
      {"INSPECTION_STATE_UPHELD", "维持"},       {"INSPECTION_STATE_OVERTURNED", "撤销"},
  };
  return names;
}

const std::map<std::string_view, std::string_view>& ChineseFigureNames() {
  static const std::map<std::string_view, std::string_view> names = {
      {"METRIC_UNIT_COUNT", "数量"},
      {"METRIC_UNIT_RATIO", "比率"},
      {"METRIC_UNIT_SECONDS", "秒"},
      {"METRIC_UNIT_MONEY", "金额"},
      {"METRIC_UNIT_PER_HOUR", "每小时"},
      {"METRIC_UNIT_POINTS", "分"},
      {"METRIC_UNIT_MEAN", "均值"},
      {"CREDIT_OUTCOME_CREDITED", "有客服归属"},
      {"CREDIT_OUTCOME_SILENT", "静默订单"},
      {"CREDIT_OUTCOME_UNPAID", "未付款"},
      {"CREDIT_OUTCOME_EXCLUDED", "不计入任何指标"},
      {"REPORT_KIND_WEEKLY", "周报"},
      {"REPORT_KIND_MONTHLY", "月报"},
  };
  return names;
}

const std::map<std::string_view, std::string_view>& ChineseReasons() {
  static const std::map<std::string_view, std::string_view> reasons = {
#define KEFUCTL_REASON(reason, zh) {#reason, zh},
#include "clients/kefuctl/reasons.def"
#undef KEFUCTL_REASON
  };
  return reasons;
}

// "CASE_KIND_REFUND_ONLY" of enum CaseKind → "refund only".
std::string EnglishName(const google::protobuf::EnumDescriptor* type, std::string_view name) {
  const std::string_view unset = type->value(0)->name();  // "CASE_KIND_UNSPECIFIED"
  const size_t prefix = unset.rfind("UNSPECIFIED");
  if (prefix != std::string_view::npos && name.size() > prefix) name.remove_prefix(prefix);
  std::string words(name);
  std::transform(words.begin(), words.end(), words.begin(), [](unsigned char c) {
    return c == '_' ? ' ' : static_cast<char>(std::tolower(c));
  });
  return words;
}

const std::map<std::string_view, std::string_view>& ChineseTrainingNames() {
  static const std::map<std::string_view, std::string_view> names = {
      {"COURSE_KIND_NEW_PRODUCTS", "新品"},
      {"COURSE_KIND_HOT_PRODUCTS", "爆款"},
      {"COURSE_KIND_SKILLS", "技能"},
      {"TRAINING_STATE_OPEN", "待学"},
      {"TRAINING_STATE_PASSED", "已通过"},
      {"TRAINING_STATE_CANCELLED", "已取消"},
      {"ENROLMENT_STATE_ENROLLED", "已报名"},
      {"ENROLMENT_STATE_ATTENDED", "已到场"},
      {"ENROLMENT_STATE_ABSENT", "缺席"},
      {"ENROLMENT_STATE_PASSED", "及格"},
      {"ENROLMENT_STATE_FAILED", "不及格"},
      {"ENROLMENT_STATE_WITHDRAWN", "已退出"},
      {"EFFECT_STATE_NOT_MEASURED", "不可测"},
      {"EFFECT_STATE_PENDING", "待报告"},
      {"EFFECT_STATE_TOO_FEW", "样本不足"},
      {"EFFECT_STATE_NOT_TESTED", "不检验"},
      {"EFFECT_STATE_NO_CHANGE_SHOWN", "未见变化"},
      {"EFFECT_STATE_ROSE", "上升"},
      {"EFFECT_STATE_FELL", "下降"},
  };
  return names;
}

const std::map<std::string_view, std::string_view>& ChineseConductNames() {
  static const std::map<std::string_view, std::string_view> names = {
      {"CONDUCT_DIRECTION_REWARD", "奖"},         {"CONDUCT_DIRECTION_DEDUCTION", "惩"},
      {"CONDUCT_SEVERITY_MINOR", "轻微"},         {"CONDUCT_SEVERITY_MODERATE", "一般"},
      {"CONDUCT_SEVERITY_GRAVE", "严重"},         {"CONDUCT_SANCTION_PUBLIC_NOTICE", "通报"},
      {"CONDUCT_SANCTION_WARNING", "警告"},       {"CONDUCT_SANCTION_DEMERIT", "记过"},
      {"CONDUCT_SANCTION_COMPENSATION", "赔偿"},  {"CONDUCT_SANCTION_DISMISSAL", "辞退"},
      {"CONDUCT_STATE_RECORDED", "待决定"},       {"CONDUCT_STATE_DECIDED", "已决定"},
      {"CONDUCT_STATE_DISMISSED", "不予处理"},    {"CONDUCT_STATE_APPEALED", "申诉中"},
      {"CONDUCT_STATE_UPHELD", "维持"},           {"CONDUCT_STATE_OVERTURNED", "已撤销"},
      {"CONDUCT_STATE_VOIDED", "已作废"},         {"ANNOUNCEMENT_STATE_PUBLISHED", "已发布"},
      {"ANNOUNCEMENT_STATE_WITHDRAWN", "已撤回"}, {"PROBLEM_STATE_OPEN", "待解答"},
      {"PROBLEM_STATE_ANSWERED", "已解答"},       {"CHECKLIST_STATE_OPEN", "未完成"},
      {"CHECKLIST_STATE_DONE", "已完成"},         {"CHECKLIST_STATE_CANCELLED", "已取消"},
      {"CHECKLIST_START_HIRE", "入职时"},         {"CHECKLIST_START_END_OF_EMPLOYMENT", "离职时"},
  };
  return names;
}

const std::map<std::string_view, std::string_view>& ChineseBaseNames() {
  static const std::map<std::string_view, std::string_view> names = {
      {"CONTRACT_KIND_BASE", "基地"},
      {"CONTRACT_KIND_AGENCY", "代运营"},
      {"PRICE_MODEL_SEATS_AND_COMMISSION", "席位费加提成"},
      {"PRICE_MODEL_COMMISSION", "纯提成"},
      {"PRICE_MODEL_FEE", "纯服务费"},
      {"PRICE_MODEL_FEE_THEN_COMMISSION", "先服务费后提成"},
      {"PRICE_MODEL_FEE_AND_COMMISSION", "服务费加提成"},
      {"BREACH_DEMAND_CORRECTION", "整改"},
      {"BREACH_DEMAND_REPLACE_AGENT", "更换客服"},
      {"BREACH_DEMAND_REPLACE_BASE", "更换基地"},
      {"LEVEL_JUDGEMENT_KEPT", "达标"},
      {"LEVEL_JUDGEMENT_MISSED", "未达标"},
      {"LEVEL_JUDGEMENT_THIN", "样本不足"},
      {"LEVEL_JUDGEMENT_UNKNOWN", "无数据"},
      {"BREACH_STATE_OPEN", "待决定"},
      {"BREACH_STATE_CHARGED", "已扣罚"},
      {"BREACH_STATE_WAIVED", "已免除"},
      {"BREACH_STATE_WITHDRAWN", "已撤回"},
      {"INVOICE_LINE_KIND_SEATS", "席位费"},
      {"INVOICE_LINE_KIND_FEE", "服务费"},
      {"INVOICE_LINE_KIND_COMMISSION", "提成"},
      {"INVOICE_LINE_KIND_PENALTY", "违约扣款"},
      {"INSPECTION_PHASE_BEFORE", "合作前"},
      {"INSPECTION_PHASE_DURING", "合作中"},
      {"INSPECTION_MANNER_ON_SITE", "现场"},
      {"INSPECTION_MANNER_REMOTE", "远程"},
      {"FINDING_SEVERITY_MINOR", "轻微"},
      {"FINDING_SEVERITY_MAJOR", "重大"},
      {"FINDING_SEVERITY_CRITICAL", "严重"},
      {"FINDING_STATE_OPEN", "待整改"},
      {"FINDING_STATE_ANSWERED", "已答复"},
      {"FINDING_STATE_CLOSED", "已关闭"},
      {"BASE_INSPECTION_STATE_OPEN", "跟进中"},
      {"BASE_INSPECTION_STATE_CLOSED", "已关闭"},
      {"CONTRACT_SIDE_MERCHANT", "商家"},
      {"CONTRACT_SIDE_BASE", "基地"},
      {"BASE_COMPLAINT_STATE_OPEN", "待决定"},
      {"BASE_COMPLAINT_STATE_IN_CORRECTION", "整改中"},
      {"BASE_COMPLAINT_STATE_CLOSED", "已了结"},
      {"BASE_COMPLAINT_STATE_REJECTED", "已驳回"},
      {"TRIAL_DECISION_PASSED", "通过"},
      {"TRIAL_DECISION_EXTENDED", "延长"},
      {"TRIAL_DECISION_FAILED", "不通过"},
      {"BASE_REPORT_KIND_WEEKLY", "周报"},
      {"BASE_REPORT_KIND_MONTHLY", "月报"},
  };
  return names;
}

const std::map<std::string_view, std::string_view>& ChinesePersonnelNames() {
  static const std::map<std::string_view, std::string_view> names = {
      {"RETENTION_REASON_NEW", "入职不久"},
      {"RETENTION_REASON_NO_PROMOTION", "晋升无望"},
      {"RETENTION_REASON_FALLING_FIGURE", "业绩下滑"},
      {"RETENTION_REASON_PAY_BELOW_MARKET", "薪酬低于市场"},
      {"RETENTION_REASON_PROMISE_OVERDUE", "承诺逾期"},
      {"RETENTION_LEVEL_LOW", "低"},
      {"RETENTION_LEVEL_MEDIUM", "中"},
      {"RETENTION_LEVEL_HIGH", "高"},
      {"PROMISE_STATE_OPEN", "待兑现"},
      {"PROMISE_STATE_KEPT", "已兑现"},
      {"PROMISE_STATE_GIVEN_UP", "已放弃"},
      {"EXIT_REASON_PAY", "薪酬"},
      {"EXIT_REASON_PROSPECTS", "前景"},
      {"EXIT_REASON_DULL_WORK", "工作枯燥"},
      {"EXIT_REASON_WORKING_TIME", "工作时间"},
      {"EXIT_REASON_TEAM", "团队"},
      {"EXIT_REASON_PRIVATE", "个人原因"},
      {"EXIT_REASON_DISMISSED", "辞退"},
      {"EXIT_REASON_WORK_ENDED", "业务结束"},
      {"EXIT_REASON_OTHER", "其他"},
      {"PERSONNEL_FILE_KIND_IDENTITY", "身份证件"},
      {"PERSONNEL_FILE_KIND_LABOUR_CONTRACT", "劳动合同"},
      {"PERSONNEL_FILE_KIND_CERTIFICATE", "证书"},
      {"PERSONNEL_FILE_KIND_HEALTH", "健康证明"},
      {"PERSONNEL_FILE_KIND_CONFIDENTIALITY", "保密协议"},
      {"PERSONNEL_FILE_KIND_OTHER", "其他"},
      {"CANDIDATE_STAGE_APPLIED", "已投递"},
      {"CANDIDATE_STAGE_SCREENED", "已筛选"},
      {"CANDIDATE_STAGE_INTERVIEWED", "已面试"},
      {"CANDIDATE_STAGE_TESTED", "已测试"},
      {"CANDIDATE_STAGE_OFFERED", "已发录用"},
      {"CANDIDATE_STAGE_HIRED", "已入职"},
      {"CANDIDATE_STAGE_REJECTED", "未录用"},
      {"CANDIDATE_STAGE_WITHDRAWN", "已放弃"},
  };
  return names;
}

}  // namespace

void SetLanguage(Language language) { g_language = language; }
Language CurrentLanguage() { return g_language; }

Language LanguageOf(std::string_view locale) {
  return locale.starts_with("zh") ? Language::kChinese : Language::kEnglish;
}

std::string_view TextIn(Text text, Language language) {
  const Entry& entry = kTexts[static_cast<size_t>(text)];
  return language == Language::kChinese ? entry.zh : entry.en;
}

std::string_view Pattern(Text text) { return TextIn(text, g_language); }

std::string_view ReasonText(std::string_view reason) {
  if (!Chinese()) return "";
  const auto found = ChineseReasons().find(reason);
  return found == ChineseReasons().end() ? "" : found->second;
}

std::string Explained(std::string_view reason, std::string_view words) {
  const std::string_view meaning = ReasonText(reason);
  if (meaning.empty()) return std::string(words);
  return words.empty() ? std::string(meaning) : fmt::format("{}（{}）", meaning, words);
}

std::string Explained(const absl::Status& status) {
  return Explained(ReasonOf(status),
                   std::string_view(status.message().data(), status.message().size()));
}

std::string EnumLabelIn(const google::protobuf::EnumDescriptor* type, int number,
                        Language language) {
  const auto* value = type->FindValueByNumber(number);
  if (value == nullptr) return std::to_string(number);  // a newer server's
  if (number == 0) return "";
  if (language == Language::kChinese) {
    for (const auto* names :
         {&ChineseEnumNames(), &ChineseBillingNames(), &ChinesePayNames(), &ChineseCareerNames(),
          &ChineseJudgementNames(), &ChineseQualityNames(), &ChineseFigureNames(),
          &ChineseConductNames(), &ChineseBaseNames(), &ChinesePersonnelNames(),
          &ChineseTrainingNames(), &ChineseCaseNames(), &ChineseReturnNames(),
          &ChineseProcessNames()}) {
      const auto found = names->find(value->name());
      if (found != names->end()) return std::string(found->second);
    }
  }
  return EnglishName(type, value->name());
}

std::string EnumLabel(const google::protobuf::EnumDescriptor* type, int number) {
  return EnumLabelIn(type, number, g_language);
}

}  // namespace kefu::kefuctl
