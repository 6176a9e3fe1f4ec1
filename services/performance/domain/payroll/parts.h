// Among which shops a person's month is shared; see ShopParts.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kefu::performance::domain::payroll {

// Leaves the weights of the shops of one currency: that in which they come to most, of equals that
// of the first shop with any. A person's pay is one sum, and amounts of plans in different
// currencies are no parts of one. Weights and currencies are by shop, in the same order.
void KeepOneCurrency(std::span<const std::string> currencies, std::vector<int64_t>& weights);

}  // namespace kefu::performance::domain::payroll
