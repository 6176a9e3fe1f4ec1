#include "services/performance/domain/judgement/score.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "common/money/money.h"

namespace kefu::performance::domain {
namespace {

constexpr int kAll = 10'000;  // basis points
constexpr double kMillion = 1'000'000;

std::string Text(int64_t points) {
  return points % kPoint == 0 ? fmt::format("{}", points / kPoint)
                              : fmt::format("{:.2f}", static_cast<double>(points) / kPoint);
}
std::string Amount(int64_t minor, const std::string& currency) { return Format({currency, minor}); }
std::string PendingNote(size_t pending, bool zh) {
  if (pending == 0) return "";
  return zh ? fmt::format("；另有{}次未定或申诉中，不计", pending)
            : fmt::format("; {} more not decided or under appeal, and not counted", pending);
}

const PointBand* BandOf(const std::vector<PointBand>& bands, double value) {
  // Beyond what 64 bits hold, the outermost bands go on.
  const double micros = std::clamp(std::round(value * kMillion), -9.2e18, 9.2e18);
  for (const PointBand& band : bands) {
    if (Contains(band.micros, static_cast<int64_t>(micros))) return &band;
  }
  return nullptr;
}

// Scores item after item.
class Scorer {
 public:
  // `as_decided`: events that count as if somebody had decided them.
  Scorer(const Scorecard& card, const MonthFacts& facts, std::string_view agent, MonthRanks& ranks,
         const std::set<std::string>& as_decided = {})
      : card_(card), facts_(facts), agent_(agent), ranks_(ranks) {
    score_.scorecard_id = card.id;
    score_.version = card.version;
    score_.max_points = card.max_points;
    const bool groups = std::ranges::any_of(card.items, [](const ScoreItem& item) {
      return std::holds_alternative<GroupRule>(item.rule);
    });
    for (const ConductEvent& event : facts.conduct) {
      if (IsOverturned(event)) continue;
      const bool decided = IsDecided(event) || as_decided.contains(event.id);
      const bool of_month = absl::CivilMonth(event.day) == facts.month;
      if (decided && groups) counted_.push_back(&event);
      if (!decided && of_month) pending_.push_back(&event);
      if (decided && of_month && event.agent_id == agent) own_.push_back(&event);
    }
    const auto by_day = [](const ConductEvent* a, const ConductEvent* b) {
      return std::tie(a->day, a->id) < std::tie(b->day, b->id);
    };
    std::ranges::sort(counted_, by_day);
    std::ranges::sort(own_, by_day);
  }

  Score Run() {
    for (const ScoreItem& item : card_.items) {
      ScoredItem& scored = score_.items.emplace_back();
      scored.id = item.id;
      scored.name_zh = item.name_zh;
      scored.name_en = item.name_en;
      scored.points = item.start;
      if (std::holds_alternative<CleanRule>(item.rule)) continue;  // needs all deductions
      std::visit([&](const auto& rule) { Apply(rule, item, scored); }, item.rule);
      if (item.floor) scored.points = std::max(scored.points, *item.floor);
    }
    for (size_t i = 0; i < card_.items.size(); ++i) {
      if (const auto* clean = std::get_if<CleanRule>(&card_.items[i].rule))
        Clean(*clean, score_.items[i]);
    }
    Total();
    Bonus();
    return std::move(score_);
  }

 private:
  std::vector<const ConductEvent*> OwnOf(const std::vector<std::string>& kinds) const {
    std::vector<const ConductEvent*> found;
    for (const ConductEvent* event : own_) {
      if (std::ranges::find(kinds, event->kind) != kinds.end()) found.push_back(event);
    }
    return found;
  }

  // Whether an undecided event is of the kinds; the score then tells of it.
  bool Waits(const ConductEvent& event, const std::vector<std::string>& kinds) {
    if (std::ranges::find(kinds, event.kind) == kinds.end()) return false;
    if (std::ranges::find(score_.pending, event.id) == score_.pending.end())
      score_.pending.push_back(event.id);
    return true;
  }

  bool IsMember(const ConductEvent& event) const {
    const auto members = facts_.group_members.find(event.id);
    return members != facts_.group_members.end() && members->second.contains(std::string(agent_));
  }

