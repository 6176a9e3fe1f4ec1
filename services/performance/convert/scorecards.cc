#include "services/performance/convert/scorecards.h"

#include <fmt/format.h>

#include "common/convert/fields.h"
#include "common/money/money.h"
#include "services/performance/convert/people.h"
#include "services/performance/domain/metrics.h"

namespace kefu::performance::convert {
namespace {

constexpr int kMaxItems = 50;
constexpr int kMaxList = 50;  // bands, kinds, ranks, steps of an item
constexpr int kMaxName = 200;
// Far above any points in use, far enough below int64 for sums of a month's events.
constexpr int64_t kMaxCentipoints = 100'000'000;
constexpr int64_t kMaxEffectBps = 100'000;  // ten times the bonus, the most that pay counts

std::optional<int64_t> Optional(bool present, int64_t value) {
  return present ? std::optional(value) : std::nullopt;
}

// Reads one item; paths begin at the scorecard.
class ItemReader {
 public:
  ItemReader(std::string path, std::string_view currency, FieldViolations& violations)
      : path_(std::move(path)), currency_(currency), violations_(violations) {}

  domain::ScoreItem Read(const v1::ScorecardItem& proto) {
    domain::ScoreItem item;
    Word("item_id", proto.item_id());
    item.id = proto.item_id();
    item.name_zh = Name("name_zh", proto.name_zh());
    item.name_en = Name("name_en", proto.name_en());
    item.start = Points("start_centipoints", proto.start_centipoints());
    if (proto.has_floor_centipoints())
      item.floor = Points("floor_centipoints", proto.floor_centipoints());
    Rule(proto, item);
    return item;
  }

 private:
  void Rule(const v1::ScorecardItem& proto, domain::ScoreItem& item) {
    switch (proto.rule_case()) {
      case v1::ScorecardItem::kConduct:
        item.rule = Conduct(proto.conduct());
        break;
      case v1::ScorecardItem::kRank:
        item.rule = Rank(proto.rank());
        break;
      case v1::ScorecardItem::kClean:
        item.rule = domain::CleanRule{proto.clean().at_most(),
                                      Points("clean.centipoints", proto.clean().centipoints())};
        break;
      case v1::ScorecardItem::kGrade:
        item.rule = Grade(proto.grade());
        break;
      case v1::ScorecardItem::kAttendance:
        item.rule = domain::AttendanceRule{
            Points("attendance.late_centipoints", proto.attendance().late_centipoints()),
            Points("attendance.early_centipoints", proto.attendance().early_centipoints()),
            Points("attendance.leave_centipoints", proto.attendance().leave_centipoints()),
            Points("attendance.absence_centipoints", proto.attendance().absence_centipoints())};
        break;
      case v1::ScorecardItem::kMetric:
        item.rule = Metric(proto.metric());
        break;
      case v1::ScorecardItem::kStreak:
        item.rule = domain::StreakRule{proto.streak().metric_id(), proto.streak().months(),
                                       proto.streak().days_off()};
        break;
      case v1::ScorecardItem::kGroup:
        item.rule = Group(proto.group());
        break;
      case v1::ScorecardItem::RULE_NOT_SET:
        item.rule = domain::CleanRule{};
        violations_.Add(path_, "must have a rule");
    }
  }

