#include "common/auth/jwt.h"

#include <string>

#include "common/auth/keys.h"
#include "common/testing/status_matchers.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::auth {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::kefu::testing::IsOkAndHolds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// RFC 7515 appendix A.3 and RFC 8037 appendix A.4, the keys turned from JWK into PEM.
constexpr std::string_view kRfc7515Key = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7
6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END PUBLIC KEY-----
)";
constexpr std::string_view kRfc7515Input =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvb"
    "S9pc19yb290Ijp0cnVlfQ";
constexpr std::string_view kRfc7515Signature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
constexpr std::string_view kRfc8037Key = R"(-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
)";
constexpr std::string_view kRfc8037PrivateKey = R"(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
)";
constexpr std::string_view kRfc8037Input =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
constexpr std::string_view kRfc8037Signature =
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

TEST(KnownAnswerTest, Es256OfRfc7515) {
  ASSERT_OK_AND_ASSIGN(const PublicKey key, PublicKey::FromPem(kRfc7515Key));
  EXPECT_EQ(key.algorithm(), Algorithm::kEs256);
  ASSERT_OK_AND_ASSIGN(std::string signature, Base64UrlDecode(kRfc7515Signature));
  EXPECT_TRUE(key.Verify(kRfc7515Input, signature));
  EXPECT_FALSE(key.Verify(std::string(kRfc7515Input) + "A", signature));
  for (size_t i = 0; i < signature.size(); ++i) {
    signature[i] ^= 1;
    EXPECT_FALSE(key.Verify(kRfc7515Input, signature)) << i;
    signature[i] ^= 1;
  }
  EXPECT_FALSE(key.Verify(kRfc7515Input, std::string(64, '\0')));
  EXPECT_FALSE(key.Verify(kRfc7515Input, ""));
}

TEST(KnownAnswerTest, EdDsaOfRfc8037) {
  ASSERT_OK_AND_ASSIGN(const PublicKey key, PublicKey::FromPem(kRfc8037Key));
  EXPECT_EQ(key.algorithm(), Algorithm::kEdDsa);
  ASSERT_OK_AND_ASSIGN(const std::string signature, Base64UrlDecode(kRfc8037Signature));
  EXPECT_TRUE(key.Verify(kRfc8037Input, signature));
  EXPECT_FALSE(key.Verify(kRfc7515Input, signature));
  ASSERT_OK_AND_ASSIGN(const Signer signer, Signer::FromPem(kRfc8037PrivateKey, "a4"));
  EXPECT_THAT(signer.Sign(kRfc8037Input), IsOkAndHolds(signature));
}

TEST(Base64UrlTest, RoundTripAndStrictness) {
  for (size_t length = 0; length < 70; ++length) {
    std::string bytes;
    for (size_t i = 0; i < length; ++i) bytes += static_cast<char>(i * 37 + length);
    EXPECT_THAT(Base64UrlDecode(Base64UrlEncode(bytes)), IsOkAndHolds(bytes));
  }
  EXPECT_EQ(Base64UrlEncode("\xfb\xff"), "-_8");
  for (const char* bad : {"A", "AAAAA", "AA==", "AB", "+_8", "/_8", " AAA", "AAA\n", "AAAB\xff"}) {
    EXPECT_THAT(Base64UrlDecode(bad), Not(IsOk())) << bad;
  }
}

constexpr std::string_view kPayload =
    R"({"iss":"kefu","aud":"kefu","sub":"u1","iat":1,"exp":2,"org":"o1","roles":["agent"]})";

std::string TokenWithHeader(std::string_view header) {
  return fmt::format("{}.{}.{}", Base64UrlEncode(header), Base64UrlEncode(kPayload),
                     Base64UrlEncode(std::string(64, 'x')));
}

