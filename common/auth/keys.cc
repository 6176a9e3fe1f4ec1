#include "common/auth/keys.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::auth {
namespace {

constexpr size_t kSignatureBytes = 64;  // both algorithms; ES256: r and s of 32 bytes each
constexpr size_t kMaxDerBytes = 72;     // SEQUENCE of two 33 byte INTEGERs

struct Deleter {
  void operator()(BIO* p) const { BIO_free(p); }
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
  void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
  void operator()(ECDSA_SIG* p) const { ECDSA_SIG_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Deleter>;

// OpenSSL leaves failures in a queue of the thread, where gRPC's TLS code would find them.
struct ErrorQueueGuard {
  ~ErrorQueueGuard() { ERR_clear_error(); }
};

absl::Status KeyInvalid(std::string message) {
  return MakeError(absl::StatusCode::kInvalidArgument, "KEY_INVALID", std::move(message));
}

absl::StatusOr<Algorithm> AlgorithmOf(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "ED25519")) return Algorithm::kEdDsa;
  if (!EVP_PKEY_is_a(key, "EC")) {
    return KeyInvalid("only P-256 and Ed25519 keys are accepted");
  }
  std::array<char, 64> group{};
  size_t length = 0;
  int explicit_params = 0;  // curves spelled out may differ from the named one in the generator
  EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &explicit_params);
  if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) != 1 ||
      std::string_view(group.data(), length) != SN_X9_62_prime256v1 || explicit_params != 0) {
    return KeyInvalid("of the elliptic curves only P-256, given by name, is accepted");
  }
  return Algorithm::kEs256;
}

// An encrypted key must fail, not ask at the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

const EVP_MD* DigestFor(Algorithm algorithm) {
  return algorithm == Algorithm::kEs256 ? EVP_sha256() : nullptr;  // Ed25519 hashes by itself
}

// r || s -> the DER form that EVP wants; empty on failure.
std::string RawToDer(std::string_view raw) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(raw.data());
  Owned<ECDSA_SIG> sig(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(bytes, 32, nullptr);
  BIGNUM* s = BN_bin2bn(bytes + 32, 32, nullptr);
  if (!sig || r == nullptr || s == nullptr || ECDSA_SIG_set0(sig.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return "";
  }
  std::array<unsigned char, kMaxDerBytes> der;
  unsigned char* end = der.data();
  const int length = i2d_ECDSA_SIG(sig.get(), nullptr);
  if (length <= 0 || length > static_cast<int>(der.size())) return "";
  i2d_ECDSA_SIG(sig.get(), &end);
  return std::string(reinterpret_cast<char*>(der.data()), length);
}

std::string DerToRaw(std::string_view der) {
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  Owned<ECDSA_SIG> sig(d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(der.size())));
  if (!sig) return "";
  std::string raw(kSignatureBytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  if (BN_bn2binpad(ECDSA_SIG_get0_r(sig.get()), out, 32) != 32 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(sig.get()), out + 32, 32) != 32) {
    return "";
  }
  return raw;
}

std::string BioToString(BIO* bio) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio, &data);
  return std::string(data, length);
}

absl::Status WriteNewFile(const std::string& path, std::string_view content, mode_t mode) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) {
    const int error = errno;
    if (error == EEXIST) return AlreadyExists("file", path);
    return FailedPrecondition("FILE_NOT_WRITABLE", path, std::strerror(error));
  }
  const bool written =
      ::write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  const bool synced = ::fsync(fd) == 0;
  const bool closed = ::close(fd) == 0;
  if (written && synced && closed) return absl::OkStatus();
  ::unlink(path.c_str());
  return FailedPrecondition("FILE_NOT_WRITABLE", path, "the file could not be written whole");
}

}  // namespace

std::string_view AlgorithmName(Algorithm algorithm) {
  return algorithm == Algorithm::kEs256 ? "ES256" : "EdDSA";
}

std::optional<Algorithm> ParseAlgorithm(std::string_view name) {
  if (name == "ES256") return Algorithm::kEs256;
  if (name == "EdDSA") return Algorithm::kEdDsa;
  return std::nullopt;
}

bool IsValidKid(std::string_view kid) {
  if (kid.empty() || kid.size() > 64 || kid.front() == '.') return false;
  return std::all_of(kid.begin(), kid.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

absl::StatusOr<PublicKey> PublicKey::FromPem(std::string_view pem) {
  const ErrorQueueGuard guard;
  Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Owned<EVP_PKEY> key(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, NoPassword, nullptr) : nullptr);
  if (!key) return KeyInvalid("not a public key in PEM");
  ASSIGN_OR_RETURN(const Algorithm algorithm, AlgorithmOf(key.get()));
  Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key.get(), nullptr));
  if (!context || EVP_PKEY_public_check(context.get()) != 1) {
    return KeyInvalid("not a point on the curve");
  }
  return PublicKey(std::shared_ptr<evp_pkey_st>(key.release(), EVP_PKEY_free), algorithm);
}

