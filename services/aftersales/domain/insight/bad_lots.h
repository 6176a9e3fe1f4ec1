// Which lots of which SKUs, from which houses, are worse than the rest (DOMAIN 4.7). Pure,
// deterministic, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/aftersales/domain/enums.h"
#include "services/aftersales/domain/insight/change_scan.h"
#include "services/aftersales/domain/insight/delays.h"

namespace kefu::aftersales::domain::insight {

// How lots are looked at; versions never change.
struct BadLotPolicy {
  std::string org_id;  // empty: shipped
  int32_t version = 0;
  int32_t period_days = 0;   // shipments of so many days count
  int32_t horizon_days = 0;  // complaints up to so many days after shipment count
  int32_t false_discovery_bps = 0;
  int32_t least_cases = 0;      // complaints in the window
  std::vector<CaseKind> kinds;  // of cases that complain about goods
  absl::Time effective;         // looks from then on use it
  std::string actor;            // who wrote it
  absl::Time create_time;
};

// Pieces of one lot of a SKU that one house shipped.
struct SeriesKey {
  std::string sku, node_id, lot;  // lot empty: not kept by lot
  friend auto operator<=>(const SeriesKey&, const SeriesKey&) = default;
};
struct SeriesDay {
  absl::CivilDay day;  // of shipment
  int64_t pieces = 0;
  int64_t complaints = 0;  // about them, whenever they came
  friend bool operator==(const SeriesDay&, const SeriesDay&) = default;
};
struct Series {
  SeriesKey key;
  std::vector<SeriesDay> days;  // by day, each once
  // What was shipped by then has been judged by a person: windows begin later.
  std::optional<absl::CivilDay> judged_to = {};
};

struct BadLot {
  SeriesKey key;
  absl::CivilDay since, earliest, latest;  // when it began: the best day, and the likely ones
  absl::CivilDay last;                     // the last shipment
  int64_t pieces = 0;                      // shipped since
  int64_t other_pieces = 0;                // of the SKU, all others
  ChangeScan scan;
  double adjusted_p = 1;
};

// Bad lots as of `today`, the last day of which everything is known, by p-value and key. `series`
// are all those of the SKUs that they name; `tests` is how many series there are in all: those that
// are not given are known not to be bad, such as those without complaints. A series with fewer
// complaints than the policy's least in its window counts as a test and is never bad.
std::vector<BadLot> FindBadLots(std::span<const Series> series, int64_t tests,
                                const DelayDistribution& delays, absl::CivilDay today,
                                const BadLotPolicy& policy);

// The days of a series with the exposure that FindBadLots gives them.
std::vector<Exposed> ExposureOf(const Series& series, const DelayDistribution& delays,
                                absl::CivilDay today);

}  // namespace kefu::aftersales::domain::insight
