#include "common/auth/jwt.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace kefu::auth {
namespace {

using nlohmann::json;

constexpr size_t kMaxHeaderBytes = 512;           // alg, kid and typ need under 130
constexpr int kMaxJsonDepth = 4;                  // object > grants > grant is 3
constexpr int64_t kMaxSeconds = 253'402'300'799;  // 9999-12-31T23:59:59Z
constexpr size_t kMaxIdBytes = 64;                // as wide as the database's id columns
constexpr size_t kMaxTextBytes = 256;             // issuer URLs and subjects of identity providers

absl::Status Invalid(std::string message) {
  return Unauthenticated("TOKEN_INVALID", fmt::format("the token is not valid: {}", message));
}

// Parses one JSON object, refusing depth, repeated keys and broken UTF-8.
absl::StatusOr<json> ParseObject(std::string_view text, std::string_view what) {
  std::vector<std::set<std::string>> open_keys;
  bool refused = false;
  const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > kMaxJsonDepth) refused = true;
    if (event == json::parse_event_t::object_start) open_keys.emplace_back();
    if (event == json::parse_event_t::object_end) open_keys.pop_back();
    if (event == json::parse_event_t::key) {
      refused = refused || !open_keys.back().insert(parsed.get<std::string>()).second;
    }
    return true;
  };
  json object = json::parse(text, watch, /*allow_exceptions=*/false);
  if (refused || !object.is_object()) {
    return Invalid(fmt::format("the {} is not a plain JSON object", what));
  }
  return object;
}

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

std::optional<absl::CivilDay> ParseDay(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  std::array<int, 3> numbers{};
  size_t part = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == 4 || i == 7) {
      ++part;
    } else if (text[i] < '0' || text[i] > '9') {
      return std::nullopt;
    } else {
      numbers[part] = numbers[part] * 10 + (text[i] - '0');
    }
  }
  const absl::CivilDay day(numbers[0], numbers[1], numbers[2]);
  // CivilDay turns 30 February into 1 March.
  if (day.year() != numbers[0] || day.month() != numbers[1] || day.day() != numbers[2]) {
    return std::nullopt;
  }
  return day;
}

std::string FormatDay(absl::CivilDay day) {
  return fmt::format("{:04}-{:02}-{:02}", day.year(), day.month(), day.day());
}

// Takes typed claims out of an object; the first problem stays.
class ClaimReader {
 public:
  explicit ClaimReader(const json& object) : object_(object) {}

  std::string Text(const char* name, bool required, size_t max_bytes) {
    const json* value = Find(name, required);
    return value == nullptr ? "" : Checked(*value, name, max_bytes);
  }

  std::vector<std::string> Texts(const char* name, size_t max_bytes) {
    std::vector<std::string> texts;
    const json* value = Find(name, /*required=*/false);
    if (value == nullptr) return texts;
    if (!value->is_array()) {
      Fail(name, "is not a list");
      return texts;
    }
    for (const json& element : *value) texts.push_back(Checked(element, name, max_bytes));
    return texts;
  }

  std::optional<absl::Time> Time(const char* name, bool required) {
    const json* value = Find(name, required);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number_unsigned() || value->get<uint64_t>() > kMaxSeconds) {
      Fail(name, "is not a whole number of seconds since 1970");
      return std::nullopt;
    }
    return absl::FromUnixSeconds(value->get<int64_t>());
  }

  absl::CivilDay Day(const char* name) {
    const std::optional<absl::CivilDay> day = ParseDay(Text(name, /*required=*/true, 10));
    if (!day) Fail(name, "is not a day");
    return day.value_or(absl::CivilDay());
  }

  const json* Find(const char* name, bool required) {
    const auto found = object_.find(name);
    if (found != object_.end()) return &*found;
    if (required) Fail(name, "is missing");
    return nullptr;
  }

  void Fail(std::string_view name, std::string_view problem) {
    if (status_.ok()) status_ = Invalid(fmt::format("{} {}", name, problem));
  }

  const absl::Status& status() const { return status_; }

 private:
  std::string Checked(const json& value, const char* name, size_t max_bytes) {
    const auto* text = value.get_ptr<const std::string*>();
    if (text == nullptr || text->empty() || text->size() > max_bytes || !IsPrintable(*text)) {
      Fail(name, fmt::format("is not a text of 1 to {} printable characters", max_bytes));
      return "";
    }
    return *text;
  }

  const json& object_;
  absl::Status status_;
};

