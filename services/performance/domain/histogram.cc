#include "services/performance/domain/histogram.h"

#include <bit>
#include <cmath>

#include "services/performance/domain/varint.h"

namespace kefu::performance::domain {
namespace {

constexpr int64_t kUnitMicros = 10'000;  // resolution of the exact part
constexpr int kSubBucketBits = 8;        // 256 buckets an octave
constexpr int64_t kLinearUnits = int64_t{1} << (kSubBucketBits + 1);

int32_t BucketOf(int64_t micros) {
  const int64_t units = micros / kUnitMicros;
  if (units < kLinearUnits) return static_cast<int32_t>(units);
  const int shift = std::bit_width(static_cast<uint64_t>(units)) - (kSubBucketBits + 1);
  return static_cast<int32_t>(shift * (int64_t{1} << kSubBucketBits) + (units >> shift));
}

}  // namespace

void Histogram::Add(int64_t micros) {
  if (micros < 0) micros = 0;
  Bucket& bucket = buckets_[BucketOf(micros)];
  ++bucket.count;
  bucket.sum_us += micros;
  ++count_;
}

void Histogram::Merge(const Histogram& other) {
  for (const auto& [index, bucket] : other.buckets_) {
    Bucket& mine = buckets_[index];
    mine.count += bucket.count;
    mine.sum_us += bucket.sum_us;
  }
  count_ += other.count_;
}

std::optional<int64_t> Histogram::Percentile(double p) const {
  if (count_ == 0) return std::nullopt;
  auto rank = static_cast<int64_t>(std::ceil(p * static_cast<double>(count_)));
  if (rank < 1) rank = 1;
  for (const auto& [index, bucket] : buckets_) {
    rank -= bucket.count;
    if (rank <= 0) return bucket.sum_us / bucket.count;
  }
  return buckets_.rbegin()->second.sum_us / buckets_.rbegin()->second.count;
}

long double Histogram::SquareSum() const {
  long double sum = 0;
  for (const auto& [index, bucket] : buckets_) {
    const auto total = static_cast<long double>(bucket.sum_us);
    sum += total * total / static_cast<long double>(bucket.count);
  }
  return sum;
}

std::string Histogram::Encode() const {
  std::string out;
  int32_t previous = 0;
  for (const auto& [index, bucket] : buckets_) {
    PutVarint(out, static_cast<uint64_t>(index - previous));
    PutVarint(out, static_cast<uint64_t>(bucket.count));
    PutVarint(out, static_cast<uint64_t>(bucket.sum_us));
    previous = index;
  }
  return out;
}

std::optional<Histogram> Histogram::Decode(std::string_view bytes) {
  Histogram result;
  int32_t index = 0;
  while (!bytes.empty()) {
    const auto distance = TakeVarint(bytes);
    const auto count = TakeVarint(bytes);
    const auto sum = TakeVarint(bytes);
    if (!distance || !count || !sum || *count == 0 || *distance > INT32_MAX) return std::nullopt;
    index += static_cast<int32_t>(*distance);
    result.buckets_[index] = {static_cast<int64_t>(*count), static_cast<int64_t>(*sum)};
    result.count_ += static_cast<int64_t>(*count);
  }
  return result;
}

}  // namespace kefu::performance::domain
