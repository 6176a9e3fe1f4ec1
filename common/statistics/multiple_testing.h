// Many tests looked at together. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace kefu::statistics {

// Adjusted p-values by Benjamini and Hochberg (JRSS B 57, 1995, 289–300), in the order given: those
// of at most q are discoveries of which, on average, no more than a share of q are false, where the
// tests are independent or positively dependent. `tests` is how many were made: those that are not
// given have a p-value of 1. At least as many as are given.
std::vector<double> BenjaminiHochberg(std::span<const double> p_values, int64_t tests);

}  // namespace kefu::statistics
