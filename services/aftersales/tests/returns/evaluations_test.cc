// Returns through the contract: evaluated, kept, replayed.
#include <set>

#include "services/aftersales/tests/evidence_text.h"
#include "services/aftersales/tests/returns/fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(ReturnsTest, AShopsPromiseComesGoesAndLeavesWhatWasDecided) {
  ASSERT_OK_AND_ASSIGN(const auto before, Evaluate(OfShop(kTwoDaysAgo)));
  EXPECT_EQ(Return(before).decision(), v1::RETURN_DECISION_ALLOWED);
  EXPECT_EQ(Return(before).periods(0).rule().rule_id(), "no_reason.labelled");
  EXPECT_EQ(Return(before).periods(0).rule().source(), v1::RETURN_RULE_SOURCE_LAW);
  EXPECT_EQ(Return(before).periods(0).return_freight(), v1::FREIGHT_PAYER_BUYER);
  EXPECT_EQ(Text(Return(before).periods(0).end_time()), "2026-01-20T16:00:00Z");
  EXPECT_THAT(before.policies(), SizeIs(1));
  EXPECT_TRUE(before.zone_assumed());
  EXPECT_EQ(before.actor(), "tester");

  ASSERT_OK_AND_ASSIGN(const auto own, Call(&PolicyStub::SetReturnPolicy, Promise("", 15)));
  EXPECT_EQ(own.policy_id(), "own");
  EXPECT_EQ(own.version(), 1);
  ASSERT_OK_AND_ASSIGN(const auto shops,
                       Call(&PolicyStub::SetReturnPolicy, Promise(R"(shop_id: "shop-1")", 30)));
  EXPECT_EQ(shops.policy_id(), "shop:shop-1");
  clock_.Advance(absl::Seconds(1));

  // The shop's stands in the place of the organization's; the law stays beside it.
  ASSERT_OK_AND_ASSIGN(const auto promised, Evaluate(OfShop(kTwentyDaysAgo)));
  EXPECT_EQ(Return(promised).decision(), v1::RETURN_DECISION_ALLOWED);
  EXPECT_EQ(Return(promised).periods(0).rule().policy_id(), "shop:shop-1");
  EXPECT_EQ(Return(promised).periods(0).rule().policy_version(), 1);
  EXPECT_EQ(Return(promised).periods(0).return_freight(), v1::FREIGHT_PAYER_MERCHANT);
  std::set<v1::ReturnVerdict> verdicts;
  for (const auto& one : Return(promised).considered()) verdicts.insert(one.verdict());
  EXPECT_TRUE(verdicts.contains(v1::RETURN_VERDICT_TOO_LATE));
  EXPECT_TRUE(verdicts.contains(v1::RETURN_VERDICT_OTHER_CATEGORY));
  ASSERT_OK_AND_ASSIGN(const auto elsewhere, Evaluate(OfShop(kTwentyDaysAgo, "shop-2")));
  EXPECT_EQ(Return(elsewhere).decision(), v1::RETURN_DECISION_NOT_ALLOWED);

  // An empty version withdraws it; what was decided stands and replays by its own versions.
  ASSERT_OK_AND_ASSIGN(const auto none,
                       Call(&PolicyStub::SetReturnPolicy, R"(policy { shop_id: "shop-1" })"));
  EXPECT_EQ(none.version(), 2);
  clock_.Advance(absl::Seconds(1));
  ASSERT_OK_AND_ASSIGN(const auto withdrawn, Evaluate(OfShop(kTwentyDaysAgo)));
  EXPECT_EQ(Return(withdrawn).decision(), v1::RETURN_DECISION_NOT_ALLOWED);
  for (const auto* evaluation : {&before, &promised, &elsewhere, &withdrawn}) {
    ExpectReplays(evaluation->evaluation_id());
    ASSERT_OK_AND_ASSIGN(const auto stored,
                         Call(&PolicyStub::GetReturnEvaluation,
                              "evaluation_id: '" + evaluation->evaluation_id() + "'"));
    EXPECT_THAT(stored, EqualsProto(*evaluation));
  }
  // A replay tells when the words of a version were changed behind the service's back.
  Db().Exec("UPDATE return_rule SET window_days = 10 WHERE org_id = 'org-a' AND window_days = 30");
  ASSERT_OK_AND_ASSIGN(const auto tampered,
                       Call(&PolicyStub::ReplayReturnEvaluation,
                            "evaluation_id: '" + promised.evaluation_id() + "'"));
  EXPECT_FALSE(tampered.identical());
  EXPECT_THAT(tampered.evaluation(), EqualsProto(promised));
}