TEST(ParseTokenTest, TakesOnlyTheTwoAlgorithmsWithAKid) {
  ASSERT_OK_AND_ASSIGN(
      const std::string token,
      absl::StatusOr<std::string>(TokenWithHeader(R"({"alg":"ES256","kid":"k1","typ":"JWT"})")));
  ASSERT_OK_AND_ASSIGN(const ParsedToken parsed, ParseToken(token));
  EXPECT_EQ(parsed.algorithm, Algorithm::kEs256);
  EXPECT_EQ(parsed.kid, "k1");
  EXPECT_EQ(parsed.payload, kPayload);

  for (const char* header : {R"({"alg":"none","kid":"k1"})",
                             R"({"alg":"None","kid":"k1"})",
                             R"({"alg":"HS256","kid":"k1"})",
                             R"({"alg":"ES384","kid":"k1"})",
                             R"({"alg":"es256","kid":"k1"})",
                             R"({"alg":null,"kid":"k1"})",
                             R"({"alg":["ES256"],"kid":"k1"})",
                             R"({"kid":"k1"})",
                             R"({"alg":"ES256"})",
                             R"({"alg":"ES256","kid":""})",
                             R"({"alg":"ES256","kid":7})",
                             R"({"alg":"ES256","kid":"../k1"})",
                             R"({"alg":"ES256","kid":".hidden"})",
                             R"({"alg":"ES256","kid":"k1","crit":["b64"],"b64":false})",
                             R"({"alg":"ES256","kid":"k1","crit":[]})",
                             R"({"alg":"ES256","kid":"k1","typ":"JWE"})",
                             R"({"alg":"none","kid":"k1","alg":"ES256"})",
                             R"(["ES256"])",
                             R"({"alg":"ES256")",
                             "{\"alg\":\"ES256\",\"kid\":\"\xff\"}",
                             R"({"alg":"ES256","kid":"k1"} x)",
                             R"({"alg":"ES256","kid":"k1","x":[[[[[[1]]]]]]})",
                             ""}) {
    EXPECT_THAT(ParseToken(TokenWithHeader(header)), HasReason("TOKEN_INVALID")) << header;
  }
}

TEST(ParseTokenTest, RefusesOtherForms) {
  const std::string good = TokenWithHeader(R"({"alg":"ES256","kid":"k1"})");
  for (const std::string& bad :
       {std::string("x"), std::string("."), std::string(".."), std::string("..."), good + ".",
        good + ".AAAA", good + "=", good + "\n", " " + good, "Bearer " + good,
        good.substr(0, good.rfind('.')), std::string(kMaxTokenBytes + 1, 'A')}) {
    EXPECT_THAT(ParseToken(bad), HasReason("TOKEN_INVALID")) << bad.substr(0, 80);
  }
  EXPECT_THAT(ParseToken(TokenWithHeader(R"({"alg":"ES256","kid":"k1","pad":")" +
                                         std::string(600, 'x') + "\"}")),
              HasReason("TOKEN_INVALID"));
}

