// Nodes and SKUs: what the walk over every call does not see.
#include "services/warehouse/tests/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;

class PlacesTest : public WarehouseTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }

  absl::StatusOr<v1::Node> SetParent(std::string_view node, std::string_view parent) {
    return Call(&Stub::UpdateNode, fmt::format("node {{ node_id: '{}' parent_node_id: '{}' }}"
                                               " update_mask {{ paths: 'parent_node_id' }}",
                                               node, parent));
  }
  absl::StatusOr<v1::Node> ArchiveNode(std::string_view node) {
    return Call(&Stub::UpdateNode,
                fmt::format("node {{ node_id: '{}' state: RECORD_STATE_ARCHIVED }}"
                            " update_mask {{ paths: 'state' }}",
                            node));
  }
};

TEST_F(PlacesTest, ANodeIsAnsweredAsItIsStored) {
  ASSERT_OK_AND_ASSIGN(
      const v1::Node made,
      Call(&Stub::CreateNode,
           R"pb(node {
                  external_id: "WH-9"
                  display_name: "北京一号仓"
                  kind: NODE_KIND_LOGISTICS_CENTRE
                  parent_node_id: "$NODE1"
                  region_code: "110101"
                  location { latitude_micro_degrees: 39904200 longitude_micro_degrees: -116407400 }
                  capacity_units: 5000
                  daily_throughput_units: 100
                  daily_rent { currency_code: "CNY" minor_units: 12345 }
                  operator: "third party"
                  state: RECORD_STATE_ARCHIVED
                })pb"));
  EXPECT_EQ(made.state(), v1::RECORD_STATE_ACTIVE);  // output only at creation
  EXPECT_EQ(made.time_zone(), "Asia/Shanghai");
  world_["$NEW"] = made.node_id();
  EXPECT_THAT(Call(&Stub::GetNode, "node_id: '$NEW'").value(), EqualsProto(made));
  clock_.Advance(absl::Seconds(1));
  ASSERT_OK_AND_ASSIGN(
      const v1::Node updated,
      Call(&Stub::UpdateNode,
           R"pb(node { node_id: "$NEW" display_name: "二号仓" capacity_units: 9 }
                update_mask { paths: "display_name" paths: "location" paths: "daily_rent" })pb"));
  v1::Node expected = made;
  expected.set_display_name("二号仓");
  expected.clear_location();
  expected.clear_daily_rent();
  expected.mutable_update_time()->set_seconds(made.update_time().seconds() + 1);
  expected.set_etag(updated.etag());
  EXPECT_THAT(updated, EqualsProto(expected));
  EXPECT_NE(updated.etag(), made.etag());
  EXPECT_THAT(Call(&Stub::GetNode, "node_id: '$NEW'").value(), EqualsProto(updated));
}

TEST_F(PlacesTest, CodesAreUniqueInTheOrganization) {
  const std::string node =
      "node { display_name: 'x' external_id: 'NODE1' kind: NODE_KIND_PICKUP_POINT }";
  const std::string sku = "sku { code: 'SKU1' display_name: 'x' }";
  EXPECT_THAT(Call(&Stub::CreateNode, node), HasReason("EXTERNAL_ID_TAKEN"));
  EXPECT_THAT(Call(&Stub::CreateSku, sku), HasReason("SKU_CODE_TAKEN"));
  EXPECT_THAT(Call(&Stub::CreateSku, sku), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_OK(Call(&Stub::CreateNode, node, As("org-b")));
  EXPECT_OK(Call(&Stub::CreateSku, sku, As("org-b")));
  EXPECT_THAT(Call(&Stub::UpdateNode,
                   "node { node_id: '$NODE2' external_id: 'NODE1' }"
                   " update_mask { paths: 'external_id' }"),
              HasReason("EXTERNAL_ID_TAKEN"));
}

TEST_F(PlacesTest, EtagsAndMasks) {
  ASSERT_OK_AND_ASSIGN(const v1::Sku read, Call(&Stub::GetSku, "sku_id: '$SKU1'"));
  const auto rename = [&](std::string_view etag) {
    return Call(&Stub::UpdateSku,
                fmt::format("sku {{ sku_id: '$SKU1' display_name: 'n' etag: '{}' }}"
                            " update_mask {{ paths: 'display_name' }}",
                            etag));
  };
  EXPECT_THAT(rename("stale"), HasReason("ETAG_MISMATCH"));
  EXPECT_OK(rename(read.etag()));
  EXPECT_THAT(rename(read.etag()), HasReason("ETAG_MISMATCH"));
  EXPECT_OK(rename(""));
  for (const char* path : {"", "paths: 'code'", "paths: 'sku_id'", "paths: 'nothing'"}) {
    EXPECT_THAT(
        Call(&Stub::UpdateSku, fmt::format("sku {{ sku_id: '$SKU1' }} update_mask {{ {} }}", path)),
        HasReason("INVALID_FIELDS"))
        << path;
    EXPECT_THAT(Call(&Stub::UpdateNode,
                     fmt::format("node {{ node_id: '$NODE1' }} update_mask {{ {} }}", path)),
                HasReason("INVALID_FIELDS"))
        << path;
  }
  EXPECT_THAT(
      Call(&Stub::UpdateSku, "sku { sku_id: '$SKU1' } update_mask { paths: 'display_name' }"),
      HasReason("INVALID_FIELDS"));  // the name would be empty
}

TEST_F(PlacesTest, TheNetworkHasNoCircles) {
  ASSERT_OK(SetParent("$NODE2", "$NODE1"));
  EXPECT_THAT(SetParent("$NODE1", "$NODE2"), HasReason("NETWORK_CYCLE"));
  EXPECT_THAT(SetParent("$NODE1", "$NODE1"), HasReason("NETWORK_CYCLE"));
  EXPECT_THAT(SetParent("$NODE1", "nobody"), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(SetParent("$NODE2", ""));
  // Two changes at once that only together close a circle: one of them fails.
  for (int round = 0; round < 10; ++round) {
    absl::StatusOr<v1::Node> a, b;
    std::thread other([&] { a = SetParent("$NODE1", "$NODE2"); });
    b = SetParent("$NODE2", "$NODE1");
    other.join();
    EXPECT_EQ(a.ok() + b.ok(), 1) << a.status() << b.status();
    EXPECT_THAT(a.ok() ? b : a, HasReason("NETWORK_CYCLE"));
    ASSERT_OK(SetParent(a.ok() ? "$NODE1" : "$NODE2", ""));
  }
}

TEST_F(PlacesTest, ArchivedRecordsTakeNoNewWork) {
  EXPECT_THAT(ArchiveNode("$NODE1"), HasReason("NODE_HAS_STOCK"));
  ASSERT_OK(ArchiveNode("$NODE2"));
  EXPECT_THAT(Receive("$NODE2", "$SKU1", 1), HasReason("RECORD_ARCHIVED"));
  EXPECT_THAT(Reserve({{"$NODE2", "$SKU1", 1}}), HasReason("RECORD_ARCHIVED"));
  EXPECT_THAT(SetParent("$NODE1", "$NODE2"), HasReason("RECORD_ARCHIVED"));
  ASSERT_OK(Call(&Stub::UpdateSku,
                 "sku { sku_id: '$SKU1' state: RECORD_STATE_ARCHIVED }"
                 " update_mask { paths: 'state' }"));
  EXPECT_THAT(Receive("$NODE1", "$SKU1", 1), HasReason("RECORD_ARCHIVED"));
  EXPECT_THAT(Reserve({{"$NODE1", "$SKU1", 1}}), HasReason("RECORD_ARCHIVED"));
  // What was promised before is kept.
  EXPECT_OK(Call(&Stub::ConfirmReservation, "reservation_id: '$RES'"));
  EXPECT_OK(Call(&Stub::ReleaseReservation, "reservation_id: '$RES'"));

  ASSERT_OK_AND_ASSIGN(const auto nodes, Call(&Stub::ListNodes, ""));
  EXPECT_EQ(nodes.nodes_size(), 1);
  ASSERT_OK_AND_ASSIGN(const auto all, Call(&Stub::ListNodes, "show_archived: true"));
  EXPECT_EQ(all.nodes_size(), 2);
  ASSERT_OK_AND_ASSIGN(const auto skus, Call(&Stub::ListSkus, ""));
  EXPECT_EQ(skus.skus_size(), 2);
}

TEST_F(PlacesTest, LotTrackingChangesOnlyWithoutStock) {
  const auto track = [&](std::string_view sku, bool on) {
    return Call(&Stub::UpdateSku, fmt::format("sku {{ sku_id: '{}' lot_tracked: {} }}"
                                              " update_mask {{ paths: 'lot_tracked' }}",
                                              sku, on));
  };
  EXPECT_THAT(track("$SKU1", true), HasReason("SKU_HAS_STOCK"));
  EXPECT_OK(track("$SKU1", false));  // as it is
  EXPECT_OK(track("$LOTSKU", false));
}

TEST_F(PlacesTest, ListsFilterAndPage) {
  for (int i = 0; i < 7; ++i) {
    ASSERT_OK(Call(&Stub::CreateNode,
                   fmt::format("node {{ display_name: 'p{}' kind: NODE_KIND_PICKUP_POINT"
                               " parent_node_id: '$NODE1' }}",
                               i)));
    ASSERT_OK(Call(&Stub::CreateSku,
                   fmt::format("sku {{ code: 'p{0}' display_name: 'p{0}' category: 'hats' }}", i)));
  }
  for (const char* filter : {"", "kind: NODE_KIND_PICKUP_POINT", "parent_node_id: '$NODE1'"}) {
    std::vector<std::string> ids;
    std::string token;
    do {
      ASSERT_OK_AND_ASSIGN(
          const auto page,
          Call(&Stub::ListNodes, fmt::format("page_size: 3 page_token: '{}' {}", token, filter)));
      for (const auto& node : page.nodes()) ids.push_back(node.node_id());
      token = page.next_page_token();
    } while (!token.empty());
    EXPECT_TRUE(std::ranges::is_sorted(ids));
    EXPECT_EQ(ids.size(), *filter == '\0' ? 9u : 7u);
  }
  std::vector<std::string> codes;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page,
                         Call(&Stub::ListSkus, fmt::format("page_size: 2 category: 'hats'"
                                                           " page_token: '{}'",
                                                           token)));
    for (const auto& sku : page.skus()) codes.push_back(sku.code());
    token = page.next_page_token();
    if (!token.empty()) {
      EXPECT_THAT(Call(&Stub::ListSkus, fmt::format("page_token: '{}'", token)),
                  HasReason("BAD_PAGE_TOKEN"));  // of another filter
    }
  } while (!token.empty());
  EXPECT_THAT(codes, ElementsAre("p0", "p1", "p2", "p3", "p4", "p5", "p6"));
  ASSERT_OK_AND_ASSIGN(const auto one, Call(&Stub::ListSkus, "code: 'SKU1'"));
  ASSERT_EQ(one.skus_size(), 1);
  EXPECT_EQ(one.skus(0).sku_id(), world_["$SKU1"]);
}

}  // namespace
}  // namespace kefu::warehouse
