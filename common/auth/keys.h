// Signing keys: P-256 (ES256) and Ed25519 (EdDSA), by OpenSSL's EVP interface only.
#ifndef KEFU_COMMON_AUTH_KEYS_H_
#define KEFU_COMMON_AUTH_KEYS_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace kefu::auth {

enum class Algorithm : uint8_t { kEs256, kEdDsa };

// "ES256" or "EdDSA", the names of RFC 7518 and RFC 8037.
std::string_view AlgorithmName(Algorithm algorithm);
std::optional<Algorithm> ParseAlgorithm(std::string_view name);

// True for 1 to 64 characters of A-Z a-z 0-9 . _ - not beginning with a dot: safe as a file name.
bool IsValidKid(std::string_view kid);

// An immutable public key; its type alone decides the algorithm. Thread-safe.
class PublicKey {
 public:
  // INVALID_ARGUMENT / KEY_INVALID: not a public key in PEM, or neither P-256 nor Ed25519 (weak
  // curves and RSA are refused).
  static absl::StatusOr<PublicKey> FromPem(std::string_view pem);

  Algorithm algorithm() const { return algorithm_; }
  // `signature` as in JWS: 64 bytes (r || s for ES256, RFC 7518 section 3.4).
  bool Verify(std::string_view message, std::string_view signature) const;

 private:
  PublicKey(std::shared_ptr<evp_pkey_st> key, Algorithm algorithm)
      : key_(std::move(key)), algorithm_(algorithm) {}
  std::shared_ptr<evp_pkey_st> key_;
  Algorithm algorithm_;
};

// An immutable private key with its id. Thread-safe.
class Signer {
 public:
  // INVALID_ARGUMENT / KEY_INVALID as for PublicKey; the key's content never appears in an error.
  static absl::StatusOr<Signer> FromPem(std::string_view pem, std::string_view kid);
  // Also NOT_FOUND when the file cannot be read.
  static absl::StatusOr<Signer> FromFile(const std::string& path, std::string_view kid);

  Algorithm algorithm() const { return algorithm_; }
  const std::string& kid() const { return kid_; }
  // The 64 byte JWS signature of the message.
  absl::StatusOr<std::string> Sign(std::string_view message) const;

 private:
  Signer(std::shared_ptr<evp_pkey_st> key, Algorithm algorithm, std::string kid)
      : key_(std::move(key)), algorithm_(algorithm), kid_(std::move(kid)) {}
  std::shared_ptr<evp_pkey_st> key_;
  Algorithm algorithm_;
  std::string kid_;
};

struct KeyPairPem {
  std::string private_pem;  // PKCS#8, not encrypted
  std::string public_pem;   // SubjectPublicKeyInfo
};
absl::StatusOr<KeyPairPem> GenerateKeyPair(Algorithm algorithm);

// Writes DIR/<kid>.key (private, mode 0600) and DIR/public/<kid>.pem. ALREADY_EXISTS when one is
// there: a key is never overwritten.
absl::Status WriteKeyPair(const KeyPairPem& pair, const std::string& dir, std::string_view kid);

// The public keys that tokens are verified with: each file <kid>.pem of one folder. Thread-safe.
class KeySet {
 public:
  static constexpr int kMaxKeys = 64;               // two per issuer during a rotation is usual
  static constexpr int64_t kMaxFileBytes = 16'384;  // a P-256 PEM has 178

  // Does not read the folder yet; call Reload().
  explicit KeySet(std::string dir);

  // Reads the folder again: new and changed files (by size, inode, mtime) are loaded, keys of
  // vanished files are dropped. A file that is no good leaves its kid without a key and is named in
  // the returned INVALID_ARGUMENT / KEY_INVALID, the good ones are taken all the same. When the
  // folder itself cannot be read, the keys stay and UNAVAILABLE is returned. Idempotent; cheap when
  // nothing changed.
  absl::Status Reload();

  struct Snapshot {
    uint64_t generation = 0;  // rises with every change of any key
    std::map<std::string, PublicKey, std::less<>> keys;
  };
  std::shared_ptr<const Snapshot> snapshot() const;
  uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

 private:
  struct FileState {
    int64_t size = 0, mtime_ns = 0, ctime_ns = 0;
    uint64_t inode = 0;
    bool good = false;
    std::string problem;
    bool SameFile(const FileState& other) const;
  };

  const std::string dir_;
  std::mutex reload_mutex_;  // one Reload at a time
  std::map<std::string, FileState, std::less<>> files_;
  mutable std::shared_mutex mutex_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::atomic<uint64_t> generation_{0};
};

}  // namespace kefu::auth

#endif  // KEFU_COMMON_AUTH_KEYS_H_
