// The shipped scorecards as data. Numbers marked [handbook] are those of the users' handbooks and
// must hold exactly; the others are this suite's defaults, to be changed by a version of one's own.
#include "services/performance/domain/judgement/duties.h"
#include "services/performance/domain/judgement/scorecard.h"

namespace kefu::performance::domain {
namespace {

constexpr int64_t kMillion = 1'000'000;

ScoreItem Item(std::string id, std::string zh, std::string en, ConductRule rule) {
  return {std::move(id), std::move(zh), std::move(en), 0, std::nullopt, std::move(rule)};
}

ConductRule Each(std::vector<std::string> kinds, int64_t points, int warnings = 0) {
  ConductRule rule;
  rule.kinds = std::move(kinds);
  rule.warnings = warnings;
  rule.each = points * kPoint;
  return rule;
}
ConductRule Proposed(std::string kind, int64_t least, int64_t most, int most_a_week = 0) {
  ConductRule rule;
  rule.kinds = {std::move(kind)};
  rule.proposed = true;
  rule.least = least * kPoint;
  rule.most = most * kPoint;
  rule.most_a_week = most_a_week;
  return rule;
}
ConductRule Money(std::string kind) {
  ConductRule rule;
  rule.kinds = {std::move(kind)};
  rule.money = true;
  return rule;
}
// What the event says is decided; compensation of a loss is the event's money.
ConductRule Sanctioned(std::string kind, Sanction at_least = Sanction::kNone) {
  ConductRule rule = Money(std::move(kind));
  rule.sanction = at_least;
  return rule;
}

// Scheme 1, vouchers (激励券) [handbook]. Points are vouchers.
Scorecard Vouchers() {
  Scorecard card;
  card.id = "vouchers";
  card.name_zh = "激励券方案";
  card.name_en = "Vouchers";
  card.items = {
      {"first_in_sales", "连续两月销售第一", "first in sales two months in a row", 0, std::nullopt,
       StreakRule{"sales", 2, 1}},
      Item("outstanding_work", "工作突出", "outstanding work", Money("outstanding_work")),
      Item("adopted_suggestion", "建议被采纳", "adopted suggestion",
           Proposed("adopted_suggestion", 3, 10)),
      Item("sales_case_shared", "周会分享优秀案例", "good sales case shared at the weekly meeting",
           Proposed("sales_case_shared", 3, 10)),
      Item("group_discussion", "积极参与讨论", "active in group discussions",
           Proposed("group_discussion", 3, 5)),
      Item("daily_work", "日常工作按时优质", "daily work done on time and well",
           Proposed("daily_work", 3, 5, /*most_a_week=*/1)),
      // The event says that the plan was done to 80 % or more four weeks running.
      Item("weekly_plan", "周计划连续四周完成八成以上",
           "own weekly plan at least 80 % done four weeks running",
           Money("weekly_plan_four_weeks")),
      Item("special_contribution", "其他特殊贡献", "other special contribution",
           Money("special_contribution")),
      Item("requirement_ignored", "未落实客户已确认的要求",
           "a confirmed customer requirement not carried out", Sanctioned("requirement_ignored")),
      Item("slack_service", "服务懈怠导致退款或差评",
           "slack service leading to refund or bad review", Sanctioned("slack_service")),
      Item("red_line", "触犯平台红线", "breaking a platform red line",
           Sanctioned("red_line", Sanction::kPublicNotice)),
      Item("duty_failed", "未履行或错误履行职责", "duty not or wrongly done",
           Sanctioned("duty_failed")),
      Item("disorder", "扰乱工作秩序", "disorder at work", Sanctioned("disorder")),
      Item("problem_left", "售前售后问题未给方案", "problem left without a solution",
           Sanctioned("problem_left")),
      {"own_shop_problem_ignored", "本店售后问题无人理会至无法解决",
       "after-sales problem of an own shop ignored until unsolvable", 0, std::nullopt,
       GroupRule{{"own_shop_problem_ignored"}, {{1, 100'00, true}}, 3}},
      // The handbook names the first time and the third; the second is as the first.
      {"problem_not_followed_up", "问题未跟进到底或未上报",
       "problem not followed to the end or not reported upward", 0, std::nullopt,
       GroupRule{{"problem_not_followed_up"}, {{1, 100'00, false}, {3, 200'00, true}}, 0}}};
  return card;
}

// Scheme 2, 30 points a month [handbook]. Per point above 25 the handbook says "its set
// percentage" without a number: 1 % is this suite's default.
Scorecard Points30() {
  Scorecard card;
  card.id = "points_30";
  card.name_zh = "月度30分方案";
  card.name_en = "30 points a month";
  card.start = 30 * kPoint;
  ConductRule grave = Each({"grave_error"}, -10);
  grave.observation = true;
  card.items = {
      Item("attitude_complaint", "服务态度投诉", "attitude complaint",
           Each({"attitude_complaint"}, -1, 1)),
      Item("missing_order_note", "订单漏备注引发售后", "missing order notes that led to trouble",
           Each({"missing_order_note"}, -1, 1)),
      Item("dispute_shirked", "推诿纠纷", "shirking or passing on a dispute",
           Each({"dispute_shirked"}, -1, 1)),
      Item("price_cut", "擅自降价", "cutting prices without leave", Each({"price_cut"}, -2, 1)),
      Item("grave_error", "严重失误造成重大损失", "grave error with heavy loss", grave),
      {"month_rank", "月末排名", "month-end rank", 0, std::nullopt,
       RankRule{{{"sales", true}, {"conversion", true}, {"loss_rate", false}},
                {5 * kPoint, 3 * kPoint, 1 * kPoint},
                "gold_agent"}},
      {"few_deductions", "当月扣分不超过两次", "at most two deductions in the month", 0,
       std::nullopt, CleanRule{2, 3 * kPoint}},
      Item("praise", "评价中点名表扬", "praised by name in reviews", Each({"praise"}, 3)),
      Item("grave_problem_reported", "及时上报重大问题", "grave problem reported in time",
           Each({"grave_problem_reported"}, 5)),
      Item("suggestion", "有效建议并附方案", "useful suggestion with a solution",
           Each({"suggestion"}, 3))};
  card.bonus = {{{std::nullopt, 15 * kPoint}, "none", -10'000, 0},
                {{15 * kPoint, 20 * kPoint}, "minus_30", -3'000, 0},
                {{20 * kPoint, 25 * kPoint}, "minus_10", -1'000, 0},
                {{25 * kPoint, std::nullopt}, "full", 0, 100}};
  return card;
}

std::vector<GradeRule::Grade> Scale() {
  return {{"excellent", 20 * kPoint}, {"good", 15 * kPoint}, {"fair", 10 * kPoint}, {"poor", 0}};
}

// Scheme 3, 130 points for after-sales [handbook]. The quality item is graded by a person or, where
// nobody did, by the mean of at least 20 inspections; where those bands lie is this suite's
// default.
Scorecard AfterSales130() {
  Scorecard card;
  card.id = "after_sales_130";
  card.name_zh = "售后130分方案";
  card.name_en = "130 points for after-sales";
  card.role = kAfterSalesRole;
  card.max_points = 130 * kPoint;
  card.fail_below_bps = 7'000;
  ScoreItem low = Item("low_review", "售后原因低评", "low review caused by after-sales",
                       Each({"low_review"}, -5));
  low.start = 10 * kPoint;
  low.floor = 0;
  ScoreItem complaint = Item("upheld_complaint", "投诉成立", "upheld customer complaint",
                             Proposed("upheld_complaint", -20, -5));
  complaint.start = 20 * kPoint;
  complaint.floor = 0;
  const GradeRule by_quality{Scale(),
                             "quality",
                             {{{std::nullopt, 60 * kMillion}, 0},
                              {{60 * kMillion, 75 * kMillion}, 10 * kPoint},
                              {{75 * kMillion, 90 * kMillion}, 15 * kPoint},
                              {{90 * kMillion, std::nullopt}, 20 * kPoint}},
                             20};
  card.items = {
      {"quality", "聊天质检", "quality from chat review", 0, std::nullopt, by_quality},
      {"timely_disputes", "投诉维权举报退款纠纷及时处理",
       "complaints, rights claims, reports and refund disputes handled in time", 0, std::nullopt,
       GradeRule{Scale(), "", {}}},
      {"cooperation", "协作", "cooperation", 0, std::nullopt, GradeRule{Scale(), "", {}}},
      {"execution", "执行力", "execution", 0, std::nullopt, GradeRule{Scale(), "", {}}},
      {"attendance", "出勤", "attendance", 20 * kPoint, 0,
       AttendanceRule{-5 * kPoint, 0, -5 * kPoint, -10 * kPoint}},
      low,
      complaint,
      Item("praise", "表扬", "praise", Each({"praise"}, 2)),
      Item("outstanding_work", "表现突出", "outstanding", Proposed("outstanding_work", 2, 5))};
  return card;
}

// --- By the shop's stage. Values are shares of the shop's mean unless a unit stands there. ---
//
// What is asked of each stage is the handbook's [DOMAIN 3.4]: sales alone; KPIs tied to the
// commission; less commission, more service quality, bonus in fixed bands. It gives no numbers, and
// those in use elsewhere differ from shop to shop: weights, bands and bonuses of these three cards
// are this suite's own, but for the bands of response time.

ScoreItem Weighted(std::string metric, std::string zh, std::string en, int weight_bps, bool of_mean,
                   std::vector<PointBand> bands) {
  ScoreItem item{metric, std::move(zh), std::move(en), 0, std::nullopt, {}};
  MetricRule rule{std::move(metric), weight_bps, of_mean, std::move(bands), 0, 10'000};
  item.rule = std::move(rule);
  return item;
}

// At or above the mean full, down to 80 % and 60 % of it less.
std::vector<PointBand> AgainstMean() {
  return {{{std::nullopt, 600'000}, 0},
          {{600'000, 800'000}, 40 * kPoint},
          {{800'000, 1'000'000}, 70 * kPoint},
          {{1'000'000, std::nullopt}, 100 * kPoint}};
}

// At most 30 s is excellent, 50 to 60 s normal, above 100 s needs a talk [handbook].
std::vector<PointBand> ResponseTime() {
  return {{{std::nullopt, 30 * kMillion + 1}, 100 * kPoint},
          {{30 * kMillion + 1, 50 * kMillion}, 85 * kPoint},
          {{50 * kMillion, 60 * kMillion + 1}, 70 * kPoint},
          {{60 * kMillion + 1, 100 * kMillion + 1}, 40 * kPoint},
          {{100 * kMillion + 1, std::nullopt}, 0}};
}

std::vector<PointBand> Share() {
  return {{{std::nullopt, 800'000}, 0},
          {{800'000, 900'000}, 60 * kPoint},
          {{900'000, 950'000}, 80 * kPoint},
          {{950'000, std::nullopt}, 100 * kPoint}};
}

Scorecard OfStage(std::string id, std::string zh, std::string en, Stage stage,
                  std::vector<ScoreItem> items) {
  Scorecard card;
  card.id = std::move(id);
  card.name_zh = std::move(zh);
  card.name_en = std::move(en);
  card.stage = stage;
  card.role = kPreSalesRole;  // sales weigh in all of them
  card.items = std::move(items);
  return card;
}

Scorecard Startup() {
  return OfStage("stage_startup", "起步期考核", "startup", Stage::kStartup,
                 {Weighted("sales", "销售额", "sales", 10'000, true, AgainstMean())});
}

Scorecard Growth() {
  Scorecard card = OfStage(
      "stage_growth", "成长期考核", "growth", Stage::kGrowth,
      {Weighted("sales", "销售额", "sales", 4'000, true, AgainstMean()),
       Weighted("conversion", "询单转化率", "conversion", 2'500, true, AgainstMean()),
       Weighted("average_order_value", "客单价", "average order value", 1'500, true, AgainstMean()),
       Weighted("reply_rate", "回复率", "reply rate", 1'000, false, Share()),
       Weighted("response_seconds_mean", "平均响应时间", "response time", 1'000, false,
                ResponseTime())});
  card.bonus = {{{std::nullopt, 40 * kPoint}, "weak", -2'000, 0},
                {{40 * kPoint, 60 * kPoint}, "below", -1'000, 0},
                {{60 * kPoint, 80 * kPoint}, "normal", 0, 0},
                {{80 * kPoint, std::nullopt}, "strong", 1'000, 0}};
  return card;
}

// More service quality, less sales; the bonus lies in fixed bands.
Scorecard Mature() {
  ScoreItem quality = Weighted("quality", "质检得分", "quality", 2'000, false,
                               {{{std::nullopt, 60 * kMillion}, 0},
                                {{60 * kMillion, 75 * kMillion}, 60 * kPoint},
                                {{75 * kMillion, 90 * kMillion}, 80 * kPoint},
                                {{90 * kMillion, std::nullopt}, 100 * kPoint}});
  std::get<MetricRule>(quality.rule).thin_below = 20;
  std::get<MetricRule>(quality.rule).thin_factor_bps = 2'500;
  Scorecard card =
      OfStage("stage_mature", "成熟期考核", "mature", Stage::kMature,
              {Weighted("sales", "销售额", "sales", 2'000, true, AgainstMean()),
               Weighted("conversion", "询单转化率", "conversion", 1'500, true, AgainstMean()),
               Weighted("reply_rate", "回复率", "reply rate", 1'500, false, Share()),
               Weighted("response_seconds_mean", "平均响应时间", "response time", 1'500, false,
                        ResponseTime()),
               Weighted("satisfaction", "满意度", "satisfaction", 1'500, false,
                        {{{std::nullopt, 3 * kMillion}, 0},
                         {{3 * kMillion, 4 * kMillion}, 50 * kPoint},
                         {{4 * kMillion, 4'500'000}, 80 * kPoint},
                         {{4'500'000, std::nullopt}, 100 * kPoint}}),
               quality});
  card.bonus = {{{std::nullopt, 60 * kPoint}, "C", -3'000, 0},
                {{60 * kPoint, 75 * kPoint}, "B", -1'000, 0},
                {{75 * kPoint, 90 * kPoint}, "A", 0, 0},
                {{90 * kPoint, std::nullopt}, "S", 2'000, 0}};
  return card;
}

}  // namespace

const std::vector<Scorecard>& ShippedScorecards() {
  static const auto& cards = *new std::vector<Scorecard>{Vouchers(), Points30(), AfterSales130(),
                                                         Startup(),  Growth(),   Mature()};
  return cards;
}

const Scorecard* FindShippedScorecard(std::string_view id) {
  for (const Scorecard& card : ShippedScorecards()) {
    if (card.id == id) return &card;
  }
  return nullptr;
}

std::string_view ShippedScorecardFor(std::string_view role, Stage stage) {
  if (role == kAfterSalesRole) return "after_sales_130";
  switch (stage) {
    case Stage::kGrowth:
      return "stage_growth";
    case Stage::kMature:
      return "stage_mature";
    default:
      return "stage_startup";
  }
}

}  // namespace kefu::performance::domain
