#include "services/performance/domain/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "services/performance/domain/varint.h"

namespace kefu::performance::domain {
namespace {

constexpr int kSubBucketBits = 8;  // 256 buckets an octave
constexpr int64_t kLinearMicros = int64_t{1} << (kSubBucketBits + 1);
constexpr size_t kUsualBucketBytes = 5;  // of an encoding: where a decoded one begins to grow

int32_t BucketOf(int64_t micros) {
  if (micros < kLinearMicros) return static_cast<int32_t>(micros);
  const int shift = std::bit_width(static_cast<uint64_t>(micros)) - (kSubBucketBits + 1);
  return static_cast<int32_t>(shift * (int64_t{1} << kSubBucketBits) + (micros >> shift));
}

}  // namespace

void Histogram::Add(int64_t micros) {
  if (micros < 0) micros = 0;
  const int32_t index = BucketOf(micros);
  auto bucket = std::ranges::lower_bound(buckets_, index, {}, &Bucket::index);
  if (bucket == buckets_.end() || bucket->index != index)
    bucket = buckets_.insert(bucket, {index, 0, 0});
  ++bucket->count;
  bucket->sum_us += micros;
  ++count_;
}

void Histogram::Merge(const Histogram& other) {
  if (other.buckets_.empty()) return;
  if (buckets_.empty()) {
    *this = other;
    return;
  }
  std::vector<Bucket> merged;
  merged.reserve(std::max(buckets_.size(), other.buckets_.size()) * 3 / 2);
  auto mine = buckets_.begin();
  for (const Bucket& theirs : other.buckets_) {
    while (mine != buckets_.end() && mine->index < theirs.index) merged.push_back(*mine++);
    merged.push_back(theirs);
    if (mine == buckets_.end() || mine->index != theirs.index) continue;
    merged.back().count += mine->count;
    merged.back().sum_us += mine->sum_us;
    ++mine;
  }
  merged.insert(merged.end(), mine, buckets_.end());
  buckets_ = std::move(merged);
  count_ += other.count_;
}

bool Histogram::Subtract(const Histogram& other) {
  std::vector<Bucket> left;
  left.reserve(buckets_.size());
  auto theirs = other.buckets_.begin();
  for (Bucket bucket : buckets_) {
    if (theirs != other.buckets_.end() && theirs->index == bucket.index) {
      bucket.count -= theirs->count;
      bucket.sum_us -= theirs->sum_us;
      ++theirs;
      if (bucket.count < 0 || bucket.sum_us < 0 || (bucket.count == 0 && bucket.sum_us != 0))
        return false;
    }
    if (bucket.count > 0) left.push_back(bucket);
  }
  if (theirs != other.buckets_.end()) return false;
  buckets_ = std::move(left);
  count_ -= other.count_;
  return true;
}

std::optional<int64_t> Histogram::Percentile(double p) const {
  if (count_ == 0) return std::nullopt;
  auto rank = static_cast<int64_t>(std::ceil(p * static_cast<double>(count_)));
  if (rank < 1) rank = 1;
  for (const Bucket& bucket : buckets_) {
    rank -= bucket.count;
    if (rank <= 0) return bucket.sum_us / bucket.count;
  }
  return buckets_.back().sum_us / buckets_.back().count;
}

long double Histogram::SquareSum() const {
  long double sum = 0;
  for (const Bucket& bucket : buckets_) {
    const auto total = static_cast<long double>(bucket.sum_us);
    sum += total * total / static_cast<long double>(bucket.count);
  }
  return sum;
}

std::string Histogram::Encode() const {
  std::string out;
  int32_t previous = 0;
  for (const Bucket& bucket : buckets_) {
    PutVarint(out, static_cast<uint64_t>(bucket.index - previous));
    PutVarint(out, static_cast<uint64_t>(bucket.count));
    PutVarint(out, static_cast<uint64_t>(bucket.sum_us));
    previous = bucket.index;
  }
  return out;
}

std::optional<Histogram> Histogram::Decode(std::string_view bytes) {
  Histogram result;
  result.buckets_.reserve(bytes.size() / kUsualBucketBytes);
  int32_t index = 0;
  while (!bytes.empty()) {
    const auto distance = TakeVarint(bytes);
    const auto count = TakeVarint(bytes);
    const auto sum = TakeVarint(bytes);
    if (!distance || !count || !sum || *count == 0 || *distance > INT32_MAX) return std::nullopt;
    if (*distance == 0 && !result.buckets_.empty()) return std::nullopt;
    index += static_cast<int32_t>(*distance);
    result.buckets_.push_back({index, static_cast<int64_t>(*count), static_cast<int64_t>(*sum)});
    result.count_ += static_cast<int64_t>(*count);
  }
  return result;
}

}  // namespace kefu::performance::domain
