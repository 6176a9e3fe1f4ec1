#include "services/performance/domain/judgement/scorecard.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

namespace kefu::performance::domain {
namespace {

constexpr int kAll = 10'000;  // basis points
constexpr int kMostMonths = 12;

using Problems = std::vector<ScorecardProblem>;

// Ranges in the order given must follow each other without overlap and gap over everything.
template <class Bands, class RangeOf>
void CheckRanges(const Bands& bands, RangeOf range_of, const std::string& field,
                 Problems& problems) {
  if (bands.empty()) return problems.push_back({field, "must hold at least one band"});
  const auto add = [&](size_t i, std::string text) {
    problems.push_back({fmt::format("{}[{}]", field, i), std::move(text)});
  };
  for (size_t i = 0; i < bands.size(); ++i) {
    const Range& range = range_of(bands[i]);
    if (range.from && range.to && *range.from >= *range.to) add(i, "must begin below its end");
    if (i == 0) {
      if (range.from) add(i, "the first band must have no beginning");
      continue;
    }
    const Range& before = range_of(bands[i - 1]);
    if (!range.from || !before.to || *range.from < *before.to) {
      add(i, "overlaps the band before it");
    } else if (*range.from > *before.to) {
      add(i, "leaves a gap after the band before it");
    }
  }
  if (range_of(bands.back()).to) add(bands.size() - 1, "the last band must have no end");
}

void CheckPointBands(const std::vector<PointBand>& bands, const std::string& field,
                     Problems& problems) {
  CheckRanges(
      bands, [](const PointBand& b) -> const Range& { return b.micros; }, field, problems);
}

// The checks of one item's rule.
class RuleCheck {
 public:
  RuleCheck(const std::string& path, bool (*known_metric)(std::string_view), Problems& problems)
      : path_(path), known_metric_(known_metric), problems_(problems) {}

  void operator()(const ConductRule& rule) {
    Kinds(rule.kinds, "conduct");
    Check(rule.warnings >= 0, "conduct.warnings", "must not be negative");
    Check(rule.most_counted >= 0, "conduct.most_counted", "must not be negative");
    Check(rule.most_a_week >= 0, "conduct.most_a_week", "must not be negative");
    Check(!rule.proposed || rule.least <= rule.most, "conduct.least_centipoints",
          "must not be greater than most_centipoints");
    Check(!rule.proposed || rule.least >= 0 || rule.most <= 0, "conduct.least_centipoints",
          "an item either gives or takes: the range must not reach over 0");
  }
  void operator()(const RankRule& rule) {
    Check(!rule.by.empty(), "rank.by", "must name at least one metric");
    Check(!rule.points.empty(), "rank.centipoints", "must hold the points of rank 1");
    for (size_t i = 0; i < rule.by.size(); ++i)
      Metric(rule.by[i].metric_id, fmt::format("rank.by[{}].metric_id", i));
  }
  void operator()(const CleanRule& rule) {
    Check(rule.at_most >= 0, "clean.at_most", "must not be negative");
  }
  void operator()(const GradeRule& rule) {
    Check(!rule.scale.empty(), "grade.scale", "must hold at least one grade");
    std::set<std::string> ids;
    std::set<int64_t> points;
    for (size_t i = 0; i < rule.scale.size(); ++i) {
      Check(ids.insert(rule.scale[i].id).second, fmt::format("grade.scale[{}].grade", i),
            "stands twice");
      points.insert(rule.scale[i].points);
    }
    if (rule.metric_id.empty()) {
      return Check(rule.bands.empty(), "grade.bands", "need a metric_id");
    }
    Metric(rule.metric_id, "grade.metric_id");
    CheckPointBands(rule.bands, path_ + ".grade.bands", problems_);
    for (size_t i = 0; i < rule.bands.size(); ++i) {
      Check(points.contains(rule.bands[i].points), fmt::format("grade.bands[{}]", i),
            "must give the points of a grade of the scale");
    }
  }
  void operator()(const AttendanceRule& rule) {
    Check(rule.late <= 0 && rule.early <= 0 && rule.leave <= 0 && rule.absence <= 0, "attendance",
          "takes points: none may be positive");
  }
  void operator()(const MetricRule& rule) {
    Metric(rule.metric_id, "metric.metric_id");
    Check(rule.weight_bps > 0 && rule.weight_bps <= kAll, "metric.weight_bps",
          "must be 1 to 10000");
    Check(rule.thin_below >= 0, "metric.thin_below", "must not be negative");
    Check(rule.thin_factor_bps >= 0 && rule.thin_factor_bps <= kAll, "metric.thin_factor_bps",
          "must be 0 to 10000");
    CheckPointBands(rule.bands, path_ + ".metric.bands", problems_);
    for (size_t i = 0; i < rule.bands.size(); ++i) {
      Check(rule.bands[i].points >= 0 && rule.bands[i].points <= 100 * kPoint,
            fmt::format("metric.bands[{}].centipoints", i), "must be 0 to 10000");
    }
  }
  void operator()(const StreakRule& rule) {
    Metric(rule.metric_id, "streak.metric_id");
    Check(rule.months >= 1 && rule.months <= kMostMonths, "streak.months", "must be 1 to 12");
    Check(rule.days_off >= 0, "streak.days_off", "must not be negative");
  }
  void operator()(const GroupRule& rule) {
    Kinds(rule.kinds, "group");
    Check(!rule.steps.empty() && rule.steps.front().from_time == 1, "group.steps",
          "must begin with the first time");
    for (size_t i = 0; i < rule.steps.size(); ++i) {
      Check(i == 0 || rule.steps[i].from_time > rule.steps[i - 1].from_time,
            fmt::format("group.steps[{}].from_time", i), "must be later than the step before it");
      Check(rule.steps[i].fine_minor >= 0, fmt::format("group.steps[{}].fine", i),
            "must not be negative");
    }
    Check(rule.dismissal_at >= 0, "group.dismissal_at", "must not be negative");
  }

