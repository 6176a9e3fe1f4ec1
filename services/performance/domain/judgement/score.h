// The score of an agent's month: every item with its points, inputs and the records behind it.
// Pure: equal facts give equal scores in any order.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/performance/domain/judgement/scorecard.h"

namespace kefu::performance::domain {

// A figure in its metric's unit; nothing where it is not defined. With `low` and `high`: the
// confidence interval of a sampled one, and `samples` how many it rests on.
struct Figure {
  std::optional<double> value{};
  int64_t samples = 0;
  std::optional<double> low{}, high{};
  bool operator==(const Figure&) const = default;
};
using Figures = std::map<std::string, Figure, std::less<>>;  // by metric id

// A grade that a person gave.
struct RecordedGrade {
  std::string grade;  // of the item's scale
  std::string graded_by, evidence;
  bool operator==(const RecordedGrade&) const = default;
};

// What is known of a shop's month.
struct MonthFacts {
  absl::CivilMonth month;
  std::map<std::string, Figures> figures;  // by agent, of those who have any
  // Of them those whom the scorecard does not rank (NotRankedBy), as whose mean theirs is not.
  std::set<std::string> not_ranked;
  Figures shop_mean;  // rates and means of the shop; of sums the agents' mean
  // Figures of earlier months, the latest first, of those who were ranked in them. A streak begins
  // where they end: it takes one month more than it asks for.
  std::vector<std::map<std::string, Figures>> earlier;
  std::vector<ConductEvent> conduct;  // until the end of the month, earlier ones included
  // Members of the group on the day, by conduct id, of events that name one.
  std::map<std::string, std::set<std::string>> group_members;
  std::map<std::string, AttendanceSummary> attendance;
  std::map<std::string, std::map<std::string, RecordedGrade>> grades;  // agent, item
  std::string currency;                                                // the shop's
};

// One item's part. Why it is so stands in both languages.
struct ScoredItem {
  std::string id, name_zh, name_en;
  bool known = true;   // false: what it needs is not recorded, and it counts nothing
  int64_t points = 0;  // hundredths; of a metric: of 100, before its weight
  int weight_bps = 0;  // of a metric, as it was used: light when thin, the others' share raised
  std::string band;    // grade or band, where there is one
  std::optional<double> value;      // of a metric
  std::optional<double> low, high;  // its confidence interval
  std::vector<std::string> record_ids;
  int64_t award_minor = 0, fine_minor = 0;
  int days_off = 0;
  std::string why_zh, why_en;
  bool operator==(const ScoredItem&) const = default;
};

struct DecidedSanction {
  std::string conduct_id;
  Sanction sanction = Sanction::kNone;
  bool operator==(const DecidedSanction&) const = default;
};

// What a scheme fines an agent for one event; pending: would, if it were decided.
struct ProposedFine {
  std::string conduct_id;
  int64_t minor = 0;
  bool pending = false;
  bool operator==(const ProposedFine&) const = default;
};

struct Score {
  std::string scorecard_id;
  int64_t version = 0;
  int64_t points = 0;  // hundredths
  int64_t max_points = 0;
  std::string grade;  // the bonus band's label, or "failed"
  bool failed = false;
  // Every item is known. Where one is not, the bonus is not decided and its effect is 0.
  bool complete = true;
  int bonus_effect_bps = 0;         // added to the bonus; -10 000: none
  int64_t awards_minor = 0;         // proposed by scheme and events
  int64_t fines_minor = 0;          // shown
  std::vector<ProposedFine> fines;  // the same by event, and what is pending
  int64_t fines_taken = 0;          // of these, what policy lets be taken, before legal caps
  int days_off = 0;
  int deductions = 0;  // events that took points
  bool under_observation = false;
  std::string title;  // "gold_agent"
  // Conduct of the month that would count if it were decided: nobody has, or an appeal is open. It
  // counts nothing until then.
  std::vector<std::string> pending;
  // Some of it, decided against the agent or for it, would change the grade or the effect on the
  // bonus. More than kMostPendingTried events are taken to.
  bool pending_matters = false;
  std::vector<DecidedSanction> sanctions;
  std::vector<ScoredItem> items;
  std::string why_zh, why_en;  // of the bonus
  bool operator==(const Score&) const = default;
};

// Points are hundredths; rounded down.
constexpr int64_t WholePoints(int64_t points) {
  return points / kPoint - (points % kPoint < 0 ? 1 : 0);
}

// The ranks of a month and of those before it, each computed once for all whose scores go by it.
// Used by one thread; the facts must outlive it.
class MonthRanks {
 public:
  struct Ranks {
    std::map<std::string, int> by_agent;  // RankAgents
    std::map<int, int> agents;            // how many have a rank
  };
  explicit MonthRanks(const MonthFacts& facts) : facts_(facts) {}
  // Of the month itself (0), or of facts.earlier[back - 1].
  const Ranks& Of(size_t back, const std::vector<RankRule::By>& by);

 private:
  struct Known {
    size_t back;
    std::vector<RankRule::By> by;
    Ranks ranks;
  };
  const MonthFacts& facts_;
  std::deque<Known> known_;  // those that one card asks for
};

// All ways to decide so many events are tried: 255 scores. More of one agent's month are many more
// than anybody leaves undecided.
inline constexpr size_t kMostPendingTried = 8;

// By decided conduct (IsDecided).
Score ScoreAgent(const Scorecard& card, const MonthFacts& facts, std::string_view agent_id,
                 MonthRanks& ranks);
// Of whoever is scored alone.
Score ScoreAgent(const Scorecard& card, const MonthFacts& facts, std::string_view agent_id);

// Standard competition ranking (1, 2, 2, 4) of those for whom every metric is defined and the first
// one, where more of it is better, above 0: where nobody has sold anything, nobody is first. Some
// are left out.
std::map<std::string, int> RankAgents(const std::map<std::string, Figures>& figures,
                                      const std::vector<RankRule::By>& by,
                                      const std::set<std::string>& left_out = {});

// The value of a metric, or nothing.
std::optional<double> ValueOf(const Figures& figures, std::string_view metric_id);

}  // namespace kefu::performance::domain