  // What was decided of an event, and what the scheme adds in any case.
  void Sanctioned(const ConductEvent& event, Sanction in_any_case) {
    for (const Sanction sanction : {event.sanction, in_any_case}) {
      const DecidedSanction decided{event.id, sanction};
      if (sanction != Sanction::kNone &&
          std::ranges::find(score_.sanctions, decided) == score_.sanctions.end())
        score_.sanctions.push_back(decided);
    }
  }

  // The events of the kinds in each calendar week so far, those of its days in the month before
  // included: a week is one, whichever months it lies in.
  class Weeks {
   public:
    Weeks(const Scorer& scorer, const ConductRule& rule) {
      if (rule.most_a_week == 0) return;
      for (const ConductEvent& event : scorer.facts_.conduct) {
        if (event.agent_id == scorer.agent_ && IsDecided(event) &&
            absl::CivilMonth(event.day) < scorer.facts_.month &&
            std::ranges::find(rule.kinds, event.kind) != rule.kinds.end())
          ++counted_[MondayOf(event.day)];
      }
    }
    int Add(absl::CivilDay day) { return ++counted_[MondayOf(day)]; }

   private:
    static absl::CivilDay MondayOf(absl::CivilDay day) {
      return absl::PrevWeekday(day + 1, absl::Weekday::monday);
    }
    std::map<absl::CivilDay, int> counted_;
  };

  void Fine(const ConductEvent& event, int64_t minor, ScoredItem& scored) {
    if (minor == 0) return;
    scored.fine_minor += minor;
    score_.fines.push_back({event.id, minor});
  }

  void Apply(const ConductRule& rule, const ScoreItem&, ScoredItem& scored) {
    const auto events = OwnOf(rule.kinds);
    int warnings = 0, counted = 0;
    Weeks weeks(*this, rule);
    const size_t pending = std::ranges::count_if(pending_, [&](const ConductEvent* event) {
      return event->agent_id == agent_ && Waits(*event, rule.kinds);
    });
    for (const ConductEvent* event : events) {
      scored.record_ids.push_back(event->id);
      Sanctioned(*event, rule.sanction);
      if (rule.observation) score_.under_observation = true;
      if (warnings < rule.warnings) {
        ++warnings;
        continue;
      }
      if (rule.most_a_week > 0 && weeks.Add(event->day) > rule.most_a_week) continue;
      if (rule.most_counted > 0 && counted == rule.most_counted) continue;
      ++counted;
      const int64_t points =
          rule.proposed ? std::clamp(event->points * kPoint, rule.least, rule.most) : rule.each;
      if (points < 0) ++score_.deductions;
      scored.points += points;
      if (rule.money) {
        if (event->money_minor > 0) {
          scored.award_minor += event->money_minor;
        } else if (event->money_minor < 0) {
          Fine(*event, -event->money_minor, scored);
        }
        scored.days_off += event->days_off;
      }
    }
    scored.why_zh = fmt::format("{}次，其中警告{}次，计分{}次{}", events.size(), warnings, counted,
                                PendingNote(pending, true));
    scored.why_en = fmt::format("{} times: {} warnings, {} counted{}", events.size(), warnings,
                                counted, PendingNote(pending, false));
  }

  void Apply(const RankRule& rule, const ScoreItem&, ScoredItem& scored) {
    const auto& [ranks, agents] = ranks_.Of(0, rule.by);
    const auto mine = ranks.find(std::string(agent_));
    if (mine == ranks.end()) {
      const bool other = facts_.not_ranked.contains(std::string(agent_));
      scored.why_zh = other ? "岗位不同，不参与排名" : "当月无完整数据或首要指标为零，不参与排名";
      scored.why_en = other ? "not ranked: has another duty"
                            : "not ranked: a figure of the month is missing, or the first one is 0";
      return;
    }
    const int rank = mine->second;
    const int ties = agents.at(rank);
    if (rank <= static_cast<int>(rule.points.size())) scored.points += rule.points[rank - 1];
    if (rank == 1 && !rule.title.empty()) score_.title = rule.title;
    scored.band = fmt::format("{}", rank);
    scored.why_zh = fmt::format("{}人中第{}名{}", ranks.size(), rank,
                                ties > 1 ? fmt::format("（{}人并列，各得该名次分）", ties) : "");
    scored.why_en =
        fmt::format("rank {} of {}{}", rank, ranks.size(),
                    ties > 1 ? fmt::format(" ({} share it, each with its points)", ties) : "");
  }

