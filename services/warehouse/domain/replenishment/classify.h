// ABC by value, XYZ by how steadily it sells. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/warehouse/domain/replenishment/checks.h"

namespace kefu::warehouse::domain::replenishment {

// Cuts are policy. An item is A while the items before it make up less than a_share of all value,
// B below b_share, else C; X while its coefficient of variation is at most x_cv, Y to y_cv, else Z.
// Pareto; Silver, Pyke & Thomas (2017), section 2.1; XYZ: Scholz-Reiter et al. (2012).
struct ClassCuts {
  double a_share = 0.80;
  double b_share = 0.95;
  double x_cv = 0.5;
  double y_cv = 1.0;
};
struct ClassItem {
  std::string id;
  double value = 0;            // what it sold in the period, in money or pieces
  std::vector<double> demand;  // by period; for XYZ
};
struct Classified {
  std::string id;
  char abc = 'C';
  char xyz = 'Z';
  double value_share = 0;
  double cumulative_share = 0;  // with it
  double variation = 0;         // coefficient; infinite without demand
};
void CheckCuts(const ClassCuts& cuts, std::string_view field, FieldViolations& violations);
char XyzOf(double variation, const ClassCuts& cuts);
// Sample standard deviation / mean; infinite where the mean is not positive.
double VariationOf(const std::vector<double>& demand);
// In order of falling value, equal values by id. INVALID_FIELDS.
absl::StatusOr<std::vector<Classified>> Classify(const std::vector<ClassItem>& items,
                                                 const ClassCuts& cuts);

inline constexpr Formula kAbcXyz{"ABC-XYZ", "A, B, C by cumulative value; X, Y, Z by σ/μ",
                                 "Silver, Pyke & Thomas (2017), section 2.1"};

}  // namespace kefu::warehouse::domain::replenishment