 private:
  void Check(bool ok, std::string_view field, std::string text) {
    if (!ok) problems_.push_back({fmt::format("{}.{}", path_, field), std::move(text)});
  }
  void Kinds(const std::vector<std::string>& kinds, std::string_view rule) {
    Check(!kinds.empty(), fmt::format("{}.kinds", rule), "must name at least one kind");
  }
  void Metric(const std::string& id, std::string_view field) {
    Check(known_metric_(id), field, fmt::format("there is no metric '{}'", id));
  }

  const std::string path_;
  bool (*const known_metric_)(std::string_view);
  Problems& problems_;
};

// What an item can give at most without additions: what it starts with, or its best grade.
int64_t FullPoints(const ScoreItem& item) {
  const auto* grade = std::get_if<GradeRule>(&item.rule);
  if (grade == nullptr || grade->scale.empty()) return item.start;
  return std::ranges::max(grade->scale, {}, &GradeRule::Grade::points).points;
}

void CheckTotals(const Scorecard& card, Problems& problems) {
  int64_t weights = 0, full = card.start;
  bool weighted = false;
  for (const ScoreItem& item : card.items) {
    if (const auto* metric = std::get_if<MetricRule>(&item.rule)) {
      weighted = true;
      weights += metric->weight_bps;
    } else {
      full += FullPoints(item);
    }
  }
  if (weighted && weights != kAll) {
    problems.push_back(
        {"items", fmt::format("weights must add up to 10000 basis points, not {}", weights)});
  }
  if (card.fail_below_bps < 0 || card.fail_below_bps > kAll)
    problems.push_back({"fail_below_bps", "must be 0 to 10000"});
  if (card.fail_below_bps > 0 && card.max_points <= 0)
    problems.push_back({"max_centipoints", "is required where fail_below_bps is set"});
  if (weighted) full += 100 * kPoint;  // of 100 each, weighted
  if (card.max_points > 0 && card.max_points != full) {
    problems.push_back({"max_centipoints",
                        fmt::format("is {}, but the items add up to {}", card.max_points, full)});
  }
}

}  // namespace

bool Contains(const Range& range, int64_t value) {
  return (!range.from || *range.from <= value) && (!range.to || value < *range.to);
}

std::vector<ScorecardProblem> CheckScorecard(const Scorecard& card,
                                             bool (*known_metric)(std::string_view)) {
  Problems problems;
  if (card.items.empty()) problems.push_back({"items", "must hold at least one item"});
  std::set<std::string> ids;
  for (size_t i = 0; i < card.items.size(); ++i) {
    const std::string path = fmt::format("items[{}]", i);
    if (!ids.insert(card.items[i].id).second)
      problems.push_back({path + ".item_id", "stands twice"});
    std::visit(RuleCheck(path, known_metric, problems), card.items[i].rule);
  }
  CheckTotals(card, problems);
  if (!card.bonus.empty()) {
    CheckRanges(
        card.bonus, [](const BonusBand& b) -> const Range& { return b.points; }, "bonus", problems);
  }
  for (size_t i = 0; i < card.bonus.size(); ++i) {
    const std::string path = fmt::format("bonus[{}]", i);
    if (card.bonus[i].effect_bps < -kAll)
      problems.push_back({path + ".effect_bps", "must not take more than the whole bonus"});
    if (card.bonus[i].per_point_bps != 0 && !card.bonus[i].points.from)
      problems.push_back({path + ".per_point_bps", "needs a band with a beginning"});
  }
  return problems;
}

const Scorecard* ChooseScorecard(const std::vector<Scorecard>& own, std::string_view role,
                                 Stage stage) {
  const auto order = [](const Scorecard& card) {
    return std::tuple(card.shop_id.empty(), card.role.empty(), card.stage == Stage::kAny,
                      absl::CivilDay() - card.effective_from, std::string_view(card.id));
  };
  const Scorecard* best = nullptr;
  for (const Scorecard& card : own) {
    if (!card.role.empty() && card.role != role) continue;
    if (card.stage != Stage::kAny && card.stage != stage) continue;
    if (card.role.empty() && card.stage == Stage::kAny) continue;
    if (best == nullptr || order(card) < order(*best)) best = &card;
  }
  return best;
}

}  // namespace kefu::performance::domain
