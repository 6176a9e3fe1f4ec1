// What a policy would change of what was decided.
#include <algorithm>

#include "services/aftersales/tests/returns/fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SimulateTest : public ReturnsTest {
 protected:
  // All that was made until now; `policy` and more as text.
  absl::StatusOr<v1::SimulateReturnPolicyResponse> Simulate(const std::string& text) {
    return Simulate(text, As("org-a"));
  }
  absl::StatusOr<v1::SimulateReturnPolicyResponse> Simulate(const std::string& text,
                                                            const rpc::CallOptions& options) {
    return Call(&PolicyStub::SimulateReturnPolicy,
                text + " start_time { seconds: 1768440000 } end_time { seconds: 1768460000 }",
                options);
  }
  // One evaluation a second after another.
  void Asked(const std::string& text) {
    ASSERT_OK(Evaluate(text));
    clock_.Advance(absl::Seconds(1));
  }
  // Of shoes for no reason, signed on 2026-01-02, thirteen days ago; of the order of CNY 90 and 10
  // of freight.
  static std::string Late(const std::string& shop, const std::string& more) {
    return fmt::format(
        R"(shop_id: "{}" question {{ category: "shoes" sign_time {{ seconds: 1767323000 }}
                          reason: RETURN_REASON_NO_REASON {} }})",
        shop, more);
  }
  static void ExpectAddsUp(const v1::SimulateReturnPolicyResponse& got) {
    EXPECT_EQ(got.evaluations(), got.superseded() + got.shadowed() + got.not_comparable() +
                                     got.unchanged() + got.changed());
  }
};

TEST_F(SimulateTest, CountsTheCasesAndTheMoneyAndNamesTheRules) {
  const std::string order = R"(order_id: "order-1")";
  Asked(Late("shop-1", order));                                     // gains
  Asked(Late("shop-1", ""));                                        // gains, without money
  Asked(Late("shop-2", order));                                     // another shop
  Asked(OfShop(kTwoDaysAgo));                                       // gets longer and cheaper
  Asked(R"(shop_id: "shop-1" question { category: "shoes" sign_time { seconds: 1768276800 }
           order_id: "order-2" reason: RETURN_REASON_DAMAGED })");  // has as much until day 7
  const int64_t rows = Db().Count("SELECT COUNT(*) FROM outbox");

  ASSERT_OK_AND_ASSIGN(const auto got, Simulate(Promise(R"(shop_id: "shop-1")", 30)));
  EXPECT_EQ(got.evaluations(), 4);
  EXPECT_EQ(got.changed(), 4);
  EXPECT_EQ(got.unchanged(), 0);
  EXPECT_EQ(got.without_order(), 2);
  ExpectAddsUp(got);
  // CNY 90 and 10 freight of the one that could not return; the damaged one only gets longer.
  ASSERT_THAT(got.money(), SizeIs(1));
  EXPECT_EQ(got.money(0).currency_code(), "CNY");
  EXPECT_EQ(got.money(0).more_minor(), 10'000);
  EXPECT_EQ(got.money(0).less_minor(), 0);
  ASSERT_THAT(got.remedies(), SizeIs(1));
  EXPECT_EQ(got.remedies(0).remedy(), v1::RETURN_REMEDY_RETURN);
  EXPECT_EQ(got.remedies(0).gained(), 2);
  EXPECT_EQ(got.remedies(0).lost(), 0);
  EXPECT_EQ(got.remedies(0).longer(), 2);
  EXPECT_EQ(got.remedies(0).cheaper(), 1);
  EXPECT_EQ(got.remedies(0).dearer(), 0);
  ASSERT_THAT(got.rules(), SizeIs(3));
  EXPECT_EQ(got.rules(0).evaluations(), 2);
  EXPECT_FALSE(got.rules(0).has_before());
  EXPECT_EQ(got.rules(0).after().rule_id(), "promise");
  EXPECT_EQ(got.rules(0).after().policy_version(), 0);  // it was not written
  // The newest first, with before and after.
  ASSERT_THAT(got.changes(), SizeIs(4));
  EXPECT_EQ(got.changes(3).order_id(), "order-1");
  EXPECT_EQ(got.changes(3).more().minor_units(), 10'000);
  EXPECT_EQ(got.changes(3).remedies(0).before().decision(), v1::RETURN_DECISION_NOT_ALLOWED);
  EXPECT_EQ(got.changes(3).remedies(0).after().last_date().month(), 2);
  // Nothing was written.
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox"), rows);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM return_policy WHERE org_id <> ''"), 0);

  // For every shop the second one counts as well; the order's money in the one currency.
  ASSERT_OK_AND_ASSIGN(const auto all, Simulate(Promise("", 30)));
  EXPECT_EQ(all.evaluations(), 5);
  EXPECT_EQ(all.money(0).more_minor(), 20'000);
  // What ships gives, no policy takes away.
  ASSERT_OK_AND_ASSIGN(const auto none, Simulate("policy { }"));
  EXPECT_EQ(none.unchanged(), 5);
  EXPECT_THAT(none.money(), IsEmpty());
  EXPECT_THAT(none.changes(), IsEmpty());
}

