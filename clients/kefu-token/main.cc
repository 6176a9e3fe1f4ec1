// kefu-token: makes signing keys, signs tokens for people and processes, and shows what a token
// says. Exit codes: 0 done, 1 it failed or the token is not good, 2 the command line is wrong.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/auth/jwt.h"
#include "common/auth/keys.h"
#include "common/auth/verifier.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace {

using namespace kefu::auth;  // a small program about nothing else

constexpr int kFailed = 1;
constexpr int kBadCommandLine = 2;

struct KeygenOptions {
  std::string algorithm = "ES256", kid, dir = ".";
};

struct SignOptions {
  std::string key, kid, subject, org, base, agent, ttl = "12h", issuer{kDefaultIssuer};
  std::vector<std::string> roles, shops, grants;
};

struct ShowOptions {
  std::string keys, token, issuer{kDefaultIssuer};
};

absl::Status Keygen(const KeygenOptions& options) {
  ASSIGN_OR_RETURN(const KeyPairPem pair, GenerateKeyPair(*ParseAlgorithm(options.algorithm)));
  RETURN_IF_ERROR(WriteKeyPair(pair, options.dir, options.kid));
  fmt::print("{}/{}.key\n{}/public/{}.pem\n", options.dir, options.kid, options.dir, options.kid);
  return absl::OkStatus();
}

// "ORG:SHOP:CONTRACT:YYYY-MM-DD:YYYY-MM-DD"; SignToken checks the ids.
absl::StatusOr<Grant> ParseGrant(const std::string& text) {
  std::vector<std::string> parts = CLI::detail::split(text, ':');
  absl::CivilDay from, to;
  if (parts.size() != 5 || !absl::ParseCivilTime(parts[3], &from) ||
      !absl::ParseCivilTime(parts[4], &to) || to < from) {
    return kefu::InvalidArgument("BAD_GRANT", "--grant",
                                 "expects ORG:SHOP:CONTRACT:FIRST-DAY:LAST-DAY");
  }
  return Grant{std::move(parts[0]), std::move(parts[1]), std::move(parts[2]), from, to};
}

absl::Status Sign(const SignOptions& options) {
  const std::string kid =
      options.kid.empty() ? std::filesystem::path(options.key).stem().string() : options.kid;
  ASSIGN_OR_RETURN(const Signer signer, Signer::FromFile(options.key, kid));
  absl::Duration ttl;
  if (!absl::ParseDuration(options.ttl, &ttl) || ttl <= absl::ZeroDuration() ||
      ttl > absl::Hours(24 * 366)) {
    return kefu::InvalidArgument("BAD_TTL", "--ttl",
                                 "expects a duration such as 12h, at most a year");
  }
  Claims claims;
  claims.issuer = options.issuer;
  claims.issued_at = absl::Now();
  claims.principal.subject = options.subject;
  claims.principal.org_id = options.org;
  claims.principal.base_id = options.base;
  claims.principal.agent_id = options.agent;
  claims.principal.shops = options.shops;
  claims.principal.expires = claims.issued_at + ttl;
  for (const std::string& role : options.roles) claims.principal.roles.insert(*ParseRole(role));
  for (const std::string& text : options.grants) {
    ASSIGN_OR_RETURN(Grant grant, ParseGrant(text));
    claims.principal.grants.push_back(std::move(grant));
  }
  ASSIGN_OR_RETURN(const std::string token, SignToken(signer, claims));
  fmt::print("{}\n", token);
  return absl::OkStatus();
}

