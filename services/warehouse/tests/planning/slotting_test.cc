// Bins, affinities and slotting over real stock and ledger.
#include "services/warehouse/tests/planning/planning_fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr const char* kJanuary =
    " days { start_date { year: 2026 month: 1 day: 1 } end_date { year: 2026 month: 1 day: 31 } }";

class SlottingTest : public PlanningTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }

  absl::StatusOr<v1::ComputeSlottingResponse> Compute(const std::string& text,
                                                      std::string_view org_id = "org-a") {
    return Call(&Stub::ComputeSlotting, "node_id: '$NODE1'" + text + kJanuary, As(org_id));
  }
  absl::StatusOr<v1::SetBinsResponse> SetBins(const std::string& text,
                                              std::string_view org_id = "org-a") {
    return Plan(&PlanStub::SetBins, "node_id: '$NODE1'" + text, org_id);
  }
  static std::string Bin(std::string_view location, int64_t distance, std::string_view more = "") {
    return fmt::format(" bins {{ location: '{}' distance_cm: {} aisle: 'a' {} }}", location,
                       distance, more);
  }
  absl::StatusOr<v1::ImportAffinityResponse> Import(
      const std::vector<v1::ImportAffinityRequest>& messages, std::string_view org_id = "org-a") {
    grpc::ClientContext context;
    rpc::Prepare(PlanAs(org_id), context);
    v1::ImportAffinityResponse response;
    auto writer = plan_stub_->ImportAffinity(&context, &response);
    for (const auto& message : messages) writer->Write(message);
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }
};

TEST_F(SlottingTest, PicksOfTheRequestDecide) {
  ASSERT_OK(SetBins(Bin("near", 100) + Bin("mid", 500) + Bin("far", 900)));
  const std::string picks =
      " picks { sku_id: '$SKU1' picks: 10 location: 'near' }"
      " picks { sku_id: '$SKU2' picks: 3100 location: 'far' }";
  ASSERT_OK_AND_ASSIGN(const auto answer, Compute(picks));
  ASSERT_EQ(answer.slots_size(), 2);
  EXPECT_EQ(answer.slots(0).sku_id(), Fill("$SKU2"));
  EXPECT_EQ(answer.slots(0).pick_class(), v1::PICK_CLASS_A);
  EXPECT_EQ(answer.slots(0).current_location(), "far");
  EXPECT_EQ(answer.slots(0).proposed_location(), "near");
  EXPECT_EQ(answer.slots(1).best_location(), "mid");
  EXPECT_EQ(answer.slots(1).pick_class(), v1::PICK_CLASS_C);
  // 100 picks a day by 9 m, a third of a pick by 1 m; there and back.
  EXPECT_EQ(answer.walking_before_cm_per_day(), 180'065);
  EXPECT_EQ(answer.walking_after_cm_per_day(), 20'323);
  EXPECT_EQ(answer.walking_best_cm_per_day(), answer.walking_after_cm_per_day());
  ASSERT_EQ(answer.moves_size(), 2);
  EXPECT_EQ(answer.moves(0).group(), answer.moves(1).group());
  EXPECT_EQ(answer.moves(0).pieces(), 100);
  ASSERT_OK_AND_ASSIGN(const auto none, Compute(picks + " max_moves: 1"));
  EXPECT_EQ(none.moves_size(), 0);
  EXPECT_EQ(none.walking_after_cm_per_day(), none.walking_before_cm_per_day());
  ASSERT_OK_AND_ASSIGN(const auto again, Compute(picks));
  EXPECT_THAT(again, EqualsProto(answer));
}

TEST_F(SlottingTest, PicksOfTheLedgerDecide) {
  ASSERT_OK(SetBins(Bin("near", 100) + Bin("far", 900)));
  for (const char* sku : {"$SKU1", "$SKU2"}) {
    ASSERT_OK(
        Call(&Stub::Receive,
             fmt::format("node_id: '$NODE1' lines {{ sku_id: '{}' quantity: 500 location: '{}' }}",
                         sku, sku[4] == '1' ? "near" : "far")));
  }
  // Goods leave as shipments will let them: by entries to CUSTOMER, of the month and of the day
  // before.
  ASSERT_OK(Db().db().RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
    std::vector<domain::Movement> movements;
    for (int i = 0; i < 20; ++i) {
      movements.push_back({.key = {{Fill(i < 4 ? "$SKU1" : "$SKU2"), "", Fill("$NODE1")},
                                   "",
                                   i < 4 ? "near" : "far"},
                           .from = domain::LedgerAccount::kFree,
                           .to = domain::LedgerAccount::kCustomer,
                           .quantity = 1,
                           .reason = "Ship",
                           .business_date = absl::CivilDay(2026, 1, 15)});
    }
    return store::AppendLedger(t, "org-a", movements, clock_.Now(), "tester").status();
  }));
  ASSERT_OK_AND_ASSIGN(const auto answer, Compute(""));
  ASSERT_EQ(answer.slots_size(), 2);
  EXPECT_EQ(answer.slots(0).sku_id(), Fill("$SKU2"));
  EXPECT_EQ(answer.slots(0).picks(), 16);
  EXPECT_EQ(answer.slots(1).picks(), 4);
  EXPECT_EQ(answer.slots(0).best_location(), "near");
  ASSERT_OK_AND_ASSIGN(const auto before,
                       Call(&Stub::ComputeSlotting,
                            "node_id: '$NODE1' days { start_date { year: 2025 month: 12 day: 1 }"
                            " end_date { year: 2025 month: 12 day: 31 } }"));
  EXPECT_EQ(before.slots(0).picks(), 0);
  EXPECT_THAT(before.moves(), IsEmpty());
}

