// The diagnosis of months and of a day, and its policy.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "common/convert/fields.h"
#include "common/events/write.h"
#include "common/money/money.h"
#include "common/status/status_macros.h"
#include "kefu/performance/v1/events.pb.h"
#include "services/performance/convert/quality.h"
#include "services/performance/domain/judgement/control_chart.h"
#include "services/performance/domain/judgement/duties.h"
#include "services/performance/domain/metrics.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/judgement/diagnosis_policy.h"
#include "services/performance/handlers/judgement/judgement_handlers.h"
#include "services/performance/handlers/judgement/month.h"
#include "services/performance/handlers/judgement/store_policy.h"
#include "services/performance/handlers/names.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/recompute/definition_book.h"
#include "services/performance/store/duties.h"
#include "services/performance/store/quality.h"

namespace kefu::performance {
namespace {

constexpr int kMaxMonths = 24;

using domain::SubjectId;
using domain::SubjectKind;
using DayMeasures = std::map<absl::CivilDay, domain::Measures>;

void SetWords(std::string zh, std::string en, v1::Words& out) {
  out.set_zh(std::move(zh));
  out.set_en(std::move(en));
}

// How little a figure's baseline may be taken to move: counts by whole ones.
domain::LeastRange LeastRangeOf(const domain::MetricSpec& spec,
                                const domain::DiagnosisPolicy& policy) {
  const bool count = spec.unit == domain::Unit::kCount;
  return {policy.least_range_bps / 1e4, count ? policy.least_count_range_milli / 1e3 : 0};
}

// What is asked.
struct Question {
  ShopScope shop;
  std::string definition;
  domain::DiagnosisPolicy policy;
  absl::CivilMonth first, last;
  absl::CivilDay day;  // of the daily diagnosis
  absl::CivilDay end;  // the last day that warnings look at
  absl::CivilDay yesterday;
};

absl::StatusOr<std::map<SubjectId, DayMeasures>> LoadDays(db::Transaction& t, const Question& q,
                                                          SubjectKind kind, absl::CivilDay first,
                                                          absl::CivilDay last) {
  ASSIGN_OR_RETURN(const auto rows,
                   store::LoadRollups(t, q.shop.scope, q.definition, first, last, kind, ""));
  std::map<SubjectId, DayMeasures> days;
  for (const store::RollupRow& row : rows) days[row.subject][row.day].Merge(row.measures);
  if (kind != SubjectKind::kShop || days.empty()) return days;
  // A day on which nothing came in is one of no sales, and tells the most of all. Agents have days
  // off, and before the first facts there was no shop.
  DayMeasures& of_shop = days.begin()->second;
  for (absl::CivilDay day = of_shop.begin()->first; day <= std::min(last, q.yesterday); ++day)
    of_shop.try_emplace(day);
  return days;
}

// --- Early warnings ---

domain::ChartRule RuleOf(const domain::DiagnosisPolicy& policy) {
  return {policy.limit_sigma_bps / 1e4, policy.run_points};
}

// A value as people read it.
std::string Shown(const domain::MetricSpec& spec, double value, const std::string& currency,
                  bool zh) {
  if (spec.unit == domain::Unit::kMoney) return Format({currency, std::llround(value)});
  if (spec.spread == domain::Spread::kShare) return fmt::format("{:.2f}%", value * 100);
  if (spec.unit == domain::Unit::kSeconds) return fmt::format("{:.1f}{}", value, zh ? "秒" : " s");
  return fmt::format("{:.4g}", value);
}

// One subject's chart of one figure.
class Chart {
 public:
  Chart(const Question& q, const SubjectId& subject, const domain::WatchedMetric& watched)
      : q_(q), subject_(subject), watched_(watched), spec_(domain::FindMetric(watched.metric_id)) {}

