// Policies of compensation, and quotes that an order answers.
#include "common/testing/every_call.h"
#include "kefu/aftersales/v1/compensation.grpc.pb.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;
using PolicyStub = v1::CompensationPolicyService::Stub;

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"SetCompensationPolicy", R"(policy { shop_id: "shop-1" platform: "" # ~
                                            late_shipment_bps: 100 })",
       Other::kUnrelated},
      {"GetCompensationPolicy", "", Other::kUnrelated},
      {"ListCompensationPolicies", "", Other::kUnrelated},
  };
  return rows;
}

class CompensationTest : public AftersalesTest {
 protected:
  using AftersalesTest::AftersalesTest;
  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (PolicyStub::*method)(grpc::ClientContext*,
                                                                  const Request&, Response*),
                               const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*policies_, method, Parse<Request>(text), options);
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (PolicyStub::*method)(grpc::ClientContext*,
                                                                  const Request&, Response*),
                               const std::string& text) {
    return Ask(method, text, As("org-a"));
  }
  // A policy that pays so many basis points for late shipment, at most 1000.00.
  static std::string Late(int bps, const std::string& more = "") {
    return fmt::format("policy {{ late_shipment_bps: {} late_shipment_max_minor: 100000 {} }}", bps,
                       more);
  }
  // What late shipment of 100.00 pays.
  int64_t Quote(const std::string& shop) {
    const auto quote = Call(&Stub::QuoteCompensation,
                            fmt::format(R"(kind: COMPENSATION_KIND_LATE_SHIPMENT shop_id: "{}"
                                           order_id: "order-1")",
                                        shop));
    EXPECT_OK(quote);
    return quote.ok() ? quote->amount().minor_units() : -1;
  }

  const std::unique_ptr<PolicyStub> policies_ =
      v1::CompensationPolicyService::NewStub(host_.channel());
  const EveryCall calls_{"kefu.aftersales.v1.CompensationPolicyService", host_.channel(),
                         [](std::string text) { return text; }};
};

TEST_F(CompensationTest, EveryCallHoldsWhatAllCallsPromise) {
  calls_.CheckTable(Rows());
  for (const CallRow& row : Rows()) {
    calls_.CheckCall(row, {As("org-a"), As("org-b"), host_.AsService(),
                           host_.As("org-a", {auth::Role::kAuditor})});
  }
  calls_.CheckWrite(Rows()[0], "id-1", As("org-a"), Db(), clock_);
  EXPECT_EQ(EventTypes().back(), "CompensationPolicyChanged");
}

TEST_F(CompensationTest, TheMostParticularOfAnOrganizationsPoliciesCounts) {
  Tell<::kefu::staffing::v1::ShopChanged>(
      "org-a", R"(shop { shop_id: "shop-2" time_zone: "Asia/Shanghai" platform: PLATFORM_JD })");
  EXPECT_EQ(Quote("shop-1"), 3000);  // what ships
  ASSERT_OK(Ask(&PolicyStub::SetCompensationPolicy, Late(1000)));
  EXPECT_EQ(Quote("shop-1"), 1000);
  ASSERT_OK(Ask(&PolicyStub::SetCompensationPolicy, Late(2000, R"(platform: "JD")")));
  EXPECT_EQ(Quote("shop-1"), 1000);
  EXPECT_EQ(Quote("shop-2"), 2000);
  ASSERT_OK_AND_ASSIGN(const auto shops,
                       Ask(&PolicyStub::SetCompensationPolicy, Late(5000, R"(shop_id: "shop-2")")));
  EXPECT_EQ(shops.policy_id(), "shop:shop-2");
  EXPECT_EQ(shops.version(), 1);
  EXPECT_EQ(Quote("shop-2"), 5000);
  // Another organization's shop of the same id keeps what ships.
  ASSERT_OK_AND_ASSIGN(const auto other, Ask(&PolicyStub::GetCompensationPolicy,
                                             R"(shop_id: "shop-2")", As("org-b")));
  EXPECT_EQ(other.policy_id(), "default/compensation");
  ASSERT_OK_AND_ASSIGN(const auto all, Ask(&PolicyStub::ListCompensationPolicies, ""));
  EXPECT_EQ(all.policies_size(), 4);
}

