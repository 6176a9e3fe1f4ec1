// Random numbers that are the same on every machine: xoshiro256** (Blackman, Vigna 2018) seeded by
// splitmix64, and draws in integers only. The standard library's distributions differ among
// libraries, floating point among compilers; neither is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace kefu::demo {

// Not thread-safe; cheap to copy.
class Random {
 public:
  explicit Random(uint64_t seed) {
    for (uint64_t& word : state_) word = SplitMix(seed);
  }

  // A stream of its own for a named part, so that a change of one part moves no other.
  Random(uint64_t seed, std::string_view part) : Random(seed ^ Fnv1a(part)) {}

  uint64_t Next() {
    const uint64_t result = Rotate(state_[1] * 5, 7) * 9;
    const uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = Rotate(state_[3], 45);
    return result;
  }

  // 0 … n − 1, without bias; n ≥ 1.
  int64_t Below(int64_t n) {
    const uint64_t range = static_cast<uint64_t>(n);
    const uint64_t unfair = (0 - range) % range;  // 2^64 mod n
    uint64_t draw = Next();
    while (draw < unfair) draw = Next();
    return static_cast<int64_t>(draw % range);
  }

  // Both ends included.
  int64_t Between(int64_t low, int64_t high) { return low + Below(high - low + 1); }

  // True in so many of a thousand cases.
  bool Chance(int per_mille) { return Below(1000) < per_mille; }

  // An index with probability weights[i] / sum; the sum must be positive.
  size_t Weighted(std::span<const int> weights) {
    int64_t sum = 0;
    for (const int weight : weights) sum += weight;
    int64_t draw = Below(sum);
    size_t i = 0;
    for (; draw >= weights[i]; ++i) draw -= weights[i];
    return i;
  }

  template <class Range>
  const auto& Pick(const Range& range) {
    return range[static_cast<size_t>(Below(static_cast<int64_t>(std::size(range))))];
  }

  // A waiting time around `median`, skewed as waiting times are: mostly near it, now and then much
  // longer (a log-normal with sigma 0.6, by its quantiles and straight lines between).
  int64_t Skewed(int64_t median) {
    static constexpr int64_t kPerMille[] = {250,  420,  520,  600,  680,  760,  840,  920, 1000,
                                            1090, 1190, 1320, 1480, 1700, 2020, 2600, 4800};
    const int64_t step = Below(16), part = Below(1000);
    const int64_t low = kPerMille[step], high = kPerMille[step + 1];
    return median * (low * 1000 + (high - low) * part) / 1'000'000;
  }

 private:
  static constexpr uint64_t Rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
  static constexpr uint64_t SplitMix(uint64_t& state) {
    uint64_t z = (state += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  static constexpr uint64_t Fnv1a(std::string_view text) {
    uint64_t hash = 0xCBF29CE484222325;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    return hash;
  }

  uint64_t state_[4];
};

}  // namespace kefu::demo