  void Warn(const DayMeasures& days, v1::DiagnoseResponse& response) {
    if (spec_ == nullptr) return;
    const absl::CivilDay watched_from = q_.end - q_.policy.watched_days + 1;
    std::vector<double> values;
    std::vector<domain::ShareOfCases> shares;
    size_t baseline = 0;
    for (const auto& [day, measures] : days) {
      const domain::MetricValue value = domain::Evaluate(*spec_, measures);
      if (!value.value) continue;
      days_.push_back(day);
      values.push_back(*value.value);
      shares.push_back({value.numerator, value.denominator});
      baseline += day < watched_from;
    }
    if (baseline < static_cast<size_t>(q_.policy.least_points)) return;
    const domain::ChartRule rule = RuleOf(q_.policy);
    const auto chart = IsShare() ? domain::ShareChart(shares, baseline, rule)
                                 : domain::IndividualsChart(values, baseline,
                                                            LeastRangeOf(*spec_, q_.policy), rule);
    if (!chart) return;
    for (size_t i = baseline; i < chart->size(); ++i) {
      // Of a run that goes on the last day is told.
      const bool goes_on = i + 1 < chart->size() && (*chart)[i + 1].run > (*chart)[i].run;
      if ((*chart)[i].outside || ((*chart)[i].run > 0 && !goes_on))
        Add((*chart)[i], days_[i], response);
    }
  }

 private:
  bool IsShare() const { return spec_->spread == domain::Spread::kShare; }

  void Add(const domain::ChartPoint& point, absl::CivilDay day, v1::DiagnoseResponse& response) {
    const bool above = point.value > point.center, good = above != watched_.lower_is_better;
    v1::EarlyWarning* out = good ? response.add_improvements() : response.add_warnings();
    out->set_direction(good ? v1::WARNING_DIRECTION_GOOD : v1::WARNING_DIRECTION_BAD);
    if (!point.outside) out->set_run_days(point.run);
    out->set_agent_id(subject_.id);
    out->set_metric_id(watched_.metric_id);
    *out->mutable_day() = kefu::convert::ToProto(day);
    out->set_value(point.value);
    out->set_center(point.center);
    out->set_low(point.low);
    out->set_high(point.high);
    out->set_chart(IsShare() ? "p" : "individuals");
    Tell(point, above, good, *out->mutable_text());
  }

  void Tell(const domain::ChartPoint& point, bool above, bool good, v1::Words& text) const {
    const auto shown = [&](double value, bool zh) {
      return Shown(*spec_, value, q_.shop.settings.currency_code, zh);
    };
    SetWords(fmt::format("{}为{}，{}，{}（中心{}，控制限{}～{}）", spec_->name_zh,
                         shown(point.value, true),
                         point.outside
                             ? "超出控制限"
                             : fmt::format("连续{}点在中心{}", point.run, above ? "之上" : "之下"),
                         good ? "好于平常" : "差于平常", shown(point.center, true),
                         shown(point.low, true), shown(point.high, true)),
             fmt::format("{} is {}: {}, {} than usual (centre {}, limits {} to {})", spec_->name_en,
                         shown(point.value, false),
                         point.outside ? "beyond the control limits"
                                       : fmt::format("number {} in a row {} the centre", point.run,
                                                     above ? "above" : "below"),
                         good ? "better" : "worse", shown(point.center, false),
                         shown(point.low, false), shown(point.high, false)),
             text);
  }

