// Return policies through the contract: written as versions, read by who may.
#include <future>

#include "services/aftersales/tests/returns/fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(ReturnsTest, ABadPolicyNamesEveryFaultAndKeepsNothing) {
  const auto bad = Call(&PolicyStub::SetReturnPolicy, R"(policy {
    shop_id: "shop-1" platform: "NOWHERE"
    rules { rule_id: "a" source: RETURN_RULE_SOURCE_LAW remedy: RETURN_REMEDY_REFUND_ONLY
            categories: "phones" categories: "tablets" reasons: RETURN_REASON_DAMAGED
            reasons: RETURN_REASON_DAMAGED window_days: 7 window_months: 1
            return_freight: FREIGHT_PAYER_BUYER evidence_required: true }
    rules { rule_id: "a" excluded_categories: "fod" window_days: -1 }
    categories { category_id: "phones" name { zh: " " } } })");
  EXPECT_THAT(bad.status(), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(
      bad.status().message(),
      AllOf(HasSubstr("policy.platform: is not a known"), HasSubstr("policy.platform: must not be"),
            HasSubstr("policy.rules[0].source: must not be law"),
            HasSubstr("policy.rules[0].categories[1]: is neither"),
            HasSubstr("policy.rules[0].reasons[1]"), HasSubstr("policy.rules[0].window_days"),
            HasSubstr("policy.rules[0].return_freight: must not be set"),
            HasSubstr("policy.rules[0].outbound_freight"),
            HasSubstr("policy.rules[1].rule_id: must not stand twice"),
            HasSubstr("policy.rules[1].remedy")));
  EXPECT_THAT(bad.status().message(),
              AllOf(HasSubstr("policy.rules[1].excluded_categories[0]"),
                    HasSubstr("policy.rules[1].window_days"),
                    HasSubstr("policy.rules[0].evidence_required"),
                    HasSubstr("policy.categories[0].reasons: must not be empty")));
  EXPECT_THAT(bad.status().message(), ::testing::Not(HasSubstr("policy.rules[0].categories[0]")));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM return_policy WHERE org_id <> ''"), 0);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM return_policy_head"), 0);
}

TEST_F(ReturnsTest, AnOwnCategoryIsAskedByItsOwnRules) {
  ASSERT_OK_AND_ASSIGN(const auto made, Call(&PolicyStub::SetReturnPolicy, R"(policy {
    platform: "JD"
    categories { category_id: "phones" reasons: RETURN_REASON_FUNCTIONAL_FAULT
                 reasons: RETURN_REASON_NO_REASON }
    rules { rule_id: "phones.exchange" source: RETURN_RULE_SOURCE_PLATFORM
            remedy: RETURN_REMEDY_EXCHANGE categories: "phones"
            reasons: RETURN_REASON_NO_REASON spoiled_by: RETURN_CONDITION_ACTIVATED
            window_months: 1 return_freight: FREIGHT_PAYER_MERCHANT
            outbound_freight: FREIGHT_PAYER_MERCHANT } })"));
  EXPECT_EQ(made.policy_id(), "platform:JD");
  EXPECT_THAT(EventTypes(), ElementsAre("ReturnPolicyChanged"));
  Tell<::kefu::staffing::v1::ShopChanged>(
      "org-a", R"(shop { shop_id: "shop-1" time_zone: "Asia/Shanghai" platform: PLATFORM_JD })");
  const std::string ask = R"(shop_id: "shop-1" question { category: "phones"
      reason: RETURN_REASON_NO_REASON sign_time { seconds: 1766721600 } $ANSWER })";
  names_["$ANSWER"] = "";
  ASSERT_OK_AND_ASSIGN(const auto open, Evaluate(ask));
  EXPECT_EQ(open.outcomes(1).decision(), v1::RETURN_DECISION_NEEDS_MORE);
  EXPECT_THAT(open.outcomes(1).missing_answers(), ElementsAre(v1::RETURN_CONDITION_ACTIVATED));
  names_["$ANSWER"] = "answers { condition: RETURN_CONDITION_ACTIVATED }";
  ASSERT_OK_AND_ASSIGN(const auto closed, Evaluate(ask));
  EXPECT_EQ(closed.outcomes(1).decision(), v1::RETURN_DECISION_ALLOWED);
  EXPECT_EQ(closed.outcomes(1).periods(0).last_date().day(), 26);  // signed on 2025-12-26
  EXPECT_EQ(closed.outcomes(1).periods(0).last_date().month(), 1);
  // Not on other platforms: there nobody knows the category.
  Tell<::kefu::staffing::v1::ShopChanged>(
      "org-a", R"(shop { shop_id: "shop-2" time_zone: "Asia/Shanghai" platform: PLATFORM_TMALL })");
  names_["shop-1"] = "shop-2";
  EXPECT_THAT(Evaluate(ask), HasReason("INVALID_FIELDS"));
}