TEST_F(ReturnsTest, PlatformAndZoneAreTheShops) {
  Tell<::kefu::staffing::v1::ShopChanged>(
      "org-a", R"(shop { shop_id: "shop-1" time_zone: "America/New_York" platform: PLATFORM_JD })");
  // Ten days ago: JD still exchanges.
  ASSERT_OK_AND_ASSIGN(const auto got, Evaluate(OfShop("sign_time { seconds: 1767585600 }")));
  EXPECT_EQ(got.time_zone(), "America/New_York");
  EXPECT_FALSE(got.zone_assumed());
  ASSERT_THAT(got.policies(), SizeIs(2));
  EXPECT_EQ(got.policies(1).policy_id(), "jd/returns");
  EXPECT_TRUE(got.policies(1).shipped());
  EXPECT_EQ(got.outcomes(1).remedy(), v1::RETURN_REMEDY_EXCHANGE);
  EXPECT_EQ(got.outcomes(1).periods(0).rule().rule_id(), "jd.exchange.intact");
  // Signed on the 4th by New York's clocks: until the end of the 19th, UTC-5.
  EXPECT_EQ(Text(got.outcomes(1).periods(0).end_time()), "2026-01-20T05:00:00Z");
  ExpectReplays(got.evaluation_id());
  // A later change of the shop does not change what was decided.
  Tell<::kefu::staffing::v1::ShopChanged>(
      "org-a", R"(shop { shop_id: "shop-1" time_zone: "Asia/Tokyo" platform: PLATFORM_TMALL })");
  ExpectReplays(got.evaluation_id());
}