  const Question& q_;
  const SubjectId& subject_;
  const domain::WatchedMetric& watched_;
  const domain::MetricSpec* const spec_;
  std::vector<absl::CivilDay> days_;
};

absl::Status AddWarnings(db::Transaction& t, const Question& q, v1::DiagnoseResponse& response) {
  const absl::CivilDay from =
      q.end - (q.policy.watched_days + std::max(q.policy.baseline_days, q.policy.least_points)) + 1;
  ASSIGN_OR_RETURN(const auto duties, store::LoadDuties(t, q.shop.scope));
  const auto after_sales = domain::AgentsWithOnly(domain::Duty::kAfterSales, duties,
                                                  {q.end - q.policy.watched_days + 1, q.end});
  for (const SubjectKind kind : {SubjectKind::kShop, SubjectKind::kAgent}) {
    ASSIGN_OR_RETURN(const auto subjects, LoadDays(t, q, kind, from, q.end));
    for (const auto& [subject, days] : subjects) {
      for (const domain::WatchedMetric& watched : q.policy.watched) {
        if (watched.shop_only && kind != SubjectKind::kShop) continue;
        if (after_sales.contains(subject.id) && domain::JudgesSelling(watched.metric_id)) continue;
        Chart(q, subject, watched).Warn(days, response);
      }
    }
  }
  return absl::OkStatus();
}

// --- The day ---

std::optional<double> ValueOn(const domain::MetricSpec& spec, const DayMeasures& days,
                              absl::CivilDay day) {
  const auto found = days.find(day);
  return found == days.end() ? std::nullopt : domain::Evaluate(spec, found->second).value;
}

// Beyond the limits of the days before.
bool IsOutlier(const domain::MetricSpec& spec, const DayMeasures& days, absl::CivilDay day,
               const domain::DiagnosisPolicy& policy) {
  std::vector<double> values;
  for (absl::CivilDay each = day - policy.baseline_days; each < day; ++each) {
    if (const auto value = ValueOn(spec, days, each)) values.push_back(*value);
  }
  const auto mine = ValueOn(spec, days, day);
  if (!mine || values.size() < static_cast<size_t>(policy.daily_least_points)) return false;
  const size_t baseline = values.size();
  values.push_back(*mine);
  const auto chart =
      domain::IndividualsChart(values, baseline, LeastRangeOf(spec, policy), RuleOf(policy));
  return chart && chart->back().outside;
}

std::string Change(std::optional<double> now, std::optional<double> before, bool zh) {
  if (!now || !before) return zh ? "无可比数据" : "nothing to compare";
  if (*before == 0) return zh ? "此前为0" : "was 0";
  return fmt::format("{:+.1f}%", (*now / *before - 1) * 100);
}

absl::Status AddDaily(db::Transaction& t, const Question& q, v1::DiagnoseResponse& response) {
  ASSIGN_OR_RETURN(auto subjects, LoadDays(t, q, SubjectKind::kShop,
                                           q.day - std::max(q.policy.baseline_days, 7), q.day));
  const DayMeasures& days = subjects[SubjectId{}];
  *response.mutable_day() = kefu::convert::ToProto(q.day);
  for (const std::string& id : q.policy.daily) {
    const domain::MetricSpec* spec = domain::FindMetric(id);
    if (spec == nullptr) continue;
    v1::DailyFigure* out = response.add_daily();
    out->set_metric_id(id);
    const auto now = ValueOn(*spec, days, q.day), before = ValueOn(*spec, days, q.day - 1),
               week = ValueOn(*spec, days, q.day - 7);
    if (now) out->set_value(*now);
    if (before) out->set_day_before(*before);
    if (week) out->set_week_before(*week);
    out->set_outlier(IsOutlier(*spec, days, q.day, q.policy));
    SetWords(fmt::format("{}：较前一日{}，较上周同日{}{}", spec->name_zh, Change(now, before, true),
                         Change(now, week, true), out->outlier() ? "，异常" : ""),
             fmt::format("{}: {} against the day before, {} against the same weekday{}",
                         spec->name_en, Change(now, before, false), Change(now, week, false),
                         out->outlier() ? "; an outlier" : ""),
             *out->mutable_text());
  }
  return absl::OkStatus();
}

// --- The months ---

absl::Status AddMonths(db::Transaction& t, const Question& q, const store::NamesById& names,
                       v1::DiagnoseResponse& response) {
  std::vector<domain::DiagnosedMonth> months;
  ASSIGN_OR_RETURN(const auto duties, store::LoadDuties(t, q.shop.scope));
  const absl::CivilMonth first = q.first - (q.policy.months_in_a_row - 1);
  for (absl::CivilMonth month = first; month <= q.last; ++month) {
    const auto [from, to] = DaysOf(month);
    domain::DiagnosedMonth& each = months.emplace_back();
    each.month = month;
    ASSIGN_OR_RETURN(each.agents, AgentFigures(t, q.shop.scope, q.definition, from, to));
    ASSIGN_OR_RETURN(each.shop, ShopFigures(t, q.shop.scope, q.definition, from, to));
    each.after_sales = domain::AgentsWithOnly(domain::Duty::kAfterSales, duties, {from, to});
  }
  const absl::CivilDay end = DaysOf(q.last).second;
  ASSIGN_OR_RETURN(const domain::Figures usual,
                   ShopFigures(t, q.shop.scope, q.definition,
                               absl::CivilDay(q.first - q.policy.usual_months), end));
  ASSIGN_OR_RETURN(const domain::Figures total,
                   ShopFigures(t, q.shop.scope, q.definition, absl::CivilDay(q.first), end));
  const std::string& currency = q.shop.settings.currency_code;
  convert::Fill(domain::Diagnose(months, static_cast<size_t>(q.last - q.first) + 1, usual, total,
                                 q.policy, names, currency),
                currency, response);
  return absl::OkStatus();
}

absl::StatusOr<Question> Ask(const Dependencies& deps, const RequestContext& ctx,
                             const v1::DiagnoseRequest& request) {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  Question q;
  FieldViolations violations;
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  q.first = absl::CivilMonth(kefu::convert::RequiredDay(
      request.has_first_month(), request.first_month(), "first_month", violations));
  q.last = absl::CivilMonth(kefu::convert::RequiredDay(
      request.has_last_month(), request.last_month(), "last_month", violations));
  const auto day = kefu::convert::OptionalDay(request.has_day(), request.day(), "day", violations);
  violations.Check(q.last >= q.first && q.last - q.first < kMaxMonths, "last_month",
                   "must not lie before first_month, and at most 24 months are diagnosed");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(q.shop, RequireShopScope(deps.database, ctx, request.shop_id(), ctx.deadline));
  q.yesterday = absl::ToCivilDay(ctx.now, q.shop.zone) - 1;
  q.day = day.value_or(q.yesterday);
  q.end = std::min(DaysOf(q.last).second, q.yesterday);
  ASSIGN_OR_RETURN(
      q.policy,
      deps.database.RunInTransaction(
          ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<domain::DiagnosisPolicy> {
            ASSIGN_OR_RETURN(const auto published, FindAndActivate(t, q.shop.scope, ""));
            q.definition = published->Key();
            return DiagnosisPolicyOn(t, q.shop.scope, DaysOf(q.last).second);
          }));
  return q;
}

}  // namespace

absl::StatusOr<v1::DiagnoseResponse> JudgementHandlers::Diagnose(
    const RequestContext& ctx, const v1::DiagnoseRequest& request) const {
  ASSIGN_OR_RETURN(const Question q, Ask(deps_, ctx, request));
  const int months_before = std::max(q.policy.usual_months, q.policy.months_in_a_row - 1);
  const absl::CivilDay from = std::min(
      {absl::CivilDay(q.first - months_before), q.day - q.policy.baseline_days,
       q.end - (q.policy.watched_days + std::max(q.policy.baseline_days, q.policy.least_points))});
  RETURN_IF_ERROR(deps_.recomputer
                      .Run(q.shop.scope, q.definition, from, std::max(DaysOf(q.last).second, q.day),
                           ctx.deadline)
                      .status());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::DiagnoseResponse> {
        v1::DiagnoseResponse response;
        *response.mutable_policy() = convert::ToProto(q.policy);
        ASSIGN_OR_RETURN(const auto names,
                         store::AllNames(t, q.shop.scope.org_id, store::Named::kAgent));
        RETURN_IF_ERROR(AddMonths(t, q, names, response));
        RETURN_IF_ERROR(AddWarnings(t, q, response));
        RETURN_IF_ERROR(AddDaily(t, q, response));
        NameDiagnosis(names, response);
        return response;
      });
}

