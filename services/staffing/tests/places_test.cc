// Organizations, shops, sites and teams: what each does by itself.
#include "services/staffing/tests/fixture.h"

namespace kefu::staffing {
namespace {

using Stub = v1::StaffingService::Stub;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PlacesTest : public StaffingTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }
};

TEST_F(PlacesTest, OrganizationIsTheTokens) {
  ASSERT_OK_AND_ASSIGN(const v1::Organization made, Call(&Stub::CreateOrganization,
                                                         R"pb(organization {
                                                                organization_id: "org-a"
                                                                kind: ORGANIZATION_KIND_MERCHANT
                                                                display_name: "新"
                                                              })pb",
                                                         As("org-c")));
  EXPECT_EQ(made.organization_id(), "org-c");
  EXPECT_EQ(made.time_zone(), "Asia/Shanghai");
  EXPECT_EQ(made.currency_code(), "CNY");
  EXPECT_EQ(made.state(), v1::RECORD_STATE_ACTIVE);
  EXPECT_THAT(Call(&Stub::CreateOrganization,
                   R"pb(organization { kind: ORGANIZATION_KIND_BASE display_name: "x" })pb"),
              HasReason("ORGANIZATION_EXISTS"));
  ASSERT_OK_AND_ASSIGN(const auto list, Call(&Stub::ListOrganizations, ""));
  ASSERT_EQ(list.organizations_size(), 1);
  EXPECT_EQ(list.organizations(0).organization_id(), "org-a");
}

