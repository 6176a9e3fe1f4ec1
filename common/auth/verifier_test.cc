#include "common/auth/verifier.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "common/testing/status_matchers.h"
#include "common/testing/tokens.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::auth {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::kefu::testing::TokenMaker;
using ::testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);
VerifierOptions NoReload(size_t capacity = 16'384) {
  VerifierOptions options;
  options.cache_capacity = capacity;
  options.reload_interval = absl::InfiniteDuration();
  return options;
}

class VerifierTest : public ::testing::TestWithParam<Algorithm> {
 protected:
  // A token with any header and payload, truly signed.
  std::string Forge(std::string_view header, std::string_view payload) {
    const absl::StatusOr<Signer> signer =
        Signer::FromFile(fmt::format("{}/{}.key", maker_.dir(), maker_.kid()), maker_.kid());
    std::string token = fmt::format("{}.{}", Base64UrlEncode(header), Base64UrlEncode(payload));
    return fmt::format("{}.{}", token, Base64UrlEncode(signer->Sign(token).value()));
  }

  TokenMaker maker_{GetParam(), kNow};
  std::shared_ptr<Verifier> verifier_ = maker_.Verifier(NoReload());
};

INSTANTIATE_TEST_SUITE_P(Algorithms, VerifierTest,
                         ::testing::Values(Algorithm::kEs256, Algorithm::kEdDsa),
                         [](const auto& info) { return std::string(AlgorithmName(info.param)); });

TEST_P(VerifierTest, GoodTokenGivesItsPrincipalFreshAndCached) {
  const std::string token = maker_.Token("org-1", {Role::kAgent}, {"s1"}, "alice");
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK_AND_ASSIGN(const Principal principal, verifier_->Verify(token, kNow));
    EXPECT_EQ(principal.subject, "alice");
    EXPECT_EQ(principal.org_id, "org-1");
    EXPECT_TRUE(principal.HasRole(Role::kAgent));
    EXPECT_FALSE(principal.MayUseShop("s2"));
  }
  EXPECT_EQ(verifier_->stats().hits, 2);
  EXPECT_EQ(verifier_->stats().misses, 1);
  EXPECT_THAT(verifier_->Verify("", kNow), HasReason("TOKEN_MISSING"));
}

TEST_P(VerifierTest, NoChangedCharacterPasses) {
  std::string token = maker_.Token("org-1", {Role::kAgent});
  ASSERT_OK(verifier_->Verify(token, kNow));
  for (size_t i = 0; i < token.size(); ++i) {
    const char before = token[i];
    token[i] = before == 'A' ? 'B' : 'A';
    EXPECT_THAT(verifier_->Verify(token, kNow), Not(IsOk())) << i;
    token[i] = before;
    const std::string shorter = token.substr(0, i);
    EXPECT_THAT(verifier_->Verify(shorter, kNow), Not(IsOk())) << i;
  }
  EXPECT_EQ(verifier_->stats().cached, 1) << "refused tokens are not kept";
}

TEST_P(VerifierTest, TheKeyDecidesTheAlgorithm) {
  const std::string payload =
      R"({"iss":"kefu","aud":"kefu","sub":"u","iat":1,"exp":4000000000,"org":"o"})";
  const auto header = [&](std::string_view alg) {
    return fmt::format(R"({{"alg":"{}","kid":"{}"}})", alg, maker_.kid());
  };
  const bool es = GetParam() == Algorithm::kEs256;
  EXPECT_THAT(verifier_->Verify(Forge(header(es ? "ES256" : "EdDSA"), payload), kNow), IsOk());
  EXPECT_THAT(verifier_->Verify(Forge(header(es ? "EdDSA" : "ES256"), payload), kNow),
              HasReason("TOKEN_INVALID"));
  EXPECT_THAT(verifier_->Verify(Forge(header("none"), payload), kNow), HasReason("TOKEN_INVALID"));
  EXPECT_THAT(verifier_->Verify(Forge(header("HS256"), payload), kNow), HasReason("TOKEN_INVALID"));
  const std::string unsigned_token =
      fmt::format("{}.{}.", Base64UrlEncode(header("none")), Base64UrlEncode(payload));
  EXPECT_THAT(verifier_->Verify(unsigned_token, kNow), HasReason("TOKEN_INVALID"));
}

