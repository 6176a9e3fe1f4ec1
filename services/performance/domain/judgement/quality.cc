#include "services/performance/domain/judgement/quality.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "common/hash/sha256.h"
#include "services/performance/domain/intervals.h"

namespace kefu::performance::domain {
namespace {

constexpr int64_t kFull = 10'000;  // hundredths of a point, or basis points

// Uniform in (0, 1), the same for the same names in any order of candidates.
double Uniform(int64_t seed, const Candidate& candidate) {
  const std::string hash =
      Sha256({fmt::format("{}\n{}\n{}", seed, candidate.conversation_id, candidate.agent_id)});
  uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) bits = bits << 8 | static_cast<uint8_t>(hash[i]);
  return (static_cast<double>(bits >> 11) + 0.5) / 9007199254740992.0;  // 2^53
}

Drawn Weigh(const Candidate& candidate, const SamplingPlan& plan) {
  Drawn drawn{&candidate, 1, {}};
  if (plan.kind == Sampling::kNewcomers) drawn.risks.push_back("newcomer");
  if (plan.kind != Sampling::kRisk) return drawn;
  if (candidate.words > 0) {
    drawn.weight += candidate.words * plan.rules.word_weight;
    drawn.risks.push_back(fmt::format("forbidden words in {} messages", candidate.words));
  }
  if (candidate.low_rating) {
    drawn.weight += plan.rules.low_rating_weight;
    drawn.risks.push_back("low rating");
  }
  if (candidate.slow) {
    drawn.weight += plan.rules.slow_weight;
    drawn.risks.push_back("slow answer");
  }
  return drawn;
}

using Keyed = std::pair<double, Drawn>;  // log of the key

// Keeps the greatest keys.
void Keep(std::vector<Keyed>& keyed, size_t size, std::vector<Drawn>& drawn) {
  std::ranges::sort(keyed, [](const Keyed& a, const Keyed& b) {
    return std::tuple(-a.first, a.second.candidate->conversation_id, a.second.candidate->agent_id) <
           std::tuple(-b.first, b.second.candidate->conversation_id, b.second.candidate->agent_id);
  });
  for (size_t i = 0; i < std::min(size, keyed.size()); ++i)
    drawn.push_back(std::move(keyed[i].second));
}

std::vector<std::string> StrataOf(const Candidate& candidate, Sampling kind) {
  if (kind == Sampling::kByAgent) return {candidate.agent_id};
  if (kind == Sampling::kByTeam) return candidate.teams;
  return {""};
}

}  // namespace

std::vector<Drawn> DrawSample(std::span<const Candidate> candidates, const SamplingPlan& plan) {
  std::map<std::string, std::vector<Keyed>> strata;
  std::vector<Drawn> drawn;
  for (const Candidate& candidate : candidates) {
    Drawn weighed = Weigh(candidate, plan);
    if (plan.kind == Sampling::kNewcomers) {
      if (candidate.newcomer) drawn.push_back(std::move(weighed));
      continue;
    }
    const double key = std::log(Uniform(plan.seed, candidate)) / weighed.weight;
    for (const std::string& stratum : StrataOf(candidate, plan.kind))
      strata[stratum].emplace_back(key, weighed);
  }
  for (auto& [stratum, keyed] : strata) Keep(keyed, static_cast<size_t>(plan.size), drawn);
  const auto name = [](const Drawn& d) {
    return std::tie(d.candidate->agent_id, d.candidate->conversation_id);
  };
  std::ranges::sort(drawn, {}, name);
  // Who is in two teams may be drawn for both.
  const auto twice = std::ranges::unique(drawn, {}, name);
  drawn.erase(twice.begin(), twice.end());
  return drawn;
}

