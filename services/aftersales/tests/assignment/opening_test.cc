// Whom a case may be opened for, what is told of one that may not be opened, and whom a stored
// answer is given again.
#include <thread>
#include <vector>

#include "kefu/aftersales/v1/intake.grpc.pb.h"
#include "services/aftersales/tests/assignment/fixture.h"
#include "services/aftersales/tests/evidence_text.h"

namespace kefu::aftersales {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Whom a case names at opening may have it, or nobody has: what AssignCase asks, OpenCase asks.
TEST_F(AssignmentTest, ACaseIsOpenedForWhoCanHaveItOnly) {
  Hire("anna");
  Hire("otto", "shop-2");
  Hire("seat", "shop-1", "base_id: 'base-1'");
  Hire("gone", "shop-1", "leave_date { year: 2026 month: 1 day: 14 }");
  Hire("own-seat", "", "", "base-1");
  StartShift("anna", "s");
  EndShift("anna", "s");
  v1::OpenCaseRequest request;
  const auto open = [&](const std::string& agent, const rpc::CallOptions& as) {
    *request.mutable_case_() = Parse<v1::Case>(fmt::format(
        R"(shop_id: "shop-1" kind: CASE_KIND_SERVICE_COMPLAINT channel: CASE_CHANNEL_CHAT
           problem: "态度生硬" assignee_agent_id: "{}")",
        agent));
    return rpc::Call(*stub_, &Stub::OpenCase, request, as);
  };
  const auto verdict = [&](const std::string& agent, const rpc::CallOptions& as) {
    const auto opened = open(agent, as);
    if (opened.ok()) return opened->assignee_agent_id();
    EXPECT_THAT(opened, AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                              HasReason("AGENT_CANNOT_TAKE_CASE")));
    EXPECT_EQ(MetadataOf(opened.status(), "agent_id"), agent);
    return MetadataOf(opened.status(), "verdict");
  };
  const int64_t before = Db().Count("SELECT COUNT(*) FROM outbox");
  EXPECT_EQ(verdict("ghost", As("org-a")), "NOT_EMPLOYED");
  EXPECT_EQ(verdict("gone", As("org-a")), "NOT_EMPLOYED");
  EXPECT_EQ(verdict("otto", As("org-a")), "NOT_SERVING");
  EXPECT_EQ(verdict("seat", As("org-a")), "NO_CONTRACT");
  EXPECT_EQ(verdict("own-seat", As("org-a")), "NOT_EMPLOYED") << "no contract, no stranger";
  Contract("base-1", "shop-1");
  // A base's caller gives to the base's agents only, and is not told whom the merchant employs.
  EXPECT_EQ(verdict("anna", AsBase("seat", auth::Role::kTeamLead)), "NOT_EMPLOYED");
  EXPECT_EQ(verdict("ghost", AsBase("seat", auth::Role::kTeamLead)), "NOT_EMPLOYED");
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM aftersales_case"), 0);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox"), before);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM agent WHERE hire_date IS NULL"), 0);

  EXPECT_EQ(verdict("anna", As("org-a")), "anna") << "by hand, though off duty";
  EXPECT_EQ(verdict("seat", As("org-a")), "seat");
  EXPECT_EQ(verdict("own-seat", AsBase("seat", auth::Role::kTeamLead)), "own-seat");
  // Among others at the same time only its own caller is refused.
  std::vector<absl::Status> answers(16);
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < answers.size(); ++i) {
      threads.emplace_back([&, i] {
        answers[i] = Call(&Stub::OpenCase, fmt::format(R"(case {{ shop_id: "shop-1"
            kind: CASE_KIND_SERVICE_COMPLAINT channel: CASE_CHANNEL_CHAT problem: "p"
            assignee_agent_id: "{}" }})",
                                                       i % 4 == 0 ? "ghost" : "anna"))
                         .status();
      });
    }
  }
  for (size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i].ok(), i % 4 != 0) << i;
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM aftersales_case"), 3 + 12);
}