// Nobody who has asked already is judged by a later word, and nobody overwrites what he has not
// read.
TEST_F(ReturnsTest, AVersionIsNotBackdatedAndFollowsTheOneThatWasRead) {
  const auto set = [this](const std::string& more, const std::string& id = "") {
    return Call(&PolicyStub::SetReturnPolicy,
                Promise(R"(shop_id: "shop-1" )" + more, 30) + fmt::format(" request_id: '{}'", id));
  };
  const int64_t now = absl::ToUnixSeconds(clock_.Now());
  const std::string past = fmt::format("effective_time {{ seconds: {} }}", now - 1);
  const std::string soon = fmt::format("effective_time {{ seconds: {} }}", now + 60);
  const auto backdated = set(past);
  EXPECT_THAT(backdated, HasReason("INVALID_FIELDS"));
  EXPECT_THAT(backdated.status().message(),
              HasSubstr("policy.effective_time: must not be in the past"));
  EXPECT_THAT(set("etag: '1'"), HasReason("ETAG_MISMATCH")) << "there is none to follow";
  ASSERT_OK_AND_ASSIGN(const auto first, set(soon + " etag: ''", "r1"));
  EXPECT_NE(first.etag(), "");
  EXPECT_THAT(set("").status().message(), HasSubstr("must not be before that of version 1"));
  ASSERT_OK_AND_ASSIGN(const auto second, set(soon + " etag: '" + first.etag() + "'"));
  EXPECT_EQ(second.version(), 2);
  EXPECT_NE(second.etag(), first.etag());
  EXPECT_THAT(set(soon + " etag: '" + first.etag() + "'"),
              AllOf(StatusIs(absl::StatusCode::kAborted), HasReason("ETAG_MISMATCH")));
  ASSERT_OK_AND_ASSIGN(const auto read,
                       Call(&PolicyStub::GetReturnPolicy, R"(policy_id: "shop:shop-1")"));
  EXPECT_EQ(read.etag(), second.etag());
  // The first call told again later answers what it did.
  clock_.Advance(absl::Hours(1));
  EXPECT_THAT(set(soon + " etag: ''", "r1"), ::kefu::testing::IsOk());
  // What a policy would have changed is asked of the past; shipped ones are nobody's to write.
  EXPECT_EQ(Call(&PolicyStub::GetReturnPolicy, R"(policy_id: "default/returns")")->etag(), "");
}

TEST_F(ReturnsTest, TwoWritersAtOnceGetTwoVersions) {
  std::vector<std::future<absl::StatusOr<v1::ReturnPolicy>>> writers;
  for (int i = 0; i < 8; ++i) {
    writers.push_back(std::async(std::launch::async, [this, i] {
      return Call(&PolicyStub::SetReturnPolicy, Promise("", 10 + i));
    }));
  }
  std::set<int> versions;
  for (auto& writer : writers) {
    const auto made = writer.get();
    ASSERT_OK(made);
    versions.insert(made->version());
  }
  EXPECT_EQ(versions, (std::set<int>{1, 2, 3, 4, 5, 6, 7, 8}));
  ASSERT_OK_AND_ASSIGN(const auto newest,
                       Call(&PolicyStub::GetReturnPolicy, R"(policy_id: "own")"));
  EXPECT_EQ(newest.version(), 8);
}