  domain::ConductRule Conduct(const v1::ConductRule& proto) {
    domain::ConductRule rule;
    rule.kinds = Kinds("conduct.kinds", proto.kinds());
    rule.warnings = proto.warnings();
    rule.each = Points("conduct.each_centipoints", proto.each_centipoints());
    rule.proposed = proto.proposed();
    rule.least = Points("conduct.least_centipoints", proto.least_centipoints());
    rule.most = Points("conduct.most_centipoints", proto.most_centipoints());
    rule.most_counted = proto.most_counted();
    rule.most_a_week = proto.most_a_week();
    rule.observation = proto.observation();
    rule.money = proto.money();
    rule.sanction = static_cast<domain::Sanction>(kefu::convert::OptionalEnum<v1::Sanction>(
        proto.sanction(), path_ + ".conduct.sanction", violations_));
    return rule;
  }
  domain::RankRule Rank(const v1::RankRule& proto) {
    domain::RankRule rule;
    if (Few("rank.by", proto.by_size())) {
      for (const v1::RankBy& by : proto.by()) rule.by.push_back({by.metric_id(), !by.ascending()});
    }
    if (Few("rank.centipoints", proto.centipoints_size())) {
      for (const int64_t points : proto.centipoints())
        rule.points.push_back(Points("rank.centipoints", points));
    }
    if (!proto.title().empty()) Word("rank.title", proto.title());
    rule.title = proto.title();
    return rule;
  }
  domain::GradeRule Grade(const v1::GradeRule& proto) {
    domain::GradeRule rule;
    if (Few("grade.scale", proto.scale_size())) {
      for (const v1::GradePoints& grade : proto.scale()) {
        Word("grade.scale", grade.grade());
        rule.scale.push_back({grade.grade(), Points("grade.scale", grade.centipoints())});
      }
    }
    rule.metric_id = proto.metric_id();
    rule.bands = Bands("grade.bands", proto.bands());
    violations_.Check(proto.thin_below() >= 0, path_ + ".grade.thin_below", "must not be negative");
    Samples(proto.thin_below(), proto.metric_id(), "grade.thin_below");
    rule.thin_below = proto.thin_below();
    return rule;
  }
  domain::MetricRule Metric(const v1::MetricRule& proto) {
    Samples(proto.thin_below(), proto.metric_id(), "metric.thin_below");
    return {proto.metric_id(),    proto.weight_bps(),
            proto.of_shop_mean(), Bands("metric.bands", proto.bands()),
            proto.thin_below(),   proto.thin_factor_bps()};
  }
  domain::GroupRule Group(const v1::GroupRule& proto) {
    domain::GroupRule rule;
    rule.kinds = Kinds("group.kinds", proto.kinds());
    rule.dismissal_at = proto.dismissal_at();
    if (!Few("group.steps", proto.steps_size())) return rule;
    for (const v1::GroupStep& step : proto.steps()) {
      violations_.Check(!step.has_fine() || step.fine().currency_code() == currency_,
                        path_ + ".group.steps", "fines must be in the scorecard's currency");
      violations_.Check(step.fine().minor_units() <= kMaxCentipoints, path_ + ".group.steps",
                        "a fine is too large");
      rule.steps.push_back({step.from_time(), step.fine().minor_units(), step.whole_group()});
    }
    return rule;
  }

  std::vector<domain::PointBand> Bands(
      std::string_view field, const google::protobuf::RepeatedPtrField<v1::PointBand>& bands) {
    std::vector<domain::PointBand> result;
    if (!Few(field, bands.size())) return result;
    for (const v1::PointBand& band : bands) {
      result.push_back({{Optional(band.has_from_micros(), band.from_micros()),
                         Optional(band.has_to_micros(), band.to_micros())},
                        Points(field, band.centipoints())});
    }
    return result;
  }
  std::vector<std::string> Kinds(std::string_view field,
                                 const google::protobuf::RepeatedPtrField<std::string>& kinds) {
    if (!Few(field, kinds.size())) return {};
    for (const std::string& kind : kinds) Word(field, kind);
    return {kinds.begin(), kinds.end()};
  }

  // A sum is never thin: it rests on no samples that could be few.
  void Samples(int64_t thin_below, const std::string& metric_id, std::string_view field) {
    violations_.Check(thin_below == 0 || !IsSum(metric_id), At(field),
                      fmt::format("must be 0: {} is a sum, which rests on no samples", metric_id));
  }

  std::string At(std::string_view field) const { return fmt::format("{}.{}", path_, field); }
  bool Few(std::string_view field, int size) {
    return violations_.Check(size <= kMaxList, At(field),
                             fmt::format("must hold at most {} entries", kMaxList));
  }
  void Word(std::string_view field, const std::string& word) {
    violations_.Check(IsWord(word), At(field), "must be 1 to 64 of a-z, 0-9 and _");
  }
  std::string Name(std::string_view field, const std::string& name) {
    return kefu::convert::OptionalText(name, kMaxName, At(field), violations_);
  }
  int64_t Points(std::string_view field, int64_t points) {
    const bool ok = points >= -kMaxCentipoints && points <= kMaxCentipoints;
    violations_.Check(ok, At(field),
                      fmt::format("must lie within {} and {}", -kMaxCentipoints, kMaxCentipoints));
    return ok ? points : 0;
  }