// One answer names all that is wrong, and changes nothing.
TEST_F(AssignmentTest, AllThatOnlyTheDataCanTellOfANewCaseIsNamedAtOnce) {
  const auto refused = Call(&Stub::OpenCase, fmt::format(R"(case {{
      shop_id: "shop-1" kind: CASE_KIND_RETURN channel: CASE_CHANNEL_CHAT problem: "p"
      order_id: "no-such-order" assignee_agent_id: "ghost" {} }})",
                                                         Photo('a', "org-b/shop-1")));
  EXPECT_THAT(refused, AllOf(StatusIs(absl::StatusCode::kNotFound), HasReason("ORDER_UNKNOWN")));
  std::vector<std::string> reasons, fields;
  const auto failure = GetDetail<google::rpc::PreconditionFailure>(refused.status());
  ASSERT_TRUE(failure.has_value());
  for (const auto& one : failure->violations()) reasons.push_back(one.type());
  EXPECT_THAT(reasons,
              ElementsAre("ORDER_UNKNOWN", "AGENT_CANNOT_TAKE_CASE", "EVIDENCE_NOT_ALLOWED"));
  const auto bad = GetDetail<google::rpc::BadRequest>(refused.status());
  ASSERT_TRUE(bad.has_value());
  for (const auto& one : bad->field_violations()) fields.push_back(one.field());
  EXPECT_THAT(fields, ElementsAre("case.order_id", "case.assignee_agent_id", "case.evidence"));
  EXPECT_THAT(refused.status().message(), AllOf(HasSubstr("PutOrders"), HasSubstr("ghost"),
                                                HasSubstr("no file of the case's shop")));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM aftersales_case"), 0);
}

// A base that has lost a merchant's shop and has got the shop of that name of another merchant
// since.
TEST_F(AssignmentTest, AStoredAnswerIsGivenToABaseThatReachesItsMerchantOnly) {
  Contract("base-1", "shop-1");
  Hire("seat", "", "", "base-1");
  Hire("seat-2", "", "", "base-1");
  const auto base = [&](const std::string& merchant) {
    return AsBase("seat", auth::Role::kTeamLead, "shop-1", merchant);
  };
  const auto again = [&](const auto& call) {
    const auto first = call(base("org-a"));
    EXPECT_OK(first);
    const auto replayed = call(base("org-a"));
    EXPECT_OK(replayed);
    if (first.ok() && replayed.ok()) EXPECT_THAT(*replayed, EqualsProto(*first));
    EXPECT_THAT(call(base("org-b")).status(), StatusIs(absl::StatusCode::kNotFound));
    return first.ok() ? *first : std::decay_t<decltype(*first)>();
  };
  const v1::Case opened = again([&](const rpc::CallOptions& as) {
    return Call(&Stub::OpenCase, R"pb(case {
                                        shop_id: "shop-1"
                                        kind: CASE_KIND_SERVICE_COMPLAINT
                                        channel: CASE_CHANNEL_CHAT
                                        problem: "态度生硬"
                                        assignee_agent_id: "seat"
                                      }
                                      request_id: "r-1")pb",
                as);
  });
  names_["$C"] = opened.case_id();
  again([&](const rpc::CallOptions& as) {
    return Call(&Stub::RespondToCase, R"pb(case_id: "$C" message: "m" request_id: "r-2")pb", as);
  });
  again([&](const rpc::CallOptions& as) {
    return Call(&WorkStub::AddCaseComment, R"pb(case_id: "$C"
                                                visibility: COMMENT_VISIBILITY_SHARED
                                                text: "t"
                                                request_id: "r-3")pb",
                as);
  });
  again([&](const rpc::CallOptions& as) {
    return Do(&AssignmentStub::AssignCase,
              R"pb(case_id: "$C" agent_id: "seat-2" reason: "r" request_id: "r-4")pb", as);
  });
  again([&](const rpc::CallOptions& as) {
    return Call(&Stub::EvaluateReturn, R"pb(shop_id: "shop-1"
                                            question {
                                              category: "clothing"
                                              reason: RETURN_REASON_NO_REASON
                                              sign_time { seconds: 1768300000 }
                                            }
                                            request_id: "r-5")pb",
                as);
  });
  const auto intake = v1::IntakeService::NewStub(host_.channel());
  again([&](const rpc::CallOptions& as) {
    return rpc::Call(*intake, &v1::IntakeService::Stub::ImportCases,
                     Parse<v1::ImportCasesRequest>(
                         R"pb(shop_id: "shop-1"
                              rows {
                                case {
                                  kind: CASE_KIND_PLATFORM_EMAIL
                                  channel: CASE_CHANNEL_EMAIL
                                  external_id: "m-1"
                                  problem: "p"
                                  receive_time { seconds: 1768440000 }
                                }
                              }
                              request_id: "r-6")pb"),
                     as);
  });
}

}  // namespace
}  // namespace kefu::aftersales
