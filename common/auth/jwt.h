// Compact JWS tokens (RFC 7515, 7519), as strict as we can be about them.
#ifndef KEFU_COMMON_AUTH_JWT_H_
#define KEFU_COMMON_AUTH_JWT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/auth/keys.h"
#include "common/auth/principal.h"

namespace kefu::auth {

inline constexpr size_t kMaxTokenBytes =
    8'192;  // fits gRPC's default limit of 8 KiB for all metadata
inline constexpr std::string_view kDefaultIssuer = "kefu";
inline constexpr std::string_view kAudience = "kefu";

// The claims kefu understands: iss, aud, sub, exp, nbf, iat and org, base, shops, roles, grants. A
// grant is
// {"org", "shop", "contract", "from": "YYYY-MM-DD", "to": "YYYY-MM-DD"}.
struct Claims {
  std::string issuer{kDefaultIssuer};
  std::vector<std::string> audience{std::string(kAudience)};
  Principal principal;  // with principal.expires = exp, in whole seconds
  absl::Time issued_at = absl::UnixEpoch();
  absl::Time not_before = absl::InfinitePast();  // InfinitePast: no nbf
};

// A token cut into its parts; nothing in it is trusted yet.
struct ParsedToken {
  Algorithm algorithm;
  std::string kid;
  std::string_view signing_input;  // points into the token
  std::string signature;           // raw bytes
  std::string payload;             // JSON
};

// Cuts and checks the form: length, three parts in canonical base64url, header with alg ES256 or
// EdDSA and a kid, no crit. UNAUTHENTICATED / TOKEN_INVALID otherwise.
absl::StatusOr<ParsedToken> ParseToken(std::string_view token);

// Reads claims out of a payload. UNAUTHENTICATED / TOKEN_INVALID when one is missing, of the wrong
// type, given twice, or too long.
absl::StatusOr<Claims> DecodeClaims(std::string_view payload);

// A signed token. INVALID_ARGUMENT when the claims are such that DecodeClaims would refuse them or
// the token is too long.
absl::StatusOr<std::string> SignToken(const Signer& signer, const Claims& claims);

// RFC 4648 section 5 without padding. Decode refuses padding, white space and non-canonical
// trailing bits.
std::string Base64UrlEncode(std::string_view bytes);
absl::StatusOr<std::string> Base64UrlDecode(std::string_view text);

}  // namespace kefu::auth

#endif  // KEFU_COMMON_AUTH_JWT_H_