  const std::string path_;
  const std::string_view currency_;
  FieldViolations& violations_;
};

void ToProto(const std::vector<domain::PointBand>& bands,
             google::protobuf::RepeatedPtrField<v1::PointBand>& out) {
  for (const domain::PointBand& band : bands) {
    v1::PointBand* proto = out.Add();
    if (band.micros.from) proto->set_from_micros(*band.micros.from);
    if (band.micros.to) proto->set_to_micros(*band.micros.to);
    proto->set_centipoints(band.points);
  }
}

// Writes a rule into its item.
struct RuleWriter {
  v1::ScorecardItem& out;
  const std::string& currency;

  void operator()(const domain::ConductRule& rule) const {
    v1::ConductRule* proto = out.mutable_conduct();
    for (const std::string& kind : rule.kinds) proto->add_kinds(kind);
    proto->set_warnings(rule.warnings);
    proto->set_each_centipoints(rule.each);
    proto->set_proposed(rule.proposed);
    proto->set_least_centipoints(rule.least);
    proto->set_most_centipoints(rule.most);
    proto->set_most_counted(rule.most_counted);
    proto->set_most_a_week(rule.most_a_week);
    proto->set_observation(rule.observation);
    proto->set_money(rule.money);
    proto->set_sanction(static_cast<v1::Sanction>(rule.sanction));
  }
  void operator()(const domain::RankRule& rule) const {
    v1::RankRule* proto = out.mutable_rank();
    for (const auto& by : rule.by) {
      v1::RankBy* each = proto->add_by();
      each->set_metric_id(by.metric_id);
      each->set_ascending(!by.descending);
    }
    for (const int64_t points : rule.points) proto->add_centipoints(points);
    proto->set_title(rule.title);
  }
  void operator()(const domain::CleanRule& rule) const {
    out.mutable_clean()->set_at_most(rule.at_most);
    out.mutable_clean()->set_centipoints(rule.points);
  }
  void operator()(const domain::GradeRule& rule) const {
    v1::GradeRule* proto = out.mutable_grade();
    for (const auto& grade : rule.scale) {
      v1::GradePoints* each = proto->add_scale();
      each->set_grade(grade.id);
      each->set_centipoints(grade.points);
    }
    proto->set_metric_id(rule.metric_id);
    ToProto(rule.bands, *proto->mutable_bands());
    proto->set_thin_below(rule.thin_below);
  }
  void operator()(const domain::AttendanceRule& rule) const {
    v1::AttendanceRule* proto = out.mutable_attendance();
    proto->set_late_centipoints(rule.late);
    proto->set_early_centipoints(rule.early);
    proto->set_leave_centipoints(rule.leave);
    proto->set_absence_centipoints(rule.absence);
  }
  void operator()(const domain::MetricRule& rule) const {
    v1::MetricRule* proto = out.mutable_metric();
    proto->set_metric_id(rule.metric_id);
    proto->set_weight_bps(rule.weight_bps);
    proto->set_of_shop_mean(rule.of_shop_mean);
    ToProto(rule.bands, *proto->mutable_bands());
    proto->set_thin_below(rule.thin_below);
    proto->set_thin_factor_bps(rule.thin_factor_bps);
  }
  void operator()(const domain::StreakRule& rule) const {
    v1::StreakRule* proto = out.mutable_streak();
    proto->set_metric_id(rule.metric_id);
    proto->set_months(rule.months);
    proto->set_days_off(rule.days_off);
  }
  void operator()(const domain::GroupRule& rule) const {
    v1::GroupRule* proto = out.mutable_group();
    for (const std::string& kind : rule.kinds) proto->add_kinds(kind);
    for (const auto& step : rule.steps) {
      v1::GroupStep* each = proto->add_steps();
      each->set_from_time(step.from_time);
      each->mutable_fine()->set_currency_code(currency);
      each->mutable_fine()->set_minor_units(step.fine_minor);
      each->set_whole_group(step.whole_group);
    }
    proto->set_dismissal_at(rule.dismissal_at);
  }
};

void SetMoney(kefu::common::v1::Money& out, int64_t minor, std::string_view currency) {
  out.set_currency_code(std::string(currency));
  out.set_minor_units(minor);
}

void ToProto(const domain::ScoredItem& item, std::string_view currency, v1::ScoredItem& out) {
  out.set_item_id(item.id);
  out.set_name_zh(item.name_zh);
  out.set_name_en(item.name_en);
  out.set_known(item.known);
  out.set_centipoints(item.points);
  out.set_weight_bps(item.weight_bps);
  out.set_band(item.band);
  if (item.value) out.set_value(*item.value);
  if (item.low) out.set_low(*item.low);
  if (item.high) out.set_high(*item.high);
  for (const std::string& id : item.record_ids) out.add_record_ids(id);
  SetMoney(*out.mutable_award(), item.award_minor, currency);
  SetMoney(*out.mutable_fine(), item.fine_minor, currency);
  out.set_days_off(item.days_off);
  out.set_why_zh(item.why_zh);
  out.set_why_en(item.why_en);
}

// Everything but the items.
domain::Scorecard HeadFromProto(const v1::Scorecard& proto, FieldViolations& violations) {
  domain::Scorecard card;
  violations.Check(IsWord(proto.scorecard_id()), "scorecard_id",
                   "must be 1 to 64 of a-z, 0-9 and _");
  card.id = proto.scorecard_id();
  card.shop_id = kefu::convert::OptionalId(proto.shop_id(), "shop_id", violations);
  card.effective_from = kefu::convert::RequiredDay(
      proto.has_effective_from(), proto.effective_from(), "effective_from", violations);
  card.name_zh = kefu::convert::OptionalText(proto.name_zh(), kMaxName, "name_zh", violations);
  card.name_en = kefu::convert::OptionalText(proto.name_en(), kMaxName, "name_en", violations);
  card.stage = static_cast<domain::Stage>(
      kefu::convert::OptionalEnum<v1::AppraisalStage>(proto.stage(), "stage", violations));
  violations.Check(
      proto.role().empty() || proto.role() == "pre_sales" || proto.role() == "after_sales", "role",
      "must be pre_sales, after_sales or empty");
  card.role = proto.role();
  card.currency =
      kefu::convert::OptionalCurrency(proto.currency_code(), "currency_code", violations);
  violations.Check(!card.currency.empty(), "currency_code", "is required");
  card.start = proto.start_centipoints();
  card.max_points = proto.max_centipoints();
  for (const int64_t points : {card.start, card.max_points}) {
    violations.Check(points >= 0 && points <= kMaxCentipoints, "start_centipoints",
                     "and max_centipoints must be 0 to 100000000");
  }
  card.fail_below_bps = proto.fail_below_bps();
  card.fines_on = proto.fines_on();
  return card;
}

domain::BonusBand BandFrom(const v1::BonusBand& proto, const std::string& path,
                           FieldViolations& violations) {
  const auto points = [&](bool present, int64_t value,
                          std::string_view field) -> std::optional<int64_t> {
    if (!present) return std::nullopt;
    return kefu::convert::Number(value, -kMaxCentipoints, kMaxCentipoints,
                                 fmt::format("{}.{}", path, field), violations);
  };
  const auto bps = [&](int64_t value, std::string_view field) {
    return static_cast<int>(kefu::convert::Number(value, -kMaxEffectBps, kMaxEffectBps,
                                                  fmt::format("{}.{}", path, field), violations));
  };
  return {{points(proto.has_from_centipoints(), proto.from_centipoints(), "from_centipoints"),
           points(proto.has_to_centipoints(), proto.to_centipoints(), "to_centipoints")},
          kefu::convert::OptionalText(proto.label(), kMaxName, path + ".label", violations),
          bps(proto.effect_bps(), "effect_bps"),
          bps(proto.per_point_bps(), "per_point_bps")};
}

}  // namespace

domain::Scorecard FromProto(const v1::Scorecard& proto, FieldViolations& violations) {
  domain::Scorecard card = HeadFromProto(proto, violations);
  if (!violations.Check(proto.items_size() <= kMaxItems, "items", "must hold at most 50 items") ||
      !violations.Check(proto.bonus_size() <= kMaxList, "bonus", "must hold at most 50 bands"))
    return card;
  for (int i = 0; i < proto.items_size(); ++i) {
    card.items.push_back(
        ItemReader(fmt::format("items[{}]", i), card.currency, violations).Read(proto.items(i)));
  }
  for (int i = 0; i < proto.bonus_size(); ++i)
    card.bonus.push_back(BandFrom(proto.bonus(i), fmt::format("bonus[{}]", i), violations));
  for (const domain::ScorecardProblem& problem : domain::CheckScorecard(card, IsScoredMetric))
    violations.Add(problem.field, problem.description);
  return card;
}

v1::Scorecard ToProto(const domain::Scorecard& card) {
  v1::Scorecard proto;
  proto.set_scorecard_id(card.id);
  proto.set_version(card.version);
  proto.set_shop_id(card.shop_id);
  *proto.mutable_effective_from() = kefu::convert::ToProto(card.effective_from);
  proto.set_name_zh(card.name_zh);
  proto.set_name_en(card.name_en);
  proto.set_stage(static_cast<v1::AppraisalStage>(card.stage));
  proto.set_role(card.role);
  proto.set_currency_code(card.currency);
  proto.set_start_centipoints(card.start);
  proto.set_max_centipoints(card.max_points);
  proto.set_fail_below_bps(card.fail_below_bps);
  for (const domain::ScoreItem& item : card.items) {
    v1::ScorecardItem* out = proto.add_items();
    out->set_item_id(item.id);
    out->set_name_zh(item.name_zh);
    out->set_name_en(item.name_en);
    out->set_start_centipoints(item.start);
    if (item.floor) out->set_floor_centipoints(*item.floor);
    std::visit(RuleWriter{*out, card.currency}, item.rule);
  }
  for (const domain::BonusBand& band : card.bonus) {
    v1::BonusBand* out = proto.add_bonus();
    if (band.points.from) out->set_from_centipoints(*band.points.from);
    if (band.points.to) out->set_to_centipoints(*band.points.to);
    out->set_label(band.label);
    out->set_effect_bps(band.effect_bps);
    out->set_per_point_bps(band.per_point_bps);
  }
  proto.set_fines_on(card.fines_on);
  return proto;
}

// What was checked when it was stored is not checked again.
absl::StatusOr<domain::Scorecard> ScorecardFromBody(std::string_view body, int64_t version) {
  v1::Scorecard proto;
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size())))
    return Internal("a stored scorecard cannot be read");
  FieldViolations ignored;
  domain::Scorecard card = FromProto(proto, ignored);
  card.version = version;
  return card;
}

