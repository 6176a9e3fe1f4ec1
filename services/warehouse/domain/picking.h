// Which pieces go first: FEFO (first expired, first out). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace kefu::warehouse::domain {

// Pieces of one key (node, SKU, owner, sellable) in one lot and bin.
struct LotStock {
  std::string lot;
  std::string location;
  int64_t free = 0;                           // that nobody has taken hold of
  std::optional<absl::CivilDay> expiry_date;  // the last day on which the lot may be sold
  std::optional<absl::CivilDay> made_date;
  absl::Time first_received;  // of the lot
  bool recalled = false;

  bool ExpiredOn(absl::CivilDay day) const { return expiry_date && day > *expiry_date; }
};

struct Pick {
  std::string lot;
  std::string location;
  int64_t quantity = 0;
  friend bool operator==(const Pick&, const Pick&) = default;
};

// The order in which pieces go: earliest expiry (none last), then the lot made or, where that is
// not known, received first, then the lot's and the bin's name.
void SortFefo(std::vector<LotStock>& rows);

// Takes up to `quantity` from rows in FEFO order and lowers them; passes by what is recalled,
// expired on `day`, or has fewer than `min_days` days left to sell after it. The picks sum up to
// less than `quantity` when the rows do not cover it.
std::vector<Pick> TakeFefo(std::vector<LotStock>& rows, int64_t quantity, absl::CivilDay day,
                           int min_days = 0);

}  // namespace kefu::warehouse::domain
