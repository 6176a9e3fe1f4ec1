// Tokens for tests: a key pair in a temporary folder and a signer for it.
#ifndef KEFU_COMMON_AUTH_TESTING_TOKENS_H_
#define KEFU_COMMON_AUTH_TESTING_TOKENS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "common/auth/keys.h"
#include "common/auth/principal.h"
#include "common/auth/verifier.h"
#include "common/testing/temp_folder.h"

namespace kefu::testing {

// Makes keys and tokens; any failure aborts the test binary. The folder is deleted at the end. Not
// thread-safe.
class TokenMaker {
 public:
  // Token times are counted from `now`; by default the real clock's.
  explicit TokenMaker(auth::Algorithm algorithm = auth::Algorithm::kEs256,
                      absl::Time now = absl::Now());

  // The folder with the public keys, to be given to a server.
  std::string key_dir() const { return folder_.File("public"); }
  // The whole folder: <kid>.key beside public/.
  const std::string& dir() const { return folder_.path(); }
  const std::string& kid() const { return kid_; }
  // A key set over key_dir(), loaded.
  std::shared_ptr<auth::KeySet> Keys() const;
  std::shared_ptr<auth::Verifier> Verifier(auth::VerifierOptions options = {}) const;

  // Makes one more key and signs with it from now on.
  void Rotate(std::string_view kid, auth::Algorithm algorithm = auth::Algorithm::kEs256);

  // A token of a merchant's own people. An empty shop list means all shops.
  std::string Token(std::string_view org_id, auth::RoleSet roles,
                    std::vector<std::string> shops = {}, std::string_view subject = "tester",
                    absl::Duration ttl = absl::Hours(1)) const;
  // A token of a base's people.
  std::string BaseToken(std::string_view base_org_id, auth::RoleSet roles,
                        std::vector<auth::Grant> grants, std::string_view subject = "base-tester",
                        absl::Duration ttl = absl::Hours(1)) const;
  // A token of a kefu process.
  std::string ServiceToken(std::string_view subject = "kefu-test") const;
  // Any principal; principal.expires is set from ttl.
  std::string Sign(auth::Principal principal, absl::Duration ttl = absl::Hours(1)) const;

 private:
  TempFolder folder_{"kefu-keys"};
  std::string kid_;
  absl::Time now_;
  std::optional<auth::Signer> signer_;
};

}  // namespace kefu::testing

#endif  // KEFU_COMMON_AUTH_TESTING_TOKENS_H_
