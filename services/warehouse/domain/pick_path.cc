#include "services/warehouse/domain/pick_path.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

namespace kefu::warehouse::domain {
namespace {

constexpr size_t kMaxStops = 1000;  // about a second; a longer walk stays S-shaped
constexpr int kMaxRounds = 60;      // each shortens the walk; in practice it ends far sooner
constexpr size_t kMaxChain = 3;     // stops moved together

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

size_t DigitsFrom(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && IsDigit(text[end])) ++end;
  return end - at;
}

// Of two runs of digits of any length; leading zeros do not count.
int CompareNumbers(std::string_view a, std::string_view b) {
  const auto trim = [](std::string_view text) {
    const size_t first = text.find_first_not_of('0');
    return first == std::string_view::npos ? std::string_view() : text.substr(first);
  };
  a = trim(a);
  b = trim(b);
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

int CompareNaturally(std::string_view a, std::string_view b) {
  size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    const size_t x = DigitsFrom(a, i), y = DigitsFrom(b, j);
    if (x > 0 && y > 0) {
      const int order = CompareNumbers(a.substr(i, x), b.substr(j, y));
      if (order != 0) return order;
      i += x;
      j += y;
    } else {
      if (a[i] != b[j])
        return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]) ? -1 : 1;
      ++i;
      ++j;
    }
  }
  if (i < a.size() || j < b.size()) return i < a.size() ? 1 : -1;
  return a.compare(b);  // the same but for leading zeros
}

// A number of at most 9 digits: no floor has more positions.
std::optional<int64_t> NumberOf(std::string_view text) {
  if (text.empty() || text.size() > 9 || DigitsFrom(text, 0) != text.size()) return std::nullopt;
  return std::strtoll(std::string(text).c_str(), nullptr, 10);
}

struct NaturalLess {
  bool operator()(std::string_view a, std::string_view b) const {
    return CompareNaturally(a, b) < 0;
  }
};

// The walk between places; index n stands for the entrance.
class Floor {
 public:
  explicit Floor(std::span<const BinPlace> places) : places_(places) {
    for (const BinPlace& place : places) depth_ = std::max(depth_, place.y_mm);
  }
  int64_t Distance(size_t a, size_t b) const {
    const auto [x1, y1] = At(a);
    const auto [x2, y2] = At(b);
    if (x1 == x2) return std::abs(y1 - y2);
    return std::abs(x1 - x2) + std::min(y1 + y2, 2 * depth_ - y1 - y2);
  }
  // With the entrance before the first and after the last.
  int64_t Length(std::span<const size_t> order) const {
    int64_t length = 0;
    size_t at = places_.size();
    for (const size_t next : order) {
      length += Distance(at, next);
      at = next;
    }
    return length + Distance(at, places_.size());
  }

 private:
  std::pair<int64_t, int64_t> At(size_t i) const {
    return i == places_.size() ? std::pair<int64_t, int64_t>(0, 0)
                               : std::pair(places_[i].x_mm, places_[i].y_mm);
  }
  std::span<const BinPlace> places_;
  int64_t depth_ = 0;
};

// Aisles from the entrance on; up the first, down the second, and so on.
std::vector<size_t> SShape(std::span<const BinPlace> places) {
  std::map<int64_t, std::vector<size_t>> aisles;
  for (size_t i = 0; i < places.size(); ++i) aisles[places[i].x_mm].push_back(i);
  std::vector<size_t> order;
  bool up = true;
  for (auto& [x, bins] : aisles) {
    std::ranges::stable_sort(bins, [&](size_t a, size_t b) {
      return up ? places[a].y_mm < places[b].y_mm : places[a].y_mm > places[b].y_mm;
    });
    order.insert(order.end(), bins.begin(), bins.end());
    up = !up;
  }
  return order;
}

// Reverses a stretch wherever that shortens the walk; true if any did.
bool TwoOpt(const Floor& floor, size_t entrance, std::vector<size_t>& order) {
  const auto at = [&](size_t i) { return i == 0 || i > order.size() ? entrance : order[i - 1]; };
  bool better = false;
  for (size_t i = 1; i < order.size(); ++i) {
    for (size_t j = i + 1; j <= order.size(); ++j) {
      const int64_t gain = floor.Distance(at(i - 1), at(i)) + floor.Distance(at(j), at(j + 1)) -
                           floor.Distance(at(i - 1), at(j)) - floor.Distance(at(i), at(j + 1));
      if (gain <= 0) continue;
      std::reverse(order.begin() + static_cast<ptrdiff_t>(i - 1),
                   order.begin() + static_cast<ptrdiff_t>(j));
      better = true;
    }
  }
  return better;
}