TEST_F(ReturnsTest, WhoSeesAndSetsWhichPolicy) {
  ASSERT_OK(Call(&PolicyStub::SetReturnPolicy, Promise("", 10)));
  ASSERT_OK(Call(&PolicyStub::SetReturnPolicy, Promise(R"(shop_id: "shop-1")", 11)));
  ASSERT_OK(Call(&PolicyStub::SetReturnPolicy, Promise(R"(shop_id: "shop-2")", 12)));
  ASSERT_OK(Call(&PolicyStub::SetReturnPolicy, Promise(R"(platform: "JD")", 13)));
  const auto list = [this](const std::string& text, const rpc::CallOptions& who) {
    const auto page = Call(&PolicyStub::ListReturnPolicies, text, who);
    EXPECT_OK(page);
    std::vector<std::string> ids;
    for (const v1::ReturnPolicy& policy : page->policies()) ids.push_back(policy.policy_id());
    return ids;
  };
  const std::string d = "default/returns", jd = "jd/returns";
  EXPECT_THAT(list("", As("org-a")),
              ElementsAre(d, jd, "own", "platform:JD", "shop:shop-1", "shop:shop-2"));
  EXPECT_THAT(list(R"(shop_id: "shop-2")", As("org-a")), ElementsAre(d, "own", "shop:shop-2"));
  EXPECT_THAT(list("", As("org-a", {"shop-1"})),
              ElementsAre(d, jd, "own", "platform:JD", "shop:shop-1"));
  EXPECT_THAT(list("", As("org-b")), ElementsAre(d, jd));
  EXPECT_THAT(list("", AsBase("shop-1")), ElementsAre(d, jd));
  EXPECT_THAT(list(R"(shop_id: "shop-1")", AsBase("shop-1")), ElementsAre(d, "own", "shop:shop-1"));
  EXPECT_THAT(Call(&PolicyStub::ListReturnPolicies, R"(shop_id: "shop-1")", AsBase("shop-2")),
              HasReason("SHOP_NOT_ALLOWED"));

  const auto get = [this](const std::string& text, const rpc::CallOptions& who) {
    return Call(&PolicyStub::GetReturnPolicy, text, who);
  };
  EXPECT_OK(get(R"(policy_id: "shop:shop-1" version: 1)", As("org-a")));
  EXPECT_OK(get(R"(policy_id: "jd/returns")", As("org-b")));
  EXPECT_THAT(get(R"(policy_id: "shop:shop-1")", As("org-b")), HasReason("NOT_FOUND"));
  EXPECT_THAT(get(R"(policy_id: "own" version: 2)", As("org-a")), HasReason("NOT_FOUND"));
  EXPECT_THAT(get(R"(policy_id: "shop:shop-1")", As("org-a", {"shop-2"})),
              HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(get(R"(policy_id: "own")", AsBase("shop-1")), HasReason("NOT_FOUND"));
  EXPECT_OK(get(R"(policy_id: "own" shop_id: "shop-1")", AsBase("shop-1")));
  EXPECT_THAT(get(R"(policy_id: "shop:shop-2" shop_id: "shop-1")", AsBase("shop-1")),
              HasReason("NOT_FOUND"));

  EXPECT_THAT(Call(&PolicyStub::SetReturnPolicy, Promise("", 5), As("org-a", {"shop-1"})),
              HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(Call(&PolicyStub::SetReturnPolicy, Promise(R"(shop_id: "shop-2")", 5),
                   As("org-a", {"shop-1"})),
              HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_OK(Call(&PolicyStub::SetReturnPolicy, Promise(R"(shop_id: "shop-1")", 5),
                 As("org-a", {"shop-1"})));
  EXPECT_THAT(
      Call(&PolicyStub::SetReturnPolicy, Promise(R"(shop_id: "shop-1")", 5), AsBase("shop-1")),
      HasReason("PERMISSION_DENIED"));
}

TEST_F(ReturnsTest, PagesOfPoliciesJoinWithoutGapsAndShippedOnesReadAsTheyAre) {
  for (int i = 0; i < 5; ++i) ASSERT_OK(Call(&PolicyStub::SetReturnPolicy, Promise("", 10 + i)));
  std::vector<std::string> seen;
  names_["$TOKEN"] = "";
  do {
    ASSERT_OK_AND_ASSIGN(const auto page, Call(&PolicyStub::ListReturnPolicies,
                                               R"(page_size: 2 page_token: "$TOKEN")"));
    for (const auto& policy : page.policies()) {
      seen.push_back(fmt::format("{}#{}", policy.policy_id(), policy.version()));
    }
    names_["$TOKEN"] = page.next_page_token();
  } while (!names_["$TOKEN"].empty());
  EXPECT_THAT(seen, ElementsAre("default/returns#1", "jd/returns#1", "own#1", "own#2", "own#3",
                                "own#4", "own#5"));
  ASSERT_OK_AND_ASSIGN(const auto shipped,
                       Call(&PolicyStub::GetReturnPolicy, R"(policy_id: "default/returns")"));
  EXPECT_THAT(shipped.rules(), SizeIs(14));
  EXPECT_THAT(shipped.categories(), SizeIs(16));
  EXPECT_FALSE(shipped.has_effective_time());
  EXPECT_EQ(shipped.actor(), "");
}

}  // namespace
}  // namespace kefu::aftersales