v1::AgentScore ToProto(const domain::Score& score, std::string_view agent_id,
                       absl::CivilMonth month, std::string_view currency) {
  v1::AgentScore proto;
  proto.set_agent_id(std::string(agent_id));
  *proto.mutable_month() = kefu::convert::ToProto(absl::CivilDay(month));
  proto.set_scorecard_id(score.scorecard_id);
  proto.set_version(score.version);
  proto.set_centipoints(score.points);
  proto.set_max_centipoints(score.max_points);
  proto.set_grade(score.grade);
  proto.set_failed(score.failed);
  proto.set_complete(score.complete);
  proto.set_bonus_effect_bps(score.bonus_effect_bps);
  SetMoney(*proto.mutable_awards(), score.awards_minor, currency);
  SetMoney(*proto.mutable_fines(), score.fines_minor, currency);
  SetMoney(*proto.mutable_fines_taken(), score.fines_taken, currency);
  proto.set_days_off(score.days_off);
  proto.set_deductions(score.deductions);
  proto.set_under_observation(score.under_observation);
  proto.set_title(score.title);
  for (const domain::DecidedSanction& decided : score.sanctions) {
    v1::DecidedSanction* out = proto.add_sanctions();
    out->set_conduct_id(decided.conduct_id);
    out->set_sanction(static_cast<v1::Sanction>(decided.sanction));
  }
  for (const domain::ScoredItem& item : score.items) ToProto(item, currency, *proto.add_items());
  proto.set_why_zh(score.why_zh);
  proto.set_why_en(score.why_en);
  proto.mutable_pending_conduct_ids()->Assign(score.pending.begin(), score.pending.end());
  proto.set_pending_matters(score.pending_matters);
  return proto;
}

bool IsSum(std::string_view metric_id) {
  const domain::MetricSpec* spec = domain::FindMetric(metric_id);
  return spec != nullptr && spec->percentile == 0 &&
         (spec->denominator.empty() || !spec->factors.empty());
}

bool IsScoredMetric(std::string_view metric_id) {
  const domain::MetricSpec* spec = domain::FindMetric(metric_id);
  return spec != nullptr && domain::AppliesTo(*spec, domain::SubjectKind::kAgent);
}

}  // namespace kefu::performance::convert