TEST_F(ReturnsTest, OfACaseWhatItKnowsCounts) {
  Open("$C", Photo('1') + R"pb(
    purchase_date { year: 2026 month: 1 day: 10 }
    receive_time { seconds: 1768363200 }  # a day ago
    lines { sku: "S-1" category: "shoes" quantity: 1 }
    lines { sku: "S-2" category: "shoes" quantity: 2 }
  )pb");
  ASSERT_OK_AND_ASSIGN(const auto got,
                       Evaluate(R"(case_id: "$C" question { reason: RETURN_REASON_SIZE_DIFFERS
                                   sign_time { seconds: 1768276800 } })"));
  EXPECT_EQ(got.shop_id(), "shop-1");
  EXPECT_EQ(got.question().category(), "shoes");
  EXPECT_EQ(got.question().order_id(), "order-1");
  EXPECT_EQ(got.question().purchase_date().day(), 10);
  EXPECT_EQ(got.question().ask_time().seconds(), 1768363200);
  EXPECT_THAT(got.question().evidence(), ElementsAre(v1::RETURN_EVIDENCE_PHOTO));
  EXPECT_EQ(Return(got).periods(0).rule().rule_id(), "described.return");
  EXPECT_EQ(Return(got).periods(0).return_freight(), v1::FREIGHT_PAYER_MERCHANT);
  ExpectReplays(got.evaluation_id());

  // Without evidence: what lacks, and what it would change.
  Open("$D", R"pb(lines { sku: "S-1" category: "shoes" quantity: 1 })pb");
  ASSERT_OK_AND_ASSIGN(const auto bare,
                       Evaluate(R"(case_id: "$D" question { reason: RETURN_REASON_SIZE_DIFFERS
                                   sign_time { seconds: 1768276800 } })"));
  EXPECT_EQ(Return(bare).decision(), v1::RETURN_DECISION_ALLOWED);
  EXPECT_THAT(Return(bare).missing_evidence(), ElementsAre(v1::RETURN_EVIDENCE_PHOTO));
  EXPECT_EQ(Return(bare).periods(0).return_freight(), v1::FREIGHT_PAYER_MERCHANT);
  // For no reason it must be intact, and that nobody has answered.
  ASSERT_OK_AND_ASSIGN(const auto silent,
                       Evaluate(R"(case_id: "$D" question { reason: RETURN_REASON_NO_REASON
                                   sign_time { seconds: 1768276800 } })"));
  EXPECT_EQ(Return(silent).decision(), v1::RETURN_DECISION_NEEDS_MORE);
  EXPECT_THAT(Return(silent).periods(), IsEmpty());
  EXPECT_THAT(
      Return(silent).missing_answers(),
      ElementsAre(v1::RETURN_CONDITION_LABEL_REMOVED, v1::RETURN_CONDITION_SOILED_OR_DAMAGED));
  EXPECT_EQ(Return(silent).periods_when_shown(0).return_freight(), v1::FREIGHT_PAYER_BUYER);

  // The case's history tells of each.
  ASSERT_OK_AND_ASSIGN(const auto history,
                       Call(&Stub::ListCaseActivities, R"(case_id: "$C" page_size: 10)"));
  ASSERT_THAT(history.activities(), SizeIs(2));
  EXPECT_EQ(history.activities(1).verb(), "EvaluateReturn");
  EXPECT_EQ(history.activities(1).changes(0).new_value(), got.evaluation_id());
  // Every evaluation of the case, page by page.
  ASSERT_OK_AND_ASSIGN(const auto second,
                       Evaluate(R"(case_id: "$C" question { reason: RETURN_REASON_NO_REASON
                                   sign_time { seconds: 1768276800 } })"));
  ASSERT_OK_AND_ASSIGN(const auto one,
                       Call(&PolicyStub::ListReturnEvaluations, R"(case_id: "$C" page_size: 1)"));
  ASSERT_THAT(one.evaluations(), SizeIs(1));
  EXPECT_THAT(one.evaluations(0), EqualsProto(got));
  names_["$TOKEN"] = one.next_page_token();
  ASSERT_OK_AND_ASSIGN(const auto two, Call(&PolicyStub::ListReturnEvaluations,
                                            R"(case_id: "$C" page_size: 1 page_token: "$TOKEN")"));
  ASSERT_THAT(two.evaluations(), SizeIs(1));
  EXPECT_THAT(two.evaluations(0), EqualsProto(second));
  EXPECT_EQ(two.next_page_token(), "");
  // The goods were signed for after the buyer had claimed, and not in the future.
  const auto signed_at = [&](int64_t seconds) {
    return Evaluate(fmt::format(R"(case_id: "$C" question {{ reason: RETURN_REASON_SIZE_DIFFERS
                                   sign_time {{ seconds: {} }} }})",
                                seconds));
  };
  ASSERT_OK_AND_ASSIGN(const auto on_its_way, signed_at(1768363200 + 3600));
  EXPECT_EQ(on_its_way.question().ask_time().seconds(), 1768363200 + 3600);
  EXPECT_EQ(Return(on_its_way).decision(), v1::RETURN_DECISION_ALLOWED);
  EXPECT_THAT(signed_at(4'000'000'000), HasReason("INVALID_FIELDS"));
}

TEST_F(ReturnsTest, OfAnOrderWhatItKnowsCounts) {
  domain::Order order{.org_id = "org-a", .shop_id = "shop-1", .order_id = "signed"};
  order.currency = "CNY";
  order.paid_minor = 10'000;
  order.freight_minor = 1'000;
  order.create_time = order.told = absl::FromUnixSeconds(1768100000);
  order.sign_time = absl::FromUnixSeconds(1768276800);  // 2026-01-13
  order.lines = {{"S-1", "shoes", 2, 6'000}, {"S-2", "bags", 1, 3'000}};
  const std::vector<const domain::Order*> orders{&order};
  ASSERT_OK(Db().db().RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
    return store::PutOrders(t, orders).status();
  }));
  const std::string shoes = R"(shop_id: "shop-1" question { category: "shoes"
                               reason: RETURN_REASON_SIZE_DIFFERS order_id: "signed" )";
  ASSERT_OK_AND_ASSIGN(const auto got, Evaluate(shoes + "}"));
  EXPECT_EQ(got.question().sign_time().seconds(), 1768276800);
  EXPECT_EQ(got.question().purchase_date().day(), 11);
  EXPECT_EQ(Return(got).periods(0).last_date().day(), 20);
  // CNY 90 for the goods, two thirds of it for the shoes.
  EXPECT_EQ(got.goods_paid().minor_units(), 6'000);
  EXPECT_EQ(got.freight_paid().minor_units(), 1'000);
  ExpectReplays(got.evaluation_id());
  // Of a case its own pieces: one of the two shoes.
  Open("$ONE", R"pb(order_id: "signed"
                    lines { sku: "S-1" quantity: 1 })pb");
  ASSERT_OK_AND_ASSIGN(const auto one, Evaluate(R"(case_id: "$ONE" question {
                                         reason: RETURN_REASON_SIZE_DIFFERS })"));
  EXPECT_EQ(one.question().category(), "shoes");
  EXPECT_EQ(one.goods_paid().minor_units(), 3'000);

  EXPECT_THAT(Evaluate(shoes + "sign_time { seconds: 1768276801 } }").status().message(),
              HasSubstr("question.sign_time: is not the order's"));
  EXPECT_THAT(Evaluate(R"(shop_id: "shop-1" question { category: "shoes"
                          reason: RETURN_REASON_SIZE_DIFFERS order_id: "order-1" })")
                  .status()
                  .message(),
              HasSubstr("question.sign_time: must be set"));
  for (const char* where : {R"(shop_id: "shop-1" question { order_id: "gone")",
                            R"(shop_id: "shop-2" question { order_id: "signed")"}) {
    EXPECT_THAT(Evaluate(std::string(where) + R"( category: "shoes"
                    reason: RETURN_REASON_SIZE_DIFFERS sign_time { seconds: 1768276800 } })"),
                HasReason("ORDER_UNKNOWN"));
  }
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM return_evaluation"), 2);
}

