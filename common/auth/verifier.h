// Turns a bearer token into a principal.
#ifndef KEFU_COMMON_AUTH_VERIFIER_H_
#define KEFU_COMMON_AUTH_VERIFIER_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/auth/jwt.h"
#include "common/auth/keys.h"
#include "common/auth/principal.h"

namespace kefu::auth {

struct VerifierOptions {
  std::string issuer{kDefaultIssuer};
  std::string audience{kAudience};
  absl::Duration leeway = absl::Seconds(60);  // clocks of two machines may differ by that much
  size_t cache_capacity = 16'384;             // tokens remembered; 0 turns the cache off
  // Verify() looks at the key folder again when so much time (of the `now` it is given) has passed.
  // InfiniteDuration: never.
  absl::Duration reload_interval = absl::Seconds(5);
};

// Verifies tokens: signature by the kid's key, algorithm bound to that key's type, iss, aud, exp
// and nbf. Thread-safe. Verified tokens are remembered by their SHA-256, so that a repeated token
// costs one hash and one look-up; any change of the key set forgets all of them, so removing a
// key's file ends its tokens at the next reload.
class Verifier {
 public:
  explicit Verifier(std::shared_ptr<KeySet> keys, VerifierOptions options = {});

  // UNAUTHENTICATED with reason TOKEN_MISSING (empty), TOKEN_INVALID (form, signature, issuer,
  // audience, not yet valid), TOKEN_EXPIRED or KEY_UNKNOWN. `token` comes without the word
  // "Bearer".
  absl::StatusOr<Principal> Verify(std::string_view token, absl::Time now);

  struct Stats {
    uint64_t hits = 0, misses = 0, evictions = 0, failed_reloads = 0;
    size_t cached = 0;
  };
  Stats stats() const;

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Entry {
    Digest digest;
    Principal principal;
    absl::Time not_before;
    uint64_t generation = 0;
    bool used = false;  // the clock's hand passes once over a used entry
  };
  struct Shard {
    std::mutex mutex;
    absl::flat_hash_map<Digest, size_t> index;  // into ring
    std::vector<Entry> ring;
    size_t hand = 0;
  };
  static constexpr size_t kShards = 16;  // more than worker threads contend for at the same instant

  struct Checked {
    Principal principal;
    absl::Time not_before;
    uint64_t generation;
  };
  absl::StatusOr<Checked> VerifyFresh(std::string_view token) const;
  absl::Status CheckTimes(const Principal& principal, absl::Time not_before, absl::Time now) const;
  void Remember(const Digest& digest, Checked checked);
  void MaybeReload(absl::Time now);

  const std::shared_ptr<KeySet> keys_;
  const VerifierOptions options_;
  const size_t shard_capacity_;
  mutable std::array<Shard, kShards> shards_;
  std::atomic<int64_t> next_reload_us_;
  std::atomic<uint64_t> hits_{0}, misses_{0}, evictions_{0}, failed_reloads_{0};
};

}  // namespace kefu::auth

#endif  // KEFU_COMMON_AUTH_VERIFIER_H_
