#include "services/aftersales/domain/insight/bad_lots.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

#include "common/statistics/multiple_testing.h"

namespace kefu::aftersales::domain::insight {
namespace {

struct Sum {
  Exposed exposed;
  int64_t pieces = 0;
};

Sum SumOf(const Series& series, std::span<const Exposed> days) {
  Sum sum;
  for (const Exposed& day : days) {
    sum.exposed.exposure += day.exposure;
    sum.exposed.complaints += day.complaints;
  }
  for (const SeriesDay& day : series.days) sum.pieces += day.pieces;
  return sum;
}

size_t FirstNotJudged(const Series& series) {
  if (!series.judged_to) return 0;
  return std::ranges::upper_bound(series.days, *series.judged_to, {}, &SeriesDay::day) -
         series.days.begin();
}

BadLot LotOf(const Series& series, const ChangeScan& scan, int64_t of_sku) {
  BadLot lot{.key = series.key,
             .since = series.days[scan.begin].day,
             .earliest = series.days[scan.earliest].day,
             .latest = series.days[scan.latest].day,
             .last = series.days.back().day,
             .scan = scan};
  for (size_t i = scan.begin; i < series.days.size(); ++i) lot.pieces += series.days[i].pieces;
  lot.other_pieces = of_sku - lot.pieces;
  return lot;
}

}  // namespace

std::vector<Exposed> ExposureOf(const Series& series, const DelayDistribution& delays,
                                absl::CivilDay today) {
  std::vector<Exposed> days;
  days.reserve(series.days.size());
  for (const SeriesDay& day : series.days) {
    days.push_back({static_cast<double>(day.pieces) * delays.By(today - day.day), day.complaints});
  }
  return days;
}

std::vector<BadLot> FindBadLots(std::span<const Series> series, int64_t tests,
                                const DelayDistribution& delays, absl::CivilDay today,
                                const BadLotPolicy& policy) {
  std::vector<std::vector<Exposed>> exposed;
  std::vector<Sum> sums;
  std::map<std::string_view, Sum> of_sku;
  for (const Series& one : series) {
    exposed.push_back(ExposureOf(one, delays, today));
    const Sum& sum = sums.emplace_back(SumOf(one, exposed.back()));
    Sum& all = of_sku[one.key.sku];
    all.exposed.exposure += sum.exposed.exposure;
    all.exposed.complaints += sum.exposed.complaints;
    all.pieces += sum.pieces;
  }
  std::vector<BadLot> lots;
  std::vector<double> p_values;
  for (size_t i = 0; i < series.size(); ++i) {
    if (sums[i].exposed.complaints < policy.least_cases) continue;
    const Sum& all = of_sku.at(series[i].key.sku);
    const Exposed others{std::max(0.0, all.exposed.exposure - sums[i].exposed.exposure),
                         all.exposed.complaints - sums[i].exposed.complaints};
    const auto scan = ScanForRise(exposed[i], others, FirstNotJudged(series[i]));
    if (!scan || scan->inside < policy.least_cases) continue;
    lots.push_back(LotOf(series[i], *scan, all.pieces));
    p_values.push_back(scan->p_value);
  }
  const std::vector<double> adjusted = statistics::BenjaminiHochberg(p_values, tests);
  for (size_t i = 0; i < lots.size(); ++i) lots[i].adjusted_p = adjusted[i];
  std::erase_if(lots, [&](const BadLot& lot) {
    return lot.adjusted_p * 10'000 > policy.false_discovery_bps;
  });
  std::ranges::sort(lots, {},
                    [](const BadLot& lot) { return std::tie(lot.scan.p_value, lot.key); });
  return lots;
}

}  // namespace kefu::aftersales::domain::insight