TEST_F(PlacesTest, ABaseThatARecordNamesMayBeRead) {
  ASSERT_OK_AND_ASSIGN(const v1::Organization base,
                       Call(&Stub::GetOrganization, R"pb(organization_id: "base-1")pb"));
  EXPECT_EQ(base.display_name(), "基地");
  // org-b names it nowhere; and naming a merchant as a base opens nothing.
  EXPECT_THAT(Call(&Stub::GetOrganization, R"pb(organization_id: "base-1")pb", As("org-b")),
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(Call(&Stub::CreateSite, R"pb(site { display_name: "s" base_id: "org-b" })pb"));
  EXPECT_THAT(Call(&Stub::GetOrganization, R"pb(organization_id: "org-b")pb"),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(PlacesTest, ABasesPrincipalWorksOnItsOwnRows) {
  const rpc::CallOptions base = host_.AsBase(
      "base-1", {auth::Role::kBaseManager},
      {{"org-a", world_["$SHOP1"], "c1", absl::CivilDay(2020, 1, 1), absl::CivilDay(2030, 1, 1)}});
  ASSERT_OK_AND_ASSIGN(const auto agents, Call(&Stub::ListAgents, "", base));
  EXPECT_THAT(agents.agents(), IsEmpty());
  EXPECT_THAT(Call(&Stub::GetAgent, R"pb(agent_id: "$AGENT")pb", base),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Call(&Stub::CreateShop, R"pb(shop { display_name: "s" platform: PLATFORM_JD })pb",
                   As("base-1")),
              HasReason("MERCHANT_ONLY"));
}

TEST_F(PlacesTest, WritesNeedARegisteredOrganization) {
  EXPECT_THAT(Call(&Stub::CreateShop, R"pb(shop { display_name: "s" platform: PLATFORM_JD })pb",
                   As("org-z")),
              HasReason("ORGANIZATION_NOT_REGISTERED"));
  ASSERT_OK_AND_ASSIGN(const auto none, Call(&Stub::ListShops, "", As("org-z")));
  EXPECT_THAT(none.shops(), IsEmpty());
}

TEST_F(PlacesTest, ShopTakesTheOrganizationsDefaultsAndKeepsWhatIsNotMasked) {
  ASSERT_OK_AND_ASSIGN(const v1::Shop shop, Call(&Stub::CreateShop,
                                                 R"pb(shop {
                                                        display_name: "s"
                                                        platform: PLATFORM_DOUYIN
                                                        external_id: "d-1"
                                                        shop_id: "mine"
                                                        open_date { year: 2025 month: 1 day: 2 }
                                                      })pb"));
  EXPECT_EQ(shop.time_zone(), "Asia/Shanghai");
  EXPECT_EQ(shop.currency_code(), "CNY");
  EXPECT_EQ(shop.stage(), v1::SHOP_STAGE_STARTUP);
  EXPECT_NE(shop.shop_id(), "mine");
  world_["$NEW"] = shop.shop_id();
  clock_.Advance(absl::Minutes(1));
  ASSERT_OK_AND_ASSIGN(
      const v1::Shop updated,
      Call(&Stub::UpdateShop,
           R"pb(shop { shop_id: "$NEW" display_name: "ignored" stage: SHOP_STAGE_MATURE }
                update_mask { paths: "stage" paths: "open_date" })pb"));
  v1::Shop expected = shop;
  expected.set_stage(v1::SHOP_STAGE_MATURE);
  expected.clear_open_date();
  *expected.mutable_update_time() = updated.update_time();
  expected.set_etag("2");
  EXPECT_THAT(updated, EqualsProto(expected));
  EXPECT_GT(updated.update_time().seconds(), shop.update_time().seconds());
  ASSERT_OK_AND_ASSIGN(const v1::Shop read, Call(&Stub::GetShop, R"pb(shop_id: "$NEW")pb"));
  EXPECT_THAT(read, EqualsProto(updated));
  // A masked change that makes the whole wrong is refused as a whole.
  EXPECT_THAT(Call(&Stub::UpdateShop,
                   R"pb(shop { shop_id: "$NEW" operation: SHOP_OPERATION_AGENCY }
                        update_mask { paths: "operation" })pb"),
              HasReason("INVALID_FIELDS"));
}

TEST_F(PlacesTest, ExternalIdIsUniquePerPlatform) {
  const std::string shop =
      R"pb(shop { display_name: "s" platform: PLATFORM_JD external_id: "1" })pb";
  ASSERT_OK(Call(&Stub::CreateShop, shop));
  EXPECT_THAT(Call(&Stub::CreateShop, shop), HasReason("EXTERNAL_ID_TAKEN"));
  ASSERT_OK(Call(&Stub::CreateShop,
                 R"pb(shop { display_name: "s" platform: PLATFORM_TMALL external_id: "1" })pb"));
  ASSERT_OK(Call(&Stub::CreateShop, shop, As("org-b")));
  EXPECT_THAT(Call(&Stub::UpdateShop,
                   R"pb(shop { shop_id: "$SHOP1" external_id: "1" }
                        update_mask { paths: "external_id" })pb"),
              HasReason("EXTERNAL_ID_TAKEN"));
}

TEST_F(PlacesTest, ATokenConfinedToShopsReachesNoOthers) {
  const rpc::CallOptions confined = As("org-a", {world_["$SHOP1"], "no-shop"});
  ASSERT_OK_AND_ASSIGN(const auto shops, Call(&Stub::ListShops, "", confined));
  ASSERT_EQ(shops.shops_size(), 1);
  EXPECT_EQ(shops.shops(0).shop_id(), world_["$SHOP1"]);
  EXPECT_OK(Call(&Stub::GetShop, R"pb(shop_id: "$SHOP1")pb", confined));
  EXPECT_THAT(Call(&Stub::GetShop, R"pb(shop_id: "$SHOP2")pb", confined),
              HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(Call(&Stub::UpdateShop,
                   R"pb(shop { shop_id: "$SHOP2" display_name: "x" }
                        update_mask { paths: "display_name" })pb",
                   confined),
              HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(
      Call(&Stub::CreateShop, R"pb(shop { display_name: "s" platform: PLATFORM_JD })pb", confined),
      StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Call(&Stub::UpdateTeam,
                   R"pb(team { team_id: "$TEAM1" shop_ids: "$SHOP2" }
                        update_mask { paths: "shop_ids" })pb",
                   confined),
              HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(Call(&Stub::AssignAgent,
                   R"pb(assignment {
                          agent_id: "$AGENT"
                          shop_id: "$SHOP2"
                          duty: DUTY_BOTH
                          start_date { year: 2026 month: 1 day: 1 }
                        })pb",
                   confined),
              HasReason("SHOP_NOT_ALLOWED"));
}

TEST_F(PlacesTest, TeamHoldsItsShopsAndLead) {
  ASSERT_OK_AND_ASSIGN(const v1::Team team,
                       Call(&Stub::UpdateTeam,
                            R"pb(team {
                                   team_id: "$TEAM1"
                                   shop_ids: "$SHOP2"
                                   shop_ids: "$SHOP1"
                                   lead_agent_id: "$AGENT"
                                 }
                                 update_mask { paths: "shop_ids" paths: "lead_agent_id" })pb"));
  EXPECT_THAT(team.shop_ids(), ElementsAre(world_["$SHOP1"], world_["$SHOP2"]));
  EXPECT_EQ(team.display_name(), "一组");
  ASSERT_OK_AND_ASSIGN(const v1::Team read, Call(&Stub::GetTeam, R"pb(team_id: "$TEAM1")pb"));
  EXPECT_THAT(read, EqualsProto(team));
  ASSERT_OK_AND_ASSIGN(const auto list, Call(&Stub::ListTeams, R"pb(site_id: "$SITE")pb"));
  ASSERT_EQ(list.teams_size(), 2);
  EXPECT_THAT(list.teams(0), EqualsProto(team));
  ASSERT_OK_AND_ASSIGN(const auto none, Call(&Stub::ListTeams, R"pb(site_id: "elsewhere")pb"));
  EXPECT_THAT(none.teams(), IsEmpty());
  EXPECT_THAT(Call(&Stub::UpdateTeam, R"pb(team { team_id: "$TEAM1" site_id: "none" }
                                           update_mask { paths: "site_id" })pb"),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(PlacesTest, ArchivedRecordsAreHiddenAndTakeNoNewWork) {
  Db().Exec(
      "UPDATE site SET state = 'ARCHIVED'; UPDATE shop SET state = 'ARCHIVED';"
      "UPDATE team SET state = 'ARCHIVED'");
  ASSERT_OK_AND_ASSIGN(const auto shown, Call(&Stub::ListShops, ""));
  EXPECT_THAT(shown.shops(), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const auto all, Call(&Stub::ListShops, "show_archived: true"));
  EXPECT_EQ(all.shops_size(), 2);
  EXPECT_THAT(Call(&Stub::CreateTeam, R"pb(team { display_name: "t" site_id: "$SITE" })pb"),
              HasReason("RECORD_ARCHIVED"));
  EXPECT_THAT(Call(&Stub::AssignAgent,
                   R"pb(assignment {
                          agent_id: "$AGENT"
                          shop_id: "$SHOP2"
                          duty: DUTY_BOTH
                          start_date { year: 2026 month: 1 day: 1 }
                        })pb"),
              HasReason("RECORD_ARCHIVED"));
  EXPECT_THAT(Call(&Stub::TransferAgent,
                   R"pb(agent_id: "$AGENT"
                        team_id: "$TEAM2"
                        effective_date { year: 2026 month: 1 day: 1 })pb"),
              HasReason("RECORD_ARCHIVED"));
  // What stands may still be changed in other respects.
  EXPECT_OK(Call(&Stub::UpdateTeam,
                 R"pb(team { team_id: "$TEAM1" display_name: "x" }
                      update_mask { paths: "display_name" })pb"));
}

TEST_F(PlacesTest, PagesWalkEveryRowOnceWhileRowsAreAdded) {
  std::vector<std::string> made = {world_["$SHOP1"], world_["$SHOP2"]};
  for (int i = 0; i < 8; ++i) {
    clock_.Advance(absl::Milliseconds(1));
    ASSERT_OK_AND_ASSIGN(
        const v1::Shop shop,
        Call(&Stub::CreateShop, R"pb(shop { display_name: "s" platform: PLATFORM_TMALL })pb"));
    made.push_back(shop.shop_id());
  }
  std::vector<std::string> seen;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto page,
        Call(&Stub::ListShops, fmt::format(R"(page_size: 3 page_token: "{}")", token)));
    EXPECT_LE(page.shops_size(), 3);
    for (const v1::Shop& shop : page.shops()) seen.push_back(shop.shop_id());
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_EQ(seen, made);

  ASSERT_OK_AND_ASSIGN(const auto tmall,
                       Call(&Stub::ListShops, "platform: PLATFORM_TMALL page_size: 5"));
  EXPECT_EQ(tmall.shops_size(), 5);
  // A token belongs to its filter and its tenant.
  const std::string with_token = fmt::format(R"(page_token: "{}")", tmall.next_page_token());
  EXPECT_OK(Call(&Stub::ListShops, "platform: PLATFORM_TMALL " + with_token));
  EXPECT_THAT(Call(&Stub::ListShops, with_token), HasReason("BAD_PAGE_TOKEN"));
  EXPECT_THAT(Call(&Stub::ListShops, "platform: PLATFORM_TMALL " + with_token, As("org-b")),
              HasReason("BAD_PAGE_TOKEN"));
}

}  // namespace
}  // namespace kefu::staffing
