#include "services/staffing/domain/conduct/catalogue.h"

#include <algorithm>
#include <set>
#include <utility>

#include "fmt/format.h"

namespace kefu::staffing::conduct {
namespace {

// The handbook gives appeals and records no term. A week to appeal is this suite's own default; so
// are 31 days to record: what is older lies in months whose pay is closed.
constexpr int32_t kAppealDays = 7, kRecordDays = 31;

Kind Reward(std::string id, std::string name, int32_t least = 0, int32_t most = 0) {
  return {.id = std::move(id),
          .display_name = std::move(name),
          .direction = Direction::kReward,
          .least_points = least,
          .most_points = most};
}

// A bonus of money.
Kind Bonus(std::string id, std::string name, int32_t least = 0, int32_t most = 0) {
  Kind kind = Reward(std::move(id), std::move(name), least, most);
  kind.takes_money = true;
  return kind;
}

// What points a deduction costs is its scheme's.
Kind Deduction(std::string id, std::string name) {
  return {.id = std::move(id),
          .display_name = std::move(name),
          .direction = Direction::kDeduction,
          .needs_evidence = true};
}

// Scheme 1: by severity, consequence and attitude any of the lawful sanctions.
Kind Sanctioned(std::string id, std::string name) {
  Kind kind = Deduction(std::move(id), std::move(name));
  kind.takes_money = true;
  kind.sanctions = {Sanction::kPublicNotice, Sanction::kWarning, Sanction::kDemerit,
                    Sanction::kCompensation, Sanction::kDismissal};
  return kind;
}

Kind OfGroup(std::string id, std::string name) {
  Kind kind = Deduction(std::move(id), std::move(name));
  kind.of_group = true;
  return kind;
}

std::vector<Kind> ShippedKinds() {
  Kind outstanding = Bonus("outstanding_work", "工作突出", 2, 5);
  Kind special = Bonus("special_contribution", "其他特殊贡献");
  for (Kind* kind : {&outstanding, &special}) kind->most_days_off = kMostDaysOff;
  Kind complaint = Deduction("upheld_complaint", "投诉成立");
  complaint.least_points = -20;
  complaint.most_points = -5;
  // The working rules answer one by circumstances with a demerit (DOMAIN 2.3).
  complaint.sanctions = {Sanction::kWarning, Sanction::kDemerit};
  Kind grave = Sanctioned("grave_error", "严重失误造成重大损失");
  return {// Scheme 1.
          outstanding, Reward("adopted_suggestion", "建议被采纳", 3, 10),
          Reward("sales_case_shared", "周会分享优秀案例", 3, 10),
          Reward("group_discussion", "积极参与讨论", 3, 5),
          Reward("daily_work", "日常工作按时优质", 3, 5),
          Bonus("weekly_plan_four_weeks", "周计划连续四周完成八成以上"), special,
          Sanctioned("requirement_ignored", "未落实客户已确认的要求"),
          Sanctioned("slack_service", "服务懈怠导致退款或差评"),
          Sanctioned("red_line", "触犯平台红线"), Sanctioned("duty_failed", "未履行或错误履行职责"),
          Sanctioned("disorder", "扰乱工作秩序"),
          Sanctioned("problem_left", "售前售后问题未给方案"),
          OfGroup("own_shop_problem_ignored", "本店售后问题无人理会至无法解决"),
          OfGroup("problem_not_followed_up", "问题未跟进到底或未上报"),
          // Scheme 2.
          Deduction("attitude_complaint", "服务态度投诉"),
          Deduction("missing_order_note", "订单漏备注引发售后"),
          Deduction("dispute_shirked", "推诿纠纷"), Deduction("price_cut", "擅自降价"), grave,
          Reward("praise", "评价中点名表扬"), Reward("grave_problem_reported", "及时上报重大问题"),
          Reward("suggestion", "有效建议并附方案"),
          // Scheme 3.
          Deduction("low_review", "售后原因低评"), complaint};
}

void CheckKind(const Kind& kind, const std::string& at, FieldViolations& violations) {
  const bool reward = kind.direction == Direction::kReward;
  const std::string least = at + ".least_points";
  violations.Check(kind.least_points <= kind.most_points, at + ".most_points",
                   "must not be less than least_points");
  violations.Check(reward ? kind.least_points >= 0 : kind.most_points <= 0, least,
                   reward ? "must not be negative: a reward gives"
                          : "must lead to no positive points: a deduction takes");
  violations.Check(kind.least_points >= -kMostPoints, least,
                   fmt::format("must be at least {}", -kMostPoints));
  violations.Check(kind.most_points <= kMostPoints, at + ".most_points",
                   fmt::format("must be at most {}", kMostPoints));
  violations.Check(
      kind.most_days_off >= 0 && kind.most_days_off <= (reward ? kMostDaysOff : 0),
      at + ".most_days_off",
      reward ? fmt::format("must be 0 to {}", kMostDaysOff) : "must be 0: a deduction gives none");
  violations.Check(!reward || kind.sanctions.empty(), at + ".sanctions",
                   "must be empty: a reward is no sanction");
  std::set<Sanction> seen;
  for (size_t i = 0; i < kind.sanctions.size(); ++i) {
    const std::string field = fmt::format("{}.sanctions[{}]", at, i);
    violations.Check(seen.insert(kind.sanctions[i]).second, field, "stands there twice");
    violations.Check(kind.takes_money || kind.sanctions[i] != Sanction::kCompensation, field,
                     "needs takes_money");
  }
}

}  // namespace

const Kind* Catalogue::Find(std::string_view kind_id) const {
  const auto found = std::ranges::find(kinds, kind_id, &Kind::id);
  return found == kinds.end() ? nullptr : &*found;
}

const Catalogue& ShippedCatalogue() {
  static const auto& shipped = *new Catalogue{
      .kinds = ShippedKinds(), .appeal_days = kAppealDays, .record_days = kRecordDays};
  return shipped;
}

void CheckCatalogue(const Catalogue& catalogue, FieldViolations& violations) {
  std::set<std::string_view> seen;
  for (size_t i = 0; i < catalogue.kinds.size(); ++i) {
    const Kind& kind = catalogue.kinds[i];
    const std::string at = fmt::format("kinds[{}]", i);
    violations.Check(seen.insert(kind.id).second, at + ".kind_id", "stands there twice");
    CheckKind(kind, at, violations);
  }
}

}  // namespace kefu::staffing::conduct