absl::StatusOr<v1::DiagnosisPolicy> JudgementHandlers::SetDiagnosisPolicy(
    const RequestContext& ctx, const v1::SetDiagnosisPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  ASSIGN_OR_RETURN(const PolicyOwner owner,
                   RequirePolicyOwner(deps_.database, ctx, request.shop_id()));
  FieldViolations inner, violations;
  const domain::DiagnosisPolicy policy =
      convert::FromProto(request.policy(), owner.currency, inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::DiagnosisPolicy>(
      deps_.database, ctx, request, [&](db::Transaction& t) {
        return StorePolicy<v1::DiagnosisPolicySet>(t, ctx, owner, kDiagnosisPolicy,
                                                   policy.effective_from, convert::ToProto(policy),
                                                   deps_.on_events);
      });
}

absl::StatusOr<v1::DiagnosisPolicy> JudgementHandlers::GetDiagnosisPolicy(
    const RequestContext& ctx, const v1::GetDiagnosisPolicyRequest& request) const {
  FieldViolations violations;
  const auto day = kefu::convert::OptionalDay(request.has_day(), request.day(), "day", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  ASSIGN_OR_RETURN(
      const auto policy, deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
        return DiagnosisPolicyOn(t, shop.scope, day.value_or(absl::ToCivilDay(ctx.now, shop.zone)));
      }));
  return convert::ToProto(policy);
}

}  // namespace kefu::performance