  void Apply(const CleanRule&, const ScoreItem&, ScoredItem&) {}
  void Clean(const CleanRule& rule, ScoredItem& scored) {
    if (score_.deductions <= rule.at_most) scored.points += rule.points;
    scored.why_zh =
        fmt::format("当月扣分{}次，上限{}次；警告不算", score_.deductions, rule.at_most);
    scored.why_en = fmt::format("{} deductions in the month, at most {} allowed; warnings are none",
                                score_.deductions, rule.at_most);
  }

  void Unknown(ScoredItem& scored, std::string_view zh, std::string_view en) {
    scored.known = false;
    scored.points = 0;
    scored.why_zh = zh;
    scored.why_en = en;
  }

  void Apply(const GradeRule& rule, const ScoreItem& item, ScoredItem& scored) {
    const auto of_agent = facts_.grades.find(std::string(agent_));
    if (of_agent != facts_.grades.end()) {
      const auto grade = of_agent->second.find(item.id);
      if (grade != of_agent->second.end() && Graded(rule, grade->second, scored)) return;
    }
    if (!rule.metric_id.empty()) {
      if (const Figure* figure = FigureOf(rule.metric_id); figure && figure->value) {
        if (figure->samples < rule.thin_below) {
          return Unknown(
              scored,
              fmt::format("样本{}个，不足{}个，需人工评级", figure->samples, rule.thin_below),
              fmt::format("{} samples of {} are too thin to judge by: grade it", figure->samples,
                          rule.thin_below));
        }
        const PointBand* band = BandOf(rule.bands, *figure->value);
        if (band != nullptr) return ByMetric(rule, *figure, *band, scored);
      }
    }
    Unknown(scored, "尚未评级", "no grade is recorded");
  }

  bool Graded(const GradeRule& rule, const RecordedGrade& recorded, ScoredItem& scored) {
    for (const GradeRule::Grade& grade : rule.scale) {
      if (grade.id != recorded.grade) continue;
      scored.points += grade.points;
      scored.band = grade.id;
      if (!recorded.evidence.empty()) scored.record_ids.push_back(recorded.evidence);
      scored.why_zh = fmt::format("由{}评为{}", recorded.graded_by, grade.id);
      scored.why_en = fmt::format("graded {} by {}", grade.id, recorded.graded_by);
      return true;
    }
    return false;
  }

  static void ByMetric(const GradeRule& rule, const Figure& figure, const PointBand& band,
                       ScoredItem& scored) {
    for (const GradeRule::Grade& grade : rule.scale) {
      if (grade.points == band.points) scored.band = grade.id;
    }
    scored.points += band.points;
    TakeFigure(figure, scored);
    scored.why_zh =
        fmt::format("无人工评级，按{}＝{:.6g}评为{}", rule.metric_id, *figure.value, scored.band);
    scored.why_en = fmt::format("nobody graded it: {} = {:.6g} gives {}", rule.metric_id,
                                *figure.value, scored.band);
  }

  void Apply(const AttendanceRule& rule, const ScoreItem&, ScoredItem& scored) {
    const auto found = facts_.attendance.find(std::string(agent_));
    if (found == facts_.attendance.end())
      return Unknown(scored, "无考勤记录", "no attendance is recorded");
    const AttendanceSummary& a = found->second;
    scored.points += a.late_count * rule.late + a.early_count * rule.early +
                     a.leave_count * rule.leave + a.absence_count * rule.absence;
    scored.record_ids = a.record_ids;
    scored.why_zh = fmt::format("迟到{}次，早退{}次，请假{}次，旷工{}次", a.late_count,
                                a.early_count, a.leave_count, a.absence_count);
    scored.why_en = fmt::format("late {}, early {}, leave {}, absent {} times", a.late_count,
                                a.early_count, a.leave_count, a.absence_count);
  }

