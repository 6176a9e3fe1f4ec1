#include "common/auth/principal.h"

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::auth {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOkAndHolds;
using ::testing::SizeIs;

const absl::CivilDay kFirst(2024, 2, 1);
const absl::CivilDay kLast(2024, 2, 29);

Principal Base() {
  Principal base;
  base.org_id = base.base_id = "base-org";
  base.roles = {Role::kBaseManager};
  base.grants = {{"merchant-1", "shop-1", "contract-1", kFirst, kLast},
                 {"merchant-2", "shop-2", "contract-2", kFirst, kLast}};
  return base;
}

TEST(RoleTest, NamesGoBothWays) {
  for (int i = 0; i < kRoleCount; ++i) {
    const Role role = static_cast<Role>(i);
    EXPECT_EQ(ParseRole(RoleName(role)), role) << RoleName(role);
  }
  EXPECT_EQ(ParseRole("root"), std::nullopt);
  EXPECT_EQ(ParseRole(""), std::nullopt);
}

TEST(PrincipalTest, MerchantUsesItsOwnShops) {
  Principal merchant;
  merchant.org_id = "merchant-1";
  EXPECT_TRUE(merchant.MayUseShop("any"));
  EXPECT_EQ(merchant.OrgOfShop("any", kFirst), "merchant-1");
  merchant.shops = {"shop-1"};
  EXPECT_TRUE(merchant.MayUseShop("shop-1"));
  EXPECT_FALSE(merchant.MayUseShop("shop-2"));
  EXPECT_FALSE(merchant.MayUseShop(""));
  EXPECT_EQ(merchant.OrgOfShop("shop-2", kFirst), "");
  EXPECT_THAT(RequireShop(merchant, "shop-1", kFirst), IsOkAndHolds("merchant-1"));
  EXPECT_THAT(RequireShop(merchant, "shop-2", kFirst), HasReason("SHOP_NOT_ALLOWED"));
}

TEST(PrincipalTest, GrantsOfAMerchantsTokenMeanNothing) {
  Principal merchant = Base();
  merchant.org_id = "merchant-9";
  merchant.base_id.clear();
  EXPECT_EQ(merchant.OrgOfShop("shop-1", kFirst), "merchant-9");
  EXPECT_THAT(merchant.GrantsOn(kFirst), SizeIs(0));
}

TEST(PrincipalTest, BaseReachesAMerchantOnlyOnTheDaysOfItsGrant) {
  const Principal base = Base();
  EXPECT_FALSE(base.MayUseShop("shop-1")) << "without a day there is no grant";
  EXPECT_FALSE(base.MayUseShop("shop-1", kFirst - 1));
  EXPECT_TRUE(base.MayUseShop("shop-1", kFirst));
  EXPECT_TRUE(base.MayUseShop("shop-1", kLast));
  EXPECT_FALSE(base.MayUseShop("shop-1", kLast + 1));
  EXPECT_FALSE(base.MayUseShop("shop-3", kFirst));
  EXPECT_EQ(base.OrgOfShop("shop-1", kFirst), "merchant-1");
  EXPECT_EQ(base.OrgOfShop("shop-2", kFirst), "merchant-2");
  EXPECT_THAT(base.GrantsOn(kLast), SizeIs(2));
  EXPECT_THAT(base.GrantsOn(kLast + 1), SizeIs(0));
  EXPECT_THAT(RequireShop(base, "shop-1", kLast + 1), HasReason("SHOP_NOT_ALLOWED"));
}

TEST(PrincipalTest, TwoMerchantsWithOneShopIdAreNotGuessed) {
  Principal base = Base();
  base.grants.push_back({"merchant-2", "shop-1", "contract-3", kLast, kLast});
  EXPECT_EQ(base.OrgOfShop("shop-1", kFirst), "merchant-1");
  EXPECT_EQ(base.OrgOfShop("shop-1", kLast), "");
}

}  // namespace
}  // namespace kefu::auth