absl::StatusOr<std::vector<Grant>> ReadGrants(const json* list) {
  std::vector<Grant> grants;
  if (list == nullptr) return grants;
  if (!list->is_array()) return Invalid("grants is not a list");
  for (const json& element : *list) {
    if (!element.is_object()) return Invalid("a grant is not an object");
    ClaimReader reader(element);
    Grant grant{.org_id = reader.Text("org", true, kMaxIdBytes),
                .shop_id = reader.Text("shop", true, kMaxIdBytes),
                .contract_id = reader.Text("contract", true, kMaxIdBytes),
                .from = reader.Day("from"),
                .to = reader.Day("to")};
    RETURN_IF_ERROR(reader.status());
    grants.push_back(std::move(grant));
  }
  return grants;
}

json GrantToJson(const Grant& grant) {
  return {{"org", grant.org_id},
          {"shop", grant.shop_id},
          {"contract", grant.contract_id},
          {"from", FormatDay(grant.from)},
          {"to", FormatDay(grant.to)}};
}

json ToJson(const Claims& claims) {
  const Principal& principal = claims.principal;
  json object = {{"iss", claims.issuer},
                 {"aud", claims.audience},
                 {"sub", principal.subject},
                 {"iat", absl::ToUnixSeconds(claims.issued_at)},
                 {"exp", absl::ToUnixSeconds(principal.expires)}};
  if (claims.not_before != absl::InfinitePast()) {
    object["nbf"] = absl::ToUnixSeconds(claims.not_before);
  }
  if (!principal.org_id.empty()) object["org"] = principal.org_id;
  if (!principal.base_id.empty()) object["base"] = principal.base_id;
  if (!principal.agent_id.empty()) object["agent"] = principal.agent_id;
  if (!principal.shops.empty()) object["shops"] = principal.shops;
  for (Role role : principal.roles.ToVector()) object["roles"].push_back(RoleName(role));
  for (const Grant& grant : principal.grants) object["grants"].push_back(GrantToJson(grant));
  return object;
}

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<int8_t, 256> kValues = [] {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int8_t>(i);
  }
  return values;
}();

}  // namespace

absl::StatusOr<ParsedToken> ParseToken(std::string_view token) {
  if (token.size() > kMaxTokenBytes) return Invalid("it is longer than 8 KiB");
  const size_t first = token.find('.');
  const size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) {
    return Invalid("it has not three parts");
  }
  absl::StatusOr<std::string> header_text = Base64UrlDecode(token.substr(0, first));
  absl::StatusOr<std::string> payload =
      Base64UrlDecode(token.substr(first + 1, second - first - 1));
  absl::StatusOr<std::string> signature = Base64UrlDecode(token.substr(second + 1));
  if (!header_text.ok() || !payload.ok() || !signature.ok()) {
    return Invalid("it is not base64url without padding");
  }
  if (header_text->size() > kMaxHeaderBytes) return Invalid("its header is too long");
  ASSIGN_OR_RETURN(const json header, ParseObject(*header_text, "header"));
  ClaimReader reader(header);
  const std::string algorithm_name = reader.Text("alg", /*required=*/true, 16);
  std::string kid = reader.Text("kid", /*required=*/true, kMaxIdBytes);
  if (header.contains("typ") && reader.Text("typ", true, 16) != "JWT") {
    reader.Fail("typ", "is not JWT");
  }
  // No extension is understood, so a token that insists on one is refused (RFC 7515
  // section 4.1.11).
  if (header.contains("crit")) reader.Fail("crit", "is not supported");
  RETURN_IF_ERROR(reader.status());
  const std::optional<Algorithm> algorithm = ParseAlgorithm(algorithm_name);
  if (!algorithm) return Invalid("alg is neither ES256 nor EdDSA");
  if (!IsValidKid(kid)) return Invalid("kid has characters that no kid has");
  return ParsedToken{.algorithm = *algorithm,
                     .kid = std::move(kid),
                     .signing_input = token.substr(0, second),
                     .signature = *std::move(signature),
                     .payload = *std::move(payload)};
}

