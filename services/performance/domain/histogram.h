// A mergeable histogram of durations with bounded relative error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kefu::performance::domain {

// Log-linear buckets over microseconds: one microsecond wide below 512 µs, then 256 buckets an
// octave, so a bucket is at most 1/256 of its value wide. A percentile answers the mean of its
// bucket's values: exact where a bucket holds one distinct value, as for sources that count whole
// seconds up to 268 s, and off by less than 0.4 % otherwise. Merging is exact: the result does not
// depend on order or grouping. Not thread-safe.
class Histogram {
 public:
  // Adds a duration in microseconds; negative ones count as 0.
  void Add(int64_t micros);
  void Merge(const Histogram& other);
  // Takes out what was merged or added before. False, and nothing is changed, when it was not all
  // there.
  bool Subtract(const Histogram& other);

  int64_t count() const { return count_; }
  // The nearest-rank percentile in microseconds: the ceil(p * count)-th smallest value; p in (0,
  // 1]. Nothing when empty.
  std::optional<int64_t> Percentile(double p) const;

  // The sum of the squares of all durations, in microseconds squared, with each bucket's durations
  // taken as their mean: off by less than 0.01 %.
  long double SquareSum() const;

  // Compact bytes: varints of (bucket distance, count, sum) by bucket.
  std::string Encode() const;
  // Nothing when the bytes are not an encoding.
  static std::optional<Histogram> Decode(std::string_view bytes);

  bool operator==(const Histogram&) const = default;

 private:
  struct Bucket {
    int32_t index = 0;
    int64_t count = 0;
    int64_t sum_us = 0;
    bool operator==(const Bucket&) const = default;
  };
  std::vector<Bucket> buckets_;  // by index, none empty
  int64_t count_ = 0;
};

}  // namespace kefu::performance::domain