TEST_F(SimulateTest, AWithdrawalTakesWhatThePromiseGave) {
  ASSERT_OK(Call(&PolicyStub::SetReturnPolicy, Promise("", 30)));
  clock_.Advance(absl::Seconds(1));
  Asked(Late("shop-1", R"(order_id: "order-1")"));
  ASSERT_OK(Call(&PolicyStub::SetReturnPolicy, Promise(R"(shop_id: "shop-2")", 30)));
  clock_.Advance(absl::Seconds(1));
  Asked(Late("shop-2", R"(order_id: "order-1")"));
  ASSERT_OK_AND_ASSIGN(const auto got, Simulate("policy { }"));
  EXPECT_EQ(got.changed(), 1);
  EXPECT_EQ(got.shadowed(), 1);  // shop-2's own stands before it
  EXPECT_EQ(got.money(0).less_minor(), 10'000);
  EXPECT_EQ(got.changes(0).more().minor_units(), -10'000);
  EXPECT_EQ(got.remedies(0).lost(), 1);
  EXPECT_EQ(got.rules(0).before().policy_id(), "own");
  EXPECT_EQ(got.rules(0).before().policy_version(), 1);
  EXPECT_FALSE(got.rules(0).has_after());
  ExpectAddsUp(got);
}

TEST_F(SimulateTest, OfACaseTheLastEvaluationCountsAndUnknownCategoriesAreTold) {
  ASSERT_OK(Call(&PolicyStub::SetReturnPolicy, R"(policy {
    categories { category_id: "phones" reasons: RETURN_REASON_NO_REASON } })"));
  clock_.Advance(absl::Seconds(1));
  Open("$CASE", R"pb(lines { sku: "S-1" category: "shoes" quantity: 1 })pb");
  const std::string of_case = R"(case_id: "$CASE" question { reason: RETURN_REASON_NO_REASON
                                 sign_time { seconds: 1767323000 } })";
  Asked(of_case);
  Asked(of_case);
  Asked(R"(shop_id: "shop-1" question { category: "phones" reason: RETURN_REASON_NO_REASON
           sign_time { seconds: 1767323000 } })");
  ASSERT_OK_AND_ASSIGN(const auto got, Simulate(Promise("", 30)));
  EXPECT_EQ(got.evaluations(), 3);
  EXPECT_EQ(got.superseded(), 1);
  EXPECT_EQ(got.not_comparable(), 1);
  EXPECT_EQ(got.changed(), 1);
  EXPECT_EQ(got.changes(0).case_id(), names_["$CASE"]);
  // One of the ten pieces that cost CNY 54 together, and the freight of the order.
  EXPECT_EQ(got.changes(0).more().minor_units(), 540 + 1'000);
  ExpectAddsUp(got);
}

TEST_F(SimulateTest, IsBoundedAndRefusesWhatIsWrongAllAtOnce) {
  EXPECT_THAT(Call(&PolicyStub::SimulateReturnPolicy, R"(shop_id: "shop-2"
                   policy { shop_id: "shop-1" rules { rule_id: "a" } }
                   start_time { seconds: 2 } end_time { seconds: 2 })")
                  .status()
                  .message(),
              AllOf(HasSubstr("shop_id: is not the policy's"), HasSubstr("end_time: must be after"),
                    HasSubstr("policy.rules[0].remedy")));
  EXPECT_THAT(Call(&PolicyStub::SimulateReturnPolicy, "").status().message(),
              AllOf(HasSubstr("policy: must be set"), HasSubstr("start_time: must be set"),
                    HasSubstr("end_time: must be set")));
  // Copies of one row: 5,000 are computed, one more is too many.
  Asked(Late("shop-1", ""));
  char suffix = 'a';
  for (int rows = 1; rows < 5'000; rows *= 2) {
    Db().Exec(
        fmt::format("INSERT INTO return_evaluation SELECT org_id,"
                    " CONCAT(evaluation_id, '{}'), shop_id, case_id, create_us, body, reason"
                    " FROM return_evaluation LIMIT {}",
                    suffix++, std::min(rows, 5'000 - rows)));
  }
  ASSERT_OK_AND_ASSIGN(const auto most, Simulate(Promise("", 30)));
  EXPECT_EQ(most.changed(), 5'000);
  EXPECT_EQ(most.changes_size(), 200);
  Db().Exec(
      "INSERT INTO return_evaluation SELECT org_id, 'one-more', shop_id, case_id, create_us, body,"
      " reason"
      " FROM return_evaluation LIMIT 1");
  EXPECT_THAT(Simulate(Promise("", 30)), HasReason("SIMULATION_TOO_LARGE"));
}

TEST_F(SimulateTest, ReachesWhatItsCallerReaches) {
  Asked(Late("shop-1", ""));
  EXPECT_THAT(Simulate(Promise("", 30), As("org-a", {"shop-1"})), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(Simulate(Promise("", 30), AsBase("shop-1")), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(Simulate(Promise("", 30) + R"(shop_id: "shop-2")", AsBase("shop-1")),
              HasReason("SHOP_NOT_ALLOWED"));
  for (const auto& who : {As("org-a", {"shop-1"}), AsBase("shop-1")}) {
    ASSERT_OK_AND_ASSIGN(const auto got, Simulate(Promise("", 30) + R"(shop_id: "shop-1")", who));
    EXPECT_EQ(got.changed(), 1);
  }
  // What is about a case that somebody else has is nothing of a base's.
  Open("$C");
  Db().Exec(Fill("UPDATE return_evaluation SET case_id = '$C'"));
  const std::string of_shop = Promise("", 30) + R"(shop_id: "shop-1")";
  EXPECT_EQ(Simulate(of_shop, AsBase("shop-1"))->evaluations(), 0);
  GiveAll("");
  EXPECT_EQ(Simulate(of_shop, AsBase("shop-1"))->evaluations(), 1);
  ASSERT_OK_AND_ASSIGN(const auto stranger, Simulate(Promise("", 30), As("org-b")));
  EXPECT_EQ(stranger.evaluations(), 0);
}

}  // namespace
}  // namespace kefu::aftersales
