// Server-made ids: ULIDs, 26 characters of Crockford base32 (upper case), 48 bits of milliseconds
// and 80 random bits (https://github.com/ulid/spec). They sort by time of creation, as text too.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/time/clock.h"

namespace kefu {

// Fills the bytes. Called under the generator's lock, so it need not be thread-safe.
using RandomSource = std::function<void(std::span<uint8_t>)>;

// The kernel's random bytes; stops the process if they are not to be had, since ids that are not
// unique would mix up tenants' rows.
RandomSource SystemRandom();

// Thread-safe. Ids of one generator strictly increase, also within a millisecond and when the clock
// steps back; those of different processes differ by their random part.
class IdGenerator {
 public:
  // `clock` must outlive the generator.
  explicit IdGenerator(const Clock& clock, RandomSource random = SystemRandom());

  std::string Next();

 private:
  const Clock& clock_;
  RandomSource random_;
  std::mutex mutex_;
  uint64_t last_millis_ = 0;
  std::array<uint8_t, 10> entropy_{};
  bool started_ = false;
};

// Whether the text has the exact form of an id made here.
bool IsUlid(std::string_view text);

// The millisecond in an id. INVALID_ARGUMENT ID_MALFORMED.
absl::StatusOr<absl::Time> TimeOfUlid(std::string_view text);

}  // namespace kefu
