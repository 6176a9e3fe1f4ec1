#include "common/auth/verifier.h"

#include <openssl/evp.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace kefu::auth {
namespace {

absl::Status Invalid(std::string message) {
  return Unauthenticated("TOKEN_INVALID", std::move(message));
}

// Fetched once: an implicit fetch per call costs as much as the hash itself.
const EVP_MD* Sha256() {
  static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return digest;
}

bool HashToken(std::string_view token, unsigned char* out) {
  struct Free {
    void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
  };
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  return context && Sha256() != nullptr &&
         EVP_DigestInit_ex2(context.get(), Sha256(), nullptr) == 1 &&
         EVP_DigestUpdate(context.get(), token.data(), token.size()) == 1 &&
         EVP_DigestFinal_ex(context.get(), out, nullptr) == 1;
}

}  // namespace

Verifier::Verifier(std::shared_ptr<KeySet> keys, VerifierOptions options)
    : keys_(std::move(keys)),
      options_(std::move(options)),
      shard_capacity_(options_.cache_capacity == 0
                          ? 0
                          : std::max<size_t>(1, options_.cache_capacity / kShards)),
      next_reload_us_(std::numeric_limits<int64_t>::min()) {}

absl::StatusOr<Principal> Verifier::Verify(std::string_view token, absl::Time now) {
  if (token.empty()) return Unauthenticated("TOKEN_MISSING", "a bearer token is needed");
  if (token.size() > kMaxTokenBytes) return Invalid("the token is longer than 8 KiB");
  MaybeReload(now);
  Digest digest;
  if (!HashToken(token, digest.data())) return Internal("SHA-256 is not available");

  Shard& shard = shards_[digest[0] % kShards];
  std::optional<Principal> known;
  absl::Time not_before;
  {
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.index.find(digest);
    if (found != shard.index.end() && shard.ring[found->second].generation == keys_->generation()) {
      Entry& entry = shard.ring[found->second];
      entry.used = true;
      known = entry.principal;
      not_before = entry.not_before;
    }
  }
  if (known) {
    hits_.fetch_add(1, std::memory_order_relaxed);
    RETURN_IF_ERROR(CheckTimes(*known, not_before, now));
    return *std::move(known);
  }
  misses_.fetch_add(1, std::memory_order_relaxed);
  ASSIGN_OR_RETURN(Checked checked, VerifyFresh(token));
  RETURN_IF_ERROR(CheckTimes(checked.principal, checked.not_before, now));
  Principal principal = checked.principal;
  if (shard_capacity_ > 0) Remember(digest, std::move(checked));
  return principal;
}

absl::StatusOr<Verifier::Checked> Verifier::VerifyFresh(std::string_view token) const {
  ASSIGN_OR_RETURN(const ParsedToken parsed, ParseToken(token));
  const std::shared_ptr<const KeySet::Snapshot> keys = keys_->snapshot();
  const auto key = keys->keys.find(parsed.kid);
  if (key == keys->keys.end()) {
    return Unauthenticated("KEY_UNKNOWN", "the token's key is not known here");
  }
  // The key decides the algorithm; the header may only agree.
  if (key->second.algorithm() != parsed.algorithm) {
    return Invalid("the token is not valid: alg does not belong to its key");
  }
  if (!key->second.Verify(parsed.signing_input, parsed.signature)) {
    return Invalid("the token is not valid: wrong signature");
  }
  ASSIGN_OR_RETURN(Claims claims, DecodeClaims(parsed.payload));
  if (claims.issuer != options_.issuer) return Invalid("the token is not valid: other issuer");
  if (std::find(claims.audience.begin(), claims.audience.end(), options_.audience) ==
      claims.audience.end()) {
    return Invalid("the token is not valid: made for another audience");
  }
  return Checked{.principal = std::move(claims.principal),
                 .not_before = std::max(claims.not_before, claims.issued_at),
                 .generation = keys->generation};
}

absl::Status Verifier::CheckTimes(const Principal& principal, absl::Time not_before,
                                  absl::Time now) const {
  if (now >= principal.expires + options_.leeway) {
    return Unauthenticated("TOKEN_EXPIRED", "the token has expired");
  }
  if (now + options_.leeway < not_before) return Invalid("the token is not valid yet");
  return absl::OkStatus();
}

void Verifier::Remember(const Digest& digest, Checked checked) {
  Entry entry{.digest = digest,
              .principal = std::move(checked.principal),
              .not_before = checked.not_before,
              .generation = checked.generation};
  Shard& shard = shards_[digest[0] % kShards];
  const std::lock_guard lock(shard.mutex);
  if (const auto found = shard.index.find(digest); found != shard.index.end()) {
    shard.ring[found->second] = std::move(entry);
    return;
  }
  if (shard.ring.size() < shard_capacity_) {
    shard.index.emplace(digest, shard.ring.size());
    shard.ring.push_back(std::move(entry));
    return;
  }
  const uint64_t generation = keys_->generation();
  while (shard.ring[shard.hand].used && shard.ring[shard.hand].generation == generation) {
    shard.ring[shard.hand].used = false;
    shard.hand = (shard.hand + 1) % shard.ring.size();
  }
  evictions_.fetch_add(1, std::memory_order_relaxed);
  shard.index.erase(shard.ring[shard.hand].digest);
  shard.index.emplace(digest, shard.hand);
  shard.ring[shard.hand] = std::move(entry);
  shard.hand = (shard.hand + 1) % shard.ring.size();
}

void Verifier::MaybeReload(absl::Time now) {
  if (options_.reload_interval == absl::InfiniteDuration()) return;
  const int64_t now_us = absl::ToUnixMicros(now);
  const int64_t interval_us = absl::ToInt64Microseconds(options_.reload_interval);
  int64_t due = next_reload_us_.load(std::memory_order_relaxed);
  // A due time far ahead means that the clock was set back.
  if (now_us < due && due - now_us <= interval_us) return;
  if (!next_reload_us_.compare_exchange_strong(due, now_us + interval_us)) return;
  if (!keys_->Reload().ok()) failed_reloads_.fetch_add(1, std::memory_order_relaxed);
}

Verifier::Stats Verifier::stats() const {
  Stats stats{.hits = hits_.load(),
              .misses = misses_.load(),
              .evictions = evictions_.load(),
              .failed_reloads = failed_reloads_.load()};
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    stats.cached += shard.ring.size();
  }
  return stats;
}

}  // namespace kefu::auth