absl::Status Show(const ShowOptions& options) {
  std::string token = options.token;
  if (token.empty()) std::getline(std::cin, token);
  ASSIGN_OR_RETURN(const ParsedToken parsed, ParseToken(token));
  const auto payload = nlohmann::ordered_json::parse(parsed.payload, nullptr, false);
  const nlohmann::ordered_json shown = {
      {"alg", AlgorithmName(parsed.algorithm)},
      {"kid", parsed.kid},
      {"claims", payload.is_discarded() ? nlohmann::ordered_json() : payload}};
  fmt::print("{}\n", shown.dump(2));
  auto keys = std::make_shared<KeySet>(options.keys);
  if (const absl::Status status = keys->Reload(); !status.ok()) {
    fmt::print(stderr, "kefu-token: {}\n", std::string(status.message()));
  }
  VerifierOptions verifier_options;
  verifier_options.issuer = options.issuer;
  verifier_options.reload_interval = absl::InfiniteDuration();
  Verifier verifier(keys, verifier_options);
  ASSIGN_OR_RETURN(const Principal principal, verifier.Verify(token, absl::Now()));
  fmt::print(stderr, "good until {}\n",
             absl::FormatTime(absl::RFC3339_sec, principal.expires, absl::UTCTimeZone()));
  return absl::OkStatus();
}

std::vector<std::string> RoleNames() {
  std::vector<std::string> names;
  for (int i = 0; i < kRoleCount; ++i) names.emplace_back(RoleName(static_cast<Role>(i)));
  return names;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Makes signing keys and tokens for kefu, and shows what a token says.",
               "kefu-token");
  app.require_subcommand(1);

  KeygenOptions keygen;
  CLI::App* keygen_command = app.add_subcommand(
      "keygen", "Writes DIR/KID.key (private, mode 0600) and DIR/public/KID.pem");
  keygen_command->add_option("--alg", keygen.algorithm, "Algorithm")
      ->check(CLI::IsMember({"ES256", "EdDSA"}))
      ->capture_default_str();
  keygen_command->add_option("--kid", keygen.kid, "Id of the key, its file's name")->required();
  keygen_command->add_option("--dir", keygen.dir, "Folder of the keys")->capture_default_str();

  SignOptions sign;
  CLI::App* sign_command = app.add_subcommand("sign", "Prints a signed token");
  sign_command->add_option("--key", sign.key, "Private key file")->required();
  sign_command->add_option("--kid", sign.kid, "Id of the key; default: the file's name");
  sign_command->add_option("--sub", sign.subject, "Who it is for")->required();
  sign_command->add_option("--org", sign.org, "Organization; may be missing for role service only");
  sign_command->add_option("--base", sign.base, "Base that the bearer works for");
  sign_command->add_option("--agent", sign.agent, "Agent of staffing that the bearer is");
  sign_command->add_option("--role", sign.roles, "Role; repeatable")
      ->required()
      ->check(CLI::IsMember(RoleNames()));
  sign_command->add_option("--shop", sign.shops, "Confines to a shop; repeatable; default: all");
  sign_command->add_option("--grant", sign.grants,
                           "ORG:SHOP:CONTRACT:FIRST-DAY:LAST-DAY for a base; repeatable");
  sign_command->add_option("--ttl", sign.ttl, "How long it is good")->capture_default_str();
  sign_command->add_option("--iss", sign.issuer, "Issuer")->capture_default_str();

  ShowOptions show;
  CLI::App* show_command =
      app.add_subcommand("show", "Prints a token's content and verifies it against public keys");
  show_command->add_option("--keys", show.keys, "Folder of public keys, KID.pem")->required();
  show_command->add_option("token", show.token, "The token; default: a line of standard input");
  show_command->add_option("--iss", show.issuer, "Issuer to expect")->capture_default_str();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadCommandLine;
  }
  absl::Status status;
  if (keygen_command->parsed()) status = Keygen(keygen);
  if (sign_command->parsed()) status = Sign(sign);
  if (show_command->parsed()) status = Show(show);
  if (status.ok()) return 0;
  const std::string cause = kefu::CauseOf(status);
  fmt::print(stderr, "kefu-token: {}{}{}\n", std::string(status.message()),
             cause.empty() ? "" : ": ", cause);
  return kFailed;
}
