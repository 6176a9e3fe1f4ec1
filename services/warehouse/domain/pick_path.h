// A short walk through bins. Pure.
//
// The floor is a block of parallel aisles between a front and a back cross aisle. From (x1, y1) to
// (x2, y2) in different aisles one walks |x1 − x2| along a cross aisle and reaches it by the front,
// y1 + y2, or by the back, (D − y1) + (D − y2), whichever is shorter; D is the block's depth. The
// walk begins and ends at the entrance, (0, 0).
// Model and the S-shaped routine: R. de Koster, T. Le-Duc, K. J. Roodbergen, "Design and control of
// warehouse order picking: A literature review", EJOR 182 (2007), section 7. Improvement: 2-opt,
// G. A. Croes, "A method for solving traveling-salesman problems", Operations Research 6 (1958);
// moving short chains, I. Or's thesis (Northwestern University, 1976).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kefu::warehouse::domain {

// A bin on the floor, in millimetres. Bins of one aisle have the same x.
struct BinPlace {
  std::string location;
  int64_t x_mm = 0;
  int64_t y_mm = 0;
};

// Where a bin is, by words: the bins of one aisle stand along it by their positions.
struct BinCode {
  std::string location;
  std::string aisle;
  std::string position;
};

// What a bin's code says of it: "A-03-12-2" is position 12 of the aisle "A-03", level 2; "A-12" is
// position 12 of the aisle "A"; a code without "-" is an aisle of its own.
BinCode ReadCode(std::string_view location);

// Aisles lie side by side in natural order, `aisle_pitch_mm` apart; a position that is no number
// counts by its order in the aisle. One place a code, in their order.
std::vector<BinPlace> Places(std::span<const BinCode> codes, int aisle_pitch_mm,
                             int position_pitch_mm);

// Natural order: runs of digits compare as numbers.
bool NaturallyBefore(std::string_view a, std::string_view b);

struct PickPath {
  std::vector<size_t> order;        // indexes into the places
  std::vector<int64_t> legs_mm;     // to each stop of the order from the one before
  int64_t distance_mm = 0;          // with the way back
  int64_t s_shape_distance_mm = 0;  // of the S-shaped order, measured the same way
};

// Begins with the S-shaped order and improves it while that shortens the walk: deterministic and
// never longer than the S-shaped order. Distances must stay below 10^15.
PickPath PlanPickPath(std::span<const BinPlace> places);

}  // namespace kefu::warehouse::domain
