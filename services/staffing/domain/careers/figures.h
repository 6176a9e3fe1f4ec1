// Months of performance as staffing has been told of them, and how criteria judge them. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/staffing/domain/ladder.h"

namespace kefu::staffing::domain::careers {

// By metric, in millionths; a figure that is not defined is not there.
using Figures = std::map<std::string, int64_t, std::less<>>;

// The month's scorecard as figures: its points, and the share of the whole where there is one.
inline constexpr std::string_view kScorecardPoints = "scorecard_points";
inline constexpr std::string_view kScorecardShare = "scorecard_share";
bool IsOfScorecard(std::string_view metric_id);
// Points are hundredths; a whole of 0 is none. The share is rounded down.
Figures ScoreFigures(int64_t centipoints, int64_t max_centipoints);

// A month of one agent in one shop.
struct ReportedMonth {
  std::string agent_id;
  std::string shop_id;
  absl::CivilMonth month;
  std::string report_id;
  Figures own;
  Figures shop;
};

// The months of one agent: of several shops in a month, the one with the most customers answered
// ("replied"), the first id of equals.
class MonthBook {
 public:
  MonthBook() = default;
  explicit MonthBook(std::vector<ReportedMonth> months);

  const ReportedMonth* Find(absl::CivilMonth month) const;  // null when none was reported
  // The agent's places by a metric in the month's shop; see SetPlaces.
  struct Places {
    int32_t highest_first = 1, lowest_first = 1;
  };
  std::optional<Places> Place(absl::CivilMonth month, std::string_view metric_id) const;
  // Learns places from the figures of everybody in the shops; equal ones share the better place.
  void SetPlaces(std::span<const ReportedMonth> everybody, std::string_view metric_id);

 private:
  std::map<absl::CivilMonth, ReportedMonth> months_;
  std::map<std::pair<absl::CivilMonth, std::string>, Places> places_;
};

// Whether a month meets a criterion; false when a figure is missing.
bool Meets(const MonthBook& book, absl::CivilMonth month, const Criterion& criterion);
// Whether it meets all of them; false when there are none.
bool IsGood(const MonthBook& book, absl::CivilMonth month, std::span<const Criterion> good_month);

}  // namespace kefu::staffing::domain::careers