TEST_P(VerifierTest, IssuerAndAudienceMustBeOurs) {
  const std::string header =
      fmt::format(R"({{"alg":"{}","kid":"{}"}})", AlgorithmName(GetParam()), maker_.kid());
  const auto verify = [&](std::string_view issuer, std::string_view audience) {
    return verifier_->Verify(
        Forge(header, fmt::format(R"({{"iss":{},"aud":{},"sub":"u","iat":1,"exp":4000000000,)"
                                  R"("org":"o"}})",
                                  issuer, audience)),
        kNow);
  };
  EXPECT_THAT(verify(R"("kefu")", R"(["other","kefu"])"), IsOk());
  EXPECT_THAT(verify(R"("kefu")", R"("other")"), HasReason("TOKEN_INVALID"));
  EXPECT_THAT(verify(R"("kefu")", R"([])"), HasReason("TOKEN_INVALID"));
  EXPECT_THAT(verify(R"("kefu")", R"("kefu2")"), HasReason("TOKEN_INVALID"));
  EXPECT_THAT(verify(R"("evil")", R"("kefu")"), HasReason("TOKEN_INVALID"));
}

TEST_P(VerifierTest, TimesHoldWithLeewayFreshAndCached) {
  const std::string token = maker_.Token("org-1", {Role::kAgent}, {}, "u", absl::Minutes(10));
  const auto fresh = [&](absl::Time now) {
    return maker_.Verifier(NoReload())->Verify(token, now);
  };
  ASSERT_OK(verifier_->Verify(token, kNow));
  const absl::Time last = kNow + absl::Minutes(10) + absl::Seconds(59);
  EXPECT_THAT(verifier_->Verify(token, last), IsOk());
  EXPECT_THAT(fresh(last), IsOk());
  EXPECT_THAT(verifier_->Verify(token, last + absl::Seconds(1)), HasReason("TOKEN_EXPIRED"));
  EXPECT_THAT(fresh(last + absl::Seconds(1)), HasReason("TOKEN_EXPIRED"));
  const absl::Time first = kNow - absl::Seconds(60);
  EXPECT_THAT(fresh(first), IsOk());
  EXPECT_THAT(fresh(first - absl::Seconds(1)), HasReason("TOKEN_INVALID"));
  EXPECT_THAT(verifier_->Verify(token, first - absl::Seconds(1)), HasReason("TOKEN_INVALID"));
}

TEST_P(VerifierTest, KeysRotateWithoutRestartAndARemovedKeyEndsItsTokens) {
  const std::shared_ptr<KeySet> keys = maker_.Keys();
  Verifier verifier(keys, NoReload());
  const std::string old_token = maker_.Token("org-1", {Role::kAgent});
  ASSERT_OK(verifier.Verify(old_token, kNow));
  maker_.Rotate("second", GetParam());
  const std::string new_token = maker_.Token("org-1", {Role::kAgent});
  EXPECT_THAT(verifier.Verify(new_token, kNow), HasReason("KEY_UNKNOWN"));
  ASSERT_OK(keys->Reload());
  EXPECT_THAT(verifier.Verify(new_token, kNow), IsOk());
  EXPECT_THAT(verifier.Verify(old_token, kNow), IsOk());

  std::filesystem::remove(maker_.key_dir() + "/test-key.pem");
  EXPECT_THAT(verifier.Verify(old_token, kNow), IsOk()) << "still cached";
  ASSERT_OK(keys->Reload());
  EXPECT_THAT(verifier.Verify(old_token, kNow), HasReason("KEY_UNKNOWN"));
  EXPECT_THAT(verifier.Verify(new_token, kNow), IsOk());
}

TEST_P(VerifierTest, VerifierLooksAtTheFolderByItself) {
  VerifierOptions options;
  options.reload_interval = absl::Seconds(5);
  Verifier verifier(std::make_shared<KeySet>(maker_.key_dir()), options);
  const std::string token = maker_.Token("org-1", {Role::kAgent});
  EXPECT_THAT(verifier.Verify(token, kNow), IsOk()) << "the first call loads the keys";
  std::filesystem::remove(maker_.key_dir() + "/test-key.pem");
  EXPECT_THAT(verifier.Verify(token, kNow + absl::Seconds(4)), IsOk());
  EXPECT_THAT(verifier.Verify(token, kNow + absl::Seconds(5)), HasReason("KEY_UNKNOWN"));
}

