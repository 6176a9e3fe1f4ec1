#include "common/db/page_token.h"

#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace kefu::db {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOkAndHolds;
using ::kefu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PageTokenTest, CarriesKeysOfAnyContent) {
  const std::string odd("\0\xff,;'\n", 6);
  const std::string token = EncodePageToken(7, {odd, "", "客服"});
  EXPECT_THAT(DecodePageToken(token, 7, 3), IsOkAndHolds(ElementsAre(odd, "", "客服")));
  EXPECT_THAT(DecodePageToken("", 7, 3), IsOkAndHolds(IsEmpty()));
}

TEST(PageTokenTest, RefusesAnotherFilterAndAnotherNumberOfKeys) {
  const std::string token = EncodePageToken(FilterHash({"ListCases", "org1"}), {"k"});
  EXPECT_THAT(DecodePageToken(token, FilterHash({"ListCases", "org2"}), 1),
              HasReason("BAD_PAGE_TOKEN"));
  EXPECT_THAT(DecodePageToken(token, FilterHash({"ListCases", "org1"}), 2),
              HasReason("BAD_PAGE_TOKEN"));
}

TEST(PageTokenTest, RefusesEveryChangedCharacterAndEveryCut) {
  const std::string token = EncodePageToken(7, {"2026-01-31", "01HZY"});
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(DecodePageToken(changed, 7, 2), StatusIs(absl::StatusCode::kInvalidArgument)) << i;
    if (i > 0) {
      EXPECT_THAT(DecodePageToken(token.substr(0, i), 7, 2), HasReason("BAD_PAGE_TOKEN")) << i;
    }
  }
  EXPECT_THAT(DecodePageToken("客服", 7, 2), HasReason("BAD_PAGE_TOKEN"));
}

TEST(FilterHashTest, SeparatesParts) {
  EXPECT_NE(FilterHash({"ab", "c"}), FilterHash({"a", "bc"}));
  EXPECT_NE(FilterHash({"a"}), FilterHash({"a", ""}));
}

TEST(PageSizeTest, FollowsTheHouseRule) {
  EXPECT_THAT(PageSize(0), IsOkAndHolds(50));
  EXPECT_THAT(PageSize(1), IsOkAndHolds(1));
  EXPECT_THAT(PageSize(1000), IsOkAndHolds(1000));
  EXPECT_THAT(PageSize(1001), IsOkAndHolds(1000));
  EXPECT_THAT(PageSize(-1), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace kefu::db
