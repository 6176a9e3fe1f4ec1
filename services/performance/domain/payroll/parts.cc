#include "services/performance/domain/payroll/parts.h"

#include <string_view>

namespace kefu::performance::domain::payroll {

void KeepOneCurrency(std::span<const std::string> currencies, std::vector<int64_t>& weights) {
  std::string_view most;
  int64_t most_weight = 0;
  for (size_t first = 0; first < weights.size(); ++first) {
    if (weights[first] == 0) continue;
    int64_t sum = 0;
    for (size_t i = 0; i < weights.size(); ++i) {
      sum += currencies[i] == currencies[first] ? weights[i] : 0;
    }
    if (sum <= most_weight) continue;
    most_weight = sum;
    most = currencies[first];
  }
  for (size_t i = 0; i < weights.size(); ++i) {
    if (currencies[i] != most) weights[i] = 0;
  }
}

}  // namespace kefu::performance::domain::payroll