TEST_F(SlottingTest, TemperatureAndSizeAreKept) {
  ASSERT_OK(SetBins(Bin("near", 100, "size_classes: SIZE_CLASS_C") +
                    Bin("cold", 500, "temperature_zone: 'chilled'") +
                    Bin("shut", 50, "closed: true")));
  ASSERT_OK(Call(&Stub::UpdateSku,
                 "sku { sku_id: '$SKU1' size_class: SIZE_CLASS_C category: 'fridges' }"
                 " update_mask { paths: 'size_class' paths: 'category' }"));
  ASSERT_OK(Plan(&PlanStub::SetSlottingPolicy,
                 "policy { effective_from { year: 2026 month: 1 day: 1 } class_a_bps: 8000"
                 " class_b_bps: 9500 affinity_period_days: 365 pieces_per_walk: 10"
                 " category_temperatures { category: 'shirts' temperature_zone: 'chilled' } }"));
  ASSERT_OK_AND_ASSIGN(const auto answer, Compute(" picks { sku_id: '$SKU1' picks: 1 }"
                                                  " picks { sku_id: '$SKU2' picks: 2 }"
                                                  " picks { sku_id: '$LOTSKU' picks: 1 }"));
  EXPECT_EQ(answer.policy_version(), 1);
  EXPECT_EQ(answer.slots(0).best_location(), "cold");
  std::map<std::string, std::string> best;
  for (const auto& slot : answer.slots()) best[slot.sku_id()] = slot.best_location();
  EXPECT_EQ(best[Fill("$SKU1")], "near");
  EXPECT_EQ(best[Fill("$LOTSKU")], "");
}

