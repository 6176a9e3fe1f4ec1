#include "common/testing/tokens.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "common/auth/jwt.h"
#include "fmt/format.h"

namespace kefu::testing {
namespace {

void OrDie(const absl::Status& status, std::string_view what) {
  if (status.ok()) return;
  fmt::print(stderr, "TokenMaker: {}: {}\n", what, std::string(status.message()));
  std::abort();
}

}  // namespace

TokenMaker::TokenMaker(auth::Algorithm algorithm, absl::Time now) : now_(now) {
  Rotate("test-key", algorithm);
}

void TokenMaker::Rotate(std::string_view kid, auth::Algorithm algorithm) {
  const absl::StatusOr<auth::KeyPairPem> pair = auth::GenerateKeyPair(algorithm);
  OrDie(pair.status(), "generate");
  OrDie(auth::WriteKeyPair(*pair, dir(), kid), "write");
  absl::StatusOr<auth::Signer> signer = auth::Signer::FromPem(pair->private_pem, kid);
  OrDie(signer.status(), "load");
  signer_ = *std::move(signer);
  kid_ = std::string(kid);
}

std::shared_ptr<auth::KeySet> TokenMaker::Keys() const {
  auto keys = std::make_shared<auth::KeySet>(key_dir());
  OrDie(keys->Reload(), "reload");
  return keys;
}

std::shared_ptr<auth::Verifier> TokenMaker::Verifier(auth::VerifierOptions options) const {
  return std::make_shared<auth::Verifier>(Keys(), std::move(options));
}

std::string TokenMaker::Token(std::string_view org_id, auth::RoleSet roles,
                              std::vector<std::string> shops, std::string_view subject,
                              absl::Duration ttl) const {
  auth::Principal principal;
  principal.subject = std::string(subject);
  principal.org_id = std::string(org_id);
  principal.roles = roles;
  principal.shops = std::move(shops);
  return Sign(std::move(principal), ttl);
}

std::string TokenMaker::BaseToken(std::string_view base_org_id, auth::RoleSet roles,
                                  std::vector<auth::Grant> grants, std::string_view subject,
                                  absl::Duration ttl) const {
  auth::Principal principal;
  principal.subject = std::string(subject);
  principal.org_id = std::string(base_org_id);
  principal.base_id = std::string(base_org_id);
  principal.roles = roles;
  principal.grants = std::move(grants);
  return Sign(std::move(principal), ttl);
}

std::string TokenMaker::ServiceToken(std::string_view subject) const {
  auth::Principal principal;
  principal.subject = std::string(subject);
  principal.roles = {auth::Role::kService};
  return Sign(std::move(principal));
}

std::string TokenMaker::Sign(auth::Principal principal, absl::Duration ttl) const {
  principal.expires = now_ + ttl;
  auth::Claims claims;
  claims.principal = std::move(principal);
  claims.issued_at = now_;
  const absl::StatusOr<std::string> token = auth::SignToken(*signer_, claims);
  OrDie(token.status(), "sign");
  return *token;
}

}  // namespace kefu::testing