Claims SomeClaims() {
  Claims claims;
  claims.principal.subject = "user@example.com";
  claims.principal.org_id = "org-1";
  claims.principal.base_id = "base-1";
  claims.principal.agent_id = "agent-1";
  claims.principal.shops = {"s1", "s2"};
  claims.principal.roles = {Role::kAgent, Role::kAuditor};
  claims.principal.grants = {
      {"m1", "s3", "c1", absl::CivilDay(2024, 2, 29), absl::CivilDay(2024, 3, 31)}};
  claims.principal.expires = absl::FromUnixSeconds(1'900'000'000);
  claims.issued_at = absl::FromUnixSeconds(1'800'000'000);
  claims.not_before = absl::FromUnixSeconds(1'800'000'060);
  return claims;
}

TEST(SignTokenTest, ClaimsComeBackAsTheyWere) {
  for (const Algorithm algorithm : {Algorithm::kEs256, Algorithm::kEdDsa}) {
    ASSERT_OK_AND_ASSIGN(const KeyPairPem pair, GenerateKeyPair(algorithm));
    ASSERT_OK_AND_ASSIGN(const Signer signer, Signer::FromPem(pair.private_pem, "k1"));
    ASSERT_OK_AND_ASSIGN(const PublicKey key, PublicKey::FromPem(pair.public_pem));
    const Claims claims = SomeClaims();
    ASSERT_OK_AND_ASSIGN(const std::string token, SignToken(signer, claims));
    ASSERT_OK_AND_ASSIGN(const ParsedToken parsed, ParseToken(token));
    EXPECT_EQ(parsed.algorithm, algorithm);
    EXPECT_TRUE(key.Verify(parsed.signing_input, parsed.signature));
    ASSERT_OK_AND_ASSIGN(const Claims back, DecodeClaims(parsed.payload));
    EXPECT_EQ(back.issuer, claims.issuer);
    EXPECT_EQ(back.audience, claims.audience);
    EXPECT_EQ(back.issued_at, claims.issued_at);
    EXPECT_EQ(back.not_before, claims.not_before);
    EXPECT_EQ(back.principal.subject, claims.principal.subject);
    EXPECT_EQ(back.principal.org_id, claims.principal.org_id);
    EXPECT_EQ(back.principal.base_id, claims.principal.base_id);
    EXPECT_EQ(back.principal.shops, claims.principal.shops);
    EXPECT_EQ(back.principal.roles, claims.principal.roles);
    EXPECT_EQ(back.principal.grants, claims.principal.grants);
    EXPECT_EQ(back.principal.expires, claims.principal.expires);
  }
}

TEST(SignTokenTest, RefusesWhatNobodyWouldAccept) {
  ASSERT_OK_AND_ASSIGN(const KeyPairPem pair, GenerateKeyPair(Algorithm::kEdDsa));
  ASSERT_OK_AND_ASSIGN(const Signer signer, Signer::FromPem(pair.private_pem, "k1"));
  Claims claims = SomeClaims();
  claims.principal.subject = "\xff";
  EXPECT_THAT(SignToken(signer, claims), HasReason("TOKEN_INVALID"));
  claims = SomeClaims();
  claims.principal.org_id.clear();
  EXPECT_THAT(SignToken(signer, claims), HasReason("TOKEN_INVALID"));
  claims.principal.roles = {Role::kService};
  EXPECT_THAT(SignToken(signer, claims), IsOk()) << "a process has no organization";
  claims = SomeClaims();
  claims.principal.shops.assign(500, "a-shop-with-a-long-identifier");
  EXPECT_THAT(SignToken(signer, claims), HasReason("TOKEN_INVALID")) << "longer than 8 KiB";
}

TEST(DecodeClaimsTest, RefusesWithTheClaimsName) {
  struct Case {
    std::string from, to, named;
  };
  const std::string grant =
      R"("base":"b","grants":[{"org":"m","shop":"s","contract":"c","from":"2024-01-01","to":"2024-02-30"}])";
  for (const Case& c : {
           Case{R"("iss":"kefu",)", "", "iss"},
           Case{R"("sub":"u1",)", "", "sub"},
           Case{R"("aud":"kefu",)", "", "aud"},
           Case{R"("iat":1,)", "", "iat"},
           Case{R"("exp":2,)", "", "exp"},
           Case{R"("exp":2)", R"("exp":"2")", "exp"},
           Case{R"("exp":2)", R"("exp":2.5)", "exp"},
           Case{R"("exp":2)", R"("exp":-2)", "exp"},
           Case{R"("exp":2)", R"("exp":99999999999999)", "exp"},
           Case{R"("exp":2)", R"("exp":1e3)", "exp"},
           Case{R"("exp":2)", R"("exp":2,"exp":3)", "JSON"},
           Case{R"("aud":"kefu")", R"("aud":["kefu",1])", "aud"},
           Case{R"("aud":"kefu")", R"("aud":{})", "aud"},
           Case{R"("org":"o1",)", "", "org"},
           Case{R"("org":"o1")", R"("org":"")", "org"},
           Case{R"("org":"o1")", R"("org":"o 1")", "org"},
           Case{R"("org":"o1")", R"("org":")" + std::string(65, 'x') + '"', "org"},
           Case{R"(["agent"])", R"(["root"])", "roles"},
           Case{R"(["agent"])", R"("agent")", "roles"},
           Case{R"("org":"o1")", R"("org":"o1","shops":[])", "shops"},
           Case{R"("org":"o1")", R"("org":"o1","nbf":true)", "nbf"},
           Case{R"("org":"o1")", R"("org":"o1","grants":[])", "grants"},
           Case{R"("org":"o1")", R"("org":"o1",)" + grant, "to is not a day"},
       }) {
    std::string payload(kPayload);
    payload.replace(payload.find(c.from), c.from.size(), c.to);
    const absl::StatusOr<Claims> claims = DecodeClaims(payload);
    EXPECT_THAT(claims, HasReason("TOKEN_INVALID")) << payload;
    EXPECT_THAT(std::string(claims.status().message()), HasSubstr(c.named)) << payload;
  }
  EXPECT_THAT(DecodeClaims(kPayload), IsOk());
  EXPECT_THAT(DecodeClaims("{"), HasReason("TOKEN_INVALID"));
  EXPECT_THAT(DecodeClaims(std::string(5000, '[')), HasReason("TOKEN_INVALID"));
}

TEST(KeyTest, WeakAndForeignKeysAreRefused) {
  constexpr std::string_view kP384 =
      "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE4+/Ltu+9K8MP4Mk2Ztw49WWnXvgzgVHH\n"
      "VDdyhaKoxsqD98JXWXTftMpp+5MxKEdlZtuM6yOWfQfLlVXATMKb/03U8QCW/hRF\n"
      "C1/oGpNcXpPEto40cFY1tW1+ayNXrqAx";
  constexpr std::string_view kSecp256k1 =
      "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEyDh9bte8U4N5AfiZTsG1N77FkuHEuwGt\n"
      "S50hHNVJbZwIdj/yFrqAyaOsJoIuVJ1XGy6krp3HN9Uw3OrQw2+NJQ==";
  constexpr std::string_view kExplicitP256 =
      "MIIBSzCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAA\n"
      "AAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA////\n"
      "///////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSd\n"
      "NgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5\n"
      "RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA\n"
      "//////////+85vqtpxeehPO5ysL8YyVRAgEBA0IABEDkEdXUcTPd2u28ZdAG7t2s\n"
      "gckHchJcK3MxKM6QF1ews3S6LgsKEMv90h/uOS608g50+O3TfdE4+jue7ApPtGc=";
  constexpr std::string_view kRsa2048 =
      "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAoJRQGoXaposJhTnQqfrM\n"
      "paNs3KqDSM9yUG3lT+hwYxMj5pjQ4uKJt9Q9eOzoDLIWX7bZ4tnbbogEWK1aQMJf\n"
      "M7ecxnftxqL+KhgTyrJG5ZWPPlyumfo0QfzevcaToagskxn0fi5Cu5jksVMApWrF\n"
      "0To+sCJ9rSyxdfmIbsgU80XEqpAB5qrN1JvYgZPLuoGAxjDkfuG7wHx6417KNtZb\n"
      "R8KTRAd9IYUsjRukCWiR1kz8xRPhzXOxLCuGpAPkNbZpAWoCt0Xao1tQihqBOT6c\n"
      "lRSfDTl5qaYTDygFDO8Xa1pXG3abKbnUYYISrEjtctQfn/vYCrq13pA434fPTKrd\n"
      "RQIDAQAB";
  for (const std::string_view body : {kP384, kSecp256k1, kExplicitP256, kRsa2048}) {
    const std::string pem =
        fmt::format("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", body);
    EXPECT_THAT(PublicKey::FromPem(pem), HasReason("KEY_INVALID")) << body;
  }
  EXPECT_THAT(PublicKey::FromPem(""), HasReason("KEY_INVALID"));
  EXPECT_THAT(PublicKey::FromPem(kRfc8037PrivateKey), HasReason("KEY_INVALID"));
  EXPECT_THAT(Signer::FromPem(kRfc8037Key, "k1"), HasReason("KEY_INVALID"));
  EXPECT_THAT(Signer::FromPem(kRfc8037PrivateKey, "no/slash"), HasReason("KEY_INVALID"));
  EXPECT_THAT(Signer::FromFile("/nonexistent.key", "k1"), HasReason("NOT_FOUND"));
}

}  // namespace
}  // namespace kefu::auth