TEST_P(VerifierTest, CacheIsBoundedAndKeepsWhatIsUsed) {
  Verifier verifier(maker_.Keys(), NoReload(/*capacity=*/32));
  const std::string hot = maker_.Token("org-1", {Role::kOwner}, {}, "hot");
  for (int i = 0; i < 200; ++i) {
    ASSERT_OK(verifier.Verify(hot, kNow));
    ASSERT_OK(verifier.Verify(maker_.Token("org-1", {Role::kAgent}, {}, fmt::format("user-{}", i)),
                              kNow));
  }
  const Verifier::Stats stats = verifier.stats();
  EXPECT_LE(stats.cached, 32);
  EXPECT_GT(stats.evictions, 100);
  EXPECT_EQ(stats.hits, 199) << "the one in constant use is never evicted";

  Verifier uncached(maker_.Keys(), NoReload(/*capacity=*/0));
  ASSERT_OK(uncached.Verify(hot, kNow));
  ASSERT_OK(uncached.Verify(hot, kNow));
  EXPECT_EQ(uncached.stats().cached, 0);
  EXPECT_EQ(uncached.stats().misses, 2);
}

TEST_P(VerifierTest, ThreadsMayVerifyWhileKeysReload) {
  const std::shared_ptr<KeySet> keys = maker_.Keys();
  Verifier verifier(keys, NoReload(/*capacity=*/32));
  std::vector<std::string> tokens;
  for (int i = 0; i < 50; ++i) {
    tokens.push_back(maker_.Token("org-1", {Role::kAgent}, {}, fmt::format("user-{}", i)));
  }
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 400; ++i) {
        const size_t which = (i + t) % tokens.size();
        const absl::StatusOr<Principal> principal = verifier.Verify(tokens[which], kNow);
        ASSERT_OK(principal);
        EXPECT_EQ(principal->subject, fmt::format("user-{}", which));
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    maker_.Rotate(fmt::format("k{}", i), GetParam());
    ASSERT_OK(keys->Reload());
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(KeySetTest, BadFilesAreNamedAndGoodOnesTaken) {
  TokenMaker maker(Algorithm::kEs256, kNow);
  const std::string bad = maker.key_dir() + "/bad.pem";
  std::ofstream(bad) << "nonsense";
  std::ofstream(maker.key_dir() + "/readme.txt") << "not a key";
  std::ofstream(maker.key_dir() + "/.hidden.pem") << "not a key";
  KeySet keys(maker.key_dir());
  EXPECT_THAT(keys.Reload(), HasReason("KEY_INVALID"));
  EXPECT_EQ(keys.snapshot()->keys.size(), 1);
  const uint64_t generation = keys.generation();
  EXPECT_THAT(keys.Reload(), HasReason("KEY_INVALID")) << "still bad, still said";
  EXPECT_EQ(keys.generation(), generation) << "and nothing changed";
  std::filesystem::copy_file(maker.key_dir() + "/test-key.pem", bad,
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(keys.Reload(), IsOk());
  EXPECT_EQ(keys.snapshot()->keys.size(), 2);
  EXPECT_GT(keys.generation(), generation);
}

TEST(KeySetTest, AVanishedFolderKeepsTheKeys) {
  TokenMaker maker(Algorithm::kEs256, kNow);
  const std::shared_ptr<KeySet> keys = maker.Keys();
  std::filesystem::rename(maker.key_dir(), maker.dir() + "/moved");
  EXPECT_THAT(keys->Reload(), HasReason("KEYS_UNREADABLE"));
  EXPECT_EQ(keys->snapshot()->keys.size(), 1);
}

TEST(WriteKeyPairTest, PrivateKeyIsForTheOwnerOnlyAndNeverOverwritten) {
  TokenMaker maker;
  struct stat st {};
  ASSERT_EQ(::stat((maker.dir() + "/test-key.key").c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0600);
  ASSERT_OK_AND_ASSIGN(const KeyPairPem pair, GenerateKeyPair(Algorithm::kEdDsa));
  EXPECT_THAT(WriteKeyPair(pair, maker.dir(), "test-key"), HasReason("ALREADY_EXISTS"));
  EXPECT_THAT(WriteKeyPair(pair, maker.dir(), "../escape"), HasReason("KEY_INVALID"));
}

}  // namespace
}  // namespace kefu::auth