// Moves chains of up to kMaxChain stops to where they lengthen the walk least; true if any moved.
bool MoveChains(const Floor& floor, size_t entrance, std::vector<size_t>& order) {
  bool better = false;
  for (size_t length = 1; length <= std::min(kMaxChain, order.size() - 1); ++length) {
    for (size_t from = 0; from + length <= order.size(); ++from) {
      std::vector<size_t> rest = order;
      const auto first = rest.begin() + static_cast<ptrdiff_t>(from);
      const std::vector<size_t> chain(first, first + static_cast<ptrdiff_t>(length));
      rest.erase(first, first + static_cast<ptrdiff_t>(length));
      const auto at = [&](size_t i) { return i == 0 || i > rest.size() ? entrance : rest[i - 1]; };
      const auto cost = [&](size_t gap) {  // of the chain between stops gap and gap + 1
        return floor.Distance(at(gap), chain.front()) + floor.Distance(chain.back(), at(gap + 1)) -
               floor.Distance(at(gap), at(gap + 1));
      };
      size_t best = from;
      for (size_t gap = 0; gap <= rest.size(); ++gap) {
        if (cost(gap) < cost(best)) best = gap;
      }
      if (best == from) continue;
      rest.insert(rest.begin() + static_cast<ptrdiff_t>(best), chain.begin(), chain.end());
      order = std::move(rest);
      better = true;
    }
  }
  return better;
}

}  // namespace

bool NaturallyBefore(std::string_view a, std::string_view b) { return CompareNaturally(a, b) < 0; }

BinCode ReadCode(std::string_view location) {
  const auto text = [](std::string_view part) { return std::string(part); };
  const size_t first = location.find('-');
  if (first == std::string_view::npos) return {text(location), text(location), ""};
  const size_t second = location.find('-', first + 1);
  if (second == std::string_view::npos) {
    return {text(location), text(location.substr(0, first)), text(location.substr(first + 1))};
  }
  const size_t third = location.find('-', second + 1);
  return {text(location), text(location.substr(0, second)),
          text(location.substr(second + 1, third - second - 1))};
}

std::vector<BinPlace> Places(std::span<const BinCode> codes, int aisle_pitch_mm,
                             int position_pitch_mm) {
  std::map<std::string_view, std::map<std::string_view, int64_t, NaturalLess>, NaturalLess> aisles;
  for (const BinCode& code : codes) aisles[code.aisle][code.position] = 0;
  int64_t next_aisle = 0;
  std::map<std::string_view, int64_t, NaturalLess> x_of;
  for (auto& [aisle, positions] : aisles) {
    x_of[aisle] = next_aisle++ * aisle_pitch_mm;
    int64_t rank = 0;
    for (auto& [position, y] : positions) {
      ++rank;
      y = NumberOf(position).value_or(rank) * position_pitch_mm;
    }
  }
  std::vector<BinPlace> places;
  for (const BinCode& code : codes) {
    places.push_back({code.location, x_of[code.aisle], aisles[code.aisle][code.position]});
  }
  return places;
}

PickPath PlanPickPath(std::span<const BinPlace> places) {
  const Floor floor(places);
  PickPath path{.order = SShape(places)};
  path.s_shape_distance_mm = floor.Length(path.order);
  const size_t entrance = places.size();
  if (places.size() > 1 && places.size() <= kMaxStops) {
    for (int round = 0; round < kMaxRounds; ++round) {
      const bool reversed = TwoOpt(floor, entrance, path.order);
      const bool moved = MoveChains(floor, entrance, path.order);
      if (!reversed && !moved) break;
    }
  }
  size_t at = entrance;
  for (const size_t next : path.order) {
    path.legs_mm.push_back(floor.Distance(at, next));
    at = next;
  }
  path.distance_mm = floor.Length(path.order);
  return path;
}

}  // namespace kefu::warehouse::domain