TEST_F(CompensationTest, AVersionCountsFromItsTimeOnAndStays) {
  const auto at = [&](absl::Duration later) {
    return fmt::format("effective_time {{ seconds: {} }}",
                       absl::ToUnixSeconds(clock_.Now() + later));
  };
  ASSERT_OK(Ask(&PolicyStub::SetCompensationPolicy, Late(1000, at(absl::Hours(2)))));
  EXPECT_EQ(Quote("shop-1"), 3000);
  EXPECT_THAT(Ask(&PolicyStub::SetCompensationPolicy, Late(1500, at(absl::Hours(1)))),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Ask(&PolicyStub::SetCompensationPolicy, Late(1500, at(-absl::Seconds(1)))),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(const auto second,
                       Ask(&PolicyStub::SetCompensationPolicy, Late(2000, at(absl::Hours(3)))));
  EXPECT_EQ(second.version(), 2);
  clock_.Advance(absl::Hours(2));
  EXPECT_EQ(Quote("shop-1"), 1000);
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(Quote("shop-1"), 2000);
  ASSERT_OK_AND_ASSIGN(const auto then, Ask(&PolicyStub::GetCompensationPolicy,
                                            fmt::format("at_time {{ seconds: {} }}",
                                                        absl::ToUnixSeconds(clock_.Now()) - 1)));
  EXPECT_EQ(then.version(), 1);
}

TEST_F(CompensationTest, WrongPoliciesAndForeignShopsAreRefused) {
  const auto wrong = Ask(&PolicyStub::SetCompensationPolicy,
                         R"(policy { shop_id: "shop-1" platform: "jd" late_shipment_bps: 100001
                                     late_shipment_min_minor: 2 late_shipment_max_minor: 1
                                     freight_multiple_bps: -1 advance_max_bps: -1 })");
  const auto request = GetDetail<google::rpc::BadRequest>(wrong.status());
  ASSERT_TRUE(request);
  EXPECT_EQ(request->field_violations_size(), 6) << request->DebugString();
  const auto confined = As("org-a", {"shop-1"});
  EXPECT_OK(Ask(&PolicyStub::SetCompensationPolicy, Late(1, R"(shop_id: "shop-1")"), confined));
  for (const char* scope : {R"(shop_id: "shop-2")", R"(platform: "JD")", ""}) {
    EXPECT_THAT(Ask(&PolicyStub::SetCompensationPolicy, Late(1, scope), confined),
                HasReason("SHOP_NOT_ALLOWED"))
        << scope;
  }
  EXPECT_THAT(Ask(&PolicyStub::ListCompensationPolicies, "", confined),
              HasReason("SHOP_NOT_ALLOWED"));
}

TEST_F(CompensationTest, AQuoteTakesFromTheOrderWhatItDoesNotSay) {
  const auto quote = [&](const std::string& text) {
    return Call(&Stub::QuoteCompensation, R"(shop_id: "shop-1" order_id: "order-1" )" + text);
  };
  // The fixture's order: 100.00 paid, 10.00 of it freight.
  ASSERT_OK_AND_ASSIGN(const auto freight, quote("kind: COMPENSATION_KIND_FREIGHT"));
  EXPECT_EQ(freight.amount().minor_units(), 3000);
  ASSERT_OK_AND_ASSIGN(
      const auto said,
      quote(R"(kind: COMPENSATION_KIND_FREIGHT freight { currency_code: "CNY" minor_units: 1 })"));
  EXPECT_EQ(said.amount().minor_units(), 3);
  ASSERT_OK_AND_ASSIGN(const auto advance,
                       quote(R"(kind: COMPENSATION_KIND_ADVANCE claimed { currency_code: "CNY"
                                                         minor_units: 12000 })"));
  EXPECT_EQ(advance.amount().minor_units(), 10000);
  EXPECT_THAT(quote("kind: COMPENSATION_KIND_ADVANCE"), HasReason("INVALID_FIELDS"));
  const std::string unknown =
      R"(kind: COMPENSATION_KIND_LATE_SHIPMENT shop_id: "shop-1" order_id: "order-8")";
  EXPECT_THAT(Call(&Stub::QuoteCompensation, unknown), HasReason("ORDER_UNKNOWN"));
  ASSERT_OK_AND_ASSIGN(
      const auto batch,
      Call(&Stub::BatchQuoteCompensation,
           fmt::format("requests {{ {} }} requests {{ {} paid {{ currency_code: 'CNY' "
                       "minor_units: 10000 }} }}",
                       unknown, unknown)));
  ASSERT_EQ(batch.quotes_size(), 2);
  EXPECT_EQ(batch.quotes(0).error_reason(), "ORDER_UNKNOWN");
  EXPECT_EQ(batch.quotes(1).compensation().amount().minor_units(), 3000);  // what is paid is said
}

}  // namespace
}  // namespace kefu::aftersales
