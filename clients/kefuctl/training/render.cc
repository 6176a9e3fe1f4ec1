#include "clients/kefuctl/training/render.h"

#include <fmt/format.h>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/values.h"

namespace kefu::training {
namespace {

namespace st = staffing::v1;
using kefuctl::Colour;
using kefuctl::DayText;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Printable;
using kefuctl::Table;

constexpr double kMillion = 1'000'000;
constexpr double kCenti = 100;
constexpr double kBps = 10'000;

// 0.6 as "0.6000", whatever the unit.
std::string Value(int64_t millionths) {
  return fmt::format("{:.4f}", static_cast<double>(millionths) / kMillion);
}
std::string SideText(const st::EffectSide& side) {
  return side.has_value_millionths() ? fmt::format("{} ({} / {})", Value(side.value_millionths()),
                                                   side.numerator(), side.denominator())
                                     : std::string();
}
// Why a course was assigned.
std::string CauseText(const st::TrainingAssignment& assignment) {
  if (assignment.has_figure()) {
    const st::WeakFigure& figure = assignment.figure();
    return fmt::format("{} {} {} {}", Printable(figure.metric_id()),
                       Value(figure.value_millionths()), figure.higher_is_weak() ? ">" : "<",
                       Value(figure.bound_millionths()));
  }
  if (assignment.has_recurrence_date()) {
    return In("定期 ", "recurring ") + DayText(assignment.recurrence_date());
  }
  return Printable(assignment.reason());
}

}  // namespace

Table CourseTable(const st::TrainingCatalogue& catalogue) {
  Table table({{In("课程", "Course")},
               {In("名称", "Name")},
               {In("类别", "Kind")},
               {In("及格分", "Pass mark"), true},
               {In("指标", "Metric")},
               {In("每几个月", "Months"), true}});
  for (const st::Course& course : catalogue.courses()) {
    table.Add({Printable(course.course_id()),
               {Printable(course.display_name()), course.retired() ? Colour::kDim : Colour::kNone},
               EnumLabel(st::CourseKind_descriptor(), course.kind()),
               std::to_string(course.pass_score()),
               Printable(course.metric_id()),
               course.recurrence_months() == 0 ? "" : std::to_string(course.recurrence_months())});
  }
  return table;
}

Table AssignmentTable(const st::ListTrainingAssignmentsResponse& assignments,
                      absl::CivilDay today) {
  Table table({{In("编号", "Assignment")},
               {In("客服", "Agent")},
               {In("课程", "Course")},
               {In("状态", "State")},
               {In("截止", "Due")},
               {In("原因", "Why"), false, 60}});
  for (const st::TrainingAssignment& each : assignments.assignments()) {
    const absl::CivilDay due(each.due_date().year(), each.due_date().month(),
                             each.due_date().day());
    const bool late = each.state() == st::TRAINING_STATE_OPEN && due < today;
    table.Add({Printable(each.training_assignment_id()),
               Printable(each.agent_id()),
               Printable(each.course_id()),
               EnumLabel(st::TrainingState_descriptor(), each.state()),
               {DayText(each.due_date()), late ? Colour::kRed : Colour::kNone},
               CauseText(each)});
  }
  return table;
}

Table SessionTable(const st::ListTrainingSessionsResponse& sessions, absl::TimeZone zone) {
  Table table({{In("场次", "Session")},
               {In("课程", "Course")},
               {In("开始", "Begins")},
               {In("地点", "Place")},
               {In("讲师", "Trainer")},
               {In("名额", "Places"), true}});
  for (const st::TrainingSession& each : sessions.sessions()) {
    const Colour colour = each.cancelled() ? Colour::kDim : Colour::kNone;
    table.Add({{Printable(each.session_id()), colour},
               Printable(each.course_id()),
               absl::FormatTime("%Y-%m-%d %H:%M", kefuctl::TimeOf(each.start_time()), zone),
               each.cancelled() ? In("已取消", "called off") : Printable(each.place()),
               Printable(each.trainer()),
               fmt::format("{} / {}", each.taken(), each.places())});
  }
  return table;
}

Table EnrolmentTable(const st::ListTrainingEnrolmentsResponse& enrolments) {
  Table table({{In("场次", "Session")},
               {In("客服", "Agent")},
               {In("课程", "Course")},
               {In("状态", "State")},
               {In("分数", "Score"), true}});
  for (const st::TrainingEnrolment& each : enrolments.enrolments()) {
    table.Add({Printable(each.session_id()), Printable(each.agent_id()),
               Printable(each.course_id()),
               EnumLabel(st::EnrolmentState_descriptor(), each.state()),
               each.has_score() ? std::to_string(each.score()) : ""});
  }
  return table;
}

Table EffectTable(const st::ListTrainingEffectsResponse& effects) {
  Table table({{In("场次", "Session")},
               {In("客服", "Agent")},
               {In("指标", "Metric")},
               {In("结论", "Verdict")},
               {In("培训前", "Before")},
               {In("培训后", "After")},
               {In("变化", "Change"), true},
               {In("区间", "Interval")},
               {In("因弱入选", "Picked as weak")}});
  for (const st::TrainingEffect& each : effects.effects()) {
    std::string interval;
    if (each.has_low_millionths()) {
      interval =
          fmt::format("{} – {}", Value(each.low_millionths()), Value(each.high_millionths()));
    }
    table.Add({Printable(each.session_id()), Printable(each.agent_id()),
               Printable(each.metric_id()), EnumLabel(st::EffectState_descriptor(), each.state()),
               SideText(each.before()), SideText(each.after()),
               each.has_change_millionths() ? Value(each.change_millionths()) : "", interval,
               each.before_holds_cause() ? In("是", "yes") : ""});
  }
  return table;
}

Table CourseEffectTable(const st::CourseEffect& effect) {
  Table table({{In("指标", "Metric")},
               {In("参加", "Trained"), true},
               {In("上升", "Rose"), true},
               {In("下降", "Fell"), true},
               {In("未见变化", "No change shown"), true},
               {In("不检验", "Not tested"), true},
               {In("样本不足", "Too few"), true},
               {In("待报告", "Pending"), true},
               {In("不可测", "Not measured"), true},
               {In("平均变化", "Mean change"), true},
               {In("因弱入选", "Picked as weak"), true}});
  for (const st::CourseMetricEffect& each : effect.metrics()) {
    table.Add({Printable(each.metric_id()), std::to_string(each.trained()),
               std::to_string(each.rose()), std::to_string(each.fell()),
               std::to_string(each.no_change_shown()), std::to_string(each.not_tested()),
               std::to_string(each.too_few()), std::to_string(each.pending()),
               std::to_string(each.not_measured()),
               each.has_mean_change_millionths() ? Value(each.mean_change_millionths()) : "",
               std::to_string(each.before_holds_cause())});
  }
  return table;
}

Table TalentTable(const st::ListTalentAssessmentsResponse& talents) {
  Table table({{In("客服", "Agent")},
               {In("九宫格", "Box"), true},
               {In("四项", "Sides"), true},
               {In("测评日", "Assessed")},
               {In("业绩对店铺", "Performance"), true},
               {In("月份", "Months"), true}});
  for (const st::TalentAssessment& each : talents.talents()) {
    const bool assessed = each.has_assessment();
    const bool performed = each.performance() != st::TALENT_LEVEL_UNSPECIFIED;
    table.Add({Printable(each.agent_id()), each.box() == 0 ? "" : std::to_string(each.box()),
               assessed ? fmt::format("{:.2f}", each.sides_centi() / kCenti) : "",
               assessed ? DayText(each.assessment().date()) : "",
               performed ? fmt::format("{:.1f} %", each.performance_bps() / kBps * kCenti) : "",
               std::to_string(each.months_size())});
  }
  return table;
}

}  // namespace kefu::training