  void Apply(const MetricRule& rule, const ScoreItem&, ScoredItem& scored) {
    scored.weight_bps = rule.weight_bps;
    const Figure* figure = FigureOf(rule.metric_id);
    std::optional<double> value =
        figure != nullptr ? ValueOf(*MyFigures(), rule.metric_id) : std::nullopt;
    if (value && rule.of_shop_mean) {
      const std::optional<double> mean = ValueOf(facts_.shop_mean, rule.metric_id);
      value = mean && *mean > 0 ? std::optional(*value / *mean) : std::nullopt;
    }
    if (!value)
      return Unknown(scored, "当月无此数据，权重由其余指标分担",
                     "no such figure in the month: the others share its weight");
    TakeFigure(*figure, scored);
    const PointBand* band = BandOf(rule.bands, *value);
    scored.points += band == nullptr ? 0 : band->points;
    const bool thin = figure->samples < rule.thin_below;
    if (thin) {
      scored.weight_bps = (rule.weight_bps * rule.thin_factor_bps + kAll / 2) / kAll;  // half up
    }
    scored.band = Text(scored.points);
    scored.why_zh = fmt::format(
        "{}{:.6g}{}", rule.of_shop_mean ? "为店铺均值的" : "值为", *value,
        thin ? fmt::format("；样本{}个，不足{}个，权重减轻", figure->samples, rule.thin_below)
             : "");
    scored.why_en =
        fmt::format("{:.6g}{}{}", *value, rule.of_shop_mean ? " of the shop's mean" : "",
                    thin ? fmt::format("; thin: {} samples of {}, so its weight is light",
                                       figure->samples, rule.thin_below)
                         : "");
  }

  void Apply(const StreakRule& rule, const ScoreItem&, ScoredItem& scored) {
    int months = 0;  // up to one more than it takes: of a streak that was granted before
    for (; months <= rule.months; ++months) {
      if (months > static_cast<int>(facts_.earlier.size())) break;
      const auto& ranks = ranks_.Of(months, {{rule.metric_id, true}}).by_agent;
      const auto mine = ranks.find(std::string(agent_));
      if (mine == ranks.end() || mine->second != 1) break;
    }
    if (months == rule.months) scored.days_off += rule.days_off;
    if (months > rule.months) {
      scored.why_zh = fmt::format("连续{}个月以上第一，满{}个月时已给", rule.months, rule.months);
      scored.why_en =
          fmt::format("first for more than {0} months in a row: granted after {0}", rule.months);
      return;
    }
    scored.why_zh = fmt::format("连续{}个月第一，需{}个月", months, rule.months);
    scored.why_en = fmt::format("first for {} months in a row, {} needed", months, rule.months);
  }

  // How often the like was recorded of the event's group, or without one of its agent, so far.
  int TimesUntil(const ConductEvent& event) const {
    int times = 0;
    for (const ConductEvent* each : counted_) {
      const bool same = event.team_id.empty()
                            ? each->team_id.empty() && each->agent_id == event.agent_id
                            : each->team_id == event.team_id;
      if (same && each->kind == event.kind) ++times;
      if (each == &event) break;
    }
    return times;
  }

  void Apply(const GroupRule& rule, const ScoreItem&, ScoredItem& scored) {
    int last_time = 0;
    size_t pending = 0;
    for (const ConductEvent* event : pending_) {
      const bool concerned = event->agent_id == agent_ || IsMember(*event);
      if (concerned && Waits(*event, rule.kinds)) ++pending;
    }
    for (const ConductEvent* event : counted_) {
      if (absl::CivilMonth(event->day) != facts_.month ||
          std::ranges::find(rule.kinds, event->kind) == rule.kinds.end())
        continue;
      const bool member = IsMember(*event);
      const bool responsible = event->agent_id == agent_;
      if (!member && !responsible) continue;
      const int time = TimesUntil(*event);
      const GroupRule::Step* step = nullptr;
      for (const GroupRule::Step& each : rule.steps) {
        if (each.from_time <= time) step = &each;
      }
      if (step == nullptr || !(responsible || (step->whole_group && member))) continue;
      last_time = time;
      scored.record_ids.push_back(event->id);
      // A scheme in another currency than the shop's fines nobody.
      if (card_.currency == facts_.currency) Fine(*event, step->fine_minor, scored);
      const bool dismissal = rule.dismissal_at > 0 && time >= rule.dismissal_at;
      Sanctioned(*event, dismissal ? Sanction::kDismissal : Sanction::kNone);
    }
    scored.why_zh = fmt::format("当月{}次，累计第{}次{}", scored.record_ids.size(), last_time,
                                PendingNote(pending, true));
    scored.why_en = fmt::format("{} in the month, the last is time {} on record{}",
                                scored.record_ids.size(), last_time, PendingNote(pending, false));
  }