bool PublicKey::Verify(std::string_view message, std::string_view signature) const {
  const ErrorQueueGuard guard;
  if (signature.size() != kSignatureBytes) return false;
  const std::string encoded =
      algorithm_ == Algorithm::kEs256 ? RawToDer(signature) : std::string(signature);
  if (encoded.empty()) return false;
  Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  return context &&
         EVP_DigestVerifyInit(context.get(), nullptr, DigestFor(algorithm_), nullptr, key_.get()) ==
             1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(encoded.data()),
                          encoded.size(), reinterpret_cast<const unsigned char*>(message.data()),
                          message.size()) == 1;
}

absl::StatusOr<Signer> Signer::FromPem(std::string_view pem, std::string_view kid) {
  const ErrorQueueGuard guard;
  if (!IsValidKid(kid)) return KeyInvalid("a kid has 1 to 64 characters of A-Z a-z 0-9 . _ -");
  Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Owned<EVP_PKEY> key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr)
                          : nullptr);
  if (!key) return KeyInvalid("not an unencrypted private key in PEM");
  ASSIGN_OR_RETURN(const Algorithm algorithm, AlgorithmOf(key.get()));
  return Signer(std::shared_ptr<evp_pkey_st>(key.release(), EVP_PKEY_free), algorithm,
                std::string(kid));
}

absl::StatusOr<Signer> Signer::FromFile(const std::string& path, std::string_view kid) {
  std::ifstream file(path, std::ios::binary);
  std::string pem(KeySet::kMaxFileBytes, '\0');
  file.read(pem.data(), static_cast<std::streamsize>(pem.size()));
  if (file.gcount() == 0) return NotFound("private key file", path);
  absl::StatusOr<Signer> signer =
      FromPem(std::string_view(pem).substr(0, static_cast<size_t>(file.gcount())), kid);
  OPENSSL_cleanse(pem.data(), pem.size());
  return signer;
}

absl::StatusOr<std::string> Signer::Sign(std::string_view message) const {
  const ErrorQueueGuard guard;
  std::string signature(kMaxDerBytes, '\0');
  size_t length = signature.size();
  Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  if (!context ||
      EVP_DigestSignInit(context.get(), nullptr, DigestFor(algorithm_), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                     reinterpret_cast<const unsigned char*>(message.data()), message.size()) != 1) {
    return Internal("signing failed");
  }
  signature.resize(length);
  if (algorithm_ == Algorithm::kEs256) signature = DerToRaw(signature);
  if (signature.size() != kSignatureBytes) return Internal("a signature of unexpected length");
  return signature;
}

absl::StatusOr<KeyPairPem> GenerateKeyPair(Algorithm algorithm) {
  const ErrorQueueGuard guard;
  Owned<EVP_PKEY> key(algorithm == Algorithm::kEs256
                          ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")
                          : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  Owned<BIO> priv(BIO_new(BIO_s_secmem()));
  Owned<BIO> pub(BIO_new(BIO_s_mem()));
  if (!key || !priv || !pub ||
      PEM_write_bio_PKCS8PrivateKey(priv.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1 ||
      PEM_write_bio_PUBKEY(pub.get(), key.get()) != 1) {
    return Internal("a key pair could not be made");
  }
  return KeyPairPem{.private_pem = BioToString(priv.get()), .public_pem = BioToString(pub.get())};
}

absl::Status WriteKeyPair(const KeyPairPem& pair, const std::string& dir, std::string_view kid) {
  if (!IsValidKid(kid)) return KeyInvalid("a kid has 1 to 64 characters of A-Z a-z 0-9 . _ -");
  std::error_code error;
  std::filesystem::create_directories(dir + "/public", error);
  if (error) return FailedPrecondition("FILE_NOT_WRITABLE", dir, error.message());
  const std::string private_path = fmt::format("{}/{}.key", dir, kid);
  RETURN_IF_ERROR(WriteNewFile(private_path, pair.private_pem, 0600));
  const absl::Status status =
      WriteNewFile(fmt::format("{}/public/{}.pem", dir, kid), pair.public_pem, 0644);
  if (!status.ok()) ::unlink(private_path.c_str());
  return status;
}

}  // namespace kefu::auth
