// Quality inspections (DOMAIN 3.6): samples, forms, agreement of inspectors. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

namespace kefu::performance::domain {

// --- Samples ---

enum class Sampling { kRandom, kByAgent, kByTeam, kRisk, kNewcomers };

// What risks weigh, and who is new. Policy data; these are the shipped values, this suite's own but
// for the seconds above which an answer needs a talk and the two months of probation.
struct SamplingRules {
  int word_weight = 3;        // for each message with a forbidden word
  int low_rating_weight = 4;  // for a rating of at most low_rating
  int low_rating = 2;
  int slow_weight = 2;  // when an answer took longer than slow_seconds
  int slow_seconds = 100;
  int newcomer_days = 60;
  bool operator==(const SamplingRules&) const = default;
};

// What a sample is drawn with.
struct SamplingPlan {
  Sampling kind = Sampling::kRandom;
  int size = 0;  // of each stratum, where there are
  int64_t seed = 0;
  SamplingRules rules = {};
};

// A conversation and one of the agents who wrote in it.
struct Candidate {
  std::string conversation_id, agent_id;
  absl::CivilDay day;
  std::vector<std::string> teams;  // of the agent on the day
  int words = 0;                   // messages with a forbidden word
  bool low_rating = false, slow = false;
  bool newcomer = false;
};

struct Drawn {
  const Candidate* candidate = nullptr;
  int weight = 1;
  std::vector<std::string> risks;
};

// Draws without replacement by weight (P. S. Efraimidis, P. G. Spirakis, Information Processing
// Letters 97, 2006): each candidate gets the key u^(1 ÷ weight), u being uniform by a hash of seed,
// conversation and agent, and the greatest keys are drawn. So the order of the candidates does not
// matter, and one more candidate changes at most one that is drawn. Answers by agent and
// conversation; of newcomers: all.
std::vector<Drawn> DrawSample(std::span<const Candidate> candidates, const SamplingPlan& plan);

// --- Forms ---

enum class QualityCategory { kAccuracy, kAttitude, kQuality };

struct FormItem {
  std::string id;
  QualityCategory category = QualityCategory::kQuality;
  std::string name_zh, name_en;
  int points = 0;  // the most that it takes or gives
  bool operator==(const FormItem&) const = default;
};

struct InspectionForm {
  std::string id;
  int64_t version = 0;  // 0: shipped
  bool deducting = true;
  std::string name_zh, name_en;
  std::vector<FormItem> items;
  int pass_bps = 6'000;  // of a scoring form: share of a category's maximum that passes
  bool operator==(const InspectionForm&) const = default;
};
// "deducting" and "scoring"; their items and points are this suite's defaults.
const std::vector<InspectionForm>& ShippedForms();
const InspectionForm* FindShippedForm(std::string_view id);

struct ItemResult {
  std::string id;
  int points = 0;
};
struct Judged {
  int64_t centipoints = 0;  // of 10 000
  bool accurate = true, polite = true;
  bool operator==(const Judged&) const = default;
};
// Results name items of the form, none twice, with points from 0 to the item's.
Judged Judge(const InspectionForm& form, std::span<const ItemResult> results);

// --- Agreement ---

// Two inspectors' categories of the same things, as numbers from 0.
struct Pair {
  int first = 0, second = 0;
};
// What samples are drawn by and agreement is told by: policy data, these the shipped values.
struct QualityPolicy {
  int64_t version = 0;
  absl::CivilDay effective_from{1, 1, 1};
  std::vector<int> grades = {6'000, 7'500, 9'000};  // centipoints where each begins, ascending
  SamplingRules sampling = {};
  bool operator==(const QualityPolicy&) const = default;
};

struct KappaResult {
  int64_t pairs = 0;
  double observed = 0, expected = 0;
  std::optional<double> kappa, low, high;
};
// Cohen's kappa (J. Cohen, A coefficient of agreement for nominal scales, Educational and
// Psychological Measurement 20, 1960): (p₀ − pₑ) ÷ (1 − pₑ), with the standard error
// √(p₀ (1 − p₀) ÷ (n (1 − pₑ)²)) of the same paper for the interval at `level` in (0, 1). No kappa
// without pairs or where chance agrees on everything.
KappaResult CohensKappa(std::span<const Pair> pairs, double level);

// The grade of a score: how many of the grades begin at or below it.
int GradeOf(int64_t centipoints, const QualityPolicy& policy);

// --- Figures ---

// What an agent's inspections of a day add up to.
struct QualitySum {
  std::string agent_id;
  absl::CivilDay day;
  int64_t inspections = 0, accurate = 0, polite = 0;
  int64_t centipoints = 0;
  int64_t centipoints_squared = 0;
  bool operator==(const QualitySum&) const = default;
};
void Merge(const QualitySum& other, QualitySum& sum);

}  // namespace kefu::performance::domain