  const Figures* MyFigures() const {
    const auto found = facts_.figures.find(std::string(agent_));
    return found == facts_.figures.end() ? nullptr : &found->second;
  }
  const Figure* FigureOf(std::string_view metric_id) const {
    const Figures* figures = MyFigures();
    if (figures == nullptr) return nullptr;
    const auto found = figures->find(metric_id);
    return found == figures->end() ? nullptr : &found->second;
  }
  static void TakeFigure(const Figure& figure, ScoredItem& scored) {
    scored.value = figure.value;
    scored.low = figure.low;
    scored.high = figure.high;
  }

  // Weighted items are averaged by the weights that are known, half up to the hundredth.
  void Total() {
    int64_t weighted = 0, weights = 0;
    bool has_weights = false;
    score_.points = card_.start;
    for (const ScoredItem& item : score_.items) {
      if (item.weight_bps > 0 || std::holds_alternative<MetricRule>(RuleOf(item))) {
        has_weights = true;
        if (!item.known) continue;
        weighted += item.points * item.weight_bps;
        weights += item.weight_bps;
      } else {
        score_.points += item.points;
        if (!item.known) score_.complete = false;
      }
      score_.awards_minor += item.award_minor;
      score_.fines_minor += item.fine_minor;
      score_.days_off += item.days_off;
    }
    if (has_weights && weights == 0) score_.complete = false;
    if (weights > 0) {
      score_.points += (weighted + weights / 2) / weights;
      ShareWeights(weights);
    }
    score_.fines_taken = card_.fines_on ? score_.fines_minor : 0;
  }

  // Weights as they were used: those that are known make up 100 %, by largest remainder.
  void ShareWeights(int64_t weights) {
    std::vector<ScoredItem*> used;
    std::vector<int64_t> parts;
    for (ScoredItem& item : score_.items) {
      if (!std::holds_alternative<MetricRule>(RuleOf(item))) continue;
      if (!item.known) {
        item.weight_bps = 0;
        continue;
      }
      used.push_back(&item);
      parts.push_back(item.weight_bps);
    }
    if (weights == kAll) return;
    const auto split = SplitLargestRemainder(kAll, parts);
    for (size_t i = 0; split.ok() && i < used.size(); ++i)
      used[i]->weight_bps = static_cast<int>((*split)[i]);
  }

  decltype(ScoreItem::rule) const& RuleOf(const ScoredItem& scored) const {
    return card_.items[&scored - score_.items.data()].rule;
  }

  void Bonus() {
    if (!score_.complete) {
      score_.why_zh = "有项目尚无数据，奖金影响未定";
      score_.why_en = "an item has no data yet: the effect on the bonus is not decided";
      return;
    }
    if (card_.fail_below_bps > 0 &&
        score_.points * kAll < card_.max_points * int64_t{card_.fail_below_bps}) {
      score_.failed = true;
      score_.grade = "failed";
      score_.bonus_effect_bps = -kAll;
      score_.why_zh =
          fmt::format("{}分，低于{}分的{:.2f}%，不合格，无绩效奖金", Text(score_.points),
                      Text(card_.max_points), card_.fail_below_bps / 100.0);
      score_.why_en =
          fmt::format("{} points are below {:.2f} % of {}: failed, no KPI bonus",
                      Text(score_.points), card_.fail_below_bps / 100.0, Text(card_.max_points));
      return;
    }
    for (const BonusBand& band : card_.bonus) {
      if (!Contains(band.points, score_.points)) continue;
      score_.grade = band.label;
      int64_t effect = band.effect_bps;
      if (band.points.from)
        effect += (score_.points - *band.points.from) / kPoint * band.per_point_bps;
      score_.bonus_effect_bps = static_cast<int>(std::clamp<int64_t>(effect, -kAll, 1'000'000));
    }
    const double percent = score_.bonus_effect_bps / 100.0;
    score_.why_zh = score_.bonus_effect_bps == -kAll
                        ? fmt::format("{}分，当月无奖金", Text(score_.points))
                        : fmt::format("{}分，奖金{:+.2f}%", Text(score_.points), percent);
    score_.why_en = score_.bonus_effect_bps == -kAll
                        ? fmt::format("{} points: no bonus this month", Text(score_.points))
                        : fmt::format("{} points: bonus {:+.2f} %", Text(score_.points), percent);
    if (score_.fines_minor > 0) {
      const std::string fines = Amount(score_.fines_minor, facts_.currency);
      score_.why_zh += fmt::format("；罚款{}{}", fines, card_.fines_on ? "" : "仅提示，不扣");
      score_.why_en +=
          fmt::format("; fines of {} {}", fines, card_.fines_on ? "apply" : "are shown, not taken");
    }
  }

