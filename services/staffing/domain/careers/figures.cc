#include "services/staffing/domain/careers/figures.h"

#include <algorithm>

namespace kefu::staffing::domain::careers {
namespace {

std::optional<int64_t> Of(const Figures& figures, std::string_view metric_id) {
  const auto it = figures.find(metric_id);
  return it == figures.end() ? std::nullopt : std::optional(it->second);
}

}  // namespace

bool IsOfScorecard(std::string_view metric_id) {
  return metric_id == kScorecardPoints || metric_id == kScorecardShare;
}

Figures ScoreFigures(int64_t centipoints, int64_t max_centipoints) {
  constexpr int64_t kMicrosOfHundredth = 10'000, kMicros = 1'000'000;
  Figures figures{{std::string(kScorecardPoints), centipoints * kMicrosOfHundredth}};
  if (max_centipoints > 0) {
    figures[std::string(kScorecardShare)] = centipoints * kMicros / max_centipoints;
  }
  return figures;
}

MonthBook::MonthBook(std::vector<ReportedMonth> months) {
  std::ranges::sort(months, {}, &ReportedMonth::shop_id);
  for (ReportedMonth& reported : months) {
    const auto [kept, is_new] = months_.try_emplace(reported.month, reported);
    if (!is_new &&
        Of(reported.own, "replied").value_or(0) > Of(kept->second.own, "replied").value_or(0)) {
      kept->second = std::move(reported);
    }
  }
}

const ReportedMonth* MonthBook::Find(absl::CivilMonth month) const {
  const auto it = months_.find(month);
  return it == months_.end() ? nullptr : &it->second;
}

std::optional<MonthBook::Places> MonthBook::Place(absl::CivilMonth month,
                                                  std::string_view metric_id) const {
  const auto it = places_.find(std::pair(month, std::string(metric_id)));
  return it == places_.end() ? std::nullopt : std::optional(it->second);
}

void MonthBook::SetPlaces(std::span<const ReportedMonth> everybody, std::string_view metric_id) {
  for (const auto& [month, reported] : months_) {
    const std::optional<int64_t> own = Of(reported.own, metric_id);
    if (!own) continue;
    Places places;
    for (const ReportedMonth& other : everybody) {
      if (other.month != month || other.shop_id != reported.shop_id) continue;
      const std::optional<int64_t> figure = Of(other.own, metric_id);
      if (figure && *figure > *own) ++places.highest_first;
      if (figure && *figure < *own) ++places.lowest_first;
    }
    places_[{month, std::string(metric_id)}] = places;
  }
}

bool Meets(const MonthBook& book, absl::CivilMonth month, const Criterion& criterion) {
  const ReportedMonth* reported = book.Find(month);
  if (reported == nullptr) return false;
  const std::optional<int64_t> own = Of(reported->own, criterion.metric_id);
  const std::optional<int64_t> shop = Of(reported->shop, criterion.metric_id);
  switch (criterion.kind) {
    case CriterionKind::kAtLeast:
      return own && *own >= criterion.threshold_micros;
    case CriterionKind::kAtMost:
      return own && *own <= criterion.threshold_micros;
    case CriterionKind::kAtLeastShop:
      return own && shop && *own >= *shop;
    case CriterionKind::kAtMostShop:
      return own && shop && *own <= *shop;
    case CriterionKind::kRankWithin: {
      const auto places = book.Place(month, criterion.metric_id);
      return places && places->highest_first <= criterion.rank;
    }
    case CriterionKind::kLowestRankWithin: {
      const auto places = book.Place(month, criterion.metric_id);
      return places && places->lowest_first <= criterion.rank;
    }
    case CriterionKind::kUnspecified:
      return false;
  }
  return false;
}

bool IsGood(const MonthBook& book, absl::CivilMonth month, std::span<const Criterion> good_month) {
  return !good_month.empty() && std::ranges::all_of(good_month, [&](const Criterion& criterion) {
    return Meets(book, month, criterion);
  });
}

}  // namespace kefu::staffing::domain::careers