const std::vector<InspectionForm>& ShippedForms() {
  using enum QualityCategory;
  static const auto& forms = *new std::vector<InspectionForm>{
      {"deducting",
       0,
       true,
       "扣分质检表",
       "deducting form",
       {{"wrong_version", kAccuracy, "版本或型号答错", "wrong version", 20},
        {"wrong_answer", kAccuracy, "回答错误", "wrong answer", 20},
        {"rudeness", kAttitude, "态度粗鲁", "rudeness", 30},
        {"forbidden_word", kQuality, "使用禁用语", "forbidden word", 10},
        {"no_solution", kQuality, "未给解决方案", "no solution given", 15},
        {"no_closing", kQuality, "缺少结束语", "no closing line", 5}},
       6'000},
      {"scoring",
       0,
       false,
       "评分质检表",
       "scoring form",
       {{"accuracy", kAccuracy, "准确", "accuracy", 30},
        {"attitude", kAttitude, "态度", "attitude", 30},
        {"problem_solving", kQuality, "解决问题", "problem solving", 20},
        {"product_knowledge", kQuality, "商品与活动知识", "product and campaign knowledge", 10},
        {"communication", kQuality, "沟通", "communication", 10}},
       6'000}};
  return forms;
}

const InspectionForm* FindShippedForm(std::string_view id) {
  for (const InspectionForm& form : ShippedForms()) {
    if (form.id == id) return &form;
  }
  return nullptr;
}

Judged Judge(const InspectionForm& form, std::span<const ItemResult> results) {
  std::map<std::string_view, int> points;
  for (const ItemResult& result : results) points[result.id] = result.points;
  int64_t sum = 0, most = 0;
  std::map<QualityCategory, std::pair<int64_t, int64_t>> by_category;  // got, most
  for (const FormItem& item : form.items) {
    sum += points[item.id];
    most += item.points;
    by_category[item.category].first += points[item.id];
    by_category[item.category].second += item.points;
  }
  const auto passes = [&](QualityCategory category) {
    const auto [got, full] = by_category[category];
    return form.deducting ? got == 0 : got * kFull >= full * form.pass_bps;
  };
  Judged judged;
  judged.accurate = passes(QualityCategory::kAccuracy);
  judged.polite = passes(QualityCategory::kAttitude);
  if (form.deducting) {
    judged.centipoints = std::max<int64_t>(0, kFull - sum * 100);
  } else if (most > 0) {
    judged.centipoints = (sum * kFull * 2 + most) / (most * 2);  // half up
  }
  return judged;
}

KappaResult CohensKappa(std::span<const Pair> pairs, double level) {
  KappaResult result;
  result.pairs = static_cast<int64_t>(pairs.size());
  if (pairs.empty()) return result;
  const double n = static_cast<double>(pairs.size());
  std::map<int, std::pair<int64_t, int64_t>> marginals;
  int64_t agreed = 0;
  for (const Pair& pair : pairs) {
    agreed += pair.first == pair.second;
    ++marginals[pair.first].first;
    ++marginals[pair.second].second;
  }
  int64_t expected = 0;
  for (const auto& [category, counts] : marginals) expected += counts.first * counts.second;
  result.observed = static_cast<double>(agreed) / n;
  result.expected = static_cast<double>(expected) / (n * n);
  if (expected == result.pairs * result.pairs) return result;
  const double beyond = 1 - result.expected;
  result.kappa = (result.observed - result.expected) / beyond;
  const double error = std::sqrt(result.observed * (1 - result.observed) / (n * beyond * beyond));
  const double reach = NormalQuantile(level) * error;
  result.low = std::max(-1.0, *result.kappa - reach);
  result.high = std::min(1.0, *result.kappa + reach);
  return result;
}

int GradeOf(int64_t centipoints, const QualityPolicy& policy) {
  return static_cast<int>(
      std::ranges::count_if(policy.grades, [&](int from) { return centipoints >= from; }));
}

void Merge(const QualitySum& other, QualitySum& sum) {
  sum.inspections += other.inspections;
  sum.accurate += other.accurate;
  sum.polite += other.polite;
  sum.centipoints += other.centipoints;
  sum.centipoints_squared += other.centipoints_squared;
}

}  // namespace kefu::performance::domain