  const Scorecard& card_;
  const MonthFacts& facts_;
  const std::string_view agent_;
  MonthRanks& ranks_;
  std::vector<const ConductEvent*> counted_, own_, pending_;
  Score score_;
};

}  // namespace

const MonthRanks::Ranks& MonthRanks::Of(size_t back, const std::vector<RankRule::By>& by) {
  for (const Known& known : known_) {
    if (known.back == back && known.by == by) return known.ranks;
  }
  Known& known = known_.emplace_back(Known{back, by, {}});
  const auto& figures = back == 0 ? facts_.figures : facts_.earlier[back - 1];
  known.ranks.by_agent =
      RankAgents(figures, by, back == 0 ? facts_.not_ranked : std::set<std::string>());
  for (const auto& [agent, rank] : known.ranks.by_agent) ++known.ranks.agents[rank];
  return known.ranks;
}

Score ScoreAgent(const Scorecard& card, const MonthFacts& facts, std::string_view agent_id) {
  MonthRanks ranks(facts);
  return ScoreAgent(card, facts, agent_id, ranks);
}

Score ScoreAgent(const Scorecard& card, const MonthFacts& facts, std::string_view agent_id,
                 MonthRanks& ranks) {
  Score score = Scorer(card, facts, agent_id, ranks).Run();
  const std::set<std::string> pending(score.pending.begin(), score.pending.end());
  if (pending.empty()) return score;
  const auto matters = [&](size_t chosen) {  // by bits, of those that are pending
    std::set<std::string> decided;
    for (size_t i = 0; i < score.pending.size(); ++i) {
      if (chosen >> i & 1) decided.insert(score.pending[i]);
    }
    const Score with = Scorer(card, facts, agent_id, ranks, decided).Run();
    return with.grade != score.grade || with.bonus_effect_bps != score.bonus_effect_bps;
  };
  score.pending_matters = pending.size() > kMostPendingTried;
  if (!score.pending_matters) {
    size_t chosen = (size_t{1} << score.pending.size()) - 1;  // most often they matter together
    while (chosen > 0 && !matters(chosen)) --chosen;
    score.pending_matters = chosen > 0;
  }
  for (ProposedFine& fine : Scorer(card, facts, agent_id, ranks, pending).Run().fines) {
    if (!pending.contains(fine.conduct_id)) continue;
    fine.pending = true;
    score.fines.push_back(std::move(fine));
  }
  return score;
}

std::optional<double> ValueOf(const Figures& figures, std::string_view metric_id) {
  const auto found = figures.find(metric_id);
  return found == figures.end() ? std::nullopt : found->second.value;
}

std::map<std::string, int> RankAgents(const std::map<std::string, Figures>& figures,
                                      const std::vector<RankRule::By>& by,
                                      const std::set<std::string>& left_out) {
  // Greater is better in every place.
  std::vector<std::pair<std::vector<double>, const std::string*>> rows;
  for (const auto& [agent, of_agent] : figures) {
    if (left_out.contains(agent)) continue;
    std::vector<double> key;
    for (const RankRule::By& each : by) {
      const std::optional<double> value = ValueOf(of_agent, each.metric_id);
      if (value) key.push_back(each.descending ? *value : -*value);
    }
    const bool any = key.empty() || !by.front().descending || key.front() > 0;
    if (any && key.size() == by.size()) rows.emplace_back(std::move(key), &agent);
  }
  std::ranges::sort(rows, [](const auto& a, const auto& b) { return a.first > b.first; });
  std::map<std::string, int> ranks;
  int rank = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || rows[i].first != rows[i - 1].first) rank = static_cast<int>(i) + 1;
    ranks[*rows[i].second] = rank;
  }
  return ranks;
}

}  // namespace kefu::performance::domain
