#include "common/ids/id_generator.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // no I, L, O, U
constexpr size_t kLength = 26;      // 130 bits: two leading zero bits and 128 bits of content
constexpr size_t kTimeLength = 10;  // of which the first ten characters hold 48 + 2 bits of time
constexpr uint64_t kMaxMillis = (uint64_t{1} << 48) - 1;  // the year 10889

// Adds one to the big-endian number; false when it wrapped to zero.
bool Increment(std::span<uint8_t> number) {
  for (size_t i = number.size(); i-- > 0;) {
    if (++number[i] != 0) return true;
  }
  return false;
}

std::string Encode(uint64_t millis, std::span<const uint8_t> entropy) {
  std::string text(kLength, '0');
  for (size_t i = kTimeLength; i-- > 0; millis >>= 5) text[i] = kAlphabet[millis & 31];
  uint32_t bits = 0;
  int held = 0;
  size_t at = kTimeLength;
  for (const uint8_t byte : entropy) {
    bits = (bits << 8) | byte;
    for (held += 8; held >= 5; held -= 5) text[at++] = kAlphabet[(bits >> (held - 5)) & 31];
  }
  return text;
}

}  // namespace

RandomSource SystemRandom() {
  return [](std::span<uint8_t> bytes) {
    size_t filled = 0;
    while (filled < bytes.size()) {
      const ssize_t got = getrandom(bytes.data() + filled, bytes.size() - filled, 0);
      if (got > 0) {
        filled += static_cast<size_t>(got);
      } else if (errno != EINTR) {
        std::perror("kefu: no random bytes from the kernel");
        std::abort();
      }
    }
  };
}

IdGenerator::IdGenerator(const Clock& clock, RandomSource random)
    : clock_(clock), random_(std::move(random)) {}

std::string IdGenerator::Next() {
  const int64_t now = std::max<int64_t>(0, absl::ToUnixMillis(clock_.Now()));
  const uint64_t millis = std::min(static_cast<uint64_t>(now), kMaxMillis);
  const std::lock_guard lock(mutex_);
  // A clock that stands still or steps back counts on from the last id instead.
  if (!started_ || millis > last_millis_) {
    last_millis_ = millis;
    random_(entropy_);
    started_ = true;
  } else if (!Increment(entropy_)) {
    ++last_millis_;
    random_(entropy_);
  }
  return Encode(last_millis_, entropy_);
}

bool IsUlid(std::string_view text) {
  // 26 characters hold 130 bits, so the first one is at most '7'.
  return text.size() == kLength && text.front() <= '7' &&
         text.find_first_not_of(kAlphabet) == std::string_view::npos;
}

absl::StatusOr<absl::Time> TimeOfUlid(std::string_view text) {
  if (!IsUlid(text)) {
    return InvalidArgument("ID_MALFORMED", "id", fmt::format("\"{}\" is not a ULID", text));
  }
  int64_t millis = 0;
  for (const char c : text.substr(0, kTimeLength)) {
    millis = millis * 32 + static_cast<int64_t>(kAlphabet.find(c));
  }
  return absl::FromUnixMillis(millis);
}

}  // namespace kefu