TEST_F(SlottingTest, AffinitiesAreImportedAndUsed) {
  auto first = Parse<v1::ImportAffinityRequest>(
      "level: AFFINITY_LEVEL_CATEGORY rows { line: 2 affinity { first: 'x' second: 'shirts' "
      "orders: 9 } }"
      " rows { line: 3 affinity { first: 'x' second: 'x' orders: 9 } }"
      " rows { line: 4 affinity { first: 'x' second: 'y' orders: 0 } } rows { line: 5 }");
  auto second = Parse<v1::ImportAffinityRequest>(
      "rows { line: 6 affinity { first: 'shirts' second: 'x' orders: 36500 } }");
  ASSERT_OK_AND_ASSIGN(const auto answer, Import({first, second}));
  EXPECT_EQ(answer.received(), 5);
  EXPECT_EQ(answer.written(), 2);
  EXPECT_EQ(answer.refused(), 3);
  EXPECT_EQ(answer.errors(0).line(), 3);
  ASSERT_OK(Import({first, second}));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM affinity"), 1);
  EXPECT_EQ(Db().Count("SELECT orders FROM affinity"), 36'500);
  EXPECT_THAT(FieldsOf(Import({second}).status()), ElementsAre("level"));
  // $SKU1 (x) and $SKU2 (shirts) are ordered together 100 times a day: they come into one aisle.
  ASSERT_OK(Call(&Stub::UpdateSku,
                 "sku { sku_id: '$SKU1' category: 'x' } update_mask { paths: 'category' }"));
  ASSERT_OK(
      SetBins(" bins { location: 'a1' aisle: 'a' distance_cm: 100 }"
              " bins { location: 'a2' aisle: 'a' distance_cm: 120 }"
              " bins { location: 'b1' aisle: 'b' distance_cm: 110 }"));
  const std::string picks =
      " picks { sku_id: '$SKU1' picks: 3100 location: 'a1' }"
      " picks { sku_id: '$SKU2' picks: 3100 location: 'b1' }";
  ASSERT_OK_AND_ASSIGN(const auto together, Compute(picks));
  EXPECT_GT(together.affinity_saved_cm_per_day(), 0);
  ASSERT_EQ(together.moves_size(), 1);
  EXPECT_EQ(together.moves(0).to_location(), "a2");
  ASSERT_OK_AND_ASSIGN(const auto own,
                       Compute(picks + " affinities { first: '$SKU1' second: '$SKU2'"
                                       " orders: 1 }"));
  EXPECT_EQ(own.moves_size(), 0);
}

TEST_F(SlottingTest, BinsAreReplacedListedAndReplayed) {
  const std::string text = Bin("b", 2) + Bin("a", 1) + Bin("c", 3) + " request_id: 'r'";
  ASSERT_OK_AND_ASSIGN(const auto first, SetBins(text));
  EXPECT_EQ(first.written(), 3);
  ASSERT_OK_AND_ASSIGN(const auto again, SetBins(text));
  EXPECT_THAT(again, EqualsProto(first));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox WHERE type = 'kefu.warehouse.v1.BinsChanged'"),
            1);
  EXPECT_THAT(SetBins(Bin("x", 1) + " request_id: 'r'").status(), HasReason("REQUEST_ID_REUSED"));
  ASSERT_OK_AND_ASSIGN(const auto page,
                       Plan(&PlanStub::ListBins, "node_id: '$NODE1' page_size: 2"));
  ASSERT_EQ(page.bins_size(), 2);
  EXPECT_EQ(page.bins(0).location(), "a");
  ASSERT_OK_AND_ASSIGN(const auto rest,
                       Plan(&PlanStub::ListBins, "node_id: '$NODE1' page_size: 2 page_token: '" +
                                                     page.next_page_token() + "'"));
  ASSERT_EQ(rest.bins_size(), 1);
  ASSERT_OK_AND_ASSIGN(const auto replaced,
                       SetBins(Bin("c", 9,
                                   "size_classes: SIZE_CLASS_A size_classes: SIZE_CLASS_C"
                                   " temperature_zone: 'x' position: 4 capacity_cm3: 5") +
                               " replace_all: true"));
  EXPECT_EQ(replaced.removed(), 2);
  ASSERT_OK_AND_ASSIGN(const auto left, Plan(&PlanStub::ListBins, "node_id: '$NODE1'"));
  ASSERT_EQ(left.bins_size(), 1);
  EXPECT_THAT(left.bins(0),
              EqualsProto(Parse<v1::Bin>("location: 'c' aisle: 'a' position: 4 distance_cm: 9"
                                         " capacity_cm3: 5 size_classes: SIZE_CLASS_A"
                                         " size_classes: SIZE_CLASS_C temperature_zone: 'x'")));
}

TEST_F(SlottingTest, FaultsAndOtherOrganizations) {
  const auto not_found = StatusIs(absl::StatusCode::kNotFound);
  EXPECT_THAT(SetBins(Bin("a", 1), "org-b").status(), not_found);
  EXPECT_THAT(Plan(&PlanStub::ListBins, "node_id: '$NODE1'", "org-b").status(), not_found);
  EXPECT_THAT(Compute("", "org-b").status(), not_found);
  EXPECT_THAT(Compute(" picks { sku_id: 'nope' }").status(), not_found);
  EXPECT_THAT(
      FieldsOf(SetBins(Bin("a", -1, "capacity_cm3: -1 size_classes: SIZE_CLASS_UNSPECIFIED") +
                       Bin("a", 1) + Bin("", 1))
                   .status()),
      UnorderedElementsAre("bins[0].distance_cm", "bins[0].capacity_cm3", "bins[0].size_classes[0]",
                           "bins[1].location", "bins[2].location"));
  EXPECT_THAT(FieldsOf(SetBins("").status()), ElementsAre("bins"));
  EXPECT_THAT(FieldsOf(Call(&Stub::ComputeSlotting,
                            "picks { picks: -1 location: 'a' } picks { sku_id: 'x' location: 'a' }"
                            " affinities { first: 'a' } policy { class_a_bps: 10000 }")
                           .status()),
              UnorderedElementsAre("node_id", "days", "policy.class_a_bps", "policy.class_b_bps",
                                   "policy.class_b_bps", "policy.affinity_period_days",
                                   "policy.pieces_per_walk", "picks[0].sku_id", "picks[0].picks",
                                   "picks[1].location", "affinities[0]"));
  EXPECT_THAT(FieldsOf(Plan(&PlanStub::SetSlottingPolicy, "").status()),
              ::testing::Contains("policy.effective_from"));
}

}  // namespace
}  // namespace kefu::warehouse