TEST_F(ReturnsTest, WhoBoughtByAPromiseKeepsIt) {
  // Promised from the 1st on, when order-1 was placed; withdrawn since the 10th. Nobody can say so
  // afterwards, so time is turned back where it is stored.
  ASSERT_OK(Call(&PolicyStub::SetReturnPolicy, Promise(R"(shop_id: "shop-1")", 30)));
  ASSERT_OK(Call(&PolicyStub::SetReturnPolicy, R"(policy { shop_id: "shop-1" })"));
  Db().Exec(
      "UPDATE return_policy SET effective_us = IF(version = 1, 1767225600000000, 1768003200000000)"
      " WHERE org_id = 'org-a'");
  const std::string ask = R"(shop_id: "shop-1" question { category: "clothing"
      reason: RETURN_REASON_NO_REASON sign_time { seconds: 1767323000 } $ORDER })";
  names_["$ORDER"] = R"(order_id: "order-1")";
  ASSERT_OK_AND_ASSIGN(const auto bought, Evaluate(ask));
  EXPECT_EQ(Return(bought).decision(), v1::RETURN_DECISION_ALLOWED);
  EXPECT_EQ(Return(bought).periods(0).rule().policy_version(), 1);
  ASSERT_THAT(bought.policies(), SizeIs(3));
  EXPECT_EQ(bought.policies(1).policy_version(), 2);
  ExpectReplays(bought.evaluation_id());
  names_["$ORDER"] = "";
  ASSERT_OK_AND_ASSIGN(const auto late, Evaluate(ask));
  EXPECT_EQ(Return(late).decision(), v1::RETURN_DECISION_NOT_ALLOWED);
}

TEST_F(ReturnsTest, ABadQuestionNamesEveryFaultAndKeepsNothing) {
  Open("$C", R"pb(lines { sku: "S-1" category: "shoes" quantity: 1 }
                  lines { sku: "S-2" category: "bags" quantity: 1 })pb");
  EXPECT_THAT(
      Evaluate(R"(shop_id: "shop-1" question {
        category: "food" reason: RETURN_REASON_FUNCTIONAL_FAULT
        answers { condition: RETURN_CONDITION_ONE_USE_SEAL_BROKEN yes: true }
        answers { condition: RETURN_CONDITION_ONE_USE_SEAL_BROKEN }
        answers { condition: RETURN_CONDITION_ACTIVATED }
        evidence: RETURN_EVIDENCE_PHOTO evidence: RETURN_EVIDENCE_PHOTO
        sign_time { seconds: 1768449601 } ask_time { seconds: 1768449602 }
        purchase_date { year: 2026 month: 2 day: 30 } order_id: "no id" })")
          .status()
          .message(),
      AllOf(HasSubstr("question.reason: does not fit category food"),
            HasSubstr("question.answers[1].condition: must not be answered twice"),
            HasSubstr("question.answers[2].condition: is not asked of category food"),
            HasSubstr("question.evidence[1]"), HasSubstr("question.sign_time: must not be in the"),
            HasSubstr("question.ask_time: must not be in the"), HasSubstr("question.purchase_date"),
            HasSubstr("question.order_id")));
  EXPECT_THAT(Evaluate(R"(shop_id: "shop-1" case_id: "$C" question { answers { } })").status(),
              AllOf(HasReason("INVALID_FIELDS")));
  const auto of_case = Evaluate(R"(case_id: "$C" question {
        reason: RETURN_REASON_NO_REASON order_id: "another" sign_time { seconds: 1768276800 }
        ask_time { seconds: 1768276799 } purchase_date { year: 2026 month: 1 day: 2 } })");
  EXPECT_THAT(of_case.status().message(),
              AllOf(HasSubstr("question.category: must be set"), HasSubstr("question.order_id"),
                    HasSubstr("question.ask_time: must not be before"),
                    HasSubstr("question.purchase_date: is not the case's")));
  EXPECT_THAT(Evaluate(R"(shop_id: "shop-1" question { category: "unheard-of"
                           reason: RETURN_REASON_NO_REASON sign_time { seconds: 1768276800 } })")
                  .status()
                  .message(),
              HasSubstr("question.category: must be one of bags, clothing"));
  EXPECT_THAT(Evaluate(R"(case_id: "gone" question { category: "food"
                           reason: RETURN_REASON_NO_REASON sign_time { seconds: 1768276800 } })"),
              HasReason("NOT_FOUND"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM return_evaluation"), 0);
}

}  // namespace
}  // namespace kefu::aftersales