absl::StatusOr<Claims> DecodeClaims(std::string_view payload) {
  ASSIGN_OR_RETURN(const json object, ParseObject(payload, "payload"));
  ClaimReader reader(object);
  Claims claims;
  claims.issuer = reader.Text("iss", /*required=*/true, kMaxTextBytes);
  const json* audience = reader.Find("aud", /*required=*/true);
  if (audience != nullptr && audience->is_array()) {
    claims.audience = reader.Texts("aud", kMaxTextBytes);
  } else {
    claims.audience = {reader.Text("aud", /*required=*/true, kMaxTextBytes)};
  }
  Principal& principal = claims.principal;
  principal.subject = reader.Text("sub", /*required=*/true, kMaxTextBytes);
  principal.expires = reader.Time("exp", /*required=*/true).value_or(absl::InfinitePast());
  claims.issued_at = reader.Time("iat", /*required=*/true).value_or(absl::InfiniteFuture());
  claims.not_before = reader.Time("nbf", /*required=*/false).value_or(absl::InfinitePast());
  principal.org_id = reader.Text("org", /*required=*/false, kMaxIdBytes);
  principal.base_id = reader.Text("base", /*required=*/false, kMaxIdBytes);
  principal.agent_id = reader.Text("agent", /*required=*/false, kMaxIdBytes);
  principal.shops = reader.Texts("shops", kMaxIdBytes);
  for (const std::string& name : reader.Texts("roles", kMaxIdBytes)) {
    const std::optional<Role> role = ParseRole(name);
    if (role) {
      principal.roles.insert(*role);
    } else {
      reader.Fail("roles", "names a role that does not exist");
    }
  }
  // An empty list would read as "all shops"; the issuer must not mean "none" by it.
  if (object.contains("shops") && principal.shops.empty()) reader.Fail("shops", "is empty");
  if (principal.org_id.empty() && !principal.IsService()) reader.Fail("org", "is missing");
  if (object.contains("grants") && !principal.IsBase()) reader.Fail("grants", "needs a base");
  RETURN_IF_ERROR(reader.status());
  ASSIGN_OR_RETURN(principal.grants, ReadGrants(reader.Find("grants", /*required=*/false)));
  return claims;
}

absl::StatusOr<std::string> SignToken(const Signer& signer, const Claims& claims) {
  const json header = {
      {"alg", AlgorithmName(signer.algorithm())}, {"kid", signer.kid()}, {"typ", "JWT"}};
  // Broken UTF-8 becomes U+FFFD, which DecodeClaims refuses like every text that is not printable
  // ASCII.
  const std::string payload = ToJson(claims).dump(-1, ' ', false, json::error_handler_t::replace);
  if (const absl::StatusOr<Claims> readable = DecodeClaims(payload); !readable.ok()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "TOKEN_INVALID",
                     std::string(readable.status().message()));
  }
  std::string token =
      fmt::format("{}.{}", Base64UrlEncode(header.dump()), Base64UrlEncode(payload));
  ASSIGN_OR_RETURN(const std::string signature, signer.Sign(token));
  token += fmt::format(".{}", Base64UrlEncode(signature));
  if (token.size() > kMaxTokenBytes) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, "TOKEN_INVALID",
        fmt::format("the token would have {} bytes, more than {}", token.size(), kMaxTokenBytes));
  }
  return token;
}

std::string Base64UrlEncode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  uint32_t buffer = 0;
  int bits = 0;
  for (const char c : bytes) {
    buffer = (buffer << 8) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) text += kAlphabet[(buffer >> (bits - 6)) & 63];
  }
  if (bits > 0) text += kAlphabet[(buffer << (6 - bits)) & 63];
  return text;
}

absl::StatusOr<std::string> Base64UrlDecode(std::string_view text) {
  const absl::Status bad = absl::InvalidArgumentError("not base64url without padding");
  if (text.size() % 4 == 1) return bad;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  uint32_t buffer = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = kValues[static_cast<unsigned char>(c)];
    if (value < 0) return bad;
    buffer = (buffer << 6) | static_cast<uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>((buffer >> bits) & 0xff);
    }
  }
  if ((buffer & ((1u << bits) - 1)) != 0) return bad;
  return bytes;
}

}  // namespace kefu::auth
